"""A writer killed at any instant leaves the old file or the new one, and nothing in anybody's way.

The long form: stress/crash.py.
"""

from __future__ import annotations

import os
import random
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks and kills")
sys.path.insert(0, str(Path(__file__).parent / "stress"))
import crash  # noqa: E402  a script beside the tests


@pytest.mark.parametrize("again", [False, True], ids=["first", "later"])
def test_killed_at_every_step_of_a_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    monkeypatch.setenv("FACTSHEET_LOCK_SECONDS", "0")
    tally = crash.Tally()
    steps = crash.steps(tally, crash.prepare(tmp_path / "steps"), again=again)
    assert tally.wrong == []
    assert tally.killed == steps > 20


def test_success_is_said_once_the_name_is_on_the_disk_too(
    run: Any, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until its folder is synced, a power cut can bring the old file back."""
    done: list[str] = []
    replace, link, fsync = os.replace, os.link, os.fsync

    def renamed(*given: Any) -> None:
        replace(*given)
        done.append("name")

    def linked(*given: Any) -> None:
        link(*given)
        done.append("name")

    def synced(descriptor: int) -> None:
        fsync(descriptor)
        what = os.fstat(descriptor)
        here = os.path.samestat(what, small.parent.stat()) or os.path.samestat(what, new.stat())
        done.append("folder" if here else "file" if stat.S_ISREG(what.st_mode) else "elsewhere")

    new = tmp_path / "new" / "data"
    new.mkdir(parents=True)
    monkeypatch.setattr(os, "replace", renamed)
    monkeypatch.setattr(os, "link", linked)
    monkeypatch.setattr(os, "fsync", synced)
    assert run("update", "arms", "--note", "x", "-f", small).exit_code == 0
    assert done == ["file", "name", "folder"]
    done.clear()
    assert run("init", tmp_path / "new", "--empty").exit_code == 0
    assert done == ["file", "name", "folder"] * 2


def test_killed_at_random_instants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTSHEET_LOCK_SECONDS", "0")
    tally = crash.Tally()
    crash.at_random(
        tally, crash.prepare(tmp_path / "random"), 40, cold=False, chance=random.Random(1)
    )
    assert tally.wrong == []
    assert tally.killed > 10
