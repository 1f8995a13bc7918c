"""A published tracker's figures, reproduced.

PIIE on China's purchases under the phase one agreement of 2020.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from building import day, of

from factsheet.measures import Amount
from factsheet.model import Dataset
from factsheet.source.load import load

FILE = Path(__file__).parent / "data" / "piie-phase-one.toml"

PUBLISHED = {
    # item, the day of the report: percent of the year-to-date target and the end of the data, as
    # PIIE published them
    ("goods-2020-linear-cn", "2020-05-18"): (46, "2020-03-31"),
    ("goods-2020-linear-us", "2020-05-18"): (40, "2020-03-31"),
    ("goods-2020-linear-cn", "2020-06-29"): (45, "2020-04-30"),
    ("goods-2020-linear-us", "2020-06-29"): (43, "2020-04-30"),
    ("goods-2020-seasonal-cn", "2020-11-30"): (55, "2020-10-31"),
    ("goods-2020-seasonal-us", "2020-11-30"): (56, "2020-10-31"),
    ("goods-2020-seasonal-cn", "2021-02-08"): (58, "2020-12-31"),
    ("goods-2020-seasonal-us", "2021-02-08"): (59, "2020-12-31"),
    ("all-exports", "2022-02-08"): (57, "2021-12-31"),
}


@cache
def dataset() -> Dataset:
    loaded = load(FILE.read_text(encoding="utf-8"), today=dt.date(2026, 11, 24))
    assert loaded.dataset, loaded.findings
    return loaded.dataset


def percent(share: Decimal | None) -> int:
    assert share is not None
    return int((share * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


@pytest.mark.parametrize(("item", "as_of"), PUBLISHED)
def test_the_published_percentages(item: str, as_of: str) -> None:
    published, through = PUBLISHED[item, as_of]
    standing = of(dataset(), item, as_of).measurement
    assert (percent(standing.pace), standing.through) == (published, day(through))
    # At the end of the term everything is expected, and pace and progress are one.
    if through.endswith("12-31"):
        assert standing.pace == standing.progress
    assert standing.word == ("behind" if published < 60 else "slightly-behind")
    # The same figure whenever it is asked for before the next one, never less with time.
    assert (
        of(dataset(), item, as_of).measurement
        == of(dataset(), item, str(day(as_of) + dt.timedelta(days=10))).measurement
    )


def straight(item: str) -> Dataset:
    """The dataset with a straight line in the place of PIIE's months."""

    def line(measure: Any) -> Any:
        assert isinstance(measure, Amount)
        return replace(measure, path=())

    terms = dataset().commitments
    return replace(
        dataset(),
        commitments=tuple(
            replace(t, measure=line(t.measure)) if t.id == item else t for t in terms
        ),
    )


@pytest.mark.parametrize(("item", "as_of"), [key for key in PUBLISHED if "linear" in key[0]])
def test_days_instead_of_months_move_it_by_no_more_than_a_point(item: str, as_of: str) -> None:
    """PIIE counts three of twelve months for a quarter, a line by days 91 of 366."""
    assert (
        abs(percent(of(straight(item), item, as_of).measurement.pace) - PUBLISHED[item, as_of][0])
        <= 1
    )


def test_what_a_straight_line_gets_wrong() -> None:
    """By the seasonal profile some seven billion less were due by October 2020 than on the line."""
    seasonal = of(dataset(), "goods-2020-seasonal-cn", "2020-11-30").measurement.expected_value
    linear = of(
        straight("goods-2020-seasonal-cn"), "goods-2020-seasonal-cn", "2020-11-30"
    ).measurement.expected_value
    assert seasonal == 137_300_000_000
    assert linear == 173_100_000_000 * Decimal(305) / 366 == 144_250_000_000
    assert linear - seasonal == 6_950_000_000


def test_the_file_is_clean_and_the_program_says_the_same(run: Any) -> None:
    # Written years ago and silent since: all of it is closed, but for the two series that PIIE
    # replaced.
    found = json.loads(run("validate", FILE, "--format", "json").stdout)["findings"]
    assert {(each["item"], each["code"]) for each in found} == {
        (f"goods-2020-linear-{side}", code)
        for side in ("cn", "us")
        for code in ("stale", "past-due")
    }
    rows = json.loads(run("list", "-f", FILE, "--as-of", "2022-02-08", "--format", "json").stdout)[
        "commitments"
    ]
    (row,) = [row for row in rows if row["id"] == "all-exports"]
    assert (row["progress"], row["pace"], row["value"], row["value_through"]) == (
        0.5748,
        0.5748,
        "288800000000",
        "2021-12-31",
    )
    text = run("show", "all-exports", "-f", FILE, "--as-of", "2022-02-08").stdout
    assert "57% (" not in text
    assert "progress:    57%" in text
    assert "on the path in the text" in text
    assert (
        "the text sets no interim target"
        in run("show", "goods-2020-seasonal-cn", "-f", FILE, "--as-of", "2020-12-01").stdout
    )
