"""Findings as lines, as JSON, and as the annotations of a GitHub workflow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from factsheet.inert import one_line, visible
from factsheet.lint.codes import Finding

Found = Sequence[tuple[Path, Finding]]


def line(path: Path, finding: Finding) -> str:
    """``path:line: error[code] message``, on one line, nothing in it obeyed by a terminal."""
    column = f":{finding.column}" if finding.column else ""
    where = f"{one_line(str(path))}:{finding.line or 1}{column}"
    return f"{where}: {finding.severity}[{finding.code}] {one_line(_message(finding))}"


def _message(finding: Finding) -> str:
    return f"{finding.item}: {finding.message}" if finding.item else finding.message


def text(found: Found) -> str:
    """A line a finding; what to do about it follows the first of its kind."""
    return "".join(_lines(found))


def _lines(found: Found) -> Iterator[str]:
    told: set[str] = set()
    for path, finding in found:
        yield f"{line(path, finding)}\n"
        if finding.code not in told:
            yield f"    hint: {finding.hint}\n"
        told.add(finding.code)


def json(found: Found) -> str:
    """An object with the array ``findings``."""
    from factsheet.formats.json import encode

    return encode({"schema": 1, "findings": [_row(*each) for each in found]}).decode()


def _row(path: Path, finding: Finding) -> dict[str, Any]:
    return {
        "path": str(path),
        "line": finding.line,
        "column": finding.column,
        "severity": finding.severity,
        "code": finding.code,
        "item": finding.item,
        "message": finding.message,
        "hint": finding.hint,
    }


def github(found: Found) -> str:
    """Workflow commands; their own escapes keep a message from becoming another command.

    The place is in the message too, since the log of a run shows nothing else.
    """
    return "".join(_annotation(*each) + "\n" for each in found)


def _annotation(path: Path, finding: Finding) -> str:
    def data(text: str) -> str:
        return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def prop(text: str) -> str:
        return data(text).replace(":", "%3A").replace(",", "%2C")

    column = f",col={finding.column}" if finding.column else ""
    number = finding.line or 1
    place = f"file={prop(str(path))},line={number}{column},title={prop(finding.code)}"
    said = data(f"{path}:{number}: {_message(finding)}. {finding.hint}")
    return f"::{finding.severity} {place}::{said}"


SPELLINGS: Final[dict[str, Callable[[Found], str]]] = {"text": text, "json": json, "github": github}
