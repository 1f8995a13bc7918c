"""How to cite a commitment on a day: a sentence and BibTeX, from one pure function."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from factsheet.assess.snapshot import Assessment, Snapshot, rests_on
from factsheet.inert import one_line
from factsheet.model import Source, Update
from factsheet.report import words as t
from factsheet.report.speech import _, plural, say

DIGEST_SHOWN = 12
"""Hex digits of the hash of the file that a sentence gives; BibTeX gives them all."""
_LATEX: Final = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}
_SPECIAL: Final = re.compile(r"[\\~^&%$#_{}]")


class Citation(NamedTuple):
    """The two spellings of one citation, both inert text."""

    sentence: str
    bibtex: str


def cite(
    snapshot: Snapshot, digest: str, *, item: Assessment | None = None, address: str = ""
) -> Citation:
    """A citation of the dataset as of the day of the snapshot, or of one ``item`` of it.

    ``digest`` is the SHA-256 of the file in hex. ``address`` is where the page is; without one,
    where ``[publication]`` says that the dataset stands.
    """
    publication, agreement = snapshot.dataset.publication, snapshot.dataset.agreement
    whole = tracker(snapshot)
    publisher = one_line(publication.publisher or "") if publication else ""
    licence = one_line(publication.license or "") if publication else ""
    url = address or (publication.url or "" if publication else "")
    title = one_line(item.commitment.title) if item else whole
    through = item.measurement.through or item.last_update if item else snapshot.cut_off
    dates = [say("As of {date}", date=t.date(snapshot.as_of))]
    if snapshot.known_by:
        dates.append(say("known by {date}", date=t.date(snapshot.known_by)))
    dates.append(say("data through {date}", date=t.date(through)) if through else _("no data yet"))
    days = ", ".join(dates)
    named = say('"{title}", in: {whole}', title=title, whole=whole) if item else whole
    told = [t.ended(part) for part in (named, publisher) if part]
    told += [t.ended(days), url] if url else [days]
    licence = licence and say("{license}", license=licence)
    whole_file = say("file SHA-256 {digest}", digest=digest)
    file = say("file SHA-256 {digest}", digest=digest[:DIGEST_SHOWN])
    file = f"({file}{f'; {licence}' if licence else ''})"
    sentence = f"{' '.join(told)} {file}."
    fields = {
        "title": f"{{{_latex(title)}}}",
        "author": f"{{{_latex(publisher)}}}" if publisher else "",
        "howpublished": _latex(whole) if item else "",
        "year": f"{snapshot.as_of.year}",
        "month": f"{snapshot.as_of.month}",
        "url": url.replace("{", "%7B").replace("}", "%7D"),
        "note": _latex("; ".join(filter(None, (days, whole_file, licence)))),
    }
    name = "-".join(
        [agreement.id, *([item.commitment.id] if item else []), snapshot.as_of.isoformat()]
    )
    rows = ",\n".join(f"  {key} = {{{value}}}" for key, value in fields.items() if value)
    return Citation(sentence, f"@misc{{{name},\n{rows}\n}}")


def tracker(snapshot: Snapshot) -> str:
    """What the publication is called; without a name of its own, like the agreement."""
    published = snapshot.dataset.publication
    return one_line((published and published.title) or snapshot.dataset.agreement.title)


def _latex(text: str) -> str:
    return _SPECIAL.sub(lambda match: _LATEX[match[0]], text)


def credit(item: Assessment, snapshot: Snapshot) -> str:
    """On whose word the figure of a commitment rests, or, without one, its term: a source line."""
    found = [source for update in _carriers(item, snapshot) for source in update.sources]
    names = dict.fromkeys(publisher(source) for source in found or item.commitment.sources)
    told = plural("Source: {names}.", "Sources: {names}.", len(names), names=", ".join(names))
    return told if names else ""


def _carriers(item: Assessment, snapshot: Snapshot) -> list[Update]:
    """The records that gave a figure, or those that gave the figures that it is made of."""
    made = item.measurement
    if made.observations or made.reached:
        return [*made.observations[-1:], *(each for each in item.history if each.reached)]
    below = rests_on(item.commitment)
    return [
        record
        for each in snapshot.items
        if each.commitment.id in below
        for record in _carriers(each, snapshot)
    ]


def publisher(source: Source) -> str:
    """Who published a source; where that is not said, the host of its address."""
    return one_line(source.publisher or source.url.split("/", 3)[2])
