"""The points of each key: operations take their cost from a bucket that fills up steadily, one for all servers (GCRA).

Redis has the bucket. A process asks it some times a second for each key and counts by itself in between, so that a read
doesn't wait for Redis: what a key spends at one server, others know a quarter of a second later. Nothing is forgotten, so on
average a key gets no more than it should; without Redis each process goes on by itself.
"""

import asyncio
import math
import time
from dataclasses import dataclass, field
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from domain import metrics
from domain.redis_availability import RedisAvailability

_ASK_EVERY_SECONDS = 0.25
_REDIS_SECONDS = 0.25
# A Redis that failed is left alone for so long: each request that it doesn't answer costs the time-out above.
_WITHOUT_REDIS_SECONDS = 5.0
# More keys than ever call within a second; beyond it all are forgotten, which Redis knows but for what was spent since.
_MOST = 10_000

# A bucket is one moment of Redis's own clock: when it will be full again. What was spent since the last time is always
# taken, what is asked for only where it is there. A moment too far ahead is of a clock that was set back.
_SCRIPT = """
local most, per_second, spent, asked = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local full_at = tonumber(redis.call('GET', KEYS[1])) or 0
local owed = math.min(2 * most, math.max(0, full_at - now) * per_second / 1000000) + spent
local granted = 0
if owed + asked <= most then
  owed, granted = owed + asked, 1
end
local seconds = owed / per_second
redis.call('SET', KEYS[1], string.format('%.0f', now + seconds * 1000000), 'PX', math.ceil(seconds * 1000) + 1)
return {granted, string.format('%.0f', owed)}
"""


@dataclass(frozen=True, slots=True)
class Charge:
    """What became of taking points from a key."""

    is_granted: bool
    available: int
    maximum: int
    restore_rate: int
    """Points that come back each second."""
    retry_after: int
    """Seconds until they are there, where they were not."""


class PointsLimiter:
    """The buckets of all keys, as one process sees them."""

    def __init__(
        self,
        redis: Redis | None,
        *,
        maximum: int,
        per_second: int,
        ask_every_seconds: float = _ASK_EVERY_SECONDS,
    ) -> None:
        self._maximum, self._per_second = maximum, per_second
        self._ask_every_seconds = ask_every_seconds
        self._script = None if redis is None else redis.register_script(_SCRIPT)
        self._availability = RedisAvailability(
            redis, lost="points.redis_unavailable", found="points.redis_available"
        )
        self._without_redis_until = 0.0
        self._buckets: dict[int, _Bucket] = {}

    async def charge(self, key_id: int, points: int) -> Charge:
        """Take so many points from a key, or none where it has too few."""
        bucket = self._buckets.get(key_id)
        if bucket is None:
            if len(self._buckets) >= _MOST:
                self._buckets.clear()
            bucket = self._buckets[key_id] = _Bucket()
        is_granted = None
        if self._is_to_ask(bucket):
            async with bucket.asking:
                if self._is_to_ask(bucket):
                    is_granted = await self._ask(key_id, bucket, points)
        if is_granted is None:
            bucket.restore(self._per_second)
            is_granted = bucket.owed + points <= self._maximum
            if is_granted:
                bucket.owed += points
                bucket.spent += points
        lacking = 0 if is_granted else bucket.owed + points - self._maximum
        return Charge(
            is_granted=is_granted,
            available=max(0, math.floor(self._maximum - bucket.owed)),
            maximum=self._maximum,
            restore_rate=self._per_second,
            retry_after=math.ceil(lacking / self._per_second),
        )

    def _is_to_ask(self, bucket: "_Bucket") -> bool:
        now = time.monotonic()
        return (
            self._script is not None
            and now >= self._without_redis_until
            and now - bucket.asked_at >= self._ask_every_seconds
        )

    async def _ask(self, key_id: int, bucket: "_Bucket", points: int) -> bool | None:
        """Tell Redis what was spent, and ask it for more; None where it gives no answer."""
        assert self._script is not None  # noqa: S101 - for type checkers
        bucket.restore(self._per_second)
        arguments = [self._maximum, self._per_second, round(bucket.spent), points]
        try:
            async with asyncio.timeout(_REDIS_SECONDS):
                answer: Any = await self._script(keys=[f"tradewind:points:{key_id}"], args=arguments)
        except (RedisError, OSError) as error:
            self._availability.failed(error)
            metrics.POINTS_ALONE.inc()
            self._without_redis_until = time.monotonic() + _WITHOUT_REDIS_SECONDS
            return None
        self._availability.answered()
        bucket.owed, bucket.spent = float(answer[1]), 0.0
        bucket.asked_at = bucket.at = time.monotonic()
        return bool(answer[0])


@dataclass
class _Bucket:
    """What a key's bucket lacks to be full, and what of it Redis doesn't know yet, in points at a moment."""

    owed: float = 0.0
    spent: float = 0.0
    at: float = 0.0
    asked_at: float = -math.inf
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def restore(self, per_second: float) -> None:
        """Let the points come back that came since."""
        now = time.monotonic()
        self.owed = max(0.0, self.owed - per_second * (now - self.at))
        self.spent = min(self.spent, self.owed)
        self.at = now
