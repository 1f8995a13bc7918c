"""One article, many promises: one command writes one event, one command corrects it, and every
list, feed and report tells it once.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW, SMALL

PAGE = ("--source", "https://example.org/news", "--kind", "press")
ITEMS = ("arms-purchases", "auto-tariff", "submarines", "auto-parts")
ATOM = "{http://www.w3.org/2005/Atom}"


def updates(path: Path, item: str) -> list[dict[str, Any]]:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = next(
        each for each in data["commitments"] if each["id"] == item
    ).get("updates", [])
    return found


def rows(run: Any, path: Path, *more: str) -> dict[str, dict[str, Any]]:
    listed = json.loads(run("list", "-f", path, "--format", "json", *more).stdout)["commitments"]
    return {row["id"]: row for row in listed}


def wide(run: Any, path: Path) -> dict[str, Any]:
    """One event for three promises; the record that was written."""
    result = run(
        "update", "auto-tariff", "arms=stalled", "sub", "--status", "in-progress",
        "--note", "A summit was held.", "--note-for", "sub=Fuel was talked about.",
        "--reached", "submarines=plan", "--date", "2026-11-20", *PAGE, "-f", path,
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    return updates(path, "auto-tariff")[-1]


def test_one_command_writes_one_event_for_all_that_it_bears_on(run: Any, small: Path) -> None:
    record = wide(run, small)
    assert {key: record[key] for key in ("status", "note")} == {
        "status": "in-progress",
        "note": "A summit was held.",
    }
    assert record["also"] == [
        {"item": "arms-purchases", "status": "stalled"},
        {
            "item": "submarines",
            "status": "in-progress",
            "reached": ["plan"],
            "note": "Fuel was talked about.",
        },
    ]
    found = rows(run, small)
    assert [found[name]["status"] for name in ("auto-tariff", "arms-purchases", "submarines")] == [
        "in-progress",
        "stalled",
        "in-progress",
    ]
    assert {found[name]["last_update"] for name in ("auto-tariff", "arms-purchases")} == {
        "2026-11-20"
    }
    assert found["submarines"]["value"] == "1"
    assert found["arms-purchases"]["value"] == "3111800000"  # the event says nothing of it
    assert "reached" not in record


def test_the_answer_says_what_moved_under_every_promise(run: Any, small: Path) -> None:
    result = run("update", "arms=stalled", "auto-tariff=breached", "--note", "x", "-f", small)
    blocks = re.findall(r"(?m)^(\S.*)\n  status: (.*)$", result.stdout)
    assert blocks == [
        ("arms-purchases", "in-progress -> stalled"),
        ("auto-tariff", "fulfilled -> breached"),
    ]
    assert "bearing on 1 more" in result.stderr


def test_a_look_that_found_nothing_is_one_command_and_one_record(run: Any, small: Path) -> None:
    names = ("arms", "auto-tariff", "submarines", "auto-parts")
    result = run("update", *names, "--status", "no-evidence", "--note", "Looked.", "-f", small)
    assert result.exit_code == 0, result.stderr
    assert {row["status"] for row in rows(run, small).values()} == {"no-evidence"}
    assert small.read_text(encoding="utf-8").count("[[commitments.updates]]") == 3


def test_a_contradiction_holds_for_every_promise_of_the_event(run: Any, small: Path) -> None:
    run("update", "arms=stalled", "auto-parts=stalled", "--disputed", "-f", small)
    found = rows(run, small)
    assert found["arms-purchases"]["disputed"]
    assert found["auto-parts"]["disputed"]


def test_several_steps_and_notes_go_to_the_items_that_they_name(run: Any, small: Path) -> None:
    result = run(
        "update", "sub", "arms", "--reached", "plan", "--reached", "submarines=fuel",
        "--note-for", "arms=One.", "--note-for", "arms=Two = three.", "-f", small,
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    record = updates(small, "submarines")[-1]
    assert record["reached"] == ["plan", "fuel"]
    assert record["also"] == [{"item": "arms-purchases", "note": "One.\nTwo = three."}]


@pytest.mark.parametrize(
    ("about", "kinds", "publishers"),
    [
        (("--kind", "press"), ["press", "press"], [None, None]),
        (("--kind", "press", "--kind", "primary"), ["press", "primary"], [None, None]),
        (("--kind", "-", "--kind", "primary"), [None, "primary"], [None, None]),
        (("--publisher", "A", "--publisher", "-", "--kind", "press"), ["press"] * 2, ["A", None]),
    ],
)
def test_each_source_gets_its_own_evidence_in_order_or_none_where_it_is_not_known(
    run: Any,
    small: Path,
    about: tuple[str, ...],
    kinds: list[str | None],
    publishers: list[str | None],
) -> None:
    pages = ("--source", "https://a.example/", "--source", "https://b.example/")
    result = run("update", "arms", "--note", "x", *pages, *about, "-f", small)
    assert result.exit_code == 0, result.stderr
    sources = updates(small, "arms-purchases")[-1]["sources"]
    assert [each["url"] for each in sources] == ["https://a.example/", "https://b.example/"]
    assert [each.get("kind") for each in sources] == kinds
    assert [each.get("publisher") for each in sources] == publishers


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("arms", "nothing-such"), "no commitment is called 'nothing-such'"),
        (("arms", "auto-t", "auto-tariff"), "auto-tariff is named twice"),
        (("arms", "arms"), "arms-purchases is named twice"),
        (("arms", "arms-purchases=stalled"), "arms-purchases is named twice"),
        (("arms", "auto"), "'auto' could be auto-tariff or auto-parts"),
        (("arms", "auto-parts=fulfiled"), "did you mean 'fulfilled'"),
        (("arms", "auto-parts="), "unknown status ''"),
        (("arms=not-assessed",), "is never typed"),
        (("auto-parts", "--value", "3"), "has a value, but auto-parts has no measure"),
        (("submarines", "--value", "3"), "has a measure of kind milestones"),
        (("arms", "--reached", "plan"), "arms-purchases has no milestone plan"),
        (("arms", "--reached", "submarines=plan"), "is not one of the items of this event"),
        (("arms", "submarines", "--reached", "submarines=moon"), "has no milestone moon"),
        (("arms", "--note-for", "auto-tariff=x"), "is not one of the items of this event"),
        (("arms", "--note-for", "x"), "is not ITEM=TEXT"),
        (("arms", "--note-for", "arms=x"), "--note is what is said of arms-purchases"),
        (("arms", "auto-parts", "--note-for", "auto-parts="), "--note-for is empty"),
        (("arms", "--kind", "-", "--kind", "press", "--source", "https://a.example/"), "2 times"),
        (("arms", "submarines", "--reached", "submarines="), "--reached is empty"),
        (("arms", "--publisher", "A"), "describe a --source"),
        (("arms", "--why", "x"), "--why says why the record of --replaces was wrong"),
        (("arms", "--replaces", "99999999"), "names no update"),
        (("arms", "--replaces", "0000000"), "could be several updates"),
        (("arms", "--replaces", "00000002"), "is a record of auto-tariff, not of arms-purchases"),
    ],
)  # fmt: skip
def test_bad_input_is_one_message_and_the_file_stays_as_it_was(
    run: Any, small: Path, arguments: tuple[str, ...], message: str
) -> None:
    before = small.read_bytes()
    result = run("update", *arguments, "--note", "x", "-f", small)
    assert result.exit_code == 2, result.output
    assert message in result.stderr
    assert result.stderr.count("error:") == 1
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    assert small.read_bytes() == before


# Correcting


def test_a_wide_event_is_corrected_once(run: Any, small: Path) -> None:
    record = wide(run, small)
    result = run("retract", record["id"], "--note", "The summit was put off.", "-f", small)
    assert result.exit_code == 0, result.stderr
    found = rows(run, small)
    assert [found[name]["status"] for name in ("auto-tariff", "arms-purchases", "submarines")] == [
        "fulfilled",
        "in-progress",
        "not-assessed",
    ]
    for name in ("auto-tariff", "arms-purchases", "submarines"):
        assert f"{name}\n  status:" in result.stdout
    assert len(updates(small, "auto-tariff")) == 3
    assert len(updates(small, "arms-purchases")) == 1  # the withdrawal stands where the record does


@pytest.mark.parametrize(
    "words",
    [("00000002",), ("auto-tariff", "00000002"), ("auto-t", "00000002"), ("AUTO-T", "00000002")],
)
def test_retract_takes_a_record_with_or_without_its_item(
    run: Any, small: Path, words: tuple[str, ...]
) -> None:
    result = run("retract", *words, "--note", "wrong", "-f", small)
    assert result.exit_code == 0, result.stderr
    assert updates(small, "auto-tariff")[-1]["retracts"] == "00000002"


def test_retract_takes_an_item_that_the_event_only_names(run: Any, small: Path) -> None:
    record = wide(run, small)
    assert run("retract", "sub", record["id"][:4], "--note", "wrong", "-f", small).exit_code == 0
    assert updates(small, "auto-tariff")[-1]["retracts"] == record["id"]


def test_a_withdrawal_is_a_record_of_every_item_that_it_takes_something_from(
    run: Any, small: Path
) -> None:
    """``show`` lists it there, so it can be taken back there."""
    record = wide(run, small)
    run("retract", record["id"], "--note", "wrong", "-f", small)
    gone = updates(small, "auto-tariff")[-1]["id"]
    assert f"record {gone}" in run("show", "sub", "-f", small).stdout
    result = run("retract", "sub", gone, "--note", "it was right", "-f", small)
    assert result.exit_code == 0, result.stderr
    assert rows(run, small)["submarines"]["status"] == "in-progress"


def test_retract_advises_no_option_that_it_does_not_have(run: Any, small: Path) -> None:
    told = run("retract", "00000001", "--note", "wrong", "-f", small).stderr
    assert (
        "arms-purchases has no status yet; "
        "`factsheet update arms-purchases --status STATUS` says where it stands"
    ) in told


def test_retract_takes_the_unique_beginning_of_a_record(run: Any, small: Path) -> None:
    record = wide(run, small)
    assert run("retract", record["id"][:5].upper(), "--note", "wrong", "-f", small).exit_code == 0
    assert updates(small, "auto-tariff")[-1]["retracts"] == record["id"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("0000000",), "could be several updates; the newest are 00000001 (2026-05-20), 00000002"),
        (("fedcba98",), "names no update"),
        (("arms", "00000002"), "names no update of arms-purchases; it has 00000001"),
        (("arms", "00000001", "00000002"), "give one record"),
        (("",), "names no update"),
    ],
)
def test_retract_of_what_is_no_record_is_one_message(
    run: Any, small: Path, words: tuple[str, ...], message: str
) -> None:
    before = small.read_bytes()
    result = run("retract", *words, "--note", "wrong", "-f", small)
    assert result.exit_code == 2
    assert message in result.stderr
    assert small.read_bytes() == before


def test_replaces_withdraws_and_records_in_one_step(run: Any, small: Path) -> None:
    result = run(
        "update", "arms", "--value", "2.9bn", "--note", "The award.", "--replaces", "00000001",
        "--why", "It was the ceiling.", *PAGE, "-f", small,
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    old, gone, new = updates(small, "arms-purchases")
    assert (gone["retracts"], gone["note"]) == (old["id"], "It was the ceiling.")
    assert (new["value"], new["date"]) == (
        2_900_000_000,
        old["date"],
    )  # the day of what it replaces
    assert gone["date"] == old["date"]
    assert new["recorded"] > gone["recorded"]
    assert len({old["id"], gone["id"], new["id"]}) == 3
    assert result.stdout.count("value: $3.11bn of $25bn -> $2.9bn of $25bn") == 1
    assert f"recorded {new['id']} under arms-purchases, in place of 00000001" in result.stderr


def test_replaces_without_a_reason_names_the_record_that_took_its_place(
    run: Any, small: Path
) -> None:
    run("update", "arms", "--status", "stalled", "--replaces", "00000001", "-f", small)
    _, gone, new = updates(small, "arms-purchases")
    assert gone["note"] == f"Replaced by record {new['id']}."


def test_the_day_can_be_another_than_that_of_what_is_replaced(run: Any, small: Path) -> None:
    replaced = ("--replaces", "00000001", "--date", "2026-06-01")
    run("update", "arms", "--status", "stalled", *replaced, "-f", small)
    old, gone, new = updates(small, "arms-purchases")
    assert (str(gone["date"]), str(new["date"])) == (str(old["date"]), "2026-06-01")


def test_several_records_are_replaced_by_one_event(run: Any, small: Path) -> None:
    result = run(
        "update", "arms", "auto-tariff=in-effect", "--note", "One story.",
        "--replaces", "00000001", "--replaces", "00000002", "-f", small,
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    assert updates(small, "auto-tariff")[-1]["retracts"] == "00000002"
    assert [each.get("retracts") for each in updates(small, "arms-purchases")] == [
        None,
        "00000001",
        None,
    ]
    assert rows(run, small)["auto-tariff"]["status"] == "in-effect"
    assert run("validate", small).exit_code == 0


def test_a_replaced_event_says_of_what_it_says_nothing_any_more(run: Any, small: Path) -> None:
    record = wide(run, small)
    result = run("update", "auto-t", "--note", "x", "--replaces", record["id"], "-f", small)
    assert "of arms-purchases or submarines it says nothing any more" in result.stderr
    assert "submarines\n  status: in-progress -> not-assessed" in result.stdout


def test_a_record_that_is_withdrawn_cannot_be_replaced_or_withdrawn(run: Any, small: Path) -> None:
    run("retract", "00000001", "--note", "wrong", "-f", small)
    gone = updates(small, "arms-purchases")[-1]["id"]
    before = small.read_bytes()
    for arguments in (
        ("update", "arms", "--note", "x", "--replaces", "00000001"),
        ("retract", "00000001", "--note", "again"),
    ):
        result = run(*arguments, "-f", small)
        assert result.exit_code == 2
        assert f"00000001 is already withdrawn; to restore it, retract {gone}" in result.stderr
    assert small.read_bytes() == before


def test_the_same_record_replaced_twice_in_one_command_is_refused(run: Any, small: Path) -> None:
    before = small.read_bytes()
    twice = ("--replaces", "00000001", "--replaces", "00000001")
    result = run("update", "arms", "--note", "x", *twice, "-f", small)
    assert result.exit_code == 2, result.output
    assert "00000001" in result.stderr
    assert small.read_bytes() == before


def test_a_dry_run_shows_the_diff_and_what_would_move(run: Any, small: Path) -> None:
    before = small.read_bytes()
    result = run(
        "update", "arms", "auto-parts=stalled", "--value", "2.9bn", "--replaces", "00000001",
        "--dry-run", "-f", small,
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    assert small.read_bytes() == before
    added = [line[1:] for line in result.stdout.split("\n") if re.match(r"\+(?!\+\+)", line)]
    assert added.count("[[commitments.updates]]") == 2
    assert 'retracts = "00000001"' in added
    assert "value = 2900000000" in added
    assert '    { item = "auto-parts", status = "stalled" },' in added
    assert "  value: $3.11bn of $25bn -> $2.9bn of $25bn\n" in result.stdout
    assert "auto-parts\n  status: not-assessed -> stalled\n" in result.stdout
    result = run("retract", "00000001", "--note", "wrong", "--dry-run", "-f", small)
    assert '+retracts = "00000001"' in result.stdout
    assert "  status: in-progress -> not-assessed\n" in result.stdout
    assert small.read_bytes() == before


# Telling


def test_log_tells_an_event_once_and_names_its_promises(run: Any, small: Path) -> None:
    record = wide(run, small)
    lines = run("log", "-f", small).stdout.splitlines()
    assert sum(record["id"] in line for line in lines) == 1
    assert lines[0].startswith(f"2026-11-20  auto-tariff     {record['id']}  in-progress")
    assert lines[1].strip() == (
        "also: arms-purchases (stalled), submarines (in-progress; reached plan)"
    )
    for item in ("arms", "sub", "auto-tariff"):  # asked for by any of them
        assert record["id"] in run("log", item, "-f", small).stdout


def test_the_json_of_the_log_has_the_event_once_with_what_it_says_of_each(
    run: Any, small: Path
) -> None:
    record = wide(run, small)
    found = json.loads(run("log", "-f", small, "--format", "json").stdout)["events"]
    assert [each["id"] for each in found] == [record["id"], "00000001", "00000002"]
    assert found[0]["item"] == "auto-tariff"
    assert [(each["item"], each["status"]) for each in found[0]["also"]] == [
        ("arms-purchases", "stalled"),
        ("submarines", "in-progress"),
    ]
    assert found[1]["also"] == []


def test_the_table_of_records_has_a_row_for_each_promise(run: Any, small: Path) -> None:
    record = wide(run, small)
    table = list(csv.DictReader(io.StringIO(run("log", "-f", small, "--format", "csv").stdout)))
    mine = [(row["item"], row["status"]) for row in table if row["id"] == record["id"]]
    assert mine == [
        ("auto-tariff", "in-progress"),
        ("arms-purchases", "stalled"),
        ("submarines", "in-progress"),
    ]


def test_the_feed_has_one_entry_an_event_that_names_every_promise(run: Any, small: Path) -> None:
    record = wide(run, small)

    def entries() -> list[ET.Element]:
        feed = ET.fromstring(run("log", "-f", small, "--format", "atom").stdout)
        return [
            each
            for each in feed.iter(f"{ATOM}entry")
            if (each.findtext(f"{ATOM}id") or "").endswith(record["id"])
        ]

    (entry,) = entries()
    body = entry.findtext(f"{ATOM}content") or ""
    assert "arms-purchases: stalled" in body
    assert "submarines: in-progress; reached plan" in body
    run("retract", record["id"], "--note", "wrong", "-f", small)
    (entry,) = entries()
    assert (entry.findtext(f"{ATOM}title") or "").startswith("withdrawn: ")


def test_a_list_in_markdown_tells_it_once(run: Any, small: Path) -> None:
    record = wide(run, small)
    told = run("log", "-f", small, "--format", "md").stdout
    assert told.count(record["id"]) <= 1
    assert told.count("A summit was held.") == 1
    assert "also: arms-purchases (stalled)" in told


def test_show_says_where_a_record_is_kept(run: Any, small: Path) -> None:
    record = wide(run, small)
    assert (
        f"record {record['id']}, written 2026-11-24 09:30 UTC, kept under auto-tariff"
        in run("show", "arms", "-f", small).stdout
    )
    assert "kept under" not in run("show", "auto-tariff", "-f", small).stdout


def test_every_item_of_a_report_has_the_event_in_its_history(run: Any, small: Path) -> None:
    record = wide(run, small)
    report = json.loads(run("report", "-f", small, "--format", "json").stdout)
    said = {
        item["id"]: each["status"]
        for item in report["commitments"]
        for each in item["history"]
        if each["id"] == record["id"]
    }
    assert said == {
        "arms-purchases": "stalled",
        "auto-tariff": "in-progress",
        "submarines": "in-progress",
    }


# Doubts at once


def raised(run: Any, path: Path, *arguments: str) -> str:
    result = run("update", *arguments, "-f", path)
    assert result.exit_code == 0, result.stderr
    told: str = result.stderr
    return told


def test_every_doubt_about_a_record_is_told_when_it_is_written(run: Any, small: Path) -> None:
    again = ("--date", "2026-05-20", "--value", "3111800000", *PAGE)
    assert "warning[same-event] arms-purchases" in raised(run, small, "arms", *again)
    assert "warning[out-of-scale] arms-purchases: 5.2 on" in raised(
        run, small, "arms", "--value", "5.2", *PAGE
    )
    raised(run, small, "sub", "--reached", "plan", "--date", "2026-10-01", *PAGE)
    assert "warning[step-again] submarines: the milestone plan was reached on 2026-10-01" in raised(
        run, small, "sub", "--reached", "plan", *PAGE
    )
    assert "warning[odd-through] arms-purchases: counts through 2062-03-31" in raised(
        run, small, "arms", "--value", "5bn", "--through", "2062-03-31", *PAGE
    )
    assert "warning[odd-published] auto-parts: a source published on 2062-03-01" in raised(
        run, small, "auto-parts", "--note", "x", *PAGE, "--published", "2062-03-01"
    )


def test_a_doubt_about_another_promise_of_the_event_is_told_too(run: Any, small: Path) -> None:
    raised(run, small, "sub", "--reached", "plan", "--date", "2026-10-01", *PAGE)
    told = raised(run, small, "arms", "sub", "--reached", "sub=plan", "--note", "x", *PAGE)
    assert "warning[step-again] submarines" in told


def test_a_day_that_is_tomorrow_here_says_from_when_it_counts(
    run: Any, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTSHEET_NOW", "2026-11-24T20:00:00Z")  # it is the 25th in Seoul
    told = raised(run, small, "auto-parts", "--note", "x", "--date", "2026-11-25")
    assert "2026-11-25 has not begun here yet: lists count it from that day on" in told
    result = run("update", "auto-parts", "--note", "x", "--date", "2026-11-26", "-f", small)
    assert result.exit_code == 2
    assert "has not come yet" in result.stderr


TWIN = """
[[commitments]]
id = "arms-in-all"
title = "The same sum"
pillar = "security"
owed_by = ["ROK"]
summary = "Counts the same."
measure = { kind = "amount", unit = "USD", counts = "contracts", target = 30_000_000_000 }

