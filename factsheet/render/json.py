"""JSON for other people's scripts: the keys of the design, amounts as strings, ratios rounded to four places."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from factsheet.findings import Finding
from factsheet.load import located
from factsheet.model import Source
from factsheet.progress import Assessment, Picture
from factsheet.render import text as t


def listing(picture: Picture, items: Sequence[Assessment], findings: Mapping[str, Sequence[Finding]], text: str) -> bytes:
    """The answer of ``list --format json``, UTF-8; ``text`` is the file, for the lines of the findings."""
    placed: dict[str, list[Finding]] = {item.commitment.id: [] for item in items}
    for finding in located(text, [each for item in items for each in findings[item.commitment.id]]):
        placed[finding.item or ""].append(finding)
    return encode({**head(picture), "commitments": [commitment(item, placed[item.commitment.id]) for item in items]})


def encode(data: Mapping[str, Any]) -> bytes:
    """JSON text with Korean readable, in UTF-8, ending with a newline."""
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


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
