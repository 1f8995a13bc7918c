"""What is different from a report of an earlier day, and which event made it so.

``compare`` takes a snapshot and a day, ``since``, and sets it against what a report of the day
before would have said by what the file knew then. Every difference in status, figure, milestones,
pace and lateness is a ``Move``; every move belongs to one event that the file did not know then
(``News``), or to none, where the passing of days alone made it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Final, Literal, NamedTuple

from factsheet.assess.events import Event, events
from factsheet.assess.measurement import is_evidence
from factsheet.assess.snapshot import Assessment, Knew, Snapshot, assess, rests_on
from factsheet.model import Dataset, Update

ONE_DAY: Final = dt.timedelta(days=1)
Kind = Literal["status", "value", "reached", "pace", "overdue"]
Side = str | bool | dt.date | tuple[Decimal | None, dt.date | None] | None


class Move(NamedTuple):
    """One difference of one promise.

    ``was`` and ``now`` are statuses, pace words, figures with their data-through dates, whether it
    is overdue, or the days on which the milestone ``step`` was reached.
    """

    item: str
    kind: Kind
    was: Side
    now: Side
    step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """An event that the file did not know then, with all that it moved.

    ``late``: it is about an earlier day and was only found since. ``withdrawn``: it was taken back
    again; of such ones only withdrawals are told.
    """

    event: Event
    moves: tuple[Move, ...]
    late: bool
    withdrawn: bool

    @property
    def items(self) -> tuple[str, ...]:
        """Ids of the promises that it bears on or moved, the one it is kept under first."""
        moved = (move.item for move in self.moves)
        return tuple(dict.fromkeys((*self.event.items, *moved)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two snapshots of one dataset: what is new since a day, newest first, and what days did.

    Of a part of it, ``whole`` still is all that there is after.
    """

    since: dt.date
    before: Snapshot
    after: Snapshot
    whole: Snapshot
    news: tuple[News, ...]
    passed: tuple[Move, ...]

    def only(self, names: Collection[str]) -> Comparison:
        """The same of these promises alone; an event stays if it bears on or moved one of them."""
        before, after = (
            each.only(item for item in each.items if item.commitment.id in names)
            for each in (self.before, self.after)
        )
        return replace(
            self,
            before=before,
            after=after,
            news=tuple(
                replace(each, moves=tuple(move for move in each.moves if move.item in names))
                for each in self.news
                if any(name in names for name in each.items)
            ),
            passed=tuple(move for move in self.passed if move.item in names),
        )


def known_then(dataset: Dataset, day: dt.date, known_by: dt.date | None = None) -> Knew:
    """What a report of ``day`` would have known, and of that only what was known by ``known_by``.

    What was recorded on the first day of the file came with it: it counts as known from the day of
    its event, or the making of the file would be the news.
    """
    written = (update.recorded_on for each in dataset.commitments for update in each.updates)
    first = min(written, default=None)

    def knew(update: Update) -> bool:
        if known_by is not None and update.known_on > known_by:
            return False
        return update.known_on <= day or update.recorded_on == first

    return knew


def compare(after: Snapshot, since: dt.date) -> Comparison:
    """What ``after`` says that a report of the day before ``since`` would not have said."""
    dataset, known_by = after.dataset, after.known_by
    day = max(since, dt.date.min + ONE_DAY) - ONE_DAY
    knew = known_then(dataset, day, known_by)
    before = assess(dataset, day, knew=knew)
    fresh = {
        name: event
        for name, event in events(dataset).items()
        if event.update.date <= after.as_of
        and (known_by is None or event.update.known_on <= known_by)
        and not (event.update.date <= day and knew(event.update))
    }
    search = _Search(before, after, fresh)
    made: dict[str | None, list[Move]] = defaultdict(list)
    for item in after.items:
        for cause, move in search.moves(item.commitment.id):
            made[cause].append(move)
    news = [
        News(
            event=event,
            moves=tuple(made[name]),
            late=event.update.date < since and not event.update.retracts,
            withdrawn=name in search.gone,
        )
        for name, event in fresh.items()
        if name not in search.gone or event.update.retracts
    ]
    news.sort(key=lambda each: _when(each.event.update), reverse=True)
    return Comparison(
        since=since,
        before=before,
        after=after,
        whole=after,
        news=tuple(news),
        passed=tuple(made[None]),
    )


def _when(update: Update) -> tuple[dt.date, dt.datetime, str]:
    return update.date, update.recorded, update.id


