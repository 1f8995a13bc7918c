"""What a command line may say: options that commands share, days, words from closed lists."""

from __future__ import annotations

import datetime as dt
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from factsheet.cli import completion
from factsheet.exceptions import UsageError
from factsheet.inert import HIDDEN

# Typer would call a file that nobody may read a wrong option; it is a dataset that cannot be read,
# which `store` says.
FileOption = Annotated[
    Path | None,
    typer.Option(
        "--file", "-f", metavar="FILE", help="The dataset file.", show_default=False, readable=False
    ),
]


def option(*names: str, metavar: str, help: str, complete: Callable[..., Any] | None = None) -> Any:
    """An option that takes a value and has none of its own."""
    return typer.Option(
        *names, metavar=metavar, help=help, autocompletion=complete, show_default=False
    )


AsOf = Annotated[
    str | None,
    option("--as-of", metavar="DATE", help="What was true by this day (default: today)."),
]
KnownBy = Annotated[
    str | None, option("--known-by", metavar="DATE", help="Only what this file knew by this day.")
]


def items(help: str) -> Any:
    """The argument of a command that takes a commitment, or several."""
    return typer.Argument(
        metavar="ITEM", help=help, autocompletion=completion.items, show_default=False
    )


ItemArgument = Annotated[str, items("An id, or the beginning of one.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change; write nothing.")]
Statuses = Annotated[
    list[str] | None,
    option(
        "--status",
        metavar="STATUS",
        help="Only these statuses; repeatable.",
        complete=completion.listed_statuses,
    ),
]
Pillars = Annotated[
    list[str] | None,
    option("--pillar", metavar="PILLAR", help="Only these pillars.", complete=completion.pillars),
]
Obligors = Annotated[
    list[str] | None,
    option(
        "--owed-by",
        metavar="PARTY",
        help="Only what this party owes.",
        complete=completion.parties,
    ),
]
Tags = Annotated[
    list[str] | None,
    option("--tag", metavar="TAG", help="Only items with this tag.", complete=completion.tags),
]
NoPager = Annotated[
    bool, typer.Option("--no-pager", help="Write to the terminal at once, whatever the length.")
]
LANG_VARIABLE = "FACTSHEET_LANG"
"""The language for whoever gives no ``--lang``."""


def language(given: str | None) -> str:
    """The language of the answer: as given, else as the user is used to."""
    return given or os.environ.get(LANG_VARIABLE) or "en"


Lang = Annotated[
    str | None,
    option(
        "--lang",
        metavar="LANG",
        help=f"The language of the answer: en, ko (default: ${LANG_VARIABLE}, else en).",
        complete=completion.languages,
    ),
]
Langs = Annotated[
    list[str] | None,
    option(
        "--lang",
        metavar="LANG",
        help=f"A language of the site; repeatable, the first at its root (default: "
        f"${LANG_VARIABLE}, else en).",
        complete=completion.languages,
    ),
]
Headline = Annotated[bool, typer.Option("--headline", help="Only the headline terms.")]


def formats(names: Iterable[str], help: str) -> Any:
    """The option ``--format`` of a command that knows these."""
    known = [*names]
    return typer.Option(
        "--format",
        metavar="FORMAT",
        help=help,
        autocompletion=lambda: known,
    )


NOW_VARIABLE = "FACTSHEET_NOW"
"""A moment such as 2026-11-24T09:30:00Z that stands in for the clock, for tests and reproducible
examples."""


def now() -> dt.datetime:
    """The present moment, in UTC."""
    if given := os.environ.get(NOW_VARIABLE):
        try:
            moment = dt.datetime.fromisoformat(given)
            if moment.tzinfo is not None:
                return moment.astimezone(dt.UTC)
        except (ValueError, OverflowError):
            pass
        raise UsageError(
            f"{NOW_VARIABLE} is {given!r}; it needs a moment such as 2026-11-24T09:30:00Z"
        )
    return dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """Today where the user is."""
    moment = now()
    return moment.date() if os.environ.get(NOW_VARIABLE) else moment.astimezone().date()


def latest_day() -> dt.date:
    """Today where it is latest on earth: no event can have happened after it, in any zone."""
    moment = now()
    left = dt.datetime.max.replace(tzinfo=dt.UTC) - moment
    return (moment + min(dt.timedelta(hours=14), left)).date()


