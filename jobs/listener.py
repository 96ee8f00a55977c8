"""
A worker's ears: arq's worker, which looks into its queue when the bell rings and now and then besides.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

from arq.connections import ArqRedis
from arq.worker import Worker, func
from redis.exceptions import RedisError

from domain.settings import Settings
from domain.telemetry import log
from jobs.doorbell import BELL, QUEUE, WAKE, dump, load
from jobs.embedded_redis import EmbeddedRedis, EmbeddedRedisError
from jobs.runner import Runner

_LISTEN_AGAIN_SECONDS = 1.0
# For a ring that was lost: whoever took it may have died.
_LOOK_UNASKED_SECONDS = 1
_LOOK_FOR_ROOM_SECONDS = 0.05


class _Worker(Worker):
    """
    arq's own loop looks at fixed intervals: short ones cost an idle worker its rest, long ones whoever waits.
    """

    def __init__(self, *, has_room: Callable[[], bool], **options: Any) -> None:
        super().__init__(**options)
        self._has_room = has_room

    async def main(self) -> None:
        while True:
            while not self._has_room():  # noqa: ASYNC110 - jobs end by no event
                # Rings and wakes are left to the workers that can do something about them.
                await asyncio.sleep(_LOOK_FOR_ROOM_SECONDS)
            await self._poll_iteration()
            current = asyncio.current_task()
            if current is not None and current.cancelling():
                # Python 3.11's wait_for, which redis-py sends by, may swallow it.
                raise asyncio.CancelledError
            await cast("Awaitable[object]", self.pool.blpop([BELL], timeout=_LOOK_UNASKED_SECONDS))


async def listen(settings: Settings, redis: ArqRedis, runner: Runner) -> None:
    """
    Follow arq's queue. Its worker ends with any fault of Redis, which is routine: the sweeper goes on meanwhile.
    """
    embedded = EmbeddedRedis(settings.data_dir)
    while True:
        worker = _worker(redis, runner)
        try:
            await worker.async_run()
        except asyncio.CancelledError:
            if worker.main_task is not None:
                worker.main_task.cancel()
            await asyncio.gather(*worker.tasks.values(), return_exceptions=True)
            raise
        except (RedisError, OSError) as error:
            log.warning("worker.deaf", reason=type(error).__name__)
        except Exception:  # noqa: BLE001 - without its ears a worker still finds work by itself
            log.exception("worker.deaf")
        await asyncio.sleep(_LISTEN_AGAIN_SECONDS)
        if settings.redis_url is None:
            try:
                await asyncio.to_thread(embedded.ensure)
            except EmbeddedRedisError as error:
                log.warning("worker.deaf", reason=str(error))


def _worker(redis: ArqRedis, runner: Runner) -> _Worker:
    async def wake(context: dict[str, Any], job_id: int) -> None:  # noqa: ARG001 - arq's form
        # Returns at once: arq only carries the news, and keeps nothing that could get stuck.
        runner.start(int(job_id))

    return _Worker(
        has_room=lambda: runner.free_slots > 0,
        functions=[func(wake, name=WAKE)],  # type: ignore[arg-type]
        queue_name=QUEUE,
        redis_pool=redis,
        handle_signals=False,
        max_jobs=100,
        queue_read_limit=1000,
        job_timeout=5,
        max_tries=1,
        retry_jobs=False,
        keep_result=0,
        health_check_interval=10,
        log_results=False,
        job_serializer=dump,
        job_deserializer=load,
    )
