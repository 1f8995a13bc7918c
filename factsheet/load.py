"""From text to a dataset, or to findings that say with line and column why not. It reads text; ``store`` reads files."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

import tomli
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from factsheet import checks, model, textmap
from factsheet.findings import Finding

MAX_BYTES = 128 * 1024 * 1024
"""A larger file is refused unread, so that memory stays bounded (see SECURITY.md)."""

_MARKER = re.compile(r"^(<{7}|>{7})(?: |\r?$)", re.MULTILINE)
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
        return "", Finding(code="too-large", message=f"the file has {len(data)} bytes; at most {MAX_BYTES} are read", line=1)
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        return "", Finding(code="encoding", message=message, line=line)


def parse(text: str) -> dict[str, Any]:
    """The TOML of a text, decimals exact. A byte-order mark is skipped. Raises what ``syntax_finding`` explains."""
    return tomli.loads(text.removeprefix("\ufeff"), parse_float=Decimal)


def load(text: str, *, today: dt.date) -> Loaded:
    """Read a text whole. ``today`` is the last date an event may have."""
    try:
        raw = parse(text)
    except (tomli.TOMLDecodeError, ValueError, RecursionError) as error:
        return Loaded(text=text, raw=None, dataset=None, findings=tuple(syntax_findings(text, error)))
    try:
        dataset = model.dataset_from(raw)
    except ValidationError as error:
        findings = [_shape_finding(detail, raw) for detail in error.errors(include_url=False)]
        return Loaded(text=text, raw=raw, dataset=None, findings=tuple(located(text, findings)))
    found = checks.errors(dataset, today)
    if found:
        return Loaded(text=text, raw=raw, dataset=None, findings=tuple(located(text, found)))
    return Loaded(text=text, raw=raw, dataset=dataset, findings=())


def located(text: str, findings: Sequence[Finding]) -> list[Finding]:
    """The findings with their lines, sorted by line; the text is only mapped if there is something to place."""
    if not findings:
        return []
    where = textmap.TextMap(text)
    placed = [found if found.line else replace(found, line=where.line_of(found.loc)) for found in findings]
    return sorted(placed, key=lambda found: (found.line or 0, found.severity, found.code, found.message))


def syntax_findings(text: str, error: Exception) -> list[Finding]:
    """Why a text is not TOML: git's conflict markers by name, everything else with line and column."""
    if conflicts := _conflicts(text):
        return conflicts
    if isinstance(error, tomli.TOMLDecodeError):
        line = error.lineno if isinstance(error.lineno, int) else text.count("\n") + 1
        column = error.colno if isinstance(error.colno, int) else None
        return [Finding(code="toml-syntax", message=f"not valid TOML: {error.msg}", line=line, column=column)]
    if isinstance(error, RecursionError):
        deep = textmap.find_line(
            text, r"(?:[\[{][ \t\r\n]*+(?:[\w\"']++[ \t]*+=)?[ \t]*+){40}|(?:[\w\"'-]++[ \t]*+\.[ \t]*+){400}"
        )
        return [Finding(code="toml-syntax", message="nested too deeply to be read", line=deep or 1)]
    long = textmap.find_line(text, r"[0-9_]{4300}")
    return [Finding(code="toml-syntax", message="a number has too many digits to be read", line=long or 1)]


def _conflicts(text: str) -> list[Finding]:
    found = []
    start: int | None = None
    for match in _MARKER.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        if match[1][0] == "<":
            start = line
        elif start is not None:
            ids = textmap.ids_between(text, start, line)
            what = f" in {', '.join(ids)}" if ids else ""
            found.append(Finding(code="conflict-markers", message=f"git conflict, lines {start} to {line}{what}", line=start))
            start = None
    if start is not None:
        found.append(Finding(code="conflict-markers", message="git conflict that is never closed", line=start))
    return found


def _shape_finding(detail: ErrorDetails, raw: dict[str, Any]) -> Finding:
    """A pydantic misfit in the words of the file format."""
    # A tagged union puts the tag between the key and the field; the text has no such level.
    loc = tuple(
        part
        for index, part in enumerate(detail["loc"])
        if not (index and detail["loc"][index - 1] == "measure" and part in _MEASURES)
    )
    key = str(loc[-1]) if loc else "the file"
    kind, given = detail["type"], detail["input"]
    code, message = "type", f"{_dotted(loc)}: {detail['msg'].removeprefix('Value error, ')}"
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        close = get_close_matches(key, _known_keys(loc[:-1], raw), n=1)
        code, message = "unknown-key", f"unknown key `{key}`" + (f"; did you mean `{close[0]}`?" if close else "")
    elif kind in ("missing", "missing_argument", "union_tag_not_found"):
        missing = "kind" if kind == "union_tag_not_found" else key
        code, message = "missing-key", f"`{missing}` is missing"
    elif key == "status":
        close = get_close_matches(str(given), model.STATUSES, n=1)
        code, message = "bad-status", f"unknown status {given!r}" + (f"; did you mean {close[0]!r}?" if close else "")
    elif key == "url":
        code, message = "bad-url", f"not an http or https address: {given!r:.200}"
    elif kind == "union_tag_invalid":
        message = f"unknown kind of measure {given.get('kind')!r}; it is one of {', '.join(_MEASURES)}"
    elif kind == "string_pattern_mismatch":
        message = f"{_dotted(loc)}: {given!r:.80} is not {_pattern_words(key)}"
    elif kind == "timezone_aware":
        message = f"{_dotted(loc)}: a moment needs its zone, as in 2026-11-24T09:30:00Z"
    return Finding(code=code, message=message, loc=loc, item=_item(loc, raw))


def _pattern_words(key: str) -> str:
    if key in ("id", "retracts"):
        return "an id (kebab-case for a commitment, 8 hex digits for an update)"
    return "a kebab-case word" if key != "parties" else "a short name of letters, digits and hyphens"


def _dotted(loc: Sequence[str | int]) -> str:
    names = [str(part) for part in loc if not isinstance(part, int) and part != "[key]"]
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
