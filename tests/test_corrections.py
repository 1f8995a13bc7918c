"""Corrections are records: nothing is deleted, every withdrawal is listed, the past stays."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from building import amount, day, event, of, one, term, toml
from conftest import SMALL

from factsheet.assess.snapshot import assess
from factsheet.report.history import events as every_event
from factsheet.source.load import load

NOTE = ("--note", "the figure was the ceiling, not the award")


def listed(run: Any, path: Path, *more: str) -> dict[str, Any]:
    rows = json.loads(run("list", "-f", path, "--format", "json", *more).stdout)["commitments"]
    return next(row for row in rows if row["id"] == "arms-purchases")


def corrections(run: Any, path: Path, *more: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        run("log", "--corrections", "-f", path, "--format", "json", *more).stdout
    )["events"]
    return found


def at(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    monkeypatch.setenv("FACTSHEET_NOW", f"{moment}T10:00:00Z")


def test_a_withdrawal_changes_every_day_and_what_was_known_stays(run: Any, small: Path) -> None:
    before = listed(run, small, "--as-of", "2026-06-01")
    assert run("retract", "arms", "00000001", *NOTE, "-f", small).exit_code == 0
    after = listed(run, small, "--as-of", "2026-06-01")
    assert (before["value"], before["status"], before["pace_word"]) == (
        "3111800000",
        "in-progress",
        "ahead",
    )
    assert (after["value"], after["status"], after["pace_word"]) == (
        None,
        "not-assessed",
        "no-data",
    )
    # What this file said on the 1st of June, as it was known on the day before the correction.
    known = listed(run, small, "--as-of", "2026-06-01", "--known-by", "2026-11-23")
    assert {key: value for key, value in known.items() if key != "findings"} == {
        key: value for key, value in before.items() if key != "findings"
    }
    assert listed(run, small, "--as-of", "2026-06-01", "--known-by", "2026-11-24")["value"] is None


def test_the_log_lists_every_withdrawal_with_what_it_took_back(
    run: Any, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert corrections(run, small) == []
    assert run("log", "--corrections", "-f", small).stderr == "no such event\n"
    at(monkeypatch, "2026-11-20")
    run("retract", "arms", "00000001", *NOTE, "-f", small)
    (first,) = corrections(run, small)
    assert (first["item"], first["retracts"], first["date"]) == (
        "arms-purchases",
        "00000001",
        "2026-05-20",
    )
    assert (first["note"], first["withdrawn"]) == (NOTE[1], False)
    at(monkeypatch, "2026-11-22")
    run("retract", "arms", first["id"], "--note", "it was the award", "-f", small)
    second, taken_back = corrections(run, small)
    assert (second["retracts"], second["withdrawn"], taken_back["withdrawn"]) == (
        first["id"],
        False,
        True,
    )
    newest, oldest = run("log", "--corrections", "-f", small).stdout.splitlines()
    assert newest.startswith(
        f"2026-05-20  arms-purchases  {second['id']}  withdraws {first['id']} of 2026-05-20"
    )
    assert newest.endswith("(withdraws 00000001), written 2026-11-22: it was the award")
    assert oldest.startswith(
        f"2026-05-20  arms-purchases  {first['id']}  withdraws 00000001 of 2026-05-20"
    )
    assert oldest.endswith(
        f"(in-progress; $3,111,800,000), written 2026-11-20: {NOTE[1]} (withdrawn)"
    )
    whole = json.loads(run("log", "-f", small, "--format", "json").stdout)["events"]
    marked = {each["id"]: each["withdrawn"] for each in whole}
    assert marked == {"00000001": False, "00000002": False, first["id"]: True, second["id"]: False}


def test_a_withdrawal_is_news_on_the_day_it_was_written(run: Any, small: Path) -> None:
    """It bears the date of what it takes back; who follows the news must see it all the same."""
    run("retract", "arms", "00000001", *NOTE, "-f", small)
    assert len(corrections(run, small, "--since", "2026-11-24")) == 1
    assert len(corrections(run, small, "--since", "2026-11-25")) == 0
    assert len(corrections(run, small, "--until", "2026-05-19")) == 0
    assert [
        len(corrections(run, small, "--known-by", known)) for known in ("2026-11-23", "2026-11-24")
    ] == [0, 1]
    since = json.loads(run("log", "-f", small, "--since", "2026-11-24", "--format", "json").stdout)[
        "events"
    ]
    assert [each["retracts"] for each in since] == ["00000001"]


def test_show_keeps_the_withdrawn_record_and_marks_it(run: Any, small: Path) -> None:
    run("retract", "arms", "00000001", *NOTE, "-f", small)
    lines = run("show", "arms", "-f", small).stdout.splitlines()
    assert "2026-05-20  in-progress; $3,111,800,000  (withdrawn)" in lines
    assert "2026-05-20  withdraws 00000001" in lines
    assert f"    {NOTE[1]}" in lines


def test_retract_adds_one_record_and_changes_no_other_byte(run: Any, small: Path) -> None:
    result = run("retract", "arms", "00000001", *NOTE, "-f", small)
    assert "  value: $3.11bn of $25bn -> – of $25bn" in result.stdout
    after = small.read_text(encoding="utf-8")
    start = after.index('\n[[commitments.updates]]\nid = "', after.index('id = "00000001"'))
    end = after.index("\n# tariffs follow")
    assert after[:start] + after[end:] == SMALL
    assert 'retracts = "00000001"' in after[start:end]


def test_a_withdrawal_of_an_earlier_event_carries_its_mark(run: Any, small: Path) -> None:
    run(
        "update",
        "arms",
        "--note",
        "Talks began.",
        "--date",
        "2025-06-01",
        "--pre-agreement",
        "-f",
        small,
    )
    loaded = load(small.read_text(encoding="utf-8"), today=day("2026-11-24"))
    assert loaded.dataset
    early = loaded.dataset.commitments[0].updates[-1]
    assert run("retract", "arms", early.id, "--note", "a rumour", "-f", small).exit_code == 0
    assert run("validate", small).exit_code == 0


def test_a_record_can_be_corrected_by_the_record_that_withdraws_it() -> None:
    """Written by hand: the new figure and the withdrawal of the old one in one record."""
    wrong = event("2026-05-01", 50, status="in-progress", recorded="2026-05-02")
    right = event(
        "2026-05-01",
        40,
        status="stalled",
        recorded="2026-06-01",
        retracts="00000001",
        note="A misprint.",
    )
    found = one(amount(), wrong, right)
    assert (found.measurement.value, found.status) == (40, "stalled")
    known = one(amount(), dict(wrong), dict(right), known_by="2026-05-31")
    assert (known.measurement.value, known.status) == (50, "in-progress")


def test_two_withdrawals_of_one_record_need_two_withdrawals_to_restore_it() -> None:
    events = [event("2026-05-01", 50)] + [
        event("2026-05-01", retracts="00000001", note="n") for _ in range(2)
    ]
    assert one(amount(), *(dict(each) for each in events)).measurement.value is None
    undone = [event("2026-05-01", retracts=f"0000000{n}", note="n") for n in (2, 3)]
    assert (
        one(amount(), *(dict(each) for each in events), dict(undone[0])).measurement.value is None
    )
    assert one(amount(), *(dict(each) for each in events), *undone).measurement.value == 50


def test_a_long_chain_of_withdrawals_is_settled_from_its_newest_end() -> None:
    """Five thousand deep, in any order, without running out of stack or patience."""
    for length, value in ((5000, 50), (5001, None)):
        chain = [event("2026-05-01", 50, id=f"{0:08x}")]
        chain += [
            event("2026-05-01", retracts=f"{n - 1:08x}", id=f"{n:08x}", note="n")
            for n in range(1, length + 1)
        ]
        random.Random(7).shuffle(chain)
        assert one(amount(), *chain).measurement.value == value


def test_the_list_is_complete_by_construction() -> None:
    """It has every withdrawal of the file, and withdraws every record that no longer counts."""
    events = [event(f"2026-05-{n:02d}", n) for n in range(1, 21)]
    events += [
        event(f"2026-05-{n:02d}", retracts=f"{n:08x}", note="n", recorded="2026-06-01")
        for n in (3, 5, 8, 13)
    ]
    events += [event("2026-05-05", retracts=f"{22:08x}", note="n", recorded="2026-06-02")]
    loaded = load(toml(term("it", amount(), *events)), today=day("2026-11-24"))
    assert loaded.dataset
    snapshot = assess(loaded.dataset, day("2026-11-24"))
    found = every_event(snapshot)
    listed = {event.update.id for event in found if event.update.retracts}
    assert listed == {
        update.id for update in loaded.dataset.commitments[0].updates if update.retracts
    }
    assert {event.update.retracts for event in found if event.update.retracts} >= {
        update.id for update in snapshot.items[0].withdrawn
    }
    assert all(event.main.target for event in found if event.update.retracts)
    assert of(loaded.dataset, "it", "2026-05-05").measurement.value == 5  # restored
    assert of(loaded.dataset, "it", "2026-05-13").measurement.value == 12
