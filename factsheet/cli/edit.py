"""`factsheet edit`: open a commitment in an editor and check the file afterwards."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from factsheet import store
from factsheet.cli import completion, options, output
from factsheet.cli.dataset import finding_line, load_bytes, pick
from factsheet.cli.options import FileOption
from factsheet.cli.validate import findings
from factsheet.exceptions import NotWrittenError, UsageError
from factsheet.source import spans

HEAD = "agreement"
"""Names the head of the file, unless a commitment is called so."""


def edit(
    item: Annotated[
        str,
        typer.Argument(
            metavar="ITEM",
            help="An id, the beginning of one, or `agreement` for the head of the file.",
            autocompletion=completion.editable,
            show_default=False,
        ),
    ],
    file: FileOption = None,
) -> None:
    """Open a commitment in your editor and check the file afterwards.

    The editor is $VISUAL, else $EDITOR, and starts at the item's line. Errors are shown by line; in
    a terminal you can go back to mend them. Exit code 1 when the file is left with errors.

    Example: factsheet edit arms-purchases
    """
    place = store.find(file)
    store.require_writable(place)
    before = store.read(place.path)
    line: int | None = _line_of(place, before, item)
    while line is not None:
        left_well = _open_editor(place.path, line)
        after = store.read(place.path)
        if not left_well and after == before:
            raise NotWrittenError("the editor failed and nothing was changed")
        line = _report(place.path, after, item)
        if line is not None and not (
            output.can_ask() and typer.confirm("Open it again?", default=True, err=True)
        ):
            raise typer.Exit(1)
    output.say(f"{place.path}: {'no change' if after == before else 'changed, no errors'}")
    _say_what_was_edited(place.path, before, after)


def _say_what_was_edited(path: Path, before: bytes, after: bytes) -> None:
    """Name the records that stood in the file before and were changed or deleted.

    Only a person can tell whether anybody had read them yet.
    """
    was, now = load_bytes(before), load_bytes(after)
    if was.dataset is None or now.dataset is None:
        return
    from factsheet.lint import published
    from factsheet.source.load import located

    found = located(now.text, list(published.records(was.dataset, now.dataset, "the file before")))
    for finding in found:
        output.say(f"{path}:{finding.line}: {finding.item}: {finding.message}")
    if found:
        output.say(
            "if it was published, put it back: `factsheet update --replaces RECORD` and "
            "`factsheet retract RECORD` correct in the open"
        )


def _line_of(place: store.Place, data: bytes, name: str) -> int:
    """Where an item starts, in a broken file as well: that is when one most wants to edit it."""
    loaded = load_bytes(data)
    if loaded.dataset is not None:
        where = spans.TextMap(loaded.text)
        if name == HEAD:
            return where.line_of((HEAD,))
        index, _ = pick(loaded.dataset, name)
        return where.line_of(("commitments", index))
    text = data.decode("utf-8", "replace")
    found = spans.find_line(text, rf"""(?m)^[ \t]*id[ \t]*=[ \t]*["']{re.escape(name)}""")
    return found or loaded.errors[0].line or 1


def _report(path: Path, data: bytes, item: str) -> int | None:
    """Print the findings of an edited file: every error, and the doubts about the item.

    The line of the first error, if any.
    """
    found = findings(data, options.today())
    errors = [finding for finding in found if finding.severity == "error"]
    for finding in errors or [
        finding for finding in found if finding.item and finding.item.startswith(item)
    ]:
        output.put(f"{finding_line(path, finding)}\n    hint: {finding.hint}\n")
    return (errors[0].line or 1) if errors else None


def _open_editor(path: Path, line: int) -> bool:
    """Whether the editor ended well.

    It gets the whole path: a name that starts with + or - would be an order to it.
    """
    path = Path(os.path.abspath(path))
    wanted = os.environ.get("VISUAL") or os.environ.get("EDITOR") or _usual_editor()
    try:
        words = shlex.split(wanted, posix=os.name != "nt")
        # The user's own editor.
        subprocess.run([*words, *_place_arguments(words, path, line)], check=True)  # noqa: S603
        return True
    except (OSError, ValueError, IndexError) as error:
        raise UsageError(
            f"cannot start the editor {wanted!r}: {error}; "
            "set $VISUAL or $EDITOR to one that is installed"
        ) from None
    except subprocess.CalledProcessError as error:
        output.say(f"the editor {wanted!r} left with code {error.returncode}")
        return False


def _usual_editor() -> str:
    if found := next(
        (name for name in ("nano", "vim", "vi", "notepad") if shutil.which(name)), None
    ):
        return found
    raise UsageError("no editor was found; set $VISUAL or $EDITOR, e.g. EDITOR=vim")


def _place_arguments(words: Sequence[str], path: Path, line: int) -> list[str]:
    """How this editor is told where to start; one that is not known gets the file alone."""
    name = Path(words[0]).stem.casefold()
    if name in ("code", "code-insiders", "codium", "vscodium", "cursor", "windsurf"):
        # Without --wait the window opens and the command is back before anything was edited.
        return [
            *(() if "--wait" in words or "-w" in words else ("--wait",)),
            "--goto",
            f"{path}:{line}",
        ]
    if name in ("subl", "zed", "hx", "helix"):
        return [
            *(("--wait",) if name in ("subl", "zed") and "--wait" not in words else ()),
            f"{path}:{line}",
        ]
    if re.fullmatch(
        r"(g|n|m)?vi(m|ew)?|nano|pico|emacs(client)?|micro|kak|joe|ne|mg|jed|ed|gedit", name
    ):
        return [f"+{line}", os.fspath(path)]
    return [os.fspath(path)]
