"""How numbers look in every format: exact or compact, with their unit, as shares.

All of it is inert on one line (``factsheet.inert``).
"""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Context, Decimal
from typing import Final

from factsheet.inert import one_line
from factsheet.report.speech import _, manner, say

_CURRENCY: Final = {"USD": "$", "KRW": "₩", "EUR": "€", "JPY": "¥"}
_SCALES: Final = ((12, "tn"), (9, "bn"), (6, "m"))
_WIDE: Final = Context(prec=60)


def plain_number(value: Decimal) -> str:
    """A number for machines: no exponent, no grouping, no trailing zeros after the point."""
    digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def grouped(value: Decimal) -> str:
    """A number for people: thousands grouped, exact."""
    whole, _point, decimals = plain_number(value).partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}" + (f".{decimals}" if decimals else "")


def rounded(value: Decimal, places: int, rounding: str = ROUND_HALF_EVEN) -> Decimal:
    """``value`` to that many decimals, whatever its size.

    Numbers of a dataset are below 10^18 with at most nine decimals, so shares may pass 10^27. With
    the decimals asked for that is more than the 28 digits of the default context, and less than the
    60 of this one even for a pace of a sum of thousands.
    """
    return value.quantize(Decimal(1).scaleb(-places), rounding=rounding, context=_WIDE)


def compact(value: Decimal) -> str:
    """Three significant digits or more, with tn, bn or m: 3,111,800,000 is 3.11bn."""
    if other := manner():
        return other.number(value, exact=False)
    if value.adjusted() < 6:
        return grouped(value)
    # Rounded before the word is chosen: 999,999,999,999 is 1tn and not 1000bn.
    figure = rounded(value, max(2 - value.adjusted(), -12))
    exponent, word = next(scale for scale in _SCALES if figure.adjusted() >= scale[0])
    return plain_number(figure.scaleb(-exponent)) + word


def amount(value: Decimal | None, unit: str | None, *, exact: bool = False) -> str:
    """A value with its unit, as people write it; ``exact`` keeps every digit."""
    if value is None:
        return ""
    if other := manner():
        return other.amount(value, unit, exact=exact)
    number = grouped(value) if exact else compact(value)
    if not unit:
        return number
    if unit in _CURRENCY:
        return (
            f"-{_CURRENCY[unit]}{number[1:]}"
            if number.startswith("-")
            else f"{_CURRENCY[unit]}{number}"
        )
    return f"{number}{one_line(unit)}" if unit.startswith("%") else f"{number} {one_line(unit)}"


def brief(value: Decimal | None, unit: str | None) -> str:
    """``amount`` without what a unit is a share of: 2.42% and not 2.42% of GDP, where that was just
    said.
    """
    return amount(value, unit and ("%" if unit.endswith("%") else unit.partition(" of ")[0]))


def rate(value: Decimal, unit: str | None) -> str:
    """A run rate with its unit, short: a rate is never exact, so two decimals are enough below a
    million.
    """
    if unit and manner():  # what a share gains is no share of anything
        unit = unit.replace("%", "%p")
    return amount(value if abs(value) >= 1_000_000 else rounded(value, 2), unit)


def is_money(unit: str | None) -> bool:
    """Whether a unit is a currency."""
    return unit in _CURRENCY


def percent(share: Decimal | None, rounding: str = ROUND_HALF_EVEN) -> str:
    """A share as whole percents; below one percent with one decimal, so that a little is not
    nothing.
    """
    if share is None:
        return ""
    hundred = share * 100
    if 0 < abs(hundred) < 1:
        tenths = rounded(hundred, 1, rounding)
        return f"{tenths}%" if tenths else _("<0.1%") if hundred > 0 else _(">-0.1%")
    whole = rounded(hundred, 0, rounding)
    # 99.6% is not 100%: a promise is done when it is done.
    return (
        f"{rounded(hundred, 1, ROUND_DOWN)}%" if whole == 100 and hundred < 100 else f"{whole:f}%"
    )


def at_least(share: Decimal | None) -> str:
    """A share that is a lower bound, rounded down: ≥12%; one too small to show is not nothing."""
    if share is None:
        return ""
    return _(">0%") if is_tiny(share) else say("≥{share}", share=percent(share, ROUND_DOWN))


def is_tiny(share: Decimal) -> bool:
    """Whether a share is more than nothing, and too little to show."""
    return 0 < share * 1000 < 1


def ratio(share: Decimal | None) -> Decimal | None:
    """A ratio rounded to the four places that exports carry."""
    # Adding zero turns a -0 into 0.
    return None if share is None else rounded(share, 4) + 0
