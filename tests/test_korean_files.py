"""Files in Korean: the feed, the workbook, the calendar, and Markdown as its readers parse it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from conftest import SHIPPED
from korean import KO, PAGES, heard, left, names


@pytest.mark.parametrize(
    "args",
    [
        ["log", "--format", "md"],
        ["agenda", "--format", "md"],
        ["report", "--since", "2026-06-01"],
        ["report", "--brief", "--since", "2026-06-01"],
    ],
    ids=" ".join,
)
def test_a_date_in_korean_begins_no_numbered_list(run: Any, args: list[str]) -> None:
    markdown_it = pytest.importorskip("markdown_it")
    text = run(*args, *KO, "-f", SHIPPED).stdout
    assert re.search(r"(?m)^- 2026\\\. ", text)
    assert "<ol" not in markdown_it.MarkdownIt().render(text)


def test_no_english_is_left_in_a_feed(
    run: Any,
    all_hangul: Path,
) -> None:
    feed = ElementTree.fromstring(
        run("log", *KO, "--format", "atom", "-f", all_hangul).stdout_bytes
    )
    atom = "{http://www.w3.org/2005/Atom}"
    read = [each.text or "" for name in ("title", "content") for each in feed.iter(atom + name)]
    assert len(read) > 600
    assert not left("\n".join(read), names(all_hangul))


def test_no_english_is_left_in_a_workbook(
    run: Any,
    all_hangul: Path,
    tmp_path: Path,
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    (cited,) = re.findall(r'url = "([^"]+)"', all_hangul.read_text(encoding="utf-8"))[-1:]
    (tmp_path / "sources.toml").write_text(
        f'["{cited}"]\nchecked = 2026-09-01\nresult = "unreachable"\n'
    )
    out = tmp_path / "r.xlsx"
    dates = ("--as-of", "2026-10-10", "--since", "2026-06-30")
    assert run("report", *KO, *dates, "-f", all_hangul, "-o", out).exit_code == 0
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["항목", "기록", "출처", "소식", "정정", "산정 방법"]
    known = names(all_hangul) | {"USD"}
    shown = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    said = "\n".join(cell.value for cell in shown if cell.data_type == "s")
    assert not left(re.sub(r"\d{2}T\d{2}:\S+Z", "", said), known)
    assert "접속 불가" in said
    days = {cell.number_format for cell in shown if cell.is_date}
    assert days == {'yyyy". "m". "d"."'}


def test_a_workbook_in_korean_says_codes_as_lists_do(run: Any, small: Path, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    out = tmp_path / "r.xlsx"
    assert run("report", *KO, "-f", small, "-o", out).exit_code == 0
    head, *rows = openpyxl.load_workbook(out)["항목"].iter_rows(values_only=True)
    parts = dict(zip(head, next(row for row in rows if row[0] == "auto-parts"), strict=True))
    asked = ("분야", "이행 주체", "상태", "진척 속도", "기한 경과")
    said = [parts[each] for each in asked]
    assert said == ["통상", "미국", "미평가", "해당 없음", True]


def test_no_english_is_left_in_a_calendar(
    run: Any,
    all_hangul: Path,
) -> None:
    icalendar = pytest.importorskip("icalendar")
    args = ("report", "--format", "ics", "--reviews", "--as-of", "2026-10-10", "-f", all_hangul)
    korean, english = (
        icalendar.Calendar.from_ical(run(*args, *more).stdout_bytes) for more in (KO, ())
    )
    events = korean.walk("VEVENT")
    read = [korean["x-wr-calname"]]
    for each in events:
        read += [each["summary"], each["description"], *each["categories"].cats]
    assert not left("\n".join(map(str, read)), names(all_hangul))
    assert {*map(str, events[0]["categories"].cats)} == {"기한", "통상"}
    assert str(korean["prodid"]).endswith("//KO")
    same = [[each["uid"] for each in book.walk("VEVENT")] for book in (korean, english)]
    assert same[0] == same[1]


def test_a_calendar_in_korean(run: Any, small: Path) -> None:
    pytest.importorskip("icalendar")
    data = run("report", *KO, "-f", small, "--format", "ics", "--reviews").stdout_bytes
    said = data.decode().replace("\r\n ", "").splitlines()
    assert "SUMMARY:기한 경과: Lower the duty on parts(기한)" in said
    assert "CATEGORIES:기한,안보" in said
    (looked,) = [line for line in said if "다시 점검" in line and "arms" in line]
    assert "arms-purchases: 진행 중(법안·예산" in looked
    assert looked.endswith("확인한 내용을 기록할 것(최종 근거일: 2026. 5. 20.)")


@pytest.mark.parametrize("brief", [(), ("--brief",)], ids=["report", "brief"])
def test_no_english_is_left_on_a_page(
    run: Any, all_hangul: Path, tmp_path: Path, brief: tuple[str, ...]
) -> None:
    out = tmp_path / "x.html"
    asked = ("report", *brief, "--since", "2026-06-01", "-o", out, "-f", all_hangul)
    assert run(*asked, *KO).exit_code == 0
    page = out.read_text(encoding="utf-8")
    assert '<html lang="ko">' in page
    assert not set(left(heard(page), names(all_hangul))) - PAGES
    assert 'lang="ko"' not in page.split("<body", 1)[1]


def test_no_english_is_left_on_a_site(run: Any, all_hangul: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    where = ("--base-url", "https://example.org/t/")
    assert run("site", out, "--lang", "en,ko", *where, "-f", all_hangul).exit_code == 0
    known = names(all_hangul)
    pages = sorted((out / "ko").rglob("*.html"))
    assert len(pages) > 100
    for path in [pages[-1], *pages[:40]]:
        page = re.sub(r"https://example\.org/t/[^\s\"<]*", "", path.read_text(encoding="utf-8"))
        assert not set(left(heard(page), known)) - PAGES, path
    for path in sorted((out / "ko").rglob("chart.svg")):
        assert ' xml:lang="ko"' in path.read_text(encoding="utf-8")
        # A drawing breaks its lines itself, in names too.
        drawing = heard(path.read_text(encoding="utf-8")).replace("\n", " ")
        assert not left(drawing, known), path
