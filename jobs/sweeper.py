"""The net below the queue: every worker looks each second for jobs that are due and that nobody runs, whatever Redis knows."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from domain import clock
from domain.buyers.retention import AT_ONCE, erase_expired
from domain.database.removal import Moment, remove_old
from domain.errors import Unavailable
from domain.models import ChannelEvent, File, QueuedJob
from domain.queued_jobs import due
from domain.resources import Resources
from domain.telemetry import log
from jobs.runner import Runner

_EVERY_SECONDS = 1.0
_CLEAN_EVERY = timedelta(hours=1)
# Longer than Temu sends an event again, which it does for little more than a day.
_KEEP_EVENTS = timedelta(days=30)


class Sweeper:
    """Starts what waits: jobs whose message was lost or found no free slot, retries that are due, leases that ran out."""

    def __init__(self, resources: Resources, runner: Runner) -> None:
        self._database = resources.database
        self._keep = timedelta(days=resources.settings.keep_jobs_days)
        self._keep_buyers = timedelta(days=resources.settings.buyer_retention_days)
        self._runner = runner

    async def run(self) -> None:
        """Sweep until cancelled; a database that is away for a while is waited for."""
        cleaned = clock.now() - _CLEAN_EVERY
        while True:
            self._runner.slot_freed.clear()
            try:
                await self.sweep()
                if clock.now() - cleaned >= _CLEAN_EVERY and await self.clean():
                    cleaned = clock.now()
            except Unavailable as error:
                log.warning("sweeper.database_unavailable", reason=error.message)
            except Exception:  # noqa: BLE001 - the sweeper is the net: it goes on
                log.exception("sweeper.failed")
            with suppress(TimeoutError):
                async with asyncio.timeout(_EVERY_SECONDS):
                    await self._runner.slot_freed.wait()

    async def sweep(self) -> None:
        """Start what is due, as far as there are free slots."""
        if self._runner.free_slots <= 0:
            return
        async with self._database.read() as session:
            job_ids = await due.due_jobs(
                session,
                at_most=self._runner.free_slots,
                scheduled_too=self._runner.has_room_for_scheduled,
            )
        for job_id in job_ids:
            self._runner.start(job_id)

    async def clean(self) -> bool:
        """Remove what is kept no longer (J7); returns whether all of it is."""
        # Few a transaction: each job may have many outcomes, and a file is large.
        await self._remove("finished_jobs", QueuedJob.finished_at, older_than=self._keep, at_once=20)
        await self._remove("files", File.created_at, older_than=self._keep, at_once=20)
        await self._remove("events", ChannelEvent.received_at, older_than=_KEEP_EVENTS, at_once=1000)
        erased = await erase_expired(self._database, keep=self._keep_buyers, now=clock.now())
        if erased:
            log.info("sweeper.buyers_erased", orders=erased)
        return erased < AT_ONCE

    async def _remove(self, what: str, moment: Moment, *, older_than: timedelta, at_once: int) -> None:
        """Remove the rows whose *moment* is so long ago, until none is left."""
        count, removed = 0, None
        while removed != 0:
            async with self._database.write() as session:
                removed = await remove_old(session, moment, before=clock.now() - older_than, at_most=at_once)
            count += removed
        if count:
            log.info("sweeper.removed", what=what, count=count)
