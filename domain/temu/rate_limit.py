"""
Temu's calls per second for one app, shared by all malls, workers and servers through Redis.
"""

import asyncio
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import uuid4
from weakref import WeakValueDictionary

from redis.asyncio import Redis
from redis.exceptions import RedisError

from domain.telemetry import log
from domain.temu.shared_turns import LATE_SECONDS, SharedTurns

# What Temu counts is when calls arrive, which is less even than when they leave.
_MARGIN = 1.03
_PAUSE_SECONDS = 1.0
_REDIS_ANSWERS_WITHIN = 1.0
# A call that leaves so soon after its turn left in its turn.
_AT_ONCE_SECONDS = 0.01
# A Redis that failed is left alone for so long: each question that it doesn't answer costs the wait above.
_ALONE_SECONDS = 5.0

_Answer = TypeVar("_Answer")


class RateLimiter:
    """
    Makes callers wait for their turn. Without Redis each process keeps the limit by itself.

    No second holds more calls than allowed, wherever it begins, and nothing is saved up while nobody calls. Malls
    take turns, however many callers each of them has; callers of one mall go in the order in which they came.
    """

    def __init__(self, redis: Redis | None, *, calls_per_second: float) -> None:
        # Less than one call a second is one call in a longer time.
        calls = max(1, int(calls_per_second))
        period = _MARGIN * calls / calls_per_second
        self._shared = None if redis is None else SharedTurns(redis, calls=calls, period=period)
        self._alone_until = 0.0
        self._limit = (calls, period)
        self._own: dict[str, _OwnTurns] = {}
        self._queues: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def wait(self, app_key: str, *, mall: str) -> "Turn":
        """
        Return when the next call of *app_key* may leave. *mall* is any name that is the same in all processes.
        """
        # One caller stands for all of its mall: else the mall with the most callers would have the most turns.
        async with self._queues.setdefault((app_key, mall), asyncio.Lock()):
            return await self._shared_turn(app_key, mall) or await self._own_turns(app_key).wait()

    async def slow_down(self, app_key: str) -> None:
        """
        Temu said that it was too much: for a second nobody has a turn, not even those who wait already.
        """
        self._own_turns(app_key).pause(_PAUSE_SECONDS)
        if self._shared is not None:
            await self._answer(self._shared.pause(app_key, seconds=_PAUSE_SECONDS))

    async def _shared_turn(self, app_key: str, mall: str) -> "Turn | None":
        """
        None where Redis can't tell.
        """
        shared = self._shared
        if shared is None or time.monotonic() < self._alone_until:
            return None
        ticket = uuid4().hex
        try:
            while True:
                seconds = await self._answer(shared.ask(app_key, mall=mall, ticket=ticket))
                if seconds is None:
                    return None
                if seconds == 0:
                    return Turn(lambda: self._answer(shared.postpone(app_key, ticket=ticket)))
                await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            await self._answer(shared.leave(app_key, mall=mall, ticket=ticket))
            raise

    async def _answer(self, question: Awaitable[_Answer]) -> _Answer | None:
        """
        Redis's answer; None where it gave none.
        """
        before = _times_cancelled()
        answer = None
        try:
            async with asyncio.timeout(_REDIS_ANSWERS_WITHIN):
                answer = await question
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("temu.rate_limit_alone", reason=type(error).__name__)
            self._alone_until = time.monotonic() + _ALONE_SECONDS
        if _times_cancelled() > before:
            # redis-py writes through asyncio.wait_for, which before Python 3.12 can lose a cancellation.
            raise asyncio.CancelledError
        return answer

    def _own_turns(self, app_key: str) -> "_OwnTurns":
        own = self._own.get(app_key)
        if own is None:
            own = self._own[app_key] = _OwnTurns(*self._limit)
        return own


def _times_cancelled() -> int:
    task = asyncio.current_task()
    return 0 if task is None else task.cancelling()


class Turn:
    """
    The right to one call.
    """

    def __init__(self, postpone: Callable[[], Awaitable[None]]) -> None:
        self._postpone = postpone
        self._given_at = time.monotonic()

    async def use(self) -> None:
        """
        To be told when the call really leaves: where making a connection or the call itself took time, it counts from
        now on, since that is how Temu counts.
        """
        if time.monotonic() - self._given_at > _AT_ONCE_SECONDS:
            await self._postpone()


class _OwnTurns:
    """
    The same for one process: at most so many turns in any period, evenly, first come first served.
    """

    def __init__(self, calls: int, period: float) -> None:
        self._interval = period / calls
        self._period = period
        self._taken = deque([-math.inf] * calls, maxlen=calls)  # The latest ones, sorted.
        self._pace = self._paused_until = 0.0
        self._queue = asyncio.Lock()

    async def wait(self) -> Turn:
        """
        Return when it's the caller's turn, which counts from then on; who gives up before has taken none.
        """
        async with self._queue:
            while (seconds := self._free_at() - time.monotonic()) > 0:  # noqa: ASYNC110 - no event tells time
                await asyncio.sleep(seconds)
            now = time.monotonic()
            self._taken.append(now)
            self._pace = (now if now - self._pace > LATE_SECONDS else self._pace) + self._interval
            return Turn(lambda: self._postpone(now))

    def pause(self, seconds: float) -> None:
        """
        Give no turns for so long from now.
        """
        self._paused_until = time.monotonic() + seconds

    def _free_at(self) -> float:
        return max(self._pace, self._paused_until, self._taken[0] + self._period)

    async def _postpone(self, moment: float) -> None:
        if moment in self._taken:
            self._taken.remove(moment)
        self._taken.append(time.monotonic())
