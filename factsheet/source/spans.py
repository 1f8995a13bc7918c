"""Where each table and key stands in a TOML text, and where a commitment's section ends.

A light lexer: it knows strings, comments and brackets well enough to find statements, and leaves
meaning to the TOML parser. On text that is not valid TOML it still ends, and gives its best guess.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import tomli

from factsheet.lint.codes import Loc

_KEY_PART = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_KEY = rf"{_KEY_PART}(?:[ \t]*+\.[ \t]*+{_KEY_PART})*+"
_HEADER = re.compile(rf"[ \t]*+(?P<open>\[\[?)[ \t]*+(?P<key>{_KEY})[ \t]*+\]")
_ASSIGN = re.compile(rf"[ \t]*+(?P<key>{_KEY})[ \t]*+=")
_BLANK = re.compile(r"[ \t\r]*+(?:#[^\n]*+)?(?:\n|\Z)")
_SIMPLE_REST = re.compile(
    r"""[ \t]*+(?:"(?!"")(?:[^"\\\n]++|\\.)*+"|[^\[\]{}"'#\n]++)?[ \t\r]*+(?:#[^\n]*+)?(?:\n|\Z)"""
)
# A string that is never closed is taken to the end, so that no text is looked at twice.
_TOKEN = re.compile(
    r'''"""(?:[^"\\]++|\\[\s\S]|"{1,2}(?!"))*+(?:"{3,5}|\\?\Z)'''
    r"""|'''(?:[^']++|'{1,2}(?!'))*+(?:'{3,5}|\Z)"""
    r"""|"(?:[^"\\\n]++|\\.)*+"?|'[^'\n]*+'?|#[^\n]*+|[\[{]|[\]}]|\n|[^\[\]{}"'#\n]++"""
)
_LINE = re.compile(r"[^\n]*+(?:\n|\Z)")
_PART = re.compile(_KEY_PART)


@dataclass(frozen=True, slots=True)
class Statement:
    """A table header or a key with its value; ``end`` is the offset after its last line.

    ``array`` marks a ``[[header]]``.
    """

    key: tuple[str, ...]
    header: bool
    array: bool
    start: int
    end: int


@lru_cache(maxsize=256)
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


def statements(text: str, start: int = 0) -> Iterator[Statement]:
    """Every statement of the text from ``start`` on, where one begins, in order."""
    position, length = start or text.startswith("\ufeff"), len(text)
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


_AMBIGUOUS = re.compile(r"""\n[ \t]*+\[++[ \t]*+(?:["'0-9+\[\]\n\r#{-]|true|false|inf|nan)""")


def _headers(text: str) -> Iterator[Statement]:
    """Every header of a text: by one search for lines that look like one, where that is enough.

    It is not where a string or an array of several lines may hold such a line.
    """
    if '"""' in text or "'''" in text or _AMBIGUOUS.search(text):
        yield from (statement for statement in statements(text) if statement.header)
        return
    for match in re.finditer(r"(?:\A\ufeff?|\n)(?=[ \t]*+\[)", text):
        if header := _HEADER.match(text, match.end()):
            array = header["open"] == "[["
            yield Statement(_parts(header["key"]), True, array, match.end(), header.end())


