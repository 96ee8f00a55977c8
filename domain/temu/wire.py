"""
A body to Temu's address and its reply back, over kept connections. What either means is transport.py's.

The connections are httpcore's, which httpx itself stands on; keeping them is ours. Between the two httpx looks at all
kept connections for each call, twice, and makes objects for what is not wanted here, which is two thirds of what a call
costs.
"""

import ssl
import time
import zlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from urllib.parse import urlsplit

import certifi
import httpcore

from domain.temu.errors import NotSent, TemuUnavailable

_TIMEOUTS = {"connect": 3.0, "read": 15.0, "write": 15.0}
# Shorter than any server keeps them: one that closes meanwhile would leave the fate of a call in doubt.
_KEPT_SECONDS = 5.0
_MOST_KEPT = 20
_LARGEST_REPLY = 10 * 1024 * 1024
_HEADERS = [
    (b"Accept", b"application/json"),
    (b"Accept-Encoding", b"gzip"),
    (b"Content-Type", b"application/json"),
    (b"User-Agent", b"Tradewind"),
]

Connection = httpcore.AsyncHTTPConnection


@dataclass(frozen=True)
class Reply:
    """
    What came back, of whatever status; names of headers in small letters.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class Wire:
    """
    Connections that are kept for a while after each use. *tls*: whom to trust, if not whom everybody does.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls or _certificates()
        # With the moment of their last use, the latest at the end. A connection is either here or in the hands of one call.
        self._kept: list[tuple[float, str, Connection]] = []
        self._is_closed = False

    async def close(self) -> None:
        """
        Close the connections; those of calls that are under way follow with their answers.
        """
        self._is_closed = True
        while self._kept:
            await self._kept.pop()[2].aclose()

    async def post(self, url: str, body: bytes, *, leaving: Callable[[], Awaitable[None]]) -> Reply:
        """
        Send *body*; *leaving* is awaited when the connection is there, which takes longer than anything else. Raises
        NotSent and TemuUnavailable.
        """

        async def content() -> AsyncGenerator[bytes]:
            await leaving()
            yield body

        address, host = _address(url)
        request = httpcore.Request(
            "POST",
            address,
            headers=[(b"Host", host), *_HEADERS, (b"Content-Length", str(len(body)).encode())],
            content=content(),
            extensions={"timeout": _TIMEOUTS},
        )
        try:
            return await self._answer(url, request)
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            message = f"Temu could not be reached ({type(error).__name__})."
            raise NotSent(message) from error
        except httpcore.TimeoutException as error:
            message = "Temu did not answer in time."
            raise TemuUnavailable(message) from error
        except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError) as error:
            message = f"Temu could not be reached ({type(error).__name__})."
            raise TemuUnavailable(message) from error

    async def _answer(self, url: str, request: httpcore.Request) -> Reply:
        connection = await self._take(url, request.url.origin)
        try:
            response = await connection.handle_async_request(request)
            reply = await _whole(response)
        except BaseException:
            await connection.aclose()
            raise
        await self._keep(url, connection)
        return reply

    async def _take(self, url: str, origin: httpcore.Origin) -> Connection:
        """
        The one that was used last, since it is the least likely to be closed by now, or a new one.
        """
        while (kept := next((kept for kept in reversed(self._kept) if kept[1] == url), None)) is not None:
            self._kept.remove(kept)
            _, _, connection = kept
            if not connection.has_expired():
                return connection
            await connection.aclose()
        # Proxies of the environment stay unused: nothing but the configured router gets a token.
        return Connection(origin, ssl_context=self._tls, keepalive_expiry=_KEPT_SECONDS)

    async def _keep(self, url: str, connection: Connection) -> None:
        now = time.monotonic()
        if self._is_closed:
            await connection.aclose()
        elif connection.is_idle():
            self._kept.append((now, url, connection))
        while self._kept and (len(self._kept) > _MOST_KEPT or now - self._kept[0][0] > _KEPT_SECONDS):
            await self._kept.pop(0)[2].aclose()


@lru_cache(maxsize=16)
def _address(url: str) -> tuple[httpcore.URL, bytes]:
    # There are three, and reading one takes longer than signing.
    return httpcore.URL(url), urlsplit(url).netloc.encode()


async def _whole(response: httpcore.Response) -> Reply:
    body = bytearray()
    try:
        async for part in response.aiter_stream():
            body += part
            if len(body) > _LARGEST_REPLY:
                raise _too_long()
    finally:
        await response.aclose()
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
    return Reply(response.status, headers, _unpacked(bytes(body), headers.get("content-encoding")))


def _unpacked(body: bytes, encoding: str | None) -> bytes:
    if encoding not in {"gzip", "x-gzip"}:
        return body  # We asked for no other; what it is then, its reader tells.
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        unpacked = unpacking.decompress(body, _LARGEST_REPLY)
    except zlib.error as error:
        message = f"Temu's reply can't be unpacked ({encoding})."
        raise TemuUnavailable(message) from error
    if unpacking.unconsumed_tail:
        raise _too_long()
    return unpacked


def _too_long() -> TemuUnavailable:
    return TemuUnavailable(f"Temu's reply is longer than {_LARGEST_REPLY // 2**20} MiB.")


@cache
def _certificates() -> ssl.SSLContext:
    """
    Whom we trust to be Temu: read once a process, since that takes longer than many a test.
    """
    return ssl.create_default_context(cafile=certifi.where())
