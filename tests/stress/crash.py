"""Kill writers with SIGKILL and look at what they leave behind.

    python tests/stress/crash.py --steps      # before and after every call that touches the disk
    python tests/stress/crash.py --warm 400   # at random instants, the program already loaded
    python tests/stress/crash.py --cold 200   # at random instants of the whole program

After every kill: the dataset parses, is the old file or the old file and one whole record, holds
every record whose writer exited with 0, and git shows nothing but the dataset; an ignore file that
was being written when its writer died is finished by the next one. The next writer is never kept
waiting.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

PROGRAM = [sys.executable, "-m", "factsheet"]
CALLS = (
    "mkdir",
    "chmod",
    "open",
    "write",
    "link",
    "fsync",
    "fchmod",
    "fchown",
    "replace",
    "rename",
    "unlink",
    "close",
    "ftruncate",
)
UNFINISHED = ".factsheet/.gitignore"
DATASET = """\
# A comment at the top
schema = 1

[agreement]
id = "pact"
title = "Pact 약속"
agreed = 2025-11-14
parties = { A = "First", B = "Second" }

[[commitments]]
id = "first"
title = "First"
pillar = "trade"
owed_by = ["A"]
summary = "The first."
# a comment at the end of the first

# a comment that belongs to the second
[[commitments]]
id = "second"
title = "Second"
pillar = "trade"
owed_by = ["B"]
summary = "The second."
"""


def prepare(folder: Path) -> Path:
    """A dataset in a git repository of its own, committed."""
    path = folder / "data" / "commitments.toml"
    path.parent.mkdir(parents=True)
    path.write_bytes(DATASET.encode())
    git = [
        "git",
        "-C",
        str(folder),
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@example.org",
        "-c",
        "core.fsync=none",
    ]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "start"]):
        subprocess.run([*git, *arguments], check=True, capture_output=True)
    return path


def reset(path: Path) -> None:
    """The dataset as it was committed, in a folder that nobody ever wrote to."""
    path.write_bytes(DATASET.encode())
    shutil.rmtree(path.parent / ".factsheet", ignore_errors=True)


def warm_up(path: Path) -> None:
    """Load all that a write needs into this process, so that forks of it do nothing but write."""
    from factsheet.cli import app

    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
        app([*arguments(path, "x"), "--dry-run"], prog_name="factsheet")
    import filelock  # noqa: F401


def notes(data: bytes) -> list[str]:
    """The notes of all records of a dataset; raises if it does not parse."""
    parsed = tomllib.loads(data.decode())
    return [update["note"] for item in parsed["commitments"] for update in item.get("updates", [])]


def is_insertion(old: bytes, new: bytes) -> bool:
    """Whether ``new`` is ``old`` with one contiguous piece put in."""
    same = next(
        (at for at, (was, now) in enumerate(zip(old, new, strict=False)) if was != now), len(old)
    )
    kept = len(old) - same
    return len(new) > len(old) and (not kept or new[-kept:] == old[-kept:])


def litter(path: Path) -> list[str]:
    """What ``git status`` shows beside the dataset itself."""
    command = [
        "git",
        "-C",
        str(path.parent.parent),
        "status",
        "--porcelain",
        "--untracked-files=all",
    ]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return [line for line in shown if line != " M data/commitments.toml"]


@dataclass
class Tally:
    """What a run did, and everything that went wrong in it."""

    runs: int = 0
    killed: int = 0
    survived: int = 0
    written: int = 0
    wrong: list[str] = field(default_factory=list)

    def look(self, path: Path, before: bytes, note: str, status: int) -> None:
        """Compare the dataset with what it was before a writer of ``note`` ended with ``status``
        (negative: a signal).
        """
        self.runs += 1
        self.killed += status < 0
        self.survived += status == 0
        if status > 0:
            self.wrong.append(f"{note}: exit code {status}")
        try:
            after = path.read_bytes()
            found = notes(after)
        except (OSError, ValueError) as error:
            self.wrong.append(f"{note}: {error!r}")
            return
        if after != before:
            self.written += 1
            if (
                not is_insertion(before, after)
                or found.count(note) != 1
                or sorted(found) != sorted([*notes(before), note])
            ):
                self.wrong.append(f"{note}: neither the old file nor the old one and the record")
        elif status == 0:
            self.wrong.append(f"{note}: exited with 0 and is not in the file")
        shown = litter(path)
        if status < 0 and (path.parent / UNFINISHED).is_file():
            begun = not (path.parent / UNFINISHED).read_bytes()
            shown = [line for line in shown if not begun or not line.endswith(UNFINISHED)]
        if shown:
            self.wrong.append(f"{note}: git shows {shown}")


def arguments(path: Path, note: str) -> list[str]:
    return ["update", "first", "--note", note, "-f", str(path)]


def forked(action: Callable[[], None], kill_after: float | None = None) -> int:
    """Run ``action`` in a fork, perhaps killed; its exit code, negative for a signal."""
    child = os.fork()
    if not child:
        status = 70
        try:
            silent = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silent, 1)
            os.dup2(silent, 2)
            action()
        except SystemExit as done:
            status = done.code if isinstance(done.code, int) else 0
        finally:
            os._exit(status)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def write(path: Path, note: str) -> None:
    from factsheet.cli import app

    app(arguments(path, note), prog_name="factsheet")


def write_stepwise(path: Path, note: str, last: int | None) -> None:
    """Write, and die at the ``last``-th step: before or after a call that touches the disk."""
    taken = 0

    def step() -> None:
        nonlocal taken
        if taken == last:
            os.kill(os.getpid(), signal.SIGKILL)
        taken += 1

    def stepping(call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*given: Any, **named: Any) -> Any:
            step()
            result = call(*given, **named)
            step()
            return result

        return wrapped

    from factsheet import writing

    draft = writing.draft

    def draft_stepwise(*given: Any, **named: Any) -> Any:
        import fcntl

        for name in CALLS:
            setattr(os, name, stepping(getattr(os, name)))
        fcntl.flock = stepping(fcntl.flock)
        sys.addaudithook(lambda event, _: step() if event == "open" else None)
        return draft(*given, **named)

    writing.draft = draft_stepwise
    write(path, note)


def steps(tally: Tally, path: Path, *, again: bool) -> int:
    """Kill at every step of a first write, or of a later one; how many steps there are."""
    warm_up(path)
    total = 0
    while True:
        reset(path)
        if again and forked(partial(write, path, "earlier")):
            tally.wrong.append("the earlier write failed")
        before = path.read_bytes()
        status = forked(partial(write_stepwise, path, f"step {total}", total))
        tally.look(path, before, f"step {total}", status)
        between = path.read_bytes()
        tally.look(path, between, f"after {total}", forked(partial(write, path, f"after {total}")))
        if status > 0:
            return total  # it never came to an end, so there is no last step
        leftover = sorted(each.name for each in (path.parent / ".factsheet").iterdir())
        if leftover != [".gitignore", "commitments.toml.lock"]:
            tally.wrong.append(f"step {total}: the next writer leaves {leftover}")
        if status == 0:
            return total
        total += 1


def at_random(tally: Tally, path: Path, count: int, *, cold: bool, chance: random.Random) -> None:
    """Kill ``count`` writers at random; after every tenth an undisturbed one must get through."""

    warm_up(path)

    def run(note: str, kill_after: float | None) -> int:
        if not cold:
            return forked(partial(write, path, note), kill_after)
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        process = subprocess.Popen(
            [*PROGRAM, *arguments(path, note)], stdout=-3, stderr=-3, env=environment
        )
        if kill_after is not None:
            time.sleep(kill_after)
            process.kill()
        return process.wait()

    started = time.monotonic()
    for number in range(3):
        before = path.read_bytes()
        tally.look(path, before, f"calm {number}", run(f"calm {number}", None))
    usual = (time.monotonic() - started) / 3
    for number in range(count):
        before = path.read_bytes()
        tally.look(
            path,
            before,
            f"{cold} {number}",
            run(f"{cold} {number}", chance.uniform(0, usual * 1.1)),
        )
        if number % 10 == 9:
            before = path.read_bytes()
            tally.look(path, before, f"{cold} calm {number}", run(f"{cold} calm {number}", None))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", action="store_true")
    parser.add_argument("--warm", type=int, default=0)
    parser.add_argument("--cold", type=int, default=0)
    parser.add_argument("--seed", type=int, default=6)
    options = parser.parse_args()
    os.environ["FACTSHEET_LOCK_SECONDS"] = "0"  # a lock that outlived its holder would show at once
    chance, wrong = random.Random(options.seed), 0
    with tempfile.TemporaryDirectory() as scratch:
        path = prepare(Path(scratch))
        for again in (False, True) if options.steps else ():
            tally = Tally()
            total = steps(tally, path, again=again)
            print(f"{'later' if again else 'first'} write, {total} steps: {tally}")
            wrong += len(tally.wrong)
        for cold, count in ((False, options.warm), (True, options.cold)):
            if count:
                reset(path)
                tally = Tally()
                at_random(tally, path, count, cold=cold, chance=chance)
                print(f"{'cold' if cold else 'warm'}: {tally}")
                wrong += len(tally.wrong)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
