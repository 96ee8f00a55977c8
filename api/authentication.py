"""Bearer key -> Principal, or what a refusal looks like. Keys come in a header, never in a URL."""

from datetime import datetime

from api.observability import request_log
from domain.access import api_keys
from domain.access.key_cache import KeyCache
from domain.access.principal import Principal
from domain.errors import Expired

_SCHEME = "bearer"


class Unauthenticated(Exception):
    """No key, or one that doesn't open anything; its text is shown to whoever sent it."""


async def authenticate(keys: KeyCache, authorization: str | None, *, now: datetime) -> Principal:
    """Who sends *authorization*, the value of that header; raises Unauthenticated."""
    scheme, _, secret = (authorization or "").strip().partition(" ")
    if not scheme:
        raise Unauthenticated(
            "Send an API key in the header Authorization: Bearer <key>. `tradewind keys create` makes one."
        )
    if scheme.lower() != _SCHEME or not api_keys.is_well_formed(secret.strip()):
        raise Unauthenticated(
            "This is not an API key of Tradewind. Send it as Authorization: Bearer tw_live_..."
        )
    try:
        principal = await keys.holder(secret.strip(), now=now)
    except Expired as error:
        raise Unauthenticated(error.message) from None
    if principal is None:
        raise Unauthenticated("This API key is unknown or was revoked.")
    request_log.current().key_id = principal.key_id
    return principal
