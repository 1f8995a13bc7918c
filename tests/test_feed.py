"""The change feed: valid Atom by the rules of RFC 4287, and what a feed reader makes of it."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from conftest import SHIPPED, SMALL
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factsheet.assess.snapshot import assess
from factsheet.formats import atom
from factsheet.report.history import events
from factsheet.source.load import load

ATOM = "{http://www.w3.org/2005/Atom}"


def check(data: bytes) -> ElementTree.Element:
    """The rules of RFC 4287 that this feed can break; returns the feed."""
    feed = ElementTree.fromstring(data)
    assert feed.tag == f"{ATOM}feed"
    for once in ("id", "title", "updated"):
        assert len(feed.findall(f"{ATOM}{once}")) == 1, once
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None  # so that no entry needs one
    ids = [feed.findtext(f"{ATOM}id")]
    for entry in feed.findall(f"{ATOM}entry"):
        for once in ("id", "title", "updated", "published", "content"):
            assert len(entry.findall(f"{ATOM}{once}")) == 1, once
            assert entry.findtext(f"{ATOM}{once}")
        ids.append(entry.findtext(f"{ATOM}id"))
        assert entry.find(f"{ATOM}content").get("type") == "text"  # type: ignore[union-attr]
        links = entry.findall(f"{ATOM}link")
        assert [link.get("rel") for link in links] == [
            "alternate",
            *["related"] * (len(links) - 1),
        ][: len(links)]
        for link in links:
            assert (link.get("href") or "").startswith(("http://", "https://"))
    assert len(set(ids)) == len(ids)
    for element in feed.iter():
        if element.tag in (f"{ATOM}updated", f"{ATOM}published"):
            assert dt.datetime.fromisoformat(element.text or "").tzinfo is not None
    return feed


def test_the_feed_has_an_entry_for_each_event_newest_first(run: Any, small: Path) -> None:
    result = run("log", "-f", small, "--format", "atom")
    assert (result.exit_code, result.stderr) == (0, "")
    feed = check(result.stdout_bytes)
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]
    assert [(title or "").split(";")[0] for title in titles] == [
        "arms-purchases: in-progress",
        "auto-tariff: fulfilled",
    ]
    assert feed.findtext(f"{ATOM}title") == "Pact of Two — 두 나라의 약속"
    assert feed.findtext(f"{ATOM}updated") == "2026-05-21T09:00:00Z"
    later = check(run("log", "-f", small, "--since", "2026-01-01", "--format", "atom").stdout_bytes)
    assert len(later.findall(f"{ATOM}entry")) == 1
    assert (
        check(
            run("log", "-f", small, "--since", "2026-11-01", "--format", "atom").stdout_bytes
        ).find(f"{ATOM}entry")
        is None
    )
    assert run("log", "-f", small, "--format", "atom").stdout_bytes == result.stdout_bytes


def test_a_feed_in_another_language_is_another_feed(run: Any, small: Path) -> None:
    args = ("log", "-f", small, "--format", "atom")
    english, korean = (check(run(*args, *more).stdout_bytes) for more in ((), ("--lang", "ko")))
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    assert (english.get(lang), korean.get(lang)) == (None, "ko")
    ids = [
        [each.text for each in feed.iter(f"{ATOM}id") if each.text] for feed in (english, korean)
    ]
    assert ids[0][0] == "tag:factsheet,2025-11-14:pact"
    assert ids[1] == [each.replace(":pact", ":pact/ko") for each in ids[0]]
    title = korean.findtext(f"{ATOM}entry/{ATOM}title", "")
    assert title.startswith("arms-purchases: 진행 중")


def test_a_withdrawal_reaches_readers_as_a_new_and_an_updated_entry(run: Any, small: Path) -> None:
    before = check(run("log", "-f", small, "--format", "atom").stdout_bytes)
    assert run("retract", "arms", "00000001", "--note", "a ceiling", "-f", small).exit_code == 0
    after = check(run("log", "-f", small, "--format", "atom").stdout_bytes)
    old = {entry.findtext(f"{ATOM}id"): entry for entry in before.findall(f"{ATOM}entry")}
    new = {entry.findtext(f"{ATOM}id"): entry for entry in after.findall(f"{ATOM}entry")}
    assert set(old) < set(new)
    gone = next(entry for key, entry in new.items() if (key or "").endswith("/00000001"))
    assert gone.findtext(f"{ATOM}title", "").startswith("withdrawn: arms-purchases")
    assert gone.findtext(f"{ATOM}updated") == "2026-11-24T09:30:00Z"
    assert gone.findtext(f"{ATOM}published") == "2026-05-21T09:00:00Z"
    assert after.findtext(f"{ATOM}updated") == "2026-11-24T09:30:00Z"


def test_what_was_found_late_is_news_on_the_day_it_was_written(run: Any, small: Path) -> None:
    since = ("-f", small, "--since", "2026-01-01")
    before = check(run("log", *since, "--format", "atom").stdout_bytes)
    late = ["--note", "Found in the gazette.", "--date", "2025-12-20"]
    assert run("update", "auto-tariff", *late, "-f", small).exit_code == 0
    after = check(run("log", *since, "--format", "atom").stdout_bytes)
    entries = after.findall(f"{ATOM}entry")
    assert len(entries) == len(before.findall(f"{ATOM}entry")) + 1
    (found,) = [each for each in entries if "gazette" in (each.findtext(f"{ATOM}content") or "")]
    assert found.findtext(f"{ATOM}published") == "2026-11-24T09:30:00Z"
    # A list is asked for a time of events, not of news.
    assert "gazette" not in run("log", *since).stdout
    # Nor is it news again to whoever follows since the day after.
    tomorrow = run("log", "-f", small, "--since", "2026-11-25", "--format", "atom").stdout_bytes
    assert check(tomorrow).find(f"{ATOM}entry") is None


def test_a_feed_reader_reads_it(run: Any, tmp_path: Path) -> None:
    if os.environ.get("CI") != "true":
        pytest.importorskip("feedparser", reason="feedparser is not installed")
    import feedparser

    result = run("log", "-f", SHIPPED, "--format", "atom")
    check(result.stdout_bytes)
    feed = feedparser.parse(result.stdout_bytes)
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    lines = run("log", "-f", SHIPPED).stdout.splitlines()
    assert len(feed.entries) == sum(line[:4].isdigit() for line in lines) > 10
    assert all(
        entry.id and entry.title and entry.updated_parsed and entry.content[0].value
        for entry in feed.entries
    )
    assert sum(entry.link.startswith("https://") for entry in feed.entries) > len(feed.entries) / 2


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_no_text_breaks_the_xml(text: str) -> None:
    quoted = "".join(f"\\U{ord(character):08x}" for character in text)
    dataset = load(
        SMALL.replace("A sale was notified.", quoted).replace("Pact of Two", quoted),
        today=dt.date.max,
    ).dataset
    assert dataset is not None
    snapshot = assess(dataset, dt.date(2026, 11, 24))
    check(atom.events(events(snapshot), snapshot))


def test_the_two_characters_that_xml_lacks() -> None:
    dataset = load(
        SMALL.replace("A sale was notified.", "a\\uffffb\\ufffec"), today=dt.date.max
    ).dataset
    assert dataset is not None
    snapshot = assess(dataset, dt.date(2026, 11, 24))
    assert "a\\uffffb\\ufffec" in ElementTree.tostring(
        check(atom.events(events(snapshot), snapshot)), encoding="unicode"
    )
