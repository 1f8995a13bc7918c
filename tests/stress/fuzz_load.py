"""Mangle datasets for as long as one likes and read them as ``validate`` does.

    python tests/stress/fuzz_load.py --seconds 600

With atheris installed (``pip install atheris``) the fuzzing is led by coverage of factsheet;
without it, it is random.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import random
import sys
import tempfile
import time
from pathlib import Path

try:
    import atheris
except ImportError:
    atheris = None

sys.path.insert(0, str(Path(__file__).parent.parent))
with atheris.instrument_imports(include=["factsheet"]) if atheris else contextlib.nullcontext():
    from test_loading_fuzz import GOOD, SNIPPETS, read


def mangle(data: bytes, chance: random.Random) -> bytes:
    """Cut, repeat, move or replace a few pieces."""
    for _ in range(chance.randint(1, 6)):
        start, length = chance.randrange(len(data) + 1), chance.choice((0, 1, 2, 8, 40, 200))
        piece = data[start : start + length]
        put = chance.choice(
            (
                b"",
                piece * 2,
                piece[::-1],
                chance.choice(SNIPPETS).encode("utf-8", "replace"),
                bytes(chance.randrange(256) for _ in range(chance.randint(0, 4))),
                b"\n".join(chance.sample(GOOD.split(b"\n"), 3)) + b"\n",
            )
        )
        data = data[:start] + put + data[start + length :]
    return data


def led_by_coverage(seconds: float) -> None:
    """Hand over to atheris, which ends the process; it starts from the small dataset."""
    with tempfile.TemporaryDirectory() as seeds:
        (Path(seeds) / "good.toml").write_bytes(GOOD)
        words = Path(seeds) / "words.dict"
        lines = (
            "".join(f"\\x{byte:02x}" for byte in each.encode("utf-8", "replace"))
            for each in SNIPPETS
        )
        words.write_text("".join(f'"{line}"\n' for line in lines if line))
        limits = [f"-max_total_time={int(seconds)}", f"-dict={words}", f"-max_len={4 * len(GOOD)}"]
        atheris.Setup([sys.argv[0], *limits, seeds], lambda data: read(data) and None)
        atheris.Fuzz()


def at_random(seconds: float, seed: int) -> None:
    """Mangle the small dataset again and again, and say what was found."""
    chance, codes, inputs, slowest = random.Random(seed), collections.Counter[str](), 0, 0.0
    end = time.monotonic() + seconds
    while (started := time.monotonic()) < end:
        data = mangle(GOOD, chance)
        try:
            codes.update(set(read(data)) or {"none"})
        except BaseException:
            print(f"input {inputs} of seed {seed}: {data!r}")
            raise
        inputs += 1
        slowest = max(slowest, time.monotonic() - started)
    print(
        f"{inputs} inputs, the slowest took {slowest:.3f} s; "
        f"findings by code: {dict(codes.most_common())}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--random", action="store_true", help="even where atheris is installed")
    options = parser.parse_args()
    if atheris and not options.random:
        led_by_coverage(options.seconds)
    else:
        at_random(options.seconds, options.seed)


if __name__ == "__main__":
    main()
