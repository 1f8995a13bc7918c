"""The README says what the program does: every output in it is the program's own.

``python tests/test_readme.py`` writes the outputs anew.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from conftest import ROOT, SHIPPED
from rich.console import Console
from typer.testing import CliRunner

from factsheet.assess.snapshot import assess
from factsheet.cli import COMMANDS, app
from factsheet.formats import table
from factsheet.lint import doubts
from factsheet.source.load import load
from factsheet.vocabulary import CLOSED, NOT_ASSESSED, STATUS_MEANINGS

README = ROOT / "README.md"
NOW = "2026-11-25T09:30:00Z"
PICTURE = ROOT / "docs" / "list.svg"
AS_OF = dt.date(2026, 10, 10)
WIDTH = 132
_BLOCK = re.compile(
    r"```console\n(?:\$ cd tracker\n)?\$ (?P<command>factsheet [^\n]+)\n(?P<output>.*?)```\n",
    re.DOTALL,
)
_SVG = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", \
"Noto Sans Mono CJK KR", monospace;
 font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal">\
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>
{lines}</defs>
<rect fill="#14171c" x="0" y="0" width="{width}" height="{height}" rx="8"/>
<g transform="translate({terminal_x}, 20)" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g></g></svg>
"""


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
            for block in _BLOCK.finditer(text):
                program, *arguments = shlex.split(block["command"])
                assert program == "factsheet"
                yield block, CliRunner().invoke(app, arguments, env=environment).output
                if Path("tracker").is_dir():
                    os.chdir("tracker")
        finally:
            os.chdir(before)


def snapshot() -> str:
    """``factsheet list`` in a terminal, as SVG with nothing loaded from elsewhere."""
    dataset = load(SHIPPED.read_text(encoding="utf-8"), today=dt.date(2026, 11, 24)).dataset
    assert dataset
    whole = assess(dataset, AS_OF)
    screen = Console(
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
    screen.print(table.terminal(whole, shown, width=WIDTH, unicode=True, grouped=True))
    return screen.export_svg(title="factsheet list", code_format=_SVG, unique_id="factsheet")


def status_table() -> str:
    meanings = STATUS_MEANINGS | {NOT_ASSESSED: f"{STATUS_MEANINGS[NOT_ASSESSED]} (never typed)"}
    ends = {status: "closed" if status in CLOSED else "open" for status in meanings}
    rows = "".join(
        f"| `{status}` | {words} | {ends[status]} |\n" for status, words in meanings.items()
    )
    return f"\n| status | means | open? |\n|---|---|---|\n{rows}\n"


def findings_table() -> str:
    """How many warnings of each kind the shipped dataset gets, with the items they are about."""
    dataset = load(SHIPPED.read_text(encoding="utf-8"), today=dt.date(2026, 11, 24)).dataset
    assert dataset
    found: dict[str, list[str]] = {}
    for item, each in doubts.doubts(assess(dataset, dt.date(2026, 11, 24))).items():
        for finding in each:
            found.setdefault(finding.code, []).append(item)
    many = "the security, nuclear and maritime terms"
    where = {
        code: ", ".join(dict.fromkeys(items)) if len(items) < 10 else many
        for code, items in found.items()
    }
    rows = "".join(
        f"| `{code}` | {len(items)} | {where[code]} |\n" for code, items in sorted(found.items())
    )
    return f"\n| code | how many | where |\n|---|---|---|\n{rows}\n"


def generated(text: str) -> str:
    """The README with everything in it that the program can say for itself."""
    for block, output in sessions(text):
        text = text.replace(
            block[0], block[0][: block.start("output") - block.start()] + output + "```\n"
        )
    for name, table_text in (("statuses", status_table()), ("findings", findings_table())):
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        head, rest = text.split(begin)
        text = head + begin + table_text + end + rest.split(end)[1]
    return text


def photograph() -> None:
    """Take docs/report.png anew. No test compares it: another browser draws other pixels."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        page_file = Path(folder) / "report.html"
        dates = ["--as-of", str(AS_OF), "--since", "2026-06-30"]
        CliRunner().invoke(app, ["report", "-f", str(SHIPPED), "-o", str(page_file), *dates])
        browser = driver.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1200, "height": 1240})
        page.goto(page_file.as_uri())
        page.screenshot(path=ROOT / "docs" / "report.png")
        browser.close()


def test_every_output_in_the_readme_is_the_programs_own() -> None:
    text = README.read_text(encoding="utf-8")
    assert len(_BLOCK.findall(text)) >= 6
    assert generated(text) == text


def test_the_picture_is_of_this_program() -> None:
    assert PICTURE.read_text(encoding="utf-8") == snapshot()
    assert "http" not in PICTURE.read_text(encoding="utf-8").replace(
        "http://www.w3.org/2000/svg", ""
    )


def test_every_command_is_in_the_readme() -> None:
    text = README.read_text(encoding="utf-8")
    assert not [
        name for name in COMMANDS if f"factsheet {name}" not in text and f"`{name}`" not in text
    ]


if __name__ == "__main__":
    README.write_text(generated(README.read_text(encoding="utf-8")), encoding="utf-8")
    PICTURE.write_text(snapshot(), encoding="utf-8")
    photograph()
