"""What people ask for about many mappings at once: an import of a file, a match with Temu's listings."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain import files
from domain.access.principal import Principal
from domain.companies import queries as companies
from domain.companies.job_requests import request_with_token
from domain.models import QueuedJob
from domain.queued_jobs import requests
from domain.queued_jobs.arguments import ImportWebsiteProperties, MatchWebsiteProperties


async def request_import(
    session: AsyncSession,
    *,
    by: Principal,
    company_id: int,
    arguments: ImportWebsiteProperties,
    key: str | None,
    now: datetime,
) -> QueuedJob:
    """Have a file's rows mapped (M2). Raises NotFound for a company or file that is not the caller's, NotConfigured."""
    await companies.get(session, by=by, company_id=company_id)
    await files.get(session, by=by, file_id=arguments.file_id)
    return await requests.request(session, arguments, company_id, by=by, now=now, key=key)


async def request_match(
    session: AsyncSession,
    *,
    by: Principal,
    company_id: int,
    arguments: MatchWebsiteProperties,
    key: str | None,
    now: datetime,
) -> QueuedJob:
    """Have products matched with Temu's listings by SKU code (M4). Raises NotFound, NotConfigured."""
    return await request_with_token(session, arguments, by=by, company_id=company_id, key=key, now=now)
