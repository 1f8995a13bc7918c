"""The report as a workbook: real dates and numbers, no text that a spreadsheet would run."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from factsheet.assess.snapshot import ordered
from factsheet.formats.csv import cells
from factsheet.inert import one_line
from factsheet.report import words as t
from factsheet.report.columns import ITEM, RECORD, SOURCE, Columns
from factsheet.report.highlights import Line, also_line
from factsheet.report.speech import _, manner, say, word

if TYPE_CHECKING:
    from factsheet.assess.snapshot import Assessment
    from factsheet.report.cited import Cited
    from factsheet.report.content import Report, Watch
    from factsheet.report.history import Record

LONGEST_CELL = 32_767
"""UTF-16 units that a cell can hold; a longer text ends in an ellipsis."""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of everything in the archive: the first that a zip can say."""
FIRST_DAY = dt.date(1900, 3, 1)
"""Before it, spreadsheets count days that never were; such a date stays text."""
WRAPPED_FROM = 60
_UNWRITABLE = re.compile("[\ufffe\uffff]")
_SHARES = frozenset({"progress", "expected"})

# People read a workbook: its codes are spoken, where csv and json keep them.
_ITEM: Final[Columns[Assessment]] = {
    **ITEM,
    "pillar": replace(ITEM["pillar"], read=lambda item: word("pillar", item.commitment.pillar)),
    "owed_by": replace(ITEM["owed_by"], read=lambda item: t.parties(item.commitment.owed_by)),
    "status": replace(ITEM["status"], read=lambda item: t.status(item.status)),
    "unit": replace(ITEM["unit"], read=lambda item: _called("unit", t.unit_word(item.measurement))),
    "pace_word": replace(
        ITEM["pace_word"],
        read=lambda item: t.pace(item.measurement.word, item.measurement.goal),
    ),
}
_RECORD: Final[Columns[Record]] = {
    **RECORD,
    "status": replace(RECORD["status"], read=lambda each: _called("status", each.update.status)),
}
_SOURCE: Final[Columns[Cited]] = {
    **SOURCE,
    "kind": replace(SOURCE["kind"], read=lambda each: _called("source", each.source.kind)),
    "result": replace(SOURCE["result"], read=lambda each: _called("result", each.state.result)),
}
NEWS: Final = ("section", "group", "item", "title", "date", "text")
METHOD: Final = ("about", "text")


def _called(kind: str, code: str | None) -> str | None:
    return code and word(kind, code)


def report(content: Report, *, watch: Watch = iter) -> bytes:
    """The workbook: sheets for items, history, sources, news, corrections and method.

    The same content gives the same bytes.
    """
    # Imported here: an optional extra.
    from xlsxwriter import Workbook

    snapshot, saved = content.snapshot, io.BytesIO()
    book = Workbook(saved, {"in_memory": True, "strings_to_urls": False})
    created = dt.datetime(*EPOCH, tzinfo=dt.UTC)
    title = one_line(content.title)
    book.set_properties({"author": "factsheet", "title": title[:255], "created": created})
    sheets = _Sheets(book)
    items = [item for _group, members in ordered(snapshot.items) for item in members]
    sheets.add(
        word("sheet", "Items"), _ITEM, (cells(item, _ITEM) for item in watch(items)), [24, 52]
    )
    widths = [24, 11, 12, 12, 21, 16, 18, 10, 14, 80]
    sheets.add(_("History"), _RECORD, (cells(each, _RECORD) for each in content.records), widths)
    widths = [60, 40, 24, 11, 11, 30, 20, 12, 10, 11, 12, 40, 60]
    sheets.add(_("Sources"), _SOURCE, (cells(each, _SOURCE) for each in content.cited), widths)
    news = [(_("attention"), group) for group in content.attention]
    if changes := content.changes:
        since = say("changed since {date}", date=t.date(changes.since))
        news += [(since, group) for group in changes.groups]
    rows = [
        (section, group.title, line.ref.id, line.ref.title, line.date, _told(line))
        for section, group in news
        for line in group.lines
    ]
    sheets.add(_("News"), NEWS, rows, [22, 22, 24, 52, 12, 80])
    lines = content.corrections.lines
    corrections = [(line.ref.id, line.ref.title, line.date, _told(line)) for line in lines]
    sheets.add(_("Corrections"), NEWS[2:], corrections, [24, 52, 12, 80])
    pace, status = _("pace"), _("status")
    about: list[tuple[str, str]] = [(_("title"), content.title), *content.identity]
    about += [(_("summary"), content.summary), *(("", paragraph) for paragraph in content.method)]
    about += [(f"{pace}: {called}", means) for called, means in content.thresholds]
    about += [(f"{status}: {t.status_and_code(code)}", means) for code, means in content.meanings]
    sheets.add(_("Method"), METHOD, about, [26, 120])
    book.close()
    return _stored(saved)


