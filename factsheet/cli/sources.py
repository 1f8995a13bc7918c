"""`factsheet sources`: the cited pages, each once; asked, and copied into an archive."""

from __future__ import annotations

import datetime as dt
import gc
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated
from urllib.parse import urlsplit

import typer

from factsheet import store
from factsheet.assess.snapshot import Snapshot, assess
from factsheet.cli import network, options, output
from factsheet.cli.dataset import chooser, known_sources, open_dataset, pick
from factsheet.cli.learning import Keeper, watching
from factsheet.cli.options import FileOption, Headline, Obligors, Pillars, Tags, option
from factsheet.exceptions import NotWrittenError, UsageError
from factsheet.formats import FORMATS, spelling
from factsheet.inert import one_line
from factsheet.report.cited import UNCHECKED, Cited, cited
from factsheet.source_list import RESULTS, with_check, with_copy

SPELLINGS = ("table", *spelling("sources"))
INTERRUPTED = 130
"""The exit code of a run that Ctrl-C ended, as shells have it."""
ALONE = 3
"""Hosts: where that many are asked and none says a word, it is this machine that is cut off."""


def sources(
    items: Annotated[list[str] | None, options.items("Only what these rest on.")] = None,
    headline: Headline = False,
    pillar: Pillars = None,
    owed_by: Obligors = None,
    tag: Tags = None,
    result: Annotated[
        list[str] | None,
        option(
            "--result",
            metavar="RESULT",
            help=f"Only {', '.join(RESULTS)} or {UNCHECKED}.",
            complete=lambda: [*RESULTS, UNCHECKED],
        ),
    ] = None,
    unarchived: Annotated[
        bool, typer.Option("--unarchived", help="Only those without a copy.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Ask each whether the page is there.")
    ] = False,
    archive: Annotated[
        bool,
        typer.Option("--archive", help="Find an archived copy, or have one made."),
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="--check: even if asked today.")] = False,
    timeout: Annotated[
        float,
        typer.Option(
            "--timeout",
            metavar="SECONDS",
            help="--check: for an answer.",
            min=0.1,
            max=600,
        ),
    ] = 15.0,
    format: Annotated[
        str, options.formats(SPELLINGS, f"{', '.join(SPELLINGS[:-1])} or {SPELLINGS[-1]}.")
    ] = "table",
    excel: Annotated[bool, typer.Option("--excel", help="csv: as Excel needs it.")] = False,
    file: FileOption = None,
) -> None:
    r"""List the cited pages, each once; check and archive them.

    Nothing is opened without --check or --archive (pip install 'factsheet\[web]'). What they learn
    is kept in sources.toml beside the dataset: Ctrl-C loses nothing, and what was checked today is
    not asked again. They print what needs a look instead of the list. Refused (401, 403, a wall
    against robots) says nothing about the page.

    Example: factsheet sources --headline --check
    """
    options.one_of(format, SPELLINGS, "--format")
    options.require_csv(excel, format)
    if not timeout >= 0.1:
        raise UsageError("--timeout needs a number of seconds")  # nan is in no range
    results = options.all_of(result, (*RESULTS, UNCHECKED), "--result")
    place, _, dataset = open_dataset(file)
    asking = check or archive
    keeper = Keeper(place)
    if asking:
        gc.enable()  # other commands do without, because they last a moment
        store.require_writable(place)
        keeper.require()
    snapshot = assess(dataset, options.today(), sources=known_sources(place))
    used = _chooser(snapshot, items, pillar, owed_by, tag, headline)
    found = [
        each
        for each in cited(snapshot)
        if used(each)
        and (not results or each.result in results)
        and not (unarchived and each.state.archived)
    ]
    told: list[str] = []
    whole = True
    if check:
        whole = _check(found, keeper, told, again=again, timeout=timeout)
    if archive and whole:
        whole = _archive(found, keeper, told)
    if asking:
        chosen = {each.source.url for each in found}
        snapshot = assess(dataset, options.today(), sources=known_sources(place))
        found = [each for each in cited(snapshot) if each.source.url in chosen]
    if format != "table":
        more = {"excel": True} if excel else {}
        output.put_bytes(FORMATS[format].load().sources(found, snapshot, **more))
    elif asking:
        output.put("".join(f"{line}\n" for line in told))
    else:
        _show(found)
    if not whole:
        raise typer.Exit(INTERRUPTED)


def _show(found: Sequence[Cited]) -> None:
    from factsheet.formats import source_table

    if not found:
        output.say("nothing to list: no address fits")
    elif output.in_terminal():
        screen = output.console()
        unicode = output.speaks_unicode()
        screen.print(source_table.terminal(found, width=screen.width, unicode=unicode))
    else:
        output.put(source_table.plain(found))


