"""A write inserts lines and changes no other byte, whatever the file looks like; or it refuses and
says why.

The checks use ``tomllib``, not the program's own reader: the program proves its work with that
reader before it writes.
"""

from __future__ import annotations

import tempfile
import tomllib
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from conftest import SMALL
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

NFD = unicodedata.normalize("NFD", "약속 é")
NOTES = [
    "noted",
    "약속을 지켰다",
    'quote " and \\ backslash',
    "[[commitments]]\nid = 'no'",
    "# no comment",
    "'''",
    '"""',
    "a\tb",
]


def parse(data: bytes) -> dict[str, Any]:
    return tomllib.loads(data.decode("utf-8").removeprefix("\ufeff"), parse_float=Decimal)


def inserted(before: bytes, after: bytes) -> bytes | None:
    """The one piece that ``after`` has more than ``before``; cut at its header where it can be."""
    length = len(after) - len(before)
    same = next(
        (at for at, (old, new) in enumerate(zip(before, after, strict=False)) if old != new),
        len(before),
    )
    pieces = [
        after[at : at + length] for at in range(same, -1, -1) if after[at + length :] == before[at:]
    ]
    return next((piece for piece in pieces if b"[[commitments.updates]]" in piece), None)


def write(run: Any, data: bytes, item: str, *options: str) -> tuple[Any, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "commitments.toml"
        path.write_bytes(data)
        result = run("update", item, *options, "-f", path)
        return result, path.read_bytes()


def check(run: Any, data: bytes, index: int, item: str, note: str, *, must: bool) -> bytes:
    """Write one record and check the result; ``must`` says that a refusal would be wrong."""
    result, after = write(run, data, item, "--note", note, "--source", "https://example.org/약속")
    assert result.exit_code in ((0,) if must else (0, 4)), result.stderr
    if result.exit_code:
        assert after == data
        assert "nothing was written" in result.stderr
        return after
    piece = inserted(data, after)
    assert piece is not None
    expected, found = parse(data), parse(after)
    record = found["commitments"][index]["updates"].pop()
    assert record["note"] == unicodedata.normalize("NFC", note).strip()
    if (
        not found["commitments"][index]["updates"]
        and "updates" not in expected["commitments"][index]
    ):
        del found["commitments"][index]["updates"]
    assert found == expected
    text = data.decode("utf-8")
    if "\n" in text:
        kinds = {
            "\r\n" if "\r\n" in text else "\n",
            "\n" if text.replace("\r\n", "").count("\n") else "\r\n",
        }
        used = {
            "\r\n" if b"\r\n" in piece else "\n",
            "\n" if piece.replace(b"\r\n", b"").count(b"\n") else "\r\n",
        }
        assert used <= kinds
    assert after.endswith(b"\n") == data.endswith(b"\n")
    return after


# The parts of a generated file. Every way of writing one thing means the same.

HEADERS = [
    "[[commitments]]",
    "[[ commitments ]]",
    '  [["commitments"]]  # why',
    "[['commitments']]",
    '[["commit\\u006dents"]]',
]
COMMENTS = [
    "",
    "",
    "# plain\n",
    "# [[commitments]]\n",
    "\n",
    "\n\n# 약속 " + NFD + "\n",
    "\t# indented\n",
    "   \n",
    '# """ never opened\n',
]
TEXTS = [
    '"Plain"',
    "'literal \\ [[commitments]]'",
    '"""\n[[commitments]]\nid = "fake"\n# no comment\n"""',
    "'''\n[[commitments.updates]]\n\n[method]\n'''",
    '"""a \\\n   b \\""" c"""',
    '"""two quotes ""\n"""',
    '"""five""""' + '"',
    '"\\" ] } # \\u0041"',
    f'"{NFD}"',
    '"한글 — é"',
]
MEASURES = [
    "",
    'measure = { kind = "amount", unit = "USD", counts = "x", target = 5 }\n',
    (
        'measure.kind = "amount"\nmeasure . unit = "USD"\n'
        'measure."counts" = "[x]"\nmeasure.target = 5_0.5e1\n'
    ),
    '[commitments.measure]\nkind = "level" # }\nunit = "%"\nbaseline = 1\ntarget = 2.50\n',
    (
        "[ commitments . \"measure\" ]\nkind = 'milestones'\n"
        "[[commitments.measure.steps]]\nid = 'one'\ntitle = '''x\n[a]'''\n"
    ),
]
UPDATES = [
    "",
    "[[commitments.updates]]\n{fields}",
    "[[commitments . 'updates']]\n{fields}\n# after the record\n",
    (
        "[[commitments.updates]]\n{fields}"
        '[[commitments.updates.sources]]\nurl = "https://example.org/#x" # y\n'
    ),
    (
        "[[commitments.updates]]\n{fields}"
        'sources = [ # one\n  {{ url = "https://example.org/]" }}, # ]\n  # }}\n]\n'
    ),
    "updates = [{{ {inline} }}]\n",
]
METHOD = [
    "",
    "[method]\nahead = 1.10 # kept as it is\n",
    '["method"]\nreview_every_days = 0x78\n\n# about method\n',
]
AGREEMENT = """\
[agreement]
id = "pact"
title = "Pact" # [[commitments]]
agreed = 2025-11-14
parties = { A = "First", "B" = 'Second' }
"""


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, int, str, bool]:
    """A dataset in some spelling, the index and id of an item to write to, and whether the write
    must succeed.
    """
    count = draw(st.integers(1, 4))
    items, inline = [], []
    comment = st.sampled_from(COMMENTS)
    for number in range(count):
        fields = f'id = "{number:08x}"\ndate = 2026-01-0{number + 1}\n'
        fields += "recorded = 2026-02-01T00:00:00+09:00\n"
        fields += f"note = {draw(st.sampled_from(TEXTS))}\n"
        short = f'id = "{number:08x}", date = 2026-01-01, recorded = 2026-02-01T00:00:00Z, '
        short += 'status = "stalled"'
        updates = draw(st.sampled_from(UPDATES)).format(fields=fields, inline=short)
        measure = draw(st.sampled_from(MEASURES))
        inline.append(updates.startswith("updates"))
        tables = [part for part in (measure, updates) if part.lstrip().startswith("[")]
        keys = [part for part in (measure, updates) if part not in tables]
        items.append(
            draw(comment)
            + draw(st.sampled_from(HEADERS))
            + "\n"
            + draw(comment)
            + f'"id" = "item-{number}"\ntitle = {draw(st.sampled_from(TEXTS))}\n'
            + draw(comment)
            + "pillar = 'trade' # x\nowed_by = [\n  'A', # ]\n]\n"
            + f"'summary' = {draw(st.sampled_from(TEXTS))}\n"
            + "".join(keys)
            + "".join(draw(comment) + table for table in draw(st.permutations(tables)))
            + draw(comment)
        )
    method = draw(st.sampled_from(METHOD))
    between = draw(st.integers(0, count))
    body = [*items[:between], method, *items[between:]]
    body.insert(draw(st.sampled_from([0, len(body)])), AGREEMENT + draw(comment))
    text = draw(comment) + "schema = 1\n" + "".join(body)
    match draw(st.sampled_from(["\n", "\n", "\r\n", "mixed"])):
        case "\r\n":
            text = text.replace("\n", "\r\n")
        case "mixed":
            flips = draw(st.lists(st.booleans(), min_size=20, max_size=20))
            lines = text.split("\n")
            text = (
                "".join(
                    line + ("\r\n" if flips[at % 20] else "\n")
                    for at, line in enumerate(lines[:-1])
                )
                + lines[-1]
            )
    if draw(st.booleans()):
        text = (
            text.rstrip("\r\n \t") if not text.rstrip("\r\n \t").endswith(("\\", '"""x')) else text
        )
    if draw(st.booleans()):
        text = "\ufeff" + text
    index = draw(st.integers(0, count - 1))
    return text.encode("utf-8"), index, f"item-{index}", not inline[index]


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(made=files(), note=st.sampled_from(NOTES), second=st.booleans())
def test_a_write_inserts_and_changes_nothing_else(
    run: Any, made: tuple[bytes, int, str, bool], note: str, second: bool
) -> None:
    data, index, item, must = made
    parse(data)  # what is generated is TOML
    after = check(run, data, index, item, note, must=must)
    if second and must:
        again = check(run, after, index, item, "second", must=True)
        assert again.index(b"second") > again.index(
            parse(after)["commitments"][index]["updates"][-1]["id"].encode()
        )


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(note=st.text(min_size=1, max_size=60))
def test_any_text_comes_back_or_is_refused(run: Any, note: str) -> None:
    result, after = write(run, SMALL.encode(), "arms", f"--note={note}")
    if result.exit_code == 0:
        assert (
            parse(after)["commitments"][0]["updates"][-1]["note"]
            == unicodedata.normalize("NFC", note).strip()
        )
        assert inserted(SMALL.encode(), after) is not None
    else:
        assert result.exit_code == 2, result.stderr
        assert after == SMALL.encode()
        assert (
            "invisible character" in result.stderr
            or "is empty" in result.stderr
            or "not valid text" in result.stderr
        )


