"""CSV for spreadsheets and scripts: numbers stay numbers, and no text cell can act as a formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from factsheet.model import Source
from factsheet.progress import Assessment, ordered
from factsheet.render import text as t
from factsheet.render.records import Record
from factsheet.render.rows import ITEM, RECORD, Value

if TYPE_CHECKING:
    from factsheet.render.report import Report, Watch

Cell = str | bool | Decimal | dt.date | None
_Thing = TypeVar("_Thing")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def cells(thing: _Thing, columns: Mapping[str, Callable[[_Thing], Value]]) -> list[Cell]:
    """A row of ``rows`` with one value a cell: parties are joined by a plus, several words or addresses by spaces."""
    return [_cell(column(thing), "+" if name == "owed_by" else " ") for name, column in columns.items()]


def _cell(value: Value, joint: str) -> Cell:
    if not isinstance(value, tuple):
        return value
    return joint.join(each.url if isinstance(each, Source) else each for each in value)


def safe(cell: Cell) -> str:
    """A cell as text. A text that a spreadsheet would compute gets an apostrophe before it; a number never does."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return t.plain_number(cell)
    if isinstance(cell, dt.date):
        return t.day(cell)
    # Where Excel splits at semicolons, what follows one begins a cell.
    text = re.sub(r"(;)(?=[=+\-@])", r"\1'", t.one_line(cell))
    return f"'{text}" if text.startswith(_FORMULA) else text


def _write(things: Iterable[_Thing], columns: Mapping[str, Callable[[_Thing], Value]], excel: bool) -> bytes:
    """RFC 4180 in UTF-8; ``excel`` adds the byte-order mark without which Excel garbles Korean."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n" if excel else "\n")
    writer.writerow(columns)
    writer.writerows(map(safe, cells(thing, columns)) for thing in things)
    return out.getvalue().encode("utf-8-sig" if excel else "utf-8")


def listing(items: Iterable[Assessment], *, excel: bool = False) -> bytes:
    """One row an item."""
    return _write(items, ITEM, excel)


def events(records: Iterable[Record], *, excel: bool = False) -> bytes:
    """One row a record."""
    return _write(records, RECORD, excel)


def report(content: Report, *, watch: Watch = iter, long: bool = False, excel: bool = False) -> bytes:
    """The report as a table: one row an item, or (``long``) one row an event, newest first, withdrawn ones marked."""
    if long:
        return events(content.records, excel=excel)
    items = [item for _, members in ordered(content.picture.items) for item in members]
    return listing(watch(items), excel=excel)
