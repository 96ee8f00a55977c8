"""
Bearer key -> Principal, or what a refusal looks like. Keys come in a header, never in a URL.
"""

from datetime import datetime

from domain.access import api_keys
from domain.access.principal import Principal
from domain.database import Database
from domain.errors import Unavailable
from domain.telemetry import log

_SCHEME = "bearer"


class Unauthenticated(Exception):
    """
    No key, or one that doesn't open anything; its text is shown to whoever sent it.
    """


async def authenticate(database: Database, authorization: str | None, *, now: datetime) -> Principal:
    """
    Who sends *authorization*, the value of that header; raises Unauthenticated.
    """
    scheme, _, secret = (authorization or "").strip().partition(" ")
    if not scheme:
        raise Unauthenticated(
            "Send an API key in the header Authorization: Bearer <key>. `tradewind keys create` makes one."
        )
    if scheme.lower() != _SCHEME or not api_keys.is_well_formed(secret.strip()):
        raise Unauthenticated(
            "This is not an API key of Tradewind. Send it as Authorization: Bearer tw_live_..."
        )
    found = await api_keys.verify(database, secret.strip())
    if found is None:
        raise Unauthenticated("This API key is unknown or was revoked.")
    principal, last_used_at = found
    if api_keys.use_is_worth_noting(last_used_at, now=now):
        try:
            async with database.write() as session:
                await api_keys.note_use(session, principal.key_id, now=now)
        except Unavailable as error:
            log.warning("api_key.use_not_noted", key=principal.key_id, reason=error.message)
    return principal
