"""`update --fetch` and `add --fetch`: what the page of a source says fills what nobody typed."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from loopback import Server, bad_web, html, redirect

Run = Callable[..., Any]
ENGLISH = html(
    '<title>Seoul wires first payment - The Herald</title><meta property="og:site_name" '
    'content="The Herald"><meta property="og:title" content="Seoul wires first payment">'
    '<meta property="article:published_time" content="2026-10-01T09:00:00+09:00">'
)
KOREAN = (
    '<html lang="ko"><head><meta charset="euc-kr"><title>첫 송금 완료</title>'
    '<meta property="og:site_name" content="연합뉴스">'
    '<meta property="og:title" content="첫 송금 완료">'
    '<meta property="article:published_time" content="2026-10-02T00:10:00+09:00"></head></html>'
).encode("euc-kr")
HOSTILE = html(
    '<meta property="og:title" content="a&#27;[2Jb&#x202e;c\n&quot;]\nvalue = 9">'
    '<meta property="og:site_name" content="x&#0;y">'
)


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("FACTSHEET_ALLOW_LOOPBACK", "1")
    routes = bad_web() | {
        "en": lambda q: q.answer(200, ENGLISH, Content_Type="text/html; charset=utf-8"),
        "ko": lambda q: q.answer(200, KOREAN, Content_Type="text/html"),
        "hostile": lambda q: q.answer(200, HOSTILE, Content_Type="text/html"),
        "bare": lambda q: q.answer(200, b"<html><p>nothing", Content_Type="text/html"),
        "pdf": lambda q: q.answer(200, b"%PDF-1.7", Content_Type="application/pdf"),
        "old": redirect(301, "/en"),
    }
    with Server(routes) as server:
        yield server


def sources_of(path: Path) -> list[dict[str, Any]]:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    newest = max(data["commitments"][0]["updates"], key=lambda each: each["recorded"])
    sources: list[dict[str, Any]] = newest["sources"]
    return sources


def record(run: Run, path: Path, *options: object) -> Any:
    return run("update", "arms", "--note", "Paid.", *options, "--fetch", "-f", path)


def test_publisher_title_and_date_are_taken_and_shown(run: Run, small: Path, pages: Server) -> None:
    result = record(run, small, "--source", pages.url("en"), "--kind", "press")
    assert result.exit_code == 0, result.stderr
    (source,) = sources_of(small)
    assert source == {
        "url": pages.url("en"),
        "title": "Seoul wires first payment",
        "publisher": "The Herald",
        "published": source["published"],
        "kind": "press",
    }
    assert list(source) == ["url", "title", "publisher", "published", "kind"]
    assert str(source["published"]) == "2026-10-01"
    assert (
        f"{pages.url('en')}: took title Seoul wires first payment, publisher The Herald, "
        "published 2026-10-01"
    ) in result.stderr


def test_what_was_typed_is_never_replaced(run: Run, small: Path, pages: Server) -> None:
    typed = ["--publisher", "Yonhap", "--published", "2026-09-30"]
    result = record(run, small, "--source", pages.url("en"), *typed)
    (source,) = sources_of(small)
    assert (source["publisher"], str(source["published"])) == ("Yonhap", "2026-09-30")
    assert "took title Seoul wires first payment\n" in result.stderr


def test_each_source_is_read(run: Run, small: Path, pages: Server) -> None:
    urls = ["--source", pages.url("en"), "--source", pages.url("ko")]
    assert record(run, small, *urls, "--publisher", "-", "--publisher", "Yonhap").exit_code == 0
    english, korean = sources_of(small)
    assert english["publisher"] == "The Herald"
    assert (korean["title"], korean["publisher"]) == ("첫 송금 완료", "Yonhap")
    assert str(korean["published"]) == "2026-10-02"


def test_the_address_stays_as_typed_where_it_redirects(
    run: Run, small: Path, pages: Server
) -> None:
    result = record(run, small, "--source", pages.url("old"))
    assert sources_of(small)[0]["url"] == pages.url("old")
    assert f"(read at {pages.url('en')})" in result.stderr


def test_a_page_that_says_nothing_is_recorded_as_it_is(
    run: Run, small: Path, pages: Server
) -> None:
    result = record(run, small, "--source", pages.url("bare"))
    assert result.exit_code == 0
    assert sources_of(small) == [{"url": pages.url("bare")}]
    assert "the page declares neither publisher nor title nor date" in result.stderr


@pytest.mark.parametrize("kind", ["404", "pdf", "500", "circle", "silent", "garbage"])
def test_a_page_that_cannot_be_read_writes_nothing(
    run: Run, small: Path, pages: Server, kind: str
) -> None:
    before = small.read_bytes()
    result = record(run, small, "--source", pages.url(kind))
    assert result.exit_code == 4
    assert result.stderr.startswith("error: ")
    assert pages.url(kind) in result.stderr
    assert small.read_bytes() == before


def test_an_inner_address_is_refused(
    run: Run, small: Path, pages: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FACTSHEET_ALLOW_LOOPBACK")
    result = record(run, small, "--source", pages.url("en"))
    assert (result.exit_code, "no public address" in result.stderr) == (4, True)
    assert not pages.asked


def test_a_hostile_page_writes_text_and_nothing_else(run: Run, small: Path, pages: Server) -> None:
    result = record(run, small, "--source", pages.url("hostile"))
    assert result.exit_code == 0, result.stderr
    (source,) = sources_of(small)
    assert source["title"] == 'a[2Jbc "] value = 9'
    assert source["publisher"] == "x\ufffdy"
    assert "\x1b" not in result.stderr
    assert run("validate", small).exit_code == 0


def test_nothing_is_read_without_being_asked(run: Run, small: Path, pages: Server) -> None:
    words = ["update", "arms", "--note", "x", "--source", pages.url("en"), "-f", small]
    assert run(*words).exit_code == 0
    assert not pages.asked


def test_fetch_without_a_source_is_refused(run: Run, small: Path) -> None:
    result = record(run, small)
    assert (result.exit_code, "give its URL" in result.stderr) == (2, True)


def test_a_dry_run_reads_and_writes_nothing(run: Run, small: Path, pages: Server) -> None:
    before = small.read_bytes()
    result = record(run, small, "--source", pages.url("en"), "--dry-run")
    assert f'+    {{ url = "{pages.url("en")}"' in result.stdout
    assert 'publisher = "The Herald"' in result.stdout
    assert small.read_bytes() == before


def test_add_reads_the_page_of_the_term(run: Run, small: Path, pages: Server) -> None:
    words = ["--id", "grid", "--title", "Build a grid", "--pillar", "trade", "--owed-by", "ROK"]
    more = ["--summary", "S", "--source", pages.url("ko"), "--fetch"]
    result = run("add", *words, *more, "-f", small)
    assert result.exit_code == 0, result.stderr
    data = tomllib.loads(small.read_text(encoding="utf-8"))
    (grid,) = [each for each in data["commitments"] if each["id"] == "grid"]
    assert grid["sources"][0]["publisher"] == "연합뉴스"
