"""Removing a company's tokens, all or one of two (C13).

What was done with them stays: orders, products, history, and whose mall it is (C10), as another mall's orders would mix
with those that are here. Work that uses a token stops: the clock asks for none, a running job ends between two units of
work, and a queued one fails with advice.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from domain import audit
from domain.access import rows
from domain.access.principal import Principal
from domain.companies import queries
from domain.errors import NotFound
from domain.models import AccessToken, AccessTokenPurpose, Company
from domain.queued_jobs import requests
from domain.telemetry import log


async def remove(
    session: AsyncSession, *, by: Principal, company_id: int, purpose: AccessTokenPurpose | None
) -> Company:
    """Remove the token that was set for *purpose*, or every one. Raises NotFound where there is none."""
    await rows.get(session, Company, company_id, by=by)
    tokens = await queries.tokens(session, [company_id])
    going = [token for token in tokens if purpose in {None, token.purpose}]
    jobs = [
        job_type
        for job_type in (*queries.ORDER_JOBS, *queries.PRODUCT_JOBS)
        if queries.token_for(job_type, tokens) in going
    ]
    # Before the company, in the order in which a job's own steps take the two.
    await requests.cancel_running(session, company_id=company_id, types=jobs)
    company = await rows.get(session, Company, company_id, by=by, for_update=True)
    purposes = [token.purpose for token in going]
    removed = await delete_tokens(session, company_id, purposes)
    if not removed:
        # None was there, or somebody else has removed it since the look above.
        if purpose is None:
            raise NotFound("This company has no access token.", field=("companyId",))
        raise NotFound(f"This company has no access token for {purpose.value}.", field=("purpose",))
    if any(each is not AccessTokenPurpose.PRODUCTS for each in removed):
        # Both were of that token: without one nothing runs, and the next one is judged by itself.
        company.schedule_paused_at = company.events_subscribed_at = None
    log.info(
        "access_token.removed", company=company_id, purposes=[each.value for each in removed], key=by.key_id
    )
    return company


async def delete_tokens(
    session: AsyncSession, company_id: int, purposes: Collection[AccessTokenPurpose]
) -> Sequence[AccessTokenPurpose]:
    """Delete the tokens that were set for these purposes; returns those that there were."""
    ours = delete(AccessToken).where(AccessToken.company_id == company_id, AccessToken.purpose.in_(purposes))
    shown = (AccessToken.company_id, AccessToken.purpose, AccessToken.last_four, AccessToken.status)
    gone = (await session.execute(ours.returning(*shown))).all()
    for row in gone:
        audit.record_removed(session, AccessToken, row)
    return [row.purpose for row in gone]
