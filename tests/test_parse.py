"""``parse`` reads what Python's own parser reads, to the same data; and it never ends the process.

``stress/fuzz_parse.py`` makes the same comparison for as long as one likes.
"""

from __future__ import annotations

import datetime as dt
import pickle
import subprocess
import sys
import tomllib
from decimal import Decimal
from typing import Any

import pytest
from conftest import SHIPPED, SMALL
from hypothesis import example, given, settings
from hypothesis import strategies as st

from factsheet.source import spans
from factsheet.source.parse import parse


def by_python(text: str) -> dict[str, Any]:
    return tomllib.loads(text, parse_float=Decimal)


def outcome(parser: Any, text: str) -> Any:
    """What a parser makes of a text: its data, or its error."""
    try:
        return parser(text)
    except (ValueError, ArithmeticError, RecursionError) as error:
        return error


def identical(one: Any, other: Any) -> bool:
    """Equal, and of the same types, order, digits, signs and zones all the way down."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        pairs = zip(one.items(), other.items(), strict=False)
        return len(one) == len(other) and all(
            key == name and type(key) is type(name) and identical(value, item)
            for (key, value), (name, item) in pairs
        )
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(identical, one, other))
    if isinstance(one, Decimal):
        return bool(one.as_tuple() == other.as_tuple()) and str(one) == str(other)
    if isinstance(one, dt.datetime | dt.time):
        zones = type(one.tzinfo) is type(other.tzinfo) and one.tzinfo == other.tzinfo
        return repr(one) == repr(other) and one.fold == other.fold and zones
    return bool(one == other)


def agree(text: str) -> Any:
    """Hold the promise for one text; what came out. Of TOML 1.1 ``parse`` may read more."""
    ours, theirs = outcome(parse, text), outcome(by_python, text)
    assert isinstance(theirs, Exception) or identical(ours, theirs), text
    return ours


# What real files hold

BY_HAND = '''\ufeff# by hand: "don't" [touch]
schema = 1
agreement = {id = 'x', signed.by = ["US", "KR"], signed."on" = 2026-01-01}  # it's one [table

  [[ commitments ]]   # "
  id       = "one"
  value    = +1_000.50e-3
  when     = 2026-01-02 03:04:05.123456789+09:00
  note     = """
