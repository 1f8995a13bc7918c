"""Errors in the words of the file: what is wrong with a text that is no TOML, or no dataset."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from difflib import get_close_matches
from itertools import islice
from typing import Any

import tomli
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from factsheet import measures, model
from factsheet.lint.codes import Finding
from factsheet.source import spans
from factsheet.vocabulary import NOT_ASSESSED, STATUSES

_LISTED = 20_000
_MARKER = re.compile(r"^(<{7}|>{7}|\|{7})(?: |\r?$)")
_KEYS_OF: dict[str, type] = {
    "agreement": model.Agreement,
    "publication": model.Publication,
    "method": model.Method,
    "commitments": model.Commitment,
    "updates": model.Update,
    "also": model.Also,
    "sources": model.Source,
    "steps": measures.Step,
    "path": measures.Waypoint,
}
_MEASURES = measures.KINDS
_PARTIES = frozenset({"parties", "owed_by", "readings"})


def fields_of(kind: type) -> list[str]:
    """The keys of a table of this type, in order."""
    return list(kind.__dataclass_fields__)  # type: ignore[attr-defined]


_KNOWN_KEYS = dict.fromkeys(
    name
    for kind in (model.Dataset, *_KEYS_OF.values(), *_MEASURES.values())
    for name in fields_of(kind)
)


def syntax(text: str, error: Exception) -> list[Finding]:
    """Why a text is not TOML: git's conflict markers by name, all else with line and column."""
    if found := conflicts(text):
        return found
    if isinstance(error, tomli.TOMLDecodeError):
        line = error.lineno if isinstance(error.lineno, int) else text.count("\n") + 1
        column = error.colno if isinstance(error.colno, int) else None
        written = next(islice(text.split("\n"), line - 1, None), "")
        message = f"not valid TOML: {error.msg}{_advice(written)}: {_short(written.strip())}"
        return [Finding(code="toml-syntax", message=message, line=line, column=column)]
    if isinstance(error, RecursionError):
        line = spans.deepest_line(text)
        return [Finding(code="toml-syntax", message="nested too deeply to be read", line=line)]
    # Where a run of digits begins, so that a long one is looked at once. An exponent needs few to
    # be too large.
    digits = r"(?<![0-9_])[0-9_]{4300}|0[xob][0-9a-fA-F_]{3500}|[eE][+-]?[0-9_]{18}"
    line = spans.find_line(text, digits) or 1
    message = "a number has too many digits to be read"
    return [Finding(code="toml-syntax", message=message, line=line)]


_ADVICE = (
    (r"=[ ]*[0-9]{1,3}(,[0-9]{3})+", "write a number as 3_111_800_000, without commas"),
    (r"[“”‘’]", "use straight quotes"),
    (
        r"=[ ]*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}",
        "a day is written as 2026-05-20 and must be in the calendar",
    ),
    (
        r"^[ ]*\[commitments",
        "every commitment starts with [[commitments]], every update with [[commitments.updates]]",
    ),
    (r"=[ ]*[A-Za-z]", "a word or a sentence stands in quotes"),
)


def _advice(line: str) -> str:
    """What people most often mean by a line like this."""
    found = (words for pattern, words in _ADVICE if re.search(pattern, line[:200]))
    return next((f" ({words})" for words in found), "")


def conflicts(text: str) -> list[Finding]:
    """Git's conflict markers, each conflict with its lines and the commitments that it touches."""
    if not re.search(r"^(?:<{7}|>{7})(?: |\r?$)", text, re.MULTILINE):
        return []
    found: list[Finding] = []
    start: int | None = None
    ids: dict[str, None] = {}

    def conflict(message: str, line: int) -> None:
        found.append(Finding(code="conflict-markers", message=message, line=line))

    for number, (line, item) in enumerate(spans.lines_with_ids(text), start=1):
        if start is not None and item:
            ids[item] = None
        if not (match := _MARKER.match(line)) or match[1][0] == "|":
            continue
        if match[1][0] == "<":
            start, ids = number, {item: None} if item else {}
        elif start is not None:
            what = f" in {', '.join(islice(ids, 20))}" if ids else ""
            conflict(f"git conflict, lines {start} to {number}{what}", start)
            start = None
        else:
            conflict("the end of a git conflict whose beginning was deleted", number)
    if start is not None:
        conflict("git conflict that is never closed", start)
    return found[:1000]


