"""The way to the web for commands that were asked to go there, and nobody else."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from factsheet.exceptions import UsageError
from factsheet.extras import advice

if TYPE_CHECKING:
    from factsheet.web.archiving import Service

ARCHIVE = "FACTSHEET_ARCHIVE"
"""The base address of an archive that speaks the Wayback Machine's interface."""
ACCOUNT = "FACTSHEET_ARCHIVE_ACCOUNT"
"""KEY:SECRET of an archive.org account, which may save three times as fast."""
LOOPBACK = "FACTSHEET_ALLOW_LOOPBACK"
"""Set to 1, servers on this machine may be asked: for tests. No other inner address ever is."""


@contextlib.contextmanager
def open_room(what: str) -> Iterator[None]:
    """Around imports and calls of the web room; a missing extra is a ``UsageError``."""
    try:
        yield
    except ModuleNotFoundError as error:
        name = (error.name or "").partition(".")[0]
        if name == "factsheet":
            raise
        raise UsageError(f"{what} needs {name}: {advice('web')}") from None


def allow_loopback() -> bool:
    """Whether servers on this machine may be asked."""
    return os.environ.get(LOOPBACK) == "1"


def service() -> Service:
    """The archive to ask. Raises ``UsageError`` for an address that is none."""
    from factsheet.web.archiving import WAYBACK

    base = os.environ.get(ARCHIVE)
    if not base:
        return WAYBACK
    if not re.fullmatch(r"https?://[^/?#@\s]+(/[^?#\s]*)?", base):
        raise UsageError(f"{ARCHIVE} is {base!r}; it needs an address such as https://example.org")
    return WAYBACK.at(base)


def account() -> tuple[str, str] | None:
    """The account with the archive, if there is one. Raises ``UsageError`` without showing it."""
    given = os.environ.get(ACCOUNT)
    if not given:
        return None
    key, colon, secret = given.partition(":")
    if not (key and colon and secret):
        raise UsageError(f"{ACCOUNT} is not of the form KEY:SECRET")
    return key, secret
