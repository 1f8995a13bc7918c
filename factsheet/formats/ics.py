"""Deadlines and review dates as a calendar (RFC 5545), escaped and folded by icalendar."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from factsheet import __version__
from factsheet.inert import one_line
from factsheet.report import words as t
from factsheet.report.highlights import Deadline, deadlines, reviews
from factsheet.vocabulary import STATUS_MEANINGS

if TYPE_CHECKING:
    from factsheet.report.content import Report, Watch


def report(content: Report, *, watch: Watch = iter) -> bytes:
    """A calendar of days: what is still due, and when each open item has to be looked at again."""
    # Imported here: an optional extra.
    from icalendar import Calendar, Event

    snapshot = content.snapshot
    calendar = Calendar()
    calendar.add("prodid", f"-//factsheet//factsheet {__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", content.title)
    # The stamp says which state of the data this is, not when the program ran: the same file gives
    # the same calendar.
    stamp = dt.datetime.combine(snapshot.as_of, dt.time(), dt.UTC)
    agreement = snapshot.dataset.agreement.id
    for each in watch([*deadlines(snapshot), *reviews(snapshot)]):
        event = Event()
        event.add("uid", f"{each.item.commitment.id}.{each.key}@{agreement}.factsheet")
        event.add("dtstamp", stamp)
        event.add("dtstart", each.date)
        event.add("summary", _summary(each))
        event.add("description", _description(each))
        event.add(
            "categories", ["review" if each.review else "deadline", each.item.commitment.pillar]
        )
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    data: bytes = calendar.to_ical()
    return data


def _summary(each: Deadline) -> str:
    return f"{one_line(each.item.commitment.title)} ({each.what})"


def _description(each: Deadline) -> str:
    item = each.item
    lines = [f"{item.commitment.id}: {item.status} ({STATUS_MEANINGS[item.status]})"]
    if value := t.value_text(item):
        lines.append(f"{value}; {t.pace_text(item)}")
    if each.review:
        lines.append(
            f"Last evidence: {t.day(item.last_update) or 'none'}. "
            "Look again, and record what you find."
        )
    return "\n".join(lines)
