"""Faults that bug reports about other tools led to, each under what a user would say of it.

The number behind each is that of the list they came from; the other halves of these kinds are
tested where their part of the program is.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_git import PLACE, PRINTED, git, start

from factsheet.source.merge import merge

BASE = """\
schema = 1

[agreement]
id = "us-rok-2025"
title = "Joint Fact Sheet test"
agreed = 2025-11-14
parties = { ROK = "Republic of Korea", US = "United States" }

[[commitments]]
id = "ships"
title = "Build ships"
pillar = "industry"
owed_by = ["ROK"]
summary = "Build ships worth 10 billion."
due = 2028-12-31
measure = { kind = "amount", unit = "USD", counts = "contracts", target = 10_000_000_000 }

[[commitments.updates]]
id = "00000001"
date = 2026-01-10
recorded = 2026-01-11T00:00:00Z
status = "in-progress"
value = 1_000_000_000
note = "First contract."
sources = [{ url = "https://example.org/a", kind = "press" }]

[[commitments]]
id = "tariff"
title = "Lower the tariff"
pillar = "trade"
owed_by = ["US"]
summary = "From 25 to 15."
measure = { kind = "level", unit = "%", baseline = 25, target = 15 }

[[commitments.updates]]
id = "00000002"
date = 2025-12-04
recorded = 2025-12-05T00:00:00Z
status = "in-effect"
value = 15
sources = [{ url = "https://example.org/b", kind = "primary" }]
"""
PAGE = ("--source", "https://example.org/q", "--kind", "press")


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "faults.toml"
    path.write_text(BASE, encoding="utf-8")
    return path


def changed(path: Path, *edits: tuple[str, str]) -> Path:
    text = path.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return path


def records(path: Path, place: int = 0) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["commitments"][
        place
    ]["updates"]
    return found


def listed(run: Any, path: Path, *more: str) -> list[dict[str, Any]]:
    told = run("list", "-f", path, "--format", "json", *more).stdout
    found: list[dict[str, Any]] = json.loads(told)["commitments"]
    return found


def found(run: Any, path: Path, *more: str) -> list[dict[str, Any]]:
    told = run("validate", path, "--format", "json", *more).stdout
    findings: list[dict[str, Any]] = json.loads(told)["findings"]
    return findings


def inserted(text: str, identifier: str, day: str, note: str) -> str:
    """The text with a record of the first item by hand."""
    record = (
        f'\n[[commitments.updates]]\nid = "{identifier}"\ndate = {day}\n'
        f'recorded = {day}T09:00:00Z\nnote = "{note}"\n'
    )
    return text.replace(
        '\n[[commitments]]\nid = "tariff"', f'{record}\n[[commitments]]\nid = "tariff"'
    )


@pytest.mark.parametrize("format", ["md", "html", "json"])
def test_the_news_says_that_12_5_is_125_percent_of_15(run: Any, base: Path, format: str) -> None:
    """D1."""
    changed(base, ("\nvalue = 15\n", "\nvalue = 12.5\n"))
    out = base.with_suffix(f".{format}")
    dates = ("--as-of", "2026-02-01", "--since", "2025-12-01")
    assert run("report", "-f", base, "-o", out, *dates).exit_code == 0
    told = out.read_text(encoding="utf-8")
    assert "125% of 15%" not in told
    assert "12.5% (125% of the way from 25% to 15%)" in told


def test_an_amount_in_the_news_is_a_share_of_its_target(run: Any, base: Path) -> None:
    """D1: of an amount the share is of the target."""
    dates = ("--as-of", "2026-02-01", "--since", "2025-12-31")
    told = run("report", "-f", base, "--format", "json", *dates).stdout
    assert "$1bn (10% of $10bn)" in told


def test_my_clone_cannot_run_the_driver_and_a_colleagues_record_is_gone(
    run: Any, tmp_path: Path
) -> None:
    """D2: with the line that `init --git` prints, git merges by itself where it cannot run it."""
    where = tmp_path / "clone"
    path = start(where, BASE)
    said = run("init", where, "--git").stderr
    line = re.search(r"git config merge\.factsheet\.driver '(.*)'", said)
    assert line is not None
    assert line[1] == PRINTED
    git(where, "config", "merge.factsheet.driver", line[1])
    git(where, "add", ".")
    git(where, "commit", "-qm", "driver")
    git(where, "checkout", "-qb", "x")
    run("update", "ships", "--note", "from x", "--date", "2026-03-01", "-f", path)
    git(where, "commit", "-qam", "x")
    git(where, "checkout", "-q", "main")
    run("update", "tariff", "--note", "from main", "--date", "2026-03-02", "-f", path)
    git(where, "commit", "-qam", "y")
    merged = without_the_program(where, "merge", "-q", "--no-edit", "x")
    assert merged.returncode == 0, merged.stdout + merged.stderr
    text = path.read_text(encoding="utf-8")
    assert "from x" in text
    assert "from main" in text
    assert "<<<<<<<" not in text


def test_the_same_item_in_such_a_clone_is_a_conflict_with_markers(run: Any, tmp_path: Path) -> None:
    """D2: what git cannot merge by itself it marks, with both sides in the file."""
    path = start(tmp_path / "clone", BASE)
    where = path.parent.parent
    (where / ".gitattributes").write_text(f"{PLACE.as_posix()} merge=factsheet\n", encoding="utf-8")
    git(where, "config", "merge.factsheet.driver", PRINTED)
    git(where, "add", ".")
    git(where, "commit", "-qm", "driver")
    git(where, "checkout", "-qb", "x")
    path.write_text(inserted(BASE, "aaaaaaa1", "2026-03-01", "from x"), encoding="utf-8")
    git(where, "commit", "-qam", "x")
    git(where, "checkout", "-q", "main")
    path.write_text(inserted(BASE, "aaaaaaa2", "2026-03-02", "from main"), encoding="utf-8")
    git(where, "commit", "-qam", "y")
    assert without_the_program(where, "merge", "-q", "x").returncode == 1
    text = path.read_text(encoding="utf-8")
    assert "from x" in text
    assert "from main" in text
    assert text.count("<<<<<<< ") == 1


def without_the_program(where: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """git as in an editor or a new terminal, whose PATH lacks the folder of the program."""
    paths = [
        folder
        for folder in os.environ["PATH"].split(os.pathsep)
        if not (Path(folder) / "factsheet").exists()
    ]
    who = {
        f"GIT_{role}_{key}": "a@a.example"
        for role in ("AUTHOR", "COMMITTER")
        for key in ("NAME", "EMAIL")
    }
    clean = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "LC_ALL": "C"}
    return subprocess.run(
        ["git", *words],
        cwd=where,
        env={**os.environ, **who, **clean, "PATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_validate_tells_a_clone_that_has_the_old_line(run: Any, tmp_path: Path) -> None:
    """D2: and says nothing to one that has the new line, or none."""
    where = tmp_path / "clone"
    path = start(where, BASE)
    words = "this clone loses the other side of a merge where git does not find factsheet"
    assert words not in run("validate", path).stderr
    git(where, "config", "merge.factsheet.driver", "factsheet merge %O %A %B")
    told = run("validate", path).stderr
    assert words in told
    assert f"git config merge.factsheet.driver '{PRINTED}'" in told
    git(where, "config", "merge.factsheet.driver", PRINTED)
    assert words not in run("validate", path).stderr


@pytest.mark.parametrize(
    "broken",
    [
        BASE.replace('summary = "From 25 to 15."', 'summary = "From 25 to 15.'),
        BASE.replace("schema = 1\n", "<<<<<<< ours\nschema = 1\n=======\nschema = 1\n>>>>>>> t\n"),
    ],
    ids=["syntax", "markers of a criss-cross merge"],
)
def test_an_ancestor_that_cannot_be_read_makes_a_conflict_of_everything(broken: str) -> None:
    """D3: both sides can be cut, so both records are kept."""
    merged = merge(
        broken,
        inserted(BASE, "aaaaaaa1", "2026-03-02", "ours"),
        inserted(BASE, "aaaaaaa2", "2026-03-01", "theirs"),
    )
    assert not merged.conflict
    assert [each["note"] for each in tomllib.loads(merged.text)["commitments"][0]["updates"]] == [
        "First contract.",
        "theirs",
        "ours",
    ]


def test_such_an_ancestor_still_leaves_a_real_conflict_one() -> None:
    """D3: what both sides say in different words."""
    broken = BASE.replace('"From 25 to 15."', '"From 25 to 15.')
    merged = merge(broken, BASE, BASE.replace("First contract.", "The first contract."))
    assert merged.conflict
    assert "The first contract." in merged.text
    assert '"First contract."' in merged.text


def test_i_followed_the_hint_of_a_conflict_and_the_file_was_invalid(
    run: Any, tmp_path: Path
) -> None:
    """D4: the hint says that each update needs its own header, and is true."""
    path = start(tmp_path / "clone", BASE)
    where = path.parent.parent
    git(where, "checkout", "-qb", "x")
    path.write_text(inserted(BASE, "aaaaaaa1", "2026-03-01", "x"), encoding="utf-8")
    git(where, "commit", "-qam", "x")
    git(where, "checkout", "-q", "main")
    path.write_text(inserted(BASE, "aaaaaaa2", "2026-03-02", "y"), encoding="utf-8")
    git(where, "commit", "-qam", "y")
    assert git(where, "merge", "-q", "x", check=False).returncode == 1
    told = run("validate", path).stdout
    assert "each below a [[commitments.updates]] line of its own" in told
    text = path.read_text(encoding="utf-8")
    followed = re.sub(
        r"(?ms)^<<<<<<< [^\n]*\n(.*?)^=======\n(.*?)^>>>>>>> [^\n]*\n",
        lambda both: f"{both[1]}\n[[commitments.updates]]\n{both[2]}",
        text,
    )
    path.write_text(followed, encoding="utf-8")
    assert run("validate", path).exit_code == 0
    assert {each.get("note") for each in records(path)} == {"First contract.", "x", "y"}


def test_the_drivers_own_conflict_keeps_a_header_on_either_side() -> None:
    """D4: deleting the three marker lines leaves two updates, whatever was torn."""
    ours = inserted(BASE, "aaaaaaa1", "2026-03-01", "x").replace("schema = 1", "schema = 1 # a")
    theirs = inserted(BASE, "aaaaaaa2", "2026-03-02", "y").replace("schema = 1", "schema = 1 # b")
    for base in (BASE, BASE.replace('id = "tariff"', 'id = "ships"')):
        merged = merge(base, ours, theirs)
        assert merged.conflict
        kept = re.sub(r"(?m)^(<<<<<<<.*|=======|>>>>>>>.*)\n", "", merged.text)
        kept = kept.replace("schema = 1 # b\n", "")
        notes = {each.get("note") for each in tomllib.loads(kept)["commitments"][0]["updates"]}
        assert notes == {"First contract.", "x", "y"}


@pytest.mark.parametrize(
    ("value", "shown"), [("9_960_000_000", "99.6%"), ("40_000_000", "0.4%"), ("70_000_000", "0.7%")]
)
def test_the_workbook_rounds_up_to_done(run: Any, base: Path, value: str, shown: str) -> None:
    """D5: a share has one decimal, so a little is not nothing and nearly is not all."""
    changed(base, ("value = 1_000_000_000", f"value = {value}"))
    out = base.with_suffix(".xlsx")
    pytest.importorskip("xlsxwriter", reason="workbooks need the extra")
    result = run("report", "-f", base, "-o", out, "--as-of", "2026-02-01")
    assert result.exit_code == 0, result.stderr
    book = zipfile.ZipFile(out)
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    styles = book.read("xl/styles.xml").decode()
    cell = re.search(r'<c r="L2" s="(\d+)"><v>([0-9.]+)</v>', sheet)
    assert cell is not None
    formats = dict(re.findall(r'numFmtId="(\d+)" formatCode="([^"]+)"', styles))
    used = re.findall(r'<xf numFmtId="(\d+)"', styles.split("<cellXfs")[1])[int(cell[1])]
    assert formats[used] == "0.0%"
    assert f"{float(cell[2]):.1%}" == shown


def test_a_record_id_became_a_number_in_the_spreadsheet(run: Any, base: Path) -> None:
    """D6: with --excel it stays the text that it is."""
    changed(base, ('"00000001"', '"00535621"'), ('"00000002"', '"46465e84"'))
    told = run("log", "-f", base, "--format", "csv", "--excel").stdout_bytes.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(told)))
    assert [row["id"] for row in rows] == ['="00535621"', '="46465e84"']
    told = run("log", "-f", base, "--format", "csv").stdout
    assert [row["id"] for row in csv.DictReader(io.StringIO(told))] == ["00535621", "46465e84"]


def test_new_ids_hold_a_letter_that_no_number_has() -> None:
    """D6."""
    from factsheet.cli.recording import new_id

    assert all(re.search("[abcdf]", new_id(())) for _ in range(500))


def feed(run: Any, path: Path, *more: str) -> dict[str, tuple[str, str, str]]:
    """Title, published and updated of the entries of a feed, by the id of the record."""
    atom = "{http://www.w3.org/2005/Atom}"
    entries = ET.fromstring(run("log", "-f", path, "--format", "atom", *more).stdout)
    texts = {
        str(entry.findtext(f"{atom}id")).rpartition("/")[2]: tuple(
            str(entry.findtext(f"{atom}{name}")) for name in ("title", "published", "updated")
        )
        for entry in entries.iter(f"{atom}entry")
    }
    return {name: (title, first, last) for name, (title, first, last) in texts.items()}


def test_a_restored_record_goes_back_in_time_in_the_feed(
    run: Any, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D8: `updated` grows with every change of what the entry says."""
    assert feed(run, base)["00000001"][2] == "2026-01-11T00:00:00Z"
    wrong = "00000001"
    for month, marked in ((3, True), (4, False), (5, True), (6, False)):
        monkeypatch.setenv("FACTSHEET_NOW", f"2026-0{month}-01T10:00:00Z")
        assert run("retract", wrong, "--note", "no", "-f", base).exit_code == 0
        wrong = records(base)[-1]["id"]
        title, first, last = feed(run, base)["00000001"]
        assert title.startswith("withdrawn: ") == marked
        assert (first, last) == ("2026-01-11T00:00:00Z", f"2026-0{month}-01T10:00:00Z")


