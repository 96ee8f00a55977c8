"""
Connections to Temu's address: encrypted ones, kept ones, and those that end.
"""

import asyncio
import gzip
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from domain.temu.errors import NotSent, TemuUnavailable
from domain.temu.wire import Wire

HERE = "127.0.0.1"
Leaving = Callable[[], Awaitable[None]]
Ask = Callable[..., "asyncio.Task[bytes]"]


@dataclass
class Server:
    """
    Answers each request with what it is told to; `connections` tells how many were made, `still_open` how many are there.
    """

    answer: bytes = b""
    encoding: bytes = b"identity"
    surplus: bytes = b""
    connections: int = 0
    still_open: int = 0
    closes_after_each: bool = False
    is_silent: bool = False
    takes_bodies: bool = True
    delay: float = 0.0
    port: int = 0
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """
        Answer until the client goes.
        """
        self.connections += 1
        self.still_open += 1
        self.writers.append(writer)
        while head := await _head(reader):
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r")[0])
            if self.takes_bodies:
                await reader.readexactly(length)
            await asyncio.sleep(self.delay)
            if not self.is_silent:
                head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nContent-Encoding: %b\r\n\r\n"
                writer.write(head % (len(self.answer), self.encoding))
                writer.write(self.answer + self.surplus)
                await writer.drain()
            if self.closes_after_each:
                break
        writer.close()
        self.still_open -= 1


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """
    A certificate for this machine, and its key, that only those trust who are told to.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "here")])
    today = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today)
        .not_valid_after(today + timedelta(days=20_000))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(HERE))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = tmp_path / "here.pem"
    file.write_bytes(made.public_bytes(pem) + secret)
    return file


@pytest.fixture(params=["http", "https"])
async def server(request: pytest.FixtureRequest, certificate: Path) -> AsyncIterator[Server]:
    """
    A server, plain and encrypted.
    """
    context = None
    if request.param == "https":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
    server = Server()
    listening = await asyncio.start_server(server.serve, HERE, 0, ssl=context)
    server.port = listening.sockets[0].getsockname()[1]
    yield server
    listening.close()
    for writer in server.writers:
        writer.close()
    await listening.wait_closed()


@pytest.fixture
async def ask(server: Server, certificate: Path, request: pytest.FixtureRequest) -> AsyncIterator[Ask]:
    """
    Sends a body to the server.
    """
    wire = Wire(ssl.create_default_context(cafile=certificate))
    scheme = request.node.callspec.params["server"]

    async def left() -> None:
        return

    async def post(leaving: Leaving, body: bytes) -> bytes:
        return (await wire.post(f"{scheme}://{HERE}:{server.port}/", body, leaving=leaving)).body

    def ask(leaving: Leaving = left, *, body: bytes = b"{}") -> "asyncio.Task[bytes]":
        return asyncio.create_task(post(leaving, body))

    yield ask
    wire.close()


async def test_large_replies_over_one_connection(server: Server, ask: Ask) -> None:
    """J4: replies come whole, however large, one after the other over the same connection."""
    for size in (0, 1, 100_000, 5_000_000):
        server.answer = bytes(range(256)) * (size // 256) + b"x" * (size % 256)

        assert await ask() == server.answer
    assert server.connections == 1


async def test_many_at_once(server: Server, ask: Ask) -> None:
    """J4: calls that are under way together have connections of their own, and each its own reply."""
    server.answer = b"yes"

    assert await asyncio.gather(*(ask() for _ in range(10))) == [b"yes"] * 10
    assert await ask() == b"yes"
    assert server.connections == 10


async def test_packed_replies(server: Server, ask: Ask) -> None:
    """J4: a reply may come packed; one that is damaged, or that no machine could hold, is passing trouble."""
    server.encoding, server.answer = b"gzip", gzip.compress(b"yes" * 1000)
    assert await ask() == b"yes" * 1000

    whole = server.answer
    for damaged in (b"no" + whole, whole[:-12], whole[:-4], whole + whole):
        server.answer = damaged
        with pytest.raises(TemuUnavailable, match=r"can't be unpacked \(gzip\)"):
            await ask()

    server.answer = gzip.compress(bytes(11 * 1024 * 1024))
    with pytest.raises(TemuUnavailable, match="longer than 10 MiB"):
        await ask()

    server.encoding, server.answer = b"br", b"whatever it is"
    assert await ask() == b"whatever it is"


async def test_what_is_kept_is_bounded(server: Server, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """J4: of many connections only some are kept, and none for longer than a server keeps them."""
    server.answer = b"yes"
    await asyncio.gather(*(ask() for _ in range(30)))
    await asyncio.gather(*(ask() for _ in range(30)))
    assert server.connections == 40

    monkeypatch.setattr("domain.temu.wire._KEPT_SECONDS", 0.05)
    await asyncio.sleep(0.1)
    assert await ask() == b"yes"
    await asyncio.sleep(0.1)

    assert (server.connections, server.still_open) == (41, 1)


@pytest.mark.parametrize("server", ["http"], indirect=True)
async def test_closing_leaves_nothing_open(server: Server) -> None:
    """J4: connections that lie idle are closed at once, one whose call is under way with its answer."""
    server.answer, server.delay = b"yes", 0.1
    wire = Wire()

    async def left() -> None:
        return

    posts = [wire.post(f"http://{HERE}:{server.port}/{path}", b"{}", leaving=left) for path in ("a", "b")]
    await posts[0]
    under_way = asyncio.create_task(posts[1])
    await asyncio.sleep(0.05)
    assert server.still_open == 2

    wire.close()
    assert (await under_way).body == b"yes"
    await asyncio.sleep(0.05)

    assert server.still_open == 0


async def test_a_connection_that_was_closed_is_not_used(server: Server, ask: Ask) -> None:
    """J4: where the server closed the connection after an answer, the next call makes another."""
    server.answer, server.closes_after_each = b"yes", True
    for _ in range(3):
        assert await ask() == b"yes"
        await asyncio.sleep(0.05)

    assert server.connections == 3


async def test_a_reply_that_nobody_asked_for(server: Server, ask: Ask) -> None:
    """J4: what a server says besides an answer, with it or while a connection lies idle, is not the next call's reply."""
    server.answer, server.surplus = b"yes", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno"
    for _ in range(3):
        assert await ask() == b"yes"
    assert server.connections == 3

    server.surplus = b""
    assert await ask() == b"yes"
    server.writers[-1].write(b"HTTP/1.1 408 Request Time-out\r\nContent-Length: 0\r\n\r\n")
    await asyncio.sleep(0.05)

    assert await ask() == b"yes"
    assert server.connections == 5


