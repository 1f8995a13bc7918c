"""Records with the commitment they belong to: in what order they are told, and what each says in a few words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from operator import attrgetter

from factsheet.model import Update
from factsheet.progress import Assessment, Picture
from factsheet.render import text as t

_WHEN = attrgetter("update.date", "update.recorded", "update.id")


@dataclass(frozen=True, slots=True)
class Record:
    """A record and its commitment; ``target`` is what a retraction took back, ``withdrawn`` whether this was taken back."""

    item: Assessment
    update: Update
    withdrawn: bool
    target: Update | None

    @property
    def news_of(self) -> dt.date:
        """The day on which it was news: a withdrawal is dated like the record it takes back, but came when it was written."""
        return max(self.update.date, self.update.recorded_on) if self.update.retracts else self.update.date


def history(*items: Assessment) -> list[Record]:
    """Every record of the items that counts by the picture's dates and every one that was withdrawn, newest first."""
    found = []
    for item in items:
        gone = {update.id for update in item.withdrawn}
        every = (*item.history, *item.withdrawn)
        by_id = {update.id: update for update in every} if gone else {}
        found += [Record(item, update, update.id in gone, by_id.get(update.retracts or "")) for update in every]
    return sorted(found, key=_WHEN, reverse=True)


def events(picture: Picture) -> list[Record]:
    """The ``history`` of everything."""
    return history(*picture.items)


def event_parts(update: Update, item: Assessment) -> list[str]:
    """What a record brings, in a few words each: its status, value, milestones, marks; nothing where it is only a note."""
    parts: list[str] = []
    if update.status:
        parts.append(update.status)
    if update.value is not None:
        through = f" through {update.through}" if update.through else ""
        parts.append(t.amount(update.value, item.standing.unit, exact=True) + through)
    if update.reached:
        parts.append("reached " + ", ".join(update.reached))
    if update.retracts:
        parts.append(f"withdraws {update.retracts}")
    return parts + [word for word, on in (("disputed", update.disputed), ("before the agreement", update.pre_agreement)) if on]


def event_text(update: Update, item: Assessment) -> str:
    """``event_parts`` in one phrase."""
    return "; ".join(event_parts(update, item)) or "note"


def summary(record: Record) -> str:
    """What the record says, on one line."""
    update, target = record.update, record.target
    words = event_text(update, record.item)
    if target:
        words = f"withdraws {target.id} of {target.date} ({event_text(target, record.item)}), written {update.recorded_on}"
    note = f": {t.one_line(update.note)}" if update.note else ""
    return words + note + (" (withdrawn)" if record.withdrawn else "")
