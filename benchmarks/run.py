"""Time factsheet against tools that people know: whole processes, in pairs, on data of one size.

    python benchmarks/run.py                       # everything that is installed, 9 pairs each
    python benchmarks/run.py --runs 21 --only list

Run it with the Python that factsheet is installed in. hledger, ledger and bean-check are used where
the PATH has them (or --bean-check names the latter). Nothing is measured inside a process: CPU
seconds (user and system) and peak memory are the operating system's account of the finished child.
A and B run in turn, A B A B, and the ratio is the median of the ratios of the pairs, so that a
machine that slows down half way, or is busy with something else, slows both.
"""

from __future__ import annotations

import argparse
import os
import pty
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
SHIPPED = HERE.parent / "data" / "commitments.toml"
HELLO = """\
import typer

app = typer.Typer()


@app.command()
def hello(name: str = "world"):
    print(f"hello {name}")


@app.command()
def goodbye(name: str = "world"):
    print(f"goodbye {name}")


app(prog_name="hello")
"""
HEAD = """\
schema = 1

[agreement]
id = "benchmark"
title = "A pact with many terms"
agreed = 2020-01-01
parties = { A = "Aland", B = "Bland" }
"""


@dataclass(frozen=True)
class Event:
    """One made-up record: the same in every format."""

    number: int

    @property
    def item(self) -> int:
        return self.number // 20

    @property
    def date(self) -> str:
        step = self.number % 20
        return f"2024-{step % 12 + 1:02d}-{step + 1:02d}"

    @property
    def value(self) -> str:
        return str((self.number % 20 + 1) * 1_000_000_000)

    @property
    def source(self) -> str:
        return f"https://example.org/{self.number}"


def dataset(count: int) -> Iterator[str]:
    yield HEAD
    for event in map(Event, range(count)):
        if event.number % 20 == 0:
            yield (
                f'\n[[commitments]]\nid = "item-{event.item:05d}"\n'
                f'title = "Buy thing number {event.item} of several kinds"\n'
                'pillar = "security"\nowed_by = ["A"]\n'
                'summary = "A summary of the thing."\ndue = 2030-12-31\n'
                'measure = { kind = "amount", unit = "USD", '
                'counts = "contracts", target = 25_000_000_000 }\n'
            )
        yield (
            f'\n[[commitments.updates]]\nid = "{event.number:08x}"\n'
            f"date = {event.date}\nrecorded = {event.date}T09:30:00Z\n"
            f'status = "in-progress"\nvalue = {event.value}\n'
            f'note = "Something happened number {event.number}."\n'
            "sources = [\n"
            f'    {{ url = "{event.source}", publisher = "Example", published = {event.date}, '
            'kind = "primary" },\n]\n'
        )


def by_hand(count: int) -> Iterator[str]:
    """The same data as people write them: sources inline, digits grouped, remarks between."""
    for part in dataset(count):
        yield (
            part.replace("sources = [\n    {", "sources = [{")
            .replace(" },\n]\n", " }]\n")
            .replace("000000000\n", "_000_000_000\n")
            .replace("\n[[commitments.updates]]", "\n# what came next\n[[commitments.updates]]")
        )


def ledger_journal(count: int) -> Iterator[str]:
    for event in map(Event, range(count)):
        yield (
            f"{event.date} * Something happened number {event.number}.\n"
            f"    ; id: {event.number:08x}\n    ; status: in-progress\n"
            f"    ; source: {event.source}\n    ; publisher: Example\n"
            f"    Assets:Item{event.item:05d}  {event.value} USD\n"
            "    Equity:World\n\n"
        )


