"""Every way a run ends: its job ends too, or waits again (retried later, or released). Then the next of its lane is due."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.database.dialect_sql import database_milliseconds
from domain.database.session import Database, enqueue_after_commit
from domain.models import JobOutcome, JobOutcomeStatus, JobStatus, QueuedJob
from domain.queued_jobs import due, lease
from domain.queued_jobs.run_counts import LEASE_LOST, RELEASED, RETRIED, count_run


async def finish(database: Database, job: QueuedJob, *, now: datetime) -> JobStatus:
    """The run came to its end: the status follows from the outcomes, and is returned."""
    async with database.write() as session:
        await lease.renew(session, job, lease_seconds=1)
        job = await session.get_one(QueuedJob, job.id, populate_existing=True)
        failed = job.failed > 0
        error = await _first_failure(session, job) if failed else None
        status = JobStatus.PARTIALLY_SUCCEEDED if failed else JobStatus.SUCCEEDED
        await _end(session, job, status=status, error=error, now=now)
    count_run(job, status.value)
    return status


async def fail(database: Database, job: QueuedJob, *, error: str, passing: bool, now: datetime) -> None:
    """Given up. *passing* tells that the same job may succeed later without anybody changing anything."""
    async with database.write() as session:
        is_ours = await _end(session, job, status=JobStatus.FAILED, error=error, passing=passing, now=now)
    count_run(job, JobStatus.FAILED.value if is_ours else LEASE_LOST)


async def cancel(database: Database, job: QueuedJob, *, now: datetime) -> None:
    """Stopped between two units of work because a person asked; what was done is kept."""
    async with database.write() as session:
        is_ours = await _end(session, job, status=JobStatus.CANCELLED, error=None, now=now)
    count_run(job, JobStatus.CANCELLED.value if is_ours else LEASE_LOST)


async def retry_later(
    database: Database, job: QueuedJob, *, delay_seconds: float, error: str, now: datetime
) -> None:
    """Passing trouble: try again after *delay_seconds*. Raises LeaseLost."""
    later = {
        "run_at": database_milliseconds() + int(delay_seconds * 1000),
        "passing_failures": QueuedJob.passing_failures + 1,
        "error": error,
        "error_is_passing": True,
    }
    await _requeue(database, job, later, result=RETRIED, now=now)


async def release(
    database: Database, job: QueuedJob, *, now: datetime, delay_seconds: float = 0, paused: str | None = None
) -> None:
    """Stop without any fault: another worker may claim the job after *delay_seconds*, and nothing is counted. *paused* tells
    a person why it waits. Raises LeaseLost.
    """
    later: dict[str, Any] = {
        "run_at": database_milliseconds() + int(delay_seconds * 1000),
        "attempts": QueuedJob.attempts - 1,
    }
    if paused is not None:
        later |= {"error": paused, "error_is_passing": True}
    await _requeue(database, job, later, result=RELEASED, now=now)


async def since_progress(database: Database, job_id: int) -> tuple[int, datetime | None]:
    """How many tries in a row have ended in passing trouble since the last progress, and when that was."""
    async with database.read() as session:
        row = select(QueuedJob.passing_failures, QueuedJob.progressed_at, QueuedJob.started_at)
        failures, progressed_at, started_at = (await session.execute(row.where(QueuedJob.id == job_id))).one()
        return failures, progressed_at or started_at


async def _requeue(
    database: Database, job: QueuedJob, values: Mapping[str, Any], *, result: str, now: datetime
) -> None:
    """Give the job back to wait; where a person has asked to cancel it meanwhile, it ends here."""
    async with database.write() as session:
        if await lease.renew(session, job, lease_seconds=1):
            await _end(session, job, status=JobStatus.CANCELLED, error=None, now=now)
            result = JobStatus.CANCELLED.value
        else:
            waiting = lease.held(job).values(status=JobStatus.QUEUED, owner=None, lease_until=None, **values)
            await session.execute(waiting)
            await _enqueue_next(session, job)
    count_run(job, result)


async def _end(
    session: AsyncSession,
    job: QueuedJob,
    *,
    status: JobStatus,
    error: str | None,
    now: datetime,
    passing: bool | None = None,
) -> bool:
    """Whether the run still held the job; the row is touched only then."""
    ended = lease.held(job).values(
        status=status, error=error, error_is_passing=passing, finished_at=now, owner=None, lease_until=None
    )
    is_ours = await session.scalar(ended.returning(QueuedJob.id)) is not None
    await _enqueue_next(session, job)
    return is_ours


async def _enqueue_next(session: AsyncSession, job: QueuedJob) -> None:
    """Announce the job that is due first in the lane that has become free."""
    next_id = await due.next_of_lane(session, job.lane)
    if next_id is not None:
        enqueue_after_commit(session, next_id)


async def _first_failure(session: AsyncSession, job: QueuedJob) -> str:
    first = select(JobOutcome.message).where(
        JobOutcome.job_id == job.id, JobOutcome.status == JobOutcomeStatus.FAILED
    )
    message = await session.scalar(first.order_by(JobOutcome.id).limit(1))
    return f"{job.failed} of {job.succeeded + job.failed + job.skipped} failed. The first: {message}"
