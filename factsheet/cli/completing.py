"""What the shell offers on TAB. A broken dataset offers nothing; it never disturbs the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator

# Not only for types: Typer reads the annotations of these functions at run time.
from typer import Context

from factsheet.model import SOURCE_KINDS, STATUS_MEANINGS, Commitment, Dataset, Milestones

Offer = tuple[str, str]


def _dataset(ctx_file: object) -> Dataset | None:
    import datetime as dt
    from pathlib import Path

    from factsheet import load, store
    from factsheet.errors import FactsheetError

    try:
        place = store.find(Path(str(ctx_file)) if ctx_file else None)
        if not place.path.is_file():
            return None  # a pipe would keep the shell waiting
        text, finding = load.decode(store.read(place.path))
        return None if finding else load.load(text, today=dt.date.max).dataset
    except FactsheetError:
        return None


# Shells evaluate what they are offered, and Typer reads [brackets] as colour: a title must be neither a command nor markup.
_INERT = str.maketrans({"\\": None, "`": "’", "'": "’", '"': "”", "[": "(", "]": ")"})


def _one_line(text: str) -> str:
    from factsheet.render.text import one_line

    return one_line(text).translate(_INERT)


def _from_dataset(offers: Callable[[Dataset], Iterator[Offer]]) -> Callable[..., list[Offer]]:
    def complete(ctx: Context, incomplete: str) -> list[Offer]:
        dataset = _dataset(ctx.params.get("file"))
        found = dict.fromkeys(offers(dataset)) if dataset else {}
        return [offer for offer in found if offer[0].startswith(incomplete)]

    return complete


@_from_dataset
def items(dataset: Dataset) -> Iterator[Offer]:
    """Ids with their titles."""
    return ((commitment.id, _one_line(commitment.title)) for commitment in dataset.commitments)


@_from_dataset
def pillars(dataset: Dataset) -> Iterator[Offer]:
    """Pillars in use."""
    return ((commitment.pillar, "") for commitment in dataset.commitments)


@_from_dataset
def parties(dataset: Dataset) -> Iterator[Offer]:
    """Parties with their names."""
    return ((key, _one_line(name)) for key, name in dataset.agreement.parties.items())


@_from_dataset
def tags(dataset: Dataset) -> Iterator[Offer]:
    """Tags in use."""
    return ((tag, "") for commitment in dataset.commitments for tag in commitment.tags)


def milestones(ctx: Context, incomplete: str) -> list[Offer]:
    """Milestone ids of the item that the command line names."""
    return [
        (step.id, _one_line(step.title))
        for commitment in _named(ctx)
        if isinstance(commitment.measure, Milestones)
        for step in commitment.measure.steps
        if step.id.startswith(incomplete)
    ]


def updates(ctx: Context, incomplete: str) -> list[Offer]:
    """Update ids of the item that the command line names, newest first, with what they say."""
    return [
        (update.id, _one_line(f"{update.date} {update.status or ''} {update.note or ''}")[:100])
        for commitment in _named(ctx)
        for update in sorted(commitment.updates, key=lambda update: update.date, reverse=True)
        if update.id.startswith(incomplete)
    ]


def _named(ctx: Context) -> list[Commitment]:
    # An option that still lacks its value ends the parsing before the item is given its name.
    name = str(ctx.params.get("item") or next(iter(ctx.args), ""))
    dataset = _dataset(ctx.params.get("file"))
    if not dataset or not name:
        return []
    exact = [commitment for commitment in dataset.commitments if commitment.id == name]
    return exact or [commitment for commitment in dataset.commitments if commitment.id.startswith(name)]


def statuses(incomplete: str) -> list[Offer]:
    """Statuses that can be typed, with their meanings."""
    return [offer for offer in STATUS_MEANINGS.items() if offer[0].startswith(incomplete) and offer[0] != "not-assessed"]


def listed_statuses(incomplete: str) -> list[Offer]:
    """Statuses that an item can have."""
    return [offer for offer in STATUS_MEANINGS.items() if offer[0].startswith(incomplete)]


def kinds(incomplete: str) -> list[str]:
    """Kinds of source."""
    return [kind for kind in SOURCE_KINDS if kind.startswith(incomplete)]
