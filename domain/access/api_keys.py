"""API keys: `tw_live_` and 36 letters and digits, the last six a checksum, so that a mistyped key costs no query."""

import hashlib
import re
import secrets
import string
import zlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import text
from domain.access.principal import Principal
from domain.database.raw import RawSelect
from domain.database.session import Database
from domain.errors import Invalid, NotFound
from domain.models import ApiKey, ApiKeyCompany, Company, Role

_ALPHABET = string.digits + string.ascii_letters
_PREFIX = "tw_live_"
_RANDOM_LENGTH, _CHECKSUM_LENGTH = 30, 6
_NEAR = timedelta(days=14)
_FORM = re.compile(rf"({_PREFIX}[0-9A-Za-z]{{{_RANDOM_LENGTH}}})([0-9A-Za-z]{{{_CHECKSUM_LENGTH}}})")
_NOT_REVOKED = (
    select(
        ApiKey.id,
        ApiKey.role,
        ApiKey.is_server_wide,
        ApiKey.last_used_at,
        ApiKey.expires_at,
        ApiKeyCompany.company_id,
    )
    .join_from(ApiKey, ApiKeyCompany, ApiKeyCompany.api_key_id == ApiKey.id, isouter=True)
    .where(ApiKey.revoked_at.is_(None))
)
# Asked with each request: so one statement, made once, and of columns; more would cost as much as the way to the database.
_HOLDER = RawSelect(_NOT_REVOKED.where(ApiKey.hash == bindparam("hash")))


class Holder(NamedTuple):
    """Who holds a key that was not revoked, when it was last used, as far as is noted, and when it expires."""

    principal: Principal
    last_used_at: datetime | None
    expires_at: datetime | None

    def has_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


async def create(
    session: AsyncSession,
    *,
    name: str,
    role: Role,
    company_ids: Collection[int] | None,
    expires_at: datetime | None = None,
    now: datetime,
) -> tuple[ApiKey, str]:
    """Make a key of the server (*company_ids* None) or of some companies; the secret is returned here and never again.

    Raises NotFound for a company that there is not, Required and Invalid.
    """
    name = text.line(name, field=("name",), at_most=200)
    known = set(await session.scalars(select(Company.id).where(Company.id.in_(company_ids or ()))))
    unknown = set(company_ids or ()) - known
    if unknown:
        raise NotFound(f"There is no company with number {min(unknown)}.", field=("companyIds",))
    if company_ids is not None and not company_ids:
        raise Invalid("A key that is not the server's needs at least one company.", field=("companyIds",))
    if expires_at is not None and expires_at <= now:
        raise Invalid("A key needs to expire in the future.", field=("expiresAt",))
    body = _PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_LENGTH))
    secret = body + _checksum(body)
    key = ApiKey(
        name=name,
        hash=hash_of(secret),
        hint=secret[-6:],
        role=role,
        is_server_wide=company_ids is None,
        created_at=now,
        expires_at=expires_at,
    )
    session.add(key)
    await session.flush()
    session.add_all(ApiKeyCompany(api_key_id=key.id, company_id=company_id) for company_id in sorted(known))
    return key, secret


async def verify(database: Database, secret: str) -> Holder | None:
    """Who holds *secret*, also where it has expired; None for one that was never given out or was revoked."""
    if not is_well_formed(secret):
        return None
    rows = await database.select_raw(_HOLDER, hash=hash_of(secret))
    return _holder(rows) if rows else None


async def holders(session: AsyncSession, key_ids: Collection[int], *, now: datetime) -> dict[int, Principal]:
    """Who holds these keys, without those that were revoked or have expired."""
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in await session.execute(_NOT_REVOKED.where(ApiKey.id.in_(key_ids))):
        rows[row.id].append(row)
    found = {key_id: _holder(of_key) for key_id, of_key in rows.items()}
    return {key_id: holder.principal for key_id, holder in found.items() if not holder.has_expired(now)}


async def expiring(session: AsyncSession, *, now: datetime) -> Sequence[ApiKey]:
    """Keys that expire within two weeks, or did as lately, and were not revoked; the first one first."""
    soon = ApiKey.expires_at.between(now - _NEAR, now + _NEAR)
    keys = select(ApiKey).where(ApiKey.revoked_at.is_(None), soon)
    return (await session.scalars(keys.order_by(ApiKey.expires_at, ApiKey.id))).all()


async def list_all(session: AsyncSession) -> Sequence[ApiKey]:
    """All keys, the revoked ones too."""
    return (await session.scalars(select(ApiKey).order_by(ApiKey.id))).all()


async def revoke(session: AsyncSession, key_id: int, *, now: datetime) -> None:
    """End a key, which processes that saw it trust for a second; again does nothing. Raises NotFound."""
    key = await session.get(ApiKey, key_id)
    if key is None:
        raise NotFound(f"There is no API key with number {key_id}.")
    key.revoked_at = key.revoked_at or now


def hash_of(secret: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def is_well_formed(secret: str) -> bool:
    """Whether *secret* has the form and the checksum of a key."""
    form = _FORM.fullmatch(secret)
    return form is not None and secrets.compare_digest(_checksum(form[1]), form[2])


def _holder(rows: Sequence[Any]) -> Holder:
    key_id, role, is_server_wide, last_used_at, expires_at, _ = rows[0]
    companies = None if is_server_wide else frozenset(row[-1] for row in rows if row[-1] is not None)
    return Holder(Principal(key_id=key_id, role=role, company_ids=companies), last_used_at, expires_at)


def _checksum(body: str) -> str:
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(_CHECKSUM_LENGTH):
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits
