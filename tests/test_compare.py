"""What changed: held against a report of the day before, as it would have been made then."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from building import amount, day, event, limit, make, steps, term
from hypothesis import given, settings
from hypothesis import strategies as st

from factsheet.assess.compare import Comparison, Move, compare
from factsheet.assess.snapshot import Assessment, assess
from factsheet.measures import Amount, Limit, Milestones, Step, Sum
from factsheet.model import Agreement, Also, Commitment, Dataset, Method, Update
from factsheet.report.changes import FOUND_SINCE, changes
from factsheet.vocabulary import STATUSES

FIRST = dt.date(2026, 1, 1)
DAYS = st.integers(0, 30).map(lambda days: FIRST + dt.timedelta(days=days * 15))
"""Few days over more than a year, so that records share one and a calendar year ends."""
VALUES = st.integers(0, 30).map(Decimal)
MEASURES: dict[str, Any] = {
    "amount": Amount(kind="amount", unit="USD", counts="c", target=Decimal(20)),
    "other": Amount(
        kind="amount", unit="USD", counts="c", target=Decimal(9), by=dt.date(2026, 12, 31)
    ),
    "cap": Limit(kind="limit", unit="USD", window="calendar-year", max=Decimal(12)),
    "steps": Milestones(
        kind="milestones",
        steps=(Step(id="a", title="A", due=dt.date(2026, 4, 1)), Step(id="b", title="B")),
    ),
    "plain": None,
    "sum": Sum(kind="sum"),
    "cap-on-sum": Limit(kind="limit", of="sum", window="calendar-year", max=Decimal(15)),
}
VALUED = ("amount", "other", "cap")


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    """Files with every kind of term, shared events, withdrawals of withdrawals, late writing."""
    made: dict[str, list[Update]] = {name: [] for name in MEASURES}
    for number in range(draw(st.integers(0, 14))):
        home = draw(st.sampled_from([*MEASURES]))
        date = draw(DAYS)
        others = draw(st.lists(st.sampled_from([*MEASURES]), unique=True, max_size=2))
        earlier = [update.id for update in made[home]]
        taken = draw(st.none() | st.sampled_from(earlier)) if earlier else None
        made[home].append(
            Update(
                id=f"{number:08x}",
                date=date,
                recorded=dt.datetime.combine(draw(DAYS), dt.time(12), dt.UTC),
                through=draw(st.none() | DAYS) if home in VALUED else None,
                note="n",
                also=()
                if taken
                else tuple(Also(item=name, **draw(said(name))) for name in others if name != home),
                retracts=taken,
                **({} if taken else draw(said(home))),
            )
        )
    terms = tuple(
        Commitment(
            id=name,
            title=name,
            pillar="trade",
            owed_by=("A",),
            summary="s",
            due=draw(st.none() | DAYS),
            measure=measure,
            parts=("amount", "other") if name == "sum" else (),
            updates=tuple(made[name]),
        )
        for name, measure in MEASURES.items()
    )
    agreement = Agreement(id="pact", title="t", agreed=FIRST, parties={"A": "Aland"})
    return Dataset(schema=1, agreement=agreement, method=Method(), commitments=terms)


@st.composite
def said(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """What a record says of a promise: any of status, total and milestones."""
    return {
        "status": draw(st.none() | st.sampled_from(STATUSES)),
        "value": draw(st.none() | VALUES) if name in VALUED else None,
        "reached": draw(st.lists(st.sampled_from("ab"), unique=True, max_size=2).map(tuple))
        if name == "steps"
        else (),
    }


def as_it_was(dataset: Dataset, then: dt.date) -> Dataset:
    """The file of that evening, with what was imported from the first on."""
    every = [update for each in dataset.commitments for update in each.updates]
    first = min((update.recorded_on for update in every), default=None)
    return replace(
        dataset,
        commitments=tuple(
            replace(
                each,
                updates=tuple(
                    update
                    for update in each.updates
                    if update.known_on <= then or update.recorded_on == first
                ),
            )
            for each in dataset.commitments
        ),
    )


def state(item: Assessment) -> dict[tuple[str, str], Any]:
    """What a reader of a report is told of one promise: the keys are those of moves."""
    made = item.measurement
    found: dict[tuple[str, str], Any] = {
        ("status", ""): item.status,
        ("value", ""): (None, None) if made.counted else (made.value, made.through),
        ("pace", ""): made.word,
        ("overdue", ""): item.overdue,
    }
    reached = {step.id: date for step, date in made.reached}
    return found | {("reached", step.id): reached.get(step.id) for step in made.steps}


@settings(deadline=None, max_examples=200)
@given(datasets(), DAYS, st.integers(0, 200))
def test_the_report_of_the_day_before_and_what_changed_make_the_report_of_today(
    dataset: Dataset, since: dt.date, later: int
) -> None:
    yesterday = since - dt.timedelta(days=1)
    today = assess(dataset, since + dt.timedelta(days=later))
    told = {
        item.commitment.id: state(item)
        for item in assess(as_it_was(dataset, yesterday), yesterday).items
    }
    compared = compare(today, since)
    moves = [*compared.passed, *(move for news in compared.news for move in news.moves)]
    assert len({(move.item, move.kind, move.step) for move in moves}) == len(moves), "told twice"
    for move in moves:
        assert told[move.item][move.kind, move.step] == move.was
        assert move.was != move.now
        told[move.item][move.kind, move.step] = move.now
    assert told == {item.commitment.id: state(item) for item in today.items}
    lines = [line for group in changes(compared).groups for line in group.lines]
    assert len(lines) == len(compared.news) + len(compared.passed)


@settings(deadline=None, max_examples=60)
@given(datasets(), DAYS, st.integers(0, 200))
def test_without_a_new_record_only_dates_that_passed_move_anything(
    dataset: Dataset, since: dt.date, later: int
) -> None:
    """And the other way round: what the calendar moved stays when every new record is left out."""
    until = since + dt.timedelta(days=later)
    compared = compare(assess(dataset, until), since)
    fresh = {news.event.update.id for news in compared.news}
    assert not [move for move in compared.passed if move.kind in ("status", "reached")]
    if not fresh:
        assert {move.kind for move in compared.passed} <= {"value", "pace", "overdue"}
    for news in compared.news:
        for move in news.moves:
            assert move.kind != "status" or move.item in news.event.items


def compared(dataset: Dataset, since: str, as_of: str = "2026-11-24") -> Comparison:
    return compare(assess(dataset, day(as_of)), day(since))


def told(dataset: Dataset, since: str) -> dict[str, list[tuple[str, str]]]:
    """Each group with the item and the words of its lines."""
    found = changes(compared(dataset, since))
    return {group.title: [(one.ref.id, one.text) for one in group.lines] for group in found.groups}


OLD = event("2026-02-01", status="not-started", recorded="2026-02-01", note="Nothing yet.")


def test_an_event_of_the_day_itself_is_new() -> None:
    """`--since` means on that day or later."""
    dataset = make(term("it", None, OLD, event("2026-11-20", note="Talks.")))
    assert told(dataset, "2026-11-20") == {"Other news": [("it", "Talks.")]}
    assert told(dataset, "2026-11-21") == {}


def test_what_was_found_late_is_news_with_its_sentence_whatever_it_moved() -> None:
    late = event("2026-05-01", status="in-progress", recorded="2026-11-20", note="Signed in May.")
    dataset = make(term("it", None, OLD, late))
    assert told(dataset, "2026-11-20") == {
        FOUND_SINCE: [("it", "not-started → in-progress: Signed in May.")]
    }
    assert told(dataset, "2026-11-21") == {}


def test_a_first_import_is_known_from_the_days_of_its_events() -> None:
    imported = [
        event("2026-03-01", status="in-progress", recorded="2026-11-20", note="Begun."),
        event("2026-11-10", status="stalled", recorded="2026-11-20", note="Blocked."),
    ]
    dataset = make(term("it", None, *imported))
    assert told(dataset, "2026-11-20") == {}, "the making of the file is no news"
    assert told(dataset, "2026-11-10") == {
        "Status moves": [("it", "in-progress → stalled: Blocked.")]
    }


def test_an_event_on_three_promises_is_told_once_with_all_that_it_moved() -> None:
    shared = event(
        "2026-11-20",
        40,
        note="The first payment.",
        also=[
            {"item": "vehicle", "status": "in-progress", "reached": ["funded"]},
            {"item": "dollars", "note": "Bought off the market."},
        ],
    )
    dataset = make(
        term("money", amount(100), OLD, shared),
        term("vehicle", steps(funded="2026-06-30", closed="")),
        term("dollars", None),
        term("both", {"kind": "sum"}, parts=["money"]),
    )
    found = changes(compared(dataset, "2026-11-20"))
    assert [group.title for group in found.groups] == ["Status moves"]
    (line,) = found.groups[0].lines
    assert line.text == "first figure: $40 (40% of $100): The first payment."
    assert {each.id: words for each, words in line.also} == {
        "vehicle": (
            "not-assessed → in-progress; 1 of 2 milestones: Funded; pace behind → on-pace 1.00"
        ),
        "dollars": "Bought off the market.",
        "both": "first figure: $40 (40% of $100)",
    }


def test_a_withdrawal_is_told_once_with_what_it_moved() -> None:
    wrong = event("2026-03-01", status="fulfilled", id="0000000b", note="Done, it was said.")
    taken = event(
        "2026-03-01", recorded="2026-11-20", retracts="0000000b", note="A misprint.", id="0000000c"
    )
    dataset = make(term("it", None, OLD, wrong, taken))
    said = "withdraws record 0000000b of 2026-03-01 (fulfilled): A misprint."
    assert told(dataset, "2026-11-20") == {
        "Corrections": [("it", f"fulfilled → not-started; {said}")]
    }


def test_what_only_the_calendar_moved_is_told_apart() -> None:
    dataset = make(
        term("it", None, OLD, due=day("2026-11-21")),
        term("way", steps(a="2026-11-21", b=""), event("2026-02-01", reached=["b"])),
    )
    assert told(dataset, "2026-11-20") == {
        "Now overdue": [("it", "not-started")],
        "Moved by the calendar": [("way", "pace too-early → behind 0.00")],
    }


def test_a_new_year_begins_a_new_window_without_any_record() -> None:
    dataset = make(term("cap", limit("calendar-year", max=10), event("2026-11-20", 8)))
    assert compare(assess(dataset, day("2027-01-02")), day("2026-12-01")).passed == (
        Move("cap", "value", (Decimal(8), day("2026-11-20")), (None, None)),
        Move("cap", "pace", "within", "no-data"),
    )


def test_a_comparison_of_a_part_holds_its_own_news_alone() -> None:
    shared = event("2026-11-20", note="Both.", also=[{"item": "there"}])
    dataset = make(
        term("here", None, OLD, shared),
        term("there", None),
        term("elsewhere", None, event("2026-11-21", note="Else.")),
    )
    part = compared(dataset, "2026-11-20").only({"there"})
    (line,) = changes(part).groups[0].lines
    assert (line.ref.id, line.also) == ("there", ())
    assert line.text == "Both."


def test_known_by_bounds_both_sides() -> None:
    early = event("2026-03-01", status="in-progress", recorded="2026-03-02", note="Begun.")
    late = event("2026-03-05", status="stalled", recorded="2026-11-22", note="Blocked.")
    dataset = make(term("it", None, OLD, early, late))
    snapshot = assess(dataset, day("2026-11-24"), day("2026-11-01"))
    assert compare(snapshot, day("2026-03-01")).news[0].event.update.note == "Begun."
    assert len(compare(snapshot, day("2026-03-01")).news) == 1
