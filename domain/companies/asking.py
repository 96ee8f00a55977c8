"""
People asking for work that asks Temu: without a token there is nothing to ask with.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.access.principal import Principal
from domain.companies import queries
from domain.models import Company, JobTrigger, QueuedJob
from domain.queued_jobs import requests
from domain.queued_jobs.arguments import Arguments


async def ask_for(
    session: AsyncSession,
    arguments: Arguments,
    *,
    by: Principal,
    company_id: int,
    key: str | None,
    now: datetime,
) -> QueuedJob:
    """
    Have a job done with the token that such a job uses. Raises as requests.request does, and NotConfigured without a
    token.
    """
    job = await requests.request(
        session,
        by=by,
        company_id=company_id,
        arguments=arguments,
        trigger=JobTrigger.MANUAL,
        now=now,
        key=key,
    )
    # Only now, because what request() refuses comes first for a person; refusing here undoes the request.
    company = await session.get_one(Company, company_id)
    queries.require_token(
        job.type, company, await queries.tokens(session, [company_id]), field=("companyId",)
    )
    return job
