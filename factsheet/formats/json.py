"""JSON for other people's scripts: amounts as strings, ratios rounded to four places."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from factsheet.assess.pace import Point
from factsheet.assess.snapshot import Assessment, Snapshot, ordered
from factsheet.inert import HIDDEN
from factsheet.lint.codes import Finding
from factsheet.model import Source
from factsheet.report import quantities as q
from factsheet.report import words as t
from factsheet.report.cite import cite
from factsheet.report.cited import Cited
from factsheet.report.columns import (
    ALSO,
    COUNTS,
    ITEM,
    MEASURE,
    RECORD,
    SHARES,
    SOURCE,
    Columns,
    Value,
)
from factsheet.report.highlights import why_text
from factsheet.report.history import Event, history
from factsheet.source_list import States

if TYPE_CHECKING:
    from factsheet.report.content import Item, Listing, Report, Watch
    from factsheet.report.highlights import Agenda, Group

_Thing = TypeVar("_Thing")


def listing(listed: Listing) -> bytes:
    """The answer of ``list --format json``, UTF-8."""
    found = listed.findings()
    rows = [commitment(item, found[item.commitment.id]) for item in listed.items]
    return encode({**head(listed.snapshot), "commitments": rows})


def events(found: Iterable[Event], snapshot: Snapshot) -> bytes:
    """Events with every key of their main record, and what they say of other commitments."""
    return encode(
        {**head(snapshot), "events": [_event(event, snapshot.sources) for event in found]}
    )


def agenda(content: Agenda) -> bytes:
    """What to look at, the most pressing first."""
    snapshot = content.snapshot
    rows = [
        {
            "why": entry.why,
            "id": entry.item.commitment.id,
            "title": entry.item.commitment.title,
            "owed_by": list(entry.item.commitment.owed_by),
            "headline": entry.item.commitment.headline,
            "status": entry.item.status,
            "date": t.day(entry.date) or None,
            "days": (entry.date - snapshot.as_of).days if entry.date else None,
            "milestone": entry.deadline.step.id if entry.deadline and entry.deadline.step else None,
            "record": entry.record.id if entry.record else None,
            "also": list(entry.also),
            "text": why_text(entry, snapshot),
        }
        for entry in content.entries
    ]
    return encode({**head(snapshot), "until": t.day(content.until), "agenda": rows})


def _event(event: Event, known: States) -> dict[str, Any]:
    also = [
        {
            "item": record.item.commitment.id,
            **{key: _plain(RECORD[key](record), key) for key in ALSO},
        }
        for record in event.also
    ]
    return {**_row(event.main, RECORD, known), "also": also}


def encode(data: Mapping[str, Any]) -> bytes:
    """JSON text with Korean readable, in UTF-8, ending with a newline.

    What a terminal would obey or nobody sees is written as an escape, which means the same to every
    reader of JSON.
    """
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    return HIDDEN.sub(lambda match: json.dumps(match[0])[1:-1], text).encode(
        "utf-8", "backslashreplace"
    )


def head(snapshot: Snapshot) -> dict[str, Any]:
    """What every export says first: which agreement, as of when."""
    agreement = snapshot.dataset.agreement
    return {
        "schema": 1,
        "agreement": {
            "id": agreement.id,
            "title": agreement.title,
            "agreed": t.day(agreement.agreed),
            "parties": dict(agreement.parties),
            "sources": [_source(each, snapshot.sources) for each in agreement.sources],
        },
        "as_of": t.day(snapshot.as_of),
        "known_by": t.day(snapshot.known_by) or None,
    }


def commitment(item: Assessment, findings: Iterable[Finding]) -> dict[str, Any]:
    """One commitment, key by key; what is absent is null."""
    found = [
        {"code": each.code, "severity": each.severity, "message": each.message, "line": each.line}
        for each in findings
    ]
    return {**_row(item, ITEM), "findings": found}


def _row(thing: _Thing, columns: Columns[_Thing], known: States | None = None) -> dict[str, Any]:
    return {name: _plain(column(thing), name, known) for name, column in columns.items()}


def _plain(value: Value, name: str, known: States | None = None) -> Any:
    if isinstance(value, Decimal):
        if name in COUNTS:
            return int(value)
        # A share is rounded already: the float is only the way JSON spells it.
        return float(value) if name in SHARES else q.plain_number(value)
    if isinstance(value, dt.date):
        return t.day(value)
    if isinstance(value, tuple):
        return [_part(each, known or {}) for each in value]
    return value


def _part(each: str | Source | Point, known: States) -> Any:
    if isinstance(each, Source):
        return _source(each, known)
    if isinstance(each, tuple):
        return {"date": t.day(each[0]), "value": q.plain_number(each[1])}
    return each


def _source(each: Source, known: States) -> dict[str, Any]:
    state = known.get(each.url)
    return {
        "url": each.url,
        "title": each.title,
        "publisher": each.publisher,
        "published": t.day(each.published) or None,
        "kind": each.kind,
        "archived": state.archived if state else None,
    }


def sources(found: Iterable[Cited], snapshot: Snapshot) -> bytes:
    """The cited addresses, each once, with what is known of them."""
    return encode({**head(snapshot), "sources": [_row(each, SOURCE) for each in found]})


def report(content: Report, *, watch: Watch = iter) -> bytes:
    """The report: what ``list`` gives for every item, and all that the other formats say."""
    snapshot, changes = content.snapshot, content.changes
    published = snapshot.dataset.publication
    items = [item for _, members in ordered(snapshot.items) for item in members]
    pages = {item.ref.id: item for _, members in content.pillars for item in members}
    return encode(
        {
            **head(snapshot),
            "publication": None if published is None else asdict(published),
            "data_through": t.day(snapshot.cut_off) or None,
            "sha256": content.digest,
            "cite": cite(snapshot, content.digest)._asdict(),
            "verdict": list(content.verdict),
            "summary": content.summary,
            "statuses": {status: count for status, count, _ in content.statuses},
            "accounts": [
                {"party": each.party, "owes": each.owes, **each.groups, "overdue": each.overdue}
                for each in content.accounts
            ],
            "attention": [_group(group) for group in content.attention],
            "changes": None
            if changes is None
            else {
                "since": t.day(changes.since),
                "intro": changes.intro,
                "groups": [_group(group) for group in changes.groups],
            },
            "commitments": [
                {
                    **commitment(item, content.checked[item.commitment.id]),
                    **details(pages[item.commitment.id], snapshot.sources),
                    "cite": cite(snapshot, content.digest, item=item)._asdict(),
                }
                for item in watch(items)
            ],
            "method": {
                "notes": list(content.method),
                "pace": dict(content.thresholds),
                "status": dict(content.meanings),
                "review_every_days": snapshot.dataset.method.review_every_days,
            },
            "corrections": _group(content.corrections),
        }
    )


def _group(group: Group) -> dict[str, Any]:
    lines = [
        {
            "id": line.ref.id,
            "date": t.day(line.date) or None,
            "text": line.text,
            "also": [{"id": each.id, "text": words} for each, words in line.also],
        }
        for line in group.lines
    ]
    return {"title": group.title, "intro": group.intro, "lines": lines}


def details(page: Item, known: States) -> dict[str, Any]:
    """What a report adds to an item: the term, what its figures rest on, its history."""
    item, run = page.assessment, page.assessment.measurement.rates
    return {
        "summary": page.summary,
        "measure": _row(item, MEASURE) if item.commitment.measure else None,
        "readings": dict(page.readings),
        "term": dict(page.facts),
        "figures": [{"name": name, "text": text} for name, text in page.figures],
        "rates": None
        if run is None
        else {
            "required_a_year": None if run.required is None else q.plain_number(run.required),
            "recent_a_year": None if run.recent is None else q.plain_number(run.recent),
            "recent_since": t.day(run.since) or None,
            "recent_until": t.day(run.until) or None,
            "arrival": t.day(run.arrival) or None,
        },
        "milestones": [
            {"title": each.title, "state": each.state, "when": each.when or None}
            for each in page.milestones
        ],
        "sources": [_source(each, known) for each in item.commitment.sources],
        "history": [_row(record, RECORD, known) for record in history(item)],
    }
