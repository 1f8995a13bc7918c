"""What a site is made from, and where its pages have their addresses."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from factsheet.assess.snapshot import Assessment
from factsheet.exceptions import UsageError
from factsheet.model import Dataset
from factsheet.report import words as t
from factsheet.report.cite import tracker
from factsheet.report.content import Report
from factsheet.report.speech import ENGLISH, _, manner

NEWS_DAYS: Final = 30
"""The first page compares with so many days before, where nothing else is asked for."""
_BASE: Final = re.compile(r"https?://[^\s/?#@<>\"\\]+(/[^\s?#<>\"\\]*)?")


NAMES: Final = {"en": "English", "ko": "한국어"}
"""What a language calls itself."""


class Gone(NamedTuple):
    """A promise that the dataset no longer has: until which day it was there, and the last day of
    which there is a frozen copy of its page.
    """

    id: str
    title: str
    until: str
    frozen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A site: what is said, where it will stand, and what it has besides.

    ``base`` is the address of the first page with a slash at its end, or empty. ``freezes`` says
    whether the frozen copy of the day is one of this very content; ``frozen`` are the days of all
    copies. ``cards`` says whether there is a picture for each promise. ``languages`` are those of
    the whole site, the first stands at the root; ``language`` is that of these pages.
    """

    content: Report
    base: str = ""
    freezes: bool = True
    frozen: Sequence[str] = ()
    removed: Sequence[Gone] = ()
    cards: bool = False
    languages: Sequence[str] = (ENGLISH,)
    language: str = ENGLISH

    @property
    def items(self) -> list[Assessment]:
        """Every commitment, in the order in which reports tell them."""
        return [item.assessment for _, members in self.content.pillars for item in members]

    @property
    def title(self) -> str:
        """What the tracker is called."""
        return tracker(self.content.snapshot)

    @property
    def folder(self) -> str:
        """Where the pages of this language stand, below the root."""
        return folder_of(self.language, self.languages)

    def address(self, place: str) -> str:
        """The full address of a page that changes, or nothing where the base is not known."""
        return f"{self.base}{self.folder}{place}" if self.base else ""

    def permanent(self, place: str) -> str:
        """The address to cite: that of the frozen copy where it has this content."""
        if not self.freezes:
            return self.address(place)
        day = self.content.snapshot.as_of
        return f"{self.base}on/{day}/{self.folder}{place}" if self.base else ""


def folder_of(language: str, languages: Sequence[str]) -> str:
    """Where the pages of a language stand: those of the first at the root, else below ``ko/``."""
    return "" if language == languages[0] else f"{language}/"


def page_of(name: str) -> str:
    """The folder of the page of a commitment, below the first page."""
    return f"c/{name}/"


def base_of(given: str | None, dataset: Dataset) -> str:
    """The address of the first page, as asked for, else as the dataset says; it ends in a slash.

    Raises ``UsageError`` for what is not the address of a folder.
    """
    published = dataset.publication
    url = given if given is not None else (published and published.url) or ""
    if not url:
        return ""
    if not _BASE.fullmatch(url):
        raise UsageError(
            f"the address of the site, {url!r}, is not that of a folder; it looks like "
            "https://example.org/tracker/, without ? and #"
        )
    return url if url.endswith("/") else f"{url}/"


def newest(dataset: Dataset) -> dt.datetime | None:
    """The moment of the newest record that the file holds."""
    written = (update.recorded for each in dataset.commitments for update in each.updates)
    return max(written, default=None)


def held(dataset: Dataset, moment: dt.datetime | None) -> Dataset:
    """The dataset with the records that it held at a moment, and no other."""
    kept = (
        replace(
            each,
            updates=tuple(
                update
                for update in each.updates
                if moment is not None and update.recorded <= moment
            ),
        )
        for each in dataset.commitments
    )
    return replace(dataset, commitments=tuple(kept))


def moment_text(moment: dt.datetime | None) -> str:
    """A moment as pages say it, to the second where the language has a way of its own."""
    if moment is None:
        return _("no record yet")
    if manner() is None:
        return t.moment(moment)
    moment = moment.astimezone(dt.UTC)
    return f"{t.date(moment.date())} {moment:%H:%M:%S} UTC"
