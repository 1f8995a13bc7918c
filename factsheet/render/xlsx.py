"""The report as a workbook: real dates and numbers, and no text cell that a spreadsheet would compute."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import zipfile
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from factsheet.progress import ordered
from factsheet.render import text as t
from factsheet.render.csv import cells as row
from factsheet.render.rows import ITEM, RECORD

if TYPE_CHECKING:
    from factsheet.render.report import Report, Watch

LONGEST_CELL = 32_767
"""Characters that a cell can hold; a longer text ends in an ellipsis."""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the archive: the first that a zip can say."""
FIRST_DAY = dt.date(1900, 3, 1)
"""Before it, spreadsheets count days that never were; such a date stays text."""
_UNWRITABLE = re.compile("[\ufffe\uffff]")
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_SHARES = frozenset({"progress", "expected"})


def report(content: Report, *, watch: Watch = iter) -> bytes:
    """The workbook: sheets for items, history, what needs attention, and method. The same content gives the same bytes."""
    # lxml, where a machine has it, would write other bytes than the standard library.
    os.environ["OPENPYXL_LXML"] = "False"
    # Imported here: an optional extra, and slow to start.
    from openpyxl import Workbook

    picture = content.picture
    book = Workbook(write_only=True)
    book.properties.creator = "factsheet"
    book.properties.title = t.one_line(content.title)
    items = [item for _, members in ordered(picture.items) for item in members]
    _sheet(book, "Items", ITEM, (row(item, ITEM) for item in watch(items)), [24, 52])
    _sheet(book, "History", RECORD, (row(record, RECORD) for record in content.records), [24, 11, 12, 12, 21, 16, 18, 10, 14, 80])
    news = [("attention", group) for group in content.attention]
    news += [(f"changed since {content.changes.since}", group) for group in content.changes.groups] if content.changes else []
    lines = [
        (kind, group.title, line.ref.id, line.ref.title, line.date, line.text) for kind, group in news for line in group.lines
    ]
    _sheet(book, "News", ("section", "group", "item", "title", "date", "text"), lines, [22, 22, 24, 52, 12, 80])
    corrections = [(line.ref.id, line.ref.title, line.date, line.text) for line in content.corrections.lines]
    _sheet(book, "Corrections", ("item", "title", "date", "text"), corrections, [24, 52, 12, 80])
    about: list[tuple[str, str]] = [("title", content.title), *content.identity, ("summary", content.summary)]
    about += [("", paragraph) for paragraph in content.method]
    about += [(f"pace: {word}", means) for word, means in content.thresholds]
    about += [(f"status: {word}", means) for word, means in content.meanings]
    _sheet(book, "Method", ("about", "text"), about, [26, 120])
    return _reproducible(book)


def _sheet(book: Any, title: str, header: Collection[str], rows: Iterable[Sequence[Any]], widths: Sequence[int]) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for index in range(len(header)):
        sheet.column_dimensions[get_column_letter(index + 1)].width = widths[index] if index < len(widths) else 13
    bold, wrapped = Font(bold=True), Alignment(wrap_text=True, vertical="top")

    def cell(value: Any, name: str) -> Any:
        value, shown = _typed(value, name)
        made = WriteOnlyCell(sheet, value=value)
        if isinstance(value, str):
            # Never a formula, whatever it begins with; openpyxl would take "=1+1" for one.
            made.data_type = "s"
            if len(value) > 60:
                made.alignment = wrapped
        elif shown:
            made.number_format = shown
        return made

    heads = []
    for name in header:
        made = WriteOnlyCell(sheet, value=name.replace("_", " "))
        made.font = bold
        heads.append(made)
    sheet.append(heads)
    count = 1
    for cells in rows:
        sheet.append([cell(value, name) for value, name in zip(cells, header, strict=True)])
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}{count}"


def _typed(value: Any, name: str) -> tuple[Any, str]:
    """A cell's value and number format. Numbers stay decimals, ISO dates become dates."""
    if isinstance(value, Decimal):
        return value, "0%" if name in _SHARES else "#,##0.####" if value != value.to_integral_value() else "#,##0"
    if isinstance(value, dt.date):
        return (value, "yyyy-mm-dd") if value >= FIRST_DAY else (t.day(value), "")
    if isinstance(value, str):
        # Excel reads _x202E_ as the character of that number.
        text = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", _UNWRITABLE.sub("\ufffd", t.one_line(value)))
        return (text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…") or None, ""
    return value, ""


def _reproducible(book: Any) -> bytes:
    """The saved workbook without the clock: fixed times in the archive and in the properties, and nothing compressed.

    Compressed bytes would depend on the version of zlib that a machine has.
    """
    saved, out = io.BytesIO(), io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for name in sorted(old.namelist(), key=lambda each: (each != "[Content_Types].xml", each)):
            data = old.read(name)
            if name == "docProps/core.xml":
                data = _STAMP.sub(rb"\g<1>1980-01-01T00:00:00Z", data)
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system, entry.external_attr = 0, 0
            new.writestr(entry, data)
    return out.getvalue()
