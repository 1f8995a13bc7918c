"""How `factsheet report` puts out.

Same bytes everywhere, nothing in a dataset can act, files whole or not at all.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from building import event, term, toml
from conftest import NOW, SHIPPED, SMALL
from reporting import MORE, Page, hostile
from terminal import deadline, heard

from factsheet import formats
from factsheet.formats import spelling
from factsheet.inert import HIDDEN

Run = Callable[..., Any]
KINDS = spelling("report")


@pytest.fixture
def full(tmp_path: Path) -> Path:
    path = tmp_path / "full.toml"
    path.write_text(SMALL + MORE, encoding="utf-8")
    return path


def needed(kind: str) -> None:
    """Skip where the extra that writes a format is not there, or what the tests read it with."""
    if library := formats.FORMATS[kind].needs:
        pytest.importorskip(library)
    if kind == "xlsx":
        pytest.importorskip("openpyxl")


def render(path: Path, kind: str, **environment: str) -> bytes:
    command = [
        sys.executable,
        "-m",
        "factsheet",
        "report",
        "-f",
        str(path),
        "--format",
        kind,
        "--since",
        "2026-03-31",
    ]
    base = {"PATH": os.environ["PATH"], "FACTSHEET_NOW": NOW}
    return subprocess.run(command, capture_output=True, check=True, env=base | environment).stdout


@pytest.mark.parametrize("kind", KINDS)
def test_same_bytes_in_any_zone_locale_width_and_hash_seed(full: Path, kind: str) -> None:
    needed(kind)
    one = render(full, kind, TZ="Asia/Seoul", LC_ALL="C.UTF-8", COLUMNS="200", PYTHONHASHSEED="1")
    two = render(full, kind, TZ="America/New_York", LC_ALL="C", COLUMNS="40", PYTHONHASHSEED="2")
    assert one
    assert one == two


def test_xlsx_carries_no_clock(full: Path) -> None:
    needed("xlsx")
    with zipfile.ZipFile(io.BytesIO(render(full, "xlsx"))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert str(dt.datetime.now(dt.UTC).year) not in archive.read("docProps/core.xml").decode()


def test_hostile_text_stays_text(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "hostile.toml"
    path.write_text(hostile(), encoding="utf-8")
    for kind in KINDS:
        needed(kind)
        result = run("report", "-f", path, "--format", kind, "--since", "2025-12-01")
        assert result.exit_code == 0, result.output
        out = result.stdout_bytes
        if not formats.FORMATS[kind].binary:
            assert not HIDDEN.search(out.decode().replace("\r\n", "\n")), kind
        if kind == "html":
            page = Page(out)
            tags = {tag for tag, _ in page.tags}
            assert not tags & {"script", "img", "iframe", "object", "link", "base", "form"}
            assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
            addresses = [attrs["href"] or "" for tag, attrs in page.tags if tag == "a"]
            assert all(address.startswith(("#", "https://example.org/")) for address in addresses)
            assert "<script>alert(1)</script>" in page.text
            assert "{{ 7*7 }}" in page.text
        if kind == "csv":
            cells = [cell for row in csv.reader(io.StringIO(out.decode())) for cell in row]
            assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
        if kind == "xlsx":
            import openpyxl

            book = openpyxl.load_workbook(io.BytesIO(out))
            assert not [
                cell
                for sheet in book
                for row in sheet.iter_rows()
                for cell in row
                if cell.data_type == "f"
            ]
        if kind == "ics":
            lines = out.decode().split("\r\n")
            assert sum(line == "BEGIN:VEVENT" for line in lines) == 3
            assert all(len(line.encode()) <= 75 for line in lines)


def test_hostile_markdown_renders_as_text(run: Run, tmp_path: Path) -> None:
    markdown_it = pytest.importorskip("markdown_it")
    path = tmp_path / "hostile.toml"
    path.write_text(hostile(), encoding="utf-8")
    source = run("report", "-f", path, "--format", "md").stdout
    parser = markdown_it.MarkdownIt("commonmark", {"html": True}).enable("table")
    page = Page(parser.render(source).encode())
    assert {tag for tag, _ in page.tags} <= {
        "h1",
        "h2",
        "h3",
        "h4",
        "p",
        "ul",
        "li",
        "strong",
        "a",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "pre",
        "code",
    }
    assert all(
        (attrs["href"] or "").startswith("https://example.org/")
        for tag, attrs in page.tags
        if tag == "a"
    )
    assert "<script>alert(1)</script>" in page.text
    titles = [tag for tag, _ in page.tags if tag == "h1"]
    assert len(titles) == 1


def test_output_goes_to_a_file_whole_or_not_at_all(run: Run, tmp_path: Path, full: Path) -> None:
    out = tmp_path / "r.html"
    result = run("report", "-f", full, "-o", out)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert out.read_bytes().startswith(b"<!doctype html>")
    before = full.read_bytes()
    for name in ("full.toml", "link.md"):
        if name == "link.md":
            (tmp_path / name).symlink_to(full)
        result = run("report", "-f", full, "--format", "md", "-o", tmp_path / name)
        assert result.exit_code == 2, name
        assert "dataset itself" in result.stderr
    assert full.read_bytes() == before
    assert run("report", "-f", full, "-o", tmp_path / "no" / "r.md").exit_code == 4


def test_the_ending_of_the_file_says_the_format(run: Run, tmp_path: Path, full: Path) -> None:
    assert run("report", "-f", full, "-o", tmp_path / "r.json").exit_code == 0
    assert json.loads((tmp_path / "r.json").read_bytes())["schema"] == 1
    for name in ("R.HTML", "r.Html"):
        assert run("report", "-f", full, "-o", tmp_path / name).exit_code == 0
        assert (tmp_path / name).read_bytes().startswith(b"<!doctype html>")
    result = run("report", "-f", full, "-o", tmp_path / "r.docx")
    assert result.exit_code == 2
    assert ".xlsx" in result.stderr
    assert "did you mean" in run("report", "-f", full, "--format", "htm").stderr


@pytest.mark.parametrize(
    ("note", "cell"),
    [
        ("a;=1+1", "a;'=1+1"),
        ("a;+1;-1;@x", "a;'+1;'-1;'@x"),
        ("a; =1", "a; =1"),
        ("a=1;b", "a=1;b"),
        (";=1", ";'=1"),
        ("=1;=1", "'=1;'=1"),
    ],
)
def test_no_cell_that_begins_at_a_semicolon_is_a_formula(
    run: Run, tmp_path: Path, note: str, cell: str
) -> None:
    """Where Excel splits a line at semicolons, what follows one begins a cell."""
    path = tmp_path / "d.toml"
    path.write_text(toml(term("it", None, event("2026-02-01", note=note))), encoding="utf-8")
    for option in ([], ["--excel"]):
        out = run("log", "-f", path, "--format", "csv", *option).stdout_bytes
        (row,) = csv.DictReader(io.StringIO(out.decode("utf-8-sig")))
        assert row["note"] == cell


def test_a_workbook_dates_no_day_before_spreadsheets_count_right(run: Run, tmp_path: Path) -> None:
    """They count a 29th of February 1900, so that every day before March of it is one off."""
    needed("xlsx")
    import openpyxl

    days = ["1900-02-28", "1900-03-01"]
    terms = [term(name, None, due=dt.date.fromisoformat(name)) for name in days]
    path, out = tmp_path / "d.toml", tmp_path / "d.xlsx"
    for each, name in zip(terms, "ab", strict=True):
        each["id"] = name
    path.write_text(toml(*terms, agreed="1900-01-01"), encoding="utf-8")
    assert run("report", "-f", path, "-o", out).exit_code == 0
    head, *rows = openpyxl.load_workbook(out)["Items"].iter_rows()
    due = [cell.value for cell in head].index("due")
    assert [row[due].value for row in rows] == [days[0], dt.datetime(1900, 3, 1)]
    assert rows[1][due].number_format == "yyyy-mm-dd"


@pytest.mark.parametrize(
    ("kind", "library"), [("xlsx", "xlsxwriter"), ("ics", "icalendar"), ("pdf", "typst")]
)
def test_an_absent_extra_is_named_in_one_sentence(
    run: Run, full: Path, monkeypatch: pytest.MonkeyPatch, kind: str, library: str
) -> None:
    monkeypatch.setattr(
        formats, "find_spec", lambda name: None if name == library else find_spec(name)
    )
    result = run("report", "-f", full, "--format", kind, "-o", "out")
    assert result.exit_code == 2
    assert f"{kind} needs {library}: pip install '" in result.stderr
    assert f"[{kind}]'" in result.stderr
    assert not Path("out").exists()


def in_terminal(*args: str) -> tuple[int, str]:
    """The program with a terminal as stdout and stderr: its exit code and what appeared."""
    import pty

    leader, follower = pty.openpty()
    environment = os.environ | {"FACTSHEET_NOW": NOW, "COLUMNS": "80", "TERM": "xterm"}
    process = subprocess.Popen(
        [sys.executable, "-m", "factsheet", *args],
        stdout=follower,
        stderr=follower,
        env=environment,
    )
    os.close(follower)
    seen, until = b"", deadline()
    while chunk := heard(leader, process.pid, until):
        seen += chunk
    os.close(leader)
    return process.wait(), seen.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is needed")
@pytest.mark.parametrize("kind", ["xlsx", "pdf"])
def test_binary_formats_refuse_a_terminal(full: Path, kind: str) -> None:
    needed(kind)
    code, seen = in_terminal("report", "-f", str(full), "--format", kind)
    assert code == 2
    assert f"-o report.{kind}" in seen


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is needed")
def test_long_work_shows_a_bar_in_a_terminal_only(tmp_path: Path, full: Path) -> None:
    record = (
        '\n[[commitments.updates]]\nid = "{:08x}"\ndate = 2026-03-01\n'
        'recorded = 2026-03-01T09:00:00Z\nnote = "n"\n'
    )
    path = tmp_path / "long.toml"
    path.write_text(
        SMALL + "".join(record.format(0x1000 + number) for number in range(5_000)), encoding="utf-8"
    )
    code, seen = in_terminal("report", "-f", str(path), "-o", str(tmp_path / "r.json"))
    assert code == 0
    assert "━" in seen
    _, short = in_terminal("report", "-f", str(full), "-o", str(tmp_path / "s.json"))
    assert "━" not in short
    command = [
        sys.executable,
        "-m",
        "factsheet",
        "report",
        "-f",
        str(path),
        "-o",
        str(tmp_path / "p.json"),
    ]
    piped = subprocess.run(
        command, capture_output=True, check=True, env=os.environ | {"FACTSHEET_NOW": NOW}
    )
    assert piped.stderr.decode() == f"wrote {tmp_path / 'p.json'}\n"
    assert piped.stdout == b""


def test_every_report_begins_with_the_same_answer(run: Run, full: Path) -> None:
    asked = ("report", "-f", full, "--as-of", "2026-11-24", "--since", "2026-06-01")
    said = json.loads(run(*asked, "--format", "json").stdout)["verdict"]
    assert len(said) == 4
    assert "is late with" in said[0]
    plain = run(*asked, "--format", "md").stdout.replace("\\", "")
    page = Page(run(*asked, "--format", "html").stdout_bytes).text
    for sentence in said:
        assert sentence in plain.partition("### ")[0]
        assert " ".join(sentence.split()) in page


def test_an_empty_dataset_makes_a_report(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "empty.toml"
    path.write_text(
        'schema = 1\n[agreement]\nid = "x"\ntitle = "X"\n'
        'agreed = 2026-01-01\nparties = { A = "A" }\n',
        encoding="utf-8",
    )
    for kind in KINDS:
        needed(kind)
        result = run("report", "-f", path, "--format", kind, "--since", "2026-01-01")
        assert result.exit_code == 0, (kind, result.output)


def test_the_shipped_dataset_makes_every_format(run: Run, tmp_path: Path) -> None:
    for kind in KINDS:
        needed(kind)
        assert (
            run(
                "report", "-f", SHIPPED, "-o", tmp_path / f"r.{kind}", "--since", "2026-06-30"
            ).exit_code
            == 0
        ), kind
