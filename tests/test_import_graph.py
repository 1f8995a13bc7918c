"""What each command loads, and which module may import which: start-up time and layering, told
without a clock."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from factsheet.cli import COMMANDS as NAMES

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
COMMANDS = {f"factsheet.cli.{name}" for name in NAMES}
WRITERS = {
    "filelock",
    "tomli_w",
    "factsheet.source.insert",
    "factsheet.source.merge",
    "factsheet.cli.recording",
    *(f"factsheet.cli.{name}" for name in ("add", "edit", "init", "merge", "retract", "update")),
}
REPORTS = {"jinja2", "markupsafe", "xlsxwriter", "icalendar", "typst", "xml"}
REPORTS |= {"factsheet.cli.report"}
NETWORK = {"ssl", "http.client", "urllib.request", "factsheet.web"}
SCREEN = {"rich.console", "rich.table", "rich.text"}
ARITHMETIC = {"factsheet.assess", "factsheet.lint.doubts"}
WORDS = {"factsheet.report", "factsheet.formats"}


def loaded(tmp_path: Path, *args: str, **environment: str) -> set[str]:
    """The modules in memory when the program has run in a pipe, in a folder where it finds the
    shipped dataset.
    """
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
    assert "factsheet.assess.snapshot" in modules
    assert not heavy(modules, WRITERS, REPORTS, SCREEN, NETWORK, {"factsheet.source.explain"})
    # Only the findings in JSON need to know where things stand in the text.
    assert ("factsheet.source.spans" in modules) == (format == "json")
    others = {f"factsheet.formats.{name}" for name in ("html", "svg", "page", "findings")}
    assert not heavy(modules, others)


def test_show_and_log_in_a_pipe_load_no_screen(tmp_path: Path) -> None:
    doubts = {"factsheet.lint.doubts", "factsheet.source.spans"}
    assert not heavy(loaded(tmp_path, "log"), WRITERS, REPORTS, SCREEN, NETWORK, doubts)
    assert not heavy(loaded(tmp_path, "show", "arms"), WRITERS, REPORTS, SCREEN, NETWORK)


def test_listing_sources_in_a_pipe_opens_no_door_and_no_screen(tmp_path: Path) -> None:
    modules = loaded(tmp_path, "sources")
    assert "factsheet.source_list" in modules
    assert not heavy(modules, WRITERS, REPORTS, SCREEN, NETWORK, {"asyncio", "httpx"})


def test_a_format_loads_no_other(tmp_path: Path) -> None:
    markdown, csv = (loaded(tmp_path, "report", "--format", name) for name in ("md", "csv"))
    for modules in (markdown, csv):
        assert not heavy(modules, WRITERS, REPORTS - {"factsheet.cli.report"}, SCREEN, NETWORK)
    assert "factsheet.formats.csv" not in markdown
    assert "factsheet.formats.markdown" not in csv
    page = loaded(tmp_path, "report", "--format", "html")
    assert not heavy(page, WRITERS, {"xlsxwriter", "icalendar", "xml"}, NETWORK)


def test_checking_loads_no_words_of_reports(tmp_path: Path) -> None:
    modules = loaded(tmp_path, "validate")
    assert not heavy(modules, WRITERS, REPORTS, SCREEN, NETWORK, {"factsheet.report"})


@pytest.mark.parametrize("args", [["--help"], ["--version"]])
def test_help_and_version_import_no_command(tmp_path: Path, args: list[str]) -> None:
    modules = loaded(tmp_path, *args)
    assert "factsheet.cli" in modules
    assert not heavy(
        modules,
        COMMANDS,
        WRITERS,
        REPORTS,
        ARITHMETIC,
        WORDS,
        {"pydantic", "tomli", "factsheet.model", "factsheet.source", "factsheet.store"},
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
        ARITHMETIC,
        WORDS,
        {"pydantic", "factsheet.model"},
    )


def test_completing_an_item_loads_what_reading_needs(tmp_path: Path) -> None:
    request = {
        "_FACTSHEET_COMPLETE": "complete_bash",
        "COMP_WORDS": "factsheet show ar",
        "COMP_CWORD": "2",
    }
    modules = loaded(tmp_path, **request)
    assert "factsheet.source.parse" in modules
    assert not heavy(modules, WRITERS, REPORTS, SCREEN, NETWORK, {"factsheet.lint.doubts"})


def test_init_and_schema_do_not_pay_for_reports(tmp_path: Path) -> None:
    modules = loaded(tmp_path, "schema")
    assert not heavy(modules, WRITERS - {"filelock"}, REPORTS, SCREEN, NETWORK, ARITHMETIC)


def imports(path: Path, *, everywhere: bool) -> Iterator[str]:
    """Modules that a file imports: at its top level (what merely importing it costs), or everywhere
    but for type checking.
    """
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
    files("vocabulary.py", "measures.py", "model.py", "assess/*.py"),
    ids=lambda path: path.relative_to(PACKAGE).as_posix(),
)
def test_the_core_knows_no_screen_no_disk_and_no_clock(path: Path) -> None:
    standard = {
        "__future__",
        "bisect",
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
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    ]
    assert not [
        name
        for name in called
        if name.endswith((".now", ".today", ".utcnow")) or name in ("open", "print", "input")
    ]


LAYERS = (
    ("exceptions", "extras", "inert", "vocabulary"),
    ("amounts", "measures", "source_list"),
    ("model",),
    ("lint.codes",),
    ("assess",),
    ("lint",),
    ("source",),
    ("store",),
    ("writing", "revision", "web"),
    ("folder",),
    ("report",),
    ("formats",),
    ("site",),
    ("cli",),
    ("__main__",),
)
"""From the bottom up; a module imports from its own layer or a lower one. A module of a room may
stand on a floor of its own."""


def layer(module: str) -> int:
    """The floor of a module, named below ``factsheet``; its room's where it has none of its own."""
    room, _, rest = module.partition(".")
    names = (f"{room}.{rest.partition('.')[0]}", room)
    floors = (
        index
        for name in names
        for index, floor in enumerate(LAYERS)
        for each in floor
        if each == name
    )
    return next(floors, -1)


