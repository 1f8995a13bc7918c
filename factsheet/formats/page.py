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
from factsheet.report import quantities as q
from factsheet.report import words as t
from factsheet.report.cite import Citation
from factsheet.report.facts import State, measure_facts, milestones, term_facts
from factsheet.report.history import history, homes, record_text
from factsheet.report.speech import ENGLISH, _, language, say, word
from factsheet.report.words import source_text
from factsheet.vocabulary import STATUS_MEANINGS


class Line(NamedTuple):
    """A line of text, the style of the whole of it, and whether it is wrapped (prose), kept
    (source) or cut (drawing).
    """

    text: str
    style: str = ""
    kind: Literal["prose", "source", "drawing"] = "prose"


NAME_WIDTHS: Final = {ENGLISH: 12, "ko": 14}
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
    if item.status_by:
        by = say("since {date}", date=t.date(item.status_by.date))
    else:
        by = _(STATUS_MEANINGS[item.status])
    status = t.status_and_code(item.status)
    lines.append(Line(f"{sign.unicode if unicode else sign.ascii} {status}  {by}", sign.style))
    lines.append(Line(t.as_of_text(snapshot), "bright_black"))
    lines += _section(_("Term"), _term(item, snapshot))
    lines += _section(_("Measure"), _measure(item, snapshot, unicode))
    lines += _section(_("Findings"), (Line(finding, "yellow") for finding in findings))
    lines += _section(_("History, newest first"), _history(item, snapshot))
    lines += _section(_("Sources of the term"), _sources(commitment.sources, snapshot, ""))
    bibtex = (Line(line, "bright_black", "source") for line in citation.bibtex.splitlines())
    lines += _section(_("Cite"), iter([Line(citation.sentence), Line(""), *bibtex]))
    return lines


def _section(title: str, content: Iterator[Line]) -> list[Line]:
    lines = list(content)
    return [Line(""), Line(title, "bold underline"), *lines] if lines else []


def _term(item: Assessment, snapshot: Snapshot) -> Iterator[Line]:
    commitment = item.commitment
    yield Line(one_line(commitment.summary))
    yield from (_fact(name, value) for name, value in term_facts(item, snapshot))
    for party, reading in commitment.readings.items():
        reads = say("{party} reads", party=word("party", party))
        yield _fact(reads, one_line(reading))._replace(style="cyan")


def _fact(name: str, value: str) -> Line:
    width = NAME_WIDTHS.get(language(), NAME_WIDTHS[ENGLISH])
    return Line(f"{t.padded(name + ':', width)} {value}")


def _measure(item: Assessment, snapshot: Snapshot, unicode: bool) -> Iterator[Line]:
    made = item.measurement
    for name, value in measure_facts(item, snapshot):
        yield _fact(name, value)
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
        mark = "  (" + _("withdrawn") + ")" if record.withdrawn else ""
        yield Line(
            f"{t.date(update.date)}  {record_text(update, item)}{mark}",
            "bright_black" if record.withdrawn else "bold",
        )
        if update.note:
            yield Line(f"    {one_line(update.note)}")
        for line in _sources(update.sources, snapshot, "bright_black"):
            yield line._replace(text=f"    {line.text}")
        home = kept[update.id]
        moment = update.recorded.astimezone(dt.UTC)
        written = f"{t.date(moment.date())} {moment:%H:%M} UTC"
        said = say("record {record}, written {when}", record=update.id, when=written)
        if home != item.commitment.id:
            said = say("{said}, kept under {item}", said=said, item=home)
        yield Line(f"    {said}", "bright_black")


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
    labels = {row(level): q.amount(level, made.unit) for level in (low, high, target)}
    if made.value is not None:
        labels.setdefault(row(made.value), q.amount(made.value, made.unit))
    gutter = max(map(t.cells, labels.values()))
    edge = "│" if unicode else "|"
    drawn = [
        f"{' ' * (gutter - t.cells(labels.get(number, '')))}{labels.get(number, '')} "
        f"{edge}{''.join(cells)}".rstrip()
        for number, cells in enumerate(grid)
    ]
    axis = [" "] * CHART_WIDTH
    through = made.through if made.through and made.through <= last else None
    if through:
        axis[column(through)] = "^"
    start, end = t.date(first), t.date(last)
    ends = f"{start}{' ' * (CHART_WIDTH - len(start) - len(end))}{end}"
    signs = {dot: _("observed"), path: word("chart", "expected"), line: _("target")}
    key = "   ".join(f"{sign} {name}" for sign, name in signs.items())
    if through:
        key += "   ^ " + say("data through {date}", date=t.date(through))
    return [
        *drawn,
        " " * (gutter + 2) + "".join(axis).rstrip(),
        " " * (gutter + 2) + ends,
        " " * (gutter + 2) + key,
    ]
