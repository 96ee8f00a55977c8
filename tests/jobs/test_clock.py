"""A machine whose clock jumps: what the clock asks for goes on, and nothing that can't be undone is done by it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from domain import clock
from domain.database.dialect_sql import database_milliseconds
from domain.models import Company, JobStatus, QueuedJob, ScheduleTick
from domain.queued_jobs import due, lease
from jobs.heartbeat import Heartbeat
from jobs.runner import Runner
from jobs.scheduler import Scheduler
from jobs.sweeper import Sweeper
from tests.fixtures.world import World

DAY = timedelta(days=1)
INTERVAL = timedelta(seconds=600)
DOWNLOAD = """mutation($id: ID!) {
  updateCompanySettings(input: {companyId: $id, allowOrderDownload: true}) { userErrors { code } } }"""


@pytest.fixture(autouse=True)
def _own_clock() -> Iterator[None]:
    """Each test goes by the system's clock again."""
    yield
    clock.follow_none()


class _Shifted(datetime):
    """The system's clock, so much ahead."""

    by = timedelta()

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        return super().now(tz) + cls.by


@pytest.fixture
def shift(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_Shifted]]:
    """Sets the system's clock as this process reads it."""
    monkeypatch.setattr("domain.clock.datetime", _Shifted)
    yield _Shifted
    _Shifted.by = timedelta()


async def _asked(world: World) -> int:
    """How many scheduled imports there were; those that wait are ended, for the next to be another."""
    async with world.database.write() as session:
        ended = update(QueuedJob).where(QueuedJob.status == JobStatus.QUEUED)
        await session.execute(ended.values(status=JobStatus.SUCCEEDED, finished_at=clock.now()))
        return await session.scalar(select(func.count()).select_from(QueuedJob)) or 0


async def test_ticks_of_another_day(world: World) -> None:
    """C6: a clock that was a day ahead, or behind, silences no schedule once it is right, and no moment is acted on twice."""
    await world.api.ask(DOWNLOAD, id=world.company_id)
    scheduler, today = Scheduler(world.resources), datetime(2027, 1, 1, tzinfo=UTC)
    asked: list[int] = []

    for moment in (
        today,
        today + DAY,
        today + DAY + INTERVAL,
        today + timedelta(minutes=1),  # of a moment that was acted on, if the clock was right again at once
        today + INTERVAL,
        today + 2 * INTERVAL,
        today - DAY,
        today - DAY + INTERVAL,
        today + 3 * INTERVAL,
        today + DAY,  # that of tomorrow was acted on too early, and isn't again
        today + DAY + INTERVAL,
        today + DAY + 2 * INTERVAL,
    ):
        await scheduler.enqueue_due(moment)
        asked.append(await _asked(world))

    assert asked[:3] == [1, 2, 3]
    assert asked[4:] == [asked[3] + n for n in (1, 2, 3, 4, 5, 5, 5, 6)]
    assert asked[3] <= 4
    async with world.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(ScheduleTick)) <= 5  # type: ignore[operator]


async def test_a_clock_that_is_a_little_ahead(world: World) -> None:
    """C6: of two workers whose clocks differ by seconds, the later one doesn't ask for the moment before."""
    await world.api.ask(DOWNLOAD, id=world.company_id)
    scheduler, tick = Scheduler(world.resources), datetime(2027, 1, 1, tzinfo=UTC)

    for moment in (tick, tick - timedelta(seconds=5)):
        await scheduler.enqueue_due(moment)

    assert await _asked(world) == 1


async def test_a_worker_goes_by_the_databases_clock(
    world: World, shift: type[_Shifted], capsys: pytest.CaptureFixture[str]
) -> None:
    """C6, J2: however a machine's clock jumps, its worker's moments are the database's; that they differ is logged once."""
    runner = Runner(world.resources, owner="jumping")
    heartbeat = Heartbeat(world.resources, runner, name="jumping")
    before = clock.now()

    shift.by = DAY
    await heartbeat.begin()
    assert abs(clock.now() - before) < timedelta(minutes=5)
    for days in (1, 1, -1, 0):
        shift.by = days * DAY
        await heartbeat._beat()
        assert abs(clock.now() - before) < timedelta(minutes=5)
        assert clock.is_sure() is (days == 0)
    shift.by = DAY
    assert abs(clock.now() - before) < timedelta(minutes=5)

    logged = capsys.readouterr().out
    assert (logged.count("clock.differs"), logged.count("clock.agrees")) == (1, 1)
    await heartbeat._beat()


async def test_nothing_is_removed_by_a_clock_in_doubt(world: World, shift: type[_Shifted]) -> None:
    """J7: a clock that is a year ahead of the database's or of Temu's removes no job; once they agree, what is old goes."""
    await world.api.ask(DOWNLOAD, id=world.company_id)
    await Scheduler(world.resources).enqueue_due(clock.now())
    await _asked(world)
    runner = Runner(world.resources, owner="jumping")
    sweeper, heartbeat = Sweeper(world.resources, runner), Heartbeat(world.resources, runner, name="jumping")

    async def left() -> int:
        await sweeper._clean_if_sure()
        async with world.database.read() as session:
            return await session.scalar(select(func.count()).select_from(QueuedJob)) or 0

    await heartbeat._beat()
    shift.by = 365 * DAY
    assert await left() == 1
    await heartbeat._beat()
    assert await left() == 1
    clock.follow_none()
    assert world.resources.transport is not None
    world.resources.transport.clock_offset = -365 * 86_400.0
    assert await left() == 1

    world.resources.transport.clock_offset = 0.0
    assert await left() == 0


@pytest.mark.parametrize("ahead", [DAY, -DAY])
async def test_an_import_goes_by_temus_clock(world: World, ahead: timedelta) -> None:
    """O1: a database whose clock, by which the worker goes, is another than Temu's has no import miss anything."""
    began = clock.now()
    clock.follow(round((began + ahead).timestamp() * 1000))
    order = world.mall.add_order()

    await world.import_orders()

    assert list(await world.orders()) == [order.number]
    async with world.database.read() as session:
        mark = await session.scalar(select(Company.orders_imported_until))
    assert mark is not None
    assert mark - began < timedelta(minutes=5)


async def test_what_a_clock_ahead_has_put_off(world: World) -> None:
    """J2, C6: a lease and a pause that a clock gave which was a day ahead, as SQLite's is the machine's, don't last a day."""
    await world.api.ask(DOWNLOAD, id=world.company_id)
    scheduler = Scheduler(world.resources)
    await scheduler.enqueue_due(clock.now())
    tomorrow = database_milliseconds() + 86_400_000
    async with world.database.write() as session:
        await session.execute(update(QueuedJob).values(run_at=tomorrow))
        assert await due.due_jobs(session, at_most=1) == []

    await scheduler._recall()
    await scheduler._recall()

    async with world.database.read() as session:
        assert await due.due_jobs(session, at_most=1) == [1]
    held = await lease.claim(world.database, 1, owner="one", lease_seconds=30, now=clock.now())
    assert held is not None
    async with world.database.write() as session:
        await session.execute(update(QueuedJob).values(lease_until=tomorrow))
        assert await due.due_jobs(session, at_most=1) == [1]
    taken_over = await lease.claim(world.database, 1, owner="two", lease_seconds=30, now=clock.now())
    assert taken_over is not None
    assert taken_over.fence == held.fence + 1
