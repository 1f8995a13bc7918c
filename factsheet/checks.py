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

from factsheet.findings import Finding, Loc
from factsheet.model import Amount, Commitment, Dataset, Limit, Milestones, Source, Sum, Update
from factsheet.progress import Assessment, Picture

HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Characters that no reader sees and some terminals obey: controls (tab and newline apart), direction marks, tags."""

DEEPEST_PARTS = 20


def errors(dataset: Dataset, today: dt.date) -> list[Finding]:
    """Everything that makes the dataset invalid; ``today`` is the last date an event may have."""
    found: list[Finding] = []
    seen: dict[str, int] = {}
    updates: dict[str, str] = {}
    ids = {commitment.id for commitment in dataset.commitments}
    by_id = {commitment.id: commitment for commitment in dataset.commitments}
    for index, commitment in enumerate(dataset.commitments):
        loc: Loc = ("commitments", index)
        if commitment.id in seen:
            message = f"the id {commitment.id} is already used by commitment number {seen[commitment.id] + 1}"
            found.append(Finding(code="duplicate-id", message=message, loc=loc, item=commitment.id))
        seen.setdefault(commitment.id, index)
        found += _references(commitment, loc, ids, dataset.agreement.parties)
        found += _update_errors(commitment, loc, updates, dataset.agreement.agreed, today)
    found += _parts_errors(dataset, by_id)
    return found


def _references(commitment: Commitment, loc: Loc, ids: set[str], parties: Mapping[str, str]) -> Iterator[Finding]:
    for party in (*commitment.owed_by, *commitment.readings):
        if party not in parties:
            message = f"{party} is not a party of the agreement ({', '.join(parties)})"
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


def _update_errors(commitment: Commitment, loc: Loc, taken: dict[str, str], agreed: dt.date, today: dt.date) -> Iterator[Finding]:
    measure = commitment.measure
    steps = {step.id for step in measure.steps} if isinstance(measure, Milestones) else set()
    takes_values = measure is not None and not isinstance(measure, Milestones | Sum)
    own = {update.id for update in commitment.updates}
    retracting = False
    for number, update in enumerate(commitment.updates):

        def error(code: str, message: str, at: Loc = (*loc, "updates", number)) -> Finding:
            return Finding(code=code, message=message, loc=at, item=commitment.id)

        if update.id in taken:
            yield error("duplicate-update", f"the update id {update.id} is already used in {taken[update.id]}")
        taken.setdefault(update.id, commitment.id)
        if update.date < agreed and not update.pre_agreement:
            yield error("before-agreement", f"dated {update.date}, before the agreement of {agreed}")
        if update.date > today:
            yield error("future-date", f"dated {update.date}, which has not come yet")
        if update.value is not None and not takes_values:
            kind = "no measure" if measure is None else f"a measure of kind {measure.kind}"
            yield error("value-without-measure", f"the update has a value, but {commitment.id} has {kind}")
        for step in update.reached:
            if step not in steps:
                yield error("unknown-milestone", f"{commitment.id} has no milestone {step}")
        if update.retracts:
            retracting = True
            if update.retracts not in own:
                yield error("unknown-retraction", f"{commitment.id} has no update {update.retracts}")
        if not (update.status or update.value is not None or update.reached or update.note):
            yield error("empty-update", "the update says nothing")
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


def _parts_errors(dataset: Dataset, by_id: Mapping[str, Commitment]) -> Iterator[Finding]:
    umbrellas = [(index, item) for index, item in enumerate(dataset.commitments) if item.parts]
    depth: dict[str, int] = {}
    for index, commitment in umbrellas:
        loc: Loc = ("commitments", index, "parts")
        if _depth(commitment.id, by_id, depth) > DEEPEST_PARTS:
            message = f"the parts of {commitment.id} form a circle or nest deeper than {DEEPEST_PARTS}"
            yield Finding(code="circular-parts", message=message, loc=loc, item=commitment.id)
    circular = {name for name, level in depth.items() if level > DEEPEST_PARTS}
    for index, commitment in umbrellas:
        if commitment.id not in circular:
            loc = ("commitments", index, "parts")
            yield from _part_kinds(commitment, loc, by_id)
    for index, commitment in enumerate(dataset.commitments):
        if isinstance(commitment.measure, Sum) and not commitment.parts:
            message = f"{commitment.id} is a sum without parts"
            yield Finding(code="part-kind", message=message, loc=("commitments", index), item=commitment.id)


def _depth(start: str, by_id: Mapping[str, Commitment], depth: dict[str, int]) -> int:
    """Levels of parts below ``start``, counted without recursion; a circle counts as too many."""
    frontier, level = {start}, 0
    while frontier and level <= DEEPEST_PARTS:
        frontier = {part for name in frontier if name in by_id for part in by_id[name].parts}
        level += bool(frontier)
        if start in frontier:
            level = DEEPEST_PARTS + 1
    depth[start] = level
    return level


def _part_kinds(commitment: Commitment, loc: Loc, by_id: Mapping[str, Commitment]) -> Iterator[Finding]:
    parts = [by_id[part] for part in commitment.parts if part in by_id]
    if isinstance(commitment.measure, Sum):
        units = {unit for part in parts if (unit := _unit(part, by_id))}
        for part in parts:
            if not isinstance(part.measure, Amount | Sum):
                message = f"the part {part.id} is not an amount"
                yield Finding(code="part-kind", message=message, loc=loc, item=commitment.id)
        if len(units) > 1:
            message = f"the parts are counted in {' and '.join(sorted(units))}"
            yield Finding(code="part-kind", message=message, loc=loc, item=commitment.id)
    elif isinstance(commitment.measure, Amount) and parts and all(isinstance(part.measure, Amount) for part in parts):
        total = sum((part.measure.target for part in parts if isinstance(part.measure, Amount)), Decimal(0))
        if total != commitment.measure.target:
            message = f"the parts add up to {total:,f}, the whole is {commitment.measure.target:,f}"
            yield Finding(code="parts-total", message=message, loc=loc, item=commitment.id)


def _unit(commitment: Commitment, by_id: Mapping[str, Commitment]) -> str | None:
    while isinstance(commitment.measure, Sum) and commitment.parts and commitment.parts[0] in by_id:
        commitment = by_id[commitment.parts[0]]
    return commitment.measure.unit if isinstance(commitment.measure, Amount) else None


def warnings(picture: Picture) -> dict[str, list[Finding]]:
    """Doubts about each commitment as of the picture's date, by commitment id, in file order."""
    by_id = {item.commitment.id: item for item in picture.items}
    found: dict[str, list[Finding]] = {}
    for index, item in enumerate(picture.items):
        loc: Loc = ("commitments", index)
        numbers = {update.id: number for number, update in enumerate(item.commitment.updates)}
        each = [
            *_evidence(item, picture, loc, numbers),
            *_asserted_against_derived(item, picture, loc),
            *_totals_that_fall(item, loc, numbers),
            *_cross_footing(item, by_id, loc),
            *_odd_text(item.commitment, loc),
        ]
        found[item.commitment.id] = each
    return found


