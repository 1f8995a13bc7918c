"""`factsheet report --brief`: who is late with what, what moved, what comes next; on one page."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from building import amount, day, event, make, steps, term, toml
from conftest import SHIPPED
from reporting import Page, hostile, plain
from rich.cells import cell_len

from factsheet.assess.snapshot import assess
from factsheet.report.brief import Brief
from factsheet.report.brief import brief as brief_of

Run = Callable[..., Any]
OLD = event("2026-02-01", status="not-started", note="Nothing yet.")


def terms() -> list[dict[str, Any]]:
    """A small file with a week of news; today is 2026-11-24."""
    return [
        term(
            "money",
            amount(100, by=day("2027-01-01")),
            event("2026-02-01", 10, status="in-progress"),
            event("2026-11-20", 40, note="The second payment.", also=[{"item": "fund"}]),
            headline=True,
            title="Pay one hundred",
        ),
        term("fund", None, dict(OLD), title="Set up a fund"),
        term(
            "law",
            None,
            dict(OLD),
            event("2026-05-05", status="in-progress", recorded="2026-11-19", note="A bill."),
            title="Pass a law",
            owed_by=["B"],
        ),
        term("late", None, dict(OLD), title="Open an office", due=day("2026-09-30")),
        term(
            "way",
            steps(one="2026-10-31", two="2026-12-01"),
            dict(OLD),
            title="Walk the way",
            owed_by=["A", "B"],
        ),
        term("slow", None, dict(OLD), title="Meet again", due=day("2027-02-01"), owed_by=["B"]),
    ]


def brief(*given: dict[str, Any], since: str = "2026-11-17") -> Brief:
    dataset = make(*(given or terms()))
    return brief_of(assess(dataset, day("2026-11-24")), day(since), digest="0" * 64)


def test_the_verdict_says_who_is_late_what_moved_and_what_comes_next() -> None:
    late = "A is late with “Open an office” (due 2026-09-30)"
    paid = "“Pay one hundred” ($10 → $40 (40% of $100))"
    law = "“Pass a law” (not-started → in-progress)"
    assert brief().verdict == (
        f"{late}; A and B are late with “Walk the way” (due 2026-10-31).",
        f"Since 2026-11-17 1 term has moved: {paid}. 1 term was put right or found late: {law}.",
        "Next: “Walk the way” (milestone: Two), 2026-12-01, in 7 days.",
    )
    quiet = brief(term("it", None, dict(OLD))).verdict
    assert quiet == (
        "Nothing is overdue.",
        "Since 2026-11-17 no term has moved and nothing was recorded.",
        "No date lies ahead.",
    )
    looked = brief(term("it", None, dict(OLD), event("2026-11-20"))).verdict
    assert looked[1] == "Since 2026-11-17 no term has moved, 1 event was recorded."
    broken = brief(term("it", None, event("2026-02-01", status="breached"))).verdict
    assert broken[1] == "Breached: “it”."


def test_the_news_has_its_sentences_and_late_finds_say_so() -> None:
    told = [(line.ref.id, str(line.date), line.text) for line in brief().news]
    paid = "$10 → $40 (40% of $100); pace ahead → behind 0.45: The second payment."
    assert told == [
        ("money", "2026-11-20", paid),
        ("law", "2026-05-05", "found since: not-started → in-progress: A bill."),
    ]
    assert [words for words, _ in brief().news[0].also] == [("", "1 other promise")]


def test_what_is_due_is_a_line_an_item_the_late_first() -> None:
    assert [(line.ref.id, line.text) for line in brief().due] == [
        ("late", "not-started, 55 days late (A)"),
        ("way", "One, not recorded as reached, 24 days late (A+B)"),
        ("way", "milestone: Two, in 7 days (A+B)"),
        ("money", "target date of the measure, in 38 days (A)"),
        ("slow", "due, in 69 days (B)"),
    ]


def test_the_ledger_shows_the_trend() -> None:
    assert [each.text for each in brief().standings] == [
        "A owes 4: 1 moving, 3 not started; 1 overdue; as before 2026-11-17",
        "B owes 3: 1 moving (+1), 2 not started (-1)",
    ]


def test_the_cards_give_owner_age_and_due_date() -> None:
    (card,) = brief().headline
    assert (card.owed_by, card.age, card.due) == ("A", "evidence 4 days old", "")
    assert card.quantity.value == "$40"


def test_a_brief_looks_back_a_week_unless_told(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "d.toml"
    path.write_text(toml(*terms()), encoding="utf-8")
    assert "## New since 2026-11-17" in run("report", "-f", path, "--brief").stdout
    early = run("report", "-f", path, "--brief", "--as-of", "2026-03-01").stdout
    assert "## New since 2026-02-22" in early
    text = run("report", "-f", path, "--brief", "--since", "monday").stdout
    assert "## New since 2026-11-23" in text


def test_both_formats_say_the_same(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "d.toml"
    path.write_text(toml(*terms()), encoding="utf-8")
    args = ("report", "-f", path, "--brief", "--format")
    page = Page(run(*args, "html").stdout_bytes).text
    text = plain(run(*args, "md").stdout_bytes)
    said = brief()
    words = [*said.verdict, *(each.text for each in said.standings)]
    words += [line.text for line in (*said.news, *said.due)]
    for each in words:
        assert each in page
        assert each in text
    assert run(*args, "json").exit_code == 2
    assert run("report", "-f", path, "--brief", "-o", tmp_path / "b.xlsx").exit_code == 2


def test_a_brief_of_a_part(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "d.toml"
    path.write_text(toml(*terms()), encoding="utf-8")
    text = run("report", "law", "-f", path, "--brief").stdout
    assert "Pass a law" in text
    assert "Pay one hundred" not in text
    assert "A owes" not in text
    empty = run("report", "law", "-f", path, "--brief", "--headline")
    assert (empty.exit_code, empty.stdout) == (2, "")
    assert "no commitment fits law; headline" in empty.stderr


def crowded() -> str:
    """A week in which everything happened, in a file with much of everything and long texts."""
    parties = {f"P{number}": f"Party {number} " + "long " * 40 for number in range(12)}
    text = "Ein langer Satz mit vielen Worten 그리고 한국어로 쓴 긴 문장 " * 90
    given = []
    for number in range(60):
        name = f"term-{number}-" + "x" * 40
        others = [{"item": f"term-{each}-" + "x" * 40} for each in range(60) if each != number]
        given.append(
            term(
                name,
                amount(100, by=day("2026-12-24")),
                event("2026-02-01", 10, recorded="2026-02-01", status="not-started"),
                event("2026-11-20", 40 + number, status="in-progress", note=text, also=others),
                headline=number % 2 == 0,
                title=f"{number} {text[:900]}",
                owed_by=[f"P{number % 12}", f"P{(number + 1) % 12}"],
                due=day("2026-10-01"),
            )
        )
    made = toml(*given)
    named = ", ".join(f'{key} = "{value}"' for key, value in parties.items())
    old = re.search(r"\[agreement.parties\]\n(?:\w.*\n)+|parties = .*\n", made)
    assert old
    new = "[agreement.parties]\n" + "".join(f'{k} = "{v}"\n' for k, v in parties.items())
    return made.replace(old[0], new if old[0].startswith("[") else f"parties = {{ {named} }}\n")


@pytest.mark.parametrize("kind", ["shipped", "crowded", "hostile"])
def test_the_markdown_is_about_a_screen(run: Run, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "d.toml"
    text = {"crowded": crowded, "hostile": hostile}.get(kind, SHIPPED.read_text)()
    path.write_text(text, encoding="utf-8")
    result = run("report", "-f", path, "--brief")
    assert result.exit_code == 0, result.output
    rows = sum(-(-max(cell_len(line), 1) // 120) for line in result.stdout.splitlines())
    assert rows <= {"shipped": 50, "crowded": 56, "hostile": 50}[kind]
    left = re.findall(r"and \d+ more", result.stdout)
    assert len(left) == {"shipped": 1, "crowded": 4, "hostile": 0}[kind]
