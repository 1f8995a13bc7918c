"""The hook and the workflow of docs/team.md as a team uses them, and the annotations for GitHub.

The hook is run by the real pre-commit, which installs it from this repository.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW, ROOT, SMALL

TEAM = (ROOT / "docs" / "team.md").read_text(encoding="utf-8")
UNDER_CI = os.environ.get("CI") == "true"


def needed(why: str) -> None:
    if UNDER_CI:
        pytest.fail(f"{why}; under CI it is needed")
    pytest.skip(why)


def git(where: Path, *arguments: str) -> str:
    who = {
        f"GIT_{role}_{key}": "a@a.example"
        for role in ("AUTHOR", "COMMITTER")
        for key in ("NAME", "EMAIL")
    }
    environment = {**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull}
    result = subprocess.run(
        ["git", *arguments], cwd=where, env=environment, capture_output=True, text=True, check=True
    )
    return result.stdout.strip()


def commit(where: Path, message: str) -> str:
    git(where, "add", "-A")
    git(where, "commit", "-qm", message, "--no-verify", "--allow-empty")
    return git(where, "rev-parse", "HEAD")


def follow(part: str, where: Path) -> None:
    """Do in a repository what docs/team.md says, letter by letter."""
    found = re.search(rf"<!-- {part} -->\n```sh\n(.*?)```", TEAM, re.DOTALL)
    assert found
    if shutil.which("bash") is None:
        needed("bash is not installed")
    subprocess.run(["bash", "-euc", found[1]], cwd=where, check=True)


def pre_commit(where: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PRE_COMMIT_HOME": str(home),
        "PRE_COMMIT_COLOR": "never",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", *arguments],
        cwd=where,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A repository that uses the hook, and the place where pre-commit keeps what it installed.

    Beside it is the clone of the program that docs/team.md speaks of.
    """
    if not UNDER_CI:
        pytest.importorskip("pre_commit", reason="pre-commit is not installed")
    if shutil.which("git") is None:
        needed("git is not installed")
    base = tmp_path_factory.mktemp("precommit")
    tool, home, repository = base / "factsheet", base / "home", base / "team"
    ignore = shutil.ignore_patterns("__pycache__", ".*_cache")
    for name in ("factsheet", "data"):
        shutil.copytree(ROOT / name, tool / name, ignore=ignore)
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, tool / name)
    git(base, "init", "-q", str(tool))
    commit(tool, "tool")
    git(tool, "remote", "add", "origin", str(tool))
    (repository / "data").mkdir(parents=True)
    git(base, "init", "-q", str(repository))
    follow("hook", repository)
    (repository / "data" / "commitments.toml").write_text(SMALL, encoding="utf-8")
    (repository / "other.toml").write_text("x = 1\n", encoding="utf-8")
    commit(repository, "start")
    installed = pre_commit(repository, home, "install-hooks")
    if installed.returncode and re.search(
        r"Could not find a version|Connection|ConnectTimeout|resolve", installed.stdout
    ):
        why = "pre-commit cannot reach a package index to install the hook"
        needed(f"{why}: {installed.stdout[-300:]}")
    assert installed.returncode == 0, installed.stdout + installed.stderr
    return repository, home


