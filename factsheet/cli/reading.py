"""Commands that read: list, show, log. They open a dataset, ask for an assessment, and print it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from factsheet import checks
from factsheet.cli import common, completing
from factsheet.cli.common import AsOf, FileOption, ItemArgument, KnownBy
from factsheet.model import STATUS_MEANINGS, Dataset
from factsheet.progress import Assessment, assess, in_trouble, ordered

if TYPE_CHECKING:
    from rich.console import Console

SORTS: dict[str, Callable[[Assessment], tuple[bool, object]]] = {
    "id": lambda item: (False, item.commitment.id),
    "title": lambda item: (False, item.commitment.title),
    "pillar": lambda item: (False, item.commitment.pillar),
    "status": lambda item: (False, list(STATUS_MEANINGS).index(item.status)),
    "progress": lambda item: (item.standing.progress is None, item.standing.progress or 0),
    "pace": lambda item: (item.standing.pace is None, item.standing.pace or 0),
    "due": lambda item: (item.commitment.due is None, item.commitment.due or dt.date.min),
    "last-update": lambda item: (item.last_update is None, item.last_update or dt.date.min),
}
LIST_FORMATS = ("table", "json", "csv", "md")
LOG_FORMATS = ("table", "json", "csv", "md", "atom")


def list_items(
    status: Annotated[
        list[str] | None,
        typer.Option(
            "--status",
            metavar="STATUS",
            help="Only these statuses; repeatable.",
            autocompletion=completing.listed_statuses,
            show_default=False,
        ),
    ] = None,
    pillar: Annotated[
        list[str] | None,
        typer.Option(
            "--pillar", metavar="PILLAR", help="Only these pillars.", autocompletion=completing.pillars, show_default=False
        ),
    ] = None,
    owed_by: Annotated[
        list[str] | None,
        typer.Option(
            "--owed-by", metavar="PARTY", help="Only what this party owes.", autocompletion=completing.parties, show_default=False
        ),
    ] = None,
    tag: Annotated[
        list[str] | None,
        typer.Option(
            "--tag", metavar="TAG", help="Only items with this tag.", autocompletion=completing.tags, show_default=False
        ),
    ] = None,
    headline: Annotated[bool, typer.Option("--headline", help="Only the headline terms.")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is past its due date and open.")] = False,
    trouble: Annotated[bool, typer.Option("--trouble", help="Only what is stalled, breached, late or behind.")] = False,
    stale: Annotated[bool, typer.Option("--stale", help="Only what nobody has looked at for long.")] = False,
    sort: Annotated[
        str | None,
        typer.Option(
            "--sort",
            metavar="KEY",
            help=", ".join(SORTS) + "; -KEY reverses.",
            autocompletion=lambda: [*SORTS],
            show_default=False,
        ),
    ] = None,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    format: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="table, json, csv or md.", autocompletion=lambda: [*LIST_FORMATS])
    ] = "table",
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 if anything is listed: for scripts.")] = False,
    file: FileOption = None,
) -> None:
    """Show where every commitment stands, as of any date.

    Headline terms first, then by pillar; at the end, what each party owes. Without --format a terminal gets a table that fits
    it, a pipe one item a line.

    Example: factsheet list --owed-by US --as-of 2026-03-01
    """
    common.one_of(format, LIST_FORMATS, "--format")
    day, known = common.dates(as_of, known_by)
    _, loaded, dataset = common.open_dataset(file)
    common.note_known_by(dataset, known)
    picture = assess(dataset, day, known)
    wanted = _filter(dataset, status, pillar, owed_by, tag)
    items = [
        item
        for item in picture.items
        if wanted(item)
        and (item.commitment.headline or not headline)
        and (item.overdue or not overdue)
        and (item.stale or not stale)
        and (not trouble or in_trouble(item))
    ]
    items = _sorted(items, sort)
    if format == "json":
        from factsheet.render.json import listing

        common.put_bytes(listing(picture, items, checks.warnings(picture), loaded.text))
    elif format == "csv":
        from factsheet.render.csv import listing as csv_listing

        common.put_bytes(csv_listing(items))
    elif format == "md":
        from factsheet.render.markdown import listing as markdown_listing

        common.put_bytes(markdown_listing(picture, items))
    else:
        from factsheet.render import table

        if not items:
            common.say(
                "nothing to list: no commitment fits"
                if dataset.commitments
                else "the dataset has no commitments yet; `factsheet add`"
            )
        if common.in_terminal():
            screen = console()
            screen.print(table.terminal(picture, items, width=screen.width, unicode=common.speaks_unicode(), grouped=not sort))
        else:
            common.put(table.plain(picture, items, unicode=common.speaks_unicode()))
    if exit_code and items:
        raise typer.Exit(1)


def console() -> Console:
    """The terminal: its width and colours, with no reading of markup or emoji codes in anything we print."""
    from rich.console import Console

    return Console(markup=False, highlight=False, emoji=False, soft_wrap=False)


def _filter(
    dataset: Dataset, status: list[str] | None, pillar: list[str] | None, owed_by: list[str] | None, tag: list[str] | None
) -> Callable[[Assessment], bool]:
    commitments = dataset.commitments
    statuses = common.all_of(status, tuple(STATUS_MEANINGS), "--status")
    pillars = common.all_of(pillar, tuple(dict.fromkeys(each.pillar for each in commitments)), "--pillar")
    parties = common.all_of(owed_by, tuple(dataset.agreement.parties), "--owed-by")
    tags = common.all_of(tag, tuple(dict.fromkeys(word for each in commitments for word in each.tags)), "--tag")
    return lambda item: (
        (not statuses or item.status in statuses)
        and (not pillars or item.commitment.pillar in pillars)
        and (not parties or bool(parties.intersection(item.commitment.owed_by)))
        and (not tags or bool(tags.intersection(item.commitment.tags)))
    )


def _sorted(items: list[Assessment], sort: str | None) -> list[Assessment]:
    """In the report's order, or by a key; what has no value for the key comes last either way."""
    if sort is None:
        return [item for _, members in ordered(items) for item in members]
    key, down = sort.removeprefix("-"), sort.startswith("-")
    common.one_of(key, tuple(SORTS), "--sort")
    known = [item for item in items if not SORTS[key](item)[0]]
    unknown = [item for item in items if SORTS[key](item)[0]]
    return sorted(known, key=SORTS[key], reverse=down) + unknown


