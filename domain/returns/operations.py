"""What people ask for about returns: an import."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.access.principal import Principal
from domain.companies.job_requests import request_with_token
from domain.errors import Invalid
from domain.models import QueuedJob
from domain.queued_jobs.arguments import ImportReturns


async def request_import(
    session: AsyncSession,
    arguments: ImportReturns,
    *,
    by: Principal,
    company_id: int,
    key: str | None,
    now: datetime,
) -> QueuedJob:
    """Have a company's returns brought in. Raises NotFound, NotConfigured, and Invalid for a moment that is still to come."""
    if arguments.since is not None and arguments.since > now:
        raise Invalid("from must not lie in the future.", field=("from",))
    return await request_with_token(session, arguments, by=by, company_id=company_id, key=key, now=now)
