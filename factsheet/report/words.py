"""How single values look in every format: progress, dates, statuses, and what a kind means.

All of it is inert on one line (``factsheet.inert``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final, NamedTuple

from factsheet.assess.accounts import Account
from factsheet.assess.measurement import Measurement
from factsheet.assess.snapshot import Assessment, Snapshot
from factsheet.inert import one_line
from factsheet.model import Source
from factsheet.report import quantities as q
from factsheet.report.speech import _, manner, plural, say, word
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


def cells(text: str) -> int:
    """How many columns of a terminal a line of visible text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def padded(text: str, width: int) -> str:
    """A line of visible text, filled up to so many cells."""
    return text + " " * (width - cells(text))


def cut(text: str, most: int) -> str:
    """A line of at most so many cells, ended at a word with an ellipsis where it was longer."""
    if cells(text) <= most:
        return text
    kept = ""
    for part in text.split(" "):
        longer = f"{kept} {part}" if kept else part
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
    if len(names) < 2:
        return "".join(names)
    return say("{names} and {last}", names=", ".join(names[:-1]), last=names[-1])


def day(date: dt.date | None) -> str:
    """ISO, or nothing: for machines."""
    return date.isoformat() if date else ""


def date(date: dt.date | None) -> str:
    """A day for people, or nothing: ISO too, but where the language has a way of its own."""
    if date is None:
        return ""
    other = manner()
    return other.date(date) if other else date.isoformat()


def month(date: dt.date) -> str:
    """The month of a day, for people."""
    other = manner()
    return other.month(date) if other else f"{date:%Y-%m}"


def days(number: int) -> str:
    """A stretch of days: 1 day, 1,200 days."""
    return plural("{number} day", "{number} days", number)


def status(code: str) -> str:
    """What a status is called."""
    return word("status", code)


def status_line(item: Assessment) -> str:
    """The status, and whether it is overdue: in-progress, overdue."""
    said = status(item.status)
    return say("{status}, overdue", status=said) if item.overdue else said


def parties(codes: Sequence[str]) -> str:
    """Who owes something, short: ROK+US."""
    return _("+").join(word("party", code) for code in codes)


def ended(said: str) -> str:
    """A sentence with one full stop at its end; a Korean date has its own."""
    return said if said.endswith(".") else f"{said}."


def party_names(codes: Sequence[str]) -> str:
    """Who owes something, in a sentence: ROK and US."""
    if manner():
        return parties(codes)
    return joined([word("party", code) for code in codes])


def noted(said: str, note: str) -> str:
    """Something with a note in brackets; a whole sentence keeps its distance from them."""
    if said.endswith((")", ".")) and not said[-2:-1].isdigit():
        return f"{said} ({note})"
    return say("{said} ({note})", said=said, note=note)


def with_code(said: str, code: str) -> str:
    """A word of the language with the code that commands and files know it by."""
    return said if said == code else f"{said}({code})"


def status_and_code(code: str) -> str:
    """What a status is called, with its code."""
    return with_code(status(code), code)


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
        if made.value is None:
            return ""
        steps = {"steps": f"{made.value:f}", "all": f"{made.target:f}"}
        return say("{steps} of {all}", **steps)
    if made.bounded:
        if made.share is None:
            return ""
        share = q.percent(made.share)
        if made.goal == "floor":
            return say("{share} of floor", share=share)
        if q.is_money(made.unit):
            return say("{share} used", share=share)
        return say("{level} used", level=share)
    return q.at_least(made.progress) if made.missing else q.percent(made.progress)


def share_text(item: Assessment) -> str:
    """Progress as a share, also of milestones: 43%, 12% used."""
    made = item.measurement
    return q.percent(made.progress) if made.counted else progress_text(item)


def counted_text(item: Assessment) -> str:
    """How many milestones were reached: 3 of 7; nothing for other measures."""
    return progress_text(item) if item.measurement.counted else ""


def way_text(item: Assessment) -> str:
    """Progress with what it is a share of: 12% of $25bn; 125% of the way from 25% to 15%."""
    made = item.measurement
    if made.counted or made.bounded or made.target is None:
        return progress_text(item)
    if made.baseline is not None:
        return say(
            "{share} of the way from {baseline} to {target}",
            share=progress_text(item),
            baseline=q.amount(made.baseline, made.unit),
            target=q.amount(made.target, made.unit),
        )
    target = q.amount(made.target, made.unit)
    return say("{share} of {target}", share=progress_text(item), target=target)


def value_text(item: Assessment) -> str:
    """Where the measure stands against its target: $3.11bn of $25bn.

    Of a level also where it came from: 2.42% (2.32 to 3.5).
    """
    made = item.measurement
    if made.target is None or made.counted:
        return ""
    if made.baseline is not None:
        return say(
            "{value} ({baseline} to {target})",
            value=q.brief(made.value, made.unit) or _("–"),
            baseline=q.compact(made.baseline),
            target=q.compact(made.target),
        )
    value = q.amount(made.value, made.unit) or _("–")
    target = q.amount(made.target, made.unit)
    if made.goal == "floor":
        return say("{value} of {floor}", value=value, floor=target)
    if made.goal == "cap" and q.is_money(made.unit):
        return say("{value} of {bound}", value=value, bound=target)
    if made.goal == "cap":
        return say("{value} of {level}", value=value, level=target)
    return say("{value} of {target}", value=value, target=target)


