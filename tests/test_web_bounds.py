"""What an answer may cost: time, bytes, memory. Every one of them ends."""

from __future__ import annotations

import asyncio
import gzip
import subprocess
import sys
import time
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from loopback import Question, Server, bad_web, here

from factsheet.web import connection
from factsheet.web.checking import Patience, check
from factsheet.web.connection import Limits, NoAnswer, Reply, Web

LIMITS = Limits(connect=1, read=0.5, total=1.0, body=100_000)


def ask(url: str, limits: Limits = LIMITS, **how: bool) -> Reply:
    async def once() -> Reply:
        web = Web(limits, allow_loopback=True, look_up=here)
        try:
            return await web.ask(url, **how)
        finally:
            await web.close()

    return asyncio.run(once())


def _trickle(head: bytes, drop: bytes) -> Callable[[Question], None]:
    def behaviour(question: Question) -> None:
        question.wfile.write(head)
        for _ in range(400):
            question.wfile.write(drop)
            time.sleep(0.02)

    return behaviour


@pytest.mark.parametrize(
    "behaviour",
    [
        _trickle(b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        _trickle(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        _trickle(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
        _trickle(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"<p>"),
    ],
    ids=["one header", "many headers", "early hints", "body"],
)
def test_a_server_that_trickles_is_left_in_time(behaviour: Callable[[Question], None]) -> None:
    with Server({"slow": behaviour}) as server:
        started = time.monotonic()
        with pytest.raises(NoAnswer, match="no whole answer within 1 s"):
            ask(server.url("slow"), read=True)
        assert time.monotonic() - started < 2.5


def test_headers_without_end_are_refused() -> None:
    def endless(question: Question) -> None:
        question.raw(b"HTTP/1.1 200 OK\r\n")
        for index in range(100_000):
            question.wfile.write(b"X-%d: %s\r\n" % (index, b"y" * 1_000))

    with Server({"endless": endless}) as server, pytest.raises(NoAnswer, match="not HTTP"):
        ask(server.url("endless"), read=True)


def test_time_spent_on_redirects_counts() -> None:
    def slow(question: Question) -> None:
        time.sleep(0.3)
        question.answer(302, Location=f"{question.path}x")

    with Server({}) as server:
        server.routes = {f"s{'x' * n}": slow for n in range(20)}
        started = time.monotonic()
        with pytest.raises(NoAnswer, match="within 1 s"):
            ask(server.url("s"))
        assert time.monotonic() - started < 2


def _bomb(megabytes: int) -> bytes:
    press = zlib.compressobj(9, wbits=31)
    block = b"\x00" * 2**20
    return b"".join(press.compress(block) for _ in range(megabytes)) + press.flush()


def test_a_bomb_is_not_unpacked() -> None:
    bomb = _bomb(300)
    assert len(bomb) < 400_000

    def serve(question: Question) -> None:
        question.answer(200, bomb, Content_Encoding="gzip", Content_Type="text/html")

    with Server({"bomb": serve}) as server:
        tracemalloc.start()
        try:
            reply = ask(server.url("bomb"), read=True)
            _now, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert len(reply.body) == LIMITS.body
    assert peak < 20_000_000


def test_a_body_without_end_is_left_at_the_bound() -> None:
    sent = []

    def endless(question: Question) -> None:
        question.raw(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(3_000):
            question.wfile.write(b"x" * 100_000)
            sent.append(100_000)

    with Server({"endless": endless}) as server:
        assert len(ask(server.url("endless"), read=True).body) == LIMITS.body
    assert sum(sent) < 50_000_000


def test_a_page_is_read_as_far_as_the_bound() -> None:
    with Server({"big": lambda q: q.answer(200, b"x" * 5_000_000)}) as server:
        assert len(ask(server.url("big"), read=True).body) == LIMITS.body
        assert ask(server.url("big")).body == b""


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "deflate", "GZIP"])
def test_a_packed_page_is_unpacked(coding: str) -> None:
    packed = gzip.compress(b"page") if "zip" in coding.lower() else zlib.compress(b"page")
    routes = {"a": lambda q: q.answer(200, packed, Content_Encoding=coding)}
    with Server(routes) as server:
        assert ask(server.url("a"), read=True).body == b"page"


@pytest.mark.parametrize(("coding", "body"), [("br", b"x"), ("gzip", b"no"), ("gzip, gzip", b"x")])
def test_a_coding_that_was_not_asked_for_is_not_guessed(coding: str, body: bytes) -> None:
    routes = {"a": lambda q: q.answer(200, body, Content_Encoding=coding)}
    with Server(routes) as server, pytest.raises(NoAnswer):
        ask(server.url("a"), read=True)


def test_a_page_that_breaks_off_is_read_as_far_as_it_came() -> None:
    with Server(bad_web()) as server:
        assert ask(server.url("short"), read=True).body == b"only this"
        assert ask(server.url("long"), read=True).body == b"abc"


def test_a_resolver_that_never_returns_does_not_keep_the_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection.socket, "getaddrinfo", lambda *_a, **_k: time.sleep(2) or [])
    started = time.monotonic()
    (answer,) = check(["http://x.test/"], patience=Patience(tries=1, limits=Limits(connect=0.1)))
    assert answer.result == "unreachable"
    assert time.monotonic() - started < 1


def test_a_program_ends_while_the_resolver_still_looks() -> None:
    code = (
        "import time; from factsheet.web.checking import *; "
        "p = Patience(tries=1, limits=Limits(connect=0.1)); "
        "print(*check(['http://x.test/'], patience=p, look_up=lambda h, n: time.sleep(30) or []))"
    )
    root = str(Path(__file__).parent.parent)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=root, timeout=20)
    assert b"not resolved in time" in done.stdout or b"no connection within" in done.stdout
