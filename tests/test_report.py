"""`factsheet report`: what it says, that every format says the same, that nothing in a dataset can act, same bytes everywhere."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW, SHIPPED, SMALL

from factsheet.checks import HIDDEN, warnings
from factsheet.cli.reporting import FORMATS
from factsheet.load import load
from factsheet.progress import GROUPS, assess
from factsheet.render.report import Report, build

Run = Callable[..., Any]

MORE = """
[[commitments]]
id = "annual-cap"
title = "Stay under the cap"
pillar = "investment"
owed_by = ["ROK", "US"]
summary = "No more than twenty billion a year."
measure = { kind = "limit", unit = "USD", window = "calendar-year", max = 20_000_000_000 }

[[commitments.updates]]
id = "00000010"
date = 2026-03-01
recorded = 2026-03-01T09:00:00Z
status = "in-effect"
value = 21_000_000_000
sources = [{ url = "https://example.org/cap", kind = "primary" }]

[[commitments]]
id = "both"
title = "Two parts"
pillar = "investment"
headline = true
owed_by = ["ROK"]
summary = "A sum."
parts = ["part-one", "part-two"]
measure = { kind = "sum" }

[[commitments]]
id = "part-one"
title = "Part one"
pillar = "investment"
owed_by = ["ROK"]
summary = "A part."
due = 2027-11-14
measure = { kind = "amount", unit = "USD", counts = "paid", target = 100 }

[[commitments.updates]]
id = "00000011"
date = 2026-01-05
recorded = 2026-01-06T09:00:00Z
value = 10

[[commitments.updates]]
id = "00000012"
date = 2026-06-05
recorded = 2026-06-06T09:00:00Z
value = 40
disputed = true
note = "Two papers disagree."

[[commitments]]
id = "part-two"
title = "Part two"
pillar = "investment"
owed_by = ["ROK"]
summary = "Another part."
due = 2027-11-14
measure = { kind = "amount", unit = "USD", counts = "paid", target = 100 }

[[commitments]]
id = "wrongly-done"
title = "Called fulfilled"
pillar = "trade"
owed_by = ["US"]
summary = "It is not."
measure = { kind = "amount", unit = "aircraft", counts = "ordered", target = 103 }

[[commitments.updates]]
id = "00000013"
date = 2026-02-01
recorded = 2026-02-01T09:00:00Z
status = "fulfilled"
value = 50
sources = [{ url = "https://example.org/jets", title = "Jets", publisher = "Example", published = 2026-02-01, kind = "press" }]

[[commitments.updates]]
id = "00000014"
date = 2026-02-01
recorded = 2026-09-01T09:00:00Z
note = "The paper corrected itself."
retracts = "00000015"

[[commitments.updates]]
id = "00000015"
date = 2026-02-01
recorded = 2026-02-02T09:00:00Z
value = 90
note = "Ninety, it was said."
"""

HOSTILE = '</script><script>alert(1)</script> \\"><img src=x onerror=alert(1)> {{ 7*7 }} '
HOSTILE += "{% raw %} | **b** `c` [x](javascript:alert(1)) "
HOSTILE += "&lt; "
HOSTILE += "\\u001b[31mred\\u001b]8;;http://evil\\u0007 \\u202Eevil\\u202C \\nline two\\r\\n# heading\\n---\\n| a | b |"


def hostile() -> str:
    """A dataset with trouble in every free text."""
    text = HOSTILE
    return f"""schema = 1
[agreement]
id = "pact"
title = "T {text}"
agreed = 2025-11-14
parties = {{ A = "A {text}", B = "=1+1" }}
sources = [{{ url = "https://example.org/'onclick=x&y=(1)", title = "S {text}", publisher = "@P {text}" }}]
[[commitments]]
id = "one"
title = "=HYPERLINK(1) {text}"
pillar = "trade"
headline = true
owed_by = ["A"]
summary = "+ {text}"
wording = "W {text}"
section = "S {text}"
due_note = "D {text}"
due = 2026-01-31
readings = {{ A = "R {text}" }}
measure = {{ kind = "amount", unit = "U {text}", counts = "C {text}", target = 100, by = 2027-01-01, path_source = "P {text}" }}
[[commitments.updates]]
id = "00000001"
date = 2026-01-01
recorded = 2026-01-01T00:00:00Z
status = "in-progress"
value = 5
disputed = true
note = "N {text}"
sources = [{{ url = "https://example.org/a|b)c'd", title = "S {text}", publisher = "@P {text}", kind = "press" }}]
[[commitments]]
id = "two"
title = "Steps"
pillar = "trade"
owed_by = ["B"]
summary = "-1+1"
measure = {{ kind = "milestones", steps = [{{ id = "s", title = "M {text}", due = 2026-01-31 }}] }}
"""


@pytest.fixture
def full(tmp_path: Path) -> Path:
    path = tmp_path / "full.toml"
    path.write_text(SMALL + MORE, encoding="utf-8")
    return path


def content(text: str, since: dt.date | None = dt.date(2026, 3, 31)) -> Report:
    loaded = load(text, today=dt.date(2026, 11, 24))
    assert loaded.dataset, loaded.findings
    picture = assess(loaded.dataset, dt.date(2026, 11, 24))
    return build(picture, warnings(picture), text=text, digest="0" * 64, since=since)


class Page(HTMLParser):
    """What a browser would see: text, tags with attributes, in order."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(data.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.open):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


