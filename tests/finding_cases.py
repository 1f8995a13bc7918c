"""A clean dataset; for every finding an edit that brings it out and a near miss that does not."""

from __future__ import annotations

from typing import NamedTuple

CLEAN = """\
schema = 1

[agreement]
id = "pact"
title = "Pact of Two"
agreed = 2026-01-01
parties = { ROK = "Republic of Korea", US = "United States" }

[[commitments]]
id = "whole"
title = "Everything"
pillar = "trade"
owed_by = ["ROK"]
summary = "Both together."
parts = ["ships", "chips"]
measure = { kind = "amount", unit = "USD", counts = "paid", target = 300 }

[[commitments.updates]]
id = "0000000a"
date = 2026-11-20
recorded = 2026-11-20T09:00:00Z
status = "in-progress"
value = 120
sources = [{ url = "https://example.org/a", kind = "primary" }]

[[commitments]]
id = "ships"
title = "Ships"
pillar = "trade"
owed_by = ["ROK"]
summary = "Pay for ships."
due = 2027-12-31
measure = { kind = "amount", unit = "USD", counts = "paid", target = 100 }

[[commitments.updates]]
id = "0000000b"
date = 2026-10-20
recorded = 2026-10-20T09:00:00Z
value = 80
sources = [{ url = "https://example.org/b", kind = "press" }]

[[commitments.updates]]
id = "0000000c"
date = 2026-11-20
recorded = 2026-11-20T09:00:00Z
status = "in-progress"
value = 90
sources = [
    { url = "https://example.org/c", kind = "press" },
    { url = "https://example.org/d", kind = "secondary" },
]

[[commitments]]
id = "chips"
title = "Chips"
pillar = "trade"
owed_by = ["ROK"]
summary = "Pay for chips."
measure = { kind = "amount", unit = "USD", counts = "paid", target = 200 }

[[commitments.updates]]
id = "0000000d"
date = 2026-11-20
recorded = 2026-11-20T09:00:00Z
status = "in-progress"
value = 30
sources = [{ url = "https://example.org/e", kind = "primary" }]

[[commitments]]
id = "plan"
title = "A plan"
pillar = "security"
owed_by = ["US"]
summary = "Make a plan, then talk."
depends_on = ["ships"]
measure.kind = "milestones"
measure.steps = [
    { id = "draft", title = "Draft", due = 2026-06-30 },
    { id = "talks", title = "Talks" },
]

[[commitments.updates]]
id = "0000000e"
date = 2026-11-20
recorded = 2026-11-20T09:00:00Z
status = "in-progress"
reached = ["draft"]
sources = [{ url = "https://example.org/f", kind = "primary" }]

[[commitments]]
id = "ceiling"
title = "A ceiling"
pillar = "trade"
owed_by = ["US"]
summary = "Charge no more than 15%."
measure = { kind = "limit", unit = "%", max = 15, window = "continuous" }

[[commitments.updates]]
id = "0000000f"
date = 2026-11-20
recorded = 2026-11-20T09:00:00Z
status = "in-effect"
value = 15
note = "As agreed."
sources = [{ url = "https://example.org/g", kind = "primary" }]
"""

BY_G = 'sources = [{ url = "https://example.org/g", kind = "primary" }]\n'


def again(rest: str, key: str = "00000010", date: str = "2026-11-20") -> str:
    """One more record, of the last commitment."""
    head = f'[[commitments.updates]]\nid = "{key}"\ndate = {date}\nrecorded = 2026-11-21T09:00:00Z'
    return f"\n{head}\n{rest}\n"


def sourced(rest: str, key: str = "00000010", date: str = "2026-11-20") -> str:
    return again(f"{rest}\n{BY_G}", key, date)


def withdraw(of: str, key: str = "00000010", more: str = "") -> str:
    return again(f'{more}note = "Wrong."\nretracts = "{of}"', key)


def new(rest: str = "", key: str = "new") -> str:
    """One more commitment."""
    term = 'title = "T"\npillar = "trade"\nowed_by = ["ROK"]\nsummary = "S."'
    return f'\n[[commitments]]\nid = "{key}"\n{term}\n{rest}\n'


def paid(target: str | int, unit: str = "USD") -> str:
    return f'measure = {{ kind = "amount", unit = "{unit}", counts = "paid", target = {target} }}'


def in_all(*names: str) -> str:
    parts = ", ".join(f'"{name}"' for name in names)
    return f'parts = [{parts}]\nmeasure = {{ kind = "sum" }}'


def cap_on(of: str) -> str:
    return f'measure = {{ kind = "limit", of = "{of}", max = 20, window = "calendar-year" }}'


def bears_on(*items: str) -> str:
    """One more record, of the last commitment, that names others."""
    entries = ", ".join(f'{{ item = "{item}" }}' for item in items)
    return again(f'note = "n"\nalso = [{entries}]')


