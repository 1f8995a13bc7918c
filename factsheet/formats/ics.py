"""Deadlines as a calendar (RFC 5545), which the library icalendar escapes and folds."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from factsheet import __version__
from factsheet.assess import agenda
from factsheet.assess.agenda import Deadline
from factsheet.inert import one_line
from factsheet.report import words as t
from factsheet.report.highlights import what_is_due
from factsheet.report.speech import _, language, say, word
from factsheet.vocabulary import STATUS_MEANINGS

if TYPE_CHECKING:
    from factsheet.report.content import Report, Watch


def report(content: Report, *, watch: Watch = iter, reviews: bool = False) -> bytes:
    """A calendar of days: every deadline of an open item, marked where it has passed.

    ``reviews`` adds the day by which each open item has to be looked at again.
    """
    # Imported here: an optional extra.
    from icalendar import Calendar, Event

    snapshot = content.snapshot
    calendar = Calendar()
    calendar.add("prodid", f"-//factsheet//factsheet {__version__}//{language().upper()}")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", content.title)
    # The stamp says which state of the data this is, not when the program ran: the same file gives
    # the same calendar.
    stamp = dt.datetime.combine(snapshot.as_of, dt.time(), dt.UTC)
    agreement = snapshot.dataset.agreement.id
    looks = agenda.reviews(snapshot) if reviews else []
    for each in watch([*agenda.deadlines(snapshot), *looks]):
        event = Event()
        event.add("uid", f"{each.item.commitment.id}.{each.key}@{agreement}.factsheet")
        event.add("dtstamp", stamp)
        event.add("dtstart", each.date)
        # The end of a day is the day after: without it some calendars show nothing.
        event.add("dtend", each.date + dt.timedelta(days=1))
        event.add("summary", _summary(each, snapshot.as_of))
        event.add("description", _description(each))
        kind = _("review") if each.review else _("deadline")
        event.add("categories", [kind, word("pillar", each.item.commitment.pillar)])
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    data: bytes = calendar.to_ical()
    return data


def _summary(each: Deadline, as_of: dt.date) -> str:
    late = _("OVERDUE") + ": " if each.date < as_of and not each.review else ""
    return late + t.noted(one_line(each.item.commitment.title), what_is_due(each))


def _description(each: Deadline) -> str:
    item = each.item
    status = t.noted(t.status(item.status), _(STATUS_MEANINGS[item.status]))
    lines = [f"{item.commitment.id}: {status}"]
    if value := t.value_text(item):
        lines.append(f"{value}; {t.pace_text(item)}")
    if each.review:
        last = t.date(item.last_update) or _("none")
        lines.append(say("Last evidence: {date}. Look again, and record what you find.", date=last))
    return "\n".join(lines)
