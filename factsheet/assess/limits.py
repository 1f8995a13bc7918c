"""The arithmetic of a cap or a floor: what counts in its window, and when it was broken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from factsheet.assess.pace import ZERO, Point
from factsheet.measures import Limit


@dataclass(frozen=True, slots=True)
class Breach:
    """A stretch in which a limit was observed to be broken; ``until`` is None while it lasts."""

    since: dt.date
    until: dt.date | None
    peak: Decimal


def breaches(limit: Limit, values: Sequence[Point], as_of: dt.date) -> list[Breach]:
    """Every stretch beyond the limit, cured or not; ``values`` by date, none after ``as_of``.

    In a calendar-year window a total belongs to the year of its data-through date, a breach ends
    with that year, and a floor can only be missed by the year's last day.
    """
    found: list[Breach] = []
    open_since: dt.date | None = None
    peak = ZERO
    for day, value in values:
        if limit.accumulates and open_since and day.year != open_since.year:
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
        over = bool(limit.accumulates) and as_of.year > open_since.year
        found.append(Breach(open_since, dt.date(open_since.year, 12, 31) if over else None, peak))
    return found


def _beyond(limit: Limit, value: Decimal, day: dt.date) -> bool:
    if limit.max is not None:
        return value > limit.max
    if value >= limit.bound:
        return False
    return not limit.accumulates or (day.month, day.day) == (12, 31)


def headroom(limit: Limit, used: Decimal) -> Decimal:
    """How far ``used`` stays inside the limit, in its unit; negative when it is broken."""
    return limit.bound - used if limit.max is not None else used - limit.bound


def added_in_year(values: Sequence[Point]) -> list[Point]:
    """A running total as what was added to it since the last observation of the year before."""
    found: list[Point] = []
    base = last = ZERO
    year = None
    for day, value in values:
        if day.year != year:
            base, year = last, day.year
        found.append((day, value - base))
        last = value
    return found