def last_on(date: str) -> str:
    return f'date = {date}\nrecorded = 2026-11-20T09:00:00Z\nstatus = "in-effect"'


def plan_has(line: str) -> str:
    return f'{line}\nsummary = "Make'


def ceiling_has(line: str) -> str:
    return f'{line}\nsummary = "Charge'


def path(date: str, value: int) -> str:
    return f"target = 100, path = [{{ date = {date}, value = {value} }}] }}"


Edit = tuple[str, str]
"""What stands in the clean file and what takes its place; an empty first text means: at the end."""


class Case(NamedTuple):
    bad: Edit
    near: Edit


def both(old: str, bad: str, near: str) -> Case:
    """Two edits of one place."""
    return Case((old, bad), (old, near))


def end(bad: str, near: str) -> Case:
    """Two additions."""
    return both("", bad, near)


CHIPS = '[[commitments]]\nid = "chips"'
WHOLE = 'parts = ["ships", "chips"]\n' + paid(300)
PLAN, CEILING = plan_has('owed_by = ["US"]'), ceiling_has('owed_by = ["US"]')
LAST = 'value = 15\nnote = "As agreed."'
SOURCE_B = 'sources = [{ url = "https://example.org/b", kind = "press" }]'
DUE = "due = 2027-12-31"
CEILING_BEGINS = '[[commitments]]\nid = "ceiling"'

