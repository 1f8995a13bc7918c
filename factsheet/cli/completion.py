"""What the shell offers on TAB. A file that does not parse offers nothing and disturbs nobody.

The data are read and not validated, which would take as long as all the rest; so a word is offered
only where it is one, whatever the file says.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

# Not only for types: Typer reads the annotations of these functions at run time.
from typer import Context

Offer = tuple[str, str]
Tables = dict[str, Any]
NEWEST = 200
"""Records that are offered: more than anybody reads."""
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")
# Shells evaluate what they are offered, and Typer reads [brackets] as colour: a title must be
# neither a command nor markup.
_INERT = str.maketrans({"\\": None, "`": "’", "'": "’", '"': "”", "[": "(", "]": ")"})


def _data(file: object) -> Tables:
    from pathlib import Path

    from factsheet import store
    from factsheet.exceptions import FactsheetError
    from factsheet.source.parse import parse

    try:
        place = store.find(Path(str(file)) if file else None)
        if not place.path.is_file():
            return {}  # a pipe would keep the shell waiting
        return parse(store.read(place.path).decode())
    except (FactsheetError, ValueError, ArithmeticError, RecursionError):
        return {}


def _tables(holder: Any, key: str) -> list[Tables]:
    found = holder.get(key) if isinstance(holder, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _commitments(data: Tables) -> list[Tables]:
    return [each for each in _tables(data, "commitments") if _word(each.get("id"))]


def _word(given: object) -> str:
    return given if isinstance(given, str) and _WORD.fullmatch(given) else ""


def _words(given: object) -> list[str]:
    return [word for each in given if (word := _word(each))] if isinstance(given, list) else []


def _inert(given: object) -> str:
    from factsheet.inert import one_line

    return one_line(str(given or "")).translate(_INERT)[:100]


def _offers(found: Iterable[Offer], incomplete: str) -> list[Offer]:
    return [offer for offer in dict.fromkeys(found) if offer[0] and offer[0].startswith(incomplete)]


def _from_dataset(offers: Callable[[Tables], Iterator[Offer]]) -> Callable[..., list[Offer]]:
    def complete(ctx: Context, incomplete: str) -> list[Offer]:
        return _offers(offers(_data(ctx.params.get("file"))), incomplete)

    return complete


@_from_dataset
def items(data: Tables) -> Iterator[Offer]:
    """Ids with their titles."""
    return ((each["id"], _inert(each.get("title"))) for each in _commitments(data))


@_from_dataset
def editable(data: Tables) -> Iterator[Offer]:
    """What can be edited: ids with their titles, and the head of the file."""
    yield "agreement", "the head of the file"
    yield from ((each["id"], _inert(each.get("title"))) for each in _commitments(data))


def targets(ctx: Context, incomplete: str) -> list[Offer]:
    """Ids that the command line does not name yet; after an equals sign, statuses."""
    name, given, begun = incomplete.partition("=")
    if given:
        return [(f"{name}={status}", meaning) for status, meaning in statuses(begun)]
    named = _ids(ctx)
    return [offer for offer in items(ctx, incomplete) if offer[0] not in named]


def named(ctx: Context, incomplete: str) -> list[Offer]:
    """Beginnings of ITEM=TEXT for the items that the command line names."""
    return _offers(((f"{each}=", "") for each in _ids(ctx)), incomplete)


def _ids(ctx: Context) -> list[str]:
    """The ids that the command line names so far, by themselves or by their beginnings."""
    known = [each["id"] for each in _commitments(_data(ctx.params.get("file")))]
    found = []
    # An option that still lacks its value ends the parsing before the items are given their name.
    for each in ctx.params.get("items") or ctx.args:
        name = str(each).partition("=")[0]
        starting = [one for one in known if name and one.startswith(name)]
        if name in known or len(starting) == 1:
            found.append(name if name in known else starting[0])
    return found


@_from_dataset
def pillars(data: Tables) -> Iterator[Offer]:
    """Pillars in use."""
    return ((_word(each.get("pillar")), "") for each in _commitments(data))


@_from_dataset
def parties(data: Tables) -> Iterator[Offer]:
    """Parties with their names."""
    agreement = data.get("agreement")
    found = agreement.get("parties") if isinstance(agreement, dict) else None
    names = found if isinstance(found, dict) else {}
    return ((_word(key), _inert(name)) for key, name in names.items())


@_from_dataset
def tags(data: Tables) -> Iterator[Offer]:
    """Tags in use."""
    return ((tag, "") for each in _commitments(data) for tag in _words(each.get("tags")))


def milestones(ctx: Context, incomplete: str) -> list[Offer]:
    """Milestone ids of the item that the command line names first."""
    found = (
        (_word(step.get("id")), _inert(step.get("title")))
        for each in _named(ctx, _data(ctx.params.get("file")))
        for step in _tables(each.get("measure"), "steps")
    )
    return _offers(found, incomplete)


def records(ctx: Context, incomplete: str) -> list[Offer]:
    """Record ids, newest first, with what they say: of the named items, else of all.

    Where an item may stand before the record, ids of items too.
    """
    data = _data(ctx.params.get("file"))
    chosen = _named(ctx, data)
    names = {each["id"] for each in chosen}
    found = [
        update
        for each in _commitments(data)
        for update in _tables(each, "updates")
        if not names
        or each["id"] in names
        or any(entry.get("item") in names for entry in _tables(update, "also"))
    ]
    found.sort(key=lambda each: (str(each.get("date")), str(each.get("recorded"))), reverse=True)
    told = (
        (
            _word(each.get("id")),
            _inert(f"{each.get('date')} {each.get('status') or ''} {each.get('note') or ''}"),
        )
        for each in found
    )
    offers = _offers(told, incomplete)[:NEWEST]
    if not names and ctx.command.name == "retract":
        return _with_meanings(offers, items(ctx, incomplete))
    return _with_meanings(offers, [])


def _with_meanings(offers: list[Offer], others: list[Offer]) -> list[Offer]:
    """Ids that say nothing by themselves, told apart in bash too, which shows no meanings.

    What all offers begin with is all that bash writes, and that ends inside the ids; the only one
    left stays bare. A star would be looked for among the files.
    """
    if len(offers) + len(others) > 1 and os.environ.get("_FACTSHEET_COMPLETE") == "complete_bash":
        offers = [(re.sub("[*?]", "", f"{name}  {words[:60]}"), "") for name, words in offers]
    return offers + others


def _named(ctx: Context, data: Tables) -> list[Tables]:
    """The items that the command line names so far."""
    # An option that still lacks its value ends the parsing before the items are given their name.
    given = ctx.params.get("items") or ctx.params.get("record") or ctx.args
    name = str(next(iter(given), "")).partition("=")[0]
    if not name:
        return []
    every = _commitments(data)
    exact = [each for each in every if each["id"] == name]
    return exact or [each for each in every if each["id"].startswith(name)]


def statuses(incomplete: str) -> list[Offer]:
    """Statuses that can be typed, with their meanings."""
    from factsheet.vocabulary import NOT_ASSESSED

    return [offer for offer in listed_statuses(incomplete) if offer[0] != NOT_ASSESSED]


def listed_statuses(incomplete: str) -> list[Offer]:
    """Statuses that an item can have."""
    from factsheet.vocabulary import STATUS_MEANINGS

    return _offers(STATUS_MEANINGS.items(), incomplete)


def languages(incomplete: str) -> list[str]:
    """Languages that the program speaks."""
    from factsheet.report import speech

    return [name for name in speech.languages() if name.startswith(incomplete)]


def kinds(incomplete: str) -> list[str]:
    """Kinds of source."""
    from factsheet.vocabulary import SOURCE_KINDS

    return [kind for kind in SOURCE_KINDS if kind.startswith(incomplete)]
