"""Subscribing a mall to webhook events (O14), once for each token. A convenience: the schedule works without it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import update

from domain.companies import queries
from domain.errors import Paused, Refused, Unavailable
from domain.models import AccessToken, Company, TemuRegion
from domain.queued_jobs.run import JobRun, not_permitted
from domain.resources import Resources
from domain.secrets import UnsealError
from domain.telemetry import log
from domain.temu.errors import PermissionMissing
from domain.temu.interfaces import MESSAGE_UPDATE, OPTIONAL_INTERFACES
from domain.temu.webhooks import CODES


async def subscribe_events(resources: Resources, run: JobRun, *, now: datetime) -> None:
    """Ask Temu for a mall's events where its token allows that and nobody has asked yet, after the import that *run*
    did. Never fails: a later import tries again.
    """
    company_id = run.company_id
    async with resources.database.read() as session:
        company = await session.get_one(Company, company_id)
        token = queries.main_token(await queries.tokens(session, [company_id]))
    if company.events_subscribed_at is not None or token is None or MESSAGE_UPDATE not in token.scopes:
        return
    try:
        codes = await _subscribe(resources, company.region, token)
    except PermissionMissing as error:
        # The token's list of interfaces has it, so nothing else tells a person (C14).
        message = f"The mall's events aren't pushed: {OPTIONAL_INTERFACES[MESSAGE_UPDATE]}. {error.message}"
        async with run.step(is_progress=False, even_if_stopping=True) as step:
            step.outcomes.append(not_permitted("(events)", message))
            step.is_last = True
        return
    except (Refused, Unavailable, Paused, UnsealError) as error:
        log.warning("events.not_subscribed", company=company_id, reason=type(error).__name__)
        return
    if not codes:
        log.warning("events.not_subscribed", company=company_id, reason="the app takes none")
        return
    async with resources.database.write() as session:
        statement = update(Company).where(Company.id == company_id, Company.events_subscribed_at.is_(None))
        await session.execute(statement.values(events_subscribed_at=now))
    log.info("events.subscribed", company=company_id, codes=codes)


async def _subscribe(resources: Resources, region: TemuRegion, token: AccessToken) -> list[str]:
    """The codes that were asked for: Temu refuses them all where the seller or the app lacks one."""
    temu = resources.temu(region, resources.open_token(token))
    message = await temu.token_info()
    by_seller = _authorised(message.auth_event_code_list)
    by_app = _listed(message.app_subscribe_event_code_list)
    codes = [code for code in CODES if code in by_seller and code in by_app]
    if codes:
        await temu.permit_events(codes)
    return codes


def _authorised(rows: Any) -> Iterable[str]:
    """The codes that the seller is known to have authorised, whatever their permitsStatus, which may tell whether they
    are subscribed already. Not documented whether others are missing from the list or the list from the answer: with
    nothing in it all are asked for, and Temu's refusal tells.
    """
    codes = (
        {str(row.get("eventCode")) for row in rows if isinstance(row, dict)} if isinstance(rows, list) else ()
    )
    return codes or CODES


def _listed(codes: Any) -> Iterable[str]:
    """The codes that the app takes; all where Temu tells nothing of it."""
    return {str(code) for code in codes} if isinstance(codes, list) else CODES
