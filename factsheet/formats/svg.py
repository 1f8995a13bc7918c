"""Pictures as inline SVG, each with a text alternative.

They are drawn in percent of the width and in pixels of the height, so they fit a phone, a desk and
a page without their letters shrinking; that is also why no drawing library is used. Colours are
classes, which the page's style sheet fills. Whole numbers only, so that every machine draws the
same bytes.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from factsheet.assess.accounts import Account
from factsheet.assess.measurement import Measurement
from factsheet.assess.snapshot import Assessment, Snapshot
from factsheet.inert import one_line
from factsheet.report import words as t
from factsheet.report.history import Record
from factsheet.vocabulary import GROUPS

if TYPE_CHECKING:
    from factsheet.report.content import Report

TOP, BOTTOM, HEIGHT = 26, 132, 168
DOTS = 60
"""No more observations are drawn than this; beyond it they are thinned evenly, the last one always
stays."""
BINS = 110
ROW, ROWS = 38, 16
GROUP_SIGNS = dict(zip(GROUPS, "✔●▶■✖○?·⊘", strict=True))

Point = tuple[dt.date, Decimal]


def _tenths(number: int) -> str:
    """Tenths of a percent as a percentage."""
    return f"{number / 10:.1f}%"


class _Scale:
    """Days to percent across, values to pixels down."""

    def __init__(self, days: Sequence[dt.date], levels: Sequence[Decimal]) -> None:
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
        return (
            int(BOTTOM - (value - self.low) * (BOTTOM - TOP) / self.range) if self.range else BOTTOM
        )


def _anchor(across: int) -> str:
    return "start" if across < 300 else "end" if across > 700 else "middle"


def chart(item: Assessment, snapshot: Snapshot) -> str:
    """Observations against the expected path, the target as a line; empty without either.

    The data-through date is marked.
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
    scale = _Scale([snapshot.as_of, *(day for day, _ in (*path, *values))], levels)
    end = scale.across(values[-1][0]) if values else 0
    target_y = scale.y(target)
    goal = escape(t.amount(target, unit))
    side, at = ("end", "98.8%") if end < 550 else ("start", "1.2%")
    parts = [
        f'<line class="axis" x1="1.2%" x2="98.8%" y1="{BOTTOM}" y2="{BOTTOM}"/>',
        f'<line class="target" x1="1.2%" x2="98.8%" y1="{target_y}" y2="{target_y}"/>',
        f'<text class="soft" x="{at}" y="{target_y - 6}" text-anchor="{side}">{made.goal} {goal}</text>',
        *_lines("path", path, scale),
    ]
    if made.through and values:
        x = scale.x(made.through)
        parts.append(f'<line class="through" x1="{x}" x2="{x}" y1="{TOP - 8}" y2="{BOTTOM}"/>')
        parts.append(
            f'<text class="strong" x="{x}" y="{HEIGHT - 4}" text-anchor="{_anchor(scale.across(made.through))}">'
            f"data through {made.through}</text>"
        )
    if not made.yearly:
        parts += _lines("seen", values, scale)
    parts += [
        f'<circle class="dot" cx="{scale.x(day)}" cy="{scale.y(value)}" r="3"/>'
        for day, value in values[:-1]
    ]
    if values:
        day, value = values[-1]
        y = scale.y(value)
        label = (
            y + 18 if y - 10 < TOP - 8 or (0 <= y - target_y < 16 and y + 18 < BOTTOM) else y - 9
        )
        words = escape(t.brief(value, unit))
        parts.append(f'<circle class="dot last" cx="{scale.x(day)}" cy="{y}" r="4.5"/>')
        parts.append(
            f'<text class="strong" x="{scale.x(day)}" y="{label}" text-anchor="{_anchor(end)}">{words}</text>'
        )
    parts.append(f'<text class="soft" x="1.2%" y="{BOTTOM + 16}">{scale.first}</text>')
    parts.append(
        f'<text class="soft" x="98.8%" y="{BOTTOM + 16}" text-anchor="end">{scale.last}</text>'
    )
    return _figure(HEIGHT, "chart", chart_words(made), parts)


def _lines(kind: str, points: Sequence[Point], scale: _Scale) -> Iterator[str]:
    """A polyline in percent has to be drawn segment by segment."""
    places = [(scale.x(day), scale.y(value)) for day, value in points]
    for (x1, y1), (x2, y2) in pairwise(places):
        yield f'<line class="{kind}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'


