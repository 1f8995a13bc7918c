"""Small datasets for tests of the arithmetic.

They are written as tables, made into TOML and read like any file.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import tomli_w

from factsheet.assess.snapshot import Assessment, assess
from factsheet.model import Dataset
from factsheet.source.load import load

TODAY = dt.date(2026, 11, 24)
SOURCE = {"url": "https://example.org/page", "kind": "primary"}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def amount(target: Any = 100, **given: Any) -> dict[str, Any]:
    return {"kind": "amount", "unit": "USD", "counts": "paid", "target": target, **given}


def level(baseline: Any, target: Any, **given: Any) -> dict[str, Any]:
    return {"kind": "level", "unit": "%", "baseline": baseline, "target": target, **given}


def limit(window: str = "continuous", **given: Any) -> dict[str, Any]:
    return {"kind": "limit", "unit": "USD", "window": window, **given}


def steps(**dues: str) -> dict[str, Any]:
    """Milestones by id, each with its due date or an empty text."""
    made = [
        {"id": name, "title": name.title(), **({"due": day(due)} if due else {})}
        for name, due in dues.items()
    ]
    return {"kind": "milestones", "steps": made}


def event(date: str, value: Any = None, **given: Any) -> dict[str, Any]:
    """A record; written at noon of its day unless ``recorded`` has another day or moment."""
    recorded = str(given.pop("recorded", date))
    moment = dt.datetime.fromisoformat(
        recorded if "T" in recorded else f"{recorded}T12:00:00+00:00"
    )
    made: dict[str, Any] = {"date": day(date), "recorded": moment, **given}
    if isinstance(given.get("through"), str):
        made["through"] = day(given["through"])
    if value is not None:
        made["value"] = value
    if value is None and not {"status", "reached", "note"} & set(given):
        made["note"] = "Something happened."
    return made


def term(
    name: str, measure: dict[str, Any] | None, *events: dict[str, Any], **given: Any
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": name,
        "title": name,
        "pillar": "trade",
        "owed_by": ["A"],
        "summary": "A term.",
        **given,
    }
    if measure:
        made["measure"] = measure
    return {
        **{key: value for key, value in made.items() if value is not None},
        "updates": list(events),
    }


def toml(
    *terms: dict[str, Any], agreed: str = "2026-01-01", method: dict[str, Any] | None = None
) -> str:
    """The file; records without an id get one by their place, those without sources get one."""
    number = 0
    for each in terms:
        for update in each["updates"]:
            number += 1
            update.setdefault("id", f"{number:08x}")
            update.setdefault("sources", [SOURCE])
    parties = {"A": "Aland", "B": "Bland"}
    head: dict[str, Any] = {
        "schema": 1,
        "agreement": {"id": "pact", "title": "Pact", "agreed": day(agreed), "parties": parties},
    }
    if method:
        head["method"] = method
    return tomli_w.dumps({**head, "commitments": list(terms)})


def make(
    *terms: dict[str, Any], agreed: str = "2026-01-01", method: dict[str, Any] | None = None
) -> Dataset:
    loaded = load(toml(*terms, agreed=agreed, method=method), today=TODAY)
    assert loaded.dataset, loaded.findings
    return loaded.dataset


def of(dataset: Dataset, name: str, as_of: str, known_by: str | None = None) -> Assessment:
    """One commitment as of a day."""
    snapshot = assess(dataset, day(as_of), day(known_by) if known_by else None)
    return next(item for item in snapshot.items if item.commitment.id == name)


def one(
    measure: dict[str, Any] | None,
    *events: dict[str, Any],
    as_of: str = "2026-11-24",
    known_by: str | None = None,
    **given: Any,
) -> Assessment:
    """A dataset of one commitment, and that commitment as of a day."""
    method = given.pop("method", None)
    agreed = given.pop("agreed", "2026-01-01")
    return of(
        make(term("it", measure, *events, **given), agreed=agreed, method=method),
        "it",
        as_of,
        known_by,
    )


def num(text: str | int) -> Decimal:
    return Decimal(text)
