"""The command line. A command's module is imported when it runs, so that none pays for another."""

from __future__ import annotations

import importlib
import re
import sys
from typing import Any, Final, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from factsheet.exceptions import FactsheetError


class _Entry(NamedTuple):
    function: str
    summary: str


COMMANDS: Final[dict[str, _Entry]] = {
    "list": _Entry("list_items", "Show where every commitment stands, as of any date."),
    "show": _Entry("show", "Show one commitment whole: term, measure, history, sources."),
    "agenda": _Entry("agenda", "Show what to look at now: overdue, due soon, disputed, stale."),
    "update": _Entry("update", "Record an event: a status, a total, a milestone, a note."),
    "retract": _Entry("retract", "Withdraw a record by adding a record that says why."),
    "add": _Entry("add", "Add a commitment to the dataset."),
    "edit": _Entry("edit", "Open a commitment in your editor and check the file afterwards."),
    "log": _Entry("log", "List events, newest first; corrections with --corrections."),
    "sources": _Entry("sources", "List the cited pages, each once; check and archive them."),
    "validate": _Entry("validate", "Check dataset files and name every finding by line."),
    "report": _Entry("report", "Write a progress report: md, html, pdf, json, csv, xlsx, ics."),
    "translate": _Entry("translate", "List the texts that lack a translation, to be filled in."),
    "chart": _Entry("chart", "Draw the chart of one commitment, to quote: svg or png."),
    "site": _Entry("site", "Write the public tracker: a page for every promise, with its data."),
    "init": _Entry("init", "Start a dataset: a copy of the shipped one, or an empty one."),
    "schema": _Entry("schema", "Print the JSON Schema of the dataset file, for editors."),
    "merge": _Entry("merge", "Merge three versions of a dataset: the git merge driver."),
}
"""Every command by its name, which is that of its module."""


def _skip_absent(parameter: Any) -> None:
    """Give an option that nobody used its None or () at once.

    Typer would build a pydantic adapter first, for each of a dozen.
    """
    full = getattr(parameter, "process_value", None)
    if full is None:
        return  # a Typer that goes about it otherwise is only slower

    def process(ctx: typer.Context, value: Any) -> Any:
        if value is not None or parameter.required:
            return full(ctx, value)
        nothing = () if parameter.multiple or parameter.nargs == -1 else None
        return parameter.callback(ctx, parameter, nothing) if parameter.callback else nothing

    parameter.process_value = process


def _unwrapped(text: str) -> str:
    """Paragraphs without the line breaks of the source, which Typer would keep."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


class LazyGroup(TyperGroup):
    """Commands by name: help and completion see summaries, and only what runs is imported."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        self._listing = False
        for name, entry in COMMANDS.items():
            self.commands[name] = TyperCommand(
                name=name,
                help=entry.summary,
                short_help=entry.summary,
                rich_markup_mode=self.rich_markup_mode,
            )

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        # Only now are all parameters there: Typer adds those of completion and help after the group
        # is made.
        for parameter in self.get_params(ctx):
            _skip_absent(parameter)
        try:
            return super().parse_args(ctx, args)
        except OSError as error:
            # Typer writes the completion script, and the shell's start file, in the user's home.
            from factsheet.cli.output import complain

            complain(
                f"cannot write {error.filename or 'the completion script'}: {error.strerror}; "
                "`factsheet --show-completion` prints the script, to put where your shell reads it"
            )
            raise typer.Exit(4) from None

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]
        if self._listing or cmd_name not in COMMANDS:
            return self.commands.get(cmd_name)
        entry = COMMANDS[cmd_name]
        module = importlib.import_module(f"factsheet.cli.{cmd_name}")
        single = typer.Typer(add_completion=False, rich_markup_mode=self.rich_markup_mode)
        function = getattr(module, entry.function)
        single.command(name=cmd_name, help=_unwrapped(function.__doc__))(function)
        command = typer.main.get_command(single)
        # A paragraph is as wide as the terminal, not as the source.
        command.help = re.sub(r"(?<!\n)\n(?!\n)", " ", command.help or "")
        for parameter in command.params:
            _skip_absent(parameter)
        return command

    def format_help(self, *args: Any) -> None:
        self._listing = True
        super().format_help(*args)

    def shell_complete(self, *args: Any) -> Any:
        self._listing = True
        return super().shell_complete(*args)

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        try:
            return super().invoke(ctx)
        except FactsheetError as error:
            from factsheet.cli.output import complain

            complain(str(error))
            raise typer.Exit(error.exit_code) from None


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=(
        "Commands on data take -f FILE. Without it: $FACTSHEET_FILE, data/commitments.toml here or "
        "above, the shipped copy."
    ),
)


def _version(wanted: bool) -> None:
    if wanted:
        from factsheet import __version__

        if sys.stdout is not None:
            sys.stdout.write(f"factsheet {__version__}\n")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and leave."
    ),
) -> None:
    """Track whether governments keep the commitments of a joint fact sheet."""