def test_my_unit_is_t_and_5t_became_five_trillion(run: Any, base: Path) -> None:
    """D9: refused, with both readings."""
    changed(base, ('unit = "USD"', 'unit = "t"'))
    result = run("update", "ships", "--value", "5t", "--note", "x", "-f", base)
    assert result.exit_code == 2
    assert "could be 5 t or 5 trillion t" in result.stderr
    assert run("update", "ships", "--value", "5 t", "--note", "x", "-f", base).exit_code == 0
    assert records(base)[-1]["value"] == 5


def test_my_unit_is_billion_usd_and_the_value_was_scaled_twice(run: Any, base: Path) -> None:
    """D10: refused with what to write, and `validate` warns of such a unit."""
    changed(
        base,
        ('unit = "USD", counts = "contracts", target = 10_000_000_000',
         'unit = "billion USD", counts = "contracts", target = 10'),
        ("value = 1_000_000_000", "value = 1"),
    )  # fmt: skip
    before = base.read_bytes()
    result = run("update", "ships", "--value", "2.4bn", "--note", "x", "-f", base)
    assert result.exit_code == 2
    assert "the unit already says billion" in result.stderr
    assert "2.4 for 2.4 billion USD" in result.stderr
    assert base.read_bytes() == before
    codes = [each["code"] for each in found(run, base, "--as-of", "2026-02-01")]
    assert codes == ["scaled-unit"]


