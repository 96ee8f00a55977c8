"""Removing exports: when their time is over, and at once where a buyer is erased who may be in them."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.database.session import Database
from domain.models import Export, QueuedJob

_AT_ONCE = 20


async def remove_with_buyers(session: AsyncSession, company_id: int) -> None:
    """Remove the company's exports that hold buyers, those too that are being written or wait: their jobs fail, and say so."""
    jobs = select(QueuedJob.id).where(QueuedJob.company_id == company_id)
    await session.execute(delete(Export).where(Export.includes_buyers, Export.job_id.in_(jobs)))


async def remove_expired(database: Database, *, now: datetime) -> int:
    """Remove the exports whose time is over; returns how many."""
    count, removed = 0, _AT_ONCE
    while removed == _AT_ONCE:
        async with database.write() as session:
            old = (
                select(Export.job_id)
                .where(Export.expires_at < now)
                .order_by(Export.expires_at)
                .limit(_AT_ONCE)
            )
            gone = await session.scalars(
                delete(Export).where(Export.job_id.in_(old)).returning(Export.job_id)
            )
            removed = len(gone.all())
        count += removed
    return count
