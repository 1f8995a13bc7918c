"""`factsheet site`: what the public tracker has, and that its folder is never left half written."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from conftest import SHIPPED, SMALL
from reporting import MORE, Page, hostile

from factsheet import folder

Run = Callable[..., Any]
BASE = "https://example.org/tracker/"
DAY = "2026-11-24"
LATER = """
[[commitments.updates]]
id = "00000099"
date = 2026-11-23
recorded = {recorded}
value = 45
note = "More came in."
sources = [{{ url = "https://example.org/more", publisher = "Example", kind = "press" }}]
"""
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def full(small: Path) -> Path:
    small.write_text(SMALL + MORE, "utf-8")
    return small


@pytest.fixture
def made(run: Run, full: Path, tmp_path: Path) -> Path:
    """The site of a small dataset, with an address."""
    return site(run, full, tmp_path / "out", "--base-url", BASE)


def site(run: Run, file: Path, out: Path, *more: str) -> Path:
    result = run("site", out, "-f", file, *more)
    assert result.exit_code == 0, result.output
    return out


def tree(out: Path) -> dict[str, bytes]:
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and ".factsheet" not in path.parts
    }


def links(out: Path) -> Iterator[tuple[str, str]]:
    """Every relative reference of every page, with the page that it stands on."""
    for name in tree(out):
        if name.endswith(".html") and not name.endswith("404.html"):
            for tag, attrs in Page((out / name).read_bytes()).tags:
                for key in ("href", "src"):
                    found = attrs.get(key)
                    if found and not urllib.parse.urlparse(found).scheme:
                        assert tag in ("a", "link")
                        yield name, found


def anchors(out: Path) -> dict[str, list[str]]:
    found = {}
    for name in tree(out):
        if name.endswith(".html"):
            tags = Page((out / name).read_bytes()).tags
            found[name] = [attrs["id"] or "" for _, attrs in tags if "id" in attrs]
    return found


@pytest.mark.parametrize("more", [(), ("--base-url", BASE)])
def test_every_link_inside_resolves(run: Run, full: Path, tmp_path: Path, more: Any) -> None:
    out = site(run, full, tmp_path / "out", *more)
    there, ids = tree(out), anchors(out)
    seen = 0
    for page, link in links(out):
        path, _, anchor = link.partition("#")
        target = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
        target = target.replace(os.sep, "/")
        if path.endswith("/") or path in ("", ".", ".."):
            target = page if not path else f"{target}/index.html".removeprefix("./")
        assert target in there, f"{page} links to {link}"
        assert not anchor or anchor in ids[target], f"{page} links to {link}"
        seen += 1
    assert seen > 300
    assert all(len(each) == len(set(each)) for each in ids.values()), "an id stands twice"


def test_a_page_of_each_promise_with_its_data_beside_it(made: Path) -> None:
    there = tree(made)
    for name in ("arms-purchases", "auto-tariff", "submarines", "annual-cap", "both"):
        files = {each.rpartition("/")[2] for each in there if each.startswith(f"c/{name}/")}
        assert files >= {"index.html", "data.json", "history.csv", "feed.xml", "embed.html"}
    assert "c/auto-parts/chart.svg" not in there, "nothing is measured"
    page = there["c/arms-purchases/index.html"].decode()
    assert "<title>Buy $25 billion of arms: in-progress; $3.11bn, target $25bn" in page
    assert f'property="og:url" content="{BASE}c/arms-purchases/"' in page
    assert f'rel="canonical" href="{BASE}c/arms-purchases/"' in page
    assert 'id="r-00000001"' in page
    assert f"{BASE}on/{DAY}/c/arms-purchases/" in page, "the address to cite does not change"
    assert "@misc{pact-arms-purchases-2026-11-24," in page
    assert f"&lt;iframe src=&#34;{BASE}c/arms-purchases/embed.html&#34;" in page
    data = json.loads(there["c/arms-purchases/data.json"])
    assert data["commitment"]["value"] == "3111800000"
    assert data["commitment"]["measure"]["target"] == "25000000000"
    assert {each["id"] for each in data["commitment"]["history"]} == {"00000001"}
    assert f"{BASE}on/{DAY}/c/arms-purchases/" in data["commitment"]["cite"]["sentence"]


def test_the_first_page_has_the_answer_and_every_promise(made: Path) -> None:
    page = Page((made / "index.html").read_bytes())
    for said in ("At a glance", "Needs attention", "Changed since 2026-10-25", "How to cite"):
        assert said in page.text
    targets = {attrs.get("href") for tag, attrs in page.tags if tag == "a"}
    ids = json.loads((made / "dataset.json").read_text("utf-8"))["commitments"]
    assert {f"c/{each['id']}/" for each in ids} <= targets
    assert f"on/{DAY}/" in targets


def test_the_first_page_is_cited_by_the_address_of_its_copy(made: Path) -> None:
    page = (made / "index.html").read_text("utf-8")
    assert f"{BASE}on/{DAY}/ (file SHA-256" in page
    assert f"url = {{{BASE}on/{DAY}/}}" in page


def test_no_script_and_nothing_from_elsewhere(made: Path) -> None:
    for name, data in tree(made).items():
        if not name.endswith(".html"):
            continue
        page = Page(data)
        assert not {tag for tag, _ in page.tags} & {"script", "img", "iframe", "form", "base"}
        if not name.endswith("404.html"):
            policy = next(attrs for _, attrs in page.tags if attrs.get("http-equiv"))
            assert policy["content"] == (
                "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"
            )
        assert dict(page.tags)["html"]["lang"] == "en"
        assert not any("style" in attrs or "onclick" in attrs for _, attrs in page.tags)


def test_feeds_name_the_promise_and_lead_to_our_own_pages(made: Path) -> None:
    feedparser = pytest.importorskip("feedparser")
    feed = feedparser.parse((made / "feed.xml").read_bytes())
    assert not feed.bozo
    entry = next(each for each in feed.entries if each.link.endswith("#r-00000001"))
    assert entry.link == f"{BASE}c/arms-purchases/#r-00000001"
    assert entry.title == "Buy $25 billion of arms: in-progress; $3,111,800,000"
    assert [each.href for each in entry.links if each.rel == "related"] == [
        "https://example.org/sale"
    ]
    one = feedparser.parse((made / "c/both/feed.xml").read_bytes())
    assert one.feed.title == "Two parts (Pact of Two — 두 나라의 약속)"
    assert one.feed.id != feed.feed.id
    note = ElementTree.fromstring((made / "feed.xml").read_bytes())
    titles = [each.text or "" for each in note.findall("a:entry/a:title", ATOM)]
    assert not any(title.endswith(": note") for title in titles)


def test_the_map_of_the_site_needs_an_address(
    run: Run, full: Path, made: Path, tmp_path: Path
) -> None:
    urls = re.findall(r"<loc>(.*?)</loc>", (made / "sitemap.xml").read_text("utf-8"))
    assert urls[0] == BASE
    assert len(urls) == 10
    bare = site(run, full, tmp_path / "bare")
    assert not (bare / "sitemap.xml").exists()
    page = (bare / "c/arms-purchases/index.html").read_text("utf-8")
    assert "og:url" not in page
    assert "og:image" not in page
    feed = ElementTree.fromstring((bare / "c/arms-purchases/feed.xml").read_bytes())
    hrefs = [each.get("href") for each in feed.findall("a:entry/a:link[@rel='alternate']", ATOM)]
    assert hrefs == ["../../c/arms-purchases/#r-00000001"]


def test_the_address_may_stand_in_the_dataset(run: Run, full: Path, tmp_path: Path) -> None:
    text = full.read_text("utf-8").replace(
        "\n# arms come first",
        '\n[publication]\ntitle = "The Tracker"\nurl = "https://example.org/t"\n'
        'license = "CC-BY-4.0"\npublisher = "Us"\n',
    )
    full.write_text(text, "utf-8")
    out = site(run, full, tmp_path / "out")
    assert "https://example.org/t/c/both/" in (out / "sitemap.xml").read_text("utf-8")
    page = Page((out / "c/both/index.html").read_bytes()).text
    assert "Us. The data may be used under CC-BY-4.0." in page
    package = json.loads((out / "datapackage.json").read_text("utf-8"))
    assert package["licenses"] == [{"name": "CC-BY-4.0"}]
    assert package["contributors"] == [{"title": "Us", "roles": ["publisher"]}]


@pytest.mark.parametrize("which", ["small", "shipped", "hostile"])
def test_the_data_package_is_valid(run: Run, full: Path, tmp_path: Path, which: str) -> None:
    frictionless = pytest.importorskip("frictionless")
    trap = tmp_path / "trap.toml"
    trap.write_text(hostile(), "utf-8")
    file = {"small": full, "shipped": SHIPPED, "hostile": trap}[which]
    out = site(run, file, tmp_path / "out", "--as-of", "2026-11-25")
    report = frictionless.validate(str(out / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])[:5]
    assert report.stats["tasks"] == 3


def test_the_tables_are_tidy(made: Path) -> None:
    def rows(name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO((made / name).read_text("utf-8"))))

    items, updates, sources = rows("commitments.csv"), rows("updates.csv"), rows("sources.csv")
    assert [len(items), len(updates), len(sources)] == [9, 8, 4]
    ids = {row["id"] for row in items}
    assert {row["item"] for row in updates} <= ids
    assert {row["item"] for row in sources} <= ids
    records = {(row["item"], row["id"]) for row in updates}
    assert {(row["item"], row["record"]) for row in sources if row["record"]} <= records
    assert len({tuple(row.items()) for row in sources}) == len(sources)
    history = rows("c/part-one/history.csv")
    assert [row["value"] for row in history] == ["40", "10"]


def test_a_second_run_writes_nothing(run: Run, full: Path, made: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in made.rglob("*") if path.is_file()}
    result = run("site", made, "-f", full, "--base-url", BASE)
    assert result.exit_code == 0
    assert "nothing was written" in result.output
    after = {path: path.stat().st_mtime_ns for path in made.rglob("*") if path.is_file()}
    assert after == before


def test_only_what_changed_is_rewritten(run: Run, full: Path, made: Path) -> None:
    before = tree(made)
    full.write_text(
        full.read_text("utf-8").replace("Support submarines", "Help submarines"), "utf-8"
    )
    stamps = {path: path.stat().st_ino for path in made.rglob("*") if path.is_file()}
    site(run, full, made, "--base-url", BASE)
    after = tree(made)
    changed = {name for name in after if after[name] != before.get(name)}
    assert "c/submarines/index.html" in changed
    assert "c/submarines/chart.svg" in changed
    assert "c/arms-purchases/history.csv" not in changed
    assert not [name for name in changed if name.startswith("on/")]
    rewritten = {
        path.relative_to(made).as_posix()
        for path, inode in stamps.items()
        if path.stat().st_ino != inode and ".factsheet" not in path.parts
    }
    assert rewritten == changed


def test_a_file_that_was_damaged_is_mended(run: Run, full: Path, made: Path) -> None:
    before = tree(made)
    (made / "c/both/index.html").write_text("gone")
    (made / "commitments.csv").unlink()
    site(run, full, made, "--base-url", BASE)
    assert tree(made) == before


def test_the_same_file_and_dates_give_the_same_bytes(run: Run, full: Path, made: Path) -> None:
    other = site(run, full, made.parent / "other", "--base-url", BASE)
    assert tree(other) == tree(made)


def test_a_promise_that_was_removed_keeps_a_page_that_says_so(
    run: Run, full: Path, made: Path
) -> None:
    text = full.read_text("utf-8")
    start = text.index('[[commitments]]\nid = "wrongly-done"')
    full.write_text(text[:start], "utf-8")
    site(run, full, made, "--base-url", BASE)
    page = Page((made / "c/wrongly-done/index.html").read_bytes())
    assert "Called fulfilled" in page.text
    assert "no longer in the tracker" in page.text
    assert f"../../on/{DAY}/c/wrongly-done/" in {attrs.get("href") for _, attrs in page.tags}
    assert "no longer in the tracker" in (made / "c/wrongly-done/embed.html").read_text("utf-8")
    assert not (made / "c/wrongly-done/data.json").exists()
    assert "c/wrongly-done/" not in (made / "sitemap.xml").read_text("utf-8")
    # It is still said after another run, and no longer once the promise is back.
    full.write_text(text[:start] + "\n# another state\n", "utf-8")
    site(run, full, made, "--base-url", BASE)
    assert "no longer" in (made / "c/wrongly-done/index.html").read_text("utf-8")
    full.write_text(text, "utf-8")
    site(run, full, made, "--base-url", BASE)
    assert "no longer" not in (made / "c/wrongly-done/index.html").read_text("utf-8")


def test_what_is_not_ours_is_left_alone(run: Run, full: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / ".git").mkdir(parents=True)
    (out / "CNAME").write_text("example.org")
    site(run, full, out)
    (out / "notes.txt").write_text("mine")
    full.write_text(full.read_text("utf-8") + "\n", "utf-8")
    site(run, full, out)
    assert (out / "notes.txt").read_text() == "mine"
    assert (out / "CNAME").read_text() == "example.org"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--base-url", "example.org/x"), "is not that of a folder"),
        (("--base-url", "https://example.org/?a=1"), "is not that of a folder"),
        (("--base-url", "javascript:alert(1)//"), "is not that of a folder"),
        (("--since", "2026-12-01"), "comes after --as-of"),
    ],
)
def test_what_makes_no_sense_is_refused(
    run: Run, full: Path, tmp_path: Path, args: tuple[str, ...], said: str
) -> None:
    result = run("site", tmp_path / "out", "-f", full, *args)
    assert result.exit_code == 2
    assert said in result.output
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_something_else_is_refused(
    run: Run, full: Path, tmp_path: Path
) -> None:
    result = run("site", tmp_path, "-f", full)
    assert result.exit_code == 2
    assert "holds something else" in result.output
    result = run("site", full, "-f", full)
    assert result.exit_code == 2
    assert "is a file" in result.output
    assert not (tmp_path / "index.html").exists()


def test_a_link_in_the_folder_leads_nowhere(run: Run, full: Path, made: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("links need a right")
    away = made.parent / "away"
    away.mkdir()
    os.rename(made / "c", away / "c")
    (made / "c").symlink_to(away / "c")
    before = tree(away)
    full.write_text(
        full.read_text("utf-8").replace("Support submarines", "Help submarines"), "utf-8"
    )
    result = run("site", made, "-f", full, "--base-url", BASE)
    assert result.exit_code == 4
    assert "is a link" in result.output
    assert tree(away) == before


def test_a_full_disk_changes_nothing(
    run: Run, full: Path, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(made)
    full.write_text(
        full.read_text("utf-8").replace("Support submarines", "Help submarines"), "utf-8"
    )
    write = Path.write_bytes
    left = iter(range(6))

    def filling(self: Path, data: bytes) -> int:
        if "stage-" in str(self) and next(left, None) is None:
            raise OSError(28, "No space left on device")
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", filling)
    result = run("site", made, "-f", full, "--base-url", BASE, "--as-of", "2026-11-23")
    assert result.exit_code == 4
    assert "No space left on device" in result.output
    assert tree(made) == before
    assert not list((made / ".factsheet").glob("stage-*"))
    monkeypatch.undo()


def test_a_run_that_was_killed_is_finished_by_the_next(
    run: Run, full: Path, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tree(made)
    text = full.read_text("utf-8")
    full.write_text(text.replace("Support submarines", "Help submarines"), "utf-8")
    replace = os.replace
    left = iter(range(4))

    def killed(old: Any, new: Any) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        replace(old, new)

    monkeypatch.setattr(folder.os, "replace", killed)
    run("site", made, "-f", full, "--base-url", BASE)
    monkeypatch.setattr(folder.os, "replace", replace)
    assert tree(made) != whole
    full.write_text(text, "utf-8")
    site(run, full, made, "--base-url", BASE)
    assert tree(made) == whole


@pytest.mark.parametrize("damage", ["{", "[]", '{"files": 3}'])
def test_a_damaged_marker_is_said(run: Run, full: Path, made: Path, damage: str) -> None:
    (made / folder.MARKER).write_text(damage)
    result = run("site", made, "-f", full)
    assert result.exit_code == 2
    assert "is damaged" in result.output


def test_a_marker_cannot_name_files_elsewhere(run: Run, full: Path, made: Path) -> None:
    victim = made.parent / "victim"
    victim.write_text("mine")
    said = json.loads((made / folder.MARKER).read_text("utf-8"))
    said["files"]["../victim"] = "0" * 64
    (made / folder.MARKER).write_text(json.dumps(said), "utf-8")
    assert run("site", made, "-f", full).exit_code == 4
    assert victim.read_text() == "mine"


def test_cards_are_pictures_of_the_size_that_networks_want(
    run: Run, full: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("resvg_py")
    out = site(run, full, tmp_path / "out", "--base-url", BASE, "--cards")
    data = (out / "c/auto-parts/card.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    assert [int.from_bytes(data[at : at + 4], "big") for at in (16, 20)] == [1200, 630]
    page = (out / "c/auto-parts/index.html").read_text("utf-8")
    assert f'property="og:image" content="{BASE}c/auto-parts/card.png"' in page
    site(run, full, out, "--base-url", BASE)
    assert not (out / "c/auto-parts/card.png").exists()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    result = run("site", out, "-f", full, "--cards")
    assert result.exit_code == 2
    assert "[site]'" in result.output


def test_text_of_a_dataset_stays_text(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "trap.toml"
    text = hostile().replace("Steps", "<!--live--> <!--/frozen--> ]]> </title>")
    file.write_text(text, "utf-8")
    out = site(run, file, tmp_path / "out", "--base-url", BASE)
    for name, data in tree(out).items():
        if name.endswith(".html"):
            tags = {tag for tag, _ in Page(data).tags}
            assert not tags & {"script", "img"}
            assert b"<!--" not in data
        elif name.endswith((".xml", ".svg")):
            ElementTree.fromstring(data)
        assert b"\x1b" not in data
        assert "\u202e" not in data.decode("utf-8")
    assert "<!--live-->" in Page((out / "c/two/index.html").read_bytes()).text


# Frozen copies


def test_an_archived_copy_is_told_today_and_not_in_frozen_copies(
    run: Run, full: Path, tmp_path: Path
) -> None:
    out = site(run, full, tmp_path / "out")
    archived = "https://web.archive.org/web/20260521000000/https://example.org/sale"
    state = f'checked = 2026-11-24\nresult = "ok"\narchived = "{archived}"\n'
    text = f'["https://example.org/sale"]\n{state}'
    (full.parent / "sources.toml").write_text(text, "utf-8")
    site(run, full, out)
    assert archived in (out / "sources.csv").read_text("utf-8")
    assert archived not in (out / "on" / DAY / "sources.csv").read_text("utf-8")
    other = site(run, full, tmp_path / "other")
    assert archived not in (other / "on" / DAY / "sources.csv").read_text("utf-8")
    result = run("site", other, "-f", full, "--check")
    assert result.exit_code == 0, result.output


def test_a_frozen_copy_stays_whatever_comes_later(run: Run, full: Path, made: Path) -> None:
    copy = made / "on" / DAY
    before = tree(copy)
    assert {"index.html", "style.css", "dataset.json", "frozen.json"} <= set(before)
    assert not [name for name in before if name.endswith(("feed.xml", "embed.html", "card.png"))]
    page = Page(before["c/arms-purchases/index.html"])
    assert "Frozen copy." in page.text
    assert "from what was known at 2026-09-01T09:00:00Z" in page.text
    assert "../../../../c/arms-purchases/" in {attrs.get("href") for _, attrs in page.tags}
    assert {attrs.get("content") for _, attrs in page.tags if attrs.get("name") == "robots"} == {
        "noindex"
    }
    full.write_text(SMALL + MORE + LATER.format(recorded="2026-11-24T09:00:00Z"), "utf-8")
    result = run("site", made, "-f", full, "--base-url", BASE)
    assert result.exit_code == 0
    assert f"on/{DAY}/ was made from another state of the file and stays as it is" in result.output
    assert tree(copy) == before
    # What the copy does not hold is cited where it stands.
    told = json.loads((made / "c/wrongly-done/data.json").read_text("utf-8"))["commitment"]["cite"]
    assert f"{BASE}c/wrongly-done/" in told["sentence"]


def test_another_day_is_another_copy(run: Run, full: Path, made: Path) -> None:
    site(run, full, made, "--base-url", BASE, "--as-of", "2026-10-10")
    assert sorted(each.name for each in (made / "on").iterdir()) == ["2026-10-10", DAY]
    result = run("site", made, "-f", full, "--check")
    assert result.exit_code == 0, result.output
    assert "on/2026-10-10: 23 data files as they were" in result.stdout


def test_check_makes_each_copy_again_from_what_was_known(run: Run, full: Path, made: Path) -> None:
    full.write_text(SMALL + MORE + LATER.format(recorded="2026-11-24T09:00:00Z"), "utf-8")
    result = run("site", made, "-f", full, "--check")
    assert result.exit_code == 0, result.output
    assert "as they were" in result.stdout


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "Buy $25 billion",
            "Buy $24 billion",
            "arms-purchases: the term was edited in place: title",
        ),
        ("value = 40", "value = 41", "part-one: record 00000012 was edited: value"),
        ('note = "Two papers disagree."', "", "part-one: record 00000012 was edited: note"),
        (
            'id = "00000012"',
            'id = "00000022"',
            "part-one: record 00000012 is no longer in the file",
        ),
        ('id = "auto-parts"', 'id = "car-parts"', "auto-parts is no longer in the file"),
    ],
)
def test_check_names_what_was_edited_in_place(
    run: Run, full: Path, made: Path, old: str, new: str, said: str
) -> None:
    full.write_text(full.read_text("utf-8").replace(old, new), "utf-8")
    result = run("site", made, "-f", full, "--check")
    assert result.exit_code == 1, result.output
    assert f"on/{DAY}: {said}\n" in result.stdout


def test_check_finds_a_record_that_was_slipped_in(run: Run, full: Path, made: Path) -> None:
    full.write_text(SMALL + MORE + LATER.format(recorded="2026-08-01T09:00:00Z"), "utf-8")
    result = run("site", made, "-f", full, "--check")
    assert result.exit_code == 1
    assert "record 00000099 came into the file later" in result.stdout


def test_check_finds_a_copy_that_was_touched(run: Run, full: Path, made: Path) -> None:
    path = made / "on" / DAY / "commitments.csv"
    path.write_bytes(path.read_bytes().replace(b"3111800000", b"3111800001"))
    (made / "on" / DAY / "updates.csv").unlink()
    (made / "on" / DAY / "c" / "forged.html").write_text("<p>A page of strangers</p>")
    (made / "on" / DAY / "away").symlink_to(made)
    (made / "on" / DAY / ".DS_Store").write_text("")
    result = run("site", made, "-f", full, "--check")
    assert result.exit_code == 1
    for name in ("away", "c/forged.html"):
        assert f"on/{DAY}: {name} was put there after it was frozen\n" in result.stdout
    assert ".DS_Store" not in result.stdout
    assert f"on/{DAY}: commitments.csv was changed after it was frozen\n" in result.stdout
    assert f"on/{DAY}: updates.csv is missing\n" in result.stdout
    (made / "on" / DAY / "frozen.json").write_text("{}")
    assert run("site", made, "-f", full, "--check").exit_code == 2


def test_check_of_a_folder_that_is_no_site(run: Run, full: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run("site", tmp_path / "empty", "-f", full, "--check")
    assert result.exit_code == 3
    assert "is no site yet" in result.output
