"""Pages on paper: the brief and the report as PDF, set by Typst.

The templates are ours and fixed; all that the dataset says goes to them as data (JSON), so no text
can become markup. Nothing is loaded, no clock is read: the same content gives the same bytes. The
result is tagged for screen readers (PDF/UA-1).
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from factsheet.exceptions import UsageError
from factsheet.formats import svg
from factsheet.report import words as t
from factsheet.report.highlights import Ref, ref
from factsheet.vocabulary import STATUS_TABLE

if TYPE_CHECKING:
    from factsheet.assess.snapshot import Assessment, Snapshot
    from factsheet.report.brief import Brief
    from factsheet.report.cards import Quantity
    from factsheet.report.content import Item, Link, Report, Watch
    from factsheet.report.highlights import Group, Line

TEMPLATES: Final = Path(__file__).parent / "templates"
LONGEST_WORD = 40
"""Characters. A longer word may be broken anywhere: nothing may stick out of a page."""
KOREAN: Final = (
    "Noto Serif CJK KR",
    "Noto Serif KR",
    "Source Han Serif K",
    "Nanum Myeongjo",
    "NanumMyeongjo",
    "AppleMyungjo",
    "Batang",
    "Noto Sans CJK KR",
    "Noto Sans KR",
    "Source Han Sans K",
    "Nanum Gothic",
    "NanumGothic",
    "Apple SD Gothic Neo",
    "Malgun Gothic",
)
"""Families with Korean letters, those that go best with the Latin ones first."""
NO_KOREAN: Final = (
    "the text is partly Korean, and no font here has its letters; install Noto Serif CJK KR "
    "(Debian and Ubuntu: fonts-noto-cjk, Fedora: google-noto-serif-cjk-fonts, else "
    "https://fonts.google.com/noto/specimen/Noto+Serif+KR), or write html"
)
_HANGUL: Final = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_LONG: Final = re.compile(rf"[^\s\u200b]{{{LONGEST_WORD},}}")
_TRIES: Final[tuple[tuple[bool, Literal["ua-1"] | None], ...]] = (
    (False, "ua-1"),
    (True, "ua-1"),
    (True, None),
)
"""Whether to look for fonts of the system, and the standard to keep: for people who hear a page."""
_NO_LETTER: Final = "could not be displayed"


def brief(content: Brief) -> bytes:
    """The brief on one page of A4."""
    from factsheet.report.brief import left

    shown = content.news_told, content.due_told
    news_left, due_left = (
        [left(told - number) for number in range(len(lines) + 1)]
        for told, lines in zip(shown, (content.news, content.due), strict=True)
    )
    return _set(
        "brief.typ",
        content.snapshot.as_of,
        {
            "title": content.title,
            "about": f"Brief, {content.dates}",
            "dates": content.dates,
            "verdict": content.verdict,
            "cards": [
                _card(
                    each.quantity,
                    [each.owed_by, each.quantity.pace, each.due and f"due {each.due}", each.age],
                )
                for each in content.headline
            ],
            "cards_left": content.headline_left,
            "since": content.since,
            "news": [_line(each) for each in content.news],
            "news_told": content.news_told,
            "news_left": news_left,
            "due": [_line(each) for each in content.due],
            "due_left": due_left,
            "standings": [each.text for each in content.standings],
            "standings_left": content.standings_left,
            "foot": content.foot,
        },
    )


def report(content: Report, *, watch: Watch = iter) -> bytes:
    """The report: contents, bookmarks, links and page numbers; as long as it has to be."""
    snapshot, changes = content.snapshot, content.changes
    refs = {each.commitment.id: ref(each) for each in snapshot.items}
    urls: dict[str, int] = {}
    dates = t.dates_line(snapshot)
    return _set(
        "report.typ",
        snapshot.as_of,
        {
            "title": content.title,
            "about": f"Progress report, {dates}",
            "dates": dates,
            "foot": f"{snapshot.dataset.agreement.id}, as of {snapshot.as_of}",
            "lead": [content.summary],
            "summary": content.summary,
            "ids": [item.commitment.id for item in snapshot.items],
            "cards": [_headline(each) for each in content.headline],
            "statuses": [
                {**_state(status), "count": count, "means": means}
                for status, count, means in content.statuses
            ],
            "bars": _drawn(svg.statuses(content.accounts), 640),
            "accounts": [t.account_line(each) for each in content.accounts],
            "quantities": [
                {
                    **_card(each, ()),
                    "value": each.value or "–",
                    "progress": each.progress or "–",
                    "expected": each.expected or "–",
                    "pace": each.pace,
                    "through": each.through or "–",
                }
                for each in content.quantities
            ],
            "timeline": _drawn(
                svg.timeline(snapshot, content.records, svg.timeline_rows(content)), 640
            ),
            "attention": [_group(each) for each in content.attention],
            "changes": changes
            and {
                "since": changes.since,
                "intro": changes.intro,
                "groups": [_group(each) for each in changes.groups],
            },
            "pillars": [
                (title, [_item(item, snapshot, refs, urls) for item in watch(items)])
                for title, items in content.pillars
            ],
            "method": content.method,
            "thresholds": content.thresholds,
            "meanings": [{**_state(word), "means": means} for word, means in content.meanings],
            "corrections": {**_group(content.corrections), "title": ""},
            "identity": content.identity,
            "sources": _links(content.sources, urls),
            "urls": [{"url": url} for url in urls],
        },
    )


def _headline(each: Quantity) -> dict[str, Any]:
    by = each.item.status_by
    if each.progress or each.target:
        progress = each.progress if each.target else ""
        expected = each.expected and f"expected {each.expected}"
        through = each.through and f"data through {each.through}"
        return _card(each, [progress, expected, each.pace, through])
    return _card(each, [f"since {by.date}" if by else ""])


def _group(group: Group) -> dict[str, Any]:
    return {
        "title": group.title,
        "intro": group.intro,
        "compact": group.compact,
        "lines": [_line(each) for each in group.lines],
    }


def _item(
    item: Item, snapshot: Snapshot, refs: Mapping[str, Ref], urls: dict[str, int]
) -> dict[str, Any]:
    now = item.assessment
    made = now.measurement
    return {
        **_state(now.status),
        "id": item.ref.id,
        "title": item.ref.title,
        "since": item.since,
        "flags": [name for name in ("overdue", "disputed", "stale") if getattr(now, name)],
        "summary": item.summary,
        "readings": item.readings,
        "facts": [
            {"name": name, "value": value, "links": _related(now, name, refs)}
            for name, value in item.facts
        ],
        "figures": item.figures,
        "milestones": [
            {"title": each.title, "state": each.state, "when": each.when or each.state}
            for each in item.milestones
        ],
        "chart": _drawn(svg.chart(now, snapshot), 300),
        "expecting": made.expected is not None or len(made.points) > 1,
        "bounded": made.bounded,
        "share": _share(made.share),
        "should": None if made.bounded else _share(made.expected),
        "findings": item.findings,
        "events": [
            {
                "date": each.date,
                "text": each.text,
                "note": each.note,
                "withdrawn": each.withdrawn,
                "record": each.record,
                "sources": _links(each.sources, urls),
            }
            for each in item.events
        ],
        "sources": _links(item.sources, urls),
    }


def _related(item: Assessment, fact: str, refs: Mapping[str, Ref]) -> list[dict[str, str]]:
    names = {"parts": item.commitment.parts, "depends on": item.commitment.depends_on}.get(fact, ())
    found = [refs.get(name) or Ref(name, name) for name in names]
    return [{"id": each.id, "title": each.title} for each in found]


def _links(sources: Sequence[Link], urls: dict[str, int]) -> list[dict[str, Any]]:
    """Sources, each with its number in the list of all, which grows."""
    return [
        {
            "name": each.name,
            "url": each.url,
            "title": each.title,
            "when": each.when,
            "number": urls.setdefault(each.url, len(urls) + 1),
        }
        for each in sources
    ]


def _drawn(picture: str, width: int) -> dict[str, str] | None:
    """A picture of svg.py made to stand alone: so many pixels wide, its styles inside."""
    if not picture:
        return None
    height = re.search(r' height="(\d+)"', picture)
    words = re.search(r' aria-label="([^"]*)"', picture)
    assert height
    assert words
    sized = f'width="{width}" height="{height[1]}" viewBox="0 0 {width} {height[1]}"'
    head, _, body = svg.without_html(picture).partition(">")
    head = re.sub(r'width="100%" height="\d+"', sized, head)
    return {"svg": f"{head}><style>{_style()}</style>{body}", "words": unescape(words[1])}


@cache
def _style() -> str:
    """The rules of drawings in the letters of the paper."""
    tones = "".join(f".g-{name} {{ fill: {value}; }}" for name, value in svg.colours().items())
    return svg.rules("'Libertinus Serif', serif") + tones


def _line(line: Line) -> dict[str, Any]:
    return {
        "id": line.ref.id,
        "title": line.ref.title,
        "text": line.text,
        "date": t.day(line.date),
        "also": [{"id": each.id, "title": each.title, "text": said} for each, said in line.also],
    }


def _card(each: Quantity, small: Sequence[str]) -> dict[str, Any]:
    made = each.item.measurement
    return {
        **_state(each.item.status),
        "overdue": each.item.overdue,
        "id": each.ref.id,
        "title": each.ref.title,
        "value": each.value,
        "goal": each.goal,
        "target": each.target,
        "progress": each.progress,
        "share": _share(made.share),
        "should": None if made.bounded else _share(made.expected),
        "bounded": made.bounded,
        "small": "; ".join(filter(None, small)),
    }


def _state(status: str) -> dict[str, str]:
    group = STATUS_TABLE[status].group.replace(" ", "-")
    return {"status": status, "group": group, "sign": t.SIGNS[status].unicode}


def _share(share: Any) -> float | None:
    """A share as a part of a line's length, in thousandths."""
    return None if share is None else int(min(max(share, 0), 1) * 1000) / 1000


