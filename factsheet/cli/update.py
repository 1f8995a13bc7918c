"""`factsheet update`: record an event, for one promise or for many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple

import typer

from factsheet import store, writing
from factsheet.assess import events
from factsheet.cli import completion, options, recording
from factsheet.cli.dataset import pick, pick_record
from factsheet.cli.options import DryRun, FileOption, option
from factsheet.cli.recording import Fetch, Kind, Note, Published, Publisher, Sources, evidence
from factsheet.exceptions import UsageError
from factsheet.model import Commitment, Dataset, Source
from factsheet.source.explain import unknown_status
from factsheet.vocabulary import STATUSES

_Target = tuple[int, Commitment, str | None]
"""An item that an event bears on: its index, its commitment, and its status there."""


def update(
    items: Annotated[
        list[str],
        typer.Argument(
            metavar="ITEM[=STATUS]",
            help="Ids, or the beginnings of some; the first is the one that it is mostly about.",
            autocompletion=completion.targets,
            show_default=False,
        ),
    ],
    status: Annotated[
        str | None,
        option(
            "--status",
            "-s",
            metavar="STATUS",
            complete=completion.statuses,
            help="Where it stands now; holds for all items.",
        ),
    ] = None,
    value: Annotated[
        str | None,
        option("--value", metavar="AMOUNT", help="The TOTAL so far: 2.4bn, 2.54%, '$3bn', 1.5조."),
    ] = None,
    through: Annotated[
        str | None,
        option("--through", metavar="DATE", help="The day up to which the value counts."),
    ] = None,
    reached: Annotated[
        list[str] | None,
        option(
            "--reached",
            metavar="STEP",
            complete=completion.milestones,
            help="A milestone reached, of the first item or as ITEM=STEP; repeatable.",
        ),
    ] = None,
    date: Annotated[
        str | None, option("--date", metavar="DATE", help="When it happened (default: today).")
    ] = None,
    note: Note = None,
    note_for: Annotated[
        list[str] | None,
        option(
            "--note-for",
            metavar="ITEM=TEXT",
            complete=completion.named,
            help="What it means for one of the items; repeatable.",
        ),
    ] = None,
    source: Sources = None,
    publisher: Publisher = None,
    published: Published = None,
    kind: Kind = None,
    fetch: Fetch = False,
    disputed: Annotated[
        bool, typer.Option("--disputed", help="Sources contradict each other on it.")
    ] = False,
    pre_agreement: Annotated[
        bool,
        typer.Option("--pre-agreement", help="It came before the agreement and still bears on it."),
    ] = False,
    replaces: Annotated[
        list[str] | None,
        option(
            "--replaces",
            metavar="RECORD",
            complete=completion.records,
            help="Withdraw this record in the same step; repeatable.",
        ),
    ] = None,
    why: Annotated[
        str | None, option("--why", metavar="TEXT", help="Why the replaced record was wrong.")
    ] = None,
    dry_run: DryRun = False,
    file: FileOption = None,
) -> None:
    """Record an event: a status, a total, a milestone, a note.

    At least one of --status, --value, --reached and --note. One event may bear on several items:
    --status, --note and --disputed hold for all of them, ITEM=STATUS gives one its own status,
    --note-for its own note; --value and --through are the first one's. The record is inserted into
    the file; nothing else in it changes.

    Example: factsheet update arms --value 5.2bn --date 2026-11-20 --source https://example.org/page
    """
    _require_status(status, "--status")
    if not (status or value or reached or note or any("=" in item for item in items)):
        raise UsageError(
            "nothing to record: give at least one of --status, --value, --reached, --note"
        )
    if through and not value:
        raise UsageError("--through says up to when --value counts; give both")
    if why and not replaces:
        raise UsageError("--why says why the record of --replaces was wrong; give both")
    happened = options.optional_day(date, "--date")
    if happened and happened > options.latest_day():
        raise UsageError(
            f"--date {happened} has not come yet; an event is recorded once it has happened"
        )
    given: dict[str, Any] = {
        "through": options.optional_day(through, "--through"),
        "disputed": disputed,
        "pre_agreement": pre_agreement,
        **evidence(note, source, publisher, published, kind, fetch=fetch),
    }
    reason = options.typed_text(why, "--why")
    with writing.draft(store.find(file), dry_run=dry_run) as draft:
        loaded, dataset = recording.opened(draft)
        targets = _targets(dataset, items, status)
        (index, first, own), *_ = targets
        amount = recording.amount_of(value, first.measure, "--value") if value else None
        steps = _per_item(dataset, targets, reached, "--reached")
        also = _also(targets, steps, _per_item(dataset, targets, note_for, "--note-for"), disputed)
        new = recording.new_id(recording.ids_of(dataset))
        named = [each.id for _, each, _ in targets]
        gone = _withdrawals(dataset, replaces or (), named, reason, new)
        moment = gone.next_moment
        given |= {"id": new, "status": own, "value": amount, "reached": steps.get(first.id)}
        given |= {"date": happened or gone.date or options.today(), "recorded": moment}
        given["also"] = also
        bears_on = [*named, *gone.given_up]
        given["sources"] = _as_known(given["sources"], gone.sources)
        written = recording.write(loaded, dataset, [*gone.updates, (index, given)], bears_on)
        said = f"recorded {new} under {first.id}{gone.said}"
        if also:
            said += f", bearing on {len(also)} more"
        recording.finish(draft, written, said, dry_run=dry_run)


class _Withdrawals(NamedTuple):
    """Updates that take back what ``--replaces`` names, and what follows from them.

    ``date`` is that of the first record taken back, ``given_up`` are the items of which the new
    event says nothing any more.
    """

    updates: list[tuple[int, dict[str, Any]]]
    date: dt.date | None
    given_up: list[str]
    next_moment: dt.datetime
    said: str
    sources: list[Source]


def _withdrawals(
    dataset: Dataset, wrong: Sequence[str], named: Sequence[str], why: str | None, new: str
) -> _Withdrawals:
    """What takes back the records of ``--replaces``. Raises ``UsageError``."""
    taken = {*recording.ids_of(dataset), new}
    moment = recording.moment_for(dataset)
    every = events.events(dataset) if wrong else {}
    updates: list[tuple[int, dict[str, Any]]] = []
    date, given_up, said = None, [], ""
    sources: list[Source] = []
    for name in wrong:
        place, target = pick_record(dataset, name)
        if any(target.id == gone["retracts"] for _, gone in updates):
            raise UsageError(f"--replaces names {target.id} twice")
        bears_on = every[target.id].items
        if not set(bears_on) & set(named):
            raise UsageError(
                f"{target.id} is a record of {options.either(bears_on)}, "
                f"not of {options.either(named)}"
            )
        recording.require_standing(dataset.commitments[place], target)
        gone = recording.withdrawal(target, why or f"Replaced by record {new}.")
        gone |= {"id": recording.new_id(taken), "recorded": moment}
        taken.add(gone["id"])
        updates.append((place, gone))
        sources += target.sources
        moment = recording.after(moment)
        date = date or target.date
        silent = [each for each in bears_on if each not in named and each not in given_up]
        given_up += silent
        said += f", in place of {target.id}"
        if silent:
            said += f"; of {options.either(silent)} it says nothing any more"
    return _Withdrawals(updates, date, given_up, moment, said, sources)


def _as_known(given: Sequence[dict[str, Any]], known: Sequence[Source]) -> list[dict[str, Any]]:
    """Sources with what the replaced record said of the same page, where nothing else was typed."""
    by_url = {source.url: source for source in known}
    found = []
    for each in given:
        source = by_url.get(each["url"]) if len(each) == 1 else None
        about = ("title", "publisher", "published", "kind") if source else ()
        said = {key: value for key in about if (value := getattr(source, key))}
        found.append({**each, **said})
    return found


def _also(
    targets: Sequence[_Target],
    steps: Mapping[str, Sequence[str]],
    notes: Mapping[str, Sequence[str]],
    disputed: bool,
) -> list[dict[str, Any]]:
    """The entries of the other items; what is absent in one is left out."""
    (_, first, _), *others = targets
    if first.id in notes:
        raise UsageError(f"--note is what is said of {first.id}, the first item")
    entries = [
        {
            "item": each.id,
            "status": status,
            "reached": steps.get(each.id),
            "note": "\n".join(notes.get(each.id, ())),
            "disputed": disputed,
        }
        for _, each, status in others
    ]
    return [{key: said for key, said in entry.items() if said} for entry in entries]


def _require_status(word: str | None, name: str) -> None:
    if word is not None and word not in STATUSES:
        raise UsageError(f"{name}: {unknown_status(word)}")


def _per_item(
    dataset: Dataset,
    targets: list[_Target],
    given: list[str] | None,
    name: str,
) -> dict[str, list[str]]:
    """What options of the form ITEM=TEXT say, by item; without ITEM it is the first one's."""
    found: dict[str, list[str]] = {}
    known = [commitment.id for _, commitment, _ in targets]
    for text in given or ():
        item, equals, said = text.partition("=")
        if not equals and name == "--note-for":
            raise UsageError(f"{name} {text!r} is not ITEM=TEXT")
        which = pick(dataset, item)[1].id if equals else known[0]
        if which not in known:
            raise UsageError(f"{name}: {which} is not one of the items of this event; name it too")
        found.setdefault(which, []).append(options.typed_text(said if equals else text, name) or "")
    return found


def _targets(dataset: Dataset, items: list[str], status: str | None) -> list[_Target]:
    """The commitments that an event bears on, each with its status. Raises ``UsageError``."""
    found: list[_Target] = []
    for text in items:
        name, given, own = text.partition("=")
        if given:
            _require_status(own, text)
        index, commitment = pick(dataset, name)
        if any(index == place for place, _, _ in found):
            raise UsageError(f"{commitment.id} is named twice; an event names each item once")
        found.append((index, commitment, own if given else status))
    return found
