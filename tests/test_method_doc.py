"""The README's method section is true: every worked example in it is recomputed."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
import tomli
from building import event, make, of, term
from conftest import ROOT

from factsheet.assess.pace import PACE_WORDS, TOO_EARLY
from factsheet.assess.snapshot import Assessment
from factsheet.model import Method


def section() -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- method -->\n(.*?)<!-- /method -->", text, re.DOTALL)
    return found[1] if found else ""


EXAMPLES = re.findall(r"```toml\n(.*?)```", section(), re.DOTALL)


def said(item: Assessment, dataset: Any) -> dict[str, Any]:
    """What the program says of an item, by the words of the examples."""
    made = item.measurement
    facts: dict[str, Any] = {
        "progress": made.progress,
        "expected": made.expected,
        "pace": made.pace,
        "late": " ".join(step.id for step in made.late),
        "missing": " ".join(made.missing),
        "overdue": "yes" if item.overdue else "no",
        "stale": "yes" if item.stale else "no",
    }
    if run := made.rates:
        facts |= {"required": run.required, "recent": run.recent, "arrival": run.arrival}
    if made.headroom is not None:
        facts["headroom"] = made.headroom
    for breach in made.breaches:
        facts |= {"from": breach.since, "to": breach.until, "peak": breach.peak}
    return facts


def records(given: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        event(str(update.pop("date")), update.pop("value", None), **update)
        for update in given.get("updates", ())
    ]


def shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:.4f}"
    return str(value)


def test_the_readme_has_the_method_with_its_examples() -> None:
    kinds = [re.search(r'kind = "(\w+)"', example) for example in EXAMPLES]
    assert {kind[1] for kind in kinds if kind} == {"amount", "level", "limit", "milestones", "sum"}
    assert len(EXAMPLES) >= 8


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_worked_example_is_what_the_program_says(example: str) -> None:
    given = tomli.loads(example, parse_float=Decimal)
    whole = term("it", given.get("measure"), *records(given), due=given.get("due"))
    parts = [
        term(name, part["measure"], *records(part)) for name, part in given.get("parts", {}).items()
    ]
    if parts:
        whole["parts"] = [part["id"] for part in parts]
    dataset = make(whole, *parts, agreed="2025-11-14")
    claims = re.findall(r"^# (\d{4}-\d\d-\d\d): (.*)$", example, re.MULTILINE)
    assert claims
    for as_of, claim in claims:
        item = of(dataset, "it", as_of)
        facts, numbers = said(item, dataset), 0
        for part in re.sub(r" ?\([^)]*\)", "", claim).split(", "):
            name, _, figure = part.partition(" ")
            if not figure:
                assert part == item.measurement.word
                continue
            value = facts[name]
            expected = shown(value) if "." in figure and name != "headroom" else f"{value}"
            assert figure == expected, part
            numbers += 1
        assert numbers


def test_the_thresholds_in_the_text_are_the_defaults() -> None:
    text = " ".join(section().split())
    method = Method()
    assert (
        f"`ahead` from {method.ahead}, `on-pace` from {method.on_pace}, "
        f"`slightly-behind` from {method.behind}" in text
    )
    assert f"`too-early` while less than {TOO_EARLY * 100:.0f}% is expected" in text
    for word in {*PACE_WORDS} - {"not-applicable", "within"}:
        assert f"`{word}`" in text
