"""People asking for work that asks Temu: without a token there is nothing to ask with."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access.principal import Principal
from domain.companies import queries
from domain.errors import LimitExceeded, NotFound, Required
from domain.models import Company, Order, Product, QueuedJob
from domain.queued_jobs import requests
from domain.queued_jobs.arguments import Arguments

_MOST_NAMED = 500


async def request_with_token(
    session: AsyncSession,
    arguments: Arguments,
    *,
    by: Principal,
    company_id: int,
    key: str | None,
    now: datetime,
) -> QueuedJob:
    """Have a job done with the token that such a job uses. Raises as requests.request does, and NotConfigured without a
    token.
    """
    job = await requests.request(session, arguments, company_id, by=by, now=now, key=key)
    # Only now, because what request() refuses comes first for a person; refusing here undoes the request.
    company = await session.get_one(Company, company_id)
    queries.require_token(
        job.type, company, await queries.tokens(session, [company_id]), field=("companyId",)
    )
    return job


async def check_named(
    session: AsyncSession, table: type[Order | Product], ids: Sequence[int], *, by: Principal, company_id: int
) -> list[int]:
    """The orders or products of a company that a person has named, each once. Raises NotFound, Required, LimitExceeded."""
    noun, wanted = table.__name__.lower(), sorted(set(ids))
    field = (f"{noun}Ids",)
    if not wanted:
        raise Required(f"Name at least one {noun}, or leave {noun}Ids out for all.", field=field)
    if len(wanted) > _MOST_NAMED:
        message = f"At most {_MOST_NAMED} {noun}s a call; leave {noun}Ids out for all."
        raise LimitExceeded(message, field=field)
    by.require_company(company_id)
    known = select(table.id).where(table.company_id == company_id, table.id.in_(wanted))
    if set(wanted) - set(await session.scalars(known)):
        raise NotFound(f"There is no {noun} of this company with one of these {noun}Ids.", field=field)
    return wanted
