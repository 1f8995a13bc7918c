"""Findings over a dataset. Each check looks for one thing, returns all it finds, and raises nothing.

``errors`` make a dataset unusable and are looked for at every load; ``warnings`` compare what is asserted with what is derived
and with what is known about the evidence, as of a date.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from factsheet import parts
from factsheet.findings import Finding, Loc, few
from factsheet.model import Amount, Commitment, Dataset, Level, Limit, Milestones, Source, Sum, Update
from factsheet.progress import Assessment, Picture, Standing

HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Characters that no reader sees and some terminals obey: controls (tab and newline apart), direction marks, fillers, tags.

Joiners and the variation selectors of emoji stay: scripts need them.
"""


def errors(dataset: Dataset, today: dt.date) -> list[Finding]:
    """Everything that makes the dataset invalid; ``today`` is the last date an event may have."""
    return list(every_error(dataset, today))


def every_error(dataset: Dataset, today: dt.date) -> Iterator[Finding]:
    """The errors one by one, for who does not want all of them."""
    seen: dict[str, int] = {}
    updates: dict[str, str] = {}
    ids = {commitment.id for commitment in dataset.commitments}
    by_id = {commitment.id: commitment for commitment in dataset.commitments}
    for index, commitment in enumerate(dataset.commitments):
        loc: Loc = ("commitments", index)
        if commitment.id in seen:
            message = f"the id {commitment.id} is already used by commitment number {seen[commitment.id] + 1}"
            yield Finding(code="duplicate-id", message=message, loc=loc, item=commitment.id)
        seen.setdefault(commitment.id, index)
        yield from _references(commitment, loc, ids, dataset.agreement.parties)
        yield from _schedule_errors(commitment, loc, dataset.agreement.agreed)
        yield from _update_errors(commitment, loc, updates, dataset.agreement.agreed, today)
    yield from parts.errors(dataset, by_id)


def _references(commitment: Commitment, loc: Loc, ids: set[str], parties: Mapping[str, str]) -> Iterator[Finding]:
    for party in (*commitment.owed_by, *commitment.readings):
        if party not in parties:
            message = f"{party} is not a party of the agreement ({few(list(parties))})"
            yield Finding(code="unknown-party", message=message, loc=loc, item=commitment.id)
    for part in commitment.parts:
        if part not in ids:
            yield Finding(
                code="unknown-part", message=f"no commitment has the id {part}", loc=(*loc, "parts"), item=commitment.id
            )
    for other in commitment.depends_on:
        if other not in ids:
            message = f"no commitment has the id {other}"
            yield Finding(code="unknown-dependency", message=message, loc=(*loc, "depends_on"), item=commitment.id)


def _schedule_errors(commitment: Commitment, loc: Loc, agreed: dt.date) -> Iterator[Finding]:
    """Start, waypoints and deadline follow one another, also where the start is the agreement's and the deadline is ``due``."""
    measure = commitment.measure
    if not isinstance(measure, Amount | Level):
        return
    start, by = measure.start or agreed, measure.by or commitment.due
    first, last = (measure.path[0], measure.path[-1]) if measure.path else (None, None)
    message = None
    if first and first.date <= start:
        message = f"the path begins on {first.date}, not after the start on {start}"
    elif by and by <= start:
        message = f"the deadline {by} does not come after the start on {start}"
    elif by and last and (last.date > by or (last.date == by and last.value != measure.target)):
        message = f"the path must reach the target {measure.target:,f} on {by}, but has {last.value:,f} on {last.date}"
    if message:
        yield Finding(code="schedule", message=message, loc=(*loc, "measure"), item=commitment.id)


def _update_errors(commitment: Commitment, loc: Loc, taken: dict[str, str], agreed: dt.date, today: dt.date) -> Iterator[Finding]:
    measure = commitment.measure
    steps = [step.id for step in measure.steps] if isinstance(measure, Milestones) else []
    takes_values = measure is not None and not isinstance(measure, Milestones | Sum)
    known = f"; it has {few(steps)}" if steps else ""
    own = {update.id for update in commitment.updates}
    retracting = False

    def error(number: int, code: str, message: str) -> Finding:
        return Finding(code=code, message=message, loc=(*loc, "updates", number), item=commitment.id)

    for number, update in enumerate(commitment.updates):
        if update.id in taken:
            yield error(number, "duplicate-update", f"the update id {update.id} is already used in {taken[update.id]}")
        taken.setdefault(update.id, commitment.id)
        if update.date < agreed and not update.pre_agreement:
            yield error(number, "before-agreement", f"dated {update.date}, before the agreement of {agreed}")
        if update.date > today:
            yield error(number, "future-date", f"dated {update.date}, which has not come yet")
        if update.recorded_on > today:
            yield error(number, "future-record", f"written on {update.recorded_on}, which has not come yet")
        if update.value is not None and not takes_values:
            kind = "no measure" if measure is None else f"a measure of kind {measure.kind}"
            parts = f"; record it under {few(commitment.parts, ' or ')}" if isinstance(measure, Sum) else ""
            yield error(number, "value-without-measure", f"the update has a value, but {commitment.id} has {kind}{parts}")
        elif update.value is not None and update.value < 0 and isinstance(measure, Amount):
            yield error(number, "negative-total", f"the total of {update.data_through} is {update.value:,f}")
        for step in update.reached:
            if step not in steps:
                yield error(number, "unknown-milestone", f"{commitment.id} has no milestone {step}{known}")
        if update.retracts:
            retracting = True
            if update.retracts not in own:
                yield error(number, "unknown-retraction", f"{commitment.id} has no update {update.retracts}")
        if not (update.status or update.value is not None or update.reached or update.note):
            yield error(number, "empty-update", "the update says nothing")
    if retracting:
        yield from _retraction_circles(commitment, loc)


