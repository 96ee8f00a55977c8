"""Following what changes through the death of a server."""

import asyncio
import json
import shutil
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from api.values import ids
from domain import clock
from domain.access import api_keys
from domain.changes import cursors
from domain.changes.following import Feed, Wanted
from domain.database.session import Database
from domain.models import ChangeType, Company, Role
from tests.demo.processes import free_port
from tests.factories import make_company, make_order
from tests.fixtures.commands import Started, start_command

FOLLOW = "subscription { ordersChanged { cursor changes { order { id } } } }"


async def test_a_server_is_killed(tmp_path: Path, sqlite_template: Path) -> None:
    """J2, A3: whoever loses its server and goes on at another with its last cursor is told of every change, each once."""
    (tmp_path / "data").mkdir()
    shutil.copy(sqlite_template, tmp_path / "data" / "tradewind.sqlite3")
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'data' / 'tradewind.sqlite3'}")
    async with database.write() as session:
        company = await make_company(session)
        _, key = await api_keys.create(session, name="x", role=Role.READ, company_ids=None, now=clock.now())
    told: list[str] = []
    async with _following(tmp_path, key) as (server, events):
        cursor = (await anext(events))["cursor"]
        made = await _made(database, company, 3)
        while len(told) < len(made):
            event = await anext(events)
            told, cursor = told + [each["order"]["id"] for each in event["changes"]], event["cursor"]
        server.kill()
    # Nobody is there to see these.
    made += await _made(database, company, 60)

    position = cursors.decode(cursor, now=clock.now(), keep=timedelta(days=3))
    wanted = Wanted(frozenset({ChangeType.ORDER_CREATED}), None)
    async with asyncio.timeout(20), aclosing(Feed(database).follow(wanted, position)) as found:
        made += await _made(database, company, 1)
        while made[-1] not in told:
            told += [ids.encode("Order", number) for number in (await anext(found)).objects]
    await database.close()

    assert told == made


async def _made(database: Database, company: Company, count: int) -> list[str]:
    async with database.write() as session:
        return [ids.encode("Order", (await make_order(session, company)).id) for _ in range(count)]


@asynccontextmanager
async def _following(folder: Path, key: str) -> AsyncGenerator[tuple[Started, AsyncGenerator[Any]]]:
    """A server, and what it tells a subscription."""
    port = free_port()
    server = start_command(
        "serve", "--port", str(port), folder=folder / "data", log=folder / "log", SHUTDOWN_DELAY_SECONDS="0"
    )
    try:
        await _until_ready(f"http://127.0.0.1:{port}/ready")
        address = f"ws://127.0.0.1:{port}/graphql"
        async with connect(address, subprotocols=[Subprotocol("graphql-transport-ws")]) as socket:
            authorization = {"Authorization": f"Bearer {key}"}
            await socket.send(json.dumps({"type": "connection_init", "payload": authorization}))
            await socket.recv()
            payload = {"query": FOLLOW}
            await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))

            async def events() -> AsyncGenerator[Any]:
                async with asyncio.timeout(60):
                    while True:
                        yield json.loads(await socket.recv())["payload"]["data"]["ordersChanged"]

            yield server, events()
    finally:
        server.terminate()
        await asyncio.to_thread(server.wait)


async def _until_ready(url: str) -> None:
    async with asyncio.timeout(60), httpx.AsyncClient(trust_env=False, verify=False) as client:
        while True:
            with suppress(httpx.TransportError):
                if (await client.get(url)).is_success:
                    return
            await asyncio.sleep(0.05)
