"""The pages of a site, made of the parts of the report.

Each page is made once, and holds what only the page that changes says and what only its frozen copy
says; ``standing`` keeps the one or the other.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from html import escape
from typing import Any, Final

from factsheet.formats import atom, figure, html
from factsheet.inert import one_line
from factsheet.report import words as t
from factsheet.report.cite import cite, credit
from factsheet.report.content import Item, Watch
from factsheet.report.facts import figure_line, figures, item_dates
from factsheet.report.history import Event, history, told
from factsheet.report.speech import manner, say
from factsheet.site.data import File
from factsheet.site.plan import NAMES, Gone, Plan, folder_of, moment_text, newest, page_of

FEED: Final = 100
"""Events of a feed: more than any reader shows."""
LONGEST: Final = 200
"""Characters of a description; what shows it shows no more."""
_LIVE: Final = re.compile(r"<!--live-->\n?(.*?)<!--/live-->\n?", re.DOTALL)
_FROZEN: Final = re.compile(r"<!--frozen-->\n?(.*?)<!--/frozen-->\n?", re.DOTALL)


def standing(page: bytes, *, frozen: bool) -> bytes:
    """A page as it changes, or as its frozen copy is. Text of a dataset holds no such marks."""
    text = page.decode("utf-8")
    kept, dropped = (_FROZEN, _LIVE) if frozen else (_LIVE, _FROZEN)
    return dropped.sub("", kept.sub(r"\1", text)).encode("utf-8")


def files(plan: Plan, *, watch: Watch = iter) -> Iterator[File]:
    """Every page with both its standings, the style sheet, and the chart of each promise."""
    up = [""]
    templates = html.of_report(
        plan.content,
        anchor=lambda event, item: f"r-{event.id}",  # a page has one record of an event
        href=lambda mentioned, place: (
            f"{up[0]}{page_of(mentioned.id)}" + (f"#{place}" if place else "")
        ),
        notes=(),
        number=lambda url: None,
        cite=lambda: cite(plan.content.snapshot, plan.content.digest, address=plan.permanent("")),
        day=_day,
        party_names=lambda codes: t.parties(codes) if manner() else ", ".join(codes),
        watch=iter,
    )

    def made(template: str, page: dict[str, Any], **more: Any) -> bytes:
        up[0] = page["up"]
        text = templates.get_template(f"site/{template}.html.j2").render(page=page, **more)
        return text.encode("utf-8")

    content = plan.content
    sheets = ("style.css.j2", "site/site.css.j2", "print.css.j2")
    rules = "\n".join(templates.get_template(each).render(report=content) for each in sheets)
    yield "style.css", rules.encode("utf-8")
    about = _about(plan, "", "")
    about["title"] = say(
        "{title}: where {number} promises stand, {date}",
        title=plan.title,
        number=f"{len(plan.items)}",
        date=about["day"],
    )
    about["description"] = content.summary
    lists = {"frozen": plan.frozen, "removed": plan.removed}
    yield "index.html", made("home", about, report=content, **lists)
    for page in watch([item for _, members in content.pillars for item in members]):
        yield from _promise(page, plan, made)
    for gone in plan.removed:
        yield from _removed(gone, plan, made)
    if not plan.folder:  # a host knows one
        yield "404.html", made("missing", _about(plan, "", ""))


def _day(text: str) -> str:
    """A day that a folder or a marker names, as people say it."""
    try:
        return t.date(dt.date.fromisoformat(text))
    except ValueError:
        return text


def _about(plan: Plan, place: str, up: str) -> dict[str, Any]:
    """What every page says of itself."""
    snapshot = plan.content.snapshot
    published = snapshot.dataset.publication
    return {
        "place": place,
        "up": up,
        "site": plan.title,
        "title": plan.title,
        "description": "",
        "address": plan.address(place),
        "card": "",
        "feed": True,
        "folder": plan.folder,
        "top": f"{up}../" if plan.folder else up,
        "languages": _languages(plan, place, up),
        "as_of": f"{snapshot.as_of}",
        "copied": f"{snapshot.as_of}" in plan.frozen,
        "day": t.date(snapshot.as_of),
        "newest": moment_text(newest(snapshot.dataset)),
        "digest": plan.content.digest,
        "publisher": one_line((published and published.publisher) or ""),
        "license": one_line((published and published.license) or ""),
    }


def _languages(plan: Plan, place: str, up: str) -> list[dict[str, str]]:
    """The same page in every language of the site; nothing where it has one."""
    if len(plan.languages) == 1:
        return []
    top = f"{up}../" if plan.folder else up
    found = []
    for code in plan.languages:
        there = folder_of(code, plan.languages) + place
        href = f"{top}{there}" or "./"
        address = f"{plan.base}{there}" if plan.base else href
        root = f"{plan.base or '/'}{folder_of(code, plan.languages)}"
        name = NAMES.get(code, code)
        found.append({"code": code, "name": name, "href": href, "address": address, "root": root})
    return found


def _promise(page: Item, plan: Plan, made: Any) -> Iterator[File]:
    snapshot, item = plan.content.snapshot, page.assessment
    place = page_of(page.ref.id)
    about = _about(plan, place, "../../")
    line, stands = figure_line(item), t.ended(item_dates(item, snapshot))
    about["title"] = f"{page.ref.title}: {line}, " + say("as of {date}", date=about["day"])
    about["description"] = _short(f"{t.ended(line)} {stands} {page.summary}")
    if plan.cards:
        about["card"] = plan.address(f"{place}card.png")
    picture = figure.chart(item, snapshot)
    if picture:
        yield f"{place}chart.svg", picture.encode("utf-8")
    address = plan.permanent(place)
    more = {
        "item": page,
        "figures": "; ".join(each for each in figures(item) if each),
        "credit": credit(item, snapshot),
        "stands": item_dates(item, snapshot),
        "told": cite(snapshot, plan.content.digest, item=item, address=address),
        "has_chart": bool(picture),
        "embed": _embed(page, plan.address(place)),
    }
    yield f"{place}index.html", made("promise", about, **more)
    yield f"{place}embed.html", made("embed", about, **more)


def _embed(page: Item, address: str) -> str:
    """What an editor pastes into a page."""
    title = escape(page.ref.title)
    return (
        f'<iframe src="{escape(address)}embed.html" title="{title}" width="100%" height="420" '
        'loading="lazy" style="border:0"></iframe>'
    )


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def _removed(gone: Gone, plan: Plan, made: Any) -> Iterator[File]:
    place = page_of(gone.id)
    about = _about(plan, place, "../../")
    about["title"] = say("{title}: no longer in the tracker", title=gone.title)
    yield f"{place}index.html", made("removed", about, gone=gone)
    yield f"{place}embed.html", made("embed", about, item=None)


def feeds(plan: Plan) -> Iterator[File]:
    """The feed of all events and that of each promise; with a base also the map of the site."""
    snapshot = plan.content.snapshot

    def home(place: str, title: str, name: str = "") -> atom.Home:
        up = "../../" if place else ""

        def address(event: Event) -> str:
            where = f"{page_of(event.main.item.commitment.id)}#r-{event.update.id}"
            return plan.address(where) or f"{up}{where}"

        own = plan.address(f"{place}feed.xml") or "feed.xml"
        return atom.Home(own, plan.address(place) or "./", title, address, name)

    every = told(snapshot, plan.content.records)
    yield "feed.xml", atom.events(every[:FEED], snapshot, home("", plan.title))
    for item in plan.items:
        place, title = page_of(item.commitment.id), one_line(item.commitment.title)
        found = [Event(record, ()) for record in history(item)[:FEED]]
        where = home(place, f"{title} ({plan.title})", item.commitment.id)
        yield f"{place}feed.xml", atom.events(found, snapshot, where)
    if plan.base and not plan.folder:
        places = ["", *(page_of(item.commitment.id) for item in plan.items)]
        roots = [f"{plan.base}{folder_of(code, plan.languages)}" for code in plan.languages]
        whole = (f"{root}{each}" for root in roots for each in places)
        rows = "".join(f"<url><loc>{escape(each)}</loc></url>\n" for each in whole)
        head = '<?xml version="1.0" encoding="utf-8"?>\n'
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        yield "sitemap.xml", f'{head}<urlset xmlns="{space}">\n{rows}</urlset>\n'.encode()
