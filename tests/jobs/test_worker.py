"""A worker's parts: what runs beside its jobs, and what it does about jobs for which it has no slot."""

import asyncio
from dataclasses import replace

import pytest

from domain.models import JobStatus, JobTrigger, QueuedJob
from domain.queued_jobs import lease
from jobs import sweeper, worker
from jobs.runner import Runner
from jobs.sweeper import Sweeper
from jobs.worker import in_background, together
from tests.factories import make_company, make_job
from tests.fixtures.world import World


async def test_what_misses_a_cancellation_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """R5: what runs in the background ends with the worker, though a library swallows the first cancellation."""
    monkeypatch.setattr(worker, "_CANCEL_AGAIN_SECONDS", 0.01)
    stubborn = _Stubborn()

    async with in_background(stubborn.run(), asyncio.Event()):
        await asyncio.sleep(0)

    assert stubborn.cancellations == 2


async def test_what_misses_a_cancellation_beside_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """R5: of several parts that run side by side each is waited for, also the one that misses a cancellation."""
    monkeypatch.setattr(worker, "_CANCEL_AGAIN_SECONDS", 0.01)
    stubborn = _Stubborn()

    async with in_background(together(asyncio.sleep(3600), stubborn.run()), asyncio.Event()):
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    assert (stubborn.cancellations, stubborn.has_ended) == (2, True)


class _Stubborn:
    """Swallows the first cancellation."""

    def __init__(self) -> None:
        self.cancellations = 0
        self.has_ended = False

    async def run(self) -> None:
        try:
            while True:
                try:
                    await asyncio.Event().wait()
                except asyncio.CancelledError:
                    self.cancellations += 1
                    if self.cancellations == 2:
                        raise
        finally:
            self.has_ended = True


async def test_a_fault_in_the_background_ends_the_worker() -> None:
    """R5: a worker whose background fails doesn't stay up without it: it stops, and ends with that fault."""
    stop = asyncio.Event()

    async def broken() -> None:
        raise LookupError("ours")

    with pytest.raises(LookupError):
        async with in_background(broken(), stop):
            await stop.wait()


async def test_a_freed_slot_is_used_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """J9: a job that came while a worker was full starts when a slot is free, without waiting for the next sweep."""
    monkeypatch.setattr(sweeper, "_EVERY_SECONDS", 3600)
    settings = world.resources.settings.model_copy(update={"worker_jobs": 1})
    runner = Runner(replace(world.resources, settings=settings), owner="small")
    async with world.database.write() as session:
        jobs = [
            await make_job(session, await make_company(session), trigger=JobTrigger.MANUAL, lane=f"lane {i}")
            for i in range(3)
        ]

    async with in_background(Sweeper(world.resources, runner).run(), asyncio.Event()), asyncio.timeout(20):
        while not all([await _has_ended(world, job) for job in jobs]):  # noqa: ASYNC110 - jobs end by no event
            await asyncio.sleep(0.01)
    await runner.drain(seconds=5)


async def test_a_message_that_a_full_worker_took(world: World) -> None:
    """J9: a job that a worker was told of when it had no slot is started by the next sweep of another."""
    full, other = (Runner(world.resources, owner=owner) for owner in ("full", "other"))
    await full.drain(seconds=0)
    async with world.database.write() as session:
        job = await make_job(session, await make_company(session))

    full.start(job.id)
    await Sweeper(world.resources, other).sweep()

    assert (full.running, other.running) == (frozenset(), frozenset({job.id}))
    await other.drain(seconds=20)


async def test_a_fault_in_the_heartbeat(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """J2: whatever goes wrong with one heartbeat, the next ones keep the lease."""
    settings = world.resources.settings.model_copy(update={"lease_seconds": 0})
    runner = Runner(replace(world.resources, settings=settings), owner="beating")
    renewals, again = 0, asyncio.Event()

    async def renew(*_: object, **__: object) -> bool:
        nonlocal renewals
        renewals += 1
        if renewals == 1:
            raise LookupError("ours")
        again.set()
        return False

    monkeypatch.setattr(lease, "renew", renew)
    async with asyncio.timeout(20), runner._heartbeat(QueuedJob(id=1)):
        await again.wait()


async def _has_ended(world: World, job: QueuedJob) -> bool:
    async with world.database.read() as session:
        row = await session.get_one(QueuedJob, job.id)
    return row.status not in {JobStatus.QUEUED, JobStatus.RUNNING}
