"""Workers' heartbeats: a row each, by the database's clock, so that anybody can tell which of them are alive."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.database.dialect_sql import database_milliseconds
from domain.database.upsert import insert
from domain.models import Worker
from domain.release import VERSION

HEARTBEAT_SECONDS = 10.0
# So long after its last heartbeat a worker is taken for dead.
ALIVE_SECONDS = 30.0
_KEPT_MILLISECONDS = 86_400_000


@dataclass(frozen=True)
class WorkerState:
    """A worker process as its last heartbeat showed it."""

    name: str
    release: str
    seconds_since_start: float
    seconds_since_seen: float
    slots: int
    running: int

    @property
    def is_alive(self) -> bool:
        return self.seconds_since_seen <= ALIVE_SECONDS


async def beat(session: AsyncSession, name: str, *, slots: int, running: int) -> None:
    """Record that the worker *name* is alive, and forget those that were last seen a day ago."""
    now = database_milliseconds()
    await session.execute(delete(Worker).where(Worker.seen_at < now - _KEPT_MILLISECONDS))
    news = {"release": VERSION, "seen_at": now, "slots": slots, "running": running}
    row = insert(session, Worker).values(name=name, started_at=now, **news)
    await session.execute(row.on_conflict_do_update(index_elements=["name"], set_=news))


async def remove(session: AsyncSession, name: str) -> None:
    """Forget a worker: it ends, or one of the same name begins."""
    await session.execute(delete(Worker).where(Worker.name == name))


async def states(session: AsyncSession) -> Sequence[WorkerState]:
    """Every worker that was seen within a day or so, the one that was seen last first."""
    now = database_milliseconds()
    columns = (Worker.name, Worker.release, now - Worker.started_at, now - Worker.seen_at, Worker.slots,
               Worker.running)  # fmt: skip
    rows = await session.execute(select(*columns).order_by(Worker.seen_at.desc(), Worker.name))
    return [
        WorkerState(name, release, started / 1000, seen / 1000, slots, running)
        for name, release, started, seen, slots, running in rows
    ]
