"""The JSON Schema: right by its own standard, and used by the TOML tools that editors carry."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from conftest import SHIPPED, SMALL

LINE = "#:schema ./commitments.schema.json\n"


@pytest.fixture
def schema(run: Any) -> dict[str, Any]:
    result = run("schema")
    assert result.exit_code == 0
    parsed: dict[str, Any] = json.loads(result.stdout)
    return parsed


def plain(text: str) -> Any:
    """A TOML text as JSON has it: dates as strings."""
    return json.loads(
        json.dumps(
            tomllib.loads(text), default=lambda value: value.isoformat().replace("+00:00", "Z")
        )
    )


def test_it_is_json_schema_2020_12_and_forbids_what_it_does_not_know(
    schema: dict[str, Any],
) -> None:
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)
    tables = {**schema["$defs"], "Dataset": schema}
    assert set(tables) >= {
        "Commitment",
        "Update",
        "Source",
        "Amount",
        "Level",
        "Limit",
        "Milestones",
        "Sum",
        "Agreement",
        "Method",
    }
    for name, table in tables.items():
        assert table["additionalProperties"] is False, name
        for key, value in table["properties"].items():
            assert value["description"], (name, key)
    text = json.dumps(schema)
    assert "null" not in text  # TOML has none
    assert '"format": "date"' in text
    assert '"format": "date-time"' in text
    assert len(schema["$defs"]["Update"]["properties"]["status"]["enum"]) == 10
    re.compile(schema["$defs"]["Source"]["properties"]["url"]["pattern"])


def test_the_schema_beside_the_shipped_dataset_is_the_one_that_is_printed(run: Any) -> None:
    # Mended with: factsheet schema > data/commitments.schema.json
    assert (SHIPPED.parent / "commitments.schema.json").read_bytes() == run("schema").stdout_bytes


BROKEN = {
    "unknown key": ("headline = true", "headlin = true"),
    "unknown key of an update": ('note = "A sale was notified."', 'notes = "x"'),
    "unknown key of a source": ('publisher = "Example"', 'publihser = "Example"'),
    "unknown key of the file": ("schema = 1", "schema = 1\nversion = 2"),
    "status": ('status = "fulfilled"', 'status = "fulfiled"'),
    "a status that is never typed": ('status = "fulfilled"', 'status = "not-assessed"'),
    "date as text": ("date = 2025-12-04", 'date = "4 December 2025"'),
    "date and time for a date": ("due = 2026-01-31", "due = 2026-01-31T10:00:00Z"),
    "moment without a zone": ("recorded = 2025-12-05T09:00:00Z", "recorded = 2025-12-05"),
    "address": ('url = "https://example.org/sale"', 'url = "ftp://example.org/sale"'),
    "number as text": ("value = 15", 'value = "15"'),
    "target of nothing": ("target = 25_000_000_000", "target = 0"),
    "kind of source": ('kind = "press"', 'kind = "blog"'),
    "kind of measure": ('kind = "level"', 'kind = "levle"'),
    "measure without a unit": ('unit = "%", ', ""),
    "no title": ('title = "Buy $25 billion of arms"\n', ""),
    "id": ('id = "arms-purchases"', 'id = "Arms Purchases"'),
    "update id": ('id = "00000001"', 'id = "1"'),
    "party": ("ROK = ", '"R O K" = '),
    "owed by nobody": ('owed_by = ["ROK"]', "owed_by = []"),
    "cap and floor": (
        'measure = { kind = "level", unit = "%", baseline = 25, target = 15 }',
        'measure = { kind = "limit", unit = "%", window = "continuous", max = 2, min = 1 }',
    ),
}


def broken(case: str) -> str:
    old, new = BROKEN[case]
    assert SMALL.count(old) >= 1
    return SMALL.replace(old, new, 1)


def test_the_schema_accepts_the_datasets_and_refuses_the_broken_ones(
    schema: dict[str, Any], run: Any, tmp_path: Path
) -> None:
    check = jsonschema.Draft202012Validator(schema)
    for text in (SMALL, SHIPPED.read_text(encoding="utf-8")):
        assert not list(check.iter_errors(plain(text)))
    # JSON has no dates of its own, so cases about the kind of a date are for the editors below.
    for case in BROKEN:
        if "date" in case or "moment" in case:
            continue
        assert list(check.iter_errors(plain(broken(case)))), case


def test_the_schema_and_validate_agree_on_the_broken_ones(run: Any, small: Path) -> None:
    for case in BROKEN:
        small.write_text(broken(case), encoding="utf-8")
        assert run("validate", small).exit_code == 1, case


def tool(name: str) -> str:
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{name} is needed under CI; it is in the test extra")
        pytest.skip(f"{name} is not installed")
    return found


TOOLS = {"taplo": ["lint", "--no-auto-config"], "tombi": ["lint", "--offline"]}


def lint(name: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [tool(name), *TOOLS[name], "commitments.toml"],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "NO_COLOR": "1"},
        check=False,
    )


@pytest.fixture
def desk(run: Any, tmp_path: Path) -> Path:
    """A folder as ``init`` leaves it: the dataset and the schema that its first line names."""
    assert run("init", tmp_path / "desk").exit_code == 0
    return tmp_path / "desk" / "data"


@pytest.mark.parametrize("name", TOOLS)
def test_editors_accept_what_init_writes(run: Any, desk: Path, name: str) -> None:
    dataset = desk / "commitments.toml"
    assert dataset.read_text(encoding="utf-8").startswith(LINE)
    result = lint(name, desk)
    assert result.returncode == 0, result.stdout + result.stderr
    dataset.write_text(LINE + SMALL, encoding="utf-8")
    result = lint(name, desk)
    assert result.returncode == 0, result.stdout + result.stderr
    assert run("init", desk.parent.parent / "empty", "--empty").exit_code == 0
    assert lint(name, desk.parent.parent / "empty" / "data").returncode == 0


@pytest.mark.parametrize("name", TOOLS)
def test_editors_point_at_what_is_broken(desk: Path, name: str) -> None:
    for case in BROKEN:
        (desk / "commitments.toml").write_text(LINE + broken(case), encoding="utf-8")
        assert lint(name, desk).returncode != 0, case
