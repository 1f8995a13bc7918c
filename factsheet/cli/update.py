"""`factsheet update`: record an event, for one promise or for many."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from factsheet import store
from factsheet.assess import events
from factsheet.cli import completion, options, recording
from factsheet.cli.dataset import pick, pick_record
from factsheet.cli.options import DryRun, FileOption, option
from factsheet.cli.recording import Kind, Note, Published, Publisher, Sources, evidence
from factsheet.exceptions import UsageError
from factsheet.model import Commitment, Dataset
from factsheet.source.explain import unknown_status
from factsheet.vocabulary import STATUSES


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
        **evidence(note, source, publisher, published, kind),
    }
    reason = options.typed_text(why, "--why")
    with store.draft(store.find(file), dry_run=dry_run) as draft:
        loaded, dataset = recording.opened(draft)
        targets = _targets(dataset, items, status)
        (index, commitment, own), *others = targets
        taken = recording.ids_of(dataset)
        moment = recording.moment_for(dataset)
        new = recording.new_id(taken)
        amount = recording.amount_of(value, commitment.measure, "--value") if value else None
        steps = _per_item(dataset, targets, reached, "--reached")
        notes = _per_item(dataset, targets, note_for, "--note-for")
        if commitment.id in notes:
            raise UsageError(f"--note is what is said of {commitment.id}, the first item")
        entries = [
            {
                "item": each.id,
                "status": state,
                "reached": steps.get(each.id),
                "note": "\n".join(notes.get(each.id, ())),
                "disputed": disputed,
            }
            for _, each, state in others
        ]
        also = [{key: said for key, said in entry.items() if said} for entry in entries]
        record = {**given, "id": new, "status": own, "value": amount, "also": also}
        record["reached"] = steps.get(commitment.id)
        writing: list[tuple[int, dict[str, Any]]] = []
        named = [each.id for _, each, _ in targets]
        said = f"recorded {new} under {commitment.id}"
        for wrong in replaces or ():
            place, target = pick_record(dataset, wrong)
            if any(target.id == gone["retracts"] for _, gone in writing):
                raise UsageError(f"--replaces names {target.id} twice")
            home = dataset.commitments[place]
            bears_on = events.events(dataset)[target.id].items
            if not set(bears_on) & set(named):
                raise UsageError(
                    f"{target.id} is a record of {options.either(bears_on)}, "
                    f"not of {options.either(named)}"
                )
            recording.require_standing(home, target)
            gone = recording.withdrawal(target, reason or f"Replaced by record {new}.")
            taken.add(new)
            gone |= {"id": recording.new_id(taken), "recorded": moment}
            taken.add(gone["id"])
            writing.append((place, gone))
            moment = recording.after(moment)
            happened = happened or target.date
            given_up = [name for name in bears_on if name not in named]
            named += given_up
            said += f", in place of {target.id}"
            if given_up:
                said += f"; of {options.either(given_up)} it says nothing any more"
        record |= {"date": happened or options.today(), "recorded": moment}
        writing.append((index, record))
        written = recording.write(loaded, dataset, writing, named)
        if also:
            said += f", bearing on {len(also)} more"
        recording.finish(draft, written, said, dry_run=dry_run)


def _require_status(word: str | None, name: str) -> None:
    if word is not None and word not in STATUSES:
        raise UsageError(f"{name}: {unknown_status(word)}")


def _per_item(
    dataset: Dataset,
    targets: list[tuple[int, Commitment, str | None]],
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


def _targets(
    dataset: Dataset, items: list[str], status: str | None
) -> list[tuple[int, Commitment, str | None]]:
    """The commitments that an event bears on, each with its status. Raises ``UsageError``."""
    found: list[tuple[int, Commitment, str | None]] = []
    for text in items:
        name, given, own = text.partition("=")
        if given:
            _require_status(own, text)
        index, commitment = pick(dataset, name)
        if any(index == place for place, _, _ in found):
            raise UsageError(f"{commitment.id} is named twice; an event names each item once")
        found.append((index, commitment, own if given else status))
    return found
