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
from factsheet.cli.dataset import broken, known_sources, load_bytes
from factsheet.cli.driver import CONFIG_LINE, driver_loses
from factsheet.cli.options import AsOf, FileOption, option
from factsheet.exceptions import DatasetError
from factsheet.lint.codes import Finding
from factsheet.source.load import located
from factsheet.source_list import States, is_list, read_list

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
    against: Annotated[
        str | None,
        option(
            "--against",
            metavar="REV",
            help="Also compare with this git revision: what was published there stays.",
        ),
    ] = None,
    as_of: AsOf = None,
    lang: Annotated[
        str | None,
        option("--lang", metavar="LANG", help="Also check the words in this language: ko."),
    ] = None,
    format: Annotated[str, options.formats(FORMATS, "text, json or github.")] = "text",
    file: FileOption = None,
) -> None:
    """Check dataset files and name every finding by line.

    With --against, records that were edited or removed since that revision are errors, and terms
    that were reworded are warnings. --strict also asks for an archived copy of every source. Exit
    code 0 when there is no error (with --strict: no finding), 1 when there is, 3 when a file cannot
    be read.

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
            if is_list(data.decode("utf-8", "replace")):
                found += list_findings(path)
                continue
            beside = store.source_list(store.Place(path)).path
            listed = list_findings(beside) if store.exists(beside) else []
            known = {} if listed else known_sources(store.Place(path))
            found += [(path, one) for one in findings(data, day, sources=known, strict=strict)]
            found += [one for one in listed if one not in found]
            if against is not None:
                found += [(path, one) for one in _since(path, data, against)]
            if lang:
                found += _untranslated(path, data, lang)
        except DatasetError as error:
            unreadable.append(str(error))
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

    place, loaded = store.Place(path), load_bytes(data)
    if loaded.dataset is None:
        return []
    known = translation_of(place, language)
    beside = translation_file(place, language)
    found = [(beside, Finding(code="translation", message=fault, line=1)) for fault in known.faults]
    lacking = located(loaded.text, translation.findings(loaded.dataset, known))
    return found + [(path, finding) for finding in lacking]


def findings(
    data: bytes, day: dt.date, *, sources: States | None = None, strict: bool = False
) -> Sequence[Finding]:
    """Every finding about a file's bytes, as of a day, by line; with ``strict`` also those that
    only a dataset ready to be published has to answer for.
    """
    loaded = load_bytes(data)
    if loaded.dataset is None:
        return loaded.findings
    from factsheet.lint import addresses
    from factsheet.lint.doubts import doubts

    snapshot = assess(loaded.dataset, day, sources=sources)
    found = [
        finding for each in doubts(snapshot, options.latest_day()).values() for finding in each
    ]
    found += (finding for finding in addresses.gone(snapshot) if finding.item is None)
    if strict:
        found += addresses.unarchived(snapshot)
    return located(loaded.text, found)


def list_findings(path: Path) -> list[tuple[Path, Finding]]:
    """What is wrong with a list of sources. Raises ``DatasetError`` where it cannot be read."""
    listed = read_list(store.read(path).decode("utf-8", "replace"))
    return [
        (path, Finding(code="source-list", message=fault.message, line=fault.line or 1))
        for fault in listed.faults
    ]


def _since(path: Path, data: bytes, revision: str) -> Sequence[Finding]:
    """What was published in a revision and reads otherwise now. Raises ``DatasetError``."""
    from factsheet.lint import published
    from factsheet.revision import file_at

    was = file_at(path, revision)
    if was is None:
        output.say(f"{path} is not in {revision}: nothing was published there")
        return ()
    now, before = load_bytes(data), load_bytes(was)
    if now.dataset is None:
        return ()  # its errors are told already
    if before.dataset is None:
        raise DatasetError(broken(Path(f"{revision}:{path}"), before.errors))
    return located(now.text, list(published.changed(before.dataset, now.dataset, revision)))
