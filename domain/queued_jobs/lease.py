"""Holding a job: claim, heartbeat, and every way a run ends. With requests.py the only writer of a job's status.

Each claim counts the fence up; a write that names an older fence touches no row, so a run that lost its lease to
another worker (killed, stopped, or too slow) can do no harm when it goes on.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Update, and_, case, func, or_, select, true, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from domain import metrics
from domain.database.dialect_sql import database_milliseconds
from domain.database.session import Database, enqueue_after_commit
from domain.models import (
    ENDED,
    OUTBOUND_JOBS,
    JobOutcome,
    JobOutcomeStatus,
    JobStatus,
    JobTrigger,
    JobType,
    QueuedJob,
    literally,
)
from domain.outbound import IS_PAUSED

# 1 for the clock's jobs, so that they come after those that somebody waits for.
_IS_SCHEDULED = case((QueuedJob.trigger == JobTrigger.SCHEDULE, 1), else_=0)


# How a run may end beside the ends of its job, for who counts runs.
RETRIED, RELEASED, LEASE_LOST, ABANDONED = "RETRIED", "RELEASED", "LEASE_LOST", "ABANDONED"


class LeaseLost(Exception):
    """Another worker holds the job now: stop, and write nothing."""


async def claim(
    database: Database,
    job_id: int,
    *,
    owner: str,
    lease_seconds: int,
    now: datetime,
    scheduled_too: bool = True,
) -> QueuedJob | None:
    """Claim a job that is due or whose holder went silent, *scheduled_too*: also the clock's. None where it isn't ours."""
    taken_over = QueuedJob.status == JobStatus.RUNNING
    values = {
        "status": JobStatus.RUNNING,
        "fence": QueuedJob.fence + 1,
        "owner": owner,
        "lease_until": _lease_end(lease_seconds),
        "attempts": QueuedJob.attempts + 1,
        "crashes": case((taken_over, QueuedJob.crashes + 1), else_=QueuedJob.crashes),
        "started_at": case((QueuedJob.started_at.is_(None), now), else_=QueuedJob.started_at),
    }
    ours = update(QueuedJob).where(QueuedJob.id == job_id, _is_free(), _may_be(scheduled_too=scheduled_too))
    taken = ours.values(**values).returning(QueuedJob).execution_options(synchronize_session=False)
    try:
        async with database.write() as session:
            crashes = await session.scalar(select(QueuedJob.crashes).where(QueuedJob.id == job_id))
            job = await session.scalar(taken)
    except IntegrityError:
        return None  # Another job of the same lane is running; when it ends, it announces the next.
    if job is not None and job.crashes > (crashes or 0):
        metrics.JOB_CRASHES.labels(job.type.value).inc()
    return job


def is_active() -> ColumnElement[bool]:
    """What ix_queued_jobs_active holds, in its words."""
    is_queued = QueuedJob.status == literally(JobStatus.QUEUED)
    return or_(is_queued, QueuedJob.status == literally(JobStatus.RUNNING))


async def due(session: AsyncSession, *, at_most: int, scheduled_too: bool = True) -> Sequence[int]:
    """Jobs that may run and whose lane is free: those that somebody waits for first (J9), and of these the ones that
    wait longest. Without the clock's where *scheduled_too* is False.
    """
    found = select(QueuedJob.id).where(
        is_active(), _is_free(), ~_lane_is_busy(), _may_be(scheduled_too=scheduled_too)
    )
    ordered = found.order_by(_IS_SCHEDULED, QueuedJob.run_at, QueuedJob.id)
    return (await session.scalars(ordered.limit(at_most))).all()


async def due_seconds(session: AsyncSession) -> Mapping[JobTrigger, float]:
    """Of each trigger, for how long the oldest of its jobs has been due for which a free slot is all that lacks."""
    due_since = case(
        (QueuedJob.status == literally(JobStatus.RUNNING), QueuedJob.lease_until), else_=QueuedJob.run_at
    )
    waited = database_milliseconds() - func.min(due_since)
    found = select(QueuedJob.trigger, waited).where(is_active(), _is_free(), ~_lane_is_busy())
    rows = await session.execute(found.group_by(QueuedJob.trigger))
    return {trigger: milliseconds / 1000 for trigger, milliseconds in rows}


async def since_progress(database: Database, job_id: int) -> tuple[int, datetime | None]:
    """How many tries in a row have ended in passing trouble since the last progress, and when that was."""
    async with database.read() as session:
        row = select(QueuedJob.passing_failures, QueuedJob.progressed_at, QueuedJob.started_at)
        failures, progressed_at, started_at = (await session.execute(row.where(QueuedJob.id == job_id))).one()
        return failures, progressed_at or started_at


async def renew(session: AsyncSession, job: QueuedJob, *, lease_seconds: int) -> bool:
    """Lock the row of a run, renew its lease, and return whether a person asked to cancel. Raises LeaseLost."""
    renewed = _held(job).values(lease_until=_lease_end(lease_seconds)).returning(QueuedJob.cancel_requested)
    cancel_requested = await session.scalar(renewed)
    if cancel_requested is None:
        raise LeaseLost(job.id)
    return cancel_requested


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


async def finish(database: Database, job: QueuedJob, *, now: datetime) -> JobStatus:
    """The run came to its end: the status follows from the outcomes, and is returned."""
    async with database.write() as session:
        await renew(session, job, lease_seconds=1)
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


def count_from_zero() -> None:
    """Have each count of a worker begin at zero: of one that first shows as 1, nobody sees that it grew."""
    results = (*(status.value for status in ENDED), RETRIED, RELEASED, LEASE_LOST, ABANDONED)
    for kind in JobType:
        metrics.JOB_CRASHES.labels(kind.value)
        for trigger, result in product(JobTrigger, results):
            metrics.JOB_RUNS.labels(kind.value, trigger.value, result)


def count_run(job: QueuedJob, result: str) -> None:
    """Count a run that ended: how its job ended, or why it goes on elsewhere."""
    metrics.JOB_RUNS.labels(job.type.value, job.trigger.value, result).inc()


def _is_free() -> ColumnElement[bool]:
    now = database_milliseconds()
    is_due = or_(
        and_(QueuedJob.status == literally(JobStatus.QUEUED), QueuedJob.run_at <= now),
        and_(QueuedJob.status == literally(JobStatus.RUNNING), QueuedJob.lease_until < now),
    )
    # A job of a type that only a newer release knows waits for it, and is in nobody's way meanwhile.
    return and_(is_due, QueuedJob.type.in_(JobType), or_(QueuedJob.type.not_in(OUTBOUND_JOBS), ~IS_PAUSED))


def _lane_is_busy() -> ColumnElement[bool]:
    other = aliased(QueuedJob)
    others = select(other.id).where(
        other.lane == QueuedJob.lane,
        other.status == literally(JobStatus.RUNNING),
        other.id != QueuedJob.id,
    )
    return others.exists()


def _may_be(*, scheduled_too: bool) -> ColumnElement[bool]:
    return true() if scheduled_too else QueuedJob.trigger != JobTrigger.SCHEDULE


def _lease_end(lease_seconds: int) -> ColumnElement[int]:
    return database_milliseconds() + lease_seconds * 1000


def _held(job: QueuedJob) -> Update:
    """An update of the row that touches it only while this run holds it."""
    held = update(QueuedJob).where(
        QueuedJob.id == job.id, QueuedJob.fence == job.fence, QueuedJob.status == JobStatus.RUNNING
    )
    return held.execution_options(synchronize_session=False)


async def _requeue(
    database: Database, job: QueuedJob, values: Mapping[str, Any], *, result: str, now: datetime
) -> None:
    """Give the job back to wait; where a person has asked to cancel it meanwhile, it ends here."""
    async with database.write() as session:
        if await renew(session, job, lease_seconds=1):
            await _end(session, job, status=JobStatus.CANCELLED, error=None, now=now)
            result = JobStatus.CANCELLED.value
        else:
            waiting = _held(job).values(status=JobStatus.QUEUED, owner=None, lease_until=None, **values)
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
    ended = _held(job).values(
        status=status, error=error, error_is_passing=passing, finished_at=now, owner=None, lease_until=None
    )
    is_ours = await session.scalar(ended.returning(QueuedJob.id)) is not None
    await _enqueue_next(session, job)
    return is_ours


async def _enqueue_next(session: AsyncSession, job: QueuedJob) -> None:
    """Announce the job that waits longest in the lane that has become free."""
    waiting = select(QueuedJob.id).where(
        QueuedJob.lane == job.lane,
        QueuedJob.status == literally(JobStatus.QUEUED),
        QueuedJob.run_at <= database_milliseconds(),
    )
    next_id = await session.scalar(waiting.order_by(_IS_SCHEDULED, QueuedJob.id).limit(1))
    if next_id is not None:
        enqueue_after_commit(session, next_id)


async def _first_failure(session: AsyncSession, job: QueuedJob) -> str:
    first = select(JobOutcome.message).where(
        JobOutcome.job_id == job.id, JobOutcome.status == JobOutcomeStatus.FAILED
    )
    message = await session.scalar(first.order_by(JobOutcome.id).limit(1))
    return f"{job.failed} of {job.succeeded + job.failed + job.skipped} failed. The first: {message}"
