"""What a pseudo-terminal shows, with an end to the waiting: a plain read would block for ever."""

from __future__ import annotations

import os
import select
import signal
import time

SECONDS = 60.0


def deadline(seconds: float = SECONDS) -> float:
    """Until when a program on a terminal may take, on the clock of ``time.monotonic``."""
    return time.monotonic() + seconds


CTRL_C = "\x03"


def heard(descriptor: int, child: int, until: float, *, pressed: str = "") -> bytes:
    """What the terminal shows next; nothing once its other end is closed.

    Past ``until`` the child is killed and ``TimeoutError`` raised, whether it is silent or not.
    A Ctrl-C that was ``pressed`` is pressed again each second, as people do: Python loses one that
    arrives after a question is printed and before it waits for the answer.
    """
    while (left := until - time.monotonic()) > 0:
        wait = min(left, 1.0) if pressed == CTRL_C else left
        if select.select([descriptor], [], [], wait)[0]:
            break
        if pressed == CTRL_C:
            os.write(descriptor, CTRL_C.encode())
    else:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise TimeoutError("the program on the terminal did not end")
    try:
        return os.read(descriptor, 65536)
    except OSError:  # Linux says so when the other end is closed
        return b""
