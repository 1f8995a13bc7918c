"""Text that nobody's terminal, feed reader or editor obeys."""

from __future__ import annotations

import re

HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Characters that no reader sees and some terminals obey: controls (tab and newline apart),
direction marks, fillers, tags. Joiners and the variation selectors of emoji stay: scripts need
them."""
_SPACES = re.compile(r"[ \t\r\n\f\v\x85\u2028\u2029]+")


def _escape(match: re.Match[str]) -> str:
    return ascii(match[0])[1:-1]


def visible(text: str) -> str:
    """The text with every hidden character written out as an escape; newlines and tabs stay."""
    return HIDDEN.sub(_escape, text)


def one_line(text: str) -> str:
    """``visible`` text on one line."""
    return HIDDEN.sub(_escape, _SPACES.sub(" ", text)).strip()
