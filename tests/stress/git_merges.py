"""The git experiments of the suite, for longer.

    python tests/stress/git_merges.py --pairs 200 --updates 4 --merges 20000 --seed 1

Pairs of branches that touch different items, merged by plain git; 20 clones with the driver that
update, pull and push in random order; and merges of three texts. It prints what it did and stops at
the first difference.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from conftest import NOW, SHIPPED, SMALL
from test_git import plain_merges, team
from test_merge import edited, load_ok, records
from typer.testing import CliRunner

from factsheet.cli import app
from factsheet.source.lines import merge_lines
from factsheet.source.merge import merge


def run(*arguments: object, **options: Any) -> Any:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], **options)


def texts(seed: int, count: int) -> dict[str, int]:
    """Random edits on both sides: every record survives, and a clean result is valid."""
    seen = {"merges": 0, "clean": 0, "clean by lines": 0, "clean by lines but broken": 0}
    for number in range(count):
        rng = random.Random(seed * 1_000_003 + number)
        base = SMALL if rng.random() < 0.8 else SMALL.removesuffix("\n")
        ours, mine, gone = edited(base, rng, "a", [0, 1, 2, 3])
        theirs, other, lost = edited(base, rng, "b", [0, 1, 2, 3])
        newline = rng.choice(["\n", "\r\n"])
        result = merge(*(text.replace("\n", newline) for text in (base, ours, theirs)))
        seen["merges"] += 1
        assert all(f'"{identifier}"' in result.text for identifier in mine | other), number
        if not result.conflict:
            seen["clean"] += 1
            assert load_ok(result.text), number
            assert set(records(result.text)) == (set(records(base)) | mine | other) - gone - lost, (
                number
            )
        lines, conflict = merge_lines(base, ours, theirs)
        seen["clean by lines"] += not conflict
        seen["clean by lines but broken"] += not conflict and not load_ok(lines)
    return seen


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, number in (("pairs", 200), ("updates", 4), ("merges", 20_000), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=number)
    options = parser.parse_args()
    os.environ["FACTSHEET_NOW"] = NOW
    shipped = SHIPPED.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        pairs, clones = Path(folder, "pairs"), Path(folder, "clones")
        pairs.mkdir()
        clones.mkdir()
        for name, work in (
            (
                f"{options.pairs} pairs by plain git",
                lambda: plain_merges(run, pairs, options.pairs, random.Random(options.seed)),
            ),
            (
                f"{options.pairs // 4} pairs of the shipped dataset",
                lambda: plain_merges(
                    run, pairs, options.pairs // 4, random.Random(options.seed), base=shipped
                ),
            ),
            (
                f"20 clones, {options.updates} updates each",
                lambda: team(run, clones, 20, options.updates, random.Random(options.seed)),
            ),
            ("three texts", lambda: texts(options.seed, options.merges)),
        ):
            began = time.monotonic()
            done = work() or "as promised"
            sys.stdout.write(f"{name}: {done} ({time.monotonic() - began:.0f} s)\n")


if __name__ == "__main__":
    main()
