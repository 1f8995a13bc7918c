"""How things are spelled: one registry of formats, each a module that makes bytes of what is said.

A module offers a function for each thing that its format can spell:

* ``listing(listed)`` for ``list``, ``events(found, snapshot)`` for ``log``, ``report(content)``
  for ``report``, ``brief(content)`` for ``report --brief``, ``agenda(content)`` for ``agenda``,
  ``sources(found, snapshot)`` for ``sources``; all of them give bytes, and none reads the clock or
  the disk;
* what they may need beyond the base installation is named here as an extra.

A new format is a module and a line below.
"""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from types import ModuleType
from typing import Final, Literal, NamedTuple

from factsheet.exceptions import UsageError

Thing = Literal["list", "log", "report", "brief", "agenda", "sources"]


class Format(NamedTuple):
    """A format: its module here, what it can spell, and the package that only an extra brings.

    ``binary`` bytes are not for a terminal.
    """

    name: str
    module: str
    spells: tuple[Thing, ...]
    needs: str = ""
    binary: bool = False

    def load(self) -> ModuleType:
        """The module. Raises ``UsageError`` where its extra is not installed."""
        # Looked for and not imported: the module has to prepare for its library first.
        if self.needs and find_spec(self.needs) is None:
            from factsheet.extras import advice

            raise UsageError(f"{self.name} needs {self.needs}: {advice(self.name)}")
        return importlib.import_module(f"factsheet.formats.{self.module}")


FORMATS: Final = {
    each.name: each
    for each in (
        Format("md", "markdown", ("report", "list", "log", "brief", "agenda")),
        Format("html", "html", ("report", "brief")),
        Format("pdf", "pdf", ("report", "brief"), needs="typst", binary=True),
        Format("json", "json", ("report", "list", "log", "agenda", "sources")),
        Format("csv", "csv", ("report", "list", "log", "sources")),
        Format("xlsx", "xlsx", ("report",), needs="xlsxwriter", binary=True),
        Format("ics", "ics", ("report",), needs="icalendar"),
        Format("atom", "atom", ("log",)),
    )
}


def spelling(thing: Thing) -> tuple[str, ...]:
    """The names of the formats that spell a thing, in the order in which help lists them."""
    return tuple(name for name, each in FORMATS.items() if thing in each.spells)
