"""
A queue of malls in Redis: who of all workers and servers may call Temu next, and when.
"""

import time
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis

from domain.temu.turn import LATE_SECONDS

# A mall that is the only one to ask gets as many turns of so long ahead as it wants at once; where several ask, each
# turn is given when it is the next.
_AHEAD_SECONDS = 0.06
# For so long nobody else has asked, where a mall counts as the only one.
_ONLY_ONE_SECONDS = 1.0

# What all scripts begin with. Of turns, twice as many are known as count: of each that is moved the one before it counts.
_BEGINNING = """
local waiting, awaited, starts, taken, state = unpack(KEYS)
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local function count(name, moment, calls)
  redis.call('ZADD', taken, string.format('%.0f', moment), name)
  redis.call('ZREMRANGEBYRANK', taken, 0, -2 * calls - 1)
end
local function free(pause, calls, period)
  local oldest = tonumber(redis.call('ZREVRANGE', taken, calls - 1, calls - 1, 'WITHSCORES')[2]) or 0
  return math.max(pause, oldest + period)
end
local function keep(key, period)
  redis.call('PEXPIRE', key, math.ceil(math.max(60000, period / 500)))
end
"""
# A place is known by mall and ticket. Who leaves one, or dies, gives back the start that it had cost its mall.
_LEAVE = """
local function leave(place)
  if redis.call('ZREM', waiting, place) == 0 then return end
  redis.call('ZREM', awaited, place)
  local mall = string.match(place, '^(.*)/')
  local last_start = tonumber(redis.call('HGET', state, 'start')) or 0
  if (tonumber(redis.call('ZSCORE', starts, mall)) or 0) > last_start + 1 then
    redis.call('ZINCRBY', starts, -1, mall)
  else
    redis.call('ZREM', starts, mall)
  end
end
"""
# Of two that wait, the one with the smaller start comes first. A mall's start is its last start plus its turns, or that
# of whoever had the last turn where this is later: malls that keep calling alternate, and one that has been idle is
# next, without turns saved up. (Start-time fair queueing; all moments are microseconds of Redis's own clock.)
_ASK = (
    _BEGINNING
    + _LEAVE
    + """
local mall, place = ARGV[1], ARGV[1] .. '/' .. ARGV[2]
local wanted, calls, period = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local late, ahead, only_one = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local interval = period / calls

if (tonumber(redis.call('HGET', state, 'clock')) or 0) > now + ahead then
  -- Redis's clock was set back, so no moment that is known means anything. Who waits takes its place again.
  redis.call('DEL', taken, waiting, awaited)
  redis.call('HDEL', state, 'pace', 'pause', 'mall')
end
redis.call('HSET', state, 'clock', string.format('%.0f', now))
-- Who did not come when it was told to has died.
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', awaited, '-inf', now)) do leave(gone) end

local known = redis.call('HMGET', state, 'pace', 'pause', 'start', 'count', 'mall', 'since')
local pace, pause, last_start = tonumber(known[1]) or 0, tonumber(known[2]) or 0, tonumber(known[3]) or 0
local since = tonumber(known[6]) or now
if known[5] ~= mall then
  since = now
  redis.call('HSET', state, 'mall', mall, 'since', string.format('%.0f', now))
end
local is_only_one = now - since > only_one
if not is_only_one then
  wanted, ahead = 1, math.min(ahead, interval)
end

if not redis.call('ZSCORE', waiting, place) then
  local start = math.max(last_start, tonumber(redis.call('ZSCORE', starts, mall) or 0))
  -- The fraction keeps those with the same start in the order in which they came.
  local number = (tonumber(known[4]) or 0) % 1000000 + 1
  redis.call('HSET', state, 'count', number)
  redis.call('ZADD', waiting, string.format('%.6f', start + number / 1000001), place)
  redis.call('ZADD', starts, start + 1, mall)
end

local rank = redis.call('ZRANK', waiting, place)
local moment = math.max(pace, free(pause, calls, period))
local answer = {}
-- Whoever asks after a moment may go before those who should have gone: no turn is lost with a caller that is late.
if now + ahead >= moment + rank * math.min(interval, 20000) then
  local start = math.floor(tonumber(redis.call('ZSCORE', waiting, place)))
  redis.call('ZREM', waiting, place)
  redis.call('ZREM', awaited, place)
  for number = 1, wanted do
    moment = math.max(now, pace, free(pause, calls, period))
    if number > 1 and moment > now + ahead then break end
    count(place .. number, moment, calls)
    pace = (moment - pace > late and moment or pace) + interval
    answer[number] = math.ceil(moment - now)
  end
  last_start = math.max(last_start, start)
  redis.call('ZINCRBY', starts, #answer - 1, mall)
  redis.call('ZREMRANGEBYSCORE', starts, '-inf', last_start)
  redis.call('HSET', state, 'pace', string.format('%.0f', pace), 'start', last_start)
else
  local wait = moment + rank * interval - ahead - now
  -- Those before it may give up, so whoever has long to wait looks again half way.
  if wait > 250000 then wait = math.max(250000, wait / 2) end
  redis.call('ZADD', awaited, string.format('%.0f', now + wait + 1000000), place)
  answer[1] = -math.ceil(math.max(wait, 1))
end
for _, key in ipairs(KEYS) do keep(key, period) end
return answer
"""
)
_MOVE = (
    _BEGINNING
    + """
local name, calls, period = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREM', taken, name)
local moment = math.max(now, free(tonumber(redis.call('HGET', state, 'pause')) or 0, calls, period))
count(name, moment, calls)
keep(taken, period)
return math.ceil(moment - now)
"""
)
_POSTPONE = (
    _BEGINNING
    + """
for place = 3, #ARGV, 2 do count(ARGV[place], now - ARGV[place + 1], ARGV[1]) end
keep(taken, ARGV[2])
"""
)
# A place that has become turns already gives back those whose moments are still to come.
_GIVE_UP = (
    _BEGINNING
    + _LEAVE
    + """
local place, wanted, interval = ARGV[1] .. '/' .. ARGV[2], tonumber(ARGV[3]), ARGV[5] / ARGV[4]
leave(place)
local unused = 0
for number = 1, wanted do
  if (tonumber(redis.call('ZSCORE', taken, place .. number)) or 0) > now then
    unused = unused + redis.call('ZREM', taken, place .. number)
  end
end
if unused > 0 then
  local pace = (tonumber(redis.call('HGET', state, 'pace')) or 0) - unused * interval
  redis.call('HSET', state, 'pace', string.format('%.0f', pace))
  if redis.call('ZSCORE', starts, ARGV[1]) then redis.call('ZINCRBY', starts, -unused, ARGV[1]) end
end
"""
)
_PAUSE = (
    _BEGINNING
    + """
redis.call('HSET', state, 'pause', string.format('%.0f', now + ARGV[1]))
if redis.call('PTTL', state) < 60000 then redis.call('PEXPIRE', state, 60000) end
"""
)


