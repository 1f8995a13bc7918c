"""`factsheet report`: what it says, and that every format says the same."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from building import day, event, limit, steps, term, toml
from conftest import SMALL
from reporting import MORE, Page, content, plain, strings

from factsheet.vocabulary import GROUPS

Run = Callable[..., Any]


@pytest.fixture
def full(tmp_path: Path) -> Path:
    path = tmp_path / "full.toml"
    path.write_text(SMALL + MORE, encoding="utf-8")
    return path


def test_every_format_says_the_same(run: Run, full: Path) -> None:
    facts = content(full.read_text("utf-8"))
    args = ("report", "-f", full, "--since", "2026-03-31", "--format")
    page = Page(run(*args, "html").stdout_bytes).text
    text = plain(run(*args, "md").stdout_bytes)
    data = strings(json.loads(run(*args, "json").stdout))
    groups = [*facts.attention, *(facts.changes.groups if facts.changes else ()), facts.corrections]
    said = [
        facts.title,
        facts.summary,
        *facts.method,
        *(word for pair in facts.thresholds for word in pair),
    ]
    said += [
        word
        for group in groups
        for word in (group.title, group.intro, *(line.text for line in group.lines))
    ]
    for _, items in facts.pillars:
        for item in items:
            said += [
                item.ref.title,
                item.summary,
                *item.findings,
                *(words for _, words in item.figures),
            ]
            said += [event.note for event in item.events] + [step.title for step in item.milestones]
    assert len(said) > 100
    whole = " ".join(data)
    for words in filter(None, said):
        words = " ".join(words.split())
        assert words in page, words
        assert words in text, words
        assert words in whole, words


def test_the_order_of_the_content(run: Run, full: Path) -> None:
    sections = [
        "At a glance",
        "Needs attention",
        "Changed since 2026-03-31",
        "Headline terms",
        "Security",
        "Trade",
        "Investment",
    ]
    sections += ["Method", "Corrections", "How to cite"]
    heads = ["Pact of Two", "as of", "known by", "data through", "SHA-256", "At a glance"]
    text = run("report", "-f", full, "--since", "2026-03-31").stdout
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == sections
    places = [text.index(mark) for mark in heads]
    assert places == sorted(places)


def test_what_needs_attention(full: Path) -> None:
    groups = {
        group.title: [(line.ref.id, str(line.date)) for line in group.lines]
        for group in content(full.read_text("utf-8")).attention
    }
    assert groups["Overdue"] == [("auto-parts", "2026-01-31")]
    assert groups["Breached"] == [("annual-cap", "2026-03-01")]
    assert groups["Milestones late"] == [("submarines", "2026-06-30")]
    assert [name for name, _ in groups["Contradictions"]] == ["annual-cap", "wrongly-done"]
    assert groups["Disputed"] == [("part-one", "2026-06-05")]
    assert groups["Next deadlines"] == [
        ("part-one", "2027-11-14"),
        ("part-two", "2027-11-14"),
        ("arms-purchases", "2030-12-31"),
    ]


def test_what_is_due_today_is_due_and_not_late(run: Run, full: Path) -> None:
    """The day that a text sets is the last one, and it is not over."""

    def at(day: str) -> dict[str, list[str]]:
        args = ("report", "-f", full, "--format", "json", "--as-of", day)
        groups = json.loads(run(*args).stdout)["attention"]
        return {group["title"]: [line["id"] for line in group["lines"]] for group in groups}

    today, tomorrow = at("2026-01-31"), at("2026-02-01")
    assert "auto-parts" in today["Next deadlines"]
    assert "auto-parts" not in today.get("Overdue", [])
    assert "auto-parts" not in tomorrow["Next deadlines"]
    assert "auto-parts" in tomorrow["Overdue"]
    listed = [
        run("list", "-f", full, "--overdue", "--exit-code", "--as-of", day).exit_code
        for day in ("2026-01-31", "2026-02-01")
    ]
    assert listed == [0, 1]


def test_of_several_breaches_the_last_is_told(run: Run, tmp_path: Path) -> None:
    events = [
        event("2026-02-01", 40),
        event("2026-03-01", 10),
        event("2026-04-01", 16),
        event("2026-05-01", 18),
    ]
    path = tmp_path / "d.toml"
    path.write_text(toml(term("it", limit(max=15), *events)), encoding="utf-8")
    groups = json.loads(run("report", "-f", path, "--format", "json").stdout)["attention"]
    (line,) = next(group["lines"] for group in groups if group["title"] == "Breached")
    assert line["date"] == "2026-04-01"
    assert line["text"] == "beyond the limit of $15, at $18"


def test_what_changed_is_said_in_words(full: Path) -> None:
    changes = content(full.read_text("utf-8")).changes
    assert changes is not None
    groups = {
        group.title: [(line.ref.id, line.text) for line in group.lines] for group in changes.groups
    }
    moved = "not-assessed → in-progress; first figure: $3.11bn (12% of $25bn); pace ahead 1.25"
    assert groups["Status moves"] == [("arms-purchases", f"{moved}: A sale was notified.")]
    papers = "$10 → $40 (40% of $100); disputed: Two papers disagree."
    assert groups["New totals and levels"] == [("part-one", papers)]
    withdrawn = "withdraws record 00000015 of 2026-02-01 (90 aircraft): The paper corrected itself."
    fell = "90 aircraft → 50 aircraft (49% of 103 aircraft)"
    assert groups["Corrections"] == [("wrongly-done", f"{fell}; {withdrawn}")]
    assert "Now overdue" not in groups


def test_since_tomorrow_is_refused_and_since_today_says_nothing_changed(
    run: Run, full: Path
) -> None:
    assert run("report", "-f", full, "--since", "2026-11-25").exit_code == 2
    assert "Nothing changed." in run("report", "-f", full, "--since", "2026-11-24").stdout


def test_known_by_leaves_out_what_was_written_later(run: Run, full: Path) -> None:
    early = run("report", "-f", full, "--known-by", "2026-08-31").stdout
    assert "known by: 2026-08-31" in early
    assert "No record was withdrawn" in early
    assert "Ninety, it was said" in early


def test_the_hash_is_that_of_the_file(run: Run, full: Path) -> None:
    import hashlib

    assert hashlib.sha256(full.read_bytes()).hexdigest() in run("report", "-f", full).stdout


def test_json_holds_the_contract_of_list_and_more(run: Run, full: Path) -> None:
    listed = json.loads(run("list", "-f", full, "--format", "json").stdout)
    report = json.loads(run("report", "-f", full, "--format", "json").stdout)
    for key in ("schema", "agreement", "as_of", "known_by"):
        assert report[key] == listed[key]
    pairs = list(zip(listed["commitments"], report["commitments"], strict=True))
    assert pairs
    for short, whole in pairs:
        assert short.items() <= whole.items()
    arms = next(each for each in report["commitments"] if each["id"] == "arms-purchases")
    assert [event["id"] for event in arms["history"]] == ["00000001"]


def test_csv_is_one_row_an_item_and_that_of_log_one_row_a_record(run: Run, full: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("report", "-f", full, "--format", "csv").stdout)))
    assert len(rows) == 9
    assert {row["id"]: row["value"] for row in rows}["arms-purchases"] == "3111800000"
    events = list(csv.DictReader(io.StringIO(run("log", "-f", full, "--format", "csv").stdout)))
    assert len(events) == 8
    assert {row["id"]: row["withdrawn"] for row in events}["00000015"] == "true"
    marked = run("report", "-f", full, "--format", "csv", "--excel").stdout_bytes
    assert marked.startswith(b"\xef\xbb\xbf")
    assert "자동차" in marked.decode("utf-8-sig")
    assert run("report", "-f", full, "--format", "md", "--excel").exit_code == 2


def test_xlsx_has_real_dates_and_numbers_and_no_formula(
    run: Run, tmp_path: Path, full: Path
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    out = tmp_path / "r.xlsx"
    assert run("report", "-f", full, "-o", out, "--since", "2026-03-31").exit_code == 0
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["Items", "History", "Sources", "News", "Corrections", "Method"]
    head, *rows = book["Items"].iter_rows(values_only=True)
    arms = dict(zip(head, next(row for row in rows if row[0] == "arms-purchases"), strict=True))
    assert arms["value"] == 3111800000
    assert arms["due"] == dt.datetime(2030, 12, 31)
    assert arms["progress"] == pytest.approx(0.1245)
    assert arms["headline"] is True
    assert book["History"].max_row == 9


def test_ics_holds_deadlines_and_reviews_only_where_asked(run: Run, full: Path) -> None:
    icalendar = pytest.importorskip("icalendar")

    def found(*options: str) -> dict[str, Any]:
        out = run("report", "-f", full, "--format", "ics", *options).stdout_bytes
        events = icalendar.Calendar.from_ical(out).walk("VEVENT")
        by_uid = {str(event["uid"]).removesuffix("@pact.factsheet"): event for event in events}
        assert len(by_uid) == len(events)
        return by_uid

    plain, whole = found(), found("--reviews")
    assert plain["arms-purchases.due"].decoded("dtstart") == dt.date(2030, 12, 31)
    assert not any(uid.endswith(".review") for uid in plain)
    assert whole.keys() > plain.keys()
    day = dt.date(2026, 6, 5) + dt.timedelta(days=120)
    assert whole["part-one.review"].decoded("dtstart") == day
    assert not any(uid.startswith("auto-tariff") for uid in whole), "a closed item is not due"
    for each in whole.values():
        # A day on which something is due is not a day on which nobody can be met.
        assert each["transp"] == "TRANSPARENT"
        assert each.decoded("dtend") - each.decoded("dtstart") == dt.timedelta(days=1)
    late = {uid for uid, event in whole.items() if str(event["summary"]).startswith("OVERDUE: ")}
    assert late == {"auto-parts.due", "submarines.fuel"}, "what is late stays until it is met"


def test_a_milestone_called_like_another_date_has_a_uid_of_its_own(
    run: Run, tmp_path: Path
) -> None:
    icalendar = pytest.importorskip("icalendar")
    names = ("due", "by", "review", "plan")
    path = tmp_path / "d.toml"
    dues = dict.fromkeys(names, "2027-01-01")
    path.write_text(
        toml(term("it", steps(**dues), due=day("2027-02-01")), term("else", steps(**dues))),
        encoding="utf-8",
    )
    out = run("report", "-f", path, "--format", "ics", "--reviews").stdout_bytes
    uids = [str(each["uid"]) for each in icalendar.Calendar.from_ical(out).walk("VEVENT")]
    keys = {
        name: [uid.split("@")[0] for uid in uids if uid.startswith(name)] for name in ("it", "else")
    }
    assert sorted(keys["it"]) == [
        "it.by",
        "it.due",
        "it.plan",
        "it.review",
        "it.step.due",
        "it.step.review",
    ]
    # One that was unique stays as calendars know it.
    assert sorted(keys["else"]) == [
        "else.by",
        "else.due",
        "else.plan",
        "else.review",
        "else.step.review",
    ]


def test_pictures_have_words(run: Run, full: Path) -> None:
    page = Page(run("report", "-f", full, "--format", "html").stdout_bytes)
    drawn = [attrs for tag, attrs in page.tags if tag == "svg" and "aria-hidden" not in attrs]
    assert {attrs["class"] for attrs in drawn} == {"chart", "gauge", "statuses", "timeline"}
    assert all(attrs["role"] == "img" and attrs["aria-label"] for attrs in drawn)
    charts = [attrs["aria-label"] for attrs in drawn if attrs["class"] == "chart"]
    assert any(
        "Observed $3.11bn on 2026-05-20; target $25bn by 2030-12-31" in words for words in charts
    )
    assert any(
        words.startswith("No observation yet; the expected path leads to $100") for words in charts
    )
    of_the_sum = "from $10 on 2026-01-05 to $40 on 2026-06-05, 2 observations; target $200"
    assert any(of_the_sum in words for words in charts), "a sum is drawn from its parts"


def test_every_status_has_its_colour_and_sign(run: Run, full: Path) -> None:
    page = run("report", "-f", full, "--format", "html").stdout
    for group in GROUPS:
        assert f".g-{group.replace(' ', '-')} {{ --tone:" in page


def test_page_is_one_file_in_a_named_language(run: Run, full: Path) -> None:
    out = run("report", "-f", full, "--format", "html").stdout
    page = Page(out.encode())
    attributes = dict(page.tags)
    assert attributes["html"]["lang"] == "en"
    assert 'lang="ko">자동차 관세를 15%로' in html.unescape(out)
    assert not [tag for tag, attrs in page.tags if "src" in attrs or tag in ("link", "script")]
    assert "url(" not in out
    assert "@import" not in out
    heads = [attrs for tag, attrs in page.tags if tag == "th"]
    assert heads
    assert all(attrs.get("scope") in ("col", "row") for attrs in heads)


PARTS: list[tuple[list[str], set[str], str]] = [
    (["arms", "both"], {"arms-purchases", "both"}, "arms-purchases, both"),
    (["--headline"], {"arms-purchases", "both"}, "headline"),
    (["--pillar", "trade"], {"auto-tariff", "auto-parts", "wrongly-done"}, "pillar trade"),
    (["--tag", "tariff-line"], {"auto-tariff"}, "tag tariff-line"),
    (["--owed-by", "US", "--status", "fulfilled"], {"auto-tariff", "wrongly-done"}, "owed by US"),
    (["arms", "--pillar", "security"], {"arms-purchases"}, "arms-purchases; pillar security"),
]


@pytest.mark.parametrize(("options", "ids", "why"), PARTS)
def test_a_report_may_be_of_a_part(
    run: Run, full: Path, options: list[str], ids: set[str], why: str
) -> None:
    args = ("report", *options, "-f", full, "--since", "2026-01-01", "--format")
    data = json.loads(run(*args, "json").stdout)
    assert {each["id"] for each in data["commitments"]} == ids
    groups = [*data["attention"], *data["changes"]["groups"], data["corrections"]]
    lines = [line for group in groups for line in group["lines"]]
    named = {line["id"] for line in lines}
    named |= {each["id"] for line in lines for each in line["also"]}
    assert named <= ids, "attention and news are of these alone"
    assert sum(data["statuses"].values()) == len(ids)
    rows = csv.DictReader(io.StringIO(run(*args, "csv").stdout))
    assert {row["id"] for row in rows} == ids
    page = Page(run(*args, "html").stdout_bytes)
    articles = {attrs["id"] for tag, attrs in page.tags if tag == "article"}
    assert articles == {f"c-{name}" for name in ids}
    there = {f"#{attrs['id']}" for _, attrs in page.tags if attrs.get("id")}
    assert not [
        attrs["href"]
        for tag, attrs in page.tags
        if tag == "a" and (attrs["href"] or "").startswith("#") and attrs["href"] not in there
    ], "no link leads nowhere"
    text = plain(run(*args, "md").stdout_bytes)
    assert f"covers: {len(ids)} of 9 commitments: {why}" in text


def test_a_part_counts_for_those_who_owe_it_alone(run: Run, full: Path) -> None:
    data = json.loads(run("report", "auto-tariff", "-f", full, "--format", "json").stdout)
    assert [(each["party"], each["owes"]) for each in data["accounts"]] == [("US", 1)]


def test_a_part_of_a_calendar_and_of_a_workbook(run: Run, tmp_path: Path, full: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("icalendar")
    calendar = run("report", "arms", "-f", full, "--format", "ics").stdout
    assert calendar.count("BEGIN:VEVENT") == 1
    out = tmp_path / "r.xlsx"
    assert run("report", "arms", "-f", full, "-o", out).exit_code == 0
    assert openpyxl.load_workbook(out)["Items"].max_row == 2


@pytest.mark.parametrize(
    "options",
    [
        ["arms", "--pillar", "trade"],
        ["--headline", "--status", "breached"],
        ["--tag", "tariff-line", "arms"],
    ],
)
def test_an_empty_part_is_one_message(run: Run, full: Path, options: list[str]) -> None:
    result = run("report", *options, "-f", full)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: no commitment fits ")
    assert result.stderr.count("\n") == 1


def test_reviews_are_for_the_calendar(run: Run, full: Path) -> None:
    result = run("report", "-f", full, "--reviews")
    assert (result.exit_code, result.stderr) == (2, "error: --reviews is for --format ics\n")


@pytest.mark.parametrize(
    ("word", "day_said"),
    [("yesterday", "2026-11-23"), ("monday", "2026-11-23"), ("2w", "2026-11-10")],
)
def test_since_may_be_said_as_people_say_it(run: Run, full: Path, word: str, day_said: str) -> None:
    assert f"## Changed since {day_said}" in run("report", "-f", full, "--since", word).stdout


def test_so_long_ago_is_counted_from_the_day_of_the_report(run: Run, full: Path) -> None:
    text = run("report", "-f", full, "--since", "7d", "--as-of", "2026-06-12").stdout
    assert "## Changed since 2026-06-05" in text
    assert "$10 → $40" in plain(text.encode())
