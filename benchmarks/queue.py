"""What the queue's statements take with 100 jobs and with 100,000, side by side: `.venv/bin/python -m benchmarks.queue`.

Each figure is the least of some runs, of which those with few jobs and with many take turns, on SQLite and PostgreSQL.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import select, text, update

from benchmarks.filling import execute
from domain import clock
from domain.companies import schedule
from domain.database.removal import remove_old
from domain.database.session import Database
from domain.migration import migrate
from domain.models import Company, JobTrigger, QueuedJob, StorePlugin, StoreType, TemuRegion
from domain.queued_jobs import due, ends, lease, requests
from tests.fixtures.postgresql import postgresql

FEW = 100
_ALLOWED = 3.0
_RUNS = 15


@dataclass(frozen=True)
class Shape:
    """How queued jobs are spread. *busy*: a job of each lane runs. *lanes* of as many companies, three each."""

    name: str
    lanes: int
    busy: bool = False
    due: bool = True
    finished: bool = False
    paused: bool = False


SHAPES = (
    Shape("one lane", 1),
    Shape("one lane, busy", 1, busy=True),
    Shape("20 companies", 60),
    Shape("1,000 companies", 3_000),
    Shape("1,000 lanes, busy", 1_000, busy=True),
    Shape("each its lane", 10**9),
    Shape("not due, 20 companies", 60, due=False),
    Shape("paused, 20 companies", 60, paused=True),
    Shape("finished, 20 companies", 60, finished=True),
)
# {number}: the number of a row, from 1.
_JOBS = """INSERT INTO queued_jobs (company_id, type, status, trigger, arguments, lane, scope, idempotency_key, attempts,
  passing_failures, crashes, run_at, fence, cancel_requested, progress_done, succeeded, failed, skipped, created_at,
  finished_at, lease_until)
SELECT 1 + {number} % {companies}, '{type}', '{status}', '{trigger}', '{{}}', 'lane ' || ({number} % {lanes}),
  'scope ' || ({number} % 7), 'key {status} ' || {number}, 0, 0, 0, {run_at} + {number}, {fence}, false, 0, 0, 0, 0,
  {moment}, {finished}, {lease} FROM {numbers}"""
_MOMENT = {"postgresql": "now() - INTERVAL '40 days'", "sqlite": "'2026-01-01 00:00:00.000000'"}


def main() -> None:
    """Print a table for each database."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.queue", description=__doc__)
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--shape", action="append", help="only those whose names contain this")
    options = parser.parse_args()
    shapes = [s for s in SHAPES if options.shape is None or any(part in s.name for part in options.shape)]
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_print(lambda name: f"sqlite+aiosqlite:///{Path(folder) / name}", shapes, options.jobs))
    with postgresql(in_memory=False) as server:
        asyncio.run(_print(lambda name: server.replace("NAME", name), shapes, options.jobs))


async def _print(url: Callable[[str], str], shapes: list[Shape], many: int) -> None:
    dialect = url("").partition("+")[0]
    table = Table("jobs", "what", f"{FEW}, ms", f"{many:,}, ms", "ratio", title=dialect)
    for number, shape in enumerate(shapes):
        async with AsyncExitStack() as stack:
            databases = [
                await stack.enter_async_context(_filled(url, f"shape{number}of{size}", shape, size))
                for size in (FEW, many)
            ]
            for what, run in _statements(shape).items():
                times: list[list[float]] = [[], []]
                for _ in range(_RUNS):
                    for database, taken in zip(databases, times, strict=True):
                        taken.append(await run(database) * 1000)
                few, much = (min(taken) for taken in times)
                ratio = much / few
                table.add_row(
                    shape.name, what, f"{few:.2f}", f"{much:.2f}",
                    f"[bold red]{ratio:.1f}[/]" if ratio > _ALLOWED else f"{ratio:.1f}",
                )  # fmt: skip
    Console(width=110).print(table)