He said "it's [so]", \\
   and ""meant"" it.\\u00e9"""""
  other    = \'\'\'
'a' "b" \\ [c\'\'\'\'\'
  path     = [ 1, [ 2, [ 3, {x = [[]]} ] ], # three
  ]
  [commitments.measure]
  sum = -0.0
  nan = nan
  most = 0xFFFF_FFFF_FFFF_FFFF_FFFF
'''


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("text", [SHIPPED.read_text(encoding="utf-8"), SMALL, BY_HAND[1:]])
def test_real_files(text: str, newline: str) -> None:
    text = text.replace("\n", newline)
    assert isinstance(agree(text), dict)


def test_moments_behave_as_those_of_python() -> None:
    for zone in ("Z", "z", "+00:00", "-00:00", "+09:00", "-03:30", "+23:59", "-23:59", ""):
        text = f"x = 2026-01-02T03:04:05.000006{zone}"
        ours, theirs = agree(text)["x"], by_python(text)["x"]
        assert (ours, hash(ours), ours.isoformat()) == (theirs, hash(theirs), theirs.isoformat())
        assert pickle.dumps(ours) == pickle.dumps(theirs)
        assert ours.tzname() == theirs.tzname()
        assert (ours.tzinfo is dt.UTC) == (theirs.tzinfo is dt.UTC)
        if zone:
            assert repr(ours.astimezone(dt.UTC)) == repr(theirs.astimezone(dt.UTC))


# What hostile files hold

NUMBERS = str.split("""
0 -0 +0 00 -01 1__0 _1 1_ 1_000 +1_0 9223372036854775807 9223372036854775808 -9223372036854775809
+99_999_999_999_999_999_999 0x 0xdead_BEEF 0XFF +0x1 0xfffffffffffffffff 0o7_7 0o8 0b1_01 0b2 1. .5
1.e5 1e5 1E5 1e+05 1_0.0_1e1_0 +1.0 -0.0 0e0 1e 1.5e-3 00.5 1e400 1e-400 1e999999999999999999
1e9999999999999999999 0e9999999999999999999 nan +nan -nan inf +inf -inf Inf NaN true false True t
""")
TIMES = str.split("""
1979-05-27 1979-05-27T07:32:00Z 1979-05-27t07:32:00z 1979-05-27T07:32:00-09:30 1979-05-27T07:32Z
1979-05-27T07:32:00+24:00 1979-05-27T07:32:00.1234567Z 1979-05-27T07:32:00.9999999999999999999999
1979-05-27T07:32:00. 07:32 07:32:00 07:32:00.5 07:32:00.123456789012345678901234 23:59:60 24:00:00
23:60:00 1979-05-27T23:59:60Z 1979-02-29 1980-02-29 1900-02-29 0000-01-01 9999-12-31 99999-01-01
1979-13-01 1979-00-01 1979-01-00 1979-5-27 0001-01-01T00:00:00+23:59 9999-12-31T23:59:59-23:59
""")
OTHERS = [
    *(
        '"\\e"',
        '"\\x41"',
        '"\\u00e9"',
        '"\\U0001F600"',
        '"\\ud800"',
        '"\\U00110000"',
        '"\\/"',
        '""',
    ),
    *("''", '""""""', "''''''", '"""a""""', '"""a"""""', '"""a""""""', "'''a'''''", "'''a''''''"),
    *(
        '"""\\\n  a"""',
        '"""\\ \n a"""',
        '"""\\\r\n a"""',
        '"""\\ a"""',
        '"""a\r\nb"""',
        '"""\r\na"""',
    ),
    *(
        "'''a\rb'''",
        '"""a\r"""',
        '"a\rb"',
        "'a\nb'",
        '"a\tb"',
        '"a\0b"',
        '"a\x7fb"',
        '"a\x80\u2028b"',
    ),
    *('"\ufeff"', '"\ud800"', "{}", "{a=1,}", "{a=1\n}", "{\na=1}", "{a=1,#c\nb=2}", "{a=1,a=2}"),
    *(
        "{a.b=1,a.c=2}",
        "{a={b=1},a.c=2}",
        "{a.b=1,a={c=1}}",
        "{a=[\n1]}",
        "[1,]",
        "[,]",
        "[1 2]",
        "[",
    ),
    *(
        "[1,#c\n2]",
        "[[],[[]]]",
        "[{a=1},{a=2}]",
        "]",
        "{",
        "}",
        "{a}",
        "{a=}",
        "=1",
        "1979-05-27 #",
    ),
    *("1979-05-27 07:32:00", "1979-05-27\t07:32:00", '"a" "b"', '"a""b"', 'a"b', "#", ""),
]
FRAMES = ["x = {}", "x = {}\ny = 2\n", "x = [ {} , {} ]", "x = {{a={} }}#c\r\n", "{} = 1", "[{}]\n"]
STATEMENTS = [
    text.replace("; ", "\n")
    for text in """
a=1; a=2|a=1; 'a'=2|a.b=1; a=2|a=2; a.b=1|a.b=1; a.c=2|a.b=1; [a]|a.b=1; [a.b]|a.b.c=1; [a.b]; d=1
[a]; [a]|[a]; [a.b]; [a]|[a.b]; [a]|[a.b]; [a]; b=1|[a.b]; [a]; b.c=1|[a.b.c]; [a]; b.d=1|a={}; [a]
[[a]]; [a]|[a]; [[a]]|a=[]; [[a]]|a=[{}]; [[a]]|a={}; [a.b]|a={b=1}; a.c=1|a={b={}}; a.b.c=1|[[a.b]]
[[a]]; [a.b]; [[a]]; [a.b]|[[a]]; [a.b]; [a.b]|[[a.b]]; [[a]]|[[a.b]]; [a]|[a]; [[a.b]]|a=1; [a.b]
[a]; b.c=1; [a.b]|[a]; b.c=1; [a.b.c]|[a]; b.c=1; [a.b.d]|[a]; b.c=1; [[a.b]]|[[a]]; b.c=1; [a.b]
z=1; a=2; [m]; [b]; [a1]|[z.y.x]; [b]; [z]; w=1; [z.y]; v=1|b.x=1; a=1; b.y=2|[[z.y]]; [b]; [[z.y]]
[z]; [b]; [z.q]; [b.q]|[a]; b=[{}]; [[a.b]]|[a]; b=[{}]; [a.b.c]|a=[{b=1}]; [a.c]
[[a]]; b={}; [a.b.c]|[[a.b]]; [a.b.c]; [[a.b]]; [a.b.c]|[a.b]; [a.c]; [a.b.d]; [a]; d=1
[x.y.z.w]; [x]
[[x]]; [x.y]; [x.y]|[[a.b]]; [a]; b.c=1
[[a.b]]; [a]; b.c.d=1|[[a.'=']]; [a]; '=' . c . "d"=1|[a.b]; [a]; b.c.d=1
[[a.b]]; [a]; \t"\\u0062".c.d.e=1|[[a.b.c]]; [a.b]; c.d.e=1|[[a.b]]; [a]; x={b.c.d=1}; a.b.c.d=[]
[]|[[]]|[a|[a]]|[[a]|[[a] ]|[ a . 'b' ]|[a.]|[.a]|[a..b]|[a] b=1|[a; ]|a . b = 1|a.; b=1|1.2=3|inf=1
x=1\r|x=1\rx=2|\r|\r\r\n|#a\rb|#\0|#\x7f|#é\ud800|é=1|x\u00a0=1|\x0b|\ufeff|\ufeffx=1|\ufeff\ufeff
""".strip()
    .replace("\n", "|")
    .split("|")
]
LONG = {
    "as many digits as Python reads": "x = " + "9" * 4_300,
    "one more": "x = " + "9" * 4_301,
    "one more, spaced": "x = -" + "9_" * 4_300 + "9",
    "a long hexadecimal number": "x = 0x" + "f" * 9_000,
    "a long fraction": "x = 1." + "9" * 9_000,
    "a long exponent": "x = 1e" + "0" * 9_000 + "1",
    "a long second": "x = 07:32:00." + "9" * 9_000,
    "a long date in a string": 'x = "' + "2026-01-01." * 9_000 + '"',
}


