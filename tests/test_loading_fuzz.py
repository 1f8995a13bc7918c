"""Whatever a file holds, reading it ends soon with findings that have a line, or with a dataset.

It never ends with a traceback. The bounds that SECURITY.md states are tested here too.
``stress/fuzz_load.py`` runs ``read`` for as long as one likes.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import SHIPPED, SMALL
from hypothesis import example, given, settings
from hypothesis import strategies as st

from factsheet import model, store
from factsheet.cli.validate import findings
from factsheet.exceptions import DatasetError
from factsheet.lint import parts, rules
from factsheet.lint.codes import CODES
from factsheet.source import explain, load
from factsheet.source.parse import parse

DAY = dt.date(2026, 11, 24)
GOOD = SMALL.encode()


def read(data: bytes) -> list[str]:
    """Load bytes as ``validate`` does and hold every promise about the findings; their codes."""
    found = findings(data, DAY)
    lines = data.count(b"\n") + 1
    for finding in found:
        assert finding.code in CODES
        assert finding.line is not None
        assert 1 <= finding.line <= lines + 1
        assert finding.hint
        assert len(finding.message) < 3_000
    assert len(found) <= load.MAX_FINDINGS + 1 or all(
        finding.severity == "warning" for finding in found
    )
    return [finding.code for finding in found]


# Mangled files

CUT = st.tuples(st.integers(0, len(GOOD)), st.integers(0, 40), st.binary(max_size=12))
SNIPPETS = [
    *(
        "nan",
        "inf",
        "-inf",
        "1e400",
        "1e-400",
        "0e9999999999",
        "1e99999999999999999999",
        "-0.0",
        "0x" + "f" * 40,
        "0b1",
        "9" * 19,
    ),
    *(
        "true",
        '""',
        "''",
        "[]",
        "{}",
        "[[]]",
        "[{}]",
        "{ a = 1 }",
        "2026-13-01",
        "2026-02-30",
        "07:32:00",
        "2026-01-01T00:00:00",
    ),
    *(
        '"\\u0000"',
        '"\\u001b[2J"',
        '"\\ud800"',
        '"\u202e"',
        '"javascript:alert(1)"',
        '"https://"',
        '"x" # "',
        '"""',
        "'''",
        "[",
        "]",
    ),
    *(
        "{",
        "}",
        "=",
        ".",
        ",",
        "\r",
        "\0",
        "\ufeff",
        "\n[[commitments]]\n",
        "\n[commitments]\n",
        "\n<<<<<<< a\n",
        "\n>>>>>>> b\n",
    ),
    *(
        "1_000",
        "+1",
        "1__0",
        "0o7",
        "99999-01-01",
        "0000-01-01",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59",
    ),
]
VALUES = [
    at + 2
    for at in range(len(SMALL) - 2)
    if SMALL[at : at + 3] == " = " or SMALL[at : at + 2] == "= "
]


@settings(max_examples=250, deadline=None)
@given(cuts=st.lists(CUT, min_size=1, max_size=4))
@example(cuts=[(0, 0, b"\xff")])
@example(cuts=[(30, 0, b"\x00")])
@example(cuts=[(0, len(GOOD), b"")])
def test_mangled_bytes(cuts: list[tuple[int, int, bytes]]) -> None:
    data = GOOD
    for start, length, put in cuts:
        data = data[:start] + put + data[start + length :]
    read(data)


@settings(max_examples=250, deadline=None)
@given(
    cuts=st.lists(
        st.tuples(st.sampled_from(VALUES), st.booleans(), st.sampled_from(SNIPPETS)),
        min_size=1,
        max_size=3,
    )
)
def test_odd_values_where_values_stand(cuts: list[tuple[int, bool, str]]) -> None:
    text = SMALL
    for start, whole, put in sorted(cuts, reverse=True):
        rest = text[start:]
        text = text[:start] + put + (rest[rest.index("\n") :] if whole else rest)
    read(text.encode("utf-8", "replace"))


