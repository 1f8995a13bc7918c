"""Where every commitment stands as of a date: ``assess``, pure in a dataset and dates.

What an analyst asserts (status), what arithmetic derives (progress, pace, overdue) and what is
known about the evidence (stale, disputed, none) stay apart in the result. The order of updates in
the file never changes an answer, and neither does an event dated after ``as_of`` or an update
written after ``known_by``.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import attrgetter

from factsheet.assess import events, measurement
from factsheet.assess.measurement import Measurement
from factsheet.model import Commitment, Dataset, Update
from factsheet.source_list import States
from factsheet.vocabulary import CLOSED, NOT_ASSESSED

Knew = Callable[[Update], bool]
"""Whether a file held an update at the time that a question is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One commitment as of a date.

    ``history`` holds the records that count, oldest first, ``withdrawn`` those that a retraction
    took back.
    """

    commitment: Commitment
    status: str
    status_by: Update | None
    measurement: Measurement
    overdue: bool
    stale: bool
    disputed: bool
    last_update: dt.date | None
    history: tuple[Update, ...]
    withdrawn: tuple[Update, ...]

    @property
    def closed(self) -> bool:
        """Whether nothing more is due."""
        return self.status in CLOSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The whole dataset as of a date, in file order of the commitments."""

    dataset: Dataset
    as_of: dt.date
    known_by: dt.date | None
    items: tuple[Assessment, ...]
    sources: States = field(default_factory=dict)
    """What is known about the cited addresses, checks and copies: said of them, never counted."""

    @property
    def cut_off(self) -> dt.date | None:
        """The date of the newest event that counts: the end of the data."""
        return max((item.last_update for item in self.items if item.last_update), default=None)

    def only(self, items: Iterable[Assessment]) -> Snapshot:
        """The snapshot of a part of the dataset: these of its items, in the order of the file."""
        names = {item.commitment.id for item in items}
        return replace(
            self, items=tuple(item for item in self.items if item.commitment.id in names)
        )


_WHEN = attrgetter("date", "recorded", "id")
"""The order of events. Those of one day are told apart by when they were written, then by id, never
by their place."""


def counting(
    updates: Sequence[Update], as_of: dt.date, knew: Knew | None = None
) -> tuple[list[Update], list[Update]]:
    """The records that count as of a day (included), and those that were retracted; oldest first.

    A retraction counts like any record: from its own date, once it was written. A retracted
    retraction restores.
    """
    seen = [each for each in updates if each.date <= as_of]
    if knew is not None:
        seen = [each for each in seen if knew(each)]
    seen.sort(key=_WHEN)
    retractions = [update for update in seen if update.retracts]
    if not retractions:
        return seen, []
    gone = _retracted(retractions)
    return (
        [update for update in seen if update.id not in gone],
        [update for update in seen if update.id in gone],
    )


def _retracted(retractions: Sequence[Update]) -> set[str]:
    """Ids that some standing retraction withdraws, from the newest link of every chain back."""
    waiting = Counter(update.retracts for update in retractions)
    by_id = {update.id: update for update in retractions}
    ready = [update for update in retractions if update.id not in waiting]
    gone: set[str] = set()
    while ready:
        update = ready.pop()
        target = update.retracts or ""
        if update.id not in gone:
            gone.add(target)
        waiting[target] -= 1
        if not waiting[target] and target in by_id:
            ready.append(by_id[target])
    return gone


def assess(
    dataset: Dataset,
    as_of: dt.date,
    known_by: dt.date | None = None,
    *,
    knew: Knew | None = None,
    sources: States | None = None,
) -> Snapshot:
    """Every commitment as of ``as_of``, by what the file knew by ``known_by``, both included.

    ``knew`` decides instead of ``known_by`` which updates the file held, where days are not enough.
    ``sources`` is what is known about the cited addresses.
    """
    if knew is None and known_by is not None:

        def knew(update: Update) -> bool:
            return update.known_on <= known_by

    by_id = {commitment.id: commitment for commitment in dataset.commitments}
    every = events.records(dataset)
    found = {name: counting(updates, as_of, knew) for name, updates in every.items()}
    done: dict[str, Measurement] = {}
    alone = {
        each.id: _assess_one(
            each,
            *found[each.id],
            _measure(each, by_id, found, dataset, as_of, done),
            dataset,
            as_of,
        )
        for each in dataset.commitments
    }
    items = tuple(_resting(item, alone, dataset, as_of) for item in alone.values())
    return Snapshot(
        dataset=dataset, as_of=as_of, known_by=known_by, items=items, sources=sources or {}
    )


def rests_on(commitment: Commitment) -> tuple[str, ...]:
    """The ids of the commitments whose figures this one's measure is made of."""
    measure = commitment.measure
    if measure is None:
        return ()
    return commitment.parts if measure.parts_make_it else measure.others


