"""The line that tells git to merge datasets with factsheet, and by itself where it is not found."""

from __future__ import annotations

import re

from factsheet import store

MERGED = (store.USUAL_PLACE, store.USUAL_PLACE.parent / store.SOURCE_LIST)
ATTRIBUTES = tuple(f"{path.as_posix()} merge=factsheet" for path in MERGED)
DRIVER = "factsheet merge %O %A %B; r=$?; test $r -le 1 && exit $r; git merge-file %A %O %B"
"""Where the program is not found or fails, git merges as it does by itself: no side is lost. The
program ends with 0 for a clean merge and with 1 for a conflict that it has marked."""
CONFIG_LINE = f"git config merge.factsheet.driver '{DRIVER}'"
_DRIVER = re.compile(r'\[merge "factsheet"\][^\[]*?^\s*driver\s*=\s*(.*)$', re.MULTILINE)


def driver_loses(config: str) -> bool:
    """Whether a git configuration names the driver without what to do where it cannot run."""
    match = _DRIVER.search(config)
    return match is not None and "merge-file" not in match[1]