def chart_words(made: Measurement) -> str:
    """The chart of a measurement in a sentence."""
    observed, path, unit = made.series, made.path, made.unit
    target = t.amount(made.target, unit)
    if not observed:
        return f"No observation yet; the expected path leads to {target} by {path[-1][0]}."
    (first, low), (last, high) = observed[0], observed[-1]
    seen = f"{t.amount(low, unit)} on {first}"
    if len(observed) > 1:
        end = f"{t.amount(high, unit)} on {last}"
        seen = f"from {seen} to {end}, {len(observed)} observations"
    goal = "limit" if made.bounded else "target"
    by = f" by {path[-1][0]}" if path else ""
    expected = ""
    if made.expected_value is not None:
        expected = f"; expected by then {t.amount(made.expected_value, unit)}"
    return f"Observed {seen}; {goal} {target}{by}{expected}."


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
        words += f", expected {t.percent(made.expected)}"
    return _figure(8, "gauge", words, parts)


def _share(share: Decimal) -> str:
    return _tenths(int(min(max(share, Decimal(0)), Decimal(1)) * 1000))


def statuses(accounts: Sequence[Account]) -> str:
    """One bar an obligor, in segments by status; every segment has its sign and its count."""
    parts: list[str] = []
    words = []
    for row, account in enumerate(accounts):
        top = row * 62
        name = f"{one_line(account.name)} owes {account.owes}"
        late = f", {account.overdue} overdue" if account.overdue else ""
        parts.append(f'<text class="strong" x="0" y="{top + 16}">{escape(name)}{late}</text>')
        counts = [(group, count) for group, count in account.groups.items() if count]
        words.append(f"{name}: " + ", ".join(f"{count} {group}" for group, count in counts) + late)
        left = 0
        for group, count in counts:
            width = count * 1000 // account.owes
            kind, wide, middle = (
                group.replace(" ", "-"),
                _tenths(max(width - 4, 2)),
                _tenths(left + width // 2 - 2),
            )
            parts.append(
                f'<rect class="g-{kind}" x="{_tenths(left)}" y="{top + 24}" width="{wide}" height="26" rx="2"/>'
            )
            if width >= 45:
                sign = f"{GROUP_SIGNS[group]} " if width >= 110 else ""
                parts.append(
                    f'<text class="on" x="{middle}" y="{top + 42}" text-anchor="middle">{sign}{count}</text>'
                )
            left += width
    return _figure(max(len(accounts) * 62 - 8, 1), "statuses", ". ".join(words) + ".", parts)


def timeline(
    snapshot: Snapshot, records: Sequence[Record], rows: Sequence[tuple[str, Sequence[str]]]
) -> str:
    """All events:

    a row for each of ``rows`` (a name and the ids it holds), a dot for each stretch of days with
    events.

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
    for place, (name, _) in enumerate(shown):
        y = place * ROW
        parts.append(f'<line class="axis" x1="0" x2="100%" y1="{y + 28}" y2="{y + 28}"/>')
        parts.append(f'<text class="soft" x="0" y="{y + 14}">{escape(name)}</text>')
    for (place, column), count in sorted(everything.items()):
        kind = "dot" if (place, column) in asserted else "dot open"
        middle = 12 + (2 * column + 1) * 976 // (2 * BINS)
        parts.append(
            f'<circle class="{kind}" cx="{_tenths(middle)}" cy="{place * ROW + 28}" r="{2 + min(count, 6) / 2:g}"/>'
        )
    parts += [
        f'<text class="soft" x="{scale.x(day)}" y="{base + 18}" text-anchor="{_anchor(scale.across(day))}">{day:%Y-%m}</text>'
        for day in _ticks(first, snapshot.as_of)
    ]
    parts.append(
        f'<text class="strong" x="{x}" y="{base + 34}" text-anchor="{_anchor(scale.across(agreed))}">agreed {agreed}</text>'
    )
    totals = Counter(
        where[record.item.commitment.id] for record in live if record.item.commitment.id in where
    )
    words = "; ".join(f"{name}: {totals[place]}" for place, (name, _) in enumerate(shown))
    return _figure(
        base + 40,
        "timeline",
        f"Events from {live[-1].update.date} to {live[0].update.date}. {words}.",
        parts,
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
        f'<svg class="{kind}" role="img" aria-label="{escape(words)}" width="100%" height="{height}" '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )
