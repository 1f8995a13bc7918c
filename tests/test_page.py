"""The report as a page: what comes first, where its records are, what a reader is told in words."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from building import amount, event, level, limit, one, steps, term, toml
from conftest import ROOT, SMALL
from reporting import MORE, Page

from factsheet.report.cards import way_words

Run = Callable[..., Any]


@pytest.fixture
def full(tmp_path: Path) -> Path:
    path = tmp_path / "full.toml"
    path.write_text(SMALL + MORE, encoding="utf-8")
    return path


def page_of(run: Run, path: Path, *args: str) -> str:
    result = run("report", "-f", path, "--format", "html", *args)
    assert result.exit_code == 0, result.output
    out: str = result.stdout
    return out


def test_a_page_gives_the_answer_first_and_where_it_is_from_last(run: Run, full: Path) -> None:
    page = page_of(run, full, "--since", "2026-03-31")
    page = html.unescape(re.sub("</?span[^>]*>", "", page[page.index("<header") :]))
    marks = [
        "as of 2026-11-24; data through",
        "<h1>Pact of Two",
        "US is late with “Lower the duty on parts”",
        "12% of the way where 10% was due: ahead",
        "owed by ROK",
        "evidence 188 days old, stale",
        "at least 20% of the way: not all parts have a figure",
        "<h2>At a glance",
        "<h2>Changed since 2026-03-31",
        "<h2>Needs attention",
        "<h2>Figures and events",
        "<h2>Headline terms",
        "<h2>Security",
        "<h2>Trade",
        "<h2>Investment",
        "<h2>Method",
        "<h2>Corrections",
        "<h2>Sources",
        "<h2>About this report",
        "known by",
        "parties",
        "SHA-256",
    ]
    places = [page.index(mark) for mark in marks[:-3]]
    foot = page.index("<h2>About this report")
    places += [page.index(mark, foot) for mark in marks[-3:]]
    assert places == sorted(places)
    assert "SHA-256" not in page[:foot]


def shared() -> str:
    """An event on three terms, one of which has words of its own for it."""
    also = [{"item": "second"}, {"item": "third", "note": "For the third it means more."}]
    source = {"url": "https://example.org/news", "publisher": "Press"}
    told = event("2026-02-01", status="in-progress", note="It begins.", sources=[source], also=also)
    told["id"] = "0000abcd"
    terms = [term("first", None, told), term("second", None), term("third", None)]
    return toml(*terms)


def test_a_record_has_an_address_and_one_kept_elsewhere_links_to_it(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "d.toml"
    path.write_text(shared(), encoding="utf-8")
    out = page_of(run, path)
    ids = Counter(attrs["id"] for _, attrs in Page(out.encode()).tags if "id" in attrs)
    assert max(ids.values()) == 1
    assert {"r-0000abcd", "r-0000abcd-second", "r-0000abcd-third"} <= set(ids)
    lines = dict(re.findall(r'<li id="(r-[^"]*)"(.*?)</li>', out))
    link = 'kept under <a href="#r-0000abcd">first</a>'
    assert link not in lines["r-0000abcd"]
    assert link in lines["r-0000abcd-second"]
    # What is repeated is on the screen only; on paper it stands once.
    assert "<span class=again>It begins.</span>" in lines["r-0000abcd-second"]
    assert "<span>For the third it means more.</span>" in lines["r-0000abcd-third"]


def test_a_page_of_a_part_links_to_nothing_that_it_lacks(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "d.toml"
    path.write_text(shared(), encoding="utf-8")
    out = page_of(run, path, "second", "third")
    page = Page(out.encode())
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    targets = [attrs["href"] or "" for tag, attrs in page.tags if tag == "a"]
    assert {each[1:] for each in targets if each.startswith("#")} <= set(ids)
    assert len(ids) == len(set(ids))
    assert "It begins." in page.text


def test_a_source_is_a_note_with_one_number(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "d.toml"
    path.write_text(shared(), encoding="utf-8")
    out = page_of(run, path)
    numbers = re.findall(r'href="https://example.org/news" rel="noreferrer" data-n="(\d+)"', out)
    assert len(numbers) == 4, "three records and the list of sources"
    assert len(set(numbers)) == 1
    notes = re.findall(r"<ol class=\"notes\">(.*?)</ol>", out, re.DOTALL)
    assert notes[0].count("<li>") == len(set(re.findall(r'data-n="(\d+)"', out)))


def test_stale_terms_stand_in_a_table_by_age(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "d.toml"
    terms = [
        term("newer", None, event("2026-05-01", status="in-progress")),
        term("older", None, event("2026-02-01", status="stalled")),
        term("never", None),
    ]
    path.write_text(toml(*terms), encoding="utf-8")
    rows = re.search(r'<table class="stack stale">.*?</table>', page_of(run, path), re.DOTALL)
    assert rows
    names = re.findall(r'<a href="#c-(\w+)">', rows[0])
    ages = re.findall(r'data-name="Days without news">([^<]*)<', rows[0])
    assert names == ["never", "older", "newer"]
    today = dt.date(2026, 11, 24)
    old, new = (today - dt.date(2026, month, 1) for month in (2, 5))
    assert ages == ["–", str(old.days), str(new.days)]


@pytest.mark.parametrize(
    ("measure", "events", "said"),
    [
        (None, [], ""),
        (amount(by=dt.date(2027, 11, 14)), [], "no figure yet"),
        (
            amount(by=dt.date(2027, 11, 14)),
            [event("2026-11-14", 45)],
            "45% of the way where 46% was due: on pace",
        ),
        (amount(), [event("2026-11-14", 45)], "45% of the way: no date is set"),
        (amount(), [event("2026-11-14", 100)], "the target is reached"),
        (
            level(25, 15, by=dt.date(2027, 11, 14)),
            [event("2026-11-14", 30)],
            "further from the target than at the start",
        ),
        (limit(max=100), [event("2026-11-14", 45)], "45% used: within the cap"),
        (limit(max=100), [event("2026-11-14", 145)], "145% used: above the cap"),
        (limit(min=100), [event("2026-11-14", 45)], "45% of floor: below the floor"),
        (
            steps(a="2026-01-31", b="2026-06-30", c=""),
            [event("2026-01-15", reached=["a"])],
            "1 of 3 milestones where 2 were due: behind",
        ),
    ],
)
def test_the_pace_in_plain_words(
    measure: dict[str, Any] | None, events: list[dict[str, Any]], said: str
) -> None:
    assert way_words(one(measure, *events)) == said


def test_a_chart_names_its_baseline_and_its_target(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "d.toml"
    measured = term("it", level(25, 15, by=dt.date(2027, 11, 14)), event("2026-02-01", 20))
    path.write_text(toml(measured), encoding="utf-8")
    out = page_of(run, path)
    assert '<li class="k-target">target 15%</li>' in out
    assert '<li class="k-base">baseline 25%</li>' in out


def test_no_line_of_a_template_is_longer_than_a_line_of_the_program() -> None:
    folder = ROOT / "factsheet" / "formats" / "templates"
    templates = sorted(folder.rglob("*.j2"))
    assert {"style.css.j2", "report.html.j2", "head.html.j2"} <= {path.name for path in templates}
    assert not [
        f"{path.relative_to(folder)}:{number}"
        for path in templates
        for number, line in enumerate(path.read_bytes().splitlines(), 1)
        if len(line) > 100
    ]


@pytest.mark.parametrize("part", [(), ("annual-cap", "both"), ("--headline",)])
def test_the_day_of_news_leads_to_its_record(run: Run, full: Path, part: tuple[str, ...]) -> None:
    page = page_of(run, full, *part, "--since", "2025-11-15")
    there = re.findall(r' id="([^"]+)"', page)
    assert len(there) == len(set(there))
    inside = set(re.findall(r'href="#([^"]+)"', page))
    assert inside <= set(there)
    dated = re.findall(r'<span class="date"><a href="#([^"]+)">([-\d]+)</a></span>', page)
    assert dated
    for place, day in dated:
        record = page[page.index(f' id="{place}"') :].partition("</li>")[0]
        # A correction is dated by when it was written.
        assert f">{day}</span>" in record or f"written {day}" in record
