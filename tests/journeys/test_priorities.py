"""Who goes first: what somebody waits for, before what the clock asked for."""

import asyncio
import threading
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from domain import clock
from domain.models import Company, JobStatus, JobTrigger, JobType, QueuedJob
from domain.queued_jobs import due, lease
from jobs.runner import Runner
from jobs.scheduler import Scheduler
from jobs.sweeper import Sweeper
from tests.factories import make_company, make_job
from tests.fixtures.database import one_database
from tests.fixtures.world import IMPORT, World

LIST = "bg.order.list.v2.get"
WAITED_FOR = (JobTrigger.MANUAL, JobTrigger.EVENT)
DOWNLOAD = """mutation($id: ID!, $on: Boolean!) {
  updateCompanySettings(input: {companyId: $id, allowOrderDownload: $on}) { userErrors { code } } }"""


async def _one_each(world: World, *triggers: JobTrigger) -> list[int]:
    """A job that is due, in a company of its own, for each trigger; the longest waiting first."""
    async with world.database.write() as session:
        jobs = []
        for number, trigger in enumerate(triggers):
            company = await make_company(session)
            lane = f"{company.id}:IMPORT_ORDERS"
            jobs.append(await make_job(session, company, trigger=trigger, lane=lane, run_at=number))
        return [job.id for job in jobs]


async def _due(world: World, **how: Any) -> list[int]:
    async with world.database.read() as session:
        return list(await due.due_jobs(session, at_most=10, **how))


async def test_the_clocks_jobs_are_looked_at_last(world: World) -> None:
    """J9: of jobs that are due, those of people and events come before those of the clock, however long these wait."""
    swept, manual, swept_too, event = await _one_each(
        world, JobTrigger.SCHEDULE, JobTrigger.MANUAL, JobTrigger.SCHEDULE, JobTrigger.EVENT
    )

    assert await _due(world) == [manual, event, swept, swept_too]
    assert await _due(world, triggers=WAITED_FOR) == [manual, event]


async def test_a_claim_that_leaves_the_clocks_jobs(world: World) -> None:
    """J9: a worker without room for the clock's jobs claims none, and any other."""
    swept, manual = await _one_each(world, JobTrigger.SCHEDULE, JobTrigger.MANUAL)
    how: Any = {"owner": "a test", "lease_seconds": 30, "now": clock.now()}

    assert await lease.claim(world.database, swept, triggers=WAITED_FOR, **how) is None
    assert await lease.claim(world.database, manual, triggers=WAITED_FOR, **how) is not None
    assert await lease.claim(world.database, swept, **how) is not None


async def _running(world: World) -> list[JobTrigger]:
    async with world.database.read() as session:
        running = select(QueuedJob.trigger).where(QueuedJob.status == JobStatus.RUNNING)
        return list(await session.scalars(running))


async def _ended(world: World, job_id: int, sweeper: Sweeper) -> None:
    """Wait for the end of a job, with a worker that sweeps as it does all the time."""
    async with asyncio.timeout(20):
        while True:
            await sweeper.sweep()
            async with world.database.read() as session:
                if (await session.get_one(QueuedJob, job_id)).finished_at is not None:
                    return
            await asyncio.sleep(0.02)


async def test_long_sweeps_leave_a_slot(world: World) -> None:
    """J9: with more long sweeps due than a worker has slots, an event's job runs before any of them ends."""
    settings = world.resources.settings.model_copy(update={"worker_jobs": 3})
    resources = replace(world.resources, settings=settings)
    for number in range(4):
        company_id = await world.new_company(f"Sweep {number}", world.sandbox.add_mall())
        await world.api.ask(DOWNLOAD, id=company_id, on=True)
    await Scheduler(resources).enqueue_due(clock.now())
    await world.make_due()
    arrived, go_on = threading.Semaphore(0), threading.Event()

    def hold() -> None:
        arrived.release()
        assert go_on.wait(30)

    for nth in (1, 2):
        world.sandbox.before(LIST, nth, hold)
    runner = Runner(resources, owner="busy")
    sweeper = Sweeper(resources, runner)

    await sweeper.sweep()
    for _ in range(2):
        assert await asyncio.to_thread(arrived.acquire, timeout=20)
    assert JobTrigger.SCHEDULE not in runner.triggers
    async with world.database.write() as session:
        company = await session.get_one(Company, 1)
        arguments = {"order_numbers": [world.mall.add_order().number]}
        lane = "1:IMPORT_ORDERS:BY_NUMBER"
        event = await make_job(session, company, trigger=JobTrigger.EVENT, lane=lane, arguments=arguments)
    await _ended(world, event.id, sweeper)

    assert await _running(world) == [JobTrigger.SCHEDULE, JobTrigger.SCHEDULE]
    go_on.set()
    await runner.drain(seconds=20)


def _holding(world: World, slots: int, held: list[JobTrigger]) -> Runner:
    """A worker of so many slots in which such jobs run."""
    settings = world.resources.settings.model_copy(update={"worker_jobs": slots})
    runner = Runner(replace(world.resources, settings=settings), owner="held")
    runner._triggers = dict(enumerate(held))
    return runner


