"""`factsheet log`: events, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from factsheet.assess.snapshot import assess
from factsheet.cli import options, output
from factsheet.cli.dataset import in_language, known_sources, open_dataset, pick
from factsheet.cli.options import FileOption, KnownBy, Lang, NoPager, option
from factsheet.formats import FORMATS, spelling

if TYPE_CHECKING:
    from factsheet.report.history import Event

SPELLINGS = ("table", *spelling("log"))


def log(
    item: Annotated[str | None, options.items("Only this commitment.")] = None,
    since: Annotated[
        str | None, option("--since", metavar="DATE", help="Events on or after this day.")
    ] = None,
    until: Annotated[
        str | None, option("--until", metavar="DATE", help="Events on or before this day.")
    ] = None,
    written_since: Annotated[
        str | None,
        option(
            "--written-since", metavar="DATE", help="What was written here on or after this day."
        ),
    ] = None,
    corrections: Annotated[
        bool, typer.Option("--corrections", help="Only withdrawals, with what they withdraw.")
    ] = False,
    known_by: KnownBy = None,
    format: Annotated[
        str, options.formats(SPELLINGS, f"{', '.join(SPELLINGS[:-1])} or {SPELLINGS[-1]}.")
    ] = "table",
    excel: Annotated[
        bool, typer.Option("--excel", help="csv: as Excel needs it to read Korean and ids.")
    ] = False,
    no_pager: NoPager = False,
    lang: Lang = None,
    file: FileOption = None,
) -> None:
    """List events, newest first; corrections with --corrections.

    An event is told once, with all the items that it bears on. Withdrawn records stay in the list,
    marked; --corrections lists every withdrawal with the record it took back. A withdrawal bears
    the date of what it takes back, and --since counts it from the day it was written. --since D
    --format atom is a feed, which tells what was found late on the day that it was written.

    Example: factsheet log tariffs --since 2026-01-01
    """
    options.one_of(format, SPELLINGS, "--format")
    options.require_csv(excel, format)
    first = options.optional_day(since, "--since")
    written = options.optional_day(written_since, "--written-since")
    last = options.optional_day(until, "--until") or options.latest_day()
    place, _, dataset = open_dataset(file)
    dataset, speaking = in_language(lang, place, dataset, format)
    sources = {} if format == "table" else known_sources(place)
    known = options.optional_day(known_by, "--known-by")
    snapshot = assess(dataset, last, known, sources=sources)
    chosen = pick(dataset, item)[1].id if item else None
    from factsheet.report.history import events

    # What a file was begun with is no news: nobody could read it before.
    begun = min(
        (one.recorded_on for each in dataset.commitments for one in each.updates), default=None
    )
    found = [
        event
        for event in events(snapshot)
        if (chosen is None or event.bears_on(chosen))
        and (first is None or event.news_of(begun if format == "atom" else None) >= first)
        and (written is None or event.update.recorded_on >= written)
        and (event.update.retracts or not corrections)
    ]
    if format == "table":
        if not found:
            output.say("no such event")
        with speaking:
            _print(found, no_pager)
    else:
        more = {"excel": True} if excel else {}
        with speaking:
            output.put_bytes(FORMATS[format].load().events(found, snapshot, **more))


def _print(found: Sequence[Event], no_pager: bool) -> None:
    if not output.in_terminal():
        from factsheet.formats import table

        output.put(table.log(found))
        return
    from factsheet.cli.pager import paged
    from factsheet.formats import screen

    with paged(no_pager) as console:
        console.print(screen.log(found))
