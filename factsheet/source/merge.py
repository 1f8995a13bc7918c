"""Three versions of a dataset's text in, one out:

what two people did to different records is kept byte for byte.

A text is cut into pieces that each hold one table: a commitment's terms, one update. Every byte is
in exactly one piece, so putting pieces together loses nothing. A piece that one side changed is
taken from that side; one that both changed is merged line by line, as git would, and stays a marked
conflict where the lines overlap. The result is only called clean if it parses to exactly the data
of the pieces that were chosen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Any, Final

from factsheet.source import spans
from factsheet.source.parse import parse

OURS: Final = "<<<<<<< ours\n"
MIDDLE: Final = "=======\n"
THEIRS: Final = ">>>>>>> theirs\n"

_TAIL: Final = " "
"""Key of what follows the last table: comments and blank lines."""

_Rank = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged text.

    ``conflict`` says that a person must look; ``why`` says so in words where no marker does.
    """

    text: str
    conflict: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A table with the blank lines and comments that lead to it; ``data`` is what the TOML parser
    says it holds.
    """

    lead: str
    body: str
    data: Any
    conflict: bool = False

    @property
    def text(self) -> str:
        return self.lead + self.body

    def same(self, other: _Piece) -> bool:
        """Whether nothing but blank lines tells them apart."""
        return self.body == other.body and self.lead.strip() == other.lead.strip()


@dataclass(slots=True)
class _Section:
    """A piece and, under a commitment, its updates by id.

    ``name`` is a table's name; a commitment's is empty.
    """

    head: _Piece
    name: str
    updates: dict[str, _Piece] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.head.text + "".join(piece.text for piece in self.updates.values())

    def same(self, other: _Section) -> bool:
        return (
            self.head.same(other.head)
            and list(self.updates) == list(other.updates)
            and all(piece.same(other.updates[key]) for key, piece in self.updates.items())
        )


class _UncutError(ValueError):
    """The text is not a dataset in pieces: not TOML, an id missing or used twice, tables in an
    unusual order.
    """


def merge(base: str, ours: str, theirs: str) -> Merged:
    """Merge two texts that both come from ``base``, which may be empty.

    Line ends and a missing last newline are kept.
    """
    for changed, other in ((theirs, ours), (ours, theirs)):
        if other in (base, changed):
            return Merged(changed)
    styles = [_newline(text) for text in (base, ours, theirs)]
    if (
        None in styles
    ):  # mixed line ends: nothing can be put back afterwards, so nothing is taken away
        return _merge_plain(base, ours, theirs)
    newline = _pick(*styles)
    merged = _merge_plain(*(text.replace("\r\n", "\n") for text in (base, ours, theirs)))
    return (
        merged
        if newline == "\n"
        else Merged(merged.text.replace("\n", "\r\n"), merged.conflict, merged.why)
    )


def _newline(text: str) -> str | None:
    pairs = text.count("\r\n")
    return "\n" if not pairs else "\r\n" if pairs == text.count("\n") else None


def _pick(base: Any, ours: Any, theirs: Any) -> Any:
    """The side that changed; ours where both did."""
    return theirs if ours == base else ours


def _merge_plain(base: str, ours: str, theirs: str) -> Merged:
    ends = _pick(*(text.endswith("\n") or not text for text in (base, ours, theirs)))
    base, ours, theirs = (
        text + "\n" if text and not text.endswith("\n") else text for text in (base, ours, theirs)
    )
    merged = _merge_pieces(base, ours, theirs)
    return merged if ends or merged.conflict else Merged(merged.text.removesuffix("\n"))


def _merge_pieces(base: str, ours: str, theirs: str) -> Merged:
    try:
        cut = [_cut(text) for text in (base, ours, theirs)]
        keys = _order([list(sections) for sections in cut], rank=str)
        chosen = [
            section
            for key in keys
            if (section := _section(*(sections.get(key) for sections in cut)))
        ]
    except (_UncutError, RecursionError):
        return _by_lines(base, ours, theirs)
    text = "".join(section.text for section in chosen)
    if any(
        piece.conflict for section in chosen for piece in (section.head, *section.updates.values())
    ):
        return Merged(text, conflict=True)
    try:
        proven = parse(text) == _data(chosen)
    except (ValueError, RecursionError):
        proven = False
    return Merged(text) if proven else _by_lines(base, ours, theirs)


def _by_lines(base: str, ours: str, theirs: str) -> Merged:
    """What git would do, for texts that cannot be cut; clean only if the result can be."""
    text, conflict = merge_lines(base, ours, theirs)
    if conflict:
        return Merged(text, conflict=True)
    try:
        _cut(text)
    except (_UncutError, RecursionError):
        return Merged(
            text, conflict=True, why="merged line by line, but the result is no valid dataset"
        )
    return Merged(text)


def _cut(text: str) -> dict[str, _Section]:
    """The sections of a text in order.

    Keys: ``[id]`` of a commitment, the name of any other table, empty for the text's ends.
    """
    try:
        raw = parse(text)
    except ValueError as error:
        raise _UncutError from error
    sections: dict[str, _Section] = {}
    starts, tail = _starts(text)
    named = {name for _, _, name, _ in starts}
    commitments: Iterator[dict[str, Any]] = iter(
        raw["commitments"] if "commitments" in named else ()
    )
    top = {key: value for key, value in raw.items() if key not in named}
    current: _Section | None = None
    records: Iterator[Any] = iter(())
    for number, (lead, body, name, record) in enumerate(starts):
        end = starts[number + 1][0] if number + 1 < len(starts) else tail
        before, after = text[lead:body], text[body:end]
        if record:
            if current is None or current.name != "commitments":
                raise _UncutError
            data = next(records, None)
            _put(current.updates, _id(data), _Piece(before, after, data))
            continue
        if name == "commitments":
            whole = next(commitments, {})
            key, headed = f"[{_id(whole)}]", number + 1 < len(starts) and starts[number + 1][3]
            data = {name: value for name, value in whole.items() if not headed or name != "updates"}
            records = iter(whole["updates"] if headed else ())
        else:
            data, key = (raw[name] if name else top), name
        current = _Section(_Piece(before, after, data), name)
        _put(sections, key, current)
    _put(sections, _TAIL, _Section(_Piece(text[tail:], "", {}), ""))
    return sections


def _starts(text: str) -> tuple[list[tuple[int, int, str, bool]], int]:
    """For every piece the offsets of its lead and its body, the name of its top table, and whether
    it is an update; then the end.

    The lead follows the rule that insertion follows: comments that touch the line above belong to
    what is above.
    """
    found: list[tuple[int, int, str, bool]] = [(0, 0, "", False)]
    end = 0
    for statement in spans.statements(text):
        if statement.header:
            name, update = (
                statement.key[0],
                statement.array and statement.key == ("commitments", "updates"),
            )
            same = name == found[-1][2] and name != ""
            if (
                update
                or not same
                or (name == "commitments" and statement.array and len(statement.key) == 1)
            ):
                if (
                    name == "commitments"
                    and not update
                    and not (statement.array and len(statement.key) == 1)
                ):
                    raise _UncutError
                lead = spans.end_with_comments(text, end, statement.start) if end else 0
                found.append((lead, statement.start, name, update))
        end = statement.end
    return found, spans.end_with_comments(text, end, len(text)) if end else 0


def _id(data: Any) -> str:
    identifier = data.get("id") if isinstance(data, dict) else None
    if not isinstance(identifier, str) or not identifier:
        raise _UncutError
    return identifier


def _put(table: dict[str, Any], key: str, value: Any) -> None:
    if key in table:
        raise _UncutError
    table[key] = value


def _data(sections: Sequence[_Section]) -> dict[str, Any]:
    """What a text of these sections must parse to."""
    data: dict[str, Any] = {}
    for section in sections:
        if not section.name:
            data |= section.head.data
        elif section.name == "commitments":
            updates = [piece.data for piece in section.updates.values()]
            data.setdefault("commitments", []).append(
                {**section.head.data, **({"updates": updates} if updates else {})}
            )
        else:
            data[section.name] = section.head.data
    return data


def _order(sides: Sequence[Sequence[str]], rank: _Rank) -> list[str]:
    """All keys in one order: each side keeps its own; where both put something in one place, the
    lower rank comes first.
    """
    base, ours, theirs = sides
    common = set(base).intersection(ours, theirs)
    kept = [[key for key in side if key in common] for side in sides]
    if kept[0] != kept[1] and kept[0] != kept[2] and kept[1] != kept[2]:
        raise _UncutError
    frame, other = (theirs, ours) if kept[0] == kept[1] and kept[0] != kept[2] else (ours, theirs)
    result, known, others = list(frame), set(frame), set(other)
    place = -1
    for key in other:
        if key in known:
            place = result.index(key)
            continue
        place += 1
        while (
            place < len(result) and result[place] not in others and rank(result[place]) < rank(key)
        ):
            place += 1
        result.insert(place, key)
        known.add(key)
    return result


def _section(
    base: _Section | None, ours: _Section | None, theirs: _Section | None
) -> _Section | None:
    """One section of the result; None where it was deleted."""
    if ours is None or theirs is None:
        left = ours or theirs
        if base is None or left is None:
            return left
        if left.same(base):
            return None
        clash = _clash(ours.text if ours else "", theirs.text if theirs else "")
        return _Section(clash, left.name)
    head = _piece(base.head if base else None, ours.head, theirs.head)
    sides = [section.updates if section else {} for section in (base, ours, theirs)]

    def rank(key: str) -> tuple[str, ...]:
        data = next(side[key].data for side in sides if key in side)
        return str(data.get("date")), str(data.get("recorded")), key

    updates = {
        key: _piece(*(side.get(key) for side in sides))
        for key in _order([list(side) for side in sides], rank)
    }
    return _Section(
        head or ours.head, ours.name, {key: piece for key, piece in updates.items() if piece}
    )


def _piece(base: _Piece | None, ours: _Piece | None, theirs: _Piece | None) -> _Piece | None:
    """One piece of the result; None where it was deleted."""
    if ours is None or theirs is None:
        left = ours or theirs
        if base is None or left is None:
            return left
        return (
            None
            if left.same(base)
            else _clash(ours.text if ours else "", theirs.text if theirs else "")
        )
    empty = base or _Piece("", "", None)
    body, torn = _three_way(empty.body, ours.body, theirs.body)
    lead, split = _three_way(empty.lead, ours.lead, theirs.lead)
    if split and ours.lead.strip() == theirs.lead.strip():
        lead, split = max(ours.lead, theirs.lead, key=len), False
    if torn or split:
        return _Piece(lead, body, None, conflict=True)
    for side in (ours, theirs):
        if body == side.body:
            return _Piece(lead, body, side.data)
    try:
        return _Piece(lead, body, _alone(body))
    except (ValueError, RecursionError):
        return _clash(ours.text, theirs.text)


def _alone(body: str) -> Any:
    """What a piece holds, read by itself."""
    data: Any = parse(body)
    header = next(spans.statements(body), None)
    if header is None or not header.header:
        return data
    data = data[header.key[0]]
    if header.key[0] == "commitments":
        data = data["updates"] if isinstance(data, dict) else data
        return data[0]
    return data


def _clash(ours: str, theirs: str) -> _Piece:
    return _Piece("", f"{OURS}{ours}{MIDDLE}{theirs}{THEIRS}", None, conflict=True)


def _three_way(base: str, ours: str, theirs: str) -> tuple[str, bool]:
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
    # Lines that both sides agree on stay outside the markers.
    head = _alike(zip(left, right, strict=False))
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
    ]
    return True


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
