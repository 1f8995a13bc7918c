"""Records with the commitment they belong to, and events with the records that they made.

In what order they are told, and what each says in a few words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from factsheet.assess.snapshot import Assessment, Snapshot
from factsheet.inert import one_line
from factsheet.model import Update
from factsheet.report import quantities as q
from factsheet.report import words as t
from factsheet.report.speech import ENGLISH, _, language, say

_WHEN = attrgetter("update.date", "update.recorded", "update.id")


@dataclass(frozen=True, slots=True)
class Record:
    """What one event says of one commitment.

    ``target`` is what a retraction took back, ``withdrawn`` whether this was taken back.
    """

    item: Assessment
    update: Update
    withdrawn: bool
    target: Update | None

    @property
    def news_of(self) -> dt.date:
        """The day on which it was news.

        A withdrawal is dated like what it takes back, but came when it was written.
        """
        date, written = self.update.date, self.update.recorded_on
        return max(date, written) if self.update.retracts else date


@dataclass(frozen=True, slots=True)
class Event:
    """What happened: the record of the commitment it is kept under, and those of the others."""

    main: Record
    also: tuple[Record, ...]

    @property
    def update(self) -> Update:
        """The event as its main record has it."""
        return self.main.update

    @property
    def withdrawn(self) -> bool:
        """Whether it was taken back, with all that it says."""
        return self.main.withdrawn

    @property
    def records(self) -> tuple[Record, ...]:
        """All that it says."""
        return (self.main, *self.also)

    def news_of(self, begun: dt.date | None) -> dt.date:
        """The day on which it was news.

        To the reader of a feed, which gives the day on which its file was ``begun``, that is not
        before the event was written here; what the file was begun with was known from its day.
        """
        day, written = self.main.news_of, self.update.recorded_on
        return max(day, written) if begun and written > begun else day

    def bears_on(self, name: str) -> bool:
        """Whether it says something of the commitment with this id."""
        return any(record.item.commitment.id == name for record in self.records)


def history(*items: Assessment) -> list[Record]:
    """Every record of the items that counts, and every one that was withdrawn, newest first."""
    found = []
    for item in items:
        gone = {update.id for update in item.withdrawn}
        every = (*item.history, *item.withdrawn)
        by_id = {update.id: update for update in every} if gone else {}
        found += [
            Record(item, update, update.id in gone, by_id.get(update.retracts or ""))
            for update in every
        ]
    return sorted(found, key=_WHEN, reverse=True)


def homes(snapshot: Snapshot) -> dict[str, str]:
    """Under which commitment each update is kept, by its id."""
    return {update.id: each.id for each in snapshot.dataset.commitments for update in each.updates}


def told(snapshot: Snapshot, records: Iterable[Record]) -> list[Event]:
    """Records as the events that made them, in the order of the first record of each."""
    home = homes(snapshot)
    groups: dict[str, list[Record]] = {}
    for record in records:
        groups.setdefault(record.update.id, []).append(record)
    found = []
    for name, members in groups.items():
        main = next((one for one in members if one.item.commitment.id == home[name]), members[0])
        found.append(Event(main, tuple(one for one in members if one is not main)))
    return found


def events(snapshot: Snapshot) -> list[Event]:
    """Every event of a snapshot, newest first."""
    return told(snapshot, history(*snapshot.items))


def record_parts(update: Update, item: Assessment) -> list[str]:
    """What a record brings, in a few words each; nothing where it is only a note."""
    parts: list[str] = []
    if update.status:
        parts.append(t.status(update.status))
    if update.value is not None:
        value = q.amount(update.value, item.measurement.unit, exact=True)
        if update.through:
            value = say("{value} through {date}", value=value, date=t.date(update.through))
        parts.append(value)
    if update.reached:
        parts.append(say("reached {steps}", steps=_steps(update, item)))
    if update.retracts:
        parts.append(say("withdraws {record}", record=update.retracts))
    if update.disputed:
        parts.append(_("disputed"))
    if update.pre_agreement:
        parts.append(_("before the agreement"))
    return parts


def _steps(update: Update, item: Assessment) -> str:
    """The milestones that a record reaches, by id; in another language by their titles."""
    measure = item.commitment.measure
    if language() == ENGLISH or measure is None:
        return ", ".join(update.reached)
    titles = {step.id: one_line(step.title) for step in measure.milestones}
    return ", ".join(titles.get(name, name) for name in update.reached)


def record_text(update: Update, item: Assessment) -> str:
    """``record_parts`` in one phrase."""
    return "; ".join(record_parts(update, item)) or _("note")


def summary(record: Record) -> str:
    """What the record says, on one line."""
    update, target = record.update, record.target
    said = record_text(update, record.item)
    if target:
        said = say(
            "withdraws {record} of {date} ({said}), written {written}",
            record=target.id,
            date=t.date(target.date),
            said=record_text(target, record.item),
            written=t.date(update.recorded_on),
        )
    note = f": {one_line(update.note)}" if update.note else ""
    return said + note + (" (" + _("withdrawn") + ")" if record.withdrawn else "")


def also_text(event: Event) -> str:
    """The other commitments that an event bears on, with what it says of each; may be empty."""
    said = []
    for record in event.also:
        parts = record_parts(record.update, record.item)
        if record.update.retracts and record.target:
            parts = record_parts(record.target, record.item)
        elif record.update.retracts:
            parts = []
        what = "; ".join(parts)
        name = record.item.commitment.id
        said.append(t.noted(name, what) if what else name)
    return ", ".join(said)