def assess_some(dataset: Dataset, names: Sequence[str], as_of: dt.date) -> Snapshot:
    """The named commitments, first and in the given order, then what their figures rest on.

    A snapshot at the cost of these alone.
    """
    by_id = {commitment.id: commitment for commitment in dataset.commitments}
    needed = {name: by_id[name] for name in names}
    waiting = list(names)
    while waiting:
        below = [name for name in rests_on(by_id[waiting.pop()]) if name not in needed]
        needed |= {name: by_id[name] for name in below}
        waiting += below
    every = events.records(dataset)
    chosen = tuple(
        replace(
            each, updates=tuple(replace(one, also=()) if one.also else one for one in every[name])
        )
        for name, each in needed.items()
    )
    return assess(replace(dataset, commitments=chosen), as_of)


def _resting(
    item: Assessment, alone: Mapping[str, Assessment], dataset: Dataset, as_of: dt.date
) -> Assessment:
    """A figure made of others' rests on their evidence too: as fresh, and as disputed.

    A sum rests on all that is known of its parts, a limit on what gave the limited figure.
    """
    measure = item.commitment.measure
    below = [alone[name] for name in rests_on(item.commitment) if name in alone]
    if measure is None or not below:
        return item
    if measure.parts_make_it:
        parts = [_resting(each, alone, dataset, as_of) for each in below]
        dates = [each.last_update for each in parts if each.last_update]
        disputed = any(each.disputed for each in parts)
    else:
        last = [each for one in below for each in _carriers(one.measurement)]
        dates = [record.date for record in last]
        disputed = any(record.disputed for record in last)
    newest = max((date for date in (item.last_update, *dates) if date), default=None)
    return replace(
        item,
        last_update=newest,
        stale=_stale(item.status, newest, dataset, as_of),
        disputed=item.disputed or disputed,
    )


def _carriers(made: Measurement) -> list[Update]:
    """The records that gave a figure, or those that gave the figures of its parts."""
    own = [*made.observations[-1:]]
    return own + [record for part in made.parts for record in _carriers(part)]


def _stale(status: str, last: dt.date | None, dataset: Dataset, as_of: dt.date) -> bool:
    # What came before the agreement cannot have grown old before the agreement was there.
    agreed = dataset.agreement.agreed
    age = (as_of - max(last or agreed, agreed)).days
    return status not in CLOSED and age > dataset.method.review_every_days


def _assess_one(
    commitment: Commitment,
    history: list[Update],
    withdrawn: list[Update],
    made: Measurement,
    dataset: Dataset,
    as_of: dt.date,
) -> Assessment:
    status_by: Update | None = None
    evidence: Update | None = None
    for update in reversed(history):
        if evidence is None and measurement.is_evidence(update):
            evidence = update
        if update.status:
            status_by = update
            break
    status = status_by.status if status_by and status_by.status else NOT_ASSESSED
    last = evidence.date if evidence else None
    valued_by = made.observations[-1] if made.observations else None
    return Assessment(
        commitment=commitment,
        status=status,
        status_by=status_by,
        measurement=made,
        overdue=status not in CLOSED and commitment.due is not None and commitment.due < as_of,
        stale=_stale(status, last, dataset, as_of),
        disputed=bool((status_by and status_by.disputed) or (valued_by and valued_by.disputed)),
        last_update=last,
        history=tuple(history),
        withdrawn=tuple(withdrawn),
    )


def _measure(
    commitment: Commitment,
    by_id: Mapping[str, Commitment],
    found: Mapping[str, tuple[list[Update], list[Update]]],
    dataset: Dataset,
    as_of: dt.date,
    done: dict[str, Measurement],
) -> Measurement:
    """The measurement of one commitment, what it rests on first: no circle in a valid dataset."""
    if commitment.id in done:
        return done[commitment.id]
    done[commitment.id] = made = measurement.NOTHING
    measure, history = commitment.measure, found[commitment.id][0]
    if measure is None:
        return made
    below = [
        (name, _measure(by_id[name], by_id, found, dataset, as_of, done))
        for name in rests_on(commitment)
        if name in by_id
    ]
    made = measurement.measured(
        measure, history, below, dataset.agreement.agreed, commitment.due, as_of, dataset.method
    )
    done[commitment.id] = made
    return made


TROUBLE_WORDS = ("slightly-behind", "behind", "moving-away", "breached")


def in_trouble(item: Assessment) -> bool:
    """Whether an open promise is blocked, broken, late or behind."""
    return (
        item.status in ("stalled", "breached", "not-fulfilled")
        or item.overdue
        or (
            not item.closed
            and (bool(item.measurement.late) or item.measurement.word in TROUBLE_WORDS)
        )
    )


def ordered(items: Iterable[Assessment]) -> list[tuple[str, list[Assessment]]]:
    """Headline terms first, then the other terms by pillar, both in file order, as reports do."""
    items = list(items)
    names = dict.fromkeys(item.commitment.pillar for item in items)
    pillars = {pillar: place for place, pillar in enumerate(names)}
    rest = sorted(
        (item for item in items if not item.commitment.headline),
        key=lambda item: pillars[item.commitment.pillar],
    )
    groups = [
        (pillar, list(members))
        for pillar, members in groupby(rest, key=lambda item: item.commitment.pillar)
    ]
    headline = [item for item in items if item.commitment.headline]
    return [("headline", headline), *groups] if headline else groups