def _told(line: Line) -> str:
    return "; ".join(filter(None, (line.text, also_line(line))))


class _Sheets:
    """The sheets of a book, each with a header that stays in sight and a filter."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._head = book.add_format({"bold": True})
        self._wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self._formats: dict[str, Any] = {}

    def add(
        self,
        title: str,
        header: Collection[str],
        rows: Iterable[Sequence[Any]],
        widths: Sequence[int],
    ) -> None:
        """Write a sheet row by row."""
        sheet = self._book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        names = list(header)
        for column, name in enumerate(names):
            # Hangul is twice as wide as a letter.
            width = widths[column] if column < len(widths) else 17 if manner() else 13
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, word("column", name).replace("_", " "), self._head)
        row = 0
        for row, values in enumerate(rows, start=1):
            for column, (value, name) in enumerate(zip(values, names, strict=True)):
                self._write(sheet, row, column, value, name)
        sheet.autofilter(0, 0, row, len(names) - 1)

    def _write(self, sheet: Any, row: int, column: int, value: Any, name: str) -> None:
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, Decimal):
            whole = value == value.to_integral_value()
            shown = _percent(value) if name in _SHARES else "#,##0" if whole else "#,##0.####"
            sheet.write_number(row, column, value, self._format(shown))
        elif isinstance(value, dt.date) and value >= FIRST_DAY:
            sheet.write_datetime(row, column, value, self._format(_("yyyy-mm-dd")))
        elif value not in (None, ""):
            # Never a formula or a link, whatever it begins with.
            text = cell_text(t.date(value) if isinstance(value, dt.date) else value)
            length = t.cells(text) if manner() else len(text)
            sheet.write_string(row, column, text, self._wrap if length > WRAPPED_FROM else None)

    def _format(self, shown: str) -> Any:
        if shown not in self._formats:
            self._formats[shown] = self._book.add_format({"num_format": shown})
        return self._formats[shown]


def _percent(share: Decimal) -> str:
    """A format whose decimals keep a share from rounding up to done or down to nothing."""
    decimals = 1
    # From one on, however large, nothing is a false all or a false nothing.
    while abs(share) < 1 and decimals < 9:
        shown = round(share * 100, decimals)
        if not (shown == 100 and share < 1) and not (shown == 0 and share):
            break
        decimals += 1
    return f"0.{'0' * decimals}%"


def cell_text(value: str) -> str:
    """A text that a cell can hold: its length is counted in UTF-16 units."""
    # Excel reads _x202E_ as the character of that number.
    text = _UNWRITABLE.sub("\ufffd", one_line(value))
    text = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    data = text.encode("utf-16-le", "surrogatepass")
    if len(data) <= 2 * LONGEST_CELL:
        return text
    return data[: 2 * (LONGEST_CELL - 1)].decode("utf-16-le", "ignore") + "…"


def _stored(saved: io.BytesIO) -> bytes:
    """The workbook with nothing compressed and no clock.

    Compressed bytes would depend on the version of zlib that a machine has.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system, entry.external_attr = 0, 0
            new.writestr(entry, old.read(name))
    return out.getvalue()
