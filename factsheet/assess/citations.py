"""Where each source of a dataset is cited: by the document, by a term, by an event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from factsheet.assess.events import events
from factsheet.model import Dataset, Source, Update

Loc = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One source where it stands.

    ``home`` is the commitment that it is kept under, None for the document's own; ``items`` are
    all that it bears on. ``update`` is the event that it shows, None for the source of a term.
    """

    source: Source
    loc: Loc
    home: str | None
    items: tuple[str, ...]
    update: Update | None
    day: dt.date
    """The day that the page must have been seen on, or after, to show what it is cited for."""


def citations(dataset: Dataset) -> Iterator[Citation]:
    """Every source of the dataset, in file order."""
    agreed = dataset.agreement.agreed
    for number, source in enumerate(dataset.agreement.sources):
        loc: Loc = ("agreement", "sources", number)
        day = source.published or agreed
        yield Citation(source=source, loc=loc, home=None, items=(), update=None, day=day)
    told = events(dataset)
    for index, term in enumerate(dataset.commitments):
        name, above = term.id, ("commitments", index)
        for number, source in enumerate(term.sources):
            loc = (*above, "sources", number)
            day = source.published or agreed
            yield Citation(source=source, loc=loc, home=name, items=(name,), update=None, day=day)
        for place, update in enumerate(term.updates):
            for number, source in enumerate(update.sources):
                yield Citation(
                    source=source,
                    loc=(*above, "updates", place, "sources", number),
                    home=name,
                    items=told[update.id].items,
                    update=update,
                    day=max(update.date, source.published or update.date),
                )
