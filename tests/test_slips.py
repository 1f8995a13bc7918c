"""Slips of the pen are doubts, each where it is written; what only looks like one is none."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from building import amount, day, event, level, limit, make, steps, term
from hypothesis import given, settings
from hypothesis import strategies as st

from factsheet.assess.snapshot import assess
from factsheet.lint.doubts import doubts

PAGE = {"sources": [{"url": "https://example.org/one", "kind": "press"}]}
OTHER = {"sources": [{"url": "https://example.org/two", "kind": "press"}]}
QUIET = {"stale", "done-not-fulfilled", "total-fell"}


def told(*terms: dict[str, Any], as_of: str = "2026-06-01", today: str | None = None) -> list[Any]:
    """The doubts about terms, as item, code and message, but for those of other kinds."""
    found = doubts(assess(make(*terms), day(as_of)), day(today) if today else None)
    return [
        (name, each.code, each.message)
        for name, every in found.items()
        for each in every
        if each.code not in QUIET
    ]


def codes(*events: dict[str, Any], measure: Any = None, **given: Any) -> list[str]:
    return [code for _, code, _ in told(term("it", measure, *events), **given)]


def twice(first: dict[str, Any], second: dict[str, Any], later: str = "2026-03-01") -> list[str]:
    return codes(
        event("2026-03-01", **first),
        event(later, **second),
        measure=amount(100, by=day("2027-01-01")),
    )


def test_the_same_value_on_one_day_is_the_same_event() -> None:
    same = {"value": 5, **PAGE}, {"value": 5, **OTHER}
    assert twice(*same) == ["same-event"]
    assert twice(*same, later="2026-03-02") == []
    assert twice({"value": 5, **PAGE}, {"value": 6, **OTHER}) == []


def test_the_same_page_and_note_on_one_day_is_the_same_event() -> None:
    assert twice({"note": "n", **PAGE}, {"note": "n", **PAGE}) == ["same-event"]
    assert twice({"note": "n", **PAGE}, {"note": "n", **OTHER}) == []
    assert twice({"note": "n", **PAGE}, {"note": "m", **PAGE}) == []


def test_one_page_without_any_note_is_the_same_event_too() -> None:
    first = {"status": "in-progress", **PAGE}
    assert twice(first, {"value": 5, **PAGE}) == ["same-event"]
    assert twice(first, {"value": 5, "note": "The sum.", **PAGE}) == []
    assert twice(first, {"value": 5, **OTHER}) == []


def test_the_same_event_is_found_past_another_one_of_that_day() -> None:
    between = event("2026-03-01", note="between", **PAGE)
    same = [event("2026-03-01", 5, **PAGE), between, event("2026-03-01", 5, **PAGE)]
    assert codes(*same, measure=amount(100)) == ["same-event"]


def test_three_times_the_same_event_are_two_slips() -> None:
    same = [event("2026-03-01", 5, **PAGE) for _ in range(3)]
    assert codes(*same, measure=amount(100)) == ["same-event", "same-event"]


def test_an_event_under_one_promise_and_an_entry_of_another_event_are_found_as_the_same() -> None:
    wide = event("2026-03-01", note="x", also=[{"item": "it", "value": 5}], **PAGE)
    found = told(
        term("it", amount(100), event("2026-03-01", 5, **OTHER)), term("talks", None, wide)
    )
    assert [(name, code) for name, code, _ in found] == [("it", "same-event")]


def test_a_withdrawn_copy_is_no_slip_and_neither_is_its_withdrawal() -> None:
    same = [
        event("2026-03-01", 5, id="0000000a", **PAGE),
        event("2026-03-01", 5, id="0000000b", **PAGE),
    ]
    gone = event("2026-03-01", note="twice", retracts="0000000b", recorded="2026-03-05", **PAGE)
    assert codes(*same, gone, measure=amount(100)) == []


@pytest.mark.parametrize(
    ("measure", "values", "expected"),
    [
        (amount(10**10), [5], ["out-of-scale"]),
        (amount(10**10), [10**7], ["out-of-scale"]),
        (amount(10**10), [10**7 + 1], []),
        (amount(10**10), [10**9, 2 * 10**9], []),
        (amount(10**10), [10**9, 2], ["out-of-scale"]),
        (amount(10**10), [0, 10**9], []),
        (amount(10**10), [10**9, 10**12], ["out-of-scale"]),
        (level(25, 15), [16], []),
        (level(25, 15), [16_000], ["out-of-scale"]),
        (level(25, 15), [-16_000], ["out-of-scale"]),
        (level(-5, 0), [-2], []),
        (limit(max=10**9), [10**5], ["out-of-scale"]),
        (limit(max=10**9), [10**8], []),
        (limit(max=0), [5], []),
    ],
)
def test_a_value_a_thousand_times_off_the_last_one_or_the_target(
    measure: dict[str, Any], values: list[int], expected: list[str]
) -> None:
    events = [event(f"2026-0{month}-01", value) for month, value in enumerate(values, 2)]
    assert codes(*events, measure=measure) == expected


@settings(max_examples=100)
@given(st.lists(st.integers(20, 9_000), min_size=1, max_size=5))
def test_totals_of_ordinary_size_are_never_doubted(values: list[int]) -> None:
    events = [
        event(str(dt.date(2026, 2, 1) + dt.timedelta(days=number)), value)
        for number, value in enumerate(sorted(values))
    ]
    found = told(term("it", amount(10_000), *events))
    assert [code for _, code, _ in found if code == "out-of-scale"] == []


def test_a_step_that_is_reached_twice_names_both_days() -> None:
    plan = steps(first="", second="")
    events = (
        event("2026-03-01", reached=["first"]),
        event("2026-04-01", reached=["second"]),
        event("2026-05-01", reached=["first"]),
    )
    ((_, code, message),) = told(term("it", plan, *events))
    assert code == "step-again"
    assert message == (
        "the milestone first was reached on 2026-03-01 already, and again on 2026-05-01"
    )
    assert codes(*events[:2], measure=plan) == []


THROUGH = amount(100, by=day("2026-12-31"))


@pytest.mark.parametrize(
    ("date", "through", "expected"),
    [
        ("2026-03-01", "2026-02-28", []),
        ("2026-03-01", "2026-12-31", []),
        ("2026-03-01", "2027-01-01", ["odd-through"]),
        ("2026-03-01", "2062-03-31", ["odd-through"]),
        ("2026-03-01", "2025-12-31", ["odd-through"]),
        ("2026-03-01", "2026-01-01", []),
    ],
)
def test_a_through_that_cannot_be(date: str, through: str, expected: list[str]) -> None:
    assert codes(event(date, 50, through=through), measure=THROUGH) == expected


def test_a_budget_voted_for_next_year_is_no_slip() -> None:
    assert codes(event("2026-03-01", 50, through="2027-12-31"), measure=amount(100)) == []
    assert codes(event("2026-03-01", 50, through="2028-01-01"), measure=amount(100)) == [
        "odd-through"
    ]


@pytest.mark.parametrize(
    ("recorded", "expected"),
    [
        ("2026-03-01", []),
        ("2026-02-28", []),
        ("2026-02-27", ["written-before"]),
        ("2026-02-28T14:00:00+14:00", []),
        ("2026-02-27T23:00:00-11:00", []),
    ],
)
def test_what_was_written_before_it_happened(recorded: str, expected: list[str]) -> None:
    assert codes(event("2026-03-01", note="x", recorded=recorded)) == expected


@pytest.mark.parametrize(
    ("published", "expected"),
    [("2026-02-01", []), ("2026-03-03", []), ("2026-03-04", ["odd-published"])],
)
def test_a_source_published_after_it_was_written_down(published: str, expected: list[str]) -> None:
    source = {"url": "https://example.org/", "kind": "press", "published": day(published)}
    written = event("2026-03-01", note="x", recorded="2026-03-02", sources=[source])
    assert codes(written) == expected


def test_a_record_of_the_future_is_told_where_the_clock_is_known() -> None:
    fast = event("2026-03-01", note="x", recorded="2027-01-01")
    assert codes(fast, today="2026-11-25") == ["future-record"]
    assert codes(fast, today="2027-01-01") == []
    assert codes(fast) == []
    assert codes(fast, today="2026-11-25", as_of="2026-02-01") == []


def test_a_wide_event_with_a_fast_clock_is_told_once() -> None:
    wide = event("2026-03-01", note="x", recorded="2027-01-01", also=[{"item": "other"}])
    found = told(term("it", None, wide), term("other", None), today="2026-11-25")
    assert [(name, code) for name, code, _ in found] == [("it", "future-record")]


def test_the_days_of_a_wide_event_are_told_once() -> None:
    source = {"url": "https://example.org/", "kind": "press", "published": day("2062-03-01")}
    wide = event(
        "2026-03-01", note="x", recorded="2026-02-01", sources=[source], also=[{"item": "other"}]
    )
    found = told(term("it", None, wide), term("other", None))
    assert [(name, code) for name, code, _ in found] == [
        ("it", "written-before"),
        ("it", "odd-published"),
    ]


def test_no_slip_is_an_error() -> None:
    """One slip must not stop a team."""
    from factsheet.lint.codes import CODES

    for code in (
        "same-event", "out-of-scale", "step-again", "odd-through", "odd-published",
        "written-before", "scaled-unit", "future-record",
    ):  # fmt: skip
        severity, hint = CODES[code]
        assert severity == "warning"
        assert hint
