"""The documents say what the program does: every output and table in them is the program's own.

``python tests/generate.py`` writes them anew.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer
from conftest import ROOT
from generate import DOCS, DOCUMENTS, PARTS, PICTURE, README, SESSION, generated, snapshot

from factsheet import __version__
from factsheet.cli import COMMANDS, app

LINES = 220
EVERY = [*DOCUMENTS, ROOT / "SECURITY.md", ROOT / "CHANGELOG.md", ROOT / "benchmarks" / "README.md"]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_output_and_table_is_the_programs_own(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert generated(text) == text, "python tests/generate.py writes it anew"


def test_every_generated_part_stands_in_one_document() -> None:
    texts = [document.read_text(encoding="utf-8") for document in DOCUMENTS]
    for part in PARTS:
        assert sum(f"<!-- {part} -->\n" in text for text in texts) == 1, part


def test_the_readme_is_short_and_shows_the_program_at_work() -> None:
    text = README.read_text(encoding="utf-8")
    assert text.count("\n") <= LINES
    assert len(SESSION.findall(text)) >= 6


def test_the_picture_is_of_this_program() -> None:
    assert PICTURE.read_text(encoding="utf-8") == snapshot()
    assert "http" not in PICTURE.read_text(encoding="utf-8").replace(
        "http://www.w3.org/2000/svg", ""
    )


def anchors(text: str) -> set[str]:
    heads = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("document", EVERY, ids=name)
def test_every_link_to_a_file_leads_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?://", target):
            continue
        path, _, anchor = target.partition("#")
        there = (document.parent / path).resolve() if path else document
        assert there.is_file(), f"{target} in {name(document)}"
        assert not anchor or anchor in anchors(there.read_text(encoding="utf-8")), target


def spoken() -> list[tuple[str, list[str]]]:
    """Every command line of the program in a code block or between backticks."""
    found = []
    for document in EVERY:
        text = document.read_text(encoding="utf-8")
        lines = re.findall(r"^(?:\$ )?(factsheet .+)$", text, re.MULTILINE)
        lines += re.findall(r"`(factsheet [^`\n]+)`", text)
        for line in lines:
            if "…" not in line and "COMMAND" not in line:
                found.append((name(document), shlex.split(line.split(" > ")[0])[1:]))
    return found


def test_every_command_and_option_that_a_document_names_exists() -> None:
    group: Any = typer.main.get_command(app)
    context = typer.Context(group)
    said = [(where, words) for where, words in spoken() if not words[0].startswith(("-", "{"))]
    assert len(said) >= 30
    for where, (word, *rest) in said:
        assert word in COMMANDS, f"factsheet {word} in {where}"
        command = group.get_command(context, word)
        known = {each for parameter in command.params for each in parameter.opts}
        options = {each for each in rest if re.fullmatch(r"--?[a-z][\w-]*", each)}
        assert options <= known | {"--help"}, f"factsheet {word} in {where}: {options - known}"


def test_the_example_of_the_file_format_is_a_valid_dataset(run: Any, tmp_path: Path) -> None:
    text = (DOCS / "file.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- example -->\n```toml\n(.*?)```", text, re.DOTALL)
    assert found
    path = tmp_path / "example.toml"
    path.write_text(found[1], encoding="utf-8")
    result = run("validate", path)
    assert result.exit_code == 0, result.stdout


def test_the_changelog_tells_of_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    first = re.search(r"^## (\S+)", text, re.MULTILINE)
    assert first
    assert first[1] == __version__
