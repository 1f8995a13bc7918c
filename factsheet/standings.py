"""What arithmetic says of one commitment: a ``Standing`` for each kind of measure, from the records that count.

Pure functions. Values are judged at their own data-through date, never at today; only deadlines (the due date of a milestone, the
window of a limit) look at the date that the question is about.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from factsheet import measures
from factsheet.measures import ZERO, Breach
from factsheet.model import Amount, Level, Limit, Method, Milestones, Step, Update

MOST_NAMED = 50
"""Parts without data that a sum names; what is nested in many sums is named in each of them."""

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
    ``expected_value`` is the path's value at the data-through date; ``scheduled`` says whether anything is expected at all.
    ``observations`` are the records that carried values, by data-through date. ``missing`` names the parts of a sum, down to
    the last, that have no data; the value is then a lower bound.
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
    scheduled: bool = False
    points: tuple[tuple[dt.date, Decimal], ...] = ()
    observations: tuple[Update, ...] = ()
    breaches: tuple[Breach, ...] = ()
    reached: tuple[tuple[Step, dt.date], ...] = ()
    late: tuple[Step, ...] = ()
    missing: tuple[str, ...] = ()


def is_evidence(update: Update) -> bool:
    """Whether somebody looked at the commitment: a bare withdrawal only says that a record was wrong."""
    return update.retracts is None or bool(update.status or update.reached) or update.value is not None


def observations(history: Sequence[Update]) -> tuple[Update, ...]:
    """The records that carry a value, by data-through date; ``history`` is in order of events, which decides between equals."""
    values = [update for update in history if update.value is not None]
    if any(update.through for update in values):
        values.sort(key=lambda update: update.data_through)
    return tuple(values)


def toward(measure: Amount | Level, values: tuple[Update, ...], agreed: dt.date, due: dt.date | None, method: Method) -> Standing:
    """An amount or a level against its path, at the data-through date of the newest value."""
    points = tuple(measures.schedule(measure, agreed, due))
    scheduled = len(points) > 1
    if not values or values[-1].value is None:
        return Standing(word="no-data", unit=measure.unit, target=measure.target, scheduled=scheduled, points=points)
    value, day = values[-1].value, values[-1].data_through
    progress = measures.progress_of(measure, value)
    expected_value = measures.path_value(points, day) if scheduled else None
    expected = None if expected_value is None else measures.progress_of(measure, expected_value)
    origin = ZERO if isinstance(measure, Amount) else measure.baseline
    expected_gain = None if expected_value is None else expected_value - origin
    pace = measures.pace_of(value - origin, expected_gain, measure.target - origin)
    return Standing(
        word=measures.pace_word(progress, pace, method, scheduled=scheduled),
        unit=measure.unit,
        value=value,
        through=day,
        target=measure.target,
        progress=progress,
        expected=expected,
        expected_value=expected_value,
        pace=pace,
        scheduled=scheduled,
        points=points,
        observations=values,
    )


def within(measure: Limit, values: tuple[Update, ...], as_of: dt.date) -> Standing:
    """A limit in the window that ``as_of`` falls in: what is used, and whether the limit was ever broken there.

    A cure does not undo a breach: a calendar year says ``breached`` to its end, a continuous window for good. Values with a
    later data-through date (a budget already voted) do not count yet: nobody has broken a limit tomorrow.
    """
    bound = measure.max if measure.max is not None else measure.min
    values = tuple(update for update in values if update.data_through <= as_of)
    found = tuple(measures.breaches(measure, values, as_of))
    current, verdicts = values, found
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


def milestones(measure: Milestones, history: Sequence[Update], as_of: dt.date, method: Method) -> Standing:
    """Steps reached against steps whose due date has passed by ``as_of``: it passes whether or not anybody looked.

    A step reached early never makes up for one that is late: while one is, only the steps that are due count toward the pace.
    """
    when: dict[str, dt.date] = {}
    for update in history:
        for step_id in update.reached:
            when.setdefault(step_id, update.date)
    reached = tuple((step, when[step.id]) for step in measure.steps if step.id in when)
    due = [step for step in measure.steps if step.due and step.due < as_of]
    late = tuple(step for step in due if step.id not in when)
    scheduled = any(step.due for step in measure.steps)
    total = len(measure.steps)
    expected = Decimal(len(due)) / total if scheduled else None
    if not late and not any(is_evidence(update) for update in history):
        # Nobody has looked: that is not the same as nothing reached.
        return Standing(word="no-data", unit="milestones", target=Decimal(total), scheduled=scheduled)
    counted = len(due) - len(late) if late else len(reached)
    pace = Decimal(counted) / len(due) if due and (late or len(due) >= measures.TOO_EARLY * total) else None
    return Standing(
        word=_step_word(len(reached) == total, bool(late), scheduled, pace, method),
        unit="milestones",
        value=Decimal(len(reached)),
        through=max((update.date for update in history if update.reached), default=None),
        target=Decimal(total),
        progress=Decimal(len(reached)) / total,
        expected=expected,
        expected_value=None if expected is None else Decimal(len(due)),
        pace=pace,
        scheduled=scheduled,
        reached=reached,
        late=late,
    )


def _step_word(complete: bool, late: bool, scheduled: bool, pace: Decimal | None, method: Method) -> str:
    if complete:
        return "done"
    if late:
        return "slightly-behind" if pace is not None and pace >= method.behind else "behind"
    if not scheduled:
        return "no-deadline"
    if pace is None:
        return "too-early"
    return "ahead" if pace >= method.ahead else "on-pace"


def total(parts: Sequence[tuple[str, Standing]], method: Method) -> Standing:
    """The totals of the parts, by id. One without data adds nothing and is named; a pace needs an expectation from every part."""
    leaves = (leaf for name, part in parts for leaf in part.missing or ([name] if part.value is None else []))
    missing = tuple(islice(leaves, MOST_NAMED))
    target = sum((part.target for _, part in parts if part.target is not None), ZERO)
    unit = next((part.unit for _, part in parts if part.unit), None)
    scheduled = bool(parts) and all(part.scheduled for _, part in parts)
    known = [part for _, part in parts if part.value is not None]
    if not known or not target:
        return Standing(word="no-data", unit=unit, target=target or None, scheduled=scheduled, missing=missing)
    value = sum((part.value for part in known if part.value is not None), ZERO)
    progress = value / target
    paths = [part.expected_value for _, part in parts]
    expected_value = sum((path for path in paths if path is not None), ZERO) if None not in paths else None
    pace = measures.pace_of(value, expected_value, target)
    word = measures.pace_word(progress, pace, method, scheduled=scheduled)
    return Standing(
        # Too early is a judgment of all parts; without one of them there is none.
        word="no-data" if word == "too-early" and expected_value is None else word,
        unit=unit,
        value=value,
        through=min((part.through for part in known if part.through), default=None),
        target=target,
        progress=progress,
        expected=None if expected_value is None else expected_value / target,
        expected_value=expected_value,
        pace=pace,
        scheduled=scheduled,
        missing=missing,
    )