@one_database
async def test_what_a_worker_has_room_for(world: World) -> None:
    """J9: long sweeps leave a slot to what somebody waits for, and of four and more one is left to events and stock pushes by
    people's imports too, however many of these are due.
    """
    manual, scheduled, event = JobTrigger.MANUAL, JobTrigger.SCHEDULE, JobTrigger.EVENT
    everyone = {manual, scheduled, event}
    cases: list[tuple[int, list[JobTrigger], set[JobTrigger]]] = [
        (1, [], everyone),
        (2, [manual], everyone),
        (2, [scheduled], {manual, event}),
        (3, [scheduled, scheduled], {manual, event}),
        (4, [scheduled, scheduled], {manual, event}),
        (4, [manual, manual, manual], {event}),
        (4, [event, event, event], everyone),
        (10, [manual] * 8, everyone),
        (10, [manual] * 9, {event}),
        (10, [scheduled] * 8, {manual, event}),
        (10, [scheduled] * 8 + [manual], {event}),
    ]
    webhook = JobTrigger.WEBHOOK
    assert [_holding(world, slots, held).triggers - {webhook} for slots, held, _ in cases] == [
        room for *_, room in cases
    ]
    for slots, held in ((2, [webhook]), (4, [scheduled, webhook]), (10, [scheduled] * 7 + [webhook])):
        assert _holding(world, slots, held).triggers == {manual, event}, "sweeps and receivers together"
    # Receivers that are slow to answer leave three quarters of the slots to others, and all that is left to events.
    for slots, held, has_room in (
        (1, [], True), (4, [webhook], False), (8, [webhook], True), (8, [webhook] * 2, False), (4, [manual] * 3, False),
    ):  # fmt: skip
        assert (webhook in _holding(world, slots, held).triggers) is has_room, (slots, held)
    for slots, held, freed in ((4, [manual] * 3, True), (4, [manual] * 2, False)):
        runner = _holding(world, slots, held)
        await runner.run(0)
        assert runner.slot_freed.is_set() is freed, "what it had no room for is looked for at once"


@one_database
async def test_files_leave_room(world: World) -> None:
    """J9: jobs that go through files and tables have half of a worker's slots, however many companies ask for them."""
    async with world.database.write() as session:
        company = await session.get_one(Company, 1)
        export, asked = [
            await make_job(session, company, type=kind, trigger=JobTrigger.MANUAL, lane=kind.value)
            for kind in (JobType.EXPORT_ORDERS, JobType.IMPORT_ORDERS)
        ]
    runner = _holding(world, 4, [])
    how: dict[str, Any] = {"owner": "held", "lease_seconds": 30, "now": clock.now()}
    for held, due_now in (({7}, [export.id, asked.id]), ({7, 8}, [asked.id])):
        runner._bulk = held
        async with world.database.read() as session:
            assert await due.due_jobs(session, at_most=4, without=runner.without) == due_now
    assert await lease.claim(world.database, export.id, without=runner.without, **how) is None
    assert await lease.claim(world.database, asked.id, without=runner.without, **how) is not None


@one_database
async def test_an_event_beside_ten_manual_imports(world: World) -> None:
    """J9: with more of people's imports due than a worker has slots, an event's job runs before any of them ends."""
    settings = world.resources.settings.model_copy(update={"worker_jobs": 4})
    resources = replace(world.resources, settings=settings)
    for number in range(5):
        company_id = await world.new_company(f"Import {number}", world.sandbox.add_mall())
        await world.api.ask(IMPORT, input={"companyId": company_id})
    arrived, go_on = threading.Semaphore(0), threading.Event()

    def hold() -> None:
        arrived.release()
        assert go_on.wait(30)

    for nth in (1, 2, 3):
        world.sandbox.before(LIST, nth, hold)
    runner = Runner(resources, owner="busy")
    sweeper = Sweeper(resources, runner)
    await sweeper.sweep()
    for _ in range(3):
        assert await asyncio.to_thread(arrived.acquire, timeout=20)
    async with world.database.write() as session:
        company = await session.get_one(Company, 1)
        arguments = {"order_numbers": [world.mall.add_order().number]}
        lane = "1:IMPORT_ORDERS:BY_NUMBER"
        event = await make_job(session, company, trigger=JobTrigger.EVENT, lane=lane, arguments=arguments)
    await _ended(world, event.id, sweeper)

    assert await _running(world) == [JobTrigger.MANUAL] * 3
    go_on.set()
    await runner.drain(seconds=20)


async def test_a_person_who_asks_for_what_the_clock_asked_for(world: World) -> None:
    """J3, J9: the clock's job that a person asks for too is that person's, and goes before what nobody waits for."""
    await world.api.ask(DOWNLOAD, id=world.company_id, on=True)
    await Scheduler(world.resources).enqueue_due(clock.now())

    payload = await world.api.ask(IMPORT, input={"companyId": world.company_id})

    async with world.database.read() as session:
        [job] = await session.scalars(select(QueuedJob))
    assert job.trigger is JobTrigger.MANUAL
    assert payload["userErrors"] == []
    await world.run_jobs()
    assert (await world.job(payload["job"]["id"]))["status"] == "SUCCEEDED"


async def test_a_worker_with_one_slot_sweeps_too(world: World) -> None:
    """J9: where a worker has one slot only, the clock's jobs have it when nobody waits."""
    settings = world.resources.settings.model_copy(update={"worker_jobs": 1})
    resources = replace(world.resources, settings=settings)
    await world.api.ask(DOWNLOAD, id=world.company_id, on=True)
    await Scheduler(resources).enqueue_due(clock.now())

    runner = Runner(resources, owner="small")
    runner.start(1)
    await _ended(world, 1, Sweeper(resources, runner))

    await runner.drain(seconds=5)
    assert JobTrigger.SCHEDULE in runner.triggers
