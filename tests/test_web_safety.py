"""What the web must not be able to do to us: no door inside, no end, no trace, no trick."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
from pathlib import Path

import httpcore
import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loopback import Question, Server, bad_web, here, redirect

from factsheet.source_list import read_list, text_of, with_check
from factsheet.web.addresses import is_public, plain, why_not
from factsheet.web.checking import Patience, check
from factsheet.web.connection import Limits

CERTIFICATE = Path(__file__).parent / "data" / "loopback.pem"
QUICK = Patience(tries=1, limits=Limits(connect=1, read=0.5, total=1.0))
PUBLIC = "93.184.216.34"


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The IP addresses that a connection was opened to. None is let out of this machine."""
    opened: list[str] = []
    opening = httpcore.AnyIOBackend.connect_tcp

    async def connect_tcp(
        self: httpcore.AnyIOBackend, host: str, *args: object, **how: object
    ) -> httpcore.AsyncNetworkStream:
        opened.append(host)
        if not host.startswith("127."):
            raise httpcore.ConnectError("not in a test")
        return await opening(self, host, *args, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect_tcp)
    return opened


INSIDE = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.8.8.8",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::808:808",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("address", INSIDE)
def test_no_door_inside_is_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", PUBLIC, "2606:4700::1111", "2a00:1450:4001::1", "64:ff9b::808:808"]
)
def test_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", [a for a in INSIDE if "%" not in a])
def test_a_name_that_leads_inside_is_not_followed(reached: list[str], address: str) -> None:
    (answer,) = check(["http://trap.test/"], look_up=lambda _host, _port: [address])
    assert (answer.result, reached) == ("unreachable", [])
    assert "no public address" in answer.why


def test_one_inner_address_among_public_ones_closes_the_door(reached: list[str]) -> None:
    (answer,) = check(["http://trap.test/"], look_up=lambda _h, _p: [PUBLIC, "192.168.0.1"])
    assert (answer.result, reached) == ("unreachable", [])


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://①②⑦.⓪.⓪.①/",
        "http://127。0。0。1/",
    ],
)
def test_no_spelling_of_this_machine_gets_through(reached: list[str], url: str) -> None:
    (answer,) = check([url], patience=QUICK)
    assert (answer.result, reached) == ("unreachable", [])


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.org/",
        "http://",
        "http:///x",
        "http://user@example.org/",
        "http://user:word@example.org/",
        "http://example.org:99999/",
        "http://[::1/",
        "http://exa mple.org/",
        "http://" + "a" * 64 + ".org/",
        "http://example.org/" + "a" * 2_000,
        "http://example.org\r\nHost: inside/",
        "",
        "\x00",
        "http://example℀.com/",
    ],
)
def test_what_is_no_public_web_address_is_not_asked(reached: list[str], url: str) -> None:
    def nowhere(host: str, _port: int) -> list[str]:
        host.encode("idna")  # as the system's resolver does
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    (answer,) = check([url], patience=QUICK, look_up=nowhere)
    assert (answer.result, reached) == ("unreachable", [])


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_the_check(text: str) -> None:
    def nowhere(host: str, _port: int) -> list[str]:
        raise OSError

    urls = {text, f"http://{text}", f"https://example.org/{text}"}
    answers = list(check(urls, patience=QUICK, look_up=nowhere))
    assert {answer.url for answer in answers} == urls
    assert {answer.result for answer in answers} == {"unreachable"}


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://[::ffff:169.254.169.254]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://0/",
        "//192.168.1.1/admin",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "http://me@127.0.0.1/",
    ],
)
def test_a_redirect_inside_is_not_followed(reached: list[str], target: str) -> None:
    with Server({"trap": redirect(302, target)}) as server:
        (answer,) = check([server.url("trap")], patience=QUICK, allow_loopback=True)
    assert answer.result == "unreachable"
    assert reached == ["127.0.0.1"]


@pytest.mark.parametrize("target", ["http://[", "http://a b/", "http://\x7f/", "\x00", "http:///"])
def test_a_broken_redirect_is_an_answer(target: str) -> None:
    def broken(question: Question) -> None:
        head = f"HTTP/1.1 301 Moved\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n"
        question.raw(head.encode("latin-1"))

    with Server({"a": broken}) as server:
        (answer,) = check([server.url("a")], patience=QUICK, allow_loopback=True)
    assert answer.result in ("unreachable", "moved", "gone")
    assert answer.url == server.url("a")


def test_a_name_that_changes_its_mind_gains_nothing(reached: list[str]) -> None:
    """DNS rebinding: public when it is checked, this machine a moment later."""
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return [PUBLIC] if len(asked) == 1 else ["127.0.0.1"]

    (answer,) = check(
        ["http://rebind.test/"], patience=Patience(tries=2, back_off=0.01), look_up=rebinding
    )
    assert answer.result == "unreachable"
    assert reached == [PUBLIC]  # the address that was checked, and nothing after it
    assert asked == ["rebind.test"] * 2  # once a connection


