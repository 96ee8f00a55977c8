"""
A queue of malls in Redis: who of all workers and servers may call Temu next, and when.
"""

from collections.abc import Awaitable
from typing import cast

from redis.asyncio import Redis

# A caller that is late by less than this loses nothing: the next ones come closer, within what the period allows.
LATE_SECONDS = 0.05

# Of two that wait, the one with the smaller start comes first. A mall's start is its last start plus one, or that of
# whoever had the last turn where this is later: malls that keep calling alternate, and one that has been idle is
# next, without turns saved up. (Start-time fair queueing; all moments are microseconds of Redis's own clock.)
_ASK = """
local waiting, awaited, starts, taken, state = unpack(KEYS)
local ticket, mall, calls, period, late = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local clock = redis.call('TIME')
local now, interval = clock[1] * 1000000 + clock[2], period / calls

if (tonumber(redis.call('ZREVRANGE', taken, 0, 0, 'WITHSCORES')[2]) or 0) > now then
  -- Redis's clock was set back, so no moment that is known means anything.
  redis.call('DEL', taken)
  redis.call('HDEL', state, 'pace', 'pause')
end
-- Who did not come when it was told to has died.
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', awaited, '-inf', now)) do
  redis.call('ZREM', waiting, gone)
  redis.call('ZREM', awaited, gone)
end

local known = redis.call('HMGET', state, 'pace', 'pause', 'start', 'count')
local pace, pause, last_start = tonumber(known[1]) or 0, tonumber(known[2]) or 0, tonumber(known[3]) or 0
if not redis.call('ZSCORE', waiting, ticket) then
  local start = math.max(last_start, tonumber(redis.call('ZSCORE', starts, mall) or 0))
  -- The fraction keeps those with the same start in the order in which they came.
  local count = (tonumber(known[4]) or 0) % 1000000 + 1
  redis.call('HSET', state, 'count', count)
  redis.call('ZADD', waiting, string.format('%.6f', start + count / 1000001), ticket)
  redis.call('ZADD', starts, start + 1, mall)
end

local rank = redis.call('ZRANK', waiting, ticket)
local oldest = tonumber(redis.call('ZREVRANGE', taken, calls - 1, calls - 1, 'WITHSCORES')[2]) or 0
local free = math.max(pace, pause, oldest + period)
local answer = 0
-- Whoever asks after a moment may go before those who should have gone: no turn is lost with a caller that is late.
if now >= free + rank * math.min(interval, 20000) then
  local start = math.floor(tonumber(redis.call('ZSCORE', waiting, ticket)))
  redis.call('ZREM', waiting, ticket)
  redis.call('ZREM', awaited, ticket)
  redis.call('ZADD', taken, string.format('%.0f', now), ticket)
  redis.call('ZREMRANGEBYRANK', taken, 0, -calls - 1)
  redis.call('ZREMRANGEBYSCORE', starts, '-inf', math.max(last_start, start))
  pace = (now - pace > late and now or pace) + interval
  redis.call('HSET', state, 'pace', string.format('%.0f', pace), 'start', math.max(last_start, start))
else
  answer = free + rank * interval - now
  -- Those ahead may give up, so whoever has long to wait looks again half way.
  if answer > 250000 then answer = math.max(250000, answer / 2) end
  redis.call('ZADD', awaited, string.format('%.0f', now + answer + 1000000), ticket)
end
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, math.max(60000, period / 500)) end
return string.format('%.0f', math.ceil(answer))
"""
_POSTPONE = """
local taken, clock = KEYS[4], redis.call('TIME')
redis.call('ZADD', taken, string.format('%.0f', clock[1] * 1000000 + clock[2]), ARGV[1])
redis.call('ZREMRANGEBYRANK', taken, 0, -ARGV[2] - 1)
"""
_LEAVE = """
local waiting, awaited, starts = unpack(KEYS)
local place = redis.call('ZSCORE', waiting, ARGV[1])
if place then
  local start = math.floor(tonumber(place))
  if tonumber(redis.call('ZSCORE', starts, ARGV[2]) or 0) == start + 1 then
    redis.call('ZADD', starts, start, ARGV[2])
  end
  redis.call('ZREM', waiting, ARGV[1])
  redis.call('ZREM', awaited, ARGV[1])
end
"""
_PAUSE = """
local clock = redis.call('TIME')
redis.call('HSET', KEYS[5], 'pause', string.format('%.0f', clock[1] * 1000000 + clock[2] + ARGV[1]))
redis.call('PEXPIRE', KEYS[5], 60000)
"""


class SharedTurns:
    """
    At most so many turns in any period, whoever takes them. Raises what redis-py raises.
    """

    def __init__(self, redis: Redis, *, calls: int, period: float) -> None:
        self._limit = (calls, _microseconds(period), _microseconds(LATE_SECONDS))
        self._ask = redis.register_script(_ASK)
        self._postpone = redis.register_script(_POSTPONE)
        self._leave = redis.register_script(_LEAVE)
        self._pause = redis.register_script(_PAUSE)

    async def ask(self, app_key: str, *, mall: str, ticket: str) -> float:
        """
        Zero where the holder of *ticket* has its turn now; else the seconds after which it asks again. Whoever asks
        first takes its place in the queue, and loses it by not asking for a second longer than it was told.
        """
        arguments: list[str | int] = [ticket, mall, *self._limit]
        answer = await cast("Awaitable[bytes]", self._ask(keys=_keys(app_key), args=arguments))
        return int(answer) / 1e6

    async def postpone(self, app_key: str, *, ticket: str) -> None:
        """
        Count a turn that was given from now on, since it is only used now.
        """
        arguments: list[str | int] = [ticket, self._limit[0]]
        await cast("Awaitable[None]", self._postpone(keys=_keys(app_key), args=arguments))

    async def leave(self, app_key: str, *, mall: str, ticket: str) -> None:
        """
        Give up a place, as if it had never been asked for.
        """
        await cast("Awaitable[None]", self._leave(keys=_keys(app_key), args=[ticket, mall]))

    async def pause(self, app_key: str, *, seconds: float) -> None:
        """
        Give no turns for so long from now.
        """
        await cast("Awaitable[None]", self._pause(keys=_keys(app_key), args=[_microseconds(seconds)]))


def _keys(app_key: str) -> list[str]:
    # The braces keep all of an app on one node of a cluster.
    return [
        f"tradewind:calls:{{{app_key}}}:{name}" for name in ("waiting", "awaited", "starts", "taken", "state")
    ]


def _microseconds(seconds: float) -> int:
    return round(seconds * 1e6)