def show(item: ItemArgument, as_of: AsOf = None, known_by: KnownBy = None, file: FileOption = None) -> None:
    """Show one commitment whole: term, measure, history, sources.

    Example: factsheet show defense-spending --as-of 2026-10-10
    """
    day, known = common.dates(as_of, known_by)
    place, loaded, dataset = common.open_dataset(file)
    common.note_known_by(dataset, known)
    index, _ = common.pick(dataset, item)
    picture = assess(dataset, day, known)
    from factsheet.load import located
    from factsheet.render.show import show as page

    found = located(loaded.text, checks.warnings(picture)[picture.items[index].commitment.id])
    findings = [f"{common.finding_line(place.path, finding)} ({finding.hint})" for finding in found]
    lines = page(picture, picture.items[index], findings, unicode=common.speaks_unicode())
    if not common.in_terminal():
        common.put("".join(f"{line.text}\n" for line in lines))
        return
    from rich.padding import Padding
    from rich.text import Text

    screen = console()
    for line in lines:
        text = line.text.lstrip(" ")
        if line.kind == "prose":
            screen.print(Padding(Text(text, style=line.style), (0, 0, 0, len(line.text) - len(text))))
        else:
            # An address stays in one piece, so that it can be clicked and copied; a drawing is cut rather than broken.
            screen.print(Text(line.text, style=line.style), no_wrap=True, overflow="ignore", crop=line.kind == "drawing")


def log(
    item: Annotated[
        str | None,
        typer.Argument(metavar="[ITEM]", help="Only this commitment.", autocompletion=completing.items, show_default=False),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Events on or after this day.", show_default=False)
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Events on or before this day.", show_default=False)
    ] = None,
    corrections: Annotated[bool, typer.Option("--corrections", help="Only withdrawals, with what they withdraw.")] = False,
    known_by: KnownBy = None,
    format: Annotated[
        str,
        typer.Option("--format", metavar="FORMAT", help="table, json, csv, md or atom.", autocompletion=lambda: [*LOG_FORMATS]),
    ] = "table",
    file: FileOption = None,
) -> None:
    """List events, newest first; corrections with --corrections.

    Withdrawn records stay in the list, marked; --corrections lists every withdrawal with the record it took back. A withdrawal
    bears the date of what it takes back, and --since counts it from the day it was written. --since D --format atom is a feed.

    Example: factsheet log tariffs --since 2026-01-01
    """
    common.one_of(format, LOG_FORMATS, "--format")
    first = common.parse_day(since, "--since") if since else None
    last = common.parse_day(until, "--until") if until else common.latest_day()
    _, _, dataset = common.open_dataset(file)
    picture = assess(dataset, last, common.parse_day(known_by, "--known-by") if known_by else None)
    chosen = common.pick(dataset, item)[1].id if item else None
    from factsheet.render import log as renders
    from factsheet.render.records import events as every_event

    events = [
        event
        for event in every_event(picture)
        if (chosen is None or event.item.commitment.id == chosen)
        and (first is None or event.news_of >= first)
        and (event.update.retracts or not corrections)
    ]
    if format == "table":
        if not events:
            common.say("no such event")
        common.put(renders.lines(events))
    else:
        common.put_bytes(renders.FORMATS[format](events, picture))
