"""`update --fetch`: what pages of many shapes say about themselves."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loopback import Question, Server, bad_web, html, redirect

from factsheet.web.connection import Limits
from factsheet.web.page import PageError, PageFacts, decoded, facts_of, is_html, read_page

TODAY = dt.date(2026, 11, 25)
URL = "https://example.org/story"
LIMITS = Limits(connect=1, read=0.5, total=2)


def facts(body: bytes, content_type: str = "text/html", url: str = URL) -> PageFacts:
    return facts_of(body, {"content-type": content_type}, url=url, today=TODAY)


def linked(*entries: object) -> str:
    data = json.dumps(entries[0] if len(entries) == 1 else list(entries), ensure_ascii=False)
    return f'<script type="application/ld+json">{data}</script>'


YONHAP = html(
    """<meta charset="utf-8">
<title>한미, 3천500억 달러 투자 양해각서 이행 점검 | 연합뉴스</title>
<meta property="og:site_name" content="연합뉴스">
<meta property="og:title" content="한미, 3천500억 달러 투자 양해각서 이행 점검 | 연합뉴스">
<meta property="article:published_time" content="2026-10-01T09:12:00+09:00">
<meta property="article:modified_time" content="2026-10-03T10:00:00+09:00">"""
    + linked(
        {
            "@type": "NewsArticle",
            "headline": "한미, 3천500억 달러 투자 양해각서 이행 점검",
            "datePublished": "2026-10-01T09:12:00+09:00",
            "dateModified": "2026-10-03T10:00:00+09:00",
            "publisher": {"@type": "Organization", "name": "연합뉴스"},
        }
    ),
    "<h1>한미, 3천500억 달러 투자 양해각서 이행 점검</h1><p>2025년 11월 14일 공동 설명자료</p>",
    lang="ko",
)

NAVER = """<!doctype html><html lang="ko"><head><meta charset="euc-kr">
<title>관세 15%로 인하 발효 : 네이버 뉴스</title>
<meta property="og:title" content="관세 15%로 인하 발효">
<meta property="og:site_name" content="네이버 뉴스">
<meta property="og:article:author" content="한겨레 | 네이버">
<meta name="twitter:creator" content="한겨레"></head>
<body><h2 id="title_area"><span>관세 15%로 인하 발효</span></h2>
<span class="media_end_head_info_datestamp_time _ARTICLE_DATE_TIME"
 data-date-time="2026-10-02 08:30:11">2026.10.02. 오전 8:30</span>
