"""`factsheet chart`: a picture that is whole by itself, and text that stays inside a drawing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from building import event, level, steps, term, toml
from conftest import SMALL
from reporting import MORE

from factsheet.formats import png
from factsheet.formats.lettering import cut, width, wrap

Run = Callable[..., Any]
LONG = "Bring every duty on every good that is named in the annex down, and keep it there for good"
HANGUL = (
    "대한민국은 미국산 무기를 이백오십억 달러 규모로 구매하고 "
    "조선업 분야에서 폭넓게 협력하기로 한다"
)


def drawn(run: Run, file: Path, item: str, *more: str) -> tuple[ElementTree.Element, str]:
    """The picture as a tree, and its words."""
    out = file.parent / f"{item}.svg"
    result = run("chart", item, "-f", file, "-o", out, *more)
    assert result.exit_code == 0, result.output
    tree = ElementTree.fromstring(out.read_text("utf-8"))
    return tree, " ".join("".join(tree.itertext()).split())


def lines(tree: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [each for each in tree.iter() if each.get("class") == kind]


def test_a_chart_says_what_it_shows_on_whose_word_and_as_of_when(run: Run, small: Path) -> None:
    tree, words = drawn(run, small, "arms-purchases", "--as-of", "2026-10-10")
    for said in (
        "Buy $25 billion of arms",
        "in-progress; $3.11bn, target $25bn; 12%; expected 10%; ahead 1.25",
        "target $25bn",
        "data through 2026-05-20",
        "Source: Example.",
        "As of 2026-10-10; data through 2026-05-20. Pact of Two",
    ):
        assert said in words
    assert (tree.get("role"), tree.get("width")) == ("img", "720")
    assert (tree.get("aria-label") or "").startswith("Buy $25 billion of arms. Observed $3.11bn")
    text = (small.parent / "arms-purchases.svg").read_text("utf-8")
    assert "var(" not in text, "a colour of the page's style sheet is not there"
    assert not re.search(r'(?:href|src|url)\s*[=(]\s*"?http(?!://www.w3.org)', text)


def test_a_level_is_drawn_in_steps_from_its_labelled_baseline(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "level.toml"
    rate = term("rate", level(25, 15), event("2026-03-01", 20), event("2026-06-01", 15))
    file.write_text(toml(rate), "utf-8")
    tree, words = drawn(run, file, "rate")
    assert "baseline 25%" in words
    assert "target 15%" in words
    seen = [
        (each.get("x1"), each.get("y1"), each.get("x2"), each.get("y2"))
        for each in lines(tree, "seen")
    ]
    assert len(seen) == 4
    assert all(x1 == x2 or y1 == y2 for x1, y1, x2, y2 in seen), "a level jumps, it does not slide"
    assert len(lines(tree, "base")) == 1


def test_an_amount_is_drawn_from_observation_to_observation(run: Run, small: Path) -> None:
    small.write_text(SMALL + MORE, "utf-8")
    tree, _ = drawn(run, small, "part-one")
    assert len(lines(tree, "seen")) == 1
    assert lines(tree, "base") == []


def test_milestones_are_drawn_as_a_list(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "steps.toml"
    file.write_text(
        toml(
            term("fuel", steps(plan="2026-03-01", ship=""), event("2026-02-01", reached=["plan"]))
        ),
        "utf-8",
    )
    _, words = drawn(run, file, "fuel")
    assert "Plan (reached 2026-02-01, due 2026-03-01)" in words
    assert "Ship (open)" in words


def test_a_long_title_is_broken_and_what_is_cut_stays_readable(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "long.toml"
    file.write_text(
        toml(
            term("it", level(25, 15, unit="%"), event("2026-03-01", 20), title=f"{HANGUL} {HANGUL}")
        ),
        "utf-8",
    )
    tree, _ = drawn(run, file, "it")
    titles = lines(tree, "title")
    assert len(titles) == 2
    assert (titles[1].text or "").endswith("…")
    assert f"{HANGUL} {HANGUL}" in "".join(titles[1].itertext())


@pytest.mark.parametrize("text", [LONG, HANGUL, "https://example.org/" + "a" * 200, "WWWWWW" * 20])
def test_broken_lines_fit_and_say_everything_or_end_in_an_ellipsis(text: str) -> None:
    found = wrap(text, 300, 20, 3)
    assert all(width(line, 20) <= 300 for line in found)
    whole = "".join(found).replace(" ", "")
    assert whole == text.replace(" ", "") or found[-1].endswith("…")
    assert cut("short", 300, 20) == "short"
    assert cut(text, 100, 20).endswith("…")


def test_png_is_a_picture_of_twice_the_size(run: Run, small: Path) -> None:
    pytest.importorskip("resvg_py")
    out = small.parent / "arms.PNG"
    assert run("chart", "arms", "-f", small, "-o", out).exit_code == 0
    data = out.read_bytes()
    assert data.startswith(b"\x89PNG")
    assert int.from_bytes(data[16:20], "big") == 1440


def test_png_names_what_is_missing(run: Run, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("resvg_py")
    out = small.parent / "car.png"
    monkeypatch.setattr(png, "_hangul_fonts", tuple)
    result = run("chart", "auto-tariff", "-f", small, "-o", out)
    assert result.exit_code == 2
    assert "install Noto Sans CJK" in result.output
    assert not out.exists()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    result = run("chart", "arms", "-f", small, "-o", out)
    assert result.exit_code == 2
    assert "[site]'" in result.output


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("auto-parts", "-o", "x.svg"), "auto-parts has no figures to draw"),
        (("arms", "-o", "x.gif"), "end it in .svg or .png"),
        (("nothing", "-o", "x.svg"), "no commitment is called 'nothing'"),
    ],
)
def test_what_cannot_be_drawn_is_said(
    run: Run, small: Path, args: tuple[str, ...], said: str
) -> None:
    result = run("chart", *args, "-f", small)
    assert result.exit_code == 2
    assert said in result.output


def test_a_chart_never_replaces_the_dataset(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "data.svg"
    file.write_text(SMALL, "utf-8")
    assert run("chart", "arms", "-f", file, "-o", file).exit_code == 2
    assert file.read_text("utf-8") == SMALL


def test_rows_of_a_page_are_cut_by_the_browser(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "long.toml"
    file.write_text(
        toml(term("it", level(25, 15), event("2026-03-01", 20), title=HANGUL, headline=True)),
        "utf-8",
    )
    page = run("report", "-f", file, "--format", "html").stdout
    assert f'<div class="row soft" title="{HANGUL}">{HANGUL}</div>' in page
    assert "text-overflow: ellipsis" in page
