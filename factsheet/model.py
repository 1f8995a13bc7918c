"""The nouns of a commitment dataset (file schema 1), as frozen dataclasses that pydantic checks.

Nothing here reads the clock, the disk or the terminal. Numbers are ``Decimal``; a TOML integer is converted exactly and a
TOML float must have been parsed as ``Decimal`` by the caller. Absent things are ``None`` or an empty tuple.
"""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Final, Literal, Self, get_args

from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field, Strict, TypeAdapter, WithJsonSchema, model_validator

Status = Literal[
    "no-evidence",
    "not-started",
    "in-progress",
    "stalled",
    "in-effect",
    "fulfilled",
    "partly-fulfilled",
    "breached",
    "not-fulfilled",
    "withdrawn",
]
"""What an analyst may assert. ``not-assessed`` is what an item has before anybody asserts anything; it is never typed."""

NOT_ASSESSED: Final = "not-assessed"
STATUSES: Final[tuple[Status, ...]] = get_args(Status)
CLOSED: Final[frozenset[str]] = frozenset({"fulfilled", "partly-fulfilled", "not-fulfilled", "withdrawn"})
"""Statuses after which nothing more is due. A closed item may still reopen."""

STATUS_MEANINGS: Final[dict[str, str]] = {
    NOT_ASSESSED: "nobody has looked: no update yet",
    "no-evidence": "somebody looked, on that date, and found nothing either way",
    "not-started": "evidence that nothing has begun, or its start condition has not come",
    "in-progress": "an official step was taken: bill, budget, decree, contract, payment, talks",
    "stalled": "begun, then blocked, suspended, or without movement",
    "in-effect": "a standing promise or limit, observed at the last check",
    "fulfilled": "delivered in all material parts",
    "partly-fulfilled": "concluded with a significant part, less than promised",
    "breached": "conduct contrary to it",
    "not-fulfilled": "time is up or it was concluded with nothing significant",
    "withdrawn": "changed, replaced or cancelled by the parties",
}

SourceKind = Literal["primary", "press", "secondary"]
SOURCE_KINDS: Final[tuple[SourceKind, ...]] = get_args(SourceKind)

LARGEST: Final = Decimal(10) ** 18
"""Bound on the size of any number. With at most ``PLACES`` decimals a number has 27 digits at most, one less than the default
context keeps."""
PLACES: Final = 9


def _number(value: object) -> Decimal:
    if type(value) is int:
        if abs(value) >= LARGEST:
            raise ValueError("a number must be smaller than 10^18")
        return Decimal(value)
    if not isinstance(value, Decimal):
        raise ValueError("a number is needed, written without quotes")
    if not value.is_finite():
        raise ValueError("nan and inf are not numbers anyone can defend")
    # Arithmetic on a monstrous exponent overflows, so look at the exponents alone.
    exponent = value.as_tuple().exponent
    if value and (value.adjusted() >= LARGEST.adjusted() or (isinstance(exponent, int) and exponent < -PLACES)):
        raise ValueError(f"a number must be smaller than 10^18 and have at most {PLACES} decimals")
    return value or Decimal(0)  # zero has neither sign nor exponent, however it was written


_KEBAB = r"^[a-z0-9]+(-[a-z0-9]+)*$"

Number = Annotated[Decimal, BeforeValidator(_number), WithJsonSchema({"type": "number"})]
Text = Annotated[str, Strict(), Field(min_length=1, max_length=20_000)]
Kebab = Annotated[str, Strict(), Field(pattern=_KEBAB, max_length=64)]
Party = Annotated[str, Strict(), Field(pattern=r"^[A-Za-z][A-Za-z0-9-]*$", max_length=32)]
UpdateId = Annotated[str, Strict(), Field(pattern=r"^[0-9a-f]{8}$")]
# No control or direction character, and no user before the host: https://good.example@bad.example opens bad.example.
_UNSAFE = r"\s<>\"\\\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
Url = Annotated[str, Strict(), Field(pattern=rf"^https?://[^/?#@{_UNSAFE}]+([/?#][^{_UNSAFE}]*)?$", max_length=2_000)]
# Bounds that leave room for arithmetic at the ends of the calendar, in every zone.
Day = Annotated[dt.date, Strict(), Field(ge=dt.date(1900, 1, 1), le=dt.date(2999, 12, 31))]
Moment = Annotated[
    AwareDatetime,
    Strict(),
    Field(ge=dt.datetime(1900, 1, 1, tzinfo=dt.UTC), le=dt.datetime(2999, 12, 31, tzinfo=dt.UTC)),
]
Flag = Annotated[bool, Strict()]

