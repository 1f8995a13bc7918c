"""Text in a drawing, where no browser breaks its lines: how wide it is, where to break or cut it.

Widths are estimates that lean to the wide side, for any sans-serif letter; no font is opened.
"""

from __future__ import annotations

import unicodedata
from typing import Final

ELLIPSIS: Final = "…"
_THIN: Final = frozenset("iljtfrI.,:;'’|!()[]/ ")
_BROAD: Final = frozenset("mwMW@%—…&")


def _thousandths(character: str) -> int:
    """The width of a character in thousandths of the size of its font."""
    if unicodedata.combining(character):
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return 1000
    if character in _THIN:
        return 320
    if character in _BROAD:
        return 900
    return 640 if character.isupper() or character.isdigit() else 550


def width(text: str, size: int) -> int:
    """How many pixels a line takes in letters of ``size`` pixels."""
    return sum(map(_thousandths, text)) * size // 1000


def cut(text: str, room: int, size: int) -> str:
    """The text, or its beginning with an ellipsis where it needs more than ``room`` pixels."""
    if width(text, size) <= room:
        return text
    kept = ""
    for character in text:
        if width(kept + character + ELLIPSIS, size) > room:
            break
        kept += character
    return kept.rstrip() + ELLIPSIS


def wrap(text: str, room: int, size: int, lines: int) -> list[str]:
    """The text on at most so many lines, broken between words; the last ends in an ellipsis where
    not all has room. A word that is wider than a line is broken too.
    """
    found: list[str] = []
    rest = text
    while rest and len(found) < lines - 1:
        head = _line(rest, room, size)
        found.append(head.rstrip())
        rest = rest[len(head) :].lstrip()
    return [*found, cut(rest, room, size)] if rest else found


def _line(text: str, room: int, size: int) -> str:
    """As much of the beginning of the text as has room on a line."""
    taken = used = 0
    for character in text:
        used += _thousandths(character)
        if used * size > room * 1000 and taken:
            break
        taken += 1
    else:
        return text
    space = text.rfind(" ", 0, taken + 1)
    return text[:space] if space > 0 else text[:taken]
