"""What changed since a day, in words: each event once, with all that it moved and its sentence."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from factsheet.assess.compare import Comparison, Kind, Move, News
from factsheet.assess.snapshot import Assessment
from factsheet.inert import one_line
from factsheet.report import words as t
from factsheet.report.highlights import Group, Line, correction_text, ref
from factsheet.report.history import Event, history, record_parts, told

_BY_KIND: Final[dict[Kind, str]] = {
    "status": "Status moves",
    "value": "New totals and levels",
    "reached": "Milestones reached",
    "pace": "Pace",
    "overdue": "Now overdue",
}
FOUND_SINCE: Final = "Found since, about earlier days"
INTROS: Final[dict[str, str]] = {
    "Status moves": "From the status of that time to the present one.",
    "New totals and levels": "The latest figure against the one of that time.",
    "Milestones reached": "",
    "Pace": "Where the word for the pace is another one.",
    "Now overdue": "Due since then, and still open.",
    FOUND_SINCE: "Recorded since then; a report of that time could not know it.",
    "Other news": "What moved neither status nor figure.",
    "Moved by the calendar": "No new record: dates have passed, or a new year has begun.",
    "Corrections": "Records withdrawn since then, and what that moved.",
}
"""The groups in the order of telling, each with what its lines have in common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is different from what a report of the day before ``since`` would have said.

    ``comparison`` is what the words are about.
    """

    since: dt.date
    intro: str
    groups: tuple[Group, ...]
    comparison: Comparison


def changes(comparison: Comparison) -> Changes:
    """The comparison in words: every event in one group, every move in one line."""
    writer = _Writer(comparison)
    found: dict[str, list[Line]] = defaultdict(list)
    for news in comparison.news:
        found[group_of(news)].append(writer.line(news))
    for move in comparison.passed:
        late = move.kind == "overdue" and move.now
        found["Now overdue" if late else "Moved by the calendar"].append(writer.passed(move))
    groups = tuple(
        Group(title, intro, tuple(found[title])) for title, intro in INTROS.items() if found[title]
    )
    return Changes(
        since=comparison.since,
        intro=_intro(comparison),
        groups=groups,
        comparison=comparison,
    )


def group_of(news: News) -> str:
    """Where an event is told: by what it is, else by the most telling of what it moved."""
    if news.event.update.retracts:
        return "Corrections"
    if news.late:
        return FOUND_SINCE
    kinds = {move.kind for move in news.moves}
    return next((title for kind, title in _BY_KIND.items() if kind in kinds), "Other news")


def _intro(comparison: Comparison) -> str:
    day = comparison.before.as_of
    told_of = {name for news in comparison.news for name in news.items}
    number = t.count(len(comparison.news), "event")
    new = f"{number} on {t.count(len(told_of), 'commitment')}" if comparison.news else "no event"
    return f"Against what a report of {day} would have said, by what the dataset knew then: {new}."


class _Writer:
    """Puts events and moves of a comparison into words."""

    def __init__(self, comparison: Comparison) -> None:
        self._was = {item.commitment.id: item for item in comparison.before.items}
        self._now = {item.commitment.id: item for item in comparison.after.items}
        records = history(*comparison.after.items)
        self._events = {each.update.id: each for each in told(comparison.after, records)}

    def line(self, news: News) -> Line:
        """An event: what it moved where it is kept, its sentence, then the other promises."""
        update = news.event.update
        event = self._events[update.id]
        moves: dict[str, list[str]] = defaultdict(list)
        for move in news.moves:
            moves[move.item].append(self.move(move))
        main, *others = [name for name in news.items if name in self._now]
        date = update.recorded_on if update.retracts else update.date
        also = tuple((ref(self._now[name]), self._said(name, event, moves)) for name in others)
        if update.retracts:
            moved = f"; so {', '.join(moves[main])}" if moves[main] else ""
            return Line(ref(self._now[main]), correction_text(event.main) + moved, date, also)
        said = self._said(main, event, moves)
        note = one_line(update.note) if update.note else ""
        return Line(ref(self._now[main]), ": ".join(filter(None, (said, note))), date, also)

    def _said(self, name: str, event: Event, moves: dict[str, list[str]]) -> str:
        """What an event moved of a promise, else what it brings."""
        record = next((one for one in event.records if one.item.commitment.id == name), None)
        if record is None or record.update.retracts:
            return "; ".join(moves[name])
        update = record.update
        marks = [word for word in ("disputed",) if update.disputed]
        said = [*moves[name], *marks] if moves[name] else record_parts(update, record.item)
        own = update.note if record is not event.main and update.note != event.update.note else None
        return ": ".join(filter(None, ("; ".join(said), one_line(own) if own else "")))

    def passed(self, move: Move) -> Line:
        """A move that only the calendar made."""
        item = self._now[move.item]
        if move.kind == "overdue" and move.now:
            return Line(ref(item), item.status, item.commitment.due)
        return Line(ref(item), self.move(move))

    def move(self, move: Move) -> str:
        """One move in a phrase."""
        was, now = self._was[move.item], self._now[move.item]
        match move.kind:
            case "status":
                return f"{move.was} → {move.now}"
            case "value":
                return _figures(was, now)
            case "reached":
                return _milestone(move, now)
            case "pace":
                return _pace(was, now)
        return f"overdue since {now.commitment.due}" if move.now else "no longer overdue"


def _figures(was: Assessment, now: Assessment) -> str:
    old, new = was.measurement, now.measurement
    if new.value is None:
        return f"{t.amount(old.value, old.unit)} → no figure"
    figure = t.amount(new.value, new.unit)
    if old.value == new.value:
        return f"still {figure}, data through {new.through}"
    start = "first figure:" if old.value is None else f"{t.amount(old.value, old.unit)} →"
    of = f" ({t.way_text(now)})" if new.target is not None else ""
    return f"{start} {figure}{of}"


def _milestone(move: Move, now: Assessment) -> str:
    title = next(one_line(s.title) for s in now.measurement.steps if s.id == move.step)
    if move.now is None:
        return f"{title} no longer reached ({t.progress_text(now)})"
    if move.was is None:
        return f"{title} reached ({t.progress_text(now)})"
    return f"{title} reached on {move.now}, not {move.was}"


def _pace(was: Assessment, now: Assessment) -> str:
    before = "" if was.measurement.word == "no-data" else f"{was.measurement.word} → "
    return f"pace {before}{t.pace_text(now) or now.measurement.word}"
