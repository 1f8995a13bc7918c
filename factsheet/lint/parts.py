"""Commitments that make up others: no circles, one unit, no double counts, a whole that adds up."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter

from factsheet.lint.codes import Finding, Loc, few
from factsheet.model import Commitment, Dataset

DEEPEST_PARTS = 20
MOST_COUNTED = 1_000_000
"""Parts that are looked at in all, those of sums within sums once for each sum: a small file can
nest many more than it holds."""


def errors(dataset: Dataset, by_id: Mapping[str, Commitment]) -> Iterator[Finding]:
    """Circles, wrong kinds, double counts, and parts that do not add up to their whole."""
    umbrellas = [(index, item) for index, item in enumerate(dataset.commitments) if item.parts]
    depth = _depths([item for _, item in umbrellas], by_id)
    circular = {
        item.id for _, item in umbrellas if depth.get(item.id, DEEPEST_PARTS + 1) > DEEPEST_PARTS
    }
    left = MOST_COUNTED
    for index, commitment in umbrellas:
        loc: Loc = ("commitments", index, "parts")

        def error(code: str, message: str, loc: Loc = loc, name: str = commitment.id) -> Finding:
            return Finding(code=code, message=message, loc=loc, item=name)

        if commitment.id in circular:
            message = (
                f"the parts of {commitment.id} form a circle or nest deeper than {DEEPEST_PARTS}"
            )
            yield error("circular-parts", message)
            continue
        twice, counted = _counted_twice(commitment, by_id, left)
        left -= counted
        if left < 0:
            message = f"the parts of the sums within sums are more than {MOST_COUNTED}"
            yield error("part-kind", message)
            break
        for name in twice:
            yield error("part-kind", f"the part {name} is counted twice")
        yield from _part_kinds(commitment, loc, by_id, add_up=not twice)
    for index, commitment in enumerate(dataset.commitments):
        if commitment.measure and commitment.measure.parts_make_it and not commitment.parts:
            message = f"{commitment.id} is a sum without parts"
            loc = ("commitments", index)
            yield Finding(code="part-kind", message=message, loc=loc, item=commitment.id)


def _depths(umbrellas: list[Commitment], by_id: Mapping[str, Commitment]) -> dict[str, int]:
    """Levels of parts below each commitment; what is in a circle, or leads into one, is absent."""
    below = {item.id: [part for part in item.parts if part in by_id] for item in umbrellas}
    sorter = TopologicalSorter(below)
    with contextlib.suppress(CycleError):
        sorter.prepare()
    depth: dict[str, int] = {}
    while ready := sorter.get_ready():
        for name in ready:
            depth[name] = max((depth[part] + 1 for part in below.get(name, ())), default=0)
        sorter.done(*ready)
    return depth


def _part_kinds(
    commitment: Commitment, loc: Loc, by_id: Mapping[str, Commitment], *, add_up: bool
) -> Iterator[Finding]:
    parts = [by_id[part] for part in commitment.parts if part in by_id]
    whole = commitment.measure
    if whole is None:
        return
    units = {_unit(part, by_id) for part in parts}
    if whole.parts_make_it:
        for part in parts:
            if part.measure is None or not part.measure.adds_up:
                message = f"the part {part.id} is not an amount"
                yield Finding(code="part-kind", message=message, loc=loc, item=commitment.id)
        if len(units - {None}) > 1:
            named = few(sorted(unit for unit in units if unit), " and ")
            message = f"the parts are counted in {named}"
            yield Finding(code="part-kind", message=message, loc=loc, item=commitment.id)
    elif whole.goal and whole.adds_up and add_up and units == {whole.goal.unit}:
        seen: dict[str, Decimal] = {}
        total = sum((_target(part, by_id, seen) for part in parts), Decimal(0))
        if total != whole.goal.target:
            message = f"the parts add up to {total:,f}, the whole is {whole.goal.target:,f}"
            yield Finding(code="parts-total", message=message, loc=loc, item=commitment.id)


def _counted_twice(
    commitment: Commitment, by_id: Mapping[str, Commitment], most: int
) -> tuple[list[str], int]:
    """Ids that are more than once among the parts, those of sums within included.

    With them how many were looked at; it stops soon after ``most``.
    """
    seen: set[str] = set()
    twice: dict[str, None] = {}
    waiting = list(reversed(commitment.parts))
    counted = 0
    while waiting and counted <= most:
        name = waiting.pop()
        counted += 1
        if name in seen:
            twice[name] = None
        elif name in by_id and (measure := by_id[name].measure) and measure.parts_make_it:
            waiting += reversed(by_id[name].parts)
        seen.add(name)
    return list(twice), counted


def _target(
    commitment: Commitment, by_id: Mapping[str, Commitment], seen: dict[str, Decimal]
) -> Decimal:
    """What an amount or a sum of amounts aims at, each looked at once; there is no circle here."""
    measure = commitment.measure
    if measure is None or not measure.adds_up:
        return Decimal(0)
    if measure.goal:
        return measure.goal.target
    if commitment.id not in seen:
        below = (by_id[part] for part in commitment.parts if part in by_id)
        seen[commitment.id] = sum((_target(part, by_id, seen) for part in below), Decimal(0))
    return seen[commitment.id]


def _unit(commitment: Commitment, by_id: Mapping[str, Commitment]) -> str | None:
    """The unit of an amount, or of the first amount that makes up a sum."""
    measure = commitment.measure
    while measure and measure.parts_make_it and commitment.parts and commitment.parts[0] in by_id:
        commitment = by_id[commitment.parts[0]]
        measure = commitment.measure
    return measure.goal.unit if measure and measure.adds_up and measure.goal else None
