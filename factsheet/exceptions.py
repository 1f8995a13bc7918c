"""What can go wrong, one class a failure. The table of exit codes lives here."""

from __future__ import annotations

from typing import ClassVar


class FactsheetError(Exception):
    """A failure with a sentence for people: what is wrong, where, what to do."""

    exit_code: ClassVar[int] = 1


class UsageError(FactsheetError):
    """The request makes no sense: an unknown item, a bad date, nothing to record."""

    exit_code = 2


class DatasetError(FactsheetError):
    """The dataset cannot be read or is not valid."""

    exit_code = 3


class NotWrittenError(FactsheetError):
    """Nothing was written, and the file is as it was: a lock, a permission, a full disk."""

    exit_code = 4