def test_a_typo_in_through_froze_the_figure_for_years(run: Any, base: Path) -> None:
    """D11: told when it is written and ever after; a budget for next year is fine."""
    typo = ("--date", "2026-03-31", "--through", "2062-03-31", "--note", "q1", *PAGE)
    told = run("update", "ships", "--value", "2bn", *typo, "-f", base).stderr
    assert "warning[odd-through] ships: counts through 2062-03-31" in told
    codes = [each["code"] for each in found(run, base, "--as-of", "2026-04-01")]
    assert codes == ["odd-through"]
    fine = ("--date", "2026-04-02", "--through", "2027-12-31", "--note", "budget", *PAGE)
    wrong = ("--replaces", records(base)[-1]["id"])
    told = run("update", "ships", "--value", "2bn", *fine, *wrong, "-f", base).stderr
    assert "odd-through" not in told


@pytest.mark.parametrize(
    ("through", "why"),
    [
        ("2029-01-01", "after the deadline of 2028-12-31"),
        ("2025-11-01", "before the agreement"),
        ("2028-01-01", "long after the event"),
    ],
)
def test_a_through_that_cannot_be_is_told(run: Any, base: Path, through: str, why: str) -> None:
    """D11."""
    changed(base, ("value = 1_000", f"through = {through}\nvalue = 1_000"))
    (only,) = found(run, base, "--as-of", "2026-02-01")
    assert only["code"] == "odd-through"
    assert why in only["message"] or "long after" in only["message"]
    assert through in only["message"]


