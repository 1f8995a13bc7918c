"""What only some users need: how to install an extra into the environment that runs this."""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path


def advice(extra: str) -> str:
    """The command that adds an extra, for pip, pipx or uv, from where this program came from."""
    wanted = _requirement(extra)
    parts = {part.casefold() for part in Path(sys.prefix).parts}
    if "pipx" in parts and "venvs" in parts:
        return f"pipx install --force '{wanted}'"
    if "uv" in parts and "tools" in parts:
        return f"uv tool install --force '{wanted}'"
    return f"pip install '{wanted}'"


def _requirement(extra: str) -> str:
    """The program with an extra, in the folder or repository that it was installed from."""
    try:
        came_from = json.loads(distribution("factsheet").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        came_from = {}
    address = str(came_from.get("url", ""))
    if address.startswith("file:"):
        from urllib.parse import unquote

        # file:///home/a and file:///C:/a: before a drive stands no slash.
        path = re.sub(r"^/(?=[A-Za-z]:)", "", unquote(address.removeprefix("file://")))
        return f"{path}[{extra}]"
    if version_control := came_from.get("vcs_info", {}).get("vcs"):
        commit = came_from["vcs_info"].get("commit_id", "")
        return f"factsheet[{extra}] @ {version_control}+{address}@{commit}"
    return f"factsheet[{extra}]"
