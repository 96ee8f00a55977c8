"""Mutations of jobs."""

import strawberry

from api.context import Info
from api.schema.errors import Mutates
from api.schema.mutations.payloads import JobPayload
from api.values import ids
from api.values.described import described_input
from api.values.inputs import required
from domain.models import Role
from domain.queued_jobs import requests


@described_input
class JobIdInput:
    """Names a job."""

    job_id: strawberry.ID = required("The job.")


@strawberry.type
class QueuedJobMutations:
    """Mutations of jobs."""

    @strawberry.mutation(
        description="Stop a queued job at once, and a running one between two units of work; what was done is kept.",
        extensions=[Mutates(Role.OPERATE)],
    )
    async def cancel_queued_job(self, info: Info, input: JobIdInput) -> JobPayload:  # noqa: A002
        job_id = ids.decode(input.job_id, "QueuedJob", "jobId")
        async with info.context.database.write() as session:
            row = await requests.cancel(
                session, by=info.context.principal, job_id=job_id, now=info.context.now
            )
        return JobPayload(job_id=row.id)

    @strawberry.mutation(
        description="Run a failed or cancelled job again, or a partly failed one for what failed.",
        extensions=[Mutates(Role.OPERATE)],
    )
    async def retry_queued_job(self, info: Info, input: JobIdInput) -> JobPayload:  # noqa: A002
        job_id = ids.decode(input.job_id, "QueuedJob", "jobId")
        async with info.context.database.write() as session:
            row = await requests.retry(session, by=info.context.principal, job_id=job_id)
        return JobPayload(job_id=row.id)
