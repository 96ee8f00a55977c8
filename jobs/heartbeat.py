"""A worker's heartbeat: its row in the database, which tells operators that it lives and how busy it is.
With it comes the database's clock, by which the worker goes.
"""

import asyncio

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import clock
from domain.database.dialect_sql import database_milliseconds
from domain.errors import Unavailable
from domain.monitoring import workers
from domain.resources import Resources
from domain.telemetry import log
from jobs.periodic import run_periodically
from jobs.runner import Runner

_END_SECONDS = 2.0


class Heartbeat:
    def __init__(self, resources: Resources, runner: Runner, *, name: str) -> None:
        self._database = resources.database
        self._slots = resources.settings.worker_jobs
        self._runner = runner
        self._name = name
        self._has_begun = self._has_row = self._clock_differs = False

    async def begin(self) -> None:
        """Go by the database's clock before anything is done by a clock."""
        try:
            async with self._database.read() as session:
                await self._follow_clock(session)
        except Unavailable as error:
            log.warning("worker.heartbeat_missed", reason=error.message)

    async def run(self) -> None:
        """Beat until cancelled."""
        self._has_begun = True
        await run_periodically(
            self._beat,
            every_seconds=workers.HEARTBEAT_SECONDS,
            unavailable="worker.heartbeat_missed",
            failed="worker.heartbeat_missed",
        )

    async def end(self) -> None:
        """Take the row back: this worker was asked to stop."""
        if not self._has_begun:
            return
        try:
            # Also where none was seen to be written: it may have been cut off between its commit and our knowing.
            async with asyncio.timeout(_END_SECONDS), self._database.write() as session:
                await workers.remove(session, self._name)
        except (Unavailable, TimeoutError) as error:
            log.warning("worker.heartbeat_left", reason=str(error) or type(error).__name__)
        except Exception:  # noqa: BLE001 - jobs in hand are still to be given back
            log.exception("worker.heartbeat_left")

    async def _beat(self) -> None:
        async with self._database.write() as session:
            await self._follow_clock(session)
            if not self._has_row:
                # One of the same name, as containers have them, was another start.
                await workers.remove(session, self._name)
            await workers.beat(session, self._name, slots=self._slots, running=len(self._runner.running))
        self._has_row = True

    async def _follow_clock(self, session: AsyncSession) -> None:
        """That ours differs has a line at its beginning and one at its end."""
        ahead = clock.follow(await session.scalar(select(database_milliseconds())) or 0)
        differs = abs(ahead) > clock.TOLERANCE
        if differs and not self._clock_differs:
            log.warning("clock.differs", seconds_ahead=round(ahead.total_seconds()))
        elif self._clock_differs and not differs:
            log.info("clock.agrees")
        self._clock_differs = differs
