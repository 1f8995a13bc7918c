"""Commands about the file itself: validate, init, schema."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from factsheet import checks, load, store
from factsheet.cli import common
from factsheet.cli.common import AsOf, FileOption
from factsheet.errors import DatasetError
from factsheet.findings import Finding
from factsheet.progress import assess

VALIDATE_FORMATS = ("text", "json", "github")


def validate(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILE]...", help="Files to check (default: the dataset in use).", show_default=False, readable=False
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as errors.")] = False,
    as_of: AsOf = None,
    format: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="text, json or github.", autocompletion=lambda: [*VALIDATE_FORMATS])
    ] = "text",
    file: FileOption = None,
) -> None:
    """Check dataset files and name every finding by line.

    Exit code 0 when there is no error (with --strict: no finding), 1 when there is, 3 when a file cannot be read.

    Example: factsheet validate --strict data/commitments.toml
    """
    common.one_of(format, VALIDATE_FORMATS, "--format")
    day, _ = common.dates(as_of, None)
    found: list[tuple[Path, Finding]] = []
    unreadable: list[str] = []
    for path in [*(files or ()), *([file] if file else [])] or [store.find(None).path]:
        try:
            data = store.read(path)
        except DatasetError as error:
            unreadable.append(str(error))
            continue
        found += [(path, finding) for finding in findings(data, day)]
    if format == "json":
        rows = [_row(path, finding) for path, finding in found]
        from factsheet.render.json import encode

        common.put_bytes(encode({"schema": 1, "findings": rows}))
    elif format == "github":
        common.put("".join(_annotation(path, finding) + "\n" for path, finding in found), commands=True)
    else:
        common.put("".join(_lines(found)))
        errors = sum(finding.severity == "error" for _, finding in found)
        if found:
            common.say(f"{errors} errors, {len(found) - errors} warnings")
    for message in unreadable:
        common.complain(message)
    if unreadable:
        raise typer.Exit(DatasetError.exit_code)
    if any(strict or finding.severity == "error" for _, finding in found):
        raise typer.Exit(1)


def findings(data: bytes, day: dt.date) -> Sequence[Finding]:
    """Every finding about a file's bytes, as of a day, by line."""
    text, undecodable = load.decode(data)
    if undecodable:
        return [undecodable]
    loaded = load.load(text, today=common.latest_day())
    if loaded.dataset is None:
        return loaded.findings
    warnings = checks.warnings(assess(loaded.dataset, day))
    return load.located(text, [finding for each in warnings.values() for finding in each])


def _lines(found: Sequence[tuple[Path, Finding]]) -> Iterator[str]:
    """A line a finding; what to do about it follows the first of its kind."""
    told: set[str] = set()
    for path, finding in found:
        yield f"{common.finding_line(path, finding)}\n"
        if finding.code not in told:
            yield f"    hint: {finding.hint}\n"
        told.add(finding.code)


def _row(path: Path, finding: Finding) -> dict[str, Any]:
    return {
        "path": str(path),
        "line": finding.line,
        "column": finding.column,
        "severity": finding.severity,
        "code": finding.code,
        "item": finding.item,
        "message": finding.message,
        "hint": finding.hint,
    }


def _annotation(path: Path, finding: Finding) -> str:
    """A GitHub Actions workflow command; its own escapes keep a message from becoming another command."""
    from factsheet.render.text import visible

    def data(text: str) -> str:
        return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def prop(text: str) -> str:
        return data(text).replace(":", "%3A").replace(",", "%2C")

    column = f",col={finding.column}" if finding.column else ""
    place = f"file={prop(str(path))},line={finding.line or 1}{column},title={prop(finding.code)}"
    about = f"{finding.item}: " if finding.item else ""
    return f"::{finding.severity} {place}::{data(f'{about}{finding.message}. {finding.hint}')}"


EMPTY = """\
#:schema ./commitments.schema.json
# A dataset for `factsheet`. The README explains every key; `factsheet add` writes a commitment, `factsheet update` an event.
schema = 1

[agreement]
id = "my-agreement"
title = "The title of the document"
agreed = {today}
parties = {{ A = "First party", B = "Second party" }}

# How pace is put into words, and after how many days without news an item is stale.
[method]
ahead = 1.05
on_pace = 0.95
behind = 0.60
review_every_days = 120
"""


def init(
    directory: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="The folder to start in.", show_default=False, readable=False)
    ] = Path(),
    empty: Annotated[bool, typer.Option("--empty", help="Start without any commitment.")] = False,
    git: Annotated[bool, typer.Option("--git", help="Also write .gitattributes for the merge driver.")] = False,
) -> None:
    """Start a dataset: a copy of the shipped one, or an empty one.

    It goes to data/commitments.toml in DIR, with the JSON Schema beside it for editors. An existing dataset is never
    overwritten.

    Example: factsheet init tracker --git
    """
    target = directory / store.USUAL_PLACE
    text = EMPTY.format(today=common.today()) if empty else store.read(store.shipped()).decode("utf-8")
    fresh = not os.path.lexists(target)
    if fresh or not git:
        store.make_folder(target.parent)
        store.write_new(target, text.encode("utf-8"), exist_ok=False)
        common.say(f"wrote {target}")
    schema_file = target.parent / "commitments.schema.json"
    if not os.path.lexists(schema_file):
        store.write_new(schema_file, schema_bytes(), exist_ok=False)
        common.say(f"wrote {schema_file}")
    if git:
        from factsheet.cli.gitting import attributes

        attributes(directory)


def schema_bytes() -> bytes:
    """The JSON Schema as the file that editors read."""
    from factsheet.render.schema import json_schema

    return (json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n").encode()


def schema() -> None:
    """Print the JSON Schema of the dataset file, for editors.

    It is JSON Schema 2020-12. `factsheet init` writes it beside the dataset; taplo, tombi and Even Better TOML find it by
    the #:schema line.

    Example: factsheet schema > data/commitments.schema.json
    """
    common.put_bytes(schema_bytes())
