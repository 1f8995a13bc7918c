"""Commands that write terms: add a commitment from options or questions, edit one in an editor."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from factsheet import changes, store, textmap
from factsheet.amounts import parse_amount
from factsheet.cli import common, completing
from factsheet.cli.common import FileOption, ItemArgument
from factsheet.cli.writing import DryRun, Kind, Published, Publisher, Sources, evidence, unified_diff
from factsheet.errors import FactsheetError, NotWrittenError, UsageError
from factsheet.model import Dataset

_Text = str | None
WINDOWS = ("continuous", "calendar-year")


def _option(name: str, metavar: str, help: str, complete: Callable[..., Any] | None = None) -> Any:
    return typer.Option(f"--{name}", metavar=metavar, help=help, autocompletion=complete, show_default=False)


def add(
    id: Annotated[_Text, _option("id", "ID", "A new id, kebab-case, kept for ever.")] = None,
    title: Annotated[_Text, _option("title", "TEXT", "The promise in one line.")] = None,
    pillar: Annotated[_Text, _option("pillar", "PILLAR", "The group it belongs to.", completing.pillars)] = None,
    owed_by: Annotated[list[str] | None, _option("owed-by", "PARTY", "Who owes it; repeatable.", completing.parties)] = None,
    summary: Annotated[_Text, _option("summary", "TEXT", "The term in your own words.")] = None,
    due: Annotated[_Text, _option("due", "DATE", "Only where the text sets a date.")] = None,
    wording: Annotated[_Text, _option("wording", "TEXT", "The operative verb of the text.")] = None,
    section: Annotated[_Text, _option("section", "TEXT", "Where in the document it stands.")] = None,
    tag: Annotated[list[str] | None, _option("tag", "TAG", "A word to filter by; repeatable.", completing.tags)] = None,
    headline: Annotated[bool, typer.Option("--headline", help="One of the main terms.")] = False,
    target: Annotated[_Text, _option("target", "AMOUNT", "What to reach, e.g. 25bn or 3.5%.")] = None,
    baseline: Annotated[_Text, _option("baseline", "AMOUNT", "The level it starts from.")] = None,
    maximum: Annotated[_Text, _option("max", "AMOUNT", "A cap.")] = None,
    minimum: Annotated[_Text, _option("min", "AMOUNT", "A floor.")] = None,
    window: Annotated[_Text, _option("window", "WINDOW", "continuous or calendar-year.", lambda: [*WINDOWS])] = None,
    unit: Annotated[_Text, _option("unit", "UNIT", "Of the amounts: USD, %, GW.")] = None,
    counts: Annotated[_Text, _option("counts", "TEXT", "What is counted: contracts, payments.")] = None,
    step: Annotated[list[str] | None, _option("step", "ID=TITLE[@DATE]", "A milestone; repeatable, in order.")] = None,
    source: Sources = None,
    publisher: Publisher = None,
    published: Published = None,
    kind: Kind = None,
    dry_run: DryRun = False,
    file: FileOption = None,
) -> None:
    """Add a commitment to the dataset.

    It is inserted after the last one of its pillar; nothing else in the file changes. In a terminal, what is missing is asked.

    Example: factsheet add --id grid --title "Build a grid" --pillar industry --owed-by ROK --summary "..." --due 2030-12-31
    """
    given: dict[str, Any] = {
        "id": common.typed_text(id, "--id"),
        "title": common.typed_text(title, "--title"),
        "pillar": common.typed_text(pillar, "--pillar"),
        "owed_by": _words(owed_by),
        "summary": common.typed_text(summary, "--summary"),
        "due": due,
        "headline": headline,
        "wording": common.typed_text(wording, "--wording"),
        "section": common.typed_text(section, "--section"),
        "tags": _words(tag),
    }
    numbers = {"target": target, "baseline": baseline, "max": maximum, "min": minimum}
    measure: dict[str, Any] = {**numbers, "window": window, "unit": unit, "counts": counts, "steps": step}
    place = store.find(file)
    if missing := [name for name in REQUIRED if not given[name]]:
        if not _can_ask():
            options = ", ".join(f"--{name.replace('_', '-')}" for name in missing)
            raise UsageError(f"{options} is missing; in a terminal you would be asked for it")
        _, _, dataset = common.open_dataset(file)
        _ask(given, measure, dataset)
    given["due"] = common.parse_day(given["due"], "--due") if given["due"] else None
    given["sources"] = evidence(None, source, publisher, published, kind)["sources"]
    given["measure"] = _measure(**measure)

    def change(data: bytes) -> bytes:
        loaded = common.load_bytes(place, data)
        if any(given["id"] == commitment.id for commitment in common.valid(place, loaded).commitments):
            raise UsageError(f"the id {given['id']} is taken; ids are written once and never reused")
        return changes.insert_commitment(loaded, given, today=common.latest_day())[0].encode("utf-8")

    before, after = store.edit(place, change, write=not dry_run)
    if dry_run:
        common.put(unified_diff(place.path, before, after))
    else:
        common.say(f"{place.path}: added {given['id']}; `factsheet update {given['id']}` records what happens")


REQUIRED = ("title", "id", "pillar", "owed_by", "summary")


def _words(given: Sequence[str] | None) -> list[str]:
    words = [word.strip() for text in given or () for word in text.split(",")]
    return list(dict.fromkeys(word for word in words if word))


def _can_ask() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _ask(given: dict[str, Any], measure: dict[str, Any], dataset: Dataset) -> None:
    """Fill what is missing from a few questions, each asked again until its answer fits; Ctrl-C leaves without a trace."""
    taken = {commitment.id for commitment in dataset.commitments}
    pillars = list(dict.fromkeys(commitment.pillar for commitment in dataset.commitments))
    parties = list(dataset.agreement.parties)

    def answer(question: str, check: Callable[[str], Any], default: str | None = None) -> Any:
        def fits(text: str) -> Any:
            try:
                return check(text.strip())
            except FactsheetError as error:
                raise typer.BadParameter(str(error)) from None

        return typer.prompt(question, default=default, show_default=bool(default), value_proc=fits, err=True)

    def text(name: str) -> Callable[[str], str | None]:
        return lambda words: common.typed_text(words, f"the {name}")

    def word(words: str) -> str:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", words):
            raise UsageError(f"{words!r} is not a word in kebab-case: small letters, digits and single hyphens")
        return words

    def new_id(words: str) -> str:
        if word(words) in taken:
            raise UsageError(f"the id {words} is taken")
        return words

    def known_parties(words: str) -> list[str]:
        return [str(common.one_of(party, parties, "the party")) for party in _words([words]) or [""]]

    def optional(check: Callable[[str], Any]) -> Callable[[str], Any]:
        def either(words: str) -> str:
            if words:
                check(words)
            return words

        return either

    given["title"] = given["title"] or answer("The promise in one line", text("title"))
    proposal = re.sub(r"[^a-z0-9]+", "-", given["title"].lower()).strip("-")[:40].strip("-") or None
    given["id"] = given["id"] or answer("Its id", new_id, proposal)
    given["pillar"] = given["pillar"] or answer(f"Pillar ({', '.join(pillars)})" if pillars else "Pillar", word)
    owed = f"Owed by ({', '.join(parties)}; several with commas)"
    given["owed_by"] = given["owed_by"] or answer(owed, known_parties)
    given["summary"] = given["summary"] or answer("The term in your own words", text("summary"))
    day = optional(lambda words: common.parse_day(words, "the day"))
    given["due"] = given["due"] or answer("The day the text sets, as year-month-day (or nothing)", day, "")
    if any(measure.values()):
        return
    number = optional(lambda words: _amount(words, "", "the total"))
    if target := answer("A total to reach, e.g. 25bn (or nothing)", number, ""):
        unit = answer("In which unit (USD, %, GW)", text("unit"))
        counts = answer("What is counted (contracts, payments)", text("counts"))
        measure.update(target=target, unit=unit, counts=counts)


def _measure(
    *,
    target: _Text,
    baseline: _Text,
    max: _Text,
    min: _Text,
    window: _Text,
    unit: _Text,
    counts: _Text,
    steps: list[str] | None,
) -> dict[str, Any] | None:
    """The measure that the options describe; None where there is none."""
    numbers = {"target": target, "baseline": baseline, "max": max, "min": min}
    present = [f"--{name}" for name, text in {**numbers, "window": window, "unit": unit, "counts": counts}.items() if text]
    if steps:
        if present:
            raise UsageError(f"--step makes a measure of milestones; it goes without {', '.join(present)}")
        return {"kind": "milestones", "steps": [_step(text) for text in steps]}
    if not present:
        return None
    if (max or min) and (target or baseline):
        raise UsageError("--max and --min make a limit, --target a goal; a commitment has one of them")
    if not (max or min or target):
        raise UsageError(f"{', '.join(present)} describe a number; give it with --target, --max or --min")
    if not unit:
        raise UsageError("--unit is missing: what are the amounts in? (USD, %, GW)")
    common.one_of(window, WINDOWS, "--window")
    about = {"unit": common.typed_text(unit, "--unit"), "counts": common.typed_text(counts or None, "--counts")}
    values = {name: _amount(text, unit, f"--{name}") for name, text in numbers.items() if text}
    if target and window:
        raise UsageError("--window belongs to --max or --min")
    if target and not (counts or baseline):
        raise UsageError("--counts is missing: which stage is counted, pledged, approved or paid?")
    shape = {"kind": "limit", "window": window or WINDOWS[0]} if max or min else {"kind": "level" if baseline else "amount"}
    return {key: value for key, value in {**shape, **about, **values}.items() if value is not None}


def _amount(text: str, unit: str, name: str) -> Any:
    try:
        return parse_amount(text, unit)
    except ValueError as error:
        raise UsageError(f"{name} {error}") from None


def _step(text: str) -> dict[str, Any]:
    match = re.fullmatch(r"\s*([^=\s]+)\s*=\s*(.+?)\s*(?:@\s*(\d{4}-\d{2}-\d{2})\s*)?", text)
    if match is None:
        raise UsageError(f"--step {text!r} is not ID=TITLE or ID=TITLE@DATE, e.g. bill='The bill passes'@2026-06-30")
    step: dict[str, Any] = {"id": match[1], "title": common.typed_text(match[2], "--step")}
    return {**step, "due": common.parse_day(match[3], "--step")} if match[3] else step


def edit(item: ItemArgument, file: FileOption = None) -> None:
    """Open a commitment in your editor and check the file afterwards.

    The editor is $VISUAL, else $EDITOR, and starts at the item's line. Errors are shown by line; in a terminal you can go back
    to mend them. Exit code 1 when the file is left with errors.

    Example: factsheet edit arms-purchases
    """
    place = store.find(file)
    if place.shipped:
        raise NotWrittenError(f"{place.path} is the read-only copy in the package; `factsheet init` makes one of your own")
    before = store.read(place.path)
    line: int | None = _line_of(place, before, item)
    while line is not None:
        left_well = _open_editor(place.path, line)
        after = store.read(place.path)
        if not left_well and after == before:
            raise NotWrittenError("the editor failed and nothing was changed")
        line = _report(place.path, after, item)
        if line is not None and not (_can_ask() and typer.confirm("Open it again?", default=True, err=True)):
            raise typer.Exit(1)
    common.say(f"{place.path}: {'no change' if after == before else 'changed, no errors'}")


def _line_of(place: store.Place, data: bytes, name: str) -> int:
    """Where an item starts, in a broken file as well: that is when one most wants to edit it."""
    loaded = common.load_bytes(place, data)
    if loaded.dataset is not None:
        index, _ = common.pick(loaded.dataset, name)
        return textmap.TextMap(loaded.text).line_of(("commitments", index))
    text = data.decode("utf-8", "replace")
    found = textmap.find_line(text, rf"""(?m)^[ \t]*id[ \t]*=[ \t]*["']{re.escape(name)}""")
    return found or loaded.errors[0].line or 1