def unit_word(made: Measurement) -> str | None:
    """What the numbers of a measurement are in; steps are called milestones."""
    return "milestones" if made.counted else made.unit


def bound_text(made: Measurement) -> str:
    """A cap or a floor with its window: 15% at any time, $20,000,000,000 a calendar year."""
    bound = q.amount(made.target, made.unit, exact=True)
    if made.yearly:
        return say("{bound} a calendar year", bound=bound)
    return say("{bound} at any time", bound=bound)


def pace_word(item: Assessment) -> str:
    """The pace word, or nothing where there is no measure."""
    code = item.measurement.word
    return "" if code == "not-applicable" else pace(code, item.measurement.goal)


def pace(code: str, goal: str = "target") -> str:
    """What a pace is called; a floor has words of its own for being kept and broken."""
    return word("pace of a floor" if goal == "floor" and code in BOUNDS else "pace", code)


def pace_and_code(code: str) -> str:
    """What a pace is called, with its code."""
    return with_code(pace(code), code)


BOUNDS: Final = ("within", "breached")
"""Pace words of limits."""


def pace_ratio(item: Assessment) -> str:
    """The pace as a multiple of what was expected, where it says something."""
    made = item.measurement
    if made.pace is None or made.word in ("done", "part-short", "moving-away"):
        return ""
    return f"{q.rounded(made.pace, 2)}"


def pace_text(item: Assessment) -> str:
    """The pace word and the multiple, or the parts that are short."""
    short = ", ".join(item.measurement.short[:8])
    return f"{pace_word(item)} {short or pace_ratio(item)}".strip()


def due_text(item: Assessment) -> str:
    """The due date, marked where it has passed."""
    due = date(item.commitment.due)
    return say("{date} late", date=due) if item.overdue else due


def age(item: Assessment, as_of: dt.date) -> int | None:
    """How many days old the last evidence is."""
    return (as_of - item.last_update).days if item.last_update else None


def age_text(item: Assessment, as_of: dt.date) -> str:
    """How old the last evidence is, short, marked where it is old or disputed."""
    days = age(item, as_of)
    old = _("none") if days is None else say("{number}d", number=f"{days:,}")
    return " ".join([old, *marks(item)])


def evidence_text(item: Assessment) -> str:
    """The date of the last evidence, marked where it is old or disputed."""
    return " ".join([date(item.last_update) or _("none"), *marks(item)])


def marks(item: Assessment) -> list[str]:
    """What is to be said against the evidence: that it is old, that it is disputed."""
    found = (("stale", item.stale), ("disputed", item.disputed))
    return [word("evidence", code) for code, on in found if on]


def group_title(group: str) -> str:
    """The heading of a group of ``ordered``."""
    if group == "headline":
        return _("Headline terms")
    return word("pillar", group).replace("-", " ").capitalize()


def account_line(account: Account) -> str:
    """What a party owes and how that stands, in a sentence, without groups that are empty."""
    counts = ", ".join(
        say("{number} {group}", number=f"{count}", group=word("group", group))
        for group, count in account.groups.items()
        if count
    )
    late = say("; {number} overdue", number=f"{account.overdue}") if account.overdue else ""
    return say(
        "{party} owes {number}: {counts}{late}",
        party=word("party", account.party),
        number=f"{account.owes}",
        counts=counts or _("nothing"),
        late=late,
    )


def dates_line(snapshot: Snapshot) -> str:
    """As of when, known by when, and where the data end."""
    through = say("data through {date}", date=date(snapshot.cut_off) or _("none"))
    return f"{as_of_text(snapshot)}; {through}"


def as_of_text(snapshot: Snapshot) -> str:
    """As of when, and known by when."""
    asked = say("as of {date}", date=date(snapshot.as_of))
    if snapshot.known_by is None:
        return asked
    known = say("known by {date}", date=date(snapshot.known_by))
    return f"{asked}, {known}"


def copy_words(state: SourceState | None) -> str:
    """What the link to an archived copy is called, where there is one."""
    if state is None or not state.archived:
        return ""
    if state.result == "gone":
        return _("archived copy; the page itself is gone")
    return _("archived copy")


def listed_text(snapshot: Snapshot, number: int) -> str:
    """How much of the dataset a list is; empty where it is all of it."""
    whole = len(snapshot.items)
    if number == whole:
        return ""
    return say("{number} of {whole} listed", number=f"{number}", whole=f"{whole}")


def agenda_line(snapshot: Snapshot, until: dt.date) -> str:
    """What an agenda is about: as of when, and until when something counts as due soon."""
    return f"{dates_line(snapshot)}; " + say("due until {date}", date=date(until))


def source_text(source: Source) -> str:
    """Publisher, title, date, kind and address of a source, on one line."""
    about = [one_line(part) for part in (source.publisher, source.title) if part]
    about += [date(source.published)] if source.published else []
    about += [word("source", source.kind)] if source.kind else []
    return (", ".join(about) + ": " if about else "") + one_line(source.url)
