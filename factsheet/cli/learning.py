"""Keeping what is learned about addresses while it comes: a little at a time, whatever happens."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from factsheet import store, writing
from factsheet.cli.dataset import list_faults
from factsheet.exceptions import NotWrittenError
from factsheet.source_list import SourceState, States, read_list, text_of

_Thing = TypeVar("_Thing")
Lesson = Callable[[States], dict[str, SourceState]]
"""What is known, and what is known after one more answer."""
EVERY = 5.0
"""Seconds after which what has come is written: what a killed run may lose."""


class Keeper:
    """Writes lessons into the list of sources beside a dataset.

    Others may write it at the same time: what they learned stays.
    """

    def __init__(self, place: store.Place) -> None:
        self.place = store.source_list(place)
        self._waiting: list[Lesson] = []
        self._written = time.monotonic()

    def require(self) -> None:
        """Raise ``NotWrittenError`` where nothing could be kept, before anybody is asked."""
        with writing.locked(self.place, absent_ok=True) as draft:
            self._states(draft)

    def learn(self, lesson: Lesson) -> None:
        """Keep a lesson; it is written soon."""
        self._waiting.append(lesson)
        if time.monotonic() - self._written >= EVERY:
            # Whoever holds the file now is done in a moment; the last writing has to succeed.
            with contextlib.suppress(NotWrittenError):
                self.write()

    def write(self) -> bool:
        """Write what is waiting. Whether the file changed. Raises ``NotWrittenError``."""
        self._written = time.monotonic()
        if not self._waiting:
            return False
        with writing.locked(self.place, absent_ok=True) as draft:
            states = self._states(draft)
            for lesson in self._waiting:
                states = lesson(states)
            after = text_of(states).encode("utf-8")
            if after != draft.before:
                draft.replace(after)
        self._waiting.clear()
        return after != draft.before

    def _states(self, draft: writing.Draft) -> dict[str, SourceState]:
        listed = read_list(draft.before.decode("utf-8", "replace"))
        if listed.faults:
            said = "\n".join(list_faults(draft.path, listed))
            raise NotWrittenError(
                f"{draft.path} cannot be read, so nothing is written; mend or delete it\n{said}"
            )
        return listed.states


@contextlib.contextmanager
def watching(what: str, total: int) -> Iterator[Callable[[Iterable[_Thing]], Iterator[_Thing]]]:
    """A progress bar on stderr, if that is a terminal; else nothing at all."""
    if not total or sys.stderr is None or not sys.stderr.isatty():
        yield iter
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=total)

        def watch(things: Iterable[_Thing]) -> Iterator[_Thing]:
            for thing in things:
                yield thing
                progress.advance(task)

        yield watch
