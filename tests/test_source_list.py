"""`data/sources.toml`: read, written, merged."""

from __future__ import annotations

import ast
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factsheet.source_list import (
    HEADING,
    RESULT_MEANINGS,
    RESULTS,
    SourceState,
    is_list,
    merged,
    read_list,
    text_of,
    with_check,
    with_copy,
)

DAY = dt.date(2026, 11, 25)
A, B = "https://example.org/a", "https://example.org/b"
COPY = "https://web.archive.org/web/20261001000000/https://example.org/a"

days = st.dates(dt.date(2026, 1, 1), dt.date(2026, 1, 5))
links = st.sampled_from([A, B, COPY, "http://한국.example/경로?가=나#다", "https://x.example/'q'"])


@st.composite
def states(draw: st.DrawFn) -> SourceState:
    archived = draw(st.none() | links)
    if draw(st.booleans()):
        return SourceState(archived=archived)
    result = draw(st.sampled_from(RESULTS))
    moved_to = draw(links) if result == "moved" else None
    return SourceState(checked=draw(days), result=result, moved_to=moved_to, archived=archived)


lists = st.dictionaries(links, states(), max_size=5)


def test_the_file_is_sorted_one_table_an_address() -> None:
    known = with_check({}, B, day=DAY, result="moved", moved_to=A)
    known = with_copy(with_check(known, A, day=DAY, result="ok"), A, COPY)
    assert text_of(known) == (
        f"{HEADING}\n"
        f'["{A}"]\nchecked = 2026-11-25\nresult = "ok"\narchived = "{COPY}"\n\n'
        f'["{B}"]\nchecked = 2026-11-25\nresult = "moved"\nmoved_to = "{A}"\n'
    )


@given(lists)
def test_what_is_written_is_read(known: dict[str, SourceState]) -> None:
    found = read_list(text_of(known))
    assert (found.states, found.faults) == (known, ())
    assert text_of(dict(reversed(known.items()))) == text_of(known)


def test_an_empty_file_is_an_empty_list() -> None:
    assert read_list("").states == {}
    assert read_list(text_of({})).faults == ()


def test_a_check_keeps_the_copy_and_a_copy_keeps_the_check() -> None:
    known = with_copy({}, A, COPY)
    known = with_check(known, A, day=DAY, result="gone")
    assert known[A] == SourceState(checked=DAY, result="gone", archived=COPY)
    later = with_check(known, A, day=DAY, result="ok")
    assert later[A].moved_to is None
    assert known[A].result == "gone"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('x = "', 1, "string"),
        (f'["{A}"]\n["{A}"]\n', 2, "twice"),
        (f'["{B}"]\n\n["{A}"]\nresult = "fine"\nchecked = 2026-01-01', 3, "result"),
        (f'["{A}"]\nchecked = 2026-01-01\n', 1, "belong together"),
        (f'["{A}"]\nresult = "ok"\n', 1, "belong together"),
        (f'["{A}"]\nresult = "moved"\nchecked = 2026-01-01\n', 1, "moved_to"),
        (f'["{A}"]\nresult = "ok"\nchecked = 2026-01-01\nmoved_to = "{B}"\n', 1, "moved_to"),
        (f'["{A}"]\nchecked = "2026-01-01"\nresult = "ok"\n', 1, "checked"),
        (f'["{A}"]\nchecked = 2026-01-01T00:00:00Z\nresult = "ok"\n', 1, "checked"),
        (f'["{A}"]\nnote = "mine"\n', 1, "no key 'note'"),
        (f'["{A}"]\narchived = "javascript:alert(1)"\n', 1, "archived"),
        ('\n["ftp://example.org/"]\n', 2, "http or https"),
        ('["https://me@example.org/"]\n', 1, "http or https"),
        ('["https://example.org/\\u202e"]\n', 1, "http or https"),
        (f'"{A}" = 3\n', 1, "table"),
        ("schema = 1\n", 1, "http or https"),
        (f'["{A}"]\n<<<<<<< ours\nresult = "ok"\n', 2, "merge conflict"),
    ],
)
def test_a_broken_place_is_named_by_its_line(text: str, line: int, said: str) -> None:
    faults = read_list(text).faults
    assert said in faults[0].message
    assert faults[0].line == line
    assert all(fault.message.isprintable() for fault in faults)


