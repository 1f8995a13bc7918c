"""What commands share: options, the clock, opening a dataset, naming an item, printing."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from factsheet import load, store
from factsheet.checks import HIDDEN
from factsheet.cli import completing
from factsheet.errors import DatasetError, NotWrittenError, UsageError
from factsheet.findings import Finding
from factsheet.load import Loaded
from factsheet.model import Commitment, Dataset

# Typer would call a file that nobody may read a wrong option; it is a dataset that cannot be read, which `store` says.
FileOption = Annotated[
    Path | None, typer.Option("--file", "-f", metavar="FILE", help="The dataset file.", show_default=False, readable=False)
]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="What was true by this day (default: today).", show_default=False)
]
KnownBy = Annotated[
    str | None, typer.Option("--known-by", metavar="DATE", help="Only what this file knew by this day.", show_default=False)
]
ItemArgument = Annotated[
    str,
    typer.Argument(metavar="ITEM", help="An id, or the beginning of one.", autocompletion=completing.items, show_default=False),
]

NOW_VARIABLE = "FACTSHEET_NOW"
"""A moment such as 2026-11-24T09:30:00Z that stands in for the clock, for tests and reproducible examples."""
SHOWN_ERRORS = 5


def now() -> dt.datetime:
    """The present moment, in UTC."""
    if given := os.environ.get(NOW_VARIABLE):
        try:
            moment = dt.datetime.fromisoformat(given)
            if moment.tzinfo is not None:
                return moment.astimezone(dt.UTC)
        except (ValueError, OverflowError):
            pass
        raise UsageError(f"{NOW_VARIABLE} is {given!r}; it needs a moment such as 2026-11-24T09:30:00Z")
    return dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """Today where the user is."""
    moment = now()
    return moment.date() if os.environ.get(NOW_VARIABLE) else moment.astimezone().date()


def latest_day() -> dt.date:
    """Today where it is latest on earth: no event can have happened after it, whatever the zone of who wrote it down."""
    moment = now()
    return (moment + min(dt.timedelta(hours=14), dt.datetime.max.replace(tzinfo=dt.UTC) - moment)).date()


def parse_day(text: str, name: str) -> dt.date:
    """An ISO date from an option. Anything else is an error, because 02/03 means two days."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            raise UsageError(f"{name} {text} is not a day of the calendar") from None
    raise UsageError(f"{name} {text!r} is not a date; write it as year-month-day, e.g. 2026-03-12")


def dates(as_of: str | None, known_by: str | None) -> tuple[dt.date, dt.date | None]:
    """The two dates of a question."""
    return parse_day(as_of, "--as-of") if as_of else today(), parse_day(known_by, "--known-by") if known_by else None


def note_known_by(dataset: Dataset, known_by: dt.date | None) -> None:
    """Say so where a file was only written after the day that it is asked about: the answer is true and empty."""
    if known_by is None:
        return
    first = min((update.recorded_on for each in dataset.commitments for update in each.updates), default=None)
    if first is not None and first > known_by:
        say(f"nothing in this file was written by {known_by}, its first record is of {first}; for what had happened use --as-of")


def typed_text(text: str | None, name: str) -> str | None:
    """Text from the command line in form NFC; refuses what only an attack or an accident would hold."""
    if text is None:
        return None
    if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise UsageError(f"{name} is not valid text in this terminal's encoding; set a UTF-8 locale")
    if hidden := HIDDEN.search(text):
        raise UsageError(f"{name} holds an invisible character ({ascii(hidden[0])[1:-1]}); type it without")
    text = unicodedata.normalize("NFC", text).strip()
    if not text:
        raise UsageError(f"{name} is empty")
    return text


def open_dataset(file: Path | None) -> tuple[store.Place, Loaded, Dataset]:
    """The dataset that a command works on. Raises ``DatasetError`` naming what is wrong with it, and where."""
    place = store.find(file)
    loaded = load_bytes(place, store.read(place.path))
    return place, loaded, valid(place, loaded)


def valid(place: store.Place, loaded: Loaded) -> Dataset:
    """The dataset of what was loaded. Raises ``DatasetError`` with its first errors where there is none."""
    if loaded.dataset is None:
        raise DatasetError(broken(place.path, loaded.errors))
    return loaded.dataset


def load_bytes(place: store.Place, data: bytes) -> Loaded:
    """Decode and load what was read from a place."""
    text, finding = load.decode(data)
    if finding:
        return Loaded(text="", raw=None, dataset=None, findings=(finding,))
    return load.load(text, today=latest_day())


