"""Temu's calls per second for one app: slots, one after the other, given to all malls and processes by a script in Redis."""

import asyncio
import time
from collections import defaultdict
from typing import Any
from uuid import uuid4
from weakref import WeakValueDictionary

from redis.asyncio import Redis
from redis.exceptions import RedisError

from domain.telemetry import log

# Temu counts the calls that arrive within a second, which is less even than they leave. Slots are so much further apart
# that of a second's calls the first may leave _SLOT_LASTS late and 30 ms more pass on the way.
_MARGIN = 1.05
_SLOT_LASTS = 0.02
_PAUSE_SECONDS = 1.0
# So long before its slot a caller hears for the last time whether there is a pause.
_AHEAD = 0.1
_REDIS_TIMEOUT = 0.5
# A Redis that failed is left alone for so long: each question that it doesn't answer costs the time-out above.
_WITHOUT_REDIS_SECONDS = 5.0

# GCRA: the next slot is one interval after the last one, or now; nothing is saved up. A mall holds one slot at a time, so
# malls alternate however many callers and processes each has. Moments are microseconds of Redis's own clock, which all
# processes share. Asked again by who holds a slot, it tells the same one, or another where that is over or a pause came.
_SCRIPT = """
local state, mall, caller = KEYS[1], ARGV[1], ARGV[2]
local interval, pause_for = tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local function get(name) return tonumber(redis.call('HGET', state, name)) or 0 end
local function set(name, moment) redis.call('HSET', state, name, string.format('%.0f', moment)) end

if get('now') > now + 1000000 then
  redis.call('DEL', state) -- The clock was set back, so no moment that is known means anything.
end
set('now', now)
redis.call('PEXPIRE', state, math.ceil(60000 + interval / 500))
if pause_for > 0 then
  set('pause', now + pause_for)
  return {0, 0}
end
local next, slot, holder = get('next'), get('slot ' .. mall), redis.call('HGET', state, 'holder ' .. mall)
if slot <= now or slot < get('pause') then
  if holder == caller and next == slot + interval then
    next = now -- The caller is late for its slot and nobody has a later one, so it goes back.
  end
  slot, holder = math.max(now, next, get('pause')), caller
  set('next', slot + interval)
  set('slot ' .. mall, slot)
  redis.call('HSET', state, 'holder ' .. mall, caller)
end
return {math.ceil(slot - now), holder == caller and 1 or 0}
"""

Slot = float
"""The moment at which one call may leave, by this process's monotonic clock."""


class RateLimiter:
    """Makes callers wait for their slots. Without Redis each process keeps the limit by itself."""

    def __init__(self, redis: Redis | None, *, calls_per_second: float) -> None:
        self._interval = _MARGIN / calls_per_second
        self._script = None if redis is None else redis.register_script(_SCRIPT)
        self._without_redis_until = 0.0
        # Callers of one mall wait in line here, so that they go as they came and one of them asks for all.
        self._lines: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._own: defaultdict[str, _OwnSlots] = defaultdict(lambda: _OwnSlots(self._interval))

    async def wait(self, app_key: str, *, mall: str) -> Slot:
        """Return when the next call of *app_key* may leave. *mall* is any name that is the same in all processes."""
        async with self._lines.setdefault((app_key, mall), asyncio.Lock()):
            slot = await self._shared_slot(app_key, mall)
            return await self._own[app_key].wait() if slot is None else slot

    async def slow_down(self, app_key: str) -> None:
        """Temu said that it was too much: for a second nobody has a slot, but for those who have theirs in _AHEAD."""
        self._own[app_key].pause(_PAUSE_SECONDS)
        await self._run_script(app_key, "", "", pause_for=_PAUSE_SECONDS)

    async def _shared_slot(self, app_key: str, mall: str) -> Slot | None:
        """None where Redis can't tell."""
        caller = uuid4().hex
        while True:
            asked = time.monotonic()
            answer = await self._run_script(app_key, mall, caller)
            if answer is None:
                return None
            seconds, is_own = answer[0] / 1e6, bool(answer[1])
            if is_own and seconds <= _AHEAD:
                answered = time.monotonic()
                # Redis looked at its clock somewhere between.
                slot = max(answered, (asked + answered) / 2 + seconds)
                await asyncio.sleep(slot - answered)
                if not has_lapsed(slot):
                    # Should Redis go, what it gave counts on.
                    self._own[app_key].count(slot)
                    return slot
            else:
                await asyncio.sleep(seconds - _AHEAD if is_own else seconds)

    async def _run_script(
        self, app_key: str, mall: str, caller: str, *, pause_for: float = 0.0
    ) -> list[int] | None:
        """The script's answer; None where Redis gives none, or has given none a moment ago."""
        if self._script is None or time.monotonic() < self._without_redis_until:
            return None
        arguments: list[str | int] = [mall, caller, round(self._interval * 1e6), round(pause_for * 1e6)]
        task = asyncio.current_task()
        cancelled = task.cancelling() if task else 0
        error: Exception | None = None
        for _ in range(2):  # A process that was held up only did not listen; but not twice.
            answer: Any = None
            try:
                async with asyncio.timeout(_REDIS_TIMEOUT):
                    answer = await self._script(keys=[f"tradewind:rate_limiter:{app_key}"], args=arguments)
            except (RedisError, OSError) as trouble:
                error = trouble
            if task and task.cancelling() > cancelled:
                # redis-py writes through asyncio.wait_for, which before Python 3.12 can lose a cancellation.
                raise asyncio.CancelledError
            if answer is not None:
                return list(answer)
            if not isinstance(error, TimeoutError):
                break
        log.warning("temu.rate_limiter_alone", reason=type(error).__name__)
        self._without_redis_until = time.monotonic() + _WITHOUT_REDIS_SECONDS
        return None


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
            slot = time.monotonic() if has_lapsed(self._next) else self._next
            self.count(slot)
            return slot

    def count(self, slot: Slot) -> None:
        self._next = max(self._next, slot + self._interval)

    def pause(self, seconds: float) -> None:
        self._next = max(self._next, time.monotonic() + seconds)


def has_lapsed(slot: Slot) -> bool:
    """Whether the moment was too long ago for a call to leave now: it would arrive among those of later slots."""
    return time.monotonic() - slot > _SLOT_LASTS
