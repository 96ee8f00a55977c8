"""Operations over real WebSockets by graphql-transport-ws."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from api.documents.limits import Limits
from api.transport.limits import ConnectionLimits
from tests.api.toy_server import KEY, SECRET, Seen, ToyServer, toy_server

PROTOCOL = "graphql-transport-ws"
INIT = {"type": "connection_init", "payload": {"Authorization": KEY}}


class Socket:
    """A client that speaks the protocol only as far as a test says."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._done: set[str] = set()

    async def send(self, *messages: object) -> None:
        for message in messages:
            await self._connection.send(message if isinstance(message, str | bytes) else json.dumps(message))

    async def receive(self) -> dict[str, Any]:
        async with asyncio.timeout(5):
            received = await self._connection.recv()
        assert isinstance(received, str), "the protocol's messages are text"
        message: dict[str, Any] = json.loads(received)
        if message["type"] in {"complete", "error"}:
            self._done.add(message["id"])
        return message

    async def receive_until_complete(self, id: str = "1") -> list[dict[str, Any]]:  # noqa: A002 - the protocol's
        """All messages up to the last one of an operation, whichever was received already."""
        messages: list[dict[str, Any]] = []
        while id not in self._done:
            messages.append(await self.receive())
        return messages

    async def closed(self) -> tuple[int, str]:
        """How the server closes, once it has said what it had to say."""
        try:
            while True:
                await self.receive()
        except ConnectionClosed as closed:
            return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")

    async def close(self) -> None:
        await self._connection.close()


@asynccontextmanager
async def socket(
    toys: ToyServer, *, protocol: str | None = PROTOCOL, origin: str | None = None, **headers: str
) -> AsyncGenerator[Socket]:
    async with connect(
        toys.url.replace("http", "ws") + "/graphql",
        subprotocols=[Subprotocol(protocol)] if protocol else None,
        origin=Origin(origin) if origin else None,
        additional_headers=headers,
    ) as connection:
        yield Socket(connection)


@asynccontextmanager
async def acknowledged(toys: ToyServer) -> AsyncGenerator[Socket]:
    async with socket(toys) as opened:
        await opened.send(INIT)
        assert await opened.receive() == {"type": "connection_ack"}
        yield opened


def subscribe(query: str, *, id: str = "1", **more: object) -> dict[str, object]:  # noqa: A002 - the protocol's
    return {"id": id, "type": "subscribe", "payload": {"query": query, **more}}


