"""From text to a dataset, or to findings that say with line and column why not.

It reads text; ``store`` reads files.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from pydantic import ValidationError

from factsheet import model
from factsheet.lint import rules
from factsheet.lint.codes import Finding
from factsheet.source.parse import parse

MAX_TABLES, MAX_VALUES = 1_000_000, 4_000_000
"""Opening brackets, and commas and equals signs, in a file that is read: twice those of 100,000
updates. More would make time and memory unbounded (see SECURITY.md)."""
MAX_FINDINGS = 1000
"""Errors that are named one by one; of a file with more of them nobody would read the rest."""
_LONGEST = 14_000
"""Bits of an integer that Python still turns into decimal digits, with room to spare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A text and what came of it: ``dataset`` is None when an error forbids one.

    ``raw`` is the parsed TOML, if it parsed.
    """

    text: str
    raw: dict[str, Any] | None
    dataset: model.Dataset | None
    findings: tuple[Finding, ...]

    @property
    def digest(self) -> str:
        """The SHA-256 of the file, in hex: what a report and a citation name it by."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "error")


def load_bytes(data: bytes, *, today: dt.date) -> Loaded:
    """Read a file's bytes whole; what is not UTF-8 is a finding with its line."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        finding = Finding(code="encoding", message=message, line=line)
        return Loaded(text="", raw=None, dataset=None, findings=(finding,))
    return load(text, today=today)


def load(text: str, *, today: dt.date) -> Loaded:
    """Read a text whole. ``today`` is the last date an event may have."""

    def broken(*findings: Finding, raw: dict[str, Any] | None = None) -> Loaded:
        return Loaded(text=text, raw=raw, dataset=None, findings=findings)

    if (
        text.count("[") + text.count("{") > MAX_TABLES
        or text.count(",") + text.count("=") > MAX_VALUES
    ):
        message = f"the file has more than {MAX_TABLES} tables and arrays or {MAX_VALUES} values"
        return broken(Finding(code="too-large", message=message, line=1))
    try:
        raw = parse(text)
        if re.search("0[xob][0-9a-fA-F_]{3500}", text):
            _require_printable(raw)
    except (ValueError, ArithmeticError, RecursionError) as error:
        from factsheet.source import explain

        return broken(*explain.syntax(text, error))
    # In a string of several lines markers are valid TOML, and a conflict all the same.
    if "\n<<<<<<< " in text or "\n>>>>>>> " in text:
        from factsheet.source import explain

        if conflicts := explain.conflicts(text):
            return broken(*conflicts, raw=raw)
    try:
        dataset = model.dataset_from(raw)
    except ValidationError as error:
        from factsheet.source import explain

        found, more = explain.shape(error, raw, MAX_FINDINGS)
        return broken(*_bounded(text, found, more), raw=raw)
    found = list(islice(rules.every_error(dataset, today), MAX_FINDINGS + 1))
    return Loaded(
        text=text,
        raw=raw,
        dataset=None if found else dataset,
        findings=_bounded(text, found, len(found) > MAX_FINDINGS),
    )


def _require_printable(value: Any) -> None:
    """Raise ``ValueError`` for an integer so long that no message could show it.

    Only 0x, 0o and 0b can write one.
    """
    if isinstance(value, int) and value.bit_length() > _LONGEST:
        raise ValueError
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in below:
        _require_printable(item)


def _bounded(text: str, findings: Sequence[Finding], more: bool) -> tuple[Finding, ...]:
    placed = located(text, findings[:MAX_FINDINGS])
    if more:
        message = "there are more errors than are named here"
        placed.append(Finding(code="too-many-errors", message=message, line=placed[-1].line))
    return tuple(placed)


def located(text: str, findings: Sequence[Finding]) -> list[Finding]:
    """The findings with their lines, sorted by line; the text is only mapped if one needs it."""
    if not findings:
        return []
    from factsheet.source import spans

    where = spans.TextMap(text)
    placed = [
        found if found.line else replace(found, line=where.line_of(found.loc)) for found in findings
    ]
    return sorted(
        placed, key=lambda found: (found.line or 0, found.severity, found.code, found.message)
    )
