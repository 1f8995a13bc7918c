"""Branches that say something of one event: what they add to its ``also`` is united by item, and
nothing that either side wrote is lost.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from conftest import SMALL
from hypothesis import given, settings
from hypothesis import strategies as st

from factsheet.source.insert import insert_updates
from factsheet.source.lines import merge_entries
from factsheet.source.load import load
from factsheet.source.merge import merge
from factsheet.source.parse import parse

TODAY = dt.date(2026, 11, 24)
HOME = "arms-purchases"
OTHERS = ("auto-tariff", "submarines", "auto-parts")
Entries = dict[str, dict[str, Any]]


def file(
    entries: Entries, note: str = "A payment, which also counts elsewhere.", **more: Any
) -> str:
    """The small dataset with one event more, which names other promises."""
    record = {
        "id": "aaaaaaaa",
        "date": dt.date(2026, 6, 1),
        "recorded": dt.datetime(2026, 6, 2, tzinfo=dt.UTC),
        "note": note,
        "also": [{"item": item, **said} for item, said in entries.items()],
        **more,
    }
    return insert_updates(load(SMALL, today=TODAY), [(0, record)], today=TODAY)[0]


def entries_of(text: str) -> list[dict[str, Any]]:
    """The entries of the event, in order, of a text that must be a valid dataset."""
    assert load(text, today=TODAY).dataset, load(text, today=TODAY).findings
    (event,) = (
        each for each in parse(text)["commitments"][0]["updates"] if each["id"] == "aaaaaaaa"
    )
    found: list[dict[str, Any]] = event.get("also", [])
    return found


def by_item(text: str) -> Entries:
    found = entries_of(text)
    return {
        each["item"]: {key: value for key, value in each.items() if key != "item"} for each in found
    }


MOVING = {"status": "in-progress"}
STUCK = {"status": "stalled"}


@pytest.mark.parametrize("note", ["A payment.", "It also counts: also = [ elsewhere."])
@pytest.mark.parametrize(
    "base", [{}, {"auto-tariff": MOVING}], ids=["first entries", "one entry there"]
)
def test_what_both_sides_add_to_one_event_is_united(base: Entries, note: str) -> None:
    ours = {**base, "submarines": MOVING}
    theirs = {**base, "auto-parts": STUCK}
    merged = merge(file(base, note), file(ours, note), file(theirs, note))
    assert not merged.conflict, merged.text
    assert by_item(merged.text) == ours | theirs
    other = merge(file(base, note), file(theirs, note), file(ours, note))
    assert not other.conflict
    assert by_item(other.text) == ours | theirs


def test_both_sides_changed_the_same_entry_is_a_conflict_that_shows_both() -> None:
    base: Entries = {"auto-tariff": {}, "submarines": {}}
    ours, theirs = {**base, "auto-tariff": MOVING}, {**base, "auto-tariff": STUCK}
    merged = merge(file(base), file(ours), file(theirs))
    assert merged.conflict
    assert "in-progress" in merged.text
    assert "stalled" in merged.text
    assert merged.text.count("<<<<<<<") == 1


def test_both_sides_added_the_same_promise_with_other_words_is_a_conflict() -> None:
    """Wherever they put it: a promise named twice by one event is no dataset."""
    base: Entries = {"auto-tariff": {}, "submarines": {}}
    ours = {"auto-parts": MOVING, **base}
    theirs = {**base, "auto-parts": STUCK}
    merged = merge(file(base), file(ours), file(theirs))
    assert merged.conflict
    assert "in-progress" in merged.text
    assert "stalled" in merged.text


def test_both_sides_added_the_same_promise_alike_is_no_conflict_and_names_it_once() -> None:
    base: Entries = {"auto-tariff": {}, "submarines": {}}
    ours = {"auto-parts": MOVING, **base}
    theirs = {**base, "auto-parts": MOVING}
    merged = merge(file(base), file(ours), file(theirs))
    assert not merged.conflict
    assert [each["item"] for each in entries_of(merged.text)].count("auto-parts") == 1
    assert by_item(merged.text) == ours


def test_one_deleted_and_the_other_changed_is_a_conflict() -> None:
    base: Entries = {"auto-tariff": {}, "submarines": {}}
    merged = merge(file(base), file({"submarines": {}}), file({**base, "auto-tariff": STUCK}))
    assert merged.conflict
    assert "stalled" in merged.text


def test_the_event_withdrawn_on_one_side_and_widened_on_the_other_keeps_both() -> None:
    base = file({"auto-tariff": MOVING})
    gone = {
        "id": "bbbbbbbb",
        "date": dt.date(2026, 6, 1),
        "recorded": dt.datetime(2026, 7, 1, tzinfo=dt.UTC),
        "note": "wrong",
        "retracts": "aaaaaaaa",
    }
    ours = insert_updates(load(base, today=TODAY), [(0, gone)], today=TODAY)[0]
    merged = merge(base, ours, file({"auto-tariff": MOVING, "submarines": STUCK}))
    assert not merged.conflict
    assert by_item(merged.text) == {"auto-tariff": MOVING, "submarines": STUCK}
    assert 'retracts = "aaaaaaaa"' in merged.text


def test_an_entry_that_is_not_a_line_of_its_own_is_left_to_the_lines() -> None:
    """In one line nothing can be told apart: git's own merge marks it."""
    head = '[[commitments.updates]]\nid = "aaaaaaaa"\nnote = "n"\n'
    row = 'also = [{ item = "a" }]\n'
    assert merge_entries(head, head + row, head + row.replace('"a"', '"b"')) is None


