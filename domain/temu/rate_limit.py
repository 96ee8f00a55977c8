"""
Temu's calls per second for one app, shared by all malls, workers and servers through Redis.
"""

import asyncio
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar
from uuid import uuid4
from weakref import WeakValueDictionary

from redis.asyncio import Redis
from redis.exceptions import RedisError

from domain.telemetry import log
from domain.temu.shared_turns import LATE_SECONDS, Given, SharedTurns

# What Temu counts is when calls arrive, which is less even than when they leave.
_MARGIN = 1.02
_PAUSE_SECONDS = 1.0
_REDIS_ANSWERS_WITHIN = 1.0
# A call that leaves so soon after its turn left in its turn.
_AT_ONCE_SECONDS = 0.003
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
        self._queues: WeakValueDictionary[tuple[str, str], _Callers] = WeakValueDictionary()

    async def wait(self, app_key: str, *, mall: str) -> "Turn":
        """
        Return when the next call of *app_key* may leave. *mall* is any name that is the same in all processes.
        """
        callers = self._queues.setdefault((app_key, mall), _Callers())
        callers.count += 1
        try:
            # One caller stands for all of its mall: else the mall with the most callers would have the most turns.
            async with callers.queue:
                return (
                    await self._shared_turn(app_key, mall, callers) or await self._own_turns(app_key).wait()
                )
        finally:
            callers.count -= 1

    async def slow_down(self, app_key: str) -> None:
        """
        Temu said that it was too much: for a second nobody has a turn, not even those who wait already. Only what
        other processes were given for the next moments still leaves.
        """
        self._own_turns(app_key).pause(_PAUSE_SECONDS)
        for (app, _), callers in self._queues.items():
            if app == app_key:
                callers.given.clear()
        if self._shared is not None:
            await self._answer(self._shared.pause(app_key, seconds=_PAUSE_SECONDS))

    async def _shared_turn(self, app_key: str, mall: str, callers: "_Callers") -> "Turn | None":
        """
        None where Redis can't tell.
        """
        while True:
            if not callers.given and not await self._ask(app_key, mall, callers):
                return None
            await callers.given[0].comes()
            # A caller that gives up leaves its turn to the next one, if that one comes in time. A pause takes all back.
            if callers.given and not (turn := callers.given.popleft()).is_over(LATE_SECONDS):
                return turn

    async def _ask(self, app_key: str, mall: str, callers: "_Callers") -> bool:
        """
        Have Redis give turns for those who call now, in one question where nobody else does. False where it can't tell.
        """
        shared = self._shared
        if shared is None or time.monotonic() < self._alone_until:
            return False
        ticket = uuid4().hex
        try:
            while True:
                asked = time.monotonic()
                late, callers.late = callers.late, {}
                question = shared.ask(app_key, mall=mall, ticket=ticket, wanted=callers.count, late=late)
                answer = await self._answer(question)
                if answer is None:
                    return False
                if isinstance(answer, Given):
                    break
                await asyncio.sleep(answer.after_seconds)
        except asyncio.CancelledError:
            await self._answer(shared.leave(app_key, mall=mall, ticket=ticket))
            raise
        # Redis looked at its clock somewhere between.
        looked = (asked + time.monotonic()) / 2
        for name, wait in answer.turns:
            postpone = partial(self._postpone, shared, app_key, callers, name)
            callers.given.append(Turn(looked + wait, postpone))
        return True

    async def _postpone(self, shared: SharedTurns, app_key: str, callers: "_Callers", name: str) -> None:
        callers.late[name] = time.monotonic()
        if callers.count == 0:
            late, callers.late = callers.late, {}
            await self._answer(shared.postpone(app_key, late))

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
    The right to one call, at a moment.
    """

    def __init__(self, moment: float, postpone: Callable[[], Awaitable[None]]) -> None:
        self._moment = moment
        self._postpone = postpone

    async def comes(self) -> None:
        """
        Return when the moment is there.
        """
        if (seconds := self._moment - time.monotonic()) > 0:
            await asyncio.sleep(seconds)

    def is_over(self, seconds: float) -> bool:
        """
        Whether the moment was so long ago.
        """
        return time.monotonic() - self._moment > seconds

    async def use(self) -> None:
        """
        To be told when the call really leaves: where making a connection or the call itself took time, it counts from
        now on, since that is how Temu counts.
        """
        if self.is_over(_AT_ONCE_SECONDS):
            await self._postpone()


class _Callers:
    """
    Those of one mall in this process, and the turns that were given to them and wait to be used.
    """

    def __init__(self) -> None:
        self.queue = asyncio.Lock()
        self.count = 0
        self.given: deque[Turn] = deque()
        self.late: dict[str, float] = {}
        """
        Turns that were used later than they came: told with the next question, which follows soon while anybody calls.
        """


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
            moment, now = self._free_at(), time.monotonic()
            if now - moment > _AT_ONCE_SECONDS:
                moment = now
            self._taken.append(moment)
            self._pace = (moment if moment - self._pace > LATE_SECONDS else self._pace) + self._interval
            return Turn(moment, partial(self._postpone, moment))

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
