"""Each worker looks each second for actions that are due and that nobody sends: see domain.channel_actions.due."""

import asyncio

from domain import clock
from domain.channel_actions import due
from domain.errors import Unavailable
from domain.resources import Resources
from domain.telemetry import log

_EVERY_SECONDS = 1.0


class ActionDispatcher:
    """Has jobs send what is due, until it is cancelled."""

    def __init__(self, resources: Resources) -> None:
        self._database = resources.database

    async def run(self) -> None:
        """A database that is away for a while is waited for."""
        while True:
            try:
                await due.send_due(self._database, now=clock.now())
            except Unavailable as error:
                log.warning("channel_action.database_unavailable", reason=error.message)
            except Exception:  # noqa: BLE001 - a fault in one look must not end all later ones
                log.exception("channel_action.look_failed")
            await asyncio.sleep(_EVERY_SECONDS)
