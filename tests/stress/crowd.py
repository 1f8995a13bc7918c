"""Many writers at once, each adding its own record to one file.

    python tests/stress/crowd.py --writers 32 --rounds 4

Every writer that exited with 0 has its record in the file exactly once, no other record is there,
and every writer that did not get the lock in time exited with 4 and said who holds it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from crash import PROGRAM, arguments, litter, notes, prepare


@dataclass
class Tally:
    """How a crowd of writers ended, and everything that went wrong."""

    written: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)


def crowd(tally: Tally, path: Path, writers: int, *, name: str, seconds: float) -> None:
    """Start ``writers`` processes together; each waits ``seconds`` for the lock at most."""
    before = notes(path.read_bytes())
    environment = {**os.environ, "FACTSHEET_LOCK_SECONDS": str(seconds)}
    started = [
        (
            f"{name} {number}",
            subprocess.Popen(
                [*PROGRAM, *arguments(path, f"{name} {number}")],
                stdout=-3,
                stderr=-1,
                env=environment,
            ),
        )
        for number in range(writers)
    ]
    done = []
    for note, process in started:
        message = process.communicate()[1].decode()
        if process.returncode == 0:
            done.append(note)
        elif process.returncode == 4 and "is being written by process" in message:
            tally.refused += 1
        elif process.returncode == 4 and "is being written by another process" in message:
            tally.refused += 1  # in the instant between taking the lock and signing it
        else:
            tally.wrong.append(f"{note}: exit code {process.returncode}: {message}")
    tally.written += len(done)
    if sorted(notes(path.read_bytes())) != sorted([*before, *done]):
        tally.wrong.append(f"{name}: the file does not hold exactly what was reported as written")
    if shown := litter(path):
        tally.wrong.append(f"{name}: git shows {shown}")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--writers", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    wrong = 0
    for seconds in (60, 0.2):
        with tempfile.TemporaryDirectory() as scratch:
            tally, path = Tally(), prepare(Path(scratch))
            for number in range(options.rounds):
                crowd(tally, path, options.writers, name=f"round {number}", seconds=seconds)
            print(
                f"{options.rounds} x {options.writers} writers, "
                f"waiting {seconds:g} s at most: {tally}"
            )
            wrong += len(tally.wrong)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
