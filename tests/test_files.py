"""validate, init, schema, log, help: commands about the file itself, and where it is found."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import SHIPPED, SMALL

from factsheet.cli import COMMANDS


def test_validate_names_findings_by_line(run: Any, small: Path) -> None:
    small.write_text(SMALL.replace('status = "fulfilled"', 'status = "fulfiled"'), encoding="utf-8")
    result = run("validate", small)
    assert result.exit_code == 1
    line = SMALL[: SMALL.index('status = "fulfilled"')].count("\n") + 1
    assert result.stdout.startswith(
        f"{small}:{line}: error[bad-status] auto-tariff: "
        "unknown status 'fulfiled'; did you mean 'fulfilled'?\n"
    )
    assert "    hint: " in result.stdout


def test_validate_is_quiet_and_0_when_all_is_well(run: Any, small: Path) -> None:
    result = run("validate", small, "--as-of", "2025-11-20")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


def test_warnings_are_errors_only_when_asked(run: Any, small: Path) -> None:
    assert run("validate", small).exit_code == 0
    result = run("validate", small, "--strict")
    assert result.exit_code == 1
    assert "warning[past-due]" in result.stdout
    assert (
        "warning[late-milestone] submarines: the milestone fuel was due 2026-06-30" in result.stdout
    )


def test_validate_json(run: Any, small: Path) -> None:
    findings = json.loads(run("validate", small, "--format", "json").stdout)["findings"]
    assert {found["code"] for found in findings} == {"stale", "past-due", "late-milestone"}
    assert all(
        found["line"] > 1 and found["path"] == str(small) and found["hint"] for found in findings
    )
    assert [found["line"] for found in findings] == sorted(found["line"] for found in findings)


def test_validate_takes_several_files_and_says_which_cannot_be_read(run: Any, small: Path) -> None:
    result = run("validate", small, small.parent / "none.toml")
    assert result.exit_code == 3
    assert "no file" in result.stderr
    assert "warning[past-due]" in result.stdout


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (b"schema = 1\nagreement = = 2\n", "2:13: error[toml-syntax]"),
        (b"schema = 1\n\xff\n", ":2: error[encoding]"),
        (b"", "error[missing-key]"),
        (
            SMALL.replace("3_111_800_000", "3,111,800,000").encode(),
            "without commas): value = 3,111,800,000",
        ),
        (
            SMALL.replace("date = 2026-05-20", 'date = "2026-05-20"').encode(),
            "a day is needed, without quotes",
        ),
        (
            SMALL.replace('owed_by = ["ROK"]', 'owed_by = "ROK"').encode(),
            'a list in brackets is needed, as in ["ROK"]',
        ),
        (SMALL.replace('"Buy $25 billion of arms"', "“Buy”").encode(), "use straight quotes"),
        (
            b"schema = 2\n",
            "error[type] this file is written for a newer factsheet (schema 2); update the program",
        ),
        (
            SMALL.replace("owed_by", "owedby", 1).encode(),
            "unknown key `owedby`; did you mean `owed_by`?",
        ),
        (
            SMALL.replace('"https://example.org/sale"', '"ftp://example.org"').encode(),
            "error[bad-url]",
        ),
        (SMALL.replace("2026-05-20", "2031-05-20").encode(), "error[future-date]"),
        (SMALL.replace("00000002", "00000001").encode(), "error[duplicate-update]"),
        (
            SMALL.replace('US = "United States"', "status = 5").encode(),
            "error[type] agreement.parties.status",
        ),
        (SMALL.replace("3_111_800_000", "3_111_800_000.0000000001").encode(), "9 decimals"),
        (SMALL.replace("3_111_800_000", "nan").encode(), "nan and inf"),
    ],
)
def test_what_is_broken_is_said_with_its_line_and_used_by_no_command(
    run: Any, small: Path, broken: bytes, words: str
) -> None:
    small.write_bytes(broken)
    result = run("validate", small)
    assert result.exit_code == 1
    assert words in result.stdout
    for command in (["list"], ["show", "arms"], ["log"], ["update", "arms", "--note", "x"]):
        refused = run(*command, "-f", small)
        assert (refused.exit_code, refused.stdout) == (3, "")
        assert "factsheet validate" in refused.stderr
    assert small.read_bytes() == broken


@pytest.mark.parametrize(
    ("number", "more"), [(5, ""), (6, "... and 1 more"), (8, "... and 3 more")]
)
def test_the_first_errors_are_named_and_the_rest_counted(
    run: Any, small: Path, number: int, more: str
) -> None:
    text = SMALL + "".join(f"unheard-of-{n} = 1\n" for n in range(number))
    small.write_text(text, encoding="utf-8")
    head, *rest = run("list", "-f", small).stderr.splitlines()
    assert "cannot be used" in head
    assert sum("error[unknown-key]" in line for line in rest) == 5
    assert rest[5:] == ([more] if more else [])


def test_the_dataset_is_found_from_the_folder_upward(
    run: Any, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = small.parent.parent / "a" / "b"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert "Buy $25 billion of arms" in run("list").stdout
    other = deep / "other.toml"
    other.write_text(SMALL.replace("Buy $25 billion of arms", "Another title"), encoding="utf-8")
    monkeypatch.setenv("FACTSHEET_FILE", str(other))
    assert "Another title" in run("list").stdout
    assert "Buy $25 billion of arms" in run("list", "-f", small).stdout  # the option wins


def test_without_any_dataset_the_shipped_one_answers(run: Any) -> None:
    assert "defense-spending" in run("list").stdout


def test_init_copies_the_shipped_dataset_and_its_schema(run: Any, tmp_path: Path) -> None:
    assert run("init", "mine").exit_code == 0
    data = tmp_path / "mine" / "data"
    assert (data / "commitments.toml").read_bytes() == SHIPPED.read_bytes()
    assert json.loads((data / "commitments.schema.json").read_text(encoding="utf-8"))[
        "$schema"
    ].endswith("2020-12/schema")
    assert (
        (data / "commitments.toml")
        .read_text(encoding="utf-8")
        .startswith("#:schema ./commitments.schema.json\n")
    )
    again = run("init", "mine")
    assert again.exit_code == 4
    assert "already there" in again.stderr


def test_init_empty_is_valid(run: Any, tmp_path: Path) -> None:
    assert run("init", "--empty").exit_code == 0
    assert run("validate", "--strict").exit_code == 0
    assert run("update", "x", "--note", "y").exit_code == 2


def test_schema_describes_itself_and_accepts_what_validate_accepts(run: Any, small: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(run("schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)


def test_log_is_newest_first_and_can_be_bounded(run: Any, small: Path) -> None:
    lines = run("log", "-f", small).stdout.splitlines()
    assert [line.split()[:3] for line in lines] == [
        ["2026-05-20", "arms-purchases", "00000001"],
        ["2025-12-04", "auto-tariff", "00000002"],
    ]
    assert run("log", "-f", small, "--since", "2026-01-01").stdout.count("\n") == 1
    assert run("log", "auto-tariff", "-f", small).stdout.count("\n") == 1
    assert run("log", "-f", small, "--until", "2025-12-03").stdout == ""


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_fits_a_screen_and_shows_an_example(run: Any, command: str) -> None:
    result = run(*([command] if command else []), "--help")
    assert result.exit_code == 0
    # The two that write from options take more of them than a small screen has lines.
    assert len(result.stdout.splitlines()) <= (55 if command in ("update", "add") else 40)
    if command:
        assert "Example: factsheet" in result.stdout
        assert COMMANDS[command].summary in " ".join(result.stdout.split())


def test_every_command_of_the_table_exists(run: Any) -> None:
    shown = run("--help").stdout
    assert all(name in shown for name in COMMANDS)


def test_a_mistyped_command_is_corrected(run: Any) -> None:
    result = run("lst")
    assert result.exit_code == 2
    assert "Did you mean 'list'" in result.stderr


def test_a_plain_install_works_from_an_empty_folder(tmp_path: Path) -> None:
    # The package as it would be without its checkout: only what the wheel carries.
    site = tmp_path / "site"
    shutil.copytree(Path(sys.modules["factsheet"].__file__ or "").parent, site / "factsheet")
    (site / "factsheet" / "data").mkdir(exist_ok=True)
    shutil.copy(SHIPPED, site / "factsheet" / "data" / "commitments.toml")
    empty = tmp_path / "empty"
    empty.mkdir()
    start = "from factsheet.__main__ import main; main()"
    result = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; sys.path.insert(0, {str(site)!r}); {start}",
            "list",
        ],
        capture_output=True,
        text=True,
        cwd=empty,
        env={"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert "defense-spending" in result.stdout