def test_what_was_written_before_it_happened_was_known_before_it_happened(
    run: Any, base: Path
) -> None:
    """D12: a finding, and the file knew nothing of it before its day."""
    changed(base, ("recorded = 2026-01-11T", "recorded = 2025-12-01T"))
    (only,) = found(run, base, "--as-of", "2026-01-20")
    assert (only["code"], only["line"]) == ("written-before", 18)
    row = listed(run, base, "--as-of", "2026-02-01", "--known-by", "2025-12-31")[0]
    assert (row["status"], row["value"]) == ("not-assessed", None)
    row = listed(run, base, "--as-of", "2026-02-01", "--known-by", "2026-01-10")[0]
    assert row["value"] == "1000000000"


def test_a_day_of_slack_for_zones_is_no_finding(run: Any, base: Path) -> None:
    """D12."""
    changed(base, ("recorded = 2026-01-11T", "recorded = 2026-01-09T"))
    assert found(run, base, "--as-of", "2026-01-20") == []


@pytest.mark.parametrize("header", ["[[commitment]]", "[commitment]"])
def test_a_table_with_a_typo_is_reported_at_line_1(run: Any, base: Path, header: str) -> None:
    """D13."""
    changed(base, ('[[commitments]]\nid = "tariff"', f'{header}\nid = "tariff"'))
    text = base.read_text(encoding="utf-8")
    line = text.split("\n").index(header) + 1
    first = found(run, base)[0]
    assert (first["code"], first["line"]) == ("unknown-key", line)
    assert "did you mean `commitments`?" in first["message"]


