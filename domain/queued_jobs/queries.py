"""Jobs and their outcomes, as their readers may see them."""

from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, exists, func, literal_column, select, true, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from domain.database.dialect_sql import larger
from domain.filtering import Comparison, Filter, Flag, among, during, equals, states
from domain.models import Change, JobOutcome, JobOutcomeStatus, QueuedJob
from domain.models.base import UtcDateTime
from domain.models.queued_job import FINISHED
from domain.pagination import Key

# Jobs: newest first. Outcomes: failures first.
JOBS = [Key(QueuedJob.id, descending=True)]
OUTCOMES = [Key(JobOutcome.rank), Key(JobOutcome.id)]


class QueuedJobOrderField(Enum):
    """By what jobs can be sorted."""

    CREATED_AT = "CREATED_AT"  #: when they were asked for
    FINISHED_AT = "FINISHED_AT"  #: when they ended, those that have not behind all others


JOB_ORDERS = {
    # Numbers are given in that order, and an index has them.
    QueuedJobOrderField.CREATED_AT: [Key(QueuedJob.id)],
    QueuedJobOrderField.FINISHED_AT: [FINISHED, Key(QueuedJob.id)],
}
JOB_STATES = "status", states(QueuedJob.status)
JOB_FILTER = Filter(
    company_id=equals(QueuedJob.company_id),
    type=among(QueuedJob.type),
    status=among(QueuedJob.status),
    trigger=among(QueuedJob.trigger),
    created_at=during(QueuedJob.created_at),
    finished_at=during(QueuedJob.finished_at),
    error_is_passing=Flag(QueuedJob.error_is_passing == true()),
    subject=Comparison(
        JobOutcome.subject.type,
        lambda subject: QueuedJob.id.in_(select(JobOutcome.job_id).where(JobOutcome.subject == subject)),
    ),
)
OUTCOME_FILTER = Filter(status=equals(JobOutcome.status))


def has_outcome(job_id: int, subject: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether a job has told of the subject that stands in this column of a row."""
    return exists().where(JobOutcome.job_id == job_id, JobOutcome.subject == subject)


def updated_at(job: Any) -> ColumnElement[datetime]:
    """When a job's status last changed, as the log has it, or it came further; the log forgets, and a retry what was before."""
    change = aliased(Change)
    logged = select(change.occurred_at).where(
        change.subject_type == literal_column("'QueuedJob'"), change.subject_id == job.id
    )
    newest = logged.order_by(change.id.desc()).limit(1).correlate_except(change).scalar_subquery()
    known = func.coalesce(job.finished_at, job.progressed_at, job.started_at, job.created_at)
    return type_coerce(larger(known, func.coalesce(newest, known)), UtcDateTime())


async def failed_subjects(session: AsyncSession, job_id: int) -> list[str]:
    """The subjects of a job that failed, in the order in which they did."""
    failed = select(JobOutcome.subject).where(
        JobOutcome.job_id == job_id, JobOutcome.status == JobOutcomeStatus.FAILED
    )
    return list(await session.scalars(failed.order_by(JobOutcome.id)))


async def count_of_failures(session: AsyncSession, job_id: int, *, code: str) -> int:
    """How many subjects of a job failed with this code."""
    # Failures have the first rank, by which the index finds them.
    failed = select(func.count()).where(
        JobOutcome.job_id == job_id, JobOutcome.rank == 0, JobOutcome.code == code
    )
    return await session.scalar(failed) or 0


async def subjects(session: AsyncSession, job_id: int) -> set[str]:
    """The subjects that a job has told of so far."""
    return set(await session.scalars(select(JobOutcome.subject).where(JobOutcome.job_id == job_id)))


async def count_of_subjects(session: AsyncSession, job_id: int) -> int:
    """How many different subjects a job has met so far."""
    met = QueuedJob.succeeded + QueuedJob.failed + QueuedJob.skipped
    return await session.scalar(select(met).where(QueuedJob.id == job_id)) or 0
