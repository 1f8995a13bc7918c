"""The dataset that a command works on: opening it, naming an item or a record of it."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from factsheet import store
from factsheet.assess import events
from factsheet.assess.snapshot import Assessment, Snapshot
from factsheet.cli import options, output
from factsheet.exceptions import DatasetError, UsageError
from factsheet.inert import one_line
from factsheet.lint.codes import Finding
from factsheet.model import Commitment, Dataset, Update
from factsheet.source import load
from factsheet.source.load import Loaded
from factsheet.source_list import SourceList, States, read_list

if TYPE_CHECKING:
    from factsheet.report.content import Part

SHOWN_ERRORS = 5
FILTERS = {"pillar": "pillar", "owed by": "party", "tag": "tag", "status": "status"}
"""The filters that take words, and of what kind their words are."""
KEYED = ("json", "csv")
"""Formats of keys and codes, which stay as they are around the words of the data."""


def open_dataset(file: Path | None) -> tuple[store.Place, Loaded, Dataset]:
    """The dataset in use. Raises ``DatasetError`` naming what is wrong with it, and where."""
    place = store.find(file)
    loaded = load_bytes(store.read(place.path))
    return place, loaded, valid(place, loaded)


def in_language(
    lang: str | None,
    place: store.Place,
    dataset: Dataset,
    format: str = "",
    *,
    notes: bool = True,
) -> tuple[Dataset, contextlib.AbstractContextManager[None]]:
    """The dataset in the language that is asked for, and how to speak it.

    ``notes`` says whether those of records will be told. Raises ``UsageError`` for a language in
    which nothing is said.
    """
    language = options.language(lang)
    if language == "en":
        return dataset, contextlib.nullcontext()
    from factsheet.cli.words import spoken

    dataset, speaking = spoken(place, dataset, language, notes=notes)
    return dataset, contextlib.nullcontext() if format in KEYED else speaking


def load_bytes(data: bytes) -> Loaded:
    """Load what was read from a place; no event may be of a day that is nowhere yet."""
    return load.load_bytes(data, today=options.latest_day())


def valid(place: store.Place, loaded: Loaded) -> Dataset:
    """The dataset of what was loaded. Raises ``DatasetError`` with its first errors, if any."""
    if loaded.dataset is None:
        raise DatasetError(broken(place.path, loaded.errors))
    return loaded.dataset


def broken(path: Path, errors: Sequence[Finding]) -> str:
    """Why a dataset cannot be used: its first errors, each with its line."""
    shown = [finding_line(path, finding) for finding in errors[:SHOWN_ERRORS]]
    left = len(errors) - SHOWN_ERRORS
    more = [f"... and {left} more"] if left > 0 else []
    head = f"{path} cannot be used; `factsheet validate` names every error"
    return "\n".join([head, *shown, *more])


def finding_line(path: Path, finding: Finding) -> str:
    """``path:line: error[code] message``, on one line, nothing in it obeyed by a terminal."""
    from factsheet.formats import findings

    return findings.line(path, finding)


def findings_of(loaded: Loaded, snapshot: Snapshot) -> Callable[[], Mapping[str, list[Finding]]]:
    """The doubts about every item with their lines, looked for when they are asked for."""

    def find() -> Mapping[str, list[Finding]]:
        from factsheet.lint.doubts import doubts

        found = doubts(snapshot, options.latest_day())
        placed: dict[str, list[Finding]] = {name: [] for name in found}
        for finding in load.located(loaded.text, [one for each in found.values() for one in each]):
            placed[finding.item or ""].append(finding)
        return placed

    return find


def known_sources(place: store.Place) -> States:
    """What is known about the cited addresses; nothing where nobody has asked.

    The dataset is whole without it, so what cannot be read of it is said and left out.
    """
    path = store.source_list(place).path
    if not store.exists(path):
        return {}
    try:
        listed = read_list(store.read(path).decode("utf-8", "replace"))
    except DatasetError as error:
        output.say(f"{error}; checks and archived copies are left out")
        return {}
    for line in list_faults(path, listed):
        output.say(f"{line}; what it says is left out")
    return listed.states


def list_faults(path: Path, listed: SourceList) -> list[str]:
    """What is wrong with a list of sources, a line each, the first few."""
    return [
        f"{one_line(str(path))}:{fault.line or 1}: {one_line(fault.message)}"
        for fault in listed.faults[:SHOWN_ERRORS]
    ]


def note_known_by(dataset: Dataset, known_by: dt.date | None) -> None:
    """Say so where a file was only written after the day that it is asked about.

    The answer is true and empty.
    """
    if known_by is None:
        return
    written = (update.known_on for each in dataset.commitments for update in each.updates)
    first = min(written, default=None)
    if first is not None and first > known_by:
        output.say(
            f"nothing in this file was written by {known_by}, its first record is of {first}; "
            "for what had happened use --as-of"
        )


def pick(dataset: Dataset, name: str) -> tuple[int, Commitment]:
    """The commitment that an id or a unique beginning names, with its index."""
    ids = [commitment.id for commitment in dataset.commitments]
    name = name.casefold()
    starting = [each for each in ids if name and each.startswith(name)]
    if name in ids or len(starting) == 1:
        index = ids.index(name if name in ids else starting[0])
        return index, dataset.commitments[index]
    if starting:
        raise UsageError(f"{name!r} could be {options.either(starting)}; write more of it")
    raise UsageError(
        f"no commitment is called {name!r}{options.did_you_mean(name, ids)}; "
        f"`factsheet list` shows all {len(ids)}"
    )


def pick_record(
    dataset: Dataset, name: str, within: Commitment | None = None
) -> tuple[int, Update]:
    """The update that a record's id or a unique beginning names, and its commitment's index."""
    name = name.casefold()
    # A withdrawal is a record of all that it takes back, wherever it is kept.
    bears_on = events.events(dataset) if within else {}
    every = [
        (index, update)
        for index, commitment in enumerate(dataset.commitments)
        for update in commitment.updates
        if within is None or within.id in bears_on[update.id].items
    ]
    found = [(index, update) for index, update in every if name and update.id.startswith(name)]
    if len(found) == 1:
        return found[0]
    shown = found or every
    newest = sorted((update for _, update in shown), key=lambda each: each.date, reverse=True)[:8]
    known = ", ".join(f"{update.id} ({update.date})" for update in newest) or "none"
    problem = "could be several updates" if found else "names no update"
    of = f" of {within.id}" if within else ""
    end = f"it has {known}" if within else f"the newest are {known}; `factsheet log` shows all"
    raise UsageError(f"{name!r} {problem}{of}; {end}")


def chooser(
    dataset: Dataset,
    status: Sequence[str] | None,
    pillar: Sequence[str] | None,
    owed_by: Sequence[str] | None,
    tag: Sequence[str] | None,
    *,
    headline: bool = False,
) -> Callable[[Assessment], bool]:
    """Which items the filters of a command line want. Raises ``UsageError`` for unknown words."""
    from factsheet.vocabulary import STATUS_TABLE

    commitments = dataset.commitments
    every_pillar = tuple(dict.fromkeys(each.pillar for each in commitments))
    every_tag = tuple(dict.fromkeys(word for each in commitments for word in each.tags))
    statuses = options.all_of(status, tuple(STATUS_TABLE), "--status")
    pillars = options.all_of(pillar, every_pillar, "--pillar")
    parties = options.all_of(owed_by, tuple(dataset.agreement.parties), "--owed-by")
    tags = options.all_of(tag, every_tag, "--tag")
    return lambda item: (
        (not statuses or item.status in statuses)
        and (not pillars or item.commitment.pillar in pillars)
        and (not parties or bool(parties.intersection(item.commitment.owed_by)))
        and (not tags or bool(tags.intersection(item.commitment.tags)))
        and (item.commitment.headline or not headline)
    )


def part_of(
    snapshot: Snapshot,
    names: Sequence[str] | None,
    wanted: Callable[[Assessment], bool],
    said: Mapping[str, Sequence[str] | bool | None],
) -> Part | None:
    """What a report is limited to, by the items and the filters of a command line; None by none.

    ``said`` is what each filter was given, for the report to say so. Raises ``UsageError`` where
    nothing is left.
    """
    from factsheet.report.content import Part
    from factsheet.report.speech import word

    ids = {pick(snapshot.dataset, name)[1].id for name in names or ()}
    filters = {
        name: options.words(given) for name, given in said.items() if isinstance(given, Sequence)
    }
    why = [", ".join(sorted(ids))] if ids else []
    why += [word("filter", name) for name, given in said.items() if given is True]
    why += [
        f"{word('filter', name)} {', '.join(word(FILTERS[name], each) for each in given)}"
        for name, given in filters.items()
        if given
    ]
    if not why:
        return None
    items = tuple(
        item for item in snapshot.items if wanted(item) and (not ids or item.commitment.id in ids)
    )
    if not items:
        raise UsageError(f"no commitment fits {'; '.join(why)}; `factsheet list` shows all")
    return Part(items, "; ".join(why))
