"""How runs of jobs ended, counted for Prometheus."""

from itertools import product

from domain import metrics
from domain.models import ENDED, JobTrigger, JobType, QueuedJob

# How a run may end beside the ends of its job.
RETRIED, RELEASED, LEASE_LOST, ABANDONED = "RETRIED", "RELEASED", "LEASE_LOST", "ABANDONED"


def count_from_zero() -> None:
    """Have each count of a worker begin at zero: of one that first shows as 1, nobody sees that it grew."""
    results = (*(status.value for status in ENDED), RETRIED, RELEASED, LEASE_LOST, ABANDONED)
    for kind in JobType:
        metrics.JOB_CRASHES.labels(kind.value)
        for trigger, result in product(JobTrigger, results):
            metrics.JOB_RUNS.labels(kind.value, trigger.value, result)


def count_run(job: QueuedJob, result: str) -> None:
    """Count a run that ended: how its job ended, or why it goes on elsewhere."""
    metrics.JOB_RUNS.labels(job.type.value, job.trigger.value, result).inc()
