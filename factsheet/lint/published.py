"""What was published and no longer stands as it did: records edited or gone, terms reworded.

A record is corrected by a later one, which everybody can see. One that is changed in place makes
liars of all who cited it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from decimal import Decimal
from operator import attrgetter
from typing import Any

from factsheet.lint.codes import Finding, Loc
from factsheet.model import Dataset

_NAMED_BY = {"sources": "url", "also": "item"}
"""Keys that hold lists, and what tells their members apart."""
_SHORT = 60
"""Characters of a value that a message shows."""


def changed(before: Dataset, now: Dataset, where: str) -> Iterator[Finding]:
    """What of ``before`` reads otherwise in ``now``; ``where`` says what ``before`` was.

    Places are those of ``now``; what is gone is told where its commitment stands.
    """
    yield from records(before, now, where)
    yield from _terms(before, now, where)


def records(before: Dataset, now: Dataset, where: str) -> Iterator[Finding]:
    """The records of ``before`` that were edited, moved or removed."""
    places = {each.id: ("commitments", index) for index, each in enumerate(now.commitments)}
    kept = {
        update.id: (term.id, update, (*places[term.id], "updates", number))
        for term in now.commitments
        for number, update in enumerate(term.updates)
    }
    for term in before.commitments:
        for was in term.updates:
            said = f"the record {was.id} of {was.date}"
            if was.id not in kept:
                message = f"{said} stood in {where} and is gone"
                loc: Loc = places.get(term.id, ())
                yield Finding(code="removed-record", message=message, loc=loc, item=term.id)
                continue
            home, update, loc = kept[was.id]
            differences = list(_differences(was, update))
            if home != term.id:
                differences.insert(0, f"it stood under {term.id}")
            if differences:
                message = f"{said} is not as in {where}: {_told(differences)}"
                yield Finding(code="edited-record", message=message, loc=loc, item=home)


def _terms(before: Dataset, now: Dataset, where: str) -> Iterator[Finding]:
    """What the rest of the file said in ``before`` and says otherwise in ``now``."""
    standing = {each.id: (index, each) for index, each in enumerate(now.commitments)}
    for term in before.commitments:
        if term.id not in standing:
            message = f"the term {term.id} stood in {where} and is gone"
            yield Finding(code="edited-term", message=message, item=term.id)
            continue
        index, current = standing[term.id]
        if differences := list(_differences(term, current, skip="updates")):
            message = f"the term is not as in {where}: {_told(differences)}"
            loc: Loc = ("commitments", index)
            yield Finding(code="edited-term", message=message, loc=loc, item=term.id)
    for key in ("agreement", "method"):
        if differences := list(_differences(getattr(before, key), getattr(now, key))):
            message = f"{key} is not as in {where}: {_told(differences)}"
            yield Finding(code="edited-term", message=message, loc=(key,))


def _differences(was: Any, now: Any, skip: str = "") -> Iterator[str]:
    """What two nouns of a kind say differently, a few words each."""
    for each in fields(was):
        old, new = getattr(was, each.name), getattr(now, each.name)
        if each.name == skip or old == new:
            continue
        if _plain(old) and _plain(new):
            yield f"{each.name} was {_shown(old)}, is {_shown(new)}"
        elif each.name in _NAMED_BY:
            yield from _members(each.name, old, new, attrgetter(_NAMED_BY[each.name]))
        else:
            yield f"{each.name} differs"


def _members(
    what: str, old: Sequence[Any], new: Sequence[Any], name_of: Callable[[Any], str]
) -> Iterator[str]:
    """What two lists of named things say differently: what is gone, new, or not the same."""
    was, now = ({name_of(each): each for each in side} for side in (old, new))
    gone = [f"{what} lacks {name[:_SHORT]}" for name in was if name not in now]
    added = [f"{what} has {name[:_SHORT]} too" for name in now if name not in was]
    changed = [
        f"{what}, {name[:_SHORT]}: {difference}"
        for name in was
        if name in now
        for difference in _differences(was[name], now[name])
    ]
    yield from [*gone, *added, *changed] or [f"{what} differs in order"]


def _told(differences: Sequence[str]) -> str:
    more = f"; and {len(differences) - 4} more" if len(differences) > 4 else ""
    return "; ".join(differences[:4]) + more


def _plain(value: object) -> bool:
    if isinstance(value, tuple):
        return all(isinstance(each, str) for each in value)
    return value is None or isinstance(value, str | bool | Decimal | dt.date)


def _shown(value: Any) -> str:
    if value is None or value == ():
        return "absent"
    if isinstance(value, tuple):
        value = ", ".join(value)
    if isinstance(value, Decimal):
        return f"{value:,f}"
    text = value if isinstance(value, str) else str(value)
    short = text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}…"
    return f'"{short}"' if isinstance(value, str) else short