@pytest.mark.parametrize(
    "path", files("*.py", "*/*.py"), ids=lambda path: path.relative_to(PACKAGE).as_posix()
)
def test_imports_run_one_way(path: Path) -> None:
    own = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
    found = {name for name in imports(path, everywhere=True) if name.startswith("factsheet.")}
    if own == "__init__":
        assert not found
        return
    assert layer(own) >= 0, f"{own} has no layer yet: add it to LAYERS where it belongs"
    for name in found - {"factsheet.__version__"}:
        other = name.removeprefix("factsheet.")
        assert 0 <= layer(other) <= layer(own), f"{path.name} imports {name}"


def test_what_a_file_says_is_read_without_the_arithmetic() -> None:
    """Loading judges by the rules of a dataset; doubts about a snapshot are another matter."""
    for path in files("source/*.py", "lint/rules.py", "lint/parts.py", "lint/codes.py"):
        found = {*imports(path, everywhere=True)}
        assert not heavy(found, ARITHMETIC), path


def test_formats_stand_beside_each_other() -> None:
    """No format is read to spell another, but for drawings and their letters, the columns of a
    table, the cells of a row, the spelling of JSON, and the words of the schema.
    """
    shared = {"__init__", "svg", "lettering", "table", "csv", "json", "schema"}
    for path in files("formats/*.py"):
        found = {
            name.split(".")[2]
            for name in imports(path, everywhere=True)
            if name.startswith("factsheet.formats.")
        }
        modules = {each.stem for each in files("formats/*.py")}
        assert (found & modules) <= shared - {path.stem}, path


def test_only_the_room_for_it_opens_a_connection() -> None:
    """And only commands that ask for it import that room."""
    for path in files("*.py", "*/*.py"):
        own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        found = {*imports(path, everywhere=True)}
        if own != "web":
            assert not heavy(found, {"ssl", "http", "urllib.request", "urllib3"}), path
        if own not in ("web", "cli"):
            assert not heavy(found, {"factsheet.web"}), path


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
    for path in files("cli/__init__.py", "cli/completion.py", "__main__.py"):
        assert (
            not {name.partition(".")[0] for name in imports(path, everywhere=False)} & forbidden
        ), path
