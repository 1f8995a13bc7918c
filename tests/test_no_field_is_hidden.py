"""Every key of the file is shown: what somebody took the trouble to write, a reader can find.

Each key is filled with a value that stands nowhere else, and looked for in ``show`` and the report
as Markdown, HTML and JSON together. Words from closed lists stand everywhere; of these another one
has to make another output. A new field of the model fails here until ``FILE`` has it and some page
shows it.
"""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from factsheet.formats.schema import TYPES
from factsheet.source.load import load

TODAY = dt.date(2026, 11, 24)


def day(number: int) -> dt.date:
    """A day that stands once in the file."""
    return dt.date(2026, 3, 1) + dt.timedelta(days=number)


def source(name: str, number: int) -> dict[str, Any]:
    return {
        "url": f"https://{name}.example/page",
        "title": f"{name} title",
        "publisher": f"{name} publisher",
        "published": day(number),
        "kind": "primary",
    }


def updates(name: str, number: int, **given: Any) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{number:08x}",
            "date": day(number),
            "recorded": dt.datetime(2026, 9, 1, 8, 7, number, tzinfo=dt.UTC),
            "note": f"{name} note",
            **given,
        }
    ]


def term(name: str, **given: Any) -> dict[str, Any]:
    return {
        "id": name,
        "title": f"{name} title",
        "pillar": f"{name}-pillar",
        "owed_by": ["AA"],
        "summary": f"{name} summary",
        **given,
    }


PATH = {"path_source": "schedule", "path_in_text": True}
FILE: dict[str, Any] = {
    "schema": 1,
    "agreement": {
        "id": "the-pact",
        "title": "The title of the pact",
        "agreed": dt.date(2026, 1, 2),
        "parties": {"AA": "Aland", "BB": "Bland"},
        "sources": [source("pact", 100)],
    },
    "publication": {
        "title": "The tracker",
        "publisher": "The publisher",
        "url": "https://tracker.example/",
        "license": "CC-BY-4.0",
    },
    "method": {
        "ahead": Decimal("1.0731"),
        "on_pace": Decimal("0.9371"),
        "behind": Decimal("0.6173"),
        "review_every_days": 119,
    },
    "commitments": [
        term(
            "an-amount",
            headline=True,
            nature="right",
            wording="a wording",
            section="a section",
            due=dt.date(2030, 12, 13),
            due_note="a note on the due date",
            tags=["a-tag"],
            parts=["a-part"],
            depends_on=["a-level"],
            readings={"BB": "a reading"},
            sources=[source("term", 101)],
            measure={
                "kind": "amount",
                "unit": "aircraft",
                "counts": "what the amount counts",
                "target": 700_101,
                "start": dt.date(2026, 1, 17),
                "by": dt.date(2029, 11, 17),
                "path": [{"date": dt.date(2027, 5, 19), "value": 300_103}],
                **PATH,
            },
            updates=[
                *updates(
                    "first",
                    1,
                    status="in-progress",
                    value=100_107,
                    through=day(51),
                    disputed=True,
                    sources=[source("event", 102)],
                    also=[
                        {
                            "item": "steps",
                            "status": "stalled",
                            "reached": ["step-two"],
                            "note": "what it means for the steps",
                            "disputed": True,
                        },
                        {"item": "a-level", "value": 55_109},
                    ],
                ),
                *updates("second", 2),
                *updates("third", 3, retracts="00000002"),
                *updates("fourth", 4, pre_agreement=True)[:1],
            ],
        ),
        term("a-part"),
        term(
            "a-level",
            measure={
                "kind": "level",
                "unit": "points",
                "baseline": 90_113,
                "target": 20_117,
                "counts": "what the level counts",
                "start": dt.date(2026, 1, 19),
                "by": dt.date(2029, 11, 19),
                "path": [{"date": dt.date(2027, 5, 21), "value": 50_119}],
                "path_source": "another schedule",
                "path_in_text": True,
            },
        ),
        term(
            "a-cap",
            measure={
                "kind": "limit",
                "unit": "warheads",
                "window": "continuous",
                "max": 800_123,
                "counts": "what the limit counts",
            },
        ),
        term(
            "a-floor",
            measure={"kind": "limit", "of": "a-level", "window": "calendar-year", "min": 600_127},
        ),
        term(
            "steps",
            measure={
                "kind": "milestones",
                "steps": [
                    {"id": "step-one", "title": "The first step", "due": dt.date(2028, 4, 23)},
                    {"id": "step-two", "title": "The second step"},
                ],
            },
            updates=updates("fifth", 5, reached=["step-one"]),
        ),
        term("a-sum", parts=["an-amount"], measure={"kind": "sum"}),
    ],
}
KINDS = {
    "Amount": "target: 700,101 aircraft",
    "Level": "baseline: 90,113 points",
    "Limit": "cap: 800,123 warheads at any time",
    "Milestones": "step-one",
    "Sum": "from the parts, each at its own data-through date",
}
"""What says of which kind a measure is."""
OTHERWISE: dict[str, tuple[tuple[str | int, ...], Any]] = {
    "Commitment.headline": (("commitments", 0, "headline"), False),
    "Commitment.nature": (("commitments", 0, "nature"), "duty"),
    "Amount.path_in_text": (("commitments", 0, "measure", "path_in_text"), False),
    "Level.path_in_text": (("commitments", 2, "measure", "path_in_text"), False),
    "Limit.window": (("commitments", 3, "measure", "window"), "calendar-year"),
    "Update.status": (("commitments", 0, "updates", 0, "status"), "stalled"),
    "Update.disputed": (("commitments", 0, "updates", 0, "disputed"), False),
    "Update.pre_agreement": (("commitments", 0, "updates", 3, "pre_agreement"), False),
    "Also.status": (("commitments", 0, "updates", 0, "also", 0, "status"), "in-progress"),
    "Also.disputed": (("commitments", 0, "updates", 0, "also", 0, "disputed"), False),
    "Source.kind": (("commitments", 0, "updates", 0, "sources", 0, "kind"), "press"),
}
"""Where each word from a closed list stands, and another one."""


