"""How an address is asked: the only place that opens a connection.

A name is resolved here, every address of it is checked, and the connection goes to an address that
was checked; so a name that changes its mind in between gains nothing. Redirects are followed by
hand, each checked alike. Nothing is taken from the environment (proxies, .netrc) but trusted
certificates, and no cookie is kept: two questions share nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import zlib
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final

import httpcore
import httpx

from factsheet import __version__
from factsheet.web.addresses import is_loopback, is_public, plain, spelled, why_not
from factsheet.web.answers import Hop

Resolve = Callable[[str, int], list[str]]
"""The IP addresses of a host name; raises ``OSError``. Replaced in tests."""

_HEADERS: Final = {
    "User-Agent": f"factsheet/{__version__} (checks the sources of a dataset)",
    "Accept": "text/html, application/xhtml+xml, */*;q=0.8",
    "Accept-Encoding": "gzip, deflate",
    "Connection": "close",
}
_TRIED: Final = 3
"""How many of a name's addresses are tried."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one address may cost: seconds, and bytes of its page as it is after decompression.

    ``total`` holds for the whole way, redirects included, however slowly it trickles. Headers may
    have 100 KiB, which h11 sees to.
    """

    connect: float = 10.0
    read: float = 15.0
    total: float = 45.0
    hops: int = 10
    body: int = 2 * 2**20
    at_once: int = 32


@dataclass(frozen=True, slots=True)
class Reply:
    """What the last address of the way answered."""

    url: str
    status: int
    headers: Mapping[str, str]
    hops: tuple[Hop, ...] = ()
    body: bytes = b""


class NoAnswer(Exception):  # noqa: N818 - it is an outcome, which every caller turns into words
    """An address that gave no answer, and why. ``passing``: another try may help."""

    def __init__(self, why: str, *, passing: bool = False, hops: tuple[Hop, ...] = ()) -> None:
        super().__init__(plain(why).rstrip("."))
        self.passing = passing
        self.hops = hops


class _ClosedDoor(Exception):  # noqa: N818
    """A host that must not be reached. No ``OSError``, so that httpcore passes it on as it is."""


def resolve(host: str, port: int) -> list[str]:
    """The IP addresses of a host as the system gives them. Raises ``OSError``."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def _in_thread(look_up: Resolve, host: str, port: int) -> list[str]:
    """Resolve a name without waiting for the resolver once nobody wants the answer.

    The system's resolver cannot be interrupted. In a pool its threads would be waited for when the
    program ends; these end with it.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[list[str]] = loop.create_future()

    def settle(result: list[str] | None, error: Exception | None) -> None:
        if not future.done():
            future.set_exception(error) if error else future.set_result(result or [])

    def work() -> None:
        result, failure = None, None
        try:
            result = look_up(host, port)
        except (OSError, ValueError) as error:  # a label longer than 63 is a UnicodeError
            failure = error
        with contextlib.suppress(RuntimeError):  # the loop has been closed meanwhile
            loop.call_soon_threadsafe(settle, result, failure)

    threading.Thread(target=work, daemon=True, name=f"resolve {host}").start()
    return await future


class _CheckedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections to public addresses only: those that it has resolved and checked itself."""

    def __init__(self, look_up: Resolve, *, allow_loopback: bool) -> None:
        self._network = httpcore.AnyIOBackend()
        self._resolve = look_up
        self._allow_loopback = allow_loopback

    def _may_reach(self, address: str) -> bool:
        return is_public(address) or (self._allow_loopback and is_loopback(address))

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout):
                addresses = await _in_thread(self._resolve, host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout("its name was not resolved in time") from error
        except (OSError, UnicodeError) as error:
            passing = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
            raise NoAnswer(f"no host has the name {host}", passing=passing) from error
        # One closed door closes the house: a name with a public and a private address is a trap.
        for address in addresses:
            if not self._may_reach(address):
                raise _ClosedDoor(f"{host} is {address}, which is no public address")
        failure: Exception = NoAnswer(f"the name {host} has no address")
        for address in addresses[:_TRIED]:
            try:
                return await self._network.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        await self._network.sleep(seconds)


class _Body(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._response.aiter_stream():
            yield chunk

    async def aclose(self) -> None:
        await self._response.aclose()


class _Transport(httpx.AsyncBaseTransport):
    """httpx over the checked backend; httpx's own transport takes no backend."""

    def __init__(self, backend: httpcore.AsyncNetworkBackend) -> None:
        # A connection serves one question: an idle one would outlive the check of its address.
        self._pool = httpcore.AsyncConnectionPool(
            httpx.create_ssl_context(),
            max_connections=None,
            max_keepalive_connections=0,
            network_backend=backend,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._pool.handle_async_request(
            httpcore.Request(
                request.method,
                httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response))

    async def aclose(self) -> None:
        await self._pool.aclose()


class Web:
    """The connections of one run: many hosts at once, each asked for one thing at a time."""

    def __init__(
        self, limits: Limits, *, allow_loopback: bool = False, look_up: Resolve = resolve
    ) -> None:
        self.limits = limits
        backend = _CheckedBackend(look_up, allow_loopback=allow_loopback)
        self._client = httpx.AsyncClient(
            transport=_Transport(backend),
            timeout=httpx.Timeout(limits.read, connect=limits.connect),
            headers=_HEADERS,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            trust_env=False,
        )
        self._hosts: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._slots = asyncio.Semaphore(limits.at_once)

    async def close(self) -> None:
        await self._client.aclose()

    async def ask(
        self,
        url: str,
        *,
        read: bool = False,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        total: float | None = None,
    ) -> Reply:
        """Ask one address and follow where it leads. Without ``read`` no byte of the page is.

        ``total`` seconds are the limit if it is less than that of all. Raises ``NoAnswer``.
        """
        hops: list[Hop] = []
        limits = replace(self.limits, total=total) if total else self.limits
        left = limits.total
        loop = asyncio.get_running_loop()
        try:
            request = self._client.build_request(method, url, headers=headers, data=form)
            while True:
                if reason := why_not(request.url):
                    raise _ClosedDoor(reason)
                # Waiting for one's turn is not the address's fault: its clock starts after that.
                async with self._hosts[request.url.host.rstrip(".")], self._slots:
                    started = loop.time()
                    async with asyncio.timeout(left):
                        response, body = await self._hop(request, read=read)
                    left -= loop.time() - started
                if response.next_request is None:
                    return Reply(
                        spelled(request.url),
                        response.status_code,
                        response.headers,
                        tuple(hops),
                        body,
                    )
                request = response.next_request
                hops.append(Hop(response.status_code, spelled(request.url)))
                if len(hops) > limits.hops:
                    raise NoAnswer(f"it redirects more than {limits.hops} times")
        except NoAnswer as error:
            raise NoAnswer(str(error), passing=error.passing, hops=tuple(hops)) from error
        except _FAILURES as error:
            said, passing = _told(error, limits)
            raise NoAnswer(said, passing=passing, hops=tuple(hops)) from error

    async def _hop(self, request: httpx.Request, *, read: bool) -> tuple[httpx.Response, bytes]:
        response = await self._client.send(request, stream=True, follow_redirects=False)
        try:
            last = read and response.next_request is None
            return response, await _bounded(response, self.limits.body) if last else b""
        finally:
            await response.aclose()


async def _bounded(response: httpx.Response, most: int) -> bytes:
    """The first ``most`` bytes of a page, decompressed no further than that."""
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("identity", "", "gzip", "x-gzip", "deflate"):
        raise NoAnswer(f"its text comes in a coding that was not asked for ({coding})")
    # 47: gzip or zlib, whichever the first bytes say.
    inflate = zlib.decompressobj(47) if "gzip" in coding or coding == "deflate" else None
    body = bytearray()
    with contextlib.suppress(httpcore.ProtocolError, httpcore.ReadError):
        # A page that breaks off, shorter than it claimed, is read as far as it came.
        async for chunk in response.aiter_raw():
            try:
                body += inflate.decompress(chunk, max(1, most - len(body))) if inflate else chunk
            except zlib.error as error:
                raise NoAnswer("its text cannot be decompressed") from error
            if len(body) >= most:
                break
    return bytes(body[:most])


_FAILURES: Final = (
    _ClosedDoor,
    TimeoutError,
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpx.ProtocolError,
    httpx.InvalidURL,
    UnicodeError,
)


def _told(error: Exception, limits: Limits) -> tuple[str, bool]:
    """A failure in words for people, and whether another try may help."""
    match error:
        case _ClosedDoor():
            return str(error), False
        case TimeoutError():
            return f"no whole answer within {limits.total:g} s", False
        case httpcore.ConnectTimeout():
            return f"no connection within {limits.connect:g} s", True
        case httpcore.TimeoutException():
            return f"silent for {limits.read:g} s", True
        case httpcore.ConnectError() if "CERTIFICATE" in str(error).upper():
            return f"its certificate does not hold: {error}", False
        case httpcore.NetworkError():
            return f"the connection failed: {_deepest(error) or type(error).__name__}", True
        case httpcore.ProtocolError() if "disconnected" in str(error):
            return "it hung up without an answer", True
        case httpcore.ProtocolError():
            return f"its answer is not HTTP: {error}", True
        case httpx.ProtocolError():
            return f"its redirect leads nowhere: {error}", False
    return f"it is not an address: {error}", False


def _deepest(error: BaseException) -> str:
    """What the system said, under all the wrapping."""
    said = str(error)
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            said = cause.strerror
        cause = cause.__cause__ or cause.__context__
    return said
