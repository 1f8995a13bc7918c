"""The content of a progress report, decided once: every format prints these facts, in this order.

``build`` is a pure function of a snapshot and what is known of its file. All text in a ``Report``
is on one line and inert in a terminal (``inert.one_line``); a renderer has only to escape for its
own format.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from factsheet.assess.accounts import Account, accounts
from factsheet.assess.compare import compare
from factsheet.assess.pace import TOO_EARLY
from factsheet.assess.snapshot import Assessment, Snapshot, ordered
from factsheet.inert import one_line
from factsheet.lint.codes import Finding
from factsheet.model import Publication, Source
from factsheet.report import highlights as news
from factsheet.report import quantities as q
from factsheet.report import words as t
from factsheet.report.cards import Card, Quantity, Stale, card, quantity, stale
from factsheet.report.changes import Changes, changes
from factsheet.report.cited import Cited, cited
from factsheet.report.facts import Milestone, measure_facts, milestones, term_facts
from factsheet.report.highlights import Group, Ref, ref
from factsheet.report.history import Record, history, record_parts, told
from factsheet.report.speech import _, plural, say, word
from factsheet.report.verdict import verdict
from factsheet.source_list import SourceState, States
from factsheet.vocabulary import GROUPS, NOT_ASSESSED, STATUS_MEANINGS

Watch = Callable[[Sequence[Any]], Iterable[Any]]
"""Passes items through and may count them, so that a progress bar can look on."""


class Link(NamedTuple):
    """A source: what to call it, where it is, its title, and when and how near to the event it was
    published; where its archived copy is and what to call that, empty where there is none.
    """

    name: str
    url: str
    title: str
    when: str
    archived: str
    copy: str


class Told(NamedTuple):
    """A record of an item's history.

    ``text`` is empty where the note is all; ``record`` says when it was written. ``id`` is that of
    the event; ``home`` is where the whole of it is told, where that is not here, and ``repeats``
    says that the note is the one given there.
    """

    id: str
    date: str
    text: str
    note: str
    sources: tuple[Link, ...]
    withdrawn: bool
    record: str
    home: Ref | None
    repeats: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One commitment, as a reader meets it.

    ``figures`` are what is measured and derived, each with its basis.
    """

    ref: Ref
    assessment: Assessment
    since: str
    summary: str
    readings: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    figures: tuple[tuple[str, str], ...]
    milestones: tuple[Milestone, ...]
    findings: tuple[str, ...]
    events: tuple[Told, ...]
    sources: tuple[Link, ...]


