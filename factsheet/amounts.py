"""Numbers as people write them (``2.4bn``, ``$350 billion``, ``1조 5000억원``), read exactly.

All that the program prints for a value is read back, with its unit and its currency sign; what
could mean two things is refused with both readings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from factsheet.vocabulary import LARGEST

_SCALES: Final[dict[str, int]] = {
    "k": 3,
    "thousand": 3,
    "m": 6,
    "mn": 6,
    "mln": 6,
    "million": 6,
    "b": 9,
    "bn": 9,
    "bln": 9,
    "billion": 9,
    "t": 12,
    "tn": 12,
    "trn": 12,
    "trillion": 12,
}
_SMALL: Final = {"십": 1, "백": 2, "천": 3}
_BIG: Final = {"만": 4, "억": 8, "조": 12}
_CURRENCIES: Final[dict[str, str]] = {
    "$": "USD",
    "us$": "USD",
    "usd": "USD",
    "dollar": "USD",
    "dollars": "USD",
    "달러": "USD",
    "₩": "KRW",
    "krw": "KRW",
    "won": "KRW",
    "원": "KRW",
    "€": "EUR",
    "eur": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "유로": "EUR",
    "¥": "JPY",
    "jpy": "JPY",
    "yen": "JPY",
    "엔": "JPY",
    "£": "GBP",
    "gbp": "GBP",
    "pounds": "GBP",
}
_SIGN = "|".join(re.escape(sign) for sign in sorted(_CURRENCIES, key=len, reverse=True))
_DIGITS = r"(?:[0-9]{1,3}(?:[,_][0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)"
_AMOUNT = re.compile(
    rf"(?P<minus>-?)\s*(?P<before>{_SIGN})?\s*(?P<again>-?)\s*"
    rf"(?P<number>{_DIGITS})\s*(?P<scale>[a-z]+)?\s*(?P<after>{_SIGN}|%)?",
    re.IGNORECASE,
)
_KOREAN = re.compile(
    rf"(?P<minus>-?)\s*(?P<before>{_SIGN})?\s*(?P<again>-?)\s*"
    rf"(?P<number>(?:{_DIGITS}?\s*[십백천만억조]\s*)+(?:{_DIGITS})?)\s*(?P<after>{_SIGN})?",
    re.IGNORECASE,
)
_SCALED = re.compile(
    rf"(?<![^\W\d_])({_SIGN})?\s*"
    rf"({'|'.join(sorted(_SCALES, key=len, reverse=True))}|(?:thousand|million|billion|trillion)s)"
    r"(?![^\W\d_])",
    re.IGNORECASE,
)
_SCALED_KOREAN = re.compile(
    r"(?<![가-힣])([십백천]?)([만억조]?)(?<=[십백천만억조])"
    r"(?:\s*(?:원|달러|유로|엔)|(?:\s+|(?<=[십백천만]))(?:명|톤))?(?![가-힣])"
)
_TERM = re.compile(rf"({_DIGITS})?\s*([십백천])?\s*([만억조])?\s*")
_HANGUL_SHARE = re.compile(r"^[가-힣A-Za-z()]+의\s*(?=[-0-9].*%$)")


def parse_amount(text: str, unit: str | None = None) -> Decimal:
    """The number that ``text`` means, in units of ``unit``.

    Raises ``ValueError`` with a sentence where it is no number, could be two, looks like an
    increment, or carries another unit than ``unit``.
    """
    cleaned = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    if re.match(rf"(?:{_SIGN})?\s*\+", cleaned, re.IGNORECASE):
        raise ValueError(
            f"{text!r} looks like an increment; a value is the total so far, so add it up first"
        )
    body = _without_unit(cleaned, unit, text)
    match = _AMOUNT.fullmatch(body)
    exponent = 0
    if match is not None:
        scale, after = (match["scale"] or "").casefold(), match["after"] or ""
        if scale in _CURRENCIES:
            scale, after = "", after or scale
        if scale and scale not in _SCALES:
            raise ValueError(_help(text, cleaned))
        number, exponent = _decimal(match["number"]), _SCALES.get(scale, 0)
        if scale and body == cleaned:
            _require_plain_unit(number.scaleb(exponent), unit, text)
    else:
        match = _KOREAN.fullmatch(body)
        if match is None:
            raise ValueError(_help(text, cleaned))
        number, after = _korean(match["number"], text, cleaned), match["after"] or ""
        if body == cleaned:
            _require_plain_unit(number, unit, text)
    if match["minus"] and match["again"]:
        raise ValueError(_help(text, cleaned))
    for sign in (match["before"] or "", after):
        _require_currency(sign.casefold(), unit, text)
    if number.adjusted() + exponent >= LARGEST.adjusted() or len(number.as_tuple().digits) > 27:
        raise ValueError(f"{text!r:.60} is too large or too long; numbers stay below 10^18")
    value = number.scaleb(exponent) * (-1 if match["minus"] or match["again"] else 1)
    whole = value == value.to_integral_value()
    return value.quantize(Decimal(1)) + 0 if whole else value.normalize()


def scale_in(unit: str | None) -> str:
    """The word in a unit that multiplies it: ``billion`` of ``billion USD``; may be empty."""
    return next(_scales_of(unit), ("", 0))[0]


def _scales_of(unit: str | None) -> Iterator[tuple[str, int]]:
    """The words in a unit that multiply it, each with its zeros.

    A single letter is a unit like any other unless a currency stands before it.
    """
    for sign, word in _SCALED.findall(unit or ""):
        if sign or len(word) > 1:
            yield word, _SCALES[word.casefold().removesuffix("s")]
    for small, big in _SCALED_KOREAN.findall(unit or ""):
        yield small + big, _SMALL.get(small, 0) + _BIG.get(big, 0)


def _decimal(digits: str) -> Decimal:
    return Decimal(digits.replace(",", "").replace("_", ""))


def _without_unit(text: str, unit: str | None, given: str) -> str:
    """The text without the measure's own unit behind it, as the program prints it."""
    if not unit:
        return text
    name = unicodedata.normalize("NFKC", unit).strip()
    if name.startswith("%"):
        text = _HANGUL_SHARE.sub("", text)
    if name.casefold() in _CURRENCIES or not text.casefold().endswith(name.casefold()):
        return text
    body = text[: -len(name)]
    if not body.rstrip() or not re.search(r"[0-9a-z조억만천]\s*$", body, re.IGNORECASE):
        return text
    if name.casefold() in _SCALES and not body.endswith(" ") and body[-1:].isdigit():
        long = next(
            word
            for word, zeros in _SCALES.items()
            if zeros == _SCALES[name.casefold()] and len(word) > 3
        )
        raise ValueError(
            f"{given!r} could be {body} {name} or {body} {long} {name}; "
            f"write {body} or {body} {long}"
        )
    return body.rstrip()


