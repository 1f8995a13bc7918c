"""Commands that add to the dataset: they take the lock, insert one record, and say what changed."""

from __future__ import annotations

import contextlib
import datetime as dt
import difflib
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from factsheet import changes, checks, store
from factsheet.amounts import parse_amount
from factsheet.cli import common, completing
from factsheet.cli.common import FileOption, ItemArgument
from factsheet.errors import NotWrittenError, UsageError
from factsheet.model import NOT_ASSESSED, SOURCE_KINDS, STATUSES, Commitment, Dataset, Sum
from factsheet.progress import Assessment, Picture, assess_some, visible

DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the change as a diff and write nothing.")]
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help="What happened, in your own words.", show_default=False)]
Sources = Annotated[
    list[str] | None, typer.Option("--source", metavar="URL", help="A page that shows it; repeatable.", show_default=False)
]
Publisher = Annotated[str | None, typer.Option("--publisher", metavar="NAME", help="Who published it.", show_default=False)]
Published = Annotated[str | None, typer.Option("--published", metavar="DATE", help="When it was published.", show_default=False)]
Kind = Annotated[
    str | None,
    typer.Option(
        "--kind", metavar="KIND", help="primary, press or secondary.", autocompletion=completing.kinds, show_default=False
    ),
]


def update(
    item: ItemArgument,
    status: Annotated[
        str | None,
        typer.Option(
            "--status",
            "-s",
            metavar="STATUS",
            autocompletion=completing.statuses,
            help="Where it stands now.",
            show_default=False,
        ),
    ] = None,
    value: Annotated[
        str | None, typer.Option("--value", metavar="AMOUNT", help="The TOTAL so far: 2.4bn, 2.54%, '$3bn'.", show_default=False)
    ] = None,
    through: Annotated[
        str | None, typer.Option("--through", metavar="DATE", help="The day up to which the value counts.", show_default=False)
    ] = None,
    reached: Annotated[
        list[str] | None,
        typer.Option(
            "--reached",
            metavar="STEP",
            autocompletion=completing.milestones,
            help="A milestone reached; repeatable.",
            show_default=False,
        ),
    ] = None,
    date: Annotated[
        str | None, typer.Option("--date", metavar="DATE", help="When it happened (default: today).", show_default=False)
    ] = None,
    note: Note = None,
    source: Sources = None,
    publisher: Publisher = None,
    published: Published = None,
    kind: Kind = None,
    disputed: Annotated[bool, typer.Option("--disputed", help="Sources contradict each other on it.")] = False,
    pre_agreement: Annotated[
        bool, typer.Option("--pre-agreement", help="It came before the agreement and still bears on it.")
    ] = False,
    dry_run: DryRun = False,
    file: FileOption = None,
) -> None:
    """Record an event: a status, a total, a milestone, a note.

    At least one of --status, --value, --reached and --note. The record is inserted into the file; nothing else in it changes.

    Example: factsheet update arms --value 5.2bn --date 2026-11-20 --source https://example.org/page --kind press
    """
    common.one_of(status, STATUSES, "--status")
    if not (status or value or reached or note):
        raise UsageError("nothing to record: give at least one of --status, --value, --reached, --note")
    if through and not value:
        raise UsageError("--through says up to when --value counts; give both")

    def build(commitment: Commitment) -> dict[str, Any]:
        given = {
            "status": status,
            "value": _value(value, commitment),
            "through": common.parse_day(through, "--through") if through else None,
            "reached": [common.typed_text(step, "--reached") for step in reached or ()],
            "disputed": disputed,
            "pre_agreement": pre_agreement,
        }
        return given | evidence(note, source, publisher, published, kind)

    happened = common.parse_day(date, "--date") if date else common.today()
    if happened > common.latest_day():
        raise UsageError(f"--date {happened} has not come yet; an event is recorded once it has happened")
    _record(file, item, build, happened, dry_run)


