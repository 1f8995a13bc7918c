"""The content of a progress report, decided once: every format prints these facts, in this order.

``build`` is a pure function of a picture and what is known of its file. All text in a ``Report`` is on one line and inert in a
terminal (``render.text.one_line``); a renderer has only to escape for its own format.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from factsheet.findings import Finding
from factsheet.measures import TOO_EARLY
from factsheet.model import NOT_ASSESSED, STATUS_MEANINGS, Level, Limit, Source
from factsheet.progress import GROUPS, Account, Assessment, Picture, accounts, ordered
from factsheet.render import news
from factsheet.render import text as t
from factsheet.render.news import Group, Ref, ref
from factsheet.render.records import Record, event_parts, events, history
from factsheet.render.show import Milestone, measure_facts, milestones, term_facts
from factsheet.render.table import group_title

Watch = Callable[[Sequence[Any]], Iterable[Any]]
"""Passes items through and may count them: how a progress bar looks on without the content knowing."""


class Link(NamedTuple):
    """A source: what to call it, where it is, its title, and when and how near to the event it was published."""

    name: str
    url: str
    title: str
    when: str


class Event(NamedTuple):
    """A record of an item's history. ``text`` is empty where the note is all; ``record`` says when it was written."""

    date: str
    text: str
    note: str
    sources: tuple[Link, ...]
    withdrawn: bool
    record: str


class Quantity(NamedTuple):
    """A row of a table of terms: what the numbers of one item are, each as people write it, empty where there is none."""

    ref: Ref
    item: Assessment
    value: str
    target: str
    goal: str
    progress: str
    expected: str
    pace: str
    through: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One commitment, as a reader meets it. ``figures`` are what is measured and derived, each with its basis."""

    ref: Ref
    assessment: Assessment
    since: str
    summary: str
    readings: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    figures: tuple[tuple[str, str], ...]
    milestones: tuple[Milestone, ...]
    findings: tuple[str, ...]
    events: tuple[Event, ...]
    sources: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole report. ``identity`` says from which file and for which dates it was made."""

    picture: Picture
    text: str
    digest: str
    checked: Mapping[str, Sequence[Finding]]
    title: str
    identity: tuple[tuple[str, str], ...]
    summary: str
    statuses: tuple[tuple[str, int, str], ...]
    accounts: tuple[Account, ...]
    headline: tuple[Quantity, ...]
    quantities: tuple[Quantity, ...]
    attention: tuple[Group, ...]
    changes: news.Changes | None
    pillars: tuple[tuple[str, tuple[Item, ...]], ...]
    records: tuple[Record, ...]
    method: tuple[str, ...]
    thresholds: tuple[tuple[str, str], ...]
    meanings: tuple[tuple[str, str], ...]
    sources: tuple[Link, ...]
    corrections: Group


def build(
    picture: Picture,
    findings: Mapping[str, Sequence[Finding]],
    *,
    text: str,
    digest: str,
    since: dt.date | None = None,
    watch: Watch = iter,
) -> Report:
    """The content of the report. ``text`` is the file and ``digest`` its SHA-256 in hex; ``since`` is the day to compare with."""
    agreement = picture.dataset.agreement
    groups = ordered(picture.items)
    items = {item.commitment.id: _item(item, picture, findings[item.commitment.id]) for item in watch(picture.items)}
    quantities = [_quantity(item) for _, members in groups for item in members]
    records = tuple(events(picture))
    return Report(
        picture=picture,
        text=text,
        digest=digest,
        checked=findings,
        title=t.one_line(agreement.title),
        identity=tuple(_identity(picture, digest)),
        summary=_summary(picture),
        statuses=_statuses(picture),
        accounts=accounts(picture),
        headline=tuple(each for each in quantities if each.item.commitment.headline),
        quantities=tuple(each for each in quantities if each.target),
        attention=tuple(news.attention(picture, findings)),
        changes=news.changes(picture, since, records) if since else None,
        pillars=tuple(
            (group_title(group), tuple(items[member.commitment.id] for member in members)) for group, members in groups
        ),
        records=records,
        method=tuple(_method(picture)),
        thresholds=tuple(_thresholds(picture)),
        meanings=tuple(STATUS_MEANINGS.items()),
        sources=links(agreement.sources),
        corrections=news.corrections(records),
    )


def _identity(picture: Picture, digest: str) -> Iterator[tuple[str, str]]:
    agreement = picture.dataset.agreement
    yield "as of", t.day(picture.as_of)
    yield "known by", t.day(picture.known_by) or "all that the dataset holds"
    yield "data through", t.day(picture.cut_off) or "no data yet"
    yield "agreed", t.day(agreement.agreed)
    yield "parties", "; ".join(f"{t.one_line(name)} ({key})" for key, name in agreement.parties.items())
    yield "dataset", f"{agreement.id}, SHA-256 {digest}"


def _summary(picture: Picture) -> str:
    """The first sentences that anybody reads."""
    items = picture.items
    headline = sum(item.commitment.headline for item in items)
    late, stale = sum(item.overdue for item in items), sum(item.stale for item in items)
    events = sum(len(item.history) for item in items)
    lead = (
        f"{_count(len(items), 'commitment')}, {headline} of them headline terms" if headline else _count(len(items), "commitment")
    )
    return f"{lead}; {_count(events, 'dated record')}. {late or 'None'} overdue, {stale or 'none'} without recent evidence."


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _statuses(picture: Picture) -> tuple[tuple[str, int, str], ...]:
    counts = Counter(item.status for item in picture.items)
    inorder = [status for members in GROUPS.values() for status in members]
    return tuple((status, counts[status], STATUS_MEANINGS[status]) for status in inorder if counts[status])


