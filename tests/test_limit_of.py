"""A limit on another promise's figure, so that the figure stands in the file once."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from building import TODAY, amount, day, event, level, limit, make, num, of, steps, term, toml
from conftest import SMALL
from hypothesis import given
from hypothesis import strategies as st

from factsheet.assess.limits import Breach
from factsheet.lint.doubts import doubts
from factsheet.model import Dataset
from factsheet.source.load import load


def on(name: str, window: str = "calendar-year", **given: Any) -> dict[str, Any]:
    return {"kind": "limit", "of": name, "window": window, **given}


PAID = (
    event("2025-12-20", 5),
    event("2026-03-01", 8),
    event("2026-12-01", 12, through="2026-11-30"),
    event("2027-03-01", 30),
    event("2027-06-01", 40),
)


def paid(measure: dict[str, Any], *events: dict[str, Any]) -> Dataset:
    """A total over three years, and a limit on it."""
    terms = [term("paid", amount(100), *(dict(each) for each in events)), term("cap", measure)]
    loaded = load(toml(*terms, agreed="2025-01-01"), today=dt.date(2028, 1, 1))
    assert loaded.dataset, loaded.findings
    return loaded.dataset


@pytest.mark.parametrize(
    ("as_of", "used", "through", "word"),
    [
        ("2025-12-19", None, None, "no-data"),
        ("2025-12-31", 5, "2025-12-20", "within"),
        ("2026-01-01", None, None, "no-data"),
        ("2026-06-01", 3, "2026-03-01", "within"),
        ("2026-12-31", 7, "2026-11-30", "within"),
        ("2027-04-01", 18, "2027-03-01", "breached"),
        ("2027-12-31", 28, "2027-06-01", "breached"),
    ],
)
def test_in_a_calendar_year_what_was_added_since_the_year_before_counts(
    as_of: str, used: int | None, through: str | None, word: str
) -> None:
    made = of(paid(on("paid", max=15), *PAID), "cap", as_of).measurement
    wanted: tuple[Any, ...] = (used, through and day(through), word)
    assert (made.value, made.through, made.word) == wanted
    assert (made.unit, made.counts) == ("USD", "paid")
    assert made.target == 15
    assert made.headroom == (None if used is None else 15 - used)
    assert made.progress is None


def test_a_year_without_an_observation_begins_from_the_last_one_there_is() -> None:
    dataset = paid(on("paid", max=15), event("2025-06-01", 5), event("2027-02-01", 12))
    assert of(dataset, "cap", "2027-03-01").measurement.value == 7


def test_the_breach_of_a_year_ends_with_the_year() -> None:
    dataset = paid(on("paid", max=15), *PAID)
    during = of(dataset, "cap", "2027-04-01").measurement
    assert during.breaches == (Breach(day("2027-03-01"), None, Decimal(18)),)
    after = of(dataset, "cap", "2028-01-01").measurement
    assert after.breaches == (Breach(day("2027-03-01"), day("2027-12-31"), Decimal(28)),)
    assert after.word == "no-data"


def test_a_floor_of_a_year_can_be_missed_on_its_last_day_only() -> None:
    events = (event("2026-06-01", 3), event("2026-12-31", 4))
    dataset = paid(on("paid", min=10), *events)
    assert of(dataset, "cap", "2026-06-01").measurement.word == "within"
    assert of(dataset, "cap", "2026-12-31").measurement.word == "breached"


def test_a_continuous_limit_is_on_the_figure_itself() -> None:
    made = of(paid(on("paid", "continuous", max=10), *PAID), "cap", "2026-11-30").measurement
    assert (made.value, made.word) == (num(8), "within")  # the event of December is not there yet
    made = of(paid(on("paid", "continuous", max=10), *PAID), "cap", "2026-12-01").measurement
    assert (made.value, made.word, made.headroom) == (num(12), "breached", num(-2))


def test_a_figure_through_a_later_day_breaks_no_limit_before_it() -> None:
    dataset = paid(on("paid", "continuous", max=10), event("2026-03-01", 50, through="2026-12-31"))
    assert of(dataset, "cap", "2026-12-30").measurement.word == "no-data"
    assert of(dataset, "cap", "2026-12-31").measurement.word == "breached"


def test_a_limit_on_a_level_has_its_unit() -> None:
    rate = term("rate", level(25, 15), event("2026-02-01", 16))
    made = of(make(rate, term("cap", on("rate", "continuous", max=15))), "cap", "2026-03-01")
    assert (made.measurement.unit, made.measurement.word) == ("%", "breached")


def sums() -> Dataset:
    return make(
        term("a", amount(50), event("2026-02-01", 4), event("2026-06-01", 9)),
        term("b", amount(50), event("2026-04-01", 3, disputed=True)),
        term("whole", {"kind": "sum"}, parts=["a", "b"]),
        term("cap", on("whole", max=10)),
    )


@pytest.mark.parametrize(
    ("as_of", "used"), [("2026-03-01", 4), ("2026-05-01", 7), ("2026-07-01", 12)]
)
def test_a_limit_on_a_sum_is_on_what_its_parts_have_together(as_of: str, used: int) -> None:
    made = of(sums(), "cap", as_of).measurement
    assert (made.value, made.unit) == (num(used), "USD")
    assert made.word == ("breached" if used > 10 else "within")


def test_it_is_as_fresh_and_as_disputed_as_the_figure_that_it_is_on() -> None:
    before, after = (of(sums(), "cap", as_of) for as_of in ("2026-03-01", "2026-07-01"))
    assert (before.last_update, before.disputed, before.stale) == (day("2026-02-01"), False, False)
    assert (after.last_update, after.disputed, after.stale) == (day("2026-06-01"), True, False)
    assert of(sums(), "cap", "2026-11-24").stale


def test_a_withdrawn_figure_is_withdrawn_from_the_limit_too() -> None:
    gone = event("2026-03-01", note="wrong", retracts="00000001", recorded="2026-05-01")
    dataset = paid(on("paid", max=15), event("2026-03-01", 20), gone)
    assert of(dataset, "cap", "2026-12-01").measurement.word == "no-data"
    assert of(dataset, "cap", "2026-12-01", known_by="2026-04-01").measurement.word == "breached"


def test_an_event_that_names_the_promise_moves_its_limit() -> None:
    talks = term("talks", None, event("2026-03-01", note="x", also=[{"item": "paid", "value": 20}]))
    dataset = make(talks, term("paid", amount(100)), term("cap", on("paid", max=15)))
    assert of(dataset, "cap", "2026-04-01").measurement.value == 20


TOTALS = st.lists(
    st.tuples(st.integers(0, 1500), st.integers(0, 9)), max_size=8, unique_by=lambda each: each[0]
)


@given(added=TOTALS, asked=st.integers(0, 1800))
def test_what_counts_is_the_total_less_that_of_the_last_observation_before_the_year(
    added: list[tuple[int, int]], asked: int
) -> None:
    first = dt.date(2022, 1, 1)
    as_of, total = first + dt.timedelta(days=asked), 0
    totals: list[tuple[dt.date, int]] = []
    for days, more in sorted(added):
        total += more
        totals.append((first + dt.timedelta(days=days), total))
    dataset = make(
        term("paid", amount(100), *(event(str(date), value) for date, value in totals)),
        term("cap", on("paid", max=15)),
        agreed="2021-12-31",
    )
    known = [each for each in totals if each[0] <= as_of]
    within = [value for date, value in known if date.year == as_of.year]
    before = [value for date, value in known if date.year < as_of.year]
    wanted = within[-1] - (before[-1] if before else 0) if within else None
    made = of(dataset, "cap", str(as_of)).measurement
    assert made.value == wanted
    assert (made.word == "breached") == (wanted is not None and wanted > 15)


# What a limit cannot be on


TERMS = (
    term("paid", amount(100)),
    term("plan", steps(first="")),
    term("talks", None),
    term("other", limit(max=5)),
)


def codes(*terms: dict[str, Any]) -> list[tuple[str, str]]:
    text = toml(*(dict(each) for each in (*TERMS, *terms)))
    return [(found.code, found.message) for found in load(text, today=TODAY).findings]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nothing", "no commitment has the id nothing"),
        ("cap", "cap cannot be a limit on itself"),
        ("plan", "plan has no amount, level or sum that could be limited"),
        ("talks", "talks has no amount, level or sum that could be limited"),
        ("other", "other has no amount, level or sum that could be limited"),
    ],
)
def test_what_has_no_figure_to_be_limited_is_refused(name: str, message: str) -> None:
    assert codes(term("cap", on(name, max=5))) == [("limit-of", message)]


def test_a_chain_of_limits_is_refused_and_says_what_to_name() -> None:
    found = codes(term("cap", on("paid", max=5)), term("cap2", on("cap", max=5)))
    assert found == [("limit-of", "cap is itself a limit on paid; name that one")]


def test_a_circle_of_limits_is_refused_at_both_ends() -> None:
    found = codes(term("cap", on("cap2", max=5)), term("cap2", on("cap", max=5)))
    assert [code for code, _ in found] == ["limit-of", "limit-of"]


def test_a_value_of_its_own_is_refused_and_says_where_it_belongs() -> None:
    wanted = "the update has a value, but cap has a limit on another commitment's figure"
    found = codes(term("cap", on("paid", max=5), event("2026-03-01", 3)))
    assert found == [("value-without-measure", f"{wanted}; record it under paid")]
    entry = event("2026-03-01", note="x", also=[{"item": "cap", "value": 3}])
    found = codes(term("cap", on("paid", max=5)), term("more", None, entry))
    assert found == [("value-without-measure", f"{wanted}; record it under paid")]


@pytest.mark.parametrize("given_unit", [{"of": "paid", "unit": "USD"}, {}])
def test_a_unit_beside_of_and_neither_of_them_are_refused(given_unit: dict[str, str]) -> None:
    made = {"kind": "limit", "window": "continuous", "max": 5, **given_unit}
    ((code, message),) = codes(term("cap", made))
    assert code == "type"
    assert "a limit has either a unit, or `of`" in message


# At the command line


CAP = """
[[commitments]]
id = "yearly-cap"
title = "No more than $2 billion a year"
pillar = "security"
owed_by = ["US"]
summary = "A cap on the year."
measure = { kind = "limit", of = "arms-purchases", max = 2_000_000_000, window = "calendar-year" }
"""


@pytest.fixture
def capped(small: Path) -> Path:
    small.write_text(SMALL + CAP, encoding="utf-8")
    return small


def test_update_says_that_the_limit_on_the_figure_moved_too(run: Any, capped: Path) -> None:
    result = run("update", "arms", "--value", "3.2bn", "--date", "2026-11-20", "-f", capped)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.index("arms-purchases\n") < result.stdout.index("yearly-cap\n")
    assert "  value: $3.11bn of $2bn -> $3.2bn of $2bn\n" in result.stdout


def test_a_total_for_the_limit_itself_leaves_the_file_as_it_was(run: Any, capped: Path) -> None:
    before = capped.read_bytes()
    result = run("update", "yearly", "--value", "3.2bn", "-f", capped)
    assert result.exit_code == 2
    assert "record it under arms-purchases" in result.stderr
    assert capped.read_bytes() == before


def test_the_figure_and_the_limit_are_listed_with_one_unit(run: Any, capped: Path) -> None:
    listed = json.loads(
        run("list", "-f", capped, "--format", "json", "--as-of", "2026-06-01").stdout
    )["commitments"]
    cap = next(each for each in listed if each["id"] == "yearly-cap")
    assert (cap["value"], cap["unit"], cap["target"]) == ("3111800000", "USD", "2000000000")
    assert (cap["pace_word"], cap["progress"]) == ("breached", None)
    shown = run("show", "yearly", "-f", capped, "--as-of", "2026-06-01").stdout
    assert "$3,111,800,000" in shown
    assert "arms-purchases" in shown


def test_a_breach_of_the_limit_is_doubted_where_it_is_said_to_be_in_effect() -> None:
    said = event("2026-02-01", status="in-effect")
    cap = term("cap", on("paid", max=15), said)
    dataset = make(term("paid", amount(100), event("2026-03-01", 20)), cap)
    found = doubts(_snapshot(dataset))["cap"]
    assert [each.code for each in found] == ["breach-in-effect"]


def _snapshot(dataset: Dataset) -> Any:
    from factsheet.assess.snapshot import assess

    return assess(dataset, day("2026-04-01"))


ADD = (
    "add", "--id", "new-cap", "--title", "A cap", "--pillar", "security", "--owed-by", "US",
    "--summary", "s", "--of", "arms-purchases", "--window", "calendar-year",
)  # fmt: skip


def test_add_writes_a_limit_on_another_promise(run: Any, small: Path) -> None:
    result = run(*ADD, "--max", "$20bn", "-f", small)
    assert result.exit_code == 0, result.stderr
    added = next(
        each
        for each in tomllib.loads(small.read_text(encoding="utf-8"))["commitments"]
        if each["id"] == "new-cap"
    )
    assert added["measure"] == {
        "kind": "limit",
        "of": "arms-purchases",
        "window": "calendar-year",
        "max": 20_000_000_000,
    }


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--max", "20bn", "--unit", "USD"), "--of brings its own unit"),
        ((), "give it with --target, --max or --min"),
        (("--max", "₩20bn"), "the measure is in USD"),
        (("--max", "20%"), "the measure is in USD"),
        (("--max", "20bn", "--target", "3bn"), "a commitment has one of them"),
    ],
)
def test_add_refuses_a_limit_that_does_not_fit_the_other_promise(
    run: Any, small: Path, more: tuple[str, ...], message: str
) -> None:
    before = small.read_bytes()
    result = run(*ADD, *more, "-f", small)
    assert result.exit_code == 2
    assert message in result.stderr
    assert small.read_bytes() == before