def _plain(number: Decimal) -> str:
    return f"{number:f}"


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    value=st.decimals(min_value=-(10**17), max_value=10**17, places=9)
    | st.integers(-(10**18) + 1, 10**18 - 1).map(Decimal)
)
def test_any_number_comes_back_exactly(run: Any, value: Decimal) -> None:
    result, after = write(run, SMALL.encode(), "auto-tariff", f"--value={_plain(value)}")
    assert result.exit_code == 0, result.stderr
    assert parse(after)["commitments"][1]["updates"][-1]["value"] == value


# Where exactly the record goes

TAIL = '[[commitments]]\nid = "b"\ntitle = "B"\npillar = "p"\nowed_by = ["A"]\nsummary = "s"\n'
HEAD = (
    "schema = 1\n"
    + AGREEMENT
    + '\n[[commitments]]\nid = "a"\ntitle = "A"\npillar = "p"\nowed_by = ["A"]\nsummary = "s"\n'
)
PLACES: Mapping[str, tuple[str, str]] = {
    # Before the mark | is what must stand above the record, after it what must stand below.
    "before the next item": ("|\n" + TAIL, ""),
    "before the comment of the next item": ("|\n# about b\n" + TAIL, ""),
    "after its own last comment": ("# about a|\n\n# about b\n" + TAIL, ""),
    "before a comment that touches the next header": ("|# about b\n" + TAIL, ""),
    "after its sub-table": (
        '[commitments.measure]\nkind = "sum"\n|\n'.replace(
            '"sum"', '"limit"\nunit = "x"\nmax = 1\nwindow = "continuous"'
        )
        + TAIL,
        "",
    ),
    "before another table": ("|\n[method]\nahead = 1.1\n" + TAIL, ""),
    "after what follows another table": (
        "\n[method]\nahead = 1.1\n\n[[commitments.updates]]\n"
        'id = "0000000a"\ndate = 2026-01-01\nrecorded = 2026-01-01T00:00:00Z\nnote = "n"\n|\n'
        + TAIL,
        "",
    ),
    "at the end": ("|", ""),
    "after the last comment": ("# the end\n|", ""),
    "before remarks at the end": ("|\n# remarks\n", ""),
}


