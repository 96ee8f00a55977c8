"""Removing rows that are kept no longer (J7)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

Moment = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]


async def remove_old(
    session: AsyncSession,
    moment: Moment,
    *,
    before: datetime,
    at_most: int,
    but: ColumnElement[bool] | None = None,
) -> int:
    """Remove the oldest rows whose *moment* lies before *before*, with what hangs on them, *but* some; returns how many."""
    table: Any = moment.class_
    is_old = moment < before if but is None else (moment < before) & ~but
    some = select(table.id).where(is_old).order_by(moment).limit(at_most)
    # The condition stands twice: a job that is run again at this moment is old no longer.
    removed = await session.scalars(delete(table).where(table.id.in_(some), is_old).returning(table.id))
    return len(removed.all())
