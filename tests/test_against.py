"""`validate --against REV`, and what `edit` says: published records are corrected in the open."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, SMALL
from test_git import git

if os.environ.get("CI") != "true":
    pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

Run = Callable[..., Any]


@pytest.fixture
def published(small: Path) -> Path:
    """The small dataset, committed."""
    home = small.parent.parent
    git(home, "init", "-q", "-b", "main")
    git(home, "add", ".")
    git(home, "commit", "-qm", "published")
    git(home, "tag", "v1")
    return small


def rewrite(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def test_what_was_only_added_is_no_finding(run: Run, published: Path) -> None:
    assert run("update", "arms", "--note", "More.", "-f", published).exit_code == 0
    assert run("retract", "00000002", "--note", "Wrong.", "-f", published).exit_code == 0
    found = run("validate", published, "--against", "HEAD", "--format", "json")
    codes = {each["code"] for each in json.loads(found.stdout)["findings"]}
    assert not codes & {"edited-record", "removed-record", "edited-term"}
    assert found.exit_code == 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("3_111_800_000", "3_111_800_001", "value was 3,111,800,000, is 3,111,800,001"),
        (
            '"A sale was notified."',
            '"A sale was agreed."',
            'note was "A sale was notified.", is "A sale was agreed."',
        ),
        ('status = "in-progress"\n', "", 'status was "in-progress", is absent'),
        (
            'publisher = "Example", ',
            "",
            'sources, https://example.org/sale: publisher was "Example", is absent',
        ),
        (
            "example.org/sale",
            "example.org/other",
            "sources lacks https://example.org/sale; sources has https://example.org/other too",
        ),
        ("date = 2026-05-20", "date = 2026-05-19", "date was 2026-05-20, is 2026-05-19"),
    ],
)
def test_an_edited_record_is_an_error_in_words(
    run: Run, published: Path, old: str, new: str, said: str
) -> None:
    rewrite(published, (old, new))
    result = run("validate", published, "--against", "v1")
    assert result.exit_code == 1
    line = SMALL[: SMALL.index('[[commitments.updates]]\nid = "00000001"')].count("\n") + 1
    message = f"arms-purchases: the record 00000001 of 2026-05-20 is not as in v1: {said}"
    assert f"{published}:{line}: error[edited-record] {message}\n" in result.stdout
    assert "`factsheet update --replaces RECORD` corrects it in the open" in result.stdout


def test_how_it_is_spelled_is_no_matter(run: Run, published: Path) -> None:
    rewrite(
        published,
        ("3_111_800_000", "3111800000.0"),
        ("2026-05-21T09:00:00Z", "2026-05-21T18:00:00+09:00"),
        (
            '[[commitments.updates]]\nid = "00000001"\n',
            "\n[[commitments.updates]]\nid = '00000001' # same\n",
        ),
        ('note = "A sale was notified."', 'note = "A sale was notified."\ndisputed = false'),
    )
    result = run("validate", published, "--against", "HEAD")
    assert (result.exit_code, "edited" in result.stdout) == (0, False)


def test_a_removed_record_is_an_error(run: Run, published: Path) -> None:
    start = SMALL.index('[[commitments.updates]]\nid = "00000001"')
    rewrite(published, (SMALL[start : SMALL.index("# tariffs follow")], ""))
    result = run("validate", published, "--against", "HEAD")
    assert result.exit_code == 1
    said = "arms-purchases: the record 00000001 of 2026-05-20 stood in HEAD and is gone"
    assert f"error[removed-record] {said}\n" in result.stdout


def test_a_record_under_another_term_was_moved(run: Run, published: Path) -> None:
    start, end = (
        SMALL.index('[[commitments.updates]]\nid = "00000002"'),
        SMALL.index('[[commitments]]\nid = "submarines"'),
    )
    block = SMALL[start:end]
    rewrite(published, (block, ""))
    moved = block.replace("value = 15\n", "")
    published.write_text(published.read_text(encoding="utf-8") + "\n" + moved, encoding="utf-8")
    result = run("validate", published, "--against", "HEAD")
    assert "it stood under auto-tariff; value was 15, is absent" in result.stdout


def test_reworded_terms_are_warnings(run: Run, published: Path) -> None:
    rewrite(
        published,
        ("due = 2030-12-31", "due = 2031-12-31"),
        ('title = "Pact of Two', 'title = "The Pact of Two'),
        ('tags = ["tariff-line"]', 'tags = ["tariff"]'),
    )
    result = run("validate", published, "--against", "HEAD")
    assert result.exit_code == 0
    for said in (
        "arms-purchases: the term is not as in HEAD: due was 2030-12-31, is 2031-12-31",
        'agreement is not as in HEAD: title was "Pact of Two',
        'auto-tariff: the term is not as in HEAD: tags was "tariff-line", is "tariff"',
    ):
        assert f"warning[edited-term] {said}" in result.stdout
    assert run("validate", published, "--against", "HEAD", "--strict").exit_code == 1


def test_a_term_that_is_gone_takes_its_records_along(run: Run, published: Path) -> None:
    rewrite(published, (SMALL[SMALL.index("# arms come") : SMALL.index("# tariffs")], ""))
    result = run("validate", published, "--against", "HEAD")
    assert result.exit_code == 1
    assert "error[removed-record] arms-purchases: the record 00000001" in result.stdout
    assert "warning[edited-term] arms-purchases: the term arms-purchases stood" in result.stdout


def test_a_file_that_was_not_there_has_nothing_published(run: Run, published: Path) -> None:
    new = published.with_name("new.toml")
    new.write_text(SMALL, encoding="utf-8")
    result = run("validate", new, "--against", "HEAD")
    assert result.exit_code == 0
    assert "new.toml is not in HEAD: nothing was published there" in result.stderr


@pytest.mark.parametrize(
    "revision",
    [
        "nonsense",
        "",
        "--output=/tmp/x",
        "-h",
        "HEAD:data",
        "HEAD..HEAD",
        "v1^{tree}",
        "a b;touch x",
    ],
)
def test_what_is_no_revision_is_refused(run: Run, published: Path, revision: str) -> None:
    result = run("validate", published, f"--against={revision}")
    assert result.exit_code == 2, result.output
    assert "--against" in result.stderr


def test_outside_a_repository_it_says_so(
    run: Run, small: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    result = run("validate", small, "--against", "HEAD")
    assert result.exit_code == 2
    assert f"--against needs {small} in a git repository" in result.stderr
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "git, and it is not installed" in run("validate", small, "--against", "HEAD").stderr


def test_an_old_version_that_is_no_dataset_is_named(run: Run, published: Path) -> None:
    good = published.read_bytes()
    published.write_text("schema = 7\n")
    git(published.parent, "commit", "-qam", "broken")
    published.write_bytes(good)
    result = run("validate", published, "--against", "HEAD")
    assert result.exit_code == 3
    assert f"HEAD:{published} cannot be used" in result.stderr


def test_settings_of_the_repository_run_nothing(run: Run, published: Path, tmp_path: Path) -> None:
    home = published.parent.parent
    trap = tmp_path / "trapped"
    (home / ".gitattributes").write_text("*.toml diff=trap filter=trap\n")
    for key in ("diff.trap.textconv", "filter.trap.smudge", "core.pager", "core.fsmonitor"):
        git(home, "config", key, f"touch {trap}; cat")
    assert run("validate", published, "--against", "HEAD").exit_code == 0
    assert not trap.exists()


def test_inside_a_hook_the_files_own_repository_is_asked(
    run: Run, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", "index")
    assert run("validate", published, "--against", "v1").exit_code == 0


def editor(tmp_path: Path, old: str, new: str) -> str:
    script = tmp_path / "editor.py"
    script.write_text(
        "import pathlib, sys\npath = pathlib.Path(sys.argv[-1])\n"
        f"text = path.read_text(encoding='utf-8')\nassert {old!r} in text\n"
        f"path.write_text(text.replace({old!r}, {new!r}), encoding='utf-8')\n",
        encoding="utf-8",
    )
    return f"{sys.executable} {script}"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "value = 3_111_800_000",
            "value = 4",
            "the record 00000001 of 2026-05-20 is not as in the file before: value was",
        ),
        ('id = "00000001"', 'id = "0000000f"', "the record 00000001 of 2026-05-20 stood in"),
        ('title = "Buy', 'title = "Purchase', ""),
    ],
)
def test_edit_names_the_records_that_it_changed(
    small: Path, tmp_path: Path, old: str, new: str, said: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "factsheet", "edit", "arms", "-f", str(small)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONPATH": str(ROOT), "VISUAL": editor(tmp_path, old, new)},
    )
    assert done.returncode == 0, done.stderr
    assert "changed, no errors" in done.stderr
    assert said in done.stderr
    assert ("correct in the open" in done.stderr) is bool(said)
