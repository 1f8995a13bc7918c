"""Caps and floors: what breaks them, from when to when, how far; and what does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from building import day, event, limit, make, num, of, one, term, toml
from hypothesis import given, settings
from hypothesis import strategies as st

from factsheet.assess.limits import Breach


def breach(since: str, until: str | None, peak: Any) -> Breach:
    return Breach(day(since), day(until) if until else None, num(peak))


def test_a_breach_that_lasts_has_a_beginning_and_a_peak() -> None:
    found = one(
        limit(max=15),
        event("2026-01-10", 15),
        event("2026-02-01", 16),
        event("2026-03-01", 25),
        event("2026-04-01", 20),
    )
    assert found.measurement.breaches == (breach("2026-02-01", None, 25),)
    assert (found.measurement.word, found.measurement.value) == ("breached", 20)


def test_a_breach_that_was_cured_is_still_found() -> None:
    dataset = make(
        term(
            "it",
            limit(max=15),
            event("2026-02-01", 25),
            event("2026-03-01", 15),
            event("2026-05-01", 16),
        )
    )
    assert of(dataset, "it", "2026-02-15").measurement.breaches == (breach("2026-02-01", None, 25),)
    cured = of(dataset, "it", "2026-04-01").measurement
    assert cured.breaches == (breach("2026-02-01", "2026-03-01", 25),)
    assert (cured.value, cured.word) == (15, "breached")
    again = of(dataset, "it", "2026-06-01").measurement
    assert again.breaches == (
        breach("2026-02-01", "2026-03-01", 25),
        breach("2026-05-01", None, 16),
    )


def test_a_breach_cured_on_the_day_it_began_is_found_too() -> None:
    found = one(
        limit(max=15),
        event("2026-02-01", 25, recorded="2026-02-01"),
        event("2026-02-01", 15, recorded="2026-02-02"),
    )
    assert found.measurement.breaches == (breach("2026-02-01", "2026-02-01", 25),)


def test_exactly_at_the_limit_is_within() -> None:
    assert one(limit(max=15), event("2026-02-01", 15)).measurement.word == "within"
    assert (
        one(limit(max=15), event("2026-02-01", num("15.000000001"))).measurement.word == "breached"
    )
    assert one(limit(min=15), event("2026-02-01", 15)).measurement.word == "within"
    assert (
        one(limit(min=15), event("2026-02-01", num("14.999999999"))).measurement.word == "breached"
    )


def test_a_floor_has_its_worst_at_the_bottom() -> None:
    found = one(
        limit(min=28_500),
        event("2026-02-01", 27_000),
        event("2026-03-01", 26_000),
        event("2026-04-01", 28_500),
    ).measurement
    assert found.breaches == (breach("2026-02-01", "2026-04-01", 26_000),)


def test_an_annual_cap_starts_anew_every_year() -> None:
    events = [
        event("2024-06-30", 12),
        event("2024-11-30", 21),
        event("2025-03-31", 3),
        event("2025-12-31", 20),
        event("2026-02-01", 1),
    ]
    dataset = make(term("it", limit("calendar-year", max=20), *events), agreed="2024-01-01")
    broken = breach("2024-11-30", None, 21)
    assert of(dataset, "it", "2024-12-31").measurement.breaches == (broken,)
    assert of(dataset, "it", "2024-12-31").measurement.word == "breached"
    # It ends with its year, looked at or not; the new year has no data before its first figure.
    ended = breach("2024-11-30", "2024-12-31", 21)
    empty = of(dataset, "it", "2025-01-01").measurement
    assert (empty.word, empty.value, empty.breaches) == ("no-data", None, (ended,))
    within = of(dataset, "it", "2026-01-31").measurement
    assert (within.word, within.breaches) == ("no-data", (ended,))
    assert of(dataset, "it", "2025-12-31").measurement.word == "within"
    assert of(dataset, "it", "2026-02-01").measurement.value == 1


def test_an_annual_cap_says_breached_to_the_end_of_its_year_whatever_is_revised() -> None:
    events = [event("2026-06-30", 25), event("2026-09-30", 18)]
    found = one(limit("calendar-year", max=20), *events).measurement
    assert (found.word, found.value, found.breaches) == (
        "breached",
        18,
        (breach("2026-06-30", "2026-09-30", 25),),
    )


def test_a_total_belongs_to_the_year_of_its_data() -> None:
    """A figure for December that is published in January counts for December."""
    found = one(
        limit("calendar-year", max=20),
        event("2026-01-20", 21, through="2025-12-31"),
        agreed="2025-01-01",
    ).measurement
    assert (found.word, found.value) == ("no-data", None)
    assert found.breaches == (breach("2025-12-31", "2025-12-31", 21),)


def test_an_annual_floor_can_only_be_missed_by_the_last_day() -> None:
    measure = limit("calendar-year", min=10)
    events = [
        event("2025-06-30", 2),
        event("2026-01-15", 9, through="2025-12-31"),
        event("2026-03-31", 1),
    ]
    dataset = make(term("it", measure, *events), agreed="2025-01-01")
    assert of(dataset, "it", "2025-12-30").measurement.word == "within"
    assert of(dataset, "it", "2025-12-31").measurement.breaches == ()  # not shown is not missed
    missed = of(dataset, "it", "2026-03-31").measurement
    assert (missed.word, missed.value, missed.breaches) == (
        "within",
        1,
        (breach("2025-12-31", "2025-12-31", 9),),
    )


def test_nobody_breaks_a_limit_tomorrow() -> None:
    """A budget already voted for a later day counts from that day."""
    dataset = make(
        term(
            "it",
            limit("calendar-year", max=20),
            event("2026-05-01", 4),
            event("2026-06-01", 25, through="2026-10-31"),
        )
    )
    before, after = (of(dataset, "it", as_of).measurement for as_of in ("2026-10-30", "2026-10-31"))
    assert (before.word, before.value, before.breaches) == ("within", 4, ())
    assert (after.word, after.value, after.breaches) == (
        "breached",
        25,
        (breach("2026-10-31", None, 25),),
    )


def test_a_retracted_breach_never_was() -> None:
    events = [
        event("2026-02-01", 25, id="0000000a"),
        event("2026-02-01", retracts="0000000a", note="A misprint.", recorded="2026-03-01"),
    ]
    dataset = make(term("it", limit(max=15), *events))
    assert of(dataset, "it", "2026-06-01").measurement.breaches == ()
    assert of(dataset, "it", "2026-06-01", "2026-02-28").measurement.breaches == (
        breach("2026-02-01", None, 25),
    )


def test_show_and_list_say_it(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "d.toml"
    events = [
        event("2026-02-01", 25, status="in-effect"),
        event("2026-03-01", 15, status="in-effect"),
    ]
    path.write_text(toml(term("it", limit(max=15), *events)), encoding="utf-8")
    text = " ".join(run("show", "it", "-f", path, "--as-of", "2026-03-02").stdout.split())
    for words in (
        "cap: $15 at any time",
        "value: $15, data through 2026-03-01",
        "headroom: $0",
        "pace: breached",
    ):
        assert words in text
    assert "breach: from 2026-02-01 to 2026-03-01, peak $25" in text
    assert "warning[breach-in-effect]" in text
    (row,) = json.loads(
        run("list", "-f", path, "--format", "json", "--as-of", "2026-03-02").stdout
    )["commitments"]
    assert (row["pace_word"], row["progress"], row["expected"], row["pace"]) == (
        "breached",
        None,
        None,
        None,
    )
    assert [found["code"] for found in row["findings"]] == ["breach-in-effect"]


VALUES = st.lists(st.integers(0, 30), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(VALUES, st.booleans())
def test_breaches_are_what_a_walk_through_the_days_finds(values: list[int], cap: bool) -> None:
    """Every observation beyond the limit lies in exactly one breach, every other one in none; the
    peak is the worst.
    """
    events = [
        event(f"2026-{1 + place // 28:02d}-{1 + place % 28:02d}", value)
        for place, value in enumerate(values)
    ]
    standing = one(limit(max=15) if cap else limit(min=15), *events).measurement
    assert standing.value == values[-1]
    assert (standing.word == "breached") == bool(standing.breaches)
    for update in standing.observations:
        assert update.value is not None
        inside = [
            found
            for found in standing.breaches
            if found.since <= update.date and (found.until is None or update.date < found.until)
        ]
        beyond = update.value > 15 if cap else update.value < 15
        assert len(inside) == beyond
        if beyond:
            assert inside[0].peak >= update.value if cap else inside[0].peak <= update.value
    seen = {update.value for update in standing.observations}
    assert all(found.peak in seen for found in standing.breaches)
    assert all(found.until is None or found.since < found.until for found in standing.breaches)
    assert [found.until for found in standing.breaches[:-1]].count(None) == 0