def _report(path: Path, data: bytes, item: str) -> int | None:
    """Print the findings of an edited file: every error, and the doubts about the item. The line of the first error, if any."""
    from factsheet.cli.files import findings

    found = findings(data, common.today())
    errors = [finding for finding in found if finding.severity == "error"]
    for finding in errors or [finding for finding in found if finding.item and finding.item.startswith(item)]:
        common.put(f"{common.finding_line(path, finding)}\n    hint: {finding.hint}\n")
    return (errors[0].line or 1) if errors else None


def _open_editor(path: Path, line: int) -> bool:
    """Whether the editor ended well. It gets the whole path: a name that starts with + or - would be an order to it."""
    path = Path(os.path.abspath(path))
    wanted = os.environ.get("VISUAL") or os.environ.get("EDITOR") or _usual_editor()
    try:
        words = shlex.split(wanted, posix=os.name != "nt")
        subprocess.run([*words, *_place_arguments(words, path, line)], check=True)  # noqa: S603  the user's own editor
        return True
    except (OSError, ValueError, IndexError) as error:
        raise UsageError(
            f"cannot start the editor {wanted!r}: {error}; set $VISUAL or $EDITOR to one that is installed"
        ) from None
    except subprocess.CalledProcessError as error:
        common.say(f"the editor {wanted!r} left with code {error.returncode}")
        return False


def _usual_editor() -> str:
    if found := next((name for name in ("nano", "vim", "vi", "notepad") if shutil.which(name)), None):
        return found
    raise UsageError("no editor was found; set $VISUAL or $EDITOR, e.g. EDITOR=vim")


def _place_arguments(words: Sequence[str], path: Path, line: int) -> list[str]:
    """How this editor is told where to start; one that is not known gets the file alone."""
    name = Path(words[0]).stem.casefold()
    if name in ("code", "code-insiders", "codium", "vscodium", "cursor", "windsurf"):
        # Without --wait the window opens and the command is back before anything was edited.
        return [*(() if "--wait" in words or "-w" in words else ("--wait",)), "--goto", f"{path}:{line}"]
    if name in ("subl", "zed", "hx", "helix"):
        return [*(("--wait",) if name in ("subl", "zed") and "--wait" not in words else ()), f"{path}:{line}"]
    if re.fullmatch(r"(g|n|m)?vi(m|ew)?|nano|pico|emacs(client)?|micro|kak|joe|ne|mg|jed|ed|gedit", name):
        return [f"+{line}", os.fspath(path)]
    return [os.fspath(path)]