def _require_plain_unit(value: Decimal, unit: str | None, text: str) -> None:
    """Refuse a scale before a unit that has one: it would count twice.

    ``value`` is what the text means by itself. With the whole unit written behind it, as the
    program prints it, nothing is left to doubt: 5천 of ``5천억원`` in 억원.
    """
    for inside, zeros in _scales_of(unit):
        number = f"{value.scaleb(-zeros).normalize():f}"
        raise ValueError(
            f"{text!r}: the unit already says {inside} ({unit}); write the number of them, "
            f"e.g. {number} for {number} {unit}"
        )


def _require_currency(sign: str, unit: str | None, text: str) -> None:
    if not sign or not unit:
        return
    if sign == "%":
        if not unit.startswith("%"):
            raise ValueError(f"{text!r} is in %, but the measure is in {unit}; give it in {unit}")
        return
    named = _CURRENCIES[sign]
    if named not in _currencies_of(unit):
        raise ValueError(
            f"{text!r} is in {named}, but the measure is in {unit}; give the number in {unit}"
        )


def _currencies_of(unit: str) -> Iterator[str]:
    """The currencies that a unit names, by code, sign or word."""
    for word in re.findall(rf"{_SIGN}|[^\W\d_]+", unit, re.IGNORECASE):
        if found := _CURRENCIES.get(word.casefold()):
            yield found


def _korean(text: str, given: str, cleaned: str) -> Decimal:
    """``1조 5000억``, ``5천억``, ``2만 8500``: groups of falling size, added up."""
    total, group = Decimal(0), Decimal(0)
    last, small = 99, 9
    position = 0
    while position < len(text):
        term = _TERM.match(text, position)
        if term is None or not term.group():
            raise ValueError(_help(given, cleaned))
        digits, little, big = term.groups()
        if digits or little:
            size = _SMALL[little] if little else 0
            if size >= small:
                raise ValueError(_help(given, cleaned))
            small = size
            group += (_decimal(digits) if digits else Decimal(1)).scaleb(size)
        if big:
            if _BIG[big] >= last or not group:
                raise ValueError(_help(given, cleaned))
            total, last = total + group.scaleb(_BIG[big]), _BIG[big]
            group, small = Decimal(0), 9
        position = term.end()
    return total + group


def _help(text: str, cleaned: str) -> str:
    if comma := re.fullmatch(r"(.*?[0-9]+),([0-9]{1,2}|[0-9]{4,})([^0-9].*)?", cleaned):
        head, tail, rest = comma[1], comma[2], comma[3] or ""
        return (
            f"{text!r:.60} could be {head}.{tail}{rest} or {head}{tail}{rest}; "
            "write one of them, with a point before decimals"
        )
    return (
        f"{text!r:.60} is not a number; write it like 2400000000, 2,400,000,000, 2.4bn, "
        "2.4 billion, 2.54%, 5천억 or 1조 5000억원"
    )
