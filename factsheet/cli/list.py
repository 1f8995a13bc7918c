"""`factsheet list`: where every commitment stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated

import typer

from factsheet.assess.agenda import due_between, next_due
from factsheet.assess.snapshot import Assessment, Snapshot, assess, in_trouble, ordered
from factsheet.cli import options, output
from factsheet.cli.dataset import (
    chooser,
    findings_of,
    in_language,
    known_sources,
    note_known_by,
    open_dataset,
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
from factsheet.formats import FORMATS, spelling
from factsheet.vocabulary import STATUS_TABLE

SORTS: dict[str, Callable[[Assessment], tuple[bool, object]]] = {
    "id": lambda item: (False, item.commitment.id),
    "title": lambda item: (False, item.commitment.title),
    "pillar": lambda item: (False, item.commitment.pillar),
    "status": lambda item: (False, list(STATUS_TABLE).index(item.status)),
    "progress": lambda item: (
        item.measurement.progress is None,
        item.measurement.progress or 0,
    ),
    "pace": lambda item: (item.measurement.pace is None, item.measurement.pace or 0),
    "due": lambda item: (next_due(item) is None, next_due(item) or dt.date.min),
    "last-update": lambda item: (item.last_update is None, item.last_update or dt.date.min),
}
"""What a list can be sorted by: whether the item lacks it, and its value."""
SPELLINGS = ("table", *spelling("list"))


def list_items(
    status: Statuses = None,
    pillar: Pillars = None,
    owed_by: Obligors = None,
    tag: Tags = None,
    headline: Headline = False,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only what is past its due date and open.")
    ] = False,
    trouble: Annotated[
        bool, typer.Option("--trouble", help="Only what is stalled, breached, late or behind.")
    ] = False,
    stale: Annotated[
        bool, typer.Option("--stale", help="Only what nobody has looked at for long.")
    ] = False,
    due_within: Annotated[
        str | None,
        option(
            "--due-within",
            metavar="TIME",
            help="Only what has a term or milestone due so soon: 90d, 2w.",
        ),
    ] = None,
    sort: Annotated[
        str | None,
        option(
            "--sort",
            metavar="KEY",
            help=", ".join(SORTS) + "; -KEY reverses.",
            complete=lambda: [*SORTS],
        ),
    ] = None,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    format: Annotated[
        str, options.formats(SPELLINGS, f"{', '.join(SPELLINGS[:-1])} or {SPELLINGS[-1]}.")
    ] = "table",
    excel: Annotated[
        bool, typer.Option("--excel", help="csv: as Excel needs it to read Korean and ids.")
    ] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 1 if anything is listed: for scripts.")
    ] = False,
    no_pager: NoPager = False,
    lang: Lang = None,
    file: FileOption = None,
) -> None:
    """Show where every commitment stands, as of any date.

    Headline terms first, then by pillar; at the end, what each party owes. Without --format a
    terminal gets a table that fits it, a pipe one item a line.

    Example: factsheet list --owed-by US --as-of 2026-03-01
    """
    options.one_of(format, SPELLINGS, "--format")
    options.require_csv(excel, format)
    day, known = options.dates(as_of, known_by)
    until = options.moved(day, options.span(due_within, "--due-within")) if due_within else None
    place, loaded, dataset = open_dataset(file)
    dataset, speaking = in_language(lang, place, dataset, format, notes=False)
    note_known_by(dataset, known)
    sources = known_sources(place) if format == "json" else {}
    snapshot = assess(dataset, day, known, sources=sources)
    wanted = chooser(dataset, status, pillar, owed_by, tag, headline=headline)
    items = [
        item
        for item in snapshot.items
        if wanted(item)
        and (item.overdue or not overdue)
        and (item.stale or not stale)
        and (not trouble or in_trouble(item))
        and (until is None or due_between(item, day, until))
    ]
    items = _sorted(items, sort)
    if format != "table":
        from factsheet.report.content import Listing

        listed = Listing(snapshot, items, findings_of(loaded, snapshot))
        more = {"excel": True} if excel else {}
        with speaking:
            output.put_bytes(FORMATS[format].load().listing(listed, **more))
    else:
        if not items:
            output.say(
                "nothing to list: no commitment fits"
                if dataset.commitments
                else "the dataset has no commitments yet; `factsheet add`"
            )
        with speaking:
            _print(snapshot, items, until=until, grouped=not sort, no_pager=no_pager)
    if exit_code and items:
        raise typer.Exit(1)


def _print(
    snapshot: Snapshot,
    items: list[Assessment],
    *,
    until: dt.date | None,
    grouped: bool,
    no_pager: bool,
) -> None:
    unicode = output.speaks_unicode()
    if not output.in_terminal():
        from factsheet.formats import table

        output.put(table.listing(snapshot, items, unicode=unicode))
        return
    from factsheet.cli.pager import paged
    from factsheet.formats import screen

    with paged(no_pager) as console:
        width = console.width
        console.print(
            screen.listing(
                snapshot, items, width=width, unicode=unicode, grouped=grouped, until=until
            )
        )


def _sorted(items: list[Assessment], sort: str | None) -> list[Assessment]:
    """In the report's order, or by a key; what has no value for the key comes last either way."""
    if sort is None:
        return [item for _, members in ordered(items) for item in members]
    key, down = sort.removeprefix("-"), sort.startswith("-")
    options.one_of(key, tuple(SORTS), "--sort")
    known = [item for item in items if not SORTS[key](item)[0]]
    unknown = [item for item in items if SORTS[key](item)[0]]
    return sorted(known, key=SORTS[key], reverse=down) + unknown
