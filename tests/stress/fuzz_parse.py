"""Compare ``parse`` with Python's own parser on as many texts as one likes.

    python tests/stress/fuzz_parse.py --count 1000000 --seed 1

Prints how many texts each kind had, how many of them are TOML, and every difference. The text at
work is kept in a file, so that one on which compiled code ends the process is known.
"""

from __future__ import annotations

import argparse
import collections
import random
import sys
import tempfile
import time
from collections.abc import Callable
from mmap import mmap
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
import test_parse as cases
from conftest import SHIPPED, SMALL

SHIPPED_PIECES = SHIPPED.read_text(encoding="utf-8").split("\n\n")
HAND_PIECES = [*cases.BY_HAND.split("\n"), *cases.BY_HAND[1:].split("\n  ")]
VALUES = [*cases.NUMBERS, *cases.TIMES, *cases.OTHERS]
SIGNS = [*"ab_-.,=#[]{}'\"\\ \t\n\r0159eTZ:+\0\x7f\ufeffé", "\r\n", '"""', "'''", "\\\n", "\ud800"]
KEYS = ["a", "b", "c", "d", '"a"', "'b'", "1", "a-b", '""', '"\\u0061"']
Make = Callable[[random.Random], str]


def mangle(text: str, chance: random.Random) -> str:
    """Cut, repeat, move, turn round or replace a few pieces."""
    for _ in range(chance.choice((0, 1, 1, 1, 2, 4))):
        start, length = chance.randrange(len(text) + 1), chance.choice((0, 0, 1, 1, 2, 8, 40))
        piece = text[start : start + length]
        put = chance.choice(("", piece * 2, piece[::-1], sign(chance), sign(chance), value(chance)))
        text = text[:start] + put + text[start + length :]
    return text


def sign(chance: random.Random) -> str:
    return chance.choice(SIGNS)


def signs(chance: random.Random) -> str:
    return "".join(chance.choices(SIGNS, k=chance.randint(1, 14)))


def shipped(chance: random.Random) -> str:
    text = "\n\n".join(chance.sample(SHIPPED_PIECES, chance.randint(1, 2)))[:900]
    return mangle(text, chance)


def by_hand(chance: random.Random) -> str:
    return mangle("\n".join(chance.sample(HAND_PIECES, chance.randint(1, 4))), chance)


def whole(chance: random.Random) -> str:
    return mangle(chance.choice((SMALL, cases.BY_HAND, cases.BY_HAND[1:])), chance)


def key(chance: random.Random, most: int = 3) -> str:
    return chance.choice((".", ".", " . ")).join(chance.choices(KEYS, k=chance.randint(1, most)))


def string(chance: random.Random) -> str:
    """A string of signs that mean something in one, mostly closed as it was opened."""
    mark = chance.choice(("'", '"', "'''", '"""'))
    parts = (
        "a",
        " ",
        "'",
        '"',
        "\\",
        "\\n",
        '\\"',
        "\\\\",
        "\\u00e9",
        "\n",
        "\r\n",
        "\\\n ",
        "#",
        "]",
    )
    return mark + "".join(chance.choices(parts, k=chance.randint(0, 8))) + mark


def number(chance: random.Random) -> str:
    """Something like a number, a date or a time."""
    if chance.random() < 0.5:
        text = chance.choice((*cases.NUMBERS, *cases.TIMES))
        at = chance.randrange(len(text) + 1)
        return (
            text[:at] + chance.choice("0123456789+-._:eETZtzx ") + text[at + chance.randint(0, 1) :]
        )
    if chance.random() < 0.5:
        day = f"{chance.randrange(10_000):04}-{chance.randrange(14):02}-{chance.randrange(33):02}"
        clock = ":".join(f"{chance.randrange(most):02}" for most in (25, 61, 62))
        fraction = f".{chance.randrange(10**9)}" if chance.random() < 0.5 else ""
        zone = chance.choice(("", "Z", f"+{chance.randrange(25):02}:{chance.randrange(61):02}"))
        return chance.choice((day, clock + fraction, f"{day}T{clock}{fraction}{zone}"))
    return "".join(chance.choices("0011239_-+.eExob", k=chance.randint(1, 10)))


def value(chance: random.Random, depth: int = 3) -> str:
    kind = chance.randrange(9 if depth else 6)
    if kind < 2:
        return chance.choice(VALUES)
    if kind < 4:
        return number(chance)
    if kind < 6:
        return string(chance)
    gap = chance.choice(("", "", " ", "\n", " # c\n"))
    if kind == 6:
        pairs = (f"{key(chance)} = {value(chance, depth - 1)}" for _ in range(chance.randint(0, 3)))
        return "{" + ", ".join(pairs) + "}"
    items = (value(chance, depth - 1) + gap for _ in range(chance.randint(0, 3)))
    return f"[{gap}{','.join(items)}{chance.choice(('', ',' + gap))}]"


def values(chance: random.Random) -> str:
    return "".join(f"{key(chance, 2)} = {value(chance)}\n" for _ in range(chance.randint(1, 3)))


def tables(chance: random.Random) -> str:
    """Headers and keys of few names, so that they meet."""
    lines = []
    for _ in range(chance.randint(2, 7)):
        name, item = key(chance), chance.choice(("1", "1", "{}", "[]", "[{}]", "{a=1}", "{b.c=1}"))
        lines.append(chance.choice((f"[{name}]", f"[[{name}]]", f"{name} = {item}")))
    return chance.choice(("\n", "\n", "\r\n")).join(lines)


def spelled(chance: random.Random) -> str:
    """One valid-looking line in every frame that a value can have."""
    made = chance.choice((number, string))(chance)
    return chance.choice(cases.FRAMES).format(made, chance.choice((made, "1")))


KINDS: list[tuple[Make, int]] = [
    (shipped, 10),
    (by_hand, 15),
    (whole, 1),
    (values, 20),
    (tables, 25),
    (spelled, 20),
    (signs, 9),
]


def is_toml(text: str) -> bool:
    """Whether a text is read; a difference is an ``AssertionError``."""
    return isinstance(cases.agree(text), dict)


def at_random(count: int, seed: int) -> int:
    """Compare ``count`` texts; how many differed."""
    chance, found = random.Random(seed), 0
    asked, read = collections.Counter[str](), collections.Counter[str]()
    makers, weights = zip(*KINDS, strict=True)
    started = time.monotonic()
    with tempfile.NamedTemporaryFile(prefix="fuzz_parse-", delete=False) as file:
        file.truncate(1 << 16)
        kept = mmap(file.fileno(), 1 << 16)
        print(f"seed {seed}; the text at work is kept in {file.name}", flush=True)
    for make in chance.choices(makers, weights, k=count):
        text = make(chance)
        data = text.encode("utf-8", "surrogatepass")[: 1 << 16]
        kept[: len(data) + 1 if len(data) < 1 << 16 else len(data)] = (data + b"\xff")[: 1 << 16]
        asked[make.__name__] += 1
        try:
            read[make.__name__] += is_toml(text)
        except AssertionError:
            found += 1
            print(f"DIFFERENT: {text!r}", flush=True)
    for name, number_of in asked.most_common():
        print(f"{name:8} {number_of:9,} texts, {read[name]:9,} of them TOML")
    print(
        f"{count:,} texts, {read.total():,} of them TOML, {found} differences,"
        f" {time.monotonic() - started:.0f} s"
    )
    Path(file.name).unlink()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    raise SystemExit(bool(at_random(options.count, options.seed)))


if __name__ == "__main__":
    main()
