"""Each worker looks each second for what receivers are to be told: see domain.webhooks.dispatch."""

import asyncio

from domain import clock
from domain.errors import Unavailable
from domain.resources import Resources
from domain.telemetry import log
from domain.webhooks.dispatch import dispatch

_EVERY_SECONDS = 1.0


class WebhookDispatcher:
    """Turns changes into deliveries, and has those that are due delivered, until it is cancelled."""

    def __init__(self, resources: Resources) -> None:
        self._database = resources.database

    async def run(self) -> None:
        """A database that is away for a while is waited for."""
        while True:
            try:
                await dispatch(self._database, now=clock.now())
            except Unavailable as error:
                log.warning("webhook.database_unavailable", reason=error.message)
            except Exception:  # noqa: BLE001 - a fault in one look must not end all later ones
                log.exception("webhook.dispatch_failed")
            await asyncio.sleep(_EVERY_SECONDS)
