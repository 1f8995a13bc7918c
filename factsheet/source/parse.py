"""From text to plain data: tomli's answer to every text, and tomli's error."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import tomli


def parse(text: str) -> dict[str, Any]:
    """The TOML of a text, decimals exact; a byte-order mark is skipped.

    Raises ``tomli.TOMLDecodeError``, ``ValueError``, ``ArithmeticError`` or ``RecursionError``.
    """
    return tomli.loads(text.removeprefix("\ufeff"), parse_float=Decimal)
