"""Every kind of measure, by examples worked out by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from building import amount, day, event, level, limit, make, num, of, one, steps, term

from factsheet.assess import pace
from factsheet.assess.accounts import accounts
from factsheet.assess.limits import headroom
from factsheet.assess.pace import PACE_WORDS
from factsheet.assess.snapshot import assess
from factsheet.measures import Amount
from factsheet.model import Method
from factsheet.vocabulary import GROUPS

BY_2026 = {
    "start": day("2025-12-31"),
    "by": day("2026-12-31"),
}  # 365 days, the last one the 31st of December
BY_2035 = {"start": day("2025-12-31"), "by": day("2035-12-31")}


def test_an_amount_is_judged_by_the_share_of_days() -> None:
    found = one(amount(730, **BY_2026), event("2026-03-14", 219)).measurement  # day 73 of 365
    assert (found.progress, found.expected, found.expected_value) == (
        num("0.3"),
        num("0.2"),
        num(146),
    )
    assert (found.pace, found.word, found.through) == (num("1.5"), "ahead", day("2026-03-14"))


def test_proration_counts_days_not_months() -> None:
    leap = amount(366, start=day("2027-12-31"), by=day("2028-12-31"))
    measure = make(term("it", leap)).commitments[0].measure
    assert isinstance(measure, Amount)
    points = pace.schedule(measure, day("2026-01-01"), None)
    # The 29th of February is a day like any other.
    assert [
        pace.path_value(points, day(d)) for d in ("2028-02-28", "2028-02-29", "2028-03-01")
    ] == [59, 60, 61]


def test_pace_is_for_the_data_through_date_and_never_for_today() -> None:
    dataset = make(
        term("it", amount(365, **BY_2026), event("2026-04-20", 100, through="2026-04-10"))
    )
    answers = {
        of(dataset, "it", as_of).measurement for as_of in ("2026-04-20", "2026-07-01", "2026-11-24")
    }
    assert len(answers) == 1
    assert answers.pop().expected == num(100) / 365


def test_a_value_may_count_up_to_a_later_day() -> None:
    """A budget voted for a coming year is judged against that year's end."""
    found = one(
        level(2, 4, **BY_2035), event("2026-08-29", num("2.2"), through="2026-12-31")
    ).measurement
    assert (found.through, found.expected_value) == (day("2026-12-31"), 2 + 2 * num(365) / 3652)


def test_the_newest_value_is_the_one_with_the_latest_data() -> None:
    """A late figure about an early month does not undo a figure about a later one."""
    late = event("2026-06-20", 20, through="2026-02-28")
    assert one(amount(), event("2026-05-31", 50), late).measurement.value == 50
    assert [
        update.value
        for update in one(amount(), event("2026-05-31", 50), late).measurement.observations
    ] == [20, 50]


def test_ties_go_to_what_happened_later_then_to_what_was_written_later_then_to_the_id() -> None:
    same: dict[str, Any] = {"through": "2026-05-01"}
    first, second = event("2026-05-10", 1, **same), event("2026-05-11", 2, **same)
    assert one(amount(), second, first).measurement.value == 2
    first, second = (
        event("2026-05-10", value, recorded=f"2026-06-0{value}", **same) for value in (1, 2)
    )
    assert one(amount(), second, first).measurement.value == 2
    first, second = (
        event("2026-05-10", value, id=f"0000000{value}", status="stalled") for value in (1, 2)
    )
    second["status"] = "in-progress"
    for order in ((first, second), (second, first)):
        found = one(amount(), *(dict(each) for each in order))
        assert (found.measurement.value, found.status) == (2, "in-progress")


def test_a_level_goes_down_or_up_by_its_share_of_the_distance() -> None:
    down = one(level(25, 15, **BY_2026), event("2026-05-26", 19)).measurement  # day 146
    assert (down.progress, down.expected, down.pace) == (num("0.6"), num("0.4"), num("1.5"))
    up = one(
        level(num("2.32"), num("3.5"), **BY_2026), event("2026-07-02", num("2.91"))
    ).measurement
    assert up.progress == num("0.5")


