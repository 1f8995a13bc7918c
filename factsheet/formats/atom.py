"""Events as an Atom feed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from factsheet.assess.snapshot import Snapshot
from factsheet.inert import one_line, visible
from factsheet.report import words as t
from factsheet.report.history import Event, record_parts, record_text, summary
from factsheet.report.speech import ENGLISH, _, language

TITLE: Final = 120
"""Characters of a note that stand in the title of an entry."""


class Home(NamedTuple):
    """Where a feed belongs to: its own address, that of the page that it is the feed of, what that
    is called, and the address of each event. Of a part of the dataset it also has a ``name``.
    """

    own: str
    page: str
    title: str
    address: Callable[[Event], str]
    name: str = ""


def events(found: Sequence[Event], snapshot: Snapshot, home: Home | None = None) -> bytes:
    """An Atom feed (RFC 4287): one entry an event, stable ids, newest first.

    One that was withdrawn, or restored, is an updated entry. Another language is another feed, with
    ids of its own. The feed of a site has a ``home``: its entries are named after the promise and
    lead to our page, their sources are related links.
    """
    from xml.etree import ElementTree

    agreement = snapshot.dataset.agreement
    namespace = "http://www.w3.org/2005/Atom"
    ElementTree.register_namespace("", namespace)
    feed = ElementTree.Element(f"{{{namespace}}}feed")

    def add(
        parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str
    ) -> ElementTree.Element:
        child = ElementTree.SubElement(parent, f"{{{namespace}}}{name}", attributes)
        child.text = text.translate(_NOT_XML) if text else None
        return child

    changed = [_changed(event) for event in found]
    feed_id = f"tag:factsheet,{agreement.agreed}:{agreement.id}"
    if language() != ENGLISH:
        # To whoever follows both languages one id would be one entry that changes back and forth.
        feed_id += f"/{language()}"
        feed.set("{http://www.w3.org/XML/1998/namespace}lang", language())
    add(feed, "id", f"{feed_id}/{home.name}" if home and home.name else feed_id)
    add(feed, "title", one_line(home.title if home else agreement.title))
    if home:
        add(feed, "link", None, href=home.own, rel="self", type="application/atom+xml")
        add(feed, "link", None, href=home.page, rel="alternate", type="text/html")
    add(feed, "updated", t.moment(max(changed)) if changed else f"{agreement.agreed}T00:00:00Z")
    add(add(feed, "author"), "name", "factsheet")
    for event, when in zip(found, changed, strict=True):
        update, name = event.update, event.main.item.commitment.id
        entry = add(feed, "entry")
        add(entry, "id", f"{feed_id}/{name}/{update.id}")
        withdrawal = _("withdrawn") + ": " if event.withdrawn else ""
        said = one_line(record_text(update, event.main.item))
        called = name
        if home:
            called = one_line(event.main.item.commitment.title)
            if not record_parts(update, event.main.item) and update.note:
                said = _beginning(one_line(update.note))
        add(entry, "title", f"{withdrawal}{called}: {said}")
        add(entry, "published", t.moment(update.recorded))
        add(entry, "updated", t.moment(when))
        if home:
            add(entry, "link", None, href=home.address(event), rel="alternate", type="text/html")
        for number, source in enumerate(update.sources, start=1 if home else 0):
            # A reader opens the alternate link on a click, and an entry may have only one.
            rel = "related" if number else "alternate"
            title = one_line(source.publisher or source.url).translate(_NOT_XML)
            add(entry, "link", None, href=source.url.translate(_NOT_XML), rel=rel, title=title)
        body = [f"{t.date(update.date)}: {summary(event.main)}"]
        body += [
            f"{record.item.commitment.id}: {summary(record)}"
            for record in event.also
            if not record.update.retracts
        ]
        body += [t.source_text(source) for source in update.sources]
        add(entry, "content", visible("\n".join(body)), type="text")
    text: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _beginning(text: str) -> str:
    """As much of a note as a title has room for, to the end of a word."""
    return text if len(text) <= TITLE else f"{text[:TITLE].rpartition(' ')[0] or text[:TITLE]}…"


def _changed(event: Event) -> dt.datetime:
    """When what the entry says last changed: written, taken back, restored, and so on.

    Every link of the chain of withdrawals that leads to it counts, so the moment never goes back.
    """
    when, waiting = event.update.recorded, {event.update.id}
    home = event.main.item
    every = sorted((*home.history, *home.withdrawn), key=lambda update: update.recorded)
    again = True
    while again:
        again = False
        for update in every:
            if update.retracts in waiting and update.id not in waiting:
                waiting.add(update.id)
                when, again = max(when, update.recorded), True
    return when


_NOT_XML: Final = {0xFFFE: "\ufffd", 0xFFFF: "\ufffd"}
"""Two characters that TOML takes and XML does not; ``visible`` has escaped all others."""
