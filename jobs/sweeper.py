"""
What makes sure: every worker looks each second for jobs that are due and that nobody runs, whatever Redis knows.
"""

import asyncio
from datetime import timedelta

from domain import clock, files
from domain.errors import Unavailable
from domain.orders import event_push
from domain.queued_jobs import lease, requests
from domain.resources import Resources
from domain.telemetry import log
from jobs.runner import Runner

_EVERY_SECONDS = 1.0
_CLEAN_EVERY = timedelta(hours=1)
# Longer than Temu sends an event again, which it does for little more than a day.
_KEEP_EVENTS = timedelta(days=30)
# The doorbell has had this long to bring a worker.
_PATIENCE_MS = 1000


class Sweeper:
    """
    Starts what is waiting unheard: rings that were lost, tries that are due again, leases that ran out.
    """

    def __init__(self, resources: Resources, runner: Runner) -> None:
        self._database = resources.database
        self._keep = timedelta(days=resources.settings.keep_jobs_days)
        self._runner = runner

    async def run(self) -> None:
        """
        Sweep until cancelled; a database that is away for a while is waited for.
        """
        cleaned = clock.now() - _CLEAN_EVERY
        while True:
            try:
                await self.sweep()
                if clock.now() - cleaned >= _CLEAN_EVERY:
                    await self.clean()
                    cleaned = clock.now()
            except Unavailable as error:
                log.warning("sweeper.waits", reason=error.message)
            except Exception:  # noqa: BLE001 - the sweeper is what makes sure: it goes on
                log.exception("sweeper.fault")
            await asyncio.sleep(_EVERY_SECONDS)

    async def sweep(self) -> None:
        """
        Look once.
        """
        if self._runner.free_slots <= 0:
            return
        async with self._database.read() as session:
            due = await lease.due(
                session,
                due_for_ms=_PATIENCE_MS,
                at_most=self._runner.free_slots,
                scheduled_too=self._runner.has_room_for_scheduled,
            )
        for job_id in due:
            self._runner.start(job_id)

    async def clean(self) -> None:
        """
        Remove what is kept no longer.
        """
        await self._remove_finished_jobs()
        await self._remove_files()
        await self._remove_old_events()

    async def _remove_finished_jobs(self) -> None:
        """
        Remove what finished long ago (J7), a few a transaction: each job may have many outcomes.
        """
        count = 0
        while True:
            async with self._database.write() as session:
                removed = await requests.remove_finished(session, before=clock.now() - self._keep)
            count += removed
            if not removed:
                break
        if count:
            log.info("sweeper.removed_finished_jobs", count=count)

    async def _remove_files(self) -> None:
        count = 0
        while True:
            async with self._database.write() as session:
                removed = await files.remove_old(session, before=clock.now() - self._keep)
            count += removed
            if not removed:
                break
        if count:
            log.info("sweeper.removed_files", count=count)

    async def _remove_old_events(self) -> None:
        count = 0
        while True:
            async with self._database.write() as session:
                removed = await event_push.remove_old(session, before=clock.now() - _KEEP_EVENTS)
            count += removed
            if not removed:
                break
        if count:
            log.info("sweeper.removed_old_events", count=count)