def test_a_level_may_pass_its_target_and_may_move_away() -> None:
    beyond = one(level(25, 15, **BY_2026), event("2026-07-02", 10)).measurement
    assert (beyond.progress, beyond.word) == (num("1.5"), "done")
    away = one(level(25, 15, **BY_2026), event("2026-07-02", 26)).measurement
    assert (away.progress, away.word) == (num("-0.1"), "moving-away")
    unmoved = one(level(25, 15, **BY_2026), event("2026-07-02", 25)).measurement
    assert (str(unmoved.progress), unmoved.word) == ("0", "behind")  # and not -0


PATH = [
    {"date": day("2027-12-31"), "value": num("2.54")},
    {"date": day("2029-12-31"), "value": num("2.76")},
]


def test_a_path_runs_through_its_waypoints_to_the_target() -> None:
    measure = level(num("2.32"), num("3.5"), path=PATH, **BY_2035)
    expected = {
        "2025-06-20": num("2.32"),  # before the start: the baseline
        "2026-12-31": num("2.43"),  # half of the 730 days to 2.54
        "2027-12-31": num("2.54"),
        "2029-12-31": num("2.76"),
        "2032-12-31": num("2.76") + num("0.74") * 1096 / 2191,
        "2035-12-31": num("3.5"),
        "2040-01-01": num("3.5"),  # flat after
    }
    for through, value in expected.items():
        found = one(measure, event("2026-06-01", num("2.4"), through=through)).measurement
        assert found.expected_value == value, through
        assert found.expected == (value - num("2.32")) / num("1.18"), through


def test_a_path_without_a_deadline_is_flat_after_its_last_waypoint() -> None:
    found = one(
        amount(100, path=[{"date": day("2026-06-30"), "value": 40}]), event("2026-10-01", 30)
    ).measurement
    assert (found.expected, found.pace, found.word) == (num("0.4"), num("0.75"), "slightly-behind")


WORDS = {"0": "behind", "59.99": "behind", "60": "slightly-behind", "94.9": "slightly-behind"} | {
    "95": "on-pace",
    "104.99": "on-pace",
    "105": "ahead",
    "299": "ahead",
    "300": "done",
    "301": "done",
}


@pytest.mark.parametrize("value", WORDS)
def test_pace_words_begin_exactly_on_their_thresholds(value: str) -> None:
    """A third of the way, 100 of 300 is expected: neither share is a finite decimal, and yet 95 is
    exactly on pace.
    """
    measure = amount(
        300, start=day("2026-01-01"), by=day("2026-10-01")
    )  # 273 days, 91 of them to the 2nd of April
    assert one(measure, event("2026-04-02", num(value))).measurement.word == WORDS[value]


def test_the_thresholds_are_those_of_the_dataset() -> None:
    method = {"ahead": num("2"), "on_pace": num("1.5"), "behind": num("1")}
    words = [
        one(amount(365, **BY_2026), event("2026-04-10", value), method=method).measurement.word
        for value in (99, 100, 150, 200)
    ]
    assert words == ["behind", "slightly-behind", "on-pace", "ahead"]


def test_below_two_percent_expected_it_is_too_early_to_tell() -> None:
    measure = amount(100, start=day("2026-01-01"), by=day("2026-04-11"))  # 100 days
    for date, word in (("2026-01-02", "too-early"), ("2026-01-03", "ahead")):
        found = one(measure, event(date, 50)).measurement
        assert (found.word, found.pace is None) == (word, word == "too-early")
    assert (
        one(measure, event("2026-01-02", 100)).measurement.word == "done"
    )  # done is done, however early
    assert one(level(5, 6, **BY_2026), event("2026-01-02", 4)).measurement.word == "moving-away"


def test_without_a_deadline_there_is_progress_and_no_pace() -> None:
    found = one(amount(100), event("2026-05-01", 40)).measurement
    assert (found.progress, found.expected, found.pace, found.word) == (
        num("0.4"),
        None,
        None,
        "no-deadline",
    )


def test_without_a_value_there_is_no_data() -> None:
    for measure in (amount(100, **BY_2026), amount(100), level(1, 2), limit(max=5)):
        found = one(measure, event("2026-05-01", status="in-progress")).measurement
        assert (found.value, found.progress, found.pace, found.word) == (
            None,
            None,
            None,
            "no-data",
        )


def test_without_a_measure_the_status_stands_alone() -> None:
    found = one(None, event("2026-05-01", status="in-progress"))
    assert (found.status, found.measurement.word, found.measurement.unit) == (
        "in-progress",
        "not-applicable",
        None,
    )


