"""The reference of every key and column: docs/data-formats.md, in the words of the program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import MISSING, fields
from typing import Any, Final

from factsheet.formats.schema import TYPES, described
from factsheet.report import columns

_TABLES: Final[dict[str, str]] = {
    "Dataset": "The file",
    "Agreement": "`[agreement]`",
    "Publication": "`[publication]`",
    "Method": "`[method]`",
    "Commitment": "`[[commitments]]`",
    "Amount": "`measure`, kind `amount`",
    "Level": "`measure`, kind `level`",
    "Limit": "`measure`, kind `limit`",
    "Milestones": "`measure`, kind `milestones`",
    "Sum": "`measure`, kind `sum`",
    "Step": "A step of milestones",
    "Waypoint": "A waypoint of a path",
    "Update": "`[[commitments.updates]]`",
    "Also": "An entry of `also`",
    "Source": "An entry of `sources`",
}
_EXPORTS: Final[tuple[tuple[str, str, columns.Columns[Any]], ...]] = (
    (
        "Items: `list` and `report` in csv and json, `commitments.csv`, sheet Items",
        "One row a commitment.",
        columns.ITEM,
    ),
    (
        "The measure of an item: `measure` in the JSON of a report and in `data.json`",
        "What is measured; `null` where nothing is. A path is a list of `date` and `value`.",
        columns.MEASURE,
    ),
    (
        "Records: `log` in csv and json, `updates.csv`, `history.csv`, sheet History",
        "One row a record: what one event says of one commitment. JSON has the others in `also`.",
        columns.RECORD,
    ),
    (
        "Addresses: `sources` in csv and json",
        "One row an address, with what is known of it.",
        columns.SOURCE,
    ),
    (
        "Sources: `sources.csv` of a site",
        "One row a source and what it is the source of, an address as often as it is cited.",
        columns.CITATION,
    ),
)
_HEAD: Final = """\
# Data formats

Every key of the dataset file and every column of the exports. This page is made by
`factsheet schema --reference`, from the words that the program itself works with; do not edit it.

In JSON an exact number is a string, a ratio a number, what is absent `null`, several values a list.
In CSV (UTF-8, RFC 4180) what is absent is empty, and a text that a spreadsheet would compute has an
apostrophe before it.
"""


def reference() -> bytes:
    """The page, in Markdown."""
    return ("\n".join([_HEAD, *_file(), *_exports()]).rstrip("\n") + "\n").encode("utf-8")


def _file() -> Iterator[str]:
    yield "## The dataset file\n"
    for kind in TYPES:
        yield f"### {_TABLES[kind.__name__]}\n"
        yield "| key | needed | what it says |\n| --- | --- | --- |"
        words = described(kind)
        for field in fields(kind):
            needed = field.default is MISSING and field.default_factory is MISSING
            yield f"| `{field.name}` | {'yes' if needed else ''} | {_cell(words[field.name])} |"
        yield ""


def _exports() -> Iterator[str]:
    yield "## Exports\n"
    for title, about, table in _EXPORTS:
        yield f"### {title}\n\n{about}\n"
        yield "| column | kind | what it says |\n| --- | --- | --- |"
        for name, column in table.items():
            words = f" One of {', '.join(column.words)}." if column.words else ""
            kind = column.kind + ("" if column.required else ", may be empty")
            yield f"| `{name}` | {kind} | {_cell(column.about + words)} |"
        yield ""


def _cell(words: str) -> str:
    return re.sub(r"\s+", " ", words).replace("|", "\\|")
