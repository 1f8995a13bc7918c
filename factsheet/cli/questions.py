"""Questions to a person at a terminal, each asked again until its answer fits."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import typer

from factsheet.cli import options
from factsheet.exceptions import FactsheetError, UsageError


def answer(question: str, check: Callable[[str], Any], default: str | None = None) -> Any:
    """What a person answers, as ``check`` reads it; Ctrl-C leaves without a trace."""

    def fits(text: str) -> Any:
        try:
            return check(text.strip())
        except FactsheetError as error:
            raise typer.BadParameter(str(error)) from None

    return typer.prompt(
        question, default=default, show_default=bool(default), value_proc=fits, err=True
    )


def text(name: str) -> Callable[[str], str | None]:
    """A check for any text."""
    return lambda words: options.typed_text(words, f"the {name}")


def word(words: str) -> str:
    """A check for a word in kebab-case."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", words):
        raise UsageError(
            f"{words!r} is not a word in kebab-case: small letters, digits and single hyphens"
        )
    return words


def date(words: str) -> dt.date:
    """A check for a day, which gives it."""
    return options.parse_day(words, "the day")


def day(words: str) -> str:
    """A check for a day, as it was typed."""
    date(words)
    return words


def optional(check: Callable[[str], Any]) -> Callable[[str], str]:
    """A check for what may be left out."""

    def either(words: str) -> str:
        if words:
            check(words)
        return words

    return either


def kebab(words: str) -> str | None:
    """A word in kebab-case made from a title, as a proposal."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:40].strip("-") or None
