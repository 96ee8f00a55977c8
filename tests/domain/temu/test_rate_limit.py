"""
Calls per second, with a real Valkey and without one.
"""

import asyncio
import time

import pytest
from arq.connections import ArqRedis
from redis.asyncio import Redis

from domain.temu.rate_limit import RateLimiter


async def _seconds(limiter: RateLimiter, calls: int, app: str = "app") -> float:
    began = time.monotonic()
    await asyncio.gather(*(limiter.wait(app) for _ in range(calls)))
    return time.monotonic() - began


@pytest.fixture(params=["redis", "alone"])
def shared(request: pytest.FixtureRequest, redis: ArqRedis) -> Redis | None:
    """
    What limiters share.
    """
    return redis if request.param == "redis" else None


async def test_calls_leave_one_after_the_other(shared: Redis | None) -> None:
    """O16: eleven calls at a hundred a second take ten intervals, none of which is saved up for later."""
    limiter = RateLimiter(shared, calls_per_second=100)
    await limiter.wait("app")
    await asyncio.sleep(0.1)

    assert 0.1 <= await _seconds(limiter, 11) < 0.5


async def test_apps_do_not_wait_for_each_other(shared: Redis | None) -> None:
    """O16: the limit is one app's."""
    limiter = RateLimiter(shared, calls_per_second=2)
    await limiter.wait("app")

    assert await _seconds(limiter, 1, app="other") < 0.2


async def test_processes_share_the_limit(redis: ArqRedis) -> None:
    """O16: two limiters on one Redis keep within one limit together."""
    one, other = (RateLimiter(redis, calls_per_second=100) for _ in range(2))
    began = time.monotonic()

    await asyncio.gather(_seconds(one, 10), _seconds(other, 10))

    assert time.monotonic() - began >= 0.19


async def test_many_who_are_told_to_slow_down_are_one_pause(
    shared: Redis | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """J4: when Temu refuses twenty calls at once, the next one waits for one pause and not for twenty."""
    monkeypatch.setattr("domain.temu.rate_limit._PAUSE_SECONDS", 0.3)
    limiter = RateLimiter(shared, calls_per_second=1000)
    await asyncio.gather(*(limiter.slow_down("app") for _ in range(20)))

    assert 0.25 <= await _seconds(limiter, 1) < 2


async def test_without_redis_it_goes_on_alone() -> None:
    """O16: a Redis that is gone stops no call; this process then keeps the limit by itself."""
    gone = Redis(host="127.0.0.1", port=1)
    limiter = RateLimiter(gone, calls_per_second=50)

    assert 0.06 <= await _seconds(limiter, 4) < 2
    await gone.aclose()