def test_the_deadline_is_by_else_due_and_the_start_is_start_else_agreed() -> None:
    values = [event("2026-07-02", 50)]
    both = one(
        amount(100, by=day("2026-12-31"), start=day("2025-12-31")), *values, due=day("2030-12-31")
    ).measurement
    assert [point[0] for point in both.points] == [day("2025-12-31"), day("2026-12-31")]
    neither = one(amount(100), *values, due=day("2030-12-31"), agreed="2026-01-05").measurement
    assert [point[0] for point in neither.points] == [day("2026-01-05"), day("2030-12-31")]


def test_a_cap_has_headroom_and_no_pace() -> None:
    found = one(limit("calendar-year", max=20), event("2026-10-10", num("2.4")))
    assert (found.measurement.progress, found.measurement.expected, found.measurement.pace) == (
        None,
        None,
        None,
    )
    assert (found.measurement.word, found.measurement.value, found.measurement.target) == (
        "within",
        num("2.4"),
        20,
    )
    measure = found.commitment.measure
    assert headroom(measure, num("2.4")) == num("17.6")  # type: ignore[arg-type]
    floor = one(limit(min=28_500), event("2026-10-10", 29_000)).commitment.measure
    assert headroom(floor, num(29_000)) == 500  # type: ignore[arg-type]
    assert headroom(floor, num(28_000)) == -500  # type: ignore[arg-type]
    assert found.measurement.rates is None


def test_milestones_count_steps_and_name_those_that_are_late() -> None:
    measure = steps(plan="2026-03-31", talks="2026-06-30", text="", launch="2027-12-31")
    dataset = make(
        term(
            "it",
            measure,
            event("2026-03-20", reached=["plan"]),
            event("2026-09-01", reached=["text"]),
        )
    )

    def at(as_of: str) -> tuple[Any, ...]:
        found = of(dataset, "it", as_of).measurement
        return (
            found.value,
            found.progress,
            found.expected,
            found.pace,
            [step.id for step in found.late],
            found.word,
        )

    assert at("2026-03-31") == (1, num("0.25"), 0, None, [], "too-early")
    assert at("2026-04-01") == (1, num("0.25"), num("0.25"), 1, [], "on-pace")
    assert at("2026-06-30") == (
        1,
        num("0.25"),
        num("0.25"),
        1,
        [],
        "on-pace",
    )  # its last day is not over
    assert at("2026-07-01") == (1, num("0.25"), num("0.5"), num("0.5"), ["talks"], "behind")
    # A step that nobody waits for does not make up for one that is late.
    assert at("2026-09-01") == (2, num("0.5"), num("0.5"), num("0.5"), ["talks"], "behind")


def test_milestones_reached_early_are_ahead_and_all_of_them_done() -> None:
    measure = steps(plan="2026-03-31", launch="2027-12-31")
    assert (
        one(measure, event("2026-03-01", reached=["plan"]), as_of="2026-05-01").measurement.word
        == "on-pace"
    )
    done = one(
        measure, event("2026-03-01", reached=["plan", "launch"]), as_of="2026-05-01"
    ).measurement
    assert (done.word, [(step.id, date) for step, date in done.reached]) == (
        "done",
        [("plan", day("2026-03-01")), ("launch", day("2026-03-01"))],
    )
    early = steps(plan="2026-03-31", talks="2027-06-30", launch="2027-12-31")
    assert (
        one(
            early, event("2026-03-01", reached=["plan", "talks"]), as_of="2026-05-01"
        ).measurement.word
        == "ahead"
    )
    undated = one(steps(plan="", launch=""), event("2026-03-01", reached=["plan"])).measurement
    assert (undated.word, undated.expected, undated.progress) == ("no-deadline", None, num("0.5"))


def test_milestones_that_nobody_looked_at_have_no_data_until_one_is_late() -> None:
    measure = steps(plan="2026-03-31", launch="")
    assert one(measure, as_of="2026-03-01").measurement.word == "no-data"
    assert one(measure, as_of="2026-03-01").measurement.progress is None
    late = one(measure, as_of="2026-05-01").measurement
    assert (late.word, late.progress, [step.id for step in late.late]) == ("behind", 0, ["plan"])
    assert (
        one(
            measure, event("2026-02-01", status="in-progress"), as_of="2026-03-01"
        ).measurement.progress
        == 0
    )


