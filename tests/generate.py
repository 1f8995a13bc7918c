"""Writes what the documents say of the program from the program itself.

    python tests/generate.py                 every text, and the picture of the list
    python tests/generate.py --photograph    the pictures of the report as well, with a browser

A part of a document that is generated stands between ``<!-- name -->`` and ``<!-- /name -->``; so
does, without a mark, the output under each ``$ factsheet …`` of a console block. test_readme.py
holds the documents to it.
"""

from __future__ import annotations

import datetime as dt
import inspect
import io
import os
import re
import shlex
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from unittest import mock

import typer
from conftest import ROOT, SHIPPED
from rich.console import Console
from typer.testing import CliRunner

from factsheet.assess.snapshot import Snapshot, assess
from factsheet.cli import COMMANDS, app
from factsheet.cli.driver import ATTRIBUTES, CONFIG_LINE
from factsheet.formats import screen
from factsheet.formats.schema import TYPES, described, json_schema
from factsheet.lint import doubts
from factsheet.lint.codes import CODES
from factsheet.source.load import load
from factsheet.vocabulary import NOT_ASSESSED, STATUS_TABLE

DOCS = ROOT / "docs"
README = ROOT / "README.md"
DOCUMENTS = (README, *sorted(DOCS.glob("*.md")))
PICTURE = DOCS / "list.svg"
NOW = "2026-11-25T09:30:00Z"
AS_OF = dt.date(2026, 10, 11)
SINCE = dt.date(2026, 7, 1)
READ_ON = dt.date(2026, 11, 24)
"""The day for which the findings on the shipped file are counted."""
WIDTH = 132
MANY = 10
"""Items of one finding that are not named one by one any more."""
SESSION = re.compile(
    r"```console\n(?:\$ cd tracker\n)?\$ (?P<command>factsheet [^\n]+)\n(?P<output>.*?)```\n",
    re.DOTALL,
)
_FONTS = 'ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", "Noto Sans Mono CJK KR", monospace'
_SVG = (
    '<svg class="rich-terminal" viewBox="0 0 {width} {height}" '
    'xmlns="http://www.w3.org/2000/svg">\n<style>\n'
    f".{{unique_id}}-matrix {{{{ font-family: {_FONTS};\n"
    """ font-size: {char_height}px; line-height: {line_height}px; \
font-variant-east-asian: full-width; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" \
width="{terminal_width}" height="{terminal_height}" /></clipPath>
{lines}</defs>
<rect fill="#14171c" x="0" y="0" width="{width}" height="{height}" rx="8"/>
<g transform="translate({terminal_x}, 20)" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g></g></svg>
"""
)


def shipped(as_of: dt.date) -> Snapshot:
    """The shipped dataset as of a day."""
    dataset = load(SHIPPED.read_text(encoding="utf-8"), today=READ_ON).dataset
    assert dataset
    return assess(dataset, as_of)