def beancount_journal(count: int) -> Iterator[str]:
    yield "2020-01-01 open Equity:World\n"
    for item in range((count + 19) // 20):
        yield f"2020-01-01 open Assets:Item{item:05d}\n"
    for event in map(Event, range(count)):
        yield (
            f'{event.date} * "Something happened number {event.number}."\n'
            f'  id: "{event.number:08x}"\n  status: "in-progress"\n'
            f'  source: "{event.source}"\n  publisher: "Example"\n'
            f"  Assets:Item{event.item:05d}  {event.value} USD\n"
            "  Equity:World\n\n"
        )


@dataclass(frozen=True)
class Command:
    """A program to run; ``terminal`` gives it a screen of 120 columns in place of a pipe."""

    name: str
    words: tuple[str, ...]
    terminal: bool = False
    environment: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Sample:
    cpu: float
    peak: float


def run(command: Command, environment: dict[str, str]) -> Sample:
    """One whole process: its CPU seconds and its peak memory in MiB."""
    env = environment | dict(command.environment)
    if command.terminal:
        ours, theirs = pty.openpty()
        reader = threading.Thread(target=_drain, args=(ours,))
        reader.start()
        child = subprocess.Popen(
            command.words, env=env, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL
        )
        os.close(theirs)
    else:
        child = subprocess.Popen(
            command.words,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if command.terminal:
        reader.join()
        os.close(ours)
    if child.returncode:
        raise SystemExit(f"{' '.join(command.words)} failed with exit code {child.returncode}")
    return Sample(
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024),
    )


def _drain(descriptor: int) -> None:
    try:
        while os.read(descriptor, 65536):
            pass
    except OSError:
        pass  # the other end is closed: the program has ended


@dataclass(frozen=True)
class Row:
    ours: Command
    theirs: Command
    aim: str

    def line(self, runs: int, environment: dict[str, str]) -> str:
        pairs = [
            (run(self.ours, environment), run(self.theirs, environment)) for _ in range(runs + 1)
        ][1:]
        cpu = [
            statistics.median(sample.cpu for sample in side) for side in zip(*pairs, strict=True)
        ]
        peak = [
            statistics.median(sample.peak for sample in side) for side in zip(*pairs, strict=True)
        ]
        ratio = statistics.median(ours.cpu / theirs.cpu for ours, theirs in pairs)
        return (
            f"| {self.ours.name} | {self.theirs.name} | "
            f"{cpu[0]:.3f} s | {cpu[1]:.3f} s | {ratio:.2f} | {self.aim} "
            f"| {peak[0]:.0f} MiB | {peak[1]:.0f} MiB |"
        )


def rows(
    folder: Path, program: str, bean_check: str | None, small: int, large: int
) -> Iterator[Row]:
    """Every comparison that can be made here; what is missing is named on stderr."""
    hello = (sys.executable, str(_written(folder / "hello.py", [HELLO])))
    greet = Command("hello-world Typer app", (*hello, "hello"))
    shipped = Command("`list`, shipped data", (program, "list", "-f", str(SHIPPED)))
    yield Row(shipped, greet, "<= 1.05")
    yield Row(
        Command("the same in a terminal", shipped.words, terminal=True),
        Command("hello, in a terminal", greet.words, terminal=True),
        "<= 1.25",
    )
    yield Row(
        Command("`--help`", (program, "--help")),
        Command("hello `--help`", (*hello, "--help")),
        "<= 1",
    )
    helloing = (
        ("_HELLO_COMPLETE", "complete_bash"),
        ("COMP_WORDS", "hello he"),
        ("COMP_CWORD", "1"),
    )
    for what, line, word in (
        ("a command", "factsheet li", "1"),
        ("an item, from the data", "factsheet show arms", "2"),
    ):
        typed = (
            ("_FACTSHEET_COMPLETE", "complete_bash"),
            ("COMP_WORDS", line),
            ("COMP_CWORD", word),
            ("FACTSHEET_FILE", str(SHIPPED)),
        )
        yield Row(
            Command(f"completing {what}", (program,), False, typed),
            Command("hello, completing", hello, False, helloing),
            "<= 1",
        )
    data = {size: _written(folder / f"{size}.toml", dataset(size)) for size in (small, large)}
    hands = {size: _written(folder / f"{size}-hand.toml", by_hand(size)) for size in data}

    def listing(size: int, path: Path, how: str = "") -> Command:
        return Command(f"`list`, {size:,}{how}", (program, "list", "-f", str(path)))

    lists = {size: listing(size, path) for size, path in data.items()}
    both = {size: (lists[size], listing(size, path, " by hand")) for size, path in hands.items()}
    if bean_check:
        journal = _written(folder / "small.beancount", beancount_journal(small))
        other = Command("bean-check", (bean_check, "--no-cache", str(journal)))
        yield from (Row(ours, other, "<= 0.35") for ours in both[small])
    if hledger := _found("hledger"):
        journal = _written(folder / "small.journal", ledger_journal(small))
        other = Command("hledger bal", (hledger, "-f", str(journal), "bal"))
        yield from (Row(ours, other, "<= 0.7") for ours in both[small])
    if ledger := _found("ledger"):
        journal = _written(folder / "large.journal", ledger_journal(large))
        other = Command("ledger bal", (ledger, "-f", str(journal), "bal"))
        yield from (Row(ours, other, "<= 0.8") for ours in both[large])
    for what, path, ours in (
        ("shipped data", SHIPPED, shipped),
        *((f"{size:,}", path, lists[size]) for size, path in data.items()),
    ):
        check = Command(f"`validate`, {what}", (program, "validate", str(path)))
        yield Row(check, ours, "<= 1.3")
    yield Row(lists[large], lists[small], f"<= {1.1 * large / small:.3g}")
    for size in (small, large):
        record = (program, "update", "item-00003", "--value", "30m", "--date", "2024-12-31", "-f")
        copy = _written(folder / f"{size}-written.toml", dataset(size))
        yield Row(Command(f"`update`, {size:,}", (*record, str(copy))), lists[size], "<= 1.5")
    report = (
        program,
        "report",
        "--format",
        "html",
        "-f",
        str(data[small]),
        "-o",
        str(folder / "report.html"),
    )
    yield Row(Command(f"`report --format html`, {small:,}", report), lists[small], "<= 2.5")


def _found(name: str) -> str | None:
    path = shutil.which(name)
    if not path:
        sys.stderr.write(f"{name} is not installed: left out\n")
    return path


def _written(path: Path, parts: Iterator[str] | list[str]) -> Path:
    path.write_text("".join(parts), encoding="utf-8")
    return path


def main() -> None:
    beside = Path(sys.executable).with_name("factsheet")
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=9, help="pairs per row (default: 9)")
    parser.add_argument("--small", type=int, default=10_000, help="updates in the smaller dataset")
    parser.add_argument("--large", type=int, default=100_000, help="updates in the larger dataset")
    parser.add_argument("--only", default="", help="only rows whose first column holds this")
    parser.add_argument(
        "--factsheet", default=str(beside) if beside.exists() else shutil.which("factsheet")
    )
    parser.add_argument("--bean-check", default=shutil.which("bean-check"))
    asked = parser.parse_args()
    if not asked.factsheet:
        parser.error("factsheet is not installed beside this Python; name it with --factsheet")
    if not asked.bean_check:
        sys.stderr.write("bean-check is not installed: left out\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Compiled modules go to a place of their own and are there after the uncounted first pair,
        # however this was installed.
        unwanted = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "FACTSHEET_FILE", "NO_COLOR")
        environment = {key: value for key, value in os.environ.items() if key not in unwanted}
        environment |= {
            "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
            "COLUMNS": "120",
            "TERM": "xterm-256color",
        }
        print("| A | B | A | B | A / B | aim | peak A | peak B |")
        print("|---|---|--:|--:|--:|--:|--:|--:|")
        for row in rows(folder, asked.factsheet, asked.bean_check, asked.small, asked.large):
            if asked.only in row.ours.name:
                print(row.line(asked.runs, environment), flush=True)


if __name__ == "__main__":
    main()
