"""`sources --check`: what the answers of the web mean, asked of a real server on this machine."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from loopback import MEANINGS, Doors, Question, Server, bad_web, here, redirect

from factsheet.web.answers import Hop, answer_of, permanent, retry_after
from factsheet.web.checking import Patience, check
from factsheet.web.connection import Limits

ROOT = Path(__file__).parent.parent
QUICK = Patience(tries=2, back_off=0.01, limits=Limits(connect=1, read=0.3, total=1.5))


@pytest.mark.parametrize(
    ("status", "result"),
    [
        *((code, "ok") for code in (200, 203, 206)),
        *((code, "gone") for code in (404, 410)),
        *((code, "refused") for code in (400, 401, 403, 405, 406, 418, 429, 451)),
        *((code, "unreachable") for code in (408, 500, 502, 503, 504, 520)),
        *((code, "unreachable") for code in (300, 302, 304)),
    ],
)
def test_a_status_means_one_word(status: int, result: str) -> None:
    answer = answer_of("https://example.org/a", status, {})
    assert (answer.result, answer.status, answer.moved_to) == (result, status, None)
    assert answer.why
    assert not answer.why.endswith(".")


@pytest.mark.parametrize("header", ["cf-mitigated", "x-amzn-waf-action", "x-datadome"])
@pytest.mark.parametrize("status", [200, 202, 403, 503])
def test_a_wall_against_robots_says_nothing_about_the_page(header: str, status: int) -> None:
    assert answer_of("https://example.org/a", status, {header: "challenge"}).result == "refused"


def test_only_what_is_permanent_from_the_start_is_a_move() -> None:
    a, b, c = "https://example.org/a", "https://example.org/b", "https://example.org/c"
    assert permanent([Hop(301, a), Hop(308, b), Hop(302, c)]) == b
    assert permanent([Hop(302, a), Hop(301, b)]) is None
    assert answer_of(a, 200, {}, [Hop(307, b)]).result == "ok"
    assert answer_of(a, 200, {}, [Hop(301, b), Hop(302, c)]).moved_to == b
    assert answer_of(a, 404, {}, [Hop(301, b)]).result == "gone"
    assert answer_of(a, 403, {}, [Hop(301, b)]).result == "refused"


def test_a_move_to_the_front_page_is_told() -> None:
    answer = answer_of("https://example.org/a", 200, {}, [Hop(301, "https://example.org/")])
    assert answer.result == "moved"
    assert "front page" in answer.why
    assert "gone" in answer.why


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7.0),
        (" 120 ", 120.0),
        ("Wed, 25 Nov 2026 18:00:30 GMT", 30.0),
        ("Wed, 25 Nov 2026 17:00:00 GMT", 0.0),
        ("soon", None),
        ("-1", None),
        ("²", None),
        ("", None),
    ],
)
def test_how_long_a_server_asks_us_to_wait(said: str, seconds: float | None) -> None:
    headers = {"retry-after": said, "date": "Wed, 25 Nov 2026 18:00:00 GMT"}
    assert retry_after(headers) == seconds


def test_300_addresses_of_the_bad_web(monkeypatch: pytest.MonkeyPatch) -> None:
    doors = Doors(monkeypatch)
    kinds = list(MEANINGS)
    with Server(bad_web()) as server:
        urls = [
            server.url(f"{kinds[i % len(kinds)]}/{i}", f"host{i % 60}.test") for i in range(300)
        ]
        started = time.monotonic()
        answers = list(check(urls, patience=QUICK, allow_loopback=True, look_up=here))
        duration = time.monotonic() - started
        assert (doors.most_of_a_host, doors.now.total()) == (1, 0)
        assert 10 < doors.most <= QUICK.limits.at_once
        assert duration < max(server.waits / 2, 10)
    assert sorted(answer.url for answer in answers) == sorted(urls)
    got = {answer.url: answer for answer in answers}
    for index, url in enumerate(urls):
        kind = kinds[index % len(kinds)]
        assert got[url].result == MEANINGS[kind], (kind, got[url])
        assert (got[url].moved_to is not None) == (MEANINGS[kind] == "moved")


def test_an_address_is_asked_once_however_often_it_is_named() -> None:
    with Server(bad_web()) as server:
        answers = list(check([server.url("ok")] * 5, patience=QUICK, allow_loopback=True))
        assert [answer.result for answer in answers] == ["ok"]
        assert server.asked["/ok"] == 1


def test_no_addresses_no_answers() -> None:
    assert list(check([])) == []


def test_a_failure_that_passes_is_forgiven() -> None:
    def moody(question: Question) -> None:
        again = question.server.asked[question.path] > 1
        question.answer(200 if again else 503)

    with Server({"moody": moody, "limited": moody}) as server:
        (answer,) = check([server.url("moody")], patience=QUICK, allow_loopback=True)
    assert answer.result == "ok"


def test_a_short_wait_that_a_host_asks_for_is_granted_and_a_long_one_is_not() -> None:
    def limited(question: Question) -> None:
        again = question.server.asked[question.path] > 1
        seconds = "0" if question.path == "/limited/0" else "3600"
        question.answer(200 if again else 429, Retry_After=seconds)

    with Server({"limited": limited}) as server:
        urls = [server.url("limited/0"), server.url("limited/1")]
        answers = {a.url: a.result for a in check(urls, patience=QUICK, allow_loopback=True)}
        assert answers == {urls[0]: "ok", urls[1]: "refused"}
        assert server.asked["/limited/1"] == 1


def test_a_refusal_is_not_repeated() -> None:
    with Server(bad_web()) as server:
        urls = [server.url(kind) for kind in ("401", "403", "404", "410", "429", "wall", "circle")]
        list(check(urls, patience=QUICK, allow_loopback=True))
        once = ("401", "403", "404", "410", "429", "wall")
        assert {server.asked[f"/{kind}"] for kind in once} == {1}
        assert server.asked["/500"] == 0


def test_a_host_that_never_speaks_is_not_waited_for_again_and_again() -> None:
    with Server(bad_web()) as server:
        urls = [server.url(f"hang/{i}") for i in range(4)]
        answers = list(check(urls, patience=QUICK, allow_loopback=True))
        assert {answer.result for answer in answers} == {"unreachable"}
        assert sum(server.asked.values()) == 5  # the first one twice, the others once


def test_redirects_are_told_and_no_page_is_waited_for() -> None:
    def stalls(question: Question) -> None:
        question.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
        question.hang()

    with Server({"a": redirect(301, "/b"), "b": redirect(302, "/c"), "c": stalls}) as server:
        (answer,) = check([server.url("a")], patience=QUICK, allow_loopback=True)
        assert answer.hops == (Hop(301, server.url("b")), Hop(302, server.url("c")))
        assert answer.moved_to == server.url("b")
        assert answer.result == "moved"


def test_a_host_that_others_lead_to_is_asked_one_thing_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Hosts that lead to one host, and two that lead to each other: no crowd, and no deadlock."""
    doors = Doors(monkeypatch)
    with Server(bad_web()) as server:
        server.routes["away"] = redirect(302, server.url("ok", "one.test"))
        server.routes["left"] = redirect(302, server.url("ok", "right.test"))
        server.routes["right"] = redirect(302, server.url("ok", "left.test"))
        urls = [server.url("away", f"h{i}.test") for i in range(20)]
        urls += [
            server.url(f"{side}/{i}", f"{side}.test") for side in ("left", "right") for i in (1, 2)
        ]
        answers = list(check(urls, patience=QUICK, allow_loopback=True, look_up=here))
        assert {answer.result for answer in answers} == {"ok"}
        assert len(answers) == 24
    assert doors.most_of_a_host == 1
    assert doors.most > 1


