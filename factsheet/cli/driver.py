"""The line that tells git to merge datasets with factsheet, and by itself where it is not found."""

from __future__ import annotations

import re

from factsheet import store

ATTRIBUTE = f"{store.USUAL_PLACE.as_posix()} merge=factsheet"
DRIVER = (
    "if command -v factsheet >/dev/null; "
    "then factsheet merge %O %A %B; else git merge-file %A %O %B; fi"
)
"""Where git does not find the program, it merges as it does by itself: no side is lost."""
CONFIG_LINE = f"git config merge.factsheet.driver '{DRIVER}'"
_DRIVER = re.compile(r'\[merge "factsheet"\][^\[]*?^\s*driver\s*=\s*(.*)$', re.MULTILINE)


def driver_loses(config: str) -> bool:
    """Whether a git configuration names the driver without what to do where it cannot run."""
    match = _DRIVER.search(config)
    return match is not None and "merge-file" not in match[1]