@pytest.mark.parametrize("value", [*NUMBERS, *TIMES, *OTHERS])
def test_hostile_values(value: str) -> None:
    for frame in FRAMES:
        text = frame.format(*[value] * 2)
        agree(text)
        agree("\ufeff" + text)
        agree(text.replace("\n", "\r\n"))


@pytest.mark.parametrize("text", [*STATEMENTS, *LONG.values()], ids=[*STATEMENTS, *LONG])
def test_hostile_texts(text: str) -> None:
    agree(text)
    agree(SMALL + text)
    agree(text + "\n" + SMALL)


def test_digits_are_counted_where_python_is_told_to_read_fewer() -> None:
    usual = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(640)
    try:
        assert isinstance(agree("x = " + "9" * 640), dict)
        assert type(agree("x = " + "9" * 641)) is ValueError
    finally:
        sys.set_int_max_str_digits(usual)


# Files made to exhaust the stack: tomli's compiled code must not end the process

DEEP = {
    "arrays": "x = " + "[" * 100_000,
    "arrays that close": "x = " + "[" * 100_000 + "]" * 100_000,
    "arrays on lines": "x = " + "[\n" * 100_000,
    "tables": "x = " + "{a=" * 100_000,
    "tables that close": "x = " + "{a=" * 100_000 + "1" + "}" * 100_000,
    "arrays of tables": "x = " + "[{a = " * 50_000 + "1" + "}]" * 50_000,
    "arrays after closers in strings": "x = " + '["]", ' * 50_000,
    "arrays after closers in literals": "x = " + "[']', '''\n]''', " * 50_000,
    "arrays after closers in comments": "x = " + "[ # ]\n" * 50_000,
    "arrays after an escaped quote": "x = " + r'["\"]", ' * 50_000,
    "arrays after an escaped backslash": "x = " + r'["\\", "]", ' * 50_000,
    "arrays after a literal backslash": "x = " + r"""['\', "]", """ * 50_000,
    "arrays after a string that does not close": "x = " + '["]\n' * 50_000,
    "arrays after quotes inside a word": "x = " + "[a'], '" * 50_000,
    "arrays after two strings side by side": "x = " + """["a""[", 'b]'""" * 50_000,
    "arrays under headers": "x = [\n[a]\n" * 50_000,
    "arrays in dotted keys": "x = " + "{a.b.c=[\n" * 50_000,
    "signs of equality": "x " + "=" * 200_000 + " 1",
    "one key": ".".join("a" * 100_000) + " = 1",
    "one key, spaced": " . ".join("a" * 100_000) + " = 1",
    "one header": "[" + ".".join("a" * 100_000) + "]",
    "one header of an array": "[[" + ".".join(["'a'"] * 100_000) + "]]",
    "a key in an inline table": "x = {" + ".".join("a" * 100_000) + " = 1}",
}
DEEP_RUN = """
import sys, threading
from factsheet.source import spans
from factsheet.source.parse import parse
def run():
    try:
        parse(sys.stdin.read())
    except Exception as error:
        print(type(error).__name__, str(error)[:60])
    else:
        print("data")
threading.stack_size(1 << 20)
thread = threading.Thread(target=run)
thread.start()
thread.join()
"""


@pytest.mark.parametrize("case", DEEP)
def test_deep_nesting_is_an_error_and_never_kills(case: str) -> None:
    """In a process of its own, on a stack of 1 MB, where a parser without bounds would die."""
    done = subprocess.run(
        [sys.executable, "-c", DEEP_RUN], input=DEEP[case], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(("RecursionError", "TOMLDecodeError"))


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "[" * 300 + "]" * 300,
        "x = " + "{a=" * 300 + "1" + "}" * 300,
        ".".join("a" * 900) + "=1",
    ],
    ids=["arrays", "tables", "a key"],
)
def test_what_is_nested_less_is_read(text: str) -> None:
    assert isinstance(parse(text), dict)


