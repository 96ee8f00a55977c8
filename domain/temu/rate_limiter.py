"""Temu's calls per second for one app: slots, one after the other, given to all malls and processes by a script in Redis."""

import asyncio
import time
from collections import defaultdict
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from domain import metrics
from domain.telemetry import log

# Temu counts the calls that arrive within a second, which is less even than they leave. Slots are so much further apart
# that of a second's calls the first may leave _SLOT_LASTS late and 30 ms more pass on the way.
_MARGIN = 1.05
_SLOT_LASTS = 0.02
_PAUSE_SECONDS = 1.0
# So long before its slot a caller hears for the last time whether there is a pause.
_AHEAD = 0.1
# Redis is looked to so often within the time-out: each look is a turn of the event loop at least, so a process that is
# busy gives Redis as many turns and doesn't take its own lag for Redis's.
_REDIS_TIMEOUT, _LOOKS = 0.5, 50
# A Redis that failed is left alone for so long: each question that it doesn't answer costs the time-out above.
_WITHOUT_REDIS_SECONDS = 5.0

# GCRA: the next slot is one interval after the last one, or now; nothing is saved up. Moments are microseconds of Redis's
# own clock, which all processes share. Whoever holds a slot names it: it is told again, or another where that one went by
# long ago, a pause came, or Redis has forgotten it. Late calls delay the slots that are still to be given.
_SCRIPT = """
local state, interval, pause_for, late = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local held, held_since = tonumber(ARGV[4]), tonumber(ARGV[5])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local function get(name) return tonumber(redis.call('HGET', state, name)) or 0 end
local function set(name, moment) redis.call('HSET', state, name, string.format('%.0f', moment)) end

if get('now') > now + 1000000 then
  redis.call('DEL', state) -- The clock was set back, so no moment that is known means anything.
end
set('now', now)
redis.call('HSETNX', state, 'since', string.format('%.0f', now))
redis.call('PEXPIRE', state, math.ceil(60000 + interval / 500))
local next, pause, since = math.max(get('next'), now) + late, get('pause'), get('since')
if pause_for > 0 then
  set('pause', now + pause_for)
elseif held_since ~= since or held < now - 1000000 or held < pause then
  held = math.max(next, pause)
  next = held + interval
end
set('next', next)
return {held - now, held, since}
"""

Slot = float
"""The moment at which one call may leave, by this process's monotonic clock."""


# The slot that a line holds by Redis's clock, and since when Redis knew what it knew then.
_NONE: tuple[int, int] = (0, 0)


class RateLimiter:
    """Makes callers wait for their slots. Without Redis each process keeps the limit by itself."""

    def __init__(self, redis: Redis | None, *, calls_per_second: float) -> None:
        metrics.TEMU_LIMIT.set(calls_per_second)
        self._interval = _MARGIN / calls_per_second
        self._script = None if redis is None else redis.register_script(_SCRIPT)
        self._without_redis_until = 0.0
        self._lines: defaultdict[tuple[str, str], _Line] = defaultdict(_Line)
        self._late: defaultdict[str, float] = defaultdict(float)  # Seconds that Redis has not been told yet.
        self._own: defaultdict[str, _OwnSlots] = defaultdict(lambda: _OwnSlots(self._interval))

    async def wait(self, app_key: str, *, line: str) -> Slot:
        """Return when the next call of *app_key* may leave. Lines take turns, however many callers stand in each."""
        mine = self._lines[app_key, line]
        async with mine.lock:
            slot = await self._shared_slot(app_key, mine)
            return await self._own[app_key].wait() if slot is None else slot

    def leave(self, app_key: str, slot: Slot) -> None:
        """Say that a call leaves now. One that is late delays later slots by as much, but by no more than an interval."""
        now = time.monotonic()
        if now - slot > _SLOT_LASTS:
            self._late[app_key] += min(now - slot, self._interval)
            self._own[app_key].count(now)

    async def slow_down(self, app_key: str) -> None:
        """Temu said that it was too much: for a second nobody has a slot, but for those who have theirs in _AHEAD."""
        self._own[app_key].pause(_PAUSE_SECONDS)
        await self._ask(app_key, pause_for=_PAUSE_SECONDS)

    async def _shared_slot(self, app_key: str, line: "_Line") -> Slot | None:
        """None where Redis can't tell."""
        while True:
            asked = time.monotonic()
            answer = await self._ask(app_key, held=line.held)
            if answer is None:
                return None
            seconds, line.held = answer[0] / 1e6, (answer[1], answer[2])
            if seconds > _AHEAD:
                await asyncio.sleep(seconds - _AHEAD)
                continue
            # Redis looked at its clock somewhere between: before now, so nobody is early.
            slot = (asked + time.monotonic()) / 2 + seconds
            if seconds > 0:
                await asyncio.sleep(seconds)
            line.held = _NONE
            # Should Redis go, what it gave counts on.
            self._own[app_key].count(slot)
            return slot

    async def _ask(
        self, app_key: str, *, held: tuple[int, int] = _NONE, pause_for: float = 0.0
    ) -> list[int] | None:
        """The script's answer; None where Redis gives none, or has given none a moment ago."""
        if self._script is None or time.monotonic() < self._without_redis_until:
            return None
        seconds = (self._interval, pause_for, self._late.pop(app_key, 0.0))
        arguments: list[str | int] = [*(round(each * 1e6) for each in seconds), *held]
        # In a task of its own, since redis-py can lose a cancellation before Python 3.12 (asyncio.wait_for).
        question = asyncio.create_task(
            self._script(keys=[f"tradewind:rate_limiter:{app_key}"], args=arguments)
        )
        try:
            for _ in range(_LOOKS):
                await asyncio.wait({question}, timeout=_REDIS_TIMEOUT / _LOOKS)
                if question.done():
                    answer: Any = question.result()
                    return list(answer)
            raise TimeoutError
        except (RedisError, OSError) as error:
            metrics.RATE_LIMITER_ALONE.inc()
            log.warning("temu.rate_limiter_alone", reason=type(error).__name__)
            self._without_redis_until = time.monotonic() + _WITHOUT_REDIS_SECONDS
            return None
        finally:
            if not question.done():
                question.cancel()
                await asyncio.wait({question}, timeout=_REDIS_TIMEOUT)


class _Line:
    """Callers in one process who go as they came and hold one slot ahead between them: who gives up leaves it to the next."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.held = _NONE


class _OwnSlots:
    """Slots of one app that this process shares with no other."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._next = 0.0
        self._line = asyncio.Lock()

    async def wait(self) -> Slot:
        async with self._line:
            while (seconds := self._next - time.monotonic()) > 0:  # noqa: ASYNC110 - no event tells time
                await asyncio.sleep(seconds)
            # Late by a little the slots keep their distance; nothing is saved up.
            now = time.monotonic()
            slot = now if now - self._next > _SLOT_LASTS else self._next
            self.count(slot)
            return slot

    def count(self, slot: Slot) -> None:
        self._next = max(self._next, slot + self._interval)

    def pause(self, seconds: float) -> None:
        self._next = max(self._next, time.monotonic() + seconds)
