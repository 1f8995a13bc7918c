"""Doubts about the pages that are cited: gone, or without a copy that would outlive them."""

from __future__ import annotations

from collections.abc import Iterator

from factsheet.assess.citations import Citation, citations
from factsheet.assess.snapshot import Snapshot
from factsheet.lint.codes import Finding
from factsheet.source_list import SourceState


def gone(snapshot: Snapshot) -> Iterator[Finding]:
    """Every place that cites a page which is gone and of which no copy is known."""
    if not any(state.result == "gone" for state in snapshot.sources.values()):
        return
    for each, state in _standing(snapshot):
        if state.result == "gone" and not state.archived:
            url = each.source.url
            message = f"the page {url[:200]} was gone on {state.checked}, and no copy is known"
            yield Finding(code="source-gone", message=message, loc=each.loc, item=each.home)


def unarchived(snapshot: Snapshot) -> Iterator[Finding]:
    """The first place of every address of which no copy is known."""
    seen: set[str] = set()
    for each, state in _standing(snapshot):
        url = each.source.url
        if not state.archived and state.result != "gone" and url not in seen:
            seen.add(url)
            message = f"no archived copy of {url[:200]} is known"
            yield Finding(code="unarchived", message=message, loc=each.loc, item=each.home)


def _standing(snapshot: Snapshot) -> Iterator[tuple[Citation, SourceState]]:
    """The citations that count in a snapshot, each with what is known of its address."""
    counted = {update.id for item in snapshot.items for update in item.history}
    for each in citations(snapshot.dataset):
        if each.update is None or each.update.id in counted:
            yield each, snapshot.sources.get(each.source.url, SourceState())
