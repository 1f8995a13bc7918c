"""How a promise is cited, the numbers of its measure in JSON, and the reference of all columns."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, SMALL
from reporting import MORE, hostile

from factsheet.report import columns

Run = Callable[..., Any]
PUBLISHED = """
[publication]
title = "The Pact Tracker"
publisher = "Smith & Sons_{x}"
url = "https://example.org/pact/"
license = "CC-BY-4.0"

# arms come first"""
PATH = """
[[commitments]]
id = "budget"
title = "Spend more"
pillar = "security"
owed_by = ["ROK"]
summary = "More."

[commitments.measure]
kind = "level"
unit = "%"
baseline = 2.5
target = 3.5
start = 2026-01-01
by = 2028-01-01
path = [{ date = 2027-01-01, value = 3.25 }]
"""


@pytest.fixture
def published(small: Path) -> Path:
    small.write_text(SMALL.replace("\n# arms come first", PUBLISHED) + MORE + PATH, "utf-8")
    return small


def cited(run: Run, file: Path, *args: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(run("report", "-f", file, "--format", "json", *args).stdout)
    return data


def test_a_citation_gives_title_publisher_days_address_hash_and_licence(
    run: Run, published: Path
) -> None:
    digest = hashlib.sha256(published.read_bytes()).hexdigest()
    data = cited(run, published, "--as-of", "2026-10-10")
    arms = next(each for each in data["commitments"] if each["id"] == "arms-purchases")
    sentence = (
        '"Buy $25 billion of arms", in: The Pact Tracker. Smith & Sons_{x}. As of 2026-10-10, data '
        f"through 2026-05-20. https://example.org/pact/ (file SHA-256 {digest[:12]}; CC-BY-4.0)."
    )
    assert arms["cite"]["sentence"] == sentence
    assert arms["cite"]["bibtex"].splitlines() == [
        "@misc{pact-arms-purchases-2026-10-10,",
        r"  title = {{Buy \$25 billion of arms}},",
        r"  author = {{Smith \& Sons\_\{x\}}},",
        "  howpublished = {The Pact Tracker},",
        "  year = {2026},",
        "  month = {10},",
        "  url = {https://example.org/pact/},",
        f"  note = {{As of 2026-10-10, data through 2026-05-20; file SHA-256 {digest}; CC-BY-4.0}}",
        "}",
    ]
    assert data["cite"]["sentence"].startswith("The Pact Tracker. Smith & Sons_{x}. As of")
    shown = run("show", "arms", "-f", published, "--as-of", "2026-10-10").stdout
    assert sentence in shown
    assert "@misc{pact-arms-purchases-2026-10-10," in shown
    page = run("report", "-f", published, "--as-of", "2026-10-10").stdout
    assert "@misc{pact-2026-10-10," in page
    assert f"(file SHA-256 {digest[:12]}; CC-BY-4.0)" in page


def test_without_a_publication_the_title_of_the_agreement_stands(run: Run, small: Path) -> None:
    data = cited(run, small, "--as-of", "2026-10-10", "--known-by", "2026-06-01")
    digest = hashlib.sha256(small.read_bytes()).hexdigest()
    assert data["cite"]["sentence"] == (
        "Pact of Two — 두 나라의 약속. As of 2026-10-10, known by 2026-06-01, data through "
        f"2026-05-20 (file SHA-256 {digest[:12]})."
    )
    parts = next(each for each in data["commitments"] if each["id"] == "auto-parts")
    assert "no data yet" in parts["cite"]["sentence"]


def test_a_hostile_title_cannot_leave_its_citation(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "trap.toml"
    file.write_text(hostile(), "utf-8")
    for each in cited(run, file)["commitments"]:
        lines = each["cite"]["bibtex"].splitlines()
        assert lines[0].startswith("@misc{pact-")
        assert lines[-1] == "}"
        assert all(line.startswith("  ") and line.rstrip(",").endswith("}") for line in lines[1:-1])
        assert "\x1b" not in each["cite"]["sentence"]


def test_the_measure_stands_in_json_as_numbers(run: Run, published: Path) -> None:
    found = {each["id"]: each["measure"] for each in cited(run, published)["commitments"]}
    budget = found["budget"]
    assert [budget[key] for key in ("kind", "baseline", "target", "start", "by", "basis")] == [
        "level",
        "2.5",
        "3.5",
        "2026-01-01",
        "2028-01-01",
        "path",
    ]
    assert budget["path"] == [
        {"date": "2026-01-01", "value": "2.5"},
        {"date": "2027-01-01", "value": "3.25"},
        {"date": "2028-01-01", "value": "3.5"},
    ]
    assert found["auto-parts"] is None
    assert (found["annual-cap"]["goal"], found["annual-cap"]["headroom"]) == ("cap", "-1000000000")
    assert found["both"]["missing"] == ["part-two"]
    assert found["auto-tariff"]["by"] is None
    assert list(budget) == list(columns.MEASURE)


def test_the_reference_is_what_the_program_says(run: Run) -> None:
    page = run("schema", "--reference").stdout
    assert page == (ROOT / "docs" / "data-formats.md").read_text("utf-8"), (
        "write it anew: factsheet schema --reference > docs/data-formats.md"
    )


def test_every_column_that_is_exported_is_described(run: Run, published: Path) -> None:
    page = (ROOT / "docs" / "data-formats.md").read_text("utf-8")
    rows = run("list", "-f", published, "--format", "csv").stdout
    log = run("log", "-f", published, "--format", "csv").stdout
    for text in (rows, log):
        assert all(f"| `{name}` |" in page for name in next(csv.reader(io.StringIO(text))))
    tables = (columns.ITEM, columns.MEASURE, columns.RECORD, columns.SOURCE, columns.CITATION)
    for table in tables:
        assert all(column.about.endswith(".") for column in table.values())


def test_values_are_of_the_kind_that_their_column_names(run: Run, published: Path) -> None:
    kinds: dict[str, tuple[type, ...]] = {"boolean": (bool,), "number": (str, float)}
    for each in cited(run, published)["commitments"]:
        for name, column in columns.ITEM.items():
            value = each[name]
            assert value is not None or not column.required
            assert value is None or isinstance(value, kinds.get(column.kind, (str, list))), name
            assert not column.words or value is None or value in column.words
