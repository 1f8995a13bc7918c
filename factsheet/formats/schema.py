"""The JSON Schema (2020-12) of the dataset file, with the words that editors show."""

from __future__ import annotations

import json
from typing import Any, Final, get_type_hints

from factsheet import measures, model
from factsheet.source.explain import fields_of
from factsheet.vocabulary import LARGEST

TYPES: Final = (
    model.Dataset,
    model.Agreement,
    model.Publication,
    model.Method,
    model.Commitment,
    *measures.KINDS.values(),
    measures.Step,
    measures.Waypoint,
    model.Update,
    model.Also,
    model.Source,
)
"""Every table of the file, in the order in which the documentation tells of them."""


def described(kind: type) -> dict[str, str]:
    """What each key of a table says, as the model has it."""
    hints = get_type_hints(kind, include_extras=True)
    found = {}
    for key in fields_of(kind):
        words = [each for each in hints[key].__metadata__ if isinstance(each, str)]
        found[key] = words[-1]
    return found


def json_schema() -> dict[str, Any]:
    """The schema that pydantic derives from the model, in shapes that TOML editors read best."""
    schema: dict[str, Any] = _tidy(model.json_schema())
    tables: dict[str, dict[str, Any]] = schema["$defs"]
    words = {kind.__name__: described(kind) for kind in TYPES}
    for name, table in {**tables, "Dataset": schema}.items():
        for key, value in table["properties"].items():
            value["description"] = words[name][key]
        table["description"] = table.get("description", "").replace("``", "`")
    tables["Amount"]["properties"]["target"]["exclusiveMinimum"] = 0
    pairs = (("max", "min"), ("unit", "of"))
    either = [{"oneOf": [{"required": [one]} for one in pair]} for pair in pairs]
    tables["Limit"]["allOf"] = either
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "factsheet dataset, schema 1",
        "description": "Commitments of a joint fact sheet, their terms, and dated updates.",
    }


def _tidy(node: Any) -> Any:
    """Without what TOML has no word for (null) and what only other tools read (titles)."""
    if isinstance(node, list):
        return [_tidy(each) for each in node]
    if not isinstance(node, dict):
        return node
    kinds = [kind for kind in node.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        node = {**{key: value for key, value in node.items() if key != "anyOf"}, **kinds[0]}
    tidy = {
        key: _tidy(value)
        for key, value in node.items()
        if not (
            key == "discriminator"
            or (key == "title" and isinstance(value, str))
            or (key == "default" and value in (None, []))
        )
    }
    if tidy.get("type") == "number":
        tidy |= {"exclusiveMinimum": -int(LARGEST), "exclusiveMaximum": int(LARGEST)}
        if "default" in tidy:
            tidy["default"] = float(tidy["default"])
    if "patternProperties" in tidy:
        tidy["additionalProperties"] = False
    if isinstance(tidy.get("pattern"), str):
        # JavaScript, in which some editors read patterns, knows no escaped quote.
        tidy["pattern"] = tidy["pattern"].replace('\\"', '"')
    return tidy


def schema_bytes() -> bytes:
    """The JSON Schema as the file that editors read."""
    return (json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n").encode()
