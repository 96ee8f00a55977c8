"""Queued jobs, their progress, and what became of each thing they worked on."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.reading.declared import batch, column, one, paged, part, rows_of
from api.schema.relay import Connection, Node
from api.schema.types.export import Export
from api.values import enums
from api.values.described import described_type
from api.values.filters.jobs import JobOutcomeFilter
from domain import models
from domain.exports.queries import exports_of
from domain.queued_jobs.queries import OUTCOME_FILTER, OUTCOMES, updated_at

if TYPE_CHECKING:
    from api.schema.types.company import Company


@described_type
class JobProgress:
    """How far a job has come, counted in orders, products or rows."""

    done: int = column("Those it is done with.", lambda job: job.progress_done)
    total: int | None = column(
        "How many there are; null until that is known.", lambda job: job.progress_total
    )
    succeeded: int = column("Outcomes so far that succeeded.")
    failed: int = column("Outcomes so far that failed.")
    skipped: int = column("Outcomes so far that were skipped, each for a reason.")


@rows_of(models.JobOutcome, None)
@described_type
class JobOutcome:
    """What became of one order, product or row."""

    subject: str = column("The order number, SKU or row that it is about.")
    status: enums.JobOutcomeStatus = column("What became of it.")
    code: str | None = column("The reason, for code to branch on.")
    message: str | None = column("The reason, for a person.")
    retryable: bool = column("Whether a later run may succeed without anybody changing anything.")


@rows_of(models.QueuedJob)
@described_type
class QueuedJob(Node):
    """One piece of work that was accepted and will end."""

    type: enums.JobType = column("What it does.")
    status: enums.JobStatus = column("Where it stands.")
    trigger: enums.JobTrigger = column("Who asked for it.")
    attempts: int = column("How often a worker has started it.")
    progress: JobProgress = part("How far it has come.")
    error: str | None = column(
        "One line a person can act on, set when the job has failed in whole or in part, or waits for its "
        "next try."
    )
    error_is_passing: bool | None = column(
        "Whether the same job may succeed later without anybody changing anything; null without an error."
    )
    created_at: datetime = column("When it was asked for.")
    updated_at: datetime = column(
        "When its status last changed or it came further; that a worker goes on holding it doesn't count.",
        updated_at,
    )
    started_at: datetime | None = column("When a worker first started it.")
    finished_at: datetime | None = column("When it ended.")
    company: Annotated["Company", strawberry.lazy("api.schema.types.company")] = one(
        "The company that it works for.", lambda job, company: company.id == job.company_id
    )
    export: Export | None = batch(
        "The file that it writes; null of a job that writes none, and once the file is removed.",
        exports_of,
    )
    outcomes: Connection[JobOutcome] = paged(
        "What became of each order, product or row, failures first.",
        OUTCOMES,
        lambda job, outcome: outcome.job_id == job.id,
        filter=(JobOutcomeFilter, OUTCOME_FILTER),
        only_forward=True,
    )


@described_type
class QueuedJobStatusCount:
    """How many jobs of a list have one status."""

    status: enums.JobStatus = strawberry.field(description="The status.")
    count: int = strawberry.field(description="How many have it: 0 where none does.")


@described_type
class QueuedJobConnection(Connection[QueuedJob]):
    """A page of jobs."""

    status_counts: list[QueuedJobStatusCount] = strawberry.field(
        description="How many jobs have each status, whichever the filter's own `status` asks for; all of its other conditions "
        "hold."
    )
