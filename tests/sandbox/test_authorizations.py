"""The seller centre's page for authorising, and tokens for codes."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.sandbox.authorizations import CODE_SECONDS, PAGE
from tests.sandbox.caller import TOKEN_INFO, Caller
from tests.sandbox.mall import Sandbox
from tests.sandbox.refusals import INVALID_CODE, NOT_PERMITTED, TOKEN_OVER
from tests.sandbox.server import PATH, SandboxServer

CREATE = "bg.open.accesstoken.create"


async def test_the_page(caller: Caller) -> None:
    asked = {"appKey": caller.sandbox.app_key, "redirect_uri": "https://erp.example/back", "state": "a b&c"}
    seller = caller.url.removesuffix(PATH) + PAGE
    answer = await caller.client.get(seller, params=asked)
    target = urlsplit(answer.headers["location"])
    told = {name: value[0] for name, value in parse_qs(target.query).items()}

    assert (answer.status_code, target.netloc, target.path) == (302, "erp.example", "/back")
    assert told.pop("code") in caller.sandbox.authorizations.codes
    assert told == {
        "app_key": caller.sandbox.app_key,
        "callback_host": urlsplit(caller.url).netloc,
        "state": "a b&c",
    }
    assert (await caller.client.get(seller, params=asked | {"appKey": "another"})).status_code == 400


async def test_a_token_for_a_code(caller: Caller) -> None:
    other = caller.sandbox.add_mall()
    caller.sandbox.authorizations.associated = [other]
    code = caller.sandbox.authorizations.issue(caller.mall)
    made = await caller.result(CREATE, code=code, access_token=code)
    told = await caller.result(TOKEN_INFO, access_token=made["accessToken"])

    assert (told["mallId"], told["expiredTime"]) == (caller.mall.mall_id, made["expiredTime"])
    assert [row["mallId"] for row in made["associatedMallTokenList"]] == [other.mall_id]
    assert await caller.code(CREATE, code=code, access_token=code) == INVALID_CODE


@pytest.mark.parametrize(
    "wrong", ["unknown", "late", "another app's", "none", "by a token", "another region's"]
)
async def test_codes_that_are_refused(sandbox: Sandbox, wrong: str) -> None:
    mall = sandbox.add_mall("EU" if wrong == "another region's" else "US")
    issued = sandbox.authorizations.issue(mall, app_key="another" if wrong == "another app's" else None)
    if wrong == "late":
        sandbox.authorizations.codes[issued].issued_at -= CODE_SECONDS + 1
    code = "unknown" if wrong == "unknown" else issued
    fields = {
        "code": ... if wrong == "none" else code,
        "access_token": mall.token if wrong == "by a token" else code,
    }
    with SandboxServer(sandbox, region="US") as server:
        async with httpx.AsyncClient(trust_env=False, verify=False) as client:
            assert await Caller(sandbox, mall, server.url, client).code(CREATE, **fields) == INVALID_CODE
    assert not sandbox.authorizations.codes[issued].is_used


async def test_the_token_before(caller: Caller) -> None:
    before = caller.mall.token
    caller.sandbox.authorizations.replaces_tokens = True
    caller.sandbox.authorizations.purpose = "products"
    code = caller.sandbox.authorizations.issue(caller.mall)
    made = (await caller.result(CREATE, code=code, access_token=code))["accessToken"]

    assert await caller.code(TOKEN_INFO, access_token=before) == TOKEN_OVER
    assert await caller.code("bg.order.list.v2.get", access_token=made) == NOT_PERMITTED
