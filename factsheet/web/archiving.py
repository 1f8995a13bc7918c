"""Copies of pages in the Wayback Machine: found near a day, or asked for.

The service is spoken to directly. What PyPI offers (savepagenow 1.3.1, waybackpy 3.0.6) is tied to
one host, opens connections of its own past every check of ours, throws ``Retry-After`` away and
cannot be told how long to wait.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import urlencode

import httpx

from factsheet.web.addresses import LONGEST, is_public, plain, why_not
from factsheet.web.answers import retry_after
from factsheet.web.connection import Limits, NoAnswer, Reply, Resolve, Web, resolve

_STAMP: Final = re.compile(r"/web/(\d{14})(?:[a-z]{2}_)?/")
_JOB: Final = re.compile(r"""watchJob\(\s*["']([0-9A-Za-z-]{8,80})["']""")
_RUNTIME_ERROR: Final = "x-archive-wayback-runtime-error"
_STRIKES: Final = 3
_JOB_ID: Final = re.compile(r"[0-9A-Za-z-]{8,80}")
_LIMIT_WORDS: Final = re.compile(
    r"limit of active|captures per day|user-session-limit", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Service:
    """An archive that speaks the Wayback Machine's interface, and how it wants to be treated.

    Seconds: ``pace`` between two requests to save (4 a minute without an account, 12 with one),
    ``lookup_pace`` between two questions, ``patience`` for the longest wait that it may ask for,
    ``poll`` between looks at a job, ``lookup_total`` for one question.
    """

    lookup: str = "https://archive.org/wayback/available"
    save: str = "https://web.archive.org/save/"
    copies: str = "https://web.archive.org/web/"
    pace: float = 15.0
    lookup_pace: float = 1.0
    lookup_total: float = 45.0
    patience: float = 300.0
    poll: float = 5.0
    polls: int = 36
    tries: int = 3
    back_off: float = 5.0
    limits: Limits = field(default_factory=lambda: Limits(read=150.0, total=180.0, body=256 * 1024))

    def at(self, base: str) -> Service:
        """The same service at another base address, e.g. ``http://127.0.0.1:8000``."""
        base = base.rstrip("/")
        return replace(
            self,
            lookup=f"{base}/wayback/available",
            save=f"{base}/save/",
            copies=f"{base}/web/",
        )


WAYBACK: Final = Service()


@dataclass(frozen=True, slots=True)
class Copy:
    """The archived copy of one address, or ``None``; ``why`` is a sentence without its stop."""

    url: str
    archived: str | None
    why: str
    new: bool = False


class _Later(Exception):  # noqa: N818
    """The service wants no more requests of a kind for now."""


def archive(
    wanted: Iterable[tuple[str, dt.date]],
    *,
    service: Service = WAYBACK,
    account: tuple[str, str] | None = None,
    allow_loopback: bool = False,
    look_up: Resolve = resolve,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Copy]:
    """For each address and its day, a copy: found if there is one, else asked for, one by one.

    A copy counts from the day before on (time zones differ): one from before the event cannot show
    it, and every later one is nearer than one made now. ``account`` is the pair of keys of an
    archive.org account. No failure is raised; whoever keeps what this yields can go on later.
    """
    with asyncio.Runner() as runner:

        async def begin() -> Web:
            return Web(service.limits, allow_loopback=allow_loopback, look_up=look_up)

        web = runner.run(begin())

        def ask(url: str, **how: Any) -> Reply:
            return runner.run(web.ask(url, read=True, **how))

        archivist = _Archivist(service, account, ask, sleep, clock)
        for url, day in wanted:
            yield archivist.copy(url, day)
        runner.run(web.close())


class _Archivist:
    """One run: what the service has refused, and when it was last asked to save."""

    def __init__(
        self,
        service: Service,
        account: tuple[str, str] | None,
        ask: Callable[..., Reply],
        sleep: Callable[[float], None],
        clock: Callable[[], float],
    ) -> None:
        self._service = service
        self._ask = ask
        self._sleep = sleep
        self._clock = clock
        self._account = account
        self._paces = {"lookup": service.lookup_pace, "save": service.pace}
        self._last = dict.fromkeys(self._paces, float("-inf"))
        self._failed = dict.fromkeys(self._paces, 0)
        """How many addresses in a row the service failed on."""
        self._closed: dict[str, str] = {}
        """What is not asked any more in this run, and why."""

    def copy(self, url: str, day: dt.date) -> Copy:
        if reason := _untold(url):
            return Copy(url, None, reason)
        if len(self._address("0" * 14, url)) > LONGEST:
            return Copy(url, None, "its copy would have too long an address")
        try:
            stamp = self._find(url, day)
            if stamp and stamp[:8] >= f"{day - dt.timedelta(days=1):%Y%m%d}":
                return Copy(url, self._address(stamp, url), "the archive has a copy")
            stamp = self._save(url)
        except (_Later, NoAnswer) as error:
            return Copy(url, None, f"the archive: {error}")
        return Copy(url, self._address(stamp, url), "the archive made a copy", new=True)

    def _address(self, stamp: str, url: str) -> str:
        # Built here from 14 digits: an address that the service names is nothing to rely on.
        return f"{self._service.copies}{stamp}/{url}"

    def _find(self, url: str, day: dt.date) -> str | None:
        query = urlencode({"url": url, "timestamp": f"{day:%Y%m%d}"})
        where, total = f"{self._service.lookup}?{query}", self._service.lookup_total
        reply = self._patiently("lookup", where, total=total)
        found = _json(reply)
        if reply.status != 200 or "archived_snapshots" not in found:
            raise NoAnswer(f"it did not say whether it has a copy ({reply.status})")
        closest = _table(_table(found, "archived_snapshots"), "closest")
        stamp = closest.get("timestamp")
        good = closest.get("available") is True and closest.get("status") in ("200", 200, None)
        return stamp if good and isinstance(stamp, str) and re.fullmatch(r"\d{14}", stamp) else None

    def _save(self, url: str) -> str:
        """The time stamp of a new copy. Raises ``NoAnswer`` or ``_Later``."""
        service = self._service
        if self._account is None:
            reply = self._patiently("save", service.save + url)
        else:
            key, secret = self._account
            headers = {"Accept": "application/json", "Authorization": f"LOW {key}:{secret}"}
            form = {"url": url, "skip_first_archive": "1"}
            reply = self._patiently("save", service.save, method="POST", headers=headers, form=form)
        if stamp := _stamp(reply):
            return stamp
        said = _json(reply)
        if job := _job(reply, said):
            return self._await(job)
        raise NoAnswer(_reason(reply, said))

    def _await(self, job: str) -> str:
        for _ in range(self._service.polls):
            reply = self._patiently("save", f"{self._service.save}status/{job}", paced=False)
            said = _json(reply)
            stamp = said.get("timestamp")
            if said.get("status") == "success" and re.fullmatch(r"\d{14}", str(stamp)):
                return str(stamp)
            if said.get("status") != "pending":
                raise NoAnswer(_reason(reply, said))
            self._sleep(self._service.poll)
        raise NoAnswer("it took the request, but had no copy yet; ask again later")

    def _patiently(self, kind: str, url: str, *, paced: bool = True, **how: Any) -> Reply:
        """Ask the service, waiting as it wants. Raises ``_Later`` once it has had enough."""
        if kind in self._closed:
            raise _Later(self._closed[kind])
        why = ""
        for attempt in range(self._service.tries):
            if paced:
                self._sleep(max(0.0, self._last[kind] + self._paces[kind] - self._clock()))
                self._last[kind] = self._clock()
            wait = self._service.back_off * 2**attempt
            try:
                reply = self._ask(url, **how)
            except NoAnswer as error:
                why = f"{error}; ask again later"
                if not error.passing:
                    break
            else:
                if _is_limited(reply):
                    why = "it wants no more requests for now; ask again later"
                    wait = retry_after(reply.headers) or max(wait, self._paces[kind] * 4)
                    if wait > self._service.patience or attempt + 1 == self._service.tries:
                        self._closed[kind] = why
                        break
                elif reply.status < 500 or _is_about_the_page(reply):
                    self._failed[kind] = 0
                    return reply
                else:
                    why = f"it failed ({reply.status}); ask again later"
            if attempt + 1 < self._service.tries:
                self._sleep(wait)
        self._failed[kind] += 1
        if self._failed[kind] == _STRIKES:
            # The next address would fare no better, and would cost the service and us the same.
            self._closed[kind] = why
        raise _Later(why)


def _untold(url: str) -> str | None:
    """Why an address is not shown to the archive: it is none, or it is one of an inner network."""
    try:
        address = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError) as error:
        return f"it is not an address: {plain(str(error))}"
    if reason := why_not(address):
        return reason
    host = address.host.rstrip(".")
    try:
        inner = not is_public(host)
    except ValueError:
        inner = "." not in host or host.endswith((".local", ".internal", ".lan", ".home.arpa"))
    return f"{plain(host)} is a name of an inner network, not told to anybody" if inner else None


def _stamp(reply: Reply) -> str | None:
    """When the copy was made that a reply leads to: by a redirect or by its headers."""
    if reply.status >= 400:
        return None
    places = [hop.to for hop in reply.hops]
    places += [reply.headers.get("content-location", ""), reply.headers.get("link", "")]
    return next((match[1] for place in places if (match := _STAMP.search(place))), None)


def _job(reply: Reply, said: Mapping[str, Any]) -> str | None:
    """The job that makes the copy: named in JSON, or for people without an account in a script."""
    job = said.get("job_id")
    if not job and (match := _JOB.search(reply.body.decode("utf-8", "replace"))):
        job = match[1]
    return job if isinstance(job, str) and _JOB_ID.fullmatch(job) else None


def _is_limited(reply: Reply) -> bool:
    return reply.status == 429 or bool(_LIMIT_WORDS.search(_message(_json(reply))))


def _is_about_the_page(reply: Reply) -> bool:
    """Whether a failure is that of the page to be saved, not of the service."""
    return _RUNTIME_ERROR in reply.headers or bool(_json(reply))


def _json(reply: Reply) -> dict[str, Any]:
    try:
        said = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _table(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    inner = value.get(key)
    return inner if isinstance(inner, dict) else {}


def _message(said: Mapping[str, Any]) -> str:
    return " ".join(str(said.get(key) or "") for key in ("message", "status_ext")).strip()


def _reason(reply: Reply, said: Mapping[str, Any]) -> str:
    told = reply.headers.get(_RUNTIME_ERROR) or said.get("message")
    return f"it made no copy: {told or f'status {reply.status}'}"
