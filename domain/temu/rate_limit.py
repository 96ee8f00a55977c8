"""
Temu's calls per second for one app, shared by all malls, workers and servers through Redis.
"""

import asyncio
import time
from collections import defaultdict
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from domain.telemetry import log

# Gives out the next free moment: one call each interval, none saved up, so no second ever holds more than allowed.
# KEYS[1]: the moment up to which calls are given out, in microseconds. ARGV: interval, then a pause that begins now,
# both likewise; pauses asked for at the same time are one pause.
_NEXT_SLOT = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local slot = tonumber(redis.call('GET', KEYS[1]) or '0')
if slot < now + ARGV[2] then slot = now + ARGV[2] end
redis.call('SET', KEYS[1], string.format('%.0f', slot + ARGV[1]), 'PX', 60000)
return string.format('%.0f', slot - now)
"""
# What Temu counts is when calls arrive, which is less even than when they leave.
_MARGIN = 1.02
_PAUSE_SECONDS = 1.0


class RateLimiter:
    """
    Makes callers wait for their turn. Without Redis each process keeps the limit by itself.
    """

    def __init__(self, redis: Redis | None, *, calls_per_second: float) -> None:
        self._redis = redis
        self._interval = _MARGIN / calls_per_second
        self._own_slots: dict[str, float] = defaultdict(float)

    async def wait(self, app_key: str) -> None:
        """
        Return when the next call of *app_key* may leave.
        """
        delay = await self._reserve(app_key, pause=0.0)
        if delay > 0:
            await asyncio.sleep(delay)

    async def slow_down(self, app_key: str) -> None:
        """
        Temu said that it was too much: who asks for a turn from now on waits a second for it, or more.
        """
        await self._reserve(app_key, pause=_PAUSE_SECONDS)

    async def _reserve(self, app_key: str, *, pause: float) -> float:
        if self._redis is not None:
            try:
                async with asyncio.timeout(1):
                    arguments = [str(int(self._interval * 1e6)), str(int(pause * 1e6))]
                    answer: Any = self._redis.eval(_NEXT_SLOT, 1, f"tradewind:calls:{app_key}", *arguments)
                    slot = await answer
                return int(slot) / 1e6
            except (RedisError, OSError, TimeoutError) as error:
                log.warning("temu.rate_limit_alone", reason=type(error).__name__)
        now = time.monotonic()
        slot = max(self._own_slots[app_key], now + pause)
        self._own_slots[app_key] = slot + self._interval
        return slot - now
