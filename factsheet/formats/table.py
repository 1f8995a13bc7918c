"""Plain lines with nothing left out: what a pipe gets of the list, the log and the agenda."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from factsheet.assess.accounts import accounts
from factsheet.assess.snapshot import Assessment, Snapshot
from factsheet.inert import one_line
from factsheet.report import words as t
from factsheet.report.history import Event, also_text, summary

if TYPE_CHECKING:
    from factsheet.report.highlights import Agenda


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name and what it says of an item."""

    name: str
    cell: Callable[[Assessment], str]


COLUMNS = (
    Column("item", lambda item: item.commitment.id),
    Column("title", lambda item: one_line(item.commitment.title)),
    Column("owed by", lambda item: "+".join(item.commitment.owed_by)),
    Column("status", lambda item: item.status),
    Column("progress", t.progress_text),
    Column("value", t.value_text),
    Column("pace", t.pace_word),
    Column("ratio", t.pace_ratio),
    Column("due", t.due_text),
    Column("last evidence", t.evidence_text),
)
GAP = 2


def listing(snapshot: Snapshot, items: Sequence[Assessment], *, unicode: bool) -> str:
    """One line an item, every column; then, after an empty line, the dates and a line a party."""
    rows = [[column.cell(item) for column in COLUMNS] for item in items]
    dates = "; ".join(filter(None, (t.dates_line(snapshot), t.listed_text(snapshot, len(items)))))
    tail = [dates, *map(t.account_line, accounts(snapshot.only(items)))]
    text = "\n".join([*_aligned([column.name for column in COLUMNS], rows), "", *tail, ""])
    return text if unicode else text.replace("≥", ">=").replace("–", "-")


def _aligned(names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows under their names, each column as wide as its widest cell."""
    head = [name.upper() for name in names]
    widths = [max(map(t.cells, cells)) for cells in zip(head, *rows, strict=True)]
    return [
        (" " * GAP)
        .join(cell + " " * (width - t.cells(cell)) for cell, width in zip(row, widths, strict=True))
        .rstrip()
        for row in [head, *rows]
    ]


def agenda(content: Agenda, *, unicode: bool) -> str:
    """One line an entry; then, after an empty line, the dates."""
    # Imported here: the list and the log do without.
    from factsheet.report.highlights import why_text

    as_of = content.snapshot.as_of
    rows = [
        [
            entry.why,
            entry.item.commitment.id,
            "+".join(entry.item.commitment.owed_by),
            t.day(entry.date),
            why_text(entry, as_of),
        ]
        for entry in content.entries
    ]
    lines = _aligned(["why", "item", "owed by", "date", "what"], rows)
    text = "\n".join([*lines, "", t.agenda_line(content.snapshot, content.until), ""])
    return text if unicode else text.replace("≥", ">=").replace("–", "-")


def log(found: Sequence[Event]) -> str:
    """One event a line; below it the other commitments that it bears on."""
    width = max((len(event.main.item.commitment.id) for event in found), default=0)
    lines = []
    for event in found:
        update, name = event.update, event.main.item.commitment.id
        lines.append(f"{update.date}  {name:<{width}}  {update.id}  {summary(event.main)}\n")
        if others := also_text(event):
            lines.append(f"            also: {others}\n")
    return "".join(lines)
