"""The site in a real browser: quiet, as wide as its screen, accessible, readable without style."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW, SHIPPED, SMALL
from reporting import MORE, hostile
from test_browser import BEYOND, SCHEMES, browser, unavailable  # noqa: F401 - a fixture
from typer.testing import CliRunner

from factsheet.cli import app

DAY = "2026-11-24"
ADDRESS = "https://example.org/a-very-long-address-of-more-than-one-hundred-letters/" + "x" * 40
HANGUL = (
    "대한민국은 미국산 무기를 이백오십억 달러 규모로 구매하고 조선업에서 폭넓게 협력하기로 한다"
)
WIDTHS = (320, 375, 800, 1920)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Where the sites of a small, a long-winded, a hostile and the shipped dataset are served."""
    root = tmp_path_factory.mktemp("sites")
    long = SMALL.replace("Buy $25 billion of arms", HANGUL).replace("Support submarines", ADDRESS)
    texts = {"small": SMALL + MORE, "long": long + MORE, "hostile": hostile()}
    for name, text in texts.items():
        (root / f"{name}.toml").write_text(text, "utf-8")
    files = {name: root / f"{name}.toml" for name in texts} | {"shipped": SHIPPED}
    for name, file in files.items():
        day = "2026-11-25" if name == "shipped" else DAY
        command = ["site", str(root / name), "-f", str(file), "--as-of", day]
        result = CliRunner().invoke(app, command, env={"FACTSHEET_NOW": NOW})
        assert result.exit_code == 0, result.output
    handler = functools.partial(_Quiet, directory=str(root))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {name: f"http://127.0.0.1:{server.server_address[1]}/{name}/" for name in files}
    server.shutdown()


PAGES = (
    ("small", ""),
    ("small", "c/arms-purchases/"),
    ("small", "c/submarines/embed.html"),
    ("small", f"on/{DAY}/c/both/"),
    ("long", ""),
    ("long", "c/arms-purchases/"),
    ("long", "c/submarines/"),
    ("hostile", ""),
    ("hostile", "c/one/"),
    ("shipped", ""),
    ("shipped", "c/defense-spending/"),
)


@pytest.mark.parametrize("width", WIDTHS)
def test_quiet_and_as_wide_as_the_screen(
    browser: Any,  # noqa: F811
    sites: dict[str, str],
    width: int,
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    heard: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    for name, place in PAGES:
        page.goto(sites[name] + place)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide == width, f"{name}/{place}"
        assert page.evaluate(BEYOND) == [], f"{name}/{place}"
        assert page.evaluate("getComputedStyle(document.body).maxWidth") != "none", "no style"
    host = sites["small"].removesuffix("small/")
    elsewhere = [url for url in asked if not url.startswith(host)]
    assert elsewhere == []
    assert [said for said in heard if "favicon" not in said] == []
    context.close()


@pytest.mark.parametrize("width", [320, 375, 800])
def test_labels_of_a_timeline_stay_inside_and_months_apart(
    browser: Any,  # noqa: F811
    sites: dict[str, str],
    width: int,
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    for name in ("long", "shipped"):
        page.goto(sites[name])
        found = page.evaluate(
            """() => {
                const box = (each) => each.getBoundingClientRect();
                const svg = document.querySelector('svg.timeline'), whole = box(svg);
                const texts = [...svg.querySelectorAll('text, .row')].map(box);
                const months = [...svg.querySelectorAll('text.soft')].map(box);
                const out = (each) => each.left < whole.left - 1 || each.right > whole.right + 1;
                const gap = (each, at) => each.left - months[at].right;
                return [texts.filter(out).length, months.slice(1).map(gap)];
            }"""
        )
        assert found[0] == 0, name
        assert all(gap >= 4 for gap in found[1]), (name, found[1])
    context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_serious_finding_in_either_scheme(
    browser: Any,  # noqa: F811
    sites: dict[str, str],
    scheme: str,
) -> None:
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        unavailable("the package axe-playwright-python is not installed")
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    for name, place in PAGES:
        if (name, place) == ("shipped", ""):
            continue  # the parts of the small one, many times over
        page.goto(sites[name] + place)
        found = Axe().run(page).response["violations"]
        serious = [
            (each["id"], each["nodes"][0]["html"][:200])
            for each in found
            if each["impact"] in ("serious", "critical")
        ]
        assert serious == [], f"{name}/{place}"
    context.close()


def test_a_page_opens_from_the_disk_and_an_embed_stands_in_a_page_of_another(
    browser: Any,  # noqa: F811
    sites: dict[str, str],
    tmp_path: Path,
) -> None:
    other = tmp_path / "other.html"
    address = f"{sites['small']}c/arms-purchases/embed.html"
    other.write_text(f'<h1>News</h1><iframe src="{address}" title="t" width="100%" height="420">')
    context = browser.new_context(viewport={"width": 700, "height": 900})
    page = context.new_page()
    page.goto(other.as_uri())
    frame = page.frames[1]
    frame.wait_for_selector("svg.chart")
    assert frame.evaluate("document.documentElement.scrollHeight") <= 420
    assert frame.evaluate("document.querySelector('h1').innerText") == "Buy $25 billion of arms"
    context.close()


def test_a_page_is_read_without_style_and_by_keyboard(
    browser: Any,  # noqa: F811
    sites: dict[str, str],
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.route("**/style.css", lambda route: route.abort())
    page.goto(sites["small"] + "c/arms-purchases/")
    text = page.evaluate("document.body.innerText")
    places = [text.index(said) for said in ("in-progress", "$25,000,000,000", "HISTORY".title())]
    assert places == sorted(places)
    page.unroute("**/style.css")
    page.goto(sites["small"] + "c/arms-purchases/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the promise"
    context.close()
