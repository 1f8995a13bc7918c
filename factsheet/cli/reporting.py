"""The report: one command, many formats."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from factsheet import checks, store
from factsheet.cli import common
from factsheet.cli.common import AsOf, FileOption, KnownBy
from factsheet.errors import UsageError
from factsheet.progress import assess

if TYPE_CHECKING:
    from factsheet.render.report import Watch

FORMATS = {"md": "markdown", "html": "html", "json": "json", "csv": "csv", "xlsx": "xlsx", "ics": "ics"}
"""The module of ``render`` that writes each format."""
BINARY = frozenset({"xlsx"})
EXTRAS = {"xlsx": "openpyxl", "ics": "icalendar"}
"""What a format needs that only ``pip install factsheet[<format>]`` brings."""
LONG_WORK = 5_000
"""Records. Less is done before a progress bar could be read."""


def report(
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help=f"{', '.join(FORMATS)} (default: what -o ends in, else md).",
            autocompletion=lambda: [*FORMATS],
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write to this file, whole or not at all.", show_default=False),
    ] = None,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="Also say what changed after this day.", show_default=False),
    ] = None,
    long: Annotated[bool, typer.Option("--long", help="csv: one row an event instead of one an item.")] = False,
    excel: Annotated[bool, typer.Option("--excel", help="csv: with the mark that Excel needs to read Korean.")] = False,
    file: FileOption = None,
) -> None:
    r"""Write a progress report: md, html, json, csv, xlsx, ics.

    The same file, --as-of and --known-by give the same bytes on any machine. xlsx and ics need an extra:
    pip install 'factsheet\[xlsx,ics]'.

    Example: factsheet report -o report.html --as-of 2026-10-10 --since 2026-06-30
    """
    if output is not None:
        store.require_plain_name(output)
    kind = _format(format, output)
    if (long or excel) and kind != "csv":
        raise UsageError(f"{'--long' if long else '--excel'} is for --format csv")
    if kind in BINARY and output is None and common.in_terminal():
        raise UsageError(f"{kind} is not for a terminal; name a file with -o, e.g. -o report.{kind}")
    day, known = common.dates(as_of, known_by)
    compare = common.parse_day(since, "--since") if since else None
    if compare and compare > day:
        raise UsageError(f"--since {compare} comes after --as-of {day}")
    _require(kind)
    place, loaded, dataset = common.open_dataset(file)
    common.note_known_by(dataset, known)
    digest = hashlib.sha256(loaded.text.encode("utf-8")).hexdigest()
    with _watching(sum(len(item.updates) for item in dataset.commitments), len(dataset.commitments)) as watch:
        picture = assess(dataset, day, known)
        from factsheet.render.report import build

        content = build(picture, checks.warnings(picture), text=loaded.text, digest=digest, since=compare, watch=watch)
        options: dict[str, Any] = {"long": long, "excel": excel} if kind == "csv" else {}
        data: bytes = importlib.import_module(f"factsheet.render.{FORMATS[kind]}").report(content, watch=watch, **options)
    if output is None:
        common.put_bytes(data)
    else:
        store.write_new(output, data, exist_ok=True, forbidden=place.path)
        common.say(f"wrote {output}")


def _format(given: str | None, output: Path | None) -> str:
    if given is not None:
        common.one_of(given, tuple(FORMATS), "--format")
        return given
    if output is None:
        return "md"
    ending = output.suffix.removeprefix(".").lower()
    if ending in FORMATS:
        return ending
    raise UsageError(f"{output} does not say which format; end it in {', '.join(f'.{name}' for name in FORMATS)} or add --format")


def _require(kind: str) -> None:
    # Looked for and not imported: the renderer has to prepare for its library first.
    if kind in EXTRAS and find_spec(EXTRAS[kind]) is None:
        raise UsageError(f"{kind} needs {EXTRAS[kind]}: pip install 'factsheet[{kind}]'")


@contextlib.contextmanager
def _watching(records: int, items: int) -> Iterator[Watch]:
    """A progress bar on stderr for long work, if that is somebody's terminal; else nothing at all."""
    if records < LONG_WORK or sys.stderr is None or not sys.stderr.isatty():
        yield iter
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("report"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("report", total=2 * items)

        def watch(things: Sequence[Any]) -> Iterable[Any]:
            for thing in things:
                yield thing
                progress.advance(task)

        yield watch
