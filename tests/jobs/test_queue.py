"""What brings jobs to a worker at once: arq, as it is, and what becomes of it when Redis fails."""

import asyncio
import pickle  # noqa: TID251 - what must never be read
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from arq.connections import ArqRedis
from redis.asyncio.connection import SSLConnection
from structlog.testing import capture_logs

from jobs import embedded_redis, worker
from jobs.queue import QUEUE, Queue, close, connect
from jobs.worker import follow_queue, in_background
from tests.fixtures.embedded import running_redis

Started = asyncio.Queue[int]


@asynccontextmanager
async def _following(queue: Queue) -> AsyncGenerator[Started]:
    """A worker that only takes down which jobs it is to start."""
    started = Started()
    async with in_background(follow_queue(queue, started.put_nowait), asyncio.Event()):
        yield started


async def _next(started: Started) -> int:
    return await asyncio.wait_for(started.get(), 10)


async def test_a_job_is_started_once(redis: ArqRedis) -> None:
    """J1: jobs that become durable, alone or together, each reach a worker once, and nothing of them stays in Redis."""
    queue = Queue(redis)
    async with _following(queue) as started:
        for number in (7, 8, 9):
            await queue.enqueue([number])
            assert await _next(started) == number
        await queue.enqueue([1, 2, 3])
        assert sorted([await _next(started) for _ in range(3)]) == [1, 2, 3]

        while await redis.keys("*") != [f"{QUEUE}:health-check".encode()]:  # noqa: ASYNC110 - Redis tells by no event
            await asyncio.sleep(0.01)
        assert started.empty()


async def test_sentinels_by_tls() -> None:
    """R2: rediss+sentinel:// has servers and sentinels spoken to by TLS, each with the login of its own."""
    url = "rediss+sentinel://u:p%40@h1,[::1]:7/s/3?ssl_ca_certs=/ca&sentinel_password=other"
    client = connect(url)
    pool: Any = client.connection_pool
    server = pool.make_connection()
    assert isinstance(server, SSLConnection)
    assert (server.username, server.password, server.db, server.ca_certs) == ("u", "p@", 3, "/ca")
    sentinels = [each.connection_pool.make_connection() for each in pool.sentinel_manager.sentinels]
    assert [(each.host, each.port, each.password, each.ca_certs) for each in sentinels] == [
        ("h1", 26379, "other", "/ca"),
        ("::1", 7, "other", "/ca"),
    ]
    await close(client)


class _Bomb:
    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
        return Path.touch, (self._path,)


@pytest.mark.parametrize("forged", ["pickle", "json", "argument", "function"])
async def test_what_others_put_into_redis(redis: ArqRedis, tmp_path: Path, forged: str) -> None:
    """J2: nothing that is read from Redis is unpickled, and a message that can't be read is in nobody's way."""
    queue, bomb = Queue(redis), tmp_path / "bomb"
    message = {
        "pickle": pickle.dumps({"t": 1, "f": "start", "a": (_Bomb(bomb),), "k": {}, "et": 1}),
        "json": b"[1, 2]",
        "argument": b'{"t":1,"f":"start","a":["x"],"k":{},"et":1}',
        "function": b'{"t":1,"f":"other","a":[1],"k":{},"et":1}',
    }[forged]
    await redis.set("arq:job:forged", message)
    await redis.zadd(QUEUE, {"forged": 1})

    async with _following(queue) as started:
        await queue.enqueue([7])
        assert await _next(started) == 7
        while await redis.exists("arq:job:forged"):  # noqa: ASYNC110 - Redis tells by no event
            await asyncio.sleep(0.01)

    assert not bomb.exists()
    assert started.empty()


async def test_a_redis_that_comes_back_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """J1, J2: a Redis that has gone fails no mutation, and a worker follows the queue of the one that comes back. The log
    has a line of its beginning and one of its end, however often it was tried.
    """
    monkeypatch.setattr(worker, "_RECONNECT_SECONDS", 0.001)
    with running_redis(tmp_path) as server:
        queue = Queue(connect(server.url))
        async with _following(queue) as started:
            await queue.enqueue([1])
            assert await _next(started) == 1

            with capture_logs() as logs:
                await asyncio.to_thread(server.stop)
                await queue.enqueue([2])
                await queue.enqueue([2])
                while "worker.queue_lost" not in [line["event"] for line in logs]:  # noqa: ASYNC110 - no event tells
                    await asyncio.sleep(0.01)
                await asyncio.to_thread(server.ensure)

                await queue.enqueue([3])
                assert await _next(started) == 3
        await queue.redis.aclose()
    told = [line["event"] for line in logs if line["event"].startswith("worker.")]
    assert told == ["worker.queue_lost", "worker.queue_found"]
    redis = server.url.removeprefix("unix://").partition("?")[0]
    assert [line for line in logs if line["event"].startswith("queue.")] == [
        {"event": "queue.enqueue_failed", "jobs": [2], "reason": "ConnectionError", "redis": redis, "log_level": "warning"},
        {"event": "queue.enqueue_recovered", "redis": redis, "log_level": "info"},
    ]  # fmt: skip


async def test_an_embedded_redis_that_is_frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """J1: no second server is started beside one that lives and doesn't answer; when it goes on it serves everybody."""
    monkeypatch.setattr(embedded_redis, "_START_SECONDS", 2.0)
    with running_redis(tmp_path) as server:
        other = embedded_redis.EmbeddedRedis(tmp_path)
        assert server._process is not None
        server._process.send_signal(signal.SIGSTOP)

        with pytest.raises(embedded_redis.EmbeddedRedisError, match="doesn't answer"):
            await asyncio.to_thread(other.ensure)
        server._process.send_signal(signal.SIGCONT)
        await asyncio.to_thread(other.ensure)
        assert other._process is None

        server._process.send_signal(signal.SIGSTOP)
    # It was ended all the same, and another may follow it.
    await asyncio.to_thread(other.ensure)
    other.stop()


async def test_an_embedded_redis_that_was_killed(tmp_path: Path) -> None:
    """J2: a worker starts the embedded Redis again where it was killed, and is told of jobs by it."""
    with running_redis(tmp_path) as server:
        queue = Queue(connect(server.url), server)
        async with _following(queue) as started:
            await queue.enqueue([1])
            assert await _next(started) == 1

            assert server._process is not None
            server._process.kill()

            async with asyncio.timeout(20):
                while started.empty():
                    await queue.enqueue([2])
                    await asyncio.sleep(0.05)
        await queue.redis.aclose()
