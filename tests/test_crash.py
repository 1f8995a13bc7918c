"""A writer killed at any instant leaves the old file or the new one, and nothing in anybody's way.

The long form: stress/crash.py.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

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


def test_killed_at_random_instants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTSHEET_LOCK_SECONDS", "0")
    tally = crash.Tally()
    crash.at_random(
        tally, crash.prepare(tmp_path / "random"), 40, cold=False, chance=random.Random(1)
    )
    assert tally.wrong == []
    assert tally.killed > 10
