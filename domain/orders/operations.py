"""What people ask for about orders: imports and matches."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.access import rows
from domain.access.principal import Principal
from domain.companies.job_requests import request_with_token
from domain.errors import Invalid
from domain.models import Company, QueuedJob
from domain.queued_jobs import requests
from domain.queued_jobs.arguments import ImportOrders, RematchOrderItems


async def request_import(
    session: AsyncSession,
    arguments: ImportOrders,
    *,
    by: Principal,
    company_id: int,
    key: str | None,
    now: datetime,
) -> QueuedJob:
    """Have a company's orders brought in. Raises NotFound, NotConfigured, Invalid for a span that can't be right (C9)."""
    company = await rows.get(session, Company, company_id, by=by)
    since, until = arguments.since, arguments.until
    if since is not None and since > now:
        raise Invalid("from must not lie in the future.", field=("from",))
    if since is not None and until is not None and since >= until:
        raise Invalid("to must be later than from.", field=("to",))
    not_before = company.orders_not_before
    if since is not None and not_before is not None and since < not_before:
        message = (
            f"This company's orders before {not_before:%Y-%m-%dT%H:%M:%SZ} (ordersNotBefore) are never imported. "
            "Choose a later moment, or change that setting."
        )
        raise Invalid(message, field=("from",))
    return await request_with_token(session, arguments, by=by, company_id=company_id, key=key, now=now)


async def request_rematch(
    session: AsyncSession, *, by: Principal, company_id: int, now: datetime
) -> QueuedJob:
    """Have the company's unknown items matched with the products mapped by now (O4)."""
    return await requests.request(session, RematchOrderItems(), company_id, by=by, now=now)
