"""What arithmetic says of one commitment: a ``Measurement``, by one function a kind of measure.

Pure functions. Values are judged at their own data-through date, never at today; only deadlines
(the due date of a milestone, the window of a limit) look at the date that the question is about. A
measurement carries all that its kind means to a reader (what its goal is called, which share a bar
shows, whether its figure is a number of steps), so that nobody downstream asks for the kind.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal
from itertools import islice
from typing import Literal, NamedTuple

from factsheet.assess import pace
from factsheet.assess.limits import Breach, added_in_year, breaches, headroom
from factsheet.assess.pace import ZERO, Point, Rates, path_value
from factsheet.measures import Amount, Level, Limit, Measure, Milestones, Step
from factsheet.model import Method, Update

MOST_NAMED = 50
"""Parts without data that a sum names; what is nested in many sums is named in each of them."""


class Measurement(NamedTuple):
    """What arithmetic says of one measure. Values are in ``unit``; ratios are shares (1 = all).

    ``value`` is the latest total or level, for a limit what is used in the current window, for
    milestones how many were reached; ``target`` is the goal, for a limit its bound, for milestones
    how many there are. ``expected_value`` is the path's value at the data-through date;
    ``scheduled`` says whether anything is expected at all. ``observed`` are the values by
    data-through date, ``observations`` the records that carried them. ``missing`` names the parts
    of a sum, down to the last, that have no data; the value is then a lower bound. ``short`` names
    the parts that miss their own targets where the surplus of others makes the sum reach its own.

    What the kind of measure means to a reader: ``goal`` is what ``target`` is called; ``counted``
    figures are numbers of steps; ``bounded`` ones have headroom and never progress; ``yearly`` ones
    start again each January; ``baseline`` is where a level came from; ``from_zero`` charts show
    zero; ``basis`` says where the expectation comes from; ``steps`` are all the milestones.
    """

    word: str
    unit: str | None = None
    counts: str | None = None
    value: Decimal | None = None
    through: dt.date | None = None
    target: Decimal | None = None
    baseline: Decimal | None = None
    progress: Decimal | None = None
    expected: Decimal | None = None
    expected_value: Decimal | None = None
    pace: Decimal | None = None
    scheduled: bool = False
    points: tuple[Point, ...] = ()
    observed: tuple[Point, ...] = ()
    observations: tuple[Update, ...] = ()
    breaches: tuple[Breach, ...] = ()
    headroom: Decimal | None = None
    steps: tuple[Step, ...] = ()
    reached: tuple[tuple[Step, dt.date], ...] = ()
    late: tuple[Step, ...] = ()
    missing: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    parts: tuple[Measurement, ...] = ()
    rates: Rates | None = None
    by: dt.date | None = None
    path_source: str | None = None
    goal: Literal["target", "cap", "floor"] = "target"
    basis: Literal["", "line", "path", "text", "parts", "steps"] = ""
    counted: bool = False
    bounded: bool = False
    yearly: bool = False
    from_zero: bool = True

    @property
    def share(self) -> Decimal | None:
        """What a bar shows: progress, or how much of a limit is used."""
        if not self.bounded:
            return self.progress
        return None if self.value is None or not self.target else self.value / self.target

    @property
    def series(self) -> tuple[Point, ...]:
        """The values by data-through date; of a sum, what its parts had together on each day.

        A part without data adds nothing.
        """
        if not self.parts:
            return self.observed
        lines = [part.series for part in self.parts]
        days = sorted({day for line in lines for day, _ in line})
        return tuple((day, sum((_latest(line, day) for line in lines), ZERO)) for day in days)

    @property
    def path(self) -> tuple[Point, ...]:
        """The expected path; of a sum, those of its parts together, if all have one."""
        if not self.parts:
            return self.points if len(self.points) > 1 else ()
        lines = [part.path for part in self.parts]
        if not all(lines):
            return ()
        days = sorted({day for line in lines for day, _ in line})
        return tuple((day, sum((path_value(line, day) for line in lines), ZERO)) for day in days)


def _latest(values: Sequence[Point], day: dt.date) -> Decimal:
    place = bisect_right(values, day, key=lambda point: point[0])
    return values[place - 1][1] if place else ZERO


NOTHING = Measurement(word="not-applicable")
"""What is said of a commitment without a measure."""


def is_evidence(update: Update) -> bool:
    """Whether somebody looked at the commitment: a bare withdrawal only says that one was wrong."""
    return (
        update.retracts is None or bool(update.status or update.reached) or update.value is not None
    )


def observations(history: Sequence[Update]) -> tuple[Update, ...]:
    """The records that carry a value, by data-through date; among equals as in ``history``."""
    values = [update for update in history if update.value is not None]
    if any(update.through for update in values):
        values.sort(key=lambda update: update.data_through)
    return tuple(values)


def _points(values: Sequence[Update]) -> tuple[Point, ...]:
    return tuple((each.data_through, each.value) for each in values if each.value is not None)


def measured(
    measure: Measure,
    history: Sequence[Update],
    below: Sequence[tuple[str, Measurement]],
    agreed: dt.date,
    due: dt.date | None,
    as_of: dt.date,
    method: Method,
) -> Measurement:
    """What arithmetic says of a measure; ``below`` are those that its figure rests on, by id."""
    match measure:
        case Milestones():
            return milestones(measure, history, as_of, method)
        case Limit():
            return within(measure, history, below[0][1] if below else None, as_of)
        case Amount() | Level():
            return toward(measure, history, agreed, due, method)
        case _:
            return total(below, method)


def toward(
    measure: Amount | Level,
    history: Sequence[Update],
    agreed: dt.date,
    due: dt.date | None,
    method: Method,
) -> Measurement:
    """An amount or a level against its path, at the data-through date of the newest value."""
    values = observations(history)
    observed = _points(values)
    points = tuple(pace.schedule(measure, agreed, due))
    scheduled = len(points) > 1
    basis: Literal["text", "path", "line"] = "line"
    if measure.path:
        basis = "text" if measure.path_in_text else "path"
    level = isinstance(measure, Level)
    word, progress, expected_value, speed = "no-data", None, None, None
    if observed:
        day, value = observed[-1]
        progress = pace.progress_of(measure, value)
        expected_value = path_value(points, day) if scheduled else None
        gain = None if expected_value is None else expected_value - measure.origin
        speed = pace.pace_of(value - measure.origin, gain, measure.target - measure.origin)
        word = pace.pace_word(progress, speed, method, scheduled=scheduled)
    return Measurement(
        word=word,
        unit=measure.unit,
        counts=measure.counts,
        value=observed[-1][1] if observed else None,
        through=observed[-1][0] if observed else None,
        target=measure.target,
        baseline=measure.origin if level else None,
        progress=progress,
        expected=None if expected_value is None else pace.progress_of(measure, expected_value),
        expected_value=expected_value,
        pace=speed,
        scheduled=scheduled,
        points=points,
        observed=observed,
        observations=values,
        rates=pace.rates(measure, observed, points),
        by=measure.by,
        path_source=measure.path_source,
        basis=basis,
        from_zero=not level,
    )


def within(
    measure: Limit, history: Sequence[Update], of: Measurement | None, as_of: dt.date
) -> Measurement:
    """A limit in the window that ``as_of`` falls in: what is used, and whether it was ever broken.

    A cure does not undo a breach: a calendar year says ``breached`` to its end, a continuous window
    for good. Values with a later data-through date (a budget already voted) do not count yet:
    nobody has broken a limit tomorrow. ``of`` is the measurement whose figure is limited; within a
    calendar year what counts is what was added to it since the last observation of the year before.
    """
    values = tuple(each for each in observations(history) if each.data_through <= as_of)
    observed = _points(values)
    if of is not None:
        observed = tuple(point for point in of.series if point[0] <= as_of)
        if measure.accumulates:
            observed = tuple(added_in_year(observed))
    found = tuple(breaches(measure, observed, as_of))
    current, verdicts = observed, found
    if measure.accumulates:
        current = tuple(point for point in observed if point[0].year == as_of.year)
        verdicts = tuple(breach for breach in found if breach.since.year == as_of.year)
    word = "no-data" if not current else "breached" if verdicts else "within"
    return Measurement(
        word=word,
        unit=measure.unit if of is None else of.unit,
        counts=measure.counts or (of.counts if of else None),
        value=current[-1][1] if current else None,
        through=current[-1][0] if current else None,
        target=measure.bound,
        observed=observed,
        observations=values,
        breaches=found,
        headroom=headroom(measure, current[-1][1]) if current else None,
        goal="cap" if measure.max is not None else "floor",
        bounded=True,
        yearly=bool(measure.accumulates),
    )


def milestones(
    measure: Milestones, history: Sequence[Update], as_of: dt.date, method: Method
) -> Measurement:
    """Steps reached against steps whose due date has passed by ``as_of``, looked at or not.

    A step reached early never makes up for one that is late: while one is, only the steps that are
    due count toward the pace.
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
    if not late and not any(is_evidence(update) for update in history):
        # Nobody has looked: that is not the same as nothing reached.
        return Measurement(
            word="no-data",
            target=Decimal(total),
            scheduled=scheduled,
            steps=measure.steps,
            basis="steps",
            counted=True,
        )
    counted = len(due) - len(late) if late else len(reached)
    enough = due and (late or len(due) >= pace.TOO_EARLY * total)
    speed = Decimal(counted) / len(due) if enough else None
    return Measurement(
        word=_step_word(len(reached) == total, bool(late), scheduled, speed, method),
        value=Decimal(len(reached)),
        through=max((update.date for update in history if update.reached), default=None),
        target=Decimal(total),
        progress=Decimal(len(reached)) / total,
        expected=Decimal(len(due)) / total if scheduled else None,
        expected_value=Decimal(len(due)) if scheduled else None,
        pace=speed,
        scheduled=scheduled,
        steps=measure.steps,
        reached=reached,
        late=late,
        basis="steps",
        counted=True,
    )