def test_the_way_to_a_dead_end_is_told() -> None:
    with Server({"a": redirect(301, "/hang"), "hang": Question.hang}) as server:
        (answer,) = check([server.url("a")], patience=QUICK, allow_loopback=True)
    assert answer.result == "unreachable"
    assert [hop.status for hop in answer.hops] == [301]


def test_a_circle_is_left_after_ten_redirects() -> None:
    with Server({"a": redirect(302, "/a")}) as server:
        (answer,) = check([server.url("a")], patience=QUICK, allow_loopback=True)
        assert (answer.result, server.asked["/a"]) == ("unreachable", 11)


@pytest.mark.parametrize(
    ("headers", "waits"), [({}, [0.5, 1.0, 2.0]), ({"Retry_After": "1"}, [1.0, 1.0, 2.0])]
)
def test_the_waits_between_tries_double_and_heed_the_server(
    monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], waits: list[float]
) -> None:
    waited: list[float] = []
    really = asyncio.sleep

    async def sleep(seconds: float) -> None:
        if seconds:
            waited.append(seconds)
        await really(0)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    with Server({"a": lambda q: q.answer(503, **headers)}) as server:
        patience = Patience(tries=4, back_off=0.5)
        (answer,) = check([server.url("a")], patience=patience, allow_loopback=True)
        assert server.asked["/a"] == 4
    assert (answer.result, waited) == ("unreachable", waits)