def test_a_party_is_told_to_be_kebab_case_though_rok_is_none(run: Any, base: Path) -> None:
    """D14: the same words wherever a party stands."""
    wanted = "a short name of letters, digits and hyphens"
    for edit in (
        ("parties = { ROK =", 'parties = { "R.O.K." ='),
        ('owed_by = ["ROK"]', 'owed_by = ["R.O.K."]'),
        ("due = 2028-12-31", 'due = 2028-12-31\nreadings = { "R.O.K." = "x" }'),
    ):
        base.write_text(BASE, encoding="utf-8")
        first = found(run, changed(base, edit))[0]
        assert f"'R.O.K.' is not {wanted}" in first["message"]
        assert "kebab" not in first["message"]


@pytest.mark.parametrize(
    ("given_status", "wanted"),
    [
        (
            "not-assessed",
            "`not-assessed` is never typed; leave `status` out, or write `no-evidence`",
        ),
        ("unfulfilled", "not-fulfilled"),
        ("fulfiled", "did you mean 'fulfilled'?"),
        ("not-startd", "did you mean 'not-started'?"),
        ("done", "it is one of"),
    ],
)
def test_a_slip_suggests_a_claim(run: Any, base: Path, given_status: str, wanted: str) -> None:
    """D15: nothing is suggested that means something else, in the file or on the command line."""
    message = run("update", "ships", "--status", given_status, "-f", base).stderr
    changed(base, ('status = "in-progress"', f'status = "{given_status}"'))
    for told in (message, found(run, base)[0]["message"]):
        assert wanted in told
        if given_status == "not-assessed":
            assert "did you mean" not in told
        if given_status == "unfulfilled":
            assert "did you mean 'fulfilled'" not in told


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[[commitments.updates]]", "[commitments.updates]"),
        ("[[commitments]]", "[commitments]"),
    ],
)
def test_one_bracket_too_few_gets_advice_for_another_case(
    run: Any, base: Path, old: str, new: str
) -> None:
    """D16."""
    text = BASE.partition('\n[[commitments]]\nid = "tariff"')[0].replace(old, new)
    base.write_text(text, encoding="utf-8")
    first = found(run, base)[0]
    assert f"write {old}" in first["message"]
    assert '["ROK"]' not in first["message"]


