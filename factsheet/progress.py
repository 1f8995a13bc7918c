"""Where every commitment stands as of a date: ``assess`` is a pure function of a dataset and two dates.

What an analyst asserts (status), what arithmetic derives (progress, pace, overdue) and what is known about the evidence
(stale, disputed, none) stay apart in the result. The order of records in the file never changes an answer, and neither does a
record dated after ``as_of`` or written after ``known_by``.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from factsheet import measures
from factsheet.measures import ZERO, Breach, Rates
from factsheet.model import CLOSED, NOT_ASSESSED, Amount, Commitment, Dataset, Level, Limit, Method, Milestones, Step, Sum, Update

PACE_WORDS = (
    "ahead",
    "on-pace",
    "slightly-behind",
    "behind",
    "moving-away",
    "done",
    "too-early",
    "no-data",
    "no-deadline",
    "within",
    "breached",
    "not-applicable",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What arithmetic says of one measure. Values are in ``unit``; ``progress``, ``expected`` and ``pace`` are shares (1 = all).

    ``value`` is the latest total or level, for a limit what is used in the current window; ``target`` is the limit's bound there.
    ``expected_value`` is the path's value at the data-through date. ``observations`` are the records that carried values, by
    data-through date. ``missing`` names the parts of a sum that have no data.
    """

    word: str
    unit: str | None = None
    value: Decimal | None = None
    through: dt.date | None = None
    target: Decimal | None = None
    progress: Decimal | None = None
    expected: Decimal | None = None
    expected_value: Decimal | None = None
    pace: Decimal | None = None
    points: tuple[tuple[dt.date, Decimal], ...] = ()
    observations: tuple[Update, ...] = ()
    breaches: tuple[Breach, ...] = ()
    reached: tuple[tuple[Step, dt.date], ...] = ()
    late: tuple[Step, ...] = ()
    missing: tuple[str, ...] = ()


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


def _when(update: Update) -> tuple[dt.date, dt.datetime, str]:
    return update.date, update.recorded, update.id


def _data_when(update: Update) -> tuple[dt.date, dt.date, dt.datetime, str]:
    return update.data_through, update.date, update.recorded, update.id


def visible(commitment: Commitment, as_of: dt.date, known_by: dt.date | None) -> tuple[list[Update], list[Update]]:
    """The records that count by the two dates (both included) and those among them that were retracted, each oldest first.

    A retraction counts like any record: from its own date, once it was written. A retracted retraction restores.
    """
    if known_by is None:
        seen = [update for update in commitment.updates if update.date <= as_of]
    else:
        seen = [update for update in commitment.updates if update.date <= as_of and update.recorded_on <= known_by]
    seen.sort(key=_when)
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
    standings: dict[str, Standing] = {}
    for commitment in dataset.commitments:
        _stand(commitment, by_id, records, dataset, as_of, standings)
    items = tuple(
        _assess_one(commitment, *records[commitment.id], standings[commitment.id], dataset, as_of)
        for commitment in dataset.commitments
    )
    return Picture(dataset=dataset, as_of=as_of, known_by=known_by, items=items)