def test_the_words_of_the_event_and_its_entries_merge_from_different_sides() -> None:
    base = file({"auto-tariff": MOVING})
    ours = file({"auto-tariff": MOVING}, note="The payment is wired.")
    theirs = file({"auto-tariff": MOVING, "submarines": STUCK})
    merged = merge(base, ours, theirs)
    assert not merged.conflict
    assert "The payment is wired." in merged.text
    assert by_item(merged.text) == {"auto-tariff": MOVING, "submarines": STUCK}


def test_entries_that_are_not_lines_of_their_own_never_name_a_promise_twice() -> None:
    """A comment between them leaves them to the lines, which would take both."""

    def remarked(entries: Entries) -> str:
        return file(entries).replace("also = [\n", "also = [\n    # by hand\n")

    base: Entries = {"auto-tariff": {}, "submarines": {}}
    ours = remarked({"auto-parts": MOVING, **base})
    merged = merge(remarked(base), ours, remarked({**base, "auto-parts": STUCK}))
    assert merged.conflict
    assert "in-progress" in merged.text
    assert "stalled" in merged.text


SAID = st.sampled_from([{}, MOVING, STUCK, {"note": "it also says, item = 'x'"}])
ENTRIES = st.dictionaries(st.sampled_from(OTHERS), SAID).flatmap(
    lambda made: st.permutations(list(made.items())).map(dict)
)


@st.composite
def edited(draw: st.DrawFn, base: Entries) -> Entries:
    """What one side makes of the entries: some changed, some deleted, some added, in any place."""
    rows: list[tuple[str, dict[str, Any]]] = [
        (item, draw(st.just(said) | SAID)) for item, said in base.items() if draw(st.integers(0, 3))
    ]
    for item in OTHERS:
        if item not in base and draw(st.booleans()):
            rows.insert(draw(st.integers(0, len(rows))), (item, draw(SAID)))
    return dict(rows)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), base=ENTRIES, newline=st.sampled_from(["\n", "\r\n"]))
def test_a_three_way_merge_of_entries_loses_nothing_and_conflicts_only_over_one_entry(
    data: st.DataObject, base: Entries, newline: str
) -> None:
    ours, theirs = data.draw(edited(base)), data.draw(edited(base))
    wanted: Entries = {}
    torn = False
    for item in OTHERS:
        was, mine, other = (side.get(item) for side in (base, ours, theirs))
        torn |= mine != other and was not in (mine, other)
        if (chosen := other if mine == was else mine) is not None:
            wanted[item] = chosen
    texts = [file(each).replace("\n", newline) for each in (base, ours, theirs)]
    merged = merge(*texts)
    assert merged.conflict == torn, merged.text
    if not torn:
        assert by_item(merged.text) == wanted
        return
    for side in (ours, theirs):
        for item, said in side.items():
            if said != base.get(item):
                row = file({item: said}).partition("also = [\n")[2].partition(",\n]")[0]
                assert row in merged.text
