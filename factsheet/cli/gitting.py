"""What git calls and needs: the merge driver and its line in .gitattributes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from factsheet import load, store
from factsheet.cli import common
from factsheet.errors import DatasetError

CONFIG_LINE = "git config merge.factsheet.driver 'factsheet merge %O %A %B'"
ATTRIBUTE = f"{store.USUAL_PLACE.as_posix()} merge=factsheet"


def merge(
    base: Annotated[Path, typer.Argument(metavar="BASE", help="The common ancestor: %O.", show_default=False, readable=False)],
    ours: Annotated[
        Path, typer.Argument(metavar="OURS", help="Our version, which takes the result: %A.", show_default=False, readable=False)
    ],
    theirs: Annotated[Path, typer.Argument(metavar="THEIRS", help="Their version: %B.", show_default=False, readable=False)],
) -> None:
    """Merge three versions of a dataset: the git merge driver.

    Updates of both sides are kept, a record that one side changed takes the change, and every other byte stays. Where both
    sides changed the same terms, OURS gets ordinary conflict markers and the exit code is 1.

    Example: factsheet merge base.toml ours.toml theirs.toml
    """
    from factsheet.merging import merge as merged

    # Bytes that are no UTF-8 pass through unharmed; `validate` is the one to complain about them.
    texts = [store.read(path).decode("utf-8", "surrogateescape") for path in (base, ours, theirs)]
    result = merged(*texts)
    store.write_new(ours, result.text.encode("utf-8", "surrogateescape"), exist_ok=True)
    why = result.why or _new_errors(texts[1:], result.text, result.conflict)
    if why:
        common.complain(why)
    if result.conflict or why:
        raise typer.Exit(1)


def _new_errors(sides: list[str], text: str, conflict: bool) -> str:
    """Why a person must look at a merge: a conflict, or errors that neither side had."""
    today = dt.date.max
    errors = load.load(text, today=today).errors
    if not errors or not (conflict or all(load.load(side, today=today).dataset for side in sides)):
        return ""
    what = "resolve the conflict in the file" if conflict else "both sides are valid, but together they are not; mend the file"
    return "\n".join([what, *(f"line {finding.line}: {finding.message}" for finding in errors[: common.SHOWN_ERRORS])])


def attributes(directory: Path) -> None:
    """Write the line of .gitattributes that names the merge driver, unless it is there, and say how to switch it on."""
    path = directory / ".gitattributes"
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise DatasetError(f"{path} is not a plain file, and git reads no other; add the line `{ATTRIBUTE}` by hand")
    before = store.read(path) if path.exists() else b""
    try:
        text = before.decode("utf-8")
    except UnicodeDecodeError:
        raise DatasetError(f"{path} is not UTF-8; add the line `{ATTRIBUTE}` by hand") from None
    if any(line.split("#")[0].split() == ATTRIBUTE.split() for line in text.splitlines()):
        common.say(f"{path} has the merge driver already")
    else:
        newline = "\r\n" if "\r\n" in text else "\n"
        gap = newline if text and not text.endswith("\n") else ""
        store.write_new(path, f"{text}{gap}{ATTRIBUTE}{newline}".encode(), exist_ok=True)
        common.say(f"wrote {path}")
    common.say(f"each clone switches the driver on once, with:\n  {CONFIG_LINE}")
