"""CSV for spreadsheets and scripts: numbers stay numbers, and no text cell can act as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from factsheet.progress import Assessment, ordered
from factsheet.render import text as t

if TYPE_CHECKING:
    from factsheet.render.report import Report, Watch

Cell = str | Decimal | int | bool | None

COLUMNS = (
    "id",
    "title",
    "pillar",
    "headline",
    "owed_by",
    "status",
    "status_date",
    "value",
    "value_through",
    "target",
    "unit",
    "progress",
    "expected",
    "pace",
    "pace_word",
    "due",
    "overdue",
    "last_update",
    "stale",
    "disputed",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def row(item: Assessment) -> list[Cell]:
    """One item, in the order of ``COLUMNS``."""
    term, standing = item.commitment, item.standing
    return [
        term.id,
        term.title,
        term.pillar,
        term.headline,
        "+".join(term.owed_by),
        item.status,
        t.day(item.status_by.date) if item.status_by else "",
        standing.value,
        t.day(standing.through),
        standing.target,
        standing.unit,
        t.ratio(standing.progress),
        t.ratio(standing.expected),
        t.ratio(standing.pace),
        standing.word,
        t.day(term.due),
        item.overdue,
        t.day(item.last_update),
        item.stale,
        item.disputed,
    ]


def safe(cell: Cell) -> str:
    """A cell as text. A text that a spreadsheet would compute gets an apostrophe before it; a number never does."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal | int):
        return t.plain_number(Decimal(cell))
    text = t.one_line(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def write(header: Sequence[str], rows: Iterable[Sequence[Cell]], *, excel: bool = False) -> bytes:
    """RFC 4180 in UTF-8; ``excel`` adds the byte-order mark without which Excel garbles Korean."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n" if excel else "\n")
    writer.writerow(header)
    writer.writerows([safe(cell) for cell in cells] for cells in rows)
    return out.getvalue().encode("utf-8-sig" if excel else "utf-8")


def listing(items: Iterable[Assessment], *, excel: bool = False) -> bytes:
    """One row an item."""
    return write(COLUMNS, map(row, items), excel=excel)


def report(content: Report, *, watch: Watch = iter, long: bool = False, excel: bool = False) -> bytes:
    """The report as a table: one row an item, or (``long``) one row an event, newest first, withdrawn ones marked."""
    if not long:
        items = [item for _, members in ordered(content.picture.items) for item in members]
        return listing(watch(items), excel=excel)
    # Imported here: an event has the columns of `log`, which itself writes with this module.
    from factsheet.render import log

    return write(log.COLUMNS, map(log.csv_row, content.records), excel=excel)
