"""`factsheet translate`: what lacks a translation, as a file to fill in."""

from __future__ import annotations

from typing import Annotated

from factsheet.cli import output
from factsheet.cli.dataset import open_dataset
from factsheet.cli.options import FileOption, option
from factsheet.cli.words import translation_of
from factsheet.exceptions import UsageError


def translate(
    lang: Annotated[
        str | None, option("--lang", metavar="LANG", help="The language to translate into: ko.")
    ] = None,
    file: FileOption = None,
) -> None:
    """List the texts that lack a translation, to be filled in.

    Each stands with its original above it and the fingerprint of that; an earlier translation of
    another wording is given to be mended. What is filled in goes into commitments.LANG.toml beside
    the dataset.

    Example: factsheet translate --lang ko > to-do.toml
    """
    if not lang:
        raise UsageError("--lang is missing: into which language, e.g. ko?")
    place, _, dataset = open_dataset(file)
    from factsheet.source import translation

    known = translation_of(place, lang, must_exist=False)
    lacks = translation.missing(dataset, known)
    stale = sum(lack.stale is not None for lack in lacks)
    output.put(translation.to_fill_in(lacks))
    count = sum(1 for _ in translation.originals(dataset))
    output.say(f"{len(lacks)} of {count} texts lack one, {stale} of them had an earlier wording")
