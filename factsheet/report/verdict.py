"""The answer in a few sentences: who is late with what, what moved, what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from factsheet.assess import agenda
from factsheet.assess.agenda import Entry
from factsheet.assess.compare import Comparison, Kind, Move
from factsheet.assess.snapshot import Assessment, Snapshot
from factsheet.inert import one_line
from factsheet.report import words as t
from factsheet.report.changes import Writer
from factsheet.report.highlights import what_is_due, when
from factsheet.report.speech import _, plural, say

MOST_LATE: Final = 2
"""How many parties are named with what they are late with."""
LONGEST_TITLE: Final = 70
"""Cells of a terminal."""
KINDS: Final[tuple[Kind, ...]] = ("status", "value", "reached", "overdue", "pace")
"""What moved, the most telling first."""


def verdict(snapshot: Snapshot, comparison: Comparison | None) -> tuple[str, ...]:
    """A sentence each on what is late, on what is breached if anything, and on what comes next.

    ``comparison`` is what the sentence on what moved is about, where there is one.
    """
    return tuple(_verdict(snapshot, comparison))


def _verdict(snapshot: Snapshot, comparison: Comparison | None) -> Iterator[str]:
    entries = agenda.agenda(snapshot, snapshot.as_of, {})
    yield _late([each for each in entries if each.why in ("overdue", "late-step")])
    if broken := [each.item for each in entries if each.why == "breached"]:
        yield say("Breached: {titles}.", titles=_some([_title(item) for item in broken]))
    if comparison:
        yield _moved(comparison)
    coming = agenda.ahead(snapshot)
    if not coming:
        yield _("No date lies ahead.")
        return
    each = coming[0]
    title = _title(each.item)
    if each.key != "due" or each.step:
        title = t.noted(title, t.cut(what_is_due(each), 60))
    days = when((each.date - snapshot.as_of).days)
    yield say("Next: {title}, {date}, {when}.", title=title, date=t.date(each.date), when=days)


def _late(late: Sequence[Entry]) -> str:
    if not late:
        return _("Nothing is overdue.")
    by_party: dict[tuple[str, ...], dict[str, Entry]] = {}
    for entry in late:
        members = by_party.setdefault(entry.item.commitment.owed_by, {})
        members.setdefault(entry.item.commitment.id, entry)
    said = [_late_with(parties, [*members.values()]) for parties, members in by_party.items()]
    more = len(said) - MOST_LATE
    if more > 0:
        others = plural("{number} other is late too", "{number} others are late too", more)
        said[MOST_LATE:] = [others]
    return "; ".join(said) + "."


def _late_with(parties: Sequence[str], late: Sequence[Entry]) -> str:
    titles = _some(
        [t.noted(_title(each.item), say("due {date}", date=t.date(each.date))) for each in late]
    )
    names = t.party_names(parties)
    if len(parties) == 1:
        return say("{party} is late with {titles}", party=names, titles=titles)
    return say("{parties} are late with {titles}", parties=names, titles=titles)


def _moved(comparison: Comparison) -> str:
    """What moved since; apart from it what was only found since, or put right."""
    since = t.date(comparison.since)
    fresh = [news for news in comparison.news if not news.late and not news.event.update.retracts]
    older = [news for news in comparison.news if news not in fresh]
    now = _titles(
        comparison, [*(move for each in fresh for move in each.moves), *comparison.passed]
    )
    if now:
        first = plural(
            "Since {date} {number} term has moved: {terms}.",
            "Since {date} {number} terms have moved: {terms}.",
            len(now),
            date=since,
            terms=_some([*now.values()]),
        )
    elif not fresh:
        first = say("Since {date} no term has moved and nothing was recorded.", date=since)
    else:
        first = plural(
            "Since {date} no term has moved, {number} event was recorded.",
            "Since {date} no term has moved, {number} events were recorded.",
            len(fresh),
            date=since,
        )
    found = _titles(comparison, [move for each in older for move in each.moves])
    found = {name: title for name, title in found.items() if name not in now}
    if not found:
        return first
    second = plural(
        "{number} term was put right or found late: {terms}.",
        "{number} terms were put right or found late: {terms}.",
        len(found),
        terms=_some([*found.values()]),
    )
    return f"{first} {second}"


def _titles(comparison: Comparison, moves: Sequence[Move]) -> dict[str, str]:
    """The titles of the terms that moved, each with its most telling move, headline terms first."""
    writer = Writer(comparison)
    said: dict[str, str] = {}
    for move in sorted(moves, key=lambda move: KINDS.index(move.kind)):
        calendar = move.kind == "pace" or (move.kind == "overdue" and move.now is True)
        if not calendar and not _stands(move):
            said.setdefault(move.item, writer.move(move))
    items = [item for item in comparison.after.items if item.commitment.id in said]
    items.sort(key=lambda item: not item.commitment.headline)
    return {
        item.commitment.id: t.noted(_title(item), t.cut(said[item.commitment.id], 60))
        for item in items
    }


def _stands(move: Move) -> bool:
    """Whether a figure is the one it was, only seen again on a later day."""
    was, now = move.was, move.now
    return isinstance(was, tuple) and isinstance(now, tuple) and was[0] == now[0]


def _some(said: Sequence[str]) -> str:
    """The first two, and how many more there are."""
    more = len(said) - 2
    others = [plural("{number} other", "{number} others", more)] if more > 0 else []
    return t.joined([*said[:2], *others])


def _title(item: Assessment) -> str:
    return say("“{title}”", title=t.cut(one_line(item.commitment.title), LONGEST_TITLE))
