"""Pictures as inline SVG, each with a text alternative.

They are drawn in percent of the width and in pixels of the height, so they fit a phone, a desk and
a page without their letters shrinking; that is also why no drawing library is used. Colours are
classes, which ``drawing.css`` fills. Whole numbers only, so that every machine draws the same
bytes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from html import escape
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from factsheet.assess.accounts import Account
from factsheet.assess.snapshot import Assessment, Snapshot
from factsheet.formats.lettering import cut
from factsheet.inert import one_line
from factsheet.report import quantities as q
from factsheet.report import words as t
from factsheet.report.facts import chart_words, goal_text
from factsheet.report.history import Record
from factsheet.report.speech import say, word
from factsheet.vocabulary import GROUPS

if TYPE_CHECKING:
    from factsheet.report.content import Report

TOP, BOTTOM, HEIGHT = 26, 132, 168
"""Where the plot begins and ends in a chart of usual height, in pixels from the top."""
NARROW = 280
"""Pixels of a chart on the narrowest phone: a label is cut so that it fits there."""
LETTERS = 12
DOTS = 60
"""No more observations are drawn than this; beyond it they are thinned evenly, the last one always
stays."""
BINS = 110
EDGE = 90
"""Tenths of a percent at either side in which no month has room for its name."""
TEMPLATES: Final = files("factsheet.formats") / "templates"
ROW, ROWS = 38, 16
GROUP_SIGNS = dict(zip(GROUPS, "✔●▶■✖○?·⊘", strict=True))

Point = tuple[dt.date, Decimal]


def _tenths(number: int) -> str:
    """Tenths of a percent as a percentage."""
    return f"{number / 10:.1f}%"


class _Scale:
    """Days to percent across, values to pixels down."""

    def __init__(
        self, days: Sequence[dt.date], levels: Sequence[Decimal], bottom: int = BOTTOM
    ) -> None:
        self.bottom = bottom
        self.first, self.last = min(days), max(days)
        self.low, self.high = min(levels), max(levels)
        self.span = max((self.last - self.first).days, 1)
        self.range = self.high - self.low

    def across(self, day: dt.date) -> int:
        """In tenths of a percent, with room for half a dot at both ends."""
        return 12 + (day - self.first).days * 976 // self.span

    def x(self, day: dt.date) -> str:
        return _tenths(self.across(day))

    def y(self, value: Decimal) -> int:
        if not self.range:
            return self.bottom
        return int(self.bottom - (value - self.low) * (self.bottom - TOP) / self.range)


def _anchor(across: int) -> str:
    return "start" if across < 300 else "end" if across > 700 else "middle"


def chart(item: Assessment, snapshot: Snapshot, height: int = HEIGHT) -> str:
    """Observations against the expected path, target and baseline as lines; empty without either.

    A level holds until the next observation, so it is drawn in steps. The data-through date is
    marked. ``height`` is in pixels.
    """
    made, unit = item.measurement, item.measurement.unit
    observed, path, target = made.series, made.path, made.target
    if target is None or made.counted or not (observed or path):
        return ""
    values = list(observed)
    if len(values) > DOTS:
        values = [*values[: -1 : len(values) // DOTS + 1], values[-1]]
    levels = [target, *(value for _, value in (*path, *values))]
    if made.from_zero:
        levels.append(Decimal(0))
    start = made.points[:1] if made.baseline is not None else ()
    levels += [value for _, value in start]
    days = [snapshot.as_of, *(day for day, _ in (*path, *values, *start))]
    scale = _Scale(days, levels, height - HEIGHT + BOTTOM)
    bottom = scale.bottom
    end = scale.across(values[-1][0]) if values else 0
    target_y = scale.y(target)
    goal = _fitting(goal_text(made), goal_text(made, short=True))
    side, at = ("end", "98.8%") if end < 550 else ("start", "1.2%")
    parts = [
        f'<line class="axis" x1="1.2%" x2="98.8%" y1="{bottom}" y2="{bottom}"/>',
        f'<line class="target" x1="1.2%" x2="98.8%" y1="{target_y}" y2="{target_y}"/>',
        *_lines("path", path, scale),
    ]
    # Drawn last: their halo keeps them readable where lines cross.
    first, last = t.date(scale.first), t.date(scale.last)
    labels = [
        f'<text class="soft" x="{at}" y="{target_y - 6}" text-anchor="{side}">{goal}</text>',
        f'<text class="soft" x="1.2%" y="{bottom + 16}">{first}</text>',
        f'<text class="soft" x="98.8%" y="{bottom + 16}" text-anchor="end">{last}</text>',
    ]
    if made.baseline is not None:
        y = scale.y(made.baseline)
        # Below its line where the label of the target would stand on it.
        label = y + 15 if 0 <= y - target_y < 18 else y - 6
        words = _fitting(say("baseline {value}", value=q.brief(made.baseline, unit)))
        parts.append(f'<line class="base" x1="1.2%" x2="98.8%" y1="{y}" y2="{y}"/>')
        labels.append(
            f'<text class="soft" x="{at}" y="{label}" text-anchor="{side}">{words}</text>'
        )
    if made.through and values:
        x, words = scale.x(made.through), say("data through {date}", date=t.date(made.through))
        parts.append(f'<line class="through" x1="{x}" x2="{x}" y1="{TOP - 8}" y2="{bottom}"/>')
        labels.append(
            f'<text class="strong" x="{x}" y="{height - 4}" '
            f'text-anchor="{_anchor(scale.across(made.through))}">{escape(words)}</text>'
        )
    if made.baseline is not None or (made.bounded and not made.yearly):
        seen = [*start, *values] if values and start and start[0][0] < values[0][0] else values
        parts += _lines("seen", list(_steps(seen)), scale)
    elif not made.yearly:
        parts += _lines("seen", values, scale)
    parts += [
        f'<circle class="dot" cx="{scale.x(day)}" cy="{scale.y(value)}" r="3"/>'
        for day, value in values[:-1]
    ]
    if values:
        day, value = values[-1]
        y = scale.y(value)
        label = (
            y + 18 if y - 10 < TOP - 8 or (0 <= y - target_y < 16 and y + 18 < bottom) else y - 9
        )
        words = _fitting(q.brief(value, unit))
        parts.append(f'<circle class="dot last" cx="{scale.x(day)}" cy="{y}" r="4.5"/>')
        labels.append(
            f'<text class="strong" x="{scale.x(day)}" y="{label}" '
            f'text-anchor="{_anchor(end)}">{words}</text>'
        )
    return _figure(height, "chart", chart_words(made), [*parts, *labels])


def _fitting(words: str, shorter: str = "") -> str:
    """A label that fits on a phone, escaped: where the words do not, a shorter wording, where that
    does not, its beginning. The whole is in its ``title`` then.
    """
    short = cut(words, NARROW // 2, LETTERS)
    if short != words and shorter:
        short = cut(shorter, NARROW // 2, LETTERS)
    return escape(short) + (f"<title>{escape(words)}</title>" if short != words else "")


def _steps(points: Sequence[Point]) -> Iterator[Point]:
    """The corners of a line that holds each value until the day of the next."""
    for (day, value), (following, _value) in pairwise(points):
        yield day, value
        yield following, value
    yield from points[-1:]


def _lines(kind: str, points: Sequence[Point], scale: _Scale) -> Iterator[str]:
    """A polyline in percent has to be drawn segment by segment."""
    places = [(scale.x(day), scale.y(value)) for day, value in points]
    for (x1, y1), (x2, y2) in pairwise(places):
        yield f'<line class="{kind}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'


def gauge(item: Assessment) -> str:
    """A bar: how much is done (of a limit: used), and a mark where the item should be."""
    made = item.measurement
    if made.share is None:
        return ""
    words = t.progress_text(item)
    kind = "used" if made.bounded else "done"
    done = f'<rect class="{kind}" width="{_share(made.share)}" height="8" rx="2"/>'
    parts = ['<rect class="rail" width="100%" height="8" rx="2"/>', done]
    if made.expected is not None and not made.bounded:
        x = _share(made.expected)
        parts.append(f'<line class="mark" x1="{x}" x2="{x}" y1="-3" y2="11"/>')
        words += ", " + say("expected {share}", share=q.percent(made.expected))
    return _figure(8, "gauge", words, parts)


def _share(share: Decimal) -> str:
    return _tenths(int(min(max(share, Decimal(0)), Decimal(1)) * 1000))


def statuses(accounts: Sequence[Account]) -> str:
    """One bar an obligor, in segments by status; every segment has its sign and its count."""
    parts: list[str] = []
    words = []
    for row, account in enumerate(accounts):
        top = row * 62
        owes = {"party": one_line(account.name), "number": f"{account.owes}"}
        name = say("{party} owes {number}", **owes)
        late = ", " + say("{number} overdue", number=f"{account.overdue}")
        late = late if account.overdue else ""
        parts.append(_heading(top, f"{name}{late}", "strong"))
        counts = [(group, count) for group, count in account.groups.items() if count]
        told = ", ".join(
            say("{number} {group}", number=f"{count}", group=word("group", group))
            for group, count in counts
        )
        words.append(f"{name}: {told}{late}")
        left = 0
        for group, count in counts:
            width = count * 1000 // account.owes
            kind, wide, middle = (
                group.replace(" ", "-"),
                _tenths(max(width - 4, 2)),
                _tenths(left + width // 2 - 2),
            )
            parts.append(
                f'<rect class="g-{kind}" x="{_tenths(left)}" y="{top + 24}" '
                f'width="{wide}" height="26" rx="2"/>'
            )
            if width >= 45:
                sign = f"{GROUP_SIGNS[group]} " if width >= 110 else ""
                parts.append(
                    f'<text class="on" x="{middle}" y="{top + 42}" '
                    f'text-anchor="middle">{sign}{count}</text>'
                )
            left += width
    return _figure(max(len(accounts) * 62 - 8, 1), "statuses", ". ".join(words) + ".", parts)


def timeline(
    snapshot: Snapshot, records: Sequence[Record], rows: Sequence[tuple[str, Sequence[str]]]
) -> str:
    """All events: a row for each of ``rows`` (a name and its ids), a dot for each stretch of days.

    What came more than a year before the agreement stands at the left edge. Full dots hold at least
    one change or confirmation of a status.
    """
    live = [record for record in records if not record.withdrawn and not record.update.retracts]
    if not live:
        return ""
    agreed = snapshot.dataset.agreement.agreed
    edge = agreed - min(dt.timedelta(days=365), agreed - dt.date.min)
    first = max(min(agreed, live[-1].update.date), edge)
    scale = _Scale([first, agreed, snapshot.as_of], [Decimal(0)])
    shown = rows[:ROWS]
    where = {name: place for place, (_, ids) in enumerate(shown) for name in ids}
    everything: Counter[tuple[int, int]] = Counter()
    asserted: set[tuple[int, int]] = set()
    for record in live:
        place = where.get(record.item.commitment.id)
        if place is not None:
            spot = place, (max(record.update.date, first) - first).days * (BINS - 1) // scale.span
            everything[spot] += 1
            if record.update.status:
                asserted.add(spot)
    base = len(shown) * ROW
    parts = [
        f'<line class="tick" x1="{scale.x(day)}" x2="{scale.x(day)}" y1="8" y2="{base}"/>'
        for day in _ticks(first, snapshot.as_of)
    ]
    x = scale.x(agreed)
    parts.append(f'<line class="through" x1="{x}" x2="{x}" y1="8" y2="{base + 6}"/>')
    for place, (name, _ids) in enumerate(shown):
        y = place * ROW
        parts.append(f'<line class="axis" x1="0" x2="100%" y1="{y + 28}" y2="{y + 28}"/>')
        parts.append(_heading(y, name, "soft"))
    for (place, column), count in sorted(everything.items()):
        kind = "dot" if (place, column) in asserted else "dot open"
        middle = 12 + (2 * column + 1) * 976 // (2 * BINS)
        parts.append(
            f'<circle class="{kind}" cx="{_tenths(middle)}" cy="{place * ROW + 28}" '
            f'r="{2 + min(count, 6) / 2:g}"/>'
        )
    parts += [
        f'<text class="soft" x="{scale.x(day)}" y="{base + 18}" '
        f'text-anchor="middle">{t.month(day)}</text>'
        for day in _ticks(first, snapshot.as_of)
        if EDGE <= scale.across(day) <= 1000 - EDGE
    ]
    words = escape(say("agreed {date}", date=t.date(agreed)))
    parts.append(
        f'<text class="strong" x="{x}" y="{base + 34}" '
        f'text-anchor="{_anchor(scale.across(agreed))}">{words}</text>'
    )
    totals = Counter(
        where[record.item.commitment.id] for record in live if record.item.commitment.id in where
    )
    first_day, last_day = (t.date(record.update.date) for record in (live[-1], live[0]))
    words = say("Events from {first} to {last}.", first=first_day, last=last_day)
    words += " " + "; ".join(f"{row[0]}: {totals[place]}" for place, row in enumerate(shown)) + "."
    return _figure(base + 40, "timeline", words, parts)


def _heading(top: int, words: str, kind: str) -> str:
    """The name of a row. As HTML, the browser itself cuts it to the width of the drawing."""
    text = escape(words)
    return (
        f'<foreignObject x="0" y="{top}" width="100%" height="22">'
        f'<div class="row {kind}" title="{text}">{text}</div></foreignObject>'
    )


def timeline_rows(content: Report) -> Sequence[tuple[str, Sequence[str]]]:
    """A row for each headline term, then one for the other terms of each pillar; where there are
    many, pillars alone.
    """
    rows: list[tuple[str, Sequence[str]]] = []
    for group, items in content.pillars:
        if items[0].assessment.commitment.headline and len(items) <= ROWS // 2:
            rows += [(item.ref.title, [item.ref.id]) for item in items]
        else:
            rows.append((group, [item.ref.id for item in items]))
    return rows


def _ticks(first: dt.date, last: dt.date) -> list[dt.date]:
    """At most five beginnings of months, evenly spaced."""
    months = (last.year - first.year) * 12 + last.month - first.month
    step = next(
        step
        for step in (1, 2, 3, 4, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 120_000)
        if months // step <= 5
    )
    numbers = range(first.year * 12 + first.month, last.year * 12 + last.month)
    return [dt.date(number // 12, number % 12 + 1, 1) for number in numbers if number % step == 0][
        :5
    ]


def _figure(height: int, kind: str, words: str, parts: Sequence[str]) -> str:
    return (
        f'<svg class="{kind}" role="img" aria-label="{escape(words)}" width="100%" '
        f'height="{height}" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )


def colours() -> dict[str, str]:
    """The light colours of the page, by name."""
    page = (TEMPLATES / "style.css.j2").read_text("utf-8")
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+);", page.partition("@media")[0]))


def rules(family: str) -> str:
    """The style sheet of drawings that stand outside our page: its letters and light colours."""
    known = colours()
    sheet = (TEMPLATES / "drawing.css.j2").read_text("utf-8")
    sheet = sheet.replace("var(--sans)", family).replace(" fill: var(--tone);", "")
    return re.sub(r"var\(--([a-z-]+)\)", lambda match: known[match[1]], sheet)


_NAME = re.compile(
    r'<foreignObject x="0" y="(\d+)"[^>]*><div class="row ([a-z]+)"[^>]*>(.*?)</div>'
    "</foreignObject>"
)


def without_html(drawing: str) -> str:
    """A drawing for readers of SVG that know no HTML: the names of its rows are plain text."""
    return _NAME.sub(
        lambda name: f'<text class="{name[2]}" x="0" y="{int(name[1]) + 15}">{name[3]}</text>',
        drawing,
    )
