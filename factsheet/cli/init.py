"""`factsheet init`: start a dataset, and have git merge it well."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from factsheet import store
from factsheet.cli import options, output
from factsheet.cli.dataset import load_bytes
from factsheet.cli.driver import ATTRIBUTES, CONFIG_LINE
from factsheet.cli.options import option
from factsheet.exceptions import DatasetError, NotWrittenError, UsageError

HEAD = """\
#:schema ./commitments.schema.json
# A dataset for `factsheet`. `factsheet add` writes a commitment, `factsheet update` an event,
# `factsheet edit agreement` opens this head; docs/file.md explains every key.
schema = 1

"""
METHOD = """
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
            metavar="DIR", help="The folder to start in.", show_default=False, readable=False
        ),
    ] = Path(),
    empty: Annotated[bool, typer.Option("--empty", help="Start without any commitment.")] = False,
    title: Annotated[
        str | None, option("--title", metavar="TEXT", help="--empty: the title of the document.")
    ] = None,
    agreed: Annotated[
        str | None, option("--agreed", metavar="DATE", help="--empty: the day it was agreed.")
    ] = None,
    party: Annotated[
        list[str] | None,
        option("--party", metavar="KEY=NAME", help="--empty: a party of it; repeatable."),
    ] = None,
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
    if not empty and (title or agreed or party):
        raise UsageError("--title, --agreed and --party are of an empty dataset; add --empty")
    fresh = not store.exists(target)
    if not fresh and not git:
        raise NotWrittenError(f"{target} is already there; nothing was written")
    if fresh:
        data = _head(title, agreed, party) if empty else store.read(store.shipped())
        store.make_folder(target.parent)
        store.write_new(target, data, exist_ok=False)
        output.say(f"wrote {target}")
        if not empty:
            _copy_companions(target)
        else:
            output.say("next: `factsheet add` writes the first commitment")
    schema_file = target.parent / "commitments.schema.json"
    if not store.exists(schema_file):
        from factsheet.formats.schema import schema_bytes

        store.write_new(schema_file, schema_bytes(), exist_ok=False)
        output.say(f"wrote {schema_file}")
    if git:
        _attributes(directory / ".gitattributes")


def _copy_companions(target: Path) -> None:
    """What stands beside the shipped dataset, beside its copy: its words in other languages, and
    what is known of its sources.
    """
    from factsheet.cli.words import languages, translation_file
    from factsheet.report.speech import ENGLISH

    shipped = store.Place(store.shipped(), shipped=True)
    own = store.Place(target)
    pairs = [
        (translation_file(shipped, language), translation_file(own, language))
        for language in languages(shipped)
        if language != ENGLISH
    ]
    pairs.append((store.source_list(shipped).path, store.source_list(own).path))
    for original, copy in pairs:
        if store.exists(original) and not store.exists(copy):
            store.write_new(copy, store.read(original), exist_ok=False)
            output.say(f"wrote {copy}")


def _head(title: str | None, agreed: str | None, party: list[str] | None) -> bytes:
    """The text of a dataset without commitments, from options, else questions, else examples."""
    from factsheet.cli import questions
    from factsheet.source.insert import key_lines

    asking = output.can_ask()
    name = options.typed_text(title, "--title")
    if name is None and asking:
        name = questions.answer("The title of the document", questions.text("title"))
    day = options.optional_day(agreed, "--agreed")
    if day is None and asking:
        day = questions.answer("The day it was agreed, as year-month-day", questions.date)
    parties = _parties(party or (), "--party")
    if not parties and asking:
        parties = questions.answer(
            "The parties, as KEY=NAME, with semicolons between (ROK=Republic of Korea; US=...)",
            lambda words: _parties(words.strip(" ;").split(";"), "the parties"),
        )
    agreement = {
        "id": questions.kebab(name or "") or "my-agreement",
        "title": name or "The title of the document",
        "agreed": day or options.today(),
        "parties": parties or {"A": "First party", "B": "Second party"},
    }
    lines = "".join(key_lines(key, value) for key, value in agreement.items())
    data = f"{HEAD}[agreement]\n{lines}{METHOD}".encode()
    if found := load_bytes(data).errors:
        raise UsageError(found[0].message)
    return data


def _parties(given: Sequence[str], name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in given:
        key, equals, words = (part.strip() for part in text.partition("="))
        if not equals or not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", key) or not words:
            raise UsageError(
                f"{name}: {text.strip()!r} is not KEY=NAME, e.g. ROK='Republic of Korea'; "
                "a key is a short name of letters, digits and hyphens"
            )
        if key in found:
            raise UsageError(f"{name}: {key} is named twice")
        found[key] = options.typed_text(words, name) or ""
    return found


def _attributes(path: Path) -> None:
    """Write the lines that name the merge driver, unless they are there, and say how to use it."""
    by_hand = f"add by hand: {', '.join(f'`{line}`' for line in ATTRIBUTES)}"
    if not store.plain_or_absent(path):
        raise DatasetError(f"{path} is not a plain file, and git reads no other; {by_hand}")
    try:
        text = store.read(path).decode("utf-8") if store.exists(path) else ""
    except UnicodeDecodeError:
        raise DatasetError(f"{path} is not UTF-8; {by_hand}") from None
    there = {" ".join(line.split("#")[0].split()) for line in text.splitlines()}
    missing = [line for line in ATTRIBUTES if line not in there]
    if not missing:
        output.say(f"{path} has the merge driver already")
    else:
        newline = "\r\n" if "\r\n" in text else "\n"
        gap = newline if text and not text.endswith("\n") else ""
        lines = "".join(f"{line}{newline}" for line in missing)
        store.write_new(path, f"{text}{gap}{lines}".encode(), exist_ok=True)
        output.say(f"wrote {path}")
    output.say(f"each clone switches the driver on once, with:\n  {CONFIG_LINE}")
