"""Redis by Sentinel: real servers with a password, one real sentinel, and a primary that is killed."""

import asyncio
import socket
import subprocess
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import RedisError
from structlog.testing import capture_logs

from domain.settings import Settings
from domain.temu.rate_limiter import RateLimiter
from jobs import embedded_redis
from jobs.queue import connected
from jobs.worker import follow_queue, in_background

_PASSWORD, _SENTINELS_PASSWORD = "s3cret/@server", "s3cret-sentinel"


@contextmanager
def _server(folder: Path, port: int, *lines: str, program: tuple[str, ...] = ()) -> Generator[Redis]:
    folder.mkdir()
    config = folder / "valkey.conf"
    config.write_text("\n".join((f"port {port}", "bind 127.0.0.1", f"dir {folder}", 'save ""', *lines, "")))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([embedded_redis._binary(), config, *program], stdout=log, stderr=log)
    client = Redis(port=port, password=_SENTINELS_PASSWORD if program else _PASSWORD)
    try:
        while True:
            try:
                client.ping()
                break
            except RedisError:
                assert process.poll() is None, (folder / "log").read_text()
        yield client
    finally:
        client.close()
        process.kill()
        process.wait()


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        taken = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in taken]


def _is_followed(watching: Redis, replica: Redis) -> bool:
    """The sentinel knows the replica, and the replica has what the primary has."""
    sentinel: Any = watching
    status: Any = replica.info("replication")
    return (
        bool(sentinel.execute_command("SENTINEL", "SLAVES", "orders"))
        and status["master_link_status"] == "up"
    )


async def test_a_failover(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """R2, J2: when the primary dies, workers are told of jobs and callers given slots by the one that follows it."""
    first, second, watcher, nobody = _free_ports(4)
    login = (f"requirepass {_PASSWORD}", f"masterauth {_PASSWORD}")
    watch = (
        f"requirepass {_SENTINELS_PASSWORD}",
        f"sentinel monitor orders 127.0.0.1 {first} 1",
        f"sentinel auth-pass orders {_PASSWORD}",
        "sentinel down-after-milliseconds orders 500",
    )
    # The first of the sentinels doesn't answer.
    url = (
        f"redis+sentinel://:s3cret%2F%40server@127.0.0.1:{nobody},127.0.0.1:{watcher}/orders/2"
        f"?sentinel_password={_SENTINELS_PASSWORD}"
    )
    monkeypatch.setenv("TRADEWIND_REDIS_URL", url)
    monkeypatch.setenv("TRADEWIND_ENV", "development")
    with ExitStack() as servers, capture_logs() as logs:
        dying = servers.enter_context(ExitStack())
        primary = dying.enter_context(_server(tmp_path / "1", first, *login))
        replica = servers.enter_context(
            _server(tmp_path / "2", second, *login, f"replicaof 127.0.0.1 {first}")
        )
        watching = servers.enter_context(_server(tmp_path / "3", watcher, *watch, program=("--sentinel",)))
        while not _is_followed(watching, replica):  # noqa: ASYNC110 - neither tells by an event
            await asyncio.sleep(0.05)

        started = asyncio.Queue[int]()
        async with connected(Settings.load()) as queue:
            limiter = RateLimiter(queue.redis, calls_per_second=1000)
            async with in_background(follow_queue(queue, started.put_nowait), asyncio.Event()):
                await queue.enqueue([1])
                assert await asyncio.wait_for(started.get(), 10) == 1
                await limiter.wait("app", line="mall")
                keyspace: Any = primary.info("keyspace")
                assert set(keyspace) == {"db2"}

                await asyncio.to_thread(dying.close)

                async with asyncio.timeout(60):
                    while started.empty():
                        await queue.enqueue([2])
                        await asyncio.sleep(0.05)
                assert started.get_nowait() == 2
            await limiter.wait("app", line="another")
        role: Any = replica.role()
        assert role[0] == b"master"
    assert "queue.enqueue_failed" in [line["event"] for line in logs]
    assert "s3cret" not in str(logs)