def broken(path: Path, errors: Sequence[Finding]) -> str:
    """Why a dataset cannot be used: its first errors, each with its line."""
    shown = [finding_line(path, finding) for finding in errors[:SHOWN_ERRORS]]
    more = [f"... and {len(errors) - SHOWN_ERRORS} more"] if len(errors) > SHOWN_ERRORS else []
    return "\n".join([f"{path} cannot be used; `factsheet validate` names every error", *shown, *more])


def finding_line(path: Path, finding: Finding) -> str:
    """``path:line: error[code] message``, on one line, nothing in it obeyed by a terminal."""
    from factsheet.render.text import one_line

    where = f"{one_line(str(path))}:{finding.line or 1}" + (f":{finding.column}" if finding.column else "")
    about = f"{finding.item}: " if finding.item else ""
    return f"{where}: {finding.severity}[{finding.code}] {one_line(about + finding.message)}"


def pick(dataset: Dataset, name: str) -> tuple[int, Commitment]:
    """The commitment that an id or a unique prefix names, with its index."""
    ids = [commitment.id for commitment in dataset.commitments]
    name = name.casefold()
    if name in ids:
        index = ids.index(name)
        return index, dataset.commitments[index]
    starting = [identifier for identifier in ids if name and identifier.startswith(name)]
    if len(starting) == 1:
        index = ids.index(starting[0])
        return index, dataset.commitments[index]
    if starting:
        raise UsageError(f"{name!r} could be {_listed(starting)}; write more of it")
    raise UsageError(f"no commitment is called {name!r}{did_you_mean(name, ids)}; `factsheet list` shows all {len(ids)}")


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """``; did you mean x?`` where something known is close, else nothing."""
    close = get_close_matches(given, list(known), n=3, cutoff=0.6)
    return f"; did you mean {_listed(close)}?" if close else ""


def _listed(names: Sequence[str]) -> str:
    shown = list(names[:8]) + (["..."] if len(names) > 8 else [])
    return ", ".join(shown[:-1]) + " or " + shown[-1] if len(shown) > 1 else shown[0]


def one_of(given: str | None, known: Sequence[str], name: str) -> str | None:
    """A word from a closed list, or an error that lists it."""
    if given is None or given in known:
        return given
    raise UsageError(f"{name} {given!r} is not one of {', '.join(known)}{did_you_mean(given, known)}")


def all_of(given: Sequence[str] | None, known: Sequence[str], name: str) -> set[str]:
    """Words from a closed list; each may be given several times or joined with commas."""
    words = {word.strip() for text in given or () for word in text.split(",")}
    for word in words:
        one_of(word, known, name)
    return words


def complain(message: str) -> None:
    """A message to stderr that nothing in it can turn into a command for the terminal."""
    say(f"error: {message}")


def say(message: str) -> None:
    """A line to stderr; what a terminal would obey or the console cannot show is escaped. Nobody listening is no failure."""
    from factsheet.render.text import visible

    if sys.stderr is None:
        return
    message = _inert_for_runner(message)
    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    with contextlib.suppress(OSError):
        sys.stderr.write(visible(message).encode(encoding, "backslashreplace").decode(encoding) + "\n")


def speaks_unicode() -> bool:
    """Whether stdout can show the signs and bars; plain ones stand in where it cannot."""
    try:
        "✔▶■○✖◑●⊘━─┃…≥".encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _inert_for_runner(text: str) -> str:
    """In a GitHub workflow a printed line can be a command; of ours only ``validate --format github`` prints such lines."""
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return text
    return re.sub(r"(?m)^(\s*):(?=:)|##(?=\[)", lambda match: f"{match[1]}:\\" if match[1] is not None else "##\\", text)


def put(text: str, *, commands: bool = False) -> None:
    """Text for people to stdout; what the console cannot show is escaped, so that no output ever fails on it.

    ``commands`` lets lines through that a GitHub workflow obeys. Raises ``NotWrittenError`` if there is no stdout.
    """
    if sys.stdout is None:
        raise NotWrittenError("there is no standard output to write to")
    text = text if commands else _inert_for_runner(text)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    with _whole_output():
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()


def put_bytes(data: bytes) -> None:
    """Data for programs to stdout, as it is: UTF-8 and plain newlines whatever the console is."""
    if sys.stdout is None:
        raise NotWrittenError("there is no standard output to write to")
    with _whole_output():
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


@contextlib.contextmanager
def _whole_output() -> Iterator[None]:
    """A disk that is full behind stdout is an error like any other, said once: what is left unwritten is dropped."""
    try:
        yield
    except BrokenPipeError:
        _drop_output()
        raise
    except OSError as error:
        _drop_output()
        raise NotWrittenError(f"cannot write the output: {error.strerror}") from None


def _drop_output() -> None:
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def in_terminal() -> bool:
    """Whether stdout is a person's screen."""
    return sys.stdout is not None and sys.stdout.isatty()
