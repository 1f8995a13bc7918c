"""Events as lines, JSON, CSV, Markdown and an Atom feed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from factsheet.model import Update
from factsheet.progress import Assessment, Picture
from factsheet.render import csv, json, markdown
from factsheet.render import text as t
from factsheet.render.show import event_text, source_text


@dataclass(frozen=True, slots=True)
class Event:
    """A record and its commitment; ``target`` is what a retraction took back, ``withdrawn`` whether this was taken back."""

    item: Assessment
    update: Update
    withdrawn: bool
    target: Update | None

    @property
    def news_of(self) -> dt.date:
        """The day on which it was news: a withdrawal is dated like the record it takes back, but came when it was written."""
        return max(self.update.date, self.update.recorded_on) if self.update.retracts else self.update.date


def events(picture: Picture) -> list[Event]:
    """Every record that counts by the picture's dates and every one that was withdrawn, newest first."""
    found = []
    for item in picture.items:
        gone = {update.id for update in item.withdrawn}
        every = (*item.history, *item.withdrawn)
        by_id = {update.id: update for update in every} if gone else {}
        found += [Event(item, update, update.id in gone, by_id.get(update.retracts or "")) for update in every]
    found.sort(key=lambda event: (event.update.date, event.update.recorded, event.update.id), reverse=True)
    return found


def summary(event: Event) -> str:
    """What the record says, on one line."""
    words = event_text(event.update, event.item)
    if event.target:
        taken = f"{event.target.id} of {event.target.date} ({event_text(event.target, event.item)})"
        words = f"withdraws {taken}, written {event.update.recorded_on}"
    note = f": {t.one_line(event.update.note)}" if event.update.note else ""
    return words + note + (" (withdrawn)" if event.withdrawn else "")


def lines(found: Sequence[Event]) -> str:
    """One event a line, nothing truncated."""
    width = max((len(event.item.commitment.id) for event in found), default=0)
    return "".join(
        f"{event.update.date}  {event.item.commitment.id:<{width}}  {event.update.id}  {summary(event)}\n" for event in found
    )


def row(event: Event) -> dict[str, Any]:
    """A record with every key, for exports; amounts are strings, dates ISO, absent things null."""
    update = event.update
    return {
        "item": event.item.commitment.id,
        "id": update.id,
        "date": t.day(update.date),
        "through": t.day(update.through) or None,
        "recorded": moment(update.recorded),
        "status": update.status,
        "value": None if update.value is None else t.plain_number(update.value),
        "unit": event.item.standing.unit if update.value is not None else None,
        "reached": list(update.reached),
        "note": update.note,
        "disputed": update.disputed,
        "pre_agreement": update.pre_agreement,
        "sources": [json.source(source) for source in update.sources],
        "retracts": update.retracts,
        "withdrawn": event.withdrawn,
    }


def moment(when: dt.datetime) -> str:
    """A moment as RFC 3339 in UTC."""
    return when.astimezone(dt.UTC).isoformat().removesuffix("+00:00") + "Z"


def as_json(found: Sequence[Event], picture: Picture) -> bytes:
    """The events with every key, after the head that all exports share."""
    return json.encode({**json.head(picture), "events": [row(event) for event in found]})


COLUMNS: Final = (
    "item",
    "id",
    "date",
    "through",
    "recorded",
    "status",
    "value",
    "unit",
    "reached",
    "note",
    "disputed",
    "pre_agreement",
    "sources",
    "retracts",
    "withdrawn",
)


def csv_row(event: Event) -> list[csv.Cell]:
    """One event, in the order of ``COLUMNS``; several sources are separated by spaces, which no address holds."""
    cells = row(event) | {"value": event.update.value, "reached": " ".join(event.update.reached)}
    cells["sources"] = " ".join(source.url for source in event.update.sources)
    return [cells[name] for name in COLUMNS]


def as_csv(found: Sequence[Event], picture: Picture) -> bytes:
    """One row an event."""
    return csv.write(COLUMNS, map(csv_row, found))


def as_markdown(found: Sequence[Event], picture: Picture) -> bytes:
    """A list of events with linked sources."""
    parts = [f"# {markdown.safe(picture.dataset.agreement.title)}: events\n"]
    for event in found:
        links = ", ".join(markdown.link(source.publisher or source.url, source.url) for source in event.update.sources)
        text = f"- {event.update.date} **{markdown.safe(event.item.commitment.id)}** {markdown.safe(summary(event))}"
        parts.append(f"{text} ({links})" if links else text)
    return ("\n".join(parts) + "\n").encode("utf-8")


def as_atom(found: Sequence[Event], picture: Picture) -> bytes:
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
    add(feed, "updated", moment(max(changed)) if changed else f"{agreement.agreed}T00:00:00Z")
    add(add(feed, "author"), "name", "factsheet")
    for event, when in zip(found, changed, strict=True):
        entry = add(feed, "entry")
        add(entry, "id", f"{feed_id}/{event.item.commitment.id}/{event.update.id}")
        withdrawal = "withdrawn: " if event.withdrawn else ""
        add(entry, "title", f"{withdrawal}{event.item.commitment.id}: {t.one_line(event_text(event.update, event.item))}")
        add(entry, "published", moment(event.update.recorded))
        add(entry, "updated", moment(when))
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


FORMATS: Final[dict[str, Callable[[Sequence[Event], Picture], bytes]]] = {
    "json": as_json,
    "csv": as_csv,
    "md": as_markdown,
    "atom": as_atom,
}