def retract(
    item: ItemArgument,
    record: Annotated[
        str,
        typer.Argument(
            metavar="UPDATE", help="The id of the record to withdraw.", autocompletion=completing.updates, show_default=False
        ),
    ],
    note: Annotated[str, typer.Option("--note", metavar="WHY", help="Why it is withdrawn.", show_default=False)],
    source: Sources = None,
    publisher: Publisher = None,
    published: Published = None,
    kind: Kind = None,
    dry_run: DryRun = False,
    file: FileOption = None,
) -> None:
    """Withdraw a record by adding a record that says why.

    Both stay in the file. The withdrawal carries the date of the record it takes back, so that no report as of any day
    counts it any more; reports --known-by an earlier day still do. Retracting a retraction restores the record.

    Example: factsheet retract arms 7c1e90ab --note "the figure was the ceiling, not the award"
    """

    def build(commitment: Commitment) -> dict[str, Any]:
        found = [update for update in commitment.updates if record and update.id.startswith(record)]
        if len(found) != 1:
            newest = sorted(commitment.updates, key=lambda update: update.date, reverse=True)[:8]
            known = ", ".join(f"{update.id} ({update.date})" for update in newest) or "none"
            problem = "could be several updates" if found else "names no update"
            raise UsageError(f"{record!r} {problem} of {commitment.id}; it has {known}")
        target = found[0]
        _, withdrawn = visible(commitment, dt.date.max, None)
        if target.id in {update.id for update in withdrawn}:
            raise UsageError(f"{target.id} is already withdrawn; to restore it, retract the record that withdraws it")
        given: dict[str, Any] = {"retracts": target.id, "date": target.date, "pre_agreement": target.pre_agreement}
        return given | evidence(note, source, publisher, published, kind)

    _record(file, item, build, common.today(), dry_run)


def _value(text: str | None, commitment: Commitment) -> Any:
    if text is None:
        return None
    if text.lstrip().startswith("+"):
        raise UsageError(f"--value {text!r} looks like an increment; a value is the total so far, so add it up first")
    unit = getattr(commitment.measure, "unit", None)
    try:
        return parse_amount(text, unit)
    except ValueError as error:
        raise UsageError(f"--value {error}") from None


def evidence(
    note: str | None, urls: list[str] | None, publisher: str | None, published: str | None, kind: str | None
) -> dict[str, Any]:
    """The note and the sources of a record, from the options of a command line. Raises ``UsageError``."""
    common.one_of(kind, SOURCE_KINDS, "--kind")
    about = {
        "publisher": common.typed_text(publisher, "--publisher"),
        "published": common.parse_day(published, "--published") if published else None,
        "kind": kind,
    }
    about = {key: value for key, value in about.items() if value}
    if about and not urls:
        raise UsageError("--publisher, --published and --kind describe a --source; give its URL")
    sources = [{"url": common.typed_text(url, "--source"), **about} for url in urls or ()]
    for source in sources:
        if not str(source["url"]).startswith(("http://", "https://")):
            raise UsageError(f"--source {source['url']!r} is not an http or https address")
    return {"note": common.typed_text(note, "--note"), "sources": sources}


@dataclass(slots=True)
class _Change:
    """What an insertion has to tell, worded before the file is touched: nothing can go wrong once the record is in it."""

    name: str = ""
    record: str = ""
    moved: str = ""
    doubts: list[str] = field(default_factory=list)


def _record(file: Path | None, item: str, build: Any, happened: dt.date, dry_run: bool) -> None:
    place = store.find(file)
    made = _Change()

    def change(data: bytes) -> bytes:
        loaded = common.load_bytes(place, data)
        whole = common.valid(place, loaded)
        index, commitment = common.pick(whole, item)
        given = {"date": happened, **build(commitment)}
        given |= {"id": _new_id(whole), "recorded": _recorded(commitment)}
        text, dataset = changes.insert_update(loaded, index, given, today=common.latest_day())
        as_of = max(common.today(), given["date"])
        names = _with_wholes(whole, commitment.id)
        old, new = (assess_some(each, names, as_of) for each in (whole, dataset))
        made.name, made.record = commitment.id, given["id"]
        made.moved, made.doubts = _moved(names, old, new, given), _doubts(names, old, new)
        return text.encode("utf-8")

    before, after = store.edit(place, change, write=not dry_run)
    for doubt in made.doubts:
        common.say(doubt)
    if dry_run:
        common.put(unified_diff(place.path, before, after))
        return
    common.say(f"{place.path}: recorded {made.record} under {made.name}")
    # The record is in the file: whoever stopped listening, or filled the disk behind stdout, must not make a script try again.
    with contextlib.suppress(OSError, NotWrittenError):
        common.put(made.moved)


