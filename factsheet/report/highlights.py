"""Remarks in groups: what needs attention, what comes next, what was corrected."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, NamedTuple

from factsheet.assess import agenda
from factsheet.assess.agenda import Deadline, Entry, Why
from factsheet.assess.snapshot import Assessment, Snapshot
from factsheet.inert import one_line
from factsheet.lint.codes import Finding
from factsheet.report import quantities as q
from factsheet.report import words as t
from factsheet.report.history import Record, record_text, told
from factsheet.report.speech import ENGLISH, N_, _, language, say, word

NEXT_DEADLINES = 10
_DAY: Final = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b")
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

    It may be dated; ``text`` may be empty where the mention and the date say it all. ``also`` says
    what the same event means for other commitments; the words may be empty. ``event`` is the id of
    what happened, where that is a record of the commitment.
    """

    ref: Ref
    text: str
    date: dt.date | None = None
    also: tuple[tuple[Ref, str], ...] = ()
    event: str = ""


class Group(NamedTuple):
    """Remarks of one kind under a title, with a sentence that says what they have in common.

    ``compact`` ones fit on a line, which shows the date only where there is no text.
    """

    title: str
    intro: str
    lines: tuple[Line, ...]
    compact: bool = False


def ref(item: Assessment) -> Ref:
    """The mention of an item."""
    return Ref(item.commitment.id, one_line(item.commitment.title))


def called(ids: Sequence[str], snapshot: Snapshot) -> str:
    """Commitments by their ids; in another language by their titles, since ids are English."""
    if language() == ENGLISH or not ids:
        return ", ".join(ids)
    titles = {each.id: one_line(each.title) for each in snapshot.dataset.commitments}
    return ", ".join(say("“{title}”", title=titles.get(name, name)) for name in ids)


def also_line(line: Line) -> str:
    """The other commitments of a remark in a phrase: ``also A: what; B``; may be empty."""
    named = [f"{each.title}: {words}" if words else each.title for each, words in line.also]
    return say("also {names}", names="; ".join(named)) if named else ""


def contradictions(findings: Mapping[str, Sequence[Finding]]) -> dict[str, list[str]]:
    """What does not agree, by item: the messages of the findings that say so."""
    return {
        name: [finding_text(each) for each in found if each.code in CONTRADICTIONS]
        for name, found in findings.items()
    }


def finding_text(finding: Finding, item: Assessment | None = None) -> str:
    """What a finding says to a reader: its message, in another language what its code means, with
    the steps of the ``item`` and the days that the message names.
    """
    said, message = word("finding", finding.code), one_line(finding.message)
    if said == finding.code:
        return message
    steps = item.measurement.steps if item else ()
    words = message.split()
    about = [one_line(step.title) for step in steps if step.id in words]
    for each in _DAY.findall(message):
        with contextlib.suppress(ValueError):
            about.append(t.date(dt.date.fromisoformat(each)))
    return t.noted(said, ", ".join(about)) if about else said


def finding_texts(findings: Sequence[Finding], item: Assessment) -> tuple[str, ...]:
    """What the findings of an item say to a reader, in the order of the file."""
    return tuple(finding_text(each, item) for each in sorted(findings, key=attrgetter("place")))


def groups_of(entries: Sequence[Entry], snapshot: Snapshot) -> Iterator[Group]:
    """Entries of an agenda in words, a group for each reason, in the order of the entries."""
    by_reason: dict[Why, list[Entry]] = {}
    for entry in entries:
        by_reason.setdefault(entry.why, []).append(entry)
    for why, members in by_reason.items():
        title, intro = REASONS[why]
        days = t.days(snapshot.dataset.method.review_every_days)
        lines = tuple(
            Line(
                ref(each.item),
                words(each, snapshot),
                each.date,
                event=each.record.id if each.record else "",
            )
            for each in members
        )
        yield Group(_(title), say(intro, days=days), lines, why == "stale")


@dataclass(frozen=True, slots=True)
class Agenda:
    """What to look at now, ranked; ``until`` ends what is due soon."""

    snapshot: Snapshot
    until: dt.date
    entries: Sequence[Entry]


REASONS: Final[dict[Why, tuple[str, str]]] = {
    "overdue": (N_("Overdue"), N_("The due date has passed and the item is still open.")),
    "late-step": (N_("Milestones late"), N_("A step had a date, and the date has passed.")),
    "breached": (N_("Breached"), N_("Conduct contrary to the term, or a limit that is broken.")),
    "due": (N_("Due soon"), N_("Terms and milestones with a date.")),
    "contradiction": (
        N_("Contradictions"),
        N_("What is asserted and what the figures say do not agree."),
    ),
    "disputed": (N_("Disputed"), N_("Good sources contradict each other.")),
    "stale": (
        N_("Stale"),
        N_("Open, and no news for more than {days}; the last evidence is of the day given."),
    ),
    "review": (N_("To review"), N_("The last day on which the evidence still counts as fresh.")),
}
"""What each reason to look at an item is called, and what it means."""


