"""What may be done to a mall's token from outside. The mall is named and not the token, which stays out of addresses."""

import json
from collections.abc import Callable
from typing import Any, Final

from starlette.responses import JSONResponse

from tests.sandbox.mall import Mall, Sandbox

TOKEN_ACTIONS: Final[dict[str, Callable[[Mall], object]]] = {
    "expire": Mall.expire_token,
    "revoke": Mall.revoke_token,
    "replace": Mall.replace_token,
}


def change_token(sandbox: Sandbox, mall_id: int, action: str) -> JSONResponse:
    """Expire it, revoke it, or replace it with a new one; the answer holds the token that the mall then has."""
    mall, change = _mall(sandbox, mall_id), TOKEN_ACTIONS.get(action)
    if mall is None or change is None:
        return JSONResponse({"error": "no such mall, or nothing that can happen to its token"}, 404)
    change(mall)
    return _told(mall)


def change_scopes(sandbox: Sandbox, mall_id: int, content: bytes) -> JSONResponse:
    """The interfaces that the token is for, from now on: `{"scopes": [...]}`."""
    mall = _mall(sandbox, mall_id)
    if mall is None:
        return JSONResponse({"error": "no such mall"}, 404)
    try:
        wanted: Any = json.loads(content)
    except ValueError:
        wanted = None
    scopes: Any = wanted.get("scopes") if isinstance(wanted, dict) else None
    if not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
        return JSONResponse({"error": "scopes must be a list of the names of interfaces"}, 400)
    mall.scopes = set(scopes)
    return _told(mall)


def _mall(sandbox: Sandbox, mall_id: int) -> Mall | None:
    return next((mall for mall in sandbox.malls if mall.mall_id == mall_id), None)


def _told(mall: Mall) -> JSONResponse:
    return JSONResponse(
        {
            "mall": mall.mall_id,
            "token": mall.token,
            "expiresAt": mall.expires_at,
            "scopes": sorted(mall.scopes),
        }
    )
