"""Long answers in a terminal go through a pager, as git's do; into a pipe they never do."""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from factsheet.cli import output

if TYPE_CHECKING:
    from rich.console import Console

USUAL = "less -FRX"
VARIABLES = ("FACTSHEET_PAGER", "PAGER")
"""Where a pager is named, the first one that is set; empty or ``cat`` is none."""


@contextlib.contextmanager
def paged(off: bool) -> Iterator[Console]:
    """A console whose output is paged where it is longer than the screen, if not ``off``."""
    command = None if off else pager()
    if command is None:
        yield output.console()
        return
    from rich.console import Console

    screen = output.console()
    text = io.StringIO()
    yield Console(
        file=text,
        width=screen.width,
        height=screen.height,
        force_terminal=True,
        no_color=screen.no_color,
        markup=False,
        highlight=False,
        emoji=False,
    )
    if text.getvalue().count("\n") < screen.height:
        output.put(text.getvalue())
    else:
        _through(command, text.getvalue().encode(screen.encoding, "backslashreplace"))


def put_bytes(data: bytes, off: bool) -> None:
    """Data to stdout as it is; in a terminal through the pager where it is longer than that."""
    command = pager() if output.in_terminal() and not off else None
    if command is None or data.count(b"\n") < output.console().height:
        output.put_bytes(data)
    else:
        _through(command, data)


def pager() -> list[str] | None:
    """The command of the pager and its arguments; None where there is none to use."""
    if not output.in_terminal() or os.environ.get("TERM") == "dumb":
        return None
    named = next((os.environ[name] for name in VARIABLES if name in os.environ), None)
    try:
        command = shlex.split(USUAL if named is None else named, posix=os.name != "nt")
    except ValueError:
        command = [named or ""]
    if not command or command == ["cat"]:
        return None
    if shutil.which(command[0]) is None:
        if named is not None:
            output.say(f"the pager {named!r} is not there; set $FACTSHEET_PAGER, or --no-pager")
        return None
    return command


def _through(command: list[str], data: bytes) -> None:
    sys.stdout.flush()
    # Colours come through, one screen is left at once, and what was read stays on the screen.
    environment = {"LESS": "FRX", "LV": "-c", **os.environ}
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=environment) as process:  # noqa: S603
        with contextlib.suppress(OSError), process.stdin or contextlib.nullcontext() as pipe:
            if pipe:  # whoever leaves the pager early has read enough
                pipe.write(data)
        while process.poll() is None:
            with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C is for the pager
                process.wait()
