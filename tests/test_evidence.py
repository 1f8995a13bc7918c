"""How fresh and how sure an answer is: staleness, disputes, and what a sum takes from its parts."""

from __future__ import annotations

import datetime as dt

from factsheet.assess.snapshot import Assessment, Snapshot, assess
from factsheet.lint import doubts
from factsheet.source.load import load

HEAD = """\
schema = 1
agreement = { id = "pact", title = "Pact", agreed = 2025-11-14, parties = { A = "Aland" } }
"""
TERM = 'title = "T"\npillar = "trade"\nowed_by = ["A"]\nsummary = "S"\n'
PAID = 'measure = { kind = "amount", unit = "USD", counts = "paid", target = 100 }\n'


def record(key: str, date: str, rest: str) -> str:
    head = f'[[commitments.updates]]\nid = "{key}"\ndate = {date}\nrecorded = 2026-11-21T09:00:00Z'
    return f"{head}\n{rest}\n"


def snapshot(text: str, as_of: str) -> Snapshot:
    loaded = load(HEAD + text, today=dt.date(2026, 11, 25))
    assert loaded.dataset, loaded.findings
    return assess(loaded.dataset, dt.date.fromisoformat(as_of))


def item(text: str, as_of: str) -> Assessment:
    return snapshot(text, as_of).items[0]


def test_a_sum_is_as_fresh_and_as_disputed_as_its_parts() -> None:
    text = f'[[commitments]]\nid = "whole"\n{TERM}parts = ["part"]\nmeasure = {{ kind = "sum" }}\n'
    text += f'[[commitments]]\nid = "part"\n{TERM}{PAID}' + record(
        "00000001", "2026-11-20", "value = 5\ndisputed = true"
    )
    whole = item(text, "2026-11-24")
    assert (whole.last_update, whole.stale, whole.disputed) == (dt.date(2026, 11, 20), False, True)
    assert item(text, "2026-11-19").last_update is None
    assert item(text, "2026-11-19").stale


def test_what_came_before_the_agreement_is_not_stale_on_its_day() -> None:
    text = f'[[commitments]]\nid = "one"\n{TERM}' + record(
        "00000001", "2025-01-01", 'note = "n"\npre_agreement = true'
    )
    assert not item(text, "2025-11-14").stale
    assert not item(text, "2026-03-14").stale  # 120 days
    assert item(text, "2026-03-15").stale


def test_a_value_on_secondary_sources_alone_is_doubted_like_a_status() -> None:
    source = 'value = 5\nsources = [{ url = "https://example.org", kind = "KIND" }]'
    for kind, expected in (("secondary", ["secondary-only"]), ("press", [])):
        text = f'[[commitments]]\nid = "one"\n{TERM}{PAID}' + record(
            "00000001", "2026-11-20", source.replace("KIND", kind)
        )
        assert [
            found.code for found in doubts.doubts(snapshot(text, "2026-11-24"))["one"]
        ] == expected
