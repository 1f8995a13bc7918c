"""How Korean spells amounts and dates, and the particles that depend on the sound before them."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factsheet.report import quantities as q
from factsheet.report import speech
from factsheet.report import words as t
from factsheet.report.korean import Korean, particle


@pytest.mark.parametrize(
    ("value", "unit", "short", "exact"),
    [
        ("350000000000", "USD", "3,500억 달러", "3,500억 달러"),
        ("2400000000", "USD", "24억 달러", "24억 달러"),
        ("3111800000", "USD", "31.1억 달러", "31억 1,180만 달러"),
        ("1500000000000", "KRW", "1.5조원", "1조 5,000억원"),
        ("65864200000000", "KRW", "65.9조원", "65조 8,642억원"),
        ("999999999999", "USD", "1조 달러", "9,999억 9,999만 9,999달러"),
        ("12345678", "KRW", "1,230만원", "1,234만 5,678원"),
        ("-2400000000", "USD", "-24억 달러", "-24억 달러"),
        ("0", "USD", "0달러", "0달러"),
        ("2.42", "국내총생산의 %", "국내총생산의 2.42%", "국내총생산의 2.42%"),
        ("12.50", "%", "12.5%", "12.5%"),
        ("103", "대", "103대", "103대"),
        ("28500", "명", "2만 8,500명", "2만 8,500명"),
        ("50000", "대", "5만 대", "5만 대"),
        ("5", "GW", "5 GW", "5 GW"),
        ("0.5", None, "0.5", "0.5"),
    ],
)
def test_amounts_in_korean(value: str, unit: str | None, short: str, exact: str) -> None:
    said = (Korean().amount(Decimal(value), unit, exact=each) for each in (False, True))
    assert [*said] == [short, exact]


@pytest.mark.parametrize(
    ("word", "object_", "subject", "topic", "by"),
    [
        ("한국", "을", "이", "은", "으로"),
        ("미국 정부", "를", "가", "는", "로"),
        ("서울", "을", "이", "은", "로"),
        ("국내총생산(GDP)", "을", "이", "은", "으로"),
        ("15%", "를", "가", "는", "로"),
        ("2026. 10. 10.", "을", "이", "은", "로"),
        ("2026. 10. 1.", "을", "이", "은", "로"),
        ("1.5", "를", "가", "는", "로"),
        ("100", "을", "이", "은", "으로"),
        ("4f9b0007", "을", "이", "은", "로"),
        ("9b1c04ee", "를", "가", "는", "로"),
        ("LNG", "를", "가", "는", "로"),
        ("SCM", "을", "이", "은", "으로"),
        ("MASGA", "를", "가", "는", "로"),
        ("KORUS-plan", "을", "이", "은", "으로"),
        ("3,500억 달러", "를", "가", "는", "로"),
        ("", "를", "가", "는", "로"),
    ],
)
def test_particles_follow_the_last_sound(
    word: str, object_: str, subject: str, topic: str, by: str
) -> None:
    pairs = ("을/를", "이/가", "은/는", "으로/로")
    assert [particle(word, pair) for pair in pairs] == [object_, subject, topic, by]


def test_a_template_asks_for_the_particle_of_what_it_is_filled_with() -> None:
    korean = Korean()
    assert korean.filled("기록 {id}[을/를] 취소", {"id": "00000007"}) == "기록 00000007을 취소"
    assert korean.filled("기록 {id}[을/를] 취소", {"id": "{id}[을/를]"}).startswith(
        "기록 {id}[을/를]"
    )


@pytest.mark.parametrize(
    ("share", "said", "korean"),
    [
        ("0.12", "≥12%", "12% 이상"),
        ("0.00199", "≥0.1%", "0.1% 이상"),
        ("0.0009", ">0%", "0% 초과"),
        ("0", "≥0%", "0% 이상"),
    ],
)
def test_a_lower_bound_says_no_less_than_nothing(share: str, said: str, korean: str) -> None:
    assert q.at_least(Decimal(share)) == said
    with speech.use("ko"):
        assert q.at_least(Decimal(share)) == korean


def test_a_date_ends_its_sentence_once_and_a_sentence_keeps_its_distance() -> None:
    with speech.use("ko"):
        assert t.ended(f"기준일 {t.date(dt.date(2026, 1, 2))}") == "기준일 2026. 1. 2."
        assert t.noted("요약 자료로 확인했다.", "관련 항목") == "요약 자료로 확인했다. (관련 항목)"
        assert t.noted("기한 2026. 1. 2.", "15일 뒤") == "기한 2026. 1. 2.(15일 뒤)"
        assert q.rate(Decimal("0.123"), "국내총생산의 %") == "국내총생산의 0.12%p"
    assert t.ended("As of 2026-01-02") == "As of 2026-01-02."
    assert q.rate(Decimal("0.123"), "% of GDP") == "0.12% of GDP"


@given(st.text(), st.sampled_from(["을/를", "이/가", "은/는", "과/와", "으로/로"]))
def test_every_word_has_a_particle(word: str, pair: str) -> None:
    assert particle(word, pair) in pair.split("/")


@given(
    st.decimals(-(10**18), 10**18, places=4, allow_nan=False),
    st.sampled_from([None, "USD", "KRW", "%", "% of GDP", "국내총생산의 %", "대", "GW", " "]),
)
def test_an_exact_amount_in_korean_reads_back(value: Decimal, unit: str | None) -> None:
    korean = Korean()
    short, said = (korean.number(value, exact=each) for each in (False, True))
    scales = {"조": 12, "억": 8, "만": 4}

    def read(text: str) -> Decimal:
        parts = re.findall(r"([\d,.]+)([조억만]?)", text)
        total = sum(
            Decimal(number.replace(",", "")).scaleb(scales.get(scale, 0)) for number, scale in parts
        )
        return -total if text.startswith("-") else Decimal(total)

    assert read(said) == value
    assert abs(read(short) - value) <= abs(value) / 199
    assert said in korean.amount(value, unit, exact=True)
