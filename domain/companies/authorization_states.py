"""What Temu carries from the beginning of an authorisation to its end: sealed, so that nobody makes one or changes it, good for ten
minutes, and once. Of it the database has a hash alone.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.errors import Conflict, Invalid
from domain.models import AccessTokenPurpose, Authorization
from domain.secrets import SecretBox, UnsealError

LASTS = timedelta(minutes=10)
_PLACE = "authorizations|state"
_NOT_OURS = "This authorisation was not begun here, or its address was changed on the way."
_LATE = "More than ten minutes have passed since this authorisation was begun."
_USED = "This authorisation was used already. Whether the company has its token, testSettings says."


@dataclass(frozen=True)
class State:
    """For what a seller authorises the app, and which API key began that."""

    company_id: int
    key_id: int
    purpose: AccessTokenPurpose
    hash: str


async def begin(
    session: AsyncSession,
    box: SecretBox,
    *,
    company_id: int,
    key_id: int,
    purpose: AccessTokenPurpose,
    now: datetime,
) -> tuple[str, datetime]:
    """A new state, and until when it is good."""
    expires_at = (now + LASTS).replace(microsecond=0)
    content = f"{company_id}|{key_id}|{purpose.value}|{int(expires_at.timestamp())}"
    # Without what base64 is filled up with: an address says it otherwise, and whoever passes it on may not give it back so.
    text = box.seal(content, place=_PLACE).rstrip("=")
    authorization = Authorization(
        company_id=company_id, state_hash=_hash(text), created_at=now, expires_at=expires_at
    )
    session.add(authorization)
    return text, expires_at


def opened(box: SecretBox, text: str, *, now: datetime) -> State:
    """What a state says. Raises Invalid for one that isn't ours, and one that is late."""
    try:
        filled = text + "=" * (-len(text.rpartition(".")[2]) % 4)
        company, key, purpose, until = box.open(filled, place=_PLACE).split("|")
    except UnsealError:
        raise Invalid(_NOT_OURS) from None
    if datetime.fromtimestamp(int(until), UTC) <= now:
        raise Invalid(_LATE)
    return State(int(company), int(key), AccessTokenPurpose(purpose), _hash(text))


async def require_unused(session: AsyncSession, state: State) -> None:
    """Raises Invalid for a state that this database doesn't know, and Conflict for one that was used."""
    statement = select(Authorization).where(
        Authorization.state_hash == state.hash, Authorization.company_id == state.company_id
    )
    authorization = await session.scalar(statement)
    if authorization is None:
        raise Invalid(_NOT_OURS)
    if authorization.used_at is not None:
        raise Conflict(_USED)


async def use(session: AsyncSession, state: State, *, now: datetime) -> None:
    """Use it up. Raises Conflict where somebody was quicker."""
    unused = update(Authorization).where(
        Authorization.state_hash == state.hash,
        Authorization.company_id == state.company_id,
        Authorization.used_at.is_(None),
    )
    if await session.scalar(unused.values(used_at=now).returning(Authorization.id)) is None:
        raise Conflict(_USED)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
