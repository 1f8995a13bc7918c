"""Numbers as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factsheet.amounts import parse_amount
from factsheet.report import quantities as q


@pytest.mark.parametrize(
    ("written", "unit", "value"),
    [
        ("2.4bn", "USD", "2400000000"),
        ("$350 billion", "USD", "350000000000"),
        ("US$25bn", "USD", "25000000000"),
        ("USD 1.5tn", "USD", "1500000000000"),
        ("2.54%", "% of GDP", "2.54"),
        ("15", "%", "15"),
        ("3,111,800,000", "USD", "3111800000"),
        ("3_111_800_000", "USD", "3111800000"),
        ("65.8642조", "KRW", "65864200000000"),
        ("65.8642조 원", "KRW", "65864200000000"),
        ("100억원", "KRW", "10000000000"),
        ("1조 5000억원", "KRW", "1500000000000"),
        ("1조 5천억 원", "KRW", "1500000000000"),
        ("5천억", "KRW", "500000000000"),
        ("2만 8천500", "people", "28500"),
        ("1.5조원", "원", "1500000000000"),
        ("$25bn", "$", "25000000000"),
        ("€5bn", "EUR", "5000000000"),
        ("5bn EUR", "EUR", "5000000000"),
        ("2.5 GW", "GW", "2.5"),
        ("5 t", "t", "5"),
        ("5t", "USD", "5000000000000"),
        ("5 won", "KRW", "5"),
        ("103", "aircraft", "103"),
        ("30억 달러", "USD", "3000000000"),
        ("30억달러", "USD", "3000000000"),
        ("３bn", "USD", "3000000000"),
        ("3\u00a0billion", "USD", "3000000000"),
        ("-0.5", "%", "-0.5"),
        ("−0.5%", "%", "-0.5"),
        ("0", None, "0"),
        ("111.8 million dollars", "USD", "111800000"),
    ],
)
def test_read_exactly(written: str, unit: str | None, value: str) -> None:
    assert parse_amount(written, unit) == Decimal(value)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "about 5",
        "5 bananas",
        "1조 5조",
        "5천 2백억 억",
        "조",
        "1e9",
        "nan",
        "inf",
        "--5",
        "$",
        "2.4.1",
        "٣",
        "5bn5",
    ],
)
def test_refused(written: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        parse_amount(written, "USD")


@pytest.mark.parametrize(
    ("written", "unit", "readings"),
    [
        ("2,4bn", "USD", "2.4bn or 24bn"),
        ("1,00", "USD", "1.00 or 100"),
        ("5t", "t", "5 t or 5 trillion t"),
        ("5m", "m", "5 m or 5 million m"),
    ],
)
def test_what_could_be_two_numbers_is_refused_with_both(
    written: str, unit: str, readings: str
) -> None:
    with pytest.raises(ValueError, match=f"could be {readings}"):
        parse_amount(written, unit)


@pytest.mark.parametrize("written", ["+1bn", "＋1bn", "$+1bn", "+5천억"])
def test_an_increment_is_no_total(written: str) -> None:
    with pytest.raises(ValueError, match="looks like an increment"):
        parse_amount(written, "USD")


def test_a_scale_is_not_counted_twice() -> None:
    with pytest.raises(ValueError, match="the unit already says billion"):
        parse_amount("2.4bn", "billion USD")
    assert parse_amount("2.4", "billion USD") == Decimal("2.4")


@pytest.mark.parametrize(
    ("written", "unit"),
    [("15%", "USD"), ("$5", "KRW"), ("5 won", "USD"), ("$5", "% of GDP"), ("5 dollars", "KRW")],
)
def test_a_sign_of_another_unit_is_refused(written: str, unit: str) -> None:
    with pytest.raises(ValueError, match="but the measure is in"):
        parse_amount(written, unit)


@given(st.decimals(min_value=-(10**15), max_value=10**15, places=4))
def test_what_is_printed_in_full_is_read_back(value: Decimal) -> None:
    assert parse_amount(q.grouped(value)) == value
    assert parse_amount(q.plain_number(value)) == value


@given(st.decimals(min_value=0, max_value=10**17, places=2))
def test_the_short_form_is_within_half_a_percent(value: Decimal) -> None:
    short = parse_amount(q.compact(value))
    assert abs(short - value) <= value / 200


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        ("0", "0%"),
        ("0.004", "0.4%"),
        ("0.0001", "<0.1%"),
        ("0.996", "99.6%"),
        ("0.9999", "99.9%"),
        ("1", "100%"),
        ("-0.25", "-25%"),
        ("1.25", "125%"),
    ],
)
def test_percentages_never_round_up_to_done(share: str, shown: str) -> None:
    assert q.percent(Decimal(share)) == shown
