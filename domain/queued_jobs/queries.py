"""
Jobs and their outcomes, as their readers may see them.
"""

from collections.abc import Collection

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access.principal import Principal
from domain.errors import NotFound
from domain.models import JobOutcome, JobOutcomeStatus, JobStatus, JobType, QueuedJob
from domain.pagination import Key, Listing

# Jobs: newest first. Outcomes: failures first.
JOBS: Listing[QueuedJob] = Listing([Key(QueuedJob.id, descending=True)], QueuedJob.company_id)
OUTCOMES: Listing[JobOutcome] = Listing([Key(JobOutcome.rank), Key(JobOutcome.id)], JobOutcome.job_id)


def jobs(
    *,
    by: Principal,
    company_id: int | None = None,
    types: Collection[JobType] | None = None,
    statuses: Collection[JobStatus] | None = None,
) -> Select[QueuedJob]:
    """
    The jobs that match every filter given.
    """
    statement = by.visible(select(QueuedJob), QueuedJob.company_id)
    if company_id is not None:
        statement = statement.where(QueuedJob.company_id == company_id)
    if types is not None:
        statement = statement.where(QueuedJob.type.in_(types))
    if statuses is not None:
        statement = statement.where(QueuedJob.status.in_(statuses))
    return statement


async def find(session: AsyncSession, *, by: Principal, job_id: int) -> QueuedJob | None:
    """
    The job, or None where it does not exist for this caller.
    """
    return await session.scalar(jobs(by=by).where(QueuedJob.id == job_id))


async def get(session: AsyncSession, *, by: Principal, job_id: int, for_update: bool = False) -> QueuedJob:
    """
    The job; raises NotFound.
    """
    statement = jobs(by=by).where(QueuedJob.id == job_id)
    job = await session.scalar(statement.with_for_update(key_share=True) if for_update else statement)
    if job is None:
        raise NotFound("There is no job with this jobId.", field=("jobId",))
    return job


def outcomes(*, status: JobOutcomeStatus | None = None) -> Select[JobOutcome]:
    """
    What became of each subject, of jobs that the caller was seen to see.
    """
    statement = select(JobOutcome)
    return statement if status is None else statement.where(JobOutcome.status == status)


async def failed_subjects(session: AsyncSession, job_id: int) -> list[str]:
    """
    The subjects of a job that failed, in the order in which they did.
    """
    failed = select(JobOutcome.subject).where(
        JobOutcome.job_id == job_id, JobOutcome.status == JobOutcomeStatus.FAILED
    )
    return list(await session.scalars(failed.order_by(JobOutcome.id)))


async def subjects(session: AsyncSession, job_id: int) -> set[str]:
    """
    The subjects that a job has told of so far.
    """
    return set(await session.scalars(select(JobOutcome.subject).where(JobOutcome.job_id == job_id)))


async def count_of_subjects(session: AsyncSession, job_id: int) -> int:
    """
    How many different subjects a job has met so far.
    """
    statement = select(func.count()).select_from(JobOutcome).where(JobOutcome.job_id == job_id)
    return await session.scalar(statement) or 0
