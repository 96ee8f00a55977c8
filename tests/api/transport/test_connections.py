"""Connections as strangers open them, by raw sockets against the real server."""

import asyncio
import random
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api.transport.limits import SocketLimits
from tests.fixtures.sockets import RawClient, RealServer, head, real_server

LIMITS = SocketLimits(head_seconds=1, idle_seconds=5, stalled_seconds=1)
CONNECTIONS = 250
UPGRADE = (
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    "Sec-WebSocket-Protocol: graphql-transport-ws",
)
POST = "POST /graphql"
CHUNKED = head("Transfer-Encoding: chunked", "Content-Type: application/json", request=POST)


@pytest.fixture(scope="module")
async def server(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> AsyncIterator[RealServer]:
    folder = tmp_path_factory.mktemp("server")
    async with real_server(
        folder, sqlite_template, LIMITS, SERVER_CONNECTIONS=str(CONNECTIONS), GRAPHIQL="true"
    ) as running:
        yield running


@pytest.fixture(autouse=True)
async def _no_clients_left(server: RealServer) -> AsyncIterator[None]:
    yield
    server.close_clients()
    # Once it has answered these, it has seen the others go.
    assert [statuses(await server.get("/live")) for _ in range(3)] == [[200]] * 3


def statuses(answer: bytes) -> list[int]:
    """Those of all replies; the first has to be one from its first byte."""
    assert not answer or re.match(rb"HTTP/1\.1 \d{3} ", answer), answer[:80]
    return [int(each) for each in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)]


def _keyed(server: RealServer, *headers: str, request: str = POST) -> bytes:
    return head(
        f"Authorization: Bearer {server.key}", "Content-Type: application/json", *headers, request=request
    )


async def test_heads_have_an_end(server: RealServer) -> None:
    """A6, E8: of a line or headers of more than 64 KiB, or of many lines, no more is read, however they come."""
    many = b"a: b\r\n"
    most = LIMITS.head_bytes
    cases: dict[str, tuple[int, list[bytes]]] = {
        "nearly as much as may be": (200, [head("X: " + "a" * (most - 200), "Connection: close")]),
        "a header": (431, [head("X: " + "a" * most)]),
        "a header that goes on": (431, [b"GET /live HTTP/1.1\r\nX: " + b"a" * (most + 1)]),
        "a header in pieces": (431, [b"GET /live HTTP/1.1\r\nX: ", *[b"a" * 8192] * 9]),
        "a name": (431, [b"GET /live HTTP/1.1\r\n" + b"a" * (most + 1)]),
        "lines": (431, [b"GET /live HTTP/1.1\r\n" + many * 102]),
        "lines that go on": (431, [b"GET /live HTTP/1.1\r\n", *[many * 10] * 11]),
        "a path": (414, [b"GET /" + b"a" * (most + 1)]),
        "a query": (414, [head(request="GET /graphql?query=" + "a" * most)]),
        "nothing but line ends": (431, [b"\r\n" * 1000, b"\r\n" * most]),
        "a trailer": (431, [CHUNKED, b"1\r\n{\r\n0\r\nX: ", b"a" * most, b"a"]),
        "trailers": (431, [_keyed(server, "Transfer-Encoding: chunked"), b"0\r\n" + b"a: b\r\n" * 20_000]),
        "a chunk's extension": (
            431,
            [_keyed(server, "Transfer-Encoding: chunked"), b"1;", *[b"a" * most] * 2],
        ),
    }
    answers = await asyncio.gather(*(server.send(*pieces) for _, pieces in cases.values()))
    # What reads its key alone has answered before the rest came.
    early = {"a trailer": {401, 431}}
    for (name, (status, _)), answer in zip(cases.items(), answers, strict=True):
        assert set(statuses(answer)) <= early.get(name, {status}), name
        assert answer, name


async def test_a_large_head_costs_nothing(server: RealServer) -> None:
    """E8, H11: 60 MB of a header leave memory as it is, and are not taken."""
    before = server.megabytes()
    client = await server.connect()
    await client.send(b"GET /live HTTP/1.1\r\nX: ")

    assert await client.send_until_cut(b"a" * 2**16, most=60 * 2**20) < 20 * 2**20
    assert server.megabytes() - before < 10


