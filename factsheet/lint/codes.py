"""What a check can find: every code once, with its severity and the hint that says what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Severity = Literal["error", "warning"]

CODES: Final[dict[str, tuple[Severity, str]]] = {
    # the text
    "encoding": ("error", "save the file as UTF-8"),
    "too-large": ("error", "split the dataset; the bounds are in SECURITY.md"),
    "toml-syntax": ("error", "mend the TOML at this place; strings need quotes, dates none"),
    "too-many-errors": ("error", "mend the errors above and validate again"),
    "conflict-markers": (
        "error",
        (
            "keep every update of both sides, each below a [[commitments.updates]] line of its "
            "own, and delete the marker lines; or use the merge driver and "
            "`git checkout --merge FILE`; a note that quotes such lines indents them"
        ),
    ),
    # the shape
    "type": ("error", "see `factsheet schema`, or docs/file.md"),
    "unknown-key": (
        "error",
        "check the spelling, or delete the key; a remark belongs in a # comment or in `note`",
    ),
    "missing-key": ("error", "add the key"),
    "bad-status": ("error", "docs/data.md says how to choose a status"),
    "bad-url": ("error", "a source is the http or https address of a page that anyone can open"),
    # references
    "duplicate-id": (
        "error",
        "ids are written once and never reused: give the newer commitment another id",
    ),
    "reserved-id": ("error", "give the commitment another id, such as one with a second word"),
    "duplicate-update": (
        "error",
        "delete the copy; if both are wanted, give one a new id of 8 hex digits",
    ),
    "unknown-party": ("error", "use a key of agreement.parties"),
    "unknown-part": ("error", "name an id of this file, or drop it from `parts`"),
    "unknown-dependency": ("error", "name an id of this file, or drop it from `depends_on`"),
    "unknown-milestone": ("error", "name a step of this commitment's milestones"),
    "unknown-retraction": ("error", "`retracts` names an update of the same commitment"),
    "unknown-item": ("error", "`also` names ids of other commitments of this file"),
    "repeated-item": (
        "error",
        "an event names each commitment once, and not the one that it is kept under",
    ),
    "limit-of": (
        "error",
        (
            "`of` names one amount, level or sum of this file; "
            "a limit on a limit, or on itself, is none"
        ),
    ),
    "circular-parts": ("error", "a commitment cannot be a part of itself; break the circle"),
    "circular-retraction": ("error", "two records cannot withdraw each other; delete one"),
    "part-kind": (
        "error",
        "the parts of a sum are amounts (or sums) of one unit, each counted once",
    ),
    "parts-total": (
        "error",
        "mend the target or the list of parts, so that the parts add up to the whole",
    ),
    "schedule": (
        "error",
        (
            "put start, waypoints and deadline in order; "
            "the deadline is `by`, else the commitment's `due`"
        ),
    ),
    "value-without-measure": (
        "error",
        "give the commitment a measure with a number, or say it in `note`",
    ),
    "negative-total": (
        "error",
        "a total counts from zero up; record the total so far, or withdraw the wrong record",
    ),
    "before-agreement": (
        "error",
        (
            "check the date; "
            "where an earlier event still bears on the term, add `pre_agreement = true`"
        ),
    ),
    "future-date": ("error", "check the date: an event is recorded once it has happened"),
    "empty-update": ("error", "an update brings at least one of status, value, reached, note"),
    # a clock
    "future-record": (
        "warning",
        "set the clock of the machine that wrote it; --known-by counts the record from that day on",
    ),
    # evidence
    "no-source": ("warning", "add the address of a page that shows it"),
    "secondary-only": ("warning", "add a primary or press source"),
    "disputed": (
        "warning",
        "nothing to mend if sources still disagree; otherwise record what settled it",
    ),
    "stale": ("warning", "look again and record what you find, `no-evidence` included"),
    "source-gone": (
        "warning",
        "`factsheet sources --archive` looks for a copy; else cite another page that shows it",
    ),
    "unarchived": ("warning", "`factsheet sources --archive` looks for a copy, or has one made"),
    # asserted against derived
    "fulfilled-below-target": ("warning", "record the missing total, or choose `partly-fulfilled`"),
    "done-not-fulfilled": ("warning", "record `fulfilled`, or say in a note what is still missing"),
    "begun-not-started": (
        "warning",
        "record `in-progress` with its evidence, or retract the value that is wrong",
    ),
    "past-due": (
        "warning",
        "record how it ended: fulfilled, partly-fulfilled, not-fulfilled or withdrawn",
    ),
    "late-milestone": ("warning", "record the step once it is reached, or the new date"),
    "breach-in-effect": ("warning", "record `breached`, or retract the value that is wrong"),
    "total-fell": (
        "warning",
        "a total never falls: retract the wrong record, or say in a note why it was revised",
    ),
    "parts-disagree": (
        "warning",
        (
            "bring the value of the whole and those of its parts to one date, "
            "or retract the wrong one"
        ),
    ),
    "mixed-counts": (
        "warning",
        (
            "a sum of different stages (approved, disbursed) means nothing: "
            "count one stage in every part"
        ),
    ),
    # slips of the pen
    "same-event": ("warning", "withdraw one of them; an event is recorded once"),
    "out-of-scale": (
        "warning",
        "check the number for a forgotten bn or m; nothing to mend if it is right",
    ),
    "step-again": ("warning", "a step is reached once: withdraw the record that is wrong"),
    "odd-through": (
        "warning",
        "check `through`: it decides which total counts; replace the record",
    ),
    "odd-published": ("warning", "check the day that the page shows"),
    "written-before": (
        "warning",
        "check `date` and `recorded`; --known-by counts the record from the day of the event",
    ),
    "scaled-unit": (
        "warning",
        "write the numbers out and the unit without it, so that 2.4bn is not counted twice",
    ),
    # the words in another language, where they are asked for
    "untranslated": ("warning", "`factsheet translate` lists what is missing, to be filled in"),
    "translation-stale": ("warning", "translate the new wording and its fingerprint `of`"),
    "translation": ("warning", 'write each text as key = { text = "...", of = "..." }'),
    # the text, seen again
    "hidden-characters": (
        "warning",
        "delete the control or direction characters; they are shown as escapes",
    ),
    "not-nfc": ("warning", "save the text in Unicode form NFC, so that a search finds it"),
    # against what was published
    "edited-record": (
        "error",
        "put it back as it was; `factsheet update --replaces RECORD` corrects it in the open",
    ),
    "removed-record": (
        "error",
        "put it back; `factsheet retract RECORD` withdraws it in the open",
    ),
    "edited-term": (
        "warning",
        "nothing to mend if it was meant; say so where those who cited the old words look",
    ),
    # the list of sources
    "source-list": (
        "error",
        "mend it, or delete the file: `factsheet sources --check` and `--archive` write it anew",
    ),
}

Loc = tuple[str | int, ...]


def few(words: Sequence[str], between: str = ", ") -> str:
    """The first words of a list, each cut short.

    A message names enough to find the place, whatever the file holds.
    """
    return between.join(word[:80] for word in words[:8]) + (
        f"{between}..." if len(words) > 8 else ""
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong or doubtful.

    ``loc`` is its path in the data (``("commitments", 3, "updates", 0)``).
    """

    code: str
    message: str
    loc: Loc = ()
    item: str | None = None
    line: int | None = None
    column: int | None = None

    @property
    def place(self) -> tuple[list[tuple[int, str]], str, str]:
        """To sort by the order of the file: what is of the whole item, then what of its records."""
        at = [(part, "") if isinstance(part, int) else (-1, part) for part in self.loc]
        return at, self.code, self.message

    @property
    def severity(self) -> Severity:
        return CODES[self.code][0]

    @property
    def hint(self) -> str:
        return CODES[self.code][1]
