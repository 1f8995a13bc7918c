"""Completion in the real shells: what TAB offers in bash, zsh and fish; what it must never do."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import NOW, SMALL

Offers = dict[str, str]

# A title that some shell would run or some library would colour, were it not made inert.
NASTY = """Run `touch mark` $(touch mark) \\\\$(touch mark) ; touch mark 'x' """
NASTY += """[bold] [/] a:b (c) "d" %F{red} \\\\x"""


@pytest.fixture
def bench(tmp_path: Path, small: Path) -> Path:
    """A folder with the dataset and a ``factsheet`` on its own path; the last title is hostile."""
    title = NASTY.replace('"', '\\"')
    small.write_text(SMALL.replace("Lower the duty on parts", title), encoding="utf-8")
    program = tmp_path / "bin" / "factsheet"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m factsheet "$@"\n', encoding="utf-8"
    )
    program.chmod(0o755)
    return tmp_path


def environment(bench: Path) -> dict[str, str]:
    # A narrow terminal, in which long titles would wrap.
    own = {
        "PATH": f"{bench / 'bin'}:{os.environ['PATH']}",
        "HOME": str(bench),
        "COLUMNS": "40",
        "TERM": "dumb",
        "LC_ALL": "C.UTF-8",
    }
    return {
        **os.environ,
        **own,
        "FACTSHEET_NOW": NOW,
        "ZDOTDIR": str(bench),
        "XDG_CONFIG_HOME": str(bench),
    }


def shell(name: str, bench: Path, script: str, *arguments: str) -> str:
    found = shutil.which(name)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{name} is needed under CI")
        pytest.skip(f"{name} is not installed")
    flags = {"bash": ["--norc", "--noprofile"], "zsh": ["-f"], "fish": ["--no-config"]}[name]
    result = subprocess.run(
        [found, *flags, "-c", script, *arguments],
        cwd=bench,
        env=environment(bench),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert result.stderr == ""
    return result.stdout


BASH = """
source <(_FACTSHEET_COMPLETE=source_bash factsheet)
line=$1
read -ra COMP_WORDS <<< "$line"
[[ $line == *" " ]] && COMP_WORDS+=("")
COMP_LINE=$line; COMP_POINT=${#line}; COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
[[ $(complete -p factsheet) == *_factsheet_completion* ]] || echo "not registered"
_factsheet_completion factsheet
printf '%s\\n' "${COMPREPLY[@]}"
"""

# zsh completes only on a line that is being edited: one zsh types into another, on a
# pseudo-terminal, and reads its screen.
ZSH = r"""
zmodload zsh/zpty
zpty -b tab zsh -f -i
zpty -w tab 'PS1= PS2= RPS1= PROMPT_EOL_MARK=; unset zle_bracketed_paste'
zpty -w tab 'stty cols 300 rows 200; LISTMAX=1000'
zpty -w tab 'unsetopt list_ambiguous'
zpty -w tab 'autoload -Uz compinit && compinit -u -D'
zpty -w tab 'source <(_FACTSHEET_COMPLETE=source_zsh factsheet); print REA""DY'
zpty -r tab screen '*READY*'
zpty -w -n tab "$1"$'\t'
# With a key waiting zsh would not draw its list, so the next one is pressed once the list is there.
[[ -n $2 ]] && zpty -r tab list "*$2*"
zpty -w -n tab $'\x15print DO""NE\n'
zpty -r tab screen '*DONE*'
print -r -- "$list$screen"
"""


def bash(bench: Path, line: str, sure: str = "") -> Offers:
    return dict.fromkeys(shell("bash", bench, BASH, "bash", line).split(), "")


def fish(bench: Path, line: str, sure: str = "") -> Offers:
    script = "_FACTSHEET_COMPLETE=source_fish factsheet | source; complete -C $argv[1]"
    lines = shell("fish", bench, script, line).splitlines()
    return {word: title for word, _, title in (each.partition("\t") for each in lines)}


def zsh(bench: Path, line: str, sure: str = "") -> Offers:
    """What zsh lists; ``sure`` is a word that is surely among it and not on the line."""
    screen = re.sub(
        r"\x1b\[[0-9;?]*[a-zA-Z]", "", shell("zsh", bench, ZSH, "zsh", line, sure)
    ).replace("\r", "\n")
    offers = [re.fullmatch(r"(\S+) +-- (.*)", each.strip()) for each in screen.splitlines()]
    if any(offers):
        return {offer[1]: offer[2].strip() for offer in offers if offer}
    return dict.fromkeys(
        screen.replace("\a", " ").split(), ""
    )  # without titles zsh lists words in columns


SHELLS: dict[str, Callable[..., Offers]] = {"bash": bash, "zsh": zsh, "fish": fish}

CASES = {
    "commands": (
        "factsheet ",
        {
            "list",
            "show",
            "update",
            "retract",
            "add",
            "edit",
            "log",
            "validate",
            "report",
            "init",
            "merge",
        },
    ),
    "command": ("factsheet upd", {"update"}),
    "options": ("factsheet list --s", {"--status", "--stale", "--sort"}),
    "items": ("factsheet show a", {"arms-purchases", "auto-tariff", "auto-parts"}),
    "items of update": ("factsheet update auto", {"auto-tariff", "auto-parts"}),
    "items of edit": ("factsheet edit sub", {"submarines"}),
    "statuses": (
        "factsheet update arms-purchases --status ",
        {"in-progress", "fulfilled", "withdrawn"},
    ),
    "statuses of list": (
        "factsheet list --status not-",
        {"not-assessed", "not-started", "not-fulfilled"},
    ),
    "pillars": ("factsheet list --pillar ", {"security", "trade"}),
    "pillars of add": ("factsheet add --pillar s", {"security"}),
    "parties": ("factsheet list --owed-by ", {"ROK", "US"}),
    "tags": ("factsheet list --tag t", {"tariff-line"}),
    "milestones": ("factsheet update submarines --reached ", {"plan", "fuel"}),
    "milestones by a prefix": ("factsheet update sub --note x --reached p", {"plan"}),
    "records": ("factsheet retract arms-purchases 0", {"00000001"}),
}


# What is offered is the same everywhere; how it reaches the screen is each shell's own, so the
# others get the telling cases.
EVERYWHERE = ("commands", "items", "items of update", "statuses of list", "parties", "milestones")


@pytest.mark.parametrize(
    ("name", "case"),
    [(name, case) for name in SHELLS for case in (CASES if name == "bash" else EVERYWHERE)],
)
def test_tab_offers(bench: Path, name: str, case: str) -> None:
    line, expected = CASES[case]
    offers = SHELLS[name](bench, line, max(expected))
    assert expected <= set(offers)
    assert all(offer.startswith(line.rsplit(" ", 1)[1]) for offer in offers if name != "zsh")
    assert not (bench / "mark").exists()


@pytest.mark.parametrize("name", ["zsh", "fish"])
def test_ids_come_with_their_titles(bench: Path, name: str) -> None:
    offers = SHELLS[name](bench, "factsheet show a", "auto-tariff")
    assert offers["arms-purchases"] == "Buy $25 billion of arms"
    assert "자동차" in offers["auto-tariff"]
    assert SHELLS[name](bench, "factsheet ", "validate")["list"].startswith(
        "Show where every commitment stands, as of any date"
    )
    # The hostile title is shown on one line and did nothing.
    assert offers["auto-parts"].startswith("Run ’touch")
    assert "(bold) (/)" in offers["auto-parts"]
    assert len(offers) == 3
    assert not (bench / "mark").exists()


@pytest.mark.parametrize("name", SHELLS)
def test_a_broken_dataset_offers_nothing_and_prints_nothing(bench: Path, name: str) -> None:
    dataset = bench / "data" / "commitments.toml"
    for text in ("[[[", SMALL.replace('id = "arms-purchases"', 'id = ["arms-purchases"]')):
        dataset.write_text(text, encoding="utf-8")
        offers = SHELLS[name](bench, "factsheet show arms")
        assert not any("arms-purchases" in offer or "rror" in offer for offer in offers)


def test_a_dataset_that_is_only_invalid_still_offers_its_words(bench: Path) -> None:
    """Its ids are what one needs to type to mend it: `factsheet edit arms-purchases`."""
    dataset = bench / "data" / "commitments.toml"
    dataset.write_text(
        SMALL.replace('status = "in-progress"', 'status = "in-progres"').replace(
            'id = "auto-tariff"', 'id = "$(touch mark)"'
        ),
        encoding="utf-8",
    )
    assert set(bash(bench, "factsheet show a")) == {"arms-purchases", "auto-parts"}
    assert not (bench / "mark").exists()


def test_the_file_option_decides_whose_items_are_offered(bench: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(SMALL.replace("arms-purchases", "arms-exports"), encoding="utf-8")
    assert set(bash(bench, f"factsheet show -f {other} arms")) == {"arms-exports"}
    assert set(bash(bench, "factsheet show -f /no/such/file arms")) == set()


def test_completion_does_not_load_what_it_does_not_need(bench: Path) -> None:
    # Instant means few imports: nothing of reports, lock or HTML is loaded to offer an id.
    completing = {
        "_FACTSHEET_COMPLETE": "complete_bash",
        "COMP_WORDS": "factsheet show a",
        "COMP_CWORD": "2",
    }
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "factsheet"],
        env={**environment(bench), **completing},
        cwd=bench,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "arms-purchases" in result.stdout
    loaded = {line.rsplit("|", 1)[1].strip() for line in result.stderr.splitlines() if "|" in line}
    assert not loaded & {
        "jinja2",
        "filelock",
        "factsheet.formats.table",
        "factsheet.source.merge",
        "xml.etree",
        "rich.table",
    }
