"""Wrong keys, slowed for each address: over HTTP, a WebSocket and where files come in."""

import asyncio
import json
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from structlog.testing import capture_logs
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from api.serving import configured
from api.transport.limits import SocketLimits
from domain import clock, metrics
from domain.access import api_keys
from domain.access.wrong_keys import WrongKeys
from domain.database.session import Database
from domain.models import Role
from tests.fixtures.database import one_database
from tests.fixtures.serving import served
from tests.fixtures.world import World
from tests.journeys.mapping import HEADER, upload


def _unknown_key(number: int) -> str:
    """One of the right form that was never given out."""
    body = f"tw_live_{number:030}"
    return body + api_keys._checksum(body)


async def _ask(world: World, key: str, **headers: str) -> httpx.Response:
    return await world.http.post(
        "/graphql", json={"query": "{ __typename }"}, headers={"Authorization": f"Bearer {key}", **headers}
    )


async def test_wrong_keys_of_an_address(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A5, F7: after 20 wrong keys more are 429 and cost no query, whatever the caller says of its address; a good key
    passes, one that was not seen before too.
    """
    unseen = await world.key(Role.READ)
    asked: list[str] = []
    verify = api_keys.verify

    async def watched(database: Database, secret: str) -> Any:
        asked.append(secret)
        return await verify(database, secret)

    monkeypatch.setattr(api_keys, "verify", watched)
    before = metrics.THROTTLED_ADDRESSES._value.get()
    with capture_logs() as lines:
        replies = [
            await _ask(
                world, _unknown_key(n) if n % 2 else f"tw_live_{n}", **{"X-Forwarded-For": f"198.51.100.{n}"}
            )
            for n in range(100)
        ]
        at_once = await asyncio.gather(*(_ask(world, _unknown_key(n)) for n in range(100, 200)))

    assert [reply.status_code for reply in replies] == [401] * 20 + [429] * 80
    assert {reply.status_code for reply in at_once} == {429}
    assert len(asked) == 10
    refused = replies[-1]
    (error,) = refused.json()["errors"]
    assert error["extensions"] == {"code": "THROTTLED", "retryAfter": int(refused.headers["retry-after"])}
    assert 0 < error["extensions"]["retryAfter"] <= 60
    told = [line for line in lines if line["event"] == "api_key.throttled"]
    assert [line["client"] for line in told] == ["127.0.0.1"]
    assert metrics.THROTTLED_ADDRESSES._value.get() == before + 1
    assert "tw_live_" not in repr(lines)

    for api in (world.api, unseen):
        assert await api.ask("{ __typename }") == "Query"
    assert (await _ask(world, _unknown_key(1))).status_code == 429

    file = await upload(world, HEADER, headers={"Authorization": f"Bearer {_unknown_key(2)}"})
    assert (file.status_code, file.json()["errors"][0]["extensions"]["code"]) == (429, "THROTTLED")
    assert (await upload(world, HEADER)).status_code == 201


@one_database
async def test_wrong_keys_over_websockets(world: World) -> None:
    """A5, F7: they count over a WebSocket too, where a good key goes on as well."""

    async def outcome(url: str, key: str) -> str:
        async with connect(url, subprotocols=["graphql-transport-ws"]) as socket:  # type: ignore[list-item]
            await socket.send(
                json.dumps({"type": "connection_init", "payload": {"Authorization": f"Bearer {key}"}})
            )
            try:
                return str(json.loads(await socket.recv())["type"])
            except ConnectionClosed as closed:
                return str(closed.rcvd.code if closed.rcvd else None)

    async with served(world, ws="websockets-sansio") as url:
        where = url.replace("http", "ws") + "/graphql"
        assert {await outcome(where, _unknown_key(n)) for n in range(21)} == {"4403"}
        assert (await _ask(world, _unknown_key(99))).status_code == 429
        assert await outcome(where, world.api._key) == "connection_ack"


@one_database
async def test_an_address_that_is_forgotten_meanwhile(database: Database) -> None:
    """A5: the keys that filled an address's count were right after all, while one that is refused was looked up."""
    wrong = WrongKeys(database)
    for _ in range(20):
        wrong.count("192.0.2.1")
    assert wrong.retry_after("192.0.2.1") == 60
    for _ in range(20):
        wrong.uncount("192.0.2.1")

    wrong.record_refusal("192.0.2.1")

    assert wrong.retry_after("192.0.2.1") == 0


@one_database
async def test_a_key_that_became_wrong(world: World) -> None:
    """A5: an operation over a WebSocket is told as one over HTTP is that its key wasn't looked up, and when it may be again."""
    key = await world.key(Role.READ)
    async with served(world, ws="websockets-sansio") as url:
        subprotocols: Any = ["graphql-transport-ws"]
        async with connect(url.replace("http", "ws") + "/graphql", subprotocols=subprotocols) as socket:
            hello = {"type": "connection_init", "payload": {"Authorization": f"Bearer {key._key}"}}
            await socket.send(json.dumps(hello))
            assert json.loads(await socket.recv()) == {"type": "connection_ack"}
            async with world.database.write() as session:
                await api_keys.revoke(session, 2, now=clock.now())
            for n in range(21):
                await _ask(world, _unknown_key(n))
            query = {"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }"}}
            await socket.send(json.dumps(query))
            [error] = json.loads(await socket.recv())["payload"]

    assert error["extensions"]["code"] == "THROTTLED"
    assert 0 < error["extensions"]["retryAfter"] <= 60