def test_a_step_is_reached_on_the_first_day_it_was_reported() -> None:
    found = one(
        steps(plan="2026-03-31", b=""),
        event("2026-06-01", reached=["plan"]),
        event("2026-02-01", reached=["plan"]),
    )
    assert [(step.id, date) for step, date in found.measurement.reached] == [
        ("plan", day("2026-02-01"))
    ]


def whole(*names: str) -> dict[str, Any]:
    return term("whole", {"kind": "sum"}, parts=list(names))


def test_a_sum_adds_up_its_parts_each_at_its_own_date() -> None:
    a = term("a", amount(365, **BY_2026), event("2026-04-10", 100))  # day 100: 100 expected
    b = term("b", amount(730, **BY_2026), event("2026-07-19", 100))  # day 200: 400 expected
    found = of(make(whole("a", "b"), a, b), "whole", "2026-11-24").measurement
    assert (found.value, found.target, found.unit) == (200, 1095, "USD")
    assert (found.expected_value, found.pace, found.word) == (500, num("0.4"), "behind")
    assert found.progress == num(200) / 1095
    assert (found.through, found.missing) == (day("2026-04-10"), ())


def test_a_sum_says_which_parts_lack_data() -> None:
    a = term("a", amount(100, **BY_2026), event("2026-04-10", 50))
    b, c = term("b", amount(100, **BY_2026)), term("c", amount(100, **BY_2026))
    inner = term("inner", {"kind": "sum"}, parts=["b", "a"])
    dataset = make(term("whole", {"kind": "sum"}, parts=["inner", "c"]), inner, a, b, c)
    found = of(dataset, "whole", "2026-11-24").measurement
    assert (found.value, found.target, found.missing) == (50, 300, ("b", "c"))
    # A lower bound has no pace, and that is for want of data, not of a deadline.
    assert (found.expected, found.pace, found.word) == (None, None, "no-data")
    nothing = of(make(whole("b"), b), "whole", "2026-11-24").measurement
    assert (nothing.value, nothing.progress, nothing.missing, nothing.word) == (
        None,
        None,
        ("b",),
        "no-data",
    )


def test_a_sum_needs_a_deadline_of_every_part_for_a_pace() -> None:
    a, b = (
        term("a", amount(100, **BY_2026), event("2026-04-10", 50)),
        term("b", amount(100), event("2026-04-10", 50)),
    )
    found = of(make(whole("a", "b"), a, b), "whole", "2026-11-24").measurement
    assert (found.progress, found.pace, found.word) == (num("0.5"), None, "no-deadline")
    done = [term(name, amount(100), event("2026-04-10", 100)) for name in "ab"]
    assert of(make(whole("a", "b"), *done), "whole", "2026-11-24").measurement.word == "done"


def test_run_rates() -> None:
    """From 25 to 40 in 50 days is 109.575 a year; 60 are left in 264 days, which takes
    83.0 a year.
    """
    seen = [event("2026-01-01", 10), event("2026-02-20", 25), event("2026-04-11", 40)]
    dataset = make(term("it", amount(100, **BY_2026), *seen))
    run = of(dataset, "it", "2026-11-24").measurement.rates
    assert run is not None
    assert (run.recent, run.since, run.until) == (
        num("109.575"),
        day("2026-02-20"),
        day("2026-04-11"),
    )
    assert run.required == 60 * num("365.25") / 264
    assert run.arrival == day("2026-04-11") + dt.timedelta(days=200)  # 60 at 15 every 50 days


def test_the_arrival_date_is_exact_to_the_day() -> None:
    """2 in 28 days make 3 in 42 days; by way of the rate a year, which is rounded, it
    would be 43.
    """
    seen = [event("2026-01-01", 0), event("2026-01-15", 1), event("2026-01-29", 2)]
    dataset = make(term("it", amount(5, **BY_2026), *seen))
    run = of(dataset, "it", "2026-11-24").measurement.rates
    assert run is not None
    assert run.arrival == day("2026-01-29") + dt.timedelta(days=42)


