"""Where every commitment stands as of a date: ``assess`` is a pure function of a dataset and two dates.

What an analyst asserts (status), what arithmetic derives (progress, pace, overdue) and what is known about the evidence
(stale, disputed, none) stay apart in the result. The order of records in the file never changes an answer, and neither does a
record dated after ``as_of`` or written after ``known_by``.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter

from factsheet import measures, standings
from factsheet.measures import Rates
from factsheet.model import CLOSED, NOT_ASSESSED, Amount, Commitment, Dataset, Level, Limit, Milestones, Sum, Update
from factsheet.standings import PACE_WORDS as PACE_WORDS
from factsheet.standings import Standing as Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One commitment as of a date. ``history`` holds the records that count, ``withdrawn`` those that a retraction took back."""

    commitment: Commitment
    status: str
    status_by: Update | None
    standing: Standing
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
class Picture:
    """The whole dataset as of a date, in file order of the commitments."""

    dataset: Dataset
    as_of: dt.date
    known_by: dt.date | None
    items: tuple[Assessment, ...]

    @property
    def cut_off(self) -> dt.date | None:
        """The date of the newest event that counts: the end of the data."""
        return max((item.last_update for item in self.items if item.last_update), default=None)


_WHEN = attrgetter("date", "recorded", "id")
"""The order of events. Records of one day are told apart by when they were written, then by id, never by their place."""


def visible(commitment: Commitment, as_of: dt.date, known_by: dt.date | None) -> tuple[list[Update], list[Update]]:
    """The records that count by the two dates (both included) and those among them that were retracted, each oldest first.

    A retraction counts like any record: from its own date, once it was written. A retracted retraction restores.
    """
    if known_by is None:
        seen = [update for update in commitment.updates if update.date <= as_of]
    else:
        seen = [update for update in commitment.updates if update.date <= as_of and update.recorded_on <= known_by]
    seen.sort(key=_WHEN)
    retractions = [update for update in seen if update.retracts]
    if not retractions:
        return seen, []
    gone = _retracted(retractions)
    return [update for update in seen if update.id not in gone], [update for update in seen if update.id in gone]


def _retracted(retractions: Sequence[Update]) -> set[str]:
    """Ids that some standing retraction withdraws, decided from the newest link of every chain back to its first."""
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


def assess(dataset: Dataset, as_of: dt.date, known_by: dt.date | None = None) -> Picture:
    """Every commitment as of ``as_of`` (included), using only records written by ``known_by`` (included), if given."""
    by_id = {commitment.id: commitment for commitment in dataset.commitments}
    records = {commitment.id: visible(commitment, as_of, known_by) for commitment in dataset.commitments}
    done: dict[str, Standing] = {}
    alone = {
        commitment.id: _assess_one(
            commitment, *records[commitment.id], _stand(commitment, by_id, records, dataset, as_of, done), dataset, as_of
        )
        for commitment in dataset.commitments
    }
    items = tuple(_with_parts(item, alone, dataset, as_of) for item in alone.values())
    return Picture(dataset=dataset, as_of=as_of, known_by=known_by, items=items)


def assess_some(dataset: Dataset, names: Sequence[str], as_of: dt.date) -> Picture:
    """The named commitments, first and in the given order, then their parts: a picture at the cost of these alone."""
    by_id = {commitment.id: commitment for commitment in dataset.commitments}
    needed = {name: by_id[name] for name in names}
    waiting = list(names)
    while waiting:
        parts = [by_id[part] for part in by_id[waiting.pop()].parts if part not in needed]
        needed |= {part.id: part for part in parts}
        waiting += [part.id for part in parts]
    return assess(replace(dataset, commitments=tuple(needed.values())), as_of)


def _with_parts(item: Assessment, alone: Mapping[str, Assessment], dataset: Dataset, as_of: dt.date) -> Assessment:
    """A sum rests on the evidence of its parts: it is as fresh as the newest of it and disputed where any of it is."""
    if not isinstance(item.commitment.measure, Sum):
        return item
    parts = [_with_parts(alone[part], alone, dataset, as_of) for part in item.commitment.parts if part in alone]
    last = max((each.last_update for each in (item, *parts) if each.last_update), default=None)
    disputed = item.disputed or any(part.disputed for part in parts)
    return replace(item, last_update=last, stale=_stale(item.status, last, dataset, as_of), disputed=disputed)


def _stale(status: str, last: dt.date | None, dataset: Dataset, as_of: dt.date) -> bool:
    # What came before the agreement cannot have grown old before the agreement was there.
    agreed = dataset.agreement.agreed
    return status not in CLOSED and (as_of - max(last or agreed, agreed)).days > dataset.method.review_every_days


