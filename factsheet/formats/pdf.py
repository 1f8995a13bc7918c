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
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from factsheet.exceptions import UsageError
from factsheet.formats import svg
from factsheet.formats.lettering import cut
from factsheet.report import words as t
from factsheet.report.facts import goal_word
from factsheet.report.highlights import Ref, ref
from factsheet.report.speech import ENGLISH, _, language, say, word
from factsheet.source.translation import UNTRANSLATED
from factsheet.vocabulary import STATUS_TABLE

if TYPE_CHECKING:
    from factsheet.assess.measurement import Measurement
    from factsheet.assess.snapshot import Assessment, Snapshot
    from factsheet.report.brief import Brief
    from factsheet.report.cards import Card, Quantity
    from factsheet.report.content import Item, Link, Report, Watch
    from factsheet.report.highlights import Group, Line

Notes = dict[str, dict[str, Any]]
"""Every address with what is said of it, in the order in which a reader comes upon it."""
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
TEXT: Final = re.compile(r'\btr\("([^"]+)"\)')
"""How a template gives a text to be translated."""
_HANGUL: Final = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_LONG: Final = re.compile(rf"[^\s\u200b]{{{LONGEST_WORD},}}")
_TRIES: Final[tuple[tuple[bool, Literal["ua-1"] | None], ...]] = (
    (False, "ua-1"),
    (True, "ua-1"),
    (True, None),
)
"""Whether to look for fonts of the system, and the standard to keep: for people who hear a page."""
_ROW: Final = re.compile(
    r'<foreignObject x="0" y="(\d+)"[^>]*><div class="row (\w+)"[^>]*>([^<]*)</div></foreignObject>'
)
_FLAGS: Final = ("overdue", "disputed", "stale")
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
            "dates": content.dates,
            "verdict": content.verdict,
            "cards": [_card(each) for each in content.headline],
            "cards_left": content.headline_left,
            "news_title": say("New since {date}", date=t.date(content.since)),
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
    notes: Notes = {}
    as_of = say("as of {date}", date=t.date(snapshot.as_of))
    return _set(
        "report.typ",
        snapshot.as_of,
        {
            "title": content.title,
            "dates": t.dates_line(snapshot),
            "foot": f"{snapshot.dataset.agreement.id}, {as_of}",
            "lead": content.verdict,
            "summary": content.summary,
            "ids": [item.commitment.id for item in snapshot.items],
            "cards": [_card(each) for each in content.cards],
            "statuses": [
                {**_state(status), "count": count, "means": means}
                for status, count, means in content.statuses
            ],
            "bars": _drawn(svg.statuses(content.accounts), 640),
            "accounts": [t.account_line(each) for each in content.accounts],
            "quantities": [_numbers(each) for each in content.quantities],
            "timeline": _drawn(
                svg.timeline(snapshot, content.records, svg.timeline_rows(content)), 640
            ),
            "attention": [_group(each) for each in content.attention],
            "stale": [
                {
                    **_state(each.status),
                    **_mention(each.ref),
                    "owed_by": each.owed_by,
                    "days": each.days,
                    "last": each.last,
                }
                for each in content.stale
            ],
            "changes": changes
            and {
                "title": say("Changed since {date}", date=t.date(changes.since)),
                "intro": changes.intro,
                "groups": [_group(each) for each in changes.groups],
            },
            "pillars": [
                (title, [_item(item, snapshot, refs, notes) for item in watch(items)])
                for title, items in content.pillars
            ],
            "method": content.method,
            "thresholds": content.thresholds,
            "meanings": [
                {**_state(code), "said": t.status_and_code(code), "means": means}
                for code, means in content.meanings
            ],
            "corrections": {**_group(content.corrections), "title": ""},
            "identity": content.identity,
            "sources": _links(content.sources, notes),
            "notes": list(notes.values()),
        },
    )


def _group(group: Group) -> dict[str, Any]:
    return {
        "title": group.title,
        "intro": say("{number}. {intro}", number=f"{len(group.lines)}", intro=group.intro),
        "compact": group.compact,
        "lines": [_line(each) for each in group.lines],
    }


def _item(item: Item, snapshot: Snapshot, refs: Mapping[str, Ref], notes: Notes) -> dict[str, Any]:
    now = item.assessment
    made = now.measurement
    expecting = made.expected is not None or len(made.points) > 1
    return {
        **_state(now.status),
        **_mention(item.ref),
        **_bar(made),
        "since": item.since,
        "flags": [word("evidence", name) for name in _FLAGS if getattr(now, name)],
        "summary": item.summary,
        "readings": [(say("{party} reads", party=party), said) for party, said in item.readings],
        "facts": [
            {"name": name, "value": value, "links": _related(now, name, refs)}
            for name, value in item.facts
        ],
        "figures": item.figures,
        "milestones": [
            {**each._asdict(), "when": each.when or word("step", each.state)}
            for each in item.milestones
        ],
        "chart": _drawn(svg.chart(now, snapshot), 300),
        "goal": goal_word(made),
        "expecting": word("chart", "expected") if expecting else "",
        "findings": item.findings,
        "events": [
            {
                "date": each.date,
                "text": each.text,
                "note": "" if each.repeats else each.note,
                "home": each.home and _mention(each.home),
                "withdrawn": each.withdrawn,
                "record": each.record,
                "sources": [] if each.repeats else _links(each.sources, notes),
            }
            for each in item.events
        ],
        "sources": _links(item.sources, notes),
    }


