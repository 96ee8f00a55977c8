"""Keys that end while something of theirs is open, on real sockets."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, event, insert, update
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from api.values import ids
from domain import clock
from domain.access import key_cache
from domain.database.session import Database
from domain.models import ApiKey, ApiKeyCompany, Company, Role
from tests.factories import make_job
from tests.fixtures.serving import served
from tests.fixtures.world import IMPORT, World

FOLLOW = "subscription($id: ID!) { queuedJob(id: $id) { status } }"
QUERY = "{ companies { totalCount } }"


async def _execute(database: Database, statement: Any) -> None:
    async with database.write() as session:
        await session.execute(statement)


async def _revoke(database: Database, key_id: int) -> None:
    await _execute(database, update(ApiKey).where(ApiKey.id == key_id).values(revoked_at=clock.now()))


async def _expire(database: Database, key_id: int) -> None:
    past = clock.now() - timedelta(seconds=1)
    await _execute(database, update(ApiKey).where(ApiKey.id == key_id).values(expires_at=past))


async def _lose_a_company(database: Database, key_id: int) -> None:
    await _execute(database, delete(ApiKeyCompany).where(ApiKeyCompany.api_key_id == key_id))


async def _gain_a_company(database: Database, key_id: int) -> None:
    await _execute(database, insert(ApiKeyCompany).values(api_key_id=key_id, company_id=2))


async def _lose_the_role(database: Database, key_id: int) -> None:
    await _execute(database, update(ApiKey).where(ApiKey.id == key_id).values(role=Role.READ))


ENDS = [_revoke, _expire, _lose_a_company, _gain_a_company, _lose_the_role]


@asynccontextmanager
async def _socket(url: str, key: str) -> AsyncGenerator[ClientConnection]:
    address = url.replace("http", "ws") + "/graphql"
    async with connect(address, subprotocols=[Subprotocol("graphql-transport-ws")]) as socket:
        await socket.send(
            json.dumps({"type": "connection_init", "payload": {"Authorization": f"Bearer {key}"}})
        )
        assert (await _message(socket))["type"] == "connection_ack"
        yield socket


async def _message(socket: ClientConnection) -> Any:
    async with asyncio.timeout(10):
        return json.loads(await socket.recv())


async def _subscribe(socket: ClientConnection, number: int, query: str, **variables: str) -> None:
    payload = {"query": query, "variables": variables}
    await socket.send(json.dumps({"type": "subscribe", "id": str(number), "payload": payload}))


async def test_its_subscriptions_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A5: a key that is revoked, expires, or has other companies or another role ends all that it follows, with an error that
    says so; another key's go on.
    """
    monkeypatch.setattr(key_cache, "TRUSTED_SECONDS", 0.02)
    world.app.state.keys = key_cache.KeyCache(world.database, trusted_seconds=0)
    await world.new_company("Sued")
    job_id = (await world.api.ask(IMPORT, input={"companyId": world.company_id}))["job"]["id"]
    async with served(world, ws="websockets-sansio") as url, _socket(url, world.api._key) as staying:
        await _subscribe(staying, 0, FOLLOW, id=job_id)
        assert (await _message(staying))["type"] == "next"
        for number, end in enumerate(ENDS, 2):
            async with _socket(url, (await world.key(Role.OPERATE, 1))._key) as ending:
                for each in range(3):
                    await _subscribe(ending, each, FOLLOW, id=job_id)
                assert [(await _message(ending))["type"] for _ in range(3)] == ["next"] * 3

                await end(world.database, number)

                last = [await _message(ending) for _ in range(6)]
                await _subscribe(ending, 9, QUERY)
                after = await _message(ending)
            errors = [each["payload"]["errors"] for each in last if each["type"] == "next"]
            assert sorted(each["id"] for each in last if each["type"] == "complete") == ["0", "1", "2"]
            assert [error["extensions"]["code"] for (error,) in errors] == ["UNAUTHENTICATED"] * 3
            # What it may do now it may do, but for a key that ended.
            assert after["type"] == ("error" if end in (_revoke, _expire) else "next")
        await _subscribe(staying, 1, QUERY)
        assert ((message := await _message(staying))["id"], message["type"]) == ("1", "next")


async def test_its_event_streams_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A5: so does an event stream, which is complete then."""
    monkeypatch.setattr(key_cache, "TRUSTED_SECONDS", 0.02)
    world.app.state.keys = key_cache.KeyCache(world.database, trusted_seconds=0)
    job_id = (await world.api.ask(IMPORT, input={"companyId": world.company_id}))["job"]["id"]
    headers = {
        "Authorization": f"Bearer {(await world.key(Role.READ))._key}",
        "Accept": "text/event-stream",
    }
    asked = {"query": FOLLOW, "variables": {"id": job_id}}
    async with (
        served(world) as url,
        httpx.AsyncClient(base_url=url, headers=headers, timeout=10) as client,
        client.stream("POST", "/graphql", json=asked) as stream,
    ):
        parts = stream.aiter_text()
        first = await anext(parts)
        await _revoke(world.database, 2)
        rest = "".join([part async for part in parts])

    assert '"status":"QUEUED"' in first
    assert rest.startswith("event: next")
    assert "UNAUTHENTICATED" in rest
    assert rest.endswith("event: complete\ndata:\n\n")


async def test_one_look_for_all_of_a_process(world: World) -> None:
    """A5, J1: forty that follow four jobs by two keys cost one look at jobs and one at keys, each time."""
    async with world.database.write() as session:
        company = await session.get_one(Company, 1)
        made = [await make_job(session, company, lane=f"lane {n}") for n in range(4)]
    jobs = [ids.encode("QueuedJob", job.id) for job in made]
    looks: list[tuple[str, int]] = []
    looked = asyncio.Condition()

    def count(watcher: Any, name: str) -> None:
        look = watcher._look

        async def counted(subjects: Any) -> Any:
            async with looked:
                looks.append((name, len(subjects)))
                looked.notify_all()
            return await look(subjects)

        watcher._look, watcher._every_seconds = counted, 0.05

    count(world.app.state.jobs, "jobs")
    count(world.app.state.keys._followed, "keys")
    keys = [(await world.key(Role.OPERATE))._key for _ in range(2)]
    statements = 0

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal statements
        statements += statement.startswith("SELECT") and "set_config" not in statement

    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(served(world, ws="websockets-sansio"))
        sockets = [await stack.enter_async_context(_socket(url, key)) for key in keys * 5]
        for n in range(40):
            await _subscribe(sockets[n % 10], n // 10, FOLLOW, id=jobs[n % 4])
        for _ in range(4):
            assert {(await _message(each))["type"] for each in sockets} == {"next"}
        engine = world.database.engine.sync_engine
        async with asyncio.timeout(10), looked:
            await looked.wait_for(lambda: {("jobs", 4), ("keys", 2)} <= set(looks[-3:]))
            before = len(looks)
            event.listen(engine, "before_cursor_execute", note)
            await looked.wait_for(lambda: len(looks) >= before + 8)
            event.remove(engine, "before_cursor_execute", note)
            seen = looks[before:]

    assert set(seen) == {("jobs", 4), ("keys", 2)}
    assert statements <= len(seen) + 2, "each look is one statement"
