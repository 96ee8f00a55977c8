"""A job that is being run, as handed to the service that does it: fenced steps, outcomes, progress, stop asked for."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain import clock
from domain.database.session import Database
from domain.database.upsert import upsert
from domain.models import JobOutcome, JobOutcomeStatus, QueuedJob
from domain.queued_jobs import lease

# Where a run is: a struct, or an object of JSON.
Checkpoint = msgspec.Struct | Mapping[str, Any]
_SUBJECT_LENGTH = 200
_TRIES_FOR_THE_LAST = 3
_RANK = {JobOutcomeStatus.FAILED: 0, JobOutcomeStatus.SKIPPED: 1, JobOutcomeStatus.SUCCEEDED: 2}
_COUNTER = {
    JobOutcomeStatus.SUCCEEDED: QueuedJob.succeeded,
    JobOutcomeStatus.FAILED: QueuedJob.failed,
    JobOutcomeStatus.SKIPPED: QueuedJob.skipped,
}


class Stopped(Exception):
    """This worker shuts down: what was done is kept, the rest is for another."""


class CancelRequested(Exception):
    """A person asked to cancel: what was done is kept, the rest is left."""


@dataclass(frozen=True)
class Outcome:
    """What became of one subject: an order number, a SKU, a row. *retryable*: a later run may succeed by itself.

    *is_news* is False where the subject was met and nothing happened to it: what a step before it did stays told.
    *is_done* is False while more of this run's work on the subject is to come; it then counts as done later.
    """

    subject: str
    status: JobOutcomeStatus
    code: str | None = None
    message: str | None = None
    retryable: bool = False
    is_news: bool = True
    is_done: bool = True

    @classmethod
    def succeeded(cls, subject: str, code: str, message: str | None = None, **how: bool) -> "Outcome":
        return cls(subject, JobOutcomeStatus.SUCCEEDED, code, message, **how)

    @classmethod
    def skipped(cls, subject: str, code: str, message: str | None, **how: bool) -> "Outcome":
        return cls(subject, JobOutcomeStatus.SKIPPED, code, message, **how)

    @classmethod
    def failed(cls, subject: str, code: str, message: str | None, **how: bool) -> "Outcome":
        return cls(subject, JobOutcomeStatus.FAILED, code, message, **how)


def not_permitted(subject: str, message: str) -> Outcome:
    """The one outcome of a run that tells of an interface that the run went on without (C14)."""
    return Outcome.skipped(subject, "PERMISSION_MISSING", message)


@dataclass
class Step:
    """One unit of work: a transaction, and what its job's row records of it.

    *also_done* counts subjects that an earlier step met and that are done with now; those met here count by themselves.
    *remaining*: how many subjects there are besides all that were met, in this step too.
    """

    session: AsyncSession
    outcomes: list[Outcome] = field(default_factory=list)
    also_done: int = 0
    total: int | None = None
    remaining: int | None = None
    is_last: bool = False


class JobRun:
    """One run of one job, under one lease."""

    def __init__(
        self, database: Database, job: QueuedJob, *, lease_seconds: int, stop: asyncio.Event
    ) -> None:
        self.database = database
        self._lease_seconds = lease_seconds
        self._stop = stop
        self.job = job
        self.company_id = job.company_id
        self.checkpoint: Mapping[str, Any] | None = job.checkpoint

    @property
    def has_begun(self) -> bool:
        """Whether a try of this job has done a step; the retry of what failed in another run begins anew."""
        return self.checkpoint is not None and self.checkpoint.get("stage") != "failures"

    @property
    def retries_last_few(self) -> bool:
        """Whether passing trouble with the last few subjects ends the run for a retry; else they are given up for it."""
        return self.job.passing_failures < _TRIES_FOR_THE_LAST

    @asynccontextmanager
    async def step(
        self,
        *,
        checkpoint: Checkpoint | None = None,
        even_if_stopping: bool = False,
        is_progress: bool = True,
    ) -> AsyncGenerator[Step]:
        """A transaction that begins with the fence check and ends with its outcomes, its progress and *checkpoint*, or
        with the checkpoint left as it is.

        *is_progress* is False for what is done by the way, so that trouble with the rest still counts.
        *even_if_stopping*: it records what has happened outside already, so it is done though the run is to end.
        Raises Stopped and CancelRequested, unless *even_if_stopping*, and lease.LeaseLost, before anything was done.
        """
        async with self.transaction(even_if_stopping=even_if_stopping) as session:
            step = Step(session)
            yield step
            row = None if checkpoint is None else msgspec.to_builtins(checkpoint)
            await self._record(step, row, is_progress=is_progress)
        if row is not None:
            self.checkpoint = row

    async def check_lease(self) -> None:
        """Between two calls that are no progress by themselves. Raises Stopped, CancelRequested and lease.LeaseLost."""
        async with self.transaction():
            pass

    async def wait(self, tasks: Collection[asyncio.Task[Any]]) -> None:
        """Until all *tasks* have ended. Raises what one of them does, and Stopped as soon as this worker shuts down."""
        ended = asyncio.create_task(asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION))
        stopped = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait([ended, stopped], return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended.cancel()
            stopped.cancel()
        if self._stop.is_set():
            raise Stopped
        for task in tasks:
            if task.done():
                task.result()

    @asynccontextmanager
    async def transaction(self, *, even_if_stopping: bool = False) -> AsyncGenerator[AsyncSession]:
        """A transaction that begins with the fence check and is no progress: for what has to be stored before a call
        leaves, should this run end before its answer comes. Raises as step() does.
        """
        if self._stop.is_set() and not even_if_stopping:
            raise Stopped
        async with self.database.write() as session:
            is_cancelled = await lease.renew(session, self.job, lease_seconds=self._lease_seconds)
            if is_cancelled and not even_if_stopping:
                raise CancelRequested
            yield session

    async def _record(self, step: Step, checkpoint: Mapping[str, Any] | None, *, is_progress: bool) -> None:
        changes, done = await _store_outcomes(step.session, self.job.id, step.outcomes)
        values: dict[str, Any] = {
            "progress_done": QueuedJob.progress_done + step.also_done + done,
            **{
                _COUNTER[status].key: _COUNTER[status] + change
                for status, change in changes.items()
                if change
            },
        }
        if is_progress:
            # Trouble before it no longer counts towards giving up.
            values |= {"passing_failures": 0, "crashes": 0, "error": None, "error_is_passing": None}
            values["progressed_at"] = clock.now()
        if checkpoint is not None:
            values["checkpoint"] = checkpoint
        if step.total is not None:
            values["progress_total"] = step.total
        if step.remaining is not None:
            met = QueuedJob.succeeded + QueuedJob.failed + QueuedJob.skipped
            values["progress_total"] = met + sum(changes.values()) + step.remaining
        if step.is_last:
            values["progress_done"] = func.coalesce(QueuedJob.progress_total, QueuedJob.progress_done)
        statement = update(QueuedJob).where(QueuedJob.id == self.job.id).values(**values)
        await step.session.execute(statement.execution_options(synchronize_session=False))


async def _store_outcomes(
    session: AsyncSession, job_id: int, outcomes: Iterable[Outcome]
) -> tuple[dict[JobOutcomeStatus, int], int]:
    """Store the last outcome of each subject; returns by how much each count changes, and how many more are done."""
    last = {outcome.subject[:_SUBJECT_LENGTH]: outcome for outcome in outcomes}
    changes = dict.fromkeys(JobOutcomeStatus, 0)
    if not last:
        return changes, 0
    statement = select(JobOutcome.subject, JobOutcome.status).where(
        JobOutcome.job_id == job_id, JobOutcome.subject.in_(last)
    )
    known = {subject: status for subject, status in await session.execute(statement)}  # noqa: C416 - rows, not pairs
    told = {subject for subject, status in known.items() if status is JobOutcomeStatus.SUCCEEDED}
    last = {subject: outcome for subject, outcome in last.items() if outcome.is_news or subject not in told}
    if not last:
        return changes, 0
    for subject, outcome in last.items():
        changes[outcome.status] += 1
        if subject in known:
            changes[known[subject]] -= 1
    rows = [
        {
            "job_id": job_id, "subject": subject, "status": outcome.status, "rank": _RANK[outcome.status],
            "code": outcome.code, "message": outcome.message, "retryable": outcome.retryable,
        }
        for subject, outcome in last.items()
    ]  # fmt: skip
    news = ("status", "rank", "code", "message", "retryable")
    await upsert(session, JobOutcome, rows, key=("job_id", "subject"), news=news)
    return changes, sum(outcome.is_done for subject, outcome in last.items() if subject not in known)
