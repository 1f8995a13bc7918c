"""The fast lane of the reader gives exactly what tomli gives: the same data with the same types, or the same error."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import tomli
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from factsheet import fastread, record, textmap

HEAD = 'schema = 1\n\n[agreement]\nid = "x"\n'
FIRST = '\n[[commitments.updates]]\nid = "0000000a"\ndate = 2026-01-02\nrecorded = 2026-01-03T04:05:06Z\nstatus = "stalled"\n'
WHOLE = """
[[commitments.updates]]
id = "0000000b"
date = 2026-01-02
through = 2026-12-31
recorded = 2026-01-03T04:05:06.000007Z
status = "in-progress"
value = -12.50
reached = ["plan", "fuel"]
note = "두 나라: '약속' # [x] {y} = z"
disputed = true
pre_agreement = true
sources = [
    { url = "https://example.org/1", title = "T", publisher = "P", published = 2026-01-01, kind = "press" },
    { url = "https://example.org/2" },
]
retracts = "0000000a"
"""
ITEM = '\n[[commitments]]\nid = "one"\n'
STAND_IN = "\n[[commitments.updates]]\nfast-lane-run = 0\n"


@pytest.fixture(autouse=True)
def _no_text_is_too_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fastread, "WORTHWHILE", 0)


def outcome(loads: Any, text: str) -> Any:
    """What a parser makes of a text; data is spelled out, so that 1, True, 1.0 and Decimal(1) differ and order counts."""
    try:
        return repr(loads(text))
    except (ValueError, ArithmeticError, RecursionError) as error:
        return type(error).__name__, str(error)


def by_tomli(text: str) -> Any:
    return tomli.loads(text, parse_float=Decimal)


def agree(text: str) -> Any:
    ours = outcome(fastread.loads, text)
    assert ours == outcome(by_tomli, text)
    return ours


def took_the_fast_lane(text: str) -> bool:
    try:
        return fastread._by_fast_lane(text) is not None
    except (ValueError, RecursionError):
        return False


@pytest.mark.parametrize("text", [HEAD + ITEM + FIRST + WHOLE, HEAD + ITEM + WHOLE + ITEM.replace("one", "two") + FIRST + WHOLE])
def test_what_the_tool_writes_takes_the_fast_lane(text: str) -> None:
    assert took_the_fast_lane(text)
    agree(text)


def test_the_examples_are_what_the_tool_writes() -> None:
    update = tomli.loads(WHOLE.replace("commitments.updates", "x"), parse_float=Decimal)["x"][0]
    assert "\n" + record.table_text("commitments.updates", update) == WHOLE


HOSTILE = {
    "a key after the record": FIRST + 'note = "after"\n',
    "a key after a blank line": FIRST + '\nnote = "after"\n',
    "a key twice": FIRST + 'id = "0000000c"\n',
    "a key twice, after a blank line": FIRST + '\nid = "0000000c"\n',
    "a comment in the record": FIRST.replace("recorded", "# why\nrecorded"),
    "a comment after a value": FIRST.replace('"stalled"', '"stalled" # why'),
    "a comment after the record": FIRST + "# why\n",
    "a sub-table of the record": FIRST + "\n[commitments.updates.more]\nx = 1\n",
    "a source as a table": FIRST + '\n[[commitments.updates.sources]]\nurl = "https://example.org"\n',
    "another source as a table": WHOLE + '\n[[commitments.updates.sources]]\nurl = "https://example.org"\n',
    "a key of the commitment after its record": FIRST + "\n[commitments.measure]\nkind = 'sum'\n",
    "keys in another order": FIRST.replace('status = "stalled"\n', "") + 'note = "x"\nstatus = "stalled"\n',
    "an escape": FIRST + 'note = "a \\" b"\n',
    "a literal string": FIRST + "note = 'a'\n",
    "a multi-line string with a record in it": '\nnote = """' + FIRST + '\n"""\n' + FIRST,
    "a literal multi-line string with a record in it": "\nnote = '''" + FIRST + "\n'''\n" + FIRST,
    "triple quotes inside a record's text": FIRST + "note = \"a ''' b\"\n" + FIRST.replace("0a", "0b"),
    "triple quotes that pair across records": FIRST + "\nnote = '''x\n" + FIRST + "\n'''\n",
    "a record in an array": "\nx = [" + FIRST + "]\n",
    "a record in an inline table": "\nx = { y = 1," + FIRST + "}\n",
    "a record after an open value": "\nx =" + FIRST,
    "a record after an open array": "\nx = [\n" + FIRST + FIRST,
    "a record in a comment": FIRST.replace("\n", "\n# "),
    "a header that a comment swallows": "\n#" + FIRST.removeprefix("\n"),
    "the stand-in, written by hand": STAND_IN + FIRST,
    "the stand-in alone": STAND_IN,
    "the stand-in, after a record": FIRST + "\nfast-lane-run = 0\n",
    "the stand-in, in disguise": FIRST + '\n[[commitments.updates]]\n"fast\\u002dlane-run" = 1\n',
    "the stand-in in disguise takes the place": FIRST + 'x = 1\n\n[[commitments.updates]]\n"fast\\u002dlane-run" = 0\n',
    "a record in a string and a stand-in elsewhere": f'\nnote = """{FIRST}\n"""\n' + STAND_IN,
    "a record in a literal and a stand-in elsewhere": f"\nnote = '''{FIRST}\n'''\n" + STAND_IN,
    "the stand-in in an inline array": "\nupdates = [{ fast-lane-run = 0 }]\n",
    "an empty table": "\n[[commitments.updates]]\n" + FIRST,
    "an empty table after": FIRST + "\n[[commitments.updates]]\n",
    "an inline array before": "\nupdates = []\n" + FIRST,
    "an inline array after": FIRST + "\n[[commitments]]\nupdates = [{}]\n" + FIRST,
    "a table before": "\n[commitments.updates]\n" + FIRST,
    "a table after": FIRST + "\n[commitments.updates]\n",
    "another table between": FIRST + "\n[other]\nx = 1\n" + FIRST,
    "no day of the calendar": FIRST.replace("2026-01-02", "2026-02-30"),
    "month 13": FIRST.replace("2026-01-02", "2026-13-02"),
    "year 0": FIRST.replace("2026-01-02", "0000-01-02"),
    "hour 24": FIRST.replace("T04:", "T24:"),
    "second 60": FIRST.replace(":06Z", ":60Z"),
    "an offset": FIRST.replace("Z", "+09:00"),
    "an hour without a zone": FIRST.replace("Z", ""),
    "a long fraction": FIRST.replace(":06Z", ":06.123456789Z"),
    "a short fraction": FIRST.replace(":06Z", ":06.5Z"),
    "digits that are not ASCII": FIRST.replace("2026-01-02", "２０２６-01-02"),
    "an empty string": FIRST + 'note = ""\n',
    "empty milestones": FIRST + 'reached = ["", "b", ""]\n',
    "no milestones": FIRST + "reached = []\n",
    "milestones with a comma": FIRST + 'reached = ["a, b", ", "]\n',
    "no sources": FIRST + "sources = [\n]\n",
    "disputed = false": FIRST + "disputed = false\n",
    "a tab in a text": FIRST + 'note = "a\tb"\n',
    "a control character in a text": FIRST + 'note = "a\x07b"\n',
    "a delete character in a text": FIRST + 'note = "a\x7fb"\n',
    "a lone carriage return": FIRST + 'note = "a\rb"\n',
    "a line separator in a text": FIRST + 'note = "a\u2028b\u0085c"\n',
    "spaces at the end of a line": FIRST.replace("stalled", 'stalled" ').replace('" "', '" '),
    "an indented header": FIRST.replace("\n[[", "\n  [["),
    "an indented key": FIRST.replace("\nid", "\n  id"),
    "a spaced header": FIRST.replace("[[commitments.updates]]", "[[ commitments . updates ]]"),
    "the end without a newline": FIRST.removesuffix("\n"),
    "a broken end": FIRST + "\nx = \n",
    **{
        f"value = {number}": FIRST + f"value = {number}\n"
        for number in (
            "0",
            "-0",
            "+1",
            "00",
            "01",
            "1.0",
            "-0.0",
            "1e5",
            "1.5e-3",
            "1_000",
            "0x1f",
            "1.",
            ".5",
            "nan",
            "9" * 30,
            "1." + "9" * 30,
        )
    },
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_come_out_as_tomli_has_them(text: str, mark: str, newline: str) -> None:
    for whole in (HEAD + ITEM + text, HEAD + ITEM + WHOLE + text + ITEM + WHOLE, HEAD + text + ITEM + WHOLE):
        agree(mark + whole.replace("\n", newline))


@pytest.mark.parametrize(
    "head", ["commitments = []\n", "commitments = {}\n", "commitments = 1\n", "[commitments]\n", "", "[[commitments]]\n"]
)
def test_commitments_of_any_kind(head: str) -> None:
    agree(head + FIRST + WHOLE)
    agree(FIRST + "\n" + head)


def test_one_odd_record_does_not_slow_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    text = HEAD + ITEM + FIRST + FIRST.replace("0a", "0b") + 'note = "an \\"escape\\""\n' + FIRST.replace("0a", "0c")
    assert took_the_fast_lane(text)
    agree(text)


def test_a_short_text_goes_to_tomli(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fastread, "WORTHWHILE", 200_000)
    monkeypatch.setattr(fastread, "_by_fast_lane", lambda text: pytest.fail("not worth it"))
    assert fastread.loads(HEAD + ITEM + FIRST)["commitments"][0]["updates"][0]["id"] == "0000000a"


words = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["", "'''", '"""', "[[commitments.updates]]", "\\", '"', ", "]
)
days = st.dates()
numbers = st.integers(-(10**18), 10**18) | st.decimals(-(10**9), 10**9, places=3)
sources = st.fixed_dictionaries({"url": words}, optional={"title": words, "publisher": words, "published": days, "kind": words})
updates = st.fixed_dictionaries(
    {"id": words, "date": days},
    optional={
        "through": days,
        "recorded": st.datetimes(timezones=st.just(dt.UTC)),
        "status": words,
        "value": numbers,
        "reached": st.lists(words, min_size=1, max_size=3),
        "note": words,
        "disputed": st.just(True),
        "pre_agreement": st.just(True),
        "sources": st.lists(sources, min_size=1, max_size=3),
        "retracts": words,
        "unknown": words,
    },
)
ORDER = [
    "id",
    "date",
    "through",
    "recorded",
    "status",
    "value",
    "reached",
    "note",
    "disputed",
    "pre_agreement",
    "sources",
    "retracts",
]


