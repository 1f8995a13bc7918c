"""`factsheet init`: start a dataset, and have git merge it well."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from factsheet import store
from factsheet.cli import options, output
from factsheet.cli.driver import ATTRIBUTE, CONFIG_LINE
from factsheet.exceptions import DatasetError

EMPTY = """\
#:schema ./commitments.schema.json
# A dataset for `factsheet`. docs/file.md explains every key; `factsheet add` writes a commitment,
# `factsheet update` an event.
schema = 1

[agreement]
id = "my-agreement"
title = "The title of the document"
agreed = {today}
parties = {{ A = "First party", B = "Second party" }}

# How pace is put into words, and after how many days without news an item is stale.
[method]
ahead = 1.05
on_pace = 0.95
behind = 0.60
review_every_days = 120
"""


def init(
    directory: Annotated[
        Path,
        typer.Argument(
            metavar="[DIR]", help="The folder to start in.", show_default=False, readable=False
        ),
    ] = Path(),
    empty: Annotated[bool, typer.Option("--empty", help="Start without any commitment.")] = False,
    git: Annotated[
        bool, typer.Option("--git", help="Also write .gitattributes for the merge driver.")
    ] = False,
) -> None:
    """Start a dataset: a copy of the shipped one, or an empty one.

    It goes to data/commitments.toml in DIR, with the JSON Schema beside it for editors. An existing
    dataset is never overwritten.

    Example: factsheet init tracker --git
    """
    target = directory / store.USUAL_PLACE
    fresh = not store.exists(target)
    if fresh or not git:
        data = (
            EMPTY.format(today=options.today()).encode() if empty else store.read(store.shipped())
        )
        store.make_folder(target.parent)
        store.write_new(target, data, exist_ok=False)
        output.say(f"wrote {target}")
    schema_file = target.parent / "commitments.schema.json"
    if not store.exists(schema_file):
        from factsheet.formats.schema import schema_bytes

        store.write_new(schema_file, schema_bytes(), exist_ok=False)
        output.say(f"wrote {schema_file}")
    if git:
        _attributes(directory / ".gitattributes")


def _attributes(path: Path) -> None:
    """Write the line that names the merge driver, unless it is there, and say how to use it."""
    by_hand = f"add the line `{ATTRIBUTE}` by hand"
    if not store.plain_or_absent(path):
        raise DatasetError(f"{path} is not a plain file, and git reads no other; {by_hand}")
    try:
        text = store.read(path).decode("utf-8") if store.exists(path) else ""
    except UnicodeDecodeError:
        raise DatasetError(f"{path} is not UTF-8; {by_hand}") from None
    if any(line.split("#")[0].split() == ATTRIBUTE.split() for line in text.splitlines()):
        output.say(f"{path} has the merge driver already")
    else:
        newline = "\r\n" if "\r\n" in text else "\n"
        gap = newline if text and not text.endswith("\n") else ""
        store.write_new(path, f"{text}{gap}{ATTRIBUTE}{newline}".encode(), exist_ok=True)
        output.say(f"wrote {path}")
    output.say(f"each clone switches the driver on once, with:\n  {CONFIG_LINE}")
