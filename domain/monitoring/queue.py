"""How the queue stands: what waits and runs, for how long the oldest has been due, and what ended lately.

Only rows that two small indexes hold are read: those that are active, and those that ended within the last hour.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.models import ENDED, JobStatus, JobTrigger, JobType, QueuedJob
from domain.queued_jobs import due

LATELY = timedelta(hours=1)


@dataclass(frozen=True)
class JobCount:
    """How many jobs are alike."""

    type: JobType
    status: JobStatus
    trigger: JobTrigger
    count: int


@dataclass(frozen=True)
class QueueState:
    """*active*: queued and running. *ended*: within the last hour. *due_seconds*: of each trigger, for how long the
    oldest job has been due that a free slot would be given to; one that waits for its lane doesn't count.
    """

    active: Sequence[JobCount]
    ended: Sequence[JobCount]
    due_seconds: Mapping[JobTrigger, float]

    @property
    def oldest_due_seconds(self) -> float:
        """Zero where nothing is due."""
        return max(self.due_seconds.values(), default=0.0)

    def total(self, status: JobStatus) -> int:
        """How many jobs there are of a status; of those that have ended, within the last hour."""
        return sum(jobs.count for jobs in (*self.active, *self.ended) if jobs.status is status)


async def state(session: AsyncSession, *, now: datetime) -> QueueState:
    ended = QueuedJob.finished_at >= now - LATELY, QueuedJob.status.in_(ENDED)
    return QueueState(
        active=await _counts(session, due.is_active()),
        ended=await _counts(session, *ended),
        due_seconds=await due.due_seconds(session),
    )


async def _counts(session: AsyncSession, *conditions: ColumnElement[bool]) -> Sequence[JobCount]:
    key = QueuedJob.type, QueuedJob.status, QueuedJob.trigger
    # A newer release may have types of its own.
    counted = select(*key, func.count()).where(*conditions, QueuedJob.type.in_(JobType))
    rows = await session.execute(counted.group_by(*key).order_by(*key))
    return [JobCount(*row) for row in rows]
