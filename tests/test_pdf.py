"""The brief and the report on paper: pages, bookmarks, links, letters, and the same bytes again."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import subprocess
import sys
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from building import amount, event, term, toml
from conftest import NOW, SHIPPED, SMALL
from korean import KO, left, names
from reporting import MORE, content, hostile

from factsheet import formats
from factsheet.formats import pdf as paper

pypdf = pytest.importorskip("pypdf")
typst = pytest.importorskip("typst")

Run = Callable[..., Any]
A4 = (595.28, 841.89)
AS_OF = ("--as-of", "2026-10-11")


@pytest.fixture
def full(tmp_path: Path) -> Path:
    path = tmp_path / "full.toml"
    path.write_text(SMALL + MORE, encoding="utf-8")
    return path


def made(run: Run, path: Path, *args: object) -> Any:
    """What the program writes as PDF, read."""
    result = run("report", "-f", path, "--format", "pdf", *args)
    assert result.exit_code == 0, result.output
    return pypdf.PdfReader(io.BytesIO(result.stdout_bytes))


def words(pdf: Any) -> str:
    """All the text, without the spaces in which a line may end and what joins or parts words."""
    said = "".join(page.extract_text() for page in pdf.pages)
    return "".join(re.sub("[\u200b\u2060]", "", said).split())


def squeezed(text: str) -> str:
    return "".join(text.split())


def links(pdf: Any) -> Iterator[Any]:
    for page in pdf.pages:
        for each in page.get("/Annots") or []:
            yield each.get_object()


def outline(pdf: Any) -> list[tuple[str, list[Any]]]:
    """The bookmarks, each with those below it."""
    found: list[tuple[str, list[Any]]] = []
    for each in pdf.outline:
        if isinstance(each, list):
            found[-1][1].extend(entry.title for entry in each if not isinstance(entry, list))
        else:
            found.append((each.title, []))
    return found


def busy() -> str:
    """A week in which everything moved, everywhere, in many words."""
    long = "The ministry says at length what nobody had expected of it in so short a time. " * 8
    terms = [
        term(
            f"term-{n}",
            amount(1000, by=dt.date(2027, 1, 1)),
            event("2026-10-01", 1, status="in-progress"),
            event("2026-11-20", 400 + n, status="stalled", note=long),
            title=f"A promise with a title that is as long as titles of promises get to be, {n}",
            headline=n < 9,
            due=dt.date(2026, 11, 1) + dt.timedelta(days=n),
            owed_by=["A", "B"] if n % 3 else ["A"],
        )
        for n in range(40)
    ]
    return toml(*terms)


@pytest.mark.parametrize("since", ["2026-11-18", "2026-01-01"])
def test_the_brief_of_the_shipped_data_is_one_page_of_a4(run: Run, since: str) -> None:
    year, month, day = map(int, since.split("-"))
    english = (f"New since {since}", "Overdue and due soon", "Who keeps the bargain")
    korean = (f"{year}. {month}. {day}. 이후 새 소식", "기한이 지났거나 다가오는", "당사국별 이행")
    for headings, lang in ((english, ()), (korean, KO)):
        pdf = made(run, SHIPPED, "--brief", "--since", since, *lang)
        assert len(pdf.pages) == 1
        box = pdf.pages[0].mediabox
        assert (float(box.width), float(box.height)) == pytest.approx(A4, abs=0.1)
        said = words(pdf)
        assert [each for each in headings if squeezed(each) not in said] == []


@pytest.mark.parametrize("args", [(), ("--brief",)], ids=" ".join)
def test_no_english_is_left_in_korean(
    run: Run,
    all_hangul: Path,
    args: tuple[str, ...],
) -> None:
    """The foot of a page may part a name."""
    said = words(made(run, all_hangul, *args, "--since", "2026-06-01", *KO))
    said = re.sub(r"us-rok-2025,([\d.]+기준[\d/]+|SHA-256[0-9a-f]{64})", "", said)
    assert "당사국별이행현황" in said
    assert left(said, set(map(squeezed, names(all_hangul)))) == []


def test_the_brief_of_a_busy_week_is_one_page_and_says_how_much_more_there_is(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "busy.toml"
    path.write_text(busy(), encoding="utf-8")
    pdf = made(run, path, "--brief")
    assert len(pdf.pages) == 1
    said = words(pdf)
    news = said.partition("Newsince2026-11-17")[2].partition("Overdueandduesoon")[0]
    left = re.search(r"and(\d+)more", news)
    assert left
    shown = news.count("Apromisewith")
    assert shown
    assert shown + int(left[1]) == 48  # forty events, and eight dates that passed
    assert "AandBarelatewith" in said
    assert "SHA-256" in said


def test_a_brief_that_no_letters_could_fit_is_still_one_page(run: Run, tmp_path: Path) -> None:
    """Wide letters without a space, in every text: lists give way, first the news."""
    wide = "W" * 3000
    terms = [
        term(
            f"t{n}",
            amount(10, by=dt.date(2027, 1, 1)),
            event("2026-11-20", n, status="in-progress", note=wide),
            title=wide,
            due=dt.date(2026, 12, 1),
            headline=True,
        )
        for n in range(30)
    ]
    path = tmp_path / "wide.toml"
    path.write_text(toml(*terms), encoding="utf-8")
    pdf = made(run, path, "--brief")
    assert len(pdf.pages) == 1
    assert "SHA-256" in words(pdf)


def test_the_report_says_what_the_other_formats_say(run: Run, full: Path) -> None:
    said = words(made(run, full, "--since", "2026-03-31"))
    facts = content(full.read_text(encoding="utf-8"))
    texts = [facts.title, facts.summary, *facts.method]
    texts += [text for pair in (*facts.identity, *facts.thresholds) for text in pair]
    for group in (*facts.attention, *(facts.changes.groups if facts.changes else ())):
        texts += [group.title, *(line.text for line in group.lines)]
    for _, items in facts.pillars:
        for item in items:
            texts += [item.ref.title, item.summary, *item.findings]
            pairs = [pair for pair in item.facts if pair[0] not in ("parts", "depends on")]
            texts += [text for pair in (*pairs, *item.figures) for text in pair]
            texts += [text for each in item.events for text in (each.text, each.note, each.record)]
            texts += [each.title for each in item.milestones]
    digest = "0" * 64
    missing = [text for text in texts if squeezed(text) not in said and digest not in text]
    assert missing == []


def test_the_report_has_contents_bookmarks_and_page_numbers(run: Run, full: Path) -> None:
    pdf = made(run, full, "--since", "2026-03-31")
    marks = outline(pdf)
    names = [name for name, _ in marks]
    assert names[:4] == ["Contents", "At a glance", "Changed since 2026-03-31", "Needs attention"]
    assert names[-4:] == ["Method", "Corrections", "Sources", "About this report"]
    below = dict(marks)
    assert "Buy $25 billion of arms" in below["Headline terms"]
    number = len(pdf.pages)
    for place, page in enumerate(pdf.pages, start=1):
        assert f"{place} / {number}" in page.extract_text()
    inside = sum(each["/A"].get("/S") == "/GoTo" if "/A" in each else True for each in links(pdf))
    assert inside > len([name for _, members in marks for name in members])


def test_every_source_of_the_report_is_a_link_and_stands_on_paper(run: Run) -> None:
    pdf = made(run, SHIPPED)
    addresses = set(re.findall(r'url = "([^"]+)"', SHIPPED.read_text(encoding="utf-8")))
    alive = {each["/A"]["/URI"] for each in links(pdf) if "/URI" in each.get("/A", {})}
    assert addresses <= alive
    said = words(pdf)
    assert [each for each in addresses if each not in said] == []
    assert {urllib.parse.urlsplit(each).scheme for each in alive} <= {"http", "https"}


def test_people_who_hear_a_page_are_told_its_title_language_and_pictures(
    run: Run, full: Path
) -> None:
    for args, lang in (((), "en"), (("--brief",), "en"), (KO, "ko"), (("--brief", *KO), "ko")):
        pdf = made(run, full, *args)
        root = pdf.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert root["/Lang"] == lang
        assert pdf.metadata.title == "Pact of Two — 두 나라의 약속"
        assert b"pdfuaid" in root["/Metadata"].get_object().get_data()


def render(path: Path, *args: str, **environment: str) -> bytes:
    command = [sys.executable, "-m", "factsheet", "report", "-f", str(path), "--format", "pdf"]
    base = {"PATH": os.environ["PATH"], "FACTSHEET_NOW": NOW, "HOME": os.environ.get("HOME", "/")}
    base["PYTHONPATH"] = str(Path(formats.__file__).parent.parent.parent)
    folder = environment.pop("folder", ".")
    return subprocess.run(
        [*command, *args], capture_output=True, check=True, env=base | environment, cwd=folder
    ).stdout


@pytest.mark.parametrize("args", [("--since", "2026-03-31"), ("--brief",)])
def test_the_same_bytes_in_any_zone_folder_and_hash_seed(
    full: Path, tmp_path: Path, args: tuple[str, ...]
) -> None:
    one = render(full, *args, TZ="Asia/Seoul", LC_ALL="C.UTF-8", PYTHONHASHSEED="1")
    two = render(
        full,
        *args,
        TZ="America/New_York",
        LC_ALL="C",
        PYTHONHASHSEED="2",
        folder=str(tmp_path),
        SOURCE_DATE_EPOCH="1000000000",
    )
    assert one.startswith(b"%PDF-")
    assert one == two


def test_hostile_text_is_set_as_it_is(run: Run, tmp_path: Path) -> None:
    """Nothing in a dataset is markup, a label, a number sign or an address."""
    trap = '#eval(\\"1+1\\") $x^2$ @c-one *b* _i_ `r` <lab> \\\\n = h // c /* [#link] ~ -- ...'
    text = hostile() + (
        '[[commitments]]\nid = "three"\ntitle = "' + trap + '"\npillar = "trade"\n'
        'owed_by = ["B"]\nsummary = "' + trap + ' #read(\\"/etc/passwd\\") \U0001f600 \u2028"\n'
    )
    path = tmp_path / "hostile.toml"
    path.write_text(text, encoding="utf-8")
    for args in (("--since", "2025-12-01"), ("--brief",)):
        pdf = made(run, path, *args)
        said = words(pdf)
        assert "<script>alert(1)</script>" in said
        assert "{{7*7}}" in said
        if "--brief" not in args:
            assert '#eval("1+1")$x^2$@c-one*b*_i_`r`<lab>' in said
            assert '#read("/etc/passwd")' in said
        alive = {each["/A"]["/URI"] for each in links(pdf) if "/URI" in each.get("/A", {})}
        assert all(address.startswith("https://example.org/") for address in alive)
        names = pdf.trailer["/Root"].get("/Names", {})
        assert "/JavaScript" not in names


def test_without_a_font_for_korean_the_message_names_one(
    run: Run, full: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    whole = typst.Fonts
    monkeypatch.setattr(typst, "Fonts", lambda **_: whole(include_system_fonts=False))
    out = tmp_path / "r.pdf"
    result = run("report", "-f", full, "-o", out)
    assert result.exit_code == 2
    assert "Noto Serif CJK KR" in result.stderr
    assert not out.exists()
    # What has no Korean in it needs no font of the system.
    latin = re.sub("[\uac00-\ud7a3]+", "x", full.read_text(encoding="utf-8"))
    full.write_text(latin, encoding="utf-8")
    assert run("report", "-f", full, "-o", out).exit_code == 0


def test_a_letter_that_no_font_has_does_not_stop_a_report(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "odd.toml"
    odd = event("2026-11-20", note="Private \ue123 and old \U00013080 signs")
    path.write_text(toml(term("it", None, odd)), encoding="utf-8")
    assert "signs" in words(made(run, path))


def test_without_the_extra_one_sentence_says_what_to_install(
    run: Run, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "find_spec", lambda name: None)
    for args in ((), ("--brief",)):
        result = run("report", "-f", small, *args, "--format", "pdf")
        assert result.exit_code == 2
        assert len(result.stderr.strip().splitlines()) == 1
        assert "[pdf]'" in result.stderr


def test_no_picture_is_left_without_its_colours(full: Path) -> None:
    """The rules of the page's drawings reach the pictures, none of them unfilled."""
    facts = content(full.read_text(encoding="utf-8"))
    items = [item for _, members in facts.pillars for item in members]
    drawn = [paper.svg.chart(item.assessment, facts.snapshot) for item in items]
    pictures = [paper._drawn(each, 300) for each in drawn if each]
    assert pictures
    for each in pictures:
        assert each
        assert "var(" not in each["svg"]
        for kind in set(re.findall(r'class="(\w+)', each["svg"])) - {"chart", "soft"}:
            assert re.search(rf"\.{kind}\b[^{{]*{{[^}}]*#[0-9a-f]{{3,6}}", each["svg"]), kind
