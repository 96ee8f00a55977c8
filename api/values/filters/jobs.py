"""Filters of jobs and of their outcomes."""

import strawberry

from api.values import enums
from api.values.described import described_input, optional, renamed
from api.values.filters.ranges import DateTimeRange


@described_input
class QueuedJobFilter:
    """Which jobs; every condition given must hold."""

    company_id: strawberry.ID | None = optional("Of this company.")
    type: list[enums.JobType] | None = optional("Of one of these types.")
    status: list[enums.JobStatus] | None = optional("In one of these states.")
    trigger: list[enums.JobTrigger] | None = optional("Asked for by one of these.")
    created_at: DateTimeRange | None = optional("Asked for in this time.")
    finished_at: DateTimeRange | None = optional("Ended in this time.")
    error_is_passing: bool | None = optional(
        "With an error, and whether the same job may succeed later without anybody changing anything."
    )
    subject: str | None = optional(
        'That told what became of this order number, SKU or row, such as "PO-211-00000000000000001".'
    )
    and_: list["QueuedJobFilter"] | None = renamed("and", "Of which all of these hold too.")
    or_: list["QueuedJobFilter"] | None = renamed("or", "Of which one of these holds too.")
    not_: "QueuedJobFilter | None" = renamed("not", "All but those of which this holds.")


@described_input
class JobOutcomeFilter:
    """Which outcomes."""

    status: enums.JobOutcomeStatus | None = optional("That ended this way.")