ABSENT: dict[str, tuple[dict[str, Any], list[dict[str, Any]], tuple[bool, bool, bool]]] = {
    # which of required, recent and arrival there is
    # From two points one can say anything, and from a short stretch of the way too.
    "two observations": (
        amount(100, **BY_2026),
        [event("2026-02-01", 10), event("2026-04-01", 60)],
        (True, True, False),
    ),
    "three observations": (
        amount(100, **BY_2026),
        [event("2026-02-01", 10), event("2026-03-01", 20), event("2026-04-01", 40)],
        (True, True, True),
    ),
    "exactly a quarter of the way": (
        amount(100, **BY_2026),
        [event("2026-02-01", 10), event("2026-03-01", 20), event("2026-04-01", 35)],
        (True, True, True),
    ),
    "less than a quarter of the way": (
        amount(100, **BY_2026),
        [event("2026-02-01", 10), event("2026-03-01", 20), event("2026-04-01", num("34.9"))],
        (True, True, False),
    ),
    "no observation": (amount(100, **BY_2026), [], (False, False, False)),
    "one observation": (amount(100, **BY_2026), [event("2026-04-01", 20)], (True, False, False)),
    "one day": (
        amount(100, **BY_2026),
        [event("2026-04-01", 10), event("2026-04-02", 20, through="2026-04-01")],
        (True, False, False),
    ),
    "days apart": (
        amount(100, **BY_2026),
        [event("2026-04-01", 10), event("2026-04-28", 20)],
        (True, False, False),
    ),
    "a short month apart": (
        amount(100, **BY_2026),
        [event("2026-01-31", 10), event("2026-02-14", 20), event("2026-02-28", 40)],
        (True, True, True),
    ),
    "no deadline": (
        amount(100),
        [event("2026-02-01", 10), event("2026-03-01", 20), event("2026-04-01", 40)],
        (False, True, True),
    ),
    "after the deadline": (
        amount(100, start=day("2025-12-31"), by=day("2026-03-31")),
        [event("2026-02-01", 10), event("2026-03-01", 20), event("2026-04-01", 40)],
        (False, True, True),
    ),
    "done": (
        amount(100, **BY_2026),
        [event("2026-02-01", 10), event("2026-04-01", 100)],
        (False, False, False),
    ),
    "moved away": (
        level(25, 15, **BY_2026),
        [event("2026-02-01", 25), event("2026-04-01", 26)],
        (False, False, False),
    ),
    "moving back": (
        level(25, 15, **BY_2026),
        [event("2026-02-01", 18), event("2026-03-01", 19), event("2026-04-01", 22)],
        (True, True, False),
    ),
    "standing still": (
        level(25, 15, **BY_2026),
        [event("2026-02-01", 22), event("2026-03-01", 19), event("2026-04-01", 19)],
        (True, True, False),
    ),
    "falling to target": (
        level(25, 15, **BY_2026),
        [event("2026-02-01", 22), event("2026-03-01", 21), event("2026-04-01", 19)],
        (True, True, True),
    ),
    "in ten thousand years": (
        amount(10**9, **BY_2026),
        [
            event("2026-02-01", 0),
            event("2026-03-01", 300_000_000),
            event("2026-04-01", 300_000_001),
        ],
        (True, True, False),
    ),
}


@pytest.mark.parametrize("case", ABSENT)
def test_rates_are_absent_where_they_would_mean_nothing(case: str) -> None:
    measure, events, there = ABSENT[case]
    dataset = make(term("it", measure, *(dict(each) for each in events)))
    run = of(dataset, "it", "2026-11-24").measurement.rates
    assert run is not None
    assert (run.required is not None, run.recent is not None, run.arrival is not None) == there
    assert (run.since is None) == (run.until is None) == (run.recent is None)


def test_a_falling_level_has_falling_rates() -> None:
    seen = [event("2026-01-01", 24), event("2026-02-15", 22), event("2026-03-02", 20)]
    dataset = make(term("it", level(25, 15, **BY_2026), *seen))
    run = of(dataset, "it", "2026-11-24").measurement.rates
    assert run is not None
    assert run.recent == num(-4) * num("365.25") / 60
    assert run.required == num(-5) * num("365.25") / 304
    assert run.arrival == day("2026-03-02") + dt.timedelta(days=75)