@pytest.mark.parametrize("case", PLACES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_where_the_record_goes(run: Any, case: str, newline: str) -> None:
    above, below = ((part.replace("\n", newline)) for part in (HEAD + PLACES[case][0]).split("|"))
    result, after = write(run, (above + below).encode(), "a", "--note", "here")
    assert result.exit_code == 0, result.stderr
    text = after.decode()
    assert text.startswith(above)
    assert text.endswith(below)
    piece = text[len(above) : len(text) - len(below)]
    assert piece.strip().startswith("[[commitments.updates]]")
    assert piece.startswith(newline)  # a blank line before it
    assert not below or below.startswith(newline) or piece.endswith(newline * 2)  # and one after it


REFUSED = {
    "the updates of a are written as one inline array": HEAD
    + 'updates = [{ id = "0000000a", date = 2026-01-01, '
    + 'recorded = 2026-01-01T00:00:00Z, note = "n" }]\n',
    "the updates of a are written": HEAD + "updates = []\n",
    "does not write its commitments as [[commitments]] tables": "schema = 1\n"
    'commitments = [{ id = "a", title = "A", pillar = "p", owed_by = ["A"], summary = "s" }]\n'
    + AGREEMENT,
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_cannot_take_a_record_is_refused_with_the_reason(run: Any, words: str) -> None:
    data = REFUSED[words].encode()
    result, after = write(run, data, "a", "--note", "here")
    assert result.exit_code == 4
    assert words in result.stderr
    assert "try again" in result.stderr
    assert after == data


def test_dry_run_shows_line_ends_and_changes_nothing(run: Any) -> None:
    data = SMALL.replace("\n", "\r\n").encode()
    result, after = write(run, data, "arms", "--note", "x", "--dry-run")
    assert result.exit_code == 0
    assert after == data
    assert not [
        line
        for line in result.stdout.splitlines()
        if line.startswith("-") and not line.startswith("---")
    ]
