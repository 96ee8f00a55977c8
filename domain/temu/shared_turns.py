"""
A queue of malls in Redis: who of all workers and servers may call Temu next, and when.
"""

import time
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis

# A caller that is late by less than this loses nothing: the next ones come closer, within what the period allows.
LATE_SECONDS = 0.05
# A mall that is the only one to ask gets all turns of so long ahead at once; where several ask, each turn is given when
# it is the next.
_AHEAD_SECONDS = 0.06
# For so long nobody else has asked, where a mall counts as the only one.
_ALONE_SECONDS = 1.0

# What is told with a question: turns that were used later than they came, each with how long ago that was.
_MOVE = """
local function move(taken, now, calls, first)
  for place = first, #ARGV, 2 do
    redis.call('ZADD', taken, string.format('%.0f', now - ARGV[place + 1]), ARGV[place])
  end
  redis.call('ZREMRANGEBYRANK', taken, 0, -calls - 1)
end
"""

# Of two that wait, the one with the smaller start comes first. A mall's start is its last start plus its turns, or that
# of whoever had the last turn where this is later: malls that keep calling alternate, and one that has been idle is
# next, without turns saved up. (Start-time fair queueing; all moments are microseconds of Redis's own clock.)
_ASK = (
    _MOVE
    + """
local waiting, awaited, starts, taken, state = unpack(KEYS)
local ticket, mall, wanted, calls, period = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local late, ahead, alone = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local clock = redis.call('TIME')
local now, interval = clock[1] * 1000000 + clock[2], period / calls

if (tonumber(redis.call('ZREVRANGE', taken, 0, 0, 'WITHSCORES')[2]) or 0) > now + ahead then
  -- Redis's clock was set back, so no moment that is known means anything.
  redis.call('DEL', taken)
  redis.call('HDEL', state, 'pace', 'pause', 'mall')
end
move(taken, now, calls, 9)
-- Who did not come when it was told to has died.
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', awaited, '-inf', now)) do
  redis.call('ZREM', waiting, gone)
  redis.call('ZREM', awaited, gone)
end

local known = redis.call('HMGET', state, 'pace', 'pause', 'start', 'count', 'mall', 'since')
local pace, pause, last_start = tonumber(known[1]) or 0, tonumber(known[2]) or 0, tonumber(known[3]) or 0
local since = tonumber(known[6]) or now
if known[5] ~= mall then
  since = now
  redis.call('HSET', state, 'mall', mall, 'since', string.format('%.0f', now))
end
local is_alone = now - since > alone
if not is_alone then ahead = math.min(ahead, interval) end

if not redis.call('ZSCORE', waiting, ticket) then
  local start = math.max(last_start, tonumber(redis.call('ZSCORE', starts, mall) or 0))
  -- The fraction keeps those with the same start in the order in which they came.
  local count = (tonumber(known[4]) or 0) % 1000000 + 1
  redis.call('HSET', state, 'count', count)
  redis.call('ZADD', waiting, string.format('%.6f', start + count / 1000001), ticket)
  redis.call('ZADD', starts, start + 1, mall)
end

local function free()
  local oldest = tonumber(redis.call('ZREVRANGE', taken, calls - 1, calls - 1, 'WITHSCORES')[2]) or 0
  return math.max(pace, pause, oldest + period)
end

local rank = redis.call('ZRANK', waiting, ticket)
local moment = free()
local answer = {}
-- Whoever asks after a moment may go before those who should have gone: no turn is lost with a caller that is late.
if now + ahead >= moment + rank * math.min(interval, 20000) then
  local start = math.floor(tonumber(redis.call('ZSCORE', waiting, ticket)))
  redis.call('ZREM', waiting, ticket)
  redis.call('ZREM', awaited, ticket)
  for number = 1, is_alone and wanted or 1 do
    moment = math.max(now, free())
    if number > 1 and moment > now + ahead then break end
    redis.call('ZADD', taken, string.format('%.0f', moment), ticket .. number)
    redis.call('ZREMRANGEBYRANK', taken, 0, -calls - 1)
    pace = (moment - pace > late and moment or pace) + interval
    answer[number] = math.ceil(moment - now)
  end
  last_start = math.max(last_start, start + #answer - 1)
  redis.call('ZREMRANGEBYSCORE', starts, '-inf', last_start)
  redis.call('HSET', state, 'pace', string.format('%.0f', pace), 'start', last_start)
else
  local wait = moment + rank * interval - ahead - now
  -- Those before it may give up, so whoever has long to wait looks again half way.
  if wait > 250000 then wait = math.max(250000, wait / 2) end
  redis.call('ZADD', awaited, string.format('%.0f', now + wait + 1000000), ticket)
  answer[1] = -math.ceil(math.max(wait, 1))
end
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, math.max(60000, period / 500)) end
return answer
"""
)
_POSTPONE = (
    _MOVE
    + """
local clock = redis.call('TIME')
move(KEYS[4], clock[1] * 1000000 + clock[2], tonumber(ARGV[1]), 2)
"""
)
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


Late = Mapping[str, float]
"""
Turns by their names, each with when it was used, by this process's monotonic clock.
"""


@dataclass(frozen=True)
class Given:
    """
    Turns by their names, each with the seconds until it comes.
    """

    turns: list[tuple[str, float]]


@dataclass(frozen=True)
class AskAgain:
    """
    Others come first.
    """

    after_seconds: float


class SharedTurns:
    """
    At most so many turns in any period, whoever takes them. Raises what redis-py raises.
    """

    def __init__(self, redis: Redis, *, calls: int, period: float) -> None:
        self._calls = calls
        seconds = (period, LATE_SECONDS, _AHEAD_SECONDS, _ALONE_SECONDS)
        self._limit = (calls, *map(_microseconds, seconds))
        self._ask = redis.register_script(_ASK)
        self._postpone = redis.register_script(_POSTPONE)
        self._leave = redis.register_script(_LEAVE)
        self._pause = redis.register_script(_PAUSE)

    async def ask(
        self, app_key: str, *, mall: str, ticket: str, wanted: int = 1, late: Late | None = None
    ) -> "Given | AskAgain":
        """
        Turns for the holder of *ticket*, *wanted* at the most, or when to ask again. Whoever asks first takes its place
        in the queue, and loses it by not asking for a second longer than it was told. *late*: see postpone.
        """
        arguments: list[str | int] = [ticket, mall, wanted, *self._limit, *_moves(late or {})]
        answer = await cast("Awaitable[list[int]]", self._ask(keys=_keys(app_key), args=arguments))
        if answer[0] < 0:
            return AskAgain(-answer[0] / 1e6)
        return Given([(f"{ticket}{number}", wait / 1e6) for number, wait in enumerate(answer, 1)])

    async def postpone(self, app_key: str, late: Late) -> None:
        """
        Count turns that were given from when they were used, since that is later.
        """
        arguments: list[str | int] = [self._calls, *_moves(late)]
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


def _moves(late: Late) -> list[str | int]:
    now = time.monotonic()
    return [part for name, used in late.items() for part in (name, _microseconds(now - used))]


def _microseconds(seconds: float) -> int:
    return round(seconds * 1e6)
