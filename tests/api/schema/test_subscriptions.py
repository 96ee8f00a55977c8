"""Following a job over a real socket."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
import uvicorn
from sqlalchemy import update
from websockets.asyncio.client import ClientConnection, connect

from domain.database.raw import Rows
from domain.models import JobStatus, QueuedJob, Role
from tests.fixtures.world import IMPORT, World

FOLLOW = """subscription($id: ID!) { queuedJob(id: $id) {
  status company { name } progress { done total } outcomes(first: 3) { totalCount } } }"""


@pytest.fixture
async def address(world: World) -> AsyncIterator[str]:
    """The world's API on a real port."""
    config = uvicorn.Config(world.app, port=0, lifespan="off", log_config=None, ws="websockets-sansio")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells no other way
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"ws://127.0.0.1:{port}/graphql"
    server.should_exit = True
    await serving


async def _subscribe(socket: ClientConnection, key: str, job_id: str) -> None:
    await socket.send(json.dumps({"type": "connection_init", "payload": {"Authorization": f"Bearer {key}"}}))
    assert json.loads(await socket.recv())["type"] == "connection_ack"
    payload = {"query": FOLLOW, "variables": {"id": job_id}}
    await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))


async def _next(socket: ClientConnection) -> Any:
    async with asyncio.timeout(10):
        return json.loads(await socket.recv())


async def test_a_job_is_followed(world: World, address: str) -> None:
    """J1: a subscription tells the present state at once, then each change, and completes when the job has ended."""
    world.mall.add_order()
    job_id = (await world.api.ask(IMPORT, input={"companyId": world.company_id}))["job"]["id"]

    async with connect(address, subprotocols=["graphql-transport-ws"]) as socket:  # type: ignore[list-item]
        await _subscribe(socket, world.api._key, job_id)
        first = (await _next(socket))["payload"]["data"]["queuedJob"]
        await world.run_jobs()
        seen = [first]
        while (message := await _next(socket))["type"] == "next":
            seen.append(message["payload"]["data"]["queuedJob"])

    assert message["type"] == "complete"
    assert first == {
        "status": "QUEUED",
        "company": {"name": "Nordlicht"},
        "progress": {"done": 0, "total": None},
        "outcomes": {"totalCount": 0},
    }
    assert seen[-1] == {
        "status": "SUCCEEDED",
        "company": {"name": "Nordlicht"},
        "progress": {"done": 1, "total": 1},
        "outcomes": {"totalCount": 1},
    }


async def test_a_passing_fault_ends_nothing(
    world: World, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """J1, A8: a database that is away for a moment, also while an event is read, ends no subscription."""
    world.mall.add_order()
    job_id = (await world.api.ask(IMPORT, input={"companyId": world.company_id}))["job"]["id"]
    rows, faults = world.database._raw.rows, 0

    async def fail_once(sql: str, values: Sequence[Any], *, companies: str) -> Rows:
        nonlocal faults
        if "FROM queued_jobs" in sql and not faults:
            faults += 1
            raise OSError
        return await rows(sql, values, companies=companies)

    async with connect(address, subprotocols=["graphql-transport-ws"]) as socket:  # type: ignore[list-item]
        await _subscribe(socket, world.api._key, job_id)
        assert (await _next(socket))["payload"]["data"]["queuedJob"]["status"] == "QUEUED"
        monkeypatch.setattr(world.database._raw, "rows", fail_once)
        await world.run_jobs()
        seen = []
        while (message := await _next(socket))["type"] == "next":
            seen.append(message["payload"]["data"]["queuedJob"]["status"])

    assert (message["type"], seen[-1], faults) == ("complete", "SUCCEEDED", 1)


async def test_a_job_that_ended_is_told_once(world: World, address: str) -> None:
    """J1: of a job that has ended already its state is told, and that is all."""
    job_id = (await world.api.ask(IMPORT, input={"companyId": world.company_id}))["job"]["id"]
    async with world.database.write() as session:
        await session.execute(update(QueuedJob).values(status=JobStatus.CANCELLED))

    async with connect(address, subprotocols=["graphql-transport-ws"]) as socket:  # type: ignore[list-item]
        await _subscribe(socket, world.api._key, job_id)
        kinds = [(await _next(socket))["type"] for _ in range(2)]

    assert kinds == ["next", "complete"]


async def test_another_companys_job_is_like_none(world: World, address: str) -> None:
    """A5: another company's job and one that never was are answered alike."""
    other = await world.new_company("Sued", world.sandbox.add_mall())
    job_id = (await world.api.ask(IMPORT, input={"companyId": other}))["job"]["id"]
    key = (await world.key(Role.ADMINISTER, 1))._key
    answers = []
    for each in (job_id, "UXVldWVkSm9iOjk5OTk5", "nonsense", ""):
        async with connect(address, subprotocols=["graphql-transport-ws"]) as socket:  # type: ignore[list-item]
            await _subscribe(socket, key, each)
            message = await _next(socket)
            answers.append((message["type"], str(message["payload"])))

    assert len(set(answers)) == 1, answers
    assert "NOT_FOUND" in answers[0][1]
