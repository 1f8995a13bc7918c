"""`factsheet sources`: the cited pages, asked and archived through servers on this machine."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
import tomllib
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, SMALL
from loopback import MEANINGS, Server, bad_web
from rich.console import Console
from test_git import git
from wayback import STAMP, Machine

from factsheet import store, writing
from factsheet.assess.snapshot import assess
from factsheet.formats import source_table
from factsheet.report.cited import cited
from factsheet.source.load import load
from factsheet.source_list import read_list

Run = Callable[..., Any]
SALE, NOTICE = "https://example.org/sale", "https://example.org/notice"
COPY = f"https://web.archive.org/web/20260521000000/{SALE}"
TODAY = "2026-11-24"
HEAD = SMALL[: SMALL.index("# arms come first")]


def tracker(folder: Path, urls: list[str], *, a_term: int = 10) -> Path:
    """A dataset that cites these, ``a_term`` in each commitment."""
    parts = [HEAD]
    for first in range(0, len(urls), a_term):
        parts.append(
            f'[[commitments]]\nid = "item-{first // a_term}"\ntitle = "T"\npillar = "trade"\n'
            'owed_by = ["US"]\nsummary = "S"\n\n'
        )
        parts += [
            f'[[commitments.updates]]\nid = "{first + place:08x}"\ndate = 2026-10-01\n'
            f'recorded = 2026-10-02T09:00:00Z\nstatus = "in-progress"\n'
            f'sources = [{{ url = "{url}", publisher = "P" }}]\n\n'
            for place, url in enumerate(urls[first : first + a_term])
        ]
    path = folder / "data" / "commitments.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(parts), encoding="utf-8")
    return path


def known(path: Path) -> dict[str, Any]:
    return tomllib.loads((path.parent / "sources.toml").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def _switches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTSHEET_ALLOW_LOOPBACK", "1")
    for name in ("FACTSHEET_ARCHIVE", "FACTSHEET_ARCHIVE_ACCOUNT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def web() -> Iterator[Server]:
    with Server(bad_web(), address="0.0.0.0") as server:
        yield server


def test_each_address_is_listed_once_with_where_it_is_used(run: Run, small: Path) -> None:
    twice = SMALL.replace(
        'summary = "Lower the duty on cars."',
        f'summary = "Lower the duty on cars."\nsources = [{{ url = "{SALE}", title = "A sale" }}]',
    )
    small.write_text(twice, encoding="utf-8")
    rows = json.loads(run("sources", "-f", small, "--format", "json").stdout)["sources"]
    assert [row["url"] for row in rows] == [SALE, NOTICE]
    assert rows[0] == {
        "url": SALE,
        "title": "A sale",
        "publisher": "Example",
        "published": None,
        "kind": "press",
        "items": ["arms-purchases", "auto-tariff"],
        "records": ["00000001"],
        "by_document": False,
        "age_days": (dt.date(2026, 11, 24) - dt.date(2026, 5, 20)).days,
        "checked": None,
        "result": None,
        "moved_to": None,
        "archived": None,
    }
    head, first, *_ = run("sources", "-f", small, "--format", "csv").stdout.splitlines()
    assert head.split(",") == list(rows[0])
    assert first.startswith(f"{SALE},A sale,Example,,press,arms-purchases auto-tariff,00000001,")


def test_a_pipe_gets_whole_lines(run: Run, small: Path) -> None:
    head, first, second, _, counts = run("sources", "-f", small).stdout.splitlines()
    names = [column.name.upper() for column in source_table.COLUMNS]
    assert head.split() == " ".join(names).split()
    assert first.split() == ["unchecked", "6mo", "press", "Example", SALE, "arms-purchases"]
    assert second.endswith("auto-tariff")
    assert counts == "2 addresses: 2 unchecked; none with an archived copy"


@pytest.mark.parametrize("width", [40, 80, 160])
@pytest.mark.parametrize("unicode", [True, False])
def test_the_table_fits_the_terminal(width: int, unicode: bool) -> None:
    text = SMALL.replace(SALE, f"https://example.org/{'a-long-path/' * 12}sale")
    dataset = load(text, today=dt.date.max).dataset
    assert dataset is not None
    found = cited(assess(dataset, dt.date(2026, 11, 24)))
    screen = Console(width=width, record=True, file=open(os.devnull, "w"))  # noqa: SIM115
    screen.print(source_table.terminal(found, width=width, unicode=unicode))
    lines = screen.export_text().splitlines()
    assert max(map(len, lines)) <= width
    assert ("PUBLISHER" in lines[0].upper()) is (width == 160)
    assert "used by" in lines[0] or width == 40


@pytest.mark.parametrize(
    ("options", "urls"),
    [
        (["arms"], [SALE]),
        (["--headline"], [SALE]),
        (["--pillar", "trade"], [NOTICE]),
        (["--owed-by", "ROK"], [SALE]),
        (["--tag", "tariff-line"], [NOTICE]),
        (["arms", "--pillar", "trade"], []),
        (["--result", "gone"], [SALE]),
        (["--result", "unchecked"], [NOTICE]),
        (["--unarchived"], [NOTICE]),
    ],
)
def test_filters_choose_addresses(
    run: Run, small: Path, options: list[str], urls: list[str]
) -> None:
    (small.parent / "sources.toml").write_text(
        f'["{SALE}"]\nchecked = 2026-11-01\nresult = "gone"\narchived = "{COPY}"\n'
    )
    rows = json.loads(run("sources", "-f", small, *options, "--format", "json").stdout)["sources"]
    assert [row["url"] for row in rows] == urls


@pytest.mark.parametrize("seconds", ["nan", "0", "-1", "inf", "x"])
def test_a_timeout_is_a_number_of_seconds(run: Run, small: Path, seconds: str) -> None:
    assert run("sources", "-f", small, f"--timeout={seconds}").exit_code == 2


def test_an_unknown_result_is_refused(run: Run, small: Path) -> None:
    result = run("sources", "-f", small, "--result", "dead")
    assert result.exit_code == 2
    assert "ok, moved, gone, refused, unreachable, unchecked" in result.stderr


def test_three_hundred_addresses_are_asked(run: Run, tmp_path: Path, web: Server) -> None:
    kinds = list(MEANINGS)
    kind_of = {
        web.url(f"{kinds[i % len(kinds)]}/{i}", f"127.0.0.{i % 60 + 1}"): kinds[i % len(kinds)]
        for i in range(300)
    }
    path = tracker(tmp_path, list(kind_of))
    result = run("sources", "-f", path, "--check", "--timeout", "2")
    assert result.exit_code == 0, result.stderr
    states = known(path)
    assert {url: state["result"] for url, state in states.items()} == {
        url: MEANINGS[kind] for url, kind in kind_of.items()
    }
    assert {state["checked"] for state in states.values()} == {dt.date(2026, 11, 24)}
    assert all(("moved_to" in state) is (state["result"] == "moved") for state in states.values())
    counts = Counter(MEANINGS[kind] for kind in kind_of.values())
    said = ", ".join(f"{counts[word]} {word}" for word in dict.fromkeys(MEANINGS.values()))
    assert set(said.split(", ")) <= set(result.stderr.strip().partition(": ")[2].split(", ")), (
        result.stderr
    )
    # What is simply there is not told.
    assert len(result.stdout.splitlines()) == 300 - counts["ok"]
    # What was asked today is not asked again, and nothing is written.
    before, asked = (path.parent / "sources.toml").read_bytes(), web.asked.total()
    again = run("sources", "-f", path, "--check")
    assert "asked 0 of 300 addresses; 300 were asked today already" in again.stderr
    assert ((path.parent / "sources.toml").read_bytes(), web.asked.total()) == (before, asked)
    assert read_list(before.decode()).faults == ()


def test_again_asks_what_was_asked_today(run: Run, tmp_path: Path, web: Server) -> None:
    url = web.url("change")
    web.routes["change"] = lambda q: q.answer(404)
    path = tracker(tmp_path, [url])
    assert run("sources", "-f", path, "--check").stdout.startswith(
        f"gone         {url}  the server"
    )
    web.routes["change"] = lambda q: q.answer(200)
    assert run("sources", "-f", path, "--check", "--again").stdout == ""
    assert known(path)[url] == {"checked": dt.date(2026, 11, 24), "result": "ok"}


def test_another_day_asks_anew_and_keeps_the_copy(
    run: Run, tmp_path: Path, web: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = web.url("ok")
    path = tracker(tmp_path, [url])
    list_path = path.parent / "sources.toml"
    list_path.write_text(f'["{url}"]\nchecked = 2026-11-23\nresult = "gone"\narchived = "{COPY}"\n')
    monkeypatch.setenv("FACTSHEET_NOW", f"{TODAY}T20:00:00Z")
    assert run("sources", "-f", path, "--check").exit_code == 0
    assert known(path)[url] == {
        "checked": dt.date(2026, 11, 24),
        "result": "ok",
        "archived": COPY,
    }


def test_filters_say_what_is_asked(run: Run, tmp_path: Path, web: Server) -> None:
    urls = [web.url("ok/1"), web.url("ok/2")]
    path = tracker(tmp_path, urls, a_term=1)
    assert run("sources", "item-1", "-f", path, "--check").exit_code == 0
    assert list(known(path)) == [urls[1]]
    assert list(web.asked) == ["/ok/2"]


def test_json_lists_after_asking(run: Run, tmp_path: Path, web: Server) -> None:
    path = tracker(tmp_path, [web.url("301")])
    result = run("sources", "-f", path, "--check", "--format", "json")
    (row,) = json.loads(result.stdout)["sources"]
    assert (row["result"], row["moved_to"]) == ("moved", web.url("ok"))


def test_ctrl_c_keeps_what_was_learned(tmp_path: Path, web: Server) -> None:
    urls = [web.url(f"ok/{i}", f"127.0.0.{i + 1}") for i in range(10)]
    urls += [web.url("hang", f"127.0.1.{i + 1}") for i in range(5)]
    path = tracker(tmp_path, urls)
    run = subprocess.Popen(
        [
            *(sys.executable, "-m", "factsheet", "sources", "-f", path),
            *("--check", "--archive", "--timeout", "60"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    try:
        deadline = time.monotonic() + 20
        while web.asked.total() < 15 and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.3)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=20)
    finally:
        run.kill()
    assert run.returncode == 130
    assert "asked 10 of 15 addresses: 10 ok; stopped, what was learned is kept; 5 are left" in said
    assert "Traceback" not in said
    assert "copies" not in said  # and nothing else is begun
    assert {state["result"] for state in known(path).values()} == {"ok"}
    assert len(known(path)) == 10


def test_where_nobody_answers_it_is_this_machine_and_nothing_is_written(
    run: Run, tmp_path: Path
) -> None:
    urls = [f"http://host{i}.invalid/" for i in range(3)]
    path = tracker(tmp_path, urls)
    result = run("sources", "-f", path, "--check", "--timeout", "0.3")
    assert result.exit_code == 4
    assert "cut off from the web; nothing was written" in result.stderr
    assert not (path.parent / "sources.toml").exists()


def test_addresses_that_were_silent_before_may_be_silent_again(run: Run, tmp_path: Path) -> None:
    urls = [f"http://host{i}.invalid/" for i in range(3)]
    path = tracker(tmp_path, urls)
    (path.parent / "sources.toml").write_text(
        "".join(f'["{url}"]\nchecked = 2026-11-01\nresult = "unreachable"\n' for url in urls)
    )
    assert run("sources", "-f", path, "--check", "--timeout", "0.3").exit_code == 0
    assert {str(state["checked"]) for state in known(path).values()} == {TODAY}


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        "http://[::ffff:192.168.0.1]/",
        "http://2130706433/",
    ],
)
def test_an_inner_address_is_never_opened(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.delenv("FACTSHEET_ALLOW_LOOPBACK")
    path = tracker(tmp_path, [url])
    result = run("sources", "-f", path, "--check")
    assert result.stdout.startswith("unreachable")
    assert "which is no public address" in result.stdout


def test_without_the_switch_this_machine_is_not_asked(
    run: Run, tmp_path: Path, web: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FACTSHEET_ALLOW_LOOPBACK")
    path = tracker(tmp_path, [web.url("ok")])
    assert run("sources", "-f", path, "--check").exit_code == 0
    assert known(path)[web.url("ok")]["result"] == "unreachable"
    assert not web.asked


def test_no_other_command_opens_anything(run: Run, tmp_path: Path, web: Server) -> None:
    path = tracker(tmp_path, [web.url("ok")])
    for words in (["list"], ["show", "item-0"], ["log"], ["validate"], ["report"], ["sources"]):
        assert run(*words, "-f", path).exit_code == 0
    assert not web.asked


def test_what_a_server_says_cannot_steer_the_terminal(
    run: Run, tmp_path: Path, web: Server
) -> None:
    web.routes["evil"] = lambda q: q.raw(b"\x1b[2J\x1b]0;owned\x07 no HTTP\r\n\r\n")
    web.routes["away"] = lambda q: q.raw(
        b"HTTP/1.1 302 x\r\nLocation: http://127.0.0.1:1/\x1b[31m\xe2\x80\xaered\r\n\r\n"
    )
    path = tracker(tmp_path, [web.url("evil"), web.url("away")])
    result = run("sources", "-f", path, "--check", "--timeout", "2")
    for text in (result.stdout, result.stderr, (path.parent / "sources.toml").read_text()):
        assert "\x1b" not in text
        assert "\x07" not in text
        assert "\u202e" not in text


def test_the_shipped_copy_is_refused_before_anybody_is_asked(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for option in ("--check", "--archive"):
        result = run("sources", option)
        assert result.exit_code == 4
        said = "commitments.toml is the read-only copy in the package; `factsheet init` makes one"
        assert said in result.stderr
    assert "unchecked" in run("sources").stdout


def test_a_list_that_cannot_be_read_is_not_written_over(
    run: Run, tmp_path: Path, web: Server
) -> None:
    path = tracker(tmp_path, [web.url("ok")])
    broken = f'["{web.url("ok")}"]\nchecked = "soon"\n'
    (path.parent / "sources.toml").write_text(broken)
    result = run("sources", "-f", path, "--check")
    assert result.exit_code == 4
    assert f"{path.parent / 'sources.toml'}:1: " in result.stderr
    assert (path.parent / "sources.toml").read_text() == broken
    assert not web.asked
    # Readers go on without it, and say so.
    shown = run("show", "item-0", "-f", path)
    assert shown.exit_code == 0
    assert "what it says is left out" in shown.stderr
    found = run("validate", path)
    assert found.exit_code == 1
    assert f"{path.parent / 'sources.toml'}:1: error[source-list]" in found.stdout
    alone = run("validate", path.parent / "sources.toml")
    assert alone.stdout.count("[source-list]") == 1
    assert "mend it, or delete the file" in alone.stdout


def test_a_list_that_somebody_holds_is_waited_for_and_said(
    run: Run, tmp_path: Path, web: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tracker(tmp_path, [web.url("ok")])
    monkeypatch.setenv("FACTSHEET_LOCK_SECONDS", "0.1")
    place = store.source_list(store.Place(path))
    with writing.locked(place, absent_ok=True):
        result = run("sources", "-f", path, "--check")
    assert result.exit_code == 4
    assert "is being written by" in result.stderr
    assert not web.asked


def test_what_another_run_learned_meanwhile_stays(run: Run, tmp_path: Path, web: Server) -> None:
    path = tracker(tmp_path, [web.url("slow")])
    other = "https://example.org/other"

    def slow(question: Any) -> None:
        (path.parent / "sources.toml").write_text(
            f'["{other}"]\nchecked = 2026-11-24\nresult = "ok"\n'
        )
        question.answer(200)

    web.routes["slow"] = slow
    assert run("sources", "-f", path, "--check").exit_code == 0
    assert set(known(path)) == {other, web.url("slow")}


def test_what_comes_is_written_while_the_rest_is_waited_for(
    run: Run, tmp_path: Path, web: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    from factsheet.cli import learning

    monkeypatch.setattr(learning, "EVERY", 0.0)
    path = tracker(tmp_path, [web.url("ok"), web.url("last")])
    seen: list[bool] = []

    def last(question: Any) -> None:
        deadline = time.monotonic() + 5
        while not (path.parent / "sources.toml").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        seen.append(web.url("ok") in known(path))
        question.answer(200)

    web.routes["last"] = last
    assert run("sources", "-f", path, "--check").exit_code == 0
    assert seen == [True]


def test_a_planted_link_to_nowhere_is_not_followed(run: Run, tmp_path: Path, web: Server) -> None:
    path = tracker(tmp_path, [web.url("ok")])
    (path.parent / "sources.toml").symlink_to(tmp_path / "elsewhere")
    result = run("sources", "-f", path, "--check")
    assert result.exit_code == 3
    assert "is a link to a file that is not there" in result.stderr
    assert not (tmp_path / "elsewhere").exists()


def test_a_new_list_has_the_mode_of_a_new_file(run: Run, tmp_path: Path, web: Server) -> None:
    path = tracker(tmp_path, [web.url("ok")])
    before = os.umask(0o027)
    try:
        assert run("sources", "-f", path, "--check").exit_code == 0
    finally:
        os.umask(before)
    assert (path.parent / "sources.toml").stat().st_mode & 0o777 == 0o640
    assert sorted(each.name for each in path.parent.iterdir()) == [
        ".factsheet",
        "commitments.toml",
        "sources.toml",
    ]


# The archive


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def archive(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    from factsheet.web import archiving

    quick = replace(archiving.WAYBACK, pace=0.0, lookup_pace=0.0, back_off=0.0, poll=0.0)
    monkeypatch.setattr(archiving, "WAYBACK", quick)
    with Server(machine.routes()) as server:
        monkeypatch.setenv("FACTSHEET_ARCHIVE", server.url("").rstrip("/"))
        yield server


def test_a_copy_is_looked_for_and_made_where_there_is_none(
    run: Run, small: Path, machine: Machine, archive: Server
) -> None:
    machine.copies[SALE] = ("20260521000000", "200")
    result = run("sources", "-f", small, "--archive")
    assert result.exit_code == 0, result.stderr
    base = archive.url("web/")
    assert known(small) == {
        NOTICE: {"archived": f"{base}{STAMP}/{NOTICE}"},
        SALE: {"archived": f"{base}20260521000000/{SALE}"},
    }
    assert "copies: 1 found, 1 made, 0 not to be had" in result.stderr
    # Near the day of the record that the page shows.
    assert machine.asked == [(SALE, "20260520"), (NOTICE, "20251204")]
    asked = archive.asked.total()
    again = run("sources", "-f", small, "--archive")
    assert "0 found, 0 made, 0 not to be had; 2 had one" in again.stderr
    assert archive.asked.total() == asked
    assert "2 with an archived copy" in run("sources", "-f", small).stdout


def test_a_copy_has_to_show_the_last_event_that_it_is_cited_for(
    run: Run, small: Path, machine: Machine, archive: Server
) -> None:
    later = SMALL.replace("2025-12-04\n", "2026-06-30\n").replace(NOTICE, SALE)
    small.write_text(later, encoding="utf-8")
    assert run("sources", "-f", small, "--archive").exit_code == 0
    assert machine.asked == [(SALE, "20260630")]


def test_limits_of_the_archive_are_told_and_what_it_gave_is_kept(
    run: Run, small: Path, machine: Machine, archive: Server
) -> None:
    machine.moods = ["redirect", "429-day"]
    result = run("sources", "-f", small, "--archive")
    assert result.exit_code == 0
    assert "0 found, 1 made, 1 not to be had" in result.stderr
    assert list(known(small)) == [SALE]
    assert f"none         {NOTICE}  " in result.stdout


def test_an_account_comes_from_the_environment_and_is_never_shown(
    run: Run, small: Path, machine: Machine, archive: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTSHEET_ARCHIVE_ACCOUNT", "the-key")
    result = run("sources", "-f", small, "--archive")
    assert result.exit_code == 2
    assert "the-key" not in result.stderr
    monkeypatch.setenv("FACTSHEET_ARCHIVE_ACCOUNT", "the-key:the-secret")
    machine.usual = "message"
    result = run("sources", "-f", small, "--archive")
    assert "the-secret" in machine.account[0]
    assert "the-secret" not in result.stdout + result.stderr


def test_an_archive_that_is_no_address_is_refused(
    run: Run, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTSHEET_ARCHIVE", "ftp://example.org")
    result = run("sources", "-f", small, "--archive")
    assert (result.exit_code, "FACTSHEET_ARCHIVE" in result.stderr) == (2, True)


def test_both_are_done_in_one_run(
    run: Run, tmp_path: Path, web: Server, machine: Machine, archive: Server
) -> None:
    path = tracker(tmp_path, [web.url("404")])
    machine.copies[web.url("404")] = ("20261002000000", "200")
    assert run("sources", "-f", path, "--check", "--archive").exit_code == 0
    state = known(path)[web.url("404")]
    assert state["result"] == "gone"
    # The archive is told no address of an inner network.
    assert "archived" not in state


# What the others say


def test_the_copy_stands_beside_the_source(run: Run, small: Path, tmp_path: Path) -> None:
    (small.parent / "sources.toml").write_text(f'["{SALE}"]\narchived = "{COPY}"\n')
    shown = run("show", "arms", "-f", small).stdout
    assert f"      archived copy: {COPY}\n" in shown
    page = run("report", "-f", small, "--format", "html").stdout
    assert f'(<a href="{COPY}" rel="noreferrer">archived copy</a>)' in page
    assert f"([archived copy](<{COPY}>))" in run("report", "-f", small).stdout
    assert f"([archived copy](<{COPY}>))" in run("log", "-f", small, "--format", "md").stdout
    report = json.loads(run("report", "-f", small, "--format", "json").stdout)
    (arms,) = [each for each in report["commitments"] if each["id"] == "arms-purchases"]
    assert arms["history"][0]["sources"][0]["archived"] == COPY
    events = json.loads(run("log", "-f", small, "--format", "json").stdout)["events"]
    assert [each["sources"][0]["archived"] for each in events] == [COPY, None]
    assert run("report", "-f", small, "-o", tmp_path / "r.xlsx").exit_code == 0
    with zipfile.ZipFile(tmp_path / "r.xlsx") as book:
        assert COPY in book.read("xl/sharedStrings.xml").decode()


def test_a_page_that_is_gone_is_a_doubt_unless_a_copy_stands_in(run: Run, small: Path) -> None:
    states = small.parent / "sources.toml"
    states.write_text(f'["{SALE}"]\nchecked = 2026-11-01\nresult = "gone"\n')
    found = run("validate", small)
    assert found.exit_code == 0
    line = SMALL[: SMALL.index(SALE)].count("\n") + 1
    message = f"arms-purchases: the page {SALE} was gone on 2026-11-01, and no copy is known"
    assert f"{small}:{line}: warning[source-gone] {message}" in found.stdout
    assert "[source-gone]" in run("show", "arms", "-f", small).stdout
    listed = json.loads(run("list", "-f", small, "--format", "json").stdout)["commitments"]
    assert "source-gone" in {each["code"] for row in listed for each in row["findings"]}
    with states.open("a") as file:
        file.write(f'archived = "{COPY}"\n')
    assert "[source-gone]" not in run("validate", small).stdout
    shown = run("show", "arms", "-f", small).stdout
    assert f"archived copy; the page itself is gone: {COPY}" in shown


def test_a_withdrawn_record_asks_for_no_page(run: Run, small: Path) -> None:
    (small.parent / "sources.toml").write_text(
        f'["{SALE}"]\nchecked = 2026-11-01\nresult = "gone"\n'
    )
    assert run("retract", "00000001", "--note", "wrong", "-f", small).exit_code == 0
    assert "[source-gone]" not in run("validate", small).stdout


def test_sources_of_the_document_are_doubted_too(run: Run, small: Path) -> None:
    url = "https://example.org/document"
    text = SMALL.replace(
        "agreed = 2025-11-14\n", f'agreed = 2025-11-14\nsources = [{{ url = "{url}" }}]\n'
    )
    small.write_text(text, encoding="utf-8")
    (small.parent / "sources.toml").write_text(
        f'["{url}"]\nchecked = 2026-11-01\nresult = "gone"\n'
    )
    assert f"{small}:8: warning[source-gone] the page {url}" in run("validate", small).stdout
    assert "the document" in run("sources", "-f", small).stdout


def test_a_missing_copy_is_found_only_under_strict(run: Run, small: Path) -> None:
    assert "[unarchived]" not in run("validate", small).stdout
    strict = run("validate", small, "--strict").stdout
    assert strict.count("warning[unarchived]") == 2
    line = SMALL[: SMALL.index(SALE)].count("\n") + 1
    assert f"{small}:{line}: warning[unarchived] arms-purchases: no archived copy of" in strict
    # What is gone without a copy is told as that alone.
    (small.parent / "sources.toml").write_text(
        f'["{SALE}"]\nchecked = 2026-11-01\nresult = "gone"\n'
    )
    strict = run("validate", small, "--strict").stdout
    assert (strict.count("[unarchived]"), strict.count("[source-gone]")) == (1, 1)


def test_init_copies_the_list_that_is_shipped(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: Path
) -> None:
    (small.parent / "sources.toml").write_text(f'["{SALE}"]\narchived = "{COPY}"\n')
    monkeypatch.setattr(store, "shipped", lambda: small)
    assert run("init", "mine").exit_code == 0
    copied = tmp_path / "mine" / "data" / "sources.toml"
    assert copied.read_bytes() == (small.parent / "sources.toml").read_bytes()
    assert run("init", "bare", "--empty").exit_code == 0
    assert not (tmp_path / "bare" / "data" / "sources.toml").exists()


def test_the_merge_driver_takes_the_newer_check_of_each_address(run: Run, tmp_path: Path) -> None:
    def states(name: str, *tables: str) -> Path:
        path = tmp_path / name
        path.write_text("# Written by `factsheet sources`\n\n" + "\n".join(tables))
        return path

    old = f'["{SALE}"]\nchecked = 2026-11-01\nresult = "ok"\n'
    new = f'["{SALE}"]\nchecked = 2026-11-20\nresult = "gone"\n'
    other = f'["{NOTICE}"]\nchecked = 2026-11-02\nresult = "refused"\n'
    base, ours = states("base", old), states("ours", old + f'archived = "{COPY}"\n', other)
    theirs = states("theirs", new)
    assert run("merge", base, ours, theirs).exit_code == 0
    assert tomllib.loads(ours.read_text()) == {
        SALE: {"checked": dt.date(2026, 11, 20), "result": "gone", "archived": COPY},
        NOTICE: {"checked": dt.date(2026, 11, 2), "result": "refused"},
    }
    # A side that cannot be read is left to a person, with nothing lost.
    broken = states("broken", f'["{SALE}"]\nchecked = 2026-11-20\nresult = "dead"\n')
    result = run("merge", base, ours, broken)
    assert result.exit_code == 1
    assert "mend the file" in result.stderr
    assert 'result = "dead"' in ours.read_text()


def test_branches_that_checked_apart_merge_in_git(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "tracker"
    assert run("init", home, "--empty", "--git").exit_code == 0
    git(home, "init", "-q", "-b", "main")
    driver = f"{sys.executable} -m factsheet merge %O %A %B"
    git(home, "config", "merge.factsheet.driver", driver)
    states = home / "data" / "sources.toml"

    def save(day: str, result: str, branch: str) -> None:
        states.write_text(f'["{SALE}"]\nchecked = {day}\nresult = "{result}"\n')
        git(home, "add", ".")
        git(home, "commit", "-qm", branch)

    save("2026-11-01", "ok", "first")
    git(home, "checkout", "-qb", "theirs")
    save("2026-11-20", "gone", "theirs")
    git(home, "checkout", "-q", "main")
    save("2026-11-10", "ok", "ours")
    git(home, "merge", "-q", "-m", "both", "theirs")
    assert known(home / "data" / "commitments.toml")[SALE]["result"] == "gone"


def test_without_the_extra_it_says_how_to_get_it(
    run: Run, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [each for each in sys.modules if each.startswith(("httpx", "factsheet.web"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "httpx", None)
    for words in (
        ["sources", "--check"],
        ["sources", "--archive"],
        ["update", "arms", "--note", "x", "--source", SALE, "--fetch"],
    ):
        result = run(*words, "-f", small)
        assert result.exit_code == 2
        assert "needs httpx: pip install '" in result.stderr
