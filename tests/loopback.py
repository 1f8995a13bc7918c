"""A web server on this machine that behaves as badly as the web does, and tells what it saw."""

from __future__ import annotations

import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import pytest

from factsheet.web import connection

Behaviour = Callable[["Question"], None]
PATIENCE = 10.0
"""Seconds after which a handler that hangs ends in any case."""


class Question(BaseHTTPRequestHandler):
    """One request, and ways to answer it."""

    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.serve(self)

    def do_POST(self) -> None:
        self.server.serve(self)

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        headers.setdefault("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def raw(self, data: bytes) -> None:
        self.wfile.write(data)
        self.close_connection = True

    def hang(self) -> None:
        """Say nothing until the client goes away."""
        self.connection.settimeout(PATIENCE)
        self.connection.recv(1)
        self.close_connection = True

    def form(self) -> str:
        return self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the screen: tests look at what is recorded."""


class Server(ThreadingHTTPServer):
    """Serves ``routes`` (by the first part of the path) under any host name that leads here."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 512

    def __init__(
        self, routes: dict[str, Behaviour], tls: str | None = None, *, address: str = "127.0.0.1"
    ) -> None:
        super().__init__((address, 0), Question)
        self.routes = routes
        self.asked: Counter[str] = Counter()
        self.headers: list[tuple[str, dict[str, str]]] = []
        self.names: list[str | None] = []
        self.waits = 0.0
        self._lock = threading.Lock()
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls)
            context.sni_callback = lambda _socket, name, _context: self.names.append(name)
            self.socket = context.wrap_socket(self.socket, server_side=True)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}/{path}"

    def serve(self, question: Question) -> None:
        started = time.monotonic()
        with self._lock:
            self.asked[question.path] += 1
            self.headers.append((question.path, dict(question.headers.items())))
        try:
            kind = question.path.strip("/").partition("/")[0].partition("?")[0]
            self.routes.get(kind, lambda q: q.answer(404))(question)
        except OSError:
            question.close_connection = True  # the client has had enough
        finally:
            with self._lock:
                self.waits += time.monotonic() - started

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no news."""

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *args: object) -> None:
        self.shutdown()
        self.server_close()


def here(_host: str, _port: int) -> list[str]:
    """A resolver by which every name is this machine: many hosts, no network."""
    return ["127.0.0.1"]


def html(head: str, body: str = "", **attributes: str) -> bytes:
    language = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<!doctype html><html{language}><head>{head}</head><body>{body}</body></html>".encode()


def redirect(status: int, to: str) -> Behaviour:
    return lambda question: question.answer(status, Location=to)


def _short(question: Question) -> None:
    question.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nonly this")


def _long(question: Question) -> None:
    question.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc and much more")


def _two_lengths(question: Question) -> None:
    question.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde")


def bad_web() -> dict[str, Behaviour]:
    """The ways of the web, by name. What each means for a source stands in ``MEANINGS``."""
    return {
        "ok": lambda q: q.answer(200, b"<html>", Content_Type="text/html"),
        "301": redirect(301, "/ok"),
        "308": redirect(308, "/ok"),
        "302": redirect(302, "/ok"),
        "moved-gone": redirect(301, "/404"),
        "moved-refused": redirect(301, "/403"),
        "401": lambda q: q.answer(401),
        "403": lambda q: q.answer(403),
        "404": lambda q: q.answer(404),
        "410": lambda q: q.answer(410),
        "429": lambda q: q.answer(429),
        "500": lambda q: q.answer(500),
        "503": lambda q: q.answer(503),
        "wall": lambda q: q.answer(503, b"Just a moment", cf_mitigated="challenge"),
        "circle": redirect(302, "/circle2"),
        "circle2": redirect(301, "/circle"),
        "nowhere": lambda q: q.answer(302),
        "hang": Question.hang,
        "short": _short,
        "long": _long,
        "two-lengths": _two_lengths,
        "charset": lambda q: q.answer(200, b"\xff\xfe\xfa", Content_Type="text/html; charset=x-no"),
        "silent": lambda q: q.raw(b""),
        "garbage": lambda q: q.raw(b"\x00\x01 nonsense\r\n\r\n" * 10),
    }


MEANINGS = {
    "ok": "ok",
    "301": "moved",
    "308": "moved",
    "302": "ok",
    "moved-gone": "gone",
    "moved-refused": "refused",
    "401": "refused",
    "403": "refused",
    "404": "gone",
    "410": "gone",
    "429": "refused",
    "500": "unreachable",
    "503": "unreachable",
    "wall": "refused",
    "circle": "unreachable",
    "nowhere": "unreachable",
    "hang": "unreachable",
    "short": "ok",
    "long": "ok",
    "two-lengths": "unreachable",
    "charset": "ok",
    "silent": "unreachable",
    "garbage": "unreachable",
}


class Doors:
    """Counts the connections that are open to each host name, from the client's side."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now: Counter[str] = Counter()
        self.most = 0
        self.most_of_a_host = 0
        opening = connection._CheckedBackend.connect_tcp
        doors = self

        async def connect_tcp(backend: Any, host: str, *args: Any, **how: Any) -> Any:
            stream = await opening(backend, host, *args, **how)
            doors.now[host] += 1
            doors.most_of_a_host = max(doors.most_of_a_host, doors.now[host])
            doors.most = max(doors.most, doors.now.total())
            closing = stream.aclose
            left = [host]

            async def aclose() -> None:
                if left:
                    doors.now[left.pop()] -= 1
                await closing()

            stream.aclose = aclose
            return stream

        monkeypatch.setattr(connection._CheckedBackend, "connect_tcp", connect_tcp)