async def test_shapes(server: RealServer) -> None:
    """A6, F8: what two readers could read in two ways is refused; a path means the same however it is written, whatever
    host or address a request claims.
    """
    close = "Connection: close"
    cases: dict[bytes, list[int]] = {
        head("Content-Length: 5", "Transfer-Encoding: chunked", request=POST) + b"0\r\n\r\n": [400],
        head("Content-Length: 5", "Content-Length: 6", request=POST) + b"abcdef": [400],
        head("Content-Length: -1", request=POST): [400],
        head("Transfer-Encoding: chunked, identity", request=POST) + b"0\r\n\r\n": [400],
        head("Transfer-Encoding : chunked", request=POST) + b"0\r\n\r\n": [400],
        head("X: a\0b"): [400],
        b"GET /live\0 HTTP/1.1\r\n\r\n": [400],
        b"GET /live HTTP/1.1\nHost: x\n\n": [400],
        b"GET /live HTTP/9.9\r\n\r\n": [400],
        head(request="CONNECT x:443"): [400],
        CHUNKED + b"g\r\n": [400],
        _keyed(server, "Transfer-Encoding: chunked") + b"g\r\n": [400],
        head(close) * 2: [200],
        head() * 20 + head(close): [200] * 21,
        head(close, request="GET http://other.example/live"): [200],
        head(close, request="GET /%6cive"): [200],
        head(close, request="GET //live"): [404],
        head(close, request="GET //graphql"): [404],
        head(close, request="GET /graphql/"): [404],
        head(close, request="GET /live/../graphql"): [404],
        head(close, request="GET /graphql%2f"): [404],
        head(close, request="GET /%67raphql?query={__typename}"): [401],
        head(close, "X-Forwarded-Host: y", "X-Forwarded-For: 127.0.0.1", "Host: y", request="GET /graphql"): [
            401
        ],
        head(close, "X-Original-URL: /live", "X-Rewrite-URL: /live", request="GET /graphql"): [401],
        head(*UPGRADE, "X: " + "a" * 10_000, request="GET /graphql"): [431],
        head(*UPGRADE, "Content-Length: 3", request=POST) + b"abc": [400],
        head("Connection: Upgrade, close", "Upgrade: h2c"): [200],
    }
    answers = await asyncio.gather(*map(server.send, cases))
    assert {sent: statuses(answer) for sent, answer in zip(cases, answers, strict=True)} == cases


async def test_half_open(server: RealServer) -> None:
    """A6, H11: 200 connections that fall silent, wherever they do, hold nobody up and are ended."""
    beginnings = [
        b"",
        b"\r\n",
        b"GET /live HTTP/1.1\r\nHo",
        head() + b"G",
        head("Content-Length: 100", request="POST /live") + b"ab",
        head("Content-Length: 100", request="GET /live") + b"ab",
        CHUNKED + b"5\r\nab",
        b"POST /graphql HTTP/1.1\r\nX: ",
    ]
    clients = [await server.connect() for _ in range(200)]
    for client, beginning in zip(clients, beginnings * 25, strict=True):
        await client.send(beginning)

    answers = [
        await server.get("/graphql?query={__typename}", f"Authorization: Bearer {server.key}")
        for _ in range(20)
    ]

    assert {each for answer in answers for each in statuses(answer)} == {200}
    async with asyncio.timeout(15):
        ends = await asyncio.gather(*(client.read() for client in clients))
    assert {each for end in ends for each in statuses(end)} <= {200, 401, 405, 408}
    for client in clients:
        client.close()


async def test_a_client_that_reads_nothing(server: RealServer) -> None:
    """A6, E13: a client that takes no answers has no more than a buffer of them kept, and is ended."""
    ping = b"\x89\xfd" + bytes(4) + b"a" * 125
    before = server.megabytes()
    pinging = await server.connect(receive_buffer=4096)
    await pinging.send(head(*UPGRADE, request="GET /graphql"))
    assert statuses(await pinging.read_some()) == [101]
    await pinging.send(ping * 100_000)
    assert server.megabytes() - before < 10

    asset = re.search(rb"graphiql/assets/\w+/graphiql.js", await server.get("/graphql", "Accept: text/html"))
    assert asset is not None
    asking = await server.connect(receive_buffer=4096)
    request = head(request=f"GET /{asset[0].decode()}")
    assert await asking.send_until_cut(request * 20, most=2**30) < 2**30


def _frame(text: bytes, *, is_first: bool = True, is_last: bool = True) -> bytes:
    """A part of a message, as a client masks it."""
    length = bytes([0x80 | len(text)]) if len(text) < 126 else b"\xff" + len(text).to_bytes(8)
    return bytes([is_last << 7 | is_first]) + length + bytes(4) + text


async def test_sockets_of_strangers(server: RealServer) -> None:
    """A6, E6: before its key is known, a WebSocket holds no more than a little; what it asks for isn't logged, nor a refusal as an error."""
    secret = "tw_live_in_a_url"
    stranger, known = await server.connect(), await server.connect()
    for client in (stranger, known):
        await client.send(head(*UPGRADE, request=f"GET /graphql?key={secret}"))
        assert statuses(await client.read_some()) == [101]
    await stranger.send(_frame(b"x" * 20_000, is_last=False))
    assert b"\x03\xf1" in await stranger.read()  # 1009

    hello = b'{"type": "connection_init", "payload": {"Authorization": "Bearer %s"}}' % server.key.encode()
    # Empty parts of a message are taken, and not remembered.
    await known.send(_frame(b"", is_last=False) + _frame(b"", is_first=False, is_last=False) * 1000)
    await known.send(_frame(hello, is_first=False))
    answer = b""
    while b"connection_ack" not in answer:
        answer += await known.read_some()
    await known.send(_frame(b'{"type": "ping", "payload": {"a": "%s"}}' % (b"x" * 100_000)))
    assert b"pong" in await known.read_some()

    refused = head(*UPGRADE, "Origin: http://elsewhere", request=f"GET /graphql?key={secret}")
    assert statuses(await server.send(refused)) == [403]
    log = server.log.read_text()
    assert secret not in log
    assert '"level":"error"' not in log


