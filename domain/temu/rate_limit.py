"""
Temu's calls per second for one app, shared by all malls, workers and servers through Redis.
"""

import asyncio
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
from domain.temu.own_turns import OwnTurns
from domain.temu.shared_turns import Given, SharedTurns
from domain.temu.turn import LATE_SECONDS, Turn

# What Temu counts is when calls arrive, which is less even than when they leave.
_MARGIN = 1.02
_PAUSE_SECONDS = 1.0
_REDIS_ANSWERS_WITHIN = 1.0
# A Redis that failed is left alone for so long: each question that it doesn't answer costs the wait above.
_WITHOUT_REDIS_SECONDS = 5.0
# Turns that were used a little late are told of together after so long, which is no time beside a period.
_TELL_AFTER_SECONDS = 0.02

_Answer = TypeVar("_Answer")


class RateLimiter:
    """
    Makes callers wait for their turn. Without Redis each process keeps the limit by itself.

    No second holds more calls than allowed, wherever it begins, and nothing is saved up while nobody calls. Malls
    take turns, however many callers each of them has; callers of one mall go in the order in which they came. (Where
    the allowed calls are no whole number, it is a period of a little less than a second that holds the whole ones.)
    """

    def __init__(self, redis: Redis | None, *, calls_per_second: float) -> None:
        # Less than one call a second is one call in a longer time.
        calls = max(1, int(calls_per_second))
        period = _MARGIN * calls / calls_per_second
        self._shared = None if redis is None else SharedTurns(redis, calls=calls, period=period)
        self._without_redis_until = 0.0
        self._own_turns = partial(OwnTurns, calls=calls, period=period)
        self._own: dict[str, OwnTurns] = {}
        self._callers: WeakValueDictionary[tuple[str, str], _Callers] = WeakValueDictionary()
        self._pauses = 0
        # By app: turns by their names, each with when it was used; and who tells of them.
        self._late: dict[str, dict[str, float]] = {}
        self._telling: set[asyncio.Task[None]] = set()

    async def wait(self, app_key: str, *, mall: str) -> Turn:
        """
        Return when the next call of *app_key* may leave. *mall* is any name that is the same in all processes.
        """
        callers = self._callers.setdefault((app_key, mall), _Callers())
        callers.count += 1
        try:
            # One caller stands for all of its mall: else the mall with the most callers would have the most turns.
            async with callers.queue:
                return await self._shared_turn(app_key, mall, callers) or await self._of_own(app_key).wait()
        except asyncio.CancelledError:
            if callers.count == 1 and callers.given:
                await self._give_up(app_key, mall, callers)
            raise
        finally:
            callers.count -= 1

    async def close(self) -> None:
        """
        Have told what is still to be told.
        """
        await asyncio.gather(*self._telling)

    async def slow_down(self, app_key: str) -> None:
        """
        Temu said that it was too much: for a second nobody has a turn, not even those who wait already. Only what
        other processes were given for the next moments still leaves.
        """
        self._of_own(app_key).pause(_PAUSE_SECONDS)
        self._pauses += 1
        for (app, _), callers in self._callers.items():
            if app == app_key:
                callers.given.clear()
        await self._answer(lambda shared: shared.pause(app_key, seconds=_PAUSE_SECONDS))

    async def _shared_turn(self, app_key: str, mall: str, callers: "_Callers") -> Turn | None:
        """
        None where Redis can't tell.
        """
        # A caller that gives up leaves its turn to the next one, if that one comes in time.
        while callers.given and callers.given[0].is_over():
            callers.given.popleft()
        while True:
            if not callers.given and not await self._ask(app_key, mall, callers):
                return None
            await callers.given[0].comes()
            if callers.given:  # Else a pause has taken all of them back.
                turn = callers.given.popleft()
                # Should Redis go, those that it gave count on.
                self._of_own(app_key).note(turn.moment)
                return turn

    async def _ask(self, app_key: str, mall: str, callers: "_Callers") -> bool:
        """
        Have Redis give a turn, or several for those who call now where no other mall does. False where it can't tell.
        """
        callers.ticket, callers.wanted = uuid4().hex, callers.count

        def ask(shared: SharedTurns) -> Awaitable[Given | float]:
            return shared.ask(app_key, mall=mall, ticket=callers.ticket, wanted=callers.wanted)

        try:
            while True:
                pauses, asked = self._pauses, time.monotonic()
                answer = await self._answer(ask)
                if answer is None:
                    return False
                if not isinstance(answer, Given):
                    await asyncio.sleep(answer)
                elif pauses == self._pauses:
                    break
        except asyncio.CancelledError:
            await self._give_up(app_key, mall, callers)
            raise
        # Redis looked at its clock somewhere between.
        looked = (asked + time.monotonic()) / 2
        callers.given.extend(_SharedTurn(self, app_key, name, looked + wait) for name, wait in answer.turns)
        return True

    async def _give_up(self, app_key: str, mall: str, callers: "_Callers") -> None:
        callers.given.clear()
        ticket, wanted = callers.ticket, callers.wanted
        await self._answer(lambda shared: shared.give_up(app_key, mall=mall, ticket=ticket, wanted=wanted))

    async def moved(self, app_key: str, name: str, before: float) -> float:
        """
        When a turn that was not used in time comes now, by Redis or, where that can't tell, by what this process knows.
        """
        asked = time.monotonic()
        seconds = await self._answer(lambda shared: shared.move(app_key, name))
        if seconds is None:
            return self._of_own(app_key).move(before, at_once=False)
        return (asked + time.monotonic()) / 2 + seconds

    def used_late(self, app_key: str, name: str) -> None:
        """
        Have it told that a turn was used now, a little after its moment.
        """
        late = self._late.setdefault(app_key, {})
        late[name] = time.monotonic()
        if len(late) == 1:
            telling = asyncio.create_task(self._tell(app_key))
            self._telling.add(telling)
            telling.add_done_callback(self._telling.discard)

    async def _tell(self, app_key: str) -> None:
        try:
            await asyncio.sleep(_TELL_AFTER_SECONDS)
        finally:
            late = self._late.pop(app_key)
        await self._answer(lambda shared: shared.postpone(app_key, late))

    async def _answer(
        self, ask: Callable[[SharedTurns], Awaitable[_Answer]], *, again: bool = True
    ) -> _Answer | None:
        """
        Redis's answer; None where it gives none, or has given none a moment ago.
        """
        shared = self._shared
        if shared is None or time.monotonic() < self._without_redis_until:
            return None
        before, asked = _times_cancelled(), time.monotonic()
        answer, was_deaf = None, False
        try:
            async with asyncio.timeout(_REDIS_ANSWERS_WITHIN):
                answer = await ask(shared)
        except (RedisError, OSError) as error:
            # A process that was stopped, or had its loop held up, only did not listen; but not twice.
            waited = time.monotonic() - asked
            is_timeout = isinstance(error, TimeoutError)
            was_deaf = again and is_timeout and waited > _REDIS_ANSWERS_WITHIN + LATE_SECONDS
            if not was_deaf:
                log.warning("temu.rate_limit_alone", reason=type(error).__name__)
                self._without_redis_until = time.monotonic() + _WITHOUT_REDIS_SECONDS
        if _times_cancelled() > before:
            # redis-py writes through asyncio.wait_for, which before Python 3.12 can lose a cancellation.
            raise asyncio.CancelledError
        return await self._answer(ask, again=False) if was_deaf else answer

    def _of_own(self, app_key: str) -> OwnTurns:
        own = self._own.get(app_key)
        if own is None:
            own = self._own[app_key] = self._own_turns()
        return own


class _SharedTurn(Turn):
    """
    One that Redis gave, by its name there.
    """

    def __init__(self, limiter: RateLimiter, app_key: str, name: str, moment: float) -> None:
        super().__init__(moment)
        self._limiter = limiter
        self._app_key = app_key
        self._name = name

    async def moved(self) -> float:
        return await self._limiter.moved(self._app_key, self._name, self.moment)

    def used_late(self) -> None:
        self._limiter.used_late(self._app_key, self._name)


class _Callers:
    """
    Those of one mall in this process, and the turns that were given to them and wait for their moments.
    """

    def __init__(self) -> None:
        self.queue = asyncio.Lock()
        self.count = 0
        self.given: deque[Turn] = deque()
        # What the last question was, and so the turns that it brought.
        self.ticket, self.wanted = "", 0


def _times_cancelled() -> int:
    task = asyncio.current_task()
    return 0 if task is None else task.cancelling()
