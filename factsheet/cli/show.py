"""`factsheet show`: one commitment whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from factsheet.assess.snapshot import assess
from factsheet.cli import options, output
from factsheet.cli.dataset import (
    finding_line,
    findings_of,
    in_language,
    known_sources,
    note_known_by,
    open_dataset,
    pick,
)
from factsheet.cli.options import AsOf, FileOption, ItemArgument, KnownBy, Lang, NoPager
from factsheet.inert import one_line

if TYPE_CHECKING:
    from rich.console import Console

    from factsheet.formats.page import Line


def show(
    item: ItemArgument,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    no_pager: NoPager = False,
    lang: Lang = None,
    file: FileOption = None,
) -> None:
    """Show one commitment whole: term, measure, history, sources.

    Example: factsheet show defense-spending --as-of 2026-10-10
    """
    day, known = options.dates(as_of, known_by)
    place, loaded, dataset = open_dataset(file)
    dataset, speaking = in_language(lang, place, dataset)
    note_known_by(dataset, known)
    index, commitment = pick(dataset, item)
    snapshot = assess(dataset, day, known, sources=known_sources(place))
    from factsheet.formats import page
    from factsheet.report.cite import cite
    from factsheet.report.highlights import finding_text
    from factsheet.report.speech import ENGLISH, language

    found = findings_of(loaded, snapshot)()[commitment.id]
    unicode = output.speaks_unicode()
    shown = snapshot.items[index]
    with speaking:
        citation = cite(snapshot, loaded.digest, item=shown)
        findings = [f"{finding_line(place.path, each)} ({each.hint})" for each in found]
        if language() != ENGLISH:
            said = ((each.line or 1, finding_text(each, shown)) for each in found)
            findings = [f"{one_line(str(place.path))}:{line}: {text}" for line, text in said]
        lines = page.show(snapshot, shown, findings, citation=citation, unicode=unicode)
    if not output.in_terminal():
        output.put("".join(f"{line.text}\n" for line in lines))
        return
    from factsheet.cli.pager import paged

    with paged(no_pager) as console:
        _print(console, lines)


def _print(console: Console, lines: Sequence[Line]) -> None:
    from rich.padding import Padding
    from rich.text import Text

    for line in lines:
        text = line.text.lstrip(" ")
        if line.kind == "prose":
            indent = (0, 0, 0, len(line.text) - len(text))
            console.print(Padding(Text(text, style=line.style), indent))
        else:
            # An address stays in one piece, so that it can be clicked and copied; a drawing is cut
            # rather than broken.
            console.print(
                Text(line.text, style=line.style),
                no_wrap=True,
                overflow="ignore",
                crop=line.kind == "drawing",
            )
