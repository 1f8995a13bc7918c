"""What the tests of reports share: datasets, of every kind and of traps; readers of the output."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser
from typing import Any

from factsheet.assess.snapshot import assess
from factsheet.lint.doubts import doubts as warnings
from factsheet.report.content import Report, build
from factsheet.source.load import load

MORE = """
[[commitments]]
id = "annual-cap"
title = "Stay under the cap"
pillar = "investment"
owed_by = ["ROK", "US"]
summary = "No more than twenty billion a year."
measure = { kind = "limit", unit = "USD", window = "calendar-year", max = 20_000_000_000 }

[[commitments.updates]]
id = "00000010"
date = 2026-03-01
recorded = 2026-03-01T09:00:00Z
status = "in-effect"
value = 21_000_000_000
sources = [{ url = "https://example.org/cap", kind = "primary" }]

[[commitments]]
id = "both"
title = "Two parts"
pillar = "investment"
headline = true
owed_by = ["ROK"]
summary = "A sum."
parts = ["part-one", "part-two"]
measure = { kind = "sum" }

[[commitments]]
id = "part-one"
title = "Part one"
pillar = "investment"
owed_by = ["ROK"]
summary = "A part."
due = 2027-11-14
measure = { kind = "amount", unit = "USD", counts = "paid", target = 100 }

[[commitments.updates]]
id = "00000011"
date = 2026-01-05
recorded = 2026-01-06T09:00:00Z
value = 10

[[commitments.updates]]
id = "00000012"
date = 2026-06-05
recorded = 2026-06-06T09:00:00Z
value = 40
disputed = true
note = "Two papers disagree."

[[commitments]]
id = "part-two"
title = "Part two"
pillar = "investment"
owed_by = ["ROK"]
summary = "Another part."
due = 2027-11-14
measure = { kind = "amount", unit = "USD", counts = "paid", target = 100 }

[[commitments]]
id = "wrongly-done"
title = "Called fulfilled"
pillar = "trade"
owed_by = ["US"]
summary = "It is not."
measure = { kind = "amount", unit = "aircraft", counts = "ordered", target = 103 }

[[commitments.updates]]
id = "00000013"
date = 2026-02-01
recorded = 2026-02-01T09:00:00Z
status = "fulfilled"
value = 50
[[commitments.updates.sources]]
url = "https://example.org/jets"
title = "Jets"
publisher = "Example"
published = 2026-02-01
kind = "press"

[[commitments.updates]]
id = "00000014"
date = 2026-02-01
recorded = 2026-09-01T09:00:00Z
note = "The paper corrected itself."
retracts = "00000015"

[[commitments.updates]]
id = "00000015"
date = 2026-02-01
recorded = 2026-02-02T09:00:00Z
value = 90
note = "Ninety, it was said."
"""

HOSTILE = '</script><script>alert(1)</script> \\"><img src=x onerror=alert(1)> {{ 7*7 }} '
HOSTILE += "{% raw %} | **b** `c` [x](javascript:alert(1)) "
HOSTILE += "&lt; "
HOSTILE += "\\u001b[31mred\\u001b]8;;http://evil\\u0007 \\u202Eevil\\u202C "
HOSTILE += "\\nline two\\r\\n# heading\\n---\\n| a | b |"


def hostile() -> str:
    """A dataset with trouble in every free text."""
    text = HOSTILE
    return f"""schema = 1
[agreement]
id = "pact"
title = "T {text}"
agreed = 2025-11-14
parties = {{ A = "A {text}", B = "=1+1" }}
[[agreement.sources]]
url = "https://example.org/'onclick=x&y=(1)"
title = "S {text}"
publisher = "@P {text}"
[[commitments]]
id = "one"
title = "=HYPERLINK(1) {text}"
pillar = "trade"
headline = true
owed_by = ["A"]
summary = "+ {text}"
wording = "W {text}"
section = "S {text}"
due_note = "D {text}"
due = 2026-01-31
readings = {{ A = "R {text}" }}
measure.kind = "amount"
measure.unit = "U {text}"
measure.counts = "C {text}"
measure.target = 100
measure.by = 2027-01-01
measure.path_source = "P {text}"
[[commitments.updates]]
id = "00000001"
date = 2026-01-01
recorded = 2026-01-01T00:00:00Z
status = "in-progress"
value = 5
disputed = true
note = "N {text}"
[[commitments.updates.sources]]
url = "https://example.org/a|b)c'd"
title = "S {text}"
publisher = "@P {text}"
kind = "press"
[[commitments]]
id = "two"
title = "Steps"
pillar = "trade"
owed_by = ["B"]
summary = "-1+1"
measure = {{ kind = "milestones", steps = [{{ id = "s", title = "M {text}", due = 2026-01-31 }}] }}
"""


def content(text: str, since: dt.date | None = dt.date(2026, 3, 31)) -> Report:
    loaded = load(text, today=dt.date(2026, 11, 24))
    assert loaded.dataset, loaded.findings
    snapshot = assess(loaded.dataset, dt.date(2026, 11, 24))
    return build(snapshot, warnings(snapshot), digest="0" * 64, since=since)


class Page(HTMLParser):
    """What a browser would see: text, tags with attributes, in order."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(data.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.open):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


def plain(markdown: bytes) -> str:
    """Markdown without its escapes."""
    return " ".join(
        re.sub(r"\\([\\`*_{}\[\]<>#|~$!&^@+.:)-])", r"\1", markdown.decode())
        .replace("**", "")
        .split()
    )


def strings(thing: Any) -> list[str]:
    """Every string in a JSON value."""
    if isinstance(thing, dict):
        return [word for key, value in thing.items() for word in [key, *strings(value)]]
    if isinstance(thing, list):
        return [word for value in thing for word in strings(value)]
    return [str(thing)]