class Part(NamedTuple):
    """What a report is limited to: some items, and why these, in words."""

    items: tuple[Assessment, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What ``list`` answers: the chosen items of a snapshot, in order.

    ``findings`` gives the doubts about each item, by id, when a format asks for them.
    """

    snapshot: Snapshot
    items: Sequence[Assessment]
    findings: Callable[[], Mapping[str, Sequence[Finding]]]

    @property
    def part(self) -> Snapshot:
        """The snapshot of these items alone."""
        return self.snapshot.only(self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole report. ``identity`` says from which file and for which dates it was made."""

    snapshot: Snapshot
    digest: str
    checked: Mapping[str, Sequence[Finding]]
    title: str
    identity: tuple[tuple[str, str], ...]
    verdict: tuple[str, ...]
    summary: str
    statuses: tuple[tuple[str, int, str], ...]
    accounts: tuple[Account, ...]
    headline: tuple[Quantity, ...]
    cards: tuple[Card, ...]
    quantities: tuple[Quantity, ...]
    attention: tuple[Group, ...]
    stale: tuple[Stale, ...]
    changes: Changes | None
    pillars: tuple[tuple[str, tuple[Item, ...]], ...]
    records: tuple[Record, ...]
    method: tuple[str, ...]
    thresholds: tuple[tuple[str, str], ...]
    meanings: tuple[tuple[str, str], ...]
    sources: tuple[Link, ...]
    cited: tuple[Cited, ...]
    corrections: Group


def build(
    snapshot: Snapshot,
    findings: Mapping[str, Sequence[Finding]],
    *,
    digest: str,
    since: dt.date | None = None,
    part: Part | None = None,
    watch: Watch = iter,
) -> Report:
    """The content of the report.

    ``digest`` is the SHA-256 of the file in hex; ``since`` the day from which on everything is new;
    ``part`` what the report is limited to.
    """
    comparison = compare(snapshot, since) if since else None
    if part:
        snapshot = snapshot.only(part.items)
        comparison = comparison and comparison.only({i.commitment.id for i in snapshot.items})
    agreement = snapshot.dataset.agreement
    groups = ordered(snapshot.items)
    records = tuple(history(*snapshot.items))
    mains = {event.update.id: event.main for event in told(snapshot, records)}
    items = {
        item.commitment.id: _item(item, snapshot, findings[item.commitment.id], mains)
        for item in watch(snapshot.items)
    }
    inorder = [item for _, members in groups for item in members]
    quantities = [quantity(item) for item in inorder]
    return Report(
        snapshot=snapshot,
        digest=digest,
        checked=findings,
        title=one_line(agreement.title),
        identity=tuple(_identity(snapshot, digest, part)),
        verdict=verdict(snapshot, comparison),
        summary=_summary(snapshot),
        statuses=_statuses(snapshot),
        accounts=accounts(snapshot),
        headline=tuple(each for each in quantities if each.item.commitment.headline),
        cards=tuple(card(item, snapshot) for item in inorder if item.commitment.headline),
        quantities=tuple(each for each in quantities if each.target),
        attention=tuple(news.attention(snapshot, findings)),
        stale=stale(snapshot),
        changes=changes(comparison) if comparison else None,
        pillars=tuple(
            (t.group_title(group), tuple(items[member.commitment.id] for member in members))
            for group, members in groups
        ),
        records=records,
        method=tuple(_method(snapshot)),
        thresholds=tuple(_thresholds(snapshot)),
        meanings=tuple((status, _(means)) for status, means in STATUS_MEANINGS.items()),
        sources=links(agreement.sources, snapshot.sources),
        cited=tuple(cited(snapshot)),
        corrections=news.corrections(snapshot, records),
    )


def _identity(snapshot: Snapshot, digest: str, part: Part | None) -> Iterator[tuple[str, str]]:
    agreement = snapshot.dataset.agreement
    if part:
        covered = plural(
            "{listed} of {number} commitment: {why}",
            "{listed} of {number} commitments: {why}",
            len(snapshot.dataset.commitments),
            listed=f"{len(snapshot.items)}",
            why=part.why,
        )
        yield _("covers"), covered
    yield _("as of"), t.date(snapshot.as_of)
    yield _("known by"), t.date(snapshot.known_by) or _("all that the dataset holds")
    yield _("data through"), t.date(snapshot.cut_off) or _("no data yet")
    yield _("agreed"), t.date(agreement.agreed)
    if (known := snapshot.dataset.publication) and known != Publication():
        licence = known.license and say("{license}", license=known.license)
        about = (known.title, known.publisher, known.url, licence)
        yield _("published as"), ", ".join(one_line(each) for each in about if each)
    yield (
        _("parties"),
        "; ".join(t.noted(one_line(name), key) for key, name in agreement.parties.items()),
    )
    yield _("dataset"), f"{agreement.id}, SHA-256 {digest}"


def _summary(snapshot: Snapshot) -> str:
    """The first sentences that anybody reads."""
    items = snapshot.items
    headline = sum(item.commitment.headline for item in items)
    late, stale = sum(item.overdue for item in items), sum(item.stale for item in items)
    events = sum(len(item.history) for item in items)
    lead = plural("{number} commitment", "{number} commitments", len(items))
    if headline:
        lead += plural(
            ", {count} of them a headline term",
            ", {count} of them headline terms",
            headline,
            count=f"{headline}",
        )
    return say(
        "{commitments}; {records}. {late} overdue, {stale} without recent evidence.",
        commitments=lead,
        records=plural("{number} dated record", "{number} dated records", events),
        late=f"{late}" if late else _("None"),
        stale=f"{stale}" if stale else _("none"),
    )


def _statuses(snapshot: Snapshot) -> tuple[tuple[str, int, str], ...]:
    counts = Counter(item.status for item in snapshot.items)
    inorder = [status for members in GROUPS.values() for status in members]
    return tuple(
        (status, counts[status], _(STATUS_MEANINGS[status])) for status in inorder if counts[status]
    )


def _item(
    item: Assessment,
    snapshot: Snapshot,
    findings: Sequence[Finding],
    mains: Mapping[str, Record],
) -> Item:
    term, by = item.commitment, item.status_by
    return Item(
        ref=ref(item),
        assessment=item,
        since=say("since {date}", date=t.date(by.date)) if by else _(STATUS_MEANINGS[NOT_ASSESSED]),
        summary=one_line(term.summary),
        readings=tuple(
            (word("party", party), one_line(reading)) for party, reading in term.readings.items()
        ),
        facts=tuple(term_facts(item, snapshot)),
        figures=tuple(measure_facts(item, snapshot)),
        milestones=tuple(milestones(item)),
        findings=news.finding_texts(findings, item),
        events=tuple(
            _told(record, mains[record.update.id], snapshot.sources) for record in history(item)
        ),
        sources=links(term.sources, snapshot.sources),
    )


def _told(record: Record, main: Record, known: States) -> Told:
    update = record.update
    here = main.item is record.item
    return Told(
        id=update.id,
        date=t.date(update.date),
        text="; ".join(record_parts(update, record.item)) or ("" if update.note else _("note")),
        note=one_line(update.note) if update.note else "",
        sources=links(update.sources, known),
        withdrawn=record.withdrawn,
        record=say(
            "record {record}, written {when}", record=update.id, when=t.date(update.recorded_on)
        ),
        home=None if here else ref(main.item),
        repeats=not here and update.note == main.update.note,
    )


def links(sources: Sequence[Source], known: States) -> tuple[Link, ...]:
    """Sources as links; one without a publisher goes by the host of its address."""
    return tuple(_link(source, known.get(source.url)) for source in sources)


def _link(source: Source, state: SourceState | None) -> Link:
    when = [
        part
        for part in (t.date(source.published), source.kind and word("source", source.kind))
        if part
    ]
    return Link(
        name=one_line(source.publisher or source.url.split("/", 3)[2]),
        url=source.url,
        title=one_line(source.title) if source.title else "",
        when=", ".join(when),
        archived=state.archived or "" if state else "",
        copy=t.copy_words(state),
    )


def _method(snapshot: Snapshot) -> Iterator[str]:
    """How to read the report; every sentence is true of every dataset."""
    known = _("the dataset holds")
    if snapshot.known_by:
        known = say("the dataset knew by {date}", date=t.date(snapshot.known_by))
    yield _(
        "Three things are kept apart. Status is what an analyst asserts from evidence. Progress, "
        "pace and overdue are computed. Stale, disputed and no evidence say how much is known. "
        "Where they contradict each other, the report says so."
    )
    yield say(
        "Every figure is as of {date}: events up to and including that day, as far as {known}. A "
        "value counts up to its data-through date, and the expectation is for that same date.",
        date=t.date(snapshot.as_of),
        known=known,
    )
    yield _(
        "Progress of an amount is its total over the target; of a level, the share of the distance "
        "from baseline to target. Expected is where a straight line through the days from start to "
        "deadline would be, or a published path where there is one. Pace is progress over "
        "expected. Where the text sets no interim target, the line is ours, and each figure says "
        "so."
    )
    yield _(
        "A cap or a floor is not a target: using little of a ceiling is headroom, not delay. A sum "
        "adds up its parts; parts without data are named, and the total then is a lower bound."
    )
    yield say(
        "An open item without news for more than {number} days is stale. No evidence is not the "
        "same as not started: the first says that somebody looked and found nothing either way.",
        number=f"{snapshot.dataset.method.review_every_days}",
    )
    yield _(
        "Terms are in the words of the dataset, not of the document. A promise that both sides owe "
        "counts for each. Amounts are exact decimals and are rounded only for display, half to "
        "even; dates are calendar dates. Nothing is deleted: a record that turns out wrong is "
        "withdrawn by a later one, and both are listed."
    )


def _thresholds(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    method = snapshot.dataset.method
    ahead, on_pace, behind = (
        q.plain_number(number) for number in (method.ahead, method.on_pace, method.behind)
    )
    yield t.pace_and_code("ahead"), say("pace {ahead} or more", ahead=ahead)
    yield (
        t.pace_and_code("on-pace"),
        say("pace {least} or more, below {most}", least=on_pace, most=ahead),
    )
    yield (
        t.pace_and_code("slightly-behind"),
        say(
            "pace {least} or more, below {most}; or ahead with a milestone late",
            least=behind,
            most=on_pace,
        ),
    )
    yield t.pace_and_code("behind"), say("pace below {behind}", behind=behind)
    yield t.pace_and_code("done"), _("the target is reached")
    yield t.pace_and_code("moving-away"), _("further from the target than the baseline was")
    yield (
        t.pace_and_code("too-early"),
        say(
            "less than {share} was expected yet: a ratio would say nothing",
            share=q.percent(TOO_EARLY),
        ),
    )
    yield t.pace_and_code("no-deadline"), _("no date to measure against")
    yield t.pace_and_code("no-data"), _("no figure yet")
    yield (
        " / ".join(map(t.pace_and_code, t.BOUNDS)),
        _("inside or beyond a cap or a floor"),
    )