[[commitments.updates]]
id = "00000003"
date = 2026-05-20
recorded = 2026-05-21T09:00:00Z
status = "in-progress"
value = 3_111_800_000
sources = [{ url = "https://example.org/sale", kind = "press" }]
"""


def test_a_figure_that_stands_elsewhere_and_did_not_move_is_named(run: Any, small: Path) -> None:
    small.write_text(SMALL + TWIN, encoding="utf-8")
    told = raised(run, small, "arms-p", "--value", "5bn", *PAGE)
    assert "arms-in-all shows the $3.11bn that arms-purchases had, and did not move" in told


def test_a_limit_on_the_twin_is_not_told_to_take_the_figure(run: Any, small: Path) -> None:
    """It takes no values of its own, and moves with the figure that it is on."""
    cap = (
        '\n[[commitments]]\nid = "cap"\ntitle = "Cap"\npillar = "security"\nowed_by = ["US"]\n'
        'summary = "s"\nmeasure = { kind = "limit", of = "arms-in-all", '
        'max = 9_000_000_000, window = "continuous" }\n'
    )
    small.write_text(SMALL + TWIN + cap, encoding="utf-8")
    told = raised(run, small, "arms-p", "--value", "5bn", *PAGE)
    assert re.findall(r"(?m)^(\S+) shows the", told) == ["arms-in-all"]


def test_what_is_doubtful_for_every_promise_alike_is_said_once(run: Any, small: Path) -> None:
    told = raised(run, small, "arms", "auto-parts", "--status", "stalled", "--note", "x")
    (line,) = (line for line in told.split("\n") if "no-source" in line)
    assert line.startswith("warning[no-source] arms-purchases, auto-parts: stalled on 2026-11-24")


def test_a_pillar_that_is_new_to_the_file_is_named(run: Any, small: Path) -> None:
    new = ("--id", "x", "--title", "X", "--owed-by", "ROK", "--summary", "s")
    assert (
        run("add", *new, "--pillar", "securty", "-f", small).stderr.count("is new to this file")
        == 1
    )
    again = ("--id", "y", *new[2:], "--pillar", "security")
    assert "is new to this file" not in run("add", *again, "-f", small).stderr


def test_what_was_doubtful_before_is_not_told_again(run: Any, small: Path) -> None:
    raised(run, small, "arms", "--value", "5.2", *PAGE)
    assert "out-of-scale" not in raised(run, small, "arms", "--status", "stalled", *PAGE)


# Completion


def offers(path: Path, words: str) -> list[str]:
    """What bash is offered after these words."""
    result = subprocess.run(
        [sys.executable, "-m", "factsheet"],
        env={
            **os.environ,
            "_FACTSHEET_COMPLETE": "complete_bash",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(shlex.split(words)) - (not words.endswith(" "))),
            "FACTSHEET_FILE": os.fspath(path),
            "FACTSHEET_NOW": NOW,
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    assert result.stderr == ""
    return result.stdout.splitlines()


def test_several_items_are_offered_each_once(small: Path) -> None:
    assert [
        each.split("\t")[0] for each in offers(small, "factsheet update arms-purchases auto-")
    ] == [
        "auto-tariff",
        "auto-parts",
    ]
    shown = offers(small, "factsheet update arms-purchases auto-tariff=breached a")
    assert "auto-parts" in shown
    assert not any("auto-tariff" in each or "arms" in each for each in shown)


def test_an_item_that_is_named_by_its_beginning_is_not_offered_again(small: Path) -> None:
    shown = offers(small, "factsheet update arms sub=stalled ")
    assert [each.split("\t")[0] for each in shown] == ["auto-tariff", "auto-parts"]
    shown = offers(small, "factsheet update arms sub=stalled --note-for ")
    assert shown == ["arms-purchases=", "submarines="]


def test_statuses_are_offered_behind_the_sign(small: Path) -> None:
    shown = offers(small, "factsheet update arms-purchases auto-tariff=f")
    assert any("fulfilled" in each for each in shown)
    assert not any("in-progress" in each or "not-assessed" in each for each in shown)


@pytest.mark.parametrize("words", ["factsheet retract ", "factsheet retract 0"])
def test_record_ids_are_offered_with_their_day_and_first_words_in_bash_too(
    small: Path, words: str
) -> None:
    small.write_text(SMALL.replace("A sale was notified.", "A sale? * notified."), encoding="utf-8")
    shown = offers(small, words)
    assert shown[:2] == [
        "00000001  2026-05-20 in-progress A sale  notified.",
        "00000002  2025-12-04 fulfilled",
    ]
    assert shown[2:] == (list(ITEMS) if words.endswith(" ") else [])


@pytest.mark.parametrize(
    "words",
    [
        "factsheet retract 00000001",
        "factsheet retract arms-purchases ",
        "factsheet update arms-purchases --replaces ",
    ],
)
def test_the_only_record_that_fits_is_offered_bare(small: Path, words: str) -> None:
    """Bash writes it on the line."""
    assert offers(small, words) == ["00000001"]
