"""In which language readers are spoken to: English, or the words of a catalogue.

A catalogue is ``factsheet/locale/LANG/LC_MESSAGES/factsheet.po``, compiled beside it, made and
held to the program by ``tests/catalogue.py``. Whoever starts to speak chooses once, with ``use``;
everything below asks ``_``, ``say``, ``plural`` and ``word``. English is what the program is
written in: it has no catalogue and looks nothing up.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from gettext import NullTranslations

ENGLISH: Final = "en"
LANGUAGE: Final = r"(?!on\b)[a-z]{2,3}(?:-[A-Za-z]+)?"
"""What a code of a language looks like. None is ``on``, where a site has its frozen copies."""
CATALOGUES: Final = Path(__file__).parent.parent / "locale"
_CATALOGUE: Final = Path("LC_MESSAGES") / "factsheet.mo"


class Manner(Protocol):
    """How a language spells what no catalogue can: dates, numbers, words that meet."""

    def date(self, day: dt.date) -> str:
        """A day."""

    def month(self, day: dt.date) -> str:
        """The month of a day."""

    def amount(self, value: Decimal, unit: str | None, *, exact: bool) -> str:
        """A value with its unit; ``exact`` keeps every digit."""

    def number(self, value: Decimal, *, exact: bool) -> str:
        """A value without a unit."""

    def filled(self, template: str, values: dict[str, str]) -> str:
        """A template with its values, each joined as it must be to what follows."""


@dataclass(frozen=True, slots=True)
class Speech:
    """A language other than English: its catalogue, and its manner where it has one of its own."""

    language: str
    catalogue: NullTranslations
    manner: Manner | None


_SPEECH: ContextVar[Speech | None] = ContextVar("speech", default=None)


def languages() -> list[str]:
    """The languages that the program speaks, English first."""
    found = (path.parent.parent.name for path in CATALOGUES.glob(f"*/{_CATALOGUE.as_posix()}"))
    return [ENGLISH, *sorted(found)]


@contextlib.contextmanager
def use(language: str) -> Iterator[None]:
    """Speak a language as long as this lasts; in English words where it has no catalogue."""
    token = _SPEECH.set(_speech(language))
    try:
        yield
    finally:
        _SPEECH.reset(token)


def _speech(language: str) -> Speech | None:
    if language == ENGLISH:
        return None
    from gettext import GNUTranslations, NullTranslations

    if language not in languages():
        return Speech(language, NullTranslations(), None)
    with (CATALOGUES / language / _CATALOGUE).open("rb") as file:
        catalogue = GNUTranslations(file)
    if language != "ko":
        return Speech(language, catalogue, None)
    from factsheet.report.korean import Korean

    return Speech(language, catalogue, Korean())


def language() -> str:
    """The language that is spoken."""
    speech = _SPEECH.get()
    return speech.language if speech else ENGLISH


def manner() -> Manner | None:
    """How the language spells dates and numbers; None where it does so as English does."""
    speech = _SPEECH.get()
    return speech.manner if speech else None


def _(text: str) -> str:
    """A text of the program in the language that is spoken."""
    speech = _SPEECH.get()
    return speech.catalogue.gettext(text) if speech else text


def say(template: str, /, **values: str) -> str:
    """``_`` of a template with its values filled in."""
    speech = _SPEECH.get()
    return (
        template.format_map(values)
        if speech is None
        else _filled(speech, speech.catalogue.gettext(template), values)
    )


def plural(one: str, many: str, number: int, /, **values: str) -> str:
    """``say`` of the template that goes with a number; ``{number}`` is the number, grouped."""
    values["number"] = f"{number:,}"
    speech = _SPEECH.get()
    if speech is None:
        return (one if number == 1 else many).format_map(values)
    return _filled(speech, speech.catalogue.ngettext(one, many, number), values)


def _filled(speech: Speech, template: str, values: dict[str, str]) -> str:
    filled = speech.manner.filled if speech.manner else str.format_map
    return filled(template, values)


def word(kind: str, code: str) -> str:
    """What a code of some kind (a status, a pillar) is called; in English, and unknown, itself."""
    speech = _SPEECH.get()
    return speech.catalogue.pgettext(kind, code) if speech else code


def N_(text: str) -> str:  # noqa: N802
    """A text that is translated where it is used: here only marked, for extraction."""
    return text
