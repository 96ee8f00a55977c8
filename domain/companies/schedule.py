"""
Which companies are due for scheduled work, and asking for it once (C4, C5, C6).
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access.principal import WORKER
from domain.database import insert
from domain.models import (
    AccessToken,
    AccessTokenPurpose,
    Company,
    JobTrigger,
    JobType,
    ScheduleTick,
    StorePlugin,
)
from domain.queued_jobs import requests
from domain.queued_jobs.arguments import ImportOrders


async def due_for_import(session: AsyncSession, *, tick: int) -> Sequence[int]:
    """
    Companies that download orders by schedule, have a token, are not paused, and whose *tick* nobody has seen yet.
    """
    seen = (
        select(ScheduleTick.company_id)
        .where(
            ScheduleTick.company_id == Company.id,
            ScheduleTick.type == JobType.IMPORT_ORDERS,
            ScheduleTick.tick >= tick,
        )
        .exists()
    )
    has_token = (
        select(AccessToken.company_id)
        .where(AccessToken.company_id == Company.id, AccessToken.purpose != AccessTokenPurpose.PRODUCTS)
        .exists()
    )
    statement = select(Company.id).where(
        Company.store_plugin == StorePlugin.TEMU,
        Company.allow_order_download,
        Company.schedule_paused_at.is_(None),
        has_token,
        ~seen,
    )
    return (await session.scalars(statement.order_by(Company.id))).all()


async def request_scheduled_import(
    session: AsyncSession, *, company_id: int, tick: int, now: datetime
) -> None:
    """
    Note the tick and ask for its import, together; does nothing where another worker was first.
    """
    values = {"company_id": company_id, "type": JobType.IMPORT_ORDERS, "tick": tick}
    inserted = insert(session, ScheduleTick).values(**values).on_conflict_do_nothing()
    if await session.scalar(inserted.returning(ScheduleTick.tick)) is None:
        return
    older = delete(ScheduleTick).where(
        ScheduleTick.company_id == company_id,
        ScheduleTick.type == JobType.IMPORT_ORDERS,
        ScheduleTick.tick < tick,
    )
    await session.execute(older)
    await requests.request(
        session,
        by=WORKER,
        company_id=company_id,
        arguments=ImportOrders(),
        trigger=JobTrigger.SCHEDULE,
        now=now,
    )
