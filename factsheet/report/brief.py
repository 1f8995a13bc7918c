"""The content of a brief: one page that says who is late with what, what moved and what comes next.

It is measured out here so that it fits: every text has a longest length, every list a number of
lines, and what is left out is counted. ``brief`` is a pure function, its text inert on one line.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from factsheet.assess import agenda
from factsheet.assess.accounts import Account, accounts
from factsheet.assess.agenda import Entry
from factsheet.assess.compare import Comparison, News, compare
from factsheet.assess.snapshot import Assessment, Snapshot, ordered
from factsheet.inert import one_line
from factsheet.report import words as t
from factsheet.report.cards import Card, card
from factsheet.report.changes import Writer
from factsheet.report.content import Part
from factsheet.report.highlights import Line, Ref, also_line, ref, words
from factsheet.report.speech import _, plural, say, word
from factsheet.report.verdict import KINDS, LONGEST_TITLE, verdict
from factsheet.vocabulary import GROUPS

SOON: Final = dt.timedelta(days=90)
PAGE, SCREEN, LINE = 34, 20, 105
"""Lines for news, dates and accounts together, on a page and on a screen, and how many cells of a
terminal fit on one."""
MOST_DATES, MOST_PARTIES, MOST_CARDS = 7, 4, 6
LENGTHS: Final = (600, 300, 220)
"""How many cells a remark may take: the first of these at which all fit, else the last."""
LONGEST_LINE = 100


class Standing(NamedTuple):
    """What a party owes and how that stands, with what is different from before, in words."""

    account: Account
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A whole brief. Each ``…_left`` says what there was no room for; it may be empty.

    ``news_told`` and ``due_told`` count the remarks that there are, with or without room.
    """

    snapshot: Snapshot
    since: dt.date
    title: str
    dates: str
    verdict: tuple[str, ...]
    news: tuple[Line, ...]
    news_told: int
    news_left: str
    due: tuple[Line, ...]
    due_told: int
    due_left: str
    standings: tuple[Standing, ...]
    standings_left: str
    headline: tuple[Card, ...]
    headline_left: str
    foot: str


def brief(
    snapshot: Snapshot,
    since: dt.date,
    *,
    digest: str,
    part: Part | None = None,
    lines: int = PAGE,
) -> Brief:
    """The content of the brief.

    ``since`` is the day from which on everything is new, ``digest`` the SHA-256 of the file in hex,
    ``part`` what the brief is limited to, ``lines`` the room for what is told in lines.
    """
    comparison = compare(snapshot, since)
    if part:
        snapshot = snapshot.only(part.items)
        comparison = comparison.only({item.commitment.id for item in snapshot.items})
    entries = agenda.agenda(snapshot, _later(snapshot.as_of), {})
    due = [_short(line, LONGEST_LINE) for line in _due(entries, snapshot)]
    parties = _standings(comparison)
    below = [_said(line) for line in due[:MOST_DATES]]
    below += [each.text for each in parties[:MOST_PARTIES]]
    told, shown = _news(comparison, max(lines - sum(map(_lines, below)), 8))
    cards = [
        _card(item, snapshot) for group in ordered(snapshot.items) for item in _headline(group)
    ]
    return Brief(
        snapshot=snapshot,
        since=since,
        title=t.cut(one_line(snapshot.dataset.agreement.title), LINE),
        dates=t.dates_line(snapshot) + (f"; {t.cut(part.why, LONGEST_TITLE)}" if part else ""),
        verdict=verdict(comparison.after, comparison),
        news=tuple(shown),
        news_told=told,
        news_left=left(told - len(shown)),
        due=tuple(due[:MOST_DATES]),
        due_told=len(due),
        due_left=left(len(due) - MOST_DATES),
        standings=tuple(parties[:MOST_PARTIES]),
        standings_left=left(len(parties) - MOST_PARTIES),
        headline=tuple(cards[:MOST_CARDS]),
        headline_left=left(len(cards) - MOST_CARDS),
        foot=f"{snapshot.dataset.agreement.id}, SHA-256 {digest}",
    )


def _later(day: dt.date) -> dt.date:
    return day + min(SOON, dt.date.max - day)


def left(number: int) -> str:
    """How many more there are, in words; empty where that is all."""
    return say("and {number} more", number=f"{number:,}") if number > 0 else ""


