"""add and edit: a commitment from options or questions, the editor and what is checked after it."""

from __future__ import annotations

import os
import shlex
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import terminal
from conftest import NOW, SMALL

REQUIRED = {
    "--id": "grid",
    "--title": "Build a grid",
    "--pillar": "security",
    "--owed-by": "ROK,US",
    "--summary": "두 나라의 전력망.",
}
BASE = [word for pair in REQUIRED.items() for word in pair]


def commitment(path: Path, item: str) -> dict[str, Any]:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    found: dict[str, Any] = next(each for each in data["commitments"] if each["id"] == item)
    return found


def only_inserted(path: Path, before: str = SMALL) -> bool:
    after = path.read_bytes().decode("utf-8")
    start = next(
        index
        for index in range(len(before) + 1)
        if index == len(before) or before[index] != after[index]
    )
    size = len(after) - len(before)
    return any(
        after[: start - shift] + after[start - shift + size :] == before
        for shift in range(start + 1)
    )


def test_add_inserts_after_the_last_of_its_pillar_and_changes_nothing_else(
    run: Any, small: Path
) -> None:
    result = run(
        "add",
        *BASE,
        "--due",
        "2030-06-30",
        "--tag",
        "power,grid",
        "--headline",
        "--wording",
        "will",
        "-f",
        small,
    )
    assert (result.exit_code, result.stdout) == (0, ""), result.stderr
    assert "added grid" in result.stderr
    assert only_inserted(small)
    ids = [each["id"] for each in tomllib.loads(small.read_text(encoding="utf-8"))["commitments"]]
    assert ids == ["arms-purchases", "auto-tariff", "submarines", "grid", "auto-parts"]
    new = commitment(small, "grid")
    assert (new["owed_by"], new["tags"], new["headline"], new["due"].isoformat()) == (
        ["ROK", "US"],
        ["power", "grid"],
        True,
        "2030-06-30",
    )
    assert run("validate", small).exit_code == 0
    assert run("update", "grid", "--note", "begun", "-f", small).exit_code == 0
    # A pillar that is new goes to the end.
    assert run("add", *BASE, "--id", "last", "--pillar", "industry", "-f", small).exit_code == 0
    assert tomllib.loads(small.read_text(encoding="utf-8"))["commitments"][-1]["id"] == "last"


def test_add_keeps_line_ends_and_a_missing_last_newline(run: Any, small: Path) -> None:
    for text in (SMALL.replace("\n", "\r\n"), SMALL.removesuffix("\n")):
        for pillar in ("security", "industry"):
            small.write_bytes(text.encode("utf-8"))
            assert run("add", *BASE, "--pillar", pillar, "-f", small).exit_code == 0
            after = small.read_bytes()
            assert only_inserted(small, text)
            assert after.count(b"\n") == after.count(b"\r\n") or b"\r" not in after
            assert after.endswith(b"\n") == text.endswith("\n")


def test_add_starts_an_empty_dataset(run: Any, tmp_path: Path) -> None:
    assert run("init", "new", "--empty").exit_code == 0
    path = tmp_path / "new" / "data" / "commitments.toml"
    options = ["--id", "one", "--title", "T", "--pillar", "p", "--owed-by", "A", "--summary", "S."]
    assert run("add", *options, "-f", path).exit_code == 0
    assert run("validate", path).exit_code == 0


MEASURES = {
    "amount": (
        ["--target", "25bn", "--unit", "USD", "--counts", "contracts"],
        {"kind": "amount", "unit": "USD", "counts": "contracts", "target": 25_000_000_000},
    ),
    "level": (
        ["--baseline", "2.32%", "--target", "3.5%", "--unit", "%"],
        {"kind": "level", "unit": "%", "baseline": 2.32, "target": 3.5},
    ),
    "from zero": (
        ["--baseline", "0", "--target", "2", "--unit", "GW"],
        {"kind": "level", "unit": "GW", "baseline": 0, "target": 2},
    ),
    "cap": (
        ["--max", "$20bn", "--unit", "USD", "--window", "calendar-year"],
        {"kind": "limit", "window": "calendar-year", "unit": "USD", "max": 20_000_000_000},
    ),
    "floor": (
        ["--min", "28,500", "--unit", "people"],
        {"kind": "limit", "window": "continuous", "unit": "people", "min": 28500},
    ),
    "steps": (
        ["--step", "bill=A bill = a law@2026-06-30", "--step", "launch=Launch"],
        {
            "kind": "milestones",
            "steps": [
                {"id": "bill", "title": "A bill = a law", "due": "2026-06-30"},
                {"id": "launch", "title": "Launch"},
            ],
        },
    ),
    "none": ([], None),
}


