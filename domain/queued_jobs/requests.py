"""Asking for work: request, cancel, retry. With lease.py and ends.py the only writer of a job's status."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain import audit, tracing
from domain.access import rows
from domain.access.principal import WORKER, Principal
from domain.database.dialect_sql import database_milliseconds
from domain.database.session import enqueue_after_commit
from domain.database.upsert import insert
from domain.errors import Conflict, Invalid, LimitExceeded, NotConfigured, NotFound
from domain.models import (
    ENDED,
    JOBS_WITHOUT_PLUGIN,
    Company,
    JobOutcome,
    JobOutcomeStatus,
    JobStatus,
    JobTrigger,
    JobType,
    QueuedJob,
    literally,
)
from domain.queued_jobs import due, queries
from domain.queued_jobs.arguments import TYPE_OF, Arguments, DeliverWebhooks, ImportOrders, dump, scope
from domain.queued_jobs.arguments import lane as lane_of

_IDEMPOTENCY_KEY_LENGTH = 255
_IDEMPOTENCY_KEY_LIFE = timedelta(hours=24)
# An import of single orders grows to so many while it waits; more are another job.
_MOST_NUMBERS = 200
# Of one kind of one company: whatever is asked for, by other keys or with other input, can't fill the queue without end.
_MOST_WAITING = 1_000


async def request(
    session: AsyncSession,
    arguments: Arguments,
    company_id: int,
    *,
    by: Principal,
    trigger: JobTrigger = JobTrigger.MANUAL,
    now: datetime,
    key: str | None = None,
) -> QueuedJob:
    """Have a job done. Asked again for what is already queued, returns that job (J3); with an idempotency key,
    the job that this key was first used for within 24 hours (J8).

    Raises NotFound, NotConfigured, Invalid, LimitExceeded, and Conflict for a key that was used with other input.
    """
    stored, job_type = dump(arguments), TYPE_OF[type(arguments)]
    company = await _company(session, by, company_id, needs_plugin=job_type not in JOBS_WITHOUT_PLUGIN)
    lane, job_scope = lane_of(company.id, arguments), scope(stored)
    if key is None:
        earlier = await session.scalar(_waiting(lane, job_scope))
    else:
        earlier = await _used_before(session, company_id, key, lane=lane, job_scope=job_scope, now=now)
    if earlier is not None:
        _raise_priority(session, earlier, trigger)
        return earlier
    if trigger is JobTrigger.MANUAL:
        await _require_room(session, lane)
    values = {
        "company_id": company_id, "type": job_type, "status": JobStatus.QUEUED, "trigger": trigger,
        "arguments": stored, "lane": lane, "scope": job_scope, "idempotency_key": key,
        "run_at": database_milliseconds(), "created_at": now, "traceparent": tracing.traceparent(),
    }  # fmt: skip
    inserted = insert(session, QueuedJob).values(**values).on_conflict_do_nothing().returning(QueuedJob.id)
    job_id = await session.scalar(inserted)
    if job_id is None:
        # Somebody asked for the same between our look and our insert, and has committed: theirs is the answer.
        return await request(session, arguments, company_id, by=by, trigger=trigger, now=now, key=key)
    tracing.annotate({"job.id": job_id})
    enqueue_after_commit(session, job_id)
    job = await session.get_one(QueuedJob, job_id)
    if trigger is JobTrigger.MANUAL:
        audit.record_added(session, job)
    return job


async def request_import_of(
    session: AsyncSession, *, company_id: int, order_number: str, now: datetime
) -> QueuedJob:
    """Have one order brought in because something happened to it, by the import of single orders that waits already
    where there is one. Raises NotFound and NotConfigured.
    """
    arguments = ImportOrders(order_numbers=(order_number,))
    waiting = select(QueuedJob).where(
        QueuedJob.lane == lane_of(company_id, arguments),
        QueuedJob.status == literally(JobStatus.QUEUED),
        QueuedJob.fence == 0,
        QueuedJob.trigger == JobTrigger.EVENT,
    )
    # Locked, so that no worker begins one with the numbers that it had before.
    jobs = (await session.scalars(waiting.order_by(QueuedJob.id).with_for_update(key_share=True))).all()
    known = {job: msgspec.convert(job.arguments, ImportOrders).order_numbers for job in jobs}
    for job, numbers in known.items():
        if order_number in numbers:
            return job
    for job, numbers in known.items():
        if len(numbers) < _MOST_NUMBERS:
            job.arguments = dump(ImportOrders(order_numbers=(*numbers, order_number)))
            job.scope = scope(job.arguments)
            return job
    return await request(session, arguments, company_id, by=WORKER, trigger=JobTrigger.EVENT, now=now)


async def run_again(
    session: AsyncSession, arguments: DeliverWebhooks, company_id: int, *, trigger: JobTrigger, now: datetime
) -> None:
    """Have the one job of a lane run, for the first time or once more: for what is asked for all the time, so that one row
    tells of it and not thousands. While it waits or runs, nothing is changed.
    """
    stored, job_type, lane = dump(arguments), TYPE_OF[type(arguments)], lane_of(company_id, arguments)
    if await session.scalar(select(QueuedJob.id).where(QueuedJob.lane == lane, due.is_active())):
        return
    anew: dict[str, Any] = {
        "company_id": company_id, "status": JobStatus.QUEUED, "run_at": database_milliseconds(), "cancel_requested": False,
        "passing_failures": 0, "crashes": 0, "attempts": 0, "progress_done": 0, "error": None, "error_is_passing": None,
        "started_at": None, "progressed_at": None, "finished_at": None,
    }  # fmt: skip
    first = {
        "type": job_type, "trigger": trigger, "arguments": stored, "lane": lane, "scope": scope(stored),
        "created_at": now,
    }  # fmt: skip
    has_ended = QueuedJob.status.in_([literally(status) for status in ENDED])
    of_lane = QueuedJob.lane == lane, QueuedJob.type == literally(job_type)
    again = update(QueuedJob).where(*of_lane, has_ended).values(**anew).returning(QueuedJob.id)
    job_id = await session.scalar(again)
    if job_id is None:
        # Another worker may do the same since our look. Its row is in the way by more than one index, so none is named.
        inserted = insert(session, QueuedJob).values(**first, **anew).on_conflict_do_nothing()
        job_id = await session.scalar(inserted.returning(QueuedJob.id))
    if job_id is not None:
        enqueue_after_commit(session, job_id)


async def cancel(session: AsyncSession, *, by: Principal, job_id: int, now: datetime) -> QueuedJob:
    """Stop a queued job at once, and a running one between two units of work; again does nothing (J5).

    Raises NotFound, and Conflict for a job that ended otherwise.
    """
    job = await rows.get(session, QueuedJob, job_id, by=by, for_update=True)
    if job.status is JobStatus.QUEUED:
        job.status, job.finished_at, job.cancel_requested = JobStatus.CANCELLED, now, True
    elif job.status is JobStatus.RUNNING:
        job.cancel_requested = True
    elif job.status is not JobStatus.CANCELLED:
        raise Conflict(
            f"This job has ended ({job.status.value}) and can't be cancelled any more.", field=("jobId",)
        )
    return job


async def cancel_running(session: AsyncSession, *, company_id: int, types: Collection[JobType]) -> None:
    """Stop the running jobs of a company of these types, each between two units of work."""
    running = update(QueuedJob).where(
        QueuedJob.company_id == company_id,
        QueuedJob.status == literally(JobStatus.RUNNING),
        QueuedJob.type.in_(types),
    )
    await session.execute(running.values(cancel_requested=True).execution_options(synchronize_session=False))


async def cancel_all(session: AsyncSession, *, company_id: int, now: datetime) -> None:
    """Stop every job of a company: those that wait at once, those that run between two units of work."""
    of_company = update(QueuedJob).where(QueuedJob.company_id == company_id)
    of_company = of_company.execution_options(synchronize_session=False)
    waiting = of_company.where(QueuedJob.status == literally(JobStatus.QUEUED))
    await session.execute(waiting.values(status=JobStatus.CANCELLED, finished_at=now, cancel_requested=True))
    running = of_company.where(QueuedJob.status == literally(JobStatus.RUNNING))
    await session.execute(running.values(cancel_requested=True))


async def retry(session: AsyncSession, *, by: Principal, job_id: int) -> QueuedJob:
    """Run a failed or cancelled job again, a partly failed one for what failed; while it waits or runs, does nothing.

    Raises NotFound, and Conflict for a job that succeeded.
    """
    job = await rows.get(session, QueuedJob, job_id, by=by, for_update=True)
    if job.status not in ENDED:
        return job
    if job.status is JobStatus.SUCCEEDED:
        raise Conflict("This job has succeeded; there is nothing to run again.", field=("jobId",))
    waiting = await session.scalar(_waiting(job.lane, job.scope))
    if waiting is not None and job.fence == 0:
        return waiting  # It was cancelled before it ran, and the same work was asked for since.
    if job.status is JobStatus.PARTIALLY_SUCCEEDED:
        subjects = await queries.failed_subjects(session, job.id)
        job.checkpoint = {"stage": "failures", "subjects": subjects}
        job.progress_done -= min(job.progress_done, len(subjects))
    else:
        job.checkpoint = None
        job.progress_done = job.succeeded = job.skipped = 0
        job.progress_total = None
    job.failed = 0
    # What failed before is told anew by the next run.
    old = delete(JobOutcome).where(JobOutcome.job_id == job.id)
    if job.checkpoint is not None:
        old = old.where(JobOutcome.status == JobOutcomeStatus.FAILED)
    await session.execute(old)
    job.status, job.cancel_requested = JobStatus.QUEUED, False
    job.started_at = job.progressed_at = job.finished_at = None
    job.error, job.error_is_passing = None, None
    job.passing_failures = job.crashes = 0
    job.traceparent = tracing.traceparent()
    job.run_at = await session.scalar(select(database_milliseconds())) or 0
    await session.flush()
    enqueue_after_commit(session, job.id)
    return job


def _raise_priority(session: AsyncSession, job: QueuedJob, trigger: JobTrigger) -> None:
    """Somebody waits now for what the clock had asked for: it goes before what nobody waits for (J9)."""
    is_waiting = job.status is JobStatus.QUEUED and job.trigger is JobTrigger.SCHEDULE
    if is_waiting and trigger is not JobTrigger.SCHEDULE:
        if trigger is JobTrigger.MANUAL:
            audit.record(session, job, "trigger", job.trigger.value, trigger.value)
        job.trigger, job.traceparent = trigger, tracing.traceparent()
        enqueue_after_commit(session, job.id)


def _waiting(lane: str, job_scope: str) -> Select[QueuedJob]:
    """The same work, not begun yet: a job that ran before and waits for its next try may be past what is asked for now."""
    same = select(QueuedJob).where(QueuedJob.lane == lane, QueuedJob.scope == job_scope)
    waiting = same.where(QueuedJob.status == literally(JobStatus.QUEUED), QueuedJob.fence == 0)
    return waiting.order_by(QueuedJob.id).limit(1)


async def _require_room(session: AsyncSession, lane: str) -> None:
    waiting = select(QueuedJob.id).where(
        QueuedJob.lane == lane, QueuedJob.status == literally(JobStatus.QUEUED)
    )
    count = select(func.count()).select_from(waiting.limit(_MOST_WAITING).subquery())
    if (await session.scalar(count) or 0) >= _MOST_WAITING:
        raise LimitExceeded(
            f"{_MOST_WAITING:,} jobs of this kind wait for this company already: wait until some have run, or cancel them."
        )


async def _company(session: AsyncSession, by: Principal, company_id: int, *, needs_plugin: bool) -> Company:
    by.require_company(company_id)
    company = await session.get(Company, company_id)
    if company is None:
        raise NotFound("There is no company with this companyId.", field=("companyId",))
    rows.refuse_inactive(company.removed_at, company.archived_at, field=("companyId",))
    if needs_plugin and company.store_plugin is None:
        message = (
            "This company has no website plugin. Choose one with updateCompanySettings(storePlugin: TEMU)."
        )
        raise NotConfigured(message, field=("companyId",))
    return company


async def _used_before(
    session: AsyncSession, company_id: int, key: str, *, lane: str, job_scope: str, now: datetime
) -> QueuedJob | None:
    if not 1 <= len(key) <= _IDEMPOTENCY_KEY_LENGTH:
        raise Invalid(
            f"An idempotency key has 1 to {_IDEMPOTENCY_KEY_LENGTH} characters.", field=("idempotencyKey",)
        )
    found = select(QueuedJob).where(QueuedJob.company_id == company_id, QueuedJob.idempotency_key == key)
    job = await session.scalar(found.with_for_update(key_share=True))
    if job is None:
        return None
    if now - job.created_at > _IDEMPOTENCY_KEY_LIFE:
        job.idempotency_key = None
        await session.flush()
        return None
    if (job.lane, job.scope) != (lane, job_scope):
        message = "This idempotency key was used with other input. Use a new key for a new request."
        raise Conflict(message, field=("idempotencyKey",))
    return job
