"""An event is written once, whatever number of promises it bears on: a dataset with ``also`` says
what the same dataset says with every record written out under its own promise.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from building import TODAY, amount, day, event, level, limit, make, num, of, steps, term, toml
from conftest import SMALL
from hypothesis import given, settings
from hypothesis import strategies as st

from factsheet.assess import events
from factsheet.assess.measurement import Measurement
from factsheet.assess.snapshot import Assessment, Snapshot, assess, assess_some
from factsheet.lint.doubts import doubts
from factsheet.model import Commitment, Dataset, Update
from factsheet.source.insert import insert_updates
from factsheet.source.load import load
from factsheet.source.parse import parse
from factsheet.vocabulary import STATUSES

FIRST = dt.date(2026, 1, 1)
DAYS = st.integers(0, 30).map(lambda tens: FIRST + dt.timedelta(days=tens * 10))
"""Few days, so that records often share one."""
TERMS: dict[str, tuple[dict[str, Any] | None, dict[str, Any]]] = {
    "paid": (amount(100), {"due": day("2026-12-31")}),
    "built": (amount(40, by=day("2026-10-01")), {}),
    "duty": (level(25, 15), {"due": day("2026-06-30")}),
    "cap": (limit("calendar-year", max=12), {}),
    "floor": (limit(min=4), {}),
    "plan": (steps(first="2026-04-01", second="", third="2026-09-01"), {}),
    "talks": (None, {"due": day("2026-08-01")}),
    "whole": ({"kind": "sum"}, {"parts": ["paid", "built"]}),
    "yearly": ({"kind": "limit", "of": "paid", "window": "calendar-year", "max": 30}, {}),
}
VALUED = ("paid", "built", "duty", "cap", "floor")
STEPS = ("first", "second", "third")


@st.composite
def said(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """What an event says of one promise."""
    found = {
        "status": draw(st.none() | st.sampled_from(STATUSES)),
        "value": draw(st.none() | st.integers(0, 60)) if name in VALUED else None,
        "reached": draw(st.lists(st.sampled_from(STEPS), max_size=2, unique=True))
        if name == "plan"
        else [],
        "note": draw(st.none() | st.sampled_from(["one", "other"])),
        "disputed": draw(st.booleans()),
    }
    return {key: value for key, value in found.items() if value not in (None, [], False)}


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    """Events that bear on several promises, some of them withdrawn, some of those restored."""
    kept: dict[str, list[dict[str, Any]]] = {name: [] for name in TERMS}
    for number in range(draw(st.integers(1, 7))):
        home = draw(st.sampled_from(list(TERMS)))
        others = [name for name in TERMS if name != home]
        named = draw(st.lists(st.sampled_from(others), max_size=4, unique=True))
        own: dict[str, Any] = {"note": "an event", **draw(said(home))}
        through = draw(st.none() | DAYS)
        made = event(
            str(draw(DAYS)),
            recorded=str(draw(DAYS)),
            id=f"{number:07x}a",
            sources=draw(st.sampled_from([[], [{"url": "https://example.org/", "kind": "press"}]])),
            **({"through": str(through)} if through else {}),
            **own,
        )
        if named:
            made["also"] = [{"item": name, **draw(said(name))} for name in named]
        targets = [each["id"] for each in kept[home]]
        if targets and draw(st.integers(0, 2)) == 0:
            made["retracts"] = draw(st.sampled_from(targets))
        kept[home].append(made)
    terms = [term(name, measure, *kept[name], **given) for name, (measure, given) in TERMS.items()]
    return make(*terms)


def written_out(dataset: Dataset) -> Dataset:
    """The records one by one, each under its promise; a withdrawal under all that it takes back.

    A second account of what ``also`` means, which shares nothing with the program's.
    """
    home = {each.id: (item.id, each) for item in dataset.commitments for each in item.updates}

    def bears_on(name: str) -> set[str]:
        item, update = home[name]
        own = {item, *(entry.item for entry in update.also)}
        return own | (bears_on(update.retracts) if update.retracts else set())

    def under(name: str, update: Update) -> Update:
        if home[update.id][0] == name:
            return replace(update, also=())
        entry = next((each for each in update.also if each.item == name), None)
        return Update(
            id=update.id,
            date=update.date,
            recorded=update.recorded,
            through=update.through if entry and entry.value is not None else None,
            status=entry.status if entry else None,
            value=entry.value if entry else None,
            reached=entry.reached if entry else (),
            note=(entry and entry.note) or update.note,
            disputed=bool(entry and entry.disputed),
            pre_agreement=update.pre_agreement,
            sources=update.sources,
            retracts=update.retracts,
        )

    def whole(each: Commitment) -> Commitment:
        mine = [update for name, (_, update) in home.items() if each.id in bears_on(name)]
        return replace(each, updates=tuple(under(each.id, update) for update in mine))

    return replace(dataset, commitments=tuple(map(whole, dataset.commitments)))


def alone(update: Update | None) -> Update | None:
    return update and replace(update, also=())


def bare(made: Measurement) -> Measurement:
    return made._replace(
        observations=tuple(replace(each, also=()) for each in made.observations),
        parts=tuple(map(bare, made.parts)),
    )


def answer(item: Assessment) -> tuple[Any, ...]:
    """All that an assessment says, but for where its records are kept."""
    return (
        item.status,
        alone(item.status_by),
        bare(item.measurement),
        item.overdue,
        item.stale,
        item.disputed,
        item.last_update,
        tuple(map(alone, item.history)),
        tuple(map(alone, item.withdrawn)),
    )


def answers(snapshot: Snapshot) -> dict[str, tuple[Any, ...]]:
    return {item.commitment.id: answer(item) for item in snapshot.items}


ONCE = {"future-record", "written-before", "odd-published", "hidden-characters", "not-nfc"}
"""Findings about what is written, told once where it is, whatever it bears on."""


def doubted(snapshot: Snapshot) -> dict[str, list[tuple[str, str]]]:
    return {
        name: sorted((one.code, one.message) for one in found if one.code not in ONCE)
        for name, found in doubts(snapshot, TODAY).items()
    }


@settings(max_examples=120)
@given(dataset=datasets(), as_of=DAYS, known_by=st.none() | DAYS)
def test_one_event_for_many_promises_is_assessed_like_a_record_under_each(
    dataset: Dataset, as_of: dt.date, known_by: dt.date | None
) -> None:
    once = assess(dataset, as_of, known_by)
    out = assess(written_out(dataset), as_of, known_by)
    assert answers(once) == answers(out)
    assert doubted(once) == doubted(out)


@settings(max_examples=50)
@given(dataset=datasets())
def test_it_is_so_on_every_date(dataset: Dataset) -> None:
    out = written_out(dataset)
    for tens in range(32):
        as_of = FIRST + dt.timedelta(days=tens * 10)
        assert answers(assess(dataset, as_of)) == answers(assess(out, as_of))


@settings(max_examples=100)
@given(dataset=datasets(), as_of=DAYS, known_by=st.none() | DAYS, data=st.data())
def test_neither_order_in_the_file_nor_in_also_changes_an_answer(
    dataset: Dataset, as_of: dt.date, known_by: dt.date | None, data: st.DataObject
) -> None:
    mixed = tuple(
        replace(
            each,
            updates=tuple(
                replace(update, also=tuple(data.draw(st.permutations(update.also))))
                for update in data.draw(st.permutations(each.updates))
            ),
        )
        for each in data.draw(st.permutations(dataset.commitments))
    )
    before = assess(dataset, as_of, known_by)
    after = assess(replace(dataset, commitments=mixed), as_of, known_by)
    assert answers(before) == answers(after)
    assert doubted(before) == doubted(after)


@settings(max_examples=100)
@given(dataset=datasets(), as_of=DAYS, data=st.data())
def test_some_promises_alone_are_assessed_as_in_the_whole_file(
    dataset: Dataset, as_of: dt.date, data: st.DataObject
) -> None:
    """``update`` words what moves from these alone."""
    names = data.draw(st.lists(st.sampled_from(list(TERMS)), min_size=1, unique=True))
    every = answers(assess(dataset, as_of))
    some = assess_some(dataset, names, as_of)
    assert [item.commitment.id for item in some.items][: len(names)] == names
    for item in some.items:
        assert answer(item) == every[item.commitment.id]


@settings(max_examples=100)
@given(dataset=datasets())
def test_what_an_event_bears_on_begins_with_its_home_and_names_each_once(dataset: Dataset) -> None:
    found = events.events(dataset)
    assert list(found) == [each.id for item in dataset.commitments for each in item.updates]
    records = events.records(dataset)
    for name, one in found.items():
        assert one.items[0] == one.home
        assert len(set(one.items)) == len(one.items)
        holders = {item for item, held in records.items() if any(each.id == name for each in held)}
        assert holders == set(one.items)


def two(*more: dict[str, Any], **given: Any) -> Dataset:
    """One event of 1 March that bears on two promises, and what else is recorded at home."""
    first = event(
        "2026-03-01",
        10,
        status="in-progress",
        id="0000000a",
        also=[{"item": "duty", "status": "stalled", "value": 20}],
        **given,
    )
    return make(term("paid", amount(100), first, *more), term("duty", level(25, 15)))


def test_the_event_counts_for_the_promise_that_it_names() -> None:
    found = of(two(), "duty", "2026-03-01")
    assert (found.status, found.measurement.value, found.last_update) == (
        "stalled",
        num(20),
        day("2026-03-01"),
    )
    assert of(two(), "duty", "2026-02-28").status == "not-assessed"


def test_known_by_asks_when_the_event_was_written_for_every_promise() -> None:
    late = two(recorded="2026-05-01")
    assert of(late, "duty", "2026-04-01", known_by="2026-04-30").status == "not-assessed"
    assert of(late, "duty", "2026-04-01", known_by="2026-05-01").status == "stalled"


def test_a_withdrawal_takes_the_whole_event_back_and_its_own_withdrawal_restores_it() -> None:
    gone = event(
        "2026-03-01", note="wrong", retracts="0000000a", id="0000000b", recorded="2026-04-01"
    )
    back = event(
        "2026-03-01", note="right", retracts="0000000b", id="0000000c", recorded="2026-05-01"
    )
    dataset = two(gone, back)
    for name, status in (("paid", "in-progress"), ("duty", "stalled")):
        known = {
            month: of(dataset, name, "2026-06-01", known_by=f"2026-0{month}-15").status
            for month in (3, 4, 5)
        }
        assert known == {3: status, 4: "not-assessed", 5: status}
    duty = of(dataset, "duty", "2026-06-01", known_by="2026-04-15")
    assert [each.id for each in duty.withdrawn] == ["0000000a"]
    assert [each.id for each in duty.history] == ["0000000b"]


def test_an_entry_without_a_note_shows_that_of_the_event_and_one_with_a_note_its_own() -> None:
    first = event(
        "2026-03-01",
        note="The payment is wired.",
        also=[{"item": "duty"}, {"item": "talks", "note": "For the talks it means nothing."}],
    )
    dataset = make(term("paid", amount(100), first), term("duty", None), term("talks", None))
    notes = [of(dataset, name, "2026-06-01").history[0].note for name in ("paid", "duty", "talks")]
    assert notes == [
        "The payment is wired.",
        "The payment is wired.",
        "For the talks it means nothing.",
    ]


# What cannot be, and where it is told


def findings(run: Any, path: Path, text: str) -> list[tuple[str, int, str]]:
    """The findings of a file as code, line and item."""
    path.write_text(text, encoding="utf-8")
    told = run("validate", "--format", "json", path, "--as-of", "2026-03-01")
    return [
        (each["code"], each["line"], each["item"]) for each in json.loads(told.stdout)["findings"]
    ]


def with_entries(*entries: str) -> str:
    """The small dataset, whose first record names other promises, an entry a line."""
    source = (
        'sources = [{ url = "https://example.org/sale", publisher = "Example", kind = "press" }]\n'
    )
    rows = "".join(f"    {each},\n" for each in entries)
    assert source in SMALL
    return SMALL.replace(source, f"{source}also = [\n{rows}]\n").replace(
        "date = 2026-05-20", "date = 2026-02-20"
    )


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if part in line)


@pytest.mark.parametrize(
    ("code", "entry"),
    [
        ("unknown-item", '{ item = "nothing-such" }'),
        ("repeated-item", '{ item = "arms-purchases" }'),
        ("value-without-measure", '{ item = "auto-parts", value = 3 }'),
        ("value-without-measure", '{ item = "submarines", value = 3 }'),
        ("unknown-milestone", '{ item = "submarines", reached = ["moon"] }'),
        ("bad-status", '{ item = "auto-parts", status = "fulfiled" }'),
        ("unknown-key", '{ item = "auto-parts", statis = "fulfilled" }'),
        ("missing-key", '{ status = "fulfilled" }'),
        ("disputed", '{ item = "auto-parts", status = "in-progress", disputed = true }'),
        ("hidden-characters", '{ item = "auto-parts", note = "a\\u200bb" }'),
        ("out-of-scale", '{ item = "auto-tariff", value = 16000 }'),
    ],
)
def test_a_finding_about_an_entry_stands_at_the_line_of_the_entry(
    run: Any, small: Path, code: str, entry: str
) -> None:
    other = "auto-parts" if "auto-tariff" in entry else "auto-tariff"
    text = with_entries(f'{{ item = "{other}", note = "fine" }}', entry)
    found = [(line, name) for name, line, _ in findings(run, small, text) if name == code]
    assert found == [(line_of(text, entry), code)]


def test_a_promise_named_twice_by_one_event_is_told_at_the_second(run: Any, small: Path) -> None:
    text = with_entries('{ item = "auto-parts" }', '{ item = "auto-parts", status = "stalled" }')
    (found,) = findings(run, small, text)
    assert found[:2] == ("repeated-item", line_of(text, '"stalled"'))


def test_an_event_without_a_source_is_doubted_for_every_promise_that_it_says_something_of(
    run: Any, small: Path
) -> None:
    text = re.sub(
        r"sources = .*sale.*\n", "", with_entries('{ item = "auto-parts", status = "in-progress" }')
    )
    found = [each for each in findings(run, small, text) if each[0] == "no-source"]
    assert found == [
        ("no-source", line_of(text, 'id = "00000001"') - 1, "arms-purchases"),
        ("no-source", line_of(text, '{ item = "auto-parts"'), "auto-parts"),
    ]


def test_a_negative_total_in_an_entry_is_refused() -> None:
    paid = term("paid", amount(100))
    talks = term("talks", None, event("2026-03-01", note="x", also=[{"item": "paid", "value": -1}]))
    loaded = load(toml(paid, talks), today=TODAY)
    assert [(each.code, each.item) for each in loaded.findings] == [("negative-total", "paid")]


# Writing


RECORDS = st.lists(
    st.tuples(st.integers(0, 3), st.lists(st.integers(0, 3), max_size=3, unique=True)),
    min_size=1,
    max_size=5,
)
NAMES = ("arms-purchases", "auto-tariff", "submarines", "auto-parts")


@settings(max_examples=80)
@given(
    given_records=RECORDS,
    newline=st.sampled_from(["\n", "\r\n"]),
    ended=st.booleans(),
    note=st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).filter(str.strip),
)
def test_insertion_of_several_records_under_several_items_keeps_every_byte(
    given_records: list[tuple[int, list[int]]], newline: str, ended: bool, note: str
) -> None:
    text = SMALL if ended else SMALL.rstrip("\n")
    text = text.replace("\n", newline)
    wanted = [
        (
            index,
            {
                "id": f"{number:07x}f",
                "date": day("2026-06-01"),
                "recorded": dt.datetime(2026, 6, 2, number, tzinfo=dt.UTC),
                "note": note,
                "also": [
                    {"item": NAMES[other], "status": "in-progress", "note": note}
                    for other in others
                    if other != index
                ],
            },
        )
        for number, (index, others) in enumerate(given_records)
    ]
    after, dataset = insert_updates(load(text, today=TODAY), wanted, today=TODAY)
    assert after.count("\n") == after.count(newline)
    rest = after.replace("\r\n", "\n") + ("" if ended else "\n")
    for _, each in wanted:
        block = rf'\n\[\[commitments\.updates\]\]\nid = "{each["id"]}"\n(?:[^\n]+\n)*'
        rest, times = re.subn(block, "", rest)
        assert times == 1
    assert rest == SMALL.rstrip("\n") + "\n"
    assert load(after, today=TODAY).dataset == dataset
    written = {
        each["id"] for item in parse(after)["commitments"] for each in item.get("updates", ())
    }
    assert written == {"00000001", "00000002", *(each["id"] for _, each in wanted)}
