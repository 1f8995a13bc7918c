"""The cited pages as a table: for a terminal one that fits its width, for a pipe plain lines with
nothing left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from factsheet.inert import one_line
from factsheet.report import words as t
from factsheet.report.cited import Cited, age_text, copied_text, sources_line, used_by

if TYPE_CHECKING:
    from rich.console import Group

_STYLES: Final = {
    "ok": "green",
    "moved": "cyan",
    "gone": "bold red",
    "refused": "yellow",
    "unreachable": "magenta",
    "unchecked": "bright_black",
}


class Column(NamedTuple):
    """One column; the higher ``drop``, the sooner a narrow terminal loses it (0 stays)."""

    name: str
    cell: Callable[[Cited], str]
    drop: int = 0
    most: int = 0
    """Cells that it takes on a screen at most, where that is less than its widest text."""


def _first_user(each: Cited) -> str:
    first, *more = used_by(each)
    return f"{first} +{len(more)}" if more else first


COLUMNS: Final = (
    Column("result", lambda each: each.result),
    Column("checked", lambda each: t.day(each.state.checked), drop=3),
    Column("archived", copied_text, drop=1),
    Column("age", age_text, drop=2),
    Column("kind", lambda each: each.source.kind or "", drop=5),
    Column("publisher", lambda each: one_line(each.source.publisher or ""), drop=4, most=24),
    Column("address", lambda each: one_line(each.source.url)),
    Column("used by", _first_user, most=24),
)
ADDRESS: Final = next(index for index, each in enumerate(COLUMNS) if each.name == "address")
LEAST: Final = 30
"""Cells of an address that tell one page from another; the whole is behind it as a link."""
GAP: Final = 2


def plain(found: Sequence[Cited]) -> str:
    """One line an address, every column, nothing truncated; after an empty line, the counts."""
    rows = [
        [*(column.cell(each) for column in COLUMNS[:-1]), ", ".join(used_by(each))]
        for each in found
    ]
    head = [column.name.upper() for column in COLUMNS]
    widths = [max(map(t.cells, cells)) for cells in zip(head, *rows, strict=True)]
    lines = [
        (" " * GAP)
        .join(cell + " " * (width - t.cells(cell)) for cell, width in zip(row, widths, strict=True))
        .rstrip()
        for row in [head, *rows]
    ]
    return "\n".join([*lines, "", sources_line(found), ""])


def fit(widths: Sequence[int], room: int) -> tuple[list[int], int]:
    """Indices of the columns that fit into ``room`` cells, and the cells left for the address."""
    kept = list(range(len(COLUMNS)))

    def left() -> int:
        return room - sum(widths[i] for i in kept if i != ADDRESS) - GAP * (len(kept) - 1)

    while left() < min(LEAST, widths[ADDRESS]):
        droppable = [index for index in kept if COLUMNS[index].drop]
        if not droppable:
            break
        kept.remove(max(droppable, key=lambda index: COLUMNS[index].drop))
    return kept, max(min(left(), widths[ADDRESS]), 8)


def terminal(found: Sequence[Cited], *, width: int, unicode: bool) -> Group:
    """The addresses on a screen, a line each within ``width`` cells, and the counts."""
    # Imported here: a pipe needs none of it.
    from rich.console import Group
    from rich.style import Style
    from rich.text import Text

    natural = [
        min(
            column.most or width,
            max([t.cells(column.name), *(t.cells(column.cell(each)) for each in found)]),
        )
        for column in COLUMNS
    ]
    kept, natural[ADDRESS] = fit(natural, width)

    def line(cells: Sequence[Text]) -> Text:
        for index, cell in zip(kept, cells, strict=True):
            cell.truncate(natural[index], overflow="ellipsis" if unicode else "crop", pad=True)
        row = Text(" " * GAP, no_wrap=True, overflow="crop").join(cells)
        row.rstrip()
        return row

    def cell(column: Column, each: Cited) -> Text:
        text = column.cell(each)
        match column.name:
            case "result":
                return Text(text, style=_STYLES[each.result])
            case "address":
                return Text(text, style=Style(link=each.source.url))
        return Text(text)

    return Group(
        line([Text(COLUMNS[index].name, style="bold") for index in kept]),
        *(line([cell(COLUMNS[index], each) for index in kept]) for each in found),
        Text(),
        Text(sources_line(found)),
    )
