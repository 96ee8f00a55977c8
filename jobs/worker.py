"""The worker's composition root: `python -m jobs.worker`, or `tradewind worker`.

Three things bring jobs to its runner: arq at once, the sweeper within a second, the schedule by the clock.
"""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import arq
from arq.connections import ArqRedis
from redis.exceptions import RedisError
from uvicorn.loops.auto import auto_loop_factory

from domain import clock, faults, metrics, scraping, telemetry, tracing
from domain.channel_actions.due import send_due
from domain.queued_jobs import run_counts
from domain.readiness import report_unknown_variables, until_ready
from domain.resources import Resources, opened
from domain.settings import Settings
from domain.telemetry import log
from domain.webhooks.deliver import LoadDocuments
from domain.webhooks.dispatch import dispatch
from jobs.embedded_redis import EmbeddedRedisError
from jobs.heartbeat import Heartbeat
from jobs.periodic import run_periodically
from jobs.queue import QUEUE, START, Queue, connected, dump, load
from jobs.runner import Runner
from jobs.scheduler import Scheduler
from jobs.sweeper import Sweeper

_POLL_SECONDS = 0.1
# Until changes are looked at anew for what receivers are told, and actions for what is due and nobody sends.
_DISPATCH_EVERY_SECONDS = 1.0
_RECONNECT_SECONDS = 1.0
_DRAIN_SECONDS = 20.0
_CANCEL_AGAIN_SECONDS = 1.0


async def work(
    settings: Settings, stop: asyncio.Event, *, load_documents: LoadDocuments | None = None
) -> None:
    """Run jobs until *stop* is set, then finish the units of work in hand and release the rest."""
    async with (
        connected(settings) as queue,
        opened(settings, redis=queue.redis, after_commit=queue.enqueue) as resources,
        scraping.served(resources),
    ):
        metrics.WORKER_SLOTS.set(settings.worker_jobs)
        run_counts.count_from_zero()
        # As long as the column; the pid tells workers of one machine apart.
        name = f"{socket.gethostname()[:50]}:{os.getpid()}"
        runner = Runner(resources, owner=name, load_documents=load_documents)
        heartbeat = Heartbeat(resources, runner, name=name)
        try:
            async with in_background(_wait_for_tables_then_work(queue, resources, runner, heartbeat), stop):
                with metrics.loop_lag():
                    await stop.wait()
        finally:
            log.info("worker.draining", jobs=len(runner.running))
            # At once: either may wait for a database that is busy or away.
            await asyncio.gather(runner.drain(seconds=_DRAIN_SECONDS), heartbeat.end())
    log.info("worker.stopped")


async def _wait_for_tables_then_work(
    queue: Queue, resources: Resources, runner: Runner, heartbeat: Heartbeat
) -> None:
    await until_ready(resources, report=lambda reason: log.warning("worker.not_ready", reason=reason))
    await heartbeat.begin()
    log.info("worker.ready", slots=runner.free_slots)
    await together(
        follow_queue(queue, runner.start),
        Sweeper(resources, runner).run(),
        Scheduler(resources).run(),
        run_periodically(
            lambda: dispatch(resources.database, now=clock.now()),
            every_seconds=_DISPATCH_EVERY_SECONDS,
            unavailable="webhook.database_unavailable",
            failed="webhook.dispatch_failed",
        ),
        run_periodically(
            lambda: send_due(resources.database, now=clock.now()),
            every_seconds=_DISPATCH_EVERY_SECONDS,
            unavailable="channel_action.database_unavailable",
            failed="channel_action.look_failed",
        ),
        heartbeat.run(),
    )


async def together(*coroutines: Coroutine[Any, Any, None]) -> None:
    """Run them side by side until one ends, or this is cancelled. When it returns none of them runs any more, for which
    gather() doesn't wait.
    """
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in ended:
            task.result()
    finally:
        await _end(tasks)


async def follow_queue(queue: Queue, start: Callable[[int], None]) -> None:
    """Have arq's worker *start* each job that it is told of. Any fault of Redis ends that worker, which is routine: the
    sweeper goes on meanwhile, and another one is made.
    """
    while True:
        worker = _arq_worker(queue.redis, start)
        try:
            await worker.async_run()
        except (RedisError, OSError) as error:
            log.warning("worker.queue_lost", reason=type(error).__name__)
        except Exception:  # noqa: BLE001 - without its queue a worker still finds work by itself
            log.exception("worker.queue_lost")
        finally:
            await asyncio.gather(*worker.tasks.values(), return_exceptions=True)
        await _until_it_answers(queue)
        log.info("worker.queue_found")


async def _until_it_answers(queue: Queue) -> None:
    """An outage has a line at its beginning and one at its end, however long it takes."""
    reported = None
    while True:
        await asyncio.sleep(_RECONNECT_SECONDS)
        try:
            await queue.ensure()
            await queue.redis.ping()
        except EmbeddedRedisError as error:
            if str(error) != reported:
                log.warning("worker.queue_lost", reason=str(error))
            reported = str(error)
        except (RedisError, OSError):
            continue
        else:
            return


def _arq_worker(redis: ArqRedis, start: Callable[[int], None]) -> arq.Worker:
    async def start_job(context: dict[str, Any], job_id: int) -> None:  # noqa: ARG001 - arq's form
        # Returns at once: all that arq holds is the message, and without a free slot the row waits for a sweep.
        start(int(job_id))

    return arq.Worker(
        functions=[arq.func(start_job, name=START)],  # type: ignore[arg-type]
        queue_name=QUEUE,
        redis_pool=redis,
        handle_signals=False,
        poll_delay=_POLL_SECONDS,
        keep_result=0,
        # Another worker may take a message that one took as it died after this and ten seconds; arq's 300 are in the way.
        job_timeout=5,
        job_serializer=dump,
        job_deserializer=load,
    )


@asynccontextmanager
async def in_background(coroutine: Coroutine[Any, Any, None], stop: asyncio.Event) -> AsyncGenerator[None]:
    """Run *coroutine* beside the body. Should it end by itself, it sets *stop*, and what it raised is raised at the end."""
    task = asyncio.create_task(coroutine)
    task.add_done_callback(lambda _: stop.set())
    try:
        yield
    finally:
        await _end([task])
    if not task.cancelled():
        task.result()


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel them until all have ended."""
    while running := [task for task in tasks if not task.done()]:
        # Once may not do: Python 3.11's wait_for, by which redis-py sends, swallows one that comes as it ends.
        for task in running:
            task.cancel()
        # Whoever cancels us again meanwhile wants the same.
        with suppress(asyncio.CancelledError):
            await asyncio.wait(running, timeout=_CANCEL_AGAIN_SECONDS)


async def _until_signalled(settings: Settings, load_documents: LoadDocuments | None) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await work(settings, stop, load_documents=load_documents)


def main(load_documents: LoadDocuments | None = None) -> None:
    """*load_documents*: what runs GraphQL for webhooks, which a worker itself knows nothing of."""
    with faults.ending_in_one_line():
        settings = Settings.load()
    telemetry.configure(log_format=settings.log_format)
    report_unknown_variables()
    tracing.start("tradewind-worker")
    try:
        # The loop that the server runs on too: a job is mostly talk over sockets.
        with (
            faults.ending_in_one_line(settings),
            asyncio.Runner(loop_factory=auto_loop_factory()) as runner,
        ):
            runner.run(_until_signalled(settings, load_documents))
    finally:
        tracing.stop()


if __name__ == "__main__":
    main()
