"""A site that came from strangers, in a clone or an archive: it is written into, and not obeyed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

DAY = "on/2026-11-24"


@pytest.fixture
def site(run: Any, small: Path, tmp_path: Path) -> Path:
    out = tmp_path / "out"
    assert run("site", out, "-f", small).exit_code == 0
    return out


def renewed(run: Any, small: Path, site: Path) -> Any:
    """A run that has something to write."""
    small.write_text(small.read_text("utf-8").replace("Buy $25", "Purchase $25"), "utf-8")
    return run("site", site, "-f", small)


def test_a_link_in_the_workroom_is_not_written_through(
    run: Any, small: Path, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    room = tmp_path / "out" / ".factsheet"
    room.mkdir(parents=True)
    (room / ".gitignore").symlink_to(victim)
    result = run("site", tmp_path / "out", "-f", small)
    assert result.exit_code == 4
    assert victim.read_text() == "precious"


@pytest.mark.parametrize("name", ["CNAME", ".git/HEAD", f"{DAY}/index.html"])
def test_nothing_is_taken_away_because_a_marker_says_so(
    run: Any, small: Path, site: Path, name: str
) -> None:
    victim = site / name
    victim.parent.mkdir(exist_ok=True)
    if not victim.exists():
        victim.write_text("mine")
    marker = site / "factsheet-site.json"
    said = json.loads(marker.read_text("utf-8"))
    said["files"][name] = "0" * 64
    marker.write_text(json.dumps(said), "utf-8")
    before = victim.read_bytes()
    assert renewed(run, small, site).exit_code == 0
    assert victim.read_bytes() == before


@pytest.mark.parametrize("name", ["../x", "/x", "a//b"])
def test_a_marker_that_leads_out_stops_the_run_before_the_first_file(
    run: Any, small: Path, site: Path, name: str
) -> None:
    marker = site / "factsheet-site.json"
    said = json.loads(marker.read_text("utf-8"))
    said["files"][name] = "0" * 64
    marker.write_text(json.dumps(said), "utf-8")
    before = (site / "index.html").read_bytes()
    assert renewed(run, small, site).exit_code == 4
    assert (site / "index.html").read_bytes() == before


@pytest.mark.parametrize(
    "change",
    [
        {"newest": "2026-01-02T00:00:00"},
        {"files": {"a\0b": "x"}},
        {"files": {"x\x1b[31m\nerror: forged\u202e": "0"}},
        {"files": 5},
    ],
)
def test_a_label_can_neither_stop_the_check_nor_forge_a_line(
    run: Any, small: Path, site: Path, change: dict[str, Any]
) -> None:
    label = site / DAY / "frozen.json"
    label.write_text(json.dumps({**json.loads(label.read_text("utf-8")), **change}), "utf-8")
    result = run("site", site, "--check", "-f", small)
    assert result.exit_code in (1, 2), result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "\x1b" not in result.output
    assert not [line for line in result.stdout.splitlines() if line.startswith("error: forged")]


@pytest.mark.parametrize("text", ["[" * 100_000, '{"commitment": []}', '"x"', "null"])
def test_data_that_are_none_are_told_and_stop_nothing(
    run: Any, small: Path, site: Path, text: str
) -> None:
    (site / DAY / "c" / "arms-purchases" / "data.json").write_text(text)
    result = run("site", site, "--check", "-f", small)
    assert result.exit_code == 1, result.output
    assert "was changed after it was frozen" in result.stdout
