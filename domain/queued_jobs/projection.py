"""
What of jobs and their outcomes can be read by a projection.
"""

from domain.projection.fields import Entity, Paged, Part, flag, global_id, moment, name, text, whole
from domain.queued_jobs.queries import OUTCOME_FILTER, OUTCOMES

_OUTCOME = Entity("JobOutcome", "job_outcomes", company=None)
_OUTCOME.fields |= {
    "subject": text("subject"),
    "status": name("status"),
    "code": text("code"),
    "message": text("message"),
    "retryable": flag("{row}.retryable"),
}

QUEUED_JOB = Entity("QueuedJob", "queued_jobs")
QUEUED_JOB.fields |= {
    "id": global_id("QueuedJob"),
    "type": name("type"),
    "status": name("status"),
    "trigger": name("trigger"),
    "attempts": whole("attempts"),
    "progress": Part(
        "JobProgress",
        {
            "done": whole("progress_done"),
            "total": whole("progress_total"),
            "succeeded": whole("succeeded"),
            "failed": whole("failed"),
            "skipped": whole("skipped"),
        },
    ),
    "error": text("error"),
    "errorIsPassing": flag("{row}.error_is_passing"),
    "createdAt": moment("created_at"),
    "startedAt": moment("started_at"),
    "finishedAt": moment("finished_at"),
    "outcomes": Paged(_OUTCOME, OUTCOMES, "{other}.job_id = {row}.id", OUTCOME_FILTER),
}