def test_the_hook_passes_what_is_valid_and_stops_what_is_not(team: tuple[Path, Path]) -> None:
    repository, home = team
    dataset = repository / "data" / "commitments.toml"
    good = pre_commit(repository, home, "run", "--all-files")
    assert good.returncode == 0, good.stdout
    assert "Passed" in good.stdout
    dataset.write_text(
        SMALL.replace('status = "fulfilled"', 'status = "fulfiled"'), encoding="utf-8"
    )
    bad = pre_commit(repository, home, "run", "--all-files")
    assert bad.returncode == 1
    line = SMALL[: SMALL.index('status = "fulfilled"')].count("\n") + 1
    assert f"data/commitments.toml:{line}: error[bad-status]" in bad.stdout
    # A commit that does not touch a dataset does not start it.
    skipped = pre_commit(repository, home, "run", "--files", "other.toml")
    assert skipped.returncode == 0
    assert "no files to check" in skipped.stdout
    # And in the place where it matters: git commit itself.
    assert pre_commit(repository, home, "install").returncode == 0
    git(repository, "add", "-A")
    environment = {
        **os.environ,
        "PRE_COMMIT_HOME": str(home),
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@a.example",
    }
    environment |= {
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@a.example",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    refused = subprocess.run(
        ["git", "commit", "-m", "broken"],
        cwd=repository,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode != 0
    assert "error[bad-status]" in refused.stdout + refused.stderr


def test_the_workflow_installs_a_commit_and_runs_what_exists(
    run: Any, monkeypatch: pytest.MonkeyPatch, team: tuple[Path, Path]
) -> None:
    yaml = pytest.importorskip("yaml", reason="pre-commit brings it")
    repository, _ = team
    follow("workflow", repository)
    made = (repository / ".github" / "workflows" / "dataset.yml").read_text(encoding="utf-8")
    steps = yaml.safe_load(made)["jobs"]["validate"]["steps"]
    install, check = (step["run"] for step in steps if "run" in step)
    source = re.fullmatch(r'pip install "git\+(.+)@([0-9a-f]{40})"', install)
    assert source
    git(Path(source[1]), "cat-file", "-e", f"{source[2]}:pyproject.toml")
    (repository / "data" / "commitments.toml").write_text(SMALL, encoding="utf-8")
    monkeypatch.chdir(repository)
    assert run(*check.split()[1:]).exit_code == 0


def test_the_site_is_built_and_committed_as_the_workflow_says(
    monkeypatch: pytest.MonkeyPatch, team: tuple[Path, Path], tmp_path: Path
) -> None:
    yaml = pytest.importorskip("yaml", reason="pre-commit brings it")
    repository, _ = team
    (repository / "data" / "commitments.toml").write_text(SMALL, encoding="utf-8")
    git(tmp_path, "init", "-q", "--bare", "host")
    git(repository, "remote", "add", "origin", str(tmp_path / "host"))
    follow("pages", repository)
    made = (repository / ".github" / "workflows" / "site.yml").read_text(encoding="utf-8")
    steps = [step["run"] for step in yaml.safe_load(made)["jobs"]["site"]["steps"] if "run" in step]
    programs = tmp_path / "programs"
    programs.mkdir()
    program = programs / "factsheet"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m factsheet "$@"\n')
    program.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "GITHUB_REPOSITORY": "desk/tracker",
        "GITHUB_REPOSITORY_OWNER": "desk",
        "FACTSHEET_NOW": NOW,
        "PRE_COMMIT_ALLOW_NO_CONFIG": "1",  # another test may have installed the hook here
    }
    for step in steps[1:]:
        subprocess.run(["bash", "-euc", step], cwd=repository, env=environment, check=True)
    files = git(tmp_path / "host", "ls-tree", "-r", "--name-only", "site")
    assert "index.html" in files
    assert "c/arms-purchases/index.html" in files
    page = git(tmp_path / "host", "show", "site:c/arms-purchases/index.html")
    assert "https://desk.github.io/tracker/c/arms-purchases/" in page


def test_github_annotations(run: Any, small: Path) -> None:
    small.write_text(
        SMALL.replace('status = "fulfilled"', 'status = "fulfil%0A::error::ed,:"'), encoding="utf-8"
    )
    result = run("validate", small, "--format", "github")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    line = SMALL[: SMALL.index('status = "fulfilled"')].count("\n") + 1
    assert len(lines) == 1
    assert lines[0].startswith(
        f"::error file={small},line={line},title=bad-status::"
        f"{small}:{line}: auto-tariff: unknown status 'fulfil%250A::error::ed,:'"
    )
    # Each line is one command: nothing in the data starts another.
    small.write_text(SMALL.replace("tariff-line", "x"), encoding="utf-8")
    warnings = run("validate", small, "--format", "github").stdout.splitlines()
    assert warnings
    assert all(
        re.fullmatch(
            r"::(warning|error) file=[^,]+,line=\d+(,col=\d+)?,title=[\w-]+::[^\r\n]+", each
        )
        for each in warnings
    )
    # A path under the working folder is named from it: only so can GitHub show it beside the line.
    assert run("validate", "--format", "github").stdout.startswith(
        "::warning file=data/commitments.toml,"
    )


def test_github_annotations_of_broken_toml_have_a_column(run: Any, small: Path) -> None:
    small.write_text("schema = = 1\n", encoding="utf-8")
    assert (
        ",line=1,col=10,title=toml-syntax::" in run("validate", small, "--format", "github").stdout
    )