_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPAN = re.compile(r"(\d{1,4})([dw])")


def parse_day(text: str, name: str, base: dt.date | None = None) -> dt.date:
    """A day from an option: ISO, ``today``, ``yesterday``, a weekday, ``7d`` or ``2w`` ago.

    A weekday is the last one, today included. Today is ``base`` where a question has a date of its
    own. Anything else is an error, because 02/03 means two days.
    """
    word = text.strip().casefold()
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            raise UsageError(f"{name} {text} is not a day of the calendar") from None
    day = base or today()
    if word in ("today", "yesterday"):
        return moved(day, -dt.timedelta(days=word == "yesterday"))
    if word in _WEEKDAYS:
        return moved(day, -dt.timedelta(days=(day.weekday() - _WEEKDAYS.index(word)) % 7))
    if _SPAN.fullmatch(word):
        return moved(day, -span(word, name))
    raise UsageError(
        f"{name} {text!r} is not a date; write it as year-month-day, e.g. 2026-03-12, "
        "or as yesterday, monday, 7d, 2w"
    )


def moved(day: dt.date, by: dt.timedelta) -> dt.date:
    """A day so much later or earlier, the ends of the calendar at most."""
    try:
        return day + by
    except OverflowError:
        return dt.date.max if by > dt.timedelta() else dt.date.min


def span(text: str, name: str) -> dt.timedelta:
    """A stretch of time from an option: ``90d`` or ``12w``."""
    match = _SPAN.fullmatch(text.strip().casefold())
    if match is None:
        raise UsageError(f"{name} {text!r} is not a stretch of days; write 90d or 12w")
    return dt.timedelta(days=int(match[1]) * (7 if match[2] == "w" else 1))


def optional_day(text: str | None, name: str, base: dt.date | None = None) -> dt.date | None:
    """``parse_day`` of what may be left out."""
    return parse_day(text, name, base) if text else None


def dates(as_of: str | None, known_by: str | None) -> tuple[dt.date, dt.date | None]:
    """The two dates of a question."""
    return optional_day(as_of, "--as-of") or today(), optional_day(known_by, "--known-by")


def typed_text(text: str | None, name: str) -> str | None:
    """Text from the command line in form NFC, without what only an attack or accident holds."""
    if text is None:
        return None
    if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise UsageError(
            f"{name} is not valid text in this terminal's encoding; set a UTF-8 locale"
        )
    if hidden := HIDDEN.search(text):
        sign = ascii(hidden[0])[1:-1]
        raise UsageError(f"{name} holds an invisible character ({sign}); type it without")
    text = unicodedata.normalize("NFC", text).strip()
    if not text:
        raise UsageError(f"{name} is empty")
    return text


def words(given: Sequence[str] | None) -> list[str]:
    """Words that may be given several times or joined with commas, each once."""
    found = [word.strip() for text in given or () for word in text.split(",")]
    return list(dict.fromkeys(word for word in found if word))


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """``; did you mean x?`` where something known is close, else nothing."""
    from difflib import get_close_matches

    close = get_close_matches(given, list(known), n=3, cutoff=0.6)
    return f"; did you mean {either(close)}?" if close else ""


def either(names: Sequence[str]) -> str:
    """``a, b or c``; of many the first eight."""
    shown = list(names[:8]) + (["..."] if len(names) > 8 else [])
    return ", ".join(shown[:-1]) + " or " + shown[-1] if len(shown) > 1 else shown[0]


def one_of(given: str | None, known: Sequence[str], name: str) -> str | None:
    """A word from a closed list, or an error that lists it."""
    if given is None or given in known:
        return given
    if not known:
        raise UsageError(f"{name} {given!r}: there is none in this file")
    known_words = ", ".join(known)
    raise UsageError(f"{name} {given!r} is not one of {known_words}{did_you_mean(given, known)}")


def all_of(given: Sequence[str] | None, known: Sequence[str], name: str) -> set[str]:
    """Words from a closed list; each may be given several times or joined with commas."""
    found = {word.strip() for text in given or () for word in text.split(",")}
    for word in found:
        one_of(word, known, name)
    return found


def require_csv(excel: bool, format: str) -> None:
    """Raise ``UsageError`` where ``--excel`` is asked of another format."""
    if excel and format != "csv":
        raise UsageError("--excel is for --format csv")
