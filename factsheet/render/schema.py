"""The JSON Schema (2020-12) of the dataset file, with the words that editors show."""

from __future__ import annotations

from typing import Any

from factsheet import model


def json_schema() -> dict[str, Any]:
    """The schema that pydantic derives from the model, named and dated so that TOML editors accept it."""
    schema = model.json_schema()
    # A TOML date has a type of its own; editors hand it to the schema as a string in these formats.
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "factsheet dataset, schema 1",
        "description": "Commitments of a joint fact sheet, their terms, and dated updates with sources.",
        **{key: value for key, value in schema.items() if key not in ("title", "description")},
    }
