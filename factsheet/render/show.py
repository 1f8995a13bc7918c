"""One commitment whole, as text: what it says, how it is measured, where it stands, and its history with sources."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final, Literal, NamedTuple

from factsheet.measures import Rates, headroom, path_value
from factsheet.model import STATUS_MEANINGS, Amount, Level, Limit, Milestones, Source, Sum
from factsheet.progress import Assessment, Picture, rates
from factsheet.render import text as t
from factsheet.render.records import event_text, history


class Line(NamedTuple):
    """A line of text, the style of the whole of it, and whether it is wrapped (prose), kept (source) or cut (drawing)."""

    text: str
    style: str = ""
    kind: Literal["prose", "source", "drawing"] = "prose"


State = Literal["reached", "late", "open"]


class Milestone(NamedTuple):
    """A step and how it stands; ``when`` is the date that goes with that, in words, or empty."""

    id: str
    title: str
    state: State
    when: str


CHART_WIDTH, CHART_HEIGHT = 60, 9
STEP_SIGNS: Final[dict[State, t.Sign]] = {
    "reached": t.Sign("✔", "+", "green"),
    "late": t.Sign("✖", "x", "red"),
    "open": t.Sign("○", "o", ""),
}


def show(picture: Picture, item: Assessment, findings: Sequence[str], *, unicode: bool) -> list[Line]:
    """The page of one commitment; a paragraph is one line, for the caller to wrap."""
    commitment = item.commitment
    sign = t.SIGNS[item.status]
    lines = [Line(f"{commitment.id}  {t.one_line(commitment.title)}", "bold"), Line("")]
    by = f"since {item.status_by.date}" if item.status_by else STATUS_MEANINGS[item.status]
    known = f", known by {picture.known_by}" if picture.known_by else ""
    lines.append(Line(f"{sign.unicode if unicode else sign.ascii} {item.status}  {by}", sign.style))
    lines.append(Line(f"as of {picture.as_of}{known}", "bright_black"))
    lines += _section("Term", _term(item, picture))
    lines += _section("Measure", _measure(item, picture, unicode))
    lines += _section("Findings", (Line(finding, "yellow") for finding in findings))
    lines += _section("History, newest first", _history(item))
    lines += _section("Sources of the term", (Line(f"- {source_text(source)}", "", "source") for source in commitment.sources))
    return lines


def _section(title: str, content: Iterator[Line]) -> list[Line]:
    lines = list(content)
    return [Line(""), Line(title, "bold underline"), *lines] if lines else []


def _term(item: Assessment, picture: Picture) -> Iterator[Line]:
    commitment = item.commitment
    yield Line(t.one_line(commitment.summary))
    yield from (Line(f"{name + ':':<12} {value}") for name, value in term_facts(item, picture))
    for party, reading in commitment.readings.items():
        yield Line(f"{party + ' reads:':<12} {t.one_line(reading)}", "cyan")


def term_facts(item: Assessment, picture: Picture) -> Iterator[tuple[str, str]]:
    """What the text says beside the term itself, as (name, value) pairs; what it does not say is left out."""
    commitment = item.commitment
    parties = picture.dataset.agreement.parties
    facts = [
        ("owed by", ", ".join(f"{t.one_line(parties[party])} ({party})" for party in commitment.owed_by)),
        ("wording", t.one_line(commitment.wording or "")),
        ("section", t.one_line(commitment.section or "")),
        ("pillar", commitment.pillar),
        ("due", t.due_text(item) or "the text sets no date"),
        ("about due", t.one_line(commitment.due_note or "")),
        ("tags", ", ".join(commitment.tags)),
        ("parts", ", ".join(commitment.parts)),
        ("depends on", ", ".join(commitment.depends_on)),
    ]
    yield from ((name, value) for name, value in facts if value)


def _measure(item: Assessment, picture: Picture, unicode: bool) -> Iterator[Line]:
    measure, standing = item.commitment.measure, item.standing
    if measure is None:
        return
    for name, value in measure_facts(item, picture):
        yield Line(f"{name + ':':<12} {value}")
    for step in milestones(item):
        mark = STEP_SIGNS[step.state]
        tail = f"  ({step.when})" if step.when else ""
        yield Line(f"{mark.unicode if unicode else mark.ascii} {step.id}  {step.title}{tail}", mark.style)
    if isinstance(measure, Amount | Level) and (standing.observations or len(standing.points) > 1):
        yield Line("")
        yield from (Line(line, "", "drawing") for line in chart(item, picture.as_of, unicode=unicode))


def measure_facts(item: Assessment, picture: Picture) -> Iterator[tuple[str, str]]:
    """What is measured and what arithmetic says of it, each figure with its basis, as (name, sentence) pairs."""
    measure, standing = item.commitment.measure, item.standing
    if measure is None:
        return
    unit = standing.unit
    if counts := getattr(measure, "counts", None):
        yield "counts", t.one_line(counts)
    if isinstance(measure, Level):
        yield "baseline", t.amount(measure.baseline, unit, exact=True)
    if standing.unit != "milestones" and standing.target is not None:
        name = ("cap" if measure.max is not None else "floor") if isinstance(measure, Limit) else "target"
        yield name, t.amount(standing.target, unit, exact=True) + (f" per {measure.window}" if isinstance(measure, Limit) else "")
    if standing.value is not None and standing.unit != "milestones":
        yield "value", f"{t.amount(standing.value, unit, exact=True)}, data through {standing.through}"
    if isinstance(measure, Limit) and standing.value is not None:
        yield "headroom", t.amount(headroom(measure, standing.value), unit, exact=True)
    if text := t.progress_text(item):
        yield "used" if isinstance(measure, Limit) else "progress", text
    if standing.expected is not None:
        yield "expected", f"{t.percent(standing.expected)} {expectation_basis(item, picture)}"
    yield "pace", t.pace_text(item) or standing.word
    for breach in standing.breaches:
        until = f"to {breach.until}" if breach.until else "and still"
        yield "breach", f"from {breach.since} {until}, peak {t.amount(breach.peak, unit, exact=True)}"
    if standing.missing:
        yield "no data from", ", ".join(standing.missing)
    if (run := rates(item)) is not None:
        yield from _rates(run, unit)
    if getattr(measure, "path_source", None):
        yield "path", t.one_line(measure.path_source or "")  # type: ignore[union-attr]


def expectation_basis(item: Assessment, picture: Picture) -> str:
    """Which date the expectation is for, and whether the text or we drew the line."""
    measure, standing = item.commitment.measure, item.standing
    if isinstance(measure, Sum):
        return "from the parts, each at its own data-through date"
    if isinstance(measure, Milestones):
        return f"by the due dates passed on {picture.as_of}"
    day = f"by {standing.through}"
    if isinstance(measure, Amount | Level) and measure.path:
        if measure.path_in_text:
            return f"{day} on the path in the text"
        return f"{day} on a published path; the text sets no interim target"
    return f"{day} on a straight line; the text sets no interim target"


def _rates(run: Rates, unit: str | None) -> Iterator[tuple[str, str]]:
    if run.required is not None:
        yield "needed", f"{t.rate(run.required, unit)} a year from the last observation on, to arrive in time"
    if run.recent is not None:
        yield "recent", f"{t.rate(run.recent, unit)} a year, between {run.since} and {run.until}"
    if run.arrival is not None:
        yield "arrival", f"{run.arrival} at the recent rate"


def milestones(item: Assessment) -> Iterator[Milestone]:
    """The steps of a measure in their order, as of the picture's date; nothing where it has none."""
    measure = item.commitment.measure
    if not isinstance(measure, Milestones):
        return
    when = {step.id: date for step, date in item.standing.reached}
    late = {step.id for step in item.standing.late}
    for step in measure.steps:
        state: State = "reached" if step.id in when else "late" if step.id in late else "open"
        dated = f"reached {when[step.id]}" if step.id in when else f"due {step.due}" if step.due else ""
        yield Milestone(step.id, t.one_line(step.title), state, f"{dated}, late" if state == "late" else dated)