def test_overdue_is_open_and_past_the_due_date() -> None:
    events = [event("2026-02-01", status="in-progress"), event("2026-09-01", status="fulfilled")]
    dataset = make(term("it", None, *events, due=day("2026-06-30")))
    assert [
        of(dataset, "it", d).overdue
        for d in ("2026-06-30", "2026-07-01", "2026-08-31", "2026-09-01")
    ] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("status", ["fulfilled", "partly-fulfilled", "not-fulfilled", "withdrawn"])
def test_a_closed_item_may_reopen(status: str) -> None:
    events = [event("2026-02-01", status=status), event("2026-09-01", status="in-progress")]
    dataset = make(term("it", None, *events, due=day("2026-06-30")))
    assert [of(dataset, "it", d).overdue for d in ("2026-08-01", "2026-09-01")] == [False, True]


def test_stale_is_open_and_silent_for_longer_than_the_dataset_allows() -> None:
    dataset = make(
        term("it", None, event("2026-03-01", status="in-progress")),
        method={"review_every_days": 30},
    )
    assert [of(dataset, "it", d).stale for d in ("2026-03-31", "2026-04-01")] == [False, True]
    silent = make(term("it", None), method={"review_every_days": 30})
    assert [of(silent, "it", d).stale for d in ("2026-01-31", "2026-02-01")] == [
        False,
        True,
    ]  # counted from the agreement
    closed = make(term("it", None, event("2026-03-01", status="withdrawn")))
    assert not of(closed, "it", "2026-11-24").stale


def test_looking_and_finding_nothing_is_not_stale_and_withdrawing_is_not_looking() -> None:
    looked = [event("2026-02-01", status="in-progress"), event("2026-11-01", status="no-evidence")]
    assert not one(None, *looked).stale
    withdrawn = [
        event("2026-02-01", status="in-progress"),
        event("2026-11-01", note="Wrong.", retracts="00000001"),
    ]
    found = one(None, *withdrawn, event("2026-03-01", status="stalled"))
    assert (found.stale, found.last_update) == (True, day("2026-03-01"))
    corrected = [
        event("2026-02-01", 5),
        event("2026-11-01", 4, note="It was four.", retracts="00000001"),
    ]
    found = one(amount(), *corrected)
    assert (found.stale, found.last_update, found.measurement.value) == (
        False,
        day("2026-11-01"),
        4,
    )


def test_an_item_is_disputed_while_what_it_rests_on_is() -> None:
    disputed = event("2026-02-01", 5, status="in-progress", disputed=True)
    assert one(amount(), disputed).disputed
    assert one(
        amount(), dict(disputed), event("2026-03-01", status="stalled")
    ).disputed  # the value still is
    assert not one(amount(), dict(disputed), event("2026-03-01", 6, status="stalled")).disputed


def test_accounts_say_who_keeps_the_bargain() -> None:
    terms = [
        term(
            "umbrella",
            {"kind": "sum"},
            event("2026-02-01", status="fulfilled"),
            parts=["a", "b"],
            owed_by=["A"],
        ),
        term("a", amount(), event("2026-02-01", status="fulfilled"), owed_by=["A"]),
        term(
            "b",
            amount(),
            event("2026-02-01", status="stalled"),
            owed_by=["A"],
            due=day("2026-03-01"),
        ),
        term("joint", None, event("2026-02-01", status="breached"), owed_by=["B", "A"]),
        term("silent", None, owed_by=["B"]),
    ]
    left, right = accounts(assess(make(*terms), day("2026-11-24")))
    assert (left.party, left.name, left.owes, left.overdue) == ("A", "Aland", 3, 1)
    assert {group: count for group, count in left.groups.items() if count} == {
        "fulfilled": 1,
        "stalled": 1,
        "breached": 1,
    }
    assert {group: count for group, count in right.groups.items() if count} == {
        "breached": 1,
        "not assessed": 1,
    }


def test_every_status_is_in_one_group_and_every_word_is_known() -> None:
    from factsheet.vocabulary import STATUS_MEANINGS

    grouped = [status for statuses in GROUPS.values() for status in statuses]
    assert sorted(grouped) == sorted(STATUS_MEANINGS)
    assert {*WORDS.values()} < {*PACE_WORDS}
    assert [
        pace.band(num(speed), Method())
        for speed in ("1.05", "1.0499", "0.95", "0.9499", "0.6", "0.5999")
    ] == [
        "ahead",
        "on-pace",
        "on-pace",
        "slightly-behind",
        "slightly-behind",
        "behind",
    ]
