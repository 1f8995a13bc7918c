"""The report as one HTML file: no script, nothing loaded from outside, every text escaped by Jinja."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from factsheet.formats import svg
from factsheet.report import words as t
from factsheet.report.highlights import ref
from factsheet.vocabulary import STATUS_TABLE

if TYPE_CHECKING:
    from factsheet.report.content import Report, Watch

_HANGUL = re.compile("[\uac00-\ud7a3]")
_DATE = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b")
_LATIN = re.compile("[A-Za-z]")
RELATED = {"parts": "parts", "depends on": "depends_on"}
"""The facts of a term that name other terms, and where those are."""
_GROUP_OF = {name: status.group.replace(" ", "-") for name, status in STATUS_TABLE.items()}


def report(content: Report, *, watch: Watch = iter) -> bytes:
    """The page, UTF-8."""
    # Imported here: other formats do without.
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup, escape

    # The environment cannot be shared between threads that compile, and one report needs it once.
    environment = Environment(
        loader=PackageLoader("factsheet.formats"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )

    def drawn(markup: str) -> Markup:
        return Markup(markup)  # noqa: S704 - made by svg.py or below, which escape every text

    snapshot = content.snapshot
    by_id = {item.commitment.id: item for item in snapshot.items}
    environment.globals.update(
        account_line=t.account_line,
        dates=lambda text: drawn(_DATE.sub(r'<span class="nw">\g<0></span>', str(escape(text)))),
        chart=lambda item: drawn(svg.chart(item, snapshot)),
        gauge=lambda item: drawn(svg.gauge(item)),
        group_of=_GROUP_OF.__getitem__,
        korean=korean,
        related=lambda term, fact: [
            ref(by_id[name]) if name in by_id else name
            for name in getattr(term, RELATED.get(fact, ""), ())
        ],
        sign=lambda status: t.SIGNS[status].unicode,
        signs=svg.GROUP_SIGNS,
        statuses=lambda: drawn(svg.statuses(content.accounts)),
        timeline=lambda: drawn(svg.timeline(snapshot, content.records, timeline_rows(content))),
        watch=watch,
    )
    page = environment.get_template("report.html.j2").render(report=content)
    return page.encode("utf-8")


def korean(text: str) -> bool:
    """Whether a text is Korean rather than English, so that it is read aloud and broken into lines
    as such.
    """
    return not text.isascii() and len(_HANGUL.findall(text)) > len(_LATIN.findall(text))


def timeline_rows(content: Report) -> Sequence[tuple[str, Sequence[str]]]:
    """A row for each headline term, then one for the other terms of each pillar; where there are
    many, pillars alone.
    """
    rows: list[tuple[str, Sequence[str]]] = []
    for group, items in content.pillars:
        if items[0].assessment.commitment.headline and len(items) <= svg.ROWS // 2:
            rows += [(item.ref.title, [item.ref.id]) for item in items]
        else:
            rows.append((group, [item.ref.id for item in items]))
    return rows
