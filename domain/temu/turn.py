"""
The right to one call to Temu.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

# A caller that is late by less than this loses nothing: the next ones come closer, within what the period allows.
LATE_SECONDS = 0.05
# A call that leaves so soon after its turn left in its turn.
AT_ONCE_SECONDS = 0.003


class Turn:
    """
    To be used at its moment. *late* is told by how many seconds it was used later.
    """

    def __init__(self, moment: float, late: Callable[[float], Awaitable[None]]) -> None:
        self._moment = moment
        self._late = late

    async def comes(self) -> None:
        """
        Return when the moment is there.
        """
        if (seconds := self._moment - time.monotonic()) > 0:
            await asyncio.sleep(seconds)

    def is_over(self) -> bool:
        """
        Whether the moment was too long ago for the turn to be anybody else's.
        """
        return time.monotonic() - self._moment > LATE_SECONDS

    async def use(self) -> None:
        """
        To be told when the call really leaves: where making a connection or the call itself took time, it counts from
        now on, since that is how Temu counts.
        """
        seconds = time.monotonic() - self._moment
        if seconds > AT_ONCE_SECONDS:
            await self._late(seconds)