def words(entry: Entry, snapshot: Snapshot) -> str:
    """Why to look at it, in a phrase; empty where the date says it all."""
    item, as_of = entry.item, snapshot.as_of
    match entry.why:
        case "overdue" if entry.date:
            late = t.days((as_of - entry.date).days)
            return say("{status}, {days} late", status=t.status(item.status), days=late)
        case "late-step" if entry.deadline and entry.date:
            late = t.days((as_of - entry.date).days)
            step = entry.deadline.step
            what = one_line(step.title) if step else what_is_due(entry.deadline)
            return say("{step}, not recorded as reached, {days} late", step=what, days=late)
        case "breached" if item.status not in ("breached", "not-fulfilled"):
            made = item.measurement
            peak = max(made.breaches, key=lambda breach: breach.since)
            return say(
                "beyond the limit of {bound}, at {peak}",
                bound=q.amount(made.target, made.unit),
                peak=q.amount(peak.peak, made.unit),
            )
        case "breached":
            return t.status(item.status)
        case "due" | "review" if entry.deadline and entry.date:
            ahead = when((entry.date - as_of).days)
            return say("{what}, {when}", what=what_is_due(entry.deadline), when=ahead)
        case "disputed" if entry.record:
            said = one_line(entry.record.note or record_text(entry.record, item))
            also = say("also {names}", names=called(entry.also, snapshot))
            return t.noted(said, also) if entry.also else said
        case "stale":
            return "" if entry.date else _("never looked at")
    return entry.message


def why_text(entry: Entry, snapshot: Snapshot) -> str:
    """``words``, and where these are in the date how long ago that is."""
    days = t.days((snapshot.as_of - entry.date).days) if entry.date else ""
    return words(entry, snapshot) or say("no news for {days}", days=days)


def what_is_due(each: Deadline) -> str:
    """What a deadline is for: the term, a milestone, the target date of the measure, a review."""
    if each.review:
        return _("review")
    if each.step:
        return say("milestone: {title}", title=one_line(each.step.title))
    return _("target date of the measure") if each.of_measure else _("due")


def when(days: int) -> str:
    """How far ahead a day is: today, tomorrow, in 12 days."""
    if days < 2:
        return _("today") if days == 0 else _("tomorrow")
    return say("in {days}", days=t.days(days))


def attention(snapshot: Snapshot, findings: Mapping[str, Sequence[Finding]]) -> Iterator[Group]:
    """Groups of what needs attention, the worst first; a group with nothing in it is left out."""
    found = agenda.agenda(snapshot, snapshot.as_of, contradictions(findings), ended=True)
    yield from groups_of([each for each in found if each.why != "due"], snapshot)
    coming = agenda.ahead(snapshot)
    lines = tuple(
        Line(
            ref(each.item),
            words(Entry("due", each.item, each.date, each), snapshot),
            each.date,
        )
        for each in coming[:NEXT_DEADLINES]
    )
    more = _("Every date still ahead.")
    if len(coming) > NEXT_DEADLINES:
        more = say("The next {number} of {all}.", number=f"{len(lines)}", all=f"{len(coming)}")
    if lines:
        yield Group(_("Next deadlines"), more, lines)


def corrections(snapshot: Snapshot, records: Sequence[Record]) -> Group:
    """Every withdrawal, newest first; the list is complete because nothing is ever deleted."""
    lines = tuple(
        Line(
            ref(event.main.item),
            correction_text(event.main),
            event.update.recorded_on,
            tuple((ref(record.item), "") for record in event.also),
            event.update.id,
        )
        for event in told(snapshot, records)
        if event.update.retracts
    )
    intro = (
        _("Every record that was withdrawn, by the day on which the withdrawal was written.")
        if lines
        else _("No record was withdrawn.")
    )
    return Group(_("Corrections"), intro, lines)


def correction_text(record: Record) -> str:
    """What a withdrawal takes back, and why."""
    update, target = record.update, record.target
    if target:
        said = say(
            "withdraws record {record} of {date} ({said})",
            record=target.id,
            date=t.date(target.date),
            said=record_text(target, record.item),
        )
    else:
        said = say("withdraws record {record}", record=update.retracts or "")
    why = f": {one_line(update.note)}" if update.note else ""
    undone = "; " + _("this withdrawal was itself withdrawn") if record.withdrawn else ""
    return f"{said}{why}{undone}"
