"""Commitments that make up others: no circles, one unit, nothing counted twice, and the parts add up to the whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from factsheet.findings import Finding, Loc, few
from factsheet.model import Amount, Commitment, Dataset, Sum

DEEPEST_PARTS = 20
MOST_COUNTED = 1_000_000
"""Parts that are looked at in all, those of sums within sums once for each sum: a small file can nest many more than it holds."""


def errors(dataset: Dataset, by_id: Mapping[str, Commitment]) -> Iterator[Finding]:
    """Circles, wrong kinds, double counts, and parts that do not add up to their whole."""
    umbrellas = [(index, item) for index, item in enumerate(dataset.commitments) if item.parts]
    depth: dict[str, int] = {}
    for index, commitment in umbrellas:
        loc: Loc = ("commitments", index, "parts")
        if _depth(commitment.id, by_id, depth) > DEEPEST_PARTS:
            message = f"the parts of {commitment.id} form a circle or nest deeper than {DEEPEST_PARTS}"
            yield Finding(code="circular-parts", message=message, loc=loc, item=commitment.id)
    circular = {name for name, level in depth.items() if level > DEEPEST_PARTS}
    left = MOST_COUNTED
    for index, commitment in umbrellas:
        if commitment.id not in circular:
            loc = ("commitments", index, "parts")
            twice, counted = _counted_twice(commitment, by_id, left)
            left -= counted
            if left < 0:
                message = f"the parts of the sums within sums are more than {MOST_COUNTED}"
                yield Finding(code="part-kind", message=message, loc=loc, item=commitment.id)
                break
            for name in twice:
                yield Finding(code="part-kind", message=f"the part {name} is counted twice", loc=loc, item=commitment.id)
            yield from _part_kinds(commitment, loc, by_id, add_up=not twice)
    for index, commitment in enumerate(dataset.commitments):
        if isinstance(commitment.measure, Sum) and not commitment.parts:
            message = f"{commitment.id} is a sum without parts"
            yield Finding(code="part-kind", message=message, loc=("commitments", index), item=commitment.id)


def _depth(start: str, by_id: Mapping[str, Commitment], depth: dict[str, int]) -> int:
    """Levels of parts below ``start``, without recursion, each commitment looked at once; a circle counts as too many."""
    trail: dict[str, Iterator[str]] = {start: iter(by_id[start].parts)} if start not in depth else {}
    while trail:
        name, parts = next(reversed(trail.items()))
        part = next((part for part in parts if part in by_id and part not in depth), None)
        if part is None:
            del trail[name]
            below = (depth[part] for part in by_id[name].parts if part in depth)
            depth[name] = min(max((level + 1 for level in below), default=0), DEEPEST_PARTS + 1)
        elif part in trail:
            # Everything that leads here goes round without end.
            depth.update(dict.fromkeys(trail, DEEPEST_PARTS + 1))
            break
        else:
            trail[part] = iter(by_id[part].parts)
    return depth[start]


def _part_kinds(commitment: Commitment, loc: Loc, by_id: Mapping[str, Commitment], *, add_up: bool) -> Iterator[Finding]:
    parts = [by_id[part] for part in commitment.parts if part in by_id]
    whole = commitment.measure
    if isinstance(whole, Sum):
        units = {unit for part in parts if (unit := _unit(part, by_id))}
        for part in parts:
            if not isinstance(part.measure, Amount | Sum):
                message = f"the part {part.id} is not an amount"
                yield Finding(code="part-kind", message=message, loc=loc, item=commitment.id)
        if len(units) > 1:
            message = f"the parts are counted in {few(sorted(units), ' and ')}"
            yield Finding(code="part-kind", message=message, loc=loc, item=commitment.id)
    elif isinstance(whole, Amount) and parts and add_up and all(_unit(part, by_id) == whole.unit for part in parts):
        seen: dict[str, Decimal] = {}
        total = sum((_target(part, by_id, seen) for part in parts), Decimal(0))
        if total != whole.target:
            message = f"the parts add up to {total:,f}, the whole is {whole.target:,f}"
            yield Finding(code="parts-total", message=message, loc=loc, item=commitment.id)


def _counted_twice(commitment: Commitment, by_id: Mapping[str, Commitment], most: int) -> tuple[list[str], int]:
    """Ids that are more than once among the parts, or among the parts of a part that is a sum; and how many were looked at.

    It stops soon after ``most``.
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
        elif name in by_id and isinstance(by_id[name].measure, Sum):
            waiting += reversed(by_id[name].parts)
        seen.add(name)
    return list(twice), counted


def _target(commitment: Commitment, by_id: Mapping[str, Commitment], seen: dict[str, Decimal]) -> Decimal:
    """What an amount or a sum of amounts aims at, each looked at once; parts form no circle here."""
    if isinstance(commitment.measure, Amount):
        return commitment.measure.target
    if not isinstance(commitment.measure, Sum):
        return Decimal(0)
    if commitment.id not in seen:
        below = (by_id[part] for part in commitment.parts if part in by_id)
        seen[commitment.id] = sum((_target(part, by_id, seen) for part in below), Decimal(0))
    return seen[commitment.id]


def _unit(commitment: Commitment, by_id: Mapping[str, Commitment]) -> str | None:
    while isinstance(commitment.measure, Sum) and commitment.parts and commitment.parts[0] in by_id:
        commitment = by_id[commitment.parts[0]]
    return commitment.measure.unit if isinstance(commitment.measure, Amount) else None
