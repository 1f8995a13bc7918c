"""The dataset in another language: the file beside it that holds the words."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from pathlib import Path

from factsheet import store
from factsheet.cli.options import either
from factsheet.exceptions import DatasetError, UsageError
from factsheet.model import Dataset
from factsheet.report import speech
from factsheet.report.speech import ENGLISH, LANGUAGE
from factsheet.source.parse import parse
from factsheet.source.translation import Translation, read, translated


def translation_file(place: store.Place, language: str) -> Path:
    """Where the words in a language are: ``commitments.ko.toml`` beside ``commitments.toml``.

    Raises ``UsageError`` for what is no language.
    """
    if not re.fullmatch(LANGUAGE, language):
        raise UsageError(f"--lang {language!r} is not a language code such as ko")
    return place.path.with_name(f"{place.path.stem}.{language}.toml")


def languages(place: store.Place) -> list[str]:
    """The languages in which a dataset has words, English first."""
    pattern = re.compile(rf"{re.escape(place.path.stem)}\.({LANGUAGE})\.toml")
    names = store.names_beside(place.path)
    found = {match[1] for name in names if (match := pattern.fullmatch(name))}
    return [ENGLISH, *sorted(found - {ENGLISH})]


def translation_of(place: store.Place, language: str, *, must_exist: bool = True) -> Translation:
    """The words of a dataset in a language.

    Raises ``UsageError`` where there are none (unless they need not exist), ``DatasetError`` where
    the file cannot be read.
    """
    path = translation_file(place, language)
    if not store.exists(path):
        if must_exist:
            known = ", ".join(languages(place))
            raise UsageError(
                f"there are no words in {language!r} beside {place.path}; it has {known}"
            )
        return Translation(language)
    try:
        return read(parse(store.read(path).decode("utf-8")), language)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise DatasetError(f"{path} is not a translation file: {error}") from None


def spoken(
    place: store.Place, dataset: Dataset, language: str, *, notes: bool
) -> tuple[Dataset, AbstractContextManager[None]]:
    """The dataset in the words of a language, and how to speak it.

    Without a file of its words a dataset stays as it is: nobody said that it is translated. Raises
    ``UsageError`` where there is neither such a file nor a catalogue.
    """
    known = translation_of(place, language, must_exist=False)
    if known.texts or known.faults:
        dataset = translated(dataset, known, notes=notes)
    elif language not in speech.languages():
        own, words = either(speech.languages()), either(languages(place))
        raise UsageError(
            f"nothing is said in {language!r}: factsheet speaks {own}, {place.path} has {words}"
        )
    return dataset, speech.use(language)
