"""`factsheet schema`: the JSON Schema of the dataset file."""

from __future__ import annotations

from typing import Annotated

import typer

from factsheet.cli import output


def schema(
    reference: Annotated[
        bool,
        typer.Option(
            "--reference", help="Print the reference of all keys and columns instead, in Markdown."
        ),
    ] = False,
) -> None:
    """Print the JSON Schema of the dataset file, for editors.

    It is JSON Schema 2020-12. `factsheet init` writes it beside the dataset; taplo, tombi and Even
    Better TOML find it by the #:schema line.

    Example: factsheet schema > data/commitments.schema.json
    """
    if reference:
        from factsheet.formats import reference as pages

        output.put_bytes(pages.reference())
        return
    from factsheet.formats.schema import schema_bytes

    output.put_bytes(schema_bytes())
