"""Text that attacks: refused at the door if it can be nothing else, inert wherever it is shown."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
import tomllib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import terminal
from conftest import NOW, SMALL

ATTACKS = {
    "clear screen": "\x1b[2J\x1b[H",
    "title": "\x1b]0;owned\x07",
    "hyperlink": "\x1b]8;;https://evil.example\x1b\\Ministry\x1b]8;;\x1b\\",
    "clipboard": "\x1b]52;c;cm0gLXJm\x07",
    "eight-bit control": "\x9b2J\x9d0;owned\x9c",
    "backspaces": "fulfilled\x08\x08\x08\x08",
    "carriage return": "not kept\rkept    ",
    "null": "a\x00b",
    "direction": "\u202egnp.exe\u2066\u2069\u200f",
    "zero width": "ful\u200bfilled\ufeff\u2060",
    "tags": "\U000e0049\U000e0067\U000e006e",
    "fillers": "\u3164\u115f\uffa0\xad\u034f",
    "line separators": "one\u2028two\u2029three\x85four\x0bfive\x0csix",
}
HARMLESS_HERE = {
    "rich markup": "[bold red]x[/] [link=https://evil.example]y[/link] [/nothing]",
    "emoji code": ":skull: :warning:",
    "html": '<script>alert(1)</script><img src=x onerror="alert(1)"> &amp; "quoted"',
    "formula": '=HYPERLINK("https://evil.example","x")',
    "command formula": "@SUM(1+1)*cmd|' /C calc'!A0",
    "minus formula": "-2+3+cmd|' /C calc'!A0",
    "tabbed formula": "\t=1+1",
    "wide formula": "＝1+1",
    "markdown": "# h\n[x](javascript:alert(1)) ![i](https://evil.example/p.png) **b** `c` | d | https://evil.example",
    "template": "{{ 7*7 }} {% include '/etc/passwd' %} ${7*7}",
    "workflow command": "x\n::error::injected\n::set-env name=PATH::/evil",
    "format": "%s %n {0} {item.__class__}",
}
OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u115f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\u3164\ufeff\uffa0\U000e0000-\U000e0fff]"
)
COMMANDS = {
    "list": ["list"],
    "list md": ["list", "--format", "md"],
    "list csv": ["list", "--format", "csv"],
    "list json": ["list", "--format", "json"],
    "show": ["show", "arms"],
    "log": ["log"],
    "log md": ["log", "--format", "md"],
    "log csv": ["log", "--format", "csv"],
    "log json": ["log", "--format", "json"],
    "log atom": ["log", "--format", "atom"],
    "report md": ["report", "--format", "md"],
    "report html": ["report", "--format", "html"],
    "report csv": ["report", "--format", "csv"],
    "report json": ["report", "--format", "json"],
    "validate": ["validate"],
    "validate json": ["validate", "--format", "json"],
    "validate github": ["validate", "--format", "github"],
    "update": ["update", "arms", "--status", "stalled", "--value", "4bn"],
    "dry run": ["update", "arms", "--status", "stalled", "--dry-run"],
}


def hostile(attack: str) -> str:
    """The small dataset with the attack in every text that a file can hold."""
    quoted = '"' + "".join(f"\\U{ord(sign):08x}" for sign in attack) + '"'
    text = (
        SMALL.replace('"Republic of Korea"', quoted)
        .replace('"Buy $25 billion of arms"', quoted)
        .replace('unit = "USD"', f"unit = {quoted}")
    )
    text = text.replace('"Spend a fixed sum on arms by the end of the decade."', quoted).replace(
        'counts = "contracts"', f"counts = {quoted}"
    )
    text = text.replace('"A sale was notified."', quoted).replace(
        'publisher = "Example"', f"publisher = {quoted}, title = {quoted}"
    )
    text = text.replace('"Pact of Two — 두 나라의 약속"', quoted).replace(
        'title = "A plan"', f"title = {quoted}"
    )
    extra = f"wording = {quoted}\nsection = {quoted}\ndue_note = {quoted}\n"
    extra += f"readings = {{ ROK = {quoted} }}\n"
    extra += f"sources = [{{ url = 'https://example.org', title = {quoted} }}]\n"
    text = text.replace("due = 2030-12-31\n", "due = 2030-12-31\n" + extra)
    assert text.count(quoted) == 15
    assert tomllib.loads(text)["commitments"][0]["title"] == attack
    return text


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_pipe_gets_nothing_that_is_obeyed(
    run: Any, small: Path, attack: str, command: str
) -> None:
    small.write_text(hostile(ATTACKS[attack]), encoding="utf-8")
    result = run(*COMMANDS[command], "-f", small)
    assert result.exit_code == 0, (result.stderr, result.exception)
    assert result.stdout
    assert not OBEYED.search(result.stdout)
    assert not OBEYED.search(result.stderr)
    if command.endswith("json") and command != "validate json":
        data = json.loads(result.stdout)
        assert ATTACKS[attack] in (
            data["agreement"]["title"],
            data["agreement"]["title"].strip(),
        )  # nothing is lost
    if command.endswith("atom"):
        ElementTree.fromstring(result.stdout_bytes)


def on_a_terminal(*arguments: object, env: dict[str, str] | None = None) -> bytes:
    """What the program sends to a terminal of 100 columns."""
    import fcntl
    import pty
    import struct
    import termios

    child, descriptor = pty.fork()
    if not child:
        settings = {
            "FACTSHEET_NOW": NOW,
            "TERM": "xterm-256color",
            "PYTHONIOENCODING": "utf-8",
            "FACTSHEET_PAGER": "cat",
            **(env or {}),
        }
        command = [sys.executable, "-m", "factsheet", *map(str, arguments)]
        try:
            os.execve(sys.executable, command, {**os.environ, **settings})
        finally:
            os._exit(70)
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    sent, until = b"", terminal.deadline()
    while piece := terminal.heard(descriptor, child, until):
        sent += piece
    os.close(descriptor)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, sent
    return sent


STYLE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal as on Unix")
@pytest.mark.parametrize("command", ["list", "show", "log", "validate", "update"])
def test_a_terminal_gets_colours_of_ours_and_nothing_else(small: Path, command: str) -> None:
    small.write_text(
        hostile(
            "".join(ATTACKS.values()) + HARMLESS_HERE["rich markup"] + HARMLESS_HERE["emoji code"]
        ),
        encoding="utf-8",
    )
    shown = STYLE.sub(
        "", on_a_terminal(*COMMANDS[command], "-f", small).decode("utf-8").replace("\r\n", "\n")
    )
    assert not OBEYED.search(shown)
    assert "\u2620" not in shown
    assert "☠" not in shown
    if command == "show":
        assert "[bold red]x[/]" in "".join(shown.split("\n"))


@pytest.mark.parametrize(
    "command",
    [
        "list",
        "show",
        "log",
        "update",
        "validate github",
        "log md",
        "list md",
        "list csv",
        "log csv",
        "log atom",
    ],
)
@pytest.mark.parametrize("attack", HARMLESS_HERE)
def test_text_stays_text(run: Any, small: Path, attack: str, command: str) -> None:
    text = HARMLESS_HERE[attack]
    small.write_text(hostile(text), encoding="utf-8")
    result = run(*COMMANDS[command], "-f", small)
    assert result.exit_code == 0, (result.stderr, result.exception)
    if command.endswith("md"):
        assert not re.search(r"(?<!\\)<(?!https?://)", result.stdout)
        assert not re.search(
            r"(?<!\\)\]\((?!<https?://)", result.stdout
        )  # every link is one of ours
        assert "![" not in result.stdout.replace("\\!", "")
    elif command.endswith("csv"):
        for row in csv.reader(io.StringIO(result.stdout)):
            assert not [
                cell
                for cell in row
                if cell.startswith(("=", "+", "@", "\t", "\r", "＝"))
                or re.match(r"-[^0-9]|-[0-9.]+[^0-9.]", cell)
            ]
    elif command.endswith("github"):
        lines = result.stdout.splitlines()
        assert lines
        assert all(line.startswith(("::warning file=", "::error file=")) for line in lines)
    elif command.endswith("atom"):
        feed = ElementTree.fromstring(result.stdout_bytes)
        assert {each.tag.partition("}")[2] for each in feed.iter()} <= {
            "feed",
            "id",
            "title",
            "updated",
            "author",
            "name",
            "entry",
            "link",
            "content",
            "published",
        }
    elif command.endswith("html"):
        assert not re.search(
            r"<script>alert|<img|<a [^>]*href=.(?!https?://|#)|href=.[^>]*evil", result.stdout
        )
    elif command == "list":
        rows = result.stdout.split("\n\n")[0].splitlines()
        assert len(rows) == 5  # one line an item, whatever its title


URLS = [
    *(
        "javascript:alert(1)",
        "JaVaScRiPt://example.org/%0aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
    ),
    *(
        "//example.org",
        "https:example.org",
        "https:/example.org",
        "https://",
        "https:///path",
        " https://example.org/a b",
        "http://a<b",
    ),
    *(
        "https://example.org/\x1b]8;;",
        "https://example.org/\u202e",
        "https://example.org/\u200b",
        "https://exa\u00admple.org/",
        "https://e\\x",
    ),
    *(
        "https://whitehouse.gov@evil.example/",
        "https://user:secret@example.org/",
        'https://example.org/"onclick="',
        "https://a\nb",
    ),
]


@pytest.mark.parametrize("url", URLS)
def test_addresses_that_can_only_be_an_attack(run: Any, small: Path, url: str) -> None:
    result = run("update", "arms", "--note", "x", "--source", url, "-f", small)
    assert result.exit_code == 2
    assert small.read_text(encoding="utf-8") == SMALL
    assert not OBEYED.search(result.stderr)
    small.write_text(SMALL.replace('"https://example.org/sale"', json.dumps(url)), encoding="utf-8")
    result = run("validate", small)
    assert result.exit_code == 1
    assert "error[bad-url]" in result.stdout
    assert not OBEYED.search(result.stdout)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "http://example.org:8080/a?b=c@d#e",
        "https://예.kr/약속",
        "https://[::1]/x",
    ],
)
def test_addresses_that_people_use(run: Any, small: Path, url: str) -> None:
    assert run("update", "arms", "--note", "x", "--source", url, "-f", small).exit_code == 0


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize(
    "option",
    ["--note", "--source", "--publisher", "--reached", "--status", "--value", "--date", "--kind"],
)
def test_the_door_is_closed_to_what_can_only_be_an_attack(
    run: Any, small: Path, option: str, attack: str
) -> None:
    text = (
        "https://example.org/" + ATTACKS[attack] if option == "--source" else ATTACKS[attack] + "x"
    )
    options = (
        ["--note", "n", "--source", "https://example.org"]
        if option in ("--publisher", "--kind")
        else []
    )
    result = run("update", "arms", *options, option, text, "-f", small)
    assert result.exit_code == 2
    assert not OBEYED.search(result.stdout + result.stderr)
    assert small.read_text(encoding="utf-8") == SMALL


def test_keys_ids_and_names_of_files_are_shown_inert(run: Any, small: Path, tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07\u202e"
    escaped = json.dumps(evil)
    for text in (
        SMALL + f"{escaped} = 1\n",
        SMALL.replace('id = "arms-purchases"', f"id = {escaped}"),
        SMALL.replace('status = "in-progress"', f"status = {escaped}"),
        SMALL.replace('kind = "amount"', f"kind = {escaped}"),
        SMALL.replace('owed_by = ["ROK"]', f"owed_by = [{escaped}]"),
        SMALL.replace("{ ROK =", f"{{ {escaped} ="),
        SMALL + f"x = {evil}\n",
    ):
        small.write_text(text, encoding="utf-8")
        for command in (
            ["validate"],
            ["list"],
            ["validate", "--format", "github"],
            ["validate", "--format", "json"],
        ):
            result = run(*command, "-f", small)
            assert result.exit_code in (1, 3)
            assert not OBEYED.search(result.stdout + result.stderr)
    if sys.platform != "win32":
        for name in (os.fsdecode(b"\xff\xfe.toml"), "[red]x;$(id).toml"):
            path = tmp_path / name
            path.write_text(SMALL.replace("schema = 1", "schema = 2"), encoding="utf-8")
            for command in (
                ["validate"],
                ["list"],
                ["update", "arms", "--note", "x"],
                ["validate", "--format", "json"],
            ):
                result = run(*command, "-f", path)
                assert result.exit_code in (1, 3), result.exception
                assert not OBEYED.search(result.stdout + result.stderr)
            assert len(run("validate", path).stdout.splitlines()) == 2  # the finding and its hint
            path.write_text(SMALL, encoding="utf-8")
            result = run("update", "arms", "--note", "x", "-f", path)
            assert result.exit_code == 0
            assert not OBEYED.search(result.stdout + result.stderr)


TERMS = [
    "--title",
    "--summary",
    "--wording",
    "--section",
    "--unit",
    "--counts",
    "--step",
    "--pillar",
    "--owed-by",
    "--tag",
    "--id",
]


@pytest.mark.parametrize("attack", ["hyperlink", "direction", "null"])
@pytest.mark.parametrize("option", TERMS)
def test_a_new_commitment_takes_no_attack_either(
    run: Any, small: Path, option: str, attack: str
) -> None:
    given = {
        "--id": "grid",
        "--title": "Grid",
        "--pillar": "trade",
        "--owed-by": "US",
        "--summary": "A grid.",
    }
    if option in ("--unit", "--counts"):
        given |= {"--target": "5", "--unit": "USD", "--counts": "contracts"}
    given[option] = ("step=" if option == "--step" else "") + "x" + ATTACKS[attack]
    result = run("add", *(word for pair in given.items() for word in pair), "-f", small)
    assert result.exit_code == 2
    assert not OBEYED.search(result.stdout + result.stderr)
    assert small.read_text(encoding="utf-8") == SMALL


def test_nothing_becomes_a_command_of_a_github_workflow(
    run: Any, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    text = SMALL.replace("Spend a fixed sum", "::error title=forged::Spend a fixed sum")
    text = text.replace("Buy $25 billion of arms", "##[error]owned").replace(
        '"A sale was notified."', '"""a\n ::add-mask::a\n"""'
    )
    small.write_text(text, encoding="utf-8")
    for command in (
        ["list"],
        ["show", "arms"],
        ["log"],
        ["update", "arms", "--note", "y", "--dry-run"],
        ["validate"],
    ):
        result = run(*command, "-f", small)
        assert result.exit_code == 0
        for line in (result.stdout + result.stderr).splitlines():
            assert not line.lstrip(" +-").startswith("::"), line
            assert "##[" not in line
    assert run("validate", "--format", "github", small).stdout.startswith("::warning ")


@pytest.mark.parametrize("name", ["a\n::error::x.toml", "a\x1b[2J.toml", "a\u202etxt.toml"])
def test_a_file_name_forges_no_line(run: Any, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    for command in (
        ["validate", path],
        ["validate", "--format", "github", path],
        ["list", "-f", path],
        ["report", "-o", path],
    ):
        result = run(*command)
        assert result.exit_code == 2
        assert len(result.stderr.splitlines()) == 1
        assert not {"\x1b", "\u202e"} & set(result.stderr)
