"""
Asking for the channel to be told what is available.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access.principal import Principal
from domain.companies import queries as companies
from domain.errors import LimitExceeded, NotConfigured, NotFound, Required
from domain.models import JobTrigger, JobType, Product, QueuedJob
from domain.queued_jobs import requests
from domain.queued_jobs.arguments import UpdateInventory

_MOST_PRODUCTS = 500


async def request_update(
    session: AsyncSession,
    *,
    by: Principal,
    company_id: int,
    product_ids: Sequence[int] | None,
    key: str | None,
    now: datetime,
) -> QueuedJob:
    """
    Have Temu told what is available of these products, or of all of the company that are mapped, changed or not (I3).

    Raises NotFound, NotConfigured, Required, LimitExceeded, Conflict.
    """
    if product_ids is not None:
        product_ids = sorted(set(product_ids))
        await _check_products(session, by, company_id, product_ids)
    job = await requests.request(
        session,
        by=by,
        company_id=company_id,
        arguments=UpdateInventory(product_ids=None if product_ids is None else list(product_ids)),
        trigger=JobTrigger.MANUAL,
        now=now,
        key=key,
    )
    # Only now, because what request() refuses comes first for a person; refusing here undoes the request.
    tokens = await companies.tokens(session, [company_id])
    if companies.token_for(JobType.UPDATE_INVENTORY, tokens) is None:
        raise NotConfigured(
            "This company has no access token. Set it with setAccessToken.", field=("companyId",)
        )
    return job


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
