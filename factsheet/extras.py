"""What only some users need: how to install an extra into the environment that runs this."""

from __future__ import annotations

import sys
from pathlib import Path


def advice(extra: str) -> str:
    """The command that adds an extra, for pip, pipx or uv, as this program was installed."""
    place = Path(sys.prefix)
    parts = {part.casefold() for part in place.parts}
    if "pipx" in parts and "venvs" in parts:
        return f"pipx install --force 'factsheet[{extra}]'"
    if "uv" in parts and "tools" in parts:
        return f"uv tool install --force 'factsheet[{extra}]'"
    return f"pip install 'factsheet[{extra}]'"
