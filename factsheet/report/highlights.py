"""What a reader should look at first: what needs attention, what comes next, what changed, what was
corrected.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from factsheet.assess.snapshot import Assessment, Snapshot, assess
from factsheet.inert import one_line
from factsheet.lint.codes import Finding
from factsheet.report import words as t
from factsheet.report.history import Record, record_text

NEXT_DEADLINES = 10
CONTRADICTIONS: Final = frozenset(
    {
        "fulfilled-below-target",
        "done-not-fulfilled",
        "breach-in-effect",
        "total-fell",
        "parts-disagree",
        "mixed-counts",
    }
)
"""Findings where what is asserted and what is derived do not agree."""


class Ref(NamedTuple):
    """A mention of a commitment, for a renderer to link."""

    id: str
    title: str


class Line(NamedTuple):
    """A remark about a commitment.

    It may be dated; ``text`` may be empty where the mention and the date say it all.
    """

    ref: Ref
    text: str
    date: dt.date | None = None


class Group(NamedTuple):
    """Remarks of one kind under a title, with a sentence that says what they have in common.

    ``compact`` ones fit on a line, which shows the date only where there is no text.
    """

    title: str
    intro: str
    lines: tuple[Line, ...]
    compact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What happened after ``since``, compared with how things stood on that day."""

    since: dt.date
    intro: str
    groups: tuple[Group, ...]


class Deadline(NamedTuple):
    """A day on which something is due, or (``review``) on which an item becomes stale unless
    somebody looks.
    """

    date: dt.date
    item: Assessment
    what: str
    key: str
    review: bool = False


def ref(item: Assessment) -> Ref:
    """The mention of an item."""
    return Ref(item.commitment.id, one_line(item.commitment.title))


def _days(number: int) -> str:
    return f"{number:,} day{'' if number == 1 else 's'}"


def deadlines(snapshot: Snapshot) -> list[Deadline]:
    """Every date still ahead (the as-of day included) of open items, earliest first: due dates,
    planning dates, milestones.
    """
    found = []
    for item in snapshot.items:
        if item.closed:
            continue
        term, made = item.commitment, item.measurement
        if term.due:
            found.append(Deadline(term.due, item, "due", "due"))
        if made.by and made.by != term.due and made.word != "done":
            found.append(Deadline(made.by, item, "target date of the measure", "by"))
        done = {step.id for step, _ in made.reached}
        found += [
            Deadline(step.due, item, f"milestone: {one_line(step.title)}", step.id)
            for step in made.steps
            if step.due and step.id not in done
        ]
    ahead = [deadline for deadline in found if deadline.date >= snapshot.as_of]
    return sorted(
        ahead, key=lambda deadline: (deadline.date, deadline.item.commitment.id, deadline.key)
    )


def reviews(snapshot: Snapshot) -> list[Deadline]:
    """For every open item, the last day on which its evidence still counts as fresh, earliest
    first.
    """
    limit, agreed = snapshot.dataset.method.review_every_days, snapshot.dataset.agreement.agreed
    found = []
    for item in snapshot.items:
        last = max(item.last_update or agreed, agreed)
        if not item.closed and limit <= (dt.date.max - last).days:
            found.append(
                Deadline(last + dt.timedelta(days=limit), item, "review", "review", review=True)
            )
    return sorted(found, key=lambda deadline: (deadline.date, deadline.item.commitment.id))