def _retraction_circles(commitment: Commitment, loc: Loc) -> Iterator[Finding]:
    against = {update.id: update.retracts for update in commitment.updates if update.retracts}
    cleared: set[str] = set()
    for number, update in enumerate(commitment.updates):
        trail: set[str] = set()
        current: str | None = update.id
        while current in against and current not in cleared:
            if current in trail:
                message = f"the retraction {update.id} leads back to itself"
                yield Finding(code="circular-retraction", message=message, loc=(*loc, "updates", number), item=commitment.id)
                break
            trail.add(current)
            current = against[current]
        cleared |= trail


def warnings(picture: Picture) -> dict[str, list[Finding]]:
    """Doubts about each commitment as of the picture's dates, by id, in file order. Records of later dates are not looked at."""
    by_id = {item.commitment.id: item for item in picture.items}
    found: dict[str, list[Finding]] = {}
    for index, item in enumerate(picture.items):
        place = _Place(("commitments", index), {update.id: number for number, update in enumerate(item.commitment.updates)})
        found[item.commitment.id] = [
            *_evidence(item, picture, place),
            *_asserted_against_derived(item, place),
            *_totals_that_fall(item, place),
            *_cross_footing(item, by_id, place),
            *_odd_text(item, place),
        ]
    return found


class _Place(NamedTuple):
    """Where a commitment stands in the data, and the number of each of its records there by id."""

    loc: Loc
    numbers: Mapping[str, int]

    def of(self, update: Update) -> Loc:
        return (*self.loc, "updates", self.numbers[update.id])


def _evidence(item: Assessment, picture: Picture, place: _Place) -> Iterator[Finding]:
    name = item.commitment.id
    for update in item.history:
        if update.disputed and not _settled(update, item):
            message = f"the record of {update.date} is disputed"
            yield Finding(code="disputed", message=message, loc=place.of(update), item=name)
        if not update.sources:
            if said := _said(update):
                message = f"{said} on {update.date} has no source"
                yield Finding(code="no-source", message=message, loc=place.of(update), item=name)
        elif (said := _said(update)) and all(source.kind == "secondary" for source in update.sources):
            message = f"{said} on {update.date} rests on secondary sources only"
            yield Finding(code="secondary-only", message=message, loc=place.of(update), item=name)
    if item.stale:
        days = picture.dataset.method.review_every_days
        last = f"last evidence of {item.last_update}" if item.last_update else "no evidence yet"
        message = f"{last}, more than {days} days before {picture.as_of}"
        yield Finding(code="stale", message=message, loc=place.loc, item=name)


def _settled(update: Update, item: Assessment) -> bool:
    """Whether later records took the place of all that a disputed one brought; of a milestone or a bare note none can."""
    if update.reached or (update.status is None and update.value is None):
        return False
    return not any(update is current for current in (item.status_by, *item.standing.observations[-1:]))


def _said(update: Update) -> str:
    """What a record claims that a source should show; that nothing was found needs none."""
    if update.status and update.status != "no-evidence":
        return update.status
    if update.value is not None:
        return f"the value {update.value:,f}"
    return f"the milestone {few(update.reached)}" if update.reached else ""


def _asserted_against_derived(item: Assessment, place: _Place) -> Iterator[Finding]:
    standing, name, status = item.standing, item.commitment.id, item.status

    def warn(code: str, message: str) -> Finding:
        return Finding(code=code, message=message, loc=place.loc, item=name)

    if status == "fulfilled" and standing.progress is not None and standing.progress < 1:
        yield warn("fulfilled-below-target", f"asserted fulfilled, but progress is {standing.progress:.1%}")
    if standing.word == "done" and status not in ("fulfilled", "in-effect", "breached", "withdrawn"):
        yield warn("done-not-fulfilled", f"the target is reached, but the status is {status}")
    if status == "not-started" and standing.progress is not None and standing.progress > 0:
        yield warn("begun-not-started", f"asserted not-started, but progress is {standing.progress:.1%}")
    if item.overdue and status != "breached":
        yield warn("past-due", f"{status} after the due date {item.commitment.due}")
    for step in standing.late:
        if not item.closed:
            yield warn("late-milestone", f"the milestone {step.id} was due {step.due} and is not recorded as reached")
    if status == "in-effect" and standing.breaches:
        # A breach that is over and was recorded as one contradicts nothing.
        recorded = max((update.date for update in item.history if update.status == "breached"), default=dt.date.min)
        for breach in standing.breaches:
            if breach.until is None or recorded < breach.since:
                until = f" until {breach.until}" if breach.until else ""
                message = f"asserted in effect, but the limit was broken from {breach.since}{until}, peak {breach.peak:,f}"
                yield warn("breach-in-effect", message)


