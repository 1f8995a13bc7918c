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
from factsheet.report.speech import N_, _, word

if TYPE_CHECKING:
    from factsheet.report.highlights import Agenda


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name and what it says of an item."""

    name: str
    cell: Callable[[Assessment], str]


COLUMNS = (
    Column(N_("item"), lambda item: item.commitment.id),
    Column(N_("title"), lambda item: one_line(item.commitment.title)),
    Column(N_("owed by"), lambda item: t.parties(item.commitment.owed_by)),
    Column(N_("status"), lambda item: t.status(item.status)),
    Column(N_("progress"), t.progress_text),
    Column(N_("value"), t.value_text),
    Column(N_("pace"), t.pace_word),
    Column(N_("ratio"), t.pace_ratio),
    Column(N_("due"), t.due_text),
    Column(N_("last evidence"), t.evidence_text),
)
GAP = 2


def listing(snapshot: Snapshot, items: Sequence[Assessment], *, unicode: bool) -> str:
    """One line an item, every column; then, after an empty line, the dates and a line a party."""
    rows = [[column.cell(item) for column in COLUMNS] for item in items]
    dates = "; ".join(filter(None, (t.dates_line(snapshot), t.listed_text(snapshot, len(items)))))
    tail = [dates, *map(t.account_line, accounts(snapshot.only(items)))]
    text = "\n".join([*_aligned([_(column.name) for column in COLUMNS], rows), "", *tail, ""])
    return text if unicode else text.replace("≥", ">=").replace("–", "-")


def _aligned(names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows under their names, each column as wide as its widest cell."""
    head = [name.upper() for name in names]
    widths = [max(map(t.cells, cells)) for cells in zip(head, *rows, strict=True)]
    return [
        (" " * GAP)
        .join(t.padded(cell, width) for cell, width in zip(row, widths, strict=True))
        .rstrip()
        for row in [head, *rows]
    ]


def agenda(content: Agenda, *, unicode: bool) -> str:
    """One line an entry; then, after an empty line, the dates."""
    # Imported here: the list and the log do without.
    from factsheet.report.highlights import why_text

    rows = [
        [
            word("why", entry.why),
            entry.item.commitment.id,
            t.parties(entry.item.commitment.owed_by),
            t.date(entry.date),
            why_text(entry, content.snapshot),
        ]
        for entry in content.entries
    ]
    lines = _aligned([_("why"), _("item"), _("owed by"), _("date"), _("what")], rows)
    text = "\n".join([*lines, "", t.agenda_line(content.snapshot, content.until), ""])
    return text if unicode else text.replace("≥", ">=").replace("–", "-")


def log(found: Sequence[Event]) -> str:
    """One event a line; below it the other commitments that it bears on."""
    width = max((len(event.main.item.commitment.id) for event in found), default=0)
    days = max((len(t.date(event.update.date)) for event in found), default=0)
    lines = []
    for event in found:
        update, name = event.update, event.main.item.commitment.id
        lines.append(
            f"{t.date(update.date):<{days}}  {name:<{width}}  {update.id}  {summary(event.main)}\n"
        )
        if others := also_text(event):
            lines.append(" " * days + "  " + _("also:") + f" {others}\n")
    return "".join(lines)