def _evidence(item: Assessment, picture: Picture, loc: Loc, numbers: Mapping[str, int]) -> Iterator[Finding]:
    name = item.commitment.id
    for update in item.history:
        at: Loc = (*loc, "updates", numbers[update.id])
        if update.disputed:
            yield Finding(code="disputed", message=f"the record of {update.date} is disputed", loc=at, item=name)
        if update.status and update.status != "no-evidence":
            kinds = {source.kind for source in update.sources}
            if not update.sources:
                yield Finding(code="no-source", message=f"{update.status} on {update.date} has no source", loc=at, item=name)
            elif kinds == {"secondary"}:
                message = f"{update.status} on {update.date} rests on secondary sources only"
                yield Finding(code="secondary-only", message=message, loc=at, item=name)
    if item.stale:
        days = picture.dataset.method.review_every_days
        last = f"last evidence of {item.last_update}" if item.last_update else "no evidence yet"
        message = f"{last}, more than {days} days before {picture.as_of}"
        yield Finding(code="stale", message=message, loc=loc, item=name)


def _asserted_against_derived(item: Assessment, picture: Picture, loc: Loc) -> Iterator[Finding]:
    commitment, standing, name = item.commitment, item.standing, item.commitment.id
    at = loc
    if item.status == "fulfilled" and standing.progress is not None and standing.progress < 1:
        message = f"asserted fulfilled, but progress is {standing.progress:.1%}"
        yield Finding(code="fulfilled-below-target", message=message, loc=at, item=name)
    if standing.word == "done" and not item.closed and item.status not in ("in-effect", "breached"):
        yield Finding(
            code="done-not-fulfilled", message=f"the target is reached, but the status is {item.status}", loc=at, item=name
        )
    if item.overdue and item.status != "breached":
        message = f"{item.status} after the due date {commitment.due}"
        yield Finding(code="past-due", message=message, loc=at, item=name)
    for step in standing.late:
        if not item.closed:
            message = f"the milestone {step.id} was due {step.due} and is not recorded as reached"
            yield Finding(code="late-milestone", message=message, loc=at, item=name)
    if item.status == "in-effect" and isinstance(commitment.measure, Limit):
        for breach in standing.breaches:
            until = f" until {breach.until}" if breach.until else ""
            message = f"asserted in effect, but the limit was broken from {breach.since}{until}, peak {breach.peak:,f}"
            yield Finding(code="breach-in-effect", message=message, loc=at, item=name)


