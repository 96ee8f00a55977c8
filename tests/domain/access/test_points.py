"""A key's points: one bucket for all servers, counted without asking Redis each time."""

import asyncio
from pathlib import Path

import pytest
from arq.connections import ArqRedis
from structlog.testing import capture_logs

from domain.access import points
from domain.access.points import PointsLimiter
from jobs.queue import connect
from tests.fixtures.embedded import running_redis

# So slow to come back that none does within a test.
SLOW = 1


def _server(redis: ArqRedis | None, *, maximum: int = 1000, every: float = 0.0) -> PointsLimiter:
    return PointsLimiter(redis, maximum=maximum, per_second=SLOW, ask_every_seconds=every)


async def test_all_servers_take_from_one_bucket(redis: ArqRedis) -> None:
    """A6: what a key spends at one server it has spent at all, and another key has all of its own."""
    servers = [_server(redis) for _ in range(3)]

    charges = [await servers[n % 3].charge(1, 100) for n in range(13)]

    assert [each.is_granted for each in charges] == [True] * 10 + [False] * 3
    assert [each.available for each in charges[:3]] == [900, 800, 700]
    assert 95 <= charges[-1].retry_after <= 100
    assert (await servers[0].charge(2, 1000)).is_granted
    assert (await servers[1].charge(1, charges[-1].available)).is_granted, "what is left can be had"


async def test_redis_is_asked_seldom(redis: ArqRedis) -> None:
    """A6: between two questions a process counts by itself, and tells Redis of all that was spent with the next one."""
    here, there = _server(redis, every=3600), _server(redis)
    before = (await redis.info("commandstats"))["cmdstat_evalsha"]["calls"] if await _was_asked(redis) else 0

    charges = await asyncio.gather(*(here.charge(1, 10) for _ in range(120)))

    assert sum(each.is_granted for each in charges) == 100
    assert (await redis.info("commandstats"))["cmdstat_evalsha"]["calls"] - before <= 2
    # The process asks again, and another one hears of it.
    here._buckets[1].asked_at = 0.0
    here._ask_every_seconds = 0.0
    assert not (await here.charge(1, 20)).is_granted
    assert not (await there.charge(1, 20)).is_granted


async def _was_asked(redis: ArqRedis) -> bool:
    return "cmdstat_evalsha" in await redis.info("commandstats")


async def test_points_come_back(redis: ArqRedis) -> None:
    """A6: points come back all the time, up to the most; a bucket that is full again isn't kept."""
    limiter = PointsLimiter(redis, maximum=1000, per_second=1_000_000, ask_every_seconds=0.0)

    for _ in range(5):
        while not (charge := await limiter.charge(1, 1000)).is_granted:
            assert charge.retry_after == 1
        assert charge.available < 1000
    while await redis.exists("tradewind:points:1"):  # noqa: ASYNC110 - Redis tells by no event
        await asyncio.sleep(0.001)


async def test_without_redis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A6: without Redis each process goes on by itself, and nobody is refused what he would have got; it is told once that
    Redis is away and once that it is back, with its address.
    """
    monkeypatch.setattr(points, "_WITHOUT_REDIS_SECONDS", 0.0)
    with running_redis(tmp_path) as server:
        client = connect(server.url)
        here, there = _server(client), _server(client)
        assert (await here.charge(1, 500)).is_granted
        with capture_logs() as logs:
            await asyncio.to_thread(server.stop)
            alone = [(await here.charge(1, 100)).is_granted for _ in range(6)]
            other = [(await there.charge(1, 100)).is_granted for _ in range(11)]
            await asyncio.to_thread(server.ensure)
            assert not (await here.charge(1, 1000)).is_granted, "what was spent meanwhile is told"
            assert not (await there.charge(1, 1)).is_granted
        await client.aclose()

    assert alone == [True] * 5 + [False]
    assert other == [True] * 10 + [False]
    assert [line["event"] for line in logs] == ["points.redis_unavailable"] * 2 + [
        "points.redis_available"
    ] * 2
    assert {line["redis"] for line in logs} == {server.url.removeprefix("unix://").partition("?")[0]}


async def test_a_clock_that_was_set_back(redis: ArqRedis) -> None:
    """A6: a moment far ahead of Redis's clock locks no key out for longer than two full buckets take."""
    await redis.set("tradewind:points:1", "9999999999999999")

    assert (await _server(redis).charge(1, 1)).retry_after <= 1001
