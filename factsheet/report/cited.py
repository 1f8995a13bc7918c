"""The cited pages: each address once, with all that is said and known of it."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from factsheet.assess.citations import Citation, citations
from factsheet.assess.snapshot import Snapshot
from factsheet.model import Source
from factsheet.source_list import RESULTS, SourceState

UNCHECKED: Final = "unchecked"
"""In place of a result, where nobody has asked the address yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """An address: what is said of its page where it is cited, and what is known of it.

    ``source`` has of each key what the first citation gives that has it.
    """

    source: Source
    citations: tuple[Citation, ...]
    state: SourceState
    age: int | None
    """Days since it was published, or since the first event that it shows."""

    @property
    def items(self) -> tuple[str, ...]:
        """The commitments that it bears on; none where only the document cites it."""
        return tuple(dict.fromkeys(item for each in self.citations for item in each.items))

    @property
    def records(self) -> tuple[str, ...]:
        """The updates that cite it."""
        return tuple(dict.fromkeys(each.update.id for each in self.citations if each.update))

    @property
    def by_document(self) -> bool:
        """Whether the document itself cites it."""
        return any(each.home is None for each in self.citations)

    @property
    def day(self) -> dt.date:
        """The day from which a copy shows all that the page is cited for."""
        return max(each.day for each in self.citations)

    @property
    def result(self) -> str:
        """What the last check found, or that there was none."""
        return self.state.result or UNCHECKED


def cited(snapshot: Snapshot) -> list[Cited]:
    """Every address of the dataset once, in the order of the file.

    The records of all days are told: a page that was cited once is worth keeping.
    """
    found: dict[str, list[Citation]] = {}
    for each in citations(snapshot.dataset):
        found.setdefault(each.source.url, []).append(each)
    return [
        _cited(places, snapshot.sources.get(url, SourceState()), snapshot.as_of)
        for url, places in found.items()
    ]


def _cited(places: list[Citation], state: SourceState, today: dt.date) -> Cited:
    source = places[0].source
    for each in places[1:]:
        given: dict[str, Any] = {
            name: value
            for name in ("title", "publisher", "published", "kind")
            if (value := getattr(each.source, name)) and not getattr(source, name)
        }
        source = replace(source, **given) if given else source
    days = [each.update.date for each in places if each.update]
    since = source.published or min(days, default=None)
    return Cited(
        source=source,
        citations=tuple(places),
        state=state,
        age=(today - since).days if since else None,
    )


def age_text(each: Cited) -> str:
    """How old a page is, short: 45d, 14mo, 3y."""
    if each.age is None:
        return ""
    days = max(each.age, 0)
    return f"{days}d" if days < 60 else f"{days // 30}mo" if days < 730 else f"{days // 365}y"


def copied_text(each: Cited) -> str:
    """The day of the archived copy, where its address tells it."""
    if not each.state.archived:
        return ""
    stamp = re.search(r"/web/(\d{4})(\d{2})(\d{2})", each.state.archived)
    return "-".join(stamp.groups()) if stamp else "yes"


def used_by(each: Cited) -> tuple[str, ...]:
    """Who cites a page: commitments by their ids, and the document."""
    return (*each.items, *(["the document"] if each.by_document else []))


def sources_line(found: Sequence[Cited]) -> str:
    """How many addresses there are, how many of each result, and how many have a copy."""
    counts = Counter(each.result for each in found)
    said = [f"{counts[word]} {word}" for word in (*RESULTS, UNCHECKED) if counts[word]]
    copies = sum(bool(each.state.archived) for each in found)
    return (
        f"{len(found)} address{'' if len(found) == 1 else 'es'}: {', '.join(said) or 'none'}; "
        f"{copies or 'none'} with an archived copy"
    )