def attention(snapshot: Snapshot, findings: Mapping[str, Sequence[Finding]]) -> Iterator[Group]:
    """Groups of what needs attention, the worst first; a group with nothing in it is left out."""
    items, as_of = snapshot.items, snapshot.as_of
    late = sorted(
        (item for item in items if item.overdue), key=lambda item: item.commitment.due or as_of
    )
    lines = [
        Line(ref(item), f"{item.status}, {_late_by(item, as_of)}", item.commitment.due)
        for item in late
    ]
    yield from _group("Overdue", "The due date has passed and the item is still open.", lines)
    yield from _group(
        "Breached",
        "Conduct contrary to the term, or a limit that is broken.",
        list(_breached(snapshot)),
    )
    steps = [(step, item) for item in items if not item.closed for step in item.measurement.late]
    lines = [
        Line(ref(item), f"{one_line(step.title)}, not recorded as reached", step.due)
        for step, item in steps
    ]
    yield from _group("Milestones late", "A step had a date, and the date has passed.", lines)
    lines = _found(snapshot, findings, lambda found: found.code in CONTRADICTIONS)
    yield from _group(
        "Contradictions", "What is asserted and what the figures say do not agree.", lines
    )
    disputed = [(update, item) for item in items for update in item.history if update.disputed]
    lines = [
        Line(ref(item), one_line(update.note or record_text(update, item)), update.date)
        for update, item in disputed
    ]
    yield from _group("Disputed", "Good sources contradict each other.", lines)
    days = snapshot.dataset.method.review_every_days
    stale = sorted(
        (item for item in items if item.stale),
        key=lambda item: (item.last_update or dt.date.min, item.commitment.id),
    )
    lines = [
        Line(ref(item), "" if item.last_update else "never looked at", item.last_update)
        for item in stale
    ]
    yield from _group(
        "Stale",
        f"Open, and no news for more than {_days(days)}; the last evidence is of the day given.",
        lines,
        True,
    )
    coming = deadlines(snapshot)
    shown = coming[:NEXT_DEADLINES]
    lines = [
        Line(ref(each.item), f"{each.what}, in {_days((each.date - as_of).days)}", each.date)
        for each in shown
    ]
    more = (
        f"The next {NEXT_DEADLINES} of {len(coming)}."
        if len(coming) > NEXT_DEADLINES
        else "Every date still ahead."
    )
    yield from _group("Next deadlines", more, lines)


def _group(title: str, intro: str, lines: Sequence[Line], compact: bool = False) -> Iterator[Group]:
    if lines:
        yield Group(title, intro, tuple(lines), compact)


def _late_by(item: Assessment, as_of: dt.date) -> str:
    return f"{_days((as_of - item.commitment.due).days)} late" if item.commitment.due else "late"


def _breached(snapshot: Snapshot) -> Iterator[Line]:
    for item in snapshot.items:
        if item.status in ("breached", "not-fulfilled"):
            yield Line(ref(item), item.status, item.status_by.date if item.status_by else None)
        elif item.measurement.word == "breached":
            peak = max(item.measurement.breaches, key=lambda breach: breach.since)
            text = f"beyond the limit of {t.amount(item.measurement.target, item.measurement.unit)}"
            yield Line(
                ref(item), f"{text}, at {t.amount(peak.peak, item.measurement.unit)}", peak.since
            )


def _found(
    snapshot: Snapshot, findings: Mapping[str, Sequence[Finding]], wanted: Callable[[Finding], bool]
) -> list[Line]:
    return [
        Line(ref(item), one_line(found.message))
        for item in snapshot.items
        for found in findings[item.commitment.id]
        if wanted(found)
    ]


def changes(snapshot: Snapshot, since: dt.date, records: Sequence[Record]) -> Changes:
    """What is different from how things stood on ``since``, in words.

    Corrections count from the day they were written.
    """
    before = {
        item.commitment.id: item
        for item in assess(snapshot.dataset, since, snapshot.known_by).items
    }
    pairs = [(before[item.commitment.id], item) for item in snapshot.items]
    fresh = [
        record
        for record in records
        if record.update.date > since and not record.withdrawn and not record.update.retracts
    ]
    told: set[str] = set()
    groups = [
        *_group(
            "Status moves",
            "From the status of that day to the present one.",
            list(_moves(pairs, since, told)),
        ),
        *_group(
            "New totals and levels",
            "The latest figure against the one of that day.",
            list(_totals(pairs, told)),
        ),
        *_group("Milestones reached", "", list(_steps(pairs, told))),
        *_group("Pace", "Where the word for the pace is another one.", list(_paces(pairs))),
        *_group("Now overdue", "Due since then, and still open.", list(_now_late(pairs))),
        *_group("Corrections", "Records withdrawn since then.", _corrections(records, since)),
        *_group(
            "Other news",
            "Records that moved neither status nor figure; each item's history has them.",
            _others(fresh, told),
            True,
        ),
    ]
    touched = len({record.item.commitment.id for record in fresh})
    old = sum(
        record.update.date <= since < record.update.recorded_on
        for record in records
        if not record.update.retracts
    )
    intro = f"Compared with how things stood on {since}: {_n(len(fresh), 'new record')} on {_n(touched, 'commitment')}."
    if old:
        intro += f" {_n(old, 'record')} of events up to {since} {'was' if old == 1 else 'were'} written down only afterwards;"
        intro += " a report made on that day could not know them."
    return Changes(since=since, intro=intro, groups=tuple(groups))


