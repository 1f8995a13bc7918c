"""The HTML report in a real browser: quiet, self-contained, as wide as its screen, accessible, and
whole on paper.

Without a browser or its driver these tests are skipped with the reason, except where ``CI=true``
says that both must be there.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW, SHIPPED, SMALL
from reporting import MORE, Page, hostile
from test_brief import crowded
from typer.testing import CliRunner

from factsheet.cli import app

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WIDTHS = (320, 375, 720, 800, 1280, 1920)
WORD = "https://www.example.org/agreements/2025/joint-fact-sheet/annex-1/section-4/paragraph-2"
"""In a title: a word that is as long as a phone is wide, and longer."""
FOLDS = ((1366, 657), (375, 812))
MOST_SHEETS = 60
MARGIN = 12
"""Millimetres at either side of the paper."""
SCHEMES = ("light", "dark")
INCH = 72
PAPERS = {"A4": (8.27, 11.69), "Letter": (8.5, 11)}
BEYOND = """() => [...document.querySelectorAll('body *')].filter(element => {
    if (element.closest('.hidden, .skip, thead')) return false;
    if (element.closest('svg') && element.tagName !== 'svg') return false;
    const box = element.getBoundingClientRect();
    return box.width && (box.right > document.documentElement.clientWidth + 1 || box.left < -1);
}).map(element => element.outerHTML.slice(0, 200))"""


def unavailable(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must test in a browser: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        unavailable(f"no browser: none of {', '.join(BROWSERS)} is installed")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        unavailable("the package playwright is not installed")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report of the shipped dataset, of a small one with every kind of term and trouble, and of
    one that is full of traps.
    """
    folder = tmp_path_factory.mktemp("pages")
    trap, small, long = (folder / f"{name}.toml" for name in ("hostile", "small", "long"))
    long.write_text(SMALL.replace('title = "', f'title = "{WORD} '), encoding="utf-8")
    trap.write_text(hostile(), encoding="utf-8")
    small.write_text(SMALL + MORE, encoding="utf-8")
    made = {}
    for name, source in (("shipped", SHIPPED), ("small", small), ("hostile", trap), ("long", long)):
        made[name] = folder / f"{name}.html"
        command = ["report", "-f", str(source), "--since", "2026-01-01", "-o", str(made[name])]
        result = CliRunner().invoke(app, command, env={"FACTSHEET_NOW": NOW})
        assert result.exit_code == 0, result.output
    return made


@pytest.mark.parametrize("name", ["shipped", "hostile", "long"])
def test_quiet_and_as_wide_as_the_screen(browser: Any, pages: dict[str, Path], name: str) -> None:
    context = browser.new_context(viewport={"width": WIDTHS[0], "height": 900})
    page = context.new_page()
    heard: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("dialog", lambda dialog: heard.append(dialog.message))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(pages[name].as_uri())
    assert heard == []
    assert asked == [pages[name].as_uri()]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide == [width, width]
        assert page.evaluate(BEYOND) == [], width
    context.close()


@pytest.mark.parametrize(("width", "height"), FOLDS)
def test_the_answer_is_on_the_first_screen(
    browser: Any, pages: dict[str, Path], width: int, height: int
) -> None:
    """The verdict whole, and the cards: on a desk all of them, on a phone three at least."""
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.goto(pages["shipped"].as_uri())
    bottoms = page.evaluate(
        "[...document.querySelectorAll('.lead, .card')].map(e => e.getBoundingClientRect().bottom)"
    )
    assert len(bottoms) == 6
    shown = [bottom for bottom in bottoms if bottom <= height]
    assert len(shown) >= (6 if width > height else 4), bottoms
    context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_light_and_dark_differ_and_have_no_serious_finding(
    browser: Any, pages: dict[str, Path], scheme: str
) -> None:
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        unavailable("the package axe-playwright-python is not installed")
    # The shipped page has the same parts hundreds of times, and would take half a minute.
    for name, width in (("small", 1280), ("hostile", 375)):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
        )
        page = context.new_page()
        page.goto(pages[name].as_uri())
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", paper)[:3])) < 200) == (scheme == "dark")
        found = Axe().run(page).response["violations"]
        serious = [
            (each["id"], each["nodes"][0]["html"])
            for each in found
            if each["impact"] in ("serious", "critical")
        ]
        assert serious == []
        context.close()