@pytest.mark.parametrize("case", MEASURES)
def test_add_makes_every_kind_of_measure(run: Any, small: Path, case: str) -> None:
    options, expected = MEASURES[case]
    result = run("add", *BASE, *options, "-f", small)
    assert result.exit_code == 0, result.stderr
    measure = commitment(small, "grid").get("measure")
    for step in (measure or {}).get("steps", []):
        if "due" in step:
            step["due"] = step["due"].isoformat()
    assert measure == expected


REFUSED = {
    "taken": (["--id", "arms-purchases"], "is taken"),
    "reserved": (["--id", "updates"], "is the name of another table in a translation file: give"),
    "not kebab": (["--id", "My Grid"], "kebab"),
    "party": (["--owed-by", "JPN"], "not a party"),
    "date": (["--due", "30/06/2030"], "is not a date"),
    "no unit": (["--target", "5", "--counts", "x"], "--unit is missing"),
    "no counts": (["--target", "5", "--unit", "USD"], "--counts is missing"),
    "other unit": (["--target", "5%", "--unit", "USD", "--counts", "x"], "the measure is in USD"),
    "unit of nothing": (["--unit", "USD"], "give it with --target, --max or --min"),
    "cap and target": (["--target", "5", "--max", "6", "--unit", "USD"], "one of them"),
    "cap and floor": (["--min", "5", "--max", "6", "--unit", "USD"], "either max or min"),
    "window": (
        ["--max", "6", "--unit", "USD", "--window", "month"],
        "--window 'month' is not one of",
    ),
    "window of a target": (
        ["--target", "6", "--unit", "USD", "--counts", "x", "--window", "continuous"],
        "belongs to --max",
    ),
    "steps and target": (
        ["--step", "a=A", "--target", "6"],
        "--step makes a measure of milestones",
    ),
    "step": (["--step", "only words"], "is not ID=TITLE"),
    "step twice": (["--step", "a=A", "--step", "a=B"], "two milestones share an id"),
    "nothing to reach": (["--target", "0", "--unit", "USD", "--counts", "x"], "above zero"),
    "escape": (["--title", "a\x1b[2J"], "invisible character"),
    "publisher of nothing": (["--publisher", "P"], "give its URL"),
    "source": (["--source", "javascript:alert(1)"], "not an http or https address"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_add_refuses_leaves_the_file_alone(run: Any, small: Path, case: str) -> None:
    options, words = REFUSED[case]
    result = run("add", *BASE, *options, "-f", small)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert small.read_text(encoding="utf-8") == SMALL


def test_add_without_a_terminal_says_what_is_missing(run: Any, small: Path) -> None:
    result = run("add", "--id", "grid", "--title", "T", "-f", small, input="")
    assert result.exit_code == 2
    assert "--pillar, --owed-by, --summary is missing" in result.stderr


def test_add_dry_run_prints_the_diff(
    run: Any, small: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    result = run("add", *BASE, "--dry-run", "-f", small)
    assert result.exit_code == 0
    assert '+id = "grid"' in result.stdout
    assert small.read_text(encoding="utf-8") == SMALL
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))
    assert run("add", *BASE).exit_code == 4  # the shipped copy is read-only


def in_a_terminal(
    arguments: Sequence[str], answers: Sequence[tuple[str, str]], environment: dict[str, str]
) -> tuple[int, str]:
    """Run the program on a pseudo-terminal; wait for each question before its answer is typed."""
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    process, descriptor = pty.fork()
    if process == 0:  # the child: nothing of pytest may run here
        os.execve(
            sys.executable,
            [sys.executable, "-m", "factsheet", *arguments],
            {**os.environ, **environment},
        )
    seen, typed = "", ""
    waiting = list(answers)
    until = terminal.deadline()
    try:
        while data := terminal.heard(descriptor, process, until, pressed=typed):
            seen += data.decode("utf-8", "replace")
            if waiting and waiting[0][0] in seen.split("\a")[-1]:
                _, typed = waiting.pop(0)
                os.write(descriptor, typed.encode("utf-8"))
                seen += "\a"  # a mark: what is answered is not answered again
    finally:
        os.close(descriptor)
    _, status = os.waitpid(process, 0)
    assert not waiting, f"never asked {waiting[0][0]!r}: {seen}"
    return os.waitstatus_to_exitcode(status), seen


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal as on Unix")
def test_a_silent_program_on_a_terminal_is_not_waited_for() -> None:
    import pty

    process, descriptor = pty.fork()
    if process == 0:
        os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(600)"])
    with pytest.raises(TimeoutError):
        terminal.heard(descriptor, process, terminal.deadline(0.2))
    os.close(descriptor)
    with pytest.raises(ChildProcessError):
        os.waitpid(process, 0)


DEAF_ONCE = """
import signal, sys, threading
heard = threading.Semaphore(0)
signal.signal(signal.SIGINT, lambda *_: heard.release())
print("ready", flush=True)
heard.acquire(), heard.acquire()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal as on Unix")
def test_a_ctrl_c_that_was_lost_is_pressed_again() -> None:
    import pty

    process, descriptor = pty.fork()
    if process == 0:
        os.execv(sys.executable, [sys.executable, "-c", DEAF_ONCE])
    until = terminal.deadline()
    assert b"ready" in terminal.heard(descriptor, process, until)
    os.write(descriptor, terminal.CTRL_C.encode())
    while terminal.heard(descriptor, process, until, pressed=terminal.CTRL_C):
        pass
    os.close(descriptor)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0


PLAIN = {"FACTSHEET_NOW": NOW, "TERM": "dumb", "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}


def test_add_asks_for_what_is_missing(small: Path) -> None:
    answers = [
        ("in one line", "Build 2 GW of power\r"),
        ("[build-2-gw-of-power]", "auto-tariff\r"),
        ("is taken", "updates\r"),
        ("is taken", "Build It\r"),
        ("kebab-case", "\r"),
        ("security, trade", "trade\r"),
        ("ROK, US", "Korea\r"),
        ("not one of ROK, US", "ROK, US\r"),
        ("own words", "두 나라의 전력망.\r"),
        ("year-month-day", "2030년\r"),
        ("is not a date", "2030-06-30\r"),
        ("total to reach", "two\r"),
        ("is not a number", "2\r"),
        ("unit", "GW\r"),
        ("counted", "capacity\r"),
        ("A page", "example.org/plan\r"),
        ("is not an http", "https://example.org/plan\r"),
    ]
    code, seen = in_a_terminal(["add", "-f", str(small)], answers, PLAIN)
    assert code == 0, seen
    new = commitment(small, "build-2-gw-of-power")
    assert (new["pillar"], new["owed_by"], new["summary"]) == (
        "trade",
        ["ROK", "US"],
        "두 나라의 전력망.",
    )
    assert new["measure"] == {"kind": "amount", "unit": "GW", "counts": "capacity", "target": 2}
    assert [source["url"] for source in new["sources"]] == ["https://example.org/plan"]
    assert only_inserted(small)


def test_add_left_with_ctrl_c_leaves_no_trace(small: Path) -> None:
    code, seen = in_a_terminal(
        ["add", "-f", str(small)], [("in one line", "Build\r"), ("Its id", terminal.CTRL_C)], PLAIN
    )
    assert code != 0
    assert "Traceback" not in seen
    assert small.read_text(encoding="utf-8") == SMALL


EDITOR = """\
import pathlib, sys
log = pathlib.Path({log!r})
with log.open("a") as told:
    told.write(repr(sys.argv[1:]) + "\\n")
name, _, line = sys.argv[-1].rpartition(":")
path = pathlib.Path(name if line.isdigit() else sys.argv[-1])
for old, new in {changes!r}[len(log.read_text().splitlines()) - 1]:
    path.write_bytes(path.read_bytes().replace(old.encode(), new.encode()))
"""


def editor(
    folder: Path, *changes: Sequence[tuple[str, str]], name: str = "vim"
) -> tuple[str, Path]:
    """An editor whose every run makes the next changes, and the log of what it was told."""
    log, script = folder / "log", folder / "editor.py"
    script.write_text(EDITOR.format(log=str(log), changes=changes), encoding="utf-8")
    program = folder / name
    program.write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(script))} "$@"\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    return shlex.quote(str(program)), log


TARIFF_LINE = SMALL[: SMALL.index('[[commitments]]\nid = "auto-tariff"')].count("\n") + 1

needs_posix = pytest.mark.skipif(os.name == "nt", reason="the stand-in editor is a shell script")


@needs_posix
@pytest.mark.parametrize(
    ("name", "variable", "expected"),
    [
        ("vim", "VISUAL", ["+{line}", "{path}"]),
        ("nvim", "EDITOR", ["+{line}", "{path}"]),
        ("nano", "EDITOR", ["+{line}", "{path}"]),
        ("emacsclient", "EDITOR", ["+{line}", "{path}"]),
        ("code", "EDITOR", ["--wait", "--goto", "{path}:{line}"]),
        ("hx", "EDITOR", ["{path}:{line}"]),
        ("some-editor", "EDITOR", ["{path}"]),
    ],
)
def test_edit_opens_the_editor_at_the_item(
    run: Any,
    small: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    name: str,
    variable: str,
    expected: list[str],
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "false")
    program, log = editor(tmp_path, [("Lower the duty on cars.", "Lower it.")], name=name)
    monkeypatch.setenv(variable, program)
    result = run("edit", "auto-t", "-f", small)
    assert result.exit_code == 0, result.stderr
    assert "changed, no errors" in result.stderr
    assert (
        log.read_text()
        == repr([part.format(line=TARIFF_LINE, path=small) for part in expected]) + "\n"
    )
    assert commitment(small, "auto-tariff")["summary"] == "Lower it."


@needs_posix
def test_edit_shows_errors_and_exits_1(
    run: Any, small: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program, _ = editor(
        tmp_path,
        [('status = "fulfilled"', 'status = "done"')],
        [('status = "done"', 'status = "fulfilled"')],
    )
    monkeypatch.setenv("VISUAL", program)
    result = run("edit", "auto-tariff", "-f", small)
    assert result.exit_code == 1
    assert "error[bad-status]" in result.stdout
    # The file is broken now, and can still be opened at its item.
    assert run("edit", "auto-tariff", "-f", small).exit_code == 0
    assert small.read_text(encoding="utf-8") == SMALL


@needs_posix
def test_edit_offers_to_go_back(small: Path, tmp_path: Path) -> None:
    broken, mended = (
        [('status = "fulfilled"', "status = ")],
        [("status = \n", 'status = "stalled"\n')],
    )
    program, log = editor(tmp_path, broken, mended)
    code, seen = in_a_terminal(
        ["edit", "auto-tariff", "-f", str(small)], [("again?", "\r")], {**PLAIN, "VISUAL": program}
    )
    assert code == 0, seen
    assert "error[toml-syntax]" in seen
    assert "Traceback" not in seen
    # The second time it opens at the error.
    line = SMALL[: SMALL.index('status = "fulfilled"')].count("\n") + 1
    assert log.read_text().splitlines()[1] == repr([f"+{line}", str(small)])
    assert commitment(small, "auto-tariff")["updates"][0]["status"] == "stalled"


@needs_posix
def test_edit_that_is_left_broken_in_a_terminal_exits_1(small: Path, tmp_path: Path) -> None:
    program, _ = editor(tmp_path, [("schema = 1", "schema = 2")])
    code, seen = in_a_terminal(
        ["edit", "auto-tariff", "-f", str(small)], [("again?", "n\r")], {**PLAIN, "VISUAL": program}
    )
    assert code == 1, seen


def test_edit_refuses_what_it_cannot_do(
    run: Any, small: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("VISUAL", "/no/such/editor")
    result = run("edit", "arms", "-f", small)
    assert result.exit_code == 2
    assert "cannot start the editor" in result.stderr
    assert run("edit", "no-such", "-f", small).exit_code == 2
    assert run("edit", "arms", "-f", small.parent / "none.toml").exit_code == 3
    monkeypatch.setenv("VISUAL", "'unclosed")
    assert run("edit", "arms", "-f", small).exit_code == 2
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))
    assert run("edit", "arms").exit_code == 4  # the shipped copy
