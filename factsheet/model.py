"""The nouns of a commitment dataset (file schema 1), as frozen dataclasses that pydantic checks.

Nothing here reads the clock, the disk or the terminal. Absent things are ``None`` or an empty
tuple. The text beside each type is what editors and the documentation say of the key.

An *update* is an entry of the file. It tells an *event*: what happened, with all the promises that
it bears on. A *record* is what one event says of one promise.
"""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, Self

from pydantic import Field, Strict, TypeAdapter, model_validator

from factsheet.measures import Measure
from factsheet.vocabulary import (
    CONFIG,
    STATUS_MEANINGS,
    STATUSES,
    Day,
    Flag,
    Kebab,
    Line,
    Moment,
    Number,
    Party,
    SourceKind,
    Status,
    Text,
    UpdateId,
    Url,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a statement can be checked; ``kind`` says how near to the event the publisher is."""

    __pydantic_config__ = CONFIG

    url: Annotated[Url, "The http or https address of a page that anyone can open."]
    title: Annotated[Text | None, "The title of the page."] = None
    publisher: Annotated[Text | None, "Who published it."] = None
    published: Annotated[Day | None, "The day it was published."] = None
    kind: Annotated[
        SourceKind | None,
        "How near to the event the publisher stands: primary, press or secondary.",
    ] = None


_STATUS = "Where it stands, as an analyst asserts it. " + "; ".join(
    f"{name}: {STATUS_MEANINGS[name]}" for name in STATUSES
)
_VALUE = "The TOTAL so far in the measure's unit, never an increment."


@dataclass(frozen=True, slots=True, kw_only=True)
class Also:
    """What an event means for another promise than the one that it is kept under.

    Date, data-through date, moment of writing and sources are the event's; so is the note, where
    there is none here.
    """

    __pydantic_config__ = CONFIG

    item: Annotated[Kebab, "The id of the other commitment."]
    status: Annotated[Status | None, _STATUS] = None
    value: Annotated[Number | None, _VALUE] = None
    reached: Annotated[tuple[Kebab, ...], "Ids of the milestones reached."] = ()
    note: Annotated[Text | None, "What the event means for this one, in your own words."] = None
    disputed: Annotated[Flag, "Whether sources contradict each other on it."] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One dated event and its evidence; ``value`` is the total or level so far, no increment."""

    __pydantic_config__ = CONFIG

    id: Annotated[UpdateId, "8 hex digits made by the tool, unique in the file."]
    date: Annotated[Day, "The day it happened."]
    through: Annotated[
        Day | None, "The day up to which `value` counts, where it is not `date`."
    ] = None
    recorded: Annotated[
        Moment, "The moment it was written here, with its zone: 2026-11-24T09:30:00Z."
    ]
    status: Annotated[Status | None, _STATUS] = None
    value: Annotated[Number | None, _VALUE] = None
    reached: Annotated[tuple[Kebab, ...], "Ids of the milestones reached."] = ()
    note: Annotated[Text | None, "What happened, in your own words."] = None
    disputed: Annotated[Flag, "Whether sources contradict each other on it."] = False
    pre_agreement: Annotated[
        Flag, "Whether it came before the agreement and still bears on it."
    ] = False
    sources: Annotated[tuple[Source, ...], "Where it can be checked."] = ()
    also: Annotated[
        tuple[Also, ...], "What the same event means for other commitments, each named once."
    ] = ()
    retracts: Annotated[
        UpdateId | None,
        "The id of the update that this one withdraws, with all that it says; `note` says why.",
    ] = None

    @property
    def data_through(self) -> dt.date:
        """The date up to which ``value`` counts."""
        return self.through or self.date

    @property
    def recorded_on(self) -> dt.date:
        """The UTC date on which the update was written."""
        return self.recorded.astimezone(dt.UTC).date()

    @property
    def known_on(self) -> dt.date:
        """The date from which the file knew it: what ``--known-by`` compares.

        Nobody knows an event before its day, whatever the clock of the writer said; that day may
        begin in another zone while the UTC date is still the one before.
        """
        written = self.recorded_on
        return self.date if (self.date - written).days > 1 else written


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """One promise: who owes it, what it says, how it is measured, and what has happened."""

    __pydantic_config__ = CONFIG

    id: Annotated[Kebab, "A kebab-case id, written once, never renumbered or reused."]
    title: Annotated[Line, "The promise in one line."]
    pillar: Annotated[Kebab, "The group it belongs to, such as security, trade or investment."]
    headline: Annotated[Flag, "Whether it is one of the main terms, which reports show first."] = (
        False
    )
    nature: Annotated[
        Literal["duty", "right"],
        "right: a party may do this and owes nothing by it; `owed_by` then names who holds the "
        "right, and the ledger of who keeps the bargain leaves it out.",
    ] = "duty"
    owed_by: Annotated[
        tuple[Party, ...], Field(min_length=1), "Who owes it: keys of agreement.parties."
    ]
    summary: Annotated[Line, "The term in your own words."]
    wording: Annotated[Text | None, "The operative verb of the text: how firm it is."] = None
    section: Annotated[Text | None, "Where in the document it stands."] = None
    due: Annotated[Day | None, "The day the text sets. Leave it out where the text sets none."] = (
        None
    )
    due_note: Annotated[Text | None, "What the text says about the date, where it leaves room."] = (
        None
    )
    tags: Annotated[tuple[Kebab, ...], "Free kebab-case words to filter by."] = ()
    parts: Annotated[tuple[Kebab, ...], "Ids of the commitments that make this one up."] = ()
    depends_on: Annotated[tuple[Kebab, ...], "Ids of the commitments that must move first."] = ()
    readings: Annotated[dict[Party, Text], "How each party reads the term, where they differ."] = (
        field(default_factory=dict)
    )
    sources: Annotated[tuple[Source, ...], "Where the term can be read."] = ()
    measure: Annotated[
        Measure | None, "What is counted. Leave it out where the status says all."
    ] = None
    updates: Annotated[
        tuple[Update, ...],
        "Dated events. `factsheet update` adds one; the order in the file never changes a result.",
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The document the commitments come from.

    ``agreed`` starts every clock that has no ``start`` of its own.
    """

    __pydantic_config__ = CONFIG

    id: Annotated[Kebab, "A kebab-case name for the agreement."]
    title: Annotated[Line, "The title of the document."]
    agreed: Annotated[
        Day, "The day it was agreed: the start of every clock that has no start of its own."
    ]
    parties: Annotated[
        dict[Party, Text],
        Field(min_length=1),
        "Short names of the parties and their full names.",
    ]
    sources: Annotated[tuple[Source, ...], "Where the document can be read."] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What a citation and a site need to know of who publishes the dataset."""

    __pydantic_config__ = CONFIG

    title: Annotated[Line | None, "What the tracker is called."] = None
    publisher: Annotated[Line | None, "Who publishes it."] = None
    url: Annotated[Url | None, "Where it is published: the address that a citation gives."] = None
    license: Annotated[Line | None, "Under which licence the data may be used, e.g. CC-BY-4.0."] = (
        None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """The thresholds of the pace words (ratios) and of staleness (days)."""

    __pydantic_config__ = CONFIG

    ahead: Annotated[Number, "From this pace on, an item is `ahead`."] = Decimal("1.05")
    on_pace: Annotated[Number, "From this pace on, an item is `on-pace`."] = Decimal("0.95")
    behind: Annotated[
        Number, "From this pace on, an item is `slightly-behind`; below it is `behind`."
    ] = Decimal("0.60")
    review_every_days: Annotated[
        int,
        Strict(),
        Field(ge=1, le=36_500),
        "After this many days without an update an open item is stale.",
    ] = 120

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if not 0 < self.behind <= self.on_pace <= self.ahead:
            raise ValueError("the thresholds must rise: 0 < behind <= on_pace <= ahead")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A whole file."""

    __pydantic_config__ = CONFIG

    schema: Annotated[Literal[1], "The version of this file format: 1."]
    agreement: Annotated[Agreement, "The document that the commitments come from."]
    publication: Annotated[
        Publication | None, "Who publishes the dataset: what citations and the site say."
    ] = None
    method: Annotated[
        Method,
        "How pace is put into words, and after how many days without news an item is stale.",
    ] = field(default_factory=Method)
    commitments: Annotated[tuple[Commitment, ...], "The promises, each with its updates."] = ()


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def dataset_from(data: dict[str, Any]) -> Dataset:
    """The dataset that parsed TOML describes.

    Raises ``pydantic.ValidationError`` naming every misfit by its path.
    """
    dataset: Dataset = _adapter(Dataset).validate_python(data)
    return dataset


def update_from(data: dict[str, Any]) -> Update:
    """One update, checked like those of a file. Raises ``pydantic.ValidationError``."""
    update: Update = _adapter(Update).validate_python(data)
    return update


def commitment_from(data: dict[str, Any]) -> Commitment:
    """One commitment, checked like those of a file. Raises ``pydantic.ValidationError``."""
    commitment: Commitment = _adapter(Commitment).validate_python(data)
    return commitment


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the file, as pydantic derives it from these types."""
    return _adapter(Dataset).json_schema()
