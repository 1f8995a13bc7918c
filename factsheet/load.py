"""From text to a dataset, or to findings that say with line and column why not. It reads text; ``store`` reads files."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches
from itertools import islice
from typing import Any

import tomli
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from factsheet import checks, fastread, model
from factsheet.findings import Finding

MAX_BYTES = 64 * 1024 * 1024
"""A larger file is refused unread, so that time and memory stay bounded (see SECURITY.md)."""
MAX_TABLES, MAX_VALUES = 1_000_000, 4_000_000
"""Opening brackets, and commas and equals signs, in a file that is read: twice those of 100,000 records."""
MAX_FINDINGS = 1000
"""Errors that are named one by one; of a file with more of them nobody would read the rest."""
_LISTED = 20_000
_LONGEST = 14_000
"""Bits of an integer that Python still turns into decimal digits, with room to spare."""

_MARKER = re.compile(r"^(<{7}|>{7})(?: |\r?$)")
_KEYS_OF = {
    "agreement": model.Agreement,
    "method": model.Method,
    "commitments": model.Commitment,
    "updates": model.Update,
    "sources": model.Source,
    "steps": model.Step,
    "path": model.Waypoint,
}
_MEASURES = {
    "amount": model.Amount,
    "level": model.Level,
    "limit": model.Limit,
    "milestones": model.Milestones,
    "sum": model.Sum,
}
_KNOWN_KEYS = tuple(
    {
        field: None
        for kind in (model.Dataset, *_KEYS_OF.values(), *_MEASURES.values())
        for field in kind.__dataclass_fields__  # type: ignore[attr-defined]
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A text and what came of it: ``dataset`` is None when an error forbids one. ``raw`` is the parsed TOML, if it parsed."""

    text: str
    raw: dict[str, Any] | None
    dataset: model.Dataset | None
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "error")


def decode(data: bytes) -> tuple[str, Finding | None]:
    """The text of a file's bytes; a finding with its line where they are not UTF-8 or too many."""
    if len(data) > MAX_BYTES:
        return "", Finding(code="too-large", message=f"the file has more than {MAX_BYTES} bytes", line=1)
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        return "", Finding(code="encoding", message=message, line=line)


def parse(text: str) -> dict[str, Any]:
    """The TOML of a text, decimals exact. A byte-order mark is skipped. Raises what ``syntax_finding`` explains."""
    return fastread.loads(text.removeprefix("\ufeff"))


def load(text: str, *, today: dt.date) -> Loaded:
    """Read a text whole. ``today`` is the last date an event may have."""
    if text.count("[") + text.count("{") > MAX_TABLES or text.count(",") + text.count("=") > MAX_VALUES:
        message = f"the file has more than {MAX_TABLES} tables and arrays or {MAX_VALUES} values"
        return Loaded(text=text, raw=None, dataset=None, findings=(Finding(code="too-large", message=message, line=1),))
    try:
        raw = parse(text)
        if re.search("0[xob][0-9a-fA-F_]{3500}", text):
            _require_printable(raw)
    except (ValueError, ArithmeticError, RecursionError) as error:
        return Loaded(text=text, raw=None, dataset=None, findings=tuple(syntax_findings(text, error)))
    # In a string of several lines markers are valid TOML, and a conflict all the same.
    if "\n<<<<<<< " in text and "\n>>>>>>> " in text and (conflicts := _conflicts(text)):
        return Loaded(text=text, raw=raw, dataset=None, findings=tuple(conflicts))
    try:
        dataset = model.dataset_from(raw)
    except ValidationError as error:
        findings = [_shape_finding(detail, raw) for detail in _first_details(error, raw)]
        more = error.error_count() > MAX_FINDINGS
        return Loaded(text=text, raw=raw, dataset=None, findings=_bounded(text, findings, more))
    found = list(islice(checks.every_error(dataset, today), MAX_FINDINGS + 1))
    return Loaded(
        text=text, raw=raw, dataset=None if found else dataset, findings=_bounded(text, found, len(found) > MAX_FINDINGS)
    )


def _first_details(error: ValidationError, raw: dict[str, Any]) -> list[ErrorDetails]:
    """What pydantic found, if it can be listed; else what it finds in the first entries of every array and table."""
    for length in (1000, 100, 10):
        if error.error_count() <= _LISTED:
            break
        try:
            model.dataset_from(_beginning(raw, length))
        except ValidationError as shorter:
            error = shorter
    return error.errors(include_url=False, include_context=False)[:MAX_FINDINGS]


