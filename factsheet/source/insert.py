"""Insert tables into the text of a dataset, and prove that nothing else changed.

The proof is the gate before the disk: the new text must parse to the old data plus exactly the new
tables.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import tomli_w
from pydantic import ValidationError

from factsheet import model
from factsheet.exceptions import NotWrittenError, UsageError
from factsheet.lint import rules
from factsheet.source import spans
from factsheet.source.explain import fields_of, pattern_words
from factsheet.source.load import Loaded
from factsheet.source.parse import parse


def insert_updates(
    loaded: Loaded, given: Sequence[tuple[int, Mapping[str, Any]]], *, today: dt.date
) -> tuple[str, model.Dataset]:
    """The text with updates added, and the dataset it describes; all of them or none.

    Each is the index of its commitment and plain values by key; absent ones (None, empty, False)
    are left out. Raises ``UsageError`` if one is not valid here, ``NotWrittenError`` if the text
    cannot take it without changing something else.
    """
    raw, dataset = _valid(loaded)
    commitments = list(dataset.commitments)
    expected: dict[int, Any] = {}
    blocks: dict[int, list[str]] = {}
    for index, values in given:
        plain = {key: values[key] for key in fields_of(model.Update) if _says(values.get(key))}
        try:
            update = model.update_from(plain)
        except ValidationError as error:
            raise UsageError(_first_sentence(error)) from None
        updates = (*commitments[index].updates, update)
        commitments[index] = replace(commitments[index], updates=updates)
        before = expected.get(index, raw["commitments"][index])
        expected[index] = {**before, "updates": [*before.get("updates", []), plain]}
        blocks.setdefault(index, []).append(table_text("commitments.updates", plain))
    dataset = replace(dataset, commitments=tuple(commitments))
    _require_valid(dataset, today)
    after = loaded.text
    for index in sorted(blocks, reverse=True):
        after = _insert(after, index, "\n".join(blocks[index]))
    wanted = [expected.get(index, each) for index, each in enumerate(raw["commitments"])]
    _prove(after, {**raw, "commitments": wanted}, loaded, expected)
    return after, dataset


def insert_commitment(
    loaded: Loaded, given: Mapping[str, Any], *, today: dt.date
) -> tuple[str, model.Dataset]:
    """The text with one commitment added after the last of its pillar, else at the end.

    Beside its like it is where a reader looks for it, and two branches that add to different
    pillars merge with plain git. Raises as ``insert_updates`` does.
    """
    raw, dataset = _valid(loaded)
    plain = {key: given[key] for key in fields_of(model.Commitment) if _says(given.get(key))}
    try:
        commitment = model.commitment_from(plain)
    except ValidationError as error:
        raise UsageError(_first_sentence(error)) from None
    others = dataset.commitments
    alike = [index for index, each in enumerate(others) if each.pillar == commitment.pillar]
    place = (alike[-1] if alike else len(others) - 1) + 1
    dataset = replace(dataset, commitments=(*others[:place], commitment, *others[place:]))
    _require_valid(dataset, today)
    after = _insert(loaded.text, place - 1, table_text("commitments", plain))
    wanted = list(raw.get("commitments", []))
    wanted.insert(place, plain)
    _prove(after, {**raw, "commitments": wanted}, loaded, ())
    return after, dataset


def _valid(loaded: Loaded) -> tuple[dict[str, Any], model.Dataset]:
    if loaded.dataset is None or loaded.raw is None:
        raise ValueError("only a valid dataset takes a record")
    return loaded.raw, loaded.dataset


def _require_valid(dataset: model.Dataset, today: dt.date) -> None:
    if found := next(rules.every_error(dataset, today), None):
        raise UsageError(f"{found.message}: {found.hint}")


def _insert(text: str, index: int, block: str) -> str:
    """The text with a block at the end of the section of the ``index``-th commitment."""
    end = spans.section_end(text, "commitments", index) if index >= 0 else len(text)
    if end is None:
        raise NotWrittenError(
            "this file does not write its commitments as [[commitments]] tables, so no record can "
            "be added without rewriting it; write them as [[commitments]] and try again"
        )
    newline = spans.newline_before(text, end)
    block = block.replace("\n", newline)
    before, rest = text[:end], text[end:]
    if before and not before.endswith("\n"):
        inserted = newline * 2 + block.removesuffix(newline)
    else:
        inserted = (newline if before else "") + block
        if rest and not rest.startswith(("\n", "\r\n")):
            inserted += newline
    return before + inserted + rest


def _prove(
    after: str, wanted: dict[str, Any], loaded: Loaded, changed: Sequence[int] | Any
) -> None:
    try:
        proven = parse(after) == wanted
    except (ValueError, RecursionError):
        proven = False
    if proven:
        return
    raw, where = loaded.raw or {}, spans.TextMap(loaded.text)
    for index in changed:
        item = raw["commitments"][index]
        if "updates" in item and ("commitments", index, "updates", 0) not in where:
            raise NotWrittenError(
                f"the updates of {item['id']} are written as one inline array, which cannot take a "
                "record without being rewritten; write them as [[commitments.updates]] tables and "
                "try again; nothing was written"
            )
    raise NotWrittenError(
        "the record cannot be inserted without changing something else in the file; "
        "nothing was written"
    )


def _says(value: Any) -> bool:
    # Zero is a value; only what a file would leave out says nothing.
    empty = isinstance(value, str | list | tuple | dict) and not value
    return value is not None and value is not False and not empty


def _first_sentence(error: ValidationError) -> str:
    detail = error.errors(include_url=False)[0]
    names = [str(part) for part in detail["loc"] if isinstance(part, str)]
    message = detail["msg"].removeprefix("Value error, ")
    if names and detail["type"] == "string_pattern_mismatch":
        message = f"{detail['input']!r:.80} is not {pattern_words(detail['loc'])}"
    return f"{'.'.join(names) or 'the record'}: {message}"


class _Zulu(dt.datetime):
    """A UTC moment that tomli-w writes as the file format shows it: ``2026-11-24T09:30:00Z``."""

    def __str__(self) -> str:
        return self.isoformat().removesuffix("+00:00") + "Z"


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else Decimal(f"{value:f}")
    if isinstance(value, dt.datetime):
        utc = value.astimezone(dt.UTC)
        return _Zulu.combine(utc.date(), utc.timetz())
    return value


def _inline(value: Any) -> str:
    """A value on one line: tomli-w would break a long inline table into tables of their own."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_inline(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_inline(item) for item in value) + "]"
    return tomli_w.dumps({"x": _plain(value)}).removeprefix("x = ").rstrip("\n")


def key_lines(key: str, value: Any) -> str:
    """A key with its value as TOML, ends with a newline; tables inside it are inline."""
    several = isinstance(value, list | tuple)
    if several and all(isinstance(item, Mapping) for item in value):
        rows = "".join(f"    {_inline(item)},\n" for item in value)
        return f"{key} = [\n{rows}]\n"
    if several or isinstance(value, Mapping):
        return f"{key} = {_inline(value)}\n"
    return tomli_w.dumps({key: _plain(value)})


def table_text(header: str, table: Mapping[str, Any]) -> str:
    """``[[header]]`` and its keys in the given order, one line each, tables inside it inline."""
    return f"[[{header}]]\n" + "".join(key_lines(key, value) for key, value in table.items())
