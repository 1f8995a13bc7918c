"""What exports say of an item, a record and a source: one ordered table of columns each, from which
every format spells its rows, and the documentation its descriptions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Generic, Literal, NamedTuple, TypeVar

from factsheet.assess.pace import PACE_WORDS, Point
from factsheet.assess.snapshot import Assessment
from factsheet.model import Source
from factsheet.report import quantities as q
from factsheet.report import words as t
from factsheet.report.cited import Cited
from factsheet.report.history import Record
from factsheet.source_list import RESULTS
from factsheet.vocabulary import SOURCE_KINDS, STATUS_TABLE, STATUSES

Value = (
    str | bool | Decimal | dt.date | tuple[str, ...] | tuple[Source, ...] | tuple[Point, ...] | None
)
Kind = Literal["string", "boolean", "number", "date", "datetime", "path"]
"""What the values of a column are, in the words of a table schema; a path only stands in JSON."""

SHARES: Final = frozenset({"progress", "expected", "pace"})
"""Columns that hold ratios, rounded to four places; all other numbers are exact, in their unit."""

_Thing = TypeVar("_Thing")


@dataclass(frozen=True, slots=True)
class Column(Generic[_Thing]):
    """One column: how its value is read, what kind of value it is, and what it says.

    ``required`` ones are never empty; ``words`` are all that may stand in it, where that is a list.
    """

    read: Callable[[_Thing], Value]
    kind: Kind
    about: str
    required: bool = False
    words: Sequence[str] = ()

    def __call__(self, thing: _Thing) -> Value:
        return self.read(thing)


Columns = Mapping[str, Column[_Thing]]

COUNTS: Final = frozenset({"age_days"})
"""Columns that hold whole numbers of no unit in the file."""

ITEM: Final[Columns[Assessment]] = {
    "id": Column(
        lambda item: item.commitment.id,
        "string",
        "The id of the commitment, which never changes.",
        required=True,
    ),
    "title": Column(
        lambda item: item.commitment.title, "string", "The promise in one line.", required=True
    ),
    "pillar": Column(
        lambda item: item.commitment.pillar, "string", "The group it belongs to.", required=True
    ),
    "headline": Column(
        lambda item: item.commitment.headline,
        "boolean",
        "Whether it is one of the main terms.",
        required=True,
    ),
    "owed_by": Column(
        lambda item: item.commitment.owed_by,
        "string",
        "Who owes it; in a table several parties are joined by a plus.",
        required=True,
    ),
    "status": Column(
        lambda item: item.status,
        "string",
        "Where it stands, as an analyst asserts it.",
        required=True,
        words=tuple(STATUS_TABLE),
    ),
    "status_date": Column(
        lambda item: item.status_by.date if item.status_by else None,
        "date",
        "The day of the event that the status rests on.",
    ),
    "value": Column(
        lambda item: item.measurement.value,
        "number",
        "The latest total or level, in `unit`; of a limit what is used in the current window; of "
        "milestones how many were reached.",
    ),
    "value_through": Column(
        lambda item: item.measurement.through, "date", "The day up to which `value` counts."
    ),
    "target": Column(
        lambda item: item.measurement.target,
        "number",
        "What is to be reached, in `unit`; of a limit its bound; of milestones how many there are.",
    ),
    "unit": Column(
        lambda item: t.unit_word(item.measurement),
        "string",
        "What `value` and `target` are in: USD, KRW, %, milestones.",
    ),
    "progress": Column(
        lambda item: q.ratio(item.measurement.progress),
        "number",
        "How much of the way is done, as a ratio (1 is all), to four places. A limit has none.",
    ),
    "expected": Column(
        lambda item: q.ratio(item.measurement.expected),
        "number",
        "How much should be done by `value_through`, as a ratio.",
    ),
    "pace": Column(
        lambda item: q.ratio(item.measurement.pace),
        "number",
        "`progress` as a multiple of `expected`: 1 is on schedule.",
    ),
    "pace_word": Column(
        lambda item: item.measurement.word,
        "string",
        "The pace in a word, by the thresholds of the dataset.",
        required=True,
        words=PACE_WORDS,
    ),
    "due": Column(lambda item: item.commitment.due, "date", "The day that the text sets."),
    "overdue": Column(
        lambda item: item.overdue,
        "boolean",
        "Whether that day has passed and the item is still open.",
        required=True,
    ),
    "last_update": Column(lambda item: item.last_update, "date", "The day of the last evidence."),
    "stale": Column(
        lambda item: item.stale,
        "boolean",
        "Whether it is open and without news for longer than the dataset allows.",
        required=True,
    ),
    "disputed": Column(
        lambda item: item.disputed,
        "boolean",
        "Whether good sources contradict each other on its status or value.",
        required=True,
    ),
}

MEASURE: Final[Columns[Assessment]] = {
    "kind": Column(
        lambda item: item.commitment.measure.kind if item.commitment.measure else None,
        "string",
        "amount, level, limit, milestones or sum.",
        required=True,
    ),
    "unit": Column(
        lambda item: t.unit_word(item.measurement), "string", "What the numbers are in."
    ),
    "counts": Column(
        lambda item: item.measurement.counts, "string", "What exactly is counted, or which stage."
    ),
    "goal": Column(
        lambda item: item.measurement.goal,
        "string",
        "What `target` is: a target, a cap or a floor.",
        required=True,
        words=("target", "cap", "floor"),
    ),
    "baseline": Column(
        lambda item: item.measurement.baseline, "number", "The level at the start; only of a level."
    ),
    "target": Column(lambda item: item.measurement.target, "number", "As in the table of items."),
    "start": Column(
        lambda item: item.measurement.points[0][0] if item.measurement.points else None,
        "date",
        "The day the clock starts.",
    ),
    "by": Column(
        lambda item: (
            item.measurement.points[-1][0]
            if item.measurement.scheduled and (item.measurement.points)
            else None
        ),
        "date",
        "The day the target is for.",
    ),
    "path": Column(
        lambda item: item.measurement.path,
        "path",
        "The expected path from start to target: dates with values in `unit`; may be empty.",
    ),
    "basis": Column(
        lambda item: item.measurement.basis or None,
        "string",
        "Where the path comes from: the text, a published path, our straight line, the parts of a "
        "sum, the due dates of steps.",
        words=("text", "path", "line", "parts", "steps"),
    ),
    "expected_value": Column(
        lambda item: item.measurement.expected_value,
        "number",
        "The value of the path on `value_through`.",
    ),
    "headroom": Column(
        lambda item: item.measurement.headroom,
        "number",
        "How far the value stays inside a limit; below zero where it is broken.",
    ),
    "missing": Column(
        lambda item: item.measurement.missing,
        "string",
        "The parts of a sum that have no data, so that its value is a lower bound.",
    ),
}

RECORD: Final[Columns[Record]] = {
    "item": Column(
        lambda record: record.item.commitment.id,
        "string",
        "The commitment that the record says something of.",
        required=True,
    ),
    "id": Column(
        lambda record: record.update.id,
        "string",
        "The id of the event, 8 hex digits; one event may have records of several commitments.",
        required=True,
    ),
    "date": Column(
        lambda record: record.update.date, "date", "The day it happened.", required=True
    ),
    "through": Column(
        lambda record: record.update.through,
        "date",
        "The day up to which `value` counts, where it is not `date`.",
    ),
    "recorded": Column(
        lambda record: t.moment(record.update.recorded),
        "datetime",
        "The moment it was written into the dataset, in UTC.",
        required=True,
    ),
    "status": Column(
        lambda record: record.update.status,
        "string",
        "The status that it asserts.",
        words=STATUSES,
    ),
    "value": Column(
        lambda record: record.update.value,
        "number",
        "The total or level so far, in `unit`; never an increment.",
    ),
    "unit": Column(
        lambda record: None if record.update.value is None else record.item.measurement.unit,
        "string",
        "What `value` is in.",
    ),
    "reached": Column(
        lambda record: record.update.reached,
        "string",
        "Ids of the milestones reached; in a table several are joined by a space.",
    ),
    "note": Column(lambda record: record.update.note, "string", "What happened, in words."),
    "disputed": Column(
        lambda record: record.update.disputed,
        "boolean",
        "Whether sources contradict each other on it.",
        required=True,
    ),
    "pre_agreement": Column(
        lambda record: record.update.pre_agreement,
        "boolean",
        "Whether it came before the agreement and still bears on it.",
        required=True,
    ),
    "sources": Column(
        lambda record: record.update.sources,
        "string",
        "Where it can be checked; in a table the addresses, joined by a space.",
    ),
    "retracts": Column(
        lambda record: record.update.retracts, "string", "The id of the event that it withdraws."
    ),
    "withdrawn": Column(
        lambda record: record.withdrawn,
        "boolean",
        "Whether it was withdrawn itself, so that it no longer counts.",
        required=True,
    ),
}

ALSO: Final = ("status", "value", "unit", "reached", "note", "disputed")
"""Columns of a record that an event may tell anew for each commitment it bears on."""


SOURCE: Final[Columns[Cited]] = {
    "url": Column(lambda each: each.source.url, "string", "The address.", required=True),
    "title": Column(lambda each: each.source.title, "string", "The title of the page."),
    "publisher": Column(lambda each: each.source.publisher, "string", "Who published it."),
    "published": Column(lambda each: each.source.published, "date", "The day it was published."),
    "kind": Column(
        lambda each: each.source.kind,
        "string",
        "How near to the event the publisher stands.",
        words=SOURCE_KINDS,
    ),
    "items": Column(
        lambda each: each.items,
        "string",
        "The commitments that it bears on; in a table joined by spaces.",
    ),
    "records": Column(
        lambda each: each.records,
        "string",
        "The ids of the events that cite it; in a table joined by spaces.",
    ),
    "by_document": Column(
        lambda each: each.by_document,
        "boolean",
        "Whether the document itself cites it.",
        required=True,
    ),
    "age_days": Column(
        lambda each: None if each.age is None else Decimal(each.age),
        "number",
        "Days since it was published, or since the first event that it shows.",
    ),
    "checked": Column(
        lambda each: each.state.checked, "date", "The day on which the address was last asked."
    ),
    "result": Column(
        lambda each: each.state.result, "string", "What was found then.", words=RESULTS
    ),
    "moved_to": Column(
        lambda each: each.state.moved_to, "string", "Where its owner redirects it for good."
    ),
    "archived": Column(
        lambda each: each.state.archived, "string", "The address of an archived copy."
    ),
}


class Quoted(NamedTuple):
    """A source and what cites it: the term of a commitment, or one of its records; and its copy."""

    item: str
    record: str | None
    source: Source
    archived: str | None = None


CITATION: Final[Columns[Quoted]] = {
    "item": Column(
        lambda each: each.item, "string", "The commitment that it is a source of.", required=True
    ),
    "record": Column(
        lambda each: each.record,
        "string",
        "The id of the record that it is the evidence of; empty for a source of the term itself.",
    ),
    "url": Column(lambda each: each.source.url, "string", "The address.", required=True),
    "title": Column(lambda each: each.source.title, "string", "The title of the page."),
    "publisher": Column(lambda each: each.source.publisher, "string", "Who published it."),
    "published": Column(lambda each: each.source.published, "date", "The day it was published."),
    "kind": Column(
        lambda each: each.source.kind,
        "string",
        "How near to the event the publisher stands.",
        words=SOURCE_KINDS,
    ),
    "archived": Column(
        lambda each: each.archived,
        "string",
        "The address of an archived copy; never in a frozen copy of a site.",
    ),
}
