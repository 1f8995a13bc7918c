"""What changed since a day, in words: each event once, with all that it moved and its sentence."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Final

from factsheet.assess.compare import Comparison, Kind, Move, News
from factsheet.assess.snapshot import Assessment
from factsheet.inert import one_line
from factsheet.report import quantities as q
from factsheet.report import words as t
from factsheet.report.highlights import Group, Line, correction_text, ref
from factsheet.report.history import Event, Record, history, record_parts, told
from factsheet.report.speech import N_, _, plural, say

_BY_KIND: Final[dict[Kind, str]] = {
    "status": N_("Status moves"),
    "value": N_("New totals and levels"),
    "reached": N_("Milestones reached"),
    "pace": N_("Pace"),
    "overdue": N_("Now overdue"),
}
FOUND_SINCE: Final = N_("Found since, about earlier days")
INTROS: Final[dict[str, str]] = {
    N_("Status moves"): N_("From the status of that time to the present one."),
    N_("New totals and levels"): N_("The latest figure against the one of that time."),
    "Milestones reached": "",
    N_("Pace"): N_("Where the word for the pace is another one."),
    N_("Now overdue"): N_("Due since then, and still open."),
    FOUND_SINCE: N_("Recorded since then; a report of that time could not know it."),
    N_("Other news"): N_("What moved neither status nor figure."),
    N_("Moved by the calendar"): N_("No new record: dates have passed, or a new year has begun."),
    N_("Corrections"): N_("Records withdrawn since then, and what that moved."),
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
    writer = Writer(comparison)
    found: dict[str, list[Line]] = defaultdict(list)
    for news in comparison.news:
        found[group_of(news)].append(writer.line(news))
    for move in comparison.passed:
        late = move.kind == "overdue" and move.now
        found["Now overdue" if late else "Moved by the calendar"].append(writer.passed(move))
    groups = tuple(
        Group(_(title), intro and _(intro), tuple(found[title]))
        for title, intro in INTROS.items()
        if found[title]
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
    kinds = {move.kind for move in news.moves if not _mute(move)}
    return next((title for kind, title in _BY_KIND.items() if kind in kinds), "Other news")


def _mute(move: Move) -> bool:
    """Whether a pace word says nothing beside the first figure or look that brought it."""
    return move.was == "no-data" and move.now in ("no-deadline", "too-early", "within")


def _intro(comparison: Comparison) -> str:
    told_of = {name for news in comparison.news for name in news.items}
    new = _("no event")
    if comparison.news:
        new = say(
            "{events} on {commitments}",
            events=plural("{number} event", "{number} events", len(comparison.news)),
            commitments=plural("{number} commitment", "{number} commitments", len(told_of)),
        )
    return say(
        "Against what a report of {date} would have said, by what the dataset knew then: {new}.",
        date=t.date(comparison.before.as_of),
        new=new,
    )


class Writer:
    """Puts events and moves of a comparison into words."""

    def __init__(self, comparison: Comparison) -> None:
        self._was = {item.commitment.id: item for item in comparison.before.items}
        self._now = {item.commitment.id: item for item in comparison.after.items}
        # A figure may have been moved by an event of a part that is not among these.
        ids = {news.event.update.id for news in comparison.news}
        records = [one for one in history(*comparison.whole.items) if one.update.id in ids]
        self._events = {each.update.id: each for each in told(comparison.whole, records)}

    def line(self, news: News, *, first: str | None = None, terse: bool = False) -> Line:
        """An event: what it moved, its sentence, then what it means for the other promises.

        ``first`` is the promise to name first, where it is not the one that keeps the event;
        ``terse`` says of the others only what moved.
        """
        update = news.event.update
        event = self._events[update.id]
        moves: dict[str, list[str]] = defaultdict(list)
        for move in news.moves:
            if not _mute(move):
                moves[move.item].append(self.move(move))
        names = [name for name in news.items if name in self._now]
        main = first or names[0]
        also = tuple(
            (
                ref(self._now[name]),
                "; ".join(moves[name]) if terse else self._said(name, event, moves),
            )
            for name in names
            if name != main
        )
        told_by = update.id if _record(main, event) else ""
        if update.retracts:
            text = "; ".join([*moves[main], correction_text(event.main)])
            return Line(ref(self._now[main]), text, update.recorded_on, also, told_by)
        text = self._said(main, event, moves)
        if update.note and not self._notes(main, event):
            text = ": ".join(filter(None, (text, one_line(update.note))))
        return Line(ref(self._now[main]), text, update.date, also, told_by)

    def _said(self, name: str, event: Event, moves: dict[str, list[str]]) -> str:
        """What an event moved of a promise, else what it brings; with a note of its own, if any."""
        record = _record(name, event)
        if record is None or record.update.retracts:
            return "; ".join(moves[name])
        update = record.update
        if moves[name]:
            said = [*moves[name], *([_("disputed")] if update.disputed else [])]
        else:
            same = update.status in (self._was[name].status, self._now[name].status)
            said = record_parts(replace(update, status=None) if same else update, record.item)
        return ": ".join(filter(None, ("; ".join(said), *self._notes(name, event))))

    def _notes(self, name: str, event: Event) -> list[str]:
        """What the event says of this promise in words of its own."""
        record = _record(name, event)
        own = record.update.note if record and record is not event.main else None
        return [one_line(own)] if own and own != event.update.note else []

    def passed(self, move: Move) -> Line:
        """A move that only the calendar made."""
        item = self._now[move.item]
        if move.kind == "overdue" and move.now:
            return Line(ref(item), t.status(item.status), item.commitment.due)
        return Line(ref(item), self.move(move))

    def move(self, move: Move) -> str:
        """One move in a phrase."""
        was, now = self._was[move.item], self._now[move.item]
        match move.kind:
            case "status":
                return f"{t.status(str(move.was))} → {t.status(str(move.now))}"
            case "value":
                return _figures(was, now)
            case "reached":
                return _milestone(move, now)
            case "pace":
                return _pace(was, now)
        if move.now:
            return say("overdue since {date}", date=t.date(now.commitment.due))
        return _("no longer overdue")


def _record(name: str, event: Event) -> Record | None:
    return next((one for one in event.records if one.item.commitment.id == name), None)


def _figures(was: Assessment, now: Assessment) -> str:
    old, new = was.measurement, now.measurement
    if new.value is None:
        return f"{q.amount(old.value, old.unit)} → " + _("no figure")
    figure = q.amount(new.value, new.unit)
    if old.value == new.value:
        return say("still {figure}, data through {date}", figure=figure, date=t.date(new.through))
    start = _("first figure:") if old.value is None else f"{q.amount(old.value, old.unit)} →"
    said = figure if new.target is None else t.noted(figure, t.way_text(now))
    return f"{start} {said}"


def _milestone(move: Move, now: Assessment) -> str:
    title = next(one_line(s.title) for s in now.measurement.steps if s.id == move.step)
    if move.now is None:
        return say(
            "{steps} milestones: {title} no longer reached", steps=t.progress_text(now), title=title
        )
    if move.was is None:
        return say("{steps} milestones: {title}", steps=t.progress_text(now), title=title)
    return say(
        "{title} reached on {now}, not {was}", title=title, now=_when(move.now), was=_when(move.was)
    )


def _when(day: object) -> str:
    return t.date(day) if isinstance(day, dt.date) else str(day)


def _pace(was: Assessment, now: Assessment) -> str:
    old, new = was.measurement, now.measurement
    said = t.pace_text(now) or t.pace(new.word)
    if old.word != "no-data":
        said = f"{t.pace(old.word, old.goal)} → {said}"
    return say("pace {said}", said=said)