CASES: dict[str, list[Case]] = {
    "toml-syntax": [both('title = "Ships"', 'title = "Ships', 'title = "Sh[ips"')],
    "conflict-markers": [
        both(CHIPS, f"<<<<<<< HEAD\n=======\n>>>>>>> b\n{CHIPS}", f"# <<<<<<< HEAD\n{CHIPS}")
    ],
    "too-large": [end("x = [" + "[" * 1_000_000, "# [[[[")],
    "too-many-errors": [end(new("\n".join(f"k{n} = 1" for n in range(1001))), new("# k = 1"))],
    "type": [
        both("target = 200", 'target = "200"', "target = 200.0"),
        both("agreed = 2026-01-01", "agreed = 2026-01-01T00:00:00Z", "agreed = 2025-12-31"),
        both(
            "recorded = 2026-10-20T09:00:00Z",
            "recorded = 2026-10-20T09:00:00",
            "recorded = 2026-10-20T18:00:00+09:00",
        ),
        both("target = 200", "target = 0", "target = 200.000"),
        both("max = 15,", "max = 15, min = 1,", "max = 15.0,"),
    ],
    "unknown-key": [
        both(
            'pillar = "security"',
            'pillar = "security"\npilar = "x"',
            'pillar = "security"\n# pilar = "x"',
        )
    ],
    "missing-key": [
        both('summary = "Pay for ships."\n', "", 'summary = "S"\n'),
        both('kind = "limit", ', "", 'kind = "limit",   '),
    ],
    "bad-status": [
        both('status = "in-effect"', 'status = "in-efect"', 'status = "in-progress"'),
        both('status = "in-effect"', 'status = "not-assessed"', 'status = "stalled"'),
    ],
    "bad-url": [
        both("https://example.org/g", "ftp://example.org/g", "http://example.org/g"),
        both("https://example.org/g", "https://a@b.example/", "https://b.example/a@b"),
    ],
    "reserved-id": [both('id = "ceiling"', 'id = "updates"', 'id = "update"')],
    "duplicate-id": [both('id = "ceiling"', 'id = "plan"', 'id = "plan-b"')],
    "duplicate-update": [both('id = "0000000f"', 'id = "0000000e"', 'id = "000000ff"')],
    "unknown-party": [
        both(CEILING, ceiling_has('owed_by = ["USA"]'), ceiling_has('owed_by = ["US", "ROK"]')),
        both(
            PLAN,
            plan_has('owed_by = ["US"]\nreadings = { DPRK = "r" }'),
            plan_has('owed_by = ["US"]\nreadings = { US = "r" }'),
        ),
    ],
    "unknown-part": [both('["ships", "chips"]', '["ships", "chip"]', '["chips", "ships"]')],
    "unknown-dependency": [
        both('depends_on = ["ships"]', 'depends_on = ["ship"]', 'depends_on = ["ships", "plan"]')
    ],
    "unknown-milestone": [
        both('reached = ["draft"]', 'reached = ["draught"]', 'reached = ["draft", "talks"]')
    ],
    "unknown-retraction": [end(withdraw("0000000e"), withdraw("0000000f"))],
    "unknown-item": [end(bears_on("ship"), bears_on("ships"))],
    "repeated-item": [
        end(bears_on("ceiling"), bears_on("ships")),
        end(bears_on("ships", "ships"), bears_on("ships", "chips")),
    ],
    "limit-of": [
        end(new(cap_on("shops")), new(cap_on("ships"))),
        end(new(cap_on("new")), new(cap_on("whole"))),
        end(new(cap_on("ceiling")), new(cap_on("sum")) + new(in_all("ships"), "sum")),
        end(new(cap_on("plan")), new(cap_on("chips"))),
        end(new(cap_on("bare")) + new("", "bare"), new(cap_on("bare")) + new(paid(9), "bare")),
    ],
    "circular-retraction": [
        end(withdraw("00000010"), withdraw("0000000f")),
        end(
            withdraw("00000011") + withdraw("00000010", "00000011"),
            withdraw("0000000f") + withdraw("00000010", "00000011"),
        ),
    ],
    "circular-parts": [
        both(
            PLAN,
            plan_has('owed_by = ["US"]\nparts = ["plan"]'),
            plan_has('owed_by = ["US"]\nparts = ["ceiling"]'),
        )
    ],
    "part-kind": [
        both(WHOLE, in_all("ships", "ceiling"), in_all("ships", "chips")),
        both(WHOLE, in_all("ships", "ships"), in_all("ships")),
        end(new('measure = { kind = "sum" }'), new(in_all("ships"))),
        # Ships would be counted twice, once in the sum that is a part.
        end(
            new(in_all("ships", "inner")) + new(in_all("ships"), "inner"),
            new(in_all("chips", "inner")) + new(in_all("ships"), "inner"),
        ),
        end(
            new(in_all("ships", "other")) + new(paid(1, "KRW"), "other"),
            new(in_all("ships", "other")) + new(paid(1), "other"),
        ),
    ],
    "parts-total": [
        both("target = 300", "target = 350", "target = 300.000"),
        # Parts in another unit are not added up, ...
        both(paid(200), paid(201), paid(201, "KRW")),
        # ... a sum among the parts is.
        end(
            new('parts = ["inner"]\n' + paid(301)) + new(in_all("ships", "chips"), "inner"),
            new('parts = ["inner"]\n' + paid(300)) + new(in_all("ships", "chips"), "inner"),
        ),
    ],
    "schedule": [
        both(DUE, "due = 2026-01-01", "due = 2026-01-02"),
        both("target = 100 }", path("2026-01-01", 5), path("2026-01-02", 5)),
        both("target = 100 }", path("2028-01-01", 5), path("2027-12-30", 5)),
        both("target = 100 }", path("2027-12-31", 99), path("2027-12-31", 100)),
    ],
    "value-without-measure": [
        end(new() + sourced("value = 1"), new() + sourced('note = "1"')),
        both(
            'reached = ["draft"]',
            'value = 1\nreached = ["draft"]',
            'note = "1"\nreached = ["draft"]',
        ),
    ],
    "before-agreement": [
        both("date = 2026-10-20", "date = 2025-12-31", "pre_agreement = true\ndate = 2025-12-31")
    ],
    "future-date": [both(last_on("2026-11-20"), last_on("2026-11-26"), last_on("2026-11-24"))],
    "negative-total": [both("value = 80\n", "value = -80\n", "value = 0\n")],
    "future-record": [
        both(
            "recorded = 2026-10-20T09:00:00Z",
            "recorded = 2026-11-26T00:00:00Z",
            "recorded = 2026-11-24T23:00:00Z",
        )
    ],
    "empty-update": [end(again(BY_G), again('note = "n"'))],
    "no-source": [
        both(
            f'status = "in-effect"\n{LAST}\n{BY_G}',
            'status = "in-effect"\nvalue = 15\n',
            'status = "no-evidence"\n',
        ),
        both(f"value = 80\n{SOURCE_B}", "value = 80", 'note = "n"'),
        end(withdraw("0000000f", more='status = "stalled"\n'), withdraw("0000000f")),
    ],
    "secondary-only": [
        both(
            '"https://example.org/e", kind = "primary"',
            '"https://example.org/e", kind = "secondary"',
            '"https://example.org/e"',
        )
    ],
    "disputed": [
        both(LAST, f"{LAST}\ndisputed = true", f"{LAST}\ndisputed = false"),
        # What a later record replaced is disputed no more, ...
        Case(
            ("value = 90\n", "value = 90\ndisputed = true\n"),
            ("value = 80\n", "value = 80\ndisputed = true\n"),
        ),
        # ... but nothing replaces a note.
        end(
            sourced('note = "n"\ndisputed = true')
            + sourced('status = "in-effect"\nvalue = 14', "00000011", "2026-11-21"),
            sourced("value = 14\ndisputed = true")
            + sourced('status = "in-effect"\nvalue = 14', "00000011", "2026-11-21"),
        ),
    ],
    "stale": [both(last_on("2026-11-20"), last_on("2026-07-26"), last_on("2026-07-27"))],
    "fulfilled-below-target": [
        both(
            'status = "in-progress"\nvalue = 30',
            'status = "fulfilled"\nvalue = 30',
            'status = "partly-fulfilled"\nvalue = 30',
        ),
        both(
            'status = "in-progress"\nreached = ["draft"]',
            'status = "fulfilled"\nreached = ["draft"]',
            'status = "fulfilled"\nreached = ["draft", "talks"]',
        ),
    ],
    "done-not-fulfilled": [
        both("value = 90", "value = 100", "value = 99.999999999"),
        both(
            'status = "in-progress"\nvalue = 90',
            'status = "not-fulfilled"\nvalue = 100',
            'status = "fulfilled"\nvalue = 100',
        ),
        both('reached = ["draft"]', 'reached = ["talks", "draft"]', 'reached = ["draft"]'),
    ],
    "begun-not-started": [
        both(
            'status = "in-progress"\nvalue = 30',
            'status = "not-started"\nvalue = 30',
            'status = "not-started"\nvalue = 0',
        )
    ],
    "past-due": [
        both(DUE, "due = 2026-11-23", "due = 2026-11-24"),
        # The measure's own date is a mark on the way, not the end of the term.
        both("target = 200", "target = 200 }\ndue = 2026-11-23 #", "by = 2026-11-23, target = 200"),
    ],
    "late-milestone": [
        both(
            'title = "Talks" }',
            'title = "Talks", due = 2026-11-23 }',
            'title = "Talks", due = 2026-11-24 }',
        )
    ],
    "breach-in-effect": [
        both(LAST, "value = 16", "value = 15"),
        # Cured, and said to have been in effect all along; where the breach was recorded, that is
        # no contradiction.
        end(
            sourced("value = 16") + sourced("value = 15", "00000011", "2026-11-21"),
            sourced('status = "breached"\nvalue = 16')
            + sourced('status = "in-effect"\nvalue = 15', "00000011", "2026-11-21"),
        ),
        end(sourced("value = 16"), sourced('status = "breached"\nvalue = 16')),
    ],
    "total-fell": [both("value = 80", "value = 90.000000001", "value = 90")],
    "parts-disagree": [
        both("value = 120", "value = 121", "value = 120.0"),
        both("value = 120", "value = 119", "value = 120.00"),
    ],
    "mixed-counts": [
        both('"paid", target = 200', '"approved", target = 200', '"paid",  target = 200')
    ],
    "same-event": [
        end(sourced("value = 15"), sourced("value = 14")),
        end(sourced('note = "As agreed."'), sourced('note = "Agreed again."')),
        end(sourced("value = 15"), sourced("value = 15", date="2026-11-21")),
    ],
    "out-of-scale": [
        both("value = 80\n", "value = 100_000\n", "value = 89_999\n"),
        both("value = 30\n", "value = 0.2\n", "value = 0.21\n"),
    ],
    "step-again": [
        both(
            CEILING_BEGINS,
            again('reached = ["draft"]', "0000001e") + CEILING_BEGINS,
            again('reached = ["talks"]', "0000001e") + CEILING_BEGINS,
        )
    ],
    "odd-through": [
        both(
            "value = 90\n",
            "value = 90\nthrough = 2028-01-01\n",
            "value = 90\nthrough = 2027-12-31\n",
        ),
        end(
            new("due = 2027-06-30\n" + paid(9)) + sourced("value = 1\nthrough = 2027-07-01"),
            new("due = 2027-06-30\n" + paid(9)) + sourced("value = 1\nthrough = 2027-06-30"),
        ),
        end(
            new(paid(9)) + sourced("value = 1\nthrough = 2025-12-31"),
            new(paid(9)) + sourced("value = 1\nthrough = 2026-01-01"),
        ),
    ],
    "odd-published": [
        both(
            SOURCE_B,
            SOURCE_B.replace(" }]", ", published = 2026-10-22 }]"),
            SOURCE_B.replace(" }]", ", published = 2026-10-21 }]"),
        )
    ],
    "written-before": [
        both(
            "recorded = 2026-10-20T09:00:00Z",
            "recorded = 2026-10-18T23:59:59Z",
            "recorded = 2026-10-19T00:00:00Z",
        )
    ],
    "scaled-unit": [both(paid(200), paid(200, "billion USD"), paid(200, "KRW"))],
    "hidden-characters": [
        both('title = "Ships"', 'title = "Sh\u202eips"', 'title = "Sh\u200dips"'),
        both("As agreed.", "As\u200b agreed.", "As 합의."),
    ],
    "not-nfc": [both("As agreed.", "Cafe\u0301", "Caf\u00e9")],
}


def edited(edit: Edit, clean: str = CLEAN) -> str:
    old, new = edit
    if not old:
        return clean + new
    assert clean.count(old) == 1, f"{old!r} is {clean.count(old)} times in the clean file"
    return clean.replace(old, new)
