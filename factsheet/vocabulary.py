"""The words of a dataset: statuses, kinds of source, the shapes of numbers, texts, ids and days.

Numbers are ``Decimal``; a TOML integer is converted exactly and a TOML float must have been parsed
as ``Decimal`` by the caller.
"""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Final, Literal, NamedTuple, get_args

from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field, Strict, WithJsonSchema

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
"""What an analyst may assert."""


class StatusMeaning(NamedTuple):
    """What a status says, whether anything is still due under it, where the ledger counts it."""

    meaning: str
    open: bool
    group: str


NOT_ASSESSED: Final = "not-assessed"
"""What an item has before anybody asserts anything; it is never typed."""
STATUS_TABLE: Final[dict[str, StatusMeaning]] = {
    NOT_ASSESSED: StatusMeaning("nobody has looked: no update yet", True, "not assessed"),
    "no-evidence": StatusMeaning(
        "somebody looked, on that date, and found nothing either way", True, "no evidence"
    ),
    "not-started": StatusMeaning(
        "evidence that nothing has begun, or its start condition has not come", True, "not started"
    ),
    "in-progress": StatusMeaning(
        "an official step was taken: bill, budget, decree, contract, payment, talks", True, "moving"
    ),
    "stalled": StatusMeaning(
        "begun, then blocked, suspended, or without movement", True, "stalled"
    ),
    "in-effect": StatusMeaning(
        "a standing promise or limit, observed at the last check", True, "in effect"
    ),
    "fulfilled": StatusMeaning("delivered in all material parts", False, "fulfilled"),
    "partly-fulfilled": StatusMeaning(
        "concluded with a significant part, less than promised", False, "fulfilled"
    ),
    "breached": StatusMeaning("conduct contrary to it", True, "breached"),
    "not-fulfilled": StatusMeaning(
        "time is up or it was concluded with nothing significant", False, "breached"
    ),
    "withdrawn": StatusMeaning("changed, replaced or cancelled by the parties", False, "withdrawn"),
}
"""Every status that an item can have, in the order in which lists sort them."""

STATUSES: Final[tuple[Status, ...]] = get_args(Status)
CLOSED: Final = frozenset(name for name, status in STATUS_TABLE.items() if not status.open)
"""Statuses after which nothing more is due. A closed item may still reopen."""
STATUS_MEANINGS: Final = {name: status.meaning for name, status in STATUS_TABLE.items()}
GROUPS: Final[dict[str, tuple[str, ...]]] = {
    group: tuple(name for name, status in STATUS_TABLE.items() if status.group == group)
    for group in (
        "fulfilled",
        "in effect",
        "moving",
        "stalled",
        "breached",
        "not started",
        "no evidence",
        "not assessed",
        "withdrawn",
    )
}
"""How statuses answer "who keeps the bargain", in the order of telling."""

SourceKind = Literal["primary", "press", "secondary"]
SOURCE_KINDS: Final[tuple[SourceKind, ...]] = get_args(SourceKind)

LARGEST: Final = Decimal(10) ** 18
"""Bound on the size of any number. With at most ``PLACES`` decimals a number has 27 digits at most,
one less than the default context keeps."""
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
    if value and (
        value.adjusted() >= LARGEST.adjusted() or (isinstance(exponent, int) and exponent < -PLACES)
    ):
        raise ValueError(f"a number must be smaller than 10^18 and have at most {PLACES} decimals")
    return value or Decimal(0)  # zero has neither sign nor exponent, however it was written


RESERVED: Final = ("agreement", "publication", "publishers", "updates")
"""Ids that no commitment can have: a translation file has other tables by these names."""
KEBAB = r"^[a-z0-9]+(-[a-z0-9]+)*$"

Number = Annotated[Decimal, BeforeValidator(_number), WithJsonSchema({"type": "number"})]
Text = Annotated[str, Strict(), Field(min_length=1, max_length=20_000)]
Line = Annotated[str, Strict(), Field(min_length=1, max_length=20_000, pattern=r"\S")]
Kebab = Annotated[str, Strict(), Field(pattern=KEBAB, max_length=64)]
Party = Annotated[str, Strict(), Field(pattern=r"^[A-Za-z][A-Za-z0-9-]*$", max_length=32)]
UpdateId = Annotated[str, Strict(), Field(pattern=r"^[0-9a-f]{8}$")]
# No control or direction character, and no user before the host: https://good.example@bad.example
# opens bad.example.
_UNSAFE = r"\s<>\"\\\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
Url = Annotated[
    str,
    Strict(),
    Field(pattern=rf"^https?://[^/?#@{_UNSAFE}]+([/?#][^{_UNSAFE}]*)?$", max_length=2_000),
]
# Bounds that leave room for arithmetic at the ends of the calendar, in every zone.
Day = Annotated[dt.date, Strict(), Field(ge=dt.date(1900, 1, 1), le=dt.date(2999, 12, 31))]
Moment = Annotated[
    AwareDatetime,
    Strict(),
    Field(ge=dt.datetime(1900, 1, 1, tzinfo=dt.UTC), le=dt.datetime(2999, 12, 31, tzinfo=dt.UTC)),
]
Flag = Annotated[bool, Strict()]

CONFIG = ConfigDict(extra="forbid")
"""Of every noun: plain dataclasses, which pydantic reads once, when a command first validates. Its
own decorator would add 6 ms to every start."""
