"""
Telling a worker that a row is waiting: arq, the id only, as JSON. Best effort, for the row is the queue.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import orjson
from arq.connections import ArqRedis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from domain.settings import Settings
from domain.telemetry import log
from jobs.embedded_redis import EmbeddedRedis

QUEUE = "tradewind:jobs"
WAKE = "wake"
# A list that holds one thing for each ring; whose worker takes it looks into the queue.
BELL = "tradewind:bell"
_MOST_RINGS = 100
_PATIENCE_SECONDS = 0.25
_LIFE_SECONDS = 60


class Doorbell:
    """
    Rings for jobs that have just become durable. A ring that is lost costs a second: workers look by themselves.
    """

    def __init__(self, redis: ArqRedis) -> None:
        self._redis = redis

    async def ring(self, job_ids: Sequence[int]) -> None:
        """
        Announce these jobs; never fails, never takes longer than a quarter of a second.
        """
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                for job_id in job_ids:
                    await self._redis.enqueue_job(
                        WAKE,
                        job_id,
                        _queue_name=QUEUE,
                        _expires=_LIFE_SECONDS,
                        # Dated back: arq leaves alone what lies ahead of the worker's clock, be it by two milliseconds.
                        _defer_by=-_LIFE_SECONDS,
                    )
                    await self._ring_once()
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("doorbell.silent", jobs=list(job_ids), reason=type(error).__name__)

    async def _ring_once(self) -> None:
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.lpush(BELL, 1)
            # While no worker listens, rings are of no use to the one that comes.
            pipe.ltrim(BELL, 0, _MOST_RINGS - 1)
            pipe.expire(BELL, _LIFE_SECONDS)
            await pipe.execute()


def connect(url: str) -> ArqRedis:
    """
    A client for the server at *url*, opened when first used, that notices a connection gone dead.
    """
    client: ArqRedis = ArqRedis.from_url(
        url,
        socket_connect_timeout=2,
        socket_timeout=5,
        health_check_interval=10,
        retry=Retry(NoBackoff(), 1),
        **({} if url.startswith("unix://") else {"socket_keepalive": True}),
    )
    client.job_serializer = dump
    client.job_deserializer = load
    return client


@asynccontextmanager
async def connected(settings: Settings) -> AsyncGenerator[ArqRedis]:
    """
    A client of the Redis that the settings name, or of the embedded one, which is started where it doesn't run.
    """
    if settings.redis_url is not None:
        client = connect(settings.redis_url.get_secret_value())
        embedded = None
    else:
        embedded = EmbeddedRedis(settings.data_dir)
        await asyncio.to_thread(embedded.ensure)
        client = connect(embedded.url)
    try:
        yield client
    finally:
        await client.aclose()
        if embedded is not None:
            await asyncio.to_thread(embedded.stop)


def dump(message: dict[str, Any]) -> bytes:
    """
    arq's message as JSON: what is read back from Redis is never unpickled.
    """
    return orjson.dumps(message)


def load(message: bytes) -> dict[str, Any]:
    """
    arq's message from JSON.
    """
    loaded: dict[str, Any] = orjson.loads(message)
    return loaded