SCALARS: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.dates()
    | st.datetimes()
    | st.decimals()
)
KEYS = st.sampled_from([*explain._KNOWN_KEYS]) | st.text(max_size=5)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=15,
)


@settings(max_examples=100, deadline=None)
@given(tree=st.dictionaries(KEYS, TREES, max_size=6))
def test_any_toml_of_any_shape(tree: dict[str, Any]) -> None:
    import tomli_w

    def toml(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: toml(item) for key, item in value.items() if item is not None}
        return (
            [toml(item) for item in value if item is not None] if isinstance(value, list) else value
        )

    try:
        text = tomli_w.dumps({"schema": 1, **toml(tree)})
    except ValueError:
        return  # what TOML cannot say (signalling nan)
    read(text.encode("utf-8", "surrogateescape"))


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    read(data)


# Files made to be slow or large. Each is refused, and what is said about it points at its place.

MANY = 50_000
HEAVY = {
    "deep arrays": (SMALL + "x = " + "[" * MANY, "toml-syntax"),
    "deep tables": (SMALL + "x = " + "{a=" * MANY, "toml-syntax"),
    "deep keys": (SMALL + ".".join("a" * MANY) + " = 1", "toml-syntax"),
    "deep headers": (SMALL + "[" + ".".join("a" * MANY) + "]", "toml-syntax"),
    "deep, then quotes that never close": (
        SMALL + "x = " + "[" * 500 + '\ny = """' + '\\"""' * MANY,
        "toml-syntax",
    ),
    "deep, then one long word": (
        SMALL + "x = " + "[" * 500 + "\ny = " + "a" * 20 * MANY,
        "toml-syntax",
    ),
    "arrays below the parser's bound": (
        SMALL.replace('"in-progress"', "[" * 350 + "]" * 350),
        "bad-status",
    ),
    "a long number": (SMALL + "x = " + "1" * 5_000, "toml-syntax"),
    "long numbers that just fit": (
        SMALL + "x = " + "1" * 5_000 + "\ny = [" + ("1" * 4_000 + ",") * 500 + "]",
        "toml-syntax",
    ),
    "a long hexadecimal number": (
        SMALL.replace('kind = "amount"', "kind = 0x" + "f" * MANY),
        "toml-syntax",
    ),
    "an exponent beyond all": (SMALL.replace("3_111_800_000", "1e" + "9" * 30), "toml-syntax"),
    "an exponent just below": (SMALL.replace("3_111_800_000", "1e999999999999999999"), "type"),
    "a small exponent": (SMALL.replace("3_111_800_000", "1e-999999999999999999"), "type"),
    "a key without end": (SMALL + '"' + "k" * 100 * MANY + '" = 1', "unknown-key"),
    "a word without end": (
        SMALL.replace('"in-progress"', '"' + "s" * 100 * MANY + '"'),
        "bad-status",
    ),
    "unknown keys": ("".join(f"k{n} = 1\n" for n in range(MANY)) + SMALL, "too-many-errors"),
    "empty tables": (SMALL + "[[commitments]]\n" * MANY, "too-many-errors"),
    "empty records": (SMALL + "[[commitments.updates]]\n" * MANY, "too-many-errors"),
    "words for tables": ("commitments = [" + "1," * MANY + "]\n", "too-many-errors"),
    "dangling parts": (SMALL + "parts = [" + '"x",' * MANY + "]\n", "too-many-errors"),
    "conflicts": ("<<<<<<< a\n=======\n>>>>>>> b\n" * MANY, "conflict-markers"),
    "too many brackets": ("x = [" + "[]," * load.MAX_TABLES + "]", "too-large"),
    "too many commas": ("x = [" + "1," * load.MAX_VALUES + "]", "too-large"),
}


@pytest.mark.parametrize("case", HEAVY)
def test_heavy_files_are_refused(case: str) -> None:
    text, code = HEAVY[case]
    assert code in read(text.encode())


