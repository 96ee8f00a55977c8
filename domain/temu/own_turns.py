"""
Turns of one process that shares them with no other.
"""

import asyncio
import math
import time
from bisect import insort

from domain.temu.turn import AT_ONCE_SECONDS, LATE_SECONDS, Turn


class OwnTurns:
    """
    At most so many turns in any period, evenly, first come first served.
    """

    def __init__(self, *, calls: int, period: float) -> None:
        self._calls = calls
        self._period = period
        self._interval = period / calls
        # The latest ones, sorted; twice as many as count, since of each that is moved the one before it counts.
        self._taken = [-math.inf] * (2 * calls)
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
            if now - moment > AT_ONCE_SECONDS:
                moment = now
            self.note(moment)
            return _OwnTurn(self, moment)

    def note(self, moment: float) -> None:
        """
        Count a turn, also one that was shared.
        """
        self._pace = (moment if moment - self._pace > LATE_SECONDS else self._pace) + self._interval
        self._count(moment)

    def move(self, before: float, *, at_once: bool) -> float:
        """
        Count the turn of the moment *before* from now on, or from when one more may leave; returns when that is.
        """
        if before in self._taken:
            self._taken.remove(before)
            self._taken.insert(0, -math.inf)
        moment = time.monotonic()
        if not at_once:
            moment = max(moment, self._paused_until, self._taken[-self._calls] + self._period)
        self._count(moment)
        return moment

    def pause(self, seconds: float) -> None:
        """
        Give no turns for so long from now.
        """
        self._paused_until = time.monotonic() + seconds

    def _free_at(self) -> float:
        return max(self._pace, self._paused_until, self._taken[-self._calls] + self._period)

    def _count(self, moment: float) -> None:
        insort(self._taken, moment)
        del self._taken[0]


class _OwnTurn(Turn):
    def __init__(self, turns: OwnTurns, moment: float) -> None:
        super().__init__(moment)
        self._turns = turns

    async def moved(self) -> float:
        return self._turns.move(self.moment, at_once=False)

    def used_late(self) -> None:
        self._turns.move(self.moment, at_once=True)
