"""update and retract: what they write, what they refuse."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW, SMALL


def updates(path: Path, item: str) -> list[dict[str, Any]]:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = next(
        each for each in data["commitments"] if each["id"] == item
    ).get("updates", [])
    return found


def inserted(path: Path) -> str:
    """What the file has that it had not, checked to be one contiguous piece."""
    after = path.read_text(encoding="utf-8")
    start = next(
        index
        for index in range(len(SMALL) + 1)
        if index == len(SMALL) or SMALL[index] != after[index]
    )
    length = len(after) - len(SMALL)
    for shift in range(start + 1):
        if after[: start - shift] + after[start - shift + length :] == SMALL:
            return after[start - shift : start - shift + length]
    raise AssertionError("more than an insertion")


def test_an_update_is_inserted_at_the_end_of_its_own_section(run: Any, small: Path) -> None:
    result = run(
        "update",
        "arms",
        "--value",
        "5.2bn",
        "--date",
        "2026-11-20",
        "--source",
        "https://example.org/b",
        "--kind",
        "press",
        "-f",
        small,
    )
    assert result.exit_code == 0, result.stderr
    text = small.read_text(encoding="utf-8")
    assert "value = 5200000000\n" in inserted(small)
    assert text.index("5200000000") < text.index("# tariffs follow")
    assert updates(small, "arms-purchases")[-1]["sources"] == [
        {"url": "https://example.org/b", "kind": "press"}
    ]
    assert "value: $3.11bn of $25bn -> $5.2bn of $25bn" in result.stdout
    assert "progress: 12% -> 21%" in result.stdout


def test_the_record_says_when_it_was_written(run: Any, small: Path) -> None:
    run("update", "auto-tariff", "--note", "하나", "-f", small)
    run("update", "auto-tariff", "--note", "둘", "-f", small)
    first, second = updates(small, "auto-tariff")[-2:]
    assert first["recorded"].isoformat().replace("+00:00", "Z") == NOW
    assert second["recorded"] > first["recorded"]  # the later record stays the later one
    assert len(first["id"]) == 8
    assert first["id"] != second["id"]


def test_a_value_of_older_data_is_recorded_and_said_not_to_count(run: Any, small: Path) -> None:
    assert (
        run("update", "arms", "--value", "9bn", "--through", "2026-12-31", "-f", small).exit_code
        == 0
    )
    result = run("update", "ARMS", "--value", "10bn", "-f", small)
    assert result.exit_code == 0
    assert "the value through 2026-12-31 still counts" in result.stdout


def test_a_record_of_another_second_does_not_bend_the_clock(run: Any, small: Path) -> None:
    small.write_text(
        SMALL.replace("2026-05-21T09:00:00Z", "2026-11-24T20:00:00Z"), encoding="utf-8"
    )
    assert run("update", "arms", "--note", "x", "-f", small).exit_code == 0
    assert (
        updates(small, "arms-purchases")[-1]["recorded"].isoformat() == "2026-11-24T09:30:00+00:00"
    )


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59Z"])
def test_a_moment_that_cannot_be_is_refused_at_the_door(run: Any, small: Path, moment: str) -> None:
    small.write_text(SMALL.replace("2026-05-21T09:00:00Z", moment), encoding="utf-8")
    result = run("show", "arms", "-f", small)
    assert result.exit_code == 3
    assert "recorded" in result.stderr


def test_a_clock_that_ran_fast_stops_nobody(run: Any, small: Path) -> None:
    """What it wrote is there to see, and counts for --known-by only from the day that it claims."""
    small.write_text(
        SMALL.replace("2026-05-21T09:00:00Z", "2027-01-01T00:00:00Z"), encoding="utf-8"
    )
    assert run("update", "submarines", "--note", "x", "-f", small).exit_code == 0

    def value(*options: str) -> Any:
        listed = run("list", "-f", small, "--format", "json", *options)
        return json.loads(listed.stdout)["commitments"][0]["value"]

    assert value() == "3111800000"
    assert value("--known-by", "2026-12-31") is None
    assert value("--known-by", "2027-01-01") == "3111800000"


def test_the_packaged_copy_is_read_only_by_any_name(
    run: Any, small: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from factsheet import store

    monkeypatch.setattr(store, "__file__", str(small.parent.parent / "store.py"))
    link = tmp_path / "link.toml"
    link.symlink_to(small)
    for path in (small, link):
        assert run("update", "arms", "--note", "x", "-f", path).exit_code == 4
    assert small.read_bytes() == SMALL.encode("utf-8")


def test_doubts_that_a_record_raises_are_told_at_once(run: Any, small: Path) -> None:
    result = run("update", "arms", "--value", "1bn", "-f", small, "--dry-run")
    assert "warning[total-fell]" in result.stderr
    assert "warning[no-source]" in run("update", "arms", "--value", "1bn", "-f", small).stderr
    told = run("update", "arms", "--note", "nothing doubtful", "-f", small).stderr
    assert "warning" not in told  # doubts about other records are not its business


def test_an_item_without_status_is_said_to_have_none(run: Any, small: Path) -> None:
    assert "--status" in run("update", "submarines", "--reached", "plan", "-f", small).stderr


def test_a_whole_that_moves_with_its_part_is_named(run: Any, small: Path) -> None:
    whole = (
        '\n[[commitments]]\nid = "whole"\ntitle = "Whole"\n'
        'pillar = "trade"\nowed_by = ["ROK"]\nsummary = "S"\n'
    )
    small.write_text(
        SMALL + whole + 'parts = ["arms-purchases"]\nmeasure = { kind = "sum" }\n', encoding="utf-8"
    )
    result = run("update", "arms", "--value", "5bn", "-f", small)
    assert "whole\n  value: $3.11bn of $25bn -> $5bn of $25bn" in result.stdout
    refused = run("update", "whole", "--value", "5bn", "-f", small)
    assert refused.exit_code == 2
    assert "record it under arms-purchases" in refused.stderr


def test_a_record_is_withdrawn_once(run: Any, small: Path) -> None:
    assert run("retract", "arms", "00000001", "--note", "x", "-f", small).exit_code == 0
    before = small.read_bytes()
    again = run("retract", "arms", "00000001", "--note", "x", "-f", small)
    assert again.exit_code == 2
    assert "already withdrawn" in again.stderr
    assert small.read_bytes() == before


def test_zero_is_a_value(run: Any, small: Path) -> None:
    assert run("update", "auto-tariff", "--value", "0%", "-f", small).exit_code == 0
    assert updates(small, "auto-tariff")[-1]["value"] == 0


def test_dry_run_shows_the_diff_and_writes_nothing(run: Any, small: Path) -> None:
    before = small.read_bytes()
    result = run("update", "arms", "--status", "stalled", "--dry-run", "-f", small)
    assert result.exit_code == 0
    assert '+status = "stalled"' in result.stdout
    assert not [
        line
        for line in result.stdout.splitlines()
        if line.startswith("-") and not line.startswith("---")
    ]
    assert small.read_bytes() == before
    assert [path.name for path in small.parent.iterdir()] == ["commitments.toml"]


def test_milestones_and_flags(run: Any, small: Path) -> None:
    options = [
        "--reached",
        "plan",
        "--disputed",
        "--through",
        "2026-10-01",
        "--date",
        "2025-11-01",
        "--pre-agreement",
    ]
    assert (
        run("update", "submarines", *options, "-f", small).exit_code == 2
    )  # --through without --value
    options = ["--reached", "plan", "--disputed", "--date", "2025-11-01", "--pre-agreement"]
    assert run("update", "submarines", *options, "-f", small).exit_code == 0
    record = updates(small, "submarines")[-1]
    assert (record["reached"], record["disputed"], record["pre_agreement"]) == (
        ["plan"],
        True,
        True,
    )


REFUSED = {
    "unknown item": (["no-such", "--note", "x"], "no commitment is called"),
    "empty item": (["", "--note", "x"], "no commitment is called"),
    "bad status": (["arms", "--status", "fulfiled"], "did you mean 'fulfilled'"),
    "status that is never typed": (["arms", "--status", "not-assessed"], "is never typed"),
    "bad date": (["arms", "--note", "x", "--date", "05/20/2026"], "is not a date"),
    "future date": (["arms", "--note", "x", "--date", "2026-11-26"], "has not come yet"),
    "before the agreement": (["arms", "--note", "x", "--date", "2025-01-01"], "pre_agreement"),
    "other scheme": (
        ["arms", "--note", "x", "--source", "javascript:alert(1)"],
        "not an http or https address",
    ),
    "no host": (["arms", "--note", "x", "--source", "https://"], "url"),
    "nothing": (["arms"], "nothing to record"),
    "empty note": (["arms", "--note", "  "], "is empty"),
    "no number": (["arms", "--value", "about 5bn"], "is not a number"),
    "too many digits": (["arms", "--value", "9" * 29], "too large"),
    "too large by its scale": (["arms", "--value", "9999999999999999999 tn"], "too large"),
    "increment": (["arms", "--value", "+3bn"], "looks like an increment"),
    "negative total": (["arms", "--value", "-3bn"], "a total counts from zero up"),
    "other unit": (["arms", "--value", "15%"], "is in %, but the measure is in USD"),
    "no measure": (["auto-parts", "--value", "5"], "no measure"),
    "unknown milestone": (["submarines", "--reached", "launch"], "no milestone launch"),
    "escape sequence": (["arms", "--note", "a\x1b[2Jb"], "invisible character"),
    "direction override": (["arms", "--note", "a\u202eb"], "invisible character"),
    "publisher of nothing": (["arms", "--note", "x", "--publisher", "P"], "give its URL"),
    "kind": (
        ["arms", "--note", "x", "--source", "https://a.example", "--kind", "blog"],
        "is not one of",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_leaves_the_file_alone(run: Any, small: Path, case: str) -> None:
    arguments, words = REFUSED[case]
    before = small.read_bytes()
    result = run("update", *arguments, "-f", small)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert small.read_bytes() == before


def test_the_shipped_copy_is_read_only(
    run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from factsheet import store

    monkeypatch.chdir(tmp_path)
    before = store.shipped().read_bytes()
    result = run("update", "tariffs", "--note", "x")
    assert result.exit_code == 4
    assert "factsheet init" in result.stderr
    assert store.shipped().read_bytes() == before


def test_a_broken_dataset_is_not_touched(run: Any, small: Path) -> None:
    small.write_text(SMALL + "\n[[commitments]\n", encoding="utf-8")
    before = small.read_bytes()
    result = run("update", "arms", "--note", "x", "-f", small)
    assert result.exit_code == 3
    assert "error[toml-syntax]" in result.stderr
    assert small.read_bytes() == before


def test_retract_withdraws_and_a_second_one_restores(run: Any, small: Path) -> None:
    def value() -> Any:
        return json.loads(run("list", "-f", small, "--format", "json").stdout)["commitments"][0][
            "value"
        ]

    assert (
        run("retract", "arms", "00000001", "--note", "a ceiling, not a sale", "-f", small).exit_code
        == 0
    )
    assert value() is None
    retraction = updates(small, "arms-purchases")[-1]
    assert (retraction["retracts"], retraction["date"].isoformat()) == ("00000001", "2026-05-20")
    assert (
        run(
            "retract", "arms", retraction["id"], "--note", "it was a sale after all", "-f", small
        ).exit_code
        == 0
    )
    assert value() == "3111800000"
    assert len(updates(small, "arms-purchases")) == 3  # nothing was taken out of the file


def test_retract_needs_a_record_of_the_item(run: Any, small: Path) -> None:
    result = run("retract", "arms", "00000002", "--note", "x", "-f", small)
    assert result.exit_code == 2
    assert "names no update of arms-purchases" in result.stderr
