"""What is refused before an interface is reached, and in which order."""

import json
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from tests.sandbox.caller import DETAIL, LIST, TOKEN_INFO, Caller
from tests.sandbox.mall import Sandbox
from tests.sandbox.server import SandboxServer
from tests.sandbox.signature import signature_of


@pytest.mark.parametrize("content", [b"", b"nonsense", b"[]", b'"text"', b"null", b'{"type": NaN}', b"\xff"])
async def test_body_must_be_a_json_object(shared_caller: Caller, content: bytes) -> None:
    """A body that is no JSON object is refused in an envelope, with status 200 (R3)."""
    response = await shared_caller.send(content)
    assert (response.status_code, response.json()["errorCode"]) == (200, 3000000)
    assert response.json()["success"] is False


async def test_content_type_must_be_json(caller: Caller) -> None:
    """A form is refused even where it holds JSON; a character set beside the type is accepted (R3)."""
    content = json.dumps(caller.body(TOKEN_INFO)).encode()
    refused = await caller.send(content, "application/x-www-form-urlencoded")
    assert refused.json()["errorCode"] == 3000000
    accepted = await caller.send(content, "application/json;charset=UTF-8")
    assert accepted.json()["errorCode"] == 1000000


async def test_only_post_at_the_one_address(caller: Caller) -> None:
    """Temu takes POST only (R3)."""
    assert (await caller.client.get(caller.url)).status_code == 405
    assert (await caller.client.post(caller.url + "/more")).status_code == 404


@pytest.mark.parametrize(
    "fields,code",
    [
        ({"type": ...}, 3000002),
        ({"type": "bg.order.list.get"}, 3000003),
        ({"type": 5}, 3000003),
        ({"app_key": ...}, 3000025),
        ({"app_key": "another"}, 3000026),
        ({"data_type": ...}, 3000013),
        ({"data_type": "XML"}, 3000014),
        ({"data_type": "Json"}, 1000000),
        ({"timestamp": ...}, 3000010),
        ({"timestamp": 1711009072000}, 3000011),
        ({"timestamp": "soon"}, 3000011),
        ({"timestamp": 1711009072.5}, 3000011),
        ({"timestamp": True}, 3000011),
        ({"timestamp": 4000000000}, 3000011),
        ({"timestamp": 1711009072}, 3000012),
        ({"sign": ...}, 3000040),
        ({"sign": "0" * 32}, 3000001),
        ({"access_token": ...}, 3000030),
        ({"access_token": "another"}, 3000031),
        ({"access_token": 5}, 3000031),
    ],
)
async def test_refused_common_fields(shared_caller: Caller, fields: dict[str, Any], code: int) -> None:
    """Each common field that is missing or wrong has its own code (R3)."""
    assert await shared_caller.code(LIST, **fields) == code


async def test_timestamp_may_be_five_minutes_off(caller: Caller) -> None:
    """Five minutes either way pass, also as text; a little more doesn't (R3)."""
    now = int(caller.sandbox.clock())
    assert await caller.code(LIST, timestamp=str(now)) == 1000000
    assert await caller.code(LIST, timestamp=now - 295) == 1000000
    assert await caller.code(LIST, timestamp=now + 300) == 1000000
    assert await caller.code(LIST, timestamp=now - 302) == 3000012
    assert await caller.code(LIST, timestamp=now + 310) == 3000011


async def test_earlier_checks_win(caller: Caller) -> None:
    """Of several faults in one call the first in Temu's order is told (R3)."""
    wrong: dict[str, Any] = {"app_key": "x", "timestamp": 5, "sign": "x", "access_token": "x", "pageSize": 0}
    for name, code in (
        ("app_key", 3000026),
        ("timestamp", 3000011),
        ("sign", 3000001),
        ("access_token", 3000031),
        ("pageSize", 3000000),
    ):
        assert await caller.code(LIST, **wrong) == code
        del wrong[name]
    assert await caller.code(LIST, **wrong) == 1000000


async def test_signature_covers_every_field(caller: Caller) -> None:
    """A field that is changed, added or taken away after signing spoils the signature (R3)."""
    body = caller.body(LIST, pageNumber=1)
    for changed in (
        body | {"pageNumber": 2},
        body | {"extra": 1},
        {"sign": body["sign"]} | caller.body(LIST),
    ):
        changed["sign"] = body["sign"]
        assert (await caller.send(json.dumps(changed).encode())).json()["errorCode"] == 3000001


