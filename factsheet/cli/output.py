"""What a command says: messages to stderr, answers to stdout, nothing that a terminal obeys."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from factsheet.exceptions import NotWrittenError
from factsheet.inert import visible

if TYPE_CHECKING:
    from rich.console import Console


def complain(message: str) -> None:
    """A failure, to stderr."""
    say(f"error: {message}")


def say(message: str) -> None:
    """A line to stderr; what a terminal would obey or the console cannot show is escaped.

    Nobody listening is no failure.
    """
    if sys.stderr is None:
        return
    message = _inert_for_runner(message)
    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    with contextlib.suppress(OSError):
        shown = visible(message).encode(encoding, "backslashreplace").decode(encoding)
        sys.stderr.write(shown + "\n")


def speaks_unicode() -> bool:
    """Whether stdout can show the signs and bars; plain ones stand in where it cannot."""
    signs = "✔▶■○✖◑●⊘━─┃…≥"
    try:
        signs.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _inert_for_runner(text: str) -> str:
    """In a GitHub workflow a printed line can be a command.

    Of ours only ``validate --format github`` prints such lines.
    """
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return text
    return re.sub(
        r"(?m)^(\s*):(?=:)|##(?=\[)",
        lambda match: f"{match[1]}:\\" if match[1] is not None else "##\\",
        text,
    )


def put(text: str, *, commands: bool = False) -> None:
    """Text for people to stdout; what the console cannot show is escaped, so it never fails on it.

    ``commands`` lets lines through that a GitHub workflow obeys. Raises ``NotWrittenError`` if
    there is no stdout.
    """
    if sys.stdout is None:
        raise NotWrittenError("there is no standard output to write to")
    text = text if commands else _inert_for_runner(text)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    with _whole_output():
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()


def put_bytes(data: bytes) -> None:
    """Data for programs to stdout, as it is: UTF-8 and plain newlines whatever the console is."""
    if sys.stdout is None:
        raise NotWrittenError("there is no standard output to write to")
    with _whole_output():
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


@contextlib.contextmanager
def _whole_output() -> Iterator[None]:
    """A disk that is full behind stdout is an error like any other, said once."""
    try:
        yield
    except BrokenPipeError:
        _drop_output()
        raise
    except OSError as error:
        _drop_output()
        raise NotWrittenError(f"cannot write the output: {error.strerror}") from None


def _drop_output() -> None:
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def in_terminal() -> bool:
    """Whether stdout is a person's screen."""
    return sys.stdout is not None and sys.stdout.isatty()


def can_ask() -> bool:
    """Whether there is a person to answer a question."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def console() -> Console:
    """The terminal: its width and colours; nothing in what we print is read as markup."""
    from rich.console import Console

    return Console(markup=False, highlight=False, emoji=False, soft_wrap=False)


def unified_diff(path: Path, before: bytes, after: bytes) -> str:
    """The change as a diff, with line ends and control characters made visible.

    Time is linear: a change is few pieces.
    """
    import difflib

    old, new = (data.decode("utf-8").split("\n") for data in (before, after))
    shorter = min(len(old), len(new))
    same = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    left = shorter - same
    tail = next((at for at in range(left) if old[-1 - at] != new[-1 - at]), left)
    # difflib compares every line with every other, so it gets the changed piece with its context.
    first, spare = max(same - 9, 0), max(tail - 9, 0)
    was, now = old[first : len(old) - spare], new[first : len(new) - spare]
    lines = list(difflib.unified_diff(was, now, f"{path}", f"{path} (new)", "", "", 3, ""))

    def moved(number: re.Match[str]) -> str:
        return f"{number[0][0]}{int(number[0][1:]) + first}"

    shown = [
        re.sub(r"[-+]\d+(?=[, ])", moved, line) if first and line.startswith("@@ ") else line
        for line in lines
    ]
    return "".join(visible(line.removesuffix("\r")) + "\n" for line in shown)