# Whatever can be written

KEYS = st.sampled_from(["a", "b", "c", '"a"', "'b'", "a-b", "1", '""', '"\\u0061"', "é", "a b"])
PATHS = st.lists(KEYS, min_size=1, max_size=3).map(".".join)
WORDS = st.text(st.characters(codec="utf-8"), max_size=8) | st.text(
    "'\"\\[]{}#=\r\n \tnu", max_size=8
)
QUOTED = st.builds("{1}{0}{1}".format, WORDS, st.sampled_from(["'", '"', "'''", '"""']))
SCALARS = (
    st.sampled_from([*NUMBERS, *TIMES, *OTHERS])
    | st.integers().map(str)
    | st.floats().map(repr)
    | st.datetimes(timezones=st.none() | st.timezones()).map(dt.datetime.isoformat)
    | st.dates().map(str)
    | st.times().map(str)
    | QUOTED
    | st.from_regex(r"[-+]?[0-9_]{1,6}(\.[0-9_]{1,4})?([eE][-+]?[0-9_]{1,3})?", fullmatch=True)
)
GAPS = st.sampled_from(["", " ", "\t", "\n", "\r\n", " # c\n"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(st.builds("{1}{0}{1}".format, inner, GAPS), max_size=3).map(
            lambda items: f"[{','.join(items)}]"
        )
        | st.lists(st.builds("{} = {}".format, PATHS, inner), max_size=3).map(
            lambda items: f"{{{', '.join(items)}}}"
        )
    ),
    max_leaves=4,
)
LINES = st.one_of(
    st.builds("{} = {}".format, PATHS, VALUES),
    st.builds("{} = {}".format, PATHS, st.sampled_from(["1", "'x'", "[]", "{}", "[{}]"])),
    PATHS.map("[{}]".format),
    PATHS.map("[[{}]]".format),
    st.sampled_from(["", "# c", "  ", "\ufeff", *STATEMENTS]),
)
TEXTS = st.lists(LINES, max_size=8).flatmap(
    lambda lines: st.sampled_from(["\n", "\n", "\r\n"]).map(lambda newline: newline.join(lines))
)
EDITS = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.integers(0, 6),
        st.sampled_from([*NUMBERS, *TIMES, *OTHERS, *STATEMENTS]) | WORDS,
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=300, deadline=None)
@given(text=TEXTS)
@example(text="\ufeff")
def test_any_text_of_the_grammar(text: str) -> None:
    agree(text)


@settings(max_examples=300, deadline=None)
@given(text=st.sampled_from([SMALL, BY_HAND, BY_HAND[1:]]), edits=EDITS)
def test_any_mangled_file(text: str, edits: list[tuple[int, int, str]]) -> None:
    for place, removed, put in edits:
        at = place % (len(text) + 1)
        text = text[:at] + put + text[at + removed :]
    agree(text)


@settings(max_examples=300, deadline=None)
@given(text=st.text("ab='\"\\#[]{},.\r\n \t1-:T\ufeff\ud800", max_size=24))
def test_any_signs(text: str) -> None:
    agree(text)


LINES = st.sampled_from(
    [
        "[table]",
        "[[commitments]]",
        "  [[ commitments . updates ]]  # here",
        '["quoted [name]"]',
        "key = 1",
        'text = "[[commitments]]"',
        "# [[commitments]]",
        "",
        'long = """\n[[commitments]]\n"""',
        "raw = '''\n[table]\n'''",
        "list = [\n  [1, 2],\n  [],\n  [[3]],\n]",
        'list = [\n  ["a"],\n  [ true ],\n  [ # no\n  ],\n  [{ a = 1 }],\n]',
        "list = [\n[nan],\n  [\n 2020-01-01 ] ]",
    ]
)


@given(st.lists(LINES, max_size=12), st.sampled_from(["\n", "\r\n"]))
def test_headers_are_found_at_once_where_that_is_enough(lines: list[str], newline: str) -> None:
    text = "\n".join(lines).replace("\n", newline) + newline
    slow = [each for each in spans.statements(text) if each.header]
    fast = [*spans._headers(text)]
    assert [(each.key, each.array, each.start) for each in fast] == [
        (each.key, each.array, each.start) for each in slow
    ]


def test_headers_of_an_ordinary_file_are_found_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(text: str, start: int = 0) -> None:
        raise AssertionError

    text = SHIPPED.read_text(encoding="utf-8")
    known = [each.start for each in spans.statements(text) if each.header]
    monkeypatch.setattr(spans, "statements", never)
    assert [each.start for each in spans._headers(text)] == known