def _lines(text: str) -> int:
    return -(-t.cells(text) // LINE)


def _news(comparison: Comparison, room: int) -> tuple[int, list[Line]]:
    """How many remarks there are, and those that fit into so many lines, cut where they must be."""
    told = list(_told(comparison))
    shown: list[Line] = []
    for most in LENGTHS:
        left, shown = room, []
        for line in told:
            short = _short(line, most)
            left -= _lines(_said(short))
            if left < 0:
                break
            shown.append(short)
        if len(shown) == len(told):
            break
    return len(told), shown


def _said(line: Line) -> str:
    return f"{t.date(dt.date(2026, 11, 11))} {line.ref.title}: {line.text} ({also_line(line)})"


def _short(line: Line, most: int) -> Line:
    """A remark of about so many cells: its title, its words, and two of the other promises.

    What moved is named; the others that an event bears on are counted.
    """
    title = Ref(line.ref.id, t.cut(line.ref.title, LONGEST_TITLE))
    moved = [(each, said) for each, said in line.also if said]
    also = [
        (Ref(each.id, t.cut(each.title, LONGEST_TITLE // 2)), t.cut(said, most // 4))
        for each, said in moved[:2]
    ]
    if more := len(line.also) - len(also):
        left = plural("{number} other promise", "{number} other promises", more)
        if also:
            left = plural("{number} more promise", "{number} more promises", more)
        also.append((Ref("", left), ""))
    others = sum(t.cells(each.title) + t.cells(said) + 4 for each, said in also)
    return Line(title, t.cut(line.text, max(most - others, most // 2)), line.date, tuple(also))


def _headline(group: tuple[str, list[Assessment]]) -> list[Assessment]:
    return [item for item in group[1] if item.commitment.headline]


def _card(item: Assessment, snapshot: Snapshot) -> Card:
    made = card(item, snapshot)
    title = t.cut(made.quantity.ref.title, LONGEST_TITLE)
    ref = Ref(made.quantity.ref.id, title)
    return made._replace(quantity=made.quantity._replace(ref=ref))


def _due(entries: Sequence[Entry], snapshot: Snapshot) -> Iterator[Line]:
    """What is late, a line an item, and what is due soon."""
    late = [each for each in entries if each.why in ("overdue", "late-step")]
    steps = Counter(each.item.commitment.id for each in late if each.why == "late-step")
    told: set[str] = set()
    for entry in (*late, *(each for each in entries if each.why == "due")):
        item = entry.item
        said = words(entry, snapshot)
        if entry.why != "due":
            if item.commitment.id in told:
                continue
            told.add(item.commitment.id)
            more = steps[item.commitment.id] - (entry.why == "late-step")
            if more:
                said += plural("; {number} milestone late", "; {number} milestones late", more)
        yield Line(ref(item), t.noted(said, t.parties(item.commitment.owed_by)), entry.date)


def _told(comparison: Comparison) -> Iterator[Line]:
    """Every event and every move in a line, what matters most first."""
    writer = Writer(comparison)
    main = {item.commitment.id for item in comparison.after.items if item.commitment.headline}

    def rank(news: News) -> tuple[bool, int, bool]:
        weight = min((KINDS.index(move.kind) for move in news.moves), default=len(KINDS))
        moved = {move.item for move in news.moves}
        return main.isdisjoint(moved), weight, main.isdisjoint(news.items)

    def first(news: News) -> str | None:
        """The promise that it moved most, a headline term if it can be."""
        moved = sorted(news.moves, key=lambda each: (each.item not in main, KINDS.index(each.kind)))
        return moved[0].item if moved else None

    for news in sorted(comparison.news, key=rank):
        line = writer.line(news, first=first(news), terse=True)
        late = say("found since: {text}", text=line.text)
        yield line._replace(text=late) if news.late else line
    yield from (writer.passed(move) for move in comparison.passed)


def _standings(comparison: Comparison) -> list[Standing]:
    """Every party that owes something, each count with its difference from before."""
    before = {each.party: each for each in accounts(comparison.before)}
    found = []
    for now in accounts(comparison.after):
        old = before.get(now.party, now)
        counts = [
            _trend(
                say("{number} {group}", number=f"{now.groups[group]}", group=word("group", group)),
                now.groups[group] - old.groups[group],
            )
            for group in GROUPS
            if now.groups[group] or old.groups[group]
        ]
        late = now.overdue or old.overdue
        end = ""
        if late:
            end = say("; {number} overdue", number=f"{now.overdue}")
            end = _trend(end, now.overdue - old.overdue)
        if (now.groups, now.overdue) == (old.groups, old.overdue):
            end += say("; as before {date}", date=t.date(comparison.since))
        said = say(
            "{party} owes {number}: {counts}{late}",
            party=word("party", now.party),
            number=f"{now.owes}",
            counts=", ".join(counts) or _("nothing"),
            late=end,
        )
        found.append(Standing(now, said))
    return found


def _trend(said: str, difference: int) -> str:
    return t.noted(said, f"{difference:+d}") if difference else said