class TextMap:
    """Lines of the data paths of one text. Line numbers start at 1.

    Headers are found at once; the keys below one only when a path leads there.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: list[int] | None = None
        self._offsets: dict[Loc, int] = {}
        self._sections: dict[Loc, list[int]] = {(): [0]}
        counts: dict[Loc, int] = {}
        for statement in _headers(text):
            table = self._resolve(statement, counts)
            # A path that only a deeper header spells out stands where that header does.
            for length in range(len(table), 0, -1):
                if table[:length] in self._offsets:
                    break
                self._offsets[table[:length]] = statement.start
            self._sections.setdefault(table, []).append(statement.start)

    @staticmethod
    def _resolve(statement: Statement, counts: dict[Loc, int]) -> Loc:
        """The path with indices that a header means.

        ``commitments.updates`` belongs to the last of each array.
        """
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

    def _look(self, table: Loc) -> None:
        """Find the keys below the headers of a table."""
        for start in self._sections.pop(table):
            for number, statement in enumerate(statements(self._text, start)):
                if statement.header:
                    if number or not table:
                        break
                    continue
                for length in range(1, len(statement.key) + 1):
                    path = (*table, *statement.key[:length])
                    self._offsets.setdefault(path, statement.start)

    def _offset(self, loc: Loc) -> int | None:
        """Where a path, or the nearest part of it that the text spells out, begins."""
        length = len(loc)
        if loc not in self._offsets:
            for depth in range(length, -1, -1):
                if loc[:depth] in self._sections:
                    self._look(loc[:depth])
        while length and loc[:length] not in self._offsets:
            length -= 1
        if not length:
            return None
        offset = self._offsets[loc[:length]]
        for part in loc[length:]:
            element = _element(self._text, offset, part) if isinstance(part, int) else None
            if element is None:
                break
            offset = element
        return offset

    def __contains__(self, loc: Loc) -> bool:
        """Whether the text has a statement of its own for this path."""
        self._offset(loc)
        return loc in self._offsets

    def line_at(self, offset: int) -> int:
        if self._starts is None:
            self._starts = [0, *(match.end() for match in re.finditer("\n", self._text))]
        return bisect_right(self._starts, offset)

    def line_of(self, loc: Loc) -> int:
        """The line of a path, or of the nearest part of it that the text spells out."""
        offset = self._offset(loc)
        return 1 if offset is None else self.line_at(offset)


def _element(text: str, start: int, index: int) -> int | None:
    """Where the ``index``-th element of the array that begins at or after ``start`` begins."""
    opening = text.find("[", start)
    if opening < 0:
        return None
    position, depth, number, waiting = opening, 0, -1, True
    while match := _TOKEN.match(text, position):
        sign = match.group()
        if depth == 1 and waiting and sign.strip() and sign[0] not in "],#":
            number, waiting = number + 1, False
            if number == index:
                return position + len(sign) - len(sign.lstrip())
        if sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
            if depth <= 0:
                return None
        elif depth == 1 and "," in sign and sign[0] not in "\"'#":
            # A plain run may end one element and begin the next.
            waiting = True
            rest = sign.rpartition(",")[2]
            if rest.strip():
                number, waiting = number + sign.count(","), False
                if number == index:
                    return match.end() - len(rest.lstrip())
        position = match.end()
    return None


def _header_offset(text: str, array: str, index: int) -> int:
    """Where the line of the ``index``-th ``[[array]]`` header begins.

    It is found without looking at every statement before it. 0 where only such a look can tell: a
    header has a quoted name, or a string may hold what looks like a header. In a valid text without
    those, a line that starts like a header is one.
    """
    if text.lstrip("\ufeff \t").startswith("["):
        return 0
    count = -1
    for match in re.finditer(
        rf"""\n[ \t]*+\[\[[ \t]*+(?:(["'])|{re.escape(array)}[ \t]*+\])""", text
    ):
        if match[1]:
            return 0
        count += 1
        if count == index:
            start = match.start() + 1
            return start if text.find('"""', 0, start) < 0 and text.find("'''", 0, start) < 0 else 0
    return 0


def section_end(text: str, array: str, index: int) -> int | None:
    """Offset after the last line of the ``index``-th ``[[array]]`` table and its sub-tables.

    None if it has no header. Tables of another name may stand between them; the last line that
    belongs to the ``index``-th counts. Comments that touch that line belong to it, unless they
    touch the next header too; what follows a blank line belongs to what comes next.
    """
    start = _header_offset(text, array, index)
    count, end, following, own = index - 1 if start else -1, None, len(text), False
    for statement in statements(text, start):
        if statement.header:
            count += statement.array and statement.key == (array,)
            own = count == index and statement.key[0] == array
            if end is not None and not own:
                following = min(following, statement.start)
            if count > index:
                break
        if own:
            end, following = statement.end, len(text)
    return None if end is None else end_with_comments(text, end, following)


def end_with_comments(text: str, end: int, following: int) -> int:
    """``end``, or the offset after the comments that touch the line before it.

    ``following`` is where the next header starts.
    """
    position = end
    while position < following and (line := _BLANK.match(text, position)):
        if not line.group().strip():
            return position
        if line.end() == position:
            break
        position = line.end()
    return end if position >= following and following < len(text) else position


def newline_before(text: str, offset: int) -> str:
    """The newline to write at ``offset``: that of the line before, else of the first line."""
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


def deepest_line(text: str) -> int:
    """The 1-based line of the statement whose brackets or dots nest deepest, in one pass."""
    most, line = 0, 1
    for statement in statements(text):
        depth = deepest = 0
        for bracket in re.finditer(r"[\[{\]}]", text[statement.start : statement.end]):
            depth += 1 if bracket.group() in "[{" else -1
            deepest = max(deepest, depth)
        if (deepest := max(deepest, len(statement.key))) > most:
            most, line = deepest, text.count("\n", 0, statement.start) + 1
    return line


def lines_with_ids(text: str) -> Iterator[tuple[str, str | None]]:
    """Every line and the id of the commitment it stands in, of text with git conflicts too."""
    current: str | None = None
    header = False
    for line in text.split("\n"):
        if re.match(r"[ \t]*\[\[[ \t]*commitments[ \t]*\]\]", line):
            header, current = True, None
        elif header and (
            match := re.match(r"""[ \t]*id[ \t]*=[ \t]*["']([a-z0-9-]{1,64})["']""", line)
        ):
            header, current = False, match[1]
        yield line, current
