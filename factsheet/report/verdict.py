"""The answer in a few sentences: who is late with what, what moved, what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from factsheet.assess import agenda
from factsheet.assess.agenda import Entry
from factsheet.assess.compare import Comparison, Kind
from factsheet.assess.snapshot import Assessment, Snapshot
from factsheet.inert import one_line
from factsheet.report import words as t
from factsheet.report.changes import Writer
from factsheet.report.highlights import what_is_due, when

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
        yield f"Breached: {_some([_title(item) for item in broken])}."
    if comparison:
        yield _moved(comparison)
    coming = agenda.ahead(snapshot)
    if not coming:
        yield "No date lies ahead."
        return
    each = coming[0]
    title = _title(each.item)
    what = "" if each.key == "due" and not each.step else f" ({t.cut(what_is_due(each), 60)})"
    yield f"Next: {title}{what}, {each.date}, {when((each.date - snapshot.as_of).days)}."


def _late(late: Sequence[Entry]) -> str:
    if not late:
        return "Nothing is overdue."
    by_party: dict[tuple[str, ...], dict[str, Entry]] = {}
    for entry in late:
        members = by_party.setdefault(entry.item.commitment.owed_by, {})
        members.setdefault(entry.item.commitment.id, entry)
    said = [
        f"{t.joined(parties)} {'is' if len(parties) == 1 else 'are'} late with "
        + _some([f"{_title(each.item)} (due {each.date})" for each in members.values()])
        for parties, members in by_party.items()
    ]
    more = len(said) - MOST_LATE
    if more > 0:
        said[MOST_LATE:] = [f"{more} other{'s are' if more > 1 else ' is'} late too"]
    return "; ".join(said) + "."


def _moved(comparison: Comparison) -> str:
    since = comparison.since
    moves: dict[str, str] = {}
    every = [move for news in comparison.news for move in news.moves]
    writer = Writer(comparison)
    for move in sorted([*every, *comparison.passed], key=lambda move: KINDS.index(move.kind)):
        if move.kind != "pace" and not (move.kind == "overdue" and move.now is True):
            moves.setdefault(move.item, writer.move(move))
    items = [item for item in comparison.after.items if item.commitment.id in moves]
    items.sort(key=lambda item: not item.commitment.headline)
    if not items:
        number = len(comparison.news)
        also = f", {t.count(number, 'event')} {'was' if number == 1 else 'were'} recorded"
        return f"Since {since} no term has moved{also if number else ' and nothing was recorded'}."
    said = [f"{_title(item)} ({t.cut(moves[item.commitment.id], 60)})" for item in items]
    number = len(items)
    have = f"{t.count(number, 'term')} {'has' if number == 1 else 'have'} moved"
    return f"Since {since} {have}: {_some(said)}."


def _some(said: Sequence[str]) -> str:
    """The first two, and how many more there are."""
    more = len(said) - 2
    return t.joined([*said[:2], *([t.count(more, "other")] if more > 0 else [])])


def _title(item: Assessment) -> str:
    return f"“{t.cut(one_line(item.commitment.title), LONGEST_TITLE)}”"
