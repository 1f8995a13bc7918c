"""Makes the catalogues of what the program says to readers, and holds them to the program.

    python tests/catalogue.py        every string into every .po, and each .po compiled beside it

New strings stand in the ``.po`` without a translation; those that the program no longer says go.
"""

from __future__ import annotations

import datetime as dt
import io
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final, get_args

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from factsheet.assess.pace import PACE_WORDS
from factsheet.cli.dataset import FILTERS
from factsheet.formats.pdf import TEXT
from factsheet.formats.xlsx import METHOD, NEWS
from factsheet.lint.codes import CODES
from factsheet.report.columns import ITEM, RECORD, SOURCE
from factsheet.report.facts import State
from factsheet.report.highlights import REASONS
from factsheet.report.speech import CATALOGUES, ENGLISH
from factsheet.report.words import BOUNDS
from factsheet.source_list import RESULTS
from factsheet.vocabulary import GROUPS, SOURCE_KINDS, STATUS_TABLE

ROOT = Path(__file__).parent.parent
PACKAGE: Final = ROOT / "factsheet"
KEYWORDS: Final[dict[str, Any]] = {"_": None, "N_": None, "say": (1,), "plural": (1, 2)}
HEADERS: Final = (b"Language:", b"Plural-Forms", b"MIME-Version", b"Content-")
"""What a catalogue says of itself: not who made it, when and with what, so that bytes stay."""
LONG_AGO: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def codes() -> Iterator[tuple[str, str]]:
    """Codes with their kind, which the program says by ``word``; also those of the shipped data."""
    yield from (("status", code) for code in STATUS_TABLE)
    yield from (("pace", code) for code in PACE_WORDS)
    yield from (("pace of a floor", code) for code in BOUNDS)
    yield from (
        ("headroom", "headroom"),
        ("headroom of a floor", "headroom"),
        ("chart", "expected"),
    )
    yield ("goal of a rate", "cap")
    yield from (("filter", name) for name in ("headline", *FILTERS))
    yield from (("why", code) for code in REASONS)
    yield from (("finding", code) for code, (severity, _) in CODES.items() if severity == "warning")
    yield from (("group", code) for code in GROUPS)
    yield from (("source", code) for code in SOURCE_KINDS)
    yield from (("result", code) for code in RESULTS)
    yield "unit", "milestones"
    yield ("sheet", "Items")
    yield from (("column", name) for name in (*ITEM, *RECORD, *SOURCE, *NEWS, *METHOD))
    yield from (("evidence", code) for code in ("stale", "disputed", "overdue"))
    yield from (("step", code) for code in get_args(State))
    data = tomllib.loads((ROOT / "data" / "commitments.toml").read_text(encoding="utf-8"))
    yield from (("party", code) for code in data["agreement"]["parties"])
    terms = data["commitments"]
    yield from (("pillar", code) for code in sorted({term["pillar"] for term in terms}))
    yield from (("tag", code) for code in sorted({tag for t in terms for tag in t.get("tags", [])}))


def of_typst(
    file: IO[bytes], *_asked: Any, **_options: Any
) -> Iterator[tuple[int, str, str, list[str]]]:
    """The texts of a template of Typst, for Babel."""
    for number, line in enumerate(file.read().decode("utf-8").splitlines(), 1):
        yield from ((number, "_", text, []) for text in TEXT.findall(line))


ROOMS: Final[list[tuple[str, Any]]] = [
    ("report/**.py", "python"),
    ("formats/**.py", "python"),
    ("site/**.py", "python"),
    ("formats/**.j2", "jinja2"),
    ("formats/**.typ", of_typst),
]
"""Where readers are spoken to, and how a text is found there."""


def extracted() -> Catalog:
    """All that the program says to readers, without translations."""
    catalogue = Catalog(charset="utf-8", fuzzy=False)
    found = extract_from_dir(PACKAGE, ROOMS, {"**.j2": {"silent": "false"}}, KEYWORDS)
    for path, _line, message, _comments, context in sorted(found, key=lambda each: each[:2]):
        catalogue.add(message, locations=[(f"factsheet/{path}", 0)], context=context)
    for status in STATUS_TABLE.values():
        catalogue.add(status.meaning, locations=[("factsheet/vocabulary.py", 0)])
    for kind, code in codes():
        catalogue.add(code, context=kind)
    return catalogue


def languages() -> list[str]:
    """The languages that have a catalogue."""
    return sorted(path.parent.parent.name for path in CATALOGUES.glob("*/LC_MESSAGES/*.po"))


def po(language: str) -> Path:
    """Where the catalogue of a language is kept."""
    return CATALOGUES / language / "LC_MESSAGES" / "factsheet.po"


def read(language: str) -> Catalog:
    """The catalogue of a language as it is kept."""
    with po(language).open("rb") as file:
        return read_po(file, locale=language)


def written(catalogue: Catalog) -> bytes:
    """A catalogue as text; the same strings give the same bytes."""
    catalogue.fuzzy = False
    text = io.BytesIO()
    write_po(text, catalogue, width=100, omit_header=False, include_lineno=False, sort_output=True)
    head, _, messages = text.getvalue().partition(b"\n\n")
    kept = (b"#", b"msg", *(b'"' + name for name in HEADERS))
    lines = [line for line in head.splitlines() if line.startswith(kept)]
    return b"\n".join(lines) + b"\n\n" + messages


def compiled(catalogue: Catalog) -> bytes:
    """A catalogue as the program reads it."""
    catalogue.creation_date = catalogue.revision_date = LONG_AGO
    data = io.BytesIO()
    write_mo(data, catalogue)
    return data.getvalue()


def updated(language: str) -> Catalog:
    """The catalogue of a language with all that the program says, and nothing else."""
    catalogue = read(language)
    catalogue.update(extracted(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def main() -> None:
    """Bring every catalogue up to date; say what lacks a translation."""
    for language in languages():
        catalogue = updated(language)
        po(language).write_bytes(written(catalogue))
        po(language).with_suffix(".mo").write_bytes(compiled(read(language)))
        for message in catalogue:
            said = message.string if isinstance(message.string, tuple) else (message.string,)
            if message.id and not all(said):
                sys.stderr.write(f"{language}: {message.context or ''} {message.id!r}\n")


if __name__ == "__main__":
    assert ENGLISH not in languages()
    main()
