"""Connections to Temu's address: encrypted ones, those used again, those that end, and what never goes elsewhere."""

import asyncio
import gzip
import os
import ssl
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from domain.errors import Paused
from domain.temu.access import App, MallAccess
from domain.temu.errors import NotSent, TemuUnavailable
from domain.temu.rate_limiter import RateLimiter
from domain.temu.transport import Transport
from tests.fixtures.certificate import make_certificate
from tests.fixtures.permits import permit_all

HERE = "127.0.0.1"
YES = b'{"success": true, "result": "yes"}'
Call = Callable[..., "asyncio.Task[Any]"]


@dataclass
class Server:
    """Answers each request with what it is told to; `connections` tells how many were made, `heads` what came."""

    answer: bytes = YES
    status: bytes = b"200 OK"
    headers: bytes = b""
    connections: int = 0
    closes_after_each: bool = False
    is_silent: bool = False
    port: int = 0
    scheme: str = "http"
    heads: list[bytes] = field(default_factory=list)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    all_closed: asyncio.Event = field(default_factory=asyncio.Event)
    still_open: int = 0

    @property
    def url(self) -> str:
        """Its address."""
        return f"{self.scheme}://{HERE}:{self.port}/"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer until the client goes."""
        self.connections += 1
        self.still_open += 1
        self.all_closed.clear()
        self.writers.append(writer)
        while head := await _head(reader):
            self.heads.append(head)
            self.came.set()
            await reader.readexactly(int(head.lower().partition(b"content-length:")[2].partition(b"\r")[0]))
            if not self.is_silent:
                size = b"Content-Length: %d\r\n" % len(self.answer)
                writer.write(b"HTTP/1.1 %b\r\n%b%b\r\n%b" % (self.status, size, self.headers, self.answer))
            if self.closes_after_each:
                break
        writer.close()
        self.still_open -= 1
        if not self.still_open:
            self.all_closed.set()


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, OSError):
        return b""


@asynccontextmanager
async def _listening(tls: ssl.SSLContext | None = None) -> AsyncGenerator[Server]:
    server = Server(scheme="http" if tls is None else "https")
    listening = await asyncio.start_server(server.serve, HERE, 0, ssl=tls)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for writer in server.writers:
            writer.close()
        await listening.wait_closed()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine, and its key, that only those trust who are told to."""
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(params=["http", "https"])
async def server(request: pytest.FixtureRequest, certificate: Path) -> AsyncIterator[Server]:
    """A server, plain and encrypted."""
    tls = None
    if request.param == "https":
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate)
    async with _listening(tls) as server:
        yield server


def _transport(tls: ssl.SSLContext | None = None) -> Transport:
    limiter = RateLimiter(None, calls_per_second=10_000)
    return Transport(
        App("key", "secret"),
        limiter,
        forbidden_while=lambda: False,
        permit=permit_all,
        private_too=True,
        tls=tls,
    )


@pytest.fixture
async def call(server: Server, certificate: Path) -> AsyncIterator[Call]:
    """Sends a call to the server, once."""
    transport = _transport(ssl.create_default_context(cafile=certificate))

    def call(url: str | None = None) -> "asyncio.Task[Any]":
        access = MallAccess(url or server.url, "token")
        return asyncio.create_task(transport.send(access, "interface", {}, once=True))

    yield call
    await transport.close()


async def test_many_at_once(server: Server, call: Call) -> None:
    """J4: calls that are under way together have connections of their own, which later calls use again."""
    assert await asyncio.gather(*(call() for _ in range(10))) == ["yes"] * 10
    assert [await call() for _ in range(5)] == ["yes"] * 5
    assert server.connections == 10


async def test_packed_replies(server: Server, call: Call) -> None:
    """J4: a reply may come packed; one that is damaged, or that no machine could hold, is passing trouble."""
    server.headers, server.answer = b"Content-Encoding: gzip\r\n", gzip.compress(YES)
    assert await call() == "yes"

    whole = server.answer
    for damaged in (b"no" + whole, whole[:-12], whole[:-4], whole + whole):
        server.answer = damaged
        with pytest.raises(TemuUnavailable, match=r"can't be unpacked \(gzip\)"):
            await call()

    server.answer = gzip.compress(bytes(11 * 2**20))
    with pytest.raises(TemuUnavailable, match="longer than 10 MiB"):
        await call()

    server.headers, server.answer = b"Content-Encoding: br\r\n", YES
    assert await call() == "yes"
    assert b"accept-encoding: gzip\r\n" in server.heads[0].lower()


