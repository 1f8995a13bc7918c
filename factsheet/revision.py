"""A file as it was in a revision of git: asked of git itself, and nothing else is run.

The revision is a name that somebody typed, the repository may come from strangers: no shell, no
option in place of a name, no filter or pager of theirs, no question, no connection.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from factsheet.exceptions import DatasetError, UsageError
from factsheet.store import MAX_BYTES

_SECONDS = 60
_ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
"""Set inside git's hooks; they would lead to another repository than the file's own."""


def file_at(path: Path, revision: str) -> bytes | None:
    """The bytes of a file in a revision of its repository; None where it was not there.

    Raises ``UsageError`` for what is no revision or no repository, ``DatasetError`` for what git
    cannot give.
    """
    real = Path(os.path.realpath(path))
    if not revision or revision.startswith("-"):
        raise UsageError(f"--against {revision!r} is not the name of a revision")
    inside = _git(real.parent, "rev-parse", "--is-inside-work-tree")
    if inside.returncode:
        raise UsageError(f"--against needs {path} in a git repository; git says: {_said(inside)}")
    wanted = f"{revision}^{{commit}}"
    found = _git(real.parent, "rev-parse", "--verify", "--quiet", "--end-of-options", wanted)
    commit = found.stdout.decode("ascii", "replace").strip()
    if found.returncode or not commit.isalnum():
        raise UsageError(
            f"--against: git knows no revision {revision!r}; try HEAD, a tag, a branch"
        )
    blob = f"{commit}:./{real.name}"
    size = _git(real.parent, "cat-file", "-s", blob)
    if size.returncode:
        listed = _git(real.parent, "ls-tree", "--name-only", commit, "--", f"./{real.name}")
        if not listed.returncode and not listed.stdout.strip():
            return None
        raise DatasetError(f"git cannot give {path} as of {revision}: {_said(size)}")
    if int(size.stdout) > MAX_BYTES:
        raise DatasetError(
            f"{path} as of {revision} has more than {MAX_BYTES // 2**20} MiB and is not read"
        )
    content = _git(real.parent, "cat-file", "blob", blob)
    if content.returncode:
        raise DatasetError(f"git cannot give {path} as of {revision}: {_said(content)}")
    return content.stdout


def _git(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    environment |= {"GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0"}
    environment |= {"LC_ALL": "C"}
    try:
        return subprocess.run(  # noqa: S603  a list of words, no shell
            ["git", "--no-pager", "-C", os.fspath(folder), *words],  # noqa: S607  the user's git
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=environment,
            timeout=_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise UsageError("--against needs git, and it is not installed") from None
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise DatasetError(f"git could not be asked: {error}") from None


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    """The first line that git wrote about it."""
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ") if lines else f"exit code {done.returncode}"
