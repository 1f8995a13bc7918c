"""`factsheet report`: one command, many formats."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from factsheet import store
from factsheet.assess.snapshot import assess
from factsheet.cli import options, output
from factsheet.cli.dataset import (
    chooser,
    findings_of,
    in_language,
    known_sources,
    note_known_by,
    open_dataset,
    part_of,
)
from factsheet.cli.options import (
    AsOf,
    FileOption,
    Headline,
    KnownBy,
    Lang,
    NoPager,
    Obligors,
    Pillars,
    Statuses,
    Tags,
    option,
)
from factsheet.cli.progress import watching
from factsheet.exceptions import UsageError
from factsheet.formats import FORMATS, spelling

SPELLINGS = spelling("report")
A_WEEK = dt.timedelta(days=7)
"""How far back a brief looks."""


def report(
    items: Annotated[list[str] | None, options.items("Only these commitments.")] = None,
    headline: Headline = False,
    pillar: Pillars = None,
    owed_by: Obligors = None,
    tag: Tags = None,
    status: Statuses = None,
    format: Annotated[
        str | None,
        option(
            "--format",
            metavar="FORMAT",
            help=f"{', '.join(SPELLINGS)} (default: what -o ends in, else md).",
            complete=lambda: [*SPELLINGS],
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write to this file, whole or not at all.",
            show_default=False,
        ),
    ] = None,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    since: Annotated[
        str | None,
        option("--since", metavar="DATE", help="Also say what is new since then, that day too."),
    ] = None,
    excel: Annotated[
        bool, typer.Option("--excel", help="csv: as Excel needs it to read Korean and ids.")
    ] = False,
    brief: Annotated[
        bool,
        typer.Option(
            "--brief", help="One page: verdict, news, what is due. --since: 7d. Piped: md."
        ),
    ] = False,
    reviews: Annotated[
        bool, typer.Option("--reviews", help="ics: also the days by which to look again.")
    ] = False,
    no_pager: NoPager = False,
    lang: Lang = None,
    file: FileOption = None,
) -> None:
    r"""Write a progress report: md, html, pdf, json, csv, xlsx, ics.

    The same file, --as-of and --known-by give the same bytes on any machine. pdf, xlsx and ics
    need an extra: pip install 'factsheet\[pdf,xlsx,ics]'.

    With ITEM or a filter it is the report of that part. --since D sets it against what a report of
    the day before D would have said, by what the file knew then.

    Example: factsheet report -o report.html --as-of 2026-10-10 --since 2026-06-30
    """
    if out is not None:
        store.require_plain_name(out)
    spellings = spelling("brief") if brief else SPELLINGS
    kind = _format(format, out, spellings)
    options.require_csv(excel, kind)
    if FORMATS[kind].binary and out is None and output.in_terminal():
        raise UsageError(
            f"{kind} is not for a terminal; name a file with -o, e.g. -o report.{kind}"
        )
    day, known = options.dates(as_of, known_by)
    first = options.optional_day(since, "--since", day)
    if first and first > day:
        raise UsageError(f"--since {first} comes after --as-of {day}")
    if reviews and kind != "ics":
        raise UsageError("--reviews is for --format ics")
    writer = FORMATS[kind].load()
    place, loaded, dataset = open_dataset(file)
    dataset, speaking = in_language(lang, place, dataset, kind)
    note_known_by(dataset, known)
    records = sum(len(item.updates) for item in dataset.commitments)
    wanted = chooser(dataset, status, pillar, owed_by, tag, headline=headline)
    said = {
        "headline": headline,
        "pillar": pillar,
        "owed by": owed_by,
        "tag": tag,
        "status": status,
    }
    with watching("report", records, 2 * len(dataset.commitments)) as watch, speaking:
        snapshot = assess(dataset, day, known, sources=known_sources(place))
        part = part_of(snapshot, items, wanted, said)
        data: bytes
        if brief:
            from factsheet.report import brief as short

            begin = first or options.moved(day, -A_WEEK)
            lines = short.SCREEN if kind == "md" else short.PAGE
            told = short.brief(snapshot, begin, digest=loaded.digest, part=part, lines=lines)
            data = writer.brief(told)
        else:
            from factsheet.lint.doubts import doubts
            from factsheet.report.content import build

            # Only JSON says lines, and to find them takes as long as to read the file.
            with_lines = findings_of(loaded, snapshot)
            found = with_lines() if kind == "json" else doubts(snapshot, options.latest_day())
            content = build(
                snapshot, found, digest=loaded.digest, since=first, part=part, watch=watch
            )
            more = {name: True for name, on in (("excel", excel), ("reviews", reviews)) if on}
            data = writer.report(content, watch=watch, **more)
    if out is None:
        from factsheet.cli import pager

        if brief and format is None and output.in_terminal() and output.speaks_unicode():
            from factsheet.formats import screen

            with pager.paged(no_pager) as console:
                console.print(screen.page(data.decode("utf-8")))
        else:
            pager.put_bytes(data, no_pager)
    else:
        store.write_new(out, data, exist_ok=True, forbidden=place.path)
        output.say(f"wrote {out}")


def _format(given: str | None, out: Path | None, known: Sequence[str]) -> str:
    if given is not None:
        options.one_of(given, known, "--format")
        return given
    if out is None:
        return known[0]
    ending = out.suffix.removeprefix(".").lower()
    if ending in known:
        return ending
    endings = ", ".join(f".{name}" for name in known)
    raise UsageError(f"{out} does not say which format; end it in {endings} or add --format")