def test_the_connection_goes_to_the_address_and_the_certificate_to_the_name(
    reached: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    routes = {"ok": lambda q: q.answer(200)}
    with Server(routes, tls=str(CERTIFICATE)) as server:
        good = f"https://secure.test:{server.port}/ok"
        other = f"https://other.test:{server.port}/ok"
        answers = {
            a.url: a for a in check([good], patience=QUICK, allow_loopback=True, look_up=here)
        }
        assert answers[good].result == "ok"
        assert server.names == ["secure.test"]
        assert server.headers[0][1]["Host"] == f"secure.test:{server.port}"
        (answer,) = check([other], patience=QUICK, allow_loopback=True, look_up=here)
        assert answer.result == "unreachable"
        assert "certificate" in answer.why
    assert set(reached) == {"127.0.0.1"}


def test_the_next_address_is_tried_where_one_is_closed(reached: list[str]) -> None:
    with Server(bad_web()) as server:
        (answer,) = check(
            [server.url("ok", "two.test")],
            patience=QUICK,
            allow_loopback=True,
            look_up=lambda _host, _port: [PUBLIC, "127.0.0.1"],
        )
    assert answer.result == "ok"
    assert reached == [PUBLIC, "127.0.0.1"]


def test_nothing_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with Server(bad_web()) as server:
        (answer,) = check([server.url("ok")], patience=QUICK, allow_loopback=True)
        assert answer.result == "ok"
        sent = server.headers[0][1]
    assert {name.lower() for name in sent} == {
        "host",
        "accept",
        "accept-encoding",
        "connection",
        "user-agent",
    }


def test_no_cookie_is_ever_sent_back() -> None:
    def bake(question: Question) -> None:
        question.answer(302, Location="/ok", Set_Cookie="id=42; Path=/")

    with Server(bad_web() | {"bake": bake}) as server:
        urls = [server.url("bake"), server.url("bake/2"), server.url("ok/3")]
        assert len(list(check(urls, patience=QUICK, allow_loopback=True))) == 3
        assert len(server.headers) == 5
        assert not [seen for _path, seen in server.headers if "Cookie" in seen]


def test_a_reason_cannot_steer_a_terminal() -> None:
    def evil(question: Question) -> None:
        question.raw(b"HTTP/1.1 \x1b[2J\x1b]0;gotcha\x07\r\n\r\n")

    with Server({"evil": evil}) as server:
        (answer,) = check([server.url("evil")], patience=QUICK, allow_loopback=True)
    assert answer.why.isprintable()


def test_an_address_in_a_redirect_cannot_steer_a_terminal() -> None:
    head = b"HTTP/1.1 301 x\r\nLocation: /ok?\xe2\x80\xae\xe2\x80\x8b%1b\r\n"
    with Server(bad_web()) as server:
        server.routes["evil"] = lambda q: q.raw(head + b"Content-Length: 0\r\n\r\n")
        (answer,) = check([server.url("evil")], patience=QUICK, allow_loopback=True)
    assert answer.moved_to
    assert answer.moved_to.isascii()
    assert answer.moved_to.isprintable()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30), st.sampled_from(["/ok?", "/ok/", "//h.test:{port}/ok/", "ok#", ""]))
def test_whatever_a_page_moves_to_can_be_written_and_read(text: str, start: str) -> None:
    place = f"{start}{text}".translate(dict.fromkeys(map(ord, "\r\n\0"))).encode("utf-8", "ignore")
    with Server(bad_web()) as server:
        head = b"HTTP/1.1 301 x\r\nLocation: " + place.replace(b"{port}", b"%d" % server.port)
        server.routes["a"] = lambda q: q.raw(head + b"\r\nContent-Length: 0\r\n\r\n")
        url = server.url("a")
        (answer,) = check([url], patience=QUICK, allow_loopback=True, look_up=only_here)
    known = with_check(
        {}, url, day=dt.date(2026, 1, 1), result=answer.result, moved_to=answer.moved_to
    )
    assert read_list(text_of(known)).states == known


def only_here(host: str, _port: int) -> list[str]:
    if host not in ("127.0.0.1", "h.test"):
        raise socket.gaierror(socket.EAI_NONAME, "no such name")
    return ["127.0.0.1"]


@given(st.text(max_size=3_000))
def test_shown_text_is_one_short_printable_line(text: str) -> None:
    line = plain(text)
    assert line.isprintable()
    assert len(line) <= 500
    assert "  " not in line
    assert line == line.strip()


def test_shown_text_keeps_words() -> None:
    assert plain(" 한미\u200b \n\u202e합의 &amp; more\x00 \x1b[1m") == "한미 합의 & more [1m"
    assert plain("x" * 600) == "x" * 499 + "…"
    assert plain("\u1112\u1161\u11ab") == "한"
    assert plain("a\u3164\u115f\u180b\ufe0fb") == "ab"


def test_why_an_address_is_not_asked() -> None:
    assert why_not(httpx.URL("https://example.org/a?b#c")) is None
    assert "user" in str(why_not(httpx.URL("https://a@example.org/")))


def test_certificates_are_checked() -> None:
    assert httpx.create_ssl_context().verify_mode is ssl.CERT_REQUIRED
