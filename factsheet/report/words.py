"""How single values look in every format: amounts, shares, dates, statuses, and what a kind means.

All of it is inert on one line (``factsheet.inert``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Context, Decimal
from typing import Final, NamedTuple

from factsheet.assess.accounts import Account
from factsheet.assess.measurement import Measurement
from factsheet.assess.snapshot import Assessment, Snapshot
from factsheet.inert import one_line
from factsheet.model import Source
from factsheet.source_list import SourceState


class Sign(NamedTuple):
    """How a status is told apart without reading its word: a sign, its fallback for plain consoles,
    and a colour.
    """

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
    "part-short": "yellow",
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


def cells(text: str) -> int:
    """How many columns of a terminal a line of visible text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def cut(text: str, most: int) -> str:
    """A line of at most so many cells, ended at a word with an ellipsis where it was longer."""
    if cells(text) <= most:
        return text
    kept = ""
    for word in text.split(" "):
        longer = f"{kept} {word}" if kept else word
        if cells(longer) >= most:
            break
        kept = longer
    if not kept:
        for character in text:
            if cells(kept + character) >= most:
                break
            kept += character
    return kept + "…"


def joined(names: Sequence[str]) -> str:
    """``a, b and c``."""
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)


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

    Numbers of a dataset are below 10^18 with at most nine decimals, so shares may pass 10^27. With
    the decimals asked for that is more than the 28 digits of the default context, and less than the
    60 of this one even for a pace of a sum of thousands.
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
    return amount(value, unit and unit.partition(" of ")[0])


def rate(value: Decimal, unit: str | None) -> str:
    """A run rate with its unit, short: a rate is never exact, so two decimals are enough below a
    million.
    """
    return amount(value if abs(value) >= 1_000_000 else _rounded(value, 2), unit)


def percent(share: Decimal | None) -> str:
    """A share as whole percents; below one percent with one decimal, so that a little is not
    nothing.
    """
    if share is None:
        return ""
    hundred = share * 100
    if 0 < abs(hundred) < 1:
        tenths = _rounded(hundred, 1)
        return f"{tenths}%" if tenths else "<0.1%" if hundred > 0 else ">-0.1%"
    whole = _rounded(hundred, 0)
    # 99.6% is not 100%: a promise is done when it is done.
    return (
        f"{_rounded(hundred, 1, ROUND_DOWN)}%" if whole == 100 and hundred < 100 else f"{whole:f}%"
    )


def ratio(share: Decimal | None) -> Decimal | None:
    """A ratio rounded to the four places that exports carry."""
    # Adding zero turns a -0 into 0.
    return None if share is None else _rounded(share, 4) + 0


def day(date: dt.date | None) -> str:
    """ISO, or nothing."""
    return date.isoformat() if date else ""


def days(number: int) -> str:
    """A stretch of days: 1 day, 1,200 days."""
    return count(number, "day")


