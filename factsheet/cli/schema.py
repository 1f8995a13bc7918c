"""`factsheet schema`: the JSON Schema of the dataset file."""

from __future__ import annotations

from factsheet.cli import output


def schema() -> None:
    """Print the JSON Schema of the dataset file, for editors.

    It is JSON Schema 2020-12. `factsheet init` writes it beside the dataset; taplo, tombi and Even
    Better TOML find it by the #:schema line.

    Example: factsheet schema > data/commitments.schema.json
    """
    from factsheet.formats.schema import schema_bytes

    output.put_bytes(schema_bytes())
