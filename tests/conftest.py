"""What tests share: a small dataset, and the program run as a user would run it."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from typer.testing import CliRunner

from factsheet.cli import app
from factsheet.source.load import load
from factsheet.source.translation import fingerprint, originals

# No test is told from another by a clock: a busy machine is slow, not wrong.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "data" / "commitments.toml"
NOW = "2026-11-24T09:30:00Z"

SMALL = """\
# A small dataset; this comment must survive everything.
schema = 1

[agreement]
id = "pact"
title = "Pact of Two — 두 나라의 약속"
agreed = 2025-11-14
parties = { ROK = "Republic of Korea", US = "United States" }

# arms come first
[[commitments]]
id = "arms-purchases"
title = "Buy $25 billion of arms"
pillar = "security"
headline = true
owed_by = ["ROK"]
summary = "Spend a fixed sum on arms by the end of the decade."
due = 2030-12-31
measure = { kind = "amount", unit = "USD", counts = "contracts", target = 25_000_000_000 }

[[commitments.updates]]
id = "00000001"
date = 2026-05-20
recorded = 2026-05-21T09:00:00Z
status = "in-progress"
value = 3_111_800_000
note = "A sale was notified."
sources = [{ url = "https://example.org/sale", publisher = "Example", kind = "press" }]

# tariffs follow
[[commitments]]
id = "auto-tariff"
title = "자동차 관세를 15%로"
pillar = "trade"
owed_by = ["US"]
summary = "Lower the duty on cars."
tags = ["tariff-line"]
measure = { kind = "level", unit = "%", baseline = 25, target = 15 }

[[commitments.updates]]
id = "00000002"
date = 2025-12-04
recorded = 2025-12-05T09:00:00Z
status = "fulfilled"
value = 15
sources = [{ url = "https://example.org/notice", kind = "primary" }]

[[commitments]]
id = "submarines"
title = "Support submarines"
pillar = "security"
owed_by = ["US", "ROK"]
summary = "Work together on fuel."
measure = { kind = "milestones", steps = [
    { id = "plan", title = "A plan" },
    { id = "fuel", title = "Fuel", due = 2026-06-30 },
] }

[[commitments]]
id = "auto-parts"
title = "Lower the duty on parts"
pillar = "trade"
owed_by = ["US"]
summary = "The same for parts."
due = 2026-01-31
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small dataset in a folder of its own."""
    path = tmp_path / "data" / "commitments.toml"
    path.parent.mkdir()
    path.write_bytes(SMALL.encode("utf-8"))
    return path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    """The program in this process, the clock stopped, nothing found by accident."""
    monkeypatch.setenv("FACTSHEET_NOW", NOW)
    monkeypatch.delenv("FACTSHEET_FILE", raising=False)
    monkeypatch.delenv("FACTSHEET_LANG", raising=False)
    # Help is as wide as a terminal would be, whatever runs the tests.
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)

    def call(*args: object, **options: Any) -> Any:
        return CliRunner().invoke(
            app, [os.fspath(arg) if isinstance(arg, Path) else str(arg) for arg in args], **options
        )

    return call


@pytest.fixture
def all_hangul(tmp_path: Path) -> Path:
    """The shipped dataset with every text of it translated as the same word: what stands in Latin
    letters then is the program's, or a name.
    """
    text = SHIPPED.read_text(encoding="utf-8")
    path = tmp_path / "commitments.toml"
    path.write_text(text, encoding="utf-8")
    dataset = load(text, today=dt.date(2026, 11, 26)).dataset
    assert dataset is not None
    tables: dict[str, list[str]] = {}
    for (table, key), original in originals(dataset):
        said = original if key == "measure.unit" and original in ("USD", "%") else "글"
        entry = f'"{key}" = {{ text = "{said}", of = "{fingerprint(original)}" }}'
        tables.setdefault(table, []).append(entry)
    lines = (f"[{table}]\n" + "\n".join(entries) for table, entries in tables.items())
    (tmp_path / "commitments.ko.toml").write_text("\n".join(lines), encoding="utf-8")
    return path