def _assess_one(
    commitment: Commitment, history: list[Update], withdrawn: list[Update], standing: Standing, dataset: Dataset, as_of: dt.date
) -> Assessment:
    status_by: Update | None = None
    evidence: Update | None = None
    for update in reversed(history):
        if evidence is None and update.retracts is None:
            evidence = update
        if update.status:
            status_by = update
            break
    status = status_by.status if status_by and status_by.status else NOT_ASSESSED
    still_open = status not in CLOSED
    last = evidence.date if evidence else None
    silent_since = last or dataset.agreement.agreed
    valued_by = standing.observations[-1] if standing.observations else None
    return Assessment(
        commitment=commitment,
        status=status,
        status_by=status_by,
        standing=standing,
        overdue=still_open and commitment.due is not None and commitment.due < as_of,
        stale=still_open and (as_of - silent_since).days > dataset.method.review_every_days,
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
        standing = _sum([(part.id, _stand(part, by_id, records, dataset, as_of, done)) for part in parts], dataset.method)
    elif isinstance(measure, Milestones):
        standing = _milestones(measure, history, as_of, dataset.method)
    else:
        values = tuple(sorted((update for update in history if update.value is not None), key=_data_when))
        if isinstance(measure, Limit):
            standing = _limit(measure, values, as_of)
        else:
            standing = _toward(measure, values, dataset.agreement.agreed, commitment.due, dataset.method)
    done[commitment.id] = standing
    return standing


def _toward(
    measure: Amount | Level, values: tuple[Update, ...], agreed: dt.date, due: dt.date | None, method: Method
) -> Standing:
    points = tuple(measures.schedule(measure, agreed, due))
    if not values or values[-1].value is None:
        return Standing(word="no-data", unit=measure.unit, target=measure.target, points=points)
    value, day = values[-1].value, values[-1].data_through
    progress = measures.progress_of(measure, value)
    expected_value = measures.path_value(points, day) if len(points) > 1 else None
    expected = None if expected_value is None else measures.progress_of(measure, expected_value)
    return Standing(
        word=measures.pace_word(progress, expected, method),
        unit=measure.unit,
        value=value,
        through=day,
        target=measure.target,
        progress=progress,
        expected=expected,
        expected_value=expected_value,
        pace=measures.pace_of(progress, expected),
        points=points,
        observations=values,
    )


def _limit(measure: Limit, values: tuple[Update, ...], as_of: dt.date) -> Standing:
    """The verdict is for the window that ``as_of`` falls in; a continuous window never closes, so neither does its breach."""
    bound = measure.max if measure.max is not None else measure.min
    found = tuple(measures.breaches(measure, values, as_of))
    current = values
    verdicts = found
    if measure.window == "calendar-year":
        current = tuple(update for update in values if update.data_through.year == as_of.year)
        verdicts = tuple(breach for breach in found if breach.since.year == as_of.year)
    if not current:
        return Standing(word="no-data", unit=measure.unit, target=bound, breaches=found, observations=values)
    return Standing(
        word="breached" if verdicts else "within",
        unit=measure.unit,
        value=current[-1].value,
        through=current[-1].data_through,
        target=bound,
        breaches=found,
        observations=values,
    )


def _milestones(measure: Milestones, history: Sequence[Update], as_of: dt.date, method: Method) -> Standing:
    """Steps reached against steps due by ``as_of``: a deadline passes whether or not anybody looked."""
    when: dict[str, dt.date] = {}
    for update in history:
        for step_id in update.reached:
            when.setdefault(step_id, update.date)
    reached = tuple((step, when[step.id]) for step in measure.steps if step.id in when)
    due = [step for step in measure.steps if step.due and step.due <= as_of]
    late = tuple(step for step in measure.steps if step.due and step.due < as_of and step.id not in when)
    dated = any(step.due for step in measure.steps)
    total = len(measure.steps)
    progress = Decimal(len(reached)) / total
    expected = Decimal(len(due)) / total if dated else None
    pace = measures.pace_of(progress, expected)
    word = measures.pace_word(progress, expected, method)
    if late and word in ("ahead", "on-pace", "too-early"):
        word = "slightly-behind"
    elif not late and word in ("slightly-behind", "behind"):
        word = "on-pace"
    through = max((update.date for update in history if update.reached), default=None)
    return Standing(
        word=word,
        unit="milestones",
        value=Decimal(len(reached)),
        through=through,
        target=Decimal(total),
        progress=progress,
        expected=expected,
        expected_value=None if expected is None else Decimal(len(due)),
        pace=pace,
        reached=reached,
        late=late,
    )


def _sum(parts: Sequence[tuple[str, Standing]], method: Method) -> Standing:
    """Totals of the parts. A part without data adds nothing and is named; the pace needs an expectation from every part."""
    missing = tuple(name for name, part in parts if part.value is None)
    target = sum((part.target for _, part in parts if part.target is not None), ZERO)
    unit = next((part.unit for _, part in parts if part.unit), None)
    known = [part for _, part in parts if part.value is not None]
    if not known or not target:
        return Standing(word="no-data", unit=unit, target=target or None, missing=missing)
    value = sum((part.value for part in known if part.value is not None), ZERO)
    progress = value / target
    paths = [part.expected_value for _, part in parts]
    expected_value: Decimal | None = None
    if all(path is not None for path in paths):
        expected_value = sum((path for path in paths if path is not None), ZERO)
    expected = None if expected_value is None else expected_value / target
    word = measures.pace_word(progress, expected, method)
    if missing and word == "no-deadline" and all(part.points and len(part.points) > 1 for _, part in parts):
        word = "no-data"
    return Standing(
        word=word,
        unit=unit,
        value=value,
        through=min((part.through for part in known if part.through), default=None),
        target=target,
        progress=progress,
        expected=expected,
        expected_value=expected_value,
        pace=measures.pace_of(progress, expected),
        missing=missing,
    )


def rates(item: Assessment, dataset: Dataset) -> Rates | None:
    """Required and recent run rates of an amount or a level, per year in its unit; None for everything else."""
    measure = item.commitment.measure
    if not isinstance(measure, Amount | Level):
        return None
    return measures.rates(measure, item.standing.observations, item.standing.points)


GROUPS: dict[str, tuple[str, ...]] = {
    "fulfilled": ("fulfilled", "partly-fulfilled"),
    "in effect": ("in-effect",),
    "moving": ("in-progress",),
    "stalled": ("stalled",),
    "breached": ("breached", "not-fulfilled"),
    "not started": ("not-started",),
    "no evidence": ("no-evidence", NOT_ASSESSED),
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
    pillars = list(dict.fromkeys(item.commitment.pillar for item in items))
    rest = sorted(
        (item for item in items if not item.commitment.headline), key=lambda item: pillars.index(item.commitment.pillar)
    )
    groups = [(pillar, list(members)) for pillar, members in groupby(rest, key=lambda item: item.commitment.pillar)]
    headline = [item for item in items if item.commitment.headline]
    return [("headline", headline), *groups] if headline else groups
