"""`factsheet site`: the public tracker, as plain files for any web host."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from factsheet import __version__, folder, store
from factsheet.assess.snapshot import assess
from factsheet.cli import dataset as data
from factsheet.cli import options, output
from factsheet.cli.chart import require_resvg
from factsheet.cli.options import AsOf, FileOption, Langs, option
from factsheet.cli.progress import watching
from factsheet.cli.words import translation_file
from factsheet.exceptions import DatasetError, UsageError
from factsheet.inert import one_line
from factsheet.report.speech import ENGLISH
from factsheet.vocabulary import KEBAB

if TYPE_CHECKING:
    from factsheet.model import Dataset
    from factsheet.site.build import Made
    from factsheet.site.frozen import Frozen
    from factsheet.site.plan import Gone, Plan
    from factsheet.source_list import States

EARLIEST = dt.date(1900, 1, 1)


def site(
    out: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER", help="An empty folder, or one of a site.", show_default=False
        ),
    ],
    base_url: Annotated[
        str | None,
        option(
            "--base-url",
            metavar="URL",
            help="Where the site will stand (default: url in \\[publication]).",
        ),
    ] = None,
    as_of: AsOf = None,
    lang: Langs = None,
    since: Annotated[
        str | None,
        option("--since", metavar="DATE", help="News since this day (default: 30 days before)."),
    ] = None,
    cards: Annotated[
        bool, typer.Option("--cards", help="Also a picture of each promise for social media.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Make every frozen copy again and compare its data.")
    ] = False,
    file: FileOption = None,
) -> None:
    r"""Write the public tracker: a page for every promise, with its data.

    Plain files for any web host; links are relative, so the folder works wherever it stands. With
    an address the pages, feeds and citations also give it. Only what changed is rewritten. on/DATE/
    is a copy of that day, which no later run touches. With several --lang each page leads to itself
    in the others. --cards needs an extra: pip install 'factsheet\[site]'.

    Example: factsheet site public --lang en --lang ko --base-url https://example.org/tracker/
    """
    day, _ = options.dates(as_of, None)
    base_url = base_url and options.typed_text(base_url, "--base-url")
    compare = options.optional_day(since, "--since")
    if compare and compare > day:
        raise UsageError(f"--since {compare} comes after --as-of {day}")
    if cards:
        require_resvg("a card")
    said = folder.said_of(out)
    place = store.find(file)
    raw = store.read(place.path)
    if check:
        _check(out, said, place, data.valid(place, data.load_bytes(raw)))
        return
    languages = options.words(lang) or [options.language(None)]
    asked = Asked(
        digest=hashlib.sha256(raw).hexdigest(),
        listed=_hash(store.source_list(place).path),
        words=[[code, _hash(translation_file(place, code))] for code in languages],
        day=day,
        since=compare,
        base_url=base_url,
        cards=cards,
    )
    done = said and said.get("asked") == asked.told() and f"{day}" in folder.frozen_days(out)
    if said and done and folder.as_it_was(out, said):
        output.say(f"{out} is as it should be; nothing was written")
        return
    dataset = data.valid(place, data.load_bytes(raw))
    told_in = {code: data.in_language(code, place, dataset) for code in languages}
    known = data.known_sources(place)
    _write(out, dataset, told_in, known, asked)


class Asked(NamedTuple):
    """What a site is asked to be: the hashes of what it is made from, and how it is made.

    ``words`` has each language, the first one first, with the hash of its words.
    """

    digest: str
    listed: str
    words: list[list[str]]
    day: dt.date
    since: dt.date | None
    base_url: str | None
    cards: bool

    def told(self) -> list[Any]:
        """As the marker of the folder says it."""
        return [__version__, *(f"{each}" if isinstance(each, dt.date) else each for each in self)]


def _hash(path: Path) -> str:
    """The SHA-256 of a file beside the dataset; empty where there is none."""
    return hashlib.sha256(store.read(path)).hexdigest() if store.exists(path) else ""


def _write(
    out: Path,
    dataset: Dataset,
    told_in: Mapping[str, tuple[Dataset, AbstractContextManager[None]]],
    known: States,
    asked: Asked,
) -> None:
    from factsheet.lint.doubts import doubts
    from factsheet.report.content import build
    from factsheet.site import build as whole
    from factsheet.site import frozen
    from factsheet.site.plan import NEWS_DAYS, Plan, base_of, folder_of

    day, digest, base = asked.day, asked.digest, base_of(asked.base_url, dataset)
    languages = [*told_in]
    records = sum(len(item.updates) for item in dataset.commitments)
    rounds = (whole.ROUNDS + 1) * len(dataset.commitments)
    hashes: dict[str, str] = {}
    plans: list[Plan] = []
    work = records * len(languages), rounds * len(languages)
    with folder.held(out) as here, watching("site", *work) as watch:
        days = folder.frozen_days(out)
        label = _label(out, f"{day}") if f"{day}" in days else None
        removed = _gone(out, here.before, dataset, days)
        since = asked.since or max(day - dt.timedelta(days=NEWS_DAYS), EARLIEST)

        def put(made: Made) -> None:
            here.put(made.path, made.live)
            if label is None and made.frozen is not None:
                here.freeze(f"{day}", made.path, made.frozen)
                hashes[made.path] = hashlib.sha256(made.frozen).hexdigest()

        for code, (words, speaking) in told_in.items():
            there = folder_of(code, languages)
            copies = {each for each in days if (out / folder.FROZEN / each / there).is_dir()}
            snapshot = assess(words, day, sources=known)
            content = partial(build, snapshot, doubts(snapshot), digest=digest, since=since)
            plan = Plan(
                content=content(watch=watch),
                base=base,
                freezes=label is None or _same(label, digest, base, languages, code),
                frozen=sorted(copies if label else {*copies, f"{day}"}, reverse=True),
                removed=removed,
                cards=asked.cards,
                languages=languages,
                language=code,
            )
            plans.append(plan)
            for made in whole.data_files(plan, watch=watch):
                put(made)
            with speaking:
                spoken = plan if code == ENGLISH else replace(plan, content=content())
                for made in whole.page_files(spoken, watch=watch):
                    put(made)
        if label is None:
            here.freeze(f"{day}", frozen.NAME, frozen.label(plans[0], hashes))
        gone = here.finish(_said(plans[0], asked), "" if label else f"{day}")
    output.say(_told(out, len(here.digests), len(here.changed), len(gone)))
    if label is None:
        output.say(f"on/{day}/ is frozen, {len(hashes)} files")
    elif not all(plan.freezes for plan in plans):
        output.say(f"on/{day}/ was made from another state of the file and stays as it is")


def _same(label: Frozen, digest: str, base: str, languages: list[str], code: str) -> bool:
    """Whether a frozen copy has the pages of a language as they are."""
    made = (label.digest, label.base, label.languages[0])
    return made == (digest, base, languages[0]) and code in label.languages


def _told(out: Path, files: int, changed: int, gone: int) -> str:
    away = f", {gone} taken away" if gone else ""
    return f"wrote {out}: {changed} of {files} files{away}"


def _said(plan: Plan, asked: Asked) -> dict[str, Any]:
    """What the marker of the folder says, beside the files."""
    return {
        "about": "The files of a site, made by `factsheet site`; SHA-256 of each.",
        "factsheet": __version__,
        "asked": asked.told(),
        "as_of": f"{plan.content.snapshot.as_of}",
        "promises": {item.commitment.id: one_line(item.commitment.title) for item in plan.items},
        "removed": {each.id: [each.title, each.until] for each in plan.removed},
    }


def _gone(out: Path, before: Mapping[str, Any], dataset: Dataset, days: list[str]) -> list[Gone]:
    """The promises that the site had and the dataset has no longer."""
    from factsheet.site.plan import Gone, page_of

    there = {each.id for each in dataset.commitments}
    until = before.get("as_of", "")
    try:
        known = {name: [title, until] for name, title in before.get("promises", {}).items()}
        known |= before.get("removed", {})
        plain = all(map(_plain, known, known.values()))
    except (AttributeError, TypeError, ValueError):
        plain = False
    if not plain:
        raise UsageError(folder.damaged(out))
    found = []
    for name, (title, last) in sorted(known.items()):
        if name not in there:
            copies = [day for day in days if (out / folder.FROZEN / day / page_of(name)).is_dir()]
            found.append(Gone(name, title, last, copies[-1] if copies else ""))
    return found


def _plain(name: str, said: list[Any]) -> bool:
    """Whether a marker remembers a promise as ours do: by its id, its title and a day.

    Raises ``ValueError`` and ``TypeError`` for what no page could say.
    """
    title, until = said
    f"{title}{until}".encode()
    return bool(re.fullmatch(KEBAB, name)) and isinstance(title, str) and isinstance(until, str)


def _label(out: Path, day: str) -> Frozen:
    from factsheet.site import frozen

    path = out / folder.FROZEN / day / frozen.NAME
    return frozen.read(folder.read(path), f"{path}")


def _check(out: Path, said: Mapping[str, Any] | None, place: store.Place, dataset: Dataset) -> None:
    """Make every frozen copy again; differences are findings."""
    from factsheet.site import frozen

    if said is None:
        raise DatasetError(f"{out} is no site yet")
    days = folder.frozen_days(out)
    wrong = 0
    for day in days:
        label = _label(out, day)
        there = folder.read_frozen(out, day)
        words, _speaking = data.in_language(label.languages[0], place, dataset)
        made = frozen.again(words, label)
        found = list(frozen.differences(label, there, made))
        wrong += bool(found)
        output.put("".join(f"on/{day}: {one_line(line)}\n" for line in found))
        if not found:
            output.put(f"on/{day}: {len(made)} data files as they were\n")
    output.say(
        f"{len(days)} frozen cop{'y' if len(days) == 1 else 'ies'}, {wrong} of them different"
    )
    if wrong:
        raise typer.Exit(1)
