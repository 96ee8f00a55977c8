"""Holding a job: who claims it, and what becomes of writes by whoever held it before."""

import asyncio
from typing import Any

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text, update

from domain.database.session import Database
from domain.models import JobStatus, JobTrigger, QueuedJob
from domain.queued_jobs import due, ends, lease, run_counts
from domain.queued_jobs.lease import LeaseLost
from domain.queued_jobs.run import JobRun
from tests.factories import NOW, make_company, make_job

WAITED_FOR = (JobTrigger.MANUAL, JobTrigger.EVENT)


async def _claim(database: Database, job_id: int, owner: str = "one", **options: Any) -> QueuedJob | None:
    return await lease.claim(database, job_id, owner=owner, lease_seconds=60, now=NOW, **options)


async def _due(database: Database, **options: Any) -> list[int]:
    async with database.read() as session:
        return list(await due.due_jobs(session, at_most=10, **options))


async def _silence(database: Database, job_id: int) -> None:
    """As if its holder had been silent for longer than the lease."""
    async with database.write() as session:
        await session.execute(update(QueuedJob).where(QueuedJob.id == job_id).values(lease_until=1))


async def test_one_holder(database: Database) -> None:
    """J2: a job that is held is not to be had; its fence and its attempts count the claims."""
    async with database.write() as session:
        job = await make_job(session, await make_company(session))
    first = await _claim(database, job.id)
    assert first is not None
    assert (first.status, first.fence, first.attempts, first.crashes) == (JobStatus.RUNNING, 1, 1, 0)
    assert await _claim(database, job.id, "other") is None
    assert await _due(database) == []


def _counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_how_runs_end_is_counted(database: Database) -> None:
    """A7: each run counts by how it ended; taking over from a silent worker counts as a crash, each other claim doesn't."""
    run_counts.count_from_zero()
    what = {"type": "IMPORT_ORDERS"}
    results = ("RELEASED", "RETRIED", "LEASE_LOST", "CANCELLED", "SUCCEEDED")

    def counts() -> list[float]:
        crashes = _counted("tradewind_job_crashes_total", **what)
        runs = [
            _counted("tradewind_job_runs_total", **what, trigger="MANUAL", result=result)
            for result in results
        ]
        return [crashes, *runs]

    before = counts()
    async with database.write() as session:
        job = await make_job(session, await make_company(session), trigger=JobTrigger.MANUAL)
    silent = await _claim(database, job.id)
    await _silence(database, job.id)
    second = await _claim(database, job.id)
    assert silent is not None
    assert second is not None
    await ends.fail(database, silent, error="late", passing=False, now=NOW)
    await ends.release(database, second, now=NOW)
    third = await _claim(database, job.id)
    assert third is not None
    await ends.retry_later(database, third, delay_seconds=-1, error="Temu is away.", now=NOW)
    fourth = await _claim(database, job.id)
    assert fourth is not None
    await ends.finish(database, fourth, now=NOW)
    await ends.cancel(database, fourth, now=NOW)

    grown = [after - earlier for after, earlier in zip(counts(), before, strict=True)]
    assert grown == [1, 1, 1, 2, 0, 1]


async def test_a_silent_holder_loses_the_job(database: Database) -> None:
    """J2: after the lease another claims it, which counts as a crash; what the first then writes touches nothing."""
    async with database.write() as session:
        job = await make_job(session, await make_company(session))
    first = await _claim(database, job.id)
    assert first is not None
    await _silence(database, job.id)
    assert await _due(database) == [job.id]
    second = await _claim(database, job.id, "other")
    assert second is not None
    assert (second.fence, second.crashes) == (2, 1)

    with pytest.raises(LeaseLost):
        await ends.finish(database, first, now=NOW)
    with pytest.raises(LeaseLost):
        await ends.retry_later(database, first, delay_seconds=1, error="late", now=NOW)
    with pytest.raises(LeaseLost):
        await ends.release(database, first, now=NOW)
    await ends.fail(database, first, error="late", passing=False, now=NOW)
    await ends.cancel(database, first, now=NOW)
    async with database.write() as session:
        assert await lease.renew(session, second, lease_seconds=60) is False
        row = await session.get_one(QueuedJob, job.id, populate_existing=True)
        assert (row.status, row.error, row.fence) == (JobStatus.RUNNING, None, 2)


async def test_one_of_a_lane(database: Database) -> None:
    """C6: of two jobs of one lane the second waits until the first has ended."""
    async with database.write() as session:
        company = await make_company(session)
        first, second = [await make_job(session, company) for _ in range(2)]
    held = await _claim(database, first.id)
    assert held is not None
    assert await _claim(database, second.id) is None
    assert await _due(database) == []
    await ends.finish(database, held, now=NOW)
    assert await _due(database) == [second.id]
    assert await _claim(database, second.id) is not None


async def test_the_clocks_come_last(database: Database) -> None:
    """J9: what somebody waits for is due before the clock's, which are left out where no slot is for them."""
    async with database.write() as session:
        company = await make_company(session)
        scheduled = await make_job(session, company, lane="a", trigger=JobTrigger.SCHEDULE, run_at=0)
        manual = await make_job(session, company, lane="b", run_at=5)
    assert await _due(database) == [manual.id, scheduled.id]
    assert await _due(database, triggers=WAITED_FOR) == [manual.id]
    assert await _claim(database, scheduled.id, triggers=WAITED_FOR) is None
    assert await _claim(database, scheduled.id) is not None


async def test_a_retry_waits(database: Database) -> None:
    """J4: passing trouble has the job wait, told with its error; the tries since the last progress are counted."""
    async with database.write() as session:
        job = await make_job(session, await make_company(session))
    held = await _claim(database, job.id)
    assert held is not None
    await ends.retry_later(database, held, delay_seconds=60, error="Temu is away.", now=NOW)
    assert await _due(database) == []
    assert await ends.since_progress(database, job.id) == (1, held.started_at)
    async with database.read() as session:
        row = await session.get_one(QueuedJob, job.id)
        assert (row.status, row.error, row.error_is_passing) == (JobStatus.QUEUED, "Temu is away.", True)


async def test_progress_begins_the_deadline_anew(database: Database) -> None:
    """J4: what is given up a day after is the last progress, so that an import of two days survives its next blip."""
    async with database.write() as session:
        job = await make_job(session, await make_company(session))
    held = await _claim(database, job.id)
    assert held is not None
    async with JobRun(database, held, lease_seconds=60, stop=asyncio.Event()).step():
        pass
    failures, since = await ends.since_progress(database, job.id)
    assert failures == 0
    assert since is not None
    assert held.started_at is not None
    assert since > held.started_at


async def test_a_job_of_a_newer_release(database: Database) -> None:
    """J2: after a roll-back, jobs of types that this release doesn't know wait for the one that does, in nobody's way."""
    async with database.write() as session:
        company = await make_company(session)
        newer, known = [await make_job(session, company, lane=lane) for lane in ("newer", "known")]
        await session.execute(text("UPDATE queued_jobs SET type = 'NEWER' WHERE id = :id"), {"id": newer.id})

    async with database.read() as session:
        assert list(await due.due_jobs(session, at_most=1)) == [known.id]
    assert await _claim(database, newer.id) is None
    assert await _claim(database, known.id) is not None
