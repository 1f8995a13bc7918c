"""The program: what the ``factsheet`` script and ``python -m factsheet`` run."""

import gc
import os
import sys

COMPLETING = "_FACTSHEET_COMPLETE"
"""Set by the completion scripts of the shells, which Typer makes."""


def main() -> None:
    """Run the command line, without the garbage collector.

    A command lives for a moment and its data as long as it does, so collecting cycles only costs
    time: while modules load, while data is read, and once more over everything when the interpreter
    ends. Together that is a fifth of a short command.
    """
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        # A console that lacks a letter shows its escape; it never makes a command fail. A closed
        # one is None.
        if stream is not None:
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    if COMPLETING in os.environ:
        os.environ["COLUMNS"] = (
            "1000"  # an offer to a shell is one line, however narrow the terminal
        )
    # Looking through every installed package for plugins of pydantic costs 8 ms; Typer forbids it
    # in the same way.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from factsheet.cli import app

    try:
        app(prog_name="factsheet")
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()
