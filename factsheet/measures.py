"""The arithmetic of one measure: where it stands, where it should stand, and how fast it moves.

Pure functions of their arguments; no clock, no I/O. Values and targets are ``Decimal`` in the measure's own unit, ratios are
plain shares (1 is the whole), dates are calendar dates and time is counted in days. The formulas:

* share of time (linear proration, as in PIIE's phase-one tracker before its seasonal profile): days since start / days in all;
* progress of an amount: value / target; of a level: (value - baseline) / (target - baseline), the "share of the distance";
* expected: the value of the path at the data-through date, put through the same progress formula;
* pace: progress / expected (earned-value management calls this the schedule performance index).

The README's section on the method gives each with its source and a worked example.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise

from factsheet.model import Amount, Level, Limit, Method, Update

ZERO, ONE = Decimal(0), Decimal(1)
TOO_EARLY = Decimal("0.02")
"""Below this expected share a ratio says nothing: two weeks of luck would look like a trend."""
DAYS_A_YEAR = Decimal("365.25")
SHORTEST_SPAN = 28
"""Days (the shortest month) between two observations below which their slope is chance and not a rate."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A stretch during which a limit was observed to be broken. ``until`` is None while it lasts."""

    since: dt.date
    until: dt.date | None
    peak: Decimal


@dataclass(frozen=True, slots=True)
class Rates:
    """How fast a measure must move and does move, in its unit per year (365.25 days).

    ``required`` arrives at the target on time from the last observation; ``recent`` is the slope between the last observation
    (``until``) and the newest one at least ``SHORTEST_SPAN`` days before it (``since``); ``arrival`` is when the recent slope
    would reach the target. Each is None where it would mean nothing.
    """

    required: Decimal | None
    recent: Decimal | None
    since: dt.date | None
    until: dt.date | None
    arrival: dt.date | None


def schedule(measure: Amount | Level, agreed: dt.date, due: dt.date | None) -> list[tuple[dt.date, Decimal]]:
    """The expected path as (date, value) points, first to last; fewer than two points mean there is no expectation.

    It starts at ``measure.start`` or ``agreed`` with zero (amount) or the baseline (level), runs through the waypoints and ends
    with the target at ``measure.by`` or ``due``. That these dates follow one another is a check of the dataset (``schedule``).
    """
    origin = ZERO if isinstance(measure, Amount) else measure.baseline
    start = measure.start or agreed
    points = [(start, origin), *((point.date, point.value) for point in measure.path if point.date > start)]
    by = measure.by or due
    if by and by > points[-1][0]:
        points.append((by, measure.target))
    return points


def path_value(points: Sequence[tuple[dt.date, Decimal]], day: dt.date) -> Decimal:
    """The value of the path on ``day``: linear between points by days, flat before the first and after the last."""
    if day <= points[0][0]:
        return points[0][1]
    for (left, low), (right, high) in pairwise(points):
        if day <= right:
            return low + (high - low) * (day - left).days / (right - left).days
    return points[-1][1]


def progress_of(measure: Amount | Level, value: Decimal) -> Decimal:
    """The share of the way to the target that ``value`` is: 1 at the target, below 0 where it moved away."""
    if isinstance(measure, Amount):
        return value / measure.target
    # Adding zero turns the -0 of a falling level at its baseline into 0.
    return (value - measure.baseline) / (measure.target - measure.baseline) + 0


def pace_of(gained: Decimal, expected: Decimal | None, whole: Decimal = ONE) -> Decimal | None:
    """What was gained as a multiple of what was expected; None where (next to) nothing of the ``whole`` was expected yet.

    All three in one unit. Taken from the amounts and not from two rounded shares, so that a pace on a threshold is exactly on it.
    """
    return gained / expected if expected is not None and expected / whole >= TOO_EARLY else None


