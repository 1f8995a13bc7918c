"""What is known about each address that the dataset names: ``data/sources.toml``, as text. Pure.

One table an address, sorted, so that branches merge line by line. The dataset is read without it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final, Literal, Self, get_args

import tomli
from pydantic import ConfigDict, TypeAdapter, ValidationError, model_validator

from factsheet.vocabulary import Day, Url

Result = Literal["ok", "moved", "gone", "refused", "unreachable"]
RESULTS: Final[tuple[Result, ...]] = get_args(Result)
RESULT_MEANINGS: Final[dict[Result, str]] = {
    "ok": "the page is there",
    "moved": "its owner redirects it for good, and the other address has it",
    "gone": "the server says that there is no such page",
    "refused": "the server does not show it to a program, which says nothing about the page",
    "unreachable": "nobody answered, or the server failed",
}

LONGEST: Final = 8_000_000
"""Characters of a list that is read: some 50,000 addresses."""
MOST_FAULTS: Final = 1_000
"""Faults that are named one by one."""
HEADING: Final = "# Written by `factsheet sources`, which sorts it; remarks in here are not kept.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What is known about one address: the last check, and the archived copy if there is one."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    checked: Day | None = None
    result: Result | None = None
    moved_to: Url | None = None
    archived: Url | None = None

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if (self.checked is None) != (self.result is None):
            raise ValueError("`checked` and `result` belong together")
        if (self.moved_to is not None) != (self.result == "moved"):
            raise ValueError('`moved_to` belongs to the result "moved", and only to it')
        return self


States = Mapping[str, SourceState]


@dataclass(frozen=True, slots=True)
class Fault:
    """A place in the file that cannot be used, in a sentence; ``line`` counts from 1."""

    line: int | None
    message: str


@dataclass(frozen=True, slots=True)
class SourceList:
    """The addresses that could be read, and what is wrong with the others.

    A list with faults must not be written back: what was not read would be lost.
    """

    states: dict[str, SourceState]
    faults: tuple[Fault, ...] = ()


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


_ADDRESS: Final = re.compile(r"""^\[["']https?://""", re.MULTILINE | re.IGNORECASE)
_DATASET: Final = re.compile(
    r"^[\ufeff \t]*(?:schema[ \t]*=|\[{1,2}(?:agreement|commitments)\b)", re.MULTILINE
)


def is_list(text: str) -> bool:
    """Whether a text, however broken, is a list of sources and no dataset."""
    listed = text.startswith(HEADING.rstrip()) or _ADDRESS.search(text)
    return bool(listed) and not _DATASET.search(text)


def read_list(text: str) -> SourceList:
    """The list that a text holds; never raises."""
    if len(text) > LONGEST:
        said = f"the list has more than {LONGEST:,} characters, and is not read"
        return SourceList({}, (Fault(1, said),))
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(("<<<<<<< ", ">>>>>>> ")):
            said = "a merge conflict: keep both sides and, of two tables for one address, the newer"
            return SourceList({}, (Fault(number, said),))
    try:
        tables = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        return SourceList({}, (Fault(error.lineno, error.msg),))
    except (RecursionError, ValueError) as error:  # nesting, and an integer of 5,000 digits
        return SourceList({}, (Fault(None, str(error)),))
    states: dict[str, SourceState] = {}
    faults: list[Fault] = []
    places: dict[str, int] = {}
    for url, table in tables.items():
        try:
            address = _adapter(Url).validate_python(url)
            states[address] = _adapter(SourceState).validate_python(table)
        except ValidationError as error:
            if len(faults) >= MOST_FAULTS:
                faults.append(Fault(None, "there are more faults than are named here"))
                break
            places = places or _places(text)
            where = places.get(url)
            faults += (Fault(where, f"{url[:200]!a}: {said}") for said in _sentences(error))
    return SourceList(states, tuple(faults))


def _sentences(error: ValidationError) -> list[str]:
    said = []
    for detail in error.errors(include_url=False, include_input=False):
        key = ".".join(map(str, detail["loc"]))
        match detail["type"]:
            case "unexpected_keyword_argument":
                said.append(f"no key {key!a} here; there are checked, result, moved_to, archived")
            case "string_pattern_mismatch" | "string_too_long":
                what = f"`{key}`" if key else "the header"
                said.append(f"{what} must be an http or https address without spaces")
            case "value_error":
                said.append(detail["msg"].removeprefix("Value error, "))
            case "model_type" | "dataclass_type":
                said.append('a table is needed: ["https://…"] and its keys below')
            case _:
                said.append(f"`{key}`: {detail['msg'][:1].lower()}{detail['msg'][1:]}")
    return said


def _places(text: str) -> dict[str, int]:
    """The line of each table header or top-level key: a line of TOML by itself says which it is."""
    places: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        with contextlib.suppress(ValueError, RecursionError):
            for key in tomli.loads(line):
                places.setdefault(key, number)
    return places


def text_of(states: States) -> str:
    """The file that says this. The same knowledge gives the same bytes, whoever writes it."""
    import tomli_w  # readers need none of it

    keys = ("checked", "result", "moved_to", "archived")
    tables = {
        url: {key: value for key in keys if (value := getattr(states[url], key)) is not None}
        for url in sorted(states)
    }
    return HEADING + "".join(f"\n{tomli_w.dumps({url: table})}" for url, table in tables.items())


def with_check(
    states: States, url: str, *, day: dt.date, result: Result, moved_to: str | None = None
) -> dict[str, SourceState]:
    """The list after an address was asked on ``day``. An archived copy stays."""
    before = states.get(url, SourceState())
    state = replace(before, checked=day, result=result, moved_to=moved_to)
    return {**states, url: state}


def with_copy(states: States, url: str, archived: str) -> dict[str, SourceState]:
    """The list after an archived copy of an address was found or made."""
    return {**states, url: replace(states.get(url, SourceState()), archived=archived)}


def merged(ours: States, theirs: States) -> dict[str, SourceState]:
    """Two versions in one: the newer check of each address, and a copy if either has one.

    In whatever order branches are merged, the result is the same.
    """
    return {
        url: _joined(ours.get(url, SourceState()), theirs.get(url, SourceState()))
        for url in {**ours, **theirs}
    }


def _joined(one: SourceState, other: SourceState) -> SourceState:
    last = max(one, other, key=_newness)
    # Of two copies the earlier one stands nearer to what was cited.
    archived = min(filter(None, (one.archived, other.archived)), default=None)
    return replace(last, archived=archived)


def _newness(state: SourceState) -> tuple[dt.date, int, str]:
    # Of one day: what says something about the page counts more than what does not.
    weight = len(RESULTS) - RESULTS.index(state.result) if state.result else 0
    return state.checked or dt.date.min, weight, state.moved_to or ""