def written(thing: Any) -> Iterator[tuple[str, Any]]:
    """Every key that a file says, as Type.key, with its values."""
    for field in fields(thing):
        value = getattr(thing, field.name)
        if value in (None, (), {}) or (value is False):
            continue
        members = value if isinstance(value, tuple) else (value,)
        for each in members:
            if is_dataclass(each):
                yield f"{type(thing).__name__}.{field.name}", None
                yield from written(each)
            elif isinstance(each, dict):
                pairs = (word for pair in each.items() for word in pair)
                yield from ((f"{type(thing).__name__}.{field.name}", word) for word in pairs)
            else:
                yield f"{type(thing).__name__}.{field.name}", each


def spelled(value: Any) -> str:
    """How people are shown a value."""
    if isinstance(value, Decimal):
        return f"{value:,f}"
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, dt.date) else str(value)


@pytest.fixture
def said(run: Any, tmp_path: Path) -> Any:
    """All that is said of a file, without what only names the file."""

    def say(data: dict[str, Any]) -> str:
        path = tmp_path / "d.toml"
        path.write_text(tomli_w.dumps(data), encoding="utf-8")
        commands = [["report", "--format", kind] for kind in ("md", "html", "json")]
        commands += [["show", each["id"]] for each in data["commitments"]]
        results = [run(*command, "-f", path, "--as-of", TODAY) for command in commands]
        assert [result.exit_code for result in results] == [0] * len(results), results[0].output
        text = "\n".join(result.stdout for result in results)
        # What Markdown escapes, and where the lines of a terminal end, is no part of a value.
        text = re.sub(r"\\([^\w\s])", r"\1", text).replace("https&#58;", "https:")
        return text.replace(hashlib.sha256(path.read_bytes()).hexdigest(), "")

    return say


def test_every_key_is_in_the_file_of_this_test() -> None:
    loaded = load(tomli_w.dumps(FILE), today=TODAY)
    assert loaded.dataset, loaded.findings
    there = {name for name, _ in written(loaded.dataset)}
    every = {f"{kind.__name__}.{field.name}" for kind in TYPES for field in fields(kind)}
    assert there == every


def test_every_value_is_shown_somewhere(said: Any) -> None:
    dataset = load(tomli_w.dumps(FILE), today=TODAY).dataset
    assert dataset
    text = " ".join(said(FILE).split())
    hidden = [
        (name, spelled(value))
        for name, value in written(dataset)
        if not isinstance(value, bool) and value is not None and spelled(value) not in text
        if name not in OTHERWISE and not name.endswith(".kind")
    ]
    assert not hidden, hidden
    assert [kind for kind, words in KINDS.items() if words not in text] == []


@pytest.mark.parametrize("name", OTHERWISE)
def test_another_word_is_another_output(said: Any, name: str) -> None:
    place, word = OTHERWISE[name]
    other = copy.deepcopy(FILE)
    table = other
    for step in place[:-1]:
        table = table[step]  # type: ignore[index]
    assert table[place[-1]] != word  # type: ignore[index]
    table[place[-1]] = word  # type: ignore[index]
    assert said(other) != said(FILE)