def _quantity(item: Assessment) -> Quantity:
    """The numbers of an item; milestones have progress, but no unit of their own and so no target here."""
    standing, measure = item.standing, item.commitment.measure
    value = target = goal = ""
    if standing.unit != "milestones" and standing.target is not None:
        value, target = t.amount(standing.value, standing.unit), t.amount(standing.target, standing.unit)
        goal = f"of {target}"
        if isinstance(measure, Level):
            # Said once is enough: 2.42%, target 3.5% of GDP.
            value, goal = t.brief(standing.value, standing.unit), f"from {t.compact(measure.baseline)}, target {target}"
        elif isinstance(measure, Limit):
            goal = f"{'cap' if measure.max is not None else 'floor'} {target}"
    return Quantity(
        ref=ref(item),
        item=item,
        value=value,
        target=target,
        goal=goal,
        progress=t.progress_text(item),
        expected=t.percent(standing.expected),
        pace=t.pace_text(item),
        through=t.day(standing.through),
    )


def _item(item: Assessment, picture: Picture, findings: Sequence[Finding]) -> Item:
    term, by = item.commitment, item.status_by
    return Item(
        ref=ref(item),
        assessment=item,
        since=f"since {by.date}" if by else STATUS_MEANINGS[NOT_ASSESSED],
        summary=t.one_line(term.summary),
        readings=tuple((party, t.one_line(reading)) for party, reading in term.readings.items()),
        facts=tuple(term_facts(item, picture)),
        figures=tuple(measure_facts(item, picture)),
        milestones=tuple(milestones(item)),
        findings=tuple(t.one_line(found.message) for found in findings),
        events=tuple(map(_event, history(item))),
        sources=links(term.sources),
    )


def _event(record: Record) -> Event:
    update = record.update
    return Event(
        date=t.day(update.date),
        text="; ".join(event_parts(update, record.item)) or ("" if update.note else "note"),
        note=t.one_line(update.note) if update.note else "",
        sources=links(update.sources),
        withdrawn=record.withdrawn,
        record=f"record {update.id}, written {t.day(update.recorded_on)}",
    )


def links(sources: Sequence[Source]) -> tuple[Link, ...]:
    """Sources as links; one without a publisher goes by the host of its address."""
    return tuple(_link(source) for source in sources)


def _link(source: Source) -> Link:
    when = [part for part in (t.day(source.published), source.kind) if part]
    title = t.one_line(source.title) if source.title else ""
    return Link(t.one_line(source.publisher or source.url.split("/", 3)[2]), source.url, title, ", ".join(when))


def _method(picture: Picture) -> Iterator[str]:
    """How to read the report; every sentence is true of every dataset."""
    known = f"the dataset knew by {picture.known_by}" if picture.known_by else "the dataset holds"
    days = picture.dataset.method.review_every_days
    yield (
        "Three things are kept apart. Status is what an analyst asserts from evidence. Progress, pace and overdue are computed. "
        "Stale, disputed and no evidence say how much is known. Where they contradict each other, the report says so."
    )
    yield (
        f"Every figure is as of {picture.as_of}: events up to and including that day, as far as {known}. A value counts up to "
        "its data-through date, and the expectation is for that same date."
    )
    yield (
        "Progress of an amount is its total over the target; of a level, the share of the distance from baseline to target. "
        "Expected is where a straight line through the days from start to deadline would be, or a published path where there is "
        "one. Pace is progress over expected. Where the text sets no interim target, the line is ours, and each figure says so."
    )
    yield (
        "A cap or a floor is not a target: using little of a ceiling is headroom, not delay. A sum adds up its parts; parts "
        "without data are named, and the total then is a lower bound."
    )
    yield (
        f"An open item without news for more than {days} days is stale. No evidence is not the same as not started: the first "
        "says that somebody looked and found nothing either way."
    )
    yield (
        "Terms are in the words of the dataset, not of the document. A promise that both sides owe counts for each. Amounts are "
        "exact decimals and are rounded only for display, half to even; dates are calendar dates. Nothing is deleted: a record "
        "that turns out wrong is withdrawn by a later one, and both are listed."
    )


def _thresholds(picture: Picture) -> Iterator[tuple[str, str]]:
    method = picture.dataset.method
    ahead, on_pace, behind = (t.plain_number(number) for number in (method.ahead, method.on_pace, method.behind))
    yield "ahead", f"pace {ahead} or more"
    yield "on-pace", f"pace {on_pace} or more, below {ahead}"
    yield "slightly-behind", f"pace {behind} or more, below {on_pace}; or ahead with a milestone late"
    yield "behind", f"pace below {behind}"
    yield "done", "the target is reached"
    yield "moving-away", "further from the target than the baseline was"
    yield "too-early", f"less than {t.percent(TOO_EARLY)} was expected yet: a ratio would say nothing"
    yield "no-deadline", "no date to measure against"
    yield "no-data", "no figure yet"
    yield "within / breached", "inside or beyond a cap or a floor"
