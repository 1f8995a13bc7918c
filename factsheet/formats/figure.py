"""Pictures that stand by themselves: a chart to quote, a card for social media.

Each is an SVG of fixed size with its styles, its words and its source inside.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from typing import Final, NamedTuple

from factsheet.assess.snapshot import Assessment, Snapshot
from factsheet.formats import svg
from factsheet.formats.lettering import wrap
from factsheet.inert import one_line
from factsheet.report import words as t
from factsheet.report.cite import credit, tracker
from factsheet.report.facts import (
    chart_key,
    chart_words,
    figure_line,
    figures,
    item_dates,
    milestones,
)
from factsheet.report.speech import ENGLISH, language, word
from factsheet.vocabulary import STATUS_TABLE

WIDTH, EDGE, PLOT = 720, 24, 240
CARD_WIDTH, CARD_HEIGHT, CARD_EDGE = 1200, 630, 72
MOST_STEPS = 14
_BOLD: Final = ("title", "head", "big")
_FAMILY: Final = (
    "'Noto Sans', 'Noto Sans KR', 'Noto Sans CJK KR', 'Apple SD Gothic Neo', 'Malgun Gothic', "
    "'DejaVu Sans', 'Liberation Sans', Arial, sans-serif"
)


class _Text(NamedTuple):
    """A paragraph of a picture: its class, the size of its letters, the lines it may take."""

    words: str
    kind: str
    size: int
    lines: int


@cache
def _style() -> tuple[dict[str, str], str]:
    """Colours and rules of a picture: it is seen on pages not ours, so it keeps its own paper."""
    return svg.colours(), svg.rules(_FAMILY)


def chart(item: Assessment, snapshot: Snapshot) -> str:
    """The chart of one commitment as an SVG; empty where there is nothing to draw."""
    made = item.measurement
    drawn = svg.chart(item, snapshot, PLOT)
    steps = list(_steps(item)) if made.counted else []
    if not drawn and not steps:
        return ""
    title, dates = one_line(item.commitment.title), t.ended(item_dates(item, snapshot))
    top = list(
        _paragraphs(
            [_Text(title, "title", 20, 2), _Text(figure_line(item), "figure", 15, 2)], EDGE, EDGE
        )
    )
    body_at = _bottom(top) + 18
    height = len(steps) // 2 * 24 if steps else PLOT
    inner = WIDTH - 2 * EDGE
    body = (
        "".join(steps)
        if steps
        else drawn.replace('width="100%"', f'x="0" y="0" width="{inner}"', 1)
    )
    below = [
        _Text(words, "small", 12, 2)
        for words in (
            "" if steps else chart_key(item),
            credit(item, snapshot),
            f"{dates} {tracker(snapshot)}",
        )
        if words
    ]
    foot = list(_paragraphs(below, EDGE, body_at + height + 14))
    words = chart_words(made) if drawn else t.ended(figure_line(item))
    return _picture(
        WIDTH,
        _bottom(foot) + EDGE,
        f"{title}. {words} {dates}",
        [
            *(line for _, line in top),
            f'<svg x="{EDGE}" y="{body_at}" width="{inner}" height="{height}">{body}</svg>',
            *(line for _, line in foot),
        ],
    )


def card(item: Assessment, snapshot: Snapshot) -> str:
    """A picture for social media: the promise, the figure, the pace in words, the day."""
    colours, _ = _style()
    group = STATUS_TABLE[item.status].group.replace(" ", "-")
    title = one_line(item.commitment.title)
    figure, pace = figures(item)
    text = [
        _Text(t.status_line(item), "status", 30, 1),
        _Text(title, "head", 54, 3),
        _Text(figure, "big", 64, 1),
        _Text(pace, "figure", 34, 2),
    ]
    lines = list(_paragraphs([each for each in text if each.words], CARD_EDGE, 80, CARD_WIDTH))
    foot = _Text(
        f"{t.ended(item_dates(item, snapshot))} {one_line(snapshot.dataset.agreement.title)}",
        "small",
        24,
        1,
    )
    parts = [
        f'<rect width="{CARD_WIDTH}" height="16" fill="{colours[group]}"/>',
        *(line for _, line in lines),
        *(line for _, line in _paragraphs([foot], CARD_EDGE, 530, CARD_WIDTH)),
    ]
    if item.measurement.share is not None:
        inner = CARD_WIDTH - 2 * CARD_EDGE
        gauge = svg.gauge(item).replace('width="100%"', f'width="{inner}"', 1)
        parts.append(f'<g transform="translate({CARD_EDGE} 500)">{gauge}</g>')
    return _picture(CARD_WIDTH, CARD_HEIGHT, f"{title}: {figure_line(item)}", parts)


def _steps(item: Assessment) -> Iterator[str]:
    """The milestones as rows: a full dot where one is reached, a ring where it is open or late."""
    every = list(milestones(item))
    room = WIDTH - 2 * EDGE - 24
    for row, step in enumerate(every[:MOST_STEPS]):
        y = row * 24 + 12
        kind = "dot last" if step.state == "reached" else "dot open"
        words = t.noted(step.title, step.when or word("step", step.state))
        yield f'<circle class="{kind}" cx="8" cy="{y}" r="5"/>'
        yield f'<text class="soft" x="24" y="{y + 4}">{escape(wrap(words, room, 12, 1)[0])}</text>'
        if row == MOST_STEPS - 1 and len(every) > MOST_STEPS:
            return


def _paragraphs(
    texts: Sequence[_Text], left: int, top: int, width: int = WIDTH
) -> Iterator[tuple[int, str]]:
    """Every line as an element with the place where it ends, in pixels from the top."""
    y = top
    for text in texts:
        # Bold letters are an eighth wider.
        size = text.size * 9 // 8 if text.kind in _BOLD else text.size
        for line in wrap(text.words, width - 2 * left, size, text.lines):
            y += text.size
            whole = f"<title>{escape(text.words)}</title>" if line.endswith("…") else ""
            place = f'style="font-size:{text.size}px" x="{left}" y="{y}"'
            yield (
                y + text.size // 3,
                f'<text class="{text.kind}" {place}>{escape(line)}{whole}</text>',
            )
            y += text.size * 3 // 10
        y += text.size * 4 // 10


def _bottom(lines: Sequence[tuple[int, str]]) -> int:
    return lines[-1][0] if lines else 0


def _picture(width: int, height: int, words: str, parts: Sequence[str]) -> str:
    colours, rules = _style()
    bold = ", ".join(f".{kind}" for kind in _BOLD)
    ink = f"{{ fill: {colours['ink']}; stroke: none; }}"
    style = f"{rules}\n{bold} {{ font-weight: 600; }} {bold}, .figure, .status {ink}"
    style += " .small { stroke: none; }"
    spoken = f' xml:lang="{language()}"' if language() != ENGLISH else ""
    paper = f'<rect width="{width}" height="{height}" fill="{colours["paper"]}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg"{spoken} role="img" aria-label="{escape(words)}" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f"<title>{escape(words)}</title><style>{style}</style>"
        f"{paper}{''.join(parts)}</svg>\n"
    )
