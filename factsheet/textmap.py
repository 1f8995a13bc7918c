"""Where each table and key stands in a TOML text, and where a commitment's section ends.

A light lexer: it knows strings, comments and brackets well enough to find statements, and leaves meaning to the TOML parser.
On text that is not valid TOML it still ends, and gives its best guess.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import tomli

from factsheet.findings import Loc

_KEY_PART = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_KEY = rf"{_KEY_PART}(?:[ \t]*+\.[ \t]*+{_KEY_PART})*+"
_HEADER = re.compile(rf"[ \t]*+(?P<open>\[\[?)[ \t]*+(?P<key>{_KEY})[ \t]*+\]")
_ASSIGN = re.compile(rf"[ \t]*+(?P<key>{_KEY})[ \t]*+=")
_BLANK = re.compile(r"[ \t\r]*+(?:#[^\n]*+)?(?:\n|\Z)")
_SIMPLE_REST = re.compile(r"""[ \t]*+(?:"(?!"")(?:[^"\\\n]++|\\.)*+"|[^\[\]{}"'#\n]++)?[ \t\r]*+(?:#[^\n]*+)?(?:\n|\Z)""")
_TOKEN = re.compile(
    r'''"""(?:[^"\\]++|\\[\s\S]|"{1,2}(?!"))*+"{3,5}'''
    r"""|'''(?:[^']++|'{1,2}(?!'))*+'{3,5}"""
    r"""|"(?:[^"\\\n]++|\\.)*+"|'[^'\n]*+'|#[^\n]*+|[\[{]|[\]}]|\n|[^\[\]{}"'#\n]++|["']"""
)
_LINE = re.compile(r"[^\n]*+(?:\n|\Z)")
_PART = re.compile(_KEY_PART)


@dataclass(frozen=True, slots=True)
class Statement:
    """A table header or a key with its value; ``end`` is the offset after its last line. ``array`` marks a ``[[header]]``."""

    key: tuple[str, ...]
    header: bool
    array: bool
    start: int
    end: int


def _parts(key: str) -> tuple[str, ...]:
    if '"' not in key and "'" not in key:
        return tuple(part.strip() for part in key.split("."))
    names = []
    for part in _PART.findall(key):
        if part[0] == '"':
            try:
                names.append(next(iter(tomli.loads(f"{part}=0"))))
            except tomli.TOMLDecodeError:
                names.append(part)
        else:
            names.append(part.strip("'"))
    return tuple(names)


def _value_end(text: str, position: int) -> int:
    depth = 0
    while match := _TOKEN.match(text, position):
        position = match.end()
        if match.group() == "\n":
            if depth <= 0:
                break
        elif match.group() in "[{":
            depth += 1
        elif match.group() in "]}":
            depth -= 1
    return position


def statements(text: str) -> Iterator[Statement]:
    """Every statement of the text, in order."""
    position, length = 1 if text.startswith("\ufeff") else 0, len(text)
    while position < length:
        if blank := _BLANK.match(text, position):
            position = blank.end()
        elif assign := _ASSIGN.match(text, position):
            simple = _SIMPLE_REST.match(text, assign.end())
            end = simple.end() if simple else _value_end(text, assign.end())
            yield Statement(_parts(assign["key"]), False, False, position, end)
            position = end
        elif header := _HEADER.match(text, position):
            line = _LINE.match(text, header.end())
            end = line.end() if line else length
            yield Statement(_parts(header["key"]), True, header["open"] == "[[", position, end)
            position = end
        else:
            position = max(_value_end(text, position), position + 1)


class TextMap:
    """Lines of the data paths of one text. Line numbers start at 1."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._offsets: dict[Loc, int] = {}
        counts: dict[Loc, int] = {}
        table: Loc = ()
        for statement in statements(text):
            if statement.header:
                table = self._resolve(statement, counts)
                self._offsets.setdefault(table, statement.start)
            else:
                self._offsets.setdefault((*table, *statement.key), statement.start)

    @staticmethod
    def _resolve(statement: Statement, counts: dict[Loc, int]) -> Loc:
        """The path with indices that a header means: ``commitments.updates`` belongs to the last of each array."""
        path: Loc = ()
        for name in statement.key[:-1]:
            path = (*path, name)
            if path in counts:
                path = (*path, counts[path] - 1)
        path = (*path, statement.key[-1])
        if statement.array:
            counts[path] = counts.get(path, 0) + 1
            return (*path, counts[path] - 1)
        return path

    def line_at(self, offset: int) -> int:
        return bisect_right(self._starts, offset)

    def line_of(self, loc: Loc) -> int:
        """The line of a path, or of the nearest table around it that the text spells out."""
        while loc and loc not in self._offsets:
            loc = loc[:-1]
        return self.line_at(self._offsets[loc]) if loc else 1


def section_end(text: str, array: str, index: int) -> int | None:
    """Offset after the last line of the ``index``-th ``[[array]]`` table and its sub-tables; None if it has no header.

    Comments that touch that last line belong to it, unless they touch the next header too; what follows a blank line belongs to
    what comes next.
    """
    count, end, following = -1, None, len(text)
    for statement in statements(text):
        if statement.header and statement.array and statement.key == (array,):
            count += 1
        elif statement.header and statement.key[0] != array:
            if end is not None:
                following = statement.start
                break
            continue
        if count == index:
            end = statement.end
        elif count > index:
            following = statement.start
            break
    return None if end is None else _with_trailing_comments(text, end, following)


def _with_trailing_comments(text: str, end: int, following: int) -> int:
    position = end
    while position < following and (line := _BLANK.match(text, position)):
        if not line.group().strip():
            return position
        if line.end() == position:
            break
        position = line.end()
    return end if position >= following and following < len(text) else position


def newline_before(text: str, offset: int) -> str:
    """The newline style to write at ``offset``: that of the line before it, else of the text's first line."""
    if text.endswith("\r\n", 0, offset):
        return "\r\n"
    if text.endswith("\n", 0, offset):
        return "\n"
    first = text.find("\n")
    return "\r\n" if first > 0 and text[first - 1] == "\r" else "\n"


def find_line(text: str, pattern: str) -> int | None:
    """The 1-based line of the first match of a regular expression."""
    match = re.search(pattern, text)
    return text.count("\n", 0, match.start()) + 1 if match else None


def ids_between(text: str, start_line: int, end_line: int) -> Sequence[str]:
    """Ids of the commitments that the given lines touch, for texts that do not parse (git conflicts)."""
    lines = text.split("\n")
    found: list[str] = []
    current: str | None = None
    header = False
    for number, line in enumerate(lines[:end_line], start=1):
        if re.match(r"[ \t]*\[\[[ \t]*commitments[ \t]*\]\]", line):
            header, current = True, None
        elif header and (match := re.match(r"""[ \t]*id[ \t]*=[ \t]*["']([a-z0-9-]+)["']""", line)):
            header, current = False, match[1]
        if number >= start_line and current and current not in found:
            found.append(current)
    return found
