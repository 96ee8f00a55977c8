"""Asking for the import of a file."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain import files
from domain.access import rows
from domain.access.principal import Principal
from domain.models import Company, QueuedJob
from domain.queued_jobs import requests
from domain.queued_jobs.arguments import (
    ImportInventory,
    ImportPrices,
    ImportProducts,
    ImportShipments,
    ImportWebsiteProperties,
)


async def request_import(
    session: AsyncSession,
    arguments: ImportProducts | ImportInventory | ImportPrices | ImportShipments | ImportWebsiteProperties,
    *,
    by: Principal,
    company_id: int,
    key: str | None,
    now: datetime,
) -> QueuedJob:
    """Have a file's rows applied (M2). Raises NotFound for a company or file that is not the caller's, NotConfigured."""
    await rows.get(session, Company, company_id, by=by)
    await files.get(session, by=by, file_id=arguments.file_id)
    return await requests.request(session, arguments, company_id, by=by, now=now, key=key)
