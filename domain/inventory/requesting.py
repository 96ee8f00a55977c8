"""
Asking for the channel to be told what is available.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access.principal import Principal
from domain.companies.asking import ask_for
from domain.errors import LimitExceeded, NotFound, Required
from domain.models import Product, QueuedJob
from domain.queued_jobs.arguments import UpdateInventory

_MOST_PRODUCTS = 500


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
        product_ids = sorted(set(product_ids))
        await _check_products(session, by, company_id, product_ids)
    arguments = UpdateInventory(
        product_ids=None if product_ids is None else list(product_ids), confirm_zeroing=confirm_zeroing
    )
    return await ask_for(session, arguments, by=by, company_id=company_id, key=key, now=now)


async def _check_products(
    session: AsyncSession, by: Principal, company_id: int, product_ids: Sequence[int]
) -> None:
    field = ("productIds",)
    if not product_ids:
        raise Required("Name at least one product, or leave productIds out for all.", field=field)
    if len(product_ids) > _MOST_PRODUCTS:
        message = f"At most {_MOST_PRODUCTS} products a call; leave productIds out for all."
        raise LimitExceeded(message, field=field)
    by.require_company(company_id)
    known = select(Product.id).where(Product.company_id == company_id, Product.id.in_(product_ids))
    if set(product_ids) - set(await session.scalars(known)):
        raise NotFound("There is no product of this company with one of these productIds.", field=field)