def _related(item: Assessment, fact: str, refs: Mapping[str, Ref]) -> list[dict[str, str]]:
    term = item.commitment
    names = {_("parts"): term.parts, _("depends on"): term.depends_on}.get(fact, ())
    found = [refs.get(name) or Ref(name, name) for name in names]
    return [_mention(each) for each in found]


def _mention(each: Ref) -> dict[str, str]:
    return {"id": each.id, "title": each.title}


def _links(sources: Sequence[Link], notes: Notes) -> list[dict[str, Any]]:
    """Sources, each with its number among all, which grow."""
    return [
        notes.setdefault(each.url, {**each._asdict(), "number": len(notes) + 1})
        | {"title": each.title, "when": each.when}
        for each in sources
    ]


def _drawn(picture: str, width: int) -> dict[str, str] | None:
    """A picture of svg.py made to stand alone: so many pixels wide, its styles inside."""
    if not picture:
        return None
    head, _, body = picture.partition(">")
    height, words = (re.search(rf' {name}="([^"]*)"', head) for name in ("height", "aria-label"))
    assert height
    assert words
    sized = f'width="{width}" height="{height[1]}" viewBox="0 0 {width} {height[1]}"'
    head = re.sub(r'width="100%" height="\d+"', sized, head)

    def row(match: re.Match[str]) -> str:
        """The name of a row as text: only a browser sets HTML in a drawing."""
        top, kind, name = int(match[1]) + 14, match[2], escape(cut(unescape(match[3]), width, 12))
        return f'<text class="{kind}" x="0" y="{top}">{name}</text>'

    body = _ROW.sub(row, body)
    return {"svg": f"{head}><style>{_style(language())}</style>{body}", "words": unescape(words[1])}


@cache
def _style(lang: str) -> str:
    """The rules of drawings, with the light colours of the page.

    A drawing takes the first family that is there, for all of its letters.
    """
    families = [*(() if lang == ENGLISH else KOREAN), "Libertinus Serif"]
    names = ", ".join(f"'{name}'" for name in families)
    colours = {**svg.colours(), "paper": "#fff"}
    rules = (TEMPLATES / "drawing.css.j2").read_text("utf-8")
    rules = rules.replace("var(--sans)", f"{names}, serif")
    rules = rules.replace(" fill: var(--tone);", "")
    rules += "".join(f".g-{name} {{ fill: {value}; }}" for name, value in colours.items())
    return re.sub(r"var\(--([a-z-]+)\)", lambda match: colours[match[1]], rules)


def _line(line: Line) -> dict[str, Any]:
    return {
        **_mention(line.ref),
        "text": line.text,
        "date": t.date(line.date),
        "also": [{**_mention(each), "text": said} for each, said in line.also],
    }


def _card(card: Card) -> dict[str, Any]:
    now = card.quantity.item
    since = say("since {date}", date=t.date(now.status_by.date)) if now.status_by else ""
    return {
        **_numbers(card.quantity),
        **_state(now.status),
        "late": word("evidence", "overdue") if now.overdue else "",
        "way": card.way or since,
        "owed_by": say("owed by {party}", party=card.owed_by),
        "age": card.age,
        "old": now.stale or now.disputed,
        "due": say("due {date}", date=card.due) if card.due else "",
    }


def _numbers(each: Quantity) -> dict[str, Any]:
    return {
        **_bar(each.item.measurement),
        "id": each.ref.id,
        "title": each.ref.title,
        "value": each.value,
        "goal": each.goal,
        "target": each.target,
        "progress": each.progress,
        "expected": each.expected,
        "pace": each.pace,
        "through": each.through,
    }


def _bar(made: Measurement) -> dict[str, Any]:
    """How much is done, or of a limit used, and how much should be: shares of one."""
    should = None if made.bounded else _share(made.expected)
    return {"share": _share(made.share), "should": should, "bounded": made.bounded}


def _state(status: str) -> dict[str, str]:
    group = STATUS_TABLE[status].group.replace(" ", "-")
    return {"said": t.status(status), "group": group, "sign": t.SIGNS[status].unicode}


def _share(share: Any) -> float | None:
    """A share as a part of a line's length, in thousandths."""
    return None if share is None else int(min(max(share, 0), 1) * 1000) / 1000


@cache
def _texts() -> list[str]:
    """The texts of the templates that are given to be translated."""
    templates = (path.read_text("utf-8") for path in TEMPLATES.glob("*.typ"))
    return [text for template in templates for text in TEXT.findall(template)]


def _plain(value: Any) -> Any:
    """As JSON has it; a text may be broken in words that would not fit on a line."""
    if isinstance(value, str):
        return _LONG.sub(lambda match: "\u200b".join(match[0]), value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        # An address or a picture is no text: it stays as it is.
        return {
            key: each if key in ("url", "archived", "svg") else _plain(each)
            for key, each in value.items()
        }
    if isinstance(value, Sequence):
        return [_plain(each) for each in value]
    return value


def _set(template: str, as_of: dt.date, given: Mapping[str, Any]) -> bytes:
    """The template with its data as PDF.

    Raises ``UsageError`` where the text is Korean and no font has its letters.
    """
    import typst

    date = {"year": as_of.year, "month": as_of.month, "day": as_of.day}
    data = {
        "author": "factsheet",
        "date": date,
        "colours": svg.colours(),
        "lang": language(),
        "untranslated": UNTRANSLATED,
        "words": {} if language() == ENGLISH else {text: _(text) for text in _texts()},
        **_plain(given),
    }
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