def pace_word(progress: Decimal, pace: Decimal | None, method: Method, *, scheduled: bool) -> str:
    """The word for a pace, by the dataset's own thresholds; ``scheduled`` says whether anything is ever expected."""
    if progress >= 1:
        return "done"
    if progress < 0:
        return "moving-away"
    if not scheduled:
        return "no-deadline"
    return "too-early" if pace is None else band(pace, method)


def band(pace: Decimal, method: Method) -> str:
    """``ahead``, ``on-pace``, ``slightly-behind`` or ``behind``."""
    if pace >= method.ahead:
        return "ahead"
    if pace >= method.on_pace:
        return "on-pace"
    return "slightly-behind" if pace >= method.behind else "behind"


def breaches(limit: Limit, values: Sequence[Update], as_of: dt.date) -> list[Breach]:
    """Every stretch beyond the limit, cured or not; ``values`` in order of their data-through dates, none after ``as_of``.

    In a calendar-year window a total belongs to the year of its data-through date, a breach ends with that year, and a floor can
    only be missed by the year's last day.
    """
    found: list[Breach] = []
    open_since: dt.date | None = None
    peak = ZERO
    for update in values:
        day, value = update.data_through, update.value or ZERO
        if limit.window == "calendar-year" and open_since and day.year != open_since.year:
            found.append(Breach(open_since, dt.date(open_since.year, 12, 31), peak))
            open_since = None
        if _beyond(limit, value, day):
            worst = max if limit.max is not None else min
            peak = value if open_since is None else worst(peak, value)
            open_since = open_since or day
        elif open_since:
            found.append(Breach(open_since, day, peak))
            open_since = None
    if open_since:
        over = limit.window == "calendar-year" and as_of.year > open_since.year
        found.append(Breach(open_since, dt.date(open_since.year, 12, 31) if over else None, peak))
    return found


def _beyond(limit: Limit, value: Decimal, day: dt.date) -> bool:
    if limit.max is not None:
        return value > limit.max
    if limit.min is None or value >= limit.min:
        return False
    return limit.window == "continuous" or (day.month, day.day) == (12, 31)


def headroom(limit: Limit, used: Decimal) -> Decimal:
    """How far ``used`` stays inside the limit, in the limit's unit; negative when it is broken."""
    if limit.max is not None:
        return limit.max - used
    return used - (limit.min or ZERO)


NO_RATES = Rates(None, None, None, None, None)


def rates(measure: Amount | Level, values: Sequence[Update], points: Sequence[tuple[dt.date, Decimal]]) -> Rates:
    """Required and recent run rates and the date of arrival; ``values`` in order of their data-through dates.

    All are absent without an observation, once the target is reached, and where the measure moved away from it.
    """
    if not values:
        return NO_RATES
    value, day = values[-1].value or ZERO, values[-1].data_through
    if not ZERO <= progress_of(measure, value) < 1:
        return NO_RATES
    left = measure.target - value
    required = None
    deadline = points[-1][0] if len(points) > 1 and points[-1][1] == measure.target else None
    if deadline and day < deadline:
        required = left * DAYS_A_YEAR / (deadline - day).days
    earlier = next((update for update in reversed(values) if (day - update.data_through).days >= SHORTEST_SPAN), None)
    if earlier is None:
        return Rates(required, None, None, None, None)
    gained, span = value - (earlier.value or ZERO), (day - earlier.data_through).days
    return Rates(required, gained * DAYS_A_YEAR / span, earlier.data_through, day, _arrival(day, left, gained, span))


def _arrival(day: dt.date, left: Decimal, gained: Decimal, span: int) -> dt.date | None:
    """The first day by which ``left`` is made up at ``gained`` every ``span`` days; None where it never is."""
    if not gained or (left > 0) != (gained > 0):
        return None
    # Straight from the two amounts, not from the rate a year: its rounding could cost a day.
    days = int((left * span / gained).to_integral_value(rounding=ROUND_CEILING))
    return day + dt.timedelta(days=days) if days <= (dt.date.max - day).days else None
