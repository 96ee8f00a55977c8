"""The gate of calls that change something at Temu: the pause, and a database that is an older copy of itself."""

from pathlib import Path

import pytest
from arq.connections import ArqRedis
from sqlalchemy import select

from domain.database.session import Database
from domain.errors import Paused
from domain.migration import migrate
from domain.models import AuditActor, AuditEvent, Company, Installation
from domain.outbound import Outbound, get, key_of, pause, resume
from tests.factories import NOW, make_company


async def _row(database: Database) -> Installation:
    async with database.read() as session:
        return await get(session)


async def _pause(database: Database, reason: str | None = None) -> None:
    async with database.write() as session:
        await pause(session, reason=reason, now=NOW)


async def _resume(database: Database) -> None:
    async with database.write() as session:
        await resume(session)


async def _rewind(database: Database, generation: int) -> None:
    """As if an older copy were restored in its place."""
    async with database.write() as session:
        (await get(session, for_update=True)).generation = generation


async def test_each_call_counts_up(database: Database, redis: ArqRedis) -> None:
    """T6: the generation counts up with each permit, and Redis remembers the highest."""
    outbound = Outbound(database, redis)
    generations = [(await _row(database)).generation]
    for _ in range(3):
        await outbound.permit()
        generations.append((await _row(database)).generation)

    assert sorted(set(generations)) == generations
    assert int(await redis.get(key_of(await _row(database)))) == generations[-1]


async def test_a_pause_holds_in_every_process(database: Database, redis: ArqRedis) -> None:
    """T6, I6: no gate of any process permits a call while an operator has paused, and each does when he resumes."""
    gates = [Outbound(database, redis), Outbound(database, None)]
    for gate in gates:
        await gate.permit()
    await _pause(database, "stocktaking")
    before = await _row(database)
    for gate in gates:
        with pytest.raises(Paused, match="stocktaking"):
            await gate.permit()
    await _pause(database)
    paused = await _row(database)
    await _resume(database)

    assert (paused.generation, paused.outbound_paused_at) == (before.generation, NOW)
    assert paused.outbound_pause_reason == "stocktaking"
    for gate in gates:
        await gate.permit()


async def test_a_restored_copy_is_paused_when_a_process_starts(database: Database, redis: ArqRedis) -> None:
    """T6: a database that is behind what Redis remembers is paused, until an operator resumes it; then it is no copy."""
    live = Outbound(database, redis)
    copied = (await _row(database)).generation
    await live.permit()
    await _rewind(database, copied)
    async with database.write() as session:
        company = await make_company(session)
        company.stock_reconciled_at = NOW

    await Outbound(database, redis).check()

    async with database.read() as session:
        told = (await session.scalars(select(AuditEvent))).one()
    assert (told.actor, told.action, told.before) == (
        AuditActor.SYSTEM,
        "outbound pause",
        {"outboundPaused": False, "outboundPauseReason": None},
    )
    row = await _row(database)
    assert row.outbound_paused_at is not None
    assert "restored" in (row.outbound_pause_reason or "")
    async with database.read() as session:
        assert await session.scalar(select(Company.stock_reconciled_at)) is None
    await _resume(database)
    started = Outbound(database, redis)
    await started.check()
    await started.permit()


@pytest.mark.parametrize("has_redis", [True, False])
async def test_a_copy_restored_below_a_running_process(
    database: Database, redis: ArqRedis, *, has_redis: bool
) -> None:
    """T6: a process that runs on while its database is restored, or fails over to one that lags, sends nothing more."""
    outbound = Outbound(database, redis if has_redis else None)
    copied = (await _row(database)).generation
    await outbound.permit()
    await _rewind(database, copied)

    with pytest.raises(Paused, match="restored"):
        await outbound.permit()

    assert (await _row(database)).outbound_paused_at is not None


async def test_a_redis_that_was_emptied_pauses_nothing(database: Database, redis: ArqRedis) -> None:
    """J2: where Redis has lost what it remembered, the database tells it again."""
    outbound = Outbound(database, redis)
    await outbound.permit()
    await redis.flushall()

    await Outbound(database, redis).check()

    row = await _row(database)
    assert row.outbound_paused_at is None
    assert int(await redis.get(key_of(row))) == row.generation


async def test_another_installation_on_the_same_redis(
    database: Database, redis: ArqRedis, tmp_path: Path
) -> None:
    """T6: a new database is not taken for a copy of the one before it, nor of another that uses the same Redis."""
    await Outbound(database, redis).permit()
    new = Database(f"sqlite+aiosqlite:///{tmp_path}/new.sqlite3")
    await migrate(new)

    await Outbound(new, redis).check()

    assert (await _row(new)).outbound_paused_at is None
    await new.close()


async def test_a_higher_number_in_redis_stays(database: Database, redis: ArqRedis) -> None:
    """T6: of two calls that tell Redis at once the later one counts, whichever comes last."""
    outbound = Outbound(database, redis)
    await outbound.permit()
    key = key_of(await _row(database))
    highest = int(await redis.get(key))
    outbound._known = highest - 5
    await outbound._store(key)

    assert int(await redis.get(key)) == highest
