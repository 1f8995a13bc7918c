"""CSV for spreadsheets and scripts: numbers stay numbers, and no text cell can act as a formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from factsheet.assess.pace import Point
from factsheet.assess.snapshot import ordered
from factsheet.inert import one_line
from factsheet.model import Source
from factsheet.report import quantities as q
from factsheet.report import words as t
from factsheet.report.cited import Cited
from factsheet.report.columns import CITATION, ITEM, RECORD, SOURCE, Columns, Quoted, Value
from factsheet.report.history import Event, Record

if TYPE_CHECKING:
    from factsheet.assess.snapshot import Snapshot
    from factsheet.report.content import Listing, Report, Watch

Cell = str | bool | Decimal | dt.date | None
_Thing = TypeVar("_Thing")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def cells(thing: _Thing, columns: Columns[_Thing]) -> list[Cell]:
    """A row with one value a cell.

    Parties are joined by a plus, several words or addresses by spaces.
    """
    return [
        _cell(column(thing), "+" if name == "owed_by" else " ") for name, column in columns.items()
    ]


def _cell(value: Value, joint: str) -> Cell:
    if not isinstance(value, tuple):
        return value
    return joint.join(_word(each) for each in value)


def _word(each: str | Source | Point) -> str:
    if isinstance(each, Source):
        return each.url
    return f"{each[0]}={q.plain_number(each[1])}" if isinstance(each, tuple) else each


def safe(cell: Cell) -> str:
    """A cell as text.

    A text that a spreadsheet would compute gets an apostrophe before it; a number never does.
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return q.plain_number(cell)
    if isinstance(cell, dt.date):
        return t.day(cell)
    # Where Excel splits at semicolons, what follows one begins a cell.
    text = re.sub(r"(;)(?=[=+\-@])", r"\1'", one_line(cell))
    return f"'{text}" if text.startswith(_FORMULA) else text


_DIGITS = re.compile(r"[+-]?[0-9]+(?:[.][0-9]+)?(?:[eE][+-]?[0-9]+)?")


def _for_excel(cell: Cell) -> str:
    """``safe``, and a text that looks like a number stays the text that it is."""
    text = safe(cell)
    return f'="{text}"' if isinstance(cell, str) and _DIGITS.fullmatch(text) else text


def _write(things: Iterable[_Thing], columns: Columns[_Thing], excel: bool) -> bytes:
    """RFC 4180 in UTF-8; ``excel`` adds the byte-order mark without which Excel garbles Korean."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n" if excel else "\n")
    writer.writerow(columns)
    spell = _for_excel if excel else safe
    writer.writerows(map(spell, cells(thing, columns)) for thing in things)
    return out.getvalue().encode("utf-8-sig" if excel else "utf-8")


def listing(listed: Listing, *, excel: bool = False) -> bytes:
    """One row an item."""
    return _write(listed.items, ITEM, excel)


def events(found: Iterable[Event], snapshot: Snapshot, *, excel: bool = False) -> bytes:
    """One row a record: an event has as many as there are commitments that it bears on."""
    return records((record for event in found for record in event.records), excel=excel)


def records(found: Iterable[Record], *, excel: bool = False) -> bytes:
    """One row a record."""
    return _write(found, RECORD, excel)


def citations(found: Iterable[Quoted]) -> bytes:
    """One row a source and what cites it."""
    return _write(found, CITATION, False)


def sources(found: Iterable[Cited], snapshot: Snapshot, *, excel: bool = False) -> bytes:
    """One row an address."""
    return _write(found, SOURCE, excel)


def report(content: Report, *, watch: Watch = iter, excel: bool = False) -> bytes:
    """The report as a table: one row an item."""
    items = [item for _, members in ordered(content.snapshot.items) for item in members]
    return _write(watch(items), ITEM, excel)
