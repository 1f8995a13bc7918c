"""What a term comes to at a glance: its numbers, its pace in plain words, who owes it, its age."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN
from typing import Final, NamedTuple

from factsheet.assess.snapshot import Assessment, Snapshot
from factsheet.report import quantities as q
from factsheet.report import words as t
from factsheet.report.facts import goal_text
from factsheet.report.highlights import Ref, ref
from factsheet.report.speech import N_, _, manner, plural, say


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
        value, target = q.amount(made.value, made.unit), q.amount(made.target, made.unit)
        goal = say("of {target}", target=target)
        if made.bounded:
            goal = goal_text(made)
        if made.baseline is not None:
            # Said once is enough: 2.42%, target 3.5% of GDP.
            value = q.brief(made.value, made.unit)
            baseline = q.compact(made.baseline)
            if manner():
                baseline = q.brief(made.baseline, made.unit)
            goal = say("from {baseline}, target {target}", baseline=baseline, target=target)
    return Quantity(
        ref=ref(item),
        item=item,
        value=value,
        target=target,
        goal=goal,
        progress=t.progress_text(item),
        expected=q.percent(made.expected),
        pace=t.pace_text(item),
        through=t.date(made.through),
    )


def card(item: Assessment, snapshot: Snapshot) -> Card:
    """An item at a glance."""
    age = t.age(item, snapshot.as_of)
    old = [say("evidence {days} old", days=t.days(age)) if age else _("evidence of today")]
    if age is None:
        old = [_("no evidence yet")]
    return Card(
        quantity=quantity(item),
        way=way_words(item),
        owed_by=t.parties(item.commitment.owed_by),
        age=", ".join(old + t.marks(item)),
        due=t.due_text(item),
    )


def stale(snapshot: Snapshot) -> tuple[Stale, ...]:
    """What is stale, the oldest evidence first; before it, what was never looked at."""
    found = [(t.age(item, snapshot.as_of), item) for item in snapshot.items if item.stale]
    found.sort(key=lambda each: (each[0] is not None, -(each[0] or 0)))
    return tuple(
        Stale(
            ref=ref(item),
            owed_by=t.parties(item.commitment.owed_by),
            status=item.status,
            days="" if age is None else f"{age:,}",
            last=t.date(item.last_update),
        )
        for age, item in found
    )


_SAID: Final = {
    "no-data": N_("not all parts have a figure"),
    "done": N_("the target is reached"),
    "moving-away": N_("further from the target than at the start"),
    "too-early": N_("too early to say"),
    "no-deadline": N_("no date is set"),
    "ahead": N_("ahead"),
    "on-pace": N_("on pace"),
    "slightly-behind": N_("slightly behind"),
    "behind": N_("behind"),
}
"""Words for a pace, written out."""
_BOUNDS: Final = {
    ("within", "cap"): N_("within the cap"),
    ("within", "floor"): N_("within the floor"),
    ("breached", "cap"): N_("above the cap"),
    ("breached", "floor"): N_("below the floor"),
}


def way_words(item: Assessment) -> str:
    """The pace in plain words: 8% of the way where 9% was due: slightly behind.

    Nothing where there is no measure.
    """
    made = item.measurement
    match made.word:
        case "not-applicable":
            return ""
        case "within" | "breached":
            where = _(_BOUNDS[made.word, made.goal])
            return ": ".join(filter(None, (t.progress_text(item), where)))
        case "part-short":
            return say("the total is reached, but not by {parts}", parts=", ".join(made.short[:8]))
        case "no-data" if made.progress is None:
            return _("no figure yet")
        case "done" if made.counted:
            return _("every milestone is reached")
        case "done" | "moving-away":
            return _(_SAID[made.word])
    if made.counted:
        way = say("{steps} milestones", steps=t.progress_text(item))
        due = int(made.expected_value or 0)
        if due:
            way = plural(
                "{way} where {number} was due", "{way} where {number} were due", due, way=way
            )
    else:
        tiny = made.missing and made.progress is not None and q.is_tiny(made.progress)
        share = q.percent(made.progress, ROUND_DOWN if made.missing else ROUND_HALF_EVEN)
        way = say("{share} of the way", share=_(">0%") if tiny else share)
        if made.missing and not tiny:
            way = say("at least {way}", way=way)
        if due_share := q.percent(made.expected):
            way = say("{way} where {share} was due", way=way, share=due_share)
    return f"{way}: {_(_SAID[made.word])}"
