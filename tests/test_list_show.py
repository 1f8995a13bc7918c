"""list and show, as their user meets them."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from factsheet.cli.list import SORTS


def table(output: str) -> list[str]:
    return output.split("\n\n")[0].splitlines()


def test_a_pipe_gets_one_whole_line_an_item(run: Any, small: Path) -> None:
    result = run("list", "-f", small)
    assert result.exit_code == 0
    lines = table(result.stdout)
    assert [line.split()[0] for line in lines] == [
        "ITEM",
        "arms-purchases",
        "submarines",
        "auto-tariff",
        "auto-parts",
    ]
    assert "Buy $25 billion of arms" in lines[1]
    assert "$3.11bn of $25bn" in lines[1]
    assert "\x1b" not in result.stdout


def test_columns_line_up_under_hangul(run: Any, small: Path) -> None:
    lines = table(run("list", "-f", small).stdout)
    at = cell_len(lines[0][: lines[0].index("OWED BY")])
    for line, party in zip(lines[1:], ["ROK", "US+ROK", "US", "US"], strict=True):
        assert cell_len(line[: line.index(f"  {party} ") + 2]) == at


def test_the_list_ends_with_what_each_party_owes(run: Any, small: Path) -> None:
    tail = run("list", "-f", small).stdout.split("\n\n")[1].splitlines()
    assert tail == [
        "as of 2026-11-24; data through 2026-05-20",
        "ROK owes 2: 1 moving, 1 not assessed",
        "US owes 3: 1 fulfilled, 2 not assessed; 1 overdue",
    ]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--status", "fulfilled"], ["auto-tariff"]),
        (["--status", "fulfilled,in-progress"], ["arms-purchases", "auto-tariff"]),
        (["--pillar", "trade"], ["auto-tariff", "auto-parts"]),
        (["--owed-by", "ROK"], ["arms-purchases", "submarines"]),
        (["--tag", "tariff-line"], ["auto-tariff"]),
        (["--headline"], ["arms-purchases"]),
        (["--overdue"], ["auto-parts"]),
        (["--trouble"], ["submarines", "auto-parts"]),
        (["--stale"], ["arms-purchases", "submarines", "auto-parts"]),
        (["--sort", "id"], ["arms-purchases", "auto-parts", "auto-tariff", "submarines"]),
        (["--sort=-id"], ["submarines", "auto-tariff", "auto-parts", "arms-purchases"]),
        (["--sort", "due"], ["auto-parts", "submarines", "arms-purchases", "auto-tariff"]),
        (["--sort=-due"], ["arms-purchases", "submarines", "auto-parts", "auto-tariff"]),
        (["--due-within", "5w", "--as-of", "2026-06-01"], ["submarines"]),
        (["--due-within", "90d", "--as-of", "2025-11-20"], ["auto-parts"]),
        (["--due-within", "28d", "--as-of", "2026-06-01"], []),
        (["--sort", "last-update"], ["auto-tariff", "arms-purchases", "submarines", "auto-parts"]),
    ],
)
def test_filters_and_orders(run: Any, small: Path, options: list[str], expected: list[str]) -> None:
    result = run("list", "-f", small, "--format", "json", *options)
    ids = [item["id"] for item in json.loads(result.stdout)["commitments"]]
    assert ids == expected if "--sort" in " ".join(options) else sorted(ids) == sorted(expected)


@pytest.mark.parametrize("key", SORTS)
def test_every_sort_key_keeps_every_item(run: Any, small: Path, key: str) -> None:
    items = json.loads(run("list", "-f", small, "--format", "json", "--sort", key).stdout)[
        "commitments"
    ]
    assert len(items) == 4


def test_json_has_the_contracted_keys_and_amounts_as_strings(run: Any, small: Path) -> None:
    data = json.loads(run("list", "-f", small, "--format", "json").stdout)
    assert list(data) == ["schema", "agreement", "as_of", "known_by", "commitments"]
    assert (data["schema"], data["as_of"], data["known_by"]) == (1, "2026-11-24", None)
    arms = data["commitments"][0]
    assert list(arms) == [
        *(
            "id",
            "title",
            "pillar",
            "headline",
            "owed_by",
            "status",
            "status_date",
            "value",
            "value_through",
            "target",
            "unit",
        ),
        *(
            "progress",
            "expected",
            "pace",
            "pace_word",
            "due",
            "overdue",
            "last_update",
            "stale",
            "disputed",
            "findings",
        ),
    ]
    assert (arms["value"], arms["target"]) == ("3111800000", "25000000000")
    # 187 of 1873 days; 3,111,800,000 of 25,000,000,000.
    assert (arms["progress"], arms["expected"], arms["pace"]) == (0.1245, 0.0998, 1.2467)
    parts = next(item for item in data["commitments"] if item["id"] == "auto-parts")
    assert (parts["value"], parts["last_update"], parts["status"]) == (None, None, "not-assessed")
    assert [found["code"] for found in parts["findings"]] == ["past-due", "stale"]
    assert "자동차" in run("list", "-f", small, "--format", "json").stdout


def test_csv_and_markdown(run: Any, small: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("list", "-f", small, "--format", "csv").stdout)))
    assert rows[0]["value"] == "3111800000"
    assert len(rows) == 4
    text = run("list", "-f", small, "--format", "md").stdout
    assert "| arms-purchases | Buy \\$25 billion of arms |" in text


def test_a_date_asks_what_was_true_then(run: Any, small: Path) -> None:
    def status(*options: str) -> dict[str, str]:
        data = json.loads(run("list", "-f", small, "--format", "json", *options).stdout)
        return {item["id"]: item["status"] for item in data["commitments"]}

    assert status("--as-of", "2025-12-03")["auto-tariff"] == "not-assessed"
    assert status("--as-of", "2025-12-04")["auto-tariff"] == "fulfilled"
    assert status("--known-by", "2025-12-04")["auto-tariff"] == "not-assessed"
    assert status("--known-by", "2025-12-05")["auto-tariff"] == "fulfilled"


def test_a_day_before_the_first_record_was_written_says_so(run: Any, small: Path) -> None:
    assert "written by 2025-12-01" in run("list", "-f", small, "--known-by", "2025-12-01").stderr
    assert run("list", "-f", small, "--known-by", "2025-12-05").stderr == ""


def test_exit_code_on_request(run: Any, small: Path) -> None:
    assert run("list", "-f", small, "--overdue", "--exit-code").exit_code == 1
    assert run("list", "-f", small, "--status", "breached", "--exit-code").exit_code == 0


@pytest.mark.parametrize(
    "options",
    [
        ["--status", "fulfiled"],
        ["--pillar", "x"],
        ["--owed-by", "UK"],
        ["--sort", "x"],
        ["--format", "x"],
    ],
)
def test_a_wrong_word_names_the_right_ones(run: Any, small: Path, options: list[str]) -> None:
    result = run("list", "-f", small, *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is not one of" in result.stderr


@pytest.mark.parametrize(
    "date",
    [
        "02/03/2026",
        "2026-02-30",
        "someday",
        "2026-1-1",
        "２０２６-01-01",
        "7",
        "d7",
        "-7d",
        "99999d",
    ],
)
def test_what_could_be_two_days_or_none_is_no_date(run: Any, small: Path, date: str) -> None:
    result = run("list", "-f", small, "--as-of", date)
    assert result.exit_code == 2
    assert "--as-of" in result.stderr


@pytest.mark.parametrize(
    ("word", "date"),
    [
        ("today", "2026-11-24"),
        ("Yesterday", "2026-11-23"),
        ("tuesday", "2026-11-24"),
        ("wednesday", "2026-11-18"),
        ("monday", "2026-11-23"),
        ("7d", "2026-11-17"),
        ("2w", "2026-11-10"),
        ("0d", "2026-11-24"),
    ],
)
def test_a_day_may_be_said_as_people_say_it(run: Any, small: Path, word: str, date: str) -> None:
    """What is printed is a date of the calendar all the same."""
    result = run("list", "-f", small, "--format", "json", "--as-of", word)
    assert json.loads(result.stdout)["as_of"] == date


def test_the_log_since_a_day_begins_with_that_day(run: Any, small: Path) -> None:
    def found(*options: str) -> list[str]:
        data = json.loads(run("log", "-f", small, "--format", "json", *options).stdout)
        return [event["id"] for event in data["events"]]

    assert found("--since", "2026-05-20") == ["00000001"]
    assert found("--since", "2026-05-21") == []
    assert found("--until", "2026-05-20") == ["00000001", "00000002"]
    assert found("--until", "2026-05-19") == ["00000002"]
    assert found("--written-since", "2026-05-21") == ["00000001"]
    assert found("--written-since", "2026-05-22") == []


def test_show_tells_the_whole(run: Any, small: Path) -> None:
    text = run("show", "arms", "-f", small).stdout
    for part in (
        "Buy $25 billion",
        "Republic of Korea (ROK)",
        "$3,111,800,000, data through 2026-05-20",
        "straight line",
        "ahead 1.25",
    ):
        assert part in text
    assert "https://example.org/sale" in text
    assert "● observed" in text


def test_show_marks_late_milestones(run: Any, small: Path) -> None:
    text = run("show", "submarines", "-f", small).stdout
    assert "✖ fuel  Fuel  (due 2026-06-30, late)" in text
    assert "○ plan" in text


def test_an_ambiguous_or_wrong_item_lists_candidates(run: Any, small: Path) -> None:
    ambiguous = run("show", "auto", "-f", small)
    assert (ambiguous.exit_code, ambiguous.stdout) == (2, "")
    assert "auto-tariff or auto-parts" in ambiguous.stderr
    wrong = run("show", "submarine-x", "-f", small)
    assert wrong.exit_code == 2
    assert "did you mean submarines?" in wrong.stderr


def test_an_empty_dataset_says_so(run: Any, tmp_path: Path) -> None:
    assert run("init", "--empty").exit_code == 0
    result = run("list")
    assert result.exit_code == 0
    assert "no commitments yet" in result.stderr
    assert json.loads(run("list", "--format", "json").stdout)["commitments"] == []


def test_module_and_script_are_the_same_program(small: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "factsheet", "--version"], capture_output=True, text=True, check=True
    )
    assert result.stdout.startswith("factsheet ")
