"""Insert a record into the text of a dataset, and prove that nothing else changed.

The proof is the gate before the disk: the new text must parse to the old data plus exactly the new record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from factsheet import checks, load, model, record, textmap
from factsheet.errors import NotWrittenError, UsageError
from factsheet.load import Loaded

RECORD_KEYS: tuple[str, ...] = tuple(model.Update.__dataclass_fields__)
"""The keys of a record in the order in which they are written."""


def insert_update(loaded: Loaded, index: int, given: Mapping[str, Any], *, today: dt.date) -> tuple[str, model.Dataset]:
    """The text with one update added to the ``index``-th commitment, and the dataset it describes.

    ``given`` holds plain values by key; absent ones (None, empty, False) are left out. Raises ``UsageError`` if the record is not
    valid here, ``NotWrittenError`` if the text cannot take it without changing something else.
    """
    if loaded.dataset is None or loaded.raw is None:
        raise ValueError("only a valid dataset takes a record")
    plain = {key: given[key] for key in RECORD_KEYS if _says_something(given.get(key))}
    commitment = loaded.dataset.commitments[index]
    try:
        update = model.update_from(plain)
    except ValidationError as error:
        raise UsageError(_first_sentence(error)) from None
    changed = replace(commitment, updates=(*commitment.updates, update))
    commitments = (*loaded.dataset.commitments[:index], changed, *loaded.dataset.commitments[index + 1 :])
    dataset = replace(loaded.dataset, commitments=commitments)
    if found := checks.errors(dataset, today):
        raise UsageError(f"{found[0].message}: {found[0].hint}")
    raw = loaded.raw["commitments"][index]
    expected = {**raw, "updates": [*raw.get("updates", []), plain]}
    table = record.table_text("commitments.updates", plain)
    after = _insert(loaded, index, table, expected)
    return after, dataset


def insert_commitment(loaded: Loaded, given: Mapping[str, Any], *, today: dt.date) -> tuple[str, model.Dataset]:
    """The text with one commitment added after the last of its pillar, else at the end. Raises as ``insert_update`` does.

    Beside its like it is where a reader looks for it, and two branches that add to different pillars merge with plain git.
    """
    if loaded.dataset is None or loaded.raw is None:
        raise ValueError("only a valid dataset takes a record")
    keys = model.Commitment.__dataclass_fields__
    plain = {key: given[key] for key in keys if _says_something(given.get(key))}
    try:
        commitment = model.commitment_from(plain)
    except ValidationError as error:
        raise UsageError(_first_sentence(error)) from None
    others = loaded.dataset.commitments
    alike = [index for index, other in enumerate(others) if other.pillar == commitment.pillar]
    index = alike[-1] if alike else len(others) - 1
    dataset = replace(loaded.dataset, commitments=(*others[: index + 1], commitment, *others[index + 1 :]))
    if found := checks.errors(dataset, today):
        raise UsageError(f"{found[0].message}: {found[0].hint}")
    after = _insert(loaded, index, record.table_text("commitments", plain), plain, new=True)
    return after, dataset


def _insert(loaded: Loaded, index: int, table: str, expected: dict[str, Any], *, new: bool = False) -> str:
    text, raw = loaded.text, loaded.raw or {}
    end = textmap.section_end(text, "commitments", index) if index >= 0 else len(text)
    if end is None:
        raise NotWrittenError(
            "this file does not write its commitments as [[commitments]] tables, so no record can be added without rewriting it; "
            "write them as [[commitments]] and try again"
        )
    newline = textmap.newline_before(text, end)
    block = table.replace("\n", newline)
    before, rest = text[:end], text[end:]
    if before and not before.endswith("\n"):
        inserted = newline * 2 + block.removesuffix(newline)
    else:
        inserted = (newline if before else "") + block
        if rest and not rest.startswith(("\n", "\r\n")):
            inserted += newline
    after = before + inserted + rest
    commitments = list(raw.get("commitments", []))
    if new:
        commitments.insert(index + 1, expected)
    else:
        commitments[index] = expected
    try:
        proven = load.parse(after) == {**raw, "commitments": commitments}
    except (ValueError, RecursionError):
        proven = False
    if not proven:
        raise NotWrittenError(_why_not(text, raw, index, new=new))
    return after


def _why_not(text: str, raw: Mapping[str, Any], index: int, *, new: bool) -> str:
    item = {} if new else raw["commitments"][index]
    if "updates" in item and ("commitments", index, "updates", 0) not in textmap.TextMap(text):
        return (
            f"the updates of {item['id']} are written as one inline array, which cannot take a record without being rewritten; "
            "write them as [[commitments.updates]] tables and try again; nothing was written"
        )
    return "the record cannot be inserted without changing something else in the file; nothing was written"


def _says_something(value: Any) -> bool:
    # Zero is a value; only what a file would leave out says nothing.
    return value is not None and value is not False and not (isinstance(value, str | list | tuple | dict) and not value)


def _first_sentence(error: ValidationError) -> str:
    detail = error.errors(include_url=False)[0]
    names = [str(part) for part in detail["loc"] if isinstance(part, str)]
    message = detail["msg"].removeprefix("Value error, ")
    if names and detail["type"] == "string_pattern_mismatch":
        message = f"{detail['input']!r:.80} is not {load.pattern_words(names[-1])}"
    return f"{'.'.join(names) or 'the record'}: {message}"
