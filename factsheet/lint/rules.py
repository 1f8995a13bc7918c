"""What makes a dataset invalid. Each rule looks for one thing and names all it finds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from factsheet.lint import parts
from factsheet.lint.codes import Finding, Loc, few
from factsheet.model import Also, Commitment, Dataset, Update
from factsheet.vocabulary import RESERVED


def errors(dataset: Dataset, today: dt.date) -> list[Finding]:
    """Every error; ``today`` is the last date an event may have."""
    return list(every_error(dataset, today))


def every_error(dataset: Dataset, today: dt.date) -> Iterator[Finding]:
    """The errors one by one, for who does not want all of them."""
    seen: dict[str, int] = {}
    taken: dict[str, str] = {}
    by_id = {commitment.id: commitment for commitment in dataset.commitments}
    for index, commitment in enumerate(dataset.commitments):
        loc: Loc = ("commitments", index)
        if commitment.id in seen:
            number = seen[commitment.id] + 1
            message = f"the id {commitment.id} is already used by commitment number {number}"
            yield Finding(code="duplicate-id", message=message, loc=loc, item=commitment.id)
        seen.setdefault(commitment.id, index)
        if commitment.id in RESERVED:
            message = f"{commitment.id} is the name of another table in a translation file"
            yield Finding(code="reserved-id", message=message, loc=(*loc, "id"), item=commitment.id)
        yield from _references(commitment, loc, by_id, dataset.agreement.parties)
        yield from _schedule(commitment, loc, dataset.agreement.agreed)
        yield from _limit_of(commitment, loc, by_id)
        yield from _updates(commitment, loc, by_id, taken, dataset.agreement.agreed, today)
    yield from parts.errors(dataset, by_id)


def _references(
    commitment: Commitment,
    loc: Loc,
    by_id: Mapping[str, Commitment],
    parties: Mapping[str, str],
) -> Iterator[Finding]:
    for party in (*commitment.owed_by, *commitment.readings):
        if party not in parties:
            message = f"{party} is not a party of the agreement ({few(list(parties))})"
            yield Finding(code="unknown-party", message=message, loc=loc, item=commitment.id)
    for key, code in (("parts", "unknown-part"), ("depends_on", "unknown-dependency")):
        for name in getattr(commitment, key):
            if name not in by_id:
                message = f"no commitment has the id {name}"
                yield Finding(code=code, message=message, loc=(*loc, key), item=commitment.id)


def _schedule(commitment: Commitment, loc: Loc, agreed: dt.date) -> Iterator[Finding]:
    """Start, waypoints and deadline follow one another, also where they are not the measure's."""
    goal = commitment.measure.goal if commitment.measure else None
    if goal is None:
        return
    start, by = goal.start or agreed, goal.by or commitment.due
    first, last = (goal.path[0], goal.path[-1]) if goal.path else (None, None)
    message = None
    if first and first.date <= start:
        message = f"the path begins on {first.date}, not after the start on {start}"
    elif by and by <= start:
        message = f"the deadline {by} does not come after the start on {start}"
    elif by and last and (last.date > by or (last.date == by and last.value != goal.target)):
        message = (
            f"the path must reach the target {goal.target:,f} on {by}, "
            f"but has {last.value:,f} on {last.date}"
        )
    if message:
        where = (*loc, "measure")
        yield Finding(code="schedule", message=message, loc=where, item=commitment.id)


def _limit_of(
    commitment: Commitment, loc: Loc, by_id: Mapping[str, Commitment]
) -> Iterator[Finding]:
    """What a limit is on is one figure of this file: no limit itself, and no number of steps."""
    for name in commitment.measure.others if commitment.measure else ():
        measure = by_id[name].measure if name in by_id else None
        message = ""
        if name not in by_id:
            message = f"no commitment has the id {name}"
        elif name == commitment.id:
            message = f"{name} cannot be a limit on itself"
        elif measure is not None and measure.others:
            message = f"{name} is itself a limit on {few(measure.others)}; name that one"
        elif measure is None or not (measure.goal or measure.parts_make_it):
            message = f"{name} has no amount, level or sum that could be limited"
        if message:
            where = (*loc, "measure")
            yield Finding(code="limit-of", message=message, loc=where, item=commitment.id)


