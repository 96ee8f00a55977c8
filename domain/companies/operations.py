"""Creating and renaming companies, and changing their settings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain import text
from domain.access import rows
from domain.access.principal import Principal
from domain.companies import mall_claim, queries
from domain.errors import Invalid, Required
from domain.models import (
    AccessToken,
    AccessTokenStatus,
    Company,
    JobTrigger,
    JobType,
    OrderItem,
    Role,
    StorePlugin,
    StoreType,
    TemuRegion,
)
from domain.queued_jobs import requests
from domain.queued_jobs.arguments import RematchOrderItems

_LARGEST_QUANTITY = 1_000_000  # The most that Temu's stock interface takes.
_QUANTITIES = ("safety_quantity", "max_quantity")
# What decides how much of a product the company tells the channel of.
_STOCK_RULES = (*_QUANTITIES, "sell_only_mapped_warehouses")


async def create(session: AsyncSession, *, by: Principal, name: str, now: datetime) -> Company:
    """Add a company to the organisation, without any website yet."""
    by.require(Role.ADMINISTER)
    by.require_server_wide()
    company = Company(name=text.line(name, field=("name",), at_most=200), created_at=now)
    session.add(company)
    await session.flush()
    return company


async def rename(session: AsyncSession, *, by: Principal, company_id: int, name: str) -> Company:
    """Call a company otherwise. Raises NotFound, Required, Invalid."""
    company = await rows.get(session, Company, company_id, by=by, for_update=True)
    company.name = text.line(name, field=("name",), at_most=200)
    return company


async def update_settings(
    session: AsyncSession, *, by: Principal, company_id: int, changes: Mapping[str, Any], now: datetime
) -> Company:
    """Set the settings in *changes* (column names); those left out stay as they are. Items that wait for a mapping are
    matched with those made while there was no plugin (O4).

    Raises NotFound, Required for null where a value must be, Invalid, Taken where another company has a semi-managed mall in
    the region (C7).
    """
    company = await rows.get(session, Company, company_id, by=by, for_update=True)
    for column, value in changes.items():
        field = _field(column)
        if value is None and not Company.__table__.c[column].nullable:
            raise Required(f"{field} can be left out, but not be null.", field=(field,))
        if column in _QUANTITIES and value is not None and not 0 <= value <= _LARGEST_QUANTITY:
            raise Invalid(f"{field} must be from 0 to {_LARGEST_QUANTITY}.", field=(field,))
    had_plugin = company.store_plugin is not None
    if "region" in changes and changes["region"] is not company.region:
        await _move(session, company, changes["region"])
    if any(column in changes and changes[column] != getattr(company, column) for column in _STOCK_RULES):
        company.stock_rules_changed = True
    for column, value in changes.items():
        setattr(company, column, value)
    if company.store_plugin is StorePlugin.TEMU and company.store_type is not StoreType.CUSTOM:
        message = (
            "The Temu plugin needs storeType CUSTOM. Set both, or remove the plugin with storePlugin: null."
        )
        raise Invalid(message, field=("storePlugin" if "store_plugin" in changes else "storeType",))
    if company.store_plugin is not None and not had_plugin:
        await _match_waiting_items(session, by=by, company=company, now=now)
    return company


def _field(column: str) -> str:
    """What callers know a setting by."""
    first, *others = column.split("_")
    return first + "".join(map(str.capitalize, others))


async def _move(session: AsyncSession, company: Company, region: TemuRegion) -> None:
    await mall_claim.move(session, company, region)
    # What Temu said of the tokens, it said in another region.
    await session.execute(
        update(AccessToken)
        .where(AccessToken.company_id == company.id)
        .values(status=AccessTokenStatus.UNTESTED, tested_at=None)
    )


async def _match_waiting_items(
    session: AsyncSession, *, by: Principal, company: Company, now: datetime
) -> None:
    waiting = select(OrderItem.id).where(OrderItem.company_id == company.id, OrderItem.product_id.is_(None))
    if await session.scalar(waiting.limit(1)) is not None:
        trigger = JobTrigger.EVENT
        await requests.request(session, RematchOrderItems(), company.id, by=by, trigger=trigger, now=now)


async def token_refused(
    session: AsyncSession, *, company_id: int, job_type: JobType, sealed: str | None, now: datetime
) -> str | None:
    """Temu refused the token that a job used, which was stored as *sealed*: it is REJECTED, and scheduled work waits
    (C4). Where it is the second one, only the work that needs it waits. Returns how to begin telling of it.

    None where another token has taken its place, or it was removed: then nothing is changed.
    """
    company = await session.get(Company, company_id, with_for_update={"key_share": True})
    tokens = await queries.tokens(session, [company_id])
    token = queries.token_for(job_type, tokens)
    if company is None or (sealed is not None and (token is None or token.sealed != sealed)):
        return None
    is_second = token is not queries.main_token(tokens)
    if not is_second:
        company.schedule_paused_at = company.schedule_paused_at or now
    if token is not None:
        token.status, token.tested_at = AccessTokenStatus.REJECTED, now
    return "The token for products: " if is_second else ""
