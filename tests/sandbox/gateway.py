"""What every call goes through before its interface is reached, in Temu's order."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from tests.sandbox import refusals
from tests.sandbox.asked import Asked
from tests.sandbox.interfaces import INTERFACES
from tests.sandbox.mall import Sandbox
from tests.sandbox.parameters import Parameters
from tests.sandbox.refusals import MESSAGES, SUCCESS, RefusedError
from tests.sandbox.signature import is_signed
from tests.sandbox.spoiling import spoil_order
from tests.sandbox.tokens import PARTNER_INTERFACES, PRODUCT_INTERFACES, Token

SKEW = 300
PARTNER = "PARTNER"
"""Stands in place of a region for the host of semi-managed malls' products."""
CREATE_TOKEN = "bg.open.accesstoken.create"
SHIPMENTS = frozenset(
    {
        "bg.logistics.shipment.v2.confirm",
        "bg.logistics.shipment.v2.get",
        "bg.logistics.shipment.shippingtype.update",
    }
)


def read_body(raw: bytes, content_type: str) -> dict[str, Any]:
    """The body with its fields in the order in which they were sent: the signature depends on it."""
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise RefusedError(refusals.BAD_PARAMETERS, "the content type must be application/json")
    try:
        body = json.loads(raw, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise RefusedError(refusals.BAD_PARAMETERS, "the body is no JSON") from None
    if not isinstance(body, dict):
        raise RefusedError(refusals.BAD_PARAMETERS, "the body must be a JSON object")
    return body


def process(
    sandbox: Sandbox, body: Mapping[str, Any], page_faults: list[str], *, region: str | None = None
) -> Any:
    """
    The interface's result, or a RefusedError; the faults of a page or a field that it met are added to `page_faults`.

    With a region, as one of Temu's three addresses has, only the tokens of its malls are known; so is it with the partner
    host, for the tokens and interfaces that it alone has.
    """
    with sandbox.lock:
        interface = _interface(body, region)
        _check_app(sandbox, body)
        _check_timestamp(sandbox, body)
        _check_signature(sandbox, body)
        if not sandbox.rate_limit.lets_pass():
            raise RefusedError(refusals.TOO_MANY_CALLS)
        # Not documented whether the app's permission is looked at before the token. [C]
        if interface in sandbox.app_lacks:
            raise RefusedError(sandbox.app_lacks[interface])
        if interface == CREATE_TOKEN:
            token = sandbox.authorizations.as_token(body.get("access_token"), region)
        else:
            token = _token(sandbox, body, region, interface)
        if interface not in token.scopes:
            raise RefusedError(refusals.NOT_PERMITTED)
        mall = sandbox.mall(token.mall_id, token.region)
        if mall.shop is not None and interface in PRODUCT_INTERFACES:
            raise RefusedError(refusals.WRONG_KIND_OF_SHOP)
        asked = Asked(mall, token, Parameters(body), page_faults)
        result = INTERFACES[interface](asked)
        for fault in sandbox.faults.for_answer(interface, token.mall_id, order=body.get("parentOrderSn")):
            spoil_order(result, fault)
            page_faults.append(fault.kind)
        return result


def success(result: Any) -> dict[str, Any]:
    return _envelope(SUCCESS, "", result)


def refusal(code: int, message: str | None = None) -> dict[str, Any]:
    return _envelope(code, message or MESSAGES.get(code, "refused"), None)


def _envelope(code: int, message: str, result: Any) -> dict[str, Any]:
    return {
        "success": code == SUCCESS,
        "requestId": f"sandbox-{uuid.uuid4()}",
        "errorCode": code,
        "errorMsg": message,
        "result": result,
    }


def _interface(body: Mapping[str, Any], region: str | None) -> str:
    interface = body.get("type")
    if interface is None:
        raise RefusedError(refusals.NO_TYPE)
    if not isinstance(interface, str) or interface not in INTERFACES:
        raise RefusedError(refusals.UNKNOWN_TYPE)
    # How a host answers an interface of another isn't told anywhere. [C]
    if region is not None and (interface in PARTNER_INTERFACES) != (region == PARTNER):
        raise RefusedError(refusals.UNKNOWN_TYPE)
    return interface


def _check_app(sandbox: Sandbox, body: Mapping[str, Any]) -> None:
    if body.get("app_key") is None:
        raise RefusedError(refusals.NO_APP_KEY)
    if body["app_key"] != sandbox.app_key:
        raise RefusedError(refusals.UNKNOWN_APP_KEY)
    data_type = body.get("data_type")
    if data_type is None:
        raise RefusedError(refusals.NO_DATA_TYPE)
    if not isinstance(data_type, str) or data_type.upper() != "JSON":
        raise RefusedError(refusals.WRONG_DATA_TYPE)


def _check_timestamp(sandbox: Sandbox, body: Mapping[str, Any]) -> None:
    timestamp = body.get("timestamp")
    if timestamp is None:
        raise RefusedError(refusals.NO_TIMESTAMP)
    # A number and a text of ten digits are both in use. Milliseconds are thirteen.
    digits = timestamp if isinstance(timestamp, str) else str(timestamp)
    if isinstance(timestamp, bool) or len(digits) != 10 or not (digits.isascii() and digits.isdigit()):
        raise RefusedError(refusals.TIMESTAMP_AHEAD)
    ahead = int(digits) - int(sandbox.clock())
    if ahead > SKEW:
        raise RefusedError(refusals.TIMESTAMP_AHEAD)
    if ahead < -SKEW:
        raise RefusedError(refusals.TIMESTAMP_PAST)


def _check_signature(sandbox: Sandbox, body: Mapping[str, Any]) -> None:
    if body.get("sign") is None:
        raise RefusedError(refusals.NO_SIGNATURE)
    if not is_signed(body, sandbox.app_secret):
        raise RefusedError(refusals.WRONG_SIGNATURE)


def _token(sandbox: Sandbox, body: Mapping[str, Any], region: str | None, interface: str) -> Token:
    value = body.get("access_token")
    if value is None:
        raise RefusedError(refusals.NO_TOKEN)
    token = sandbox.tokens.get(value) if isinstance(value, str) else None
    if token is None:
        raise RefusedError(refusals.UNKNOWN_TOKEN)
    if token.is_partners != (interface in PARTNER_INTERFACES):
        raise RefusedError(refusals.UNKNOWN_TOKEN)
    if region not in {None, PARTNER if token.is_partners else token.region}:
        # No page but those of shipments says how an address answers a token of another region. [C]
        raise RefusedError(refusals.WRONG_REGION if interface in SHIPMENTS else refusals.UNKNOWN_TOKEN)
    if token.app_key != sandbox.app_key:
        raise RefusedError(refusals.TOKEN_OF_ANOTHER_APP)
    if token.is_replaced or token.expires_at <= sandbox.clock():
        raise RefusedError(refusals.TOKEN_OVER)
    return token


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
