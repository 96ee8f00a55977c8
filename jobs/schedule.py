"""
Scheduled imports: each due moment is a row that exists once, so each is acted on once, however many workers look.
"""

import asyncio
from datetime import datetime

from domain import clock
from domain.companies import schedule as companies
from domain.errors import DomainError, Unavailable
from domain.resources import Resources
from domain.telemetry import log

_LOOK_EVERY_SECONDS = 5.0


class Schedule:
    """
    Asks for the work that the clock says is due.
    """

    def __init__(self, resources: Resources) -> None:
        self._database = resources.database
        self._interval = resources.settings.import_orders_interval_seconds

    async def run(self) -> None:
        """
        Look until cancelled.
        """
        while True:
            try:
                await self.look(clock.now())
            except Unavailable as error:
                log.warning("schedule.waits", reason=error.message)
            except Exception:  # noqa: BLE001 - a fault in one look must not end all later ones
                log.exception("schedule.fault")
            await asyncio.sleep(_LOOK_EVERY_SECONDS)

    async def look(self, now: datetime) -> None:
        """
        Ask for an import of each company whose moment has come. Moments that passed unseen are one import, not many.
        """
        tick = int(now.timestamp()) // self._interval * self._interval
        async with self._database.read() as session:
            due = await companies.due_for_import(session, tick=tick)
        for company_id in due:
            try:
                async with self._database.write() as session:
                    await companies.request_scheduled_import(
                        session, company_id=company_id, tick=tick, now=now
                    )
            except Unavailable:
                raise
            except DomainError as error:
                log.warning("schedule.refused", company=company_id, reason=error.message)
