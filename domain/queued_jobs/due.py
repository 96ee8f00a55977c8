"""Which jobs may run now, and which of them first (J9)."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from domain.database.dialect_sql import database_milliseconds
from domain.models import OUTBOUND_JOBS, JobStatus, JobTrigger, JobType, QueuedJob, literally
from domain.outbound import IS_PAUSED

# 1 for the clock's jobs, so that they come after those that somebody waits for.
IS_SCHEDULED = case((QueuedJob.trigger == JobTrigger.SCHEDULE, 1), else_=0)


async def due_jobs(session: AsyncSession, *, at_most: int, scheduled_too: bool = True) -> Sequence[int]:
    """Jobs that may run and whose lane is free: those that somebody waits for first (J9), and of these the ones that
    wait longest. Without the clock's where *scheduled_too* is False.
    """
    found = select(QueuedJob.id).where(
        is_active(), is_free(), ~_lane_is_busy(), may_be(scheduled_too=scheduled_too)
    )
    ordered = found.order_by(IS_SCHEDULED, QueuedJob.run_at, QueuedJob.id)
    return (await session.scalars(ordered.limit(at_most))).all()


async def due_seconds(session: AsyncSession) -> Mapping[JobTrigger, float]:
    """Of each trigger, for how long the oldest of its jobs has been due for which a free slot is all that lacks."""
    due_since = case(
        (QueuedJob.status == literally(JobStatus.RUNNING), QueuedJob.lease_until), else_=QueuedJob.run_at
    )
    waited = database_milliseconds() - func.min(due_since)
    found = select(QueuedJob.trigger, waited).where(is_active(), is_free(), ~_lane_is_busy())
    rows = await session.execute(found.group_by(QueuedJob.trigger))
    return {trigger: milliseconds / 1000 for trigger, milliseconds in rows}


def is_active() -> ColumnElement[bool]:
    """What ix_queued_jobs_active holds, in its words."""
    is_queued = QueuedJob.status == literally(JobStatus.QUEUED)
    return or_(is_queued, QueuedJob.status == literally(JobStatus.RUNNING))


def is_free() -> ColumnElement[bool]:
    now = database_milliseconds()
    is_due = or_(
        and_(QueuedJob.status == literally(JobStatus.QUEUED), QueuedJob.run_at <= now),
        and_(QueuedJob.status == literally(JobStatus.RUNNING), QueuedJob.lease_until < now),
    )
    # A job of a type that only a newer release knows waits for it, and is in nobody's way meanwhile.
    return and_(is_due, QueuedJob.type.in_(JobType), or_(QueuedJob.type.not_in(OUTBOUND_JOBS), ~IS_PAUSED))


def may_be(*, scheduled_too: bool) -> ColumnElement[bool]:
    return true() if scheduled_too else QueuedJob.trigger != JobTrigger.SCHEDULE


def _lane_is_busy() -> ColumnElement[bool]:
    other = aliased(QueuedJob)
    others = select(other.id).where(
        other.lane == QueuedJob.lane,
        other.status == literally(JobStatus.RUNNING),
        other.id != QueuedJob.id,
    )
    return others.exists()
