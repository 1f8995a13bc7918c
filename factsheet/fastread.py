"""A fast lane for the records that the tool itself wrote; everything else, and every doubt, goes to tomli.

Why: nearly all of a big dataset is update records, and parsing them was most of the time of every command. For 100,000 records
tomli takes 2.0 s, this module 0.55 s. It changes nothing else: ``loads`` gives what tomli gives, or tomli's error.

How: ``record.table_text`` writes a record in one form. One regular expression recognises runs of such records, each run leaves a
single stand-in table behind, tomli parses what is left, and the records take the places of their stand-ins.

Why it is safe: a record is recognised only after a newline, and unless there are triple quotes between the records no newline
lies inside a string. So its lines are statements, or they lie inside brackets, where a header is an error with them and without.
The pattern admits only values with one meaning: text without escapes or control characters, plain numbers, ISO dates. What
follows a record and still belongs to it ends up in the stand-in; and unless every stand-in is found once, in order, holding
nothing but its own number, tomli gets the whole text. So do texts that fail in any way: errors are always tomli's own.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import cache
from typing import Any

import tomli

WORTHWHILE = 200_000
"""Characters. A shorter text is parsed by tomli in the time that compiling the pattern would take."""
_HEADER = "\n[[commitments.updates]]\n"
_STAND_IN = "fast-lane-run"


def _pattern_of_source(group: str) -> str:
    """One line of ``sources = [``; ``group`` opens a group: ``(`` to capture the values, ``(?:`` to pass over them."""
    text, day = rf'"{group}[^"\\\x00-\x1f\x7f]*+)"', rf"{group}[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})"
    return (
        rf"    \{{ url = {text}(?:, title = {text})?+(?:, publisher = {text})?+"
        rf"(?:, published = {day})?+(?:, kind = {text})?+ \}},\n"
    )


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A record with the blank line before it and the one after it not consumed, and one line of its sources.

    Possessive throughout: a line fits or it does not, nothing is tried twice, and the time is linear in the text.
    """
    plain = r'[^"\\\x00-\x1f\x7f]'
    text, day = rf'"({plain}*+)"', r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    moment = r"([0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{6})?+Z)"
    number = r"(-?+(?:0|[1-9][0-9]{0,17}+)(?:\.[0-9]{1,18}+)?+)"
    record = (
        rf"{re.escape(_HEADER)}id = {text}\ndate = {day}\n(?:through = {day}\n)?+recorded = {moment}\n"
        rf"(?:status = {text}\n)?+(?:value = {number}\n)?+"
        rf'(?:reached = \["((?:{plain}++|", ")++)"\]\n)?+(?:note = {text}\n)?+'
        r"(?:disputed = (true)\n)?+(?:pre_agreement = (true)\n)?+"
        rf"(?:sources = \[\n{_pattern_of_source('(')}((?:{_pattern_of_source('(?:')})*+)\]\n)?+"
        rf"(?:retracts = {text}\n)?+(?=\n|\Z)"
    )
    return re.compile(record), re.compile(_pattern_of_source("("))


def loads(text: str) -> dict[str, Any]:
    """The TOML of a text, floats as ``Decimal``: exactly what tomli gives, and exactly tomli's errors."""
    if len(text) < WORTHWHILE:
        return tomli.loads(text, parse_float=Decimal)
    try:
        plain = text.replace("\r\n", "\n") if "\r" in text else text
        # What is left of a \r\r\n would look like a line end to the next reader, and is none.
        data = None if "\r" in plain else _by_fast_lane(plain)
    except (ValueError, RecursionError):
        data = None
    return tomli.loads(text, parse_float=Decimal) if data is None else data


def _by_fast_lane(text: str) -> dict[str, Any] | None:
    """The data, or None where the text gives any reason for doubt. Raises ``ValueError`` for a date that does not exist."""
    runs: list[list[dict[str, Any]]] = []
    rest: list[str] = []
    end = -1
    day = cache(dt.date.fromisoformat)
    for match in _patterns()[0].finditer(text):
        if match.start() == end:
            # Nothing at all between two records: they belong to the same commitment.
            runs[-1].append(_record(match, day))
        else:
            rest += text[max(end, 0) : match.start()], f"{_HEADER}{_STAND_IN} = {len(runs)}\n"
            runs.append([_record(match, day)])
        end = match.end()
    rest.append(text[max(end, 0) :])
    short = "".join(rest)
    if '"""' in short or "'''" in short:
        return None
    data = tomli.loads(short, parse_float=Decimal)
    return data if _settle(data, runs) else None


def _settle(data: dict[str, Any], runs: list[list[dict[str, Any]]]) -> bool:
    """Put every run in the place of its stand-in; whether each was found once, in order, and alone in its table."""
    met = 0
    for updates in _update_arrays(data):
        settled: list[Any] = []
        for table in updates:
            if not isinstance(table, dict) or _STAND_IN not in table:
                settled.append(table)
            elif met < len(runs) and table == {_STAND_IN: met}:
                settled += runs[met]
                met += 1
            else:
                return False
        updates[:] = settled
    return met == len(runs)


def _update_arrays(data: dict[str, Any]) -> Iterator[list[Any]]:
    commitments = data.get("commitments")
    for commitment in commitments if isinstance(commitments, list) else ():
        updates = commitment.get("updates") if isinstance(commitment, dict) else None
        if isinstance(updates, list):
            yield updates


def _record(match: re.Match[str], day: Callable[[str], dt.date]) -> dict[str, Any]:
    # Spelled out key by key: a loop over names and values takes half as long again.
    key, date, through, recorded, status, value, reached, note, disputed, early, *source, more, retracts = match.groups()
    record: dict[str, Any] = {"id": key, "date": day(date)}
    if through:
        record["through"] = day(through)
    record["recorded"] = dt.datetime.fromisoformat(recorded)
    if status is not None:
        record["status"] = status
    if value:
        record["value"] = Decimal(value) if "." in value else int(value)
    if reached:
        record["reached"] = reached.split('", "')
    if note is not None:
        record["note"] = note
    if disputed:
        record["disputed"] = True
    if early:
        record["pre_agreement"] = True
    if source[0] is not None:
        record["sources"] = [_source(source, day)]
        if more:
            record["sources"] += [_source(each.groups(), day) for each in _patterns()[1].finditer(more)]
    if retracts is not None:
        record["retracts"] = retracts
    return record


def _source(groups: Iterable[str | None], day: Callable[[str], dt.date]) -> dict[str, Any]:
    url, title, publisher, published, kind = groups
    source: dict[str, Any] = {"url": url}
    if title is not None:
        source["title"] = title
    if publisher is not None:
        source["publisher"] = publisher
    if published:
        source["published"] = day(published)
    if kind is not None:
        source["kind"] = kind
    return source
