"""What a report writes in single places.

Numbers however large, remarks with their dates, text that Markdown leaves alone.
"""

from __future__ import annotations

import ast
import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
from building import amount, event, level, limit, make, term, toml
from conftest import ROOT
from reporting import Page, content

from factsheet.assess.snapshot import assess
from factsheet.formats import FORMATS, markdown, spelling, svg
from factsheet.report import quantities as q
from factsheet.report.history import history

Run = Callable[..., Any]


@pytest.fixture
def huge(tmp_path: Path) -> Path:
    """Shares as large as numbers of a dataset allow, and a sum of them."""
    target, most = Decimal("0.000000001"), 999_999_999_999_999_999
    terms = [
        term(f"part-{n}", amount(target, by=dt.date(2027, 1, 1)), event("2026-02-01", most))
        for n in range(3)
    ]
    terms.append(term("whole", {"kind": "sum"}, parts=["part-0", "part-1", "part-2"]))
    terms.append(
        term("gap", level(-most, target - most, by=dt.date(2027, 1, 1)), event("2026-02-01", most))
    )
    terms.append(term("cap", limit(max=target), event("2026-02-01", -most)))
    path = tmp_path / "huge.toml"
    path.write_text(toml(*terms), encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ["table", "json", "csv", "md"])
def test_a_share_of_any_size_is_listed(run: Run, huge: Path, kind: str) -> None:
    result = run("list", "-f", huge, "--format", kind)
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    assert ("99999999999999999900000000000%" in result.stdout) == (kind in ("table", "md"))


@pytest.mark.parametrize("kind", spelling("report"))
def test_a_share_of_any_size_is_reported(run: Run, huge: Path, kind: str) -> None:
    pytest.importorskip(FORMATS[kind].needs or "json")
    assert run("report", "-f", huge, "--format", kind, "--since", "2026-01-02").exit_code == 0
    assert run("show", "part-0", "-f", huge).exit_code == 0


@pytest.mark.parametrize(
    ("share", "words"),
    [
        *(
            ("0", "0%"),
            ("0.0004", "<0.1%"),
            ("0.0005", "<0.1%"),
            ("0.00051", "0.1%"),
            ("0.004", "0.4%"),
            ("0.43", "43%"),
        ),
        *(
            ("-0.0004", ">-0.1%"),
            ("-0.0005", ">-0.1%"),
            ("-0.004", "-0.4%"),
            ("-0.43", "-43%"),
            ("-1", "-100%"),
        ),
        *(
            ("0.996", "99.6%"),
            ("0.99999", "99.9%"),
            ("1", "100%"),
            ("1.004", "100%"),
            ("1e27", f"{10**29}%"),
        ),
    ],
)
def test_a_percentage_is_never_a_false_nothing_or_a_false_all(share: str, words: str) -> None:
    assert q.percent(Decimal(share)) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        *(
            ("999999.5", "999,999.5"),
            ("1000000", "1m"),
            ("999400000", "999m"),
            ("999600000", "1bn"),
            ("995000000", "995m"),
        ),
        *(
            ("999999999999", "1tn"),
            ("3111800000", "3.11bn"),
            ("25000000000", "25bn"),
            ("1234567890123456", "1235tn"),
        ),
        *(
            ("-999600000", "-1bn"),
            ("-999999999999", "-1tn"),
            ("-3111800000", "-3.11bn"),
            ("0", "0"),
            ("1e27", f"{10**15}tn"),
        ),
    ],
)
def test_an_amount_takes_its_word_after_rounding(number: str, words: str) -> None:
    assert q.compact(Decimal(number)) == words


@pytest.mark.parametrize(
    "text",
    [
        "---",
        "-",
        "- -",
        "--",
        "===",
        "=",
        "+",
        "1.",
        "12)",
        "***",
        "___",
        "* * *",
        "- - -",
        "1. a",
        "#",
    ],
)
def test_markdown_takes_no_text_for_a_rule_a_list_or_a_heading(text: str) -> None:
    markdown_it = pytest.importorskip("markdown_it")
    for before in ("", "Words before.\n", "- "):
        page = Page(
            markdown_it.MarkdownIt("commonmark").render(before + markdown.safe(text)).encode()
        )
        assert [tag for tag, _ in page.tags] == (["ul", "li"] if before == "- " else ["p"]), before
        assert page.text.endswith(text)


def changed(
    *events: dict[str, Any], measure: dict[str, Any] | None = None
) -> dict[str, list[tuple[str, dt.date | None]]]:
    """The remarks of each group on what changed after 31 March, of a dataset with one term."""
    changes = content(toml(term("it", measure, *events))).changes
    assert changes
    return {
        group.title: [(line.text, line.date) for line in group.lines] for group in changes.groups
    }


