"""
Turns of one process that shares them with no other.
"""

import asyncio
import math
import time
from collections import deque
from functools import partial

from domain.temu.turn import AT_ONCE_SECONDS, LATE_SECONDS, Turn


class OwnTurns:
    """
    At most so many turns in any period, evenly, first come first served.
    """

    def __init__(self, *, calls: int, period: float) -> None:
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
            if now - moment > AT_ONCE_SECONDS:
                moment = now
            self._taken.append(moment)
            self._pace = (moment if moment - self._pace > LATE_SECONDS else self._pace) + self._interval
            return Turn(moment, partial(self._late, moment))

    def pause(self, seconds: float) -> None:
        """
        Give no turns for so long from now.
        """
        self._paused_until = time.monotonic() + seconds

    def _free_at(self) -> float:
        return max(self._pace, self._paused_until, self._taken[0] + self._period)

    async def _late(self, moment: float, seconds: float) -> None:
        if moment in self._taken:
            self._taken.remove(moment)
        self._taken.append(moment + seconds)