def count(number: int, word: str) -> str:
    """A number of things whose name takes an s: 1 record, 2 records."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def moment(when: dt.datetime) -> str:
    """A moment as RFC 3339 in UTC."""
    return when.astimezone(dt.UTC).isoformat().removesuffix("+00:00") + "Z"


def progress_text(item: Assessment) -> str:
    """Progress in a word: 43%, 3 of 7, 12% used."""
    made = item.measurement
    if made.counted:
        return "" if made.value is None else f"{made.value:f} of {made.target:f}"
    if made.bounded:
        used = "used" if made.goal == "cap" else "of floor"
        return "" if made.share is None else f"{percent(made.share)} {used}"
    lower = "≥" if made.missing and made.progress is not None else ""
    return lower + percent(made.progress)


def share_text(item: Assessment) -> str:
    """Progress as a share, also of milestones: 43%, 12% used."""
    made = item.measurement
    return percent(made.progress) if made.counted else progress_text(item)


def counted_text(item: Assessment) -> str:
    """How many milestones were reached: 3 of 7; nothing for other measures."""
    return progress_text(item) if item.measurement.counted else ""


def way_text(item: Assessment) -> str:
    """Progress with what it is a share of: 12% of $25bn; 125% of the way from 25% to 15%."""
    made = item.measurement
    if made.counted or made.bounded or made.target is None:
        return progress_text(item)
    if made.baseline is not None:
        way = f"{amount(made.baseline, made.unit)} to {amount(made.target, made.unit)}"
        return f"{progress_text(item)} of the way from {way}"
    return f"{progress_text(item)} of {amount(made.target, made.unit)}"


def value_text(item: Assessment) -> str:
    """Where the measure stands against its target: $3.11bn of $25bn.

    Of a level also where it came from: 2.42% (2.32 to 3.5).
    """
    made = item.measurement
    if made.target is None or made.counted:
        return ""
    if made.baseline is not None:
        way = f"{compact(made.baseline)} to {compact(made.target)}"
        return f"{brief(made.value, made.unit) or '–'} ({way})"
    return f"{amount(made.value, made.unit) or '–'} of {amount(made.target, made.unit)}"


def unit_word(made: Measurement) -> str | None:
    """What the numbers of a measurement are in; steps are called milestones."""
    return "milestones" if made.counted else made.unit


def bound_text(made: Measurement) -> str:
    """A cap or a floor with its window: 15% at any time, $20,000,000,000 a calendar year."""
    window = "a calendar year" if made.yearly else "at any time"
    return f"{amount(made.target, made.unit, exact=True)} {window}"


def pace_word(item: Assessment) -> str:
    """The pace word, or nothing where there is no measure."""
    return "" if item.measurement.word == "not-applicable" else item.measurement.word


def pace_ratio(item: Assessment) -> str:
    """The pace as a multiple of what was expected, where it says something."""
    made = item.measurement
    if made.pace is None or made.word in ("done", "part-short", "moving-away"):
        return ""
    return f"{_rounded(made.pace, 2)}"


def pace_text(item: Assessment) -> str:
    """The pace word and the multiple, or the parts that are short."""
    short = ", ".join(item.measurement.short[:8])
    return f"{pace_word(item)} {short or pace_ratio(item)}".strip()


def due_text(item: Assessment) -> str:
    """The due date, marked where it has passed."""
    return day(item.commitment.due) + (" late" if item.overdue else "")


def age(item: Assessment, as_of: dt.date) -> int | None:
    """How many days old the last evidence is."""
    return (as_of - item.last_update).days if item.last_update else None


def age_text(item: Assessment, as_of: dt.date) -> str:
    """How old the last evidence is, short, marked where it is old or disputed."""
    days = age(item, as_of)
    marks = [word for word, on in (("stale", item.stale), ("disputed", item.disputed)) if on]
    return " ".join(["none" if days is None else f"{days:,}d", *marks])


def evidence_text(item: Assessment) -> str:
    """The date of the last evidence, marked where it is old or disputed."""
    marks = [word for word, on in (("stale", item.stale), ("disputed", item.disputed)) if on]
    return " ".join([day(item.last_update) or "none", *marks])


def group_title(group: str) -> str:
    """The heading of a group of ``ordered``."""
    return "Headline terms" if group == "headline" else group.replace("-", " ").capitalize()


def account_line(account: Account) -> str:
    """What a party owes and how that stands, in a sentence, without groups that are empty."""
    counts = ", ".join(f"{count} {group}" for group, count in account.groups.items() if count)
    late = f"; {account.overdue} overdue" if account.overdue else ""
    return f"{account.party} owes {account.owes}: {counts or 'nothing'}{late}"


def dates_line(snapshot: Snapshot) -> str:
    """As of when, known by when, and where the data end."""
    known = f", known by {snapshot.known_by}" if snapshot.known_by else ""
    return f"as of {snapshot.as_of}{known}; data through {snapshot.cut_off or 'none'}"


def copy_words(state: SourceState | None) -> str:
    """What the link to an archived copy is called, where there is one."""
    if state is None or not state.archived:
        return ""
    return "archived copy; the page itself is gone" if state.result == "gone" else "archived copy"


def listed_text(snapshot: Snapshot, number: int) -> str:
    """How much of the dataset a list is; empty where it is all of it."""
    whole = len(snapshot.items)
    return f"{number} of {whole} listed" if number < whole else ""


def agenda_line(snapshot: Snapshot, until: dt.date) -> str:
    """What an agenda is about: as of when, and until when something counts as due soon."""
    return f"{dates_line(snapshot)}; due until {until}"


def source_text(source: Source) -> str:
    """Publisher, title, date, kind and address of a source, on one line."""
    about = [one_line(part) for part in (source.publisher, source.title) if part]
    about += [day(source.published)] if source.published else []
    about += [source.kind] if source.kind else []
    return (", ".join(about) + ": " if about else "") + one_line(source.url)
