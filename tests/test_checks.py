"""Every finding: what brings it out, what nearly does, where it points, what warnings compare."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from building import TODAY, amount, day, event, level, limit, make, num, steps, term, toml
from conftest import SMALL
from finding_cases import CASES, CLEAN, Case, edited, in_all, last_on, new, paid

from factsheet.assess.snapshot import assess
from factsheet.cli.validate import findings
from factsheet.lint import doubts
from factsheet.lint.codes import CODES
from factsheet.source.load import load
from factsheet.source.translation import fingerprint


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTSHEET_NOW", "2026-11-24T09:30:00Z")


def codes(text: str, as_of: dt.date = TODAY) -> list[str]:
    return [found.code for found in findings(text.encode("utf-8"), as_of)]


def test_the_clean_dataset_is_clean() -> None:
    assert codes(CLEAN) == []


ELSEWHERE = {
    *("encoding", "translation", "translation-stale", "untranslated"),
    *("source-gone", "unarchived", "source-list"),  # tests/test_sources.py
    *("edited-record", "removed-record", "edited-term"),  # tests/test_against.py
}
"""Codes of what is not in the text of the dataset; each has a test of its own."""


def test_every_code_has_a_case() -> None:
    assert {*CASES} | ELSEWHERE == {*CODES}


def test_what_lacks_a_translation_is_said_only_where_one_is_asked_for(
    run: Any, small: Path
) -> None:
    title = "Buy $25 billion of arms"
    words = small.with_name("commitments.ko.toml")
    words.write_text(
        f'[arms-purchases]\ntitle = {{ text = "무기", of = "{fingerprint(title)}" }}\n'
        'summary = { text = "예전 것", of = "00000000" }\n'
        '[auto-parts]\ntitle = "부품"\n',
        encoding="utf-8",
    )
    assert not {*codes(SMALL)} & ELSEWHERE
    lines = run("validate", small, "--lang", "ko").stdout.splitlines()
    assert not [line for line in lines if "arms-purchases.title" in line]
    number = SMALL[: SMALL.index('[[commitments]]\nid = "arms-purchases"')].count("\n") + 1
    stale = f"{small}:{number}: warning[translation-stale] arms-purchases: "
    assert [line for line in lines if line.startswith(stale) and "arms-purchases.summary" in line]
    assert [line for line in lines if "[untranslated] submarines: submarines.title" in line]
    assert f"{words}:1: warning[translation] auto-parts.title is not" in "\n".join(lines)


@pytest.mark.parametrize(
    ("code", "case"), [(code, case) for code, cases in CASES.items() for case in cases]
)
def test_each_finding_is_found_and_its_near_miss_is_not(code: str, case: Case) -> None:
    assert code in codes(edited(case.bad))
    assert code not in codes(edited(case.near))


def test_bytes_that_are_no_text() -> None:
    (found,) = findings(CLEAN.encode("utf-8").replace(b"Ships", b"Sh\xffips"), TODAY)
    assert (found.code, found.line) == ("encoding", CLEAN[: CLEAN.index("Ships")].count("\n") + 1)
    assert codes(CLEAN.replace("Ships", "배")) == []


POINTED_AT = {
    "parts-total": 'parts = ["ships", "chips"]',
    "schedule": 'measure = { kind = "amount", unit = "USD", counts = "paid", target = 100 }',
    "unknown-milestone": '[[commitments.updates]]\nid = "0000000e"',
    "total-fell": '[[commitments.updates]]\nid = "0000000c"',
    "breach-in-effect": '[[commitments]]\nid = "ceiling"',
    "hidden-characters": 'title = "Sh\u202eips"',
}


@pytest.mark.parametrize("code", POINTED_AT)
def test_a_finding_points_at_its_table_and_says_what_to_do(
    run: Any, tmp_path: Path, code: str
) -> None:
    case = CASES[code][0]
    path = tmp_path / "d.toml"
    path.write_text(edited(case.bad), encoding="utf-8")
    result = run("validate", path)
    severity, hint = CODES[code]
    assert result.exit_code == (1 if severity == "error" else 0)
    (line,) = [line for line in result.stdout.splitlines() if f"{severity}[{code}]" in line]
    assert f"    hint: {hint}" in result.stdout.splitlines()
    number = int(line.removeprefix(f"{path}:").split(":")[0])
    assert "\n".join(edited(case.bad).splitlines()[number - 1 :]).startswith(POINTED_AT[code])
    assert run("validate", "--strict", path).exit_code == 1
    rows = json.loads(run("validate", path, "--format", "json").stdout)["findings"]
    assert (code, severity, number) in {(row["code"], row["severity"], row["line"]) for row in rows}
    path.write_text(edited(case.near), encoding="utf-8")
    assert f"[{code}]" not in run("validate", path).stdout


@pytest.mark.parametrize(
    ("now", "begun"), [("2026-11-24T09:59:59Z", False), ("2026-11-24T10:00:00Z", True)]
)
def test_a_day_is_accepted_once_it_has_begun_anywhere_on_earth(
    run: Any, small: Path, monkeypatch: pytest.MonkeyPatch, now: str, begun: bool
) -> None:
    """The earliest zone is fourteen hours ahead of UTC."""
    monkeypatch.setenv("FACTSHEET_NOW", now)
    result = run("update", "arms", "--note", "x", "--date", "2026-11-25", "-f", small)
    assert result.exit_code == (0 if begun else 2)
    assert ("has not begun here yet" if begun else "has not come yet") in result.stderr
    text = CLEAN.replace(last_on("2026-11-20"), last_on("2026-11-25").replace("11-20T", "11-24T"))
    assert codes(text, day("2026-11-25")) == ([] if begun else ["future-date"])
    text = CLEAN.replace("2026-10-20T09:00:00Z", "2026-11-25T09:00:00Z")
    assert codes(text) == ([] if begun else ["future-record"])


def test_one_fast_clock_stops_nobody(run: Any, small: Path) -> None:
    """A record written on a day to come is doubted, and known from that day on."""
    small.write_text(SMALL.replace("2026-05-21T09", "2031-05-21T09"), encoding="utf-8")
    doubt = "warning[future-record] arms-purchases: written on 2031-05-21, which has not come yet"
    assert doubt in run("validate", small).stdout
    assert run("validate", small).exit_code == 0
    assert run("update", "submarines", "--note", "x", "-f", small).exit_code == 0
    for known, status in (("2031-05-20", "not-assessed"), ("2031-05-21", "in-progress")):
        rows = run("list", "-f", small, "--known-by", known, "--format", "json").stdout
        assert json.loads(rows)["commitments"][0]["status"] == status


@pytest.mark.parametrize(
    ("table", "key"),
    [("[[commitment]]", "commitment"), ("[methods]", "methods"), ("[[a.b]]", "a")],
)
def test_an_unknown_table_is_found_where_it_stands(table: str, key: str) -> None:
    text = CLEAN.replace(
        '[[commitments]]\nid = "plan"', f'{table}\nid = "x"\n\n[[commitments]]\nid = "plan"'
    )
    (found,) = findings(text.encode("utf-8"), TODAY)
    assert (found.code, found.line) == ("unknown-key", text[: text.index(table)].count("\n") + 1)
    assert f"`{key}`" in found.message


def warned(
    *terms: dict[str, Any], as_of: str = "2026-11-24", agreed: str = "2026-01-01"
) -> list[tuple[str | None, str]]:
    found = doubts.doubts(assess(make(*terms, agreed=agreed), day(as_of)))
    return [
        (finding.item, finding.code)
        for each in found.values()
        for finding in each
        if finding.code != "stale"
    ]


def messages(*terms: dict[str, Any], code: str) -> list[str]:
    found = doubts.doubts(assess(make(*terms), TODAY))
    return [finding.message for each in found.values() for finding in each if finding.code == code]


def test_messages_carry_the_figures() -> None:
    fallen = term("it", amount(), event("2026-11-01", 2000), event("2026-11-02", num("1500.5")))
    assert messages(fallen, code="total-fell") == [
        "the total fell from 2,000 (2026-11-01) to 1,500.5 (2026-11-02)"
    ]
    claimed = term("it", amount(), event("2026-11-01", 43, status="fulfilled"))
    assert messages(claimed, code="fulfilled-below-target") == [
        "asserted fulfilled, but progress is 43.0%"
    ]
    broken = term(
        "it", limit(max=15), event("2026-11-01", 25, status="in-effect"), event("2026-11-20", 15)
    )
    expected = (
        "asserted in effect, but the limit was broken from 2026-11-01 until 2026-11-20, peak 25"
    )
    assert messages(broken, code="breach-in-effect") == [expected]
    late = term("it", steps(plan="2026-06-30", talks=""), event("2026-11-01", status="in-progress"))
    expected = "the milestone plan was due 2026-06-30 and is not recorded as reached"
    assert messages(late, code="late-milestone") == [expected]


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ({"value": 1500}, {"value": 1500, "note": "n"}, "value, 1,500"),
        ({"value": 1}, {"value": 2}, "page"),
        ({"note": "n"}, {"note": "n"}, "page and note"),
        ({"note": "n"}, {"note": "m"}, ""),
    ],
)
def test_what_two_records_of_one_event_have_in_common_is_said(
    first: dict[str, Any], second: dict[str, Any], alike: str
) -> None:
    found = term("it", amount(3000), event("2026-11-01", **first), event("2026-11-01", **second))
    said = f"records 00000001 and 00000002 of 2026-11-01 have the same {alike}"
    assert messages(found, code="same-event") == ([said] if alike else [])


def test_a_level_may_fall_and_a_yearly_limit_starts_anew() -> None:
    assert warned(term("it", level(25, 15), event("2026-11-01", 20), event("2026-11-02", 18))) == []
    assert warned(term("it", limit(max=5), event("2026-11-01", 4), event("2026-11-02", 3))) == []
    yearly = limit("calendar-year", max=5)
    assert warned(term("it", yearly, event("2026-11-01", 4), event("2026-11-02", 3))) == [
        ("it", "total-fell")
    ]
    events = [
        event("2026-01-02", 4, through="2025-12-31", recorded="2026-01-02"),
        event("2026-11-02", 3),
    ]
    assert warned(term("it", yearly, *events), agreed="2025-01-01") == []


def test_each_fall_is_named_and_a_retracted_one_is_not() -> None:
    events = [event(f"2026-11-0{n}", value) for n, value in enumerate((5, 4, 6, 3), start=1)]
    assert warned(term("it", amount(), *events)) == [("it", "total-fell")] * 2
    withdrawn = [
        event("2026-11-02", retracts="00000002", note="n"),
        event("2026-11-04", retracts="00000004", note="n"),
    ]
    assert warned(term("it", amount(), *(dict(each) for each in events), *withdrawn)) == []


DATES = {
    "whole later": ("2026-11-10", "2026-11-01"),
    "together": ("2026-11-01", "2026-11-01"),
    "parts later": ("2026-11-01", "2026-11-10"),
}


@pytest.mark.parametrize(
    ("when", "value", "disagree"),
    [
        ("together", 30, False),
        ("together", 29, True),
        ("together", 31, True),
        # A total that came later may be more than its parts were, never less; and vice versa.
        ("whole later", 31, False),
        ("whole later", 29, True),
        ("parts later", 31, True),
        ("parts later", 29, False),
    ],
)
def test_parts_contradict_the_whole_only_where_no_date_explains_it(
    when: str, value: int, disagree: bool
) -> None:
    mine, theirs = DATES[when]
    parts = [term("a", amount(50), event(theirs, 10)), term("b", amount(50), event(theirs, 20))]
    found = warned(term("whole", amount(100), event(mine, value), parts=["a", "b"]), *parts)
    assert found == [("whole", "parts-disagree")] * disagree


def test_parts_without_data_are_a_lower_bound() -> None:
    parts = [term("a", amount(50), event("2026-11-01", 10)), term("b", amount(50))]
    for value, disagree in ((30, False), (9, True)):
        found = warned(
            term("whole", amount(100), event("2026-11-01", value), parts=["a", "b"]), *parts
        )
        assert found == [("whole", "parts-disagree")] * disagree


def test_warnings_are_as_of_a_date() -> None:
    """A doubt about a later record, its text included, is not raised on an earlier day."""
    terms = [
        term(
            "it",
            amount(),
            event("2026-06-01", 5),
            event("2026-11-01", 4, note="a\u200bb", disputed=True),
        )
    ]
    assert warned(*terms, as_of="2026-10-31") == []
    assert {code for _, code in warned(*terms)} == {"total-fell", "hidden-characters", "disputed"}


def test_a_breach_is_answered_by_a_record_of_it_and_only_once_it_is_over() -> None:
    broken = [
        event("2026-09-01", 25, status="breached"),
        event("2026-09-20", 15, status="in-effect"),
    ]
    assert warned(term("it", limit(max=15), *(dict(each) for each in broken))) == []
    # A later breach is not answered by the record of an earlier one, ...
    again = [event("2026-10-01", 30), event("2026-11-01", 15)]
    assert warned(term("it", limit(max=15), *(dict(each) for each in broken), *again)) == [
        ("it", "breach-in-effect")
    ]
    # ... and one that lasts by nothing but the status.
    lasting = [event("2026-10-01", 30, status="breached"), event("2026-11-01", status="in-effect")]
    assert warned(term("it", limit(max=15), *lasting)) == [("it", "breach-in-effect")]


def test_parts_that_are_counted_twice_are_not_added_up() -> None:
    whole = term("whole", amount(300), parts=["a", "a"])
    loaded = load(toml(whole, term("a", amount(100))), today=TODAY)
    assert [finding.code for finding in loaded.findings] == ["part-kind"]


def test_sums_within_sums_are_counted_in_bounded_time() -> None:
    """Two thousand sums over one of a thousand parts: two million to count, in a small file."""
    inner = "".join(new(paid(1), f"n{n}") for n in range(1000)) + new(
        in_all(*(f"n{n}" for n in range(1000))), "inner"
    )
    outer = "".join(new(in_all("inner"), f"o{n}") for n in range(2000))
    assert codes(CLEAN + inner + outer) == ["part-kind"]
    assert {*codes(CLEAN + inner + new(in_all("inner")))} == {"stale"}


def test_findings_do_not_depend_on_the_place_of_a_record() -> None:
    events = [
        event("2026-11-01", 5, status="fulfilled", recorded="2026-11-05"),
        event("2026-11-01", 4, recorded="2026-11-06"),
    ]
    one, two = (
        warned(term("it", amount(), *(dict(each) for each in order)))
        for order in (events, events[::-1])
    )
    assert one == two
    assert one == [("it", each) for each in ("fulfilled-below-target", "total-fell", "same-event")]


def test_a_file_with_a_schedule_error_cannot_be_used(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "d.toml"
    path.write_text(
        toml(term("it", amount(start=day("2026-05-01")), due=day("2026-04-01"))), encoding="utf-8"
    )
    result = run("list", "-f", path)
    assert result.exit_code == 3
    assert (
        "error[schedule] it: the deadline 2026-04-01 does not come after the start on 2026-05-01"
        in result.stderr
    )


def agreement(parties: str) -> str:
    """The beginning of a dataset."""
    keys = f'id = "p", title = "P", agreed = 2025-11-14, parties = {{ {parties} }}'
    return f"schema = 1\nagreement = {{ {keys} }}\n"


def test_shared_parts_are_looked_at_once() -> None:
    # Seventeen levels, each of which has the next one thrice: 3^17 ways down.
    text = agreement('A = "A"')
    term = 'title = "T"\npillar = "x"\nowed_by = ["A"]\nsummary = "S"\n'
    amount_of = 'measure = { kind = "amount", unit = "USD", counts = "c", target = 1 }\n'
    text += f'[[commitments]]\nid = "top"\n{term}parts = ["s"]\n{amount_of}'
    text += f'[[commitments]]\nid = "s"\n{term}parts = ["l0"]\nmeasure = {{ kind = "sum" }}\n'
    for depth in range(17):
        below = [f"l{depth + 1}", f"m{depth + 1}", f"n{depth + 1}"]
        for name in "lmn":
            text += f'[[commitments]]\nid = "{name}{depth}"\n{term}parts = {json.dumps(below)}\n'
    text += "".join(f'[[commitments]]\nid = "{name}17"\n{term}{amount_of}' for name in "lmn")
    loaded = load(text, today=dt.date(2026, 11, 24))
    assert {finding.code for finding in loaded.findings} <= {"part-kind", "parts-total"}


def test_a_message_names_a_few_of_many() -> None:
    parties = ", ".join(f'P{number} = "n"' for number in range(5000))
    text = agreement(parties)
    text += (
        '[[commitments]]\nid = "one"\ntitle = "T"\npillar = "x"\nowed_by = ["Q"]\nsummary = "S"\n'
    )
    (finding,) = load(text, today=dt.date(2026, 11, 24)).findings
    assert finding.code == "unknown-party"
    assert len(finding.message) < 200
