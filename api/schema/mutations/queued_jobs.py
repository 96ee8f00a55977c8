"""Mutations of jobs, and how others ask for one."""

from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, Protocol, TypeVar

import strawberry

from api.context import Info, given
from api.schema.errors import mutation
from api.schema.mutations.payloads import JobPayload
from api.values import ids
from api.values.described import described_input, required
from domain import models
from domain.inventory.mutation_transaction import run_in_transaction
from domain.models import Role
from domain.queued_jobs import requests

ArgumentsT = TypeVar("ArgumentsT")


class RequestInput(Protocol):
    """What every input says that asks for a job."""

    company_id: strawberry.ID
    idempotency_key: str | None


async def request(
    info: Info,
    operation: Callable[Concatenate[Any, ArgumentsT, ...], Awaitable[models.QueuedJob]],
    arguments: ArgumentsT,
    input: RequestInput,
) -> JobPayload:
    """Ask for a job of a company, by an operation that takes what the job is told."""
    context = info.context
    row = await run_in_transaction(
        context.database,
        operation,
        arguments,
        by=context.principal,
        company_id=ids.decode(input.company_id, "Company", "companyId"),
        key=given(input.idempotency_key),
        now=context.now,
    )
    return JobPayload(job_id=row.id)


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
        context = info.context
        row = await run_in_transaction(
            context.database, requests.cancel, by=context.principal, job_id=job_id, now=context.now
        )
        return JobPayload(job_id=row.id)

    @mutation(Role.OPERATE)
    async def retry_queued_job(self, info: Info, input: JobIdInput) -> JobPayload:
        """Run a failed or cancelled job again, or a partly failed one for what failed."""
        job_id = ids.decode(input.job_id, "QueuedJob", "jobId")
        row = await run_in_transaction(
            info.context.database, requests.retry, by=info.context.principal, job_id=job_id
        )
        return JobPayload(job_id=row.id)
