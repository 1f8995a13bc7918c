"""How single values look in every format: amounts, shares, dates, statuses, and text that must stay inert."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Context, Decimal
from typing import Final, NamedTuple

from factsheet.checks import HIDDEN
from factsheet.model import Level, Limit
from factsheet.progress import Assessment, Standing


class Sign(NamedTuple):
    """How a status is told apart without reading its word: a sign, its fallback for plain consoles, and a colour."""

    unicode: str
    ascii: str
    style: str


SIGNS: Final[dict[str, Sign]] = {
    "fulfilled": Sign("✔", "+", "bold green"),
    "partly-fulfilled": Sign("◑", "%", "green"),
    "in-effect": Sign("●", "=", "green"),
    "in-progress": Sign("▶", ">", "cyan"),
    "not-started": Sign("○", "o", "blue"),
    "stalled": Sign("■", "!", "yellow"),
    "breached": Sign("✖", "X", "bold red"),
    "not-fulfilled": Sign("✘", "x", "red"),
    "no-evidence": Sign("?", "?", "magenta"),
    "not-assessed": Sign("·", ".", "bright_black"),
    "withdrawn": Sign("⊘", "-", "bright_black"),
}

PACE_STYLES: Final[dict[str, str]] = {
    "done": "green",
    "ahead": "green",
    "on-pace": "green",
    "within": "green",
    "slightly-behind": "yellow",
    "behind": "red",
    "moving-away": "bold red",
    "breached": "bold red",
}

_CURRENCY: Final = {"USD": "$", "KRW": "₩", "EUR": "€", "JPY": "¥"}
_SCALES: Final = ((12, "tn"), (9, "bn"), (6, "m"))
_WIDE: Final = Context(prec=60)
_SPACES = re.compile(r"[ \t\r\n\f\v\x85\u2028\u2029]+")


def _escape(match: re.Match[str]) -> str:
    return ascii(match[0])[1:-1]


def visible(text: str) -> str:
    """The text with every invisible or obeyed character written out as an escape; newlines and tabs stay."""
    return HIDDEN.sub(_escape, text)


def one_line(text: str) -> str:
    """``visible`` text on one line."""
    return HIDDEN.sub(_escape, _SPACES.sub(" ", text)).strip()


def cells(text: str) -> int:
    """How many columns of a terminal a line of visible text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def plain_number(value: Decimal) -> str:
    """A number for machines: no exponent, no grouping, no trailing zeros after the point."""
    digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def grouped(value: Decimal) -> str:
    """A number for people: thousands grouped, exact."""
    whole, _, decimals = plain_number(value).partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}" + (f".{decimals}" if decimals else "")


def _rounded(value: Decimal, places: int, rounding: str = ROUND_HALF_EVEN) -> Decimal:
    """``value`` to that many decimals, whatever its size.

    Numbers of a dataset are below 10^18 with at most nine decimals, so shares may pass 10^27. With the decimals asked for that is
    more than the 28 digits of the default context, and less than the 60 of this one even for a pace of a sum of thousands.
    """
    return value.quantize(Decimal(1).scaleb(-places), rounding=rounding, context=_WIDE)


def compact(value: Decimal) -> str:
    """Three significant digits or more, with tn, bn or m: 3,111,800,000 is 3.11bn."""
    if value.adjusted() < 6:
        return grouped(value)
    # Rounded before the word is chosen: 999,999,999,999 is 1tn and not 1000bn.
    rounded = _rounded(value, max(2 - value.adjusted(), -12))
    exponent, word = next(scale for scale in _SCALES if rounded.adjusted() >= scale[0])
    return plain_number(rounded.scaleb(-exponent)) + word


def amount(value: Decimal | None, unit: str | None, *, exact: bool = False) -> str:
    """A value with its unit, as people write it; ``exact`` keeps every digit."""
    if value is None:
        return ""
    number = grouped(value) if exact else compact(value)
    if not unit:
        return number
    if unit in _CURRENCY:
        return f"-{_CURRENCY[unit]}{number[1:]}" if number.startswith("-") else f"{_CURRENCY[unit]}{number}"
    return f"{number}{one_line(unit)}" if unit.startswith("%") else f"{number} {one_line(unit)}"