def _plain(value: Any) -> Any:
    """As JSON has it; a text may be broken in words that would not fit on a line."""
    if isinstance(value, str):
        return _LONG.sub(lambda match: "\u200b".join(match[0]), value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        # An address or a picture is no text: it stays as it is.
        return {key: each if key in ("url", "svg") else _plain(each) for key, each in value.items()}
    if isinstance(value, Sequence):
        return [_plain(each) for each in value]
    return value


def _set(template: str, as_of: dt.date, given: Mapping[str, Any]) -> bytes:
    """The template with its data as PDF.

    Raises ``UsageError`` where the text is Korean and no font has its letters.
    """
    import typst

    date = {"year": as_of.year, "month": as_of.month, "day": as_of.day}
    data = {"author": "factsheet", "date": date, "colours": svg.colours(), **_plain(given)}
    korean = bool(_HANGUL.search(json.dumps(data, ensure_ascii=False)))
    # The fonts that come with Typst are the same on every machine, so others are only looked for
    # where they are needed. Without a standard, a letter that no font has is a box.
    for system, standard in _TRIES[korean:]:
        fonts = typst.Fonts(include_system_fonts=system)
        there = set(fonts.families()) if korean else set()
        data["fonts"] = [name for name in KOREAN if name in there]
        inputs = {"data": json.dumps(data, ensure_ascii=False)}
        compiler = typst.Compiler(TEMPLATES / template, TEMPLATES, fonts, sys_inputs=inputs)
        try:
            pages = compiler.compile(format="pdf", pdf_standards=standard, timestamp=0)
        except typst.TypstError as error:
            if standard is None or _NO_LETTER not in error.message:
                raise
            if system and _HANGUL.search(error.message):
                raise UsageError(NO_KOREAN) from None
        else:
            assert isinstance(pages, bytes)
            return pages
    raise AssertionError(template)
