"""
The worker's composition root: `python -m jobs.worker`, or `tradewind worker`.

Three things bring jobs to its runner: arq's doorbell at once, the sweeper within a second, the schedule by the clock.
"""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from arq.connections import ArqRedis
from uvicorn.loops.auto import auto_loop_factory

from domain import revision, telemetry
from domain.errors import Unavailable
from domain.resources import Resources, opened
from domain.settings import ConfigurationError, Settings
from domain.telemetry import log
from jobs.doorbell import Doorbell, connected
from jobs.listener import listen
from jobs.runner import Runner
from jobs.schedule import Schedule
from jobs.sweeper import Sweeper

_DRAIN_SECONDS = 20.0
_LOOK_AGAIN_SECONDS = 5.0


async def work(settings: Settings, stop: asyncio.Event) -> None:
    """
    Run jobs until *stop* is set, then finish the units of work in hand and hand the rest over.
    """
    async with (
        connected(settings) as redis,
        opened(settings, redis=redis, after_commit=Doorbell(redis).ring) as resources,
    ):
        runner = Runner(resources, owner=f"{socket.gethostname()}:{os.getpid()}")
        async with _in_background(_wait_for_tables_then_work(settings, redis, resources, runner)):
            await stop.wait()
            log.info("worker.draining", jobs=len(runner.running))
            await runner.drain(seconds=_DRAIN_SECONDS)
    log.info("worker.stopped")


async def _wait_for_tables_then_work(
    settings: Settings, redis: ArqRedis, resources: Resources, runner: Runner
) -> None:
    while (unfit := await _unfit(resources)) is not None:
        log.warning("worker.waits", reason=unfit)
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
    log.info("worker.ready", slots=settings.worker_jobs)
    await asyncio.gather(
        listen(settings, redis, runner), Sweeper(resources, runner).run(), Schedule(resources).run()
    )


async def _unfit(resources: Resources) -> str | None:
    """
    Why jobs can't be run yet.
    """
    try:
        problem = await revision.problem(resources.database)
    except Unavailable as error:
        return error.message
    return None if problem is None else f"The database {problem}."


@asynccontextmanager
async def _in_background(coroutine: Coroutine[Any, Any, None]) -> AsyncGenerator[None]:
    task = asyncio.create_task(coroutine)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _until_signalled(settings: Settings) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await work(settings, stop)


def main() -> None:
    """
    Run one worker until SIGTERM or SIGINT.
    """
    try:
        settings = Settings.load()
    except ConfigurationError as error:
        raise SystemExit(str(error)) from None
    telemetry.configure(log_format=settings.log_format)
    # The loop that the server runs on too: a job is mostly talk over sockets.
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(_until_signalled(settings))


if __name__ == "__main__":
    main()
