"""The TOML text of one record, made with tomli-w: what ``update``, ``retract`` and ``add`` insert."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import tomli_w


class _Zulu(dt.datetime):
    """A UTC moment that tomli-w writes the way the file format shows it: ``2026-11-24T09:30:00Z``."""

    def __str__(self) -> str:
        return self.isoformat().removesuffix("+00:00") + "Z"


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else Decimal(f"{value:f}")
    if isinstance(value, dt.datetime):
        utc = value.astimezone(dt.UTC)
        return _Zulu.combine(utc.date(), utc.timetz())
    return value


def _inline(value: Any) -> str:
    """A value on one line: tomli-w would break a long inline table into header tables of their own."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_inline(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_inline(item) for item in value) + "]"
    return tomli_w.dumps({"x": _plain(value)}).removeprefix("x = ").rstrip("\n")


def _key_lines(key: str, value: Any) -> str:
    if isinstance(value, Mapping) or (isinstance(value, list | tuple) and not all(isinstance(item, Mapping) for item in value)):
        return f"{key} = {_inline(value)}\n"
    if isinstance(value, list | tuple):
        rows = "".join(f"    {_inline(item)},\n" for item in value)
        return f"{key} = [\n{rows}]\n"
    return tomli_w.dumps({key: _plain(value)})


def table_text(header: str, record: Mapping[str, Any]) -> str:
    """``[[header]]`` and its keys in the given order, one line each, tables inside it inline; ends with a newline."""
    return f"[[{header}]]\n" + "".join(_key_lines(key, value) for key, value in record.items())
