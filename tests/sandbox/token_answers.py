"""The interfaces that tell of tokens, and the one that makes them."""

from typing import Any

from tests.sandbox.asked import Asked, Json
from tests.sandbox.model import REGIONS


def token_info(asked: Asked) -> Json:
    mall, token = asked.mall, asked.token
    return {
        **_told(asked, token.scopes, token.expires_at),
        "semiUniqueId": "" if mall.shop is None else f"{mall.mall_id}_{mall.region}",
    }


def partner_token_info(asked: Asked) -> Json:
    """What a published client reads of it, and so not whether it tells mallType and regionId [B]."""
    return {
        "mallId": asked.mall.mall_id,
        "expiredTime": asked.token.expires_at,
        "apiScopeList": sorted(asked.token.scopes),
    }


def create_token(asked: Asked) -> Json:
    """The code is used up by the call, whatever becomes of its answer."""
    authorizations = asked.mall.sandbox.authorizations
    code = authorizations.redeem(asked.parameters.text("code"), in_place_of_token=asked.token.value)
    if authorizations.replaces_tokens:
        asked.mall.replace_token()
    tokens = asked.mall.sandbox.tokens
    made = tokens[asked.mall.add_token(code.purpose)]
    associated: list[dict[str, Any]] = [
        {"mallId": mall.mall_id, "accessToken": mall.add_token(code.purpose)}
        for mall in authorizations.associated
    ]
    return {
        **_told(asked, made.scopes, made.expires_at),
        "accessToken": made.value,
        "associatedMallTokenList": associated,
    }


def _told(asked: Asked, scopes: set[str], expires_at: int) -> Json:
    mall = asked.mall
    return {
        "mallId": mall.mall_id,
        "mallType": mall.mall_type,
        "regionId": REGIONS[mall.region].region_id,
        "expiredTime": expires_at,
        "apiScopeList": sorted(scopes),
        "authEventCodeList": [
            {"eventCode": code, "permitsStatus": int(code in mall.subscribed_events)}
            for code in sorted(mall.authorised_events)
        ],
        "appSubscribeEventCodeList": sorted(mall.sandbox.events.app_events),
        # 0 is that events are pushed, 1 that Temu has stopped that, as where its calls went wrong. [B]
        "appSubscribeStatus": int(mall.sandbox.events.is_stopped),
    }