@pytest.mark.parametrize("paper", PAPERS)
def test_paper_holds_everything(browser: Any, pages: dict[str, Path], paper: str) -> None:
    try:
        from pypdf import PdfReader
    except ImportError:
        unavailable("the package pypdf is not installed")
    width, height = PAPERS[paper]
    # As wide as the text area of the page: what sticks out there would be cut.
    inside = int((width - 2 * MARGIN / 25.4) * 96)
    context = browser.new_context(viewport={"width": inside, "height": 900})
    page = context.new_page()
    page.emulate_media(media="print")
    page.goto(pages["shipped"].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= inside
    assert page.evaluate(BEYOND) == []
    printed = PdfReader(io.BytesIO(page.pdf(format=paper, print_background=True)))
    size = printed.pages[0].mediabox
    assert (float(size.width) / INCH, float(size.height) / INCH) == pytest.approx(
        (width, height), abs=0.02
    )
    assert len(printed.pages) < MOST_SHEETS
    last = printed.pages[-1].extract_text()
    assert f"{len(printed.pages)} / {len(printed.pages)}" in last
    if paper == "Letter":
        # Its text is that of A4 on other lines; reading a hundred pages once is enough.
        context.close()
        return
    words = "".join("".join(sheet.extract_text() for sheet in printed.pages).split())
    seen = Page(pages["shipped"].read_bytes())
    titles = [attrs["id"] for tag, attrs in seen.tags if tag == "article"]
    assert len(titles) > 50
    for name in titles:
        assert (name or "").removeprefix("c-") in words, name
    addresses = {
        attrs["href"] or ""
        for tag, attrs in seen.tags
        if tag == "a" and (attrs["href"] or "").startswith("http")
    }
    missing = [address for address in addresses if "".join(address.split()) not in words]
    assert missing == [], f"{len(missing)} of {len(addresses)} sources are not on paper"
    context.close()


def test_the_page_is_read_by_keyboard(browser: Any, pages: dict[str, Path]) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(pages["shipped"].as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    page.keyboard.press("Enter")
    assert urllib.parse.urlparse(page.url).fragment == "content"
    broken = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')]"
        ".filter(a => !document.querySelector(a.hash)).length"
    )
    assert json.dumps(broken) == "0"
    context.close()


@pytest.mark.parametrize("kind", ["shipped", "busy", "crowded", "small", "hostile", "quiet"])
def test_a_brief_is_one_page_of_a4(browser: Any, tmp_path: Path, kind: str) -> None:
    """Whatever the data and the week: what finds no room is counted."""
    from pypdf import PdfReader

    path, since = tmp_path / "d.toml", []
    texts = {"crowded": crowded, "hostile": hostile, "small": lambda: SMALL + MORE}
    if kind == "busy":
        since = ["--since", "2025-11-01"]
    if kind == "quiet":
        since = ["--as-of", "2025-11-20"]
    path.write_text(texts.get(kind, lambda: SHIPPED.read_text("utf-8"))(), encoding="utf-8")
    out = tmp_path / "brief.html"
    command = ["report", "--brief", "-f", str(path), "-o", str(out), *since]
    result = CliRunner().invoke(app, command, env={"FACTSHEET_NOW": NOW})
    assert result.exit_code == 0, result.output
    context = browser.new_context(viewport={"width": 375, "height": 667})
    page = context.new_page()
    page.goto(out.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(printed.pages) == 1
    size = printed.pages[0].mediabox
    assert (float(size.width) / INCH, float(size.height) / INCH) == pytest.approx(
        PAPERS["A4"], abs=0.02
    )
    words = "".join(printed.pages[0].extract_text().split())
    assert "Whokeepsthebargain" in words
    assert "SHA-256" in words, "the last line of the page is on it"
    context.close()
