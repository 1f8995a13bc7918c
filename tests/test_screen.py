"""The list, the log and the agenda on a screen: widths, bars, and the pager."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import terminal
from building import amount, event, limit, one, steps, term, toml
from conftest import NOW, SHIPPED
from rich.cells import cell_len
from rich.console import Console

from factsheet.assess.agenda import agenda
from factsheet.assess.measurement import Measurement
from factsheet.assess.snapshot import Snapshot, assess
from factsheet.formats import screen
from factsheet.report.highlights import Agenda
from factsheet.report.history import events
from factsheet.source.load import load

Run = Callable[..., Any]
TODAY = dt.date(2026, 11, 24)
WIDTHS = [40, 60, 80, 120, 160, 240]


def snapshot_of(path: Path) -> Snapshot:
    dataset = load(path.read_text(encoding="utf-8"), today=dt.date(2026, 12, 31)).dataset
    assert dataset
    return assess(dataset, TODAY)


def drawn(group: Any, width: int) -> list[str]:
    console = Console(width=width, file=io.StringIO(), force_terminal=True, record=True)
    console.print(group)
    return console.export_text().splitlines()


def listed(path: Path, width: int) -> list[str]:
    snapshot = snapshot_of(path)
    return drawn(
        screen.listing(snapshot, snapshot.items, width=width, unicode=True, grouped=True), width
    )


@pytest.mark.parametrize("width", WIDTHS)
def test_the_list_fits_its_width_an_item_a_line(small: Path, width: int) -> None:
    lines = listed(small, width)
    assert max(map(cell_len, lines)) <= width
    rows = [line for line in lines if line.startswith(("arms", "auto", "sub"))]
    assert len(rows) == 4
    assert "late" in next(line for line in rows if line.startswith("auto-parts"))


@pytest.mark.parametrize("width", [80, 120])
def test_figures_and_their_age_have_room_before_titles(width: int) -> None:
    lines = listed(SHIPPED, width)
    assert max(map(cell_len, lines)) <= width
    head = next(line for line in lines if line.startswith("item"))
    assert "value" in head
    assert "age" in head
    arms = next(line for line in lines if line.startswith("arms-purchases"))
    assert " of $25bn" in arms
    assert "…" not in arms
    assert "title" not in head
    wide = next(line for line in listed(SHIPPED, 200) if line.startswith("item"))
    assert wide.split() == [
        *("item", "title", "owed", "by", "status", "progress", "value", "pace", "ratio", "due"),
        "age",
    ]


def seen(share: str | int, expected: int | None, width: int = 10) -> str:
    """The bar of a share in percent, and where it was expected to be."""
    made = Measurement(
        word="ahead",
        progress=Decimal(share) / 100,
        expected=None if expected is None else Decimal(expected) / 100,
    )
    item = replace(one(None), measurement=made)
    return "".join(text for text, _ in screen.bar(item, width, unicode=True))


def test_a_mark_never_hides_what_is_done() -> None:
    assert seen(50, None) == "━━━━━─────"
    assert seen(50, 19) == "━╋━━━─────", "passed: the mark is in what is done"
    assert seen(50, 77) == "━━━━━──┃──", "not reached: the mark stands ahead"
    assert seen(97, 99) == "━━━━━━━━━┃"
    assert seen(100, 77) == "━━━━━━━╋━━"


def test_a_little_behind_and_a_little_ahead_look_different() -> None:
    """8% where 9% was expected, 12% where 10% was."""
    assert seen(8, 9) == "╸┃────────"
    assert seen(12, 10) == "╋─────────"
    for width in (5, 10):
        assert seen(8, 9, width) != seen(12, 10, width)


def test_a_little_is_not_nothing_and_almost_all_is_not_all() -> None:
    assert seen("0.1", None) == "╸─────────"
    assert seen("99.9", None) == "━━━━━━━━━╸"
    assert seen(0, None) == "──────────"
    assert seen(100, None) == "━━━━━━━━━━"
    assert seen(0, 0) == "──────────", "nothing was expected: nothing to mark"
    assert seen(0, 40) == "────┃─────"


def test_a_plain_console_gets_a_bar_of_its_own_signs() -> None:
    item = one(amount(100), event("2026-02-01", 50))
    assert "".join(text for text, _ in screen.bar(item, 10, unicode=False)) == "#####-----"
    cap = one(limit(max=100), event("2026-02-01", 25))
    assert "".join(text for text, _ in screen.bar(cap, 10, unicode=False)) == "===-------"


def test_the_footer_counts_what_is_listed(run: Run, small: Path) -> None:
    tail = run("list", "-f", small, "--pillar", "security").stdout.split("\n\n")[1].splitlines()
    assert tail == [
        "as of 2026-11-24; data through 2026-05-20; 2 of 4 listed",
        "ROK owes 2: 1 moving, 1 not assessed",
        "US owes 1: 1 not assessed",
    ]
    one = run("list", "-f", small, "--headline").stdout.split("\n\n")[1].splitlines()
    assert one[1:] == ["ROK owes 1: 1 moving"]
    text = run("list", "-f", small, "--headline", "--format", "md").stdout
    assert "1 of 4 listed" in text
    assert "- ROK owes 1: 1 moving" in text


def test_a_whole_is_counted_where_its_parts_are_not_listed(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "d.toml"
    path.write_text(
        toml(term("whole", {"kind": "sum"}, parts=["part"], headline=True), term("part", amount())),
        encoding="utf-8",
    )
    assert "A owes 1: 1 not assessed" in run("list", "-f", path).stdout
    assert "A owes 1: 1 not assessed" in run("list", "-f", path, "--headline").stdout


@pytest.mark.parametrize("width", WIDTHS)
def test_the_log_wraps_at_words(width: int) -> None:
    snapshot = snapshot_of(SHIPPED)
    found = events(snapshot)[:40]
    lines = drawn(screen.log(found), width)
    assert max(map(cell_len, lines)) <= width
    words = {word for event in found for word in (event.update.note or "").split()}
    short = {word for word in words if cell_len(word) < width - 4}
    shown = {word for line in lines for word in line.split()}
    assert len(short) > 100
    assert not short - shown, "a word was broken"


@pytest.mark.parametrize("width", WIDTHS)
def test_the_agenda_fits_its_width(width: int) -> None:
    snapshot = snapshot_of(SHIPPED)
    until = TODAY + dt.timedelta(days=90)
    content = Agenda(snapshot, until, agenda(snapshot, until, {}))
    lines = drawn(screen.agenda(content, width=width), width)
    assert max(map(cell_len, lines)) <= width
    assert "Overdue" in lines


def in_terminal(*args: str, rows: int = 24, **environment: str) -> str:
    """The program with a terminal of 80 columns as stdout: what appeared."""
    import fcntl
    import pty
    import struct
    import termios

    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 80, 0, 0))
    clean = {name: value for name, value in os.environ.items() if name not in ("PAGER", "LINES")}
    given = clean | {"FACTSHEET_NOW": NOW, "COLUMNS": "80", "TERM": "xterm"} | environment
    process = subprocess.Popen(
        [sys.executable, "-m", "factsheet", *args],
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=follower,
        env=given,
    )
    os.close(follower)
    shown, until = b"", terminal.deadline()
    while piece := terminal.heard(leader, process.pid, until):
        shown += piece
    os.close(leader)
    assert process.wait() == 0, shown.decode()
    return shown.decode()


unix = pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is needed")


@pytest.fixture
def pager(tmp_path: Path) -> str:
    """A pager that says how it was called and what it read."""
    path = tmp_path / "pager.py"
    path.write_text(
        "import os, sys\n"
        "lines = sys.stdin.read().splitlines()\n"
        "print('PAGED', os.environ.get('LESS'), sys.argv[1:], len(lines), lines[0])\n"
    )
    return f"{sys.executable} {path}"


@unix
@pytest.mark.parametrize("command", [["list"], ["log"], ["show", "arms"], ["report"]])
def test_what_is_longer_than_the_screen_goes_through_the_pager(
    pager: str, command: list[str]
) -> None:
    args = (*command, "-f", str(SHIPPED))
    assert "PAGED FRX [" in in_terminal(*args, FACTSHEET_PAGER=pager, PAGER="no-such-pager")
    assert "PAGED FRX ['-x'" in in_terminal(*args, PAGER=f"{pager} -x")
    assert "PAGED" not in in_terminal(*args, "--no-pager", FACTSHEET_PAGER=pager)
    assert "PAGED" not in in_terminal(*args, FACTSHEET_PAGER="", PAGER=pager)
    assert "PAGED" not in in_terminal(*args, FACTSHEET_PAGER="cat")
    assert "PAGED" not in in_terminal(*args, FACTSHEET_PAGER=pager, TERM="dumb")


@unix
def test_a_brief_is_a_page_in_a_terminal_and_markdown_where_that_is_asked_for(small: Path) -> None:
    asked = ("report", "--brief", "-f", str(small), "--no-pager")
    page = re.sub(r"\x1b\[[0-9;]*m", "", in_terminal(*asked))
    assert max(map(cell_len, page.splitlines())) <= 80
    assert " • ROK owes 2: 1 moving, 1 not assessed" in page
    assert not re.search(r"(?m)^#|^\||\\", page)
    assert "…" not in page, "a table that cuts its cells hides figures"
    assert "\n## " in in_terminal(*asked, "--format", "md").replace("\r", "")


@unix
def test_what_fits_the_screen_is_not_paged(small: Path, pager: str) -> None:
    assert "PAGED" not in in_terminal("list", "-f", str(small), FACTSHEET_PAGER=pager)
    assert "PAGED" in in_terminal("list", "-f", str(small), FACTSHEET_PAGER=pager, rows=5)


@unix
def test_a_pager_that_is_not_there_is_named_and_done_without() -> None:
    out = in_terminal("list", "-f", str(SHIPPED), FACTSHEET_PAGER="no-such-pager")
    assert "the pager 'no-such-pager' is not there" in out
    assert "arms-purchases" in out


@unix
def test_leaving_the_pager_early_is_no_failure(tmp_path: Path) -> None:
    path = tmp_path / "quitter.py"
    path.write_text("print('GONE')\n")
    out = in_terminal("report", "-f", str(SHIPPED), PAGER=f"{sys.executable} {path}")
    assert "GONE" in out
    assert "Traceback" not in out


def test_a_pipe_is_never_paged(pager: str) -> None:
    environment = os.environ | {"FACTSHEET_PAGER": pager, "FACTSHEET_NOW": NOW}
    command = [sys.executable, "-m", "factsheet", "list", "-f", str(SHIPPED)]
    done = subprocess.run(command, capture_output=True, check=True, env=environment)
    assert b"PAGED" not in done.stdout


@unix
def test_in_another_language_a_title_names_the_item_before_its_id() -> None:

    def shown(**environment: str) -> list[str]:
        out = in_terminal(
            "list", "-f", str(SHIPPED), "--lang", "ko", FACTSHEET_PAGER="", **environment
        )
        return re.sub(r"\x1b\[[0-9;]*m", "", out).splitlines()

    lines = shown()
    assert max(map(cell_len, lines)) <= 80
    assert ["제목", "상태", "현재값"] in [line.split() for line in lines]
    arms = next(line for line in lines if "250억" in line)
    assert re.match(r"2030년까지 미국산 군사장비 250… *▶ 진행 중 .*31.1억/250억 ", arms)
    assert any(line.startswith("arms-purchases    ") for line in shown(COLUMNS="120"))


@unix
@pytest.mark.parametrize(("lang", "date"), [("en", "2026-12-31"), ("ko", "2026. 12. 31.")])
def test_what_is_due_soon_says_when(lang: str, date: str) -> None:
    """Of a milestone too, whose day is not that of the term."""
    asked = ("list", "--due-within", "90d", "-f", str(SHIPPED), "--lang", lang)
    lines = in_terminal(*asked, NO_COLOR="1").splitlines()
    (row,) = [line for line in lines if line.startswith("opcon")]
    assert date in row
    assert "…" not in row


def test_milestones_are_counted_where_a_figure_would_stand() -> None:
    item = one(steps(a="", b="", c=""), event("2026-02-01", reached=["a"]))
    value = next(column for column in screen.COLUMNS if column.name == "value")
    assert value.cell(item, TODAY) == "1 of 3"
