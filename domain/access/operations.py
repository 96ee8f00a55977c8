"""API keys as whoever administers the server makes, revokes and rotates them through the API."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access import api_keys
from domain.access.principal import Principal
from domain.errors import Conflict, Invalid, NotFound
from domain.models import ApiKey, ApiKeyCompany, Role, Webhook

LONGEST_GRACE = timedelta(days=30)


async def create(
    session: AsyncSession,
    *,
    by: Principal,
    name: str,
    role: Role,
    company_ids: Collection[int] | None,
    expires_at: datetime | None,
    now: datetime,
) -> tuple[ApiKey, str]:
    """A key and its secret, which is told here alone. Raises Forbidden, NotFound, Required and Invalid."""
    by.require_server_wide()
    return await api_keys.create(
        session, name=name, role=role, company_ids=company_ids, expires_at=expires_at, now=now
    )


async def revoke(session: AsyncSession, *, by: Principal, key_id: int, now: datetime) -> ApiKey:
    """End a key; again does nothing. Raises Forbidden, NotFound, and Conflict for the one that asks, so that one is left."""
    by.require_server_wide()
    key = await _key(session, key_id)
    if key.id == by.key_id:
        raise Conflict(
            "This is the key that you use: revoke it with another one, or with `tradewind keys revoke`.",
            field=("apiKeyId",),
        )
    await api_keys.revoke(session, key.id, now=now)
    return key


async def rotate(
    session: AsyncSession, *, by: Principal, key_id: int, grace: timedelta, now: datetime
) -> tuple[ApiKey, str]:
    """A new key for what the old one was for, which opens nothing any more after *grace*. One that expires is followed by one
    that does after as long. Raises Forbidden, NotFound, Invalid and Conflict.
    """
    by.require_server_wide()
    if not timedelta() <= grace <= LONGEST_GRACE:
        raise Invalid(
            f"graceSeconds must be from 0 to {int(LONGEST_GRACE.total_seconds())}.", field=("graceSeconds",)
        )
    old = await _key(session, key_id)
    if old.revoked_at is not None or (old.expires_at is not None and old.expires_at <= now):
        raise Conflict("This key opens nothing any more: make a new one.", field=("apiKeyId",))
    companies = select(ApiKeyCompany.company_id).where(ApiKeyCompany.api_key_id == old.id)
    company_ids = None if old.is_server_wide else (await session.scalars(companies)).all()
    expires_at = None if old.expires_at is None else now + (old.expires_at - old.created_at)
    made = await api_keys.create(
        session, name=old.name, role=old.role, company_ids=company_ids, expires_at=expires_at, now=now
    )
    # What is told to the old one goes on with the new one.
    for webhook in await session.scalars(select(Webhook).where(Webhook.api_key_id == old.id)):
        webhook.api_key_id = made[0].id
    ends_at = now + grace
    if not grace:
        old.revoked_at = now
    elif old.expires_at is None or old.expires_at > ends_at:
        old.expires_at = ends_at
    return made


async def _key(session: AsyncSession, key_id: int) -> ApiKey:
    # Its number stays: whoever changes a webhook refers to it with the webhook locked.
    key = await session.get(ApiKey, key_id, with_for_update={"key_share": True})
    if key is None:
        raise NotFound("There is no API key with this apiKeyId.", field=("apiKeyId",))
    return key