def test_heavy_findings_point_at_their_line() -> None:
    for case in ("deep arrays", "deep keys", "deep headers", "a long number", "a key without end"):
        (finding,) = findings(HEAVY[case][0].encode(), DAY)
        assert finding.line == SMALL.count("\n") + 1, case
    (finding,) = findings(HEAVY["an exponent beyond all"][0].encode(), DAY)
    assert finding.line == SMALL[: SMALL.index("3_111")].count("\n") + 1


def test_entangled_parts_end() -> None:
    """A thousand commitments, each made up of all that follow; then the same in a circle."""
    table = (
        '\n[[commitments]]\nid = "c{}"\ntitle = "t"\npillar = "p"\n'
        'owed_by = ["US"]\nsummary = "s"\nparts = [{}]\n'
    )
    text = SMALL
    for number in range(400):
        text += table.format(
            number, ", ".join(f'"c{other % 400}"' for other in range(number + 1, 401))
        )
    assert set(read(text.encode())) <= {"circular-parts", "too-many-errors"}


def test_the_size_bound(tmp_path: Path) -> None:
    path = tmp_path / "large.toml"
    path.write_bytes(b"#" * store.MAX_BYTES)
    assert len(store.read(path)) == store.MAX_BYTES
    path.write_bytes(b"#" * (store.MAX_BYTES + 1))
    with pytest.raises(DatasetError, match="has more than 64 MiB"):
        store.read(path)


def test_depth_of_parts_is_counted_as_before() -> None:
    """A chain of twenty is fine, of twenty-one is not; what leads into a circle is in it."""

    def chain(length: int, last: str = "") -> str:
        parts = [f'["n{n + 1}"]' if n < length else f"[{last}]" for n in range(length + 1)]
        return SMALL + "".join(
            f'\n[[commitments]]\nid = "n{n}"\ntitle = "t"\npillar = "p"\n'
            f'owed_by = ["US"]\nsummary = "s"\nparts = {part}\n'
            for n, part in enumerate(parts)
        )

    def circular(text: str) -> list[str | None]:
        dataset = model.dataset_from(parse(text))
        return [
            found.item for found in rules.errors(dataset, DAY) if found.code == "circular-parts"
        ]

    assert circular(chain(parts.DEEPEST_PARTS)) == []
    assert circular(chain(parts.DEEPEST_PARTS + 1)) == ["n0"]
    assert circular(chain(3, '"n2"')) == ["n0", "n1", "n2", "n3"]
    assert circular(chain(3, '"n3"')) == ["n0", "n1", "n2", "n3"]


# The program itself


@pytest.mark.parametrize("case", ["deep arrays", "a long hexadecimal number", "unknown keys"])
def test_no_command_shows_a_traceback(tmp_path: Path, case: str) -> None:
    path = tmp_path / "heavy.toml"
    path.write_text(HEAVY[case][0], encoding="utf-8")
    for command, code in ((["validate"], 1), (["update", "arms", "--note", "x"], 3)):
        result = subprocess.run(
            [sys.executable, "-m", "factsheet", *command, "-f", str(path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == code
        assert "Traceback" not in result.stderr
        assert len(result.stderr) < 5_000


@pytest.mark.skipif(sys.platform != "linux", reason="the limit on memory is not kept elsewhere")
def test_memory_is_bounded(tmp_path: Path) -> None:
    """A quarter of the bounds fits into a gigabyte."""
    path = tmp_path / "heavy.toml"
    path.write_text("[[commitments]]\n" * (load.MAX_TABLES // 8), encoding="utf-8")
    limited = (
        "import resource as r; r.setrlimit(r.RLIMIT_AS, (2**30, 2**30)); "
        "from factsheet.__main__ import main; main()"
    )
    result = subprocess.run(
        [sys.executable, "-c", limited, "validate", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "error[too-many-errors]" in result.stdout


def test_the_shipped_dataset_is_read_as_every_parser_reads_it() -> None:
    import tomllib
    from decimal import Decimal

    for path in (SHIPPED,):
        text = path.read_text(encoding="utf-8")
        assert parse(text) == tomllib.loads(text, parse_float=Decimal)
