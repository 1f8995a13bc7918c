"""`factsheet add`: add a commitment from options or questions."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from factsheet import store, writing
from factsheet.amounts import parse_amount
from factsheet.assess.snapshot import assess_some
from factsheet.cli import completion, options, output
from factsheet.cli.dataset import load_bytes, open_dataset, valid
from factsheet.cli.options import DryRun, FileOption
from factsheet.cli.questions import answer, day, kebab, optional, text, word
from factsheet.cli.recording import Fetch, Kind, Published, Publisher, Sources, evidence
from factsheet.exceptions import UsageError
from factsheet.model import Dataset
from factsheet.source.insert import insert_commitment
from factsheet.vocabulary import RESERVED

_Text = str | None
WINDOWS = ("continuous", "calendar-year")


def _option(name: str, metavar: str, help: str, complete: Callable[..., Any] | None = None) -> Any:
    return options.option(f"--{name}", metavar=metavar, help=help, complete=complete)


def add(
    id: Annotated[_Text, _option("id", "ID", "A new id, kebab-case, kept for ever.")] = None,
    title: Annotated[_Text, _option("title", "TEXT", "The promise in one line.")] = None,
    pillar: Annotated[
        _Text, _option("pillar", "PILLAR", "The group it belongs to.", completion.pillars)
    ] = None,
    owed_by: Annotated[
        list[str] | None,
        _option("owed-by", "PARTY", "Who owes it; repeatable.", completion.parties),
    ] = None,
    summary: Annotated[_Text, _option("summary", "TEXT", "The term in your own words.")] = None,
    due: Annotated[_Text, _option("due", "DATE", "Only where the text sets a date.")] = None,
    due_note: Annotated[
        _Text, _option("due-note", "TEXT", "What the text says about the date.")
    ] = None,
    wording: Annotated[_Text, _option("wording", "TEXT", "The operative verb of the text.")] = None,
    section: Annotated[
        _Text, _option("section", "TEXT", "Where in the document it stands.")
    ] = None,
    tag: Annotated[
        list[str] | None, _option("tag", "TAG", "A word to filter by; repeatable.", completion.tags)
    ] = None,
    headline: Annotated[bool, typer.Option("--headline", help="One of the main terms.")] = False,
    right: Annotated[
        bool, typer.Option("--right", help="A right of --owed-by rather than a duty.")
    ] = False,
    part: Annotated[
        list[str] | None,
        _option(
            "part", "ITEM", "A commitment that it is made up of; repeatable.", completion.items
        ),
    ] = None,
    depends_on: Annotated[
        list[str] | None,
        _option("depends-on", "ITEM", "What must move first; repeatable.", completion.items),
    ] = None,
    reading: Annotated[
        list[str] | None,
        _option("reading", "PARTY=TEXT", "How a party reads the term; repeatable."),
    ] = None,
    target: Annotated[
        _Text, _option("target", "AMOUNT", "What to reach, e.g. 25bn or 3.5%.")
    ] = None,
    baseline: Annotated[_Text, _option("baseline", "AMOUNT", "The level it starts from.")] = None,
    maximum: Annotated[_Text, _option("max", "AMOUNT", "A cap.")] = None,
    minimum: Annotated[_Text, _option("min", "AMOUNT", "A floor.")] = None,
    of: Annotated[
        _Text,
        _option("of", "ITEM", "Whose figure --max or --min limits.", completion.items),
    ] = None,
    window: Annotated[
        _Text, _option("window", "WINDOW", "continuous or calendar-year.", lambda: [*WINDOWS])
    ] = None,
    unit: Annotated[_Text, _option("unit", "UNIT", "Of the amounts: USD, %, GW.")] = None,
    counts: Annotated[
        _Text, _option("counts", "TEXT", "What is counted: contracts, payments.")
    ] = None,
    step: Annotated[
        list[str] | None, _option("step", "ID=TITLE[@DATE]", "A milestone; repeatable, in order.")
    ] = None,
    source: Sources = None,
    publisher: Publisher = None,
    published: Published = None,
    kind: Kind = None,
    fetch: Fetch = False,
    dry_run: DryRun = False,
    file: FileOption = None,
) -> None:
    """Add a commitment to the dataset.

    It is inserted after the last one of its pillar; nothing else in the file changes. In a
    terminal, what is missing is asked.

    Example: factsheet add --id grid --title "Build a grid" --pillar industry --owed-by ROK
    --summary "..." --due 2030-12-31
    """
    given: dict[str, Any] = {
        "id": options.typed_text(id, "--id"),
        "title": options.typed_text(title, "--title"),
        "pillar": options.typed_text(pillar, "--pillar"),
        "owed_by": options.words(owed_by),
        "summary": options.typed_text(summary, "--summary"),
        "due": due,
        "due_note": options.typed_text(due_note, "--due-note"),
        "headline": headline,
        "nature": "right" if right else None,
        "wording": options.typed_text(wording, "--wording"),
        "section": options.typed_text(section, "--section"),
        "tags": options.words(tag),
        "parts": options.words(part),
        "depends_on": options.words(depends_on),
        "readings": _readings(reading or ()),
    }
    numbers = {"target": target, "baseline": baseline, "max": maximum, "min": minimum}
    measure: dict[str, Any] = {
        **numbers,
        "of": of,
        "window": window,
        "unit": unit,
        "counts": counts,
        "steps": step,
    }
    place = store.find(file)
    if missing := [name for name in REQUIRED if not given[name]]:
        if not output.can_ask():
            named = ", ".join(f"--{name.replace('_', '-')}" for name in missing)
            raise UsageError(f"{named} is missing; in a terminal you would be asked for it")
        _, _, dataset = open_dataset(file)
        source = _ask(given, measure, dataset, source)
    given["due"] = options.parse_day(given["due"], "--due") if given["due"] else None
    given["sources"] = evidence(None, source, publisher, published, kind, fetch=fetch)["sources"]
    with writing.draft(place, dry_run=dry_run) as draft:
        loaded = load_bytes(draft.before)
        dataset = valid(place, loaded)
        given["measure"] = _measure(dataset, **measure)
        others = dataset.commitments
        if any(given["id"] == each.id for each in others):
            raise UsageError(
                f"the id {given['id']} is taken; ids are written once and never reused"
            )
        text, _ = insert_commitment(loaded, given, today=options.latest_day())
        after = text.encode("utf-8")
        draft.replace(after)
        pillars = list(dict.fromkeys(each.pillar for each in others))
        if pillars and given["pillar"] not in pillars:
            known = options.either(pillars)
            output.say(f"the pillar {given['pillar']} is new to this file, which has {known}")
        if dry_run:
            output.put(output.unified_diff(place.path, draft.before, after))
            return
    more = f"`factsheet update {given['id']}` records what happens"
    output.say(f"{place.path}: added {given['id']}; {more}")


REQUIRED = ("title", "id", "pillar", "owed_by", "summary")


def _readings(given: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in given:
        party, equals, said = (part.strip() for part in each.partition("="))
        if not equals:
            raise UsageError(f"--reading {each!r} is not PARTY=TEXT, e.g. ROK='At least 45 days'")
        if party in found:
            raise UsageError(f"--reading: {party} is named twice; a party has one reading")
        found[party] = options.typed_text(said, "--reading") or ""
    return found


def _ask(
    given: dict[str, Any],
    measure: dict[str, Any],
    dataset: Dataset,
    source: list[str] | None,
) -> list[str] | None:
    """Fill what is missing from a few questions; the sources, with one that was asked for."""
    taken = {commitment.id for commitment in dataset.commitments}
    pillars = list(dict.fromkeys(commitment.pillar for commitment in dataset.commitments))
    parties = list(dataset.agreement.parties)

    def new_id(words: str) -> str:
        if word(words) in taken or words in RESERVED:
            raise UsageError(f"the id {words} is taken")
        return words

    def known_parties(words: str) -> list[str]:
        named = options.words([words]) or [""]
        return [str(options.one_of(party, parties, "the party")) for party in named]

    def number(words: str) -> Any:
        return _amount(words, "", "the total")

    def fitting(total: str) -> Callable[[str], Any]:
        def unit(words: str) -> Any:
            _amount(total, words, "the total")
            return text("unit")(words)

        return unit

    def page(words: str) -> Any:
        return evidence(None, [words], None, None, None)

    given["title"] = given["title"] or answer("The promise in one line", text("title"))
    given["id"] = given["id"] or answer("Its id", new_id, kebab(given["title"]))
    known = f" ({', '.join(pillars)})" if pillars else ""
    given["pillar"] = given["pillar"] or answer(f"Pillar{known}", word)
    owed = f"Owed by ({', '.join(parties)}; several with commas)"
    given["owed_by"] = given["owed_by"] or answer(owed, known_parties)
    given["summary"] = given["summary"] or answer("The term in your own words", text("summary"))
    due = "The day the text sets, as year-month-day (or nothing)"
    given["due"] = given["due"] or answer(due, optional(day), "")
    total = "A total to reach, e.g. 25bn (or nothing)"
    if not any(measure.values()) and (target := answer(total, optional(number), "")):
        unit = answer("In which unit (USD, %, GW)", fitting(target))
        counts = answer("What is counted (contracts, payments)", text("counts"))
        measure.update(target=target, unit=unit, counts=counts)
    if not source and (
        url := answer("A page where it can be read (or nothing)", optional(page), "")
    ):
        return [url]
    return source


def _measure(
    dataset: Dataset,
    *,
    target: _Text,
    baseline: _Text,
    max: _Text,
    min: _Text,
    of: _Text,
    window: _Text,
    unit: _Text,
    counts: _Text,
    steps: list[str] | None,
) -> dict[str, Any] | None:
    """The measure that the options describe; None where there is none."""
    numbers = {"target": target, "baseline": baseline, "max": max, "min": min}
    present = [
        f"--{name}"
        for name, text in {
            **numbers,
            "of": of,
            "window": window,
            "unit": unit,
            "counts": counts,
        }.items()
        if text
    ]
    if steps:
        if present:
            raise UsageError(
                f"--step makes a measure of milestones; it goes without {', '.join(present)}"
            )
        return {"kind": "milestones", "steps": [_step(text) for text in steps]}
    if not present:
        return None
    if (max or min) and (target or baseline):
        raise UsageError(
            "--max and --min make a limit, --target a goal; a commitment has one of them"
        )
    if not (max or min or target):
        raise UsageError(
            f"{', '.join(present)} describe a number; give it with --target, --max or --min"
        )
    if of and not (max or min):
        raise UsageError("--of names what --max or --min limits; give one of them")
    if of and unit:
        raise UsageError("--of brings its own unit; leave --unit out")
    if not unit and not of:
        raise UsageError("--unit is missing: what are the amounts in? (USD, %, GW)")
    options.one_of(window, WINDOWS, "--window")
    theirs = _unit_of(dataset, of) if of else None
    about = {
        "unit": options.typed_text(unit, "--unit"),
        "of": of,
        "counts": options.typed_text(counts or None, "--counts"),
    }
    values = {
        name: _amount(text, unit or theirs or "", f"--{name}")
        for name, text in numbers.items()
        if text
    }
    if target and window:
        raise UsageError("--window belongs to --max or --min")
    if target and not (counts or baseline):
        raise UsageError("--counts is missing: which stage is counted, pledged, approved or paid?")
    shape = (
        {"kind": "limit", "window": window or WINDOWS[0]}
        if max or min
        else {"kind": "level" if baseline else "amount"}
    )
    return {key: value for key, value in {**shape, **about, **values}.items() if value is not None}


def _unit_of(dataset: Dataset, name: str) -> str | None:
    """The unit of another commitment's figure; None where it has none, which is refused later."""
    if all(each.id != name for each in dataset.commitments):
        return None
    return assess_some(dataset, [name], dataset.agreement.agreed).items[0].measurement.unit


def _step(text: str) -> dict[str, Any]:
    match = re.fullmatch(r"\s*([^=\s]+)\s*=\s*(.+?)\s*(?:@\s*(\d{4}-\d{2}-\d{2})\s*)?", text)
    if match is None:
        raise UsageError(
            f"--step {text!r} is not ID=TITLE or ID=TITLE@DATE, "
            "e.g. bill='The bill passes'@2026-06-30"
        )
    step: dict[str, Any] = {"id": match[1], "title": options.typed_text(match[2], "--step")}
    return {**step, "due": options.parse_day(match[3], "--step")} if match[3] else step


def _amount(text: str, unit: str, name: str) -> Any:
    try:
        return parse_amount(text, unit)
    except ValueError as error:
        raise UsageError(f"{name} {error}") from None
