"""Queued jobs as a front end sees them: accepted, followed, stopped, run again, once."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from structlog.testing import capture_logs

from domain import clock
from domain.models import Company, JobStatus, JobTrigger, QueuedJob
from domain.queued_jobs import ends, lease, requests
from domain.queued_jobs.lease import LeaseLost
from domain.queued_jobs.run import JobRun
from domain.settings import Settings
from jobs import retry
from jobs.runner import Runner
from jobs.scheduler import Scheduler
from tests.factories import make_job
from tests.fixtures.database import one_database
from tests.fixtures.workers import start_worker
from tests.fixtures.world import IMPORT, World

CANCEL = """mutation($id: ID!) { cancelQueuedJob(input: {jobId: $id}) {
  job { status } userErrors { code field } } }"""
RETRY = """mutation($id: ID!) { retryQueuedJob(input: {jobId: $id}) {
  job { status error progress { done } } userErrors { code field } } }"""
DOWNLOAD = """mutation($id: ID!, $on: Boolean!) {
  updateCompanySettings(input: {companyId: $id, allowOrderDownload: $on}) { userErrors { code } } }"""
TOKEN = """mutation($id: ID!, $token: String!) {
  setAccessToken(input: {companyId: $id, accessToken: $token}) { userErrors { code } } }"""


async def _request(world: World, **more: Any) -> Any:
    return await world.api.ask(IMPORT, input={"companyId": world.company_id} | more)


async def _count(world: World) -> int:
    async with world.database.read() as session:
        return await session.scalar(select(func.count()).select_from(QueuedJob)) or 0


async def _row(world: World, number: int = 1) -> QueuedJob:
    async with world.database.read() as session:
        return await session.get_one(QueuedJob, number)


async def test_the_same_work_waits_once(world: World) -> None:
    """J1, J3: a job is answered at once and visible; asking again for what is queued returns it, however many ask."""
    answers = await asyncio.gather(*(_request(world) for _ in range(20)))

    assert len({answer["job"]["id"] for answer in answers}) == 1
    assert answers[0]["job"]["status"] == "QUEUED"
    assert await _count(world) == 1
    other = await _request(world, to="2030-01-01T00:00:00Z")
    assert other["job"]["id"] != answers[0]["job"]["id"]


async def test_so_many_jobs_wait(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """J3, J8, A6: only so many jobs of a kind wait for a company, whatever they are asked for with; what waits already is answered
    all the same, and when some have run more may be asked for.
    """
    monkeypatch.setattr(requests, "_MOST_WAITING", 3)
    for n in range(3):
        assert (await _request(world, idempotencyKey=f"k-{n}"))["userErrors"] == []

    for more in ({"idempotencyKey": "k-3"}, {"to": "2030-01-01T00:00:00Z"}):
        (error,) = (await _request(world, **more))["userErrors"]
        assert error["code"] == "LIMIT_EXCEEDED"
    assert (await _request(world, idempotencyKey="k-1"))["userErrors"] == []
    await world.run_jobs()
    assert (await _request(world, idempotencyKey="k-3"))["userErrors"] == []


@one_database
async def test_the_lines_of_a_job(world: World) -> None:
    """C4: whoever reads the log sees which job ran, and how it ended."""
    await _request(world)
    with capture_logs() as logs:
        await world.run_jobs()

    lines = {line["event"]: line for line in logs}
    assert lines["job.started"]["type"] == "IMPORT_ORDERS"
    finished = lines["job.finished"]
    assert (finished["type"], finished["status"]) == ("IMPORT_ORDERS", "SUCCEEDED")


async def test_an_idempotency_key(world: World) -> None:
    """J8: a key given twice with the same input returns the first answer, with other input it is CONFLICT."""
    answers = await asyncio.gather(*(_request(world, idempotencyKey="k-1") for _ in range(20)))
    other_input = await _request(world, idempotencyKey="k-1", to="2030-01-01T00:00:00Z")
    too_long = await _request(world, idempotencyKey="k" * 256)
    await world.run_jobs()
    after_its_end = await _request(world, idempotencyKey="k-1")

    assert {answer["job"]["id"] for answer in [*answers, after_its_end]} == {answers[0]["job"]["id"]}
    assert [(e["code"], e["field"]) for e in other_input["userErrors"]] == [("CONFLICT", ["idempotencyKey"])]
    assert [(e["code"], e["field"]) for e in too_long["userErrors"]] == [("INVALID", ["idempotencyKey"])]
    async with world.database.write() as session:
        await session.execute(update(QueuedJob).values(created_at=clock.now() - timedelta(hours=25)))
    assert (await _request(world, idempotencyKey="k-1"))["job"]["id"] != answers[0]["job"]["id"]


async def test_cancelling_a_queued_job(world: World) -> None:
    """J5: a queued job is cancelled at once, again changes nothing, and it never runs; it can be run again."""
    job_id = (await _request(world))["job"]["id"]

    assert (await world.api.ask(CANCEL, id=job_id))["job"] == {"status": "CANCELLED"}
    assert (await world.api.ask(CANCEL, id=job_id))["job"] == {"status": "CANCELLED"}
    await world.run_jobs()

    assert (await world.job(job_id))["attempts"] == 0
    assert (await world.api.ask(RETRY, id=job_id))["job"]["status"] == "QUEUED"
    await world.run_jobs()
    assert (await world.job(job_id))["status"] == "SUCCEEDED"
    assert (await world.api.ask(CANCEL, id=job_id))["userErrors"] == [
        {"code": "CONFLICT", "field": ["jobId"]}
    ]
    assert (await world.api.ask(RETRY, id=job_id))["userErrors"] == [{"code": "CONFLICT", "field": ["jobId"]}]


@pytest.mark.usefixtures("small_pages")
async def test_cancelling_a_running_job(world: World) -> None:
    """J5: a running job stops between two units of work and keeps what it did."""
    for i in range(23):
        world.mall.add_order(ordered_at=world.mall.now() - i)
    job_id = (await _request(world))["job"]["id"]
    loop = asyncio.get_running_loop()
    world.sandbox.before(
        "bg.order.list.v2.get",
        2,
        lambda: asyncio.run_coroutine_threadsafe(world.api.ask(CANCEL, id=job_id), loop).result(10),
    )

    await world.run_jobs()

    job = await world.job(job_id)
    assert (job["status"], job["error"]) == ("CANCELLED", None)
    assert len(await world.orders()) == 10


async def test_a_zombie_writes_nothing(world: World) -> None:
    """J2: a run whose lease was taken over can neither write a step nor end the job."""
    async with world.database.write() as session:
        job = await make_job(session, await session.get_one(Company, 1))
    now = clock.now()
    old = await lease.claim(world.database, job.id, owner="old", lease_seconds=30, now=now)
    assert old is not None
    assert await lease.claim(world.database, job.id, owner="new", lease_seconds=30, now=now) is None
    async with world.database.write() as session:
        await session.execute(update(QueuedJob).values(lease_until=0))
    new = await lease.claim(world.database, job.id, owner="new", lease_seconds=30, now=now)
    assert new is not None

    run = JobRun(world.database, old, lease_seconds=30, stop=asyncio.Event())
    with pytest.raises(LeaseLost):
        async with run.step(checkpoint={"stage": "stale"}):
            pass
    with pytest.raises(LeaseLost):
        await ends.finish(world.database, old, now=now)
    await ends.fail(world.database, old, error="stale", passing=False, now=now)

    row = await _row(world)
    assert (row.status, row.checkpoint, row.error) == (JobStatus.RUNNING, None, None)
    assert (row.fence, row.crashes, row.owner) == (2, 1, "new")


async def test_a_job_is_claimed_once(world: World) -> None:
    """J2, C6: of twenty that claim a job one gets it, and two jobs of one company and kind never run together."""
    async with world.database.write() as session:
        company = await session.get_one(Company, 1)
        jobs = [await make_job(session, company) for _ in range(2)]
    now = clock.now()

    claims = await asyncio.gather(
        *(
            lease.claim(world.database, jobs[i % 2].id, owner=str(i), lease_seconds=30, now=now)
            for i in range(20)
        )
    )

    held = [job for job in claims if job is not None]
    assert len(held) == 1
    await ends.finish(world.database, held[0], now=now)
    other = next(job for job in jobs if job.id != held[0].id)
    assert await lease.claim(world.database, other.id, owner="next", lease_seconds=30, now=now) is not None


async def test_a_job_that_kills_its_workers_ends(world: World) -> None:
    """J2: a job whose workers die five times without progress is given up, with what to do; its lane goes on."""
    async with world.database.write() as session:
        company = await session.get_one(Company, 1)
        job = await make_job(session, company, status=JobStatus.RUNNING, fence=5, crashes=4, lease_until=0)

    runner, sweeper = world.sweeper()
    await sweeper.sweep()
    await runner.drain(seconds=5)

    row = await _row(world, job.id)
    assert row.status is JobStatus.FAILED
    assert row.error is not None
    assert row.error.startswith("The workers that ran this job died 5 times")


@one_database
async def test_our_own_mistake_shows_only_an_id(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """J4: a fault of ours fails the job with an id to look up, and no text from inside."""
    job_id = (await _request(world))["job"]["id"]

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr("jobs.runner.handle", broken)
    await world.run_jobs()

    job = await world.job(job_id)
    assert (job["status"], job["errorIsPassing"]) == ("FAILED", False)
    assert "Quote error" in job["error"]
    assert "secret" not in job["error"]


def test_pauses_grow_and_end() -> None:
    """J4: pauses grow from two seconds to five minutes, with jitter, and end after eight tries or a day."""

    class Longest:
        def uniform(self, least: float, most: float) -> float:
            assert least == 0
            return most

    now = clock.now()
    pauses = [
        retry.backoff_seconds(failures=n, since=now, now=now, random=Longest())  # type: ignore[arg-type]
        for n in range(8)
    ]

    assert pauses == [2, 4, 8, 16, 32, 64, 128, None]
    late = now - timedelta(hours=25)
    assert retry.backoff_seconds(failures=0, since=late, now=now, random=Longest()) is None  # type: ignore[arg-type]


async def test_a_tick_is_acted_on_once(world: World) -> None:
    """C5, C6: with orders allowed to come in by schedule, each moment is one job, however many look and when."""
    schedules = [Scheduler(world.resources) for _ in range(10)]
    now = clock.now()
    await schedules[0].enqueue_due(now)
    assert await _count(world) == 0
    await world.api.ask(DOWNLOAD, id=world.company_id, on=True)

    await asyncio.gather(*(schedule.enqueue_due(now) for schedule in schedules))
    await schedules[0].enqueue_due(now)
    assert await _count(world) == 1
    assert (await _row(world)).trigger is JobTrigger.SCHEDULE
    await world.run_jobs()
    await schedules[0].enqueue_due(now + timedelta(hours=5))

    assert await _count(world) == 2
    await world.api.ask(DOWNLOAD, id=world.company_id, on=False)
    await world.run_jobs()
    await schedules[0].enqueue_due(now + timedelta(hours=6))
    assert await _count(world) == 2
    assert (await _request(world))["userErrors"] == []


async def test_a_refused_token_pauses_the_schedule(world: World) -> None:
    """C4: once Temu refuses the token, one failed job says so and the schedule waits; a new token resumes it."""
    await world.api.ask(DOWNLOAD, id=world.company_id, on=True)
    world.mall.expire_token()
    schedule, now = Scheduler(world.resources), clock.now()
    for hours in range(4):
        await schedule.enqueue_due(now + timedelta(hours=hours))
        await world.run_jobs()
    assert await _count(world) == 1
    assert "has expired or was replaced" in ((await _row(world)).error or "")

    await world.api.ask(TOKEN, id=world.company_id, token=world.mall.replace_token())
    await schedule.enqueue_due(now + timedelta(hours=5))
    await world.run_jobs()

    assert (await _row(world, 2)).status is JobStatus.SUCCEEDED


async def test_old_jobs_are_removed(world: World) -> None:
    """J7: jobs that finished longer ago than they are kept for are removed with their outcomes, others stay."""
    world.mall.add_order()
    await world.import_orders()
    await _request(world, to="2030-01-01T00:00:00Z")
    async with world.database.write() as session:
        old = clock.now() - timedelta(days=31)
        await session.execute(update(QueuedJob).where(QueuedJob.id == 1).values(finished_at=old))

    await world.sweeper()[1].clean()

    assert await _count(world) == 1
    assert await world.outcomes() == {}


async def test_redis_lost_and_found_empty(
    world: World, settings: Settings, redis_url: str, tmp_path: Path
) -> None:
    """J1, J2: a job whose announcement was lost with Redis's memory is found by a worker all the same."""
    job_id = (await _request(world))["job"]["id"]
    assert world.resources.redis is not None
    flushed: Any = world.resources.redis.flushall()
    await flushed
    worker = start_worker(settings, redis_url, tmp_path / "worker.log")
    try:
        async with asyncio.timeout(20):
            while True:
                if (await world.job(job_id))["status"] == "SUCCEEDED":
                    break
                await asyncio.sleep(0.1)
    finally:
        worker.terminate()
        await asyncio.to_thread(worker.wait, 30)


