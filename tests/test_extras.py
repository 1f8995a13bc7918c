"""The advice for what is not installed fits how the program was installed."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from factsheet import extras


class Installed:
    """An installed program, as its metadata tells where it came from."""

    def __init__(self, came_from: dict[str, Any] | None) -> None:
        self.came_from = came_from

    def read_text(self, name: str) -> str | None:
        assert name == "direct_url.json"
        return None if self.came_from is None else json.dumps(self.came_from)


GIT = {"url": "https://example.org/f.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}}


@pytest.mark.parametrize(
    ("came_from", "prefix", "advice"),
    [
        (None, "/home/a/.venv", "pip install 'factsheet[pdf]'"),
        ({"url": "file:///home/a%20b/f"}, "/v", "pip install '/home/a b/f[pdf]'"),
        (GIT, "/v", "pip install 'factsheet[pdf] @ git+https://example.org/f.git@abc'"),
        (None, "/home/a/pipx/venvs/f", "pipx install --force 'factsheet[pdf]'"),
        (None, "/home/a/uv/tools/f", "uv tool install --force 'factsheet[pdf]'"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="paths of other systems")
def test_an_extra_is_installed_from_where_the_program_came(
    monkeypatch: pytest.MonkeyPatch, came_from: dict[str, Any] | None, prefix: str, advice: str
) -> None:
    monkeypatch.setattr(extras, "distribution", lambda name: Installed(came_from))
    monkeypatch.setattr(sys, "prefix", prefix)
    assert extras.advice("pdf") == advice