def _require_printable(value: Any) -> None:
    """Raise ``ValueError`` for an integer so long that no message could show it; only 0x, 0o and 0b can write one."""
    if isinstance(value, int) and value.bit_length() > _LONGEST:
        raise ValueError
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _require_printable(item)


def _beginning(value: Any, length: int) -> Any:
    """The data with arrays and tables cut to ``length`` entries; keys that the format knows stay, so that none looks missing."""
    if isinstance(value, list):
        return [_beginning(item, length) for item in value[:length]]
    if isinstance(value, dict):
        kept = {key: value[key] for key in islice(value, length)} | {key: value[key] for key in _KNOWN_KEYS if key in value}
        return {key: _beginning(item, length) for key, item in kept.items()}
    return value


def _bounded(text: str, findings: Sequence[Finding], more: bool) -> tuple[Finding, ...]:
    placed = located(text, findings[:MAX_FINDINGS])
    if more:
        message = "there are more errors than are named here"
        placed.append(Finding(code="too-many-errors", message=message, line=placed[-1].line))
    return tuple(placed)


def located(text: str, findings: Sequence[Finding]) -> list[Finding]:
    """The findings with their lines, sorted by line; the text is only mapped if there is something to place."""
    if not findings:
        return []
    from factsheet import textmap  # a file without findings needs no map

    where = textmap.TextMap(text)
    placed = [found if found.line else replace(found, line=where.line_of(found.loc)) for found in findings]
    return sorted(placed, key=lambda found: (found.line or 0, found.severity, found.code, found.message))


def syntax_findings(text: str, error: Exception) -> list[Finding]:
    """Why a text is not TOML: git's conflict markers by name, everything else with line and column."""
    from factsheet import textmap

    if conflicts := _conflicts(text):
        return conflicts
    if isinstance(error, tomli.TOMLDecodeError):
        line = error.lineno if isinstance(error.lineno, int) else text.count("\n") + 1
        column = error.colno if isinstance(error.colno, int) else None
        written = next(islice(text.split("\n"), line - 1, None), "")
        message = f"not valid TOML: {error.msg}{_advice(written)}: {_short(written.strip())}"
        return [Finding(code="toml-syntax", message=message, line=line, column=column)]
    if isinstance(error, RecursionError):
        return [Finding(code="toml-syntax", message="nested too deeply to be read", line=textmap.deepest_line(text))]
    # Where a run of digits begins, so that a long one is looked at once. An exponent needs few to be too large.
    long = textmap.find_line(text, r"(?<![0-9_])[0-9_]{4300}|0[xob][0-9a-fA-F_]{3500}|[eE][+-]?[0-9_]{18}")
    return [Finding(code="toml-syntax", message="a number has too many digits to be read", line=long or 1)]


_ADVICE = (
    (r"=[ ]*[0-9]{1,3}(,[0-9]{3})+", "write a number as 3_111_800_000, without commas"),
    (r"[“”‘’]", "use straight quotes"),
    (r"=[ ]*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", "a day is written as 2026-05-20 and must be in the calendar"),
    (r"^[ ]*\[commitments", "every commitment starts with [[commitments]], every update with [[commitments.updates]]"),
    (r"=[ ]*[A-Za-z]", "a word or a sentence stands in quotes"),
)


def _advice(line: str) -> str:
    """What people most often mean by a line like this."""
    return next((f" ({words})" for pattern, words in _ADVICE if re.search(pattern, line[:200])), "")


_MISFITS = {
    "tuple_type": 'a list in brackets is needed, as in ["ROK"]',
    "date_type": "a day is needed, without quotes: 2026-05-20",
    "bool_type": "true or false is needed, without quotes",
    "string_type": "a text in quotes is needed",
    "dict_type": "a table is needed, as in { key = value }",
    "dataclass_type": "a table is needed, as in { key = value }",
    "datetime_type": "a moment is needed, without quotes: 2026-11-24T09:30:00Z",
}
"""pydantic's misfits in the words of a TOML file."""


