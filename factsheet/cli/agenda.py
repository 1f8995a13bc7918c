"""`factsheet agenda`: what to look at now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from factsheet.assess.agenda import agenda as agenda_of
from factsheet.assess.snapshot import assess
from factsheet.cli import options, output
from factsheet.cli.dataset import chooser, in_language, note_known_by, open_dataset
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
)
from factsheet.formats import FORMATS, spelling

if TYPE_CHECKING:
    from factsheet.report.highlights import Agenda

SPELLINGS = ("table", *spelling("agenda"))


def agenda(
    within: Annotated[
        str,
        typer.Option("--within", metavar="TIME", help="How far ahead a date is due soon: 90d, 2w."),
    ] = "90d",
    reviews: Annotated[
        bool, typer.Option("--reviews", help="Also the days by which to look again.")
    ] = False,
    status: Statuses = None,
    pillar: Pillars = None,
    owed_by: Obligors = None,
    tag: Tags = None,
    headline: Headline = False,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    format: Annotated[
        str, options.formats(SPELLINGS, f"{', '.join(SPELLINGS[:-1])} or {SPELLINGS[-1]}.")
    ] = "table",
    no_pager: NoPager = False,
    lang: Lang = None,
    file: FileOption = None,
) -> None:
    """Show what to look at now: overdue, due soon, disputed, stale.

    The most pressing first: what is overdue, milestones that are late, breaches, what is due
    within --within, contradictions, disputed records, and stale items with the headline terms and
    the oldest first.

    Example: factsheet agenda --owed-by ROK --within 30d
    """
    options.one_of(format, SPELLINGS, "--format")
    day, known = options.dates(as_of, known_by)
    until = options.moved(day, options.span(within, "--within"))
    place, _loaded, dataset = open_dataset(file)
    dataset, speaking = in_language(lang, place, dataset, format)
    note_known_by(dataset, known)
    snapshot = assess(dataset, day, known)
    wanted = chooser(dataset, status, pillar, owed_by, tag, headline=headline)
    from factsheet.lint.doubts import doubts
    from factsheet.report.highlights import Agenda, contradictions

    findings = doubts(snapshot, options.latest_day())
    part = snapshot.only(item for item in snapshot.items if wanted(item))
    with speaking:
        found = contradictions(findings)
        content = Agenda(part, until, agenda_of(part, until, found, review=reviews))
        if format != "table":
            output.put_bytes(FORMATS[format].load().agenda(content))
            return
        if not content.entries:
            output.say("nothing to look at")
        _print(content, no_pager)


def _print(content: Agenda, no_pager: bool) -> None:
    if not output.in_terminal():
        from factsheet.formats import table

        output.put(table.agenda(content, unicode=output.speaks_unicode()))
        return
    from factsheet.cli.pager import paged
    from factsheet.formats import screen

    with paged(no_pager) as console:
        console.print(screen.agenda(content, width=console.width))