def shape(error: ValidationError, raw: dict[str, Any], most: int) -> tuple[list[Finding], bool]:
    """What keeps the data from being a dataset, at most ``most`` of it, and whether there is more.

    If pydantic found too much to list, what it finds in the first entries of every array.
    """
    more = error.error_count() > most
    for length in (1000, 100, 10):
        if error.error_count() <= _LISTED:
            break
        try:
            model.dataset_from(_beginning(raw, length))
        except ValidationError as shorter:
            error = shorter
    details = error.errors(include_url=False, include_context=False)[:most]
    return [_shape_finding(detail, raw) for detail in details], more


def _beginning(value: Any, length: int) -> Any:
    """The data with arrays and tables cut to ``length`` entries.

    Keys that the format knows stay, so that none looks missing.
    """
    if isinstance(value, list):
        return [_beginning(item, length) for item in value[:length]]
    if isinstance(value, dict):
        kept = {key: value[key] for key in islice(value, length)}
        kept |= {key: value[key] for key in _KNOWN_KEYS if key in value}
        return {key: _beginning(item, length) for key, item in kept.items()}
    return value


_MISFITS = {
    "tuple_type": "a list in brackets is needed",
    "date_type": "a day is needed, without quotes: 2026-05-20",
    "bool_type": "true or false is needed, without quotes",
    "string_type": "a text in quotes is needed",
    "dict_type": "a table is needed, as in { key = value }",
    "dataclass_type": "a table is needed, as in { key = value }",
    "datetime_type": "a moment is needed, without quotes: 2026-11-24T09:30:00Z",
}
"""pydantic's misfits in the words of a TOML file."""


def _shape_finding(detail: ErrorDetails, raw: dict[str, Any]) -> Finding:
    """A pydantic misfit in the words of the file format."""
    # A tagged union puts the tag between the key and the field; the text has no such level.
    loc = tuple(
        part
        for index, part in enumerate(detail["loc"])
        if not (index and detail["loc"][index - 1] == "measure" and part in _MEASURES)
    )
    code, message = _misfit(detail, loc, raw)
    return Finding(code=code, message=message, loc=loc, item=_item(loc, raw))


def _misfit(
    detail: ErrorDetails, loc: tuple[str | int, ...], raw: dict[str, Any]
) -> tuple[str, str]:
    key = _short(str(loc[-1])) if loc else "the file"
    kind, given = detail["type"], detail["input"]
    where = _dotted(loc)
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        close = get_close_matches(key, _known_keys(loc[:-1], raw), n=1)
        more = f"; did you mean `{close[0]}`?" if close else ""
        return "unknown-key", f"unknown key `{key}`{more}"
    if kind in ("missing", "missing_argument", "union_tag_not_found"):
        missing = "kind" if kind == "union_tag_not_found" else key
        return "missing-key", f"`{missing}` is missing"
    if key == "schema" and kind == "literal_error" and type(given) is int and given > 1:
        message = f"this file is written for a newer factsheet (schema {given}); update the program"
        return "type", message
    if key == "status" and ("updates" in loc or "also" in loc):
        return "bad-status", unknown_status(given) if isinstance(given, str) else (
            f"unknown status {_shown(given)}"
        )
    if key == "url":
        return "bad-url", f"not an http or https address: {_shown(given)}"
    if kind == "tuple_type":
        return "type", f"{where}: {_MISFITS[kind]}, {_brackets(loc, given)}"
    if kind in _MISFITS:
        return "type", f"{where}: {_MISFITS[kind]}"
    if kind == "union_tag_invalid":
        known = ", ".join(_MEASURES)
        message = f"unknown kind of measure {_shown(given.get('kind'))}; it is one of {known}"
        return "type", message
    if kind == "string_pattern_mismatch":
        return "type", f"{where}: {_shown(given)} is not {pattern_words(loc)}"
    if kind == "timezone_aware":
        return "type", f"{where}: a moment needs its zone, as in 2026-11-24T09:30:00Z"
    return "type", f"{where}: {detail['msg'].removeprefix('Value error, ')}"


