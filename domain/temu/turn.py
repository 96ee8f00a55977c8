"""
The right to one call to Temu.
"""

import asyncio
import time
from abc import ABC, abstractmethod

# A caller that is late by less than this loses nothing: the next ones come closer, within what the period allows.
LATE_SECONDS = 0.05
# A call that leaves so soon after its turn left in its turn.
AT_ONCE_SECONDS = 0.003


class Turn(ABC):
    """
    To be used at its moment, by this process's monotonic clock.
    """

    def __init__(self, moment: float) -> None:
        self.moment = moment

    async def comes(self) -> None:
        """
        Return when the moment is there.
        """
        if (seconds := self.moment - time.monotonic()) > 0:
            await asyncio.sleep(seconds)

    def is_over(self) -> bool:
        """
        Whether the moment was too long ago for the turn to be used as it is.
        """
        return time.monotonic() - self.moment > LATE_SECONDS

    async def use(self) -> None:
        """
        To be awaited directly before the call leaves, since that is what Temu counts. Where making a connection, or what
        held up all of them, took long, the turn is another one by now, and this waits for that.
        """
        if self.is_over():
            self.moment = await self.moved()
            await self.comes()
        if time.monotonic() - self.moment > AT_ONCE_SECONDS:
            self.used_late()

    @abstractmethod
    async def moved(self) -> float:
        """
        The next moment at which one call more may leave, which is this turn's from now on.
        """

    @abstractmethod
    def used_late(self) -> None:
        """
        Count the turn from now on, which is little later than its moment.
        """
