"""Pages of HTML in one file: no script, nothing from outside, every text escaped by Jinja."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from factsheet.formats import svg
from factsheet.report import quantities as q
from factsheet.report import words as t
from factsheet.report.cards import way_words
from factsheet.report.cite import cite
from factsheet.report.facts import goal_text
from factsheet.report.highlights import Ref, ref
from factsheet.report.speech import ENGLISH, N_, _, language, say, word
from factsheet.source.translation import UNTRANSLATED
from factsheet.vocabulary import STATUS_TABLE

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from factsheet.report.brief import Brief
    from factsheet.report.content import Link, Report, Told, Watch

_HANGUL = re.compile("[\uac00-\ud7a3]")
_DATE = r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b"
_UNBROKEN: Final = {
    ENGLISH: re.compile(_DATE),
    # A particle stays with its word, which a browser would part after a sign.
    "ko": re.compile(
        rf"{_DATE}|\b[0-9]{{4}}\. [0-9]{{1,2}}\. [0-9]{{1,2}}\.[가-힣]*"
        r"|[^\s<>&;]{1,16}[%)][가-힣]{1,4}|[0-9][0-9.,]*[조억만]? (?:달러|원|유로|엔)[가-힣]*"
    ),
}
"""What is not broken at the end of a line: dates, in the manner of a language."""
_LATIN = re.compile("[A-Za-z]")
RELATED = {N_("parts"): "parts", N_("depends on"): "depends_on"}
"""The facts of a term that name other terms, and where those are."""
_GROUP_OF = {name: status.group.replace(" ", "-") for name, status in STATUS_TABLE.items()}


def report(content: Report, *, watch: Watch = iter) -> bytes:
    """The page, UTF-8."""
    every = notes(content)
    numbers = {link.url: number for number, link in enumerate(every, 1)}
    made = of_report(content, notes=every, number=numbers.get, watch=watch)
    return made.get_template("report.html.j2").render(report=content).encode("utf-8")


def of_report(content: Report, **given: Any) -> Environment:
    """What the templates of a report work with, and those of a site, which is made of its parts."""
    snapshot = content.snapshot
    by_id = {item.commitment.id: item for item in snapshot.items}
    places = {_(fact): place for fact, place in RELATED.items()}
    place_of = given.get("anchor", _anchor)
    records = {
        (event.id, item.ref.id): place_of(event, item.ref)
        for _title, items in content.pillars
        for item in items
        for event in item.events
    }
    words: dict[str, Any] = {
        "account_line": t.account_line,
        "anchor": _anchor,
        "baseline": lambda made: q.brief(made.baseline, made.unit),
        "chart": lambda item: _drawn(svg.chart(item, snapshot)),
        "cite": lambda: cite(snapshot, content.digest),
        "dates_line": t.dates_line(snapshot),
        "goal_text": goal_text,
        "href": lambda mentioned, place: f"#{place or f'c-{mentioned.id}'}",
        "record_of": lambda line: records.get((line.event, line.ref.id), ""),
        "related": lambda term, fact: [
            ref(by_id[name]) if name in by_id else name
            for name in getattr(term, places.get(fact, ""), ())
        ],
        "signs": svg.GROUP_SIGNS,
        "statuses": lambda: _drawn(svg.statuses(content.accounts)),
        "timeline": lambda: _drawn(
            svg.timeline(snapshot, content.records, svg.timeline_rows(content))
        ),
        "way": way_words,
    }
    return environment(**{**words, **given})


def _anchor(event: Told, item: Ref) -> str:
    """The place of a record on a page that has all of them: its event's is where that is kept."""
    return f"r-{event.id}-{item.id}" if event.home else f"r-{event.id}"


def notes(content: Report) -> list[Link]:
    """Every address once, in the order in which a reader comes upon it."""
    found: dict[str, Link] = {}
    every = (item for _, items in content.pillars for item in items)
    for item in every:
        for link in (*(link for event in item.events for link in event.sources), *item.sources):
            found.setdefault(link.url, link)
    for link in content.sources:
        found.setdefault(link.url, link)
    return list(found.values())


def brief(content: Brief) -> bytes:
    """The brief on one page of A4, UTF-8."""
    return environment().get_template("brief.html.j2").render(brief=content).encode("utf-8")


def _drawn(markup: str) -> Markup:
    """Markup made by svg.py or below, which escape every text."""
    from markupsafe import Markup

    return Markup(markup)  # noqa: S704


def environment(**given: Any) -> Environment:
    """The templates, with what all of them use, and what is given."""
    # Imported here: other formats do without.
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import escape

    # The environment cannot be shared between threads that compile, and one page needs it once.
    made = Environment(
        loader=PackageLoader("factsheet.formats"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    unbroken = _UNBROKEN.get(language(), _UNBROKEN[ENGLISH])
    made.globals.update(
        _=_,
        dates=lambda text: _drawn(
            unbroken.sub(r'<span class="nw">\g<0></span>', str(escape(text)))
        ),
        gauge=lambda item: _drawn(svg.gauge(item)),
        group_of=_GROUP_OF.__getitem__,
        lang=lambda text: _drawn(f' lang="{other}"') if (other := foreign(text)) else "",
        language=language(),
        say=say,
        sign=lambda status: t.SIGNS[status].unicode,
        t=t,
        word=word,
        **given,
    )
    return made


def foreign(text: str) -> str:
    """The language of a text where it is not the one that is spoken, for whoever reads it aloud or
    breaks its lines; else nothing. A text is Korean where most of it is; on a Korean page it is
    English where nothing of it is Korean.
    """
    if language() != "ko":
        if text.isascii():
            return ""
        return "ko" if len(_HANGUL.findall(text)) > len(_LATIN.findall(text)) else ""
    told = text.endswith(UNTRANSLATED) or not _HANGUL.search(text)
    return ENGLISH if told and _LATIN.search(text) else ""