class TestOperations:
    async def test_subscription(self, toys: ToyServer, seen: Seen) -> None:
        """A3: a subscription sends next for each event and complete at its end."""
        async with acknowledged(toys) as opened:
            await opened.send(subscribe("subscription($n: Int!) { count(to: $n) }", variables={"n": 2}))
            messages = await opened.receive_until_complete()

        assert [(each["type"], each["id"]) for each in messages] == [
            ("next", "1"),
            ("next", "1"),
            ("complete", "1"),
        ]
        assert [each["payload"]["data"] for each in messages[:2]] == [{"count": 0}, {"count": 1}]

    async def test_query_and_mutation(self, toys: ToyServer, seen: Seen) -> None:
        """A3, A6: queries and mutations run over the same connection, with their cost told."""
        async with acknowledged(toys) as opened:
            await opened.send(subscribe("{ item(id: 1) { name } }"))
            query, _ = await opened.receive_until_complete()
            await opened.send(subscribe('mutation { write(text: "x") }', id="2"))
            await opened.receive_until_complete("2")

        assert query["payload"]["data"] == {"item": {"name": "one"}}
        assert query["payload"]["extensions"]["cost"] == {"requested": 1, "limit": 30_000}
        assert seen.written == ["x"]

    @pytest.mark.parametrize(
        "query, code",
        [
            ("{", "GRAPHQL_PARSE_FAILED"),
            ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
            ("query A { __typename } query B { __typename }", "OPERATION_RESOLUTION_FAILURE"),
            ("{" + "__typename " * 21 + "}", "LIMIT_EXCEEDED"),
            ("{" + "__typename " * 1000 + "}", "LIMIT_EXCEEDED"),
            ('{ "' + "x" * 500 + '" }', "GRAPHQL_PARSE_FAILED"),
            ("query($c: Colour!) { paint(colour: $c) }", "BAD_USER_INPUT"),
        ],
    )
    async def test_wrong_document(self, toys: ToyServer, seen: Seen, query: str, code: str) -> None:
        """A3, A6, A8: a wrong document ends its own operation with its errors, and the others go on."""
        async with acknowledged(toys) as opened:
            await opened.send(subscribe(query), subscribe("{ __typename }", id="2"))
            messages = await opened.receive_until_complete("1") + await opened.receive_until_complete("2")

        first = next(each for each in messages if each["id"] == "1")
        errors = first["payload"] if first["type"] == "error" else first["payload"]["errors"]
        assert errors[0]["extensions"]["code"] == code
        assert any(each["id"] == "2" and each["type"] == "next" for each in messages)

    async def test_masked(self, toys: ToyServer, seen: Seen) -> None:
        """A8, E11: an exception in a subscription shows as `present` has it."""
        async with acknowledged(toys) as opened:
            await opened.send(subscribe("subscription { breaks }"))
            messages = await opened.receive_until_complete()

        assert "Something went wrong here." in json.dumps(messages)
        assert SECRET not in json.dumps(messages)

    async def test_unwritable(self, toys: ToyServer, seen: Seen) -> None:
        """A8: a value that JSON can't hold is told as an error of the operation."""
        async with acknowledged(toys) as opened:
            await opened.send(subscribe("{ unwritable }"))
            message = await opened.receive()

        assert (message["type"], message["id"]) == ("next", "1")
        assert message["payload"]["errors"][0]["extensions"]["code"] == "INTERNAL"

    async def test_too_long(self) -> None:
        """A6: a query over a WebSocket is stopped after the same time as any other."""
        async with toy_server(limits=Limits(seconds=0.05)) as toys, acknowledged(toys) as opened:
            await opened.send(subscribe("{ slow }"))
            message = await opened.receive()

        assert "TIMEOUT" in json.dumps(message)

    async def test_complete_ends_it(self, toys: ToyServer, seen: Seen) -> None:
        """A3: a client's complete ends its subscription, and so does its leaving."""
        for leave in (False, True):
            seen.ended.clear()
            async with acknowledged(toys) as opened:
                await opened.send(subscribe("subscription { wait }"))
                assert (await opened.receive())["type"] == "next"
                if leave:
                    await opened.close()
                else:
                    await opened.send({"type": "complete", "id": "1"})
                async with asyncio.timeout(5):
                    await seen.ended.wait()

    async def test_at_most(self) -> None:
        """A6, E13: of too many operations at once, the last is refused and the others go on."""
        async with (
            toy_server(transport=ConnectionLimits(socket_operations=2)) as toys,
            acknowledged(toys) as opened,
        ):
            await opened.send(*(subscribe("subscription { wait }", id=str(n)) for n in range(3)))
            messages = [await opened.receive() for _ in range(3)]

        assert {each["id"]: each["type"] for each in messages} == {"0": "next", "1": "next", "2": "error"}


class TestAuthentication:
    async def test_header(self, toys: ToyServer, seen: Seen) -> None:
        """A5: a client that can set headers may send its key with the request to upgrade."""
        async with socket(toys, Authorization=KEY) as opened:
            await opened.send({"type": "connection_init"})
            assert await opened.receive() == {"type": "connection_ack"}

    @pytest.mark.parametrize(
        "payload", [None, {}, {"Authorization": "Bearer x"}, {"authorization": 1}, {"key": KEY}]
    )
    async def test_wrong_key(self, toys: ToyServer, seen: Seen, payload: object) -> None:
        """A5: without a good key the connection is closed with 4403, and nothing runs."""
        async with socket(toys) as opened:
            message = (
                {"type": "connection_init"}
                if payload is None
                else {"type": "connection_init", "payload": payload}
            )
            await opened.send(message, subscribe('mutation { write(text: "x") }'))
            assert (await opened.closed())[0] == 4403

        assert seen.written == []

    async def test_not_in_the_url(self, toys: ToyServer, seen: Seen) -> None:
        """A5: a key in the URL isn't looked at."""
        url = toys.url.replace("http", "ws") + f"/graphql?Authorization={KEY.replace(' ', '%20')}"
        async with connect(url, subprotocols=[Subprotocol(PROTOCOL)]) as connection:
            await connection.send('{"type": "connection_init"}')
            assert (await Socket(connection).closed())[0] == 4403

        assert seen.connected == [None]

    async def test_revoked(self, toys: ToyServer, seen: Seen) -> None:
        """A5: a key is looked at again for each operation: revoked, it opens no more of them."""
        async with acknowledged(toys) as opened:
            seen.revoked = True
            await opened.send(subscribe('mutation { write(text: "x") }'))
            message = await opened.receive()

        assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "UNAUTHENTICATED")
        assert seen.written == []

    async def test_unavailable(self, toys: ToyServer, seen: Seen) -> None:
        """A8: where the key can't be looked up, the connection is closed with 1011, an operation with its error."""
        async with acknowledged(toys) as opened:
            seen.unavailable = True
            await opened.send(subscribe("{ __typename }"))
            message = await opened.receive()
        async with socket(toys) as refused:
            await refused.send(INIT)
            assert (await refused.closed())[0] == 1011

        assert message["payload"][0]["extensions"]["code"] == "UNAVAILABLE"

    async def test_subscribe_first(self, toys: ToyServer, seen: Seen) -> None:
        """A5, E13: an operation before connection_init closes the connection with 4401."""
        async with socket(toys) as opened:
            await opened.send(subscribe('mutation { write(text: "x") }'))
            assert (await opened.closed())[0] == 4401

        assert seen.connected == []


