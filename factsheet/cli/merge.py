"""`factsheet merge`: the git merge driver."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from factsheet import store
from factsheet.cli import output
from factsheet.cli.dataset import SHOWN_ERRORS
from factsheet.source import load
from factsheet.source_list import is_list, read_list, text_of
from factsheet.source_list import merged as merged_lists


def _version(metavar: str, help: str) -> typer.models.ArgumentInfo:
    made: typer.models.ArgumentInfo = typer.Argument(
        metavar=metavar, help=help, show_default=False, readable=False
    )
    return made


def merge(
    base: Annotated[Path, _version("BASE", "The common ancestor: %O.")],
    ours: Annotated[Path, _version("OURS", "Our version, which takes the result: %A.")],
    theirs: Annotated[Path, _version("THEIRS", "Their version: %B.")],
) -> None:
    """Merge three versions of a dataset: the git merge driver.

    Updates of both sides are kept, a record that one side changed takes the change, and every other
    byte stays. Where both sides changed the same terms, OURS gets ordinary conflict markers and the
    exit code is 1. Of two lists of sources (sources.toml) the newer check of each address is taken.

    Example: factsheet merge base.toml ours.toml theirs.toml
    """
    # Bytes that are no UTF-8 pass through unharmed; `validate` is the one to complain about them.
    texts = [store.read(path).decode("utf-8", "surrogateescape") for path in (base, ours, theirs)]
    if any(map(is_list, texts)) and all(is_list(text) or not text.strip() for text in texts):
        _merge_lists(ours, *texts)
        return
    from factsheet.source.merge import merge as merged

    result = merged(*texts)
    data = result.text.encode("utf-8", "surrogateescape")
    store.write_new(ours, data, exist_ok=True)
    why = result.why or _new_errors(texts[1:], result.text, result.conflict)
    if why:
        output.complain(why)
    if result.conflict or why:
        raise typer.Exit(1)


def _merge_lists(path: Path, base: str, ours: str, theirs: str) -> None:
    """Merge lists of sources: all that either side knows, whatever the lines are."""
    sides = read_list(ours), read_list(theirs)
    if not any(side.faults for side in sides):
        text = text_of(merged_lists(*(side.states for side in sides)))
        store.write_new(path, text.encode("utf-8"), exist_ok=True)
        return
    from factsheet.source.lines import merge_lines

    text, conflict = merge_lines(*(f"{each.rstrip()}\n" for each in (base, ours, theirs)))
    store.write_new(path, text.encode("utf-8", "surrogateescape"), exist_ok=True)
    if conflict or read_list(text).faults:
        output.complain("a side of this list of sources cannot be read; mend the file")
        raise typer.Exit(1)


def _new_errors(sides: list[str], text: str, conflict: bool) -> str:
    """Why a person must look at a merge: a conflict, or errors that neither side had."""
    today = dt.date.max
    errors = load.load(text, today=today).errors
    if not errors:
        return ""
    if conflict:
        what = "resolve the conflict in the file"
    elif all(load.load(side, today=today).dataset for side in sides):
        what = "both sides are valid, but together they are not; mend the file"
    else:
        return ""
    named = [f"line {finding.line}: {finding.message}" for finding in errors[:SHOWN_ERRORS]]
    return "\n".join([what, *named])
