"""The kinds of measure: what is counted of a commitment, and toward what.

A kind is asked for in three places: here, where it is measured (``assess.measurement``) and where
it is put into words (``report.words``). Everything else asks for its traits.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import Field, model_validator

from factsheet.vocabulary import CONFIG, Day, Flag, Kebab, Line, Number, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Waypoint:
    """A point of a published schedule: ``value`` in the measure's unit, expected on ``date``."""

    __pydantic_config__ = CONFIG

    date: Annotated[Day, "The day of this waypoint."]
    value: Annotated[Number, "What is expected on that day, in the measure's unit."]


def _check_path(path: tuple[Waypoint, ...], start: dt.date | None, by: dt.date | None) -> None:
    days = [point.date for point in path]
    if any(later <= earlier for earlier, later in pairwise(days)):
        raise ValueError("path dates must rise from one waypoint to the next")
    if path and start and days[0] <= start:
        raise ValueError(f"the first path date must come after start ({start})")
    if path and by and days[-1] > by:
        raise ValueError(f"the last path date must not come after by ({by})")
    if start and by and by <= start:
        raise ValueError("by must come after start")


_UNIT = "What the numbers are in: USD, KRW, %, GW, people."
_START = "The day the clock starts, where it is not the day of the agreement."
_BY = "The day the target is for, where it is not the commitment's `due`."
_PATH = "A published schedule: waypoints between start and target, in order of their dates."
_PATH_SOURCE = "Where the schedule comes from."
_IN_TEXT = "Whether the document itself sets the schedule."


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One milestone on the way, with a date only where somebody set one."""

    __pydantic_config__ = CONFIG

    id: Annotated[Kebab, "A kebab-case id, unique in this commitment; `reached` names it."]
    title: Annotated[Line, "The step in one line."]
    due: Annotated[Day | None, "The day that somebody set for it."] = None


class Traits:
    """What the rules of a dataset need to know of a kind of measure, without asking for the kind.

    ``takes_values``: an update may carry a value. ``adds_up``: it can be a part of a sum.
    ``parts_make_it``: its figure is that of the commitment's ``parts``.
    """

    __slots__ = ()

    kind: str
    takes_values: ClassVar[bool] = True
    adds_up: ClassVar[bool] = False
    parts_make_it: ClassVar[bool] = False

    @property
    def accumulates(self) -> Literal["", "ever", "year"]:
        """Whether a value is a total that only grows: for ever, or within each calendar year."""
        return ""

    @property
    def goal(self) -> "Amount | Level | None":
        """The measure itself where it leads from an origin to a target along a path."""
        return None

    @property
    def milestones(self) -> tuple[Step, ...]:
        """The steps of the measure, in order."""
        return ()

    @property
    def others(self) -> tuple[str, ...]:
        """Ids of the commitments, other than its parts, whose figure it takes for its own."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount(Traits):
    """A total to reach, counted from zero.

    ``counts`` names the stage that is counted: pledged, approved, disbursed.
    """

    __pydantic_config__ = CONFIG
    adds_up = True

    kind: Annotated[Literal["amount"], "A total to reach by a date."]
    unit: Annotated[Line, _UNIT]
    counts: Annotated[Line, "The stage that is counted: pledged, approved, contracted, paid."]
    target: Annotated[Number, "The total to reach."]
    start: Annotated[Day | None, _START] = None
    by: Annotated[Day | None, _BY] = None
    path: Annotated[tuple[Waypoint, ...], _PATH] = ()
    path_source: Annotated[Text | None, _PATH_SOURCE] = None
    path_in_text: Annotated[Flag | None, _IN_TEXT] = None

    @property
    def origin(self) -> Decimal:
        """The value at the start, in the measure's unit."""
        return Decimal(0)

    @property
    def accumulates(self) -> Literal["", "ever", "year"]:
        return "ever"

    @property
    def goal(self) -> "Amount | Level | None":
        return self

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.target <= 0:
            raise ValueError("target must be above zero; a total that must fall is a level")
        _check_path(self.path, self.start, self.by)
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Level(Traits):
    """A level to move from ``baseline`` to ``target``, up or down."""

    __pydantic_config__ = CONFIG

    kind: Annotated[Literal["level"], "A level to move, up or down."]
    unit: Annotated[Line, _UNIT]
    baseline: Annotated[Number, "The level at the start."]
    target: Annotated[Number, "The level to reach."]
    counts: Annotated[Text | None, "What exactly is measured."] = None
    start: Annotated[Day | None, _START] = None
    by: Annotated[Day | None, _BY] = None
    path: Annotated[tuple[Waypoint, ...], _PATH] = ()
    path_source: Annotated[Text | None, _PATH_SOURCE] = None
    path_in_text: Annotated[Flag | None, _IN_TEXT] = None

    @property
    def origin(self) -> Decimal:
        """The value at the start, in the measure's unit."""
        return self.baseline

    @property
    def goal(self) -> "Amount | Level | None":
        return self

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.target == self.baseline:
            raise ValueError("target equals baseline; a level to hold is a limit")
        _check_path(self.path, self.start, self.by)
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit(Traits):
    """A cap (``max``) or a floor (``min``). It has headroom, never progress."""

    __pydantic_config__ = CONFIG

    kind: Annotated[Literal["limit"], "A cap or a floor. It has headroom, never progress."]
    unit: Annotated[Line | None, _UNIT + " Left out with `of`."] = None
    of: Annotated[
        Kebab | None,
        "The commitment whose figure is limited, so that it stands in the file once; "
        "the limit then takes no values of its own.",
    ] = None
    window: Annotated[
        Literal["calendar-year", "continuous"],
        "calendar-year: what is counted starts again each January. "
        "continuous: it holds at every moment.",
    ]
    max: Annotated[Number | None, "The cap."] = None
    min: Annotated[Number | None, "The floor."] = None
    counts: Annotated[Text | None, "What exactly is measured."] = None

    @property
    def bound(self) -> Decimal:
        """The cap or the floor, in the unit."""
        return self.max if self.max is not None else self.min or Decimal(0)

    @property
    def accumulates(self) -> Literal["", "ever", "year"]:
        return "year" if self.window == "calendar-year" else ""

    @property
    def others(self) -> tuple[str, ...]:
        return (self.of,) if self.of else ()

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if (self.max is None) == (self.min is None):
            raise ValueError("a limit has either max or min")
        if (self.unit is None) == (self.of is None):
            raise ValueError(
                "a limit has either a unit, "
                "or `of` with the commitment whose figure and unit it takes"
            )
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestones(Traits):
    """Ordered steps; progress is how many of them were reached."""

    __pydantic_config__ = CONFIG
    takes_values = False

    kind: Annotated[Literal["milestones"], "Steps to reach, in order."]
    steps: Annotated[tuple[Step, ...], Field(min_length=1), "The steps."]

    @property
    def milestones(self) -> tuple[Step, ...]:
        return self.steps

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        ids = [step.id for step in self.steps]
        if len(set(ids)) < len(ids):
            raise ValueError("two milestones share an id")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum(Traits):
    """The total of the commitment's ``parts``, which are amounts (or sums) of one unit."""

    __pydantic_config__ = CONFIG
    takes_values = False
    adds_up = True
    parts_make_it = True

    kind: Annotated[Literal["sum"], "The total of the commitment's `parts`."]


Measure = Annotated[Amount | Level | Limit | Milestones | Sum, Field(discriminator="kind")]

KINDS: Final[dict[str, type]] = {
    kind.__name__.lower(): kind for kind in (Amount, Level, Limit, Milestones, Sum)
}
"""Every kind of measure by the word that a file writes for it."""
