"""What each command loads, and which module may import which: start-up time and layering, told without a clock."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "factsheet"
RUN = """
import sys
from factsheet.__main__ import main
try:
    main()
finally:
    print("loaded:", *sys.modules, file=sys.stderr)
"""
WRITERS = {
    "filelock",
    "tomli_w",
    "factsheet.changes",
    "factsheet.record",
    "factsheet.cli.writing",
    "factsheet.cli.editing",
}
REPORTS = {"jinja2", "markupsafe", "openpyxl", "icalendar", "xml", "factsheet.cli.reporting"}
SCREEN = {"rich.console", "rich.table", "rich.text"}
COMMANDS = {f"factsheet.cli.{path.stem}" for path in (PACKAGE / "cli").glob("*.py")} - {
    "factsheet.cli.__init__"
}


def loaded(tmp_path: Path, *args: str, **environment: str) -> set[str]:
    """The modules in memory when the program has run in a pipe, in a folder where it finds the shipped dataset."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in ("FACTSHEET_FILE", "_TYPER_FORCE_DISABLE_TERMINAL")
    }
    env = (
        clean
        | {
            "PYTHONPATH": str(ROOT),
            "FACTSHEET_NOW": "2026-11-24T09:30:00Z",
            "PYTHONIOENCODING": "utf-8",
        }
        | environment
    )
    done = subprocess.run(
        [sys.executable, "-c", RUN, *args],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=tmp_path,
        env=env,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.rpartition("loaded: ")[2].split())


def heavy(modules: set[str], *forbidden: set[str]) -> set[str]:
    names = set().union(*forbidden)
    return {
        module
        for module in modules
        if any(module == name or module.startswith(f"{name}.") for name in names)
    }


@pytest.mark.parametrize("format", ["table", "json", "csv", "md"])
def test_list_in_a_pipe_loads_nothing_it_does_not_use(tmp_path: Path, format: str) -> None:
    modules = loaded(tmp_path, "list", "--format", format)
    assert "factsheet.progress" in modules
    assert not heavy(
        modules, WRITERS, REPORTS, SCREEN, {"factsheet.textmap"} if format != "json" else set()
    )


def test_show_and_log_in_a_pipe_load_no_screen(tmp_path: Path) -> None:
    assert not heavy(loaded(tmp_path, "log"), WRITERS, REPORTS, SCREEN)
    assert not heavy(loaded(tmp_path, "show", "arms"), WRITERS, REPORTS, SCREEN)


@pytest.mark.parametrize("args", [["--help"], ["--version"]])
def test_help_and_version_import_no_command(tmp_path: Path, args: list[str]) -> None:
    modules = loaded(tmp_path, *args)
    assert "factsheet.cli" in modules
    assert not heavy(
        modules,
        COMMANDS,
        WRITERS,
        REPORTS,
        {"pydantic", "tomli", "factsheet.model", "factsheet.load", "factsheet.store"},
    )


def test_completing_a_command_name_imports_no_command(tmp_path: Path) -> None:
    request = {
        "_FACTSHEET_COMPLETE": "complete_bash",
        "COMP_WORDS": "factsheet li",
        "COMP_CWORD": "1",
    }
    assert not heavy(
        loaded(tmp_path, **request),
        COMMANDS,
        WRITERS,
        REPORTS,
        SCREEN,
        {"pydantic", "factsheet.model"},
    )


def test_completing_an_item_loads_what_reading_needs(tmp_path: Path) -> None:
    request = {
        "_FACTSHEET_COMPLETE": "complete_bash",
        "COMP_WORDS": "factsheet show ar",
        "COMP_CWORD": "2",
    }
    assert not heavy(loaded(tmp_path, **request), WRITERS, REPORTS, SCREEN)


def test_init_and_schema_do_not_pay_for_reports(tmp_path: Path) -> None:
    assert not heavy(loaded(tmp_path, "schema"), WRITERS - {"filelock"}, REPORTS, SCREEN)


def imports(path: Path, *, everywhere: bool) -> Iterator[str]:
    """Modules that a file imports: at its top level (what merely importing it costs), or everywhere but for type checking."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif everywhere or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting.extend(ast.iter_child_nodes(node))


def files(*names: str) -> list[Path]:
    return [path for name in names for path in sorted(PACKAGE.glob(name))]


@pytest.mark.parametrize(
    "path",
    files("model.py", "measures.py", "standings.py", "progress.py"),
    ids=lambda path: path.stem,
)
def test_the_core_knows_no_screen_no_disk_and_no_clock(path: Path) -> None:
    standard = {
        "__future__",
        "collections",
        "dataclasses",
        "datetime",
        "decimal",
        "functools",
        "itertools",
        "operator",
        "typing",
    }
    allowed = standard | {"pydantic", "factsheet"}
    assert {name.partition(".")[0] for name in imports(path, everywhere=True)} <= allowed
    called = [
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
    ]
    assert not [
        name
        for name in called
        if name.endswith((".now", ".today", ".utcnow")) or name in ("open", "print", "input")
    ]


LAYERS = (
    ("errors", "model", "amounts", "fastread", "record"),
    ("measures", "findings"),
    ("parts",),
    ("standings", "textmap"),
    ("progress",),
    ("checks",),
    ("load",),
    ("changes", "merging", "store"),
    ("render",),
    ("cli",),
    ("__main__",),
)
"""From the bottom up; a module imports from its own layer or a lower one."""


def layer(module: str) -> int:
    return next((index for index, names in enumerate(LAYERS) if module in names), -1)


@pytest.mark.parametrize(
    "path", files("*.py", "*/*.py"), ids=lambda path: path.relative_to(PACKAGE).as_posix()
)
def test_imports_run_one_way(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if own == "__init__":
        assert not [name for name in imports(path, everywhere=True) if name.startswith("factsheet")]
        return
    assert layer(own) >= 0, f"{own} has no layer yet: add it to LAYERS where it belongs"
    for name in imports(path, everywhere=True):
        if name.startswith("factsheet."):
            other = name.split(".")[1]
            assert other == "__version__" or 0 <= layer(other) <= layer(own), (
                f"{path.name} imports {name}"
            )


def test_what_every_command_imports_stays_light() -> None:
    forbidden = {
        "rich",
        "jinja2",
        "filelock",
        "tomli_w",
        "xml",
        "json",
        "subprocess",
        "tempfile",
        "pydantic",
        "tomli",
    }
    for path in files("cli/__init__.py", "cli/common.py", "cli/completing.py", "__main__.py"):
        assert (
            not {name.partition(".")[0] for name in imports(path, everywhere=False)} & forbidden
        ), path
