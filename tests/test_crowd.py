"""Writers that meet: every exit 0 is in the file once, whoever is kept out is told by whom.

The long form: stress/crowd.py.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="git and processes as on Unix")
sys.path.insert(0, str(Path(__file__).parent / "stress"))
import crowd  # noqa: E402  a script beside the tests
from crash import prepare  # noqa: E402


def test_six_writers_at_once(tmp_path: Path) -> None:
    tally = crowd.Tally()
    crowd.crowd(tally, prepare(tmp_path), 6, name="short", seconds=60)
    assert tally.wrong == []
    assert tally.written == 6


def test_who_is_kept_out_is_told_by_whom(
    run: Any, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from factsheet import store, writing

    before = small.read_bytes()
    monkeypatch.setenv("FACTSHEET_LOCK_SECONDS", "0")
    with writing.locked(store.Place(small)):
        command = [
            sys.executable,
            "-m",
            "factsheet",
            "update",
            "arms",
            "--note",
            "x",
            "-f",
            str(small),
        ]
        kept_out = subprocess.run(command, capture_output=True, text=True, check=False)
        dry = subprocess.run([*command, "--dry-run"], capture_output=True, text=True, check=False)
    assert kept_out.returncode == 4
    assert f"is being written by process {os.getpid()} on " in kept_out.stderr
    assert "nothing was written, try again" in kept_out.stderr
    assert small.read_bytes() == before
    assert dry.returncode == 0  # only looking needs no lock
    assert run("update", "arms", "--note", "x", "-f", small).exit_code == 0


@pytest.mark.parametrize("seconds", ["soon", "-1", "nan", "inf", "1e9"])
def test_a_senseless_waiting_time_is_named(
    run: Any, small: Path, monkeypatch: pytest.MonkeyPatch, seconds: str
) -> None:
    monkeypatch.setenv("FACTSHEET_LOCK_SECONDS", seconds)
    result = run("update", "arms", "--note", "x", "-f", small)
    assert result.exit_code == 2
    assert "FACTSHEET_LOCK_SECONDS" in result.stderr
