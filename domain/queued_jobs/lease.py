"""The lease of a job: claim and renew. With requests.py and ends.py the only writer of a job's status.

Each claim counts the fence up; a write that names an older fence touches no row, so a run that lost its lease to
another worker (killed, stopped, or too slow) can do no harm when it goes on.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Update, and_, case, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from domain import metrics
from domain.database.dialect_sql import database_milliseconds
from domain.database.session import Database
from domain.models import JobStatus, JobTrigger, JobType, QueuedJob, literally
from domain.queued_jobs.due import LONGEST_MILLISECONDS, TRIGGERS, is_free


class LeaseLost(Exception):
    """Another worker holds the job now: stop, and write nothing."""


async def claim(
    database: Database,
    job_id: int,
    *,
    owner: str,
    lease_seconds: int,
    now: datetime,
    triggers: Collection[JobTrigger] = TRIGGERS,
    without: Collection[JobType] = (),
) -> QueuedJob | None:
    """Claim a job that is due or whose holder went silent, one of *triggers* and not of the types *without*. None where it isn't ours."""
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
    may_run = is_free(without=without), QueuedJob.trigger.in_(triggers)
    ours = update(QueuedJob).where(QueuedJob.id == job_id, *may_run)
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


async def renew(session: AsyncSession, job: QueuedJob, *, lease_seconds: int) -> bool:
    """Lock the row of a run, renew its lease, and return whether a person asked to cancel. Raises LeaseLost."""
    renewed = held(job).values(lease_until=_lease_end(lease_seconds)).returning(QueuedJob.cancel_requested)
    cancel_requested = await session.scalar(renewed)
    if cancel_requested is None:
        raise LeaseLost(job.id)
    return cancel_requested


async def are_put_off(session: AsyncSession) -> bool:
    """Whether a queued job waits longer than any is told to wait: the clock was ahead that said so."""
    return bool(await session.scalar(select(exists().where(_is_put_off()))))


async def recall(session: AsyncSession) -> int:
    """Make these due, and return how many they are."""
    recalled = update(QueuedJob).where(_is_put_off()).values(run_at=database_milliseconds())
    jobs = await session.scalars(
        recalled.returning(QueuedJob.id).execution_options(synchronize_session=False)
    )
    return len(jobs.all())


def _is_put_off() -> ColumnElement[bool]:
    latest = select(database_milliseconds()).scalar_subquery() + LONGEST_MILLISECONDS
    return and_(QueuedJob.status == literally(JobStatus.QUEUED), QueuedJob.run_at > latest)


def held(job: QueuedJob) -> Update:
    """An update of the row that touches it only while this run holds it."""
    held = update(QueuedJob).where(
        QueuedJob.id == job.id, QueuedJob.fence == job.fence, QueuedJob.status == JobStatus.RUNNING
    )
    return held.execution_options(synchronize_session=False)


def _lease_end(lease_seconds: int) -> ColumnElement[int]:
    return database_milliseconds() + lease_seconds * 1000
