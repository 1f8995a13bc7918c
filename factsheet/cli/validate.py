"""`factsheet validate`: check files and name every finding by line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from factsheet import store
from factsheet.assess.snapshot import assess
from factsheet.cli import options, output
from factsheet.cli.dataset import load_bytes
from factsheet.cli.driver import CONFIG_LINE, driver_loses
from factsheet.cli.options import AsOf, FileOption, option
from factsheet.exceptions import DatasetError
from factsheet.lint.codes import Finding

FORMATS = ("text", "json", "github")


def validate(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE",
            help="Files to check (default: the dataset in use).",
            show_default=False,
            readable=False,
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as errors.")] = False,
    as_of: AsOf = None,
    lang: Annotated[
        str | None,
        option("--lang", metavar="LANG", help="Also check the words in this language: ko."),
    ] = None,
    format: Annotated[str, options.formats(FORMATS, "text, json or github.")] = "text",
    file: FileOption = None,
) -> None:
    """Check dataset files and name every finding by line.

    Exit code 0 when there is no error (with --strict: no finding), 1 when there is, 3 when a file
    cannot be read.

    Example: factsheet validate --strict data/commitments.toml
    """
    options.one_of(format, FORMATS, "--format")
    day, _ = options.dates(as_of, None)
    found: list[tuple[Path, Finding]] = []
    unreadable: list[str] = []
    paths = [*(files or ()), *([file] if file else [])] or [store.find(None).path]
    for path in paths:
        try:
            data = store.read(path)
        except DatasetError as error:
            unreadable.append(str(error))
            continue
        found += [(path, finding) for finding in findings(data, day)]
        if lang:
            found += _untranslated(path, data, lang)
    if found or format == "json":
        from factsheet.formats.findings import SPELLINGS

        output.put(SPELLINGS[format](found), commands=format == "github")
    if found and format == "text":
        errors = sum(finding.severity == "error" for _, finding in found)
        output.say(f"{errors} errors, {len(found) - errors} warnings")
    for config in dict.fromkeys(store.git_config(path) for path in paths):
        if config and driver_loses(config):
            output.say(
                "this clone loses the other side of a merge where git does not find factsheet; "
                f"mend it once, with:\n  {CONFIG_LINE}"
            )
    for message in unreadable:
        output.complain(message)
    if unreadable:
        raise typer.Exit(DatasetError.exit_code)
    if any(strict or finding.severity == "error" for _, finding in found):
        raise typer.Exit(1)


def _untranslated(path: Path, data: bytes, language: str) -> list[tuple[Path, Finding]]:
    """What lacks a translation, at the place of the original; faults, in the translation's file."""
    from factsheet.cli.words import translation_file, translation_of
    from factsheet.source import translation
    from factsheet.source.load import located

    place, loaded = store.Place(path), load_bytes(data)
    if loaded.dataset is None:
        return []
    known = translation_of(place, language)
    beside = translation_file(place, language)
    found = [(beside, Finding(code="translation", message=fault, line=1)) for fault in known.faults]
    lacking = located(loaded.text, translation.findings(loaded.dataset, known))
    return found + [(path, finding) for finding in lacking]


def findings(data: bytes, day: dt.date) -> Sequence[Finding]:
    """Every finding about a file's bytes, as of a day, by line."""
    loaded = load_bytes(data)
    if loaded.dataset is None:
        return loaded.findings
    from factsheet.lint.doubts import doubts
    from factsheet.source.load import located

    found = doubts(assess(loaded.dataset, day), options.latest_day())
    return located(loaded.text, [finding for each in found.values() for finding in each])
