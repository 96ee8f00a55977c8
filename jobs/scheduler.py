"""Scheduled work: each due moment is a row that exists once, so each is acted on once, however many workers look."""

from datetime import datetime

from domain import clock, tracing
from domain.companies import schedule
from domain.companies.schedule import FLOWS, Flow
from domain.errors import DomainError, Unavailable
from domain.queued_jobs import lease
from domain.resources import Resources
from domain.shipping.bought_labels import due as bought_labels_due
from domain.telemetry import log
from jobs.periodic import run_periodically

_LOOK_EVERY_SECONDS = 5.0


class Scheduler:
    def __init__(self, resources: Resources) -> None:
        self._database = resources.database
        self._settings = resources.settings

    async def run(self) -> None:
        """Look until cancelled."""
        await run_periodically(
            self._look,
            every_seconds=_LOOK_EVERY_SECONDS,
            unavailable="schedule.database_unavailable",
            failed="schedule.failed",
        )

    async def _look(self) -> None:
        await self._recall()
        await self.enqueue_due(clock.now())
        await bought_labels_due.request_due(self._database, now=clock.now())

    async def _recall(self) -> None:
        """Have what a clock that was ahead has put off run now: by it, the same work would wait for that too."""
        async with self._database.read() as session:
            if not await lease.are_put_off(session):
                return
        async with self._database.write() as session:
            log.warning("schedule.recalled", jobs=await lease.recall(session))

    async def enqueue_due(self, now: datetime) -> None:
        """Ask for a run of each flow of each company whose moment has come. Moments that passed unseen are one run, not
        many.
        """
        for flow in FLOWS:
            await self._enqueue(flow, now)

    async def _enqueue(self, flow: Flow, now: datetime) -> None:
        tick = flow.tick(now, self._settings)
        async with self._database.read() as session:
            due = await schedule.due(session, flow, tick=tick, now=now)
        for company_id in due:
            try:
                # The beginning of the trace that the job's tries go on with.
                with tracing.span(f"schedule {flow.type.value}"):
                    async with self._database.write() as session:
                        await schedule.request_run(session, flow, company_id=company_id, tick=tick, now=now)
            except Unavailable:
                raise
            except DomainError as error:
                log.warning("schedule.refused", company=company_id, reason=error.message)