def _brackets(loc: Sequence[str | int], given: object) -> str:
    """How the list that is needed here is written."""
    key = loc[-1]
    if key not in _KEYS_OF:
        return 'as in ["ROK"]'
    header = {"commitments": "commitments", "updates": "commitments.updates"}.get(str(key))
    if header and isinstance(given, dict):
        return f"and a table that can stand several times has two: write [[{header}]]"
    first = fields_of(_KEYS_OF[str(key)])[0]
    return f"as in [{{ {first} = ... }}]"


_TURNING = re.compile(r"not?(?![a-z])|un|non|partly|part(?![a-z])")


def unknown_status(given: str) -> str:
    """What to say to a status that is none: a suggestion only where it means the same.

    ``unfulfilled`` is close to ``fulfilled`` in its letters alone.
    """
    if given == NOT_ASSESSED:
        return f"`{NOT_ASSESSED}` is never typed; leave `status` out, or write `no-evidence`"
    turned = _TURNING.match(given)
    near = get_close_matches(_short(given), STATUSES, n=3, cutoff=0.6)
    same = [word for word in near if bool(_TURNING.match(word)) == bool(turned)]
    more = f"; did you mean {same[0]!r}?" if same else f"; it is one of {', '.join(STATUSES)}"
    return f"unknown status {_short(given)!r}{more}"


def _short(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:200]}..."


def _shown(given: object) -> str:
    """What stands in the file, short: a text is quoted, anything else named by its type."""
    if isinstance(given, str):
        return repr(_short(given))
    words = {
        bool: "true or false",
        int: "a number",
        Decimal: "a number",
        list: "an array",
        dict: "a table",
    }
    return words.get(type(given), "a date or time")


def pattern_words(loc: Sequence[str | int]) -> str:
    """What a text at this path has to look like, for people who do not read expressions."""
    names = [part for part in loc if isinstance(part, str)]
    if _PARTIES.intersection(names):
        return "a short name of letters, digits and hyphens"
    key = next((name for name in reversed(names) if name in _KNOWN_KEYS), "")
    if key == "url":
        return "the http or https address of a page, without spaces, quotes or angle brackets"
    if key in ("id", "retracts"):
        return "an id (kebab-case for a commitment, 8 hex digits for an update)"
    if key in ("title", "summary", "unit", "counts", "publisher", "license"):
        return "a text that says something"
    return "a kebab-case word such as mou or tariff-line"


def _dotted(loc: Sequence[str | int]) -> str:
    names = [_short(str(part)) for part in loc if not isinstance(part, int) and part != "[key]"]
    return ".".join(names) or "the file"


def _known_keys(loc: Sequence[str | int], raw: dict[str, Any]) -> Sequence[str]:
    names = [part for part in loc if isinstance(part, str)]
    if not names:
        return fields_of(model.Dataset)
    if names[-1] != "measure":
        return fields_of(_KEYS_OF.get(names[-1], model.Dataset))
    table: Any = raw
    for part in loc:
        table = table[part]
    return fields_of(_MEASURES.get(table.get("kind", ""), measures.Amount))


def _item(loc: Sequence[str | int], raw: dict[str, Any]) -> str | None:
    if len(loc) >= 2 and loc[0] == "commitments" and isinstance(loc[1], int):
        commitment = raw["commitments"][loc[1]]
        identifier = commitment.get("id") if isinstance(commitment, dict) else None
        return identifier if isinstance(identifier, str) else None
    return None
