"""Queued jobs, how far they have come, and what became of each thing they worked on."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from domain.models import Change, Company, JobOutcome, JobStatus, QueuedJob
from tests.oracle.pages import Listed, Values, is_in, microseconds
from tests.oracle.rows import Fields, Seen, global_id


def _all_jobs(_query: None, seen: Seen) -> list[QueuedJob]:
    return [job for job in seen.all(QueuedJob) if seen.visible(job)]


def _jobs(company: Company, seen: Seen) -> list[QueuedJob]:
    return seen.all(QueuedJob, company_id=company.id)


def _newest_first(job: QueuedJob) -> Values:
    return (job.id,)


def _by_end(job: QueuedJob) -> Values:
    """Those that have not ended behind all others."""
    return microseconds(job.finished_at or _NEVER), job.id


def _job_matches(job: QueuedJob, wanted: Mapping[str, Any], seen: Seen) -> bool:
    company_id = global_id("Company", job.company_id)
    return (
        wanted.get("companyId", company_id) == company_id
        and job.type.value in wanted.get("type", [job.type.value])
        and job.status.value in wanted.get("status", [job.status.value])
        and job.trigger.value in wanted.get("trigger", [job.trigger.value])
        and is_in(job.created_at, wanted.get("createdAt"))
        and is_in(job.finished_at, wanted.get("finishedAt"))
        and ("errorIsPassing" not in wanted or job.error_is_passing is wanted["errorIsPassing"])
        and (
            "subject" not in wanted
            or seen.one(JobOutcome, job_id=job.id, subject=wanted["subject"]) is not None
        )
    )


def _outcomes(job: QueuedJob, seen: Seen) -> list[JobOutcome]:
    return seen.all(JobOutcome, job_id=job.id)


def _failures_first(outcome: JobOutcome) -> Values:
    return ["FAILED", "SKIPPED", "SUCCEEDED"].index(outcome.status.value), outcome.id


def _outcome_matches(outcome: JobOutcome, wanted: Mapping[str, Any], _seen: Seen) -> bool:
    return "status" not in wanted or wanted["status"] == outcome.status.value


def _progress(job: QueuedJob, _seen: Seen) -> Mapping[str, Any]:
    return {
        "done": job.progress_done,
        "total": job.progress_total,
        "succeeded": job.succeeded,
        "failed": job.failed,
        "skipped": job.skipped,
    }


def _updated_at(job: QueuedJob, seen: Seen) -> datetime:
    logged = seen.all(Change, subject_type="QueuedJob", subject_id=job.id)
    known = job.finished_at or job.progressed_at or job.started_at or job.created_at
    return max([known, *(change.occurred_at for change in logged[-1:])])


_NEVER = datetime(9999, 12, 31, tzinfo=UTC)
_JOBS = Listed(
    "queued_jobs",
    _all_jobs,
    _newest_first,
    descending=True,
    matches=_job_matches,
    orders={"CREATED_AT": _newest_first, "FINISHED_AT": _by_end},
    counted=("status", {status.value: [status.value] for status in JobStatus}),
)
LISTS = {
    "Query.queuedJobs": _JOBS,
    "Company.queuedJobs": replace(_JOBS, rows=_jobs),
    "QueuedJob.outcomes": Listed("job_outcomes", _outcomes, _failures_first, matches=_outcome_matches),
}
FIELDS: Fields = {"QueuedJob.progress": _progress, "QueuedJob.updatedAt": _updated_at}
