"""How Korean spells dates, numbers and the particles that depend on the sound before them."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

from factsheet.inert import one_line

_CURRENCY: Final = {"USD": "달러", "KRW": "원", "EUR": "유로", "JPY": "엔"}
_SCALES: Final = ((12, "조"), (8, "억"), (4, "만"))
_WIDE: Final = Context(prec=60)
_PAIRS: Final = {
    "을/를": ("을", "를"),
    "이/가": ("이", "가"),
    "은/는": ("은", "는"),
    "과/와": ("과", "와"),
    "으로/로": ("으로", "로"),
}
_DIGITS: Final = "영일이삼사오육칠팔구"
_LETTERS: Final = {"l": "엘", "m": "엠", "n": "엔", "r": "알"}
"""How the names of letters sound that end in a consonant; all others end in a vowel."""
_SIGNS: Final = {"%": "트", "$": "러", "₩": "원"}
_SLOT: Final = re.compile(r"\{(\w+)\}(?:\[([^\]]+)\])?")
_BRACKETS: Final = re.compile(r"\s*\([^()]*\)$")
_DAY: Final = re.compile(r"\d{4}\. \d{1,2}\. \d{1,2}\.$")


class Korean:
    """The manner of Korean."""

    def date(self, day: dt.date) -> str:
        """A day as ``2026. 10. 10.`` has it."""
        return f"{day.year}. {day.month}. {day.day}."

    def month(self, day: dt.date) -> str:
        """The month of a day as ``2026. 10.`` has it."""
        return f"{day.year}. {day.month}."

    def amount(self, value: Decimal, unit: str | None, *, exact: bool) -> str:
        """``3,500억 달러``, ``1.5조원``, ``국내총생산의 2.42%``, ``103대``.

        Won stand close to their number, and so does whatever follows a digit.
        """
        number = self.number(value, exact=exact)
        unit = _CURRENCY.get(unit or "") or one_line(unit or "")
        if not unit:
            return number
        before, sign, after = unit.partition("%")
        if sign:
            return f"{before}{number}%{after}"
        close = unit == "원" or (number[-1].isdigit() and not unit[0].isascii())
        return f"{number}{unit}" if close else f"{number} {unit}"

    def number(self, value: Decimal, *, exact: bool) -> str:
        """From ten thousand up in 만, 억 and 조.

        Not ``exact``, with three significant digits from a million up.
        """
        if exact or value.adjusted() < 6:
            return _spelled(value)
        place = Decimal(1).scaleb(value.adjusted() - 2)
        rounded = value.quantize(place, rounding=ROUND_HALF_EVEN, context=_WIDE)
        exponent, scale = next(each for each in _SCALES if rounded.adjusted() >= each[0])
        return f"{_grouped(rounded.scaleb(-exponent))}{scale}"

    def filled(self, template: str, values: dict[str, str]) -> str:
        """``{date}[으로/로]`` is the date with the particle that its last sound asks for."""

        def fill(slot: re.Match[str]) -> str:
            value = values[slot[1]]
            return value + particle(value, slot[2]) if slot[2] else value

        return _SLOT.sub(fill, template)


def particle(word: str, pair: str) -> str:
    """Which particle of a pair such as ``을/를`` goes with a word, by its last sound.

    Numbers and Latin letters count as they are read; what stands in brackets is not.
    """
    closed, open_ = _PAIRS[pair]
    last = _last_sound(word)
    final = (ord(last) - ord("가")) % 28 if last else 0
    # ㄹ is the eighth final consonant: 서울로, 1로.
    return open_ if not final or (pair == "으로/로" and final == 8) else closed


def _last_sound(word: str) -> str:
    """The last syllable of a word as it is read; empty where nothing of it is."""
    word = _BRACKETS.sub("", word)
    if _DAY.search(word):
        return "일"
    for at in range(len(word) - 1, -1, -1):
        letter = word[at]
        if "가" <= letter <= "힣":
            return letter
        if letter in _SIGNS:
            return _SIGNS[letter]
        if letter.isdecimal() and letter.isascii():
            return _digit(word, at)
        if letter.isascii() and letter.isalpha():
            return _latin(word, at)
    return ""


def _digit(word: str, at: int) -> str:
    """The last digit, or the unit that a round number ends in: 10 십, 100 백."""
    number = re.search(r"(?<![\dA-Za-z.])[1-9][\d,]*(0+)$", word[: at + 1])
    if number is None:
        return _DIGITS[int(word[at])]
    digits = number[0].replace(",", "")
    zeros = len(digits) - len(digits.rstrip("0"))
    if zeros < 4:
        return "십백천"[zeros - 1]
    return "만" if zeros < 8 else "억" if zeros < 12 else "조"


def _latin(word: str, at: int) -> str:
    """The last letter by its name in ``LNG`` and ``4f9b``; in a word ng, l, m and n close it."""
    before = word[at - 1] if at else ""
    letter = word[at].lower()
    if before.islower() and word[at].islower():
        if word[: at + 1].endswith("ng"):
            return "응"
        return {"l": "을", "m": "음", "n": "은"}.get(letter, "이")
    return _LETTERS.get(letter, "이")


def _spelled(value: Decimal) -> str:
    """Every digit: ``31억 1,180만``, ``2만 8,500``, ``2.42``."""
    whole, _, decimals = f"{abs(value):f}".partition(".")
    left, parts = int(whole), []
    for exponent, scale in _SCALES:
        count, left = divmod(left, 10**exponent)
        if count:
            parts.append(f"{count:,}{scale}")
    decimals = decimals.rstrip("0")
    if left or decimals or not parts:
        parts.append(f"{left:,}" + (f".{decimals}" if decimals else ""))
    return ("-" if value < 0 else "") + " ".join(parts)


def _grouped(value: Decimal) -> str:
    digits = f"{value:,f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
