"""The arithmetic of a goal: where it should stand, how far it came, and how fast it moves.

Pure functions of their arguments; no clock, no I/O. Values and targets are ``Decimal`` in the
measure's own unit, ratios are plain shares (1 is the whole), dates are calendar dates and time is
counted in days. The formulas:

* share of time (linear proration, as in PIIE's phase-one tracker before its seasonal profile):
  days since start / days in all;
* progress: (value - origin) / (target - origin), the "share of the distance"; the origin of an
  amount is zero, that of a level its baseline;
* expected: the value of the path at the data-through date, put through the same progress formula;
* pace: progress / expected (earned-value management: the schedule performance index).

docs/method.md gives each with its source and a worked example.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise

from factsheet.measures import Amount, Level
from factsheet.model import Method

ZERO, ONE = Decimal(0), Decimal(1)
TOO_EARLY = Decimal("0.02")
"""Below this expected share a ratio says nothing: two weeks of luck would look like a trend."""
DAYS_A_YEAR = Decimal("365.25")
SHORTEST_SPAN = 28
"""Days (the shortest month) between two observations below which their slope is chance."""
ARRIVAL_SPAN = Decimal("0.25")
ARRIVAL_COUNT = 3
"""Share of the way that the observations must cover, and how many they must be, before the slope
may say when the target is reached: from two points one can say anything."""

PACE_WORDS = (
    "ahead",
    "on-pace",
    "slightly-behind",
    "behind",
    "moving-away",
    "done",
    "part-short",
    "too-early",
    "no-data",
    "no-deadline",
    "within",
    "breached",
    "not-applicable",
)

Point = tuple[dt.date, Decimal]


@dataclass(frozen=True, slots=True)
class Rates:
    """How fast a measure must move and does move, in its unit per year (365.25 days).

    ``required`` arrives at the target on time from the last observation; ``recent`` is the slope
    between the last observation (``until``) and the newest one at least ``SHORTEST_SPAN`` days
    before it (``since``); ``arrival`` is when the recent slope would reach the target. Each is None
    where it would mean nothing.
    """

    required: Decimal | None = None
    recent: Decimal | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    arrival: dt.date | None = None


def schedule(goal: Amount | Level, agreed: dt.date, due: dt.date | None) -> list[Point]:
    """The expected path as (date, value) points, first to last; below two there is none.

    It starts at ``goal.start`` or ``agreed`` with the origin, runs through the waypoints and ends
    with the target at ``goal.by`` or ``due``. That these dates follow one another is a rule of the
    dataset (``schedule``).
    """
    start = goal.start or agreed
    waypoints = ((point.date, point.value) for point in goal.path if point.date > start)
    points = [(start, goal.origin), *waypoints]
    by = goal.by or due
    if by and by > points[-1][0]:
        points.append((by, goal.target))
    return points


def path_value(points: Sequence[Point], day: dt.date) -> Decimal:
    """The value of the path on ``day``: linear between points by days, flat outside them."""
    if day <= points[0][0]:
        return points[0][1]
    for (left, low), (right, high) in pairwise(points):
        if day <= right:
            return low + (high - low) * (day - left).days / (right - left).days
    return points[-1][1]


def progress_of(goal: Amount | Level, value: Decimal) -> Decimal:
    """The share of the way to the target that ``value`` is: 1 there, below 0 beyond the origin."""
    # Adding zero turns the -0 of a falling level at its baseline into 0.
    return (value - goal.origin) / (goal.target - goal.origin) + 0


def pace_of(gained: Decimal, expected: Decimal | None, whole: Decimal = ONE) -> Decimal | None:
    """What was gained as a multiple of what was expected, all three in one unit.

    None where (next to) nothing of the ``whole`` was expected yet. Taken from the amounts and not
    from two rounded shares, so that a pace on a threshold is exactly on it.
    """
    return gained / expected if expected is not None and expected / whole >= TOO_EARLY else None


def pace_word(progress: Decimal, pace: Decimal | None, method: Method, *, scheduled: bool) -> str:
    """The word for a pace, by the dataset's thresholds; ``scheduled``: is anything expected."""
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


def rates(goal: Amount | Level, values: Sequence[Point], points: Sequence[Point]) -> Rates:
    """Required and recent run rates and the date of arrival; ``values`` by data-through date.

    All are absent without an observation, once the target is reached, and where the measure moved
    away from it.
    """
    if not values:
        return Rates()
    day, value = values[-1]
    if not ZERO <= progress_of(goal, value) < 1:
        return Rates()
    left = goal.target - value
    required = None
    deadline = points[-1][0] if len(points) > 1 and points[-1][1] == goal.target else None
    if deadline and day < deadline:
        required = left * DAYS_A_YEAR / (deadline - day).days
    early = (point for point in reversed(values) if (day - point[0]).days >= SHORTEST_SPAN)
    since, before = next(early, (None, ZERO))
    if since is None:
        return Rates(required)
    gained, span = value - before, (day - since).days
    covered = abs(value - values[0][1]) / abs(goal.target - goal.origin)
    enough = len(values) >= ARRIVAL_COUNT and covered >= ARRIVAL_SPAN
    arrival = _arrival(day, left, gained, span) if enough else None
    return Rates(required, gained * DAYS_A_YEAR / span, since, day, arrival)


def _arrival(day: dt.date, left: Decimal, gained: Decimal, span: int) -> dt.date | None:
    """The first day by which ``left`` is made up at ``gained`` every ``span`` days, if ever."""
    if not gained or (left > 0) != (gained > 0):
        return None
    # Straight from the two amounts, not from the rate a year: its rounding could cost a day.
    days = int((left * span / gained).to_integral_value(rounding=ROUND_CEILING))
    return day + dt.timedelta(days=days) if days <= (dt.date.max - day).days else None