def test_a_host_that_speaks_again_is_forgiven_its_silence() -> None:
    def moody(question: Question) -> None:
        silent = 1 if question.path == "/moody/a" else 2
        if question.server.asked[question.path] <= silent:
            question.raw(b"")
        else:
            question.answer(200)

    patience = Patience(tries=3, back_off=0.05, limits=QUICK.limits)
    with Server({"moody": moody}) as server:
        urls = [server.url("moody/a"), server.url("moody/b")]
        answers = list(check(urls, patience=patience, allow_loopback=True))
    assert [answer.result for answer in answers] == ["ok", "ok"]


def test_ctrl_c_gives_first_what_has_come_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted(asyncio.Runner):
        asked = 0

        def run(self, coroutine: Any, **how: Any) -> Any:
            self.asked += 1
            if self.asked == 3:  # begin, one answer, and now
                coroutine.close()
                super().run(asyncio.sleep(0.5))
                raise KeyboardInterrupt
            return super().run(coroutine, **how)

    monkeypatch.setattr(asyncio, "Runner", Interrupted)
    kept = []
    with Server(bad_web()) as server:
        urls = [server.url("ok", f"h{i}.test") for i in range(6)]
        answers = check(urls, patience=QUICK, allow_loopback=True, look_up=here)
        for _ in range(6):
            kept.append(next(answers))
        with pytest.raises(KeyboardInterrupt):
            next(answers)
    assert {answer.url for answer in kept} == set(urls)


@pytest.mark.parametrize("wait", ["connect", "name"])
def test_a_name_that_is_not_resolved_in_time(wait: str) -> None:
    def slow(host: str, port: int) -> list[str]:
        time.sleep(1)
        return ["127.0.0.1"]

    def missing(host: str, port: int) -> list[str]:
        raise OSError("no such host")

    patience = Patience(tries=1, limits=Limits(connect=0.05))
    started = time.monotonic()
    look_up = slow if wait == "connect" else missing
    (answer,) = check(["http://slow.test/"], patience=patience, look_up=look_up)
    assert answer.result == "unreachable"
    assert time.monotonic() - started < 0.9


def test_ten_thousand_answers_of_a_closed_port_do_not_pile_up() -> None:
    patience = Patience(tries=1, limits=Limits(connect=0.5))

    def closed(host: str, port: int) -> list[str]:
        return ["10.0.0.1"]  # refused before any connection

    urls = [f"http://host{i}.test/" for i in range(1_000)]
    assert {answer.result for answer in check(urls, patience=patience, look_up=closed)} == {
        "unreachable"
    }


CHILD = """
import sys
from factsheet.web.checking import Patience, check
from factsheet.web.connection import Limits
kept = []
patience = Patience(tries=1, limits=Limits(read=30, total=60))
try:
    for answer in check(sys.argv[1:], patience=patience, allow_loopback=True,
                        look_up=lambda host, port: ["127.0.0.1"]):
        kept.append(answer)
        print(answer.result, flush=True)
except KeyboardInterrupt:
    print("kept", len(kept), flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to a child on Windows")
def test_ctrl_c_keeps_what_was_learned_and_does_not_wait() -> None:
    with Server(bad_web()) as server:
        urls = [server.url("ok", f"good{i}.test") for i in range(5)]
        urls += [server.url("hang", f"bad{i}.test") for i in range(20)]
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, *urls],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        assert child.stdout is not None
        try:
            lines = [child.stdout.readline().strip() for _ in range(5)]
            started = time.monotonic()
            child.send_signal(signal.SIGINT)
            rest = child.communicate(timeout=20)[0].split("\n")
        finally:
            child.kill()
            child.wait()
    assert lines == ["ok"] * 5
    assert rest[0] == "kept 5"
    assert child.returncode == 0
    assert time.monotonic() - started < 5


def test_a_caller_may_stop_early() -> None:
    with Server(bad_web()) as server:
        urls = [
            server.url("ok", "good.test"),
            *(server.url("hang", f"b{i}.test") for i in range(9)),
        ]
        patience = Patience(limits=Limits(read=30, total=60))
        started = time.monotonic()
        answers = check(urls, patience=patience, allow_loopback=True, look_up=here)
        assert next(answers).result == "ok"
        answers.close()  # type: ignore[attr-defined]
        assert time.monotonic() - started < 5