async def test_what_comes_while_a_call_waits_to_leave(server: Server, ask: Ask) -> None:
    """J4: what a server says between two calls' moments ends the connection, and the call that was to leave is unsent."""
    server.answer = b"yes"
    await ask()

    async def leaving() -> None:
        server.writers[-1].write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstale")
        await asyncio.sleep(0.05)

    with pytest.raises(NotSent):
        await ask(leaving)

    assert await ask() == b"yes"


async def test_an_end_that_the_loop_has_not_seen(server: Server, ask: Ask) -> None:
    """J4: a connection that was closed while this process was busy is not used for the next call."""
    server.answer = b"yes"
    await ask()
    await asyncio.sleep(0.05)
    server.writers[-1].close()
    time.sleep(0.1)  # noqa: ASYNC251 - the loop is to be held up

    assert await ask() == b"yes"
    assert server.connections == 2


async def test_a_call_given_up_leaves_no_socket(server: Server, ask: Ask) -> None:
    """J4: connections of calls that were given up are closed at once, whatever the other side does."""
    server.is_silent = True
    calls = [ask() for _ in range(5)]
    await asyncio.sleep(0.2)
    assert server.still_open == 5
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    await asyncio.sleep(0.1)

    assert server.still_open == 0


async def test_a_reply_before_the_call_was_taken(server: Server, ask: Ask) -> None:
    """J4: a server that answers without reading all of the call has its answer taken, and its connection is not kept."""
    server.answer, server.takes_bodies = b"yes", False

    assert await ask(body=bytes(8_000_000)) == b"yes"
    assert await ask(body=bytes(8_000_000)) == b"yes"
    assert server.connections == 2


async def test_a_connection_lost_before_the_call_leaves(server: Server, ask: Ask) -> None:
    """J4: where the server goes before anything was sent, the call is known to be unsent."""
    left: list[bool] = []

    async def leaving() -> None:
        await asyncio.sleep(0.05)  # The server may hear of the connection later than we do.
        server.writers[-1].transport.abort()
        await asyncio.sleep(0.05)
        left.append(True)

    with pytest.raises(NotSent):
        await ask(leaving)

    assert left


@pytest.mark.parametrize("server", ["http"], indirect=True)
async def test_a_host_of_several_addresses(server: Server) -> None:
    """J4: of a host's addresses one that takes us is enough; here nobody listens on that of IPv6."""
    server.answer = b"yes"
    wire = Wire()

    async def left() -> None:
        return

    reply = await wire.post(f"http://localhost:{server.port}/", b"{}", leaving=left)

    assert reply.body == b"yes"
    wire.close()


async def test_a_call_that_is_given_up_leaves_nothing_behind(server: Server, ask: Ask) -> None:
    """J4: the reply of a call that was given up is never taken for that of the next."""
    server.is_silent = True
    waiting = ask()
    await asyncio.sleep(0.05)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    server.is_silent, server.answer = False, b"mine"

    assert await ask() == b"mine"
    assert server.connections == 2


async def test_a_connection_cut_without_answer(server: Server, ask: Ask) -> None:
    """J4: nobody knows what became of a call whose connection was cut, so it is not taken for unsent."""
    server.is_silent = server.closes_after_each = True

    with pytest.raises(TemuUnavailable) as cut:
        await ask()

    assert not isinstance(cut.value, NotSent)


@pytest.mark.parametrize("server", ["https"], indirect=True)
async def test_a_stranger_gets_nothing(server: Server) -> None:
    """J4: to a server whose certificate nobody vouches for no call leaves."""
    wire = Wire()
    left: list[bool] = []

    async def leaving() -> None:
        left.append(True)

    with pytest.raises(NotSent):
        await wire.post(f"https://{HERE}:{server.port}/", b"{}", leaving=leaving)

    assert not left
    wire.close()