def test_a_status_that_a_withdrawal_took_away_is_told_with_it() -> None:
    first = event("2026-02-01", status="in-progress", id="0000000a")
    taken = event("2026-03-01", status="fulfilled", id="0000000b")
    withdrawal = event("2026-05-05", retracts="0000000b", note="A misprint.", id="0000000c")
    again = event("2026-06-06", retracts="0000000c", note="It was none.", id="0000000d")
    gone = "; withdraws record 0000000b of 2026-03-01 (fulfilled): A misprint."
    assert changed(taken, withdrawal)["Corrections"] == [
        (f"fulfilled → not-assessed{gone}", dt.date(2026, 5, 5))
    ]
    assert changed(first, taken, withdrawal)["Corrections"] == [
        (f"fulfilled → in-progress{gone}", dt.date(2026, 5, 5))
    ]
    undone = [text for text, _ in changed(taken, withdrawal, again)["Corrections"]]
    assert not [text for text in undone if "→" in text], "nothing has moved in the end"
    early = withdrawal | {"date": dt.date(2026, 3, 2)}
    early["recorded"] = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)

    def moved(*events: dict[str, Any]) -> list[str]:
        told = changed(*events)["Corrections"]
        return [text.partition(" of ")[0] for text, _ in told if "→" in text]

    restored = ["not-assessed → fulfilled; withdraws record 0000000c"]
    assert moved(taken, early, again) == restored
    # Other withdrawals after that day are not what moved it.
    wrong = event("2026-02-02", id="0000000f")
    other = event("2026-05-01", retracts="0000000f", note="Of something else.", id="0000001a")
    assert moved(taken, early, wrong, other, again) == restored
    gone_too = event("2026-06-07", retracts="0000000f", note="Of something else.", id="0000001b")
    assert moved(taken, wrong, withdrawal, gone_too) == [
        "fulfilled → not-assessed; withdraws record 0000000b"
    ]
    anew = event("2026-06-07", status="stalled", note="Nothing moves.", id="0000000e")
    assert changed(taken, withdrawal, anew)["Status moves"] == [
        ("fulfilled → stalled: Nothing moves.", dt.date(2026, 6, 7))
    ]


def test_new_totals_say_of_what() -> None:
    value = event("2026-06-01", 50)
    assert (
        changed(dict(value), measure=amount(100))["New totals and levels"][0][0]
        == "first figure: $50 (50% of $100)"
    )
    assert (
        changed(dict(value), measure=limit(max=100))["New totals and levels"][0][0]
        == "first figure: $50 (50% used)"
    )
    assert (
        changed(dict(value), measure=limit(min=40))["New totals and levels"][0][0]
        == "first figure: $50 (125% of floor)"
    )


def test_other_news_and_what_was_never_looked_at_read_as_sentences(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "d.toml"
    path.write_text(
        toml(term("it", None, event("2026-05-01"), event("2026-06-01")), term("lost", None)),
        encoding="utf-8",
    )
    args = ("report", "-f", path, "--since", "2026-03-31", "--format")
    data = json.loads(run(*args, "json").stdout)
    news = next(
        group["lines"] for group in data["changes"]["groups"] if group["title"] == "Other news"
    )
    assert news == [
        {"id": "it", "date": "2026-06-01", "text": "Something happened.", "also": []},
        {"id": "it", "date": "2026-05-01", "text": "Something happened.", "also": []},
    ]
    stale = next(group["lines"] for group in data["attention"] if group["title"] == "Stale")
    assert stale == [
        {"id": "lost", "date": None, "text": "never looked at", "also": []},
        {"id": "it", "date": "2026-06-01", "text": "", "also": []},
    ]
    text = run(*args, "md").stdout
    for line in (
        "- 2026-06-01 it: Something happened.",
        "- lost: never looked at",
        "- 2026-06-01 it",
    ):
        assert f"\n{line}\n" in text
    page = Page(run(*args, "html").stdout_bytes).text
    assert "it: Something happened." in page
    assert "lost A · not-assessed – never looked at" in page


def test_evidence_from_before_the_agreement_is_reviewed_from_the_agreement_on(
    run: Run, tmp_path: Path
) -> None:
    pytest.importorskip("icalendar")
    path = tmp_path / "d.toml"
    path.write_text(
        toml(term("it", None, event("2025-06-01", pre_agreement=True))), encoding="utf-8"
    )
    calendar = run(
        "report", "-f", path, "--format", "ics", "--reviews", "--as-of", "2026-02-01"
    ).stdout
    assert "DTSTART;VALUE=DATE:20260501" in calendar
    stale = [
        run("list", "-f", path, "--stale", "--exit-code", "--as-of", day).exit_code
        for day in ("2026-05-01", "2026-05-02")
    ]
    assert stale == [0, 1]


def test_pictures_stand_the_ends_of_the_calendar() -> None:
    dataset = make(term("it", None, event("2026-02-01", status="in-progress")))
    agreement = replace(dataset.agreement, agreed=dt.date(1, 5, 1))  # which a file may not say
    snapshot = assess(replace(dataset, agreement=agreement), dt.date.max)
    assert "agreed 0001-05-01" in svg.timeline(snapshot, history(*snapshot.items), [("It", ["it"])])


def test_the_help_names_the_extras_whole(run: Run) -> None:
    assert "pip install 'factsheet[pdf,xlsx,ics]'" in run("report", "--help").stdout


def test_no_room_has_a_circle_in_it() -> None:
    """Within a room too, every module can be read without the ones that stand on it."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "factsheet").rglob("*.py"):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        blocks = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        ]
        typing = {id(node) for block in blocks for node in ast.walk(block)}
        imports = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and id(node) not in typing
        ]
        names = {(node.module or "", alias.name) for node in imports for alias in node.names}
        found[name.removesuffix(".__init__")] = {module for module, _ in names} | {
            f"{module}.{alias}" for module, alias in names
        }
    order = [*TopologicalSorter(found).static_order()]  # raises where there is a circle
    assert order.index("factsheet.report.words") < order.index("factsheet.report.content")
