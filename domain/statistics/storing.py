"""Stores the sums of days whose orders have changed: a reader then takes them instead of the orders (domain/statistics/sums.py)."""

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.database.session import Database
from domain.models import OrderSumChange
from domain.statistics.periods import QUARTERS_OF_DAY
from domain.statistics.sums import ALL_SUMS, BLOCK_DAYS, Sums

#: Days that are stored in one transaction; each reads the orders of one company's day.
AT_ONCE = 20
# Any number that no one else takes: two transactions that store the same day would leave the rows of both.
_LOCK = text("SELECT pg_try_advisory_xact_lock(7461646578)")


async def store_changed(database: Database) -> int:
    """Store the days that have waited longest, and return how many; 0 where another process is at it."""
    async with database.write() as session:
        if session.get_bind().dialect.name == "postgresql" and not await session.scalar(_LOCK):
            return 0
        oldest = (
            select(OrderSumChange.company_id, OrderSumChange.day)
            .group_by(OrderSumChange.company_id, OrderSumChange.day)
            .order_by(func.min(OrderSumChange.id))
            .limit(AT_ONCE)
        )
        days = (await session.execute(oldest)).all()
        for company_id, day in days:
            await _store(session, company_id, day)
        for sums in ALL_SUMS:
            if sums.blocks is not None:
                for company_id, block in sorted(
                    {(company_id, day // BLOCK_DAYS) for company_id, day in days}
                ):
                    # Its rows went with the changes of its days (migration 0033).
                    names = ["block", "company_id", *sums.keys[2:], *sums.measures]
                    computed = sums.computed_of_block(company_id, block)
                    await session.execute(insert(sums.blocks).from_select(names, computed))
    return len(days)


async def _store(session: AsyncSession, company_id: int, day: int) -> None:
    # First the changes go that are seen now, and then what is read is at least as new: of what is committed in between, the
    # change stays, and the day is stored once more.
    await session.execute(
        delete(OrderSumChange).where(OrderSumChange.company_id == company_id, OrderSumChange.day == day)
    )
    for sums in ALL_SUMS:
        await _replace(session, sums, company_id, day)


async def _replace(session: AsyncSession, sums: Sums, company_id: int, day: int) -> None:
    begin = day * QUARTERS_OF_DAY
    of_day = (
        sums.table.day == day
        if "day" in sums.keys
        else sums.table.quarter.between(begin, begin + QUARTERS_OF_DAY - 1)
    )
    await session.execute(delete(sums.table).where(sums.table.company_id == company_id, of_day))
    names = [*sums.keys, *sums.measures]
    await session.execute(insert(sums.table).from_select(names, sums.computed(company_id, day)))