async def test_an_endless_reply_is_cut_off(server: Server, call: Call) -> None:
    """J4: a reply longer than any that Temu sends is not read to its end."""
    server.answer = bytes(11 * 2**20)

    with pytest.raises(TemuUnavailable, match="longer than 10 MiB"):
        await call()
    await asyncio.wait_for(server.all_closed.wait(), 5)


async def test_connections_that_the_server_closed(server: Server, call: Call) -> None:
    """J4: a connection that was closed while it lay idle, with words or without, is not used for the next call."""
    await call()
    server.writers[-1].write(b"HTTP/1.1 408 Request Time-out\r\nContent-Length: 0\r\n\r\n")
    assert await call() == "yes"
    server.writers[-1].transport.abort()
    await asyncio.wait_for(server.all_closed.wait(), 5)

    assert await call() == "yes"
    assert server.connections == 3


async def test_a_call_given_up_leaves_nothing_behind(server: Server, call: Call) -> None:
    """J4: the connection of a call that was given up is closed at once, and its reply is never that of the next."""
    server.is_silent = True
    calls = [call() for _ in range(5)]
    while len(server.heads) < len(calls):
        server.came.clear()
        await asyncio.wait_for(server.came.wait(), 5)
    for each in calls:
        each.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    await asyncio.wait_for(server.all_closed.wait(), 5)
    server.is_silent = False

    assert await call() == "yes"
    assert server.connections == 6


async def test_a_connection_cut_without_answer(server: Server, call: Call) -> None:
    """J4, T6: nobody knows what became of a call whose connection was cut, so it is not taken for unsent."""
    server.is_silent = server.closes_after_each = True

    with pytest.raises(TemuUnavailable) as cut:
        await call()

    assert not isinstance(cut.value, NotSent)
    assert len(server.heads) == 1


async def test_a_reply_cut_short(server: Server, call: Call) -> None:
    """J4, T6: nor is one whose answer ends half way."""
    server.headers, server.closes_after_each = b"Transfer-Encoding: chunked\r\n", True
    server.answer = b"22\r\n{"

    with pytest.raises(TemuUnavailable) as cut:
        await call()

    assert not isinstance(cut.value, NotSent)
    assert len(server.heads) == 1


@pytest.mark.parametrize(
    "url", [f"http://{HERE}:1/", "http://nobody.invalid/", "ftp://nobody.invalid/", "http://[/"]
)
@pytest.mark.parametrize("server", ["http"], indirect=True)
async def test_nobody_there(call: Call, url: str) -> None:
    """J4, T6: a call whose connection could not be made, or whose address is none, is known to be unsent."""
    with pytest.raises(NotSent, match=r"^Temu could not be reached \(\w+\)\.$"):
        await call(url)


@pytest.mark.parametrize("server", ["http"], indirect=True)
async def test_a_host_of_several_addresses(server: Server, call: Call) -> None:
    """J4: of a host's addresses one that takes us is enough; here nobody listens on that of IPv6."""
    assert await call(f"http://localhost:{server.port}/") == "yes"


@pytest.mark.parametrize("server", ["https"], indirect=True)
async def test_a_stranger_gets_nothing(server: Server) -> None:
    """J4: to a server whose certificate nobody vouches for no call leaves."""
    transport = _transport()

    with pytest.raises(NotSent):
        await transport.send(MallAccess(server.url, "token"), "interface", {}, once=True)

    assert server.heads == []
    await transport.close()


@pytest.mark.parametrize("status", [b"302 Found", b"307 Temporary Redirect", b"308 Permanent Redirect"])
@pytest.mark.parametrize("server", ["http"], indirect=True)
async def test_redirects_are_not_followed(server: Server, call: Call, status: bytes) -> None:
    """J4: a signed body goes nowhere but to the address it was made for."""
    async with _listening() as elsewhere:
        server.status, server.headers = status, b"Location: %b\r\n" % elsewhere.url.encode()
        server.answer = b""

        with pytest.raises(TemuUnavailable):
            await call()

        assert elsewhere.connections == 0