_CONFIG = ConfigDict(extra="forbid")
# Plain dataclasses, which pydantic reads once, when a command first validates: its own decorator would add 6 ms to every start.


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a statement can be checked. ``kind`` says how near to the event the publisher stands."""

    __pydantic_config__ = _CONFIG

    url: Url
    title: Text | None = None
    publisher: Text | None = None
    published: Day | None = None
    kind: SourceKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waypoint:
    """A point of a published schedule: ``value`` in the measure's unit, expected on ``date``."""

    __pydantic_config__ = _CONFIG

    date: Day
    value: Number


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A total to reach, counted from zero. ``counts`` names the stage that is counted: pledged, approved, disbursed."""

    __pydantic_config__ = _CONFIG

    kind: Literal["amount"]
    unit: Text
    counts: Text
    target: Number
    start: Day | None = None
    by: Day | None = None
    path: tuple[Waypoint, ...] = ()
    path_source: Text | None = None
    path_in_text: Flag | None = None

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.target <= 0:
            raise ValueError("target must be above zero; a total that must fall is a level")
        _check_path(self.path, self.start, self.by)
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A level to move from ``baseline`` to ``target``, up or down."""

    __pydantic_config__ = _CONFIG

    kind: Literal["level"]
    unit: Text
    baseline: Number
    target: Number
    counts: Text | None = None
    start: Day | None = None
    by: Day | None = None
    path: tuple[Waypoint, ...] = ()
    path_source: Text | None = None
    path_in_text: Flag | None = None

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.target == self.baseline:
            raise ValueError("target equals baseline; a level to hold is a limit")
        _check_path(self.path, self.start, self.by)
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A cap (``max``) or a floor (``min``). It has headroom, never progress."""

    __pydantic_config__ = _CONFIG

    kind: Literal["limit"]
    unit: Text
    window: Literal["calendar-year", "continuous"]
    max: Number | None = None
    min: Number | None = None
    counts: Text | None = None

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if (self.max is None) == (self.min is None):
            raise ValueError("a limit has either max or min")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One milestone on the way, with a date only where somebody set one."""

    __pydantic_config__ = _CONFIG

    id: Kebab
    title: Text
    due: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestones:
    """Ordered steps; progress is how many of them were reached."""

    __pydantic_config__ = _CONFIG

    kind: Literal["milestones"]
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        ids = [step.id for step in self.steps]
        if len(set(ids)) < len(ids):
            raise ValueError("two milestones share an id")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """The total of the commitment's ``parts``, which are amounts (or sums) of one unit."""

    __pydantic_config__ = _CONFIG

    kind: Literal["sum"]


Measure = Annotated[Amount | Level | Limit | Milestones | Sum, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One dated event and its evidence. ``value`` is the total or level so far, never an increment."""

    __pydantic_config__ = _CONFIG

    id: UpdateId
    date: Day
    through: Day | None = None
    recorded: Moment
    status: Status | None = None
    value: Number | None = None
    reached: tuple[Kebab, ...] = ()
    note: Text | None = None
    disputed: Flag = False
    pre_agreement: Flag = False
    sources: tuple[Source, ...] = ()
    retracts: UpdateId | None = None

    @property
    def data_through(self) -> dt.date:
        """The date up to which ``value`` counts."""
        return self.through or self.date

    @property
    def recorded_on(self) -> dt.date:
        """The UTC date on which the record was written: what ``--known-by`` compares."""
        return self.recorded.astimezone(dt.UTC).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """One promise: who owes it, what it says, how it is measured, and what has happened."""

    __pydantic_config__ = _CONFIG

    id: Kebab
    title: Text
    pillar: Kebab
    headline: Flag = False
    owed_by: Annotated[tuple[Party, ...], Field(min_length=1)]
    summary: Text
    wording: Text | None = None
    section: Text | None = None
    due: Day | None = None
    due_note: Text | None = None
    tags: tuple[Kebab, ...] = ()
    parts: tuple[Kebab, ...] = ()
    depends_on: tuple[Kebab, ...] = ()
    readings: dict[Party, Text] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    measure: Measure | None = None
    updates: tuple[Update, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The document the commitments come from. ``agreed`` starts every clock that has no ``start`` of its own."""

    __pydantic_config__ = _CONFIG

    id: Kebab
    title: Text
    agreed: Day
    parties: Annotated[dict[Party, Text], Field(min_length=1)]
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """The thresholds of the pace words (ratios) and of staleness (days)."""

    __pydantic_config__ = _CONFIG

    ahead: Number = Decimal("1.05")
    on_pace: Number = Decimal("0.95")
    behind: Number = Decimal("0.60")
    review_every_days: Annotated[int, Strict(), Field(ge=1, le=36_500)] = 120

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if not 0 < self.behind <= self.on_pace <= self.ahead:
            raise ValueError("the thresholds must rise: 0 < behind <= on_pace <= ahead")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A whole file."""

    __pydantic_config__ = _CONFIG

    schema: Literal[1]
    agreement: Agreement
    method: Method = field(default_factory=Method)
    commitments: tuple[Commitment, ...] = ()


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def dataset_from(data: dict[str, Any]) -> Dataset:
    """The dataset that parsed TOML describes. Raises ``pydantic.ValidationError`` naming every misfit by its path."""
    dataset: Dataset = _adapter(Dataset).validate_python(data)
    return dataset


def update_from(data: dict[str, Any]) -> Update:
    """One update record, checked like those of a file. Raises ``pydantic.ValidationError``."""
    update: Update = _adapter(Update).validate_python(data)
    return update


def commitment_from(data: dict[str, Any]) -> Commitment:
    """One commitment, checked like those of a file. Raises ``pydantic.ValidationError``."""
    commitment: Commitment = _adapter(Commitment).validate_python(data)
    return commitment


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the file, as pydantic derives it from these types."""
    return _adapter(Dataset).json_schema()
