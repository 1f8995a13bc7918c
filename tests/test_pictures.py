"""What pictures draw: which dots, which labels and where, which lines, which rows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from building import amount, day, event, level, make, of, term, toml
from reporting import Page

from factsheet.assess.snapshot import assess
from factsheet.formats import page, svg

Run = Callable[..., Any]
YEAR = {"start": day("2026-01-01"), "by": day("2026-12-31")}


def drawn(measure: dict[str, Any], *events: dict[str, Any], as_of: str = "2026-12-31") -> str:
    """The chart of a term."""
    snapshot = assess(make(term("it", measure, *events)), day(as_of))
    return svg.chart(snapshot.items[0], snapshot)


def labels(chart: str) -> dict[str, str]:
    """Where each label of a chart is anchored: at its start, its middle or its end."""
    found = re.findall(r"<text ([^>]*)>([^<]*)</text>", chart)
    return {
        words: anchor[1] if (anchor := re.search(r'text-anchor="(\w+)"', attributes)) else "start"
        for attributes, words in found
    }


@pytest.mark.parametrize("count", [1, 2, 60, 61, 150])
def test_the_last_observation_is_always_drawn(count: int) -> None:
    """Whatever is thinned out, the newest figure stays, at its own place and with its label."""
    first = day("2026-01-02")
    events = [event(str(first + dt.timedelta(days=n)), n + 1) for n in range(count)]
    chart = drawn(amount(200, **YEAR), *events)
    dots = re.findall(r'<circle class="(dot(?: last)?)" cx="([\d.]+)%" cy="(\d+)"', chart)
    assert [kind for kind, _, _ in dots].count("dot last") == 1
    assert dots[-1][0] == "dot last"
    across = (1.2 + 97.6 * (first - day("2026-01-01")).days / 364, 97.6 * (count - 1) / 364)
    assert float(dots[-1][1]) == pytest.approx(sum(across), abs=0.1)
    assert int(dots[-1][2]) == int(svg.BOTTOM - Decimal(count) * (svg.BOTTOM - svg.TOP) / 200)
    assert f"${count}" in labels(chart)
    assert min(count, svg.DOTS // 2) <= len(dots) <= svg.DOTS + 1


@pytest.mark.parametrize(
    ("date", "anchor", "target"),
    [
        ("2026-01-20", "start", "end"),
        ("2026-04-10", "start", "end"),
        ("2026-07-01", "middle", "end"),
        ("2026-07-30", "middle", "start"),
        ("2026-10-20", "end", "start"),
        ("2026-11-24", "end", "start"),
    ],
)
def test_labels_lean_away_from_the_edges(date: str, anchor: str, target: str) -> None:
    """A label at an edge ends inside the picture, and that of the target keeps out of its way."""
    found = labels(drawn(amount(100, **YEAR), event(date, 40)))
    assert found[f"data through {date}"] == anchor
    assert found["$40"] == anchor
    assert found["target $100"] == target
    assert (found["2026-01-01"], found["2026-12-31"]) == ("start", "end")


def whole(*terms: dict[str, Any]) -> Any:
    names = [each["id"] for each in terms]
    dataset = make(term("whole", {"kind": "sum"}, parts=names), *terms)
    return of(dataset, "whole", "2026-12-31").measurement


def test_a_sum_has_a_path_only_where_every_part_has_one() -> None:
    early = amount(100, start=day("2026-01-01"), by=day("2026-07-01"))
    late = amount(300, start=day("2026-04-01"), by=day("2026-10-01"))
    made = whole(
        term("a", early, event("2026-03-01", 20)),
        term("b", late, event("2026-05-01", 60)),
    )
    # On the day on which one path begins or ends, the other is somewhere along its own.
    assert made.path == (
        (day("2026-01-01"), Decimal(0)),
        (day("2026-04-01"), 100 * Decimal(90) / 181),
        (day("2026-07-01"), 100 + 300 * Decimal(91) / 183),
        (day("2026-10-01"), Decimal(400)),
    )
    assert made.series == ((day("2026-03-01"), 20), (day("2026-05-01"), 80))
    assert whole(term("a", early, event("2026-03-01", 20)), term("b", amount(300))).path == ()


def test_a_part_without_data_adds_nothing_to_a_sum_and_keeps_its_path() -> None:
    made = whole(
        term("a", amount(100, **YEAR), event("2026-03-01", 20)), term("b", amount(300, **YEAR))
    )
    assert made.series == ((day("2026-03-01"), 20),)
    assert made.path == ((day("2026-01-01"), 0), (day("2026-12-31"), 400))
    assert made.missing == ("b",)


def text_chart(measure: dict[str, Any], *events: dict[str, Any]) -> list[str]:
    made = of(make(term("it", measure, *events)), "it", "2026-12-31").measurement
    return page.chart(made, day("2026-12-31"), unicode=False)


def test_no_path_is_drawn_before_its_start() -> None:
    """What was observed before the clock began stands alone: nothing was expected then."""
    measure = amount(100, start=day("2026-07-02"), by=day("2026-12-31"))
    rows = text_chart(measure, event("2026-01-01", 30), event("2026-09-01", 60))
    edge = rows[0].index("|") + 1
    plot = [row[edge:] for row in rows[: page.CHART_HEIGHT]]
    places = [place for row in plot for place, sign in enumerate(row) if sign == "."]
    # 182 of the 364 days, in a picture that is 60 columns wide.
    assert min(places) == 30
    assert any(row.startswith("*") for row in plot)
    from_the_start = text_chart(amount(100, **YEAR), event("2026-01-01", 30))
    assert any(row[edge:].startswith(".") for row in from_the_start)


def test_the_text_chart_marks_where_the_data_end() -> None:
    rows = text_chart(level(100, 0, **YEAR), event("2026-03-01", 80), event("2026-07-02", 60))
    edge = rows[0].index("|") + 1
    (marks,) = [row for row in rows if row.strip() == "^"]
    assert marks.index("^") - edge == 29  # day 182 of 364, of 59 steps
    assert "^ data through 2026-07-02" in rows[-1]
    assert rows[-2].split() == ["2026-01-01", "2026-12-31"]


def rows_of(run: Run, path: Path, terms: Sequence[dict[str, Any]]) -> tuple[list[str], str]:
    """The names of the rows of a timeline, and what it is in words."""
    path.write_text(toml(*deepcopy(terms)), encoding="utf-8")
    out = run("report", "-f", path, "--format", "html").stdout_bytes
    pictures = [attrs for tag, attrs in Page(out).tags if tag == "svg"]
    words = next(attrs["aria-label"] for attrs in pictures if attrs.get("class") == "timeline")
    assert words
    found = re.search(r'<svg class="timeline".*?</svg>', out.decode(), re.DOTALL)
    assert found
    named = re.findall(r'<div class="row soft" title="[^"]*">([^<]*)</div>', found[0])
    return named, words


def test_the_timeline_has_a_row_for_each_headline_term_and_one_for_each_pillar(
    run: Run, tmp_path: Path
) -> None:
    seen = [event("2026-02-01", status="in-progress"), event("2026-03-01")]
    others = [
        term("c", None, event("2026-04-01"), pillar="security"),
        term("d", None, event("2026-05-01"), pillar="trade"),
        term("e", None, event("2026-06-01"), pillar="trade"),
    ]
    main = [term("a", None, *seen, headline=True), term("b", None, headline=True)]
    named, words = rows_of(run, tmp_path / "few.toml", [*main, *others])
    assert named == ["a", "b", "Trade", "Security"]
    assert words.endswith("a: 2; b: 0; Trade: 2; Security: 1.")
    # Many headline terms share one row, as each pillar does.
    many = [term(f"h{n}", None, event("2026-02-01"), headline=True) for n in range(9)]
    named, words = rows_of(run, tmp_path / "many.toml", [*many, *others])
    assert named == ["Headline terms", "Trade", "Security"]
    assert words.endswith("Headline terms: 9; Trade: 2; Security: 1.")


def test_a_dot_of_the_timeline_stands_in_the_row_of_its_term(run: Run, tmp_path: Path) -> None:
    terms = [
        term("a", None, event("2026-02-01", status="in-progress"), headline=True),
        term("b", None, event("2026-11-24"), event("2026-11-24"), headline=True),
    ]
    path = tmp_path / "d.toml"
    path.write_text(toml(*terms), encoding="utf-8")
    out = run("report", "-f", path, "--format", "html").stdout
    found = re.search(r'<svg class="timeline".*?</svg>', out, re.DOTALL)
    assert found
    dots = re.findall(r'<circle class="([\w ]+)" cx="([\d.]+)%" cy="(\d+)" r="([\d.]+)"', found[0])
    (kind, left, top, size), (other, right, bottom, larger) = dots
    assert (kind, other) == ("dot", "dot open")
    assert float(left) < 15 < 95 < float(right)
    assert int(bottom) - int(top) == svg.ROW
    assert float(size) < float(larger)