def _totals_that_fall(item: Assessment, loc: Loc, numbers: Mapping[str, int]) -> Iterator[Finding]:
    if not isinstance(item.commitment.measure, Amount):
        return
    highest: Update | None = None
    for update in item.standing.observations:
        if highest and update.value is not None and highest.value is not None and update.value < highest.value:
            message = (
                f"the total fell from {highest.value:,f} ({highest.data_through}) to {update.value:,f} ({update.data_through})"
            )
            yield Finding(code="total-fell", message=message, loc=(*loc, "updates", numbers[update.id]), item=item.commitment.id)
        highest = update


def _cross_footing(item: Assessment, by_id: Mapping[str, Assessment], loc: Loc) -> Iterator[Finding]:
    commitment = item.commitment
    parts = [by_id[part] for part in commitment.parts]
    amounts = [part for part in parts if isinstance(part.commitment.measure, Amount)]
    counts = {part.commitment.measure.counts for part in amounts if isinstance(part.commitment.measure, Amount)}
    if isinstance(commitment.measure, Sum | Amount) and len(counts) > 1:
        message = f"the parts count different things: {'; '.join(sorted(counts))}"
        yield Finding(code="mixed-counts", message=message, loc=(*loc, "parts"), item=commitment.id)
    if isinstance(commitment.measure, Amount) and parts and len(amounts) == len(parts) and item.standing.value is not None:
        values = [part.standing.value for part in amounts]
        total = sum((value for value in values if value is not None), Decimal(0))
        if all(value is not None for value in values) and total != item.standing.value:
            message = f"the parts together have {total:,f}, the whole says {item.standing.value:,f}"
            yield Finding(code="parts-disagree", message=message, loc=(*loc, "parts"), item=commitment.id)


def _odd_text(commitment: Commitment, loc: Loc) -> Iterator[Finding]:
    for where, text in _texts(commitment):
        if HIDDEN.search(text):
            shown = ascii(HIDDEN.search(text)[0])  # type: ignore[index]
            message = f"{where[-1]} holds an invisible character {shown}"
            yield Finding(code="hidden-characters", message=message, loc=(*loc, *where), item=commitment.id)
        if not text.isascii() and not unicodedata.is_normalized("NFC", text):
            yield Finding(code="not-nfc", message=f"{where[-1]} is not in form NFC", loc=(*loc, *where), item=commitment.id)


def _texts(commitment: Commitment) -> Iterator[tuple[Loc, str]]:
    for key in ("title", "summary", "wording", "section", "due_note"):
        if text := getattr(commitment, key):
            yield (key,), text
    for party, text in commitment.readings.items():
        yield ("readings", party), text
    yield from _source_texts(("sources",), commitment.sources)
    for number, update in enumerate(commitment.updates):
        if update.note:
            yield ("updates", number, "note"), update.note
        yield from _source_texts(("updates", number, "sources"), update.sources)


def _source_texts(loc: Loc, sources: tuple[Source, ...]) -> Iterator[tuple[Loc, str]]:
    for source in sources:
        for text in (source.title, source.publisher):
            if text:
                yield loc, text
