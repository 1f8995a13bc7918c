"""One commitment whole, as text: what it says, how it is measured, where it stands, and its history
with sources.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final, Literal, NamedTuple

from factsheet.assess.measurement import Measurement
from factsheet.assess.pace import path_value
from factsheet.assess.snapshot import Assessment, Snapshot
from factsheet.inert import one_line
from factsheet.model import Source
from factsheet.report import words as t
from factsheet.report.cite import Citation
from factsheet.report.facts import State, measure_facts, milestones, term_facts
from factsheet.report.history import history, homes, record_text
from factsheet.report.words import source_text
from factsheet.vocabulary import STATUS_MEANINGS


class Line(NamedTuple):
    """A line of text, the style of the whole of it, and whether it is wrapped (prose), kept
    (source) or cut (drawing).
    """

    text: str
    style: str = ""
    kind: Literal["prose", "source", "drawing"] = "prose"


CHART_WIDTH, CHART_HEIGHT = 60, 9
STEP_SIGNS: Final[dict[State, t.Sign]] = {
    "reached": t.Sign("✔", "+", "green"),
    "late": t.Sign("✖", "x", "red"),
    "open": t.Sign("○", "o", ""),
}


def show(
    snapshot: Snapshot,
    item: Assessment,
    findings: Sequence[str],
    *,
    citation: Citation,
    unicode: bool,
) -> list[Line]:
    """The page of one commitment; a paragraph is one line, for the caller to wrap."""
    commitment = item.commitment
    sign = t.SIGNS[item.status]
    lines = [Line(f"{commitment.id}  {one_line(commitment.title)}", "bold"), Line("")]
    by = f"since {item.status_by.date}" if item.status_by else STATUS_MEANINGS[item.status]
    known = f", known by {snapshot.known_by}" if snapshot.known_by else ""
    lines.append(Line(f"{sign.unicode if unicode else sign.ascii} {item.status}  {by}", sign.style))
    lines.append(Line(f"as of {snapshot.as_of}{known}", "bright_black"))
    lines += _section("Term", _term(item, snapshot))
    lines += _section("Measure", _measure(item, snapshot, unicode))
    lines += _section("Findings", (Line(finding, "yellow") for finding in findings))
    lines += _section("History, newest first", _history(item, snapshot))
    lines += _section("Sources of the term", _sources(commitment.sources, snapshot, ""))
    bibtex = (Line(line, "bright_black", "source") for line in citation.bibtex.splitlines())
    lines += _section("Cite", iter([Line(citation.sentence), Line(""), *bibtex]))
    return lines


def _section(title: str, content: Iterator[Line]) -> list[Line]:
    lines = list(content)
    return [Line(""), Line(title, "bold underline"), *lines] if lines else []


def _term(item: Assessment, snapshot: Snapshot) -> Iterator[Line]:
    commitment = item.commitment
    yield Line(one_line(commitment.summary))
    yield from (Line(f"{name + ':':<12} {value}") for name, value in term_facts(item, snapshot))
    for party, reading in commitment.readings.items():
        yield Line(f"{party + ' reads:':<12} {one_line(reading)}", "cyan")


def _measure(item: Assessment, snapshot: Snapshot, unicode: bool) -> Iterator[Line]:
    made = item.measurement
    for name, value in measure_facts(item, snapshot):
        yield Line(f"{name + ':':<12} {value}")
    for step in milestones(item):
        mark = STEP_SIGNS[step.state]
        tail = f"  ({step.when})" if step.when else ""
        yield Line(
            f"{mark.unicode if unicode else mark.ascii} {step.id}  {step.title}{tail}", mark.style
        )
    drawn = chart(made, snapshot.as_of, unicode=unicode)
    if drawn:
        yield Line("")
        yield from (Line(line, "", "drawing") for line in drawn)


def _history(item: Assessment, snapshot: Snapshot) -> Iterator[Line]:
    kept = homes(snapshot)
    for record in history(item):
        update = record.update
        mark = "  (withdrawn)" if record.withdrawn else ""
        yield Line(
            f"{update.date}  {record_text(update, item)}{mark}",
            "bright_black" if record.withdrawn else "bold",
        )
        if update.note:
            yield Line(f"    {one_line(update.note)}")
        for line in _sources(update.sources, snapshot, "bright_black"):
            yield line._replace(text=f"    {line.text}")
        home = kept[update.id]
        under = "" if home == item.commitment.id else f", kept under {home}"
        written = f"{update.recorded.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"
        yield Line(f"    record {update.id}, written {written}{under}", "bright_black")


def _sources(sources: Sequence[Source], snapshot: Snapshot, style: str) -> Iterator[Line]:
    """A line a source, and one for its archived copy."""
    for source in sources:
        yield Line(f"- {source_text(source)}", style, "source")
        state = snapshot.sources.get(source.url)
        if state and state.archived:
            copy = f"  {t.copy_words(state)}: {one_line(state.archived)}"
            yield Line(copy, "bright_black", "source")


def chart(made: Measurement, as_of: dt.date, *, unicode: bool) -> list[str]:
    """Observations against the expected path, drawn with text; nothing where there are neither.

    Time runs to the right, the target is a line.
    """
    values, points, target = made.observed, made.points, made.target
    if not points or target is None or not (values or len(points) > 1):
        return []
    dates = [day for day, _ in (*points, *values)]
    first, last = min(dates), max(*dates, as_of)
    span = max((last - first).days, 1)
    levels = [target, *(value for _, value in (*points, *values))]
    low, high = min(levels), max(levels)
    path, dot, line = ("·", "●", "─") if unicode else (".", "*", "-")

    def column(day: dt.date) -> int:
        return (day - first).days * (CHART_WIDTH - 1) // span

    def row(value: Decimal) -> int:
        if high <= low:
            return 0
        return int((high - value) / (high - low) * (CHART_HEIGHT - 1) + Decimal("0.5"))

    grid = [[" "] * CHART_WIDTH for _ in range(CHART_HEIGHT)]
    grid[row(target)] = [line] * CHART_WIDTH
    if len(points) > 1:
        for x in range(CHART_WIDTH):
            day = first + dt.timedelta(days=span * x // (CHART_WIDTH - 1))
            if day >= points[0][0]:
                grid[row(path_value(points, day))][x] = path
    for day, value in values:
        grid[row(value)][column(day)] = dot
    labels = {row(level): t.amount(level, made.unit) for level in (low, high, target)}
    if made.value is not None:
        labels.setdefault(row(made.value), t.amount(made.value, made.unit))
    gutter = max(map(len, labels.values()))
    edge = "│" if unicode else "|"
    drawn = [
        f"{labels.get(number, ''):>{gutter}} {edge}{''.join(cells)}".rstrip()
        for number, cells in enumerate(grid)
    ]
    axis = [" "] * CHART_WIDTH
    through = made.through if made.through and made.through <= last else None
    if through:
        axis[column(through)] = "^"
    ends = f"{first}{'':{CHART_WIDTH - 20}}{last}"
    key = f"{dot} observed   {path} expected   {line} target" + (
        "   ^ data through " + str(through) if through else ""
    )
    return [
        *drawn,
        " " * (gutter + 2) + "".join(axis).rstrip(),
        " " * (gutter + 2) + ends,
        " " * (gutter + 2) + key,
    ]
