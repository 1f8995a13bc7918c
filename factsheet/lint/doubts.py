"""Doubts about a snapshot: what is asserted against what is derived and what the evidence shows.

Each function looks for one thing, returns all it finds, and raises nothing. Events of later dates
than the snapshot's are not looked at.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise

from factsheet.assess.agenda import settled
from factsheet.assess.measurement import Measurement
from factsheet.assess.snapshot import Assessment, Snapshot
from factsheet.inert import HIDDEN
from factsheet.lint import addresses
from factsheet.lint.codes import Finding, Loc, few
from factsheet.lint.places import Places
from factsheet.lint.slips import slips
from factsheet.model import Commitment, Source, Update


def doubts(snapshot: Snapshot, today: dt.date | None = None) -> dict[str, list[Finding]]:
    """The doubts about each commitment, by id, in file order.

    ``today`` is the last day on which a record can have been written; without it none is doubted
    for its clock.
    """
    by_id = {item.commitment.id: item for item in snapshot.items}
    places = Places(snapshot.dataset)
    found: dict[str, list[Finding]] = {}
    for item in snapshot.items:
        found[item.commitment.id] = [
            *_evidence(item, snapshot, places),
            *_asserted_against_derived(item, places),
            *_totals_that_fall(item, places),
            *_cross_footing(item, by_id, places),
            *slips(item, snapshot, today, places),
            *_odd_text(item, places),
        ]
    for finding in addresses.gone(snapshot):
        if finding.item in found:
            found[finding.item].append(finding)
    return found


def _evidence(item: Assessment, snapshot: Snapshot, places: Places) -> Iterator[Finding]:
    name = item.commitment.id
    for record in item.history:
        if record.disputed and not settled(record, item):
            message = f"the record of {record.date} is disputed"
            loc = places.record(item, record)
            yield Finding(code="disputed", message=message, loc=loc, item=name)
        if not record.sources:
            if said := _said(record):
                message = f"{said} on {record.date} has no source"
                loc = places.record(item, record)
                yield Finding(code="no-source", message=message, loc=loc, item=name)
        elif (said := _said(record)) and all(each.kind == "secondary" for each in record.sources):
            message = f"{said} on {record.date} rests on secondary sources only"
            loc = places.record(item, record)
            yield Finding(code="secondary-only", message=message, loc=loc, item=name)
    if item.stale:
        days = snapshot.dataset.method.review_every_days
        last = f"last evidence of {item.last_update}" if item.last_update else "no evidence yet"
        message = f"{last}, more than {days} days before {snapshot.as_of}"
        yield Finding(code="stale", message=message, loc=places.item(item.commitment), item=name)


def _said(record: Update) -> str:
    """What a record claims that a source should show; that nothing was found needs none."""
    if record.status and record.status != "no-evidence":
        return record.status
    if record.value is not None:
        return f"the value {record.value:,f}"
    return f"the milestone {few(record.reached)}" if record.reached else ""


def _asserted_against_derived(item: Assessment, places: Places) -> Iterator[Finding]:
    made, name, status = item.measurement, item.commitment.id, item.status
    loc = places.item(item.commitment)

    def warn(code: str, message: str) -> Finding:
        return Finding(code=code, message=message, loc=loc, item=name)

    share = made.progress
    if status == "fulfilled" and share is not None and share < 1:
        message = f"asserted fulfilled, but progress is {share:.1%}"
        yield warn("fulfilled-below-target", message)
    if made.word == "done" and status not in ("fulfilled", "in-effect", "breached", "withdrawn"):
        message = f"the target is reached, but the status is {status}"
        yield warn("done-not-fulfilled", message)
    if status == "not-started" and share is not None and share > 0:
        message = f"asserted not-started, but progress is {share:.1%}"
        yield warn("begun-not-started", message)
    if item.overdue and status != "breached":
        yield warn("past-due", f"{status} after the due date {item.commitment.due}")
    for step in made.late:
        if not item.closed:
            message = f"the milestone {step.id} was due {step.due} and is not recorded as reached"
            yield warn("late-milestone", message)
    if status == "in-effect" and made.breaches:
        # A breach that is over and was recorded as one contradicts nothing.
        breached = (record.date for record in item.history if record.status == "breached")
        recorded = max(breached, default=dt.date.min)
        for breach in made.breaches:
            if breach.until is None or recorded < breach.since:
                until = f" until {breach.until}" if breach.until else ""
                message = (
                    f"asserted in effect, but the limit was broken from {breach.since}{until}, "
                    f"peak {breach.peak:,f}"
                )
                yield warn("breach-in-effect", message)


def _totals_that_fall(item: Assessment, places: Places) -> Iterator[Finding]:
    """Each observation of a running total that is below the one before it.

    A calendar-year limit starts anew every year.
    """
    measure = item.commitment.measure
    running = measure.accumulates if measure else ""
    if not running:
        return
    for before, after in pairwise(item.measurement.observations):
        high, low = before.value or Decimal(0), after.value or Decimal(0)
        anew = running == "year" and after.data_through.year != before.data_through.year
        if low < high and not anew:
            message = (
                f"the total fell from {high:,f} ({before.data_through}) "
                f"to {low:,f} ({after.data_through})"
            )
            loc = places.record(item, after)
            yield Finding(code="total-fell", message=message, loc=loc, item=item.commitment.id)


def _cross_footing(
    item: Assessment, by_id: Mapping[str, Assessment], places: Places
) -> Iterator[Finding]:
    measure, name = item.commitment.measure, item.commitment.id
    if measure is None or not measure.adds_up or not item.commitment.parts:
        return
    loc = (*places.item(item.commitment), "parts")
    members = [by_id[part] for part in item.commitment.parts]
    alike = [
        part.measurement
        for part in members
        if part.commitment.measure and part.commitment.measure.adds_up
    ]
    counts = {each.counts for each in alike if each.counts}
    if len(counts) > 1:
        message = f"the parts count different things: {few(sorted(counts), '; ')}"
        yield Finding(code="mixed-counts", message=message, loc=loc, item=name)
    whole = item.measurement
    if measure.parts_make_it or whole.through is None or not alike:
        return
    if len(alike) < len(members) or any(part.unit != whole.unit for part in alike):
        return
    if contradiction := _against_parts(whole, alike):
        yield Finding(code="parts-disagree", message=contradiction, loc=loc, item=name)


def _against_parts(whole: Measurement, parts: list[Measurement]) -> str | None:
    """How the total of the whole contradicts those of its parts, each good for its own day.

    Totals never fall. Of one day they must agree; parts seen later may be more than the whole then,
    parts seen earlier less: neither contradicts.
    """
    value, day = whole.value or Decimal(0), whole.through or dt.date.min
    days = [part.through for part in parts if part.through]
    total = sum((part.value for part in parts if part.value is not None), Decimal(0))
    complete = len(days) == len(parts) and not any(part.missing for part in parts)
    too_much = total > value and bool(days) and max(days) <= day
    too_little = total < value and complete and min(days) >= day
    if not too_much and not too_little:
        return None
    return (
        f"the parts together have {total:,f} (through {max(days)}), "
        f"the whole says {value:,f} (through {day})"
    )


def _odd_text(item: Assessment, places: Places) -> Iterator[Finding]:
    for where, text in _term_texts(item.commitment):
        yield from _odd(text, where[-1], (*places.item(item.commitment), *where), item)
    for record in (*item.history, *item.withdrawn):
        for key, text in _record_texts(record):
            plain = text.isascii() and text.isprintable()
            # Told once, where it is written.
            if not plain and getattr(places.kept(item, record), key, None):
                yield from _odd(text, key, (*places.record(item, record), key), item)


def _odd(text: str, key: str | int, loc: Loc, item: Assessment) -> Iterator[Finding]:
    if hidden := HIDDEN.search(text):
        message = f"{key} holds an invisible character {hidden[0]!a}"
        yield Finding(code="hidden-characters", message=message, loc=loc, item=item.commitment.id)
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        message = f"{key} is not in form NFC"
        yield Finding(code="not-nfc", message=message, loc=loc, item=item.commitment.id)


def _term_texts(commitment: Commitment) -> Iterator[tuple[Loc, str]]:
    for key in ("title", "summary", "wording", "section", "due_note"):
        if text := getattr(commitment, key):
            yield (key,), text
    for party, text in commitment.readings.items():
        yield ("readings", party), text
    for text in _source_texts(commitment.sources):
        yield ("sources",), text


def _record_texts(record: Update) -> Iterator[tuple[str, str]]:
    if record.note:
        yield "note", record.note
    for text in _source_texts(record.sources):
        yield "sources", text


def _source_texts(sources: tuple[Source, ...]) -> Iterator[str]:
    for source in sources:
        if source.title:
            yield source.title
        if source.publisher:
            yield source.publisher
