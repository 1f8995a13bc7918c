"""A progress bar on stderr for long work, where that is a terminal."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from factsheet.report.content import Watch

LONG_WORK = 5_000
"""Updates. Less is done before a progress bar could be read."""


@contextlib.contextmanager
def watching(name: str, records: int, total: int) -> Iterator[Watch]:
    """Something that counts what it passes through, up to ``total``, where anybody looks on."""
    if records < LONG_WORK or sys.stderr is None or not sys.stderr.isatty():
        yield iter
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn(name), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(name, total=total)

        def watch(things: Sequence[Any]) -> Iterable[Any]:
            for thing in things:
                yield thing
                progress.advance(task)

        yield watch
