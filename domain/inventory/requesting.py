"""Asking for the channel to be told what is available."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.access.principal import Principal
from domain.companies.job_requests import check_named, request_with_token
from domain.models import Product, QueuedJob
from domain.queued_jobs.arguments import UpdateInventory


async def request_update(
    session: AsyncSession,
    *,
    by: Principal,
    company_id: int,
    product_ids: Sequence[int] | None,
    confirm_zeroing: bool,
    key: str | None,
    now: datetime,
) -> QueuedJob:
    """
    Have Temu told what is available of these products, or of all of the company that are mapped, changed or not (I3);
    with *confirm_zeroing* though most of the mall goes to zero (I10). It is not the same work without it (J3, J8).

    Raises NotFound, NotConfigured, Required, LimitExceeded, Conflict.
    """
    if product_ids is not None:
        product_ids = await check_named(
            session, Product, product_ids, by=by, company_id=company_id, noun="product"
        )
    arguments = UpdateInventory(product_ids=product_ids, confirm_zeroing=confirm_zeroing)
    return await request_with_token(session, arguments, by=by, company_id=company_id, key=key, now=now)