def _updates(
    commitment: Commitment,
    loc: Loc,
    by_id: Mapping[str, Commitment],
    taken: dict[str, str],
    agreed: dt.date,
    today: dt.date,
) -> Iterator[Finding]:
    own = {update.id for update in commitment.updates}
    retracting = False

    def error(number: int, code: str, message: str) -> Finding:
        where = (*loc, "updates", number)
        return Finding(code=code, message=message, loc=where, item=commitment.id)

    for number, update in enumerate(commitment.updates):
        if update.id in taken:
            message = f"the update id {update.id} is already used in {taken[update.id]}"
            yield error(number, "duplicate-update", message)
        taken.setdefault(update.id, commitment.id)
        if update.date < agreed and not update.pre_agreement:
            message = f"dated {update.date}, before the agreement of {agreed}"
            yield error(number, "before-agreement", message)
        if update.date > today:
            yield error(number, "future-date", f"dated {update.date}, which has not come yet")
        if update.value is not None or update.reached:
            where = (*loc, "updates", number)
            yield from _figures(update, commitment, update.data_through, where)
        if update.also:
            yield from _also(update, commitment.id, (*loc, "updates", number), by_id)
        if update.retracts:
            retracting = True
            if update.retracts not in own:
                message = f"{commitment.id} has no update {update.retracts}"
                yield error(number, "unknown-retraction", message)
        if not (update.status or update.value is not None or update.reached or update.note):
            yield error(number, "empty-update", "the update says nothing")
    if retracting:
        yield from _retraction_circles(commitment, loc)


def _figures(
    said: Update | Also, commitment: Commitment, through: dt.date, loc: Loc
) -> Iterator[Finding]:
    """A value and milestones that the commitment's measure can take."""
    measure, name = commitment.measure, commitment.id
    if said.value is not None and (measure is None or not measure.takes_values or measure.others):
        kind = "no measure" if measure is None else f"a measure of kind {measure.kind}"
        elsewhere = commitment.parts if measure and measure.parts_make_it else ()
        if measure and measure.others:
            kind, elsewhere = "a limit on another commitment's figure", measure.others
        where = f"; record it under {few(elsewhere, ' or ')}" if elsewhere else ""
        message = f"the update has a value, but {name} has {kind}{where}"
        yield Finding(code="value-without-measure", message=message, loc=loc, item=name)
    elif said.value is not None and said.value < 0 and measure and measure.accumulates == "ever":
        message = f"the total of {through} is {said.value:,f}"
        yield Finding(code="negative-total", message=message, loc=loc, item=name)
    steps = [step.id for step in measure.milestones] if measure else []
    known = f"; it has {few(steps)}" if steps else ""
    for step in said.reached:
        if step not in steps:
            message = f"{name} has no milestone {step}{known}"
            yield Finding(code="unknown-milestone", message=message, loc=loc, item=name)


def _also(
    update: Update, home: str, loc: Loc, by_id: Mapping[str, Commitment]
) -> Iterator[Finding]:
    """The other commitments that an event names: known, each once, and not its own."""
    seen = {home}
    for number, entry in enumerate(update.also):
        where = (*loc, "also", number)
        if entry.item not in by_id:
            message = f"no commitment has the id {entry.item}"
            yield Finding(code="unknown-item", message=message, loc=where, item=home)
            continue
        if entry.item in seen:
            twice = "is where it is kept" if entry.item == home else "is named twice"
            message = f"the event {update.id} names {entry.item}, which {twice}"
            yield Finding(code="repeated-item", message=message, loc=where, item=home)
        seen.add(entry.item)
        yield from _figures(entry, by_id[entry.item], update.data_through, where)


def _retraction_circles(commitment: Commitment, loc: Loc) -> Iterator[Finding]:
    against = {update.id: [update.retracts] for update in commitment.updates if update.retracts}
    try:
        TopologicalSorter(against).prepare()
    except CycleError as error:
        circle = error.args[1]
        first = next(
            number for number, update in enumerate(commitment.updates) if update.id in circle
        )
        message = f"the retraction {commitment.updates[first].id} leads back to itself"
        where = (*loc, "updates", first)
        yield Finding(code="circular-retraction", message=message, loc=where, item=commitment.id)
