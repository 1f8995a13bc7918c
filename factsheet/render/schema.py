"""The JSON Schema (2020-12) of the dataset file, with the words that editors show while one types."""

from __future__ import annotations

from typing import Any, Final

from factsheet import model

_STATUS: Final = "Where it stands, as an analyst asserts it. " + "; ".join(
    f"{name}: {meaning}" for name, meaning in model.STATUS_MEANINGS.items() if name in model.STATUSES
)
_UNIT: Final = "What the numbers are in: USD, KRW, %, GW, people."
_START: Final = "The day the clock starts, where it is not the day of the agreement."
_BY: Final = "The day the target is for, where it is not the commitment's `due`."
_PATH: Final = "A published schedule: waypoints between start and target, in order of their dates."
_PATH_SOURCE: Final = "Where the schedule comes from."
_IN_TEXT: Final = "Whether the document itself sets the schedule."

WORDS: Final[dict[str, dict[str, str]]] = {
    "Dataset": {
        "schema": "The version of this file format: 1.",
        "agreement": "The document that the commitments come from.",
        "method": "How pace is put into words, and after how many days without news an item is stale.",
        "commitments": "The promises, each with its updates.",
    },
    "Agreement": {
        "id": "A kebab-case name for the agreement.",
        "title": "The title of the document.",
        "agreed": "The day it was agreed: the start of every clock that has no start of its own.",
        "parties": "Short names of the parties and their full names.",
        "sources": "Where the document can be read.",
    },
    "Method": {
        "ahead": "From this pace on, an item is `ahead`.",
        "on_pace": "From this pace on, an item is `on-pace`.",
        "behind": "From this pace on, an item is `slightly-behind`; below it is `behind`.",
        "review_every_days": "After this many days without an update an open item is stale.",
    },
    "Commitment": {
        "id": "A kebab-case id, written once, never renumbered or reused.",
        "title": "The promise in one line.",
        "pillar": "The group it belongs to, such as security, trade or investment.",
        "headline": "Whether it is one of the main terms, which reports show first.",
        "owed_by": "Who owes it: keys of agreement.parties.",
        "summary": "The term in your own words.",
        "wording": "The operative verb of the text: how firm it is.",
        "section": "Where in the document it stands.",
        "due": "The day the text sets. Leave it out where the text sets none.",
        "due_note": "What the text says about the date, where it leaves room.",
        "tags": "Free kebab-case words to filter by.",
        "parts": "Ids of the commitments that make this one up.",
        "depends_on": "Ids of the commitments that must move first.",
        "readings": "How each party reads the term, where they differ.",
        "sources": "Where the term can be read.",
        "measure": "What is counted. Leave it out where the status says all.",
        "updates": "Dated events. `factsheet update` adds one; the order in the file never changes a result.",
    },
    "Amount": {
        "kind": "A total to reach by a date.",
        "unit": _UNIT,
        "counts": "The stage that is counted: pledged, approved, contracted, paid.",
        "target": "The total to reach.",
        "start": _START,
        "by": _BY,
        "path": _PATH,
        "path_source": _PATH_SOURCE,
        "path_in_text": _IN_TEXT,
    },
    "Level": {
        "kind": "A level to move, up or down.",
        "unit": _UNIT,
        "baseline": "The level at the start.",
        "target": "The level to reach.",
        "counts": "What exactly is measured.",
        "start": _START,
        "by": _BY,
        "path": _PATH,
        "path_source": _PATH_SOURCE,
        "path_in_text": _IN_TEXT,
    },
    "Limit": {
        "kind": "A cap or a floor. It has headroom, never progress.",
        "unit": _UNIT,
        "window": "calendar-year: what is counted starts again each January. continuous: it holds at every moment.",
        "max": "The cap.",
        "min": "The floor.",
        "counts": "What exactly is measured.",
    },
    "Milestones": {"kind": "Steps to reach, in order.", "steps": "The steps."},
    "Sum": {"kind": "The total of the commitment's `parts`."},
    "Step": {
        "id": "A kebab-case id, unique in this commitment; `reached` names it.",
        "title": "The step in one line.",
        "due": "The day that somebody set for it.",
    },
    "Waypoint": {"date": "The day of this waypoint.", "value": "What is expected on that day, in the measure's unit."},
    "Update": {
        "id": "8 hex digits made by the tool, unique in the file.",
        "date": "The day it happened.",
        "through": "The day up to which `value` counts, where it is not `date`.",
        "recorded": "The moment it was written here, with its zone: 2026-11-24T09:30:00Z.",
        "status": _STATUS,
        "value": "The TOTAL so far in the measure's unit, never an increment.",
        "reached": "Ids of the milestones reached.",
        "note": "What happened, in your own words.",
        "disputed": "Whether sources contradict each other on it.",
        "pre_agreement": "Whether it came before the agreement and still bears on it.",
        "sources": "Where it can be checked.",
        "retracts": "The id of the record that this one withdraws; `note` says why.",
    },
    "Source": {
        "url": "The http or https address of a page that anyone can open.",
        "title": "The title of the page.",
        "publisher": "Who published it.",
        "published": "The day it was published.",
        "kind": "How near to the event the publisher stands: primary, press or secondary.",
    },
}
"""What an editor shows about each key, by the type it belongs to."""


def json_schema() -> dict[str, Any]:
    """The schema that pydantic derives from the model, put into the words and shapes that TOML editors read best."""
    schema: dict[str, Any] = _tidy(model.json_schema())
    tables: dict[str, dict[str, Any]] = schema["$defs"]
    for name, table in {**tables, "Dataset": schema}.items():
        for key, value in table["properties"].items():
            value["description"] = WORDS[name][key]
        table["description"] = table.get("description", "").replace("``", "`")
    tables["Amount"]["properties"]["target"]["exclusiveMinimum"] = 0
    tables["Limit"]["oneOf"] = [{"required": ["max"]}, {"required": ["min"]}]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "factsheet dataset, schema 1",
        "description": "Commitments of a joint fact sheet, their terms, and dated updates with sources.",
    }


def _tidy(node: Any) -> Any:
    """Without what TOML has no word for (null) and what only other tools read (titles, discriminators, decimals as text)."""
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
            key == "discriminator" or (key == "title" and isinstance(value, str)) or (key == "default" and value in (None, []))
        )
    }
    if tidy.get("type") == "number":
        tidy |= {"exclusiveMinimum": -int(model.LARGEST), "exclusiveMaximum": int(model.LARGEST)}
        if "default" in tidy:
            tidy["default"] = float(tidy["default"])
    if "patternProperties" in tidy:
        tidy["additionalProperties"] = False
    if isinstance(tidy.get("pattern"), str):
        # JavaScript, in which some editors read patterns, knows no escaped quote.
        tidy["pattern"] = tidy["pattern"].replace('\\"', '"')
    return tidy
