"""`factsheet retract`: withdraw a record by adding one that says why."""

from __future__ import annotations

from typing import Annotated

import typer

from factsheet import store, writing
from factsheet.assess import events
from factsheet.assess.snapshot import counting
from factsheet.cli import completion, options, recording
from factsheet.cli.dataset import pick, pick_record
from factsheet.cli.options import DryRun, FileOption, option
from factsheet.cli.recording import Kind, Published, Publisher, Sources, evidence
from factsheet.exceptions import UsageError


def retract(
    record: Annotated[
        list[str],
        typer.Argument(
            metavar="RECORD",
            help="The record to withdraw, by id or its beginning; its item may come first.",
            autocompletion=completion.records,
            show_default=False,
        ),
    ],
    note: Annotated[str, option("--note", metavar="WHY", help="Why it is withdrawn.")],
    source: Sources = None,
    publisher: Publisher = None,
    published: Published = None,
    kind: Kind = None,
    dry_run: DryRun = False,
    file: FileOption = None,
) -> None:
    """Withdraw a record by adding a record that says why.

    Both stay in the file. The withdrawal carries the date of the record it takes back, so that no
    report as of any day counts it any more; reports --known-by an earlier day still do. It takes
    the whole event back, whatever number of items it bears on. Retracting a retraction restores
    the record.

    Example: factsheet retract 7c1e90ab --note "the figure was the ceiling, not the award"
    """
    if len(record) > 2:
        raise UsageError("give one record, with its item before it if you like")
    said = evidence(note, source, publisher, published, kind)
    with writing.draft(store.find(file), dry_run=dry_run) as draft:
        loaded, dataset = recording.opened(draft)
        within = pick(dataset, record[0])[1] if len(record) == 2 else None
        index, target = pick_record(dataset, record[-1], within)
        home = dataset.commitments[index]
        recording.require_standing(home, target)
        new = recording.new_id(recording.ids_of(dataset))
        given = recording.withdrawal(target, said["note"])
        given |= {"id": new, "recorded": recording.moment_for(dataset), "sources": said["sources"]}
        named = events.events(dataset)[target.id].items
        written = recording.write(loaded, dataset, [(index, given)], named)
        words = f"recorded {new} under {home.id}"
        if target.retracts:
            standing, _ = counting(home.updates, given["date"])
            others = [
                each.id
                for each in standing
                if each.retracts == target.retracts and each.id != target.id
            ]
            if others:
                words += f"; {target.retracts} stays withdrawn, by {options.either(others)}"
        recording.finish(draft, written, words, dry_run=dry_run)
