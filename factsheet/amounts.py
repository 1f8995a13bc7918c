"""Numbers as people write them (``2.4bn``, ``$350 billion``, ``2.54%``, ``1.5조``), read exactly."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Final

from factsheet.vocabulary import LARGEST

_WORDS: Final[dict[str, int]] = {
    "": 0,
    "k": 3,
    "thousand": 3,
    "m": 6,
    "mn": 6,
    "mln": 6,
    "million": 6,
    "bn": 9,
    "b": 9,
    "bln": 9,
    "billion": 9,
    "tn": 12,
    "t": 12,
    "trn": 12,
    "trillion": 12,
    "천": 3,
    "만": 4,
    "억": 8,
    "조": 12,
}
_SIGNS: Final = {
    "$": "USD",
    "us$": "USD",
    "usd": "USD",
    "₩": "KRW",
    "krw": "KRW",
    "원": "KRW",
    "won": "KRW",
    "달러": "USD",
    "dollars": "USD",
    "%": "%",
}
_AMOUNT = re.compile(
    r"(?P<before>us\$|\$|₩|usd|krw)?\s*(?P<sign>[-+]?)(?P<number>\d{1,3}(?:[,_]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"\s*(?P<scale>[a-z]+|천|만|억|조)?\s*(?P<after>%|usd|krw|원|won|달러|dollars)?",
    re.IGNORECASE | re.ASCII,
)


def parse_amount(text: str, unit: str | None = None) -> Decimal:
    """The number that ``text`` means, in units of ``unit``.

    Raises ``ValueError`` with a sentence where it is no number, or carries a sign of another unit
    than ``unit``.
    """
    cleaned = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    match = _AMOUNT.fullmatch(cleaned)
    if match is None:
        raise ValueError(_help(text))
    scale, after = (match["scale"] or "").casefold(), (match["after"] or "").casefold()
    if scale in _SIGNS:
        scale, after = "", after or scale
    if scale not in _WORDS:
        raise ValueError(_help(text))
    for sign in ((match["before"] or "").casefold(), after):
        named = _SIGNS.get(sign)
        if named and unit and not unit.startswith(named):
            raise ValueError(
                f"{text!r} is in {named}, but the measure is in {unit}; give the number in {unit}"
            )
    number = Decimal(match["sign"] + match["number"].replace(",", "").replace("_", ""))
    if (
        number.adjusted() + _WORDS[scale] >= LARGEST.adjusted()
        or len(number.as_tuple().digits) > 27
    ):
        raise ValueError(f"{text!r:.60} is too large or too long; numbers stay below 10^18")
    value = number.scaleb(_WORDS[scale])
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _help(text: str) -> str:
    return f"{text!r} is not a number; write it like 2400000000, 2,400,000,000, 2.4bn, 2.4 billion or 2.54%"
