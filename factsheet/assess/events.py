"""Events and records: what happened once, and what it says of each promise that it bears on.

A record is an ``Update`` as one promise sees it. For the promise that an update is kept under it is
the update itself; for one that its ``also`` names it is an update with that entry's status, value,
milestones, note and dispute, and the event's id, dates and sources. So a dataset with ``also`` and
one with the records written out one by one are assessed alike, by the same arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from factsheet.model import Also, Dataset, Update


@dataclass(frozen=True, slots=True)
class Event:
    """An update, the promise it is kept under, and every promise that it bears on, that one first.

    A withdrawal bears on all that it takes back.
    """

    update: Update
    home: str
    items: tuple[str, ...]


def events(dataset: Dataset) -> dict[str, Event]:
    """Every event of the dataset by its id, in file order."""
    home = {each.id: (item.id, each) for item in dataset.commitments for each in item.updates}
    found: dict[str, Event] = {}
    for name in home:
        chain = [name]
        while (target := home[chain[-1]][1].retracts) and target in home and target not in found:
            if target in chain:
                break  # a circle is an error of the dataset
            chain.append(target)
        for each in reversed(chain):
            item, update = home[each]
            below = found[update.retracts].items if update.retracts in found else ()
            named = (item, *(entry.item for entry in update.also), *below)
            found[each] = Event(update, item, tuple(dict.fromkeys(named)))
    return {name: found[name] for name in home}


def records(dataset: Dataset) -> Mapping[str, Sequence[Update]]:
    """The records of every commitment by its id."""
    own: dict[str, Sequence[Update]] = {each.id: each.updates for each in dataset.commitments}
    if not any(update.also for each in dataset.commitments for update in each.updates):
        return own
    shared: dict[str, list[Update]] = {}
    for event in events(dataset).values():
        if len(event.items) > 1:
            entries = {entry.item: entry for entry in event.update.also}
            for item in event.items[1:]:
                record = record_of(event.update, entries.get(item))
                shared.setdefault(item, []).append(record)
    return {name: [*updates, *shared.get(name, ())] for name, updates in own.items()}


def record_of(update: Update, entry: Also | None) -> Update:
    """What an event says of a promise that it names in ``entry``; None where it only takes back."""
    if entry is None:
        return replace(
            update, status=None, value=None, reached=(), disputed=False, also=(), through=None
        )
    return replace(
        update,
        status=entry.status,
        value=entry.value,
        reached=entry.reached,
        note=entry.note or update.note,
        disputed=entry.disputed,
        through=update.through if entry.value is not None else None,
        also=(),
    )