def test_one_broken_table_leaves_the_others_readable() -> None:
    found = read_list(f'["{A}"]\nresult = 1\n\n["{B}"]\narchived = "{COPY}"\n')
    assert found.states == {B: SourceState(archived=COPY)}
    assert len(found.faults) == 1


@given(st.text(max_size=200))
def test_any_text_gives_a_list_or_faults(text: str) -> None:
    for whole in (text, f'["{A}"]\n{text}', f"x = {'[' * len(text) * 50}"):
        found = read_list(whole)
        assert found.faults or text_of(found.states)


def test_the_newer_check_wins_and_a_copy_is_kept() -> None:
    old = SourceState(checked=dt.date(2026, 1, 1), result="ok", archived=COPY)
    new = SourceState(checked=dt.date(2026, 1, 2), result="unreachable")
    want = SourceState(checked=new.checked, result=new.result, archived=COPY)
    assert merged({A: old}, {A: new, B: new}) == {A: want, B: new}
    assert merged({A: new, B: new}, {A: old}) == {A: want, B: new}


def test_of_two_copies_the_earlier_one_is_kept() -> None:
    later = COPY.replace("20261001", "20261102")
    one, two = SourceState(archived=later), SourceState(archived=COPY)
    assert merged({A: one}, {A: two})[A].archived == COPY


def test_on_one_day_what_says_something_about_the_page_wins() -> None:
    seen = SourceState(checked=DAY, result="gone")
    wall = SourceState(checked=DAY, result="refused")
    assert merged({A: wall}, {A: seen})[A] == seen == merged({A: seen}, {A: wall})[A]


@given(lists, lists, lists)
def test_branches_may_be_merged_in_any_order(
    one: dict[str, SourceState], two: dict[str, SourceState], three: dict[str, SourceState]
) -> None:
    assert merged(one, one) == one
    assert merged(one, two) == merged(two, one)
    assert merged(merged(one, two), three) == merged(one, merged(two, three))


def test_a_list_beyond_its_bounds_is_told_soon() -> None:
    table = '["https://example.org/%d"]\nchecked = 2026-11-01\nresult = "dead"\n'
    many = "".join(table % number for number in range(1_500))
    assert len(read_list(many).faults) == 1_001
    (fault,) = read_list("#" * 8_000_001).faults
    assert "more than 8,000,000 characters" in fault.message


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (f'["{A}"]\n', True),
        (HEADING, True),
        (f"<<<<<<< ours\n['{A}']\nresult = 1\n", True),
        ("", False),
        (f'schema = 1\n["{A}"]\n', False),
        (f'\ufeffschema = 1\nnote = """\n["{A}"]\n"""\n', False),
        (f'[[commitments]]\nnote = """\n["{A}"]\n"""\n', False),
    ],
)
def test_a_list_is_told_from_a_dataset_by_its_shape(text: str, is_one: bool) -> None:
    assert is_list(text) is is_one


def test_every_result_has_its_meaning() -> None:
    assert tuple(RESULT_MEANINGS) == RESULTS


PACKAGE = Path(__file__).parent.parent / "factsheet"
NETWORK = {"httpx", "httpcore", "lxml", "htmldate", "urllib.request", "http.client", "ftplib"}


def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    return found | {str(n.module) for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}


def test_the_network_has_one_room() -> None:
    for path in PACKAGE.rglob("*.py"):
        if path.parent.name != "web":
            names = {".".join(name.split(".")[:n]) for name in imports(path) for n in (1, 2)}
            assert not names & NETWORK, path
