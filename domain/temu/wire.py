"""
A body to Temu's address and its reply back, over kept connections. What either means is transport.py's.

HTTP is h11's, on which httpx stands too; sockets and encryption are asyncio's. What httpx and httpcore do between them for
each call takes several times as long.
"""

import asyncio
import selectors
import socket
import ssl
import time
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, cast
from urllib.parse import SplitResult, urlsplit

import certifi
import h11

from domain.temu.errors import NotSent, TemuUnavailable

_CONNECTED_WITHIN = 3.0
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
# The cheapest that there is for one socket, whatever its number.
_Selector: type[selectors.BaseSelector] = getattr(selectors, "PollSelector", selectors.SelectSelector)


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
        # The one used last at the end. A connection is either here or in the hands of one call.
        self._kept: list[_Connection] = []
        self._is_closed = False

    def close(self) -> None:
        """
        Close the connections; those of calls that are under way follow with their answers.
        """
        self._is_closed = True
        while self._kept:
            self._kept.pop().close()

    async def post(self, url: str, body: bytes, *, leaving: Callable[[], Awaitable[None]]) -> Reply:
        """
        Send *body*; *leaving* is awaited when the connection is there, which takes longer than anything else. Raises
        NotSent and TemuUnavailable. How long it may take is the caller's to say.
        """
        try:
            request = _request(url, len(body))
            connection = self._take(url) or await _connected(url, self._tls)
        except (OSError, ValueError, h11.LocalProtocolError) as error:  # The address can also be none.
            raise NotSent(_unreachable(error)) from error
        try:
            reply = await connection.exchange(request, body, leaving)
        except (OSError, h11.ProtocolError) as error:
            connection.close()
            raise TemuUnavailable(_unreachable(error)) from error
        except BaseException:
            connection.close()
            raise
        self._keep(connection)
        return reply

    def _take(self, url: str) -> "_Connection | None":
        """
        The one that was used last, since it is the least likely to be closed by now.
        """
        while (kept := next((kept for kept in reversed(self._kept) if kept.url == url), None)) is not None:
            self._kept.remove(kept)
            if kept.is_open() and not kept.has_news():
                return kept
            kept.close()
        return None

    def _keep(self, connection: "_Connection") -> None:
        if self._is_closed or not connection.is_open():
            connection.close()
        else:
            self._kept.append(connection)
        while self._kept and (len(self._kept) > _MOST_KEPT or not self._kept[0].is_open()):
            self._kept.pop(0).close()