def _step_word(
    complete: bool, late: bool, scheduled: bool, speed: Decimal | None, method: Method
) -> str:
    if complete:
        return "done"
    if late:
        return "slightly-behind" if speed is not None and speed >= method.behind else "behind"
    if not scheduled:
        return "no-deadline"
    if speed is None:
        return "too-early"
    return "ahead" if speed >= method.ahead else "on-pace"


def total(parts: Sequence[tuple[str, Measurement]], method: Method) -> Measurement:
    """The totals of the parts, by id; a pace needs an expectation from every part.

    A part without data adds nothing and is named.
    """
    leaves = (
        leaf
        for name, part in parts
        for leaf in part.missing or ([name] if part.value is None else [])
    )
    missing = tuple(islice(leaves, MOST_NAMED))
    target = sum((part.target for _, part in parts if part.target is not None), ZERO)
    unit = next((part.unit for _, part in parts if part.unit), None)
    scheduled = bool(parts) and all(part.scheduled for _, part in parts)
    known = [part for _, part in parts if part.value is not None]
    made = tuple(part for _, part in parts)
    if not known or not target:
        return Measurement(
            word="no-data",
            unit=unit,
            target=target or None,
            scheduled=scheduled,
            missing=missing,
            parts=made,
            basis="parts",
        )
    value = sum((part.value for part in known if part.value is not None), ZERO)
    progress = value / target
    paths = [part.expected_value for _, part in parts]
    expected_value = (
        sum((path for path in paths if path is not None), ZERO) if None not in paths else None
    )
    speed = pace.pace_of(value, expected_value, target)
    word = pace.pace_word(progress, speed, method, scheduled=scheduled)
    short: tuple[str, ...] = ()
    if word == "done":
        short = tuple(name for name, part in parts if part.progress is None or part.progress < 1)
        word = "part-short" if short else word
    elif word == "too-early" and expected_value is None:
        word = "no-data"  # a judgment of all parts; without one of them there is none
    return Measurement(
        word=word,
        unit=unit,
        value=value,
        through=min((part.through for part in known if part.through), default=None),
        target=target,
        progress=progress,
        expected=None if expected_value is None else expected_value / target,
        expected_value=expected_value,
        pace=speed,
        scheduled=scheduled,
        missing=missing,
        short=short,
        parts=made,
        basis="parts",
    )
