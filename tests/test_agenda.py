"""`factsheet agenda`: what to look at now, the most pressing first."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from building import amount, day, event, limit, steps, term, toml

Run = Callable[..., Any]
ORDER = [
    ("overdue", "main-late"),
    ("overdue", "late"),
    ("late-step", "way"),
    ("late-step", "target"),
    ("breached", "broken"),
    ("breached", "cap"),
    ("due", "soon"),
    ("due", "way"),
    ("contradiction", "called-done"),
    ("disputed", "told-twice"),
    ("stale", "main-old"),
    ("stale", "lost"),
    ("stale", "old"),
]
DATES = ["2026-11-23", "2026-06-01", "2026-11-20", "2026-11-23", "2026-11-02", "2026-11-03"]


@pytest.fixture
def busy(tmp_path: Path) -> Path:
    """A file with every reason to look at something; today is 2026-11-24."""
    new = "2026-11-01"
    path = tmp_path / "d.toml"
    path.write_text(
        toml(
            term("old", None, event("2026-03-01", status="in-progress")),
            term("lost", None),
            term("main-old", None, event("2026-04-01"), headline=True),
            term("late", None, event(new), due=day("2026-06-01")),
            term("main-late", None, event(new), due=day("2026-11-23"), headline=True),
            term(
                "way",
                steps(first="2026-11-20", second="2027-01-15", third="2027-06-01"),
                event(new),
            ),
            term("target", amount(100, by=day("2026-11-23")), event(new, 5)),
            term("soon", None, event(new), due=day("2026-11-24")),
            term("later", None, event(new), due=day("2027-02-23"), owed_by=["B"]),
            term("called-done", amount(100), event(new, 50, status="fulfilled")),
            term("broken", None, event("2026-11-02", status="breached")),
            term("cap", limit(max=10), event("2026-11-03", 11)),
            term(
                "told-twice",
                None,
                event(
                    new,
                    disputed=True,
                    note="They differ.",
                    also=[{"item": "echo", "disputed": True}],
                ),
            ),
            term("echo", None, event(new)),
            term("done", None, event(new, status="fulfilled"), due=day("2026-01-31")),
            term("failed", None, event(new, status="not-fulfilled")),
        ),
        encoding="utf-8",
    )
    return path


def found(run: Run, path: Path, *options: str) -> list[dict[str, Any]]:
    result = run("agenda", "-f", path, "--format", "json", *options)
    assert result.exit_code == 0, result.output
    entries: list[dict[str, Any]] = json.loads(result.stdout)["agenda"]
    return entries


def test_what_to_look_at_is_ranked(run: Run, busy: Path) -> None:
    entries = found(run, busy)
    assert [(each["why"], each["id"]) for each in entries] == ORDER
    assert [each["date"] for each in entries[:6]] == DATES
    assert entries[0]["days"] == -1
    assert entries[0]["text"] == "not-assessed, 1 day late"
    texts = {(each["why"], each["id"]): each["text"] for each in entries}
    assert texts["due", "soon"] == "due, today"
    assert texts["due", "way"] == "milestone: Second, in 52 days"
    assert texts["late-step", "way"] == "First, not recorded as reached, 4 days late"
    assert texts["stale", "lost"] == "never looked at"
    assert texts["stale", "old"] == "no news for 268 days"
    assert texts["disputed", "told-twice"] == "They differ. (also echo)"
    assert texts["breached", "cap"] == "beyond the limit of $10, at $11"


@pytest.mark.parametrize(
    ("within", "due"),
    [
        ("90d", ["soon", "way"]),
        ("91d", ["soon", "way", "later"]),
        ("13w", ["soon", "way", "later"]),
        ("7d", ["soon"]),
        ("0d", ["soon"]),
        ("9999w", ["soon", "way", "later", "way"]),
    ],
)
def test_terms_and_milestones_due_within_a_time(
    run: Run, busy: Path, within: str, due: list[str]
) -> None:
    entries = found(run, busy, "--within", within)
    assert [each["id"] for each in entries if each["why"] == "due"] == due


def test_the_time_ahead_is_counted_from_the_day_of_the_question(run: Run, busy: Path) -> None:
    entries = found(run, busy, "--within", "7d", "--as-of", "2026-05-28")
    assert [each["id"] for each in entries if each["why"] == "due"] == ["late"]


def test_days_to_look_again_are_told_where_asked(run: Run, busy: Path) -> None:
    assert not [each for each in found(run, busy) if each["why"] == "review"]
    reviews = [
        each
        for each in found(run, busy, "--within", "120d", "--reviews")
        if each["why"] == "review"
    ]
    assert {each["date"] for each in reviews} == {"2027-03-01", "2027-03-02", "2027-03-03"}
    assert reviews[0]["text"] == "review, in 97 days"


def test_the_filters_are_those_of_the_list(run: Run, busy: Path) -> None:
    assert {each["id"] for each in found(run, busy, "--headline")} == {"main-late", "main-old"}
    assert [each["id"] for each in found(run, busy, "--owed-by", "B", "--within", "52w")] == [
        "later"
    ]
    assert {each["why"] for each in found(run, busy, "--status", "fulfilled")} == {"contradiction"}
    assert run("agenda", "-f", busy, "--pillar", "x").exit_code == 2


def test_a_pipe_gets_one_line_an_entry(run: Run, busy: Path) -> None:
    lines = run("agenda", "-f", busy).stdout.splitlines()
    assert lines[0].split() == ["WHY", "ITEM", "OWED", "BY", "DATE", "WHAT"]
    assert lines[1].split() == [
        *("overdue", "main-late", "A", "2026-11-23", "not-assessed,", "1", "day", "late")
    ]
    assert len(lines) == len(ORDER) + 3
    assert lines[-1] == "as of 2026-11-24; data through 2026-11-03; due until 2027-02-22"


def test_markdown_groups_by_reason(run: Run, busy: Path) -> None:
    text = run("agenda", "-f", busy, "--format", "md").stdout
    heads = [line.removeprefix("### ") for line in text.splitlines() if line.startswith("### ")]
    assert heads == [
        *("Overdue", "Milestones late", "Breached", "Due soon", "Contradictions", "Disputed"),
        "Stale",
    ]
    assert "- 2026-11-23 main-late: not-assessed, 1 day late" in text


def test_nothing_to_look_at_says_so(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "d.toml"
    path.write_text(toml(term("it", None, event("2026-11-01"))), encoding="utf-8")
    result = run("agenda", "-f", path)
    assert result.exit_code == 0
    assert result.stderr == "nothing to look at\n"


@pytest.mark.parametrize("within", ["soon", "90", "2y", "-7d", "2027-01-01", ""])
def test_a_time_that_is_none_is_refused(run: Run, busy: Path, within: str) -> None:
    result = run("agenda", "-f", busy, f"--within={within}")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--within" in result.stderr