@asynccontextmanager
async def _filled(url: Callable[[str], str], name: str, shape: Shape, size: int) -> AsyncGenerator[Database]:
    if "postgresql" in url(name):
        await execute(url("postgres"), f"CREATE DATABASE {name}")
    database = Database(url(name), command_seconds=None)
    await migrate(database)
    dialect = database.engine.dialect.name
    moment, lanes = _MOMENT[dialect], min(shape.lanes, size)
    companies = max(1, min(lanes // 3, 1000))
    ms = int(clock.now().timestamp() * 1000)

    def numbers(count: int) -> dict[str, str]:
        if dialect == "postgresql":
            return {"number": "i", "numbers": f"generate_series(1, {count}) i"}
        counted = f"(WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {count}) SELECT i FROM c)"
        return {"number": "i", "numbers": counted}

    def jobs(count: int, **values: Any) -> str:
        how = {
            "lanes": lanes, "companies": companies, "moment": moment, "finished": "NULL", "lease": "NULL", "fence": 0,
            "type": "UPDATE_INVENTORY" if shape.paused else "IMPORT_ORDERS", "status": "QUEUED", "trigger": "MANUAL",
            "run_at": ms - 10**7 if shape.due else ms + 10**6,
        }  # fmt: skip
        return _JOBS.format(**numbers(count), **how | values)

    async with database.write() as session:
        await session.execute(text("SET statement_timeout = 0" if dialect == "postgresql" else "SELECT 1"))
        session.add_all(_company(number) for number in range(companies))
        await session.flush()
        if shape.finished:
            await session.execute(text(jobs(size, status="SUCCEEDED", finished=moment)))
        else:
            await session.execute(text(jobs(size)))
        if shape.busy:
            await session.execute(text(jobs(lanes, status="RUNNING", lease=ms + 10**6, fence=1)))
        if shape.paused:
            await session.execute(text(f"UPDATE installation SET outbound_paused_at = {moment}"))
    if dialect == "postgresql":
        await execute(url(name), "VACUUM ANALYZE")
    yield database
    await database.close()


def _company(number: int) -> Company:
    how = {"store_type": StoreType.CUSTOM, "store_plugin": StorePlugin.TEMU, "region": TemuRegion.US}
    return Company(name=f"Company {number}", created_at=clock.now(), allow_order_download=True, **how)


Timed = Callable[[Database], Awaitable[float]]


def _statements(shape: Shape) -> dict[str, Timed]:
    found: dict[str, Timed] = {
        "due jobs": _due_jobs,
        "how long due": _due_seconds,
        "same work": _same_work,
        "next of its lane": _next_of_lane,
        "due schedules": _due_schedules,
    }
    if not shape.busy and shape.due and not shape.finished and not shape.paused:
        found["claim"] = _claim
    if shape.finished:
        found["removal of 20"] = _removal
    return found


async def _due_jobs(database: Database) -> float:
    async with database.read() as session:
        began = time.perf_counter()
        await due.due_jobs(session, at_most=10)
        return time.perf_counter() - began


async def _due_seconds(database: Database) -> float:
    async with database.read() as session:
        began = time.perf_counter()
        await due.due_seconds(session)
        return time.perf_counter() - began


async def _same_work(database: Database) -> float:
    async with database.read() as session:
        began = time.perf_counter()
        await session.scalar(requests._waiting("lane 0", "another scope"))  # noqa: SLF001 - nothing else
        return time.perf_counter() - began


async def _next_of_lane(database: Database) -> float:
    async with database.read() as session:
        job = QueuedJob(lane="lane 0")
        began = time.perf_counter()
        await ends._enqueue_next(session, job)  # noqa: SLF001 - nothing else
        return time.perf_counter() - began


async def _due_schedules(database: Database) -> float:
    async with database.read() as session:
        began = time.perf_counter()
        for flow in schedule.FLOWS:
            await schedule.due(session, flow, tick=1, now=clock.now())
        return time.perf_counter() - began


async def _claim(database: Database) -> float:
    async with database.read() as session:
        job_id = (
            await session.scalars(select(QueuedJob.id).where(QueuedJob.lane == "lane 0").limit(1))
        ).one()
    began = time.perf_counter()
    job = await lease.claim(database, job_id, owner="benchmark", lease_seconds=60, now=clock.now())
    taken = time.perf_counter() - began
    assert job is not None
    assert job.trigger is JobTrigger.MANUAL
    async with database.write() as session:
        back = update(QueuedJob).where(QueuedJob.id == job_id)
        await session.execute(back.values(status="QUEUED", fence=0, lease_until=None))
    return taken


async def _removal(database: Database) -> float:
    before = clock.now() - timedelta(days=30)
    began = time.perf_counter()
    async with database.write() as session:
        await remove_old(session, QueuedJob.finished_at, before=before, at_most=20)
        taken = time.perf_counter() - began
        await session.rollback()
    return taken


if __name__ == "__main__":
    main()