def _chooser(
    snapshot: Snapshot,
    items: Sequence[str] | None,
    pillar: Sequence[str] | None,
    owed_by: Sequence[str] | None,
    tag: Sequence[str] | None,
    headline: bool,
) -> Callable[[Cited], bool]:
    """Which addresses belong to the commitments that a command line wants."""
    dataset = snapshot.dataset
    named = {pick(dataset, name)[1].id for name in items or ()}
    wanted = chooser(dataset, None, pillar, owed_by, tag, headline=headline)
    if not (named or pillar or owed_by or tag or headline):
        return lambda each: True
    chosen = {
        item.commitment.id
        for item in snapshot.items
        if wanted(item) and (not named or item.commitment.id in named)
    }
    return lambda each: bool(chosen.intersection(each.items))


def _check(
    found: Sequence[Cited], keeper: Keeper, told: list[str], *, again: bool, timeout: float
) -> bool:
    """Ask the addresses, and say what is not simply there. Whether all were asked."""
    with network.open_room("--check"):
        from factsheet.web.checking import Patience, check
        from factsheet.web.connection import Limits
    today = options.today()
    wanted = [each for each in found if again or each.state.checked != today]
    before = {each.source.url: each.result for each in wanted}
    limits = Limits(connect=min(10.0, timeout), read=timeout, total=3 * timeout)
    counts: Counter[str] = Counter()
    silent: list[Callable[[], None]] = []
    """Answers that wait until some server has said a word: then it is not we who are cut off."""
    heard, whole = False, True
    with watching("asked", len(wanted)) as watch:
        try:
            for answer in watch(
                check(
                    before,
                    patience=Patience(limits=limits),
                    allow_loopback=network.allow_loopback(),
                )
            ):
                counts[answer.result] += 1
                lesson = partial(
                    with_check,
                    url=answer.url,
                    day=today,
                    result=answer.result,
                    moved_to=answer.moved_to,
                )
                heard = heard or answer.status is not None or bool(answer.hops)
                silent.append(partial(keeper.learn, lesson))
                while heard and silent:
                    silent.pop()()
                if answer.result != "ok":
                    why = answer.why
                    if answer.moved_to and answer.moved_to not in why:
                        why += f": {answer.moved_to}"
                    told.append(f"{answer.result:<11}  {one_line(answer.url)}  {one_line(why)}")
        except KeyboardInterrupt:
            whole = False
    told.sort()
    news = {url for url, was in before.items() if was != "unreachable"}
    if not heard and len({urlsplit(url).hostname for url in news}) >= ALONE:
        hint = "this machine seems to be cut off from the web; nothing was written"
        if whole:
            raise NotWrittenError(f"no address answered at all: {hint}")
        silent.clear()
    for learn in silent:
        learn()
    keeper.write()
    said = ", ".join(f"{counts[word]} {word}" for word in RESULTS if counts[word])
    line = f"asked {counts.total()} of {len(found)} addresses" + (f": {said}" if said else "")
    if spared := len(found) - len(wanted):
        line += f"; {spared} were asked today already (--again asks them too)"
    if not whole:
        line += f"; stopped, what was learned is kept; {len(wanted) - counts.total()} are left"
    output.say(line)
    return whole


def _archive(found: Sequence[Cited], keeper: Keeper, told: list[str]) -> bool:
    """Find a copy of each page, or have one made, and say which. Whether all were looked for."""
    with network.open_room("--archive"):
        from factsheet.web.archiving import archive
    wanted: list[tuple[str, dt.date]] = [
        (each.source.url, each.day) for each in found if not each.state.archived
    ]
    counts: Counter[str] = Counter()
    whole = True
    with watching("copies", len(wanted)) as watch:
        try:
            for copy in watch(
                archive(
                    wanted,
                    service=network.service(),
                    account=network.account(),
                    allow_loopback=network.allow_loopback(),
                )
            ):
                word = "none" if copy.archived is None else "made" if copy.new else "found"
                counts[word] += 1
                if copy.archived:
                    keeper.learn(partial(with_copy, url=copy.url, archived=copy.archived))
                rest = copy.archived or copy.why
                told.append(f"{word:<11}  {one_line(copy.url)}  {one_line(rest)}")
        except KeyboardInterrupt:
            whole = False
    keeper.write()
    line = f"copies: {counts['found']} found, {counts['made']} made, {counts['none']} not to be had"
    if spared := len(found) - len(wanted):
        line += f"; {spared} had one"
    if not whole:
        line += f"; stopped, what was learned is kept; {len(wanted) - counts.total()} are left"
    output.say(line)
    return whole
