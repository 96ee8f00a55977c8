"""A worker's heartbeat."""

import asyncio
import signal
from pathlib import Path

from sqlalchemy import text

from domain.database.session import Database
from domain.monitoring import workers
from domain.monitoring.workers import WorkerState
from domain.resources import opened
from domain.settings import Settings
from jobs.heartbeat import Heartbeat
from jobs.runner import Runner
from tests.fixtures.database import as_owner
from tests.fixtures.workers import start_worker


async def _states(database: Database) -> list[WorkerState]:
    async with database.read() as session:
        return list(await workers.states(session))


async def test_a_worker_has_a_row_while_it_lives(
    database: Database, settings: Settings, redis_url: str, tmp_path: Path
) -> None:
    """A7, R5: a worker tells that it is alive, and takes its row back when it is asked to stop."""
    worker = start_worker(settings, redis_url, tmp_path / "log")
    try:
        async with asyncio.timeout(60):
            while not (seen := await _states(database)):  # noqa: ASYNC110 - another process writes it
                await asyncio.sleep(0.05)
    finally:
        worker.send_signal(signal.SIGTERM)
        status = await asyncio.to_thread(worker.wait, 60)

    assert [(state.name.endswith(f":{worker.pid}"), state.is_alive) for state in seen] == [(True, True)]
    assert seen[0].slots == settings.worker_jobs
    assert status == 0
    assert await _states(database) == []


async def test_one_of_the_same_name_is_another_start(database: Database, settings: Settings) -> None:
    """A7: a container that is started anew has the name that it had, and a life of its own."""
    async with database.write() as session:
        await workers.beat(session, "pod:1", slots=1, running=1)
    async with opened(settings, redis=None) as resources:
        heartbeat = Heartbeat(resources, Runner(resources, owner="pod:1"), name="pod:1")
        beating = asyncio.create_task(heartbeat.run())
        async with asyncio.timeout(20):
            while (await _states(database))[0].slots == 1:  # noqa: ASYNC110 - it beats by itself
                await asyncio.sleep(0.01)
        beating.cancel()
        await heartbeat.end()

    assert await _states(database) == []


async def test_a_row_that_can_not_be_taken_back(database: Database, settings: Settings) -> None:
    """R5: whatever goes wrong with a worker's row, the worker ends as it should."""
    async with opened(settings, redis=None) as resources:
        heartbeat = Heartbeat(resources, Runner(resources, owner="pod:1"), name="pod:1")
        beating = asyncio.create_task(heartbeat.run())
        async with asyncio.timeout(20):
            while not await _states(database):  # noqa: ASYNC110 - it beats by itself
                await asyncio.sleep(0.01)
        beating.cancel()
        owner = Database(as_owner(str(settings.database_url)))
        async with owner.write() as session:
            await session.execute(text("DROP TABLE workers"))
        await owner.close()

        await heartbeat.end()