def in_order(update: dict[str, Any]) -> dict[str, Any]:
    return dict(sorted(update.items(), key=lambda pair: ORDER.index(pair[0]) if pair[0] in ORDER else 99))


@st.composite
def datasets(draw: st.DrawFn) -> str:
    parts = [HEAD]
    for number in range(draw(st.integers(1, 3))):
        parts.append(ITEM.replace("one", f"item-{number}"))
        for update in draw(st.lists(updates, max_size=4)):
            parts.append(
                "\n"
                + record.table_text(
                    "commitments.updates", in_order({"recorded": dt.datetime(2026, 1, 1, tzinfo=dt.UTC), **update})
                )
            )
    return "".join(parts)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=datasets())
def test_any_dataset_the_tool_writes(text: str) -> None:
    event(f"fast lane: {took_the_fast_lane(text)}")
    agree(text)


SIGNS = ["\n", "\n\n", "#", "'''", '"""', '"', "'", "[", "]", "{", "}", "=", ",", "\r", "\r\n", "\\", "\x00", "x = 1\n"]
PIECES = [*HOSTILE.values(), FIRST, WHOLE, ITEM, *SIGNS]


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=datasets(),
    edits=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 8), st.sampled_from(PIECES)), min_size=1, max_size=4),
)
def test_any_mutation_of_such_a_dataset(text: str, edits: list[tuple[int, int, str]]) -> None:
    for place, removed, piece in edits:
        # At the start of a line more often than in the middle of one: that is where the lexer decides.
        at = place % (len(text) + 1)
        if place % 3:
            at = text.rfind("\n", 0, at) + 1
        text = text[:at] + piece + text[at + removed :]
    agree(text)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.permutations((HEAD + ITEM + FIRST + WHOLE).splitlines(keepends=True)))
