"""What a page says about itself: publisher, title, day and language.

Only what is declared counts (JSON-LD, ``meta``, ``time``, the address), never a date that stands
somewhere in the text: "Fact sheet of 14 November 2025" names the day of the event, not of the page.
htmldate knows the hundreds of names and spellings of such dates; it is shown nothing else.
"""

from __future__ import annotations

import asyncio
import codecs
import datetime as dt
import json
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import httpx

from factsheet.exceptions import FactsheetError
from factsheet.web.addresses import plain
from factsheet.web.connection import Limits, NoAnswer, Reply, Resolve, Web, resolve

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_ARTICLES: Final = ("Article", "BlogPosting", "Report", "WebPage", "GovernmentService")
"""What a JSON-LD type has to end in to be what the page is about."""
_MOST_ENTRIES: Final = 5_000
_MOST_SCRIPT: Final = 500_000
"""Characters of one JSON-LD script that are read."""
_EARLIEST: Final = dt.date(1995, 1, 1)
_LABELS: Final = {
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "iso-8859-1": "cp1252",
    "us-ascii": "cp1252",
    "gb2312": "gb18030",
    "shift_jis": "cp932",
}
"""Encodings that on the web mean a larger one, as browsers have it."""
_LETTERS: Final = re.compile(
    r"utf-(8|16)(-[lb]e)?|cp\d+|iso8859-\d+|koi8-[ru]|gb18030|gbk|big5(hkscs)?"
    r"|euc_(kr|jp)|johab|iso2022_(kr|jp)|shift_jis(x0213)?"
)
"""Python's names of what pages are written in; its other codecs (punycode, hex) are no letters."""
_CHARSET: Final = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([A-Za-z0-9_:.-]{2,40})""")
_HANGUL: Final = re.compile("[\uac00-\ud7a3]")
_MODIFIED: Final = re.compile("modif|updat|revis|edited", re.IGNORECASE)
_FULL_DAY: Final = re.compile(
    r"\d{4}\W{1,2}\d{1,2}\W{1,2}\d{1,2}|\d{8}"
    r"|\d{1,2}\W+[^\W\d]+\W+\d{4}|[^\W\d]+\W+\d{1,2}\W+\d{4}|\d{1,2}\W\d{1,2}\W\d{4}"
)
"""A year, a month and a day. Of a month alone htmldate makes a day of its own."""
_KOREAN_DAY: Final = re.compile(r"(\d{4})\s*년\s*(\d{1,2})\s*월\s*(\d{1,2})\s*일")
_EITHER_WAY: Final = re.compile(r"\s*(0?[1-9]|1[0-2])[./-](?!0?\1[./-])(0?[1-9]|1[0-2])[./-]\d{4}")
"""10/1/2026: the first of October or the tenth of January, as the country has it."""
_PORTALS: Final = ("naver.com", "daum.net", "nate.com", "msn.com")
"""Sites that show the pages of others under their own name."""


class PageError(FactsheetError):
    """A page from which nothing could be read. Nothing has been written."""

    exit_code = 4


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a page declares; ``None`` where it does not. ``published`` is the day as written."""

    final_url: str
    publisher: str | None = None
    title: str | None = None
    published: dt.date | None = None
    language: str | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.publisher or self.title or self.published)


def read_page(
    url: str,
    *,
    today: dt.date,
    limits: Limits | None = None,
    allow_loopback: bool = False,
    look_up: Resolve = resolve,
) -> PageFacts:
    """Ask for a page and read what it says about itself. Raises ``PageError`` with a sentence."""

    async def ask() -> Reply:
        web = Web(limits or Limits(), allow_loopback=allow_loopback, look_up=look_up)
        try:
            return await web.ask(url, read=True)
        finally:
            await web.close()

    try:
        with asyncio.Runner() as runner:
            reply = runner.run(ask())
    except NoAnswer as error:
        raise PageError(f"cannot read {plain(url)}: {error}") from None
    if not 200 <= reply.status < 300:
        raise PageError(f"cannot read {plain(url)}: the server answers with {reply.status}")
    if not is_html(reply.body, reply.headers.get("content-type", "")):
        kind = plain(reply.headers.get("content-type", ""), 60) or "something else"
        raise PageError(f"{plain(url)} is no web page but {kind}; say publisher and date yourself")
    return facts_of(reply.body, reply.headers, url=reply.url, today=today)