def _totals_that_fall(item: Assessment, place: _Place) -> Iterator[Finding]:
    """Each observation of a running total that is below the one before it; a calendar-year limit starts anew every year."""
    measure = item.commitment.measure
    yearly = isinstance(measure, Limit) and measure.window == "calendar-year"
    if not yearly and not isinstance(measure, Amount):
        return
    for before, after in pairwise(item.standing.observations):
        high, low = before.value or Decimal(0), after.value or Decimal(0)
        if low < high and not (yearly and after.data_through.year != before.data_through.year):
            message = f"the total fell from {high:,f} ({before.data_through}) to {low:,f} ({after.data_through})"
            yield Finding(code="total-fell", message=message, loc=place.of(after), item=item.commitment.id)


def _cross_footing(item: Assessment, by_id: Mapping[str, Assessment], place: _Place) -> Iterator[Finding]:
    measure, name = item.commitment.measure, item.commitment.id
    members = [by_id[part] for part in item.commitment.parts]
    counts = {part.commitment.measure.counts for part in members if isinstance(part.commitment.measure, Amount)}
    if isinstance(measure, Sum | Amount) and len(counts) > 1:
        message = f"the parts count different things: {few(sorted(counts), '; ')}"
        yield Finding(code="mixed-counts", message=message, loc=(*place.loc, "parts"), item=name)
    if not isinstance(measure, Amount) or item.standing.through is None:
        return
    alike = [part.standing for part in members if isinstance(part.commitment.measure, Amount | Sum)]
    if not alike or len(alike) < len(members) or any(part.unit != measure.unit for part in alike):
        return
    if contradiction := _against_parts(item.standing, alike):
        yield Finding(code="parts-disagree", message=contradiction, loc=(*place.loc, "parts"), item=name)


def _against_parts(whole: Standing, parts: list[Standing]) -> str | None:
    """How the total of the whole contradicts those of its parts, each good for its own day and never falling.

    Of one day they must agree. Parts seen later may be more than the whole then, parts seen earlier less: neither contradicts.
    """
    value, day = whole.value or Decimal(0), whole.through or dt.date.min
    days = [part.through for part in parts if part.through]
    total = sum((part.value for part in parts if part.value is not None), Decimal(0))
    complete = len(days) == len(parts) and not any(part.missing for part in parts)
    too_much = total > value and bool(days) and max(days) <= day
    too_little = total < value and complete and min(days) >= day
    if not too_much and not too_little:
        return None
    return f"the parts together have {total:,f} (through {max(days)}), the whole says {value:,f} (through {day})"


def _odd_text(item: Assessment, place: _Place) -> Iterator[Finding]:
    for where, text in _term_texts(item.commitment):
        yield from _odd(text, where[-1], (*place.loc, *where), item)
    for update in (*item.history, *item.withdrawn):
        for key, text in _update_texts(update):
            if not (text.isascii() and text.isprintable()):
                yield from _odd(text, key, (*place.of(update), key), item)


def _odd(text: str, key: str | int, loc: Loc, item: Assessment) -> Iterator[Finding]:
    if hidden := HIDDEN.search(text):
        message = f"{key} holds an invisible character {hidden[0]!a}"
        yield Finding(code="hidden-characters", message=message, loc=loc, item=item.commitment.id)
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        yield Finding(code="not-nfc", message=f"{key} is not in form NFC", loc=loc, item=item.commitment.id)


def _term_texts(commitment: Commitment) -> Iterator[tuple[Loc, str]]:
    for key in ("title", "summary", "wording", "section", "due_note"):
        if text := getattr(commitment, key):
            yield (key,), text
    for party, text in commitment.readings.items():
        yield ("readings", party), text
    for text in _source_texts(commitment.sources):
        yield ("sources",), text


def _update_texts(update: Update) -> Iterator[tuple[str, str]]:
    if update.note:
        yield "note", update.note
    for text in _source_texts(update.sources):
        yield "sources", text


def _source_texts(sources: tuple[Source, ...]) -> Iterator[str]:
    for source in sources:
        if source.title:
            yield source.title
        if source.publisher:
            yield source.publisher