async def test_as_many_as_may_be(server: RealServer) -> None:
    """A6: of more connections than may be, the silent go first; else the newest get 503, and those who watch an answer."""
    silent = [await server.connect() for _ in range(CONNECTIONS + 20)]
    key = f"Authorization: Bearer {server.key}"
    assert statuses(await server.get("/graphql?query={__typename}", key)) == [200]
    for client in silent:
        client.close()

    async def ask(client: RawClient) -> list[int]:
        await client.send(head(key, request="GET /graphql?query={__typename}"))
        answer = b""
        while not answer.endswith(b"}"):
            answer += await client.read_some()
        return statuses(answer)

    # Once it has answered these, it has seen the others go.
    assert [statuses(await server.get("/live")) for _ in range(3)] == [[200]] * 3
    served = [await server.connect() for _ in range(CONNECTIONS)]
    assert await asyncio.gather(*map(ask, served)) == [[200]] * CONNECTIONS
    assert statuses(await server.get("/graphql?query={__typename}", key)) == [503]
    assert statuses(await server.get("/live")) == statuses(await server.get("/ready")) == [200]
    assert statuses(await server.send(head(*UPGRADE, request="GET /graphql"))) == [503]
    assert await ask(served[-1]) == [200]
    for client in served:
        client.close()


def _mutated(chance: random.Random, whole: bytes) -> bytes:
    """The bytes, changed in a way that a parser may stumble over."""
    data = bytearray(whole)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(7):
            case 0:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                data[at:at] = chance.choice(
                    [
                        b"\0",
                        b"\r",
                        b"\n",
                        b"\r\n",
                        b"\r\n\r\n",
                        b" ",
                        b":",
                        b"\t",
                        b"%",
                        b"\xff",
                        b"0\r\n\r\n",
                    ]
                )
            case 2:
                del data[at : at + chance.randint(1, 20)]
            case 3:
                data[at:at] = data[: chance.randrange(len(data) + 1)]
            case 4:
                data[at:at] = chance.choice([b"a", b"\r\n", b"[", b"\0"]) * chance.choice([10, 1000, 70_000])
            case 5:
                line = chance.choice(
                    [b"Content-Length: 3", b"Transfer-Encoding: chunked", b"Transfer-Encoding: x", b"Expect: 100-continue",
                     b"Connection: upgrade", b"Upgrade: websocket", b"Content-Length: 99999999999999999999"]
                )  # fmt: skip
                data[at:at] = b"\r\n" + line + b"\r\n"
            case _:
                del data[at:]
    return bytes(data)


async def test_any_bytes(server: RealServer) -> None:
    """A6, A8, E8: whatever bytes come, each is answered as HTTP has it or not at all; the server has lost nothing by it."""
    chance = random.Random(16)
    query = b'{"query": "{ __typename }"}'
    key = f"Authorization: Bearer {server.key}"
    chunks = b"%x\r\n%s\r\n0\r\nX: y\r\n\r\n" % (len(query), query)
    whole = [
        head("Connection: close"),
        head(key, request="GET /graphql?query={__typename}"),
        head(f"Content-Length: {len(query)}", "Content-Type: application/json", request=POST) + query,
        CHUNKED + chunks,
        _keyed(server, f"Content-Length: {len(query)}") + query,
        _keyed(server, "Transfer-Encoding: chunked") + chunks + head(),
        head("Content-Length: 5", request="POST /events/temu") + b"abcde" + head(),
        head(*UPGRADE, request="GET /graphql") + b"\x81\x85\0\0\0\0hello\x89\x80\0\0\0\0",
    ]
    streams = [_mutated(chance, chance.choice(whole)) for _ in range(240)]
    before = server.megabytes()

    async def answered(stream: bytes) -> bytes:
        client = await server.connect()
        received = b""
        try:
            # A body that is waited for, for longer than this takes, is left.
            async with asyncio.timeout(2):
                await client.send(stream)
                while data := await client.read_some():
                    received += data
        except (ConnectionError, TimeoutError):
            pass
        finally:
            client.close()
        return received

    answers = await asyncio.gather(*map(answered, streams))

    found = {each for answer in answers for each in statuses(answer)}
    assert {200, 400, 401} <= found
    assert not found & {500, 502, 503, 504}
    assert statuses(await server.get("/graphql?query={__typename}", key)) == [200]
    assert server.megabytes() - before < 10
    assert server.process.poll() is None
    assert "Traceback" not in server.log.read_text()
    assert server.key not in server.log.read_text()
