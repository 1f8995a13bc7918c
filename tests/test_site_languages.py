"""`factsheet site --lang en --lang ko`: the same site in several languages, side by side."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from conftest import SMALL
from reporting import MORE, Page
from test_site import ATOM, BASE, DAY, Run, site, tree

from factsheet.source.translation import fingerprint

BOTH = ("--lang", "en", "--lang", "ko")
TITLE, KOREAN = "Buy $25 billion of arms", "250억 달러 무기 구매"


@pytest.fixture
def file(small: Path) -> Path:
    """A dataset with one word of Korean."""
    small.write_text(SMALL + MORE, "utf-8")
    translate(small, KOREAN)
    return small


def translate(file: Path, said: str) -> None:
    entry = f'title = {{ text = "{said}", of = "{fingerprint(TITLE)}" }}'
    file.with_name("commitments.ko.toml").write_text(f"[arms-purchases]\n{entry}\n", "utf-8")


def tags(page: bytes, tag: str, **wanted: str) -> list[dict[str, str | None]]:
    found = [attrs for name, attrs in Page(page).tags if name == tag]
    return [each for each in found if wanted.items() <= each.items()]


def test_each_page_leads_to_itself_in_the_other_language(
    run: Run, file: Path, tmp_path: Path
) -> None:
    there = tree(site(run, file, tmp_path / "out", *BOTH, "--base-url", BASE))
    english = {name for name in there if not name.startswith(("ko/", "on/"))}
    korean = {name.removeprefix("ko/") for name in there if name.startswith("ko/")}
    alone = {".nojekyll", "404.html", "sitemap.xml", "factsheet-site.json"}
    assert english - korean == alone
    assert korean <= english
    for page, other, back in (
        ("", "ko/", ""),
        ("c/arms-purchases/", "../../ko/c/arms-purchases/", "c/arms-purchases/"),
    ):
        for folder, lang, href in (
            ("", "en", other),
            ("ko/", "ko", f"../{'../../' if page else ''}{back}"),
        ):
            body = there[f"{folder}{page}index.html"]
            assert tags(body, "html", lang=lang)
            away = "ko" if lang == "en" else "en"
            assert [each["href"] for each in tags(body, "a", hreflang=away)] == [href]
            alternates = tags(body, "link", rel="alternate")
            assert {
                each["hreflang"]: each["href"] for each in alternates if "hreflang" in each
            } == {
                "en": f"{BASE}{page}",
                "ko": f"{BASE}ko/{page}",
            }
            assert tags(body, "link", rel="canonical", href=f"{BASE}{folder}{page}")
    assert there["sitemap.xml"].decode().count(f"<loc>{BASE}ko/c/") == 9
    assert tags(there["ko/c/arms-purchases/index.html"], "h1")
    assert f">{KOREAN}</h1>" in there["ko/c/arms-purchases/index.html"].decode()


def test_what_has_no_korean_is_told_as_english(run: Run, file: Path, tmp_path: Path) -> None:
    there = tree(site(run, file, tmp_path / "out", *BOTH))
    page = there["ko/c/annual-cap/index.html"].decode()
    assert '<h1 class="name" lang="en">Stay under the cap [en]</h1>' in page
    assert "[en]" not in there["c/annual-cap/index.html"].decode()
    assert (
        'hreflang="ko" href="../../ko/c/annual-cap/"' in there["c/annual-cap/index.html"].decode()
    ), "without an address the links are relative"


def test_english_pages_are_the_same_but_for_the_way_to_the_other(
    run: Run, file: Path, tmp_path: Path
) -> None:
    alone = tree(site(run, file, tmp_path / "alone", "--base-url", BASE))
    both = tree(site(run, file, tmp_path / "both", *BOTH, "--base-url", BASE))
    pages = {name for name in alone if name.endswith("index.html")}
    other = {f"on/{DAY}/frozen.json", "factsheet-site.json", "sitemap.xml", "404.html"}
    assert {name for name in alone if alone[name] != both[name]} == pages | other
    assert "languages" not in json.loads(alone[f"on/{DAY}/frozen.json"])


def test_tables_are_those_of_the_command_line(run: Run, file: Path, tmp_path: Path) -> None:
    there = tree(site(run, file, tmp_path / "out", *BOTH))
    order = ("--format", "csv", "-f", file, "--as-of", DAY)
    rows = run("list", *order, "--lang", "ko").stdout.splitlines()
    assert sorted(there["ko/commitments.csv"].decode().splitlines()) == sorted(rows)
    assert KOREAN in there["ko/commitments.csv"].decode()
    rows = run("log", *order[:-2], "--lang", "ko").stdout.splitlines()
    assert sorted(there["ko/updates.csv"].decode().splitlines()) == sorted(rows)
    english, korean = (json.loads(there[f"{each}dataset.json"]) for each in ("", "ko/"))
    same = ("status", "value", "progress", "pace", "due", "overdue")
    for one, other in zip(english["commitments"], korean["commitments"], strict=True):
        assert {key: one[key] for key in same} == {key: other[key] for key in same}
        assert {*one["term"]} == {*other["term"]}, "keys stay"
    row = json.loads(there["ko/c/arms-purchases/data.json"])["commitment"]
    report = run("report", "--format", "json", "--lang", "ko", *order[2:]).stdout
    known = next(each for each in json.loads(report)["commitments"] if each["id"] == row["id"])
    assert {key: row[key] for key in ("term", "title", "figures", "history")} == {
        key: known[key] for key in ("term", "title", "figures", "history")
    }


def test_feeds_of_two_languages_are_two_feeds(run: Run, file: Path, tmp_path: Path) -> None:
    there = tree(site(run, file, tmp_path / "out", *BOTH, "--base-url", BASE))
    english, korean = (ElementTree.fromstring(there[f"{each}feed.xml"]) for each in ("", "ko/"))
    ids = [{each.text for each in feed.iter(f"{{{ATOM['a']}}}id")} for feed in (english, korean)]
    assert not ids[0] & ids[1]
    link = korean.find("a:entry/a:link[@rel='alternate']", ATOM)
    assert link is not None
    assert link.attrib["href"].startswith(f"{BASE}ko/c/")


def test_a_frozen_copy_has_both_and_is_checked(run: Run, file: Path, tmp_path: Path) -> None:
    out = site(run, file, tmp_path / "out", *BOTH, "--base-url", BASE)
    there = tree(out)
    copy = there[f"on/{DAY}/ko/c/arms-purchases/index.html"].decode()
    assert "고정본." in copy
    assert 'href="../../../../../ko/c/arms-purchases/"' in copy, "to how it stands now"
    live = there["ko/c/arms-purchases/index.html"].decode()
    assert f'href="../../../on/{DAY}/ko/c/arms-purchases/"' in live
    assert f"{BASE}on/{DAY}/ko/c/arms-purchases/" in live, "the address to cite"
    assert json.loads(there[f"on/{DAY}/frozen.json"])["languages"] == ["en", "ko"]
    translate(file, "무기를 250억 달러어치 구매")
    assert run("site", out, "--check", "-f", file).exit_code == 0, "words may be put better"
    (out / "on" / DAY / "ko" / "updates.csv").write_bytes(b"x")
    result = run("site", out, "--check", "-f", file)
    assert result.exit_code == 1
    assert "ko/updates.csv was changed after it was frozen" in result.stdout


def test_korean_that_came_later_cites_no_copy_that_lacks_it(
    run: Run, file: Path, tmp_path: Path
) -> None:
    out = site(run, file, tmp_path / "out", "--base-url", BASE)
    there = tree(site(run, file, out, *BOTH, "--base-url", BASE))
    page = there["ko/c/arms-purchases/index.html"].decode()
    assert f"on/{DAY}/ko" not in page
    assert f"{BASE}ko/c/arms-purchases/" in page
    assert f"on/{DAY}/ko" not in there["ko/index.html"].decode()
    assert f"{BASE}on/{DAY}/c/arms-purchases/" in there["c/arms-purchases/index.html"].decode()


def test_new_words_are_new_pages_and_a_language_can_go(
    run: Run, file: Path, tmp_path: Path
) -> None:
    out = site(run, file, tmp_path / "out", *BOTH)
    assert "nothing was written" in run("site", out, *BOTH, "-f", file).stderr
    translate(file, "무기를 250억 달러어치 구매")
    before = tree(out)
    after = tree(site(run, file, out, *BOTH))
    changed = {name for name in after if after[name] != before[name]}
    assert "ko/c/arms-purchases/index.html" in changed
    assert {name for name in changed if not name.startswith("ko/")} == {"factsheet-site.json"}
    site(run, file, out)
    assert not (out / "ko").exists()
    assert (out / "on" / DAY / "ko").is_dir(), "what is frozen stays"


def test_the_first_language_stands_at_the_root(run: Run, file: Path, tmp_path: Path) -> None:
    out = site(run, file, tmp_path / "out", "--lang", "ko,en")
    there = tree(out)
    assert tags(there["index.html"], "html", lang="ko")
    assert tags(there["en/index.html"], "html", lang="en")
    alone = site(run, file, tmp_path / "alone", "--lang", "ko")
    assert not (alone / "ko").exists()
    assert run("site", alone, "--check", "-f", file).exit_code == 0
    shutil.rmtree(alone)
    run("site", alone, "-f", file, env={"FACTSHEET_LANG": "ko"})
    assert tags((alone / "index.html").read_bytes(), "html", lang="ko")


@pytest.mark.parametrize("lang", ["xx", "on", "../x", "en,xx", ""])
def test_a_language_that_is_none_is_refused_before_a_file_is_written(
    run: Run, file: Path, tmp_path: Path, lang: Any
) -> None:
    out = tmp_path / "out"
    result = run("site", out, "--lang", lang, "-f", file)
    if lang:
        assert result.exit_code == 2, result.output
        assert not out.exists()
    else:
        assert result.exit_code == 0, "nothing is asked for"
