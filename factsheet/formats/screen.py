"""The list, the log and the agenda on a screen: in colour, in its width, the figures first.

Every row is laid out here: rich.table would measure, wrap and frame each cell again, which takes
three times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from factsheet.assess.accounts import accounts
from factsheet.assess.agenda import due_between
from factsheet.assess.snapshot import Assessment, Snapshot, ordered
from factsheet.inert import one_line
from factsheet.report import quantities as q
from factsheet.report import words as t
from factsheet.report.highlights import REASONS, why_text
from factsheet.report.history import Event, also_text, summary
from factsheet.report.speech import ENGLISH, N_, _, language, manner

if TYPE_CHECKING:
    import datetime as dt

    from factsheet.report.highlights import Agenda

Runs = list[tuple[str, str]]
"""Text with its style, piece by piece."""

GAP = 2
BAR, SHORTEST_BAR, SHORTEST_TITLE = 10, 5, 24
SHORTEST_ITEM = 6
SHORTEST_NAME = 32
"""Cells of a title that names an item, where ids do not: sixteen letters of Hangul."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the list; the higher ``drop``, the sooner it has no room (0 stays)."""

    name: str
    cell: Callable[[Assessment, dt.date], str]
    drop: int = 0


def _value(item: Assessment) -> str:
    """Where the measure stands; where amounts are long, the unit once: 24억/3,500억 달러."""
    made = item.measurement
    if manner() is None or made.target is None or made.counted or made.baseline is not None:
        return t.value_text(item) or t.counted_text(item)
    value = "–" if made.value is None else q.compact(made.value)
    return f"{value}/{q.amount(made.target, made.unit)}"


COLUMNS: Final = (
    Column(N_("item"), lambda item, day: item.commitment.id),
    Column(N_("title"), lambda item, day: one_line(item.commitment.title), drop=8),
    Column(N_("owed by"), lambda item, day: t.parties(item.commitment.owed_by), drop=6),
    Column(N_("status"), lambda item, day: t.status(item.status)),
    Column("bar", lambda item, day: "", drop=3),
    Column(N_("progress"), lambda item, day: t.share_text(item), drop=4),
    Column(N_("value"), lambda item, day: _value(item), drop=1),
    Column(N_("pace"), lambda item, day: t.pace_word(item), drop=5),
    Column(N_("ratio"), lambda item, day: t.pace_ratio(item), drop=9),
    Column(N_("due"), lambda item, day: t.due_text(item), drop=7),
    Column(N_("age"), lambda item, day: t.age_text(item, day), drop=2),
)