@pytest.mark.parametrize(
    ("window", "words"),
    [("continuous", "15% at any time"), ("calendar-year", "15% a calendar year")],
)
def test_a_cap_of_15_percent_per_continuous(run: Any, base: Path, window: str, words: str) -> None:
    """D17: words, in every format."""
    changed(
        base,
        ('{ kind = "level", unit = "%", baseline = 25, target = 15 }',
         f'{{ kind = "limit", unit = "%", max = 15, window = "{window}" }}'),
    )  # fmt: skip
    assert words in run("show", "tariff", "-f", base, "--as-of", "2026-02-01").stdout
    for suffix in (".md", ".html"):
        out = base.with_suffix(suffix)
        run("report", "-f", base, "-o", out, "--as-of", "2026-02-01")
        told = out.read_text(encoding="utf-8")
        assert words in told
        assert "per continuous" not in told
        assert "per calendar-year" not in told


@pytest.mark.parametrize(
    ("unit", "typed", "value"),
    [("GW", "2.5 GW", "2.5"), ("EUR", "€5bn", "5000000000"), ("EUR", "5bn EUR", "5000000000"),
     ("원", "1.5조원", "1500000000000"), ("$", "$2bn", "2000000000"),
     ("KRW", "1조 5000억원", "1500000000000"), ("KRW", "5천억", "500000000000")],
)  # fmt: skip
def test_what_the_program_prints_is_not_a_number(
    run: Any, base: Path, unit: str, typed: str, value: str
) -> None:
    """D18, D20 and D28."""
    changed(base, ('unit = "USD"', f'unit = "{unit}"'))
    result = run("update", "ships", "--value", typed, "--note", "x", "-f", base)
    assert result.exit_code == 0, result.stderr
    assert str(records(base)[-1]["value"]) == value


def test_add_reads_the_unit_that_it_is_given_too(run: Any, base: Path) -> None:
    """D18."""
    result = run(
        "add", "--id", "grid", "--title", "Grid", "--pillar", "industry", "--owed-by", "ROK",
        "--summary", "s", "--target", "5GW", "--unit", "GW", "--counts", "connected", "-f", base,
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    assert "target = 5\n" in base.read_text(encoding="utf-8").replace(" }", "\n")


@pytest.mark.parametrize("plus", ["+1bn", "＋1bn", " +1bn", "$+1bn", "+5천억", "﹢1bn", "⁺1bn"])
def test_an_increment_with_another_plus_is_taken_for_a_total(
    run: Any, base: Path, plus: str
) -> None:
    """D19."""
    before = base.read_bytes()
    result = run("update", "ships", "--value", plus, "--note", "x", "-f", base)
    assert result.exit_code == 2
    assert "looks like an increment" in result.stderr
    assert base.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="a folder as on Linux")
