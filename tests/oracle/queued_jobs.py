"""Queued jobs, how far they have come, and what became of each thing they worked on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.models import Change, Company, JobOutcome, QueuedJob
from tests.oracle.pages import Listed, Values
from tests.oracle.rows import Fields, Seen


def _jobs(company: Company, seen: Seen) -> list[QueuedJob]:
    return seen.all(QueuedJob, company_id=company.id)


def _newest_first(job: QueuedJob) -> Values:
    return (job.id,)


def _job_matches(job: QueuedJob, wanted: Mapping[str, Any], _seen: Seen) -> bool:
    is_of_type = job.type.value in wanted.get("type", [job.type.value])
    is_in_status = job.status.value in wanted.get("status", [job.status.value])
    return is_of_type and is_in_status


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


LISTS = {
    "Company.queuedJobs": Listed("queued_jobs", _jobs, _newest_first, descending=True, matches=_job_matches),
    "QueuedJob.outcomes": Listed("job_outcomes", _outcomes, _failures_first, matches=_outcome_matches),
}
FIELDS: Fields = {"QueuedJob.progress": _progress, "QueuedJob.updatedAt": _updated_at}