async def test_a_busy_worker_leaves_the_rest(world: World) -> None:
    """J2: a worker takes no more jobs than it has room for; the others wait for whoever has."""
    runner = Runner(world.resources, owner="full")
    slots = runner.free_slots
    async with world.database.write() as session:
        for _ in range(slots + 5):
            await make_job(session, await session.get_one(Company, 1))

    for number in range(1, slots + 6):
        runner.start(number)

    assert len(runner.running) == slots
    assert runner.free_slots == 0
    await runner.drain(seconds=10)
    assert runner.running == frozenset()


async def test_what_waits_for_its_next_try_is_not_what_is_asked_for(world: World) -> None:
    """J3, O1: a job put back in the middle does not stand for a new request, which would miss what came since."""
    world.mall.add_order()
    world.sandbox.faults.add("http_status", interface="bg.order.amount.query", times=None, status=500)
    first = (await _request(world))["job"]["id"]
    await world.run_jobs()
    assert (await world.job(first))["status"] == "QUEUED"

    second = (await _request(world))["job"]["id"]

    assert second != first
    world.sandbox.faults.clear()
    world.mall.add_order()
    await world.make_due()
    await world.run_jobs()
    assert len(await world.orders()) == 2
    assert {(await world.job(job_id))["status"] for job_id in (first, second)} == {"SUCCEEDED"}


