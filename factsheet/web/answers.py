"""What an answer means for a source: one word, and the reason in words. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

from factsheet.source_list import Result

PERMANENT: Final = frozenset({301, 308})
GONE: Final = frozenset({404, 410})
_WALLS: Final = ("cf-mitigated", "x-amzn-waf-action", "x-datadome")
"""Headers by which the usual gatekeepers say that they, not the site, have answered."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect: the status that it came with and the address that it led to."""

    status: int
    to: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one address. ``why`` is a sentence without its full stop.

    ``status`` is that of the last address of ``hops``; ``moved_to`` is where the owner says that
    the page now is.
    """

    url: str
    result: Result
    why: str
    status: int | None = None
    moved_to: str | None = None
    hops: tuple[Hop, ...] = ()


def answer_of(
    url: str, status: int, headers: Mapping[str, str], hops: Sequence[Hop] = ()
) -> Answer:
    """The answer that a last status means, after the redirects that led to it."""
    result, why, moved_to = _judged(url, status, headers, hops)
    if hops and not moved_to:
        why += f", at {hops[-1].to}"
    return Answer(url, result, why, status, moved_to, tuple(hops))


def _judged(
    url: str, status: int, headers: Mapping[str, str], hops: Sequence[Hop]
) -> tuple[Result, str, str | None]:
    if status in GONE:
        return "gone", f"the server says that there is no such page ({status})", None
    if any(name in headers for name in _WALLS):
        return "refused", f"a wall against robots answered ({status})", None
    if 200 <= status < 300:
        if moved_to := permanent(hops):
            return "moved", _moved(url, moved_to), moved_to
        return "ok", "the page is there", None
    if 400 <= status < 500 and status != 408:
        return "refused", f"the server does not show the page to a program ({status})", None
    if 300 <= status < 400:
        return "unreachable", f"it redirects without saying where ({status})", None
    return "unreachable", f"the server failed ({status})", None


def permanent(hops: Sequence[Hop]) -> str | None:
    """Where the permanent redirects lead, up to the first that is for now only."""
    moved_to = None
    for hop in hops:
        if hop.status not in PERMANENT:
            break
        moved_to = hop.to
    return moved_to


def _moved(url: str, moved_to: str) -> str:
    if _beyond_host(moved_to) == "" != _beyond_host(url):
        return f"it leads to the front page now, {moved_to}; the page itself may be gone"
    return f"it has moved to {moved_to}"


def _beyond_host(url: str) -> str:
    return "/".join(url.partition("#")[0].split("/")[3:])


def is_worth_another_try(status: int) -> bool:
    """Whether a status is one that passes: the server's own failures."""
    return status >= 500 or status == 408


def retry_after(headers: Mapping[str, str]) -> float | None:
    """How many seconds a server asks us to wait, ``None`` if it does not say."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        # By the server's own clock: ours may differ.
        until, now = (parsedate_to_datetime(text) for text in (said, headers.get("date", "")))
        return max((until - now) / dt.timedelta(seconds=1), 0.0)
    except (ValueError, TypeError, OverflowError):
        return None
