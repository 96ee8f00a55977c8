"""Mutations of jobs."""

import strawberry

from api.context import Info
from api.schema.errors import mutation
from api.schema.mutations.payloads import JobPayload
from api.values import ids
from api.values.described import described_input, required
from domain.inventory.changes import write
from domain.models import Role
from domain.queued_jobs import requests


@described_input
class JobIdInput:
    """Names a job."""

    job_id: strawberry.ID = required("The job.")


@strawberry.type
class QueuedJobMutations:
    """Mutations of jobs."""

    @mutation(Role.OPERATE)
    async def cancel_queued_job(self, info: Info, input: JobIdInput) -> JobPayload:
        """Stop a queued job at once, and a running one between two units of work; what was done is kept."""
        job_id = ids.decode(input.job_id, "QueuedJob", "jobId")
        row = await write(
            info.context.database,
            requests.cancel,
            by=info.context.principal,
            job_id=job_id,
            now=info.context.now,
        )
        return JobPayload(job_id=row.id)

    @mutation(Role.OPERATE)
    async def retry_queued_job(self, info: Info, input: JobIdInput) -> JobPayload:
        """Run a failed or cancelled job again, or a partly failed one for what failed."""
        job_id = ids.decode(input.job_id, "QueuedJob", "jobId")
        row = await write(info.context.database, requests.retry, by=info.context.principal, job_id=job_id)
        return JobPayload(job_id=row.id)