def brief(value: Decimal | None, unit: str | None) -> str:
    """``amount`` without what a unit is a share of: 2.42% and not 2.42% of GDP, where that was just said."""
    return amount(value, unit and unit.partition(" of ")[0])


def rate(value: Decimal, unit: str | None) -> str:
    """A run rate with its unit, short: a rate is never exact, so two decimals are enough below a million."""
    return amount(value if abs(value) >= 1_000_000 else _rounded(value, 2), unit)


def percent(share: Decimal | None) -> str:
    """A share as whole percents; below one percent with one decimal, so that a little is not nothing."""
    if share is None:
        return ""
    hundred = share * 100
    if 0 < abs(hundred) < 1:
        tenths = _rounded(hundred, 1)
        return f"{tenths}%" if tenths else "<0.1%" if hundred > 0 else ">-0.1%"
    whole = _rounded(hundred, 0)
    # 99.6% is not 100%: a promise is done when it is done.
    return f"{_rounded(hundred, 1, ROUND_DOWN)}%" if whole == 100 and hundred < 100 else f"{whole:f}%"


def ratio(share: Decimal | None) -> Decimal | None:
    """A ratio rounded to the four places that exports carry."""
    return None if share is None else _rounded(share, 4)


def day(date: dt.date | None) -> str:
    """ISO, or nothing."""
    return date.isoformat() if date else ""


def moment(when: dt.datetime) -> str:
    """A moment as RFC 3339 in UTC."""
    return when.astimezone(dt.UTC).isoformat().removesuffix("+00:00") + "Z"


def used_share(standing: Standing) -> Decimal | None:
    """How much of a cap is used; None for a floor or where nothing is known."""
    if standing.value is None or not standing.target:
        return None
    return standing.value / standing.target


def progress_text(item: Assessment) -> str:
    """Progress in a word: 43%, 3 of 7, 12% used."""
    standing, measure = item.standing, item.commitment.measure
    if standing.unit == "milestones" and standing.value is not None and standing.target is not None:
        return f"{standing.value:f} of {standing.target:f}"
    if isinstance(measure, Limit):
        share = used_share(standing)
        return "" if share is None else f"{percent(share)} {'used' if measure.max is not None else 'of floor'}"
    return ("≥" if standing.missing and standing.progress is not None else "") + percent(standing.progress)


def value_text(item: Assessment) -> str:
    """Where the measure stands against its target: $3.11bn of $25bn; of a level also where it came from: 2.42% (2.32 to 3.5)."""
    standing, measure = item.standing, item.commitment.measure
    if standing.target is None or standing.unit == "milestones":
        return ""
    if isinstance(measure, Level):
        return f"{brief(standing.value, standing.unit) or '–'} ({compact(measure.baseline)} to {compact(standing.target)})"
    return f"{amount(standing.value, standing.unit) or '–'} of {amount(standing.target, standing.unit)}"


def pace_word(item: Assessment) -> str:
    """The pace word, or nothing where there is no measure."""
    return "" if item.standing.word == "not-applicable" else item.standing.word


def pace_ratio(item: Assessment) -> str:
    """The pace as a multiple of what was expected, where it says something."""
    standing = item.standing
    if standing.pace is None or standing.word in ("done", "moving-away"):
        return ""
    return f"{_rounded(standing.pace, 2)}"


def pace_text(item: Assessment) -> str:
    """The pace word and the multiple."""
    return f"{pace_word(item)} {pace_ratio(item)}".strip()


def due_text(item: Assessment) -> str:
    """The due date, marked where it has passed."""
    return day(item.commitment.due) + (" late" if item.overdue else "")


def evidence_text(item: Assessment) -> str:
    """The date of the last evidence, marked where it is old or disputed."""
    marks = [word for word, on in (("stale", item.stale), ("disputed", item.disputed)) if on]
    return " ".join([day(item.last_update) or "none", *marks])
