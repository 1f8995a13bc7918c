"""Three versions of a text in, one out: what two people did to different records is kept.

A text is cut into pieces that each hold one table: a commitment's terms, one update. Every byte is
in exactly one piece, so putting pieces together loses nothing. A piece that one side changed is
taken from that side; one that both changed is merged line by line, as git would, and stays a marked
conflict where the lines overlap. The result is only called clean if it parses to exactly the data
of the pieces that were chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from factsheet.source import spans
from factsheet.source.lines import MIDDLE, OURS, THEIRS, merge_entries, merge_lines, three_way
from factsheet.source.parse import parse

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
    """A table with the blank lines and comments that lead to it.

    ``data`` is what the TOML parser says it holds.
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
    """The text is not a dataset in pieces.

    It is not TOML, an id is missing or used twice, or its tables stand in an unusual order.
    """


def merge(base: str, ours: str, theirs: str) -> Merged:
    """Merge two texts that both come from ``base``, which may be empty.

    Line ends and a missing last newline are kept.
    """
    for changed, other in ((theirs, ours), (ours, theirs)):
        if other in (base, changed):
            return Merged(changed)
    styles = [_newline(text) for text in (base, ours, theirs)]
    if None in styles:
        # Mixed line ends: nothing can be put back afterwards, so nothing is taken away.
        return _merge_plain(base, ours, theirs)
    newline = _pick(*styles)
    merged = _merge_plain(*(text.replace("\r\n", "\n") for text in (base, ours, theirs)))
    if newline == "\n":
        return merged
    return Merged(merged.text.replace("\n", "\r\n"), merged.conflict, merged.why)


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
        cut = [_cut_ancestor(base), _cut(ours), _cut(theirs)]
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


def _cut_ancestor(text: str) -> dict[str, _Section]:
    """The sections of the common ancestor, or none where it cannot be cut: nobody goes on from it.

    Git's ancestor of a criss-cross merge holds conflict markers. Then all that either side has is
    kept, and only what both have in different words is a conflict.
    """
    try:
        return _cut(text)
    except (_UncutError, RecursionError):
        return {}


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
    """Where every piece stands; then the end.

    Of each: the offsets of its lead and its body, the name of its top table, whether it is an
    update. The lead follows the rule that insertion follows: comments that touch the line above
    belong to what is above.
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
    """All keys in one order: each side keeps its own.

    Where both put something in one place, the lower rank comes first.
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
        if left.same(base):
            return None
        return _clash(ours.text if ours else "", theirs.text if theirs else "")
    empty = base or _Piece("", "", None)
    body, torn = _body(empty.body, ours.body, theirs.body)
    lead, split = three_way(empty.lead, ours.lead, theirs.lead)
    if split and ours.lead.strip() == theirs.lead.strip():
        lead, split = max(ours.lead, theirs.lead, key=len), False
    if torn or split:
        return _Piece(lead, body, None, conflict=True)
    for side in (ours, theirs):
        if body == side.body:
            return _Piece(lead, body, side.data)
    try:
        data = _alone(body)
    except (ValueError, RecursionError):
        return _clash(ours.text, theirs.text)
    return _clash(ours.text, theirs.text) if _names_twice(data) else _Piece(lead, body, data)


def _body(base: str, ours: str, theirs: str) -> tuple[str, bool]:
    """The body of a piece: where both sides changed it, an event's entries by item, then lines.

    By lines alone an entry that both added in different places would be there twice.
    """
    if ours not in (base, theirs) and theirs != base:
        together = merge_entries(base, ours, theirs)
        if together is not None:
            return together, False
    return three_way(base, ours, theirs)


def _names_twice(data: Any) -> bool:
    """Whether an update names one commitment in two entries of its ``also``."""
    entries = data.get("also") if isinstance(data, dict) else None
    if not isinstance(entries, list):
        return False
    items = [entry.get("item") for entry in entries if isinstance(entry, dict)]
    return any(item in items[:place] for place, item in enumerate(items))


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