def sessions(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Every console block with what the program prints now, run in order in one fresh folder."""
    ids = [f"{0xC0FFEE00 + number:08x}" for number in range(1, 100)]
    before = Path.cwd()
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch("secrets.token_hex", side_effect=ids),
    ):
        environment = {"FACTSHEET_NOW": NOW, "FACTSHEET_FILE": "", "COLUMNS": "80"}
        os.chdir(folder)
        try:
            for block in SESSION.finditer(text):
                program, *arguments = shlex.split(block["command"])
                assert program == "factsheet"
                yield block, CliRunner().invoke(app, arguments, env=environment).output
                if Path("tracker").is_dir():
                    os.chdir("tracker")
        finally:
            os.chdir(before)


def snapshot() -> str:
    """``factsheet list`` in a terminal, as SVG with nothing loaded from elsewhere."""
    whole = shipped(AS_OF)
    console = Console(
        width=WIDTH,
        file=io.StringIO(),
        force_terminal=True,
        record=True,
        color_system="truecolor",
        legacy_windows=False,
    )
    items = [
        item
        for item in whole.items
        if item.commitment.headline or item.commitment.pillar in ("trade", "investment")
    ]
    shown = [item for item in items if "mou" not in item.commitment.tags][:30]
    console.print(screen.listing(whole, shown, width=WIDTH, unicode=True, grouped=True))
    return console.export_svg(title="factsheet list", code_format=_SVG, unique_id="factsheet")


def photograph() -> None:
    """Take the pictures of pages anew. No test compares them: browsers draw other pixels."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1200, "height": 1240})
        since = ["--since", str(SINCE)]
        pages = {
            "report": since,
            "report.ko": [*since, "--lang", "ko"],
            "brief.ko": ["--brief", "--lang", "ko"],
        }
        for name, asked in pages.items():
            file = Path(folder) / f"{name}.html"
            dates = ["--as-of", str(AS_OF), *asked]
            CliRunner().invoke(app, ["report", "-f", str(SHIPPED), "-o", str(file), *dates])
            page.goto(file.as_uri())
            page.screenshot(path=DOCS / f"{name}.png")
        browser.close()


def rows(head: str, *lines: tuple[str, ...]) -> str:
    """A Markdown table; ``head`` names its columns, between bars."""
    columns = head.split(" | ")
    cells = [tuple(columns), ("---",) * len(columns), *lines]
    return "".join("| " + " | ".join(_cell(each) for each in line) + " |\n" for line in cells)


def _cell(text: str) -> str:
    return " ".join(text.replace("``", "`").split()).replace("|", "\\|")


# README.md and docs/data.md


def commands() -> str:
    made = [(f"[`{name}`](docs/cli.md#{name})", each.summary) for name, each in COMMANDS.items()]
    return rows("command | does", *made)


def findings() -> str:
    """How many warnings of each kind the shipped dataset gets, with the items they are about."""
    found: dict[str, list[str]] = {}
    for item, each in doubts.doubts(shipped(READ_ON)).items():
        for finding in each:
            found.setdefault(finding.code, []).append(item)
    made = []
    for code, items in sorted(found.items()):
        names = [*dict.fromkeys(items)]
        where = ", ".join(names) if len(names) < MANY else f"{len(names)} items"
        made.append((f"`{code}`", str(len(items)), where))
    return rows("code | how many | where", *made)


# docs/file.md

_PLACES: Final = {
    "Dataset": "The top of the file",
    "Agreement": "`[agreement]`",
    "Publication": "`[publication]`",
    "Method": "`[method]`",
    "Commitment": "`[[commitments]]`",
    "Amount": '`measure` with `kind = "amount"`',
    "Level": '`measure` with `kind = "level"`',
    "Limit": '`measure` with `kind = "limit"`',
    "Milestones": '`measure` with `kind = "milestones"`',
    "Sum": '`measure` with `kind = "sum"`',
    "Step": "An entry of `steps`",
    "Waypoint": "An entry of `path`",
    "Update": "`[[commitments.updates]]`",
    "Also": "An entry of `also`",
    "Source": "An entry of `sources`",
}


def keys() -> str:
    """Every table of the file with its keys, as the model has them."""
    schema = json_schema()
    parts = []
    for kind in TYPES:
        name = kind.__name__
        told = schema if name == "Dataset" else schema["$defs"][name]
        needed = set(told.get("required", ()))
        lines = [
            (
                f"`{key}`",
                _written(told["properties"][key]),
                "yes" if key in needed else "",
                # The statuses have a table of their own.
                words.split(". no-evidence:")[0] + " ([statuses](#the-statuses))"
                if key == "status"
                else words,
            )
            for key, words in described(kind).items()
        ]
        about = " ".join((inspect.getdoc(kind) or "").split("\n\n")[0].split()).replace("``", "`")
        parts.append(
            f"### {_PLACES[name]}\n\n{about}\n\n" + rows("key | written as | needed | says", *lines)
        )
    return "\n".join(parts)


def _written(shape: dict[str, Any]) -> str:
    """What one types for a key, from its JSON Schema."""
    if "const" in shape:
        return f"`{_toml(shape['const'])}`"
    if "enum" in shape:
        return "one of `" + "`, `".join(shape["enum"]) + "`" if len(shape["enum"]) < 5 else "a word"
    if "$ref" in shape or "oneOf" in shape or "anyOf" in shape:
        return "table"
    match shape.get("type"):
        case "array":
            return f"list of {_written(shape['items'])}s"
        case "object":
            return "table of texts"
        case "boolean":
            return "`true` or `false`"
        case "integer":
            return "whole number"
        case "number":
            return "number"
    return {"date": "day", "date-time": "moment"}.get(shape.get("format", ""), "") or (
        "id" if shape.get("pattern", "").startswith("^[a-z0-9]") else "text"
    )


def _toml(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def statuses() -> str:
    made = [
        (
            f"`{name}`",
            each.meaning + (" (never typed)" if name == NOT_ASSESSED else ""),
            "open" if each.open else "closed",
        )
        for name, each in STATUS_TABLE.items()
    ]
    return rows("status | means | open?", *made)


def codes() -> str:
    made = [(f"`{code}`", severity, hint) for code, (severity, hint) in CODES.items()]
    return rows("code | is | what to do", *made)


# docs/cli.md


def reference() -> str:
    """Every command with its help, in Markdown."""
    group = typer.main.get_command(app)
    context = typer.Context(group)
    parts = []
    for name in COMMANDS:
        command = group.get_command(context, name)
        arguments = [each for each in command.params if each.param_type_name == "argument"]
        options = [each for each in command.params if each.param_type_name == "option"]
        usage = " ".join(["factsheet", name, *map(_place, arguments), "[OPTIONS]"])
        text = (command.help or "").replace("\\[", "[").split("\n\n")
        paragraphs = [
            f"```sh\n{each.removeprefix('Example: ')}\n```"
            if each.startswith("Example: ")
            else textwrap.fill(each, 120, break_on_hyphens=False)
            for each in text
        ]
        lines = [(f"`{_place(each)}`", each.help or "") for each in arguments]
        lines += [(f"`{_spelled(each)}`", _said(each)) for each in options]
        body = "\n\n".join([f"```text\n{usage}\n```", *paragraphs])
        parts.append(f"## {name}\n\n{body}\n")
        if lines:
            parts.append(rows("argument or option | says", *lines))
    return "\n".join(parts)


def _place(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    name += "..." if argument.nargs == -1 else ""
    return name if argument.required else f"[{name}]"


def _spelled(option: Any) -> str:
    names = ", ".join([*option.opts, *option.secondary_opts])
    return names if option.is_flag else f"{names} {option.metavar}"


def _said(option: Any) -> str:
    said = option.help or ""
    if option.required:
        return f"{said} Needed."
    shown = option.default if option.show_default and not option.is_flag else None
    return f"{said} Default: `{shown}`." if isinstance(shown, str) else said


# docs/team.md


def driver() -> str:
    return f"```sh\n{CONFIG_LINE}\n```\n"


def attribute() -> str:
    return "\n".join(["```text", *ATTRIBUTES, "```", ""])


PARTS: Final[dict[str, Callable[[], str]]] = {
    "commands": commands,
    "findings": findings,
    "keys": keys,
    "statuses": statuses,
    "codes": codes,
    "reference": reference,
    "driver": driver,
    "attribute": attribute,
}


def generated(text: str) -> str:
    """A document with everything in it that the program can say for itself."""
    for block, output in sessions(text):
        start = block.start("output") - block.start()
        text = text.replace(block[0], block[0][:start] + output + "```\n")
    for name, part in PARTS.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        if begin in text:
            head, rest = text.split(begin)
            text = f"{head}{begin}\n{part()}\n{end}{rest.split(end)[1]}"
    return text


def main() -> None:
    for document in DOCUMENTS:
        document.write_text(generated(document.read_text(encoding="utf-8")), encoding="utf-8")
    PICTURE.write_text(snapshot(), encoding="utf-8")
    if "--photograph" in sys.argv:
        photograph()


if __name__ == "__main__":
    main()
