"""Filters of jobs and of their outcomes."""

from api.values import enums
from api.values.described import described_input, optional


@described_input
class QueuedJobFilter:
    """Which jobs; every condition given must hold."""

    type: list[enums.JobType] | None = optional("Of one of these types.")
    status: list[enums.JobStatus] | None = optional("In one of these states.")


@described_input
class JobOutcomeFilter:
    """Which outcomes."""

    status: enums.JobOutcomeStatus | None = optional("That ended this way.")