def _assess_one(
    commitment: Commitment, history: list[Update], withdrawn: list[Update], standing: Standing, dataset: Dataset, as_of: dt.date
) -> Assessment:
    status_by: Update | None = None
    evidence: Update | None = None
    for update in reversed(history):
        if evidence is None and standings.is_evidence(update):
            evidence = update
        if update.status:
            status_by = update
            break
    status = status_by.status if status_by and status_by.status else NOT_ASSESSED
    last = evidence.date if evidence else None
    valued_by = standing.observations[-1] if standing.observations else None
    return Assessment(
        commitment=commitment,
        status=status,
        status_by=status_by,
        standing=standing,
        overdue=status not in CLOSED and commitment.due is not None and commitment.due < as_of,
        stale=_stale(status, last, dataset, as_of),
        disputed=bool((status_by and status_by.disputed) or (valued_by and valued_by.disputed)),
        last_update=last,
        history=tuple(history),
        withdrawn=tuple(withdrawn),
    )


def _stand(
    commitment: Commitment,
    by_id: Mapping[str, Commitment],
    records: Mapping[str, tuple[list[Update], list[Update]]],
    dataset: Dataset,
    as_of: dt.date,
    done: dict[str, Standing],
) -> Standing:
    """The standing of one commitment, its parts first. Parts form no circle in a valid dataset."""
    if commitment.id in done:
        return done[commitment.id]
    done[commitment.id] = Standing(word="not-applicable")
    measure, history = commitment.measure, records[commitment.id][0]
    if measure is None:
        return done[commitment.id]
    if isinstance(measure, Sum):
        parts = [by_id[part] for part in commitment.parts if part in by_id]
        standing = standings.total(
            [(part.id, _stand(part, by_id, records, dataset, as_of, done)) for part in parts], dataset.method
        )
    elif isinstance(measure, Milestones):
        standing = standings.milestones(measure, history, as_of, dataset.method)
    else:
        values = standings.observations(history)
        if isinstance(measure, Limit):
            standing = standings.within(measure, values, as_of)
        else:
            standing = standings.toward(measure, values, dataset.agreement.agreed, commitment.due, dataset.method)
    done[commitment.id] = standing
    return standing


def rates(item: Assessment) -> Rates | None:
    """Required and recent run rates of an amount or a level, per year in its unit; None for everything else."""
    measure = item.commitment.measure
    if not isinstance(measure, Amount | Level):
        return None
    return measures.rates(measure, item.standing.observations, item.standing.points)


def in_trouble(item: Assessment) -> bool:
    """Whether an open promise is blocked, broken, late or behind: what a reader who asks "who is not keeping it" wants to see."""
    return (
        item.status in ("stalled", "breached", "not-fulfilled")
        or item.overdue
        or (not item.closed and (bool(item.standing.late) or item.standing.word in TROUBLE_WORDS))
    )


TROUBLE_WORDS = ("slightly-behind", "behind", "moving-away", "breached")

GROUPS: dict[str, tuple[str, ...]] = {
    "fulfilled": ("fulfilled", "partly-fulfilled"),
    "in effect": ("in-effect",),
    "moving": ("in-progress",),
    "stalled": ("stalled",),
    "breached": ("breached", "not-fulfilled"),
    "not started": ("not-started",),
    "no evidence": ("no-evidence",),
    "not assessed": (NOT_ASSESSED,),
    "withdrawn": ("withdrawn",),
}
"""How statuses answer "who keeps the bargain"; every status is in exactly one group."""

_GROUP_OF = {status: group for group, statuses in GROUPS.items() for status in statuses}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What one party owes and how that stands. Parts are counted, not their umbrella; a joint promise counts for each party."""

    party: str
    name: str
    owes: int
    groups: Mapping[str, int]
    overdue: int


def accounts(picture: Picture) -> tuple[Account, ...]:
    """The reciprocity ledger: one account a party, in the order the agreement names them."""
    result = []
    leaves = [item for item in picture.items if not item.commitment.parts]
    for party, name in picture.dataset.agreement.parties.items():
        owed = [item for item in leaves if party in item.commitment.owed_by]
        groups = dict.fromkeys(GROUPS, 0)
        for item in owed:
            groups[_GROUP_OF[item.status]] += 1
        overdue = sum(item.overdue for item in owed)
        result.append(Account(party=party, name=name, owes=len(owed), groups=groups, overdue=overdue))
    return tuple(result)


def ordered(items: Iterable[Assessment]) -> list[tuple[str, list[Assessment]]]:
    """Headline terms first, then the other terms by pillar, both in file order: what every report follows."""
    items = list(items)
    pillars = {pillar: place for place, pillar in enumerate(dict.fromkeys(item.commitment.pillar for item in items))}
    rest = sorted((item for item in items if not item.commitment.headline), key=lambda item: pillars[item.commitment.pillar])
    groups = [(pillar, list(members)) for pillar, members in groupby(rest, key=lambda item: item.commitment.pillar)]
    headline = [item for item in items if item.commitment.headline]
    return [("headline", headline), *groups] if headline else groups