@dataclass(frozen=True)
class Given:
    """
    Turns by their names, each with the seconds until it comes.
    """

    turns: list[tuple[str, float]]


class SharedTurns:
    """
    At most so many turns in any period, whoever takes them. Raises what redis-py raises.
    """

    def __init__(self, redis: Redis, *, calls: int, period: float) -> None:
        seconds = (period, LATE_SECONDS, _AHEAD_SECONDS, _ONLY_ONE_SECONDS)
        self._limit = (calls, *map(_microseconds, seconds))
        self._ask = redis.register_script(_ASK)
        self._postpone = redis.register_script(_POSTPONE)
        self._move = redis.register_script(_MOVE)
        self._give_up = redis.register_script(_GIVE_UP)
        self._pause = redis.register_script(_PAUSE)

    async def ask(self, app_key: str, *, mall: str, ticket: str, wanted: int = 1) -> Given | float:
        """
        Turns for the holder of *ticket*, *wanted* at the most, or the seconds after which it asks again. Whoever asks
        first takes its place in the queue, and loses it by not asking for a second longer than it was told.
        """
        arguments: list[str | int] = [mall, ticket, wanted, *self._limit]
        answer = await cast("Awaitable[list[int]]", self._ask(keys=_keys(app_key), args=arguments))
        if answer[0] < 0:
            return -answer[0] / 1e6
        return Given([(f"{mall}/{ticket}{number}", wait / 1e6) for number, wait in enumerate(answer, 1)])

    async def move(self, app_key: str, name: str) -> float:
        """
        Count a turn that was not used in time from when one call more may leave: the seconds until then.
        """
        arguments: list[str | int] = [name, *self._limit[:2]]
        return await cast("Awaitable[int]", self._move(keys=_keys(app_key), args=arguments)) / 1e6

    async def postpone(self, app_key: str, late: Mapping[str, float]) -> None:
        """
        Count turns that were given from when they were used, since that is later: by their names, with this process's
        monotonic clock.
        """
        now = time.monotonic()
        moves = [part for name, used in late.items() for part in (name, _microseconds(now - used))]
        await cast("Awaitable[None]", self._postpone(keys=_keys(app_key), args=[*self._limit[:2], *moves]))

    async def give_up(self, app_key: str, *, mall: str, ticket: str, wanted: int) -> None:
        """
        Give up a place, or the turns that it has become and that are still to come.
        """
        arguments: list[str | int] = [mall, ticket, wanted, *self._limit[:2]]
        await cast("Awaitable[None]", self._give_up(keys=_keys(app_key), args=arguments))

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
