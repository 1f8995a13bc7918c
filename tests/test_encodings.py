"""Consoles, locales and zones: they change how letters look, never an exit code, never data."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from conftest import NOW, SMALL
from test_hostile_text import STYLE, on_a_terminal

CONSOLES = ["cp949", "ascii", "utf-8"]
FOR_PEOPLE = [["list"], ["show", "auto-tariff"], ["validate"], ["update", "--help"]]
FOR_PROGRAMS = [
    ["list", "--format", "json"],
    ["list", "--format", "md"],
    ["log", "--format", "csv"],
]


def program(*arguments: object, env: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("LC_", "LANG", "PYTHON", "TZ", "FACTSHEET"))
    }
    settings = {
        **kept,
        "FACTSHEET_NOW": NOW,
        "COLUMNS": "80",
        "PYTHONDONTWRITEBYTECODE": "1",
        **env,
    }
    command = [sys.executable, "-m", "factsheet", *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, check=False, env=settings)
    assert b"Traceback" not in result.stderr
    return result


@pytest.fixture
def korean(small: Path) -> Path:
    """The small dataset with more Korean text than titles."""
    text = SMALL.replace("Lower the duty on cars.", "관세를 낮춘다 — 15%로…").replace(
        "A sale was notified.", "자동차 한 대"
    )
    small.write_text(text, encoding="utf-8")
    return small


@pytest.mark.parametrize("console", CONSOLES)
def test_people_read_what_their_console_can_show(korean: Path, console: str) -> None:
    for command in FOR_PEOPLE:
        file = [] if "--help" in command else ["-f", korean]
        result = program(*command, *file, env={"PYTHONIOENCODING": console})
        assert (result.returncode, result.stderr if command != ["validate"] else b"") == (0, b"")
        text = result.stdout.decode(console)
        if console == "cp949" and command[0] in ("list", "show"):
            assert "자동차 관세를 15%로" in text
        if console == "ascii" and command[0] in ("list", "show"):
            assert "\\uc790\\ub3d9\\ucc28" in text
        if console == "ascii" and command[0] == "show":
            assert "+ fulfilled  since 2025-12-04" in text  # the sign falls back
        if console == "utf-8" and command[0] == "show":
            assert "✔ fulfilled  since 2025-12-04" in text


def test_programs_get_the_same_bytes_from_every_console(korean: Path) -> None:
    for command in FOR_PROGRAMS:
        outputs = {
            program(*command, "-f", korean, env=env).stdout
            for env in (
                {"PYTHONIOENCODING": "cp949", "LC_ALL": "C", "TZ": "Asia/Seoul"},
                {
                    "PYTHONIOENCODING": "ascii",
                    "LC_ALL": "POSIX",
                    "PYTHONUTF8": "0",
                    "PYTHONCOERCECLOCALE": "0",
                    "TZ": "America/Adak",
                },
                {"LC_ALL": "C.UTF-8", "TZ": "Pacific/Kiritimati"},
            )
        }
        assert len(outputs) == 1
        assert "자동차" in outputs.pop().decode("utf-8")


def test_no_zone_and_no_locale_changes_a_result(korean: Path) -> None:
    for command in (["list"], ["show", "submarines"]):
        outputs = set()
        for env in (
            {"TZ": "UTC"},
            {"TZ": "Pacific/Kiritimati", "LC_ALL": "ko_KR.UTF-8"},
            {"TZ": "America/Adak", "LANG": "tr_TR.UTF-8"},
        ):
            result = program(*command, "-f", korean, env={"PYTHONIOENCODING": "utf-8", **env})
            outputs.add((result.returncode, result.stdout, result.stderr))
        assert len(outputs) == 1


@pytest.mark.parametrize(
    "env",
    [
        {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
        {"PYTHONIOENCODING": "cp949", "TZ": "Asia/Seoul"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "utf-8", "TZ": "Pacific/Kiritimati"},
    ],
    ids=str,
)
def test_a_record_is_the_same_from_every_console(korean: Path, env: dict[str, str]) -> None:
    before = korean.read_bytes()
    # A console whose letters Python cannot read refuses the text instead of writing other letters.
    if "PYTHONUTF8" in env:
        result = program("update", "arms", "--note", "약속", "-f", korean, env=env)
        assert result.returncode == 2
        assert b"set a UTF-8 locale" in result.stderr
        assert korean.read_bytes() == before
        note = "promised"
    else:
        note = "약속"
    result = program(
        "update", "arms", "--note", note, "--date", "2026-11-20", "-f", korean, env=env
    )
    assert (result.returncode, result.stderr.count(b"\n")) == (0, 1)
    text = korean.read_text(encoding="utf-8")
    record = tomllib.loads(text)["commitments"][0]["updates"][-1]
    piece = re.sub(
        r'id = "[0-9a-f]{8}"', "id", text[text.index(f'id = "{record["id"]}"') :]
    ).partition("\n\n")[0]
    assert piece == f'id\ndate = 2026-11-20\nrecorded = 2026-11-24T09:30:00Z\nnote = "{note}"'


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal as on Unix")
@pytest.mark.parametrize("console", ["ascii", "latin-1"])
@pytest.mark.parametrize("command", [["list"], ["show", "auto-tariff"], ["--help"]], ids=" ".join)
def test_a_terminal_without_the_letters_still_shows_the_rest(
    korean: Path, console: str, command: list[str]
) -> None:
    file = [] if command == ["--help"] else ["-f", korean]
    shown = on_a_terminal(*command, *file, env={"PYTHONIOENCODING": console})
    assert "auto-tariff" in STYLE.sub("", shown.decode(console)) or command == ["--help"]


def test_the_clock_of_the_user_decides_what_today_is(korean: Path) -> None:
    """Only without --as-of, --date and FACTSHEET_NOW does the zone matter: what day is it?"""
    result = program(
        "list", "-f", korean, "--as-of", "2026-11-24", env={"TZ": "Asia/Seoul", "FACTSHEET_NOW": ""}
    )
    assert result.stdout == program("list", "-f", korean, env={"TZ": "UTC"}).stdout
