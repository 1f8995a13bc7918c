"""What commands that add updates share: evidence from options, ids and moments, what moved."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from factsheet import store, writing
from factsheet.amounts import parse_amount
from factsheet.assess.snapshot import Assessment, Snapshot, assess_some, counting, rests_on
from factsheet.cli import completion, network, options, output
from factsheet.cli.dataset import load_bytes, valid
from factsheet.exceptions import NotWrittenError, UsageError
from factsheet.lint.codes import Finding, few
from factsheet.lint.doubts import doubts
from factsheet.measures import Measure
from factsheet.model import Commitment, Dataset, Update
from factsheet.report import quantities as q
from factsheet.report import words as t
from factsheet.source.insert import insert_updates
from factsheet.source.load import Loaded
from factsheet.vocabulary import NOT_ASSESSED, SOURCE_KINDS

Note = Annotated[
    str | None, options.option("--note", metavar="TEXT", help="What happened, in your own words.")
]
Sources = Annotated[
    list[str] | None,
    options.option("--source", metavar="URL", help="A page that shows it; repeatable."),
]
Publisher = Annotated[
    list[str] | None,
    options.option(
        "--publisher",
        metavar="NAME",
        help="Who published it; one for all sources, or one each (- if unknown).",
    ),
]
Published = Annotated[
    list[str] | None,
    options.option("--published", metavar="DATE", help="When it was published; likewise."),
]
Kind = Annotated[
    list[str] | None,
    options.option(
        "--kind",
        metavar="KIND",
        help="primary, press or secondary; likewise.",
        complete=completion.kinds,
    ),
]

Fetch = Annotated[
    bool,
    typer.Option("--fetch", help="Read the page of --source for its publisher, title and date."),
]


def evidence(
    note: str | None,
    urls: list[str] | None,
    publisher: list[str] | None,
    published: list[str] | None,
    kind: list[str] | None,
    *,
    fetch: bool = False,
) -> dict[str, Any]:
    """The note and the sources of a record, from the options; with ``fetch`` also from the pages.

    Raises ``UsageError``, and ``NotWrittenError`` where a page cannot be read.
    """
    about: dict[str, list[Any]] = {
        "publisher": [_known(each, options.typed_text, "--publisher") for each in publisher or ()],
        "published": [_known(each, options.parse_day, "--published") for each in published or ()],
        "kind": [_known(each, _kind, "--kind") for each in kind or ()],
    }
    addresses = [_address(url) for url in urls or ()]
    if any(about.values()) and not addresses:
        raise UsageError("--publisher, --published and --kind describe a --source; give its URL")
    sources: list[dict[str, Any]] = [{"url": url} for url in addresses]
    for key, values in about.items():
        if len(values) not in (0, 1, len(sources)):
            raise UsageError(
                f"--{key} is given {len(values)} times for {len(sources)} sources; "
                "give it once for all of them, or once for each in their order"
            )
        for place, source in enumerate(sources):
            if values and (value := values[place if len(values) > 1 else 0]):
                source[key] = value
    said = {"note": options.typed_text(note, "--note"), "sources": sources}
    if fetch:
        if not sources:
            raise UsageError("--fetch reads the page of --source; give its URL")
        for source in sources:
            _fill(source)
    return said


_KEYS = ("url", "title", "publisher", "published", "kind")


def _fill(source: dict[str, Any]) -> None:
    """What its page says of a source, where nobody typed it; shown on stderr."""
    with network.open_room("--fetch"):
        from factsheet.web.page import read_page

        page = read_page(
            source["url"], today=options.latest_day(), allow_loopback=network.allow_loopback()
        )
    taken = {
        key: value
        for key in ("title", "publisher", "published")
        if (value := getattr(page, key)) and not source.get(key)
    }
    known = {**source, **taken}
    source.clear()
    # The keys in the order of the file format, whoever gave them.
    source |= {key: known[key] for key in _KEYS if key in known}
    shown = ", ".join(f"{key} {value}" for key, value in taken.items())
    said = f"took {shown}" if taken else "took nothing: "
    if not taken:
        said += (
            "the page declares neither publisher nor title nor date"
            if page.is_empty
            else ("all that the page declares was typed")
        )
    where = "" if page.final_url == known["url"] else f" (read at {page.final_url})"
    output.say(f"{known['url']}: {said}{where}")


def _kind(text: str, name: str) -> str | None:
    return options.one_of(text, SOURCE_KINDS, name)


def _known(text: str, read: Callable[[str, str], Any], name: str) -> Any:
    """What an option says of one source; ``-`` where that is not known."""
    return None if text == "-" else read(text, name)


def _address(text: str) -> str:
    url = options.typed_text(text, "--source") or ""
    scheme = re.match(r"https?://", url, re.IGNORECASE)
    if scheme is None:
        raise UsageError(f"--source {url!r} is not an http or https address")
    return scheme[0].lower() + url[scheme.end() :]


def amount_of(text: str, measure: Measure | None, name: str) -> Any:
    """A number from an option, in the unit of a measure. Raises ``UsageError``."""
    try:
        return parse_amount(text, getattr(measure, "unit", None))
    except ValueError as error:
        raise UsageError(f"{name} {error}") from None


def new_id(taken: Iterable[str]) -> str:
    """8 hex digits that nobody has, and that no spreadsheet takes for a number."""
    known = set(taken)
    while (candidate := secrets.token_hex(4)) in known or not re.search("[abcdf]", candidate):
        pass
    return candidate


def ids_of(dataset: Dataset) -> set[str]:
    """The ids of all updates."""
    return {update.id for commitment in dataset.commitments for update in commitment.updates}


def moment_for(dataset: Dataset) -> dt.datetime:
    """Now, to the second; finer where the file was already written to in this second.

    So the later record stays later.
    """
    moment = options.now()
    second = moment.replace(microsecond=0)
    end = second + dt.timedelta(seconds=1)
    same = [
        update.recorded
        for commitment in dataset.commitments
        for update in commitment.updates
        if second <= update.recorded < end
    ]
    return max(moment, max(same) + dt.timedelta(microseconds=1)) if same else second


def after(moment: dt.datetime) -> dt.datetime:
    """The next moment that a record can be of."""
    return moment + dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Written:
    """What an insertion has to tell, worded before the file is touched."""

    text: str
    moved: str
    doubts: tuple[str, ...]


def opened(draft: writing.Draft) -> tuple[Loaded, Dataset]:
    """The loaded text and the dataset of a draft."""
    loaded = load_bytes(draft.before)
    return loaded, valid(store.Place(draft.path), loaded)


def write(
    loaded: Loaded,
    before: Dataset,
    given: Sequence[tuple[int, Mapping[str, Any]]],
    named: Sequence[str],
) -> Written:
    """The text with updates added, and what moves with them under the named commitments."""
    text, after = insert_updates(loaded, given, today=options.latest_day())
    as_of = max([options.today(), *(values["date"] for _, values in given)])
    names = _with_wholes(before, named)
    old, new = (assess_some(each, names, as_of) for each in (before, after))
    record = given[-1][1]
    raised = [
        *_raised(names, old, new),
        *_left_behind(before, old, new, set(names)),
        *_early(record["date"]),
    ]
    return Written(text, _moved(names, named, old, new, record), tuple(raised))


def finish(draft: writing.Draft, written: Written, said: str, *, dry_run: bool) -> None:
    """Replace the file and say what was written and what moved with it.

    A dry run shows the change as a diff instead of writing it.
    """
    after = written.text.encode("utf-8")
    draft.replace(after)
    for doubt in written.doubts:
        output.say(doubt)
    if dry_run:
        output.put(output.unified_diff(draft.path, draft.before, after) + written.moved)
        return
    output.say(f"{draft.path}: {said}")
    # The record is in the file: whoever stopped listening, or filled the disk behind stdout, must
    # not make a script try again.
    with contextlib.suppress(OSError, NotWrittenError):
        output.put(written.moved)


def _with_wholes(dataset: Dataset, named: Sequence[str]) -> list[str]:
    """Ids, and those of the commitments whose figure rests on theirs, directly or not."""
    names = list(dict.fromkeys(named))
    known = set(names)
    wholes: dict[str, list[str]] = {}
    for each in dataset.commitments:
        for below in rests_on(each):
            wholes.setdefault(below, []).append(each.id)
    parents = {part: each.id for each in dataset.commitments for part in each.parts}
    for name in names:
        above = [*wholes.get(name, ()), *([parents[name]] if name in parents else ())]
        names += [each for each in dict.fromkeys(above) if each not in known]
        known.update(above)
    return names


def _raised(names: Sequence[str], before: Snapshot, after: Snapshot) -> list[str]:
    """The warnings that the records raise, and nothing that was doubtful before."""
    old, new = (
        [found for name in names for found in each[name]]
        for each in (doubts(before), doubts(after))
    )
    known = {(found.item, found.code, found.message) for found in old}
    # One article may bear on forty promises: what is the same for all of them is said once.
    alike: dict[tuple[str, str], list[Finding]] = {}
    for found in new:
        if (found.item, found.code, found.message) not in known:
            alike.setdefault((found.code, found.message), []).append(found)
    raised = [
        f"{first.severity}[{first.code}] {few([one.item or '' for one in found])}: "
        f"{first.message} ({first.hint})"
        for found in alike.values()
        for first in found[:1]
    ]
    if after.items[0].status == NOT_ASSESSED:
        raised.append(
            f"{names[0]} has no status yet; `factsheet update {names[0]} --status STATUS` says "
            "where it stands"
        )
    return raised


def _left_behind(dataset: Dataset, before: Snapshot, after: Snapshot, moved: set[str]) -> list[str]:
    """Items elsewhere that showed the figure which moved here, and still show the old one."""
    old = {
        (item.measurement.value, item.measurement.unit): item.commitment.id
        for item, now in zip(before.items, after.items, strict=True)
        if item.measurement.value
        and not item.measurement.counted
        and item.measurement.value != now.measurement.value
    }
    if not old:
        return []
    others = [
        each.id
        for each in dataset.commitments
        if each.id not in moved
        and each.measure
        and each.measure.takes_values
        and not each.measure.others
    ]
    said = []
    for item in assess_some(dataset, others, before.as_of).items if others else ():
        made = item.measurement
        twin = old.get((made.value, made.unit)) if made.value is not None else None
        if twin and item.commitment.id in others:
            figure = q.amount(made.value, made.unit)
            said.append(
                f"{item.commitment.id} shows the {figure} that {twin} had, and did not move; "
                "if it is the same figure, give it the new one too"
            )
    return said[:8]


def _early(happened: dt.date) -> list[str]:
    if happened <= options.today():
        return []
    return [f"{happened} has not begun here yet: lists count it from that day on, or with --as-of"]


def _moved(
    names: Sequence[str],
    named: Sequence[str],
    before: Snapshot,
    after: Snapshot,
    record: Mapping[str, Any],
) -> str:
    """What changed, old to new, a line each, under each item; then under what rests on them."""
    blocks = []
    # The snapshots begin with the named items; what follows them are parts, which do not move.
    for name, old, new in zip(names, before.items, after.items, strict=False):
        changed = _differences(old, new)
        if name == named[0]:
            last = new.measurement.observations[-1:]
            if record.get("value") is not None and last and last[0].id != record["id"]:
                through = new.measurement.through
                changed += f"  the value through {through} still counts: its data are newer\n"
        if name in named:
            changed = changed or "  no figure moved\n"
        blocks.append(f"{name}\n{changed}" if changed else "")
    return "".join(blocks)


def _differences(before: Assessment, after: Assessment) -> str:
    rows = [
        ("status", before.status, after.status),
        ("value", t.value_text(before), t.value_text(after)),
        ("progress", t.progress_text(before), t.progress_text(after)),
        ("pace", t.pace_text(before), t.pace_text(after)),
        ("last evidence", t.evidence_text(before), t.evidence_text(after)),
    ]
    return "".join(
        f"  {name}: {old or 'none'} -> {new or 'none'}\n" for name, old, new in rows if old != new
    )


def withdrawal(target: Update, note: str | None) -> dict[str, Any]:
    """The values of an update that takes another back; it bears that one's date."""
    return {
        "retracts": target.id,
        "date": target.date,
        "pre_agreement": target.pre_agreement,
        "note": note,
    }


def require_standing(commitment: Commitment, target: Update) -> None:
    """Raise ``UsageError`` where the update was taken back already."""
    standing, withdrawn = counting(commitment.updates, dt.date.max)
    if target.id not in {update.id for update in withdrawn}:
        return
    by = next(each.id for each in standing if each.retracts == target.id)
    raise UsageError(f"{target.id} is already withdrawn; to restore it, retract {by}")
