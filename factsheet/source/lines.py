"""The three-way merge of lines, as git does it, and of the entries of one event."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Final, NamedTuple

OURS: Final = "<<<<<<< ours\n"
MIDDLE: Final = "=======\n"
THEIRS: Final = ">>>>>>> theirs\n"


def three_way(base: str, ours: str, theirs: str) -> tuple[str, bool]:
    """The side that changed, or both merged by lines, and whether that left conflict markers."""
    if ours in (base, theirs):
        return theirs, False
    return (ours, False) if theirs == base else merge_lines(base, ours, theirs)


def merge_lines(base: str, ours: str, theirs: str) -> tuple[str, bool]:
    """The classic three-way merge of lines, and whether it left conflict markers.

    Every text ends with a newline or is empty.
    """
    old, left, right = (re.findall(r"[^\n]*\n|[^\n]+", text) for text in (base, ours, theirs))
    # Comparing takes long in long texts, and what two people change is short: what all three share
    # at both ends is set aside.
    head = _alike(zip(old, left, right, strict=False))
    tail = _alike(zip(old[head:][::-1], left[head:][::-1], right[head:][::-1], strict=False))
    out, rest = old[:head], old[len(old) - tail :]
    old, left, right = (lines[head : len(lines) - tail] for lines in (old, left, right))
    torn = False
    at = left_at = right_at = 0
    for start, left_start, right_start, size in _shared(old, left, right):
        torn |= _resolve(old[at:start], left[left_at:left_start], right[right_at:right_start], out)
        out += old[start : start + size]
        at, left_at, right_at = start + size, left_start + size, right_start + size
    return "".join(out + rest), torn


def _alike(rows: Iterable[tuple[str, ...]]) -> int:
    """How many of the first rows hold one line, repeated."""
    return sum(1 for _ in takewhile(lambda row: len(set(row)) == 1, rows))


def _resolve(old: list[str], left: list[str], right: list[str], out: list[str]) -> bool:
    if left in (old, right):
        out += right
        return False
    if right == old:
        out += left
        return False
    # What both sides put between two headers may as well begin with the first of them as end with
    # the second.
    behind: list[str] = []
    if not old and out and _is_header(out[-1]) and left[-1:] == right[-1:] == [out[-1]]:
        behind = [out.pop()]
        left, right = [behind[0], *left[:-1]], [behind[0], *right[:-1]]
    # Lines that both sides agree on stay outside the markers, but for the header of a table: what
    # is kept of both needs one each.
    head = _alike(zip(left, right, strict=False))
    while head and (_is_header(left[head - 1]) or not left[head - 1].strip()):
        head -= 1
    tail = _alike(zip(left[head:][::-1], right[head:][::-1], strict=False))
    ends = len(left) - tail, len(right) - tail
    out += [
        *left[:head],
        OURS,
        *left[head : ends[0]],
        MIDDLE,
        *right[head : ends[1]],
        THEIRS,
        *left[ends[0] :],
        *behind,
    ]
    return True


def _is_header(line: str) -> bool:
    return line.lstrip().startswith("[")


def _shared(old: list[str], left: list[str], right: list[str]) -> list[tuple[int, int, int, int]]:
    """Runs of lines that all three have: offsets in each and length; an empty run marks the end."""
    # Passing over common lines is a guess that only a long text is worth.
    ours, theirs = (
        SequenceMatcher(None, old, side, autojunk=len(old) > 2_000).get_matching_blocks()
        for side in (left, right)
    )
    runs = []
    first = second = 0
    while first < len(ours) and second < len(theirs):
        mine, other = ours[first], theirs[second]
        start = max(mine.a, other.a)
        end = min(mine.a + mine.size, other.a + other.size)
        if start < end:
            runs.append((start, mine.b + start - mine.a, other.b + start - other.a, end - start))
        if mine.a + mine.size < other.a + other.size:
            first += 1
        else:
            second += 1
    runs.append((len(old), len(left), len(right), 0))
    return runs


_ALSO = re.compile(r"(?m)^[ \t]*also[ \t]*=")
_OPENING = re.compile(r"(?m)^also[ \t]*=[ \t]*\[[ \t]*\n")
_ENTRY = re.compile(r"[ \t]*\{[^\n]*?\bitem[ \t]*=[ \t]*\"([a-z0-9-]+)\"[^\n]*\}[ \t]*,?[ \t]*\n")
_CLOSING = re.compile(r"[ \t]*\][ \t]*\n")


class _Split(NamedTuple):
    """An update's text before its ``also``, the entries by item, a line each, and what follows."""

    before: str
    entries: dict[str, str]
    after: str


def merge_entries(base: str, ours: str, theirs: str) -> str | None:
    """Three texts of one update, whose ``also`` is merged by item.

    None where both sides changed the same entry or the same other lines, or where an entry is not
    written on a line of its own.
    """
    cut = [_split(text) for text in (base, ours, theirs)]
    old, left, right = cut
    if old is None or left is None or right is None:
        return None
    before, torn = three_way(old.before, left.before, right.before)
    after, split = three_way(old.after, left.after, right.after)
    if torn or split:
        return None
    lines = []
    for item in dict.fromkeys((*left.entries, *right.entries)):
        was, mine, other = (side.entries.get(item) for side in (old, left, right))
        if mine != other and was not in (mine, other):
            return None
        if chosen := other if mine == was else mine:
            lines.append(chosen)
    return f"{before}also = [\n{''.join(lines)}]\n{after}" if lines else before + after


def _split(text: str) -> _Split | None:
    opening = _OPENING.search(text)
    if opening is None:
        body = text.rstrip("\n") + "\n"
        return None if _ALSO.search(text) else _Split(body, {}, text[len(body) :])
    entries: dict[str, str] = {}
    position = opening.end()
    while entry := _ENTRY.match(text, position):
        if entry[1] in entries:
            return None
        entries[entry[1]] = entry.group().rstrip().removesuffix(",") + ",\n"
        position = entry.end()
    closing = _CLOSING.match(text, position)
    return _Split(text[: opening.start()], entries, text[closing.end() :]) if closing else None