def test_completion_that_cannot_be_installed_ends_in_a_traceback() -> None:
    """D21."""
    result = subprocess.run(
        [sys.executable, "-m", "factsheet", "--install-completion", "bash"],
        env={**os.environ, "HOME": "/proc/none", "SHELL": "/bin/bash"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 4
    assert "Traceback" not in result.stderr
    assert result.stderr.startswith("error: cannot write /proc/none")
    assert len(result.stderr.splitlines()) == 1


def test_what_is_found_late_never_reaches_the_feed(
    run: Any, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D23: the feed tells it on the day on which it was written."""
    monkeypatch.setenv("FACTSHEET_NOW", "2026-03-05T10:00:00Z")
    before = feed(run, base, "--since", "2026-01-01")
    late = ("--date", "2025-12-20", "--note", "found today", "-f", base)
    assert run("update", "tariff", *late).exit_code == 0
    new = records(base, 1)[-1]["id"]
    after = feed(run, base, "--since", "2026-01-01")
    assert set(after) - set(before) == {new}
    assert after[new][1:] == ("2026-03-05T10:00:00Z", "2026-03-05T10:00:00Z")
    assert new not in feed(run, base, "--since", "2026-03-06")


def test_i_undid_a_withdrawal_and_nothing_happened(run: Any, base: Path) -> None:
    """D24: two branches withdrew it; the answer says which withdrawal still holds."""
    text = BASE
    for number in (2, 1):
        text = inserted(text, f"aaaaaaa{number}", "2026-01-10", f"why {number}").replace(
            f'note = "why {number}"', f'note = "why {number}"\nretracts = "00000001"'
        )
    base.write_text(text, encoding="utf-8")
    result = run("retract", "aaaaaaa1", "--note", "it was right", "-f", base)
    assert result.exit_code == 0
    assert "00000001 stays withdrawn, by aaaaaaa2" in result.stderr
    result = run("retract", "aaaaaaa2", "--note", "it was right", "-f", base)
    assert "stays withdrawn" not in result.stderr
    assert "status: not-assessed -> in-progress" in result.stdout


@given(st.decimals(min_value=24, max_value=26, places=6))
def test_minus_nothing_is_nothing(value: Any) -> None:
    """D26: wherever a share is rounded."""
    from building import event, level, one

    from factsheet.report import quantities as q

    item = one(level(25, 15), event("2026-02-01", value), as_of="2026-03-01")
    share = q.ratio(item.measurement.progress)
    assert share is not None
    assert not (share == 0 and share.is_signed())
    assert q.percent(item.measurement.progress) not in ("-0%", "-0.0%")


def test_the_table_shows_minus_zero(run: Any, base: Path) -> None:
    """D26."""
    changed(base, ("\nvalue = 15\n", "\nvalue = 25.0001\n"))
    table = run("list", "-f", base, "--as-of", "2026-02-01", "--format", "csv").stdout
    row = next(each for each in csv.DictReader(io.StringIO(table)) if each["id"] == "tariff")
    assert row["progress"] == "0"
    told = run("list", "-f", base, "--as-of", "2026-02-01", "--format", "json").stdout
    assert "-0.0" not in told


def test_a_source_published_in_2062_is_no_finding(run: Any, base: Path) -> None:
    """D27: told when it is written and by `validate`."""
    source = ("--source", "https://example.org/q", "--kind", "press", "--published", "2062-03-01")
    told = run("update", "ships", "--date", "2026-03-01", "--note", "x", *source, "-f", base).stderr
    assert "warning[odd-published] ships: a source published on 2062-03-01" in told
    codes = [each["code"] for each in found(run, base, "--as-of", "2026-03-10")]
    assert codes == ["odd-published"]


@pytest.mark.parametrize("marker", [">>>>>>> feature", "<<<<<<< HEAD"])
def test_half_a_conflict_is_said_to_be_bad_quotes(run: Any, base: Path, marker: str) -> None:
    """D29."""
    changed(base, ("agreed = 2025-11-14\n", f"agreed = 2025-11-14\n{marker}\n"))
    first = found(run, base)[0]
    assert (first["code"], first["line"]) == ("conflict-markers", 7)
    assert "quotes" not in first["message"]


@pytest.mark.parametrize("blank", ["   ", "\\t", "\u3000", "\\n"])
@pytest.mark.parametrize("key", ["title", "summary"])
def test_a_title_of_blanks_is_accepted(run: Any, base: Path, blank: str, key: str) -> None:
    """D30."""
    text = re.sub(rf'(?m)^{key} = "[^"]*"', f'{key} = "{blank}"'.replace("\\", r"\\"), BASE)
    base.write_text(text, encoding="utf-8")
    result = run("validate", base, "--as-of", "2026-01-20")
    assert result.exit_code == 1
    assert "is not a text that says something" in result.stdout


def test_a_file_without_tags_has_a_list_of_nothing(run: Any, base: Path) -> None:
    """D30."""
    result = run("list", "-f", base, "--tag", "x")
    assert result.exit_code == 2
    assert "--tag 'x': there is none in this file" in result.stderr


def test_an_address_in_capitals_is_refused(run: Any, base: Path) -> None:
    """D30: the scheme is written small, the rest is left as it is."""
    typed = ("--source", "HTTPS://Example.org/A", "--note", "x", "--date", "2026-02-02")
    assert run("update", "ships", *typed, "-f", base).exit_code == 0
    assert records(base)[-1]["sources"] == [{"url": "https://Example.org/A"}]


def test_a_newer_file_is_told_that_input_should_be_1(run: Any, base: Path) -> None:
    """D30."""
    changed(base, ("schema = 1", "schema = 2"))
    first = found(run, base)[0]
    assert first["message"] == (
        "this file is written for a newer factsheet (schema 2); update the program"
    )
    assert first["line"] == 1


# What was decided on what was asked


def test_one_fast_clock_is_a_warning_and_counts_for_known_by_from_its_day(
    run: Any, base: Path
) -> None:
    changed(base, ("recorded = 2026-01-11T", "recorded = 2027-02-01T"))
    (only,) = found(run, base, "--as-of", "2026-02-01")
    assert (only["code"], only["severity"]) == ("future-record", "warning")
    assert listed(run, base, "--known-by", "2027-01-31")[0]["value"] is None
    assert listed(run, base, "--known-by", "2027-02-01")[0]["value"] == "1000000000"


def test_a_part_short_of_its_own_target_is_not_done_by_anothers_surplus(
    run: Any, base: Path
) -> None:
    changed(base, ('{ kind = "level", unit = "%", baseline = 25, target = 15 }',
                   '{ kind = "amount", unit = "USD", counts = "contracts", target = 10 }'),
            ("value = 1_000_000_000", "value = 10_000_000_010"),
            ("\nvalue = 15\n", "\nvalue = 5\n"))  # fmt: skip
    whole = (
        '\n[[commitments]]\nid = "whole"\ntitle = "Whole"\npillar = "trade"\nowed_by = ["US"]\n'
        'summary = "s"\nparts = ["ships", "tariff"]\nmeasure = { kind = "sum" }\n'
    )
    base.write_text(base.read_text(encoding="utf-8") + whole, encoding="utf-8")
    row = listed(run, base, "--as-of", "2026-02-01")[2]
    assert (row["value"], row["target"]) == ("10000000015", "10000000010")
    assert row["pace_word"] == "part-short"
    assert "done-not-fulfilled" not in [each["code"] for each in row["findings"]]
    assert "tariff" in run("show", "whole", "-f", base, "--as-of", "2026-02-01").stdout


def test_the_message_for_github_carries_the_place_too(run: Any, base: Path) -> None:
    changed(base, ('status = "in-progress"', 'status = "begun"'))
    told = run("validate", "--format", "github", base).stdout
    assert re.search(r"::error file=.*,line=22,.*::.*faults\.toml:22: ", told)


def test_a_note_that_quotes_conflict_markers_is_told_how_to_write_it(run: Any, base: Path) -> None:
    changed(base, ('note = "First contract."', 'note = """\n<<<<<<< HEAD\nx\n>>>>>>> y\n"""'))
    first = found(run, base)[0]
    assert first["code"] == "conflict-markers"
    assert "a note that quotes such lines indents them" in first["hint"]
    base.write_text(BASE, encoding="utf-8")
    changed(base, ('note = "First contract."', 'note = """\n <<<<<<< HEAD\nx\n >>>>>>> y\n"""'))
    assert run("validate", base).exit_code == 0


def test_an_amount_in_the_unit_milestones_keeps_its_figures(run: Any, base: Path) -> None:
    changed(base, ('unit = "USD"', 'unit = "milestones"'))
    assert "1bn milestones of 10bn milestones" in run("list", "-f", base).stdout
    row = listed(run, base)[0]
    assert (row["value"], row["unit"]) == ("1000000000", "milestones")
    shown = run("show", "ships", "-f", base).stdout
    assert "1,000,000,000 milestones" in shown or "1bn milestones" in shown


def test_update_of_a_part_tells_that_the_whole_disagrees(run: Any, base: Path) -> None:
    level = '{ kind = "level", unit = "%", baseline = 25, target = 15 }'
    total = '{ kind = "amount", unit = "USD", counts = "contracts", target = 10_000_000_000 }'
    changed(base, ("due = 2028-12-31\n", 'due = 2028-12-31\nparts = ["tariff"]\n'), (level, total))
    typed = ("--value", "2bn", "--date", "2026-01-10", *PAGE, "-f", base)
    told = run("update", "tariff", *typed).stderr
    assert "warning[parts-disagree] ships" in told