@one_database
async def test_addresses(database: Database) -> None:
    """A5: a minute later an address is looked at again; of IPv6 a customer's whole network counts; memory has an end."""
    now = 0.0
    wrong = WrongKeys(database, monotonic=lambda: now)
    for n in range(20):
        assert wrong.retry_after("2001:db8::1") == 0
        wrong.count(f"2001:db8::{n}")
    assert wrong.retry_after("2001:db8::ffff") == 60
    assert (
        wrong.retry_after("2001:db8:0:1::1") == wrong.retry_after("192.0.2.1") == wrong.retry_after(None) == 0
    )
    for _ in range(20):
        wrong.count("::ffff:192.0.2.1")
    assert wrong.retry_after("192.0.2.1") == 60
    wrong.uncount("192.0.2.1")
    assert wrong.retry_after("192.0.2.1") == 0

    now = 59.5
    assert wrong.retry_after("2001:db8::1") == 1
    now = 60
    assert wrong.retry_after("2001:db8::1") == 0
    wrong.count("2001:db8::1")
    assert wrong.retry_after("2001:db8::1") == 0

    for n in range(10_001):
        wrong.count(f"10.0.{n // 256}.{n % 256}")
    assert len(wrong._counted) == 10_000
    wrong.count("x" * 100_000)
    assert max(map(len, wrong._counted)) < 100


@one_database
async def test_listed_now_and_then(database: Database) -> None:
    """A5: however many keys come from an address that is slowed, those given out are asked for ten times a second."""
    now = 0.0
    async with database.write() as session:
        key, secret = await api_keys.create(
            session, name="x", role=Role.READ, company_ids=None, now=clock.now()
        )
    wrong = WrongKeys(database, monotonic=lambda: now)
    assert await asyncio.gather(*(wrong.is_listed(each) for each in (secret, _unknown_key(1)))) == [
        True,
        False,
    ]
    async with database.write() as session:
        await api_keys.revoke(session, key.id, now=clock.now())
    assert await wrong.is_listed(secret)
    now = 0.1
    assert not await wrong.is_listed(secret)


@one_database
async def test_proxies_that_are_believed(world: World) -> None:
    """F8: only a proxy that is named is believed whom it speaks for, and nobody is unless set."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope)
        assert request.client is not None
        await PlainTextResponse(f"{request.client.host} {request.url.scheme}")(scope, receive, send)

    claims = {"X-Forwarded-For": "203.0.113.9, 198.51.100.1", "X-Forwarded-Proto": "https"}
    for trusted, expected in (
        (None, "127.0.0.1 http"),
        ("127.0.0.0/8", "198.51.100.1 https"),
        ("10.0.0.1", "127.0.0.1 http"),
    ):
        settings = world.resources.settings.model_copy(update={"trusted_proxies": trusted})
        config = configured(application, settings, SocketLimits())
        config.lifespan, config.port = "off", 0
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn tells no other way
            await asyncio.sleep(0.005)
        port = server.servers[0].sockets[0].getsockname()[1]
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            assert (await http.get("/", headers=claims)).text == expected
        server.should_exit = True
        await serving
