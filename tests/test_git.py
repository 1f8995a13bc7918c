"""Teams on real git: branches, clones, the merge driver, conflict markers.

The long form is tests/stress/git_merges.py.
"""

from __future__ import annotations

import os
import random
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import SHIPPED, SMALL

if os.environ.get("CI") != "true":
    pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

Run = Callable[..., Any]
PRINTED = "factsheet merge %O %A %B; r=$?; test $r -le 1 && exit $r; git merge-file %A %O %B"
"""The driver that `init --git` prints."""
DRIVER = f"{shlex.quote(sys.executable)} -m factsheet merge %O %A %B"
PLACE = Path("data", "commitments.toml")
ITEMS = ("arms-purchases", "auto-tariff", "submarines", "auto-parts")


def git(where: Path, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """git without anybody's settings: what a fresh machine does."""
    settings = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
    who = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", "A"), ("EMAIL", "a@a.example"))
    }
    result = subprocess.run(
        ["git", "-c", "gc.auto=0", *arguments],
        cwd=where,
        env={**os.environ, **settings, **who},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if check and result.returncode:
        raise AssertionError(f"git {' '.join(arguments)}: {result.stdout}{result.stderr}")
    return result


def start(where: Path, text: str, *, driver: bool = False) -> Path:
    """A repository with one dataset; returns the dataset's path."""
    path = where / PLACE
    path.parent.mkdir(parents=True)
    path.write_bytes(text.encode("utf-8"))
    git(where, "init", "-q", "-b", "main")
    if driver:
        (where / ".gitattributes").write_text(
            f"{PLACE.as_posix()} merge=factsheet\n", encoding="utf-8"
        )
        git(where, "config", "merge.factsheet.driver", DRIVER)
    git(where, "add", ".")
    git(where, "commit", "-qm", "start")
    return path


def notes(path: Path) -> set[str]:
    data = tomllib.loads(path.read_bytes().decode("utf-8"))
    return {
        record["note"]
        for item in data["commitments"]
        for record in item.get("updates", [])
        if "note" in record
    }


def edit(run: Run, path: Path, item: str, mark: str, rng: random.Random) -> None:
    """One edit of one item: mostly records by the program, sometimes terms by hand."""
    if rng.random() < 0.25:
        text = path.read_bytes().decode("utf-8")
        at = text.index(f'id = "{item}"')
        path.write_bytes(
            (text[:at] + re.sub(r'summary = "', f'summary = "{mark} ', text[at:], count=1)).encode(
                "utf-8"
            )
        )
        return
    day = f"2026-{rng.randint(6, 10):02d}-{rng.randint(1, 28):02d}"
    options = ["--note", mark, "--date", day]
    if rng.random() < 0.5:
        options += [
            "--status",
            rng.choice(["in-progress", "stalled"]),
            "--source",
            f"https://example.org/{mark}",
        ]
    result = run("update", item, *options, "-f", path)
    assert result.exit_code == 0, result.stderr


def plain_merges(run: Run, where: Path, rounds: int, rng: random.Random, base: str = SMALL) -> None:
    """``rounds`` times two branches that edit different items, merged without a driver."""
    for number in range(rounds):
        text = base if rng.random() < 0.8 else base.removesuffix("\n")
        text = text.replace("\n", "\r\n") if rng.random() < 0.3 else text
        home = where / f"r{number}"
        path = start(home, text)
        items = [item["id"] for item in tomllib.loads(base)["commitments"]]
        mine = set(rng.sample(items, rng.randint(1, len(items) - 1)))
        other = [item for item in items if item not in mine]
        marks: dict[str, list[str]] = {}
        for branch, own in (("left", sorted(mine)), ("right", other)):
            git(home, "checkout", "-q", "-b", branch, "main")
            marks[branch] = [f"{branch}-{step}" for step in range(rng.randint(1, 4))]
            for mark in marks[branch]:
                edit(run, path, rng.choice(own), mark, rng)
            git(home, "commit", "-qam", branch)
        merged = git(home, "merge", "-q", "--no-edit", "left", check=False)
        assert merged.returncode == 0, f"round {number}: {merged.stdout}"
        result = path.read_bytes().decode("utf-8")
        assert all(result.count(mark) >= 1 for each in marks.values() for mark in each)
        assert result.count("\n") == result.count("\r\n") or "\r" not in result
        assert run("validate", path).exit_code == 0
        shutil.rmtree(home)


def test_branches_that_touch_different_items_merge_with_plain_git(run: Run, tmp_path: Path) -> None:
    plain_merges(run, tmp_path, rounds=12, rng=random.Random(7))
    plain_merges(
        run, tmp_path, rounds=2, rng=random.Random(8), base=SHIPPED.read_text(encoding="utf-8")
    )


def test_items_added_to_different_pillars_merge_with_plain_git(run: Run, tmp_path: Path) -> None:
    base = (
        SMALL
        + '\n[[commitments]]\nid = "steel"\ntitle = "Steel"\npillar = "industry"\n'
        + 'owed_by = ["US"]\nsummary = "S."\n'
    )
    path = start(tmp_path / "r", base)
    for branch, pillar in (("left", "security"), ("right", "industry")):
        git(tmp_path / "r", "checkout", "-q", "-b", branch, "main")
        options = ["--title", "T", "--pillar", pillar, "--owed-by", "US", "--summary", "S."]
        assert run("add", "--id", f"new-{branch}", *options, "-f", path).exit_code == 0
        git(tmp_path / "r", "commit", "-qam", branch)
    git(tmp_path / "r", "merge", "-q", "--no-edit", "left")
    assert run("validate", path).exit_code == 0
    assert {"new-left", "new-right"} < {
        item["id"] for item in tomllib.loads(path.read_text(encoding="utf-8"))["commitments"]
    }


def branches(
    run: Run, home: Path, path: Path, edits: dict[str, Callable[[], None]]
) -> subprocess.CompletedProcess[str]:
    for branch, change in edits.items():
        git(home, "checkout", "-q", "-b", branch, "main")
        change()
        git(home, "commit", "-qam", branch)
    return git(home, "merge", "--no-edit", next(iter(edits)), check=False)


def test_the_same_item_conflicts_in_plain_git_and_merges_with_the_driver(
    run: Run, tmp_path: Path
) -> None:
    for driver in (False, True):
        home = tmp_path / f"driver-{driver}"
        path = start(home, SMALL, driver=driver)
        edits = {
            name: lambda name=name, path=path: run("update", "arms", "--note", name, "-f", path)
            for name in ("left", "right")
        }
        merged = branches(run, home, path, edits)
        if driver:
            assert merged.returncode == 0, merged.stdout
            assert {"left", "right"} < notes(path)
            assert run("validate", path).exit_code == 0
        else:
            assert merged.returncode == 1


@pytest.mark.parametrize("style", ["merge", "diff3", "zdiff3"])
def test_validate_names_conflict_markers_and_the_items_between_them(
    run: Run, tmp_path: Path, style: str
) -> None:
    home = tmp_path / "r"
    path = start(home, SMALL)
    git(home, "config", "merge.conflictStyle", style)
    merged = branches(
        run,
        home,
        path,
        {
            name: lambda name=name: run("update", "auto-tariff", "--note", name, "-f", path)
            for name in ("left", "right")
        },
    )
    assert merged.returncode == 1
    text = path.read_text(encoding="utf-8")
    first, last = (text[: text.index(mark)].count("\n") + 1 for mark in ("<<<<<<< ", ">>>>>>> "))
    result = run("validate", path)
    assert result.exit_code == 1
    named = f"git conflict, lines {first} to {last} in auto-tariff\n"
    assert result.stdout.startswith(f"{path}:{first}: error[conflict-markers] {named}")
    assert result.stdout.count("error[") == 1
    # What the hint says is what mends it.
    assert "git checkout --merge" in result.stdout
    assert run("init", home, "--git").exit_code == 0
    git(home, "config", "merge.factsheet.driver", DRIVER)
    git(home, "checkout", "--merge", str(PLACE))
    assert run("validate", path).exit_code == 0
    assert {"left", "right"} < notes(path)


def test_a_conflict_inside_a_string_of_several_lines_is_found_too(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "r"
    for driver in (False, True):
        path = start(
            home / str(driver),
            SMALL.replace('"A sale was notified."', '"""\nOne line.\nAnother.\n"""'),
            driver=driver,
        )

        def write(word: str, path: Path = path) -> None:
            path.write_text(
                path.read_text(encoding="utf-8").replace("Another.", f"Another, {word}."),
                encoding="utf-8",
            )

        merged = branches(
            run,
            home / str(driver),
            path,
            {word: lambda word=word, write=write: write(word) for word in ("left", "right")},
        )
        assert merged.returncode == 1
        tomllib.loads(path.read_text(encoding="utf-8"))  # TOML sees nothing wrong
        result = run("validate", path)
        assert result.exit_code == 1
        assert re.search(
            r"error\[conflict-markers\] git conflict, lines \d+ to \d+ in arms-purchases\n",
            result.stdout,
        )
        assert run("update", "arms", "--note", "x", "-f", path).exit_code == 3


def test_a_real_conflict_stays_one_for_git_too(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "r"
    path = start(home, SMALL, driver=True)

    def due(year: str) -> Callable[[], None]:
        def change() -> None:
            path.write_text(
                path.read_text(encoding="utf-8").replace("2030-12-31", f"{year}-12-31"),
                encoding="utf-8",
            )
            run("update", "arms", "--note", f"moved to {year}", "-f", path)

        return change

    merged = branches(run, home, path, {"left": due("2031"), "right": due("2032")})
    assert merged.returncode == 1
    assert "CONFLICT" in merged.stdout
    assert git(home, "status", "--porcelain").stdout.startswith("UU ")
    text = path.read_text(encoding="utf-8")
    assert "<<<<<<< ours\ndue = 2032-12-31\n=======\ndue = 2031-12-31\n>>>>>>> theirs\n" in text
    assert text.index(">>>>>>> theirs") < text.index(
        "moved to 2031"
    )  # the records themselves are merged
    assert text.count("moved to") == 2
    assert "in arms-purchases" in run("validate", path).stdout


def test_a_merge_that_kept_both_copies_is_found(run: Run, tmp_path: Path) -> None:
    # merge=union, which some put into .gitattributes, doubles what both sides have.
    path = tmp_path / "union.toml"
    record = SMALL[SMALL.index("[[commitments.updates]]") : SMALL.index("\n# tariffs follow")]
    item = SMALL[SMALL.index('[[commitments]]\nid = "auto-parts"') :]
    path.write_text(SMALL.replace(record, f"{record}\n{record}") + "\n" + item, encoding="utf-8")
    result = run("validate", path)
    assert result.exit_code == 1
    assert (
        "error[duplicate-update] arms-purchases: "
        "the update id 00000001 is already used in arms-purchases" in result.stdout
    )
    assert "error[duplicate-id] auto-parts: the id auto-parts is already used" in result.stdout


def team(run: Run, where: Path, clones: int, rounds: int, rng: random.Random) -> None:
    """Clones that update, pull and push in random order end with the same file and all records."""
    start(where / "seed", SMALL, driver=True)
    git(where, "clone", "-q", "--bare", "seed", "hub.git")
    homes = [where / f"c{number}" for number in range(clones)]
    for home in homes:
        git(where, "clone", "-q", "hub.git", home.name)
        git(home, "config", "merge.factsheet.driver", DRIVER)
        git(home, "config", "pull.rebase", rng.choice(["false", "true"]))
    written = set()
    waiting = [home for home in homes for _ in range(rounds)]
    rng.shuffle(waiting)
    for number, home in enumerate(waiting):
        mark = f"mark-{number}-{home.name}"
        assert (
            run("update", rng.choice(ITEMS[:3]), "--note", mark, "-f", home / PLACE).exit_code == 0
        )
        written.add(mark)
        git(home, "commit", "-qam", mark)
        if rng.random() < 0.4:
            git(home, "pull", "-q", "--no-edit")
        if rng.random() < 0.4:
            git(home, "push", "-q", check=False)  # refused where somebody was faster
    for home in rng.sample(homes, len(homes)):
        git(home, "pull", "-q", "--no-edit")
        git(home, "push", "-q")
    for home in homes:
        git(home, "pull", "-q", "--no-edit")
    files = {(home / PLACE).read_bytes() for home in homes}
    assert len(files) == 1
    assert written <= notes(homes[0] / PLACE)
    assert len(notes(homes[0] / PLACE)) == len(written) + 1
    assert run("validate", homes[0] / PLACE).exit_code == 0


def test_clones_that_pull_and_push_in_random_order_end_with_the_same_file(
    run: Run, tmp_path: Path
) -> None:
    team(run, tmp_path, clones=20, rounds=1, rng=random.Random(20))


def test_crossing_merges(run: Run, tmp_path: Path) -> None:
    # left merges right and right merges left: the next merge has two bases, which git merges first.
    home = tmp_path / "r"
    path = start(home, SMALL, driver=True)
    assert (
        branches(
            run,
            home,
            path,
            {
                name: lambda name=name: run("update", "arms", "--note", name, "-f", path)
                for name in ("left", "right")
            },
        ).returncode
        == 0
    )
    git(home, "checkout", "-q", "left")
    git(home, "merge", "-q", "--no-edit", "right^1")
    for name in ("left", "right"):
        git(home, "checkout", "-q", name)
        run("update", "arms", "--note", f"{name} again", "-f", path)
        git(home, "commit", "-qam", f"{name} again")
    git(home, "merge", "-q", "--no-edit", "left")
    assert {"left", "right", "left again", "right again"} < notes(path)


def test_rebase_and_cherry_pick_use_the_driver_too(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "r"
    path = start(home, SMALL, driver=True)
    for branch in ("left", "right"):
        git(home, "checkout", "-q", "-b", branch, "main")
        for step in range(2):
            run("update", "arms", "--note", f"{branch} {step}", "-f", path)
            git(home, "commit", "-qam", f"{branch} {step}")
    git(home, "rebase", "-q", "left")
    assert {"left 0", "left 1", "right 0", "right 1"} < notes(path)
    git(home, "checkout", "-q", "main")
    git(home, "cherry-pick", "right")
    assert "right 1" in notes(path)
    assert "left 0" not in notes(path)


def test_init_git_writes_attributes_once_and_keeps_what_is_there(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "tracker"
    result = run("init", home, "--empty", "--git")
    assert result.exit_code == 0
    line = f"git config merge.factsheet.driver '{PRINTED}'"
    assert result.stderr.count(line) == 1
    attributes = home / ".gitattributes"
    lines = "data/commitments.toml merge=factsheet\ndata/sources.toml merge=factsheet\n"
    assert attributes.read_text(encoding="utf-8") == lines
    dataset = (home / PLACE).read_bytes()
    again = run("init", home, "--git")
    assert (again.exit_code, (home / PLACE).read_bytes()) == (0, dataset)
    assert line in again.stderr
    assert attributes.read_text(encoding="utf-8") == lines
    # A tracker of before the list of sources learns the line that it lacks.
    attributes.write_text(lines.splitlines()[0], encoding="utf-8")
    assert run("init", home, "--git").exit_code == 0
    assert attributes.read_text(encoding="utf-8") == lines
    attributes.write_bytes(b"*.png binary\r\n* text=auto")
    assert run("init", home, "--git").exit_code == 0
    windows = lines.replace("\n", "\r\n").encode()
    assert attributes.read_bytes() == b"*.png binary\r\n* text=auto\r\n" + windows
    # git reads it so, and the printed line is a command that a shell takes.
    git(home, "init", "-q")
    assert (
        git(home, "check-attr", "merge", PLACE.as_posix())
        .stdout.strip()
        .endswith("merge: factsheet")
    )
    git(home, *shlex.split(line)[1:])
    assert git(home, "config", "merge.factsheet.driver").stdout == f"{PRINTED}\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a path without the program, as on Unix")
@pytest.mark.parametrize("program", ["absent", "exit 3", "kill -9 $$"])
def test_where_git_cannot_run_the_program_no_side_is_lost(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    found = shutil.which("git")
    assert found
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").symlink_to(found)
    if program != "absent":
        (tmp_path / "bin" / "factsheet").write_text(f"#!/bin/sh\n{program}\n")
        (tmp_path / "bin" / "factsheet").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    for other in ("submarines", "arms"):
        home = tmp_path / other
        path = start(home, SMALL, driver=True)
        git(home, "config", "merge.factsheet.driver", PRINTED)

        def left(path: Path = path) -> None:
            run("update", "arms", "--note", "left", "-f", path)

        def right(other: str = other, path: Path = path) -> None:
            run("update", other, "--note", "right", "-f", path)

        merged = branches(run, home, path, {"left": left, "right": right})
        text = path.read_text(encoding="utf-8")
        assert text.count('note = "left"') == text.count('note = "right"') == 1
        # As git alone would: apart they are merged, under one item they conflict with markers.
        assert merged.returncode == (1 if other == "arms" else 0)
        assert text.count("<<<<<<< ") == merged.returncode
