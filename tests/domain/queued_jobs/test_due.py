"""Finding what is due: which jobs, in which order, and by which indexes, however many wait."""

import re
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from domain import clock, outbound
from domain.database.session import Database
from domain.models import JobStatus, JobTrigger, JobType, QueuedJob
from domain.queued_jobs import due, requests
from tests.factories import NOW, make_company

HELD = int(clock.now().timestamp() * 1000) + 600_000
MANUAL, SCHEDULE, EVENT = JobTrigger.MANUAL, JobTrigger.SCHEDULE, JobTrigger.EVENT
INDEXES = {
    "ix_queued_jobs_due", "ix_queued_jobs_due_lane", "ix_queued_jobs_same_work",
    "uq_queued_jobs_running_lane", "pk_queued_jobs",
}  # fmt: skip


@pytest.fixture
async def company_id(database: Database) -> int:
    async with database.write() as session:
        return (await make_company(session)).id


class Queue:
    """Jobs with numbers of their own, so that a test names them."""

    def __init__(self, database: Database, company_id: int) -> None:
        self.database, self.company_id = database, company_id
        self.rows: list[dict[str, Any]] = []

    def add(self, lane: str, *, count: int = 1, run_at: int = 0, **values: Any) -> list[int]:
        first = len(self.rows) + 1
        for number in range(first, first + count):
            defaults = {
                "id": number, "company_id": self.company_id, "type": JobType.IMPORT_ORDERS, "status": JobStatus.QUEUED,
                "trigger": MANUAL, "arguments": {}, "lane": lane, "scope": f"{number}", "run_at": run_at + number,
                "created_at": NOW, "lease_until": None,
            }  # fmt: skip
            self.rows.append(defaults | values)
        return list(range(first, first + count))

    async def store(self) -> None:
        async with self.database.write() as session:
            await session.execute(insert(QueuedJob), self.rows)

    async def due(self, at_most: int = 10, **how: Any) -> list[int]:
        async with self.database.read() as session:
            return list(await due.due_jobs(session, at_most=at_most, **how))


@pytest.fixture
def queue(database: Database, company_id: int) -> Queue:
    return Queue(database, company_id)


async def test_one_of_each_lane(queue: Queue) -> None:
    """J9, J6: fifty jobs of one lane take one slot, and whoever came later has the others; the oldest goes first."""
    [first, *_] = queue.add("many", count=50)
    others = [queue.add(f"one {number}")[0] for number in range(5)]
    await queue.store()

    assert await queue.due(at_most=6) == [first, *others]


async def test_behind_a_lane_that_is_busy(queue: Queue) -> None:
    """J9, J6: however many jobs wait for a busy lane, what may run is found: also before the clock's jobs at the front."""
    queue.add("busy", status=JobStatus.RUNNING, lease_until=HELD)
    queue.add("busy", count=300)
    [behind] = queue.add("free")
    [event] = queue.add("event", trigger=EVENT)
    [swept, *_] = queue.add("swept", count=150, trigger=SCHEDULE)
    [silent] = queue.add("silent", status=JobStatus.RUNNING, lease_until=1)
    queue.add("later", run_at=10**15)
    await queue.store()

    assert await queue.due() == [silent, behind, event, swept]
    assert await queue.due(at_most=2) == [silent, behind]
    assert await queue.due(triggers=[SCHEDULE]) == [swept]
    async with queue.database.read() as session:
        waited = await due.due_seconds(session)
        assert await due.next_of_lane(session, "free") == behind
        assert await due.next_of_lane(session, "later") is None
    assert waited.keys() == {MANUAL, SCHEDULE, EVENT}
    assert all(seconds > 10**9 for seconds in waited.values())


async def test_behind_a_pause(queue: Queue) -> None:
    """I6, T6: what waits for the end of a pause keeps nothing else from running."""
    queue.add("stock", count=150, type=JobType.UPDATE_INVENTORY)
    [behind] = queue.add("import")
    await queue.store()
    async with queue.database.write() as session:
        await outbound.pause(session, reason=None, now=NOW)

    assert await queue.due() == [behind]


async def test_indexes_that_are_used(queue: Queue) -> None:
    """J1, J9: each statement about due jobs reads a range of an index from its beginning, and sorts no more than it found:
    with 100,000 jobs it takes what it takes with a hundred (`python -m benchmarks.queue`).
    """
    for number in range(20):
        queue.add(f"lane {number}", status=JobStatus.RUNNING, lease_until=HELD)
        queue.add(f"lane {number}", count=150)
    await queue.store()
    plans: list[str] = []
    is_sqlite = queue.database.engine.dialect.name == "sqlite"

    def explain(_: object, cursor: Any, statement: str, values: Any, *more: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            cursor.execute(f"EXPLAIN {'QUERY PLAN' if is_sqlite else ''} {statement}", values)
            plans.append("\n".join(row[-1] for row in cursor.fetchall()))

    async with queue.database.write() as session:
        await session.execute(text("ANALYZE"))
    engine = queue.database.engine.sync_engine
    async with queue.database.read() as session:
        if not is_sqlite:
            # A table as small as this one is read faster as a whole.
            await session.execute(text("SET LOCAL enable_seqscan = off"))
            await session.execute(text("SET LOCAL enable_bitmapscan = off"))
        event.listen(engine, "before_cursor_execute", explain)
        try:
            await due.due_jobs(session, at_most=10)
            await due.due_seconds(session)
            await due.next_of_lane(session, "lane 7")
            await session.scalar(requests._waiting("lane 7", "none"))
        finally:
            event.remove(engine, "before_cursor_execute", explain)

    assert len(plans) == 6
    read = r"(?:SEARCH|SCAN) queued_jobs.*|.*(?:Scan|Scan Backward).* on queued_jobs.*"
    for step in re.findall(read, "\n".join(plans)):
        index = re.search(r"(?:INDEX|using) (\w+)", step)
        assert "PRIMARY KEY (rowid=?)" in step or (index is not None and index[1] in INDEXES), step
        assert not step.startswith("SCAN"), step
    whole = "\n".join(plans)
    assert {"ix_queued_jobs_due", "ix_queued_jobs_due_lane"} <= set(re.findall(r"ix_queued_jobs_\w+", whole))
    assert "Incremental Sort" not in whole