class _Search:
    """Looks for what moved, and for the event that each move belongs to."""

    def __init__(self, before: Snapshot, after: Snapshot, fresh: Mapping[str, Event]) -> None:
        self._was = {item.commitment.id: item for item in before.items}
        self._now = {item.commitment.id: item for item in after.items}
        self._fresh = fresh
        self._by_id = {
            update.id: update for each in after.dataset.commitments for update in each.updates
        }
        self.gone = {update.id for item in after.items for update in item.withdrawn}
        self._value_causes: dict[str, str | None] = {}

    @cached_property
    def _chains(self) -> dict[str, set[str]]:
        """What each new withdrawal takes back or restores, down to the last link."""
        found: dict[str, set[str]] = {}
        for name, event in self._fresh.items():
            link, chain = event.update.retracts, set[str]()
            while link and link not in chain:
                chain.add(link)
                link = self._by_id[link].retracts if link in self._by_id else None
            if chain:
                found[name] = chain
        return found

    def _newest(self, names: Collection[str]) -> str | None:
        """The newest of these events, one that stands before one that was withdrawn."""
        return max(
            names,
            key=lambda name: (name not in self.gone, *_when(self._by_id[name])),
            default=None,
        )

    def _withdrawal(self, *records: Update | None) -> str | None:
        """The new withdrawal that took one of these records back, or restored it."""
        if not self._chains:
            return None
        ids = {record.id for record in records if record}
        return self._newest([name for name, chain in self._chains.items() if chain & ids])

    def moves(self, name: str) -> Iterator[tuple[str | None, Move]]:
        """Every move of a promise, each with the id of the event that made it, if one did."""
        was, now = self._was[name], self._now[name]
        status_cause: str | None = None
        if was.status != now.status:
            by = now.status_by
            fresh = by is not None and by.id in self._fresh
            status_cause = by.id if by and fresh else self._withdrawal(was.status_by, by)
            yield status_cause, Move(name, "status", was.status, now.status)
        cause: str | None = None
        if _figure(was) != _figure(now):
            cause = self._value_cause(name)
            yield cause, Move(name, "value", _figure(was), _figure(now))
        for reached_cause, move in self._steps(was, now):
            cause = reached_cause
            yield reached_cause, move
        if was.measurement.word != now.measurement.word:
            by_event = cause or self._touching(name)
            yield by_event, Move(name, "pace", was.measurement.word, now.measurement.word)
        if was.overdue != now.overdue:
            by_event = status_cause if was.closed != now.closed else None
            yield by_event, Move(name, "overdue", was.overdue, now.overdue)

    def _value_cause(self, name: str) -> str | None:
        """The event that moved a figure: its own, or the newest that moved what it is made of."""
        if name not in self._value_causes:
            was, now = self._was[name], self._now[name]
            old, new = _last(was), _last(now)
            if new and new.id in self._fresh:
                cause: str | None = new.id
            else:
                cause = self._withdrawal(old, new)
            below = [
                self._value_cause(each)
                for each in rests_on(now.commitment)
                if each in self._now and _figure(self._was[each]) != _figure(self._now[each])
            ]
            cause = cause or self._newest([each for each in below if each])
            self._value_causes[name] = cause or self._touching(name)
        return self._value_causes[name]

    def _steps(self, was: Assessment, now: Assessment) -> Iterator[tuple[str | None, Move]]:
        if not now.measurement.steps:
            return
        old = {step.id: day for step, day in was.measurement.reached}
        new = {step.id: day for step, day in now.measurement.reached}
        for step in now.measurement.steps:
            before, after = old.get(step.id), new.get(step.id)
            if before == after:
                continue
            telling = [each for each in now.history if step.id in each.reached]
            first = next((each for each in telling if each.id in self._fresh), None)
            if first and first.date == after:
                cause: str | None = first.id
            else:
                took = [each for each in was.history if step.id in each.reached]
                cause = self._withdrawal(*telling, *took)
            yield cause, Move(now.commitment.id, "reached", before, after, step.id)

    def _touching(self, name: str) -> str | None:
        """The newest event that could have changed how a figure is judged without moving it.

        An older observation, or a withdrawal of one; for milestones that somebody looked at all.
        None where only days have passed.
        """
        waiting, seen, found = [name], {name}, set[str]()
        looked = self._now[name].measurement.counted and "no-data" in (
            self._was[name].measurement.word,
            self._now[name].measurement.word,
        )
        while waiting:
            item = self._now[waiting.pop()]
            observed = {each.id for each in (*item.history, *item.withdrawn) if _counts(each)}
            found |= {
                each.id
                for each in item.history
                if each.id in self._fresh and (_counts(each) or (looked and is_evidence(each)))
            }
            found |= {each for each, chain in self._chains.items() if chain & observed}
            if looked:
                every = {each.id for each in (*item.history, *item.withdrawn)}
                found |= {each for each, chain in self._chains.items() if chain & every}
            below = [each for each in rests_on(item.commitment) if each in self._now]
            waiting += [each for each in below if each not in seen]
            seen.update(below)
        return self._newest(found)


def _counts(update: Update) -> bool:
    return update.value is not None


def _figure(item: Assessment) -> tuple[Decimal | None, dt.date | None]:
    """The figure with its data-through date; milestones are told one by one instead."""
    made = item.measurement
    return (None, None) if made.counted else (made.value, made.through)


def _last(item: Assessment) -> Update | None:
    return item.measurement.observations[-1] if item.measurement.observations else None