def _n(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


_Pairs = Sequence[tuple[Assessment, Assessment]]


def _moves(pairs: _Pairs, since: dt.date, told: set[str]) -> Iterator[Line]:
    for was, now in pairs:
        if was.status == now.status:
            continue
        by, how = now.status_by, ""
        if by is None or by.date <= since:
            # No new status: a withdrawal took the old one away, and what had stood before it counts
            # again.
            taken = [update for update in now.history if update.retracts and update.date > since]
            by = next(
                (
                    update
                    for update in taken
                    if was.status_by and update.retracts == was.status_by.id
                ),
                taken[-1],
            )
            how = f", record {by.retracts} withdrawn"
        told.add(by.id)
        note = f": {one_line(by.note)}" if by.note else ""
        yield Line(ref(now), f"{was.status} → {now.status}{how}{note}", by.date)


def _totals(pairs: _Pairs, told: set[str]) -> Iterator[Line]:
    for was, now in pairs:
        old, new = was.measurement, now.measurement
        if new.counted or new.value is None:
            continue
        if (old.value, old.through) == (new.value, new.through):
            continue
        told.update(update.id for update in new.observations)
        start = "first figure:" if old.value is None else f"{t.amount(old.value, old.unit)} →"
        of = f" ({t.way_text(now)})" if new.target is not None else ""
        yield Line(ref(now), f"{start} {t.amount(new.value, new.unit)}{of}", new.through)


def _steps(pairs: _Pairs, told: set[str]) -> Iterator[Line]:
    for was, now in pairs:
        known = {step.id for step, _ in was.measurement.reached}
        for step, date in now.measurement.reached:
            if step.id not in known:
                told.update(update.id for update in now.history if step.id in update.reached)
                yield Line(ref(now), f"{one_line(step.title)} ({t.progress_text(now)})", date)


def _paces(pairs: _Pairs) -> Iterator[Line]:
    for was, now in pairs:
        if was.measurement.word != now.measurement.word and now.measurement.word != "no-data":
            yield Line(ref(now), f"{was.measurement.word} → {t.pace_text(now)}")


def _now_late(pairs: _Pairs) -> Iterator[Line]:
    for was, now in pairs:
        if now.overdue and not was.overdue:
            yield Line(ref(now), now.status, now.commitment.due)


def _corrections(records: Sequence[Record], since: dt.date) -> list[Line]:
    return [
        _correction(record)
        for record in records
        if record.update.retracts and record.update.recorded_on > since
    ]


def _others(fresh: Sequence[Record], told: set[str]) -> list[Line]:
    rest: dict[str, list[Record]] = defaultdict(list)
    for record in fresh:
        if record.update.id not in told:
            rest[record.item.commitment.id].append(record)
    return [
        Line(
            ref(found[0].item),
            f"{_n(len(found), 'record')}, the last of {found[0].update.date}",
            found[0].update.date,
        )
        for found in rest.values()
    ]


def corrections(records: Sequence[Record]) -> Group:
    """Every withdrawal, newest first; the list is complete because nothing is ever deleted."""
    lines = tuple(_correction(record) for record in records if record.update.retracts)
    intro = (
        "Every record that was withdrawn, by the day on which the withdrawal was written."
        if lines
        else "No record was withdrawn."
    )
    return Group("Corrections", intro, lines)


def _correction(record: Record) -> Line:
    update, target = record.update, record.target
    what = f"record {update.retracts}"
    if target:
        what += f" of {target.date} ({record_text(target, record.item)})"
    why = f": {one_line(update.note)}" if update.note else ""
    undone = "; this withdrawal was itself withdrawn" if record.withdrawn else ""
    return Line(ref(record.item), f"withdraws {what}{why}{undone}", update.recorded_on)