async def test_key_order_of_the_body_is_kept(caller: Caller) -> None:
    """Inner objects are checked as they were sent, and unknown parameters are ignored (R3)."""
    body = caller.body(LIST, extra={"z": "Zoë", "a": ["北京", {"y": 1, "b": 2}]})
    assert (await caller.send(json.dumps(body, ensure_ascii=False).encode())).json()["errorCode"] == 1000000
    body["sign"] = signature_of(body | {"extra": {"a": 1, "z": 2}}, caller.sandbox.app_secret)
    assert (await caller.send(json.dumps(body).encode())).json()["errorCode"] == 3000001


async def test_token_that_is_over(caller: Caller) -> None:
    """A replaced and an expired token are refused alike, a revoked one as unknown (R3)."""
    old = caller.mall.token
    new = caller.mall.replace_token()
    assert new != old
    assert await caller.code(LIST, access_token=old) == 3000034
    assert await caller.code(LIST) == 1000000
    caller.mall.expire_token()
    assert await caller.code(LIST) == 3000034
    caller.mall.replace_token()
    assert await caller.code(LIST) == 1000000
    caller.mall.revoke_token()
    assert await caller.code(LIST) == 3000031


async def test_token_of_another_app(caller: Caller) -> None:
    """A token that was issued to another app is told apart from one that nobody knows (R3)."""
    token = caller.mall.add_token("all", app_key="another-app")
    assert await caller.code(LIST, access_token=token) == 3000033


async def test_address_of_one_region(caller: Caller) -> None:
    """At the address of a region only the tokens of its malls are known (R3)."""
    german = caller.sandbox.add_mall("EU")
    with SandboxServer(caller.sandbox, region="EU") as server:
        european = Caller(caller.sandbox, german, server.url, caller.client)
        assert (await european.result(TOKEN_INFO))["regionId"] == 76
        assert await european.code(TOKEN_INFO, access_token=caller.mall.token) == 3000031
    assert await caller.code(TOKEN_INFO, access_token=german.token) == 1000000


async def test_token_without_permission(caller: Caller) -> None:
    """An interface that the seller hasn't authorised is refused, the others go on (R3)."""
    caller.mall.scopes.discard(DETAIL)
    assert await caller.code(DETAIL, parentOrderSn="x") == 3000032
    assert await caller.code(LIST) == 1000000


async def test_token_for_products_lists_no_orders(caller: Caller) -> None:
    """A mall's second token is for its own purpose only (R3)."""
    token = caller.mall.add_token("products")
    assert await caller.code(LIST, access_token=token) == 3000032
    assert LIST not in (await caller.result(TOKEN_INFO, access_token=token))["apiScopeList"]


async def test_token_info(caller: Caller) -> None:
    """A token tells its mall, its region, its end and its interfaces (R3)."""
    caller.mall.expires_at = 4102444800
    info = await caller.result(TOKEN_INFO)
    assert (info["mallId"], info["regionId"], info["expiredTime"]) == (caller.mall.mall_id, 211, 4102444800)
    assert set(info["apiScopeList"]) == caller.mall.scopes


async def test_date_is_of_the_sandboxs_clock() -> None:
    """The Date header tells the sandbox's time, so that a client can learn that its own is wrong (R3)."""
    sandbox = Sandbox(clock=lambda: 1_711_009_072.0)
    with SandboxServer(sandbox) as server:
        async with httpx.AsyncClient(trust_env=False, verify=False) as client:
            dates = (await client.post(server.url)).headers.get_list("date")
    assert [parsedate_to_datetime(date).timestamp() for date in dates] == [1_711_009_072]


@pytest.mark.parametrize("code", [3000021, 3000027])
async def test_an_interface_that_the_app_lacks(caller: Caller, code: int) -> None:
    """An interface that the app may not call is refused whatever the token permits, and no other is (R3)."""
    caller.sandbox.app_lacks[LIST] = code

    refused = await caller.envelope(LIST, pageNumber=1, pageSize=10)

    assert (refused["errorCode"], refused["result"]) == (code, None)
    assert "no permission for this interface" in refused["errorMsg"]
    assert LIST in (await caller.result(TOKEN_INFO))["apiScopeList"]


@pytest.mark.parametrize("code", [2000000, 7000000])
async def test_codes_of_any_interface(caller: Caller, code: int) -> None:
    """An interface can be made to answer with Temu's general codes, in words (R3)."""
    caller.sandbox.faults.add("error", interface=LIST, code=code)

    assert (await caller.envelope(LIST, pageNumber=1, pageSize=10))["errorMsg"] != "refused"
