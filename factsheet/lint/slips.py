"""Slips of the pen in records: the same event twice, a forgotten "bn", days that cannot be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from factsheet.amounts import scale_in
from factsheet.assess.snapshot import Assessment, Snapshot
from factsheet.lint.codes import Finding
from factsheet.lint.places import Places
from factsheet.model import Dataset, Update

FAR = Decimal(1000)
"""As many times more or less than the last value, or the target, a value is hardly meant."""
ZONES = dt.timedelta(days=1)
"""Two days of one moment lie no further apart, wherever on earth they are read."""


def slips(
    item: Assessment, snapshot: Snapshot, today: dt.date | None, places: Places
) -> Iterator[Finding]:
    """What was hardly meant in the records of one commitment.

    ``today`` is the last day on which a record can have been written, if that is known.
    """
    yield from _twice(item, places)
    yield from _out_of_scale(item, places)
    yield from _steps_again(item, places)
    yield from _impossible_days(item, snapshot.dataset, places)
    yield from _clocks(item, snapshot, today, places)
    unit = getattr(item.commitment.measure, "unit", None)
    if inside := scale_in(unit):
        message = f"the unit {unit} holds the scale word {inside}"
        loc = (*places.item(item.commitment), "measure")
        yield Finding(code="scaled-unit", message=message, loc=loc, item=item.commitment.id)


def _twice(item: Assessment, places: Places) -> Iterator[Finding]:
    """Records of one day that have a value, or a page and what they say of it, in common."""
    days = groupby((each for each in item.history if not each.retracts), attrgetter("date"))
    for day, members in days:
        earlier: list[Update] = []
        for after in members:
            for before in earlier:
                if why := _alike(before, after):
                    message = f"records {before.id} and {after.id} of {day} have the same {why}"
                    loc, name = places.record(item, after), item.commitment.id
                    yield Finding(code="same-event", message=message, loc=loc, item=name)
                    break
            earlier.append(after)


def _alike(before: Update, after: Update) -> str:
    """What tells that two records of one day are of one event; empty where nothing does."""
    if after.value is not None and after.value == before.value:
        return f"value, {after.value:,f}"
    pages = {each.url for each in before.sources} & {each.url for each in after.sources}
    if not pages or before.note != after.note:
        return ""
    return "page and note" if after.note else "page"


def _out_of_scale(item: Assessment, places: Places) -> Iterator[Finding]:
    made, previous = item.measurement, None
    for record in made.observations:
        value = record.value
        for what, other in (("the value before it", previous), ("the target", made.target)):
            if value and other and not abs(other) / FAR < abs(value) < abs(other) * FAR:
                message = f"{value:,f} on {record.date} is a thousand times off {what}, {other:,f}"
                loc = places.record(item, record)
                yield Finding(
                    code="out-of-scale", message=message, loc=loc, item=item.commitment.id
                )
                break
        previous = value


def _steps_again(item: Assessment, places: Places) -> Iterator[Finding]:
    first: dict[str, Update] = {}
    for record in item.history:
        for step in record.reached:
            if step in first:
                message = (
                    f"the milestone {step} was reached on {first[step].date} already, "
                    f"and again on {record.date}"
                )
                loc = places.record(item, record)
                yield Finding(code="step-again", message=message, loc=loc, item=item.commitment.id)
            first.setdefault(step, record)


def _impossible_days(item: Assessment, dataset: Dataset, places: Places) -> Iterator[Finding]:
    for record in item.history:
        odd = [("odd-through", said) for said in _odd_through(record, item, dataset)]
        # The days of an event are told once, where it is written.
        if isinstance(places.kept(item, record), Update):
            odd += _odd_days(record)
        for code, message in odd:
            loc = places.record(item, record)
            yield Finding(code=code, message=message, loc=loc, item=item.commitment.id)


def _odd_through(record: Update, item: Assessment, dataset: Dataset) -> Iterator[str]:
    through, goal = record.through, item.commitment.measure and item.commitment.measure.goal
    if record.value is None or not through:
        return
    deadline = goal and (goal.by or item.commitment.due)
    if through > dt.date(min(record.date.year + 1, dt.MAXYEAR), 12, 31):
        yield f"counts through {through}, long after the event of {record.date}"
    elif deadline and through > deadline and record.date <= deadline:
        yield f"counts through {through}, after the deadline of {deadline}"
    elif through < dataset.agreement.agreed and not record.pre_agreement:
        yield f"counts through {through}, before the agreement"


def _odd_days(record: Update) -> Iterator[tuple[str, str]]:
    if record.recorded_on < record.date - ZONES:
        message = f"of {record.date}, but written on {record.recorded_on}, before it happened"
        yield "written-before", message
    for source in record.sources:
        if source.published and source.published > record.recorded_on + ZONES:
            message = (
                f"a source published on {source.published}, after the record was written on "
                f"{record.recorded_on}"
            )
            yield "odd-published", message


def _clocks(
    item: Assessment, snapshot: Snapshot, today: dt.date | None, places: Places
) -> Iterator[Finding]:
    """Records that were written on a day that has not come: one fast clock must not stop a team."""
    if today is None:
        return
    for number, update in enumerate(item.commitment.updates):
        if update.recorded_on > today and update.date <= snapshot.as_of:
            message = f"written on {update.recorded_on}, which has not come yet"
            loc = (*places.item(item.commitment), "updates", number)
            yield Finding(code="future-record", message=message, loc=loc, item=item.commitment.id)