def _history(item: Assessment) -> Iterator[Line]:
    for record in history(item):
        update = record.update
        mark = "  (withdrawn)" if record.withdrawn else ""
        yield Line(f"{update.date}  {event_text(update, item)}{mark}", "bright_black" if record.withdrawn else "bold")
        if update.note:
            yield Line(f"    {t.one_line(update.note)}")
        for source in update.sources:
            yield Line(f"    - {source_text(source)}", "bright_black", "source")
        yield Line(f"    record {update.id}, written {update.recorded.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC", "bright_black")


def source_text(source: Source) -> str:
    """Publisher, title, date, kind and address of a source, on one line."""
    about = [t.one_line(part) for part in (source.publisher, source.title) if part]
    about += [t.day(source.published)] if source.published else []
    about += [source.kind] if source.kind else []
    return (", ".join(about) + ": " if about else "") + t.one_line(source.url)


def chart(item: Assessment, as_of: dt.date, *, unicode: bool) -> list[str]:
    """Observations against the expected path, drawn with text: time to the right, the target as a line."""
    standing, measure = item.standing, item.commitment.measure
    if not isinstance(measure, Amount | Level):
        return []
    values = [(update.data_through, update.value) for update in standing.observations if update.value is not None]
    dates = [day for day, _ in (*standing.points, *values)]
    first, last = min(dates), max(*dates, as_of)
    span = max((last - first).days, 1)
    levels = [measure.target, *(value for _, value in (*standing.points, *values))]
    low, high = min(levels), max(levels)
    path, dot, line = ("·", "●", "─") if unicode else (".", "*", "-")

    def column(day: dt.date) -> int:
        return (day - first).days * (CHART_WIDTH - 1) // span

    def row(value: Decimal) -> int:
        return int((high - value) / (high - low) * (CHART_HEIGHT - 1) + Decimal("0.5")) if high > low else 0

    grid = [[" "] * CHART_WIDTH for _ in range(CHART_HEIGHT)]
    grid[row(measure.target)] = [line] * CHART_WIDTH
    if len(standing.points) > 1:
        for x in range(CHART_WIDTH):
            day = first + dt.timedelta(days=span * x // (CHART_WIDTH - 1))
            if day >= standing.points[0][0]:
                grid[row(path_value(standing.points, day))][x] = path
    for day, value in values:
        grid[row(value)][column(day)] = dot
    labels = {row(level): t.amount(level, standing.unit) for level in (low, high, measure.target)}
    if standing.value is not None:
        labels.setdefault(row(standing.value), t.amount(standing.value, standing.unit))
    gutter = max(map(len, labels.values()))
    edge = "│" if unicode else "|"
    drawn = [f"{labels.get(number, ''):>{gutter}} {edge}{''.join(cells)}".rstrip() for number, cells in enumerate(grid)]
    axis = [" "] * CHART_WIDTH
    through = standing.through if standing.through and standing.through <= last else None
    if through:
        axis[column(through)] = "^"
    ends = f"{first}{'':{CHART_WIDTH - 20}}{last}"
    key = f"{dot} observed   {path} expected   {line} target" + ("   ^ data through " + str(through) if through else "")
    return [*drawn, " " * (gutter + 2) + "".join(axis).rstrip(), " " * (gutter + 2) + ends, " " * (gutter + 2) + key]