<article>펲시 똠방각하, 2025년 11월 14일의 공동 설명자료</article></body></html>""".encode("cp949")

WHITE_HOUSE = html(
    '<meta charset="UTF-8"><title>Joint Fact Sheet of November 14, 2025 &#8211; The White House'
    "</title>"
    + linked(
        {
            "@context": "https://schema.org",
            "@graph": [
                {
                    "@type": "WebPage",
                    "@id": "x",
                    "datePublished": "2026-01-05T22:00:00+00:00",
                    "isPartOf": {"@id": "https://www.whitehouse.gov/#website"},
                },
                {
                    "@type": "WebSite",
                    "name": "The White House",
                    "publisher": {"@id": "org"},
                },
                {"@type": "Organization", "@id": "org", "name": "The White House"},
            ],
        }
    ),
    "<h1>Joint Fact Sheet of November 14, 2025</h1>",
    lang="en-US",
)

MINISTRY = html(
    "<title>보도자료 상세 - 산업통상부</title><meta name='og:x' content=''>"
    "<meta property='og:site_name' content='산업통상부'>"
    "<meta property='og:title' content='한미 통상 협의 결과 - 산업통상부'>",
    "<time class='updated' datetime='2026-11-01'></time><time datetime='2026-09-30'>9.30.</time>",
    lang="en",
).replace(b"<!doctype html>", b"<?xml version='1.0' encoding='utf-8'?><!doctype html>")

REGISTER = html(
    "<title>Notice</title>"
    '<meta name="DC.publisher" content="Office of the Federal Register">'
    '<meta name="dcterms.issued" content="2025-12-04">'
    '<meta name="citation_title" content="Implementing Certain Tariff-Related Elements">'
)

SHAPES = {
    "Yonhap, UTF-8": (
        YONHAP,
        ("연합뉴스", "한미, 3천500억 달러 투자 양해각서 이행 점검", dt.date(2026, 10, 1), "ko"),
    ),
    "White House, a graph": (
        WHITE_HOUSE,
        ("The White House", "Joint Fact Sheet of November 14, 2025", dt.date(2026, 1, 5), "en"),
    ),
    "a ministry, lang wrong, time elements": (
        MINISTRY,
        ("산업통상부", "한미 통상 협의 결과", dt.date(2026, 9, 30), "ko"),
    ),
    "Federal Register, Dublin Core": (
        REGISTER,
        (
            "Office of the Federal Register",
            "Implementing Certain Tariff-Related Elements",
            dt.date(2025, 12, 4),
            None,
        ),
    ),
    "an array, a type in a list, a site beside the article": (
        html(
            linked(
                {"@type": "WebSite", "name": "wrong", "publisher": {"name": "wrong"}},
                {
                    "@type": ["NewsArticle"],
                    "headline": "Ships &amp; steel",
                    "datePublished": "2026-07-04",
                    "publisher": [{"@type": "NewsMediaOrganization", "name": "Reuters"}],
                },
            ),
            lang="en-GB",
        ),
        ("Reuters", "Ships & steel", dt.date(2026, 7, 4), "en"),
    ),
    "a broken script beside good meta": (
        html(
            '<script type="application/ld+json">{"headline": "x", }</script>'
            '<meta property="og:title" content="Mended"><meta name="date" content="20261001">'
            '<meta property="og:locale" content="en_US">'
        ),
        (None, "Mended", dt.date(2026, 10, 1), "en"),
    ),
    "nothing but a heading, dates only in the text": (
        html(
            "<title>Treaty of March 15, 2012: text</title>",
            "<h1>Treaty of March 15, 2012</h1><p>In force since 15 March 2012. © 2024</p>",
        ),
        (None, "Treaty of March 15, 2012: text", None, None),
    ),
    "no metadata at all": (b"<html><p>hello", (None, None, None, None)),
    "only a date of change": (
        html(
            "<title>Late</title>"
            '<meta property="article:modified_time" content="2026-10-03T10:00:00Z">',
            "<p>Last updated 3 October 2026</p>",
        ),
        (None, "Late", None, None),
    ),
    "a day to come": (
        html("<title>Soon</title>" + linked({"@type": "Article", "datePublished": "2027-01-01"})),
        (None, "Soon", None, None),
    ),
    "a day that is none": (
        html("<title>Odd</title>" + linked({"@type": "Article", "datePublished": "2026-13-45"})),
        (None, "Odd", None, None),
    ),
    "empty": (b"", (None, None, None, None)),
    "a fragment": (b"<title>Just this", (None, "Just this", None, None)),
    "publisher as the whole title": (
        html('<title>Reuters</title><meta property="og:site_name" content="Reuters">'),
        ("Reuters", "Reuters", None, None),
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_what_a_page_declares(shape: str) -> None:
    body, (publisher, title, published, language) = SHAPES[shape]
    assert facts(body) == PageFacts(URL, publisher, title, published, language)


@pytest.mark.parametrize("claim", ["text/html", "text/html; charset=euc-kr", "text/html;charset=x"])
def test_a_portal_in_cp949_names_the_paper_not_itself(claim: str) -> None:
    url = "https://n.news.naver.com/article/028/0002770000"
    found = facts(NAVER, claim, url)
    assert found == PageFacts(url, "한겨레", "관세 15%로 인하 발효", dt.date(2026, 10, 2), "ko")


@pytest.mark.parametrize(
    ("content", "known"),
    [
        *(
            (content, True)
            for content in (
                "2026.10.01 09:12",
                "2026-10-01 오전 9:12:00",
                "2026년 10월 1일",
                "20261001091200",
                "2026/10/1",
                "October 1, 2026",
                "Oct 1 2026",
                "1 October 2026",
                "Thu, 01 Oct 2026 23:00:00 GMT",
                "2026-10-01T23:30:00Z",
            )
        ),
        # A month, a year, a number, and what two countries read differently.
        *((c, False) for c in ("2026-10", "2026", "1790000000", "10/01/2026", "01.10.2026", "10")),
    ],
)
@pytest.mark.parametrize("name", ["article:published_time", "og:regDate", "DC.date.issued"])
def test_a_declared_day_in_any_spelling_that_leaves_no_doubt(
    content: str, known: bool, name: str
) -> None:
    found = facts(html(f'<title>x</title><meta property="{name}" content="{content}">'))
    assert found.published == (dt.date(2026, 10, 1) if known else None)


def test_a_day_that_reads_the_same_both_ways_leaves_no_doubt() -> None:
    found = facts(html('<title>x</title><meta name="date" content="10/10/2026">'))
    assert found.published == dt.date(2026, 10, 10)


@pytest.mark.parametrize(
    "name", ["punycode", "idna", "unicode_escape", "utf-7", "hex", "undefined"]
)
def test_what_is_no_encoding_of_pages_is_not_used(name: str) -> None:
    started = time.monotonic()
    assert decoded(b"\\u0041\xff" + b"-\xff" * 500_000, f"text/html; charset={name}")[0] == "\\"
    assert time.monotonic() - started < 1


def test_the_day_may_stand_in_the_address() -> None:
    page = html("<title>A</title>")
    assert facts(page, url="https://example.org/2026/10/01/a").published == dt.date(2026, 10, 1)
    assert facts(page, url="https://example.org/2026/10/a").published is None


@pytest.mark.parametrize(
    ("body", "claim", "text"),
    [
        ("한국".encode(), "", "한국"),
        ("한국".encode(), "text/html; charset=euc-kr", "한국"),
        ("한국".encode("cp949"), "text/html; charset=utf-8", "한국"),
        ("똠방".encode("cp949"), "text/html; charset=EUC-KR", "똠방"),
        ("똠방".encode("cp949"), "", "똠방"),
        ("café.".encode("cp1252"), "text/html; charset=iso-8859-1", "café."),
        ("日本".encode("cp932"), "text/html; charset=Shift_JIS", "日本"),
        ("한국".encode("utf-8-sig"), "text/html; charset=euc-kr", "한국"),
        ("한국".encode("utf-16"), "text/html", "한국"),
        ("한국".encode()[:-1], "", "한"),
        (b"a\xfa\xff", "text/html; charset=rot13", "a\ufffd"),
        (b"a\x80\xffb", "text/html; charset=hex", "a\ufffd\ufffdb"),
    ],
)
def test_the_text_of_a_page_that_may_lie_about_its_letters(
    body: bytes, claim: str, text: str
) -> None:
    assert decoded(body, claim).startswith(text)


def test_a_meta_element_says_what_the_letters_are() -> None:
    page = '<meta charset="Shift_JIS"><title>日本語の題名</title>'.encode("cp932")
    assert facts(page).title == "日本語の題名"


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"<p>", "text/html; charset=utf-8", True),
        (b"%PDF-1.7", "text/html", False),
        (b"%PDF-1.7", "application/pdf", False),
        (b"<html>", "", True),
        (b"\n <!DOCTYPE html>", "application/octet-stream", True),
        (b"plain words", "text/plain", False),
        (b"{}", "application/json", False),
        (b"\x00\x01\x02", "text/html", False),
        (b"", "", False),
    ],
)
def test_what_is_a_page(body: bytes, content_type: str, expected: bool) -> None:
    assert is_html(body, content_type) is expected


def read(server: Server, path: str) -> PageFacts:
    return read_page(server.url(path), today=TODAY, limits=LIMITS, allow_loopback=True)


def test_a_page_is_fetched_and_read() -> None:
    def korean(question: Question) -> None:
        question.answer(200, NAVER, Content_Type="text/html; charset=euc-kr")

    def packed(question: Question) -> None:
        question.answer(
            200, gzip.compress(YONHAP), Content_Encoding="gzip", Content_Type="text/html"
        )

    routes = {"old": redirect(301, "/korean"), "korean": korean, "packed": packed}
    with Server(routes) as server:
        found = read(server, "old")
        assert found.final_url == server.url("korean")
        assert (found.publisher, found.title) == ("네이버 뉴스", "관세 15%로 인하 발효")
        assert read(server, "packed").publisher == "연합뉴스"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("404", "404"),
        ("403", "403"),
        ("pdf", "application/pdf"),
        ("binary", "application/octet-stream"),
        ("hang", "silent for 0.5 s"),
        ("circle", "redirects more than 10 times"),
    ],
)
def test_a_page_that_cannot_be_read_is_told_in_a_sentence(path: str, said: str) -> None:
    routes = bad_web() | {
        "pdf": lambda q: q.answer(200, b"%PDF-1.7 ...", Content_Type="application/pdf"),
        "binary": lambda q: q.answer(200, bytes(9), Content_Type="application/octet-stream"),
    }
    with Server(routes) as server, pytest.raises(PageError, match=said) as caught:
        read(server, path)
    assert str(caught.value).isprintable()


def test_a_huge_page_is_read_by_its_beginning() -> None:
    body = YONHAP.removesuffix(b"</body></html>") + b"<p>words and words</p>\n" * 500_000
    with Server({"big": lambda q: q.answer(200, body, Content_Type="text/html")}) as server:
        started = time.monotonic()
        assert read(server, "big").published == dt.date(2026, 10, 1)
        assert time.monotonic() - started < 5


def test_a_hostile_page_leaves_one_printable_line() -> None:
    evil = "A\x1b[2J\u202eB\u200b\n\n&#27;]0;x&#7;&lt;b&gt; " + "C" * 2_000
    page = html(
        f'<title>{evil}</title><meta property="og:site_name" content="P\u2066Q\x07">',
        lang="\x1b[1m",
    )
    found = facts(page)
    assert found.title is not None
    assert found.title.isprintable()
    assert len(found.title) == 500
    assert found.publisher == "PQ"
    assert found.language is None


@pytest.mark.parametrize(
    "page",
    [
        b"<div>" * 200_000,
        b"<meta property=og:title content=x>" * 50_000,
        b"<time datetime=2026-10-01>" * 50_000,
        b"<title>" + b" " * 2_000_000,
        b"<meta name=date content='" + b"1" * 2_000_000 + b"'>",
        b"<!--" * 500_000,
        b"<script type=application/ld+json>" + b"[" * 500_000,
        b"<script type=application/ld+json>[" + b"{},[" * 100_000,
        b"<script type=application/ld+json>" + b'{"a":' * 900 + b"1" + b"}" * 900,
        b'<script type=application/ld+json>{"datePublished":"' * 40_000,
        b"<meta charset=" * 150_000,
        b"&#x1b;" * 300_000,
        b"\xff" * 2_000_000,
    ],
    ids=range(13),
)
def test_no_page_takes_long(page: bytes) -> None:
    started = time.monotonic()
    facts(b"<html><head>" + page[: 2 * 2**20])
    assert time.monotonic() - started < 4


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.text(max_size=40))
def test_any_bytes_give_an_answer(body: bytes, claim: str) -> None:
    for text in (body, b"<html><head><title>" + body, b"<meta content='" + body + b"'name=date>"):
        found = facts(text, f"text/html; charset={claim}")
        assert all(part is None or part.isprintable() for part in (found.title, found.publisher))


def test_reading_a_page_is_paid_for_by_nobody_else() -> None:
    code = "import sys, factsheet.web.page; print({'lxml', 'htmldate'} & set(sys.modules))"
    root = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root)
    assert done.stdout.strip() == "set()"
