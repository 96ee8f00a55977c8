"""Bearer key -> Principal, or what a refusal looks like. Keys come in a header, never in a URL."""

from datetime import datetime

from starlette.requests import HTTPConnection

from api.observability import request_log
from domain.access import api_keys
from domain.access.key_cache import KeyCache
from domain.access.principal import Principal
from domain.access.wrong_keys import WrongKeys
from domain.errors import Expired

_SCHEME = "bearer"


class Unauthenticated(Exception):
    """No key, or one that doesn't open anything; its text is shown to whoever sent it."""


class Throttled(Unauthenticated):
    """A key that nobody looked up, after too many wrong ones from the same address."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            f"Too many wrong API keys came from your address: try again in {retry_after} seconds with a right one."
        )
        self.retry_after = retry_after


async def authenticate(connection: HTTPConnection, authorization: str | None, *, now: datetime) -> Principal:
    """Who sends *authorization*, the value of that header; raises Unauthenticated."""
    scheme, _, secret = (authorization or "").strip().partition(" ")
    if not scheme:
        raise Unauthenticated(
            "Send an API key in the header Authorization: Bearer <key>. `tradewind keys create` makes one."
        )
    secret = secret.strip()
    keys: KeyCache = connection.app.state.keys
    wrong: WrongKeys = connection.app.state.wrong_keys
    address = None if connection.client is None else connection.client.host
    is_key = scheme.lower() == _SCHEME and api_keys.is_well_formed(secret)
    retry_after = wrong.retry_after(address)
    if retry_after and not (is_key and await wrong.is_listed(secret)):
        wrong.record_refusal(address)
        raise Throttled(retry_after)
    # Before it is looked up: of many that come at once, too.
    wrong.count(address)
    if not is_key:
        raise Unauthenticated(
            "This is not an API key of Tradewind. Send it as Authorization: Bearer tw_live_..."
        )
    try:
        principal = await keys.holder(secret, now=now)
    except Expired as error:
        raise Unauthenticated(error.message) from None
    except Exception:
        wrong.uncount(address)
        raise
    if principal is None:
        raise Unauthenticated("This API key is unknown or was revoked.")
    wrong.uncount(address)
    request_log.current().key_id = principal.key_id
    return principal
