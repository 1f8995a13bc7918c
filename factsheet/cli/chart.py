"""`factsheet chart`: the chart of one commitment, whole by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from factsheet import store
from factsheet.assess.snapshot import assess
from factsheet.cli import options, output
from factsheet.cli.dataset import in_language, note_known_by, open_dataset, pick
from factsheet.cli.options import AsOf, FileOption, ItemArgument, KnownBy, Lang
from factsheet.exceptions import UsageError

ENDINGS = (".svg", ".png")
ZOOM = 2
"""A PNG has so many pixels for each of the drawing, for sharp letters on today's screens."""


def chart(
    item: ItemArgument,
    out: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="The picture, .svg or .png.",
            show_default=False,
        ),
    ],
    as_of: AsOf = None,
    known_by: KnownBy = None,
    lang: Lang = None,
    file: FileOption = None,
) -> None:
    r"""Draw the chart of one commitment, to quote: svg or png.

    Title, figures, sources and dates stand in the picture, so that it can be shown anywhere. png
    needs an extra: pip install 'factsheet\[site]'.

    Example: factsheet chart defense-spending -o defense.svg --as-of 2026-10-10
    """
    store.require_plain_name(out)
    kind = out.suffix.lower()
    if kind not in ENDINGS:
        raise UsageError(f"{out} does not say which format; end it in {' or '.join(ENDINGS)}")
    if kind == ".png":
        require_resvg("a .png")
    day, known = options.dates(as_of, known_by)
    place, _, dataset = open_dataset(file)
    dataset, speaking = in_language(lang, place, dataset)
    note_known_by(dataset, known)
    index, commitment = pick(dataset, item)
    snapshot = assess(dataset, day, known)
    from factsheet.formats import figure

    with speaking:
        drawing = figure.chart(snapshot.items[index], snapshot)
    if not drawing:
        raise UsageError(
            f"{commitment.id} has no figures to draw; `factsheet show {commitment.id}` tells how "
            "it stands"
        )
    data = drawing.encode("utf-8")
    if kind == ".png":
        from factsheet.formats.png import png

        data = png(drawing, zoom=ZOOM)
    store.write_new(out, data, exist_ok=True, forbidden=place.path)
    output.say(f"wrote {out}")


def require_resvg(what: str) -> None:
    """Raise ``UsageError`` where the extra that draws pixels is not installed."""
    from importlib.util import find_spec

    if find_spec("resvg_py") is None:
        from factsheet.extras import advice

        raise UsageError(f"{what} needs resvg_py: {advice('site')}")
