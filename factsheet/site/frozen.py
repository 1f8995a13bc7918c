"""Frozen copies: what one says of itself, and whether the dataset still says the same."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from factsheet import __version__
from factsheet.assess.snapshot import assess
from factsheet.exceptions import UsageError
from factsheet.lint.doubts import doubts
from factsheet.model import Dataset
from factsheet.report import words as t
from factsheet.report.content import build
from factsheet.report.speech import ENGLISH, LANGUAGE
from factsheet.site import data
from factsheet.site.plan import Plan, held, newest

NAME: Final = "frozen.json"
_TERM: Final = frozenset(
    {"title", "pillar", "headline", "owed_by", "due", "summary", "measure", "readings", "term"}
    | {"sources"}
)
"""Keys of a promise that come from its term and not from its records."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a frozen copy says of itself, read back."""

    as_of: dt.date
    newest: dt.datetime | None
    digest: str
    base: str
    languages: Sequence[str]
    version: str
    files: Mapping[str, str]


def label(plan: Plan, files: Mapping[str, str]) -> bytes:
    """What a frozen copy says of itself: enough to make its data again. ``files`` has the SHA-256
    of each file by its path.
    """
    moment = newest(plan.content.snapshot.dataset)
    said = {
        "about": "A copy as of this day, from the records that the file held by this moment.",
        "as_of": f"{plan.content.snapshot.as_of}",
        "newest": t.moment(moment) if moment else None,
        "sha256": plan.content.digest,
        "base": plan.base,
        **({"languages": [*plan.languages]} if [*plan.languages] != [ENGLISH] else {}),
        "factsheet": __version__,
        "files": dict(sorted(files.items())),
    }
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def read(text: bytes, where: str) -> Frozen:
    """The label of a frozen copy. Raises ``UsageError`` where it is none."""
    try:
        said = json.loads(text)
        moment = dt.datetime.fromisoformat(said["newest"]) if said["newest"] else None
        if moment and moment.tzinfo is None:
            raise ValueError
        return Frozen(
            dt.date.fromisoformat(said["as_of"]),
            moment,
            str(said["sha256"]),
            str(said["base"]),
            _languages(said.get("languages", [ENGLISH])),
            str(said["factsheet"]),
            {str(path): str(digest) for path, digest in said["files"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UsageError(
            f"{where} is damaged: it is not what a frozen copy says of itself"
        ) from None


def _languages(said: Any) -> list[str]:
    if isinstance(said, list) and said and all(re.fullmatch(LANGUAGE, each) for each in said):
        return said
    raise ValueError


def again(dataset: Dataset, label: Frozen) -> dict[str, bytes]:
    """The data files of a frozen copy as this dataset has them, from the records of that time:
    those at the root of the site, in the words of the language that stands there.
    """
    snapshot = assess(held(dataset, label.newest), label.as_of)
    content = build(snapshot, doubts(snapshot), digest=label.digest)
    return dict(data.files(Plan(content=content, base=label.base)))


def differences(
    label: Frozen, there: Mapping[str, bytes], made: Mapping[str, bytes]
) -> Iterator[str]:
    """In what a frozen copy is not what it was, and where the dataset no longer says the same.

    ``there`` are its files as they are now, ``made`` its data files made again.
    """
    for path, digest in label.files.items():
        if path not in there:
            yield f"{path} is missing"
        elif hashlib.sha256(there[path]).hexdigest() != digest:
            yield f"{path} was changed after it was frozen"
    for path in sorted(there.keys() - label.files.keys() - {NAME}):
        yield f"{path} was put there after it was frozen"
    different = [path for path in sorted({*made}) if there.get(path) != made[path]]
    gone = sorted(
        path
        for path in label.files
        if path.startswith("c/") and path.endswith("/data.json") and path not in made
    )
    told = [f"{_item(path)} is no longer in the file" for path in gone]
    try:
        told = [*_why(different, there, made), *told]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        told.append("what it says of its records cannot be read any more")
    yield from told
    if different and not told:
        other = f" (it was made by factsheet {label.version}, this is {__version__})"
        by = other if label.version != __version__ else ""
        yield f"{', '.join(different[:3])}: made again, it is different{by}"


def _item(path: str) -> str:
    return path.split("/")[1]


def _why(
    different: list[str], there: Mapping[str, bytes], made: Mapping[str, bytes]
) -> Iterator[str]:
    for path in different:
        if not path.endswith("/data.json"):
            continue
        name = _item(path)
        if path not in there:
            yield f"{name} is new in the file, with nothing that says since when"
            continue
        try:
            was = json.loads(there[path])["commitment"]
        except (ValueError, KeyError, TypeError):
            continue  # that it was changed has been said
        now = json.loads(made[path])["commitment"]
        # A key that a later version added says nothing of the file.
        terms = [key for key in now if key in _TERM & was.keys() and now[key] != was[key]]
        if terms:
            yield f"{name}: the term was edited in place: {', '.join(terms)}"
        yield from _records(name, was, now)


def _records(name: str, was: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    old, new = ({each["id"]: each for each in one["history"]} for one in (was, now))
    for record in sorted(old.keys() - new.keys()):
        yield f"{name}: record {record} is no longer in the file"
    for record in sorted(new.keys() - old.keys()):
        yield f"{name}: record {record} came into the file later, with an earlier moment of writing"
    for record in sorted(old.keys() & new.keys()):
        then, today = old[record], new[record]
        keys = [key for key in today if key in then and today[key] != then[key]]
        if keys:
            yield f"{name}: record {record} was edited: {', '.join(keys)}"
