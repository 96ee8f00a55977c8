"""
Queued jobs, their progress, and what became of each thing they worked on.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from api import enums, ids
from api.connections import Connection, requested
from api.context import Info
from api.filters import JobOutcomeFilter, conditions
from api.node import Node
from api.types.product import company_of
from domain import models

if TYPE_CHECKING:
    from api.types.company import Company


@strawberry.type(description="How far a job has come, counted in orders, products or rows.")
class JobProgress:
    """How far a job has come."""

    done: int = strawberry.field(description="Those it is done with.")
    total: int | None = strawberry.field(description="How many there are; null until that is known.")
    succeeded: int = strawberry.field(description="Outcomes so far that succeeded.")
    failed: int = strawberry.field(description="Outcomes so far that failed.")
    skipped: int = strawberry.field(description="Outcomes so far that were skipped, each for a reason.")


@strawberry.type(description="What became of one order, product or row.")
class JobOutcome:
    """What became of one subject."""

    subject: str = strawberry.field(description="The order number, SKU or row that it is about.")
    status: enums.JobOutcomeStatus = strawberry.field(description="What became of it.")
    code: str | None = strawberry.field(description="The reason, for code to branch on.")
    message: str | None = strawberry.field(description="The reason, for a person.")
    retryable: bool = strawberry.field(
        description="Whether a later run may succeed without anybody changing anything."
    )

    @classmethod
    def from_row(cls, row: models.JobOutcome) -> "JobOutcome":
        """
        The outcome of a row.
        """
        return cls(
            subject=row.subject,
            status=row.status,
            code=row.code,
            message=row.message,
            retryable=row.retryable,
        )


@strawberry.type(description="One piece of work that was accepted and will end.")
class QueuedJob(Node):
    """A job."""

    row: strawberry.Private[models.QueuedJob]
    type: enums.JobType = strawberry.field(description="What it does.")
    status: enums.JobStatus = strawberry.field(description="Where it stands.")
    trigger: enums.JobTrigger = strawberry.field(description="Who asked for it.")
    attempts: int = strawberry.field(description="How often a worker has started it.")
    progress: JobProgress = strawberry.field(description="How far it has come.")
    error: str | None = strawberry.field(
        description="One line a person can act on, set when the job has failed in whole or in part, or waits for its "
        "next try."
    )
    error_is_passing: bool | None = strawberry.field(
        description="Whether the same job may succeed later without anybody changing anything; null without an error."
    )
    created_at: datetime = strawberry.field(description="When it was asked for.")
    started_at: datetime | None = strawberry.field(description="When a worker first started it.")
    finished_at: datetime | None = strawberry.field(description="When it ended.")

    @classmethod
    def from_row(cls, row: models.QueuedJob) -> "QueuedJob":
        """
        The job of a row.
        """
        return cls(
            id=strawberry.ID(ids.encode("QueuedJob", row.id)),
            row=row,
            type=row.type,
            status=row.status,
            trigger=row.trigger,
            attempts=row.attempts,
            progress=JobProgress(
                done=row.progress_done,
                total=row.progress_total,
                succeeded=row.succeeded,
                failed=row.failed,
                skipped=row.skipped,
            ),
            error=row.error,
            error_is_passing=row.error_is_passing,
            created_at=row.created_at,
            started_at=row.started_at,
            finished_at=row.finished_at,
        )

    @strawberry.field(description="The company that it works for.")
    async def company(self, info: Info) -> Annotated["Company", strawberry.lazy("api.types.company")]:
        return await company_of(info, self.row.company_id)

    @strawberry.field(description="What became of each order, product or row, failures first.")
    async def outcomes(
        self,
        info: Info,
        first: int | None = strawberry.UNSET,
        after: str | None = strawberry.UNSET,
        filter: JobOutcomeFilter | None = strawberry.UNSET,  # noqa: A002 - the contract's name
    ) -> Connection[JobOutcome]:
        request = requested(first, after)
        return await info.context.loaders.outcomes_of_job.connection(self.row.id, request, conditions(filter))
