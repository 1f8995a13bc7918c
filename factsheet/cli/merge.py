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
    exit code is 1.

    Example: factsheet merge base.toml ours.toml theirs.toml
    """
    from factsheet.source.merge import merge as merged

    # Bytes that are no UTF-8 pass through unharmed; `validate` is the one to complain about them.
    texts = [store.read(path).decode("utf-8", "surrogateescape") for path in (base, ours, theirs)]
    result = merged(*texts)
    data = result.text.encode("utf-8", "surrogateescape")
    store.write_new(ours, data, exist_ok=True)
    why = result.why or _new_errors(texts[1:], result.text, result.conflict)
    if why:
        output.complain(why)
    if result.conflict or why:
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
