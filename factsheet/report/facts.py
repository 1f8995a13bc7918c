"""What a page says of one commitment beside its title: the term, the measure, the milestones.

Each fact is a name and a sentence, each figure comes with its basis.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from factsheet.assess.measurement import Measurement
from factsheet.assess.pace import Rates
from factsheet.assess.snapshot import Assessment, Snapshot
from factsheet.inert import one_line
from factsheet.report import quantities as q
from factsheet.report import words as t
from factsheet.report.highlights import called
from factsheet.report.speech import N_, _, say, word

State = Literal["reached", "late", "open"]


class Milestone(NamedTuple):
    """A step and how it stands; ``when`` is the date that goes with that, in words, or empty."""

    id: str
    title: str
    state: State
    when: str


def term_facts(item: Assessment, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """What the text says beside the term itself; what it does not say is left out."""
    term = item.commitment
    parties = snapshot.dataset.agreement.parties
    owed = ", ".join(t.noted(one_line(parties[party]), party) for party in term.owed_by)
    facts = [
        (_("owed by") if term.nature == "duty" else _("right of"), owed),
        (_("wording"), one_line(term.wording or "")),
        (_("section"), one_line(term.section or "")),
        (_("pillar"), word("pillar", term.pillar)),
        (_("due"), t.due_text(item) or _("the text sets no date")),
        (_("about due"), one_line(term.due_note or "")),
        (_("tags"), ", ".join(word("tag", tag) for tag in term.tags)),
        (_("parts"), called(term.parts, snapshot)),
        (_("depends on"), called(term.depends_on, snapshot)),
    ]
    yield from ((name, value) for name, value in facts if value)


def measure_facts(item: Assessment, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """What is measured and what arithmetic says of it, each figure with its basis."""
    measure, made = item.commitment.measure, item.measurement
    if measure is None:
        return
    unit = made.unit
    if made.counts:
        yield _("counts"), one_line(made.counts)
    if measure.others:
        yield _("limit on"), called(measure.others, snapshot)
    if made.baseline is not None:
        yield _("baseline"), q.amount(made.baseline, unit, exact=True)
    if not made.counted and made.target is not None:
        goal = t.bound_text(made) if made.bounded else q.amount(made.target, unit, exact=True)
        yield goal_word(made), goal
    if made.path and not made.parts:
        first, last = t.date(made.path[0][0]), t.date(made.path[-1][0])
        yield _("period"), say("{first} to {last}", first=first, last=last)
    if measure.goal and measure.goal.path:
        points = (
            say(
                "{value} by {date}",
                value=q.amount(each.value, unit, exact=True),
                date=t.date(each.date),
            )
            for each in measure.goal.path
        )
        yield _("waypoints"), "; ".join(points)
    if made.value is not None and not made.counted:
        yield (
            _("value"),
            say(
                "{value}, data through {date}",
                value=q.amount(made.value, unit, exact=True),
                date=t.date(made.through),
            ),
        )
    if made.headroom is not None:
        name = "headroom of a floor" if made.goal == "floor" else "headroom"
        yield word(name, "headroom"), q.amount(made.headroom, unit, exact=True)
    if text := t.progress_text(item):
        yield _("used") if made.bounded else _("progress"), text
    if made.expected is not None:
        share, basis = q.percent(made.expected), expectation_basis(item, snapshot)
        yield _("expected"), say("{share} {basis}", share=share, basis=basis)
    yield _("pace"), t.pace_text(item) or t.pace(made.word)
    for breach in made.breaches:
        first, last = t.date(breach.since), t.date(breach.until)
        peak = q.amount(breach.peak, unit, exact=True)
        if last:
            said = say("from {first} to {last}, peak {peak}", first=first, last=last, peak=peak)
        else:
            said = say("from {first} and still, peak {peak}", first=first, peak=peak)
        yield _("breach"), said
    if made.missing:
        yield _("no data from"), called(made.missing, snapshot)
    if made.rates is not None:
        yield from _rates(made.rates, unit)
    if made.path_source:
        yield _("path"), one_line(made.path_source)


GOALS: Final = {"target": N_("target"), "cap": N_("cap"), "floor": N_("floor")}


def goal_word(made: Measurement) -> str:
    """What the goal of a measurement is called; a cap on a rate is not one on money."""
    if made.goal == "cap" and not q.is_money(made.unit):
        return word("goal of a rate", made.goal)
    return _(GOALS[made.goal])


def expectation_basis(item: Assessment, snapshot: Snapshot) -> str:
    """Which date the expectation is for, and whether the text or we drew the line."""
    day = t.date(item.measurement.through)
    match item.measurement.basis:
        case "parts":
            return _("from the parts, each at its own data-through date")
        case "steps":
            return say("by the due dates passed on {date}", date=t.date(snapshot.as_of))
        case "text":
            return say("by {date} on the path in the text", date=day)
        case "path":
            return say("by {date} on a published path; the text sets no interim target", date=day)
    return say("by {date} on a straight line; the text sets no interim target", date=day)


def _rates(run: Rates, unit: str | None) -> Iterator[tuple[str, str]]:
    if run.required is not None:
        needed = q.rate(run.required, unit)
        yield (
            _("needed"),
            say("{rate} a year from the last observation on, to arrive in time", rate=needed),
        )
    if run.recent is not None:
        yield (
            _("recent"),
            say(
                "{rate} a year, between {first} and {last}",
                rate=q.rate(run.recent, unit),
                first=t.date(run.since),
                last=t.date(run.until),
            ),
        )
    if run.arrival is not None:
        yield _("arrival"), say("{date} at the recent rate", date=t.date(run.arrival))


def milestones(item: Assessment) -> Iterator[Milestone]:
    """The steps of a measure in their order, as of the snapshot's date; nothing without any."""
    made = item.measurement
    when = {step.id: date for step, date in made.reached}
    late = {step.id for step in made.late}
    for step in made.steps:
        state: State = "open"
        dated = say("due {date}", date=t.date(step.due)) if step.due else ""
        if step.id in when:
            state = "reached"
            reached = say("reached {date}", date=t.date(when[step.id]))
            dated = f"{reached}, {dated}" if dated else reached
        elif step.id in late:
            state, dated = "late", say("{due}, late", due=dated)
        yield Milestone(step.id, one_line(step.title), state, dated)


