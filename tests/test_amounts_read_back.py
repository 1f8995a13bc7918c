"""Whatever the program prints for a value is read back; what could mean two things is refused with
both.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from conftest import SMALL
from hypothesis import given, settings
from hypothesis import strategies as st

from factsheet.amounts import parse_amount, scale_in
from factsheet.report import quantities as q

UNITS = (
    "USD",
    "KRW",
    "EUR",
    "JPY",
    "GBP",
    "원",
    "%",
    "% of GDP",
    "GW",
    "t",
    "m",
    "k",
    "people",
    "조 원",
)
NUMBERS = st.one_of(
    st.integers(-(10**17), 10**17).map(Decimal),
    st.decimals(min_value=-(10**9), max_value=10**9, places=4),
    st.integers(-999, 999).map(Decimal),
    st.tuples(st.integers(-999, 999), st.sampled_from((6, 9, 12))).map(
        lambda made: Decimal(made[0] * 10 ** made[1])
    ),
)


def read(printed: str, unit: str) -> Decimal:
    """The number that was printed; ambiguous are only units that are scales themselves."""
    return parse_amount(printed, unit)


def rounded(value: Decimal) -> Decimal:
    """What the short form keeps of a value."""
    return parse_amount(q.compact(value))


@settings(max_examples=300)
@given(value=NUMBERS, unit=st.sampled_from(UNITS))
def test_a_value_printed_in_full_with_its_unit_is_read_back(value: Decimal, unit: str) -> None:
    assert read(q.amount(value, unit, exact=True), unit) == value


@settings(max_examples=300)
@given(value=NUMBERS, unit=st.sampled_from(UNITS))
def test_a_value_printed_short_with_its_unit_is_read_back_as_rounded(
    value: Decimal, unit: str
) -> None:
    assert read(q.amount(value, unit), unit) == rounded(value)
    assert read(q.brief(value, unit), unit) == rounded(value)
    if unit not in ("t", "m", "k", "조 원", "billion USD"):  # by itself it could be either
        assert read(q.compact(value), unit) == rounded(value)
    assert abs(rounded(value) - value) <= abs(value) / 200


@settings(max_examples=100)
@given(value=NUMBERS, unit=st.sampled_from(UNITS))
def test_the_same_in_full_width_digits_and_with_a_true_minus_sign(
    value: Decimal, unit: str
) -> None:
    printed = q.amount(value, unit, exact=True)
    wide = printed.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    assert read(wide, unit) == value
    assert read(printed.replace("-", "−"), unit) == value
    assert read(f"  {printed}  ", unit) == value


@settings(max_examples=150)
@given(
    groups=st.tuples(st.integers(0, 9999), st.integers(0, 9999), st.integers(0, 9999)),
    rest=st.integers(0, 9999),
    gap=st.sampled_from(["", " "]),
    won=st.sampled_from(["", "원", " 원"]),
)
def test_compound_korean_amounts_add_up(
    groups: tuple[int, int, int], rest: int, gap: str, won: str
) -> None:
    value = sum(group * 10**zeros for group, zeros in zip(groups, (12, 8, 4), strict=True)) + rest
    words = [f"{group:,}{word}" for group, word in zip(groups, "조억만", strict=True) if group]
    words += [f"{rest:,}"] if rest or not words else []
    written = gap.join(words) + won
    for unit in ("KRW", "원"):
        assert parse_amount(written, unit) == value


@pytest.mark.parametrize(
    ("written", "unit", "value"),
    [
        ("1조 5000억원", "KRW", "1500000000000"),
        ("1조5천억", "KRW", "1500000000000"),
        ("5천억", "원", "500000000000"),
        ("1.5조원", "원", "1500000000000"),
        ("2만 8500", "people", "28500"),
        ("2만 8천5백", "people", "28500"),
        ("천억 원", "KRW", "100000000000"),
        ("350억 달러", "USD", "35000000000"),
        ("₩1.5tn", "KRW", "1500000000000"),
        ("-1조 원", "KRW", "-1000000000000"),
        ("-$5bn", "USD", "-5000000000"),
        ("$-5bn", "USD", "-5000000000"),
        ("−$5bn", "USD", "-5000000000"),
        ("€5bn", "EUR", "5000000000"),
        ("5bn EUR", "EUR", "5000000000"),
        ("5 billion euros", "EUR", "5000000000"),
        ("$25bn", "$", "25000000000"),
        ("US$25bn", "USD (2025)", "25000000000"),
        ("2.5 GW", "GW", "2.5"),
        ("2.5GW", "GW", "2.5"),
        ("2.5 gw", "GW", "2.5"),
        ("2.42% of GDP", "% of GDP", "2.42"),
        ("GDP의 3.5%", "% of GDP", "3.5"),
        ("2.42%", "% of GDP", "2.42"),
        ("5 t", "t", "5"),
        ("5bn t", "t", "5000000000"),
        ("5 million t", "t", "5000000"),
        ("2.4조 원", "조 원", "2.4"),
        ("5천억원", "억원", "5000"),
        ("103 aircraft", "aircraft", "103"),
        ("２.５％", "%", "2.5"),
    ],
)
def test_the_ways_in_which_people_write_it(written: str, unit: str, value: str) -> None:
    assert parse_amount(written, unit) == Decimal(value)


@pytest.mark.parametrize(
    ("written", "unit", "readings"),
    [
        ("5t", "t", ("5 t", "5 trillion t")),
        ("5m", "m", ("5 m", "5 million m")),
        ("2.5k", "k", ("2.5 k", "2.5 thousand k")),
        ("2,4bn", "USD", ("2.4bn", "24bn")),
        ("1,00", "USD", ("1.00", "100")),
        ("1,2345", "USD", ("1.2345", "12345")),
    ],
)
def test_what_could_mean_two_things_is_refused_with_both(
    written: str, unit: str, readings: tuple[str, str]
) -> None:
    with pytest.raises(ValueError, match="could be") as refused:
        parse_amount(written, unit)
    for reading in readings:
        assert reading in str(refused.value)


@pytest.mark.parametrize(
    ("written", "unit", "why"),
    [
        ("2.4bn", "billion USD", "the unit already says billion"),
        ("2.4m", "million people", "the unit already says million"),
        ("2400m", "billion USD", "e.g. 2.4 for 2.4 billion USD"),
        ("2.4bn", "USDbn", "the unit already says bn"),
        ("2.4bn", "$m", "e.g. 2400 for 2400 $m"),
        ("2.4bn", "US$ billions", "the unit already says billions"),
        ("2.4조", "조 원", "the unit already says 조 (조 원); write the number of them, e.g. 2.4"),
        ("1조 5000억", "조 원", "e.g. 1.5 for 1.5 조 원"),
        ("5천억", "억원", "e.g. 5000 for 5000 억원"),
        ("2.4bn", "백만 달러", "e.g. 2400 for 2400 백만 달러"),
        ("1.5조원", "USD", "is in KRW, but the measure is in USD"),
        ("$5", "원", "is in USD, but the measure is in 원"),
        ("5%", "GW", "is in %, but the measure is in GW"),
        ("5 GW", "%", "is not a number"),
        ("+1bn", "USD", "looks like an increment"),
        ("＋1bn", "USD", "looks like an increment"),
        ("$+1bn", "USD", "looks like an increment"),
        ("1억 5조", "KRW", "is not a number"),
        ("1조 2조", "KRW", "is not a number"),
        ("조", "KRW", "is not a number"),
        ("--5", "USD", "is not a number"),
        ("-$-5", "USD", "is not a number"),
    ],
)
def test_what_is_no_total_in_this_unit_is_refused_in_a_sentence(
    written: str, unit: str, why: str
) -> None:
    with pytest.raises(ValueError) as refused:
        parse_amount(written, unit)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("unit", "inside"),
    [
        ("billion USD", "billion"), ("US$ millions", "millions"), ("조 원", "조"), ("억원", "억"),
        ("만 명", "만"), ("조", "조"), ("KRW tn", "tn"), ("$m", "m"), ("bn", "bn"),
        ("USD", ""), ("원", ""), ("m", ""), ("t", ""), ("% of GDP", ""), ("조명", ""), ("조건", ""),
        ("백신", ""), ("명", ""), ("km", ""), ("t CO2", ""), ("USD per million people", "million"),
        ("won", ""), ("billionaires", ""), ("톤", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_unit_that_multiplies_is_told_from_one_that_does_not(unit: str, inside: str) -> None:
    assert scale_in(unit) == inside


def test_a_unit_with_a_korean_scale_is_a_warning(run: Any, small: Path) -> None:
    small.write_text(SMALL.replace('unit = "USD"', 'unit = "억 원"'), encoding="utf-8")
    told = run("validate", small, "--as-of", "2026-06-01").stdout
    assert "warning[scaled-unit] arms-purchases: the unit 억 원 holds the scale word 억" in told


@settings(max_examples=300)
@given(
    st.text("0123456789.,_-+$₩%조억만천백십원 bmnktGWusd€", max_size=14),
    st.sampled_from([*UNITS, None]),
)
def test_any_text_is_a_number_or_a_sentence(written: str, unit: str | None) -> None:
    try:
        value = parse_amount(written, unit)
    except ValueError as error:
        assert len(str(error)) > 20  # noqa: PT017  either is fine, silence is not
        return
    assert value.is_finite()
    assert not (value == 0 and value.is_signed())
    assert parse_amount(q.grouped(value), unit) == value


@pytest.mark.parametrize("korean", ["5조 2,000억", "5.2조", "오조"])
def test_the_help_shows_the_korean_form_too(run: Any, small: Path, korean: str) -> None:
    small.write_text(SMALL.replace('unit = "USD"', 'unit = "KRW"'), encoding="utf-8")
    result = run("update", "arms", "--value", korean, "--note", "x", "-f", small)
    if korean == "오조":
        assert result.exit_code == 2
        assert "1조 5000억원" in result.stderr
    else:
        assert "₩5.2tn of ₩25bn" in result.stdout


def test_what_list_prints_can_be_typed(run: Any, small: Path) -> None:
    """The value column of one command is what the next one reads."""
    printed = "$3.11bn"
    assert printed in run("list", "-f", small, "--as-of", "2026-06-01").stdout
    result = run("update", "arms", "--value", printed, "--note", "x", "-f", small)
    assert result.exit_code == 0, result.stderr
    assert "value = 3110000000" in small.read_text(encoding="utf-8")