def _new_id(dataset: Dataset) -> str:
    taken = {update.id for commitment in dataset.commitments for update in commitment.updates}
    while (candidate := secrets.token_hex(4)) in taken:
        pass
    return candidate


def _recorded(commitment: Commitment) -> dt.datetime:
    """Now, to the second; finer where the item was already written to in this second, so that the later record stays later."""
    moment = common.now()
    second = moment.replace(microsecond=0)
    same = [update.recorded for update in commitment.updates if second <= update.recorded < second + dt.timedelta(seconds=1)]
    return max(moment, max(same) + dt.timedelta(microseconds=1)) if same else second


def unified_diff(path: Path, before: bytes, after: bytes) -> str:
    """The change as a diff, with line ends and control characters made visible. Time is linear: a change is one piece."""
    from factsheet.render.text import visible

    old, new = (data.decode("utf-8").split("\n") for data in (before, after))
    shorter = min(len(old), len(new))
    same = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    tail = next((at for at in range(shorter - same) if old[-1 - at] != new[-1 - at]), shorter - same)
    # difflib compares every line with every other, so it gets the changed piece with its context only.
    first, spare = max(same - 9, 0), max(tail - 9, 0)
    lines = list(
        difflib.unified_diff(
            old[first : len(old) - spare], new[first : len(new) - spare], f"{path}", f"{path} (new)", "", "", 3, ""
        )
    )
    if first and len(lines) > 2:
        lines[2] = re.sub(r"[-+]\d+", lambda number: f"{number[0][0]}{int(number[0][1:]) + first}", lines[2])
    return "".join(visible(line.removesuffix("\r")) + "\n" for line in lines)


def _with_wholes(dataset: Dataset, name: str) -> list[str]:
    """An id and those of the sums that it is a part of, directly or through another."""
    names = [name]
    for part in names:
        names += [each.id for each in dataset.commitments if part in each.parts and isinstance(each.measure, Sum)]
    return list(dict.fromkeys(names))


def _doubts(names: list[str], before: Picture, after: Picture) -> list[str]:
    """The warnings that this record raises, and nothing that was doubtful before."""
    old, new = ([found for name in names for found in checks.warnings(picture)[name]] for picture in (before, after))
    known = {(found.item, found.code, found.message) for found in old}
    raised = [found for found in new if (found.item, found.code, found.message) not in known]
    doubts = [f"{found.severity}[{found.code}] {found.item}: {found.message} ({found.hint})" for found in raised]
    if after.items[0].status == NOT_ASSESSED:
        doubts.append(f"{names[0]} has no status yet; --status says where it stands")
    return doubts


def _moved(names: list[str], before: Picture, after: Picture, given: dict[str, Any]) -> str:
    """What changed, old to new, a line each; under the item itself, then under the sums that moved with it."""
    blocks = []
    # The pictures begin with the named items; what follows them are parts, and parts do not move.
    for name, old, new in zip(names, before.items, after.items, strict=False):
        changed = _differences(old, new)
        if name == names[0]:
            last = new.standing.observations[-1:]
            if given.get("value") is not None and last and last[0].id != given["id"]:
                changed += f"  the value through {new.standing.through} still counts: its data are newer\n"
            changed = changed or "  no figure moved\n"
        blocks.append(f"{name}\n{changed}" if changed else "")
    return "".join(blocks)


def _differences(before: Assessment, after: Assessment) -> str:
    from factsheet.render import text as t

    rows = [
        ("status", before.status, after.status),
        ("value", t.value_text(before), t.value_text(after)),
        ("progress", t.progress_text(before), t.progress_text(after)),
        ("pace", t.pace_text(before), t.pace_text(after)),
        ("last evidence", t.evidence_text(before), t.evidence_text(after)),
    ]
    return "".join(f"  {name}: {old or 'none'} -> {new or 'none'}\n" for name, old, new in rows if old != new)