def _conflicts(text: str) -> list[Finding]:
    if not re.search("^(?:<{7}|>{7})", text, re.MULTILINE):
        return []
    from factsheet import textmap

    found: list[Finding] = []
    start: int | None = None
    ids: dict[str, None] = {}
    for number, (line, item) in enumerate(textmap.lines_with_ids(text), start=1):
        if start is not None and item:
            ids[item] = None
        if not (match := _MARKER.match(line)):
            continue
        if match[1][0] == "<":
            start, ids = number, {item: None} if item else {}
        elif start is not None:
            what = f" in {', '.join(islice(ids, 20))}" if ids else ""
            found.append(Finding(code="conflict-markers", message=f"git conflict, lines {start} to {number}{what}", line=start))
            start = None
    if start is not None:
        found.append(Finding(code="conflict-markers", message="git conflict that is never closed", line=start))
    return found[:MAX_FINDINGS]


def _shape_finding(detail: ErrorDetails, raw: dict[str, Any]) -> Finding:
    """A pydantic misfit in the words of the file format."""
    # A tagged union puts the tag between the key and the field; the text has no such level.
    loc = tuple(
        part
        for index, part in enumerate(detail["loc"])
        if not (index and detail["loc"][index - 1] == "measure" and part in _MEASURES)
    )
    key = _short(str(loc[-1])) if loc else "the file"
    kind, given = detail["type"], detail["input"]
    code, message = "type", f"{_dotted(loc)}: {detail['msg'].removeprefix('Value error, ')}"
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        close = get_close_matches(key, _known_keys(loc[:-1], raw), n=1)
        code, message = "unknown-key", f"unknown key `{key}`" + (f"; did you mean `{close[0]}`?" if close else "")
    elif kind in ("missing", "missing_argument", "union_tag_not_found"):
        missing = "kind" if kind == "union_tag_not_found" else key
        code, message = "missing-key", f"`{missing}` is missing"
    elif key == "status" and "updates" in loc:
        close = get_close_matches(_short(given), model.STATUSES, n=1) if isinstance(given, str) else []
        code, message = "bad-status", f"unknown status {_shown(given)}" + (f"; did you mean {close[0]!r}?" if close else "")
    elif key == "url" and "sources" in loc:
        code, message = "bad-url", f"not an http or https address: {_shown(given)}"
    elif kind in _MISFITS:
        message = f"{_dotted(loc)}: {_MISFITS[kind]}"
    elif kind == "union_tag_invalid":
        message = f"unknown kind of measure {_shown(given.get('kind'))}; it is one of {', '.join(_MEASURES)}"
    elif kind == "string_pattern_mismatch":
        message = f"{_dotted(loc)}: {_shown(given)} is not {pattern_words(key)}"
    elif kind == "timezone_aware":
        message = f"{_dotted(loc)}: a moment needs its zone, as in 2026-11-24T09:30:00Z"
    return Finding(code=code, message=message, loc=loc, item=_item(loc, raw))


def _short(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:200]}..."


def _shown(given: object) -> str:
    """What stands in the file, short: a text is quoted, anything else named by its type."""
    words = {bool: "true or false", int: "a number", Decimal: "a number", list: "an array", dict: "a table"}
    return repr(_short(given)) if isinstance(given, str) else words.get(type(given), "a date or time")


def pattern_words(key: str) -> str:
    """What a text under this key has to look like, for people who do not read regular expressions."""
    if key in ("id", "retracts"):
        return "an id (kebab-case for a commitment, 8 hex digits for an update)"
    if key == "url":
        return "an http or https address"
    party = key in ("parties", "owed_by", "readings")
    return "a short name of letters, digits and hyphens" if party else "a kebab-case word such as mou or tariff-line"


def _dotted(loc: Sequence[str | int]) -> str:
    names = [_short(str(part)) for part in loc if not isinstance(part, int) and part != "[key]"]
    return ".".join(names) or "the file"


def _known_keys(loc: Sequence[str | int], raw: dict[str, Any]) -> Sequence[str]:
    names = [part for part in loc if isinstance(part, str)]
    if not names:
        owner: type = model.Dataset
    elif names[-1] == "measure":
        table: Any = raw
        for part in loc:
            table = table[part]
        owner = _MEASURES.get(table.get("kind", ""), model.Amount)
    else:
        owner = _KEYS_OF.get(names[-1], model.Dataset)
    return list(owner.__dataclass_fields__)  # type: ignore[attr-defined]


def _item(loc: Sequence[str | int], raw: dict[str, Any]) -> str | None:
    if len(loc) >= 2 and loc[0] == "commitments" and isinstance(loc[1], int):
        commitment = raw["commitments"][loc[1]]
        identifier = commitment.get("id") if isinstance(commitment, dict) else None
        return identifier if isinstance(identifier, str) else None
    return None