class _Connection(asyncio.Protocol):
    """
    One that carries one call at a time. The loop calls the first four.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = h11.Connection(h11.CLIENT)
        self._transport: asyncio.Transport | None = None
        self._lost: Exception | None = None
        self._is_listening = False
        self._heard: asyncio.Future[None] | None = None
        self._used_at = time.monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """
        Calls can go.
        """
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """
        What nobody asked for, such as "request time-out" before an idle connection is closed, must not become the reply of
        the next call.
        """
        if self._is_listening:
            self._http.receive_data(data)
            self._wake()
        else:
            self.close()

    def eof_received(self) -> None:
        """
        The other side is done, and so are we.
        """
        self.data_received(b"")

    def connection_lost(self, exc: Exception | None) -> None:
        """
        Nothing comes or goes any more.
        """
        self._lost = self._lost or exc or ConnectionResetError()
        self._wake()

    def is_open(self) -> bool:
        """
        Whether the next call may go over it.
        """
        if self._lost is not None or self._transport is None:
            return False
        # One that has answered before it took the whole call has the rest of that still to send.
        is_free = self._http.our_state is h11.IDLE and self._transport.get_write_buffer_size() == 0
        return is_free and time.monotonic() - self._used_at < _KEPT_SECONDS

    def has_news(self) -> bool:
        """
        Whether something came that the loop, being busy, has not handed over yet: mostly the end.
        """
        if self._transport is None:
            return False
        with _Selector() as selector:
            selector.register(self._transport.get_extra_info("socket"), selectors.EVENT_READ)
            return bool(selector.select(0))

    def close(self) -> None:
        """
        Don't wait for the other side: nothing that it could still say is wanted.
        """
        self._lost = self._lost or ConnectionAbortedError()
        if self._transport is not None:
            self._transport.abort()

    async def exchange(
        self, request: h11.Request, body: bytes, leaving: Callable[[], Awaitable[None]]
    ) -> Reply:
        """
        Send *body*, directly after *leaving*, and wait for the reply. Raises NotSent, OSError and h11.ProtocolError.
        """
        parts = [self._http.send(part) for part in (request, h11.Data(data=body), h11.EndOfMessage())]
        message = b"".join(part for part in parts if part)
        await leaving()
        if self._lost is not None or self._transport is None:
            raise NotSent(_unreachable(self._lost))
        self._is_listening = True
        self._transport.write(message)
        reply = await self._reply()
        self._is_listening = False
        self._used_at = time.monotonic()
        is_done = self._http.our_state is h11.DONE and self._http.their_state is h11.DONE
        if is_done and self._http.trailing_data == (b"", False):
            self._http.start_next_cycle()
        return reply

    async def _reply(self) -> Reply:
        status, headers, body = 0, dict[str, str](), bytearray()
        while not isinstance(event := await self._event(), h11.EndOfMessage):
            if isinstance(event, h11.Response):
                status = event.status_code
                headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in event.headers}
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > _LARGEST_REPLY:
                    raise _too_long()
        return Reply(status, headers, _unpacked(bytes(body), headers.get("content-encoding")))

    async def _event(self) -> h11.Event:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            if self._lost is not None:
                raise self._lost
            self._heard = asyncio.get_running_loop().create_future()
            await self._heard
        if not isinstance(event, h11.Event) or isinstance(event, h11.ConnectionClosed):
            message = "closed without a reply"
            raise h11.RemoteProtocolError(message)
        return event

    def _wake(self) -> None:
        if self._heard is not None and not self._heard.done():
            self._heard.set_result(None)


async def _connected(url: str, tls: ssl.SSLContext) -> _Connection:
    """
    A new connection. Raises OSError, of which TimeoutError is one, and ValueError.

    Proxies of the environment stay unused: nothing but the configured router gets a token.
    """
    parts = _parts(url)
    host = parts.hostname or ""
    of_encryption: dict[str, Any] = {}
    if parts.scheme == "https":
        of_encryption = {"ssl": tls, "server_hostname": host, "ssl_handshake_timeout": _CONNECTED_WITHIN}
    _, connection = await asyncio.get_running_loop().create_connection(
        lambda: _Connection(url),
        sock=await _socket(host, parts.port or (443 if parts.scheme == "https" else 80)),
        **of_encryption,
    )
    return connection


async def _socket(host: str, port: int) -> socket.socket:
    """
    Connected to the first of the host's addresses that takes us. One that doesn't answer at all, as happens where only half
    a network knows IPv6, leaves time for the next one.
    """
    loop = asyncio.get_running_loop()
    trouble: Exception = OSError("no address")
    async with asyncio.timeout(_CONNECTED_WITHIN):
        addresses = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for family, kind, protocol, _, address in addresses:
            connecting = socket.socket(family, kind, protocol)
            connecting.setblocking(False)
            try:
                async with asyncio.timeout(_CONNECTED_WITHIN / min(len(addresses), 2)):
                    await loop.sock_connect(connecting, address)
            except OSError as error:
                connecting.close()
                trouble = error
            except BaseException:
                connecting.close()
                raise
            else:
                return connecting
    raise trouble


@lru_cache(maxsize=16)
def _parts(url: str) -> SplitResult:
    return urlsplit(url)


@lru_cache(maxsize=512)
def _request(url: str, length: int) -> h11.Request:
    # Checking and writing out the headers takes longer than signing, and most bodies are as long as another.
    parts = _parts(url)
    host = parts.netloc.rpartition("@")[2].encode()
    headers = [(b"Host", host), *_HEADERS, (b"Content-Length", str(length).encode())]
    target = parts._replace(scheme="", netloc="", path=parts.path or "/").geturl()
    return h11.Request(method=b"POST", target=target, headers=headers)


def _unpacked(body: bytes, encoding: str | None) -> bytes:
    if (encoding or "").lower() not in {"gzip", "x-gzip"} or not body:
        return body  # We asked for no other; what it is then, its reader tells.
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        unpacked = unpacking.decompress(body, _LARGEST_REPLY)
    except zlib.error as error:
        raise _damaged(encoding) from error
    if unpacking.unconsumed_tail:
        raise _too_long()
    if not unpacking.eof or unpacking.unused_data:
        raise _damaged(encoding)
    return unpacked


def _unreachable(error: Exception | None) -> str:
    return f"Temu could not be reached ({type(error).__name__})."


def _damaged(encoding: str | None) -> TemuUnavailable:
    return TemuUnavailable(f"Temu's reply can't be unpacked ({encoding}).")


def _too_long() -> TemuUnavailable:
    return TemuUnavailable(f"Temu's reply is longer than {_LARGEST_REPLY // 2**20} MiB.")


@cache
def _certificates() -> ssl.SSLContext:
    """
    Whom we trust to be Temu: read once a process, since that takes longer than many a test.
    """
    return ssl.create_default_context(cafile=certifi.where())