def figures(item: Assessment) -> tuple[str, str]:
    """The figure of a commitment as people write it, and its progress and pace in words."""
    made = item.measurement
    if made.counted or made.target is None:
        steps = t.progress_text(item)
        return steps and say("{steps} milestones", steps=steps), t.pace_text(item)
    value = q.brief(made.value, made.unit) or _("no figure yet")
    progress = t.progress_text(item)
    told = [progress, t.pace_text(item)]
    if progress and not made.bounded:
        told[0] = say("{progress}", progress=progress)
    if made.expected is not None and not made.bounded:
        told.insert(1, say("expected {share}", share=q.percent(made.expected)))
    return f"{value}, {goal_text(made)}", "; ".join(each for each in told if each)


def goal_text(made: Measurement, *, short: bool = False) -> str:
    """What a measurement is held against: target $25bn, cap 15%; ``short`` as ``q.brief`` is."""
    bound = (q.brief if short else q.amount)(made.target, made.unit)
    return say("{cap} {bound}", cap=goal_word(made), bound=bound)


def figure_line(item: Assessment) -> str:
    """Status, figure and pace on a line: in-progress; $3.11bn, target $25bn; 12%; on-pace 1.02."""
    late = word("evidence", "overdue") if item.overdue else ""
    return "; ".join(each for each in (t.status(item.status), late, *figures(item)) if each)


def item_dates(item: Assessment, snapshot: Snapshot) -> str:
    """As of when, known by when, and where the data of this one commitment end."""
    told = say("As of {date}", date=t.date(snapshot.as_of))
    if snapshot.known_by:
        told += ", " + say("known by {date}", date=t.date(snapshot.known_by))
    if through := item.measurement.through:
        told += "; " + say("data through {date}", date=t.date(through))
    return told


def chart_key(item: Assessment) -> str:
    """What the marks of a chart mean."""
    made = item.measurement
    told = [_("Dots: observed") if made.yearly else _("Line and dots: observed")]
    told += [_("dashed: expected")] if made.path else []
    told += [say("black: {goal}", goal=goal_word(made))]
    told += [_("dotted: baseline")] if made.baseline is not None else []
    return "; ".join(told) + "."


def chart_words(made: Measurement) -> str:
    """The chart of a measurement in a sentence."""
    goal = goal_text(made)
    by = t.date(made.path[-1][0]) if made.path else ""
    if not made.series:
        return say(
            "No observation yet; the expected path leads to {target} by {date}.",
            target=q.amount(made.target, made.unit),
            date=by,
        )
    first, last = (
        say("{value} on {date}", value=q.amount(value, made.unit), date=t.date(day))
        for day, value in (made.series[0], made.series[-1])
    )
    told = first
    if (number := len(made.series)) > 1:
        told = say(
            "from {first} to {last}, {number} observations",
            first=first,
            last=last,
            number=f"{number}",
        )
    parts = [say("Observed {values}", values=told)]
    parts.append(say("{goal} by {date}", goal=goal, date=by) if by else goal)
    if made.expected_value is not None:
        expected = q.amount(made.expected_value, made.unit)
        parts.append(say("expected by then {value}", value=expected))
    return "; ".join(parts) + "."
