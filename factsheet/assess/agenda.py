"""What is due and what wants a look: deadlines, review days, and the agenda of a day, ranked.

Pure functions of a snapshot. A deadline is a day that a term, its measure or one of its milestones
sets; an item that is closed has none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from factsheet.assess.snapshot import Assessment, Snapshot
from factsheet.measures import Step
from factsheet.model import Update

Why = Literal[
    "overdue", "breached", "late-step", "due", "contradiction", "disputed", "stale", "review"
]
RANKS: Final[tuple[Why, ...]] = (
    "overdue",
    "late-step",
    "breached",
    "due",
    "contradiction",
    "disputed",
    "stale",
    "review",
)
"""What is looked at first."""


class Deadline(NamedTuple):
    """A day on which something is due, or (``review``) on which an item becomes stale unless
    somebody looks.

    ``key`` tells the deadlines of an item apart and stays the same while the file changes; ``step``
    is the milestone that is due, if it is one.
    """

    date: dt.date
    item: Assessment
    key: str
    step: Step | None = None
    review: bool = False

    @property
    def of_measure(self) -> bool:
        """Whether it is the day that the measure sets, beside the due date of the term."""
        return self.key == "by" and self.step is None


class Entry(NamedTuple):
    """Something to look at now, and why.

    ``date`` is the day that was or will be missed, or that of the evidence; ``deadline``,
    ``record`` and ``message`` say what, where it is one of these. ``also`` are the other items of
    which a disputed record says the same.
    """

    why: Why
    item: Assessment
    date: dt.date | None
    deadline: Deadline | None = None
    record: Update | None = None
    message: str = ""
    also: tuple[str, ...] = ()


def deadlines_of(item: Assessment) -> list[Deadline]:
    """Every date that an open item still has to keep, passed or not, earliest first."""
    if item.closed:
        return []
    term, made = item.commitment, item.measurement
    found = [Deadline(term.due, item, "due")] if term.due else []
    by = made.by if made.by != term.due else None
    if by and made.word != "done":
        found.append(Deadline(by, item, "by"))
    # A milestone may be called like one of the item's other dates: a dot is in no id.
    taken = {"review", *(["due"] if term.due else []), *(["by"] if by else [])}
    done = {step.id for step, _ in made.reached}
    found += [
        Deadline(step.due, item, f"step.{step.id}" if step.id in taken else step.id, step)
        for step in made.steps
        if step.due and step.id not in done
    ]
    return sorted(found, key=_when)


def deadlines(snapshot: Snapshot) -> list[Deadline]:
    """The deadlines of every item, passed or not, earliest first."""
    return sorted((each for item in snapshot.items for each in deadlines_of(item)), key=_when)


def ahead(snapshot: Snapshot, until: dt.date | None = None) -> list[Deadline]:
    """The deadlines still ahead, the as-of day and ``until`` included, earliest first."""
    return [
        each
        for each in deadlines(snapshot)
        if each.date >= snapshot.as_of and (until is None or each.date <= until)
    ]


def due_between(item: Assessment, day: dt.date, until: dt.date) -> dt.date | None:
    """The earliest deadline of an open item from one day to another, both included."""
    return next((each.date for each in deadlines_of(item) if day <= each.date <= until), None)


def next_due(item: Assessment) -> dt.date | None:
    """The earliest deadline an open item has not met; of a closed one its due date."""
    found = deadlines_of(item)
    return found[0].date if found else item.commitment.due


def _when(each: Deadline) -> tuple[dt.date, str, str]:
    return each.date, each.item.commitment.id, each.key


def reviews(snapshot: Snapshot) -> list[Deadline]:
    """For every open item, the last day on which its evidence still counts as fresh, earliest
    first.
    """
    limit, agreed = snapshot.dataset.method.review_every_days, snapshot.dataset.agreement.agreed
    found = []
    for item in snapshot.items:
        last = max(item.last_update or agreed, agreed)
        if not item.closed and limit <= (dt.date.max - last).days:
            day = last + dt.timedelta(days=limit)
            found.append(Deadline(day, item, "review", review=True))
    return sorted(found, key=_when)


def settled(record: Update, item: Assessment) -> bool:
    """Whether later records took the place of all that a disputed one brought.

    Of a milestone or a bare note none can.
    """
    if record.reached or (record.status is None and record.value is None):
        return False
    current = (item.status_by, *item.measurement.observations[-1:])
    return not any(each is not None and each.id == record.id for each in current)


def agenda(
    snapshot: Snapshot,
    until: dt.date,
    contradictions: Mapping[str, Sequence[str]],
    *,
    review: bool = False,
    ended: bool = False,
) -> list[Entry]:
    """What to look at now, the most pressing first; of equals the headline terms.

    ``until`` ends what is due soon (included). ``contradictions`` are the messages of what does not
    agree, by item. ``review`` adds the review days up to ``until``, ``ended`` the terms that came
    to nothing.
    """
    entries = [
        *overdue(snapshot),
        *late_steps(snapshot),
        *breached(snapshot, ended=ended),
        *(Entry("due", each.item, each.date, each) for each in ahead(snapshot, until)),
        *(
            Entry("contradiction", item, None, message=message)
            for item in snapshot.items
            for message in contradictions.get(item.commitment.id, ())
        ),
        *disputes(snapshot),
        *stale(snapshot),
    ]
    if review:
        days = [each for each in reviews(snapshot) if snapshot.as_of <= each.date <= until]
        entries += [Entry("review", each.item, each.date, each) for each in days]
    return sorted(entries, key=_rank)


def _rank(entry: Entry) -> tuple[int, bool, int]:
    # What is due soon goes by its day alone; all else shows the headline terms first. The oldest is
    # the most pressing, but of disputes the newest.
    minor = entry.why not in ("due", "review") and not entry.item.commitment.headline
    day = (entry.date or dt.date.min).toordinal()
    return RANKS.index(entry.why), minor, -day if entry.why == "disputed" else day


def overdue(snapshot: Snapshot) -> Iterator[Entry]:
    """Open terms whose due date has passed."""
    for item in snapshot.items:
        if item.overdue:
            yield Entry("overdue", item, item.commitment.due)


def late_steps(snapshot: Snapshot) -> Iterator[Entry]:
    """Milestones of open terms, and target dates of their measures, that have passed."""
    for each in deadlines(snapshot):
        if (each.step or each.of_measure) and each.date < snapshot.as_of:
            yield Entry("late-step", each.item, each.date, each)


def breached(snapshot: Snapshot, *, ended: bool = False) -> Iterator[Entry]:
    """Open terms that are breached: asserted so, or beyond their limit by the figures.

    ``ended`` adds those that ended without being fulfilled.
    """
    for item in snapshot.items:
        if item.status == "breached" or (ended and item.status == "not-fulfilled"):
            yield Entry("breached", item, item.status_by.date if item.status_by else None)
        elif item.measurement.word == "breached" and not item.closed:
            newest = max(each.since for each in item.measurement.breaches)
            yield Entry("breached", item, newest)


def disputes(snapshot: Snapshot) -> Iterator[Entry]:
    """Disputed records that nothing has settled yet, each once with the items that it is about."""
    found: dict[tuple[str, str | None], Entry] = {}
    for item in sorted(snapshot.items, key=lambda item: not item.commitment.headline):
        for record in item.history:
            if record.disputed and not settled(record, item):
                known = found.get((record.id, record.note))
                entry = known or Entry("disputed", item, record.date, record=record)
                also = (*entry.also, item.commitment.id) if known else ()
                found[record.id, record.note] = entry._replace(also=also)
    yield from found.values()


def stale(snapshot: Snapshot) -> Iterator[Entry]:
    """Open terms without recent evidence, with the day of the last."""
    for item in snapshot.items:
        if item.stale:
            yield Entry("stale", item, item.last_update)
