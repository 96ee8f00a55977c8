"""Erasing buyers once their time is over: so many days after their order was delivered or cancelled, and at once where the
company was removed. Batch by batch, each a transaction of its own: whoever is cut off goes on where it was.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from domain.buyers.erasure import erase
from domain.database.session import Database
from domain.models import Company, Order

BATCH, AT_ONCE = 200, 2000
# Added for an order of which Temu never told that it ended: to its ship-by time, or to when it was placed.
NEVER_ENDED = timedelta(days=60)


async def erase_expired(database: Database, *, keep: timedelta, now: datetime) -> int:
    """Erase buyers that are kept no longer, AT_ONCE orders' or a few more; returns of how many. Fewer: none is left."""
    async with database.read() as session:
        companies = (await session.execute(select(Company.id, Company.removed_at).order_by(Company.id))).all()
    count = 0
    for company_id, removed_at in companies:
        for which in _expired(now - keep) if removed_at is None else [true()]:
            erased = BATCH
            while erased == BATCH and count < AT_ONCE:
                async with database.write() as session:
                    erased = len(await erase_batch(session, Order.company_id == company_id, which, now=now))
                count += erased
    return count


async def erase_batch(session: AsyncSession, *which: ColumnElement[bool], now: datetime) -> Sequence[int]:
    """Erase the buyers of some of these orders that keep one; returns which. Fewer than BATCH: none is left."""
    some = select(Order.id).where(Order.keeps_buyer, *which).order_by(Order.ended_at, Order.ordered_at)
    # What another worker has at this moment waits for the next time.
    ids = (await session.scalars(some.limit(BATCH).with_for_update(key_share=True, skip_locked=True))).all()
    await erase(session, ids, now=now)
    return ids


def _expired(before: datetime) -> Sequence[ColumnElement[bool]]:
    """The orders that were over at *before*, each kind a range of the index."""
    due = func.coalesce(Order.latest_ship_at, Order.ordered_at) < before - NEVER_ENDED
    never_ended = and_(Order.ended_at.is_(None), Order.ordered_at < before - NEVER_ENDED, due)
    return [Order.ended_at < before, never_ended]
