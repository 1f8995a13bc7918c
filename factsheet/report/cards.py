"""What a term comes to at a glance: its numbers, its pace in plain words, who owes it, its age."""

from __future__ import annotations

from typing import Final, NamedTuple

from factsheet.assess.snapshot import Assessment, Snapshot
from factsheet.report import words as t
from factsheet.report.highlights import Ref, ref


class Quantity(NamedTuple):
    """A row of a table of terms: what the numbers of one item are, each as people write it, empty
    where there is none.
    """

    ref: Ref
    item: Assessment
    value: str
    target: str
    goal: str
    progress: str
    expected: str
    pace: str
    through: str


class Card(NamedTuple):
    """A term at a glance: its numbers, its pace in plain words, who owes it, and how old the
    evidence is.
    """

    quantity: Quantity
    way: str
    owed_by: str
    age: str
    due: str


class Stale(NamedTuple):
    """A row of what nobody has looked at for long; the days and the date are empty where nobody
    ever has.
    """

    ref: Ref
    owed_by: str
    status: str
    days: str
    last: str


def quantity(item: Assessment) -> Quantity:
    """The numbers of an item; milestones have progress, but no unit of their own and so no target
    here.
    """
    made = item.measurement
    value = target = goal = ""
    if not made.counted and made.target is not None:
        value, target = t.amount(made.value, made.unit), t.amount(made.target, made.unit)
        goal = f"{made.goal} {target}" if made.bounded else f"of {target}"
        if made.baseline is not None:
            # Said once is enough: 2.42%, target 3.5% of GDP.
            value = t.brief(made.value, made.unit)
            goal = f"from {t.compact(made.baseline)}, target {target}"
    return Quantity(
        ref=ref(item),
        item=item,
        value=value,
        target=target,
        goal=goal,
        progress=t.progress_text(item),
        expected=t.percent(made.expected),
        pace=t.pace_text(item),
        through=t.day(made.through),
    )


def card(item: Assessment, snapshot: Snapshot) -> Card:
    """An item at a glance."""
    age = t.age(item, snapshot.as_of)
    old = "no evidence yet" if age is None else f"evidence {t.days(age)} old"
    return Card(
        quantity=quantity(item),
        way=way_words(item),
        owed_by="+".join(item.commitment.owed_by),
        age=old + (", stale" if item.stale else "") + (", disputed" if item.disputed else ""),
        due=t.due_text(item),
    )


def stale(snapshot: Snapshot) -> tuple[Stale, ...]:
    """What is stale, the oldest evidence first; before it, what was never looked at."""
    found = [(t.age(item, snapshot.as_of), item) for item in snapshot.items if item.stale]
    found.sort(key=lambda each: (each[0] is not None, -(each[0] or 0)))
    return tuple(
        Stale(
            ref=ref(item),
            owed_by="+".join(item.commitment.owed_by),
            status=item.status,
            days="" if age is None else f"{age:,}",
            last=t.day(item.last_update),
        )
        for age, item in found
    )


_SAID: Final = {
    "no-data": "not all parts have a figure",
    "done": "the target is reached",
    "moving-away": "further from the target than at the start",
    "too-early": "too early to say",
    "no-deadline": "no date is set",
}
"""Words for a pace that say more when written out."""


def way_words(item: Assessment) -> str:
    """The pace in plain words: 8% of the way where 9% was due: slightly behind.

    Nothing where there is no measure.
    """
    made = item.measurement
    said = _SAID.get(made.word, made.word.replace("-", " "))
    match made.word:
        case "not-applicable":
            return ""
        case "within" | "breached":
            side = {"cap": "above", "floor": "below"}.get(made.goal, "beyond")
            where = (
                f"within the {made.goal}" if made.word == "within" else f"{side} the {made.goal}"
            )
            return ": ".join(filter(None, (t.progress_text(item), where)))
        case "part-short":
            return f"the total is reached, but not by {', '.join(made.short[:8])}"
        case "no-data" if made.progress is None:
            return "no figure yet"
        case "done" | "moving-away":
            return "every milestone is reached" if made.counted and made.word == "done" else said
    if made.counted:
        way = f"{made.value:f} of {made.target:f} milestones"
        due = f"{made.expected_value:f}" if made.expected_value else ""
        verb = "was" if due == "1" else "were"
    else:
        way = f"{'at least ' if made.missing else ''}{t.percent(made.progress)} of the way"
        due, verb = t.percent(made.expected), "was"
    return f"{way}{f' where {due} {verb} due' if due else ''}: {said}"
