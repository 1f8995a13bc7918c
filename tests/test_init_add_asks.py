"""What a newcomer is asked, and what scripts give by options: the head of a file, a commitment."""

from __future__ import annotations

import re
import shlex
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from conftest import SMALL
from terminal import CTRL_C
from test_editing import PLAIN, in_a_terminal

unix = pytest.mark.skipif(sys.platform == "win32", reason="a terminal as on Unix")


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def added(path: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in read(path)["commitments"] if each["id"] == name)
    return found


# init


def test_init_empty_takes_the_head_from_options_and_says_what_is_next(
    run: Any, tmp_path: Path
) -> None:
    result = run(
        "init", tmp_path / "new", "--empty", "--title", "한미 공동 설명서",
        "--agreed", "2025-11-14",
        "--party", "ROK=Republic of Korea", "--party", "US = United States",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    assert "next: `factsheet add` writes the first commitment" in result.stderr
    path = tmp_path / "new" / "data" / "commitments.toml"
    head = read(path)["agreement"]
    assert head["title"] == "한미 공동 설명서"
    assert str(head["agreed"]) == "2025-11-14"
    assert head["parties"] == {"ROK": "Republic of Korea", "US": "United States"}
    assert run("validate", path).exit_code == 0


def test_init_empty_without_options_in_a_script_writes_an_example_that_is_valid(
    run: Any, tmp_path: Path
) -> None:
    assert run("init", tmp_path / "new", "--empty").exit_code == 0
    path = tmp_path / "new" / "data" / "commitments.toml"
    assert read(path)["agreement"]["parties"] == {"A": "First party", "B": "Second party"}
    assert run("validate", path).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--agreed", "2025-13-01"), "--agreed"),
        (("--agreed", "soon"), "--agreed"),
        (("--title", "  "), "--title is empty"),
        (("--title", "a\u202eb"), "--title holds an invisible character"),
        (("--party", "ROK"), "--party: 'ROK' is not KEY=NAME"),
        (("--party", "R.O.K.=Korea"), "a key is a short name of letters, digits and hyphens"),
        (("--party", "ROK="), "is not KEY=NAME"),
        (("--party", f"{'K' * 33}=Korea"), "at most 32 characters"),
        (("--title", "x" * 20_001), "title"),
        (("--party", "A=B", "--party", "A=C"), "A is named twice"),
    ],
)
def test_init_refuses_a_head_that_no_dataset_could_have(
    run: Any, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = run("init", tmp_path / "new", "--empty", *arguments)
    assert result.exit_code == 2, result.output
    assert message in result.stderr
    assert not (tmp_path / "new" / "data" / "commitments.toml").exists()


@pytest.mark.parametrize(
    "arguments", [("--title", "T"), ("--agreed", "2025-01-01"), ("--party", "A=B")]
)
def test_init_without_empty_does_not_drop_what_it_was_told_about_the_head(
    run: Any, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    result = run("init", tmp_path / "new", *arguments)
    assert result.exit_code == 2
    assert "--empty" in result.stderr
    assert not (tmp_path / "new").exists()


def test_a_title_without_latin_letters_still_gives_an_id(run: Any, tmp_path: Path) -> None:
    run("init", tmp_path / "new", "--empty", "--title", "합의")
    assert read(tmp_path / "new" / "data" / "commitments.toml")["agreement"]["id"] == "my-agreement"


@unix
def test_init_empty_asks_in_a_terminal(run: Any, tmp_path: Path) -> None:
    answers = [
        ("title of the document", "Joint Fact Sheet\r"),
        ("year-month-day", "November\r"),
        ("is not a date", "2025-11-14\r"),
        ("KEY=NAME", "Korea; America\r"),
        ("is not KEY=NAME", "ROK=Republic of Korea; US=United States;\r"),
    ]
    code, seen = in_a_terminal(["init", str(tmp_path / "new"), "--empty"], answers, PLAIN)
    assert code == 0, seen
    path = tmp_path / "new" / "data" / "commitments.toml"
    head = read(path)["agreement"]
    assert (head["id"], head["title"]) == ("joint-fact-sheet", "Joint Fact Sheet")
    assert head["parties"] == {"ROK": "Republic of Korea", "US": "United States"}
    assert "factsheet add" in seen
    assert run("validate", path).exit_code == 0


@unix
def test_init_asks_nothing_where_a_dataset_is(small: Path) -> None:
    code, seen = in_a_terminal(["init", str(small.parent.parent), "--empty"], [], PLAIN)
    assert code == 4
    assert "is already there; nothing was written" in seen
    assert "title" not in seen
    assert small.read_text(encoding="utf-8") == SMALL


@unix
def test_init_left_with_ctrl_c_leaves_no_dataset(tmp_path: Path) -> None:
    answers = [("title of the document", "T\r"), ("year-month-day", CTRL_C)]
    code, seen = in_a_terminal(["init", str(tmp_path / "new"), "--empty"], answers, PLAIN)
    assert code != 0
    assert "Traceback" not in seen
    assert not (tmp_path / "new" / "data" / "commitments.toml").exists()


@unix
def test_init_empty_asks_only_for_what_no_option_gave(tmp_path: Path) -> None:
    given = ["--title", "T", "--party", "A=Aland"]
    answers = [("year-month-day", "2025-11-14\r")]
    where = str(tmp_path / "new")
    code, seen = in_a_terminal(["init", where, "--empty", *given], answers, PLAIN)
    assert code == 0, seen
    assert "title of the document" not in seen


# add


NEW = (
    "add", "--id", "grid", "--title", "Build a grid", "--pillar", "security", "--owed-by", "ROK",
    "--summary", "s",
)  # fmt: skip


def test_add_takes_all_that_a_term_can_say(run: Any, small: Path) -> None:
    result = run(
        *NEW, "--part", "arms-purchases", "--part", "auto-parts", "--depends-on", "submarines",
        "--due-note", "by the end of the term", "--reading", "ROK=At least 45 days",
        "--reading", "US=45 days = the least", "--wording", "will", "--section", "2",
        "--source", "https://example.org/text", "--publisher", "MOFA", "--kind", "primary",
        "-f", small,
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    new = added(small, "grid")
    assert new["parts"] == ["arms-purchases", "auto-parts"]
    assert new["depends_on"] == ["submarines"]
    assert new["due_note"] == "by the end of the term"
    assert new["readings"] == {"ROK": "At least 45 days", "US": "45 days = the least"}
    assert new["sources"] == [
        {"url": "https://example.org/text", "publisher": "MOFA", "kind": "primary"}
    ]
    shown = run("show", "grid", "-f", small).stdout
    for said in ("At least 45 days", "by the end of the term", "https://example.org/text"):
        assert said in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--part", "nothing"), "no commitment has the id nothing"),
        (("--depends-on", "nothing"), "no commitment has the id nothing"),
        (("--part", "grid"), "grid"),
        (("--reading", "ROK"), "is not PARTY=TEXT"),
        (("--reading", "ROK="), "--reading is empty"),
        (("--reading", "JP=x"), "JP is not a party of the agreement"),
        (("--reading", "ROK=a", "--reading", "ROK=b"), "ROK is named twice"),
        (("--publisher", "A"), "describe a --source"),
        (("--source", "example.org"), "is not an http or https address"),
        (("--id", "arms-purchases"), "ids are written once and never reused"),
        (("--due", "2030-02-30"), "--due"),
    ],
)
def test_what_add_cannot_take_is_one_message_and_the_file_stays(
    run: Any, small: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = run(*NEW, *arguments, "-f", small)
    assert result.exit_code == 2, result.output
    assert message in result.stderr
    assert result.stderr.count("error:") == 1
    assert small.read_text(encoding="utf-8") == SMALL


UP_TO_THE_MEASURE = (
    ("in one line", "Build\r"),
    ("Its id", "\r"),
    ("Pillar", "trade\r"),
    ("Owed by", "ROK\r"),
    ("own words", "Build it.\r"),
    ("year-month-day", "\r"),
)
"""The answers for a promise that has no due date."""


@unix
def test_add_asks_for_a_source_last_and_takes_none(small: Path) -> None:
    answers = [
        *UP_TO_THE_MEASURE,
        ("total to reach", "\r"),
        ("A page where it can be read", "\r"),
    ]
    code, seen = in_a_terminal(["add", "-f", str(small)], answers, PLAIN)
    assert code == 0, seen
    assert "sources" not in added(small, "build")
    assert "measure" not in added(small, "build")


@unix
def test_a_total_is_read_in_the_unit_that_is_asked_for_after_it(small: Path) -> None:
    """The unit may stand behind the number already: it is what people write."""
    answers = [
        *UP_TO_THE_MEASURE,
        ("total to reach", "₩5천억\r"),
        ("In which unit", "KRW\r"),
        ("What is counted", "payments\r"),
        ("A page", "https://example.org/\r"),
    ]
    code, seen = in_a_terminal(["add", "-f", str(small)], answers, PLAIN)
    assert code == 0, seen
    assert added(small, "build")["measure"]["target"] == 500_000_000_000


@unix
def test_a_unit_that_the_total_contradicts_is_refused_without_a_trace(small: Path) -> None:
    answers = [
        *UP_TO_THE_MEASURE,
        ("total to reach", "$5bn\r"),
        ("In which unit", "KRW\r"),
        ("is in USD", "USD\r"),
        ("What is counted", "payments\r"),
        ("A page", "\r"),
    ]
    code, seen = in_a_terminal(["add", "-f", str(small)], answers, PLAIN)
    assert code == 0, seen
    assert added(small, "build")["measure"]["unit"] == "USD"


# edit agreement


def editor(tmp_path: Path, change: str = "") -> dict[str, str]:
    """An editor that notes where it is told to start, and perhaps changes a word."""
    script = tmp_path / "vim"
    log = tmp_path / "log"
    script.write_text(
        f"#!/bin/sh\nprintf '%s\\n' \"$@\" > {shlex.quote(str(log))}\n{change}\n", encoding="utf-8"
    )
    script.chmod(0o755)
    return {"VISUAL": str(script)}


@unix
def test_edit_agreement_opens_the_head_of_the_file(
    run: Any, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in editor(tmp_path).items():
        monkeypatch.setenv(name, value)
    result = run("edit", "agreement", "-f", small)
    assert result.exit_code == 0, result.stderr
    line = SMALL.split("\n").index("[agreement]") + 1
    assert (tmp_path / "log").read_text(encoding="utf-8").split("\n")[0] == f"+{line}"


@unix
def test_edit_agreement_left_with_an_error_says_where(
    run: Any, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = f"sed -i 's/agreed = 2025-11-14/agreed = 2025-11-94/' {shlex.quote(str(small))}"
    for name, value in editor(tmp_path, change).items():
        monkeypatch.setenv(name, value)
    result = run("edit", "agreement", "-f", small)
    assert result.exit_code == 1
    assert re.search(r":7:\d+: error\[toml-syntax\]", result.stdout)


@unix
def test_edit_agreement_opens_a_commitment_that_must_not_be_called_so(
    run: Any, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = SMALL.replace('id = "submarines"', 'id = "agreement"')
    small.write_text(text, encoding="utf-8")
    for name, value in editor(tmp_path).items():
        monkeypatch.setenv(name, value)
    result = run("edit", "agreement", "-f", small)
    assert result.exit_code == 1
    line = text.split("\n").index('id = "agreement"') + 1
    assert (tmp_path / "log").read_text(encoding="utf-8").split("\n")[0] == f"+{line}"
    assert (
        f":{line}: error[reserved-id] agreement: agreement is the name of another" in result.stdout
    )
