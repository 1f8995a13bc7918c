"""The shipped dataset, held to the facts that matter."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from decimal import Decimal
from functools import cache

import pytest
from conftest import SHIPPED

from factsheet.assess.snapshot import Assessment, Snapshot, assess
from factsheet.lint import doubts
from factsheet.measures import Amount, Level, Limit, Milestones, Sum
from factsheet.model import Commitment, Dataset, Update
from factsheet.source.load import load

TODAY = dt.date(2026, 11, 24)
HEADLINE = ("defense-spending", "arms-purchases", "investment", "tariffs", "submarines")


@cache
def dataset() -> Dataset:
    loaded = load(SHIPPED.read_text(encoding="utf-8"), today=TODAY)
    assert loaded.dataset, loaded.findings
    return loaded.dataset


def item(name: str) -> Commitment:
    return next(each for each in dataset().commitments if each.id == name)


@cache
def snapshot(date: str) -> Snapshot:
    return assess(dataset(), dt.date.fromisoformat(date))


def assessed(name: str, date: str = "2026-11-24") -> Assessment:
    return next(each for each in snapshot(date).items if each.commitment.id == name)


def on(name: str, date: str) -> list[Update]:
    """What stands about a commitment on a day, wherever the event is kept."""
    day = dt.date.fromisoformat(date)
    return [record for record in assessed(name).history if record.date == day]


def standing(name: str, date: str) -> tuple[str, str, str]:
    """Status, value and pace word, as the list shows them."""
    found = assessed(name, date)
    value = found.measurement.value
    return found.status, "" if value is None else f"{value:f}", found.measurement.word


def test_the_whole_document_is_there() -> None:
    commitments = dataset().commitments
    mou = [each for each in commitments if "mou" in each.tags and each.id.startswith("mou-")]
    assert len(mou) == 14
    # 63 distinct commitments and the two umbrellas.
    assert len(commitments) - len(mou) == 65
    assert tuple(each.id for each in commitments if each.headline) == HEADLINE
    assert {each.pillar for each in commitments} == {
        "security",
        "trade",
        "investment",
        "industry",
        "regional",
    }


def test_the_parts_add_up_to_350bn() -> None:
    whole = item("investment")
    assert isinstance(whole.measure, Sum)
    parts = {part: item(part).measure for part in whole.parts}
    targets = {
        part: measure.target for part, measure in parts.items() if isinstance(measure, Amount)
    }
    assert targets == {
        "investment-strategic": Decimal(200_000_000_000),
        "investment-shipbuilding": Decimal(150_000_000_000),
    }
    assert sum(targets.values()) == Decimal(350_000_000_000)
    # One stage is counted in both: an approved project is not a payment.
    assert {measure.counts for measure in parts.values() if isinstance(measure, Amount)} == {
        "disbursed"
    }


def test_the_yearly_ceiling_is_a_cap_not_a_target() -> None:
    measure = item("funding-cap").measure
    assert isinstance(measure, Limit)
    assert (measure.max, measure.window) == (Decimal(20_000_000_000), "calendar-year")
    assert standing("funding-cap", "2026-10-10") == ("in-effect", "2400000000", "within")


def test_tariffs_go_from_25_to_15() -> None:
    for name in ("tariffs", "reciprocal-tariff", "auto-tariff", "wood-tariff"):
        measure = item(name).measure
        assert isinstance(measure, Level)
        assert (measure.baseline, measure.target) == (25, 15)
    assert set(item("tariffs").parts) >= {"reciprocal-tariff", "auto-tariff", "wood-tariff"}


def test_defense_spending_follows_the_ministrys_path_not_the_texts() -> None:
    measure = item("defense-spending").measure
    assert isinstance(measure, Level)
    assert (measure.baseline, measure.target, measure.path_in_text) == (
        Decimal("2.32"),
        Decimal("3.5"),
        False,
    )
    assert {point.date.year: point.value for point in measure.path} == {
        2027: Decimal("2.54"),
        2029: Decimal("2.76"),
        2032: Decimal("3.12"),
    }
    assert item("defense-spending").due is None  # the text sets no year


def test_the_arms_purchases_are_25bn_by_2030() -> None:
    measure = item("arms-purchases").measure
    assert isinstance(measure, Amount)
    assert (measure.target, item("arms-purchases").due) == (
        Decimal(25_000_000_000),
        dt.date(2030, 12, 31),
    )


@pytest.mark.parametrize(
    ("name", "date", "words"),
    [
        ("tariffs", "2025-12-04", "Federal Register"),
        ("auto-tariff", "2025-12-04", "Federal Register"),
        ("tariffs", "2026-02-20", "Supreme Court"),
        ("reciprocal-tariff", "2026-02-20", "Supreme Court"),
        ("investment-strategic", "2026-03-12", "Special Act"),
        ("investment-strategic", "2026-10-01", "2.4 billion"),
    ],
)
def test_a_day_that_matters_is_recorded_with_a_source(name: str, date: str, words: str) -> None:
    found = [
        update for update in on(name, date) if words.casefold() in (update.note or "").casefold()
    ]
    assert found
    assert all(update.sources for update in found)


def test_the_rate_is_12_5_percent_from_24_july_2026() -> None:
    assert [update.value for update in on("reciprocal-tariff", "2026-07-24")] == [Decimal("12.5")]
    assert standing("reciprocal-tariff", "2026-07-23")[1] != "12.5"
    assert standing("reciprocal-tariff", "2026-07-24")[1] == "12.5"


def test_the_first_transfer_is_2_4bn_on_1_october_2026() -> None:
    assert standing("investment", "2026-09-30")[1] == "0"
    assert standing("investment", "2026-10-01")[1] == "2400000000"


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        (
            "2025-11-30",
            {
                "defense-spending": ("in-progress", "2.42", "slightly-behind"),
                "arms-purchases": ("in-progress", "", "no-data"),
                "investment": ("in-progress", "0", "no-deadline"),
                "tariffs": ("in-progress", "25", "no-deadline"),
                "submarines": ("in-progress", "1", "too-early"),
            },
        ),
        (
            "2026-03-01",
            {
                "defense-spending": ("in-progress", "2.42", "slightly-behind"),
                "arms-purchases": ("in-progress", "111800000", "too-early"),
                "investment": ("in-progress", "0", "no-deadline"),
                "tariffs": ("in-effect", "15", "done"),
                "submarines": ("in-progress", "1", "too-early"),
            },
        ),
        (
            "2026-10-10",
            {
                "defense-spending": ("in-progress", "2.42", "slightly-behind"),
                "arms-purchases": ("in-progress", "3111800000", "ahead"),
                "investment": ("in-progress", "2400000000", "no-deadline"),
                "tariffs": ("in-effect", "15", "done"),
                "submarines": ("in-progress", "3", "too-early"),
            },
        ),
    ],
)
def test_what_the_headline_terms_say_on_a_day(
    date: str, expected: dict[str, tuple[str, str, str]]
) -> None:
    assert {name: standing(name, date) for name in HEADLINE} == expected


def test_every_commitment_says_who_owes_it_how_firmly_and_where_to_read_it() -> None:
    for each in dataset().commitments:
        assert each.sources, each.id
        assert each.wording, each.id
        assert each.section, each.id
        assert assessed(each.id).history, each.id  # somebody looked


def test_every_status_but_no_evidence_has_a_source_and_every_source_a_kind() -> None:
    for each in dataset().commitments:
        for update in each.updates:
            assert update.sources or update.status in (None, "no-evidence"), (each.id, update.id)
            assert all(source.kind and source.publisher for source in update.sources), (
                each.id,
                update.id,
            )


def test_warnings_are_only_what_is_truly_so() -> None:
    found = Counter(
        finding.code for each in doubts.doubts(snapshot("2026-11-24")).values() for finding in each
    )
    assert set(found) <= {"stale", "disputed", "past-due", "late-milestone", "secondary-only"}
    assert (found["past-due"], found["late-milestone"], found["secondary-only"]) == (1, 2, 1)


def test_readings_stand_where_the_governments_differ() -> None:
    differing = [each.id for each in dataset().commitments if each.readings]
    assert len(differing) >= 20


def test_ids_are_short_and_records_stand_in_the_order_that_they_were_written() -> None:
    for each in dataset().commitments:
        assert len(each.id) <= 24
        written = [update.recorded for update in each.updates]
        assert written == sorted(written), each.id
        if isinstance(each.measure, Milestones):
            assert len(each.measure.steps) > 1


def test_the_file_is_in_the_form_that_the_program_writes() -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    assert text.startswith("#:schema ./commitments.schema.json\n")
    assert not re.search(r"[ \t]+$|\t|\r", text, re.MULTILINE)