@pytest.mark.parametrize("server", ["http"], indirect=True)
async def test_proxies_of_the_environment_are_not_used(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """J4: nothing but the configured router gets a token."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://{HERE}:1")
    transport = _transport()

    assert await transport.send(MallAccess(server.url, "token"), "interface", {}, once=True) == "yes"
    await transport.close()


async def test_cookies_are_not_kept(server: Server, call: Call) -> None:
    """J4: what Temu gave with the answer for one mall is not sent with another's call."""
    server.headers = b"Set-Cookie: mall=one; Path=/\r\n"

    for _ in range(2):
        assert await call() == "yes"

    assert not any(b"cookie" in head.lower() for head in server.heads)


@pytest.mark.parametrize("server", ["http"], indirect=True)
async def test_parameters_that_are_old_when_the_connection_is_there(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I6: where it took long to be ready, the parameters are fetched anew, with another slot and at most for so long."""
    fetched: list[float] = []
    transport = _transport()

    async def parameters() -> dict[str, Any]:
        assert server.heads == []
        # As if making the connection took a while, for the first tries.
        monkeypatch.setattr("domain.temu.transport._OLDEST_PARAMETERS", 1.0 if len(fetched) == 4 else -1.0)
        fetched.append(time.monotonic())
        return {}

    access = MallAccess(server.url, "token")
    assert await transport.send(access, "interface", parameters, once=True) == "yes"
    assert len(fetched) == 5
    assert len(server.heads) == 1

    monkeypatch.setattr("domain.temu.transport._LONGEST_TRYING", 0.0)
    server.heads.clear()
    fetched.clear()
    with pytest.raises(NotSent, match="in time"):
        await transport.send(access, "interface", parameters, once=True)
    assert server.heads == []
    await transport.close()


@pytest.mark.parametrize("server", ["http"], indirect=True)
async def test_a_permit_that_is_old_when_the_connection_is_there(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I6, T6: where it took long to connect, a pause that has come meanwhile is seen before anything leaves."""
    monkeypatch.setattr("domain.temu.transport._OLDEST_PERMIT", -1.0)
    permits = 0

    async def permit() -> None:
        nonlocal permits
        permits += 1
        if permits == 3:
            raise Paused("paused")

    limiter = RateLimiter(None, calls_per_second=10_000)
    transport = Transport(
        App("key", "secret"), limiter, forbidden_while=lambda: False, permit=permit, private_too=True
    )
    access = MallAccess(server.url, "token")
    with pytest.raises(Paused):
        await transport.send(access, "interface", {}, once=True)
    assert (permits, server.heads) == (3, [])

    assert await transport.send(access, "interface", {}, is_read=True) == "yes"
    assert permits == 3
    await transport.close()


@pytest.mark.parametrize("server", ["https"], indirect=True)
@pytest.mark.parametrize("garbage", [b"\x17\x03\x03\x00\x40" + b"x" * 64, b"\x15\x03\x03\x00\x02\x02\x28"])
async def test_encryption_that_breaks_under_way(server: Server, call: Call, garbage: bytes) -> None:
    """J4, T6: where a reply can't be decrypted nobody knows what became of its call."""
    server.is_silent = True
    calling = call()
    await asyncio.wait_for(server.came.wait(), 5)
    # Below the encryption of the server's own connection.
    os.write(server.writers[-1].get_extra_info("socket").fileno(), garbage)

    with pytest.raises(TemuUnavailable) as broken:
        await calling

    assert not isinstance(broken.value, NotSent)


@pytest.mark.parametrize("server", ["http"], indirect=True)
async def test_time_that_is_over_before_anything_was_sent(
    server: Server, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """J4, T6: a call that ended before its first byte is known to be unsent."""
    monkeypatch.setattr("domain.temu.transport._LONGEST_CALL", 0.0)

    with pytest.raises(NotSent):
        await call()

    assert server.heads == []