def test_any_order_of_the_lines(lines: list[str]) -> None:
    agree("".join(lines))


LOOKALIKES = [
    "[[commitments]]\n",
    "  [[ commitments ]]  # x\n",
    '[["commitments"]]\n',
    "# [[commitments]]\n",
    'x = "[[commitments]]"\n',
    'x = """\n[[commitments]]\n"""\n',
    "x = '''\n[[commitments]]\n'''\n",
    "x = [\n[[1]],\n]\n",
    'x = [\n[["commitments"]],\n]\n',
    "[other]\n",
    "[commitments.measure]\n",
    "\n",
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.sampled_from([*LOOKALIKES, FIRST, ITEM, ITEM]), max_size=8), head=st.sampled_from(["", HEAD, "\ufeff"]))
def test_the_short_cut_to_a_section_ends_where_the_whole_way_does(
    lines: list[str], head: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = head + "".join(lines)
    try:
        count = len(by_tomli(text.removeprefix("\ufeff")).get("commitments", []))
    except tomli.TOMLDecodeError:
        return
    short = [textmap.section_end(text, "commitments", index) for index in range(count + 1)]
    with monkeypatch.context() as patch:
        patch.setattr(textmap, "_header_offset", lambda *_: 0)
        assert short == [textmap.section_end(text, "commitments", index) for index in range(count + 1)]
