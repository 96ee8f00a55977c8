"""Whom calls to Temu reach: no address of this network, nobody whose certificate is not Temu's, and nobody for ever."""

import asyncio
import re
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from domain.network import is_public
from domain.temu.access import App, MallAccess
from domain.temu.errors import NotSent, TemuUnavailable
from domain.temu.rate_limiter import RateLimiter
from domain.temu.transport import Transport
from tests.fixtures.certificate import make_certificate
from tests.fixtures.permits import permit_all

ROOT = Path(__file__).parents[2]
HERE = "127.0.0.1"
PRIVATE = [
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.0.1", "198.18.0.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "fe80::1",
    "fe80::1%lo", "fd00::1", "fec0::1", "ff02::1", "2001:db8::1", "2001:0:5ef5:79fd::f5ff:fffe", "::127.0.0.1", "::10.0.0.1",
    "::ffff:0:127.0.0.1", "", "temu",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_public(address: str) -> None:
    """A6: neither this machine nor a network behind it is Temu, in whichever of the ways it is written."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_that_are(address: str) -> None:
    """A6: a public address is called, also where it stands in one of IPv6."""
    assert is_public(address)


@asynccontextmanager
async def _transport(
    *, private_too: bool = False, tls: ssl.SSLContext | None = None
) -> AsyncGenerator[Transport]:
    limiter = RateLimiter(None, calls_per_second=10_000)
    transport = Transport(
        App("key", "secret"),
        limiter,
        forbidden_while=lambda: False,
        permit=permit_all,
        private_too=private_too,
        tls=tls,
    )
    try:
        yield transport
    finally:
        await transport.close()


async def _call(transport: Transport, url: str) -> Any:
    return await transport.send(MallAccess(url, "token"), "interface", {}, once=True)


class Trap:
    """A server of this machine; `accepted` counts who came."""

    def __init__(self, *answer: bytes, pause: float = 0.0) -> None:
        self.answer, self.pause, self.accepted, self.port = answer, pause, 0, 0
        self.heads: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        try:
            self.heads.append(await reader.readuntil(b"\r\n\r\n"))
            for part in self.answer:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(self.pause)
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.transport.abort()


@asynccontextmanager
async def _listening(trap: Trap, tls: ssl.SSLContext | None = None) -> AsyncGenerator[Trap]:
    server = await asyncio.start_server(trap.serve, HERE, 0, ssl=tls)
    trap.port = server.sockets[0].getsockname()[1]
    try:
        yield trap
    finally:
        server.close()
        await server.wait_closed()


YES = b'HTTP/1.1 200 OK\r\nContent-Length: 34\r\n\r\n{"success": true, "result": "yes"}'


@pytest.mark.parametrize(
    "addresses",
    [
        [HERE],
        ["8.8.8.8", HERE],
        ["::ffff:127.0.0.1"],
        ["169.254.169.254"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
    ],
)
async def test_a_public_name_of_a_private_address(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    """A6: where a public name leads to a private address, be it beside a public one, no connection is opened."""

    async def resolve(host: str, port: int) -> list[str]:
        assert host == "openapi-b-us.temu.com"
        return addresses

    monkeypatch.setattr("domain.network.resolve", resolve)
    async with _listening(Trap(YES)) as trap, _transport() as transport:
        for scheme in ("http", "https"):
            with pytest.raises(NotSent):
                await _call(transport, f"{scheme}://openapi-b-us.temu.com:{trap.port}/")
        with pytest.raises(NotSent):
            await _call(transport, f"http://{HERE}:{trap.port}/".replace(HERE, "openapi-b-us.temu.com"))

    assert trap.accepted == 0


@pytest.mark.parametrize("host", [HERE, "localhost", "127.1", "[::ffff:127.0.0.1]", "2130706433"])
async def test_private_addresses_themselves(host: str) -> None:
    """A6: nor where the address stands in the URL."""
    async with _listening(Trap(YES)) as trap, _transport() as transport:
        with pytest.raises(NotSent):
            await _call(transport, f"http://{host}:{trap.port}/")

    assert trap.accepted == 0


async def test_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A6: a name is resolved once for a connection, so that it can't lead elsewhere after it was checked."""
    answers = [[HERE], ["127.0.0.2"]]

    async def resolve(_host: str, _port: int) -> list[str]:
        return answers.pop(0)

    monkeypatch.setattr("domain.network.resolve", resolve)
    monkeypatch.setattr("domain.network.is_public", bool)
    async with _listening(Trap(YES)) as trap, _transport() as transport:
        assert await _call(transport, f"http://temu.example:{trap.port}/") == "yes"

    assert len(answers) == 1
    assert b"host: temu.example" in trap.heads[0].lower()


@pytest.mark.parametrize("fault", [None, "unknown", "expired", "wrong name", "old version"])
async def test_certificates(tmp_path: Path, fault: str | None) -> None:
    """A6: who is not vouched for, no longer or under another name, or speaks an old version of TLS, gets nothing."""
    address = "127.0.0.2" if fault == "wrong name" else HERE
    certificate = make_certificate(tmp_path, address=address, days=1 if fault == "expired" else 20_000)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    if fault == "old version":
        tls.set_ciphers("ALL:@SECLEVEL=0")
        with pytest.warns(DeprecationWarning, match="TLSv1"):
            tls.minimum_version = tls.maximum_version = ssl.TLSVersion.TLSv1_1
    trusting = None if fault == "unknown" else ssl.create_default_context(cafile=certificate)
    async with (
        _listening(Trap(YES), tls) as trap,
        _transport(private_too=True, tls=trusting) as transport,
    ):
        if fault is None:
            assert await _call(transport, f"https://{HERE}:{trap.port}/") == "yes"
        else:
            with pytest.raises(NotSent):
                await _call(transport, f"https://{HERE}:{trap.port}/")

    assert bool(trap.heads) is (fault is None)


def test_certificates_are_always_verified() -> None:
    """A6: nothing that is shipped turns verification off."""
    off = re.compile(r"verify\s*=\s*False|CERT_NONE|check_hostname\s*=\s*False|_create_unverified_context")
    files = [file for folder in ("api", "domain", "jobs") for file in (ROOT / folder).rglob("*.py")]

    assert [file for file in files if off.search(file.read_text(encoding="utf-8"))] == []


HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        [HEAD + b"X-Long: " + b"x" * 10_000_000],
        [HEAD + b"".join(b"X-%d: y\r\n" % number for number in range(50_000))],
        [HEAD + b"Content-Length: 1000000\r\n\r\n{"],
        [HEAD + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\n"],
        [b"\x00" * 100_000],
        [],
    ],
    ids=["long header", "many headers", "reset", "chunk", "no HTTP", "nothing"],
)
async def test_replies_that_are_none(answer: list[bytes]) -> None:
    """J4: whatever comes instead of a reply is passing trouble, of which little is read."""
    async with _listening(Trap(*answer)) as trap, _transport(private_too=True) as transport:
        with pytest.raises(TemuUnavailable) as broken:
            await _call(transport, f"http://{HERE}:{trap.port}/")

    assert not isinstance(broken.value, NotSent)


async def test_a_reply_that_comes_byte_by_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    """J4: a call ends when its time is over, though something still comes."""
    monkeypatch.setattr("domain.temu.transport._LONGEST_CALL", 0.3)
    slow = Trap(HEAD + b"Content-Length: 1000\r\n\r\n", *[b"x"] * 900, pause=0.02)
    async with _listening(slow) as trap, _transport(private_too=True) as transport:
        with pytest.raises(TemuUnavailable, match="in time"):
            await _call(transport, f"http://{HERE}:{trap.port}/")