def bar(item: Assessment, width: int, unicode: bool) -> Runs:
    """What is done, and a mark where the item should be by its data-through date.

    Half a cell is the least that is drawn of something, and less than all is never all. The mark of
    what is ahead stands in the filled part, that of what is behind beyond it: no filled cell is
    hidden.
    """
    full, half, rest, mark, passed = "━╸─┃╋" if unicode else "#:-|+"
    made = item.measurement
    if made.share is None:
        return [(" " * width, "")]
    share = min(max(made.share, Decimal(0)), Decimal(1))
    if made.bounded:
        full, half = ("▪", "▪") if unicode else ("=", "=")
    halves = int(share * 2 * width)
    if 0 < share < 1:
        halves = min(max(halves, 1), 2 * width - 1)
    # Where nothing was expected yet there is nothing to mark.
    expected = None if made.bounded else made.expected or None
    ahead = expected is None or made.share >= expected
    if not ahead:
        halves = min(halves, 2 * width - 2)  # room for the mark
    elif expected is not None:
        halves = max(halves, 2)
    style = t.PACE_STYLES.get(made.word, "cyan")
    filled = halves // 2
    cells = [(full, style)] * filled + [(half, style)] * (halves % 2)
    cells += [(rest, "bright_black")] * (width - len(cells))
    if expected is not None:
        at = min(int(min(max(expected, Decimal(0)), Decimal(1)) * width), width - 1)
        if ahead:
            cells[min(at, filled - 1)] = (passed, f"bold {style}")
        else:
            cells[max(at, -(-halves // 2))] = (mark, "bold")
    return cells


def _columns(until: dt.date | None) -> list[Column]:
    """The columns of a list. Whoever asks what is due ``until`` a day is told which day it is."""
    # An id is English: in another language the title is what names an item.
    other = {"title": 0, "item": 2} if language() != ENGLISH else {}
    columns = [replace(each, drop=other.get(each.name, each.drop)) for each in COLUMNS]
    if until is None:
        return columns

    def due(item: Assessment, day: dt.date) -> str:
        return t.date(due_between(item, day, until))

    return [replace(each, cell=due, drop=0) if each.name == "due" else each for each in columns]


def fit(columns: Sequence[Column], widths: Sequence[int], room: int) -> list[int]:
    """Indices of the columns that fit into ``room`` cells with title and bar at their shortest."""
    least = [_shortest(columns[at], width) for at, width in enumerate(widths)]
    kept = [at for at, column in enumerate(columns) if not column.drop and widths[at]]
    used = sum(least[at] for at in kept) + GAP * (len(kept) - 1)
    for at in sorted(range(len(columns)), key=lambda at: columns[at].drop):
        if columns[at].drop and widths[at] and used + GAP + least[at] <= room:
            kept.append(at)
            used += GAP + least[at]
    return sorted(kept)


def _shortest(column: Column, width: int) -> int:
    """To how many cells a column may be cut, of so many."""
    title = SHORTEST_TITLE if language() == ENGLISH else SHORTEST_NAME
    return min(width, {"title": title, "bar": SHORTEST_BAR}.get(column.name, width))


def _widths(kept: Sequence[int], natural: list[int], room: int) -> dict[int, int]:
    """How wide each kept column is: first the bar, then the title take what is left."""
    widths = {at: _shortest(COLUMNS[at], natural[at]) for at in kept}
    spare = room - sum(widths.values()) - GAP * (len(kept) - 1)
    for name in ("bar", "title"):
        for at in kept:
            if COLUMNS[at].name == name and spare > 0:
                more = min(spare, natural[at] - widths[at])
                widths[at] += more
                spare -= more
    if spare < 0:
        widths[kept[0]] = max(widths[kept[0]] + spare, SHORTEST_ITEM)
    return widths


def listing(
    snapshot: Snapshot,
    items: Sequence[Assessment],
    *,
    width: int,
    unicode: bool,
    grouped: bool,
    until: dt.date | None = None,
) -> Group:
    """The list: title, dates, a table a group with aligned columns, what each party owes.

    ``until`` is the day that it was limited to, where it holds what is due until then.
    """
    day = snapshot.as_of
    columns = _columns(until)
    natural = []
    for column in columns:
        said = [_plain(column, item, day) for item in items]
        widest = max(map(t.cells, said), default=0)
        natural.append(max(widest, t.cells(_(column.name))) if widest else 0)
    names = [column.name for column in columns]
    bars = any(item.measurement.share is not None for item in items)
    natural[names.index("bar")] = BAR if bars else 0
    kept = fit(columns, natural, width)
    widths = _widths(kept, natural, width)
    # That a day has passed is said, room for it or not.
    late = until is not None or names.index("due") not in kept

    def line(cells: Sequence[Text]) -> Text:
        row = Text(" " * GAP, no_wrap=True, overflow="crop").join(
            _fitted(cell, widths[at], unicode) for at, cell in zip(kept, cells, strict=True)
        )
        row.rstrip()
        return row

    parts: list[RenderableType] = [
        Text(one_line(snapshot.dataset.agreement.title), style="bold"),
        Text(t.dates_line(snapshot), style="bright_black"),
        Text(),
        line([Text("" if names[at] == "bar" else _(names[at]), style="bold") for at in kept]),
    ]
    for group, members in ordered(items) if grouped else [("", list(items))]:
        if grouped:
            parts += [Text(), Text(t.group_title(group), style="bold underline")]
        for item in members:
            runs = [_styled(columns[at], item, day, widths[at], unicode, late) for at in kept]
            parts.append(line([Text.assemble(*each) for each in runs]))
    listed = t.listed_text(snapshot, len(items))
    parts += [Text(), *([Text(listed)] if listed else [])]
    parts += [Text(t.account_line(account)) for account in accounts(snapshot.only(items))]
    if names.index("bar") in kept and any(
        item.measurement.expected is not None and not item.measurement.bounded for item in items
    ):
        mark, passed = "┃╋" if unicode else "|+"
        where = _(
            "in a bar: where the item should be by its data-through date, not reached or passed"
        )
        parts.append(Text(f"{mark} {passed} {where}", style="bright_black"))
    return Group(*parts)


def _plain(column: Column, item: Assessment, day: dt.date) -> str:
    if column.name == "status":
        status = t.status(item.status)
        return f"  {status}" + (" " + _("late") if item.overdue else "")
    return column.cell(item, day)


def _fitted(cell: Text, width: int, unicode: bool) -> Text:
    cell.truncate(width, overflow="ellipsis" if unicode else "crop", pad=True)
    if cell.plain.endswith(" …") and language() != ENGLISH:
        # Half a letter of Hangul was left as a blank before the ellipsis.
        cell.plain = t.padded(f"{cell.plain[:-1].rstrip()}…", width)
    return cell


def _styled(
    column: Column, item: Assessment, day: dt.date, width: int, unicode: bool, late: bool
) -> Runs:
    text = column.cell(item, day)
    if not unicode:
        text = text.replace("≥", ">=").replace("–", "-")
    match column.name:
        case "item":
            return [(text, "bold" if item.commitment.headline else "")]
        case "status":
            sign = t.SIGNS[item.status]
            runs = [(f"{sign.unicode if unicode else sign.ascii} {text}", sign.style)]
            return [*runs, (" " + _("late"), "red")] if late and item.overdue else runs
        case "bar":
            return bar(item, width, unicode)
        case "pace":
            return [(text, t.PACE_STYLES.get(item.measurement.word, "bright_black"))]
        case "due":
            return [(text, "red" if item.overdue and not late else "")]
        case "age":
            return [(text, "yellow" if item.stale or item.disputed else "")]
    return [(text, "")]


STYLES: Final = {
    "overdue": "bold red",
    "late-step": "red",
    "breached": "bold red",
    "due": "cyan",
    "contradiction": "yellow",
    "disputed": "yellow",
}


def agenda(content: Agenda, *, width: int) -> Group:
    """What to look at, a heading for each reason; words wrap under where they begin."""
    parts: list[RenderableType] = [
        Text(one_line(content.snapshot.dataset.agreement.title), style="bold"),
        Text(t.agenda_line(content.snapshot, content.until), style="bright_black"),
    ]
    names = (len(entry.item.commitment.id) for entry in content.entries)
    item = min(max(names, default=0), max(width // 3, SHORTEST_ITEM))
    days = max([10, *(len(t.date(entry.date)) for entry in content.entries)])
    why = ""
    for entry in content.entries:
        if entry.why != why:
            why = entry.why
            parts += [Text(), Text(_(REASONS[entry.why][0]), style="bold underline")]
        term = entry.item.commitment
        name = Text(term.id, style="bold" if term.headline else "")
        name.truncate(item, overflow="ellipsis", pad=True)
        date = Text(f"{t.date(entry.date) or '–':<{days}}", style=STYLES.get(entry.why, ""))
        said = why_text(entry, content.snapshot)
        owed = t.parties(term.owed_by)
        parts += _hanging([date, name], f"{said} ({owed})", width)
    return Group(*parts)


def _hanging(head: Sequence[Text], said: str, width: int) -> Iterator[RenderableType]:
    """Cells in a row, and words that wrap in a column beside them; below, if that is too narrow."""
    start = Text("  ").join(head)
    start.append("  ")
    left = start.cell_len
    if width - left < SHORTEST_TITLE:
        yield start
        yield Padding(Text(said), (0, 0, 0, 4))
        return
    from rich.console import Console

    lines = Text(said).wrap(Console(width=width), width - left)
    for number, line in enumerate(lines):
        line.rstrip()
        yield Text.assemble(start, line) if not number else Text(" " * left) + line


def page(text: str) -> RenderableType:
    """A page of Markdown. What is too long for a cell of a table is broken, not cut."""
    # Imported here: lists do without.
    from rich.markdown import Markdown, TableElement

    class Grid(TableElement):
        def __rich_console__(self, *asked: Any) -> Iterator[Any]:
            grid: Any
            for grid in super().__rich_console__(*asked):
                for column in grid.columns:
                    column.overflow = "fold"
                yield grid

    class Page(Markdown):
        elements: ClassVar = {**Markdown.elements, "table_open": Grid}

    return Page(text, hyperlinks=False)


def log(found: Sequence[Event]) -> Group:
    """One event after the other, the words below and wrapped at words."""
    parts: list[RenderableType] = []
    for event in found:
        update = event.update
        style = "bright_black" if event.withdrawn else "bold"
        head = Text.assemble(
            f"{t.date(update.date)}  ",
            (event.main.item.commitment.id, style),
            (f"  {update.id}", "bright_black"),
        )
        parts += [head, Padding(Text(summary(event.main)), (0, 0, 0, 4))]
        if others := also_text(event):
            said = _("also:") + f" {others}"
            parts.append(Padding(Text(said, style="bright_black"), (0, 0, 0, 4)))
    return Group(*parts)
