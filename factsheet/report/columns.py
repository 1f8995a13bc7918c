"""What exports say of an item, a record and a source: one ordered table of columns each, from
which every format spells its rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from factsheet.assess.snapshot import Assessment
from factsheet.model import Source
from factsheet.report import words as t
from factsheet.report.cited import Cited
from factsheet.report.history import Record

Value = str | bool | Decimal | dt.date | tuple[str, ...] | tuple[Source, ...] | None

SHARES: Final = frozenset({"progress", "expected", "pace"})
"""Columns that hold ratios, rounded to four places; all other numbers are exact, in their unit."""

COUNTS: Final = frozenset({"age_days"})
"""Columns that hold whole numbers of no unit in the file."""

ITEM: Final[dict[str, Callable[[Assessment], Value]]] = {
    "id": lambda item: item.commitment.id,
    "title": lambda item: item.commitment.title,
    "pillar": lambda item: item.commitment.pillar,
    "headline": lambda item: item.commitment.headline,
    "owed_by": lambda item: item.commitment.owed_by,
    "status": lambda item: item.status,
    "status_date": lambda item: item.status_by.date if item.status_by else None,
    "value": lambda item: item.measurement.value,
    "value_through": lambda item: item.measurement.through,
    "target": lambda item: item.measurement.target,
    "unit": lambda item: t.unit_word(item.measurement),
    "progress": lambda item: t.ratio(item.measurement.progress),
    "expected": lambda item: t.ratio(item.measurement.expected),
    "pace": lambda item: t.ratio(item.measurement.pace),
    "pace_word": lambda item: item.measurement.word,
    "due": lambda item: item.commitment.due,
    "overdue": lambda item: item.overdue,
    "last_update": lambda item: item.last_update,
    "stale": lambda item: item.stale,
    "disputed": lambda item: item.disputed,
}

RECORD: Final[dict[str, Callable[[Record], Value]]] = {
    "item": lambda record: record.item.commitment.id,
    "id": lambda record: record.update.id,
    "date": lambda record: record.update.date,
    "through": lambda record: record.update.through,
    "recorded": lambda record: t.moment(record.update.recorded),
    "status": lambda record: record.update.status,
    "value": lambda record: record.update.value,
    "unit": lambda record: None if record.update.value is None else record.item.measurement.unit,
    "reached": lambda record: record.update.reached,
    "note": lambda record: record.update.note,
    "disputed": lambda record: record.update.disputed,
    "pre_agreement": lambda record: record.update.pre_agreement,
    "sources": lambda record: record.update.sources,
    "retracts": lambda record: record.update.retracts,
    "withdrawn": lambda record: record.withdrawn,
}

SOURCE: Final[dict[str, Callable[[Cited], Value]]] = {
    "url": lambda each: each.source.url,
    "title": lambda each: each.source.title,
    "publisher": lambda each: each.source.publisher,
    "published": lambda each: each.source.published,
    "kind": lambda each: each.source.kind,
    "items": lambda each: each.items,
    "records": lambda each: each.records,
    "by_document": lambda each: each.by_document,
    "age_days": lambda each: None if each.age is None else Decimal(each.age),
    "checked": lambda each: each.state.checked,
    "result": lambda each: each.state.result,
    "moved_to": lambda each: each.state.moved_to,
    "archived": lambda each: each.state.archived,
}

ALSO: Final = ("status", "value", "unit", "reached", "note", "disputed")
"""Columns of a record that an event may tell anew for each commitment it bears on."""
