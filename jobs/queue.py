"""Saying through arq that a row waits: its id only, as JSON. Best effort, for the row is the queue."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
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
START = "start"
_ENQUEUE_SECONDS = 0.25


@dataclass(frozen=True)
class Queue:
    """The Redis through which workers are told; *embedded*, where it is ours to start."""

    redis: ArqRedis
    embedded: EmbeddedRedis | None = None

    async def enqueue(self, job_ids: Sequence[int]) -> None:
        """Tell workers of jobs that have just become durable; never fails, takes a quarter of a second at the most."""
        try:
            async with asyncio.timeout(_ENQUEUE_SECONDS):
                for job_id in job_ids:
                    await self.redis.enqueue_job(START, job_id, _queue_name=QUEUE)
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("queue.enqueue_failed", jobs=list(job_ids), reason=type(error).__name__)

    async def ensure(self) -> None:
        """Start the embedded server where it doesn't answer. Raises EmbeddedRedisError."""
        if self.embedded is not None:
            await asyncio.to_thread(self.embedded.ensure)


def connect(url: str) -> ArqRedis:
    """A client for the server at *url*, opened when first used, that notices a connection gone dead."""
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
async def connected(settings: Settings) -> AsyncGenerator[Queue]:
    """The Redis that the settings name, or the embedded one, which is started where it doesn't run."""
    if settings.redis_url is not None:
        queue = Queue(connect(settings.redis_url.get_secret_value()))
    else:
        embedded = EmbeddedRedis(settings.data_dir)
        queue = Queue(connect(embedded.url), embedded)
    await queue.ensure()
    try:
        yield queue
    finally:
        await queue.redis.aclose()
        if queue.embedded is not None:
            await asyncio.to_thread(queue.embedded.stop)


def dump(message: dict[str, Any]) -> bytes:
    """arq's message as JSON: what is read back from Redis is never unpickled."""
    return orjson.dumps(message)


def load(message: bytes) -> dict[str, Any]:
    loaded: dict[str, Any] = orjson.loads(message)
    return loaded