class TestHandshake:
    @pytest.mark.parametrize("protocol", [None, "graphql-ws", "mqtt"])
    async def test_protocol(self, toys: ToyServer, protocol: str | None) -> None:
        """A3, E13: no upgrade without the protocol, and none to the legacy one."""
        with pytest.raises(InvalidStatus) as caught:
            async with socket(toys, protocol=protocol):
                pass

        assert caught.value.response.status_code == 400

    @pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://127.0.0.1:1"])
    async def test_foreign_origin(self, toys: ToyServer, seen: Seen, origin: str) -> None:
        """A3, E13: a page of another origin gets no connection, whatever it knows."""
        with pytest.raises(InvalidStatus) as caught:
            async with socket(toys, origin=origin, Authorization=KEY):
                pass

        assert caught.value.response.status_code == 403
        assert seen.connected == []

    async def test_known_origin(self, toys: ToyServer) -> None:
        """A3: the server's own pages may connect, and those that it is told of."""
        async with socket(toys, origin=toys.url):
            pass
        friendly = ConnectionLimits(origins=("https://office.example",))
        async with toy_server(transport=friendly) as others, socket(others, origin="https://office.example"):
            pass

    async def test_silence(self) -> None:
        """A3, E13: a connection on which connection_init doesn't come is closed with 4408."""
        async with toy_server(transport=ConnectionLimits(init_seconds=0.05)) as toys, socket(toys) as opened:
            assert (await opened.closed())[0] == 4408

    async def test_init_twice(self, toys: ToyServer, seen: Seen) -> None:
        """A3: a second connection_init closes the connection with 4429."""
        async with acknowledged(toys) as opened:
            await opened.send(INIT)
            assert (await opened.closed())[0] == 4429


class TestMessages:
    @pytest.mark.parametrize(
        "message",
        [
            "{",
            b"{}",
            "[]",
            "1",
            "null",
            "{}",
            '{"type": 1}',
            '{"type": ["subscribe"]}',
            '{"type": "connection_init", "payload": 1}',
            '{"type": "' + "é" * 1000 + '"}',
            '{"type": "ping", "type": "pong"}',
            "[" * 100_000,
            '{"type": "ping", "payload": ' + "9" * 5000 + "}",
            '{"type": "ping", "payload": "' + "x" * 300_000 + '"}',
            '{"type": "subscribe"}',
            '{"type": "subscribe", "id": [], "payload": {"query": "{ a }"}}',
            '{"type": "subscribe", "id": "1"}',
            '{"type": "subscribe", "id": "1", "payload": []}',
            '{"type": "subscribe", "id": "1", "payload": {"query": 1}}',
            '{"type": "subscribe", "id": "1", "payload": {"query": "{ a }", "variables": []}}',
            '{"type": "complete"}',
            '{"type": "complete", "id": {}}',
        ],
    )
    async def test_malformed(
        self, toys: ToyServer, seen: Seen, caplog: pytest.LogCaptureFixture, message: str | bytes
    ) -> None:
        """A3, E9, E13: a message that isn't one closes the connection with 4400, and nothing falls over."""
        async with socket(toys) as opened:
            await opened.send(message)
            code, reason = await opened.closed()

        assert code == 4400
        assert reason
        assert caplog.text == ""

    async def test_too_large(self, toys: ToyServer, seen: Seen) -> None:
        """A6, E13: a frame that is too large is cut off by the server underneath."""
        async with socket(toys) as opened:
            await opened.send('{"type": "ping", "payload": "' + "x" * 17 * 2**20 + '"}')
            assert (await opened.closed())[0] == 1009

    async def test_ping(self, toys: ToyServer) -> None:
        """A3: a ping is answered."""
        async with socket(toys) as opened:
            await opened.send({"type": "ping"})
            assert await opened.receive() == {"type": "pong"}