def plain(markdown: bytes) -> str:
    """Markdown without its escapes."""
    return " ".join(re.sub(r"\\([\\`*_{}\[\]<>#|~$!&^@+.:)-])", r"\1", markdown.decode()).replace("**", "").split())


def strings(thing: Any) -> list[str]:
    """Every string in a JSON value."""
    if isinstance(thing, dict):
        return [word for key, value in thing.items() for word in [key, *strings(value)]]
    if isinstance(thing, list):
        return [word for value in thing for word in strings(value)]
    return [str(thing)]


def test_every_format_says_the_same(run: Run, full: Path) -> None:
    facts = content(full.read_text("utf-8"))
    args = ("report", "-f", full, "--since", "2026-03-31", "--format")
    page = Page(run(*args, "html").stdout_bytes).text
    text = plain(run(*args, "md").stdout_bytes)
    data = strings(json.loads(run(*args, "json").stdout))
    groups = [*facts.attention, *(facts.changes.groups if facts.changes else ()), facts.corrections]
    said = [facts.title, facts.summary, *facts.method, *(word for pair in facts.thresholds for word in pair)]
    said += [word for group in groups for word in (group.title, group.intro, *(line.text for line in group.lines))]
    for _, items in facts.pillars:
        for item in items:
            said += [item.ref.title, item.summary, *item.findings, *(words for _, words in item.figures)]
            said += [event.note for event in item.events] + [step.title for step in item.milestones]
    assert len(said) > 100
    whole = " ".join(data)
    for words in filter(None, said):
        words = " ".join(words.split())
        assert words in page, words
        assert words in text, words
        assert words in whole, words


def test_the_order_of_the_content(run: Run, full: Path) -> None:
    sections = ["At a glance", "Needs attention", "Changed since 2026-03-31", "Headline terms", "Security", "Trade", "Investment"]
    sections += ["Method", "Corrections"]
    heads = ["Pact of Two", "as of", "known by", "data through", "SHA-256", "At a glance"]
    text = run("report", "-f", full, "--since", "2026-03-31").stdout
    page = run("report", "-f", full, "--since", "2026-03-31", "--format", "html").stdout
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == sections
    assert re.findall(r"<h2>(.*)</h2>", page) == sections
    for out in (text, page[page.index("<header") :]):
        places = [out.index(mark) for mark in heads]
        assert places == sorted(places)


def test_what_needs_attention(full: Path) -> None:
    groups = {
        group.title: [(line.ref.id, line.date) for line in group.lines] for group in content(full.read_text("utf-8")).attention
    }
    assert groups["Overdue"] == [("auto-parts", "2026-01-31")]
    assert groups["Breached"] == [("annual-cap", "2026-03-01")]
    assert groups["Milestones late"] == [("submarines", "2026-06-30")]
    assert [name for name, _ in groups["Contradictions"]] == ["annual-cap", "wrongly-done"]
    assert groups["Disputed"] == [("part-one", "2026-06-05")]
    assert groups["Next deadlines"] == [("part-one", "2027-11-14"), ("part-two", "2027-11-14"), ("arms-purchases", "2030-12-31")]


def test_what_changed_is_said_in_words(full: Path) -> None:
    changes = content(full.read_text("utf-8")).changes
    assert changes is not None
    groups = {group.title: [(line.ref.id, line.text) for line in group.lines] for group in changes.groups}
    assert groups["Status moves"] == [("arms-purchases", "not-assessed → in-progress: A sale was notified.")]
    assert ("part-one", "$10 → $40 (40% of $100)") in groups["New totals and levels"]
    assert ("arms-purchases", "first figure: $3.11bn (12% of $25bn)") in groups["New totals and levels"]
    assert groups["Corrections"] == [
        ("wrongly-done", "withdraws record 00000015 of 2026-02-01 (90 aircraft): The paper corrected itself.")
    ]
    assert "Now overdue" not in groups


