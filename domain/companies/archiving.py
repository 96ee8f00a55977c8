"""Archiving a company: nothing is done for it, and nothing of it is changed, until it is taken back."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.access import rows
from domain.access.principal import Principal
from domain.models import Company
from domain.queued_jobs import requests


async def archive(session: AsyncSession, *, by: Principal, company_id: int, now: datetime) -> Company:
    """Put a company away; its jobs stop. Again does nothing. Raises NotFound, and Conflict for one that was removed."""
    company = await _get(session, by, company_id)
    if company.archived_at is not None:
        return company
    # Before the company, in the order in which a job's own steps take the two.
    await requests.cancel_all(session, company_id=company_id, now=now)
    company = await _get(session, by, company_id, for_update=True)
    company.archived_at = company.archived_at or now
    return company


async def unarchive(session: AsyncSession, *, by: Principal, company_id: int) -> Company:
    """Take a company back: its schedules go on where they were. Again does nothing. Raises as `archive` does."""
    company = await _get(session, by, company_id, for_update=True)
    # What changed of its stock meanwhile was recorded all the same: the next update tells it.
    company.archived_at = None
    return company


async def _get(session: AsyncSession, by: Principal, company_id: int, *, for_update: bool = False) -> Company:
    company = await rows.get(session, Company, company_id, by=by, for_update=for_update, removed_too=True)
    await session.refresh(company)
    rows.refuse_inactive(company.removed_at, None)
    return company
