"""Saying through arq that a row waits: its id only, as JSON. Best effort, for the row is the queue."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from arq.connections import ArqRedis
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from domain import redis_sentinel
from domain.redis_availability import RedisAvailability
from domain.settings import Settings
from jobs.embedded_redis import EmbeddedRedis

QUEUE = "tradewind:jobs"
START = "start"
_ENQUEUE_SECONDS = 0.25


@dataclass
class Queue:
    """The Redis through which workers are told; *embedded*, where it is ours to start."""

    redis: ArqRedis
    embedded: EmbeddedRedis | None = None

    def __post_init__(self) -> None:
        self._availability = RedisAvailability(
            self.redis, lost="queue.enqueue_failed", found="queue.enqueue_recovered"
        )

    async def enqueue(self, job_ids: Sequence[int]) -> None:
        """Tell workers of jobs that have just become durable; never fails, takes a quarter of a second at the most."""
        try:
            async with asyncio.timeout(_ENQUEUE_SECONDS):
                for job_id in job_ids:
                    await self.redis.enqueue_job(START, job_id, _queue_name=QUEUE)
        except (RedisError, OSError, TimeoutError) as error:
            self._availability.failed(error, jobs=list(job_ids))
        else:
            self._availability.answered()

    async def ensure(self) -> None:
        """Start the embedded server where it doesn't answer. Raises EmbeddedRedisError."""
        if self.embedded is not None:
            await asyncio.to_thread(self.embedded.ensure)


def connect(url: str) -> ArqRedis:
    """A client for the server at *url*, opened when first used, that notices a connection gone dead."""
    options: dict[str, Any] = {
        "socket_connect_timeout": 2,
        "socket_timeout": 5,
        "health_check_interval": 10,
        "retry": Retry(NoBackoff(), 1),
    }
    if not url.startswith("unix://"):
        options["socket_keepalive"] = True
    client: ArqRedis
    if url.startswith(redis_sentinel.SCHEMES):
        client = _primary(redis_sentinel.parse(url), options)
    else:
        client = ArqRedis.from_url(url, **options)
    client.job_serializer = dump
    client.job_deserializer = load
    return client


def _primary(url: redis_sentinel.SentinelUrl, options: dict[str, Any]) -> ArqRedis:
    """A client of whichever server is the service's primary when it connects."""
    server: dict[str, Any] = {**parse_url(url.server), **options}
    del server["host"]
    server["ssl"] = server.pop("connection_class", None) is not None
    # Sentinels often have no password where the server has one, and refuse a login then: so theirs is asked for by name.
    login = {name: server.pop(f"sentinel_{name}", None) for name in ("username", "password")}
    tls = {name: value for name, value in server.items() if name.startswith("ssl")}
    # Shorter than what anybody waits for Redis: behind a sentinel that is gone, the next one is asked.
    patience = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}
    untyped: Any = Sentinel
    client: ArqRedis = untyped(url.sentinels, sentinel_kwargs={**login, **tls, **patience}).master_for(
        url.service, redis_class=ArqRedis, **server
    )
    return client


async def close(client: ArqRedis) -> None:
    """Close the client's connections, those to sentinels too, which redis-py leaves open."""
    await client.aclose()
    pool = client.connection_pool
    if isinstance(pool, SentinelConnectionPool):
        for each in pool.sentinel_manager.sentinels:
            await each.aclose()


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
        await close(queue.redis)
        if queue.embedded is not None:
            await asyncio.to_thread(queue.embedded.stop)


def dump(message: dict[str, Any]) -> bytes:
    """arq's message as JSON: what is read back from Redis is never unpickled."""
    return orjson.dumps(message)


def load(message: bytes) -> dict[str, Any]:
    loaded: dict[str, Any] = orjson.loads(message)
    return loaded