def test_since_tomorrow_is_refused_and_since_today_says_nothing_changed(run: Run, full: Path) -> None:
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


def test_csv_is_one_row_an_item_and_long_one_row_an_event(run: Run, full: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("report", "-f", full, "--format", "csv").stdout)))
    assert len(rows) == 9
    assert {row["id"]: row["value"] for row in rows}["arms-purchases"] == "3111800000"
    events = list(csv.DictReader(io.StringIO(run("report", "-f", full, "--format", "csv", "--long").stdout)))
    assert len(events) == 8
    assert {row["id"]: row["withdrawn"] for row in events}["00000015"] == "true"
    marked = run("report", "-f", full, "--format", "csv", "--excel").stdout_bytes
    assert marked.startswith(b"\xef\xbb\xbf")
    assert "자동차" in marked.decode("utf-8-sig")
    assert run("report", "-f", full, "--format", "md", "--long").exit_code == 2


def test_xlsx_has_real_dates_and_numbers_and_no_formula(run: Run, tmp_path: Path, full: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    out = tmp_path / "r.xlsx"
    assert run("report", "-f", full, "-o", out, "--since", "2026-03-31").exit_code == 0
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["Items", "History", "News", "Corrections", "Method"]
    head, *rows = book["Items"].iter_rows(values_only=True)
    arms = dict(zip(head, next(row for row in rows if row[0] == "arms-purchases"), strict=True))
    assert arms["value"] == 3111800000
    assert arms["due"] == dt.datetime(2030, 12, 31)
    assert arms["progress"] == pytest.approx(0.1245)
    assert arms["headline"] is True
    assert book["History"].max_row == 9


def test_ics_holds_deadlines_and_reviews(run: Run, full: Path) -> None:
    icalendar = pytest.importorskip("icalendar")
    calendar = icalendar.Calendar.from_ical(run("report", "-f", full, "--format", "ics").stdout_bytes)
    events = {str(event["uid"]): event for event in calendar.walk("VEVENT")}
    assert events["arms-purchases.due@pact.factsheet"].decoded("dtstart") == dt.date(2030, 12, 31)
    assert events["part-one.review@pact.factsheet"].decoded("dtstart") == dt.date(2026, 6, 5) + dt.timedelta(days=120)
    assert not any(uid.startswith("auto-tariff") for uid in events), "a closed item is not due"


def render(path: Path, kind: str, **environment: str) -> bytes:
    command = [sys.executable, "-m", "factsheet", "report", "-f", str(path), "--format", kind, "--since", "2026-03-31"]
    base = {"PATH": os.environ["PATH"], "FACTSHEET_NOW": NOW}
    return subprocess.run(command, capture_output=True, check=True, env=base | environment).stdout


@pytest.mark.parametrize("kind", FORMATS)
def test_same_bytes_in_any_zone_locale_width_and_hash_seed(full: Path, kind: str) -> None:
    pytest.importorskip({"xlsx": "openpyxl", "ics": "icalendar"}.get(kind, "json"))
    one = render(full, kind, TZ="Asia/Seoul", LC_ALL="C.UTF-8", COLUMNS="200", PYTHONHASHSEED="1")
    two = render(full, kind, TZ="America/New_York", LC_ALL="C", COLUMNS="40", PYTHONHASHSEED="2")
    assert one
    assert one == two


def test_xlsx_carries_no_clock(full: Path) -> None:
    pytest.importorskip("openpyxl")
    with zipfile.ZipFile(io.BytesIO(render(full, "xlsx"))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert str(dt.datetime.now(dt.UTC).year) not in archive.read("docProps/core.xml").decode()


def test_hostile_text_stays_text(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "hostile.toml"
    path.write_text(hostile(), encoding="utf-8")
    for kind in FORMATS:
        pytest.importorskip({"xlsx": "openpyxl", "ics": "icalendar"}.get(kind, "json"))
        result = run("report", "-f", path, "--format", kind, "--since", "2025-12-01")
        assert result.exit_code == 0, result.output
        out = result.stdout_bytes
        if kind != "xlsx":
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
            assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
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
    }
    assert all((attrs["href"] or "").startswith("https://example.org/") for tag, attrs in page.tags if tag == "a")
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
    result = run("report", "-f", full, "-o", tmp_path / "r.docx")
    assert result.exit_code == 2
    assert ".xlsx" in result.stderr
    assert "did you mean" in run("report", "-f", full, "--format", "htm").stderr


@pytest.mark.parametrize(("kind", "library"), [("xlsx", "openpyxl"), ("ics", "icalendar")])
def test_an_absent_extra_is_named_in_one_sentence(
    run: Run, full: Path, monkeypatch: pytest.MonkeyPatch, kind: str, library: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    result = run("report", "-f", full, "--format", kind, "-o", "out")
    assert result.exit_code == 2
    assert f"pip install 'factsheet[{kind}]'" in result.stderr
    assert not Path("out").exists()


def in_terminal(*args: str) -> tuple[int, str]:
    """The program with a terminal as stdout and stderr: its exit code and what appeared."""
    import pty

    leader, follower = pty.openpty()
    environment = os.environ | {"FACTSHEET_NOW": NOW, "COLUMNS": "80", "TERM": "xterm"}
    process = subprocess.Popen([sys.executable, "-m", "factsheet", *args], stdout=follower, stderr=follower, env=environment)
    os.close(follower)
    seen = b""
    while True:
        try:
            chunk = os.read(leader, 65536)
        except OSError:
            break
        if not chunk:
            break
        seen += chunk
    os.close(leader)
    return process.wait(), seen.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is needed")
def test_binary_formats_refuse_a_terminal(full: Path) -> None:
    code, seen = in_terminal("report", "-f", str(full), "--format", "xlsx")
    assert code == 2
    assert "-o report.xlsx" in seen


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is needed")
def test_long_work_shows_a_bar_in_a_terminal_only(tmp_path: Path, full: Path) -> None:
    record = '\n[[commitments.updates]]\nid = "{:08x}"\ndate = 2026-03-01\nrecorded = 2026-03-01T09:00:00Z\nnote = "n"\n'
    path = tmp_path / "long.toml"
    path.write_text(SMALL + "".join(record.format(0x1000 + number) for number in range(5_000)), encoding="utf-8")
    code, seen = in_terminal("report", "-f", str(path), "-o", str(tmp_path / "r.json"))
    assert code == 0
    assert "━" in seen
    _, short = in_terminal("report", "-f", str(full), "-o", str(tmp_path / "s.json"))
    assert "━" not in short
    command = [sys.executable, "-m", "factsheet", "report", "-f", str(path), "-o", str(tmp_path / "p.json")]
    piped = subprocess.run(command, capture_output=True, check=True, env=os.environ | {"FACTSHEET_NOW": NOW})
    assert piped.stderr.decode() == f"wrote {tmp_path / 'p.json'}\n"
    assert piped.stdout == b""


def test_pictures_have_words(run: Run, full: Path) -> None:
    page = Page(run("report", "-f", full, "--format", "html").stdout_bytes)
    drawn = [attrs for tag, attrs in page.tags if tag == "svg" and "aria-hidden" not in attrs]
    assert {attrs["class"] for attrs in drawn} == {"chart", "gauge", "statuses", "timeline"}
    assert all(attrs["role"] == "img" and attrs["aria-label"] for attrs in drawn)
    charts = [attrs["aria-label"] for attrs in drawn if attrs["class"] == "chart"]
    assert any("Observed $3.11bn on 2026-05-20; target $25bn by 2030-12-31" in words for words in charts)
    assert any(words.startswith("No observation yet; the expected path leads to $100") for words in charts)
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


def test_an_empty_dataset_makes_a_report(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "empty.toml"
    path.write_text(
        'schema = 1\n[agreement]\nid = "x"\ntitle = "X"\nagreed = 2026-01-01\nparties = { A = "A" }\n', encoding="utf-8"
    )
    for kind in FORMATS:
        pytest.importorskip({"xlsx": "openpyxl", "ics": "icalendar"}.get(kind, "json"))
        result = run("report", "-f", path, "--format", kind, "--since", "2026-01-01")
        assert result.exit_code == 0, (kind, result.output)


def test_the_shipped_dataset_makes_every_format(run: Run, tmp_path: Path) -> None:
    for kind in FORMATS:
        pytest.importorskip({"xlsx": "openpyxl", "ics": "icalendar"}.get(kind, "json"))
        assert run("report", "-f", SHIPPED, "-o", tmp_path / f"r.{kind}", "--since", "2026-06-30").exit_code == 0, kind
