"""The net below the queue: every worker looks each second for jobs that are due and that nobody runs, whatever Redis knows."""

import math
from datetime import timedelta

from sqlalchemy import ColumnElement

from domain import clock
from domain.buyers.retention import AT_ONCE, erase_expired
from domain.changes.log import IS_LAST, adopt_restored
from domain.database.removal import Moment, remove_old
from domain.documents import MEDIA_TYPES
from domain.exports.removal import remove_expired
from domain.models import AuditEvent, Authorization, Change, ChannelEvent, File, QueuedJob, WebhookDelivery
from domain.queued_jobs import due
from domain.resources import Resources
from domain.returns.labels import forget_old
from domain.statistics.storing import AT_ONCE as DAYS_AT_ONCE
from domain.statistics.storing import store_changed
from domain.telemetry import log
from jobs.periodic import run_periodically
from jobs.runner import Runner

_EVERY_SECONDS = 1.0
# After a start, so that by then it shows whether the clock is one to delete by.
_FIRST_CLEAN = timedelta(minutes=10)
_CLEAN_EVERY = timedelta(hours=1)
# Until then statistics read the orders of a day that has changed; of several workers one does it.
_STORE_SUMS_EVERY_SECONDS = 15.0
# A buyer may be named in it; what was asked for with it has it by then.
_KEEP_DOCUMENTS = timedelta(days=1)
# Longer than Temu sends an event again, which it does for little more than a day.
_KEEP_EVENTS = timedelta(days=30)
# After their end, for whoever looks into what happened; a state that is late is refused whether it is known or not.
_KEEP_AUTHORIZATIONS = timedelta(days=1)

# The database refuses to remove audit events of less than 30 days by its own clock, which ours may be ahead of.
_CLOCKS_APART = timedelta(hours=1)


class Sweeper:
    """Starts what waits: jobs whose message was lost or found no free slot, retries that are due, leases that ran out."""

    def __init__(self, resources: Resources, runner: Runner) -> None:
        self._database = resources.database
        self._transport = resources.transport
        self._keep = timedelta(days=resources.settings.keep_jobs_days)
        self._keep_audit = timedelta(days=resources.settings.keep_audit_days) + _CLOCKS_APART
        self._keep_changes = timedelta(days=resources.settings.keep_changes_days)
        self._keep_deliveries = timedelta(days=resources.settings.keep_webhook_deliveries_days)
        self._keep_buyers = timedelta(days=resources.settings.buyer_retention_days)
        self._runner = runner
        self._next_clean = self._next_sums = math.inf

    async def run(self) -> None:
        """Sweep until cancelled."""
        self._next_clean = clock.monotonic() + _FIRST_CLEAN.total_seconds()
        self._next_sums = clock.monotonic() + _STORE_SUMS_EVERY_SECONDS
        await run_periodically(
            self._look,
            every_seconds=_EVERY_SECONDS,
            unavailable="sweeper.database_unavailable",
            failed="sweeper.failed",
            wake=self._runner.slot_freed,
        )

    async def _look(self) -> None:
        await self.sweep()
        if clock.monotonic() >= self._next_clean and await self._clean_if_sure():
            self._next_clean += _CLEAN_EVERY.total_seconds()
        if clock.monotonic() >= self._next_sums:
            await self._adopt_restored()
            if await store_changed(self._database) < DAYS_AT_ONCE:
                self._next_sums = clock.monotonic() + _STORE_SUMS_EVERY_SECONDS

    async def sweep(self) -> None:
        """Start what is due, as far as there are free slots."""
        if self._runner.free_slots <= 0:
            return
        async with self._database.read() as session:
            job_ids = await due.due_jobs(
                session,
                at_most=self._runner.free_slots,
                triggers=self._runner.triggers,
                without=self._runner.without,
            )
        for job_id in job_ids:
            self._runner.start(job_id)

    async def _adopt_restored(self) -> None:
        async with self._database.write() as session:
            adopted = await adopt_restored(session)
        if adopted:
            log.warning("sweeper.changes_adopted", count=adopted)

    async def _clean_if_sure(self) -> bool:
        """By a clock that is ahead what is to be kept would be removed: where the machine, the database and Temu don't agree,
        it waits. Returns whether there is nothing more to do for now.
        """
        by_temu = 0.0 if self._transport is None else self._transport.clock_offset
        if clock.is_sure() and abs(by_temu) <= clock.TOLERANCE.total_seconds():
            return await self.clean()
        log.warning("sweeper.clock_differs", reason="Nothing is removed until the clocks agree.")
        return True

    async def clean(self) -> bool:
        """Remove what is kept no longer (J7); returns whether all of it is."""
        # Few a transaction: each job may have many outcomes, and a file is large.
        await self._remove("finished_jobs", QueuedJob.finished_at, older_than=self._keep, at_once=20)
        await self._remove("files", File.created_at, older_than=self._keep, at_once=20)
        await self._remove(
            "authorizations", Authorization.expires_at, older_than=_KEEP_AUTHORIZATIONS, at_once=1000
        )
        is_other = File.media_type.not_in(MEDIA_TYPES)
        await self._remove("documents", File.created_at, older_than=_KEEP_DOCUMENTS, at_once=20, but=is_other)
        await self._remove("events", ChannelEvent.received_at, older_than=_KEEP_EVENTS, at_once=1000)
        await self._remove("audit_events", AuditEvent.occurred_at, older_than=self._keep_audit, at_once=1000)
        await self._remove(
            "changes", Change.occurred_at, older_than=self._keep_changes, at_once=1000, but=IS_LAST
        )
        await self._remove(
            "webhook_deliveries", WebhookDelivery.ended_at, older_than=self._keep_deliveries, at_once=1000
        )
        async with self._database.write() as session:
            await forget_old(session, before=clock.now() - self._keep)
        exports = await remove_expired(self._database, now=clock.now())
        if exports:
            log.info("sweeper.removed", what="exports", count=exports)
        erased = await erase_expired(self._database, keep=self._keep_buyers, now=clock.now())
        if erased:
            log.info("sweeper.buyers_erased", orders=erased)
        return erased < AT_ONCE

    async def _remove(
        self,
        what: str,
        moment: Moment,
        *,
        older_than: timedelta,
        at_once: int,
        but: ColumnElement[bool] | None = None,
    ) -> None:
        """Remove the rows whose *moment* is so long ago, *but* some, until none of them is left."""
        count, removed = 0, None
        while removed != 0:
            async with self._database.write() as session:
                before = clock.now() - older_than
                removed = await remove_old(session, moment, before=before, at_most=at_once, but=but)
            count += removed
        if count:
            log.info("sweeper.removed", what=what, count=count)
