"""docs/method.md is true: every worked example in it is recomputed."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
import tomli
from building import event, make, of, term
from conftest import ROOT

from factsheet.assess.accounts import accounts
from factsheet.assess.pace import (
    ARRIVAL_COUNT,
    ARRIVAL_SPAN,
    PACE_WORDS,
    SHORTEST_SPAN,
    TOO_EARLY,
)
from factsheet.assess.snapshot import Assessment, assess
from factsheet.model import Method

TEXT = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)


def said(item: Assessment) -> dict[str, Any]:
    """What the program says of an item, by the words of the examples."""
    made = item.measurement
    facts: dict[str, Any] = {
        "progress": made.progress,
        "expected": made.expected,
        "pace": made.pace,
        "late": " ".join(step.id for step in made.late),
        "missing": " ".join(made.missing),
        "short": " ".join(made.short),
        "headroom": made.headroom,
        "overdue": "yes" if item.overdue else "no",
        "stale": "yes" if item.stale else "no",
    }
    if run := made.rates:
        facts |= {"required": run.required, "recent": run.recent, "arrival": run.arrival}
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


def test_every_kind_of_measure_has_an_example() -> None:
    kinds = [re.search(r'kind = "(\w+)"', example) for example in EXAMPLES]
    assert {kind[1] for kind in kinds if kind} == {"amount", "level", "limit", "milestones", "sum"}
    assert len(EXAMPLES) >= 11


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_worked_example_is_what_the_program_says(example: str) -> None:
    given = tomli.loads(example, parse_float=Decimal)
    whole = term("it", given.get("measure"), *records(given), due=given.get("due"))
    parts, others = given.get("parts", {}), given.get("others", {})
    if parts:
        whole["parts"] = [*parts]
    rest = [term(name, each["measure"], *records(each)) for name, each in (parts | others).items()]
    dataset = make(whole, *rest, agreed="2025-11-14")
    claims = re.findall(r"^# (\d{4}-\d\d-\d\d): (.*)$", example, re.MULTILINE)
    assert claims
    for as_of, claim in claims:
        item = of(dataset, "it", as_of)
        facts, numbers = said(item), 0
        for part in re.sub(r" ?\([^)]*\)", "", claim).split(", "):
            name, _, figure = part.partition(" ")
            if not figure:
                assert part == item.measurement.word
                continue
            value = facts[name]
            exact = name in ("headroom", "peak") or "." not in figure
            expected = f"{value}" if exact else shown(value)
            assert figure == expected, part
            numbers += 1
        assert numbers


def test_the_thresholds_in_the_text_are_the_defaults() -> None:
    text = " ".join(TEXT.split())
    method = Method()
    assert (
        f"`ahead` from {method.ahead}, `on-pace` from {method.on_pace}, "
        f"`slightly-behind` from {method.behind}"
    ) in text
    assert f"`too-early` while less than {TOO_EARLY * 100:.0f}% is expected" in text
    assert f"at least {SHORTEST_SPAN} days before it" in text
    assert ARRIVAL_COUNT == 3
    assert Decimal("0.25") == ARRIVAL_SPAN
    assert "at least three observations which together span a quarter of the way" in text
    for word in {*PACE_WORDS} - {"not-applicable", "within"}:
        assert f"`{word}`" in text


def test_a_right_is_left_out_of_what_a_party_owes() -> None:
    duty, right = term("duty", None), term("right", None, nature="right")
    whole = assess(make(duty, right), dt.date(2026, 6, 1))
    assert [account.owes for account in accounts(whole)] == [1, 0]
