"""Events as lines, Markdown and an Atom feed, beside the formats that reports share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from factsheet.progress import Picture
from factsheet.render import csv, json, markdown
from factsheet.render import text as t
from factsheet.render.records import Record, event_text, summary
from factsheet.render.show import source_text


def lines(found: Sequence[Record]) -> str:
    """One event a line, nothing truncated."""
    width = max((len(event.item.commitment.id) for event in found), default=0)
    return "".join(
        f"{event.update.date}  {event.item.commitment.id:<{width}}  {event.update.id}  {summary(event)}\n" for event in found
    )


def as_markdown(found: Sequence[Record], picture: Picture) -> bytes:
    """A list of events with linked sources."""
    parts = [f"# {markdown.safe(picture.dataset.agreement.title)}: events\n"]
    for event in found:
        links = ", ".join(markdown.link(source.publisher or source.url, source.url) for source in event.update.sources)
        text = f"- {event.update.date} **{markdown.safe(event.item.commitment.id)}** {markdown.safe(summary(event))}"
        parts.append(f"{text} ({links})" if links else text)
    return ("\n".join(parts) + "\n").encode("utf-8")


def as_atom(found: Sequence[Record], picture: Picture) -> bytes:
    """An Atom feed (RFC 4287): one entry a record, stable ids, newest first. A record that was withdrawn is an updated entry."""
    from xml.etree import ElementTree

    agreement = picture.dataset.agreement
    namespace = "http://www.w3.org/2005/Atom"
    ElementTree.register_namespace("", namespace)
    feed = ElementTree.Element(f"{{{namespace}}}feed")

    def add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
        child = ElementTree.SubElement(parent, f"{{{namespace}}}{name}", attributes)
        child.text = text.translate(_NOT_XML) if text else None
        return child

    retractions = (update for item in picture.items for update in item.history if update.retracts)
    withdrawn = {update.retracts: update.recorded for update in sorted(retractions, key=lambda update: update.recorded)}
    changed = [withdrawn.get(event.update.id, event.update.recorded) for event in found]
    feed_id = f"tag:factsheet,{agreement.agreed}:{agreement.id}"
    add(feed, "id", feed_id)
    add(feed, "title", t.one_line(agreement.title))
    add(feed, "updated", t.moment(max(changed)) if changed else f"{agreement.agreed}T00:00:00Z")
    add(add(feed, "author"), "name", "factsheet")
    for event, when in zip(found, changed, strict=True):
        entry = add(feed, "entry")
        add(entry, "id", f"{feed_id}/{event.item.commitment.id}/{event.update.id}")
        withdrawal = "withdrawn: " if event.withdrawn else ""
        add(entry, "title", f"{withdrawal}{event.item.commitment.id}: {t.one_line(event_text(event.update, event.item))}")
        add(entry, "published", t.moment(event.update.recorded))
        add(entry, "updated", t.moment(when))
        for number, source in enumerate(event.update.sources):
            # A reader opens the alternate link on a click, and an entry may have only one.
            rel, title = "related" if number else "alternate", t.one_line(source.publisher or source.url).translate(_NOT_XML)
            add(entry, "link", None, href=source.url.translate(_NOT_XML), rel=rel, title=title)
        body = [f"{event.update.date}: {summary(event)}", *(source_text(source) for source in event.update.sources)]
        add(entry, "content", t.visible("\n".join(body)), type="text")
    text: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


_NOT_XML: Final = {0xFFFE: "\ufffd", 0xFFFF: "\ufffd"}
"""Two characters that TOML takes and XML does not; ``visible`` has escaped all others."""


FORMATS: Final[dict[str, Callable[[Sequence[Record], Picture], bytes]]] = {
    "json": json.events,
    "csv": lambda found, picture: csv.events(found),
    "md": as_markdown,
    "atom": as_atom,
}