async def test_running_again_beside_the_same_work(world: World) -> None:
    """J5: running again what was cancelled unrun, while the same work waits, returns that job."""
    cancelled = (await _request(world))["job"]["id"]
    await world.api.ask(CANCEL, id=cancelled)
    waiting = (await _request(world))["job"]["id"]

    payload = await world.api.ask(
        "mutation($id: ID!) { retryQueuedJob(input: {jobId: $id}) { job { id } userErrors { code } } }",
        id=cancelled,
    )

    assert payload == {"job": {"id": waiting}, "userErrors": []}


async def test_cancelling_in_the_midst_of_trouble(world: World) -> None:
    """J5: a job that a person cancelled ends instead of waiting for its next try."""
    world.sandbox.faults.add("http_status", interface="bg.order.list.v2.get", times=None, status=500)
    job_id = (await _request(world))["job"]["id"]
    loop = asyncio.get_running_loop()
    world.sandbox.before(
        "bg.order.list.v2.get",
        1,
        lambda: asyncio.run_coroutine_threadsafe(world.api.ask(CANCEL, id=job_id), loop).result(10),
    )

    await world.run_jobs()

    assert (await world.job(job_id))["status"] == "CANCELLED"


async def test_a_token_replaced_while_a_job_runs(world: World) -> None:
    """C4: the refusal of a token that has been replaced meanwhile condemns neither the new one nor the schedule."""
    world.mall.add_order()
    job_id = (await _request(world))["job"]["id"]
    loop = asyncio.get_running_loop()

    def replace() -> None:
        token = world.mall.replace_token()
        asked = world.api.ask(TOKEN, id=world.company_id, token=token)
        asyncio.run_coroutine_threadsafe(asked, loop).result(10)

    world.sandbox.before("bg.order.shippinginfo.v2.get", 1, replace)

    await world.run_jobs()

    assert (await world.job(job_id))["status"] == "SUCCEEDED"
    async with world.database.read() as session:
        assert (await session.get_one(Company, 1)).schedule_paused_at is None


async def test_a_refused_app_pauses_nothing(world: World) -> None:
    """C4: what is the server's own fault fails the job with advice, and no company's schedule."""
    world.sandbox.faults.add("error", times=None, code=5000003, message="ip not on the whitelist")
    job_id = (await _request(world))["job"]["id"]

    await world.run_jobs()

    job = await world.job(job_id)
    assert (job["status"], job["errorIsPassing"]) == ("FAILED", False)
    assert "whitelist" in job["error"]
    async with world.database.read() as session:
        assert (await session.get_one(Company, 1)).schedule_paused_at is None
