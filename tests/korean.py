"""What the tests of Korean share: what of an answer is left in Latin letters."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import catalogue

from factsheet.source.load import load

KO = ("--lang", "ko")
LATIN = re.compile(r"[A-Za-z]+")


def names(path: Path) -> set[str]:
    """Latin words that stay in Korean: ids, codes, and what a source is called."""
    dataset = load(path.read_text(encoding="utf-8"), today=dt.date(2026, 11, 26)).dataset
    assert dataset is not None
    found = {"UTC", dataset.agreement.id, *dataset.agreement.parties}
    if dataset.publication:
        known = (
            dataset.publication.publisher,
            dataset.publication.url,
            dataset.publication.license,
        )
        found |= {each for each in known if each}
    for term in dataset.commitments:
        found.add(term.id)
        found |= {step.id for step in (term.measure.milestones if term.measure else ())}
        found |= {update.id for update in term.updates}
        every = [
            *dataset.agreement.sources,
            *term.sources,
            *(one for each in term.updates for one in each.sources),
        ]
        for source in every:
            host = source.url.split("/", 3)[2]
            said = (source.url, host, source.publisher, source.title)
            found |= {" ".join(each.split()) for each in said if each}
    return found


CODES = "|".join(code for kind, code in catalogue.codes() if kind in ("status", "pace"))
"""Codes that stand in brackets behind what they are called."""
TAGS = {"FTA", "MRO"}
"""What tags are called holds two abbreviations that Korean uses."""


def left(output: str, known: set[str]) -> list[str]:
    """Words in Latin letters that are no names, no hash, no BibTeX and no codes in brackets."""
    output = re.sub(rf"(?ms)^ *@misc.*?^ *\}}$|SHA-256 [0-9a-f]+|\((?:{CODES})\)", "", output)
    for name in sorted(known, key=len, reverse=True):
        output = output.replace(name, "")
    return [word for word in LATIN.findall(output) if word not in TAGS]


def heard(page: str) -> str:
    """What a page of HTML or a drawing says to who sees it, hears it or looks for it: its text and
    the attributes that are words.
    """
    from lxml import html

    tree = html.fromstring(page.encode("utf-8"))
    for gone in tree.xpath("//style | //pre | //code"):
        gone.drop_tree()
    words = tree.xpath(
        "//text() | //@aria-label | //@title | //@data-name | //meta[@name='description']/@content"
        " | //meta[starts-with(@property, 'og:')]/@content"
    )
    return re.sub(r"\b\w+\.(csv|json|xml|svg|html)\b", "", "\n".join(map(str, words)))


PAGES = {"factsheet", "SHA", "English", "article", "ko"}
"""Words of a page that stay: our name, that of a hash, of another language, of a kind of page."""
