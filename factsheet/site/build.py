"""All files of a site, in the order in which they are made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from factsheet.report.content import Watch
from factsheet.site import data, pages
from factsheet.site.plan import Plan, page_of

ROUNDS = 2
"""How often the promises are gone through, for whoever shows progress."""


class Made(NamedTuple):
    """A file as it stands on the site, and as it stands in the frozen copy of the day, if there."""

    path: str
    live: bytes
    frozen: bytes | None


def data_files(plan: Plan, *, watch: Watch = iter) -> Iterator[Made]:
    """Every file for machines, in the words of a language. Keys and codes are English: so has to be
    what is spoken when the content of the plan and these files are made.
    """
    today = dict(data.with_copies(plan)) if plan.content.snapshot.sources else {}
    for path, content in data.files(plan, watch=watch):
        yield Made(plan.folder + path, today.get(path, content), content)


def page_files(plan: Plan, *, watch: Watch = iter) -> Iterator[Made]:
    """Every file for people of a language, which has to be spoken. The frozen copy has the pages
    and nothing that is about today.
    """
    for made in _pages(plan, watch):
        yield made._replace(path=plan.folder + made.path)
    if not plan.folder:
        # Some hosts would else run the pages through a program of theirs.
        yield Made(".nojekyll", b"", None)


def _pages(plan: Plan, watch: Watch) -> Iterator[Made]:
    gone = {f"{page_of(each.id)}index.html" for each in plan.removed}
    for path, content in pages.files(plan, watch=watch):
        if not path.endswith(".html"):
            yield Made(path, content, content)
            continue
        passing = path in gone or path.endswith(("embed.html", "404.html"))
        copy = None if passing else pages.standing(content, frozen=True)
        yield Made(path, pages.standing(content, frozen=False), copy)
    for path, content in pages.feeds(plan):
        yield Made(path, content, None)
    if plan.cards:
        from factsheet.formats import figure
        from factsheet.formats.png import png

        for item in plan.items:
            drawing = figure.card(item, plan.content.snapshot)
            yield Made(f"{page_of(item.commitment.id)}card.png", png(drawing), None)
