"""JSON for other people's scripts: the keys of the design, amounts as strings, ratios rounded to four places."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from factsheet.checks import HIDDEN
from factsheet.findings import Finding
from factsheet.load import located
from factsheet.model import Source
from factsheet.progress import Assessment, Picture, ordered, rates
from factsheet.render import text as t

if TYPE_CHECKING:
    from factsheet.render.news import Group
    from factsheet.render.report import Item, Report, Watch


def listing(picture: Picture, items: Sequence[Assessment], findings: Mapping[str, Sequence[Finding]], text: str) -> bytes:
    """The answer of ``list --format json``, UTF-8; ``text`` is the file, for the lines of the findings."""
    placed: dict[str, list[Finding]] = {item.commitment.id: [] for item in items}
    for finding in located(text, [each for item in items for each in findings[item.commitment.id]]):
        placed[finding.item or ""].append(finding)
    return encode({**head(picture), "commitments": [commitment(item, placed[item.commitment.id]) for item in items]})


def encode(data: Mapping[str, Any]) -> bytes:
    """JSON text with Korean readable, in UTF-8, ending with a newline.

    What a terminal would obey or nobody sees is written as an escape, which means the same to every reader of JSON.
    """
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    return HIDDEN.sub(lambda match: json.dumps(match[0])[1:-1], text).encode("utf-8", "backslashreplace")


def head(picture: Picture) -> dict[str, Any]:
    """What every export says first: which agreement, as of when."""
    agreement = picture.dataset.agreement
    return {
        "schema": 1,
        "agreement": {
            "id": agreement.id,
            "title": agreement.title,
            "agreed": t.day(agreement.agreed),
            "parties": dict(agreement.parties),
            "sources": [source(each) for each in agreement.sources],
        },
        "as_of": t.day(picture.as_of),
        "known_by": t.day(picture.known_by) or None,
    }


def commitment(item: Assessment, findings: Iterable[Finding]) -> dict[str, Any]:
    """One commitment as the design lists it; what is absent is null."""
    term, standing = item.commitment, item.standing
    return {
        "id": term.id,
        "title": term.title,
        "pillar": term.pillar,
        "headline": term.headline,
        "owed_by": list(term.owed_by),
        "status": item.status,
        "status_date": t.day(item.status_by.date) if item.status_by else None,
        "value": None if standing.value is None else t.plain_number(standing.value),
        "value_through": t.day(standing.through) or None,
        "target": None if standing.target is None else t.plain_number(standing.target),
        "unit": standing.unit,
        "progress": _number(standing.progress),
        "expected": _number(standing.expected),
        "pace": _number(standing.pace),
        "pace_word": standing.word,
        "due": t.day(term.due) or None,
        "overdue": item.overdue,
        "last_update": t.day(item.last_update) or None,
        "stale": item.stale,
        "disputed": item.disputed,
        "findings": [
            {"code": found.code, "severity": found.severity, "message": found.message, "line": found.line} for found in findings
        ],
    }


def source(each: Source) -> dict[str, Any]:
    """A source with every key."""
    return {
        "url": each.url,
        "title": each.title,
        "publisher": each.publisher,
        "published": t.day(each.published) or None,
        "kind": each.kind,
    }


def _number(share: Any) -> float | None:
    # Rounded to four places first: the float is only the way JSON spells it.
    rounded = t.ratio(share)
    return None if rounded is None else float(rounded)


def report(content: Report, *, watch: Watch = iter) -> bytes:
    """The report: what ``list`` gives for every item, and beside it all that the other formats say."""
    picture, changes = content.picture, content.changes
    items = [item for _, members in ordered(picture.items) for item in members]
    placed: dict[str, list[Finding]] = {item.commitment.id: [] for item in items}
    for finding in located(content.text, [each for item in items for each in content.checked[item.commitment.id]]):
        placed[finding.item or ""].append(finding)
    pages = {item.ref.id: item for _, members in content.pillars for item in members}
    return encode(
        {
            **head(picture),
            "data_through": t.day(picture.cut_off) or None,
            "sha256": content.digest,
            "summary": content.summary,
            "statuses": {status: count for status, count, _ in content.statuses},
            "accounts": [
                {"party": each.party, "owes": each.owes, **each.groups, "overdue": each.overdue} for each in content.accounts
            ],
            "attention": [_group(group) for group in content.attention],
            "changes": None
            if changes is None
            else {"since": t.day(changes.since), "intro": changes.intro, "groups": [_group(group) for group in changes.groups]},
            "commitments": [
                {**commitment(item, placed[item.commitment.id]), **_page(pages[item.commitment.id], picture)}
                for item in watch(items)
            ],
            "method": {
                "notes": list(content.method),
                "pace": dict(content.thresholds),
                "status": dict(content.meanings),
                "review_every_days": picture.dataset.method.review_every_days,
            },
            "corrections": _group(content.corrections),
        }
    )


def _group(group: Group) -> dict[str, Any]:
    lines = [{"id": line.ref.id, "date": line.date or None, "text": line.text} for line in group.lines]
    return {"title": group.title, "intro": group.intro, "lines": lines}


def _page(page: Item, picture: Picture) -> dict[str, Any]:
    """What a report adds to an item: the term, what its figures rest on, its history."""
    # Imported here: `log` itself writes with this module.
    from factsheet.render import log

    item, run = page.assessment, rates(page.assessment, picture.dataset)
    gone = {update.id for update in item.withdrawn}
    every = sorted((*item.history, *item.withdrawn), key=lambda each: (each.date, each.recorded, each.id), reverse=True)
    return {
        "summary": page.summary,
        "readings": dict(page.readings),
        "term": dict(page.facts),
        "figures": [{"name": name, "text": text} for name, text in page.figures],
        "rates": None
        if run is None
        else {
            "required_a_year": None if run.required is None else t.plain_number(run.required),
            "recent_a_year": None if run.recent is None else t.plain_number(run.recent),
            "recent_since": t.day(run.since) or None,
            "recent_until": t.day(run.until) or None,
            "arrival": t.day(run.arrival) or None,
        },
        "milestones": [{"title": each.title, "state": each.state, "when": each.when or None} for each in page.milestones],
        "sources": [source(each) for each in item.commitment.sources],
        "history": [log.row(log.Event(item, update, update.id in gone, None)) for update in every],
    }