def is_html(body: bytes, content_type: str) -> bool:
    """Whether a body is a page: it says so, or says nothing and looks like one."""
    kind = content_type.partition(";")[0].strip().lower()
    beginning = body[:1024]
    if beginning.startswith((b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff")):
        return False
    if b"\x00" in beginning and not body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    return kind in ("text/html", "application/xhtml+xml") or (
        kind in ("", "text/plain", "application/octet-stream", "application/xml", "text/xml")
        and re.search(rb"<(?:!doctype\s+html|html|head|title|meta)\b", beginning, re.IGNORECASE)
        is not None
    )


def decoded(body: bytes, content_type: str = "") -> str:
    """The text of a page. What is valid UTF-8 is UTF-8, whatever is claimed; claims come next."""
    for mark, name in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le")):
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    claims = ["utf-8"]
    if match := re.search(r"charset\s*=\s*[\"']?([\w:.-]{2,40})", content_type, re.ASCII):
        claims.append(match[1])
    if found := _CHARSET.search(body[:4096]):
        claims.append(found[1].decode("ascii"))
    for claim in [*claims, "cp949"]:
        if (text := _strictly(body, claim.lower())) is not None:
            return text
    return _codec(claims[-1].lower()).decode(body, "replace")[0]


def _codec(label: str) -> codecs.CodecInfo:
    utf8 = codecs.lookup("utf-8")
    try:
        info = codecs.lookup(_LABELS.get(label, label))
    except LookupError:
        return utf8
    return info if _LETTERS.fullmatch(info.name) else utf8


def _strictly(body: bytes, label: str) -> str | None:
    try:
        # Not final: a page that was cut off in the middle of a letter is valid up to there.
        return _codec(label).incrementaldecoder().decode(body)
    except UnicodeError:
        return None


def facts_of(body: bytes, headers: Mapping[str, str], *, url: str, today: dt.date) -> PageFacts:
    """What a page declares about itself. Any bytes give an answer; nothing in them is followed."""
    # Imported here: only whoever fetches a page pays for it.
    from lxml import etree
    from lxml import html as lxml_html

    text = decoded(body, headers.get("content-type", "")).replace("\x00", "")
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return PageFacts(url)
    meta = _meta(tree)
    entries = list(_entries(tree))
    article = _article(entries)
    publisher = _publisher(meta, entries, article, httpx.URL(url).host)
    title = _title(tree, meta, article, publisher)
    return PageFacts(
        url,
        publisher=publisher,
        title=title,
        published=_published(tree, article, url, today),
        language=_language(tree, meta, headers, title or ""),
    )


def _meta(tree: HtmlElement) -> dict[str, str]:
    """The first content of each ``meta`` element by its lower-case name."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name, content = element.get(attribute), plain(element.get("content") or "")
            if name and content:
                found.setdefault(name.strip().lower(), content)
    return found


def _entries(tree: HtmlElement) -> Iterator[Mapping[str, Any]]:
    """Every object of the page's JSON-LD, outer ones first."""
    waiting: deque[Any] = deque()
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            try:
                waiting.append(json.loads((script.text or "")[:_MOST_SCRIPT], strict=False))
            except (ValueError, RecursionError):
                continue  # a page with a broken script still has its meta elements
    for _ in range(_MOST_ENTRIES):
        if not waiting:
            return
        entry = waiting.popleft()
        if isinstance(entry, dict):
            yield entry
        if isinstance(entry, dict | list):
            inner = entry.values() if isinstance(entry, dict) else entry
            waiting += (value for value in inner if isinstance(value, dict | list))


def _article(entries: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The entry that stands for the page: the first article, else the first page, else nothing."""
    for kind in _ARTICLES:
        for entry in entries:
            types = entry.get("@type")
            names = types if isinstance(types, list) else [types]
            if any(isinstance(name, str) and name.endswith(kind) for name in names):
                return entry
    return {}


def _publisher(
    meta: Mapping[str, str],
    entries: Sequence[Mapping[str, Any]],
    article: Mapping[str, Any],
    host: str,
) -> str | None:
    named = _name(article.get("publisher"), entries)
    if any(host == portal or host.endswith(f".{portal}") for portal in _PORTALS):
        author = re.split(r"\s*[|·]\s*", meta.get("og:article:author", ""))[0]
        named = author or meta.get("twitter:creator", "").lstrip("@") or named
    site = next((entry for entry in entries if entry.get("@type") == "WebSite"), {})
    names = ("dc.publisher", "dcterms.publisher", "citation_publisher", "og:site_name")
    declared = (meta[name] for name in names if name in meta)
    return (
        named
        or next(declared, None)
        or _name(site, entries)
        or meta.get("application-name")
        or None
    )


def _name(value: Any, entries: Sequence[Mapping[str, Any]]) -> str | None:
    """The name of a JSON-LD organisation: a text, an object, or a reference to one."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict) and "name" not in value and "@id" in value:
        value = next((e for e in entries if e.get("@id") == value["@id"] and "name" in e), None)
    if isinstance(value, dict):
        value = value.get("name")
    return (plain(value) or None) if isinstance(value, str) else None


def _title(
    tree: HtmlElement, meta: Mapping[str, str], article: Mapping[str, Any], publisher: str | None
) -> str | None:
    headline = article.get("headline")
    names = ("og:title", "citation_title", "dc.title", "dcterms.title", "twitter:title")
    titles = [
        plain(headline) if isinstance(headline, str) else "",
        *(meta.get(name, "") for name in names),
        *(plain(element.text_content()) for element in tree.xpath("(//head//title)[1]")),
        *(plain(element.text_content()) for element in tree.xpath("(//h1)[1]")),
    ]
    title = next(filter(None, titles), None)
    if title and publisher:
        # "Title | Publisher": the publisher has a field of its own.
        before, mark, after = title.rpartition(publisher)
        if mark and not after and (cut := re.sub(r"\s*[-|–—:·<]\s*$", "", before)) != before:
            return cut or title
    return title


def _language(
    tree: HtmlElement, meta: Mapping[str, str], headers: Mapping[str, str], title: str
) -> str | None:
    if _HANGUL.search(title):
        return "ko"  # many Korean sites keep the lang="en" of a template
    root = tree.getroottree().getroot()
    places = [root.get("lang"), root.get("xml:lang"), meta.get("content-language")]
    places += [meta.get("og:locale"), headers.get("content-language")]
    for place in places:
        if match := re.match(r"\s*([A-Za-z]{2,3})(?![A-Za-z])", place or ""):
            return match[1].lower()
    return None


def _published(
    tree: HtmlElement, article: Mapping[str, Any], url: str, today: dt.date
) -> dt.date | None:
    # A day that has begun somewhere on earth is not in the future.
    latest = today + dt.timedelta(days=1)
    for key in ("datePublished", "dateCreated"):
        with_day = re.match(r"\s*(\d{4}-\d\d-\d\d)(?!\d)", str(article.get(key) or ""))
        if with_day and (day := _day(with_day[1])) and _EARLIEST <= day <= latest:
            return day
    from htmldate import find_date

    found = find_date(
        _declared(tree),
        extensive_search=False,
        original_date=True,
        url=url[:500],
        deferred_url_extractor=True,
        min_date=_EARLIEST.isoformat(),
        max_date=latest.isoformat(),
    )
    return _day(found) if found else None


def _declared(tree: HtmlElement) -> HtmlElement:
    """A page with nothing on it but the elements that declare a date of publication."""
    from lxml import html as lxml_html

    bare = lxml_html.document_fromstring("<html><head></head><body><p></p></body></html>")
    for element in tree.iter("meta"):
        names = " ".join(element.get(name) or "" for name in ("property", "name", "itemprop"))
        day = _spelled(element.get("content"))
        if day and not _MODIFIED.search(names):
            bare[0].append(lxml_html.Element("meta", {**dict(element.attrib), "content": day}))
    days = [
        element.get("datetime")
        for element in tree.xpath("(//time[@datetime])[position() <= 20]")
        if not _MODIFIED.search(f"{element.get('class')} {element.get('itemprop')}")
    ]
    days += tree.xpath("(//@data-date-time)[position() <= 5]")  # Naver
    for day in filter(None, map(_spelled, days)):
        bare[1].append(lxml_html.Element("time", {"datetime": day}))
    return bare


def _spelled(content: str | None) -> str | None:
    """A declared day in a spelling that leaves no doubt, ``None`` where there is doubt."""
    text = _KOREAN_DAY.sub(r"\1-\2-\3", (content or "")[:100])
    return text if _FULL_DAY.search(text) and not _EITHER_WAY.match(text) else None


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
