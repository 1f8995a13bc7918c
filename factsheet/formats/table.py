"""The list as a table: for a terminal one that fits its width, for a pipe plain lines with nothing
left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from factsheet.assess.accounts import accounts
from factsheet.assess.snapshot import Assessment, Snapshot, ordered
from factsheet.inert import one_line
from factsheet.report import words as t
from factsheet.report.history import Event, also_text, summary

if TYPE_CHECKING:
    from rich.console import Group, RenderableType
    from rich.text import Text


@dataclass(frozen=True, slots=True)
class Column:
    """One column; the higher ``drop``, the sooner a narrow terminal loses it (0 stays)."""

    name: str
    cell: Callable[[Assessment], str]
    drop: int = 0
    least: int = 0


COLUMNS = (
    Column("item", lambda item: item.commitment.id),
    Column("title", lambda item: one_line(item.commitment.title), drop=4, least=24),
    Column("owed by", lambda item: "+".join(item.commitment.owed_by), drop=5),
    Column("status", lambda item: item.status),
    Column("progress", t.progress_text, drop=1),
    Column("value", t.value_text, drop=7),
    Column("pace", t.pace_word, drop=2),
    Column("ratio", t.pace_ratio, drop=8),
    Column("due", t.due_text, drop=3),
    Column("last evidence", t.evidence_text, drop=6),
)
DUE = next(index for index, column in enumerate(COLUMNS) if column.name == "due")
TITLE = next(index for index, column in enumerate(COLUMNS) if column.name == "title")
GAP = 2
BAR = 10


def plain(snapshot: Snapshot, items: Sequence[Assessment], *, unicode: bool) -> str:
    """One line an item, every column, nothing truncated; then, after an empty line, the dates and a
    line a party.
    """
    rows = [[column.cell(item) for column in COLUMNS] for item in items]
    head = [column.name.upper() for column in COLUMNS]
    widths = [max(map(t.cells, cells)) for cells in zip(head, *rows, strict=True)]
    lines = [
        (" " * GAP)
        .join(cell + " " * (width - t.cells(cell)) for cell, width in zip(row, widths, strict=True))
        .rstrip()
        for row in [head, *rows]
    ]
    text = "\n".join(
        [*lines, "", t.dates_line(snapshot), *map(t.account_line, accounts(snapshot)), ""]
    )
    return text if unicode else text.replace("≥", ">=").replace("–", "-")


def bar(item: Assessment, width: int, unicode: bool) -> list[tuple[str, str]]:
    """A bar as (text, style) runs: what is done, and a mark where the item should be by its
    data-through date.
    """
    full, rest, mark = ("━", "─", "┃") if unicode else ("#", "-", "|")
    made = item.measurement
    share = made.share
    if made.bounded:
        full = "▪" if unicode else "="
    if share is None:
        return [(" " * width, "")]
    filled = int(min(max(share, Decimal(0)), Decimal(1)) * width)
    style = t.PACE_STYLES.get(made.word, "cyan")
    cells = [(full, style) if index < filled else (rest, "bright_black") for index in range(width)]
    if made.expected is not None and not made.bounded:
        at = min(int(min(max(made.expected, Decimal(0)), Decimal(1)) * width), width - 1)
        cells[at] = (mark, f"bold {cells[at][1]}" if at < filled else "bold")
    return cells


def fit(widths: Sequence[int], room: int) -> tuple[list[int], int]:
    """Indices of the columns that fit into ``room`` cells and the width left for the title (its
    natural width at most).
    """
    kept = list(range(len(COLUMNS)))

    def total(title_width: int) -> int:
        return sum(title_width if index == TITLE else widths[index] for index in kept) + GAP * (
            len(kept) - 1
        )

    while total(min(COLUMNS[TITLE].least, widths[TITLE])) > room:
        droppable = [index for index in kept if COLUMNS[index].drop]
        if not droppable:
            break
        kept.remove(max(droppable, key=lambda index: COLUMNS[index].drop))
    spare = room - total(0) if TITLE in kept else 0
    return kept, min(max(spare, 0), widths[TITLE])


def terminal(
    snapshot: Snapshot, items: Sequence[Assessment], *, width: int, unicode: bool, grouped: bool
) -> Group:
    """The list on a screen: title, dates, a table a group with aligned columns within ``width``
    cells, what each party owes.
    """
    # Imported here: a pipe needs none of it.
    from rich.console import Group
    from rich.text import Text

    natural = []
    for column in COLUMNS:
        widest = max([t.cells(column.name), *(t.cells(column.cell(item)) for item in items)])
        natural.append(widest + {"status": 2, "progress": BAR + 1}.get(column.name, 0))
    kept, title_width = fit(natural, width)
    natural[TITLE] = title_width
    late = DUE not in kept  # where there is no room for the day, that it has passed is still said
    over = sum(natural[index] for index in kept) + GAP * (len(kept) - 1) - width
    if over > 0:
        natural[0] = max(natural[0] - over, 6)

    def line(cells: Iterable[Text]) -> Text:
        # Every width is known by now. rich.table would measure, wrap and frame each cell again,
        # which takes three times as long.
        row = Text(" " * GAP, no_wrap=True, overflow="crop").join(
            _fitted(cell, natural[index], unicode) for index, cell in zip(kept, cells, strict=True)
        )
        row.rstrip()
        return row

    parts: list[RenderableType] = [
        Text(one_line(snapshot.dataset.agreement.title), style="bold"),
        Text(t.dates_line(snapshot), style="bright_black"),
        Text(),
        line(Text(COLUMNS[index].name, style="bold") for index in kept),
    ]
    for group, members in ordered(items) if grouped else [("", list(items))]:
        if grouped:
            parts += [Text(), Text(t.group_title(group), style="bold underline")]
        parts += [
            line(Text.assemble(*_styled(COLUMNS[index], item, unicode, late)) for index in kept)
            for item in members
        ]
    parts += [Text(), *(Text(t.account_line(account)) for account in accounts(snapshot))]
    if any(item.measurement.expected is not None for item in items):
        mark = "┃" if unicode else "|"
        parts.append(
            Text(
                f"{mark} in a bar: where the item should be by its data-through date",
                style="bright_black",
            )
        )
    return Group(*parts)


def _fitted(cell: Text, width: int, unicode: bool) -> Text:
    cell.truncate(width, overflow="ellipsis" if unicode else "crop", pad=True)
    return cell


def _styled(column: Column, item: Assessment, unicode: bool, late: bool) -> list[tuple[str, str]]:
    text = column.cell(item)
    match column.name:
        case "item":
            return [(text, "bold" if item.commitment.headline else "")]
        case "status":
            sign = t.SIGNS[item.status]
            return [(f"{sign.unicode if unicode else sign.ascii} {text}", sign.style)]
        case "progress":
            return [*bar(item, BAR, unicode), (f" {text}", "")]
        case "pace":
            runs = [(text, t.PACE_STYLES.get(item.measurement.word, "bright_black"))]
            return [*runs, (" late" if text else "late", "red")] if late and item.overdue else runs
        case "due":
            return [(text, "red" if item.overdue else "")]
        case "last evidence":
            return [(text, "yellow" if item.stale or item.disputed else "")]
    return [(text, "")]


def log(found: Sequence[Event]) -> str:
    """One event a line, nothing truncated; below it the other commitments that it bears on."""
    width = max((len(event.main.item.commitment.id) for event in found), default=0)
    lines = []
    for event in found:
        update, name = event.update, event.main.item.commitment.id
        lines.append(f"{update.date}  {name:<{width}}  {update.id}  {summary(event.main)}\n")
        if others := also_text(event):
            lines.append(f"            also: {others}\n")
    return "".join(lines)
