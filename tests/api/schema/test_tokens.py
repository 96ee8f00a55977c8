"""Access tokens: what is told of them, what Temu says of them, and what is refused."""

import asyncio
import dataclasses
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain.models import AccessToken
from domain.secrets import SecretBox
from tests.api.looking import SETTINGS, TEST, TOKEN, refused, stored
from tests.fixtures.database import one_database
from tests.fixtures.world import World
from tests.sandbox.tokens import SCOPES_OF_PURPOSE

DAY = 86400
INFO = "bg.open.accesstoken.info.get"
NO_TOKENS = [
    ("", "REQUIRED"),
    (" \n", "REQUIRED"),
    ("two words", "INVALID"),
    ("x" * 10_000, "INVALID"),
    ("ö" * 40, "INVALID"),
    ("a\u0007b", "INVALID"),
]
FIRST_MISSING = "The token for orders and shipping is missing"
SECOND_MISSING = "The token for products and stock is missing"
SECOND_WRONG = "The token for products permits no interface of products"
TOKENS_OF_A_MALL: list[tuple[list[str], list[str]]] = [
    ([], ["Set the mall's token with setAccessToken."]),
    (["orders ORDERS"], [SECOND_MISSING]),
    (["orders ALL"], [SECOND_MISSING]),
    (["products PRODUCTS"], [FIRST_MISSING]),
    (["orders ORDERS", "products PRODUCTS"], []),
    (["all ALL"], []),
    (["all ALL", "products PRODUCTS"], []),
    (["orders ORDERS", "orders PRODUCTS"], [SECOND_WRONG]),
    (["orders PRODUCTS"], [FIRST_MISSING, SECOND_WRONG]),
]


async def _set(world: World, token: str, purpose: str = "ALL", company_id: str = "") -> Any:
    given = {"companyId": company_id or world.company_id, "accessToken": token, "purpose": purpose}
    return await world.api.ask(TOKEN, input=given)


async def _test(world: World, company_id: str = "") -> Any:
    return await world.api.ask(TEST, id=company_id or world.company_id)


async def _status(world: World) -> str:
    page = await world.api.ask("{ companies { nodes { settings { accessToken { status } } } } }")
    status: str = page["nodes"][0]["settings"]["accessToken"]["status"]
    return status


async def test_what_is_told_of_a_token(world: World) -> None:
    """C2, C3: of a token its last four characters, mall, scopes and expiry are told, and in no reply the token."""
    given = {"companyId": world.company_id, "accessToken": f" {world.mall.token} "}
    replies = [await world.api.send(TOKEN, input=given), await world.api.send(TEST, id=world.company_id)]

    expires = f"{await world.moment(world.mall.expires_at):%Y-%m-%dT%H:%M:%S}Z"
    for reply in replies:
        assert world.mall.token not in str(reply)
        (payload,) = reply["data"].values()
        token = payload["company"]["settings"]["accessToken"]
        assert token.pop("testedAt", "now")
        assert token == {
            "status": "VALID",
            "lastFour": world.mall.token[-4:],
            "mallId": str(world.mall.mall_id),
            "scopes": sorted(world.mall.scopes),
            "missingScopes": [],
            "expiresAt": expires,
        }
    assert replies[1]["data"]["testSettings"]["ok"] is True
    assert world.mall.token not in str(await stored(world))


@one_database
async def test_what_is_no_token(world: World) -> None:
    """C2, A8: what can't be a token is refused before Temu is asked, and nothing is changed."""
    before, calls = await stored(world), world.sandbox.ledger.count()

    for token, code in NO_TOKENS:
        assert refused(await _set(world, token)) == (code, ["accessToken"])
    assert await stored(world) == before
    assert world.sandbox.ledger.count() == calls


async def test_a_refused_token_shows_in_the_payload(world: World) -> None:
    """C2, C3: a token that Temu refuses is kept as REJECTED without userErrors, and nothing of the old one is told."""
    token = (await _set(world, "wrong-token-0123"))["company"]["settings"]["accessToken"]

    assert token.pop("testedAt") is not None
    assert token == {
        "status": "REJECTED",
        "lastFour": "0123",
        "mallId": None,
        "scopes": [],
        "missingScopes": [],
        "expiresAt": None,
    }
    report = await _test(world)
    assert (report["ok"], len(report["advice"]), report["userErrors"]) == (False, 1, [])
    assert (await _set(world, "abcdefg"))["company"]["settings"]["accessToken"]["lastFour"] is None


@one_database
async def test_temu_away(world: World) -> None:
    """C3: a token set while Temu is away is UNTESTED; tested again once Temu is back, it is VALID."""
    world.sandbox.faults.add("http_status", times=None, status=503)
    payload = await _set(world, world.mall.token)
    away = await _test(world)
    world.sandbox.faults.clear()

    assert payload["company"]["settings"]["accessToken"]["status"] == "UNTESTED"
    assert payload["userErrors"] == []
    assert (away["ok"], len(away["advice"])) == (False, 1)
    assert (await _test(world))["company"]["settings"]["accessToken"]["status"] == "VALID"


@one_database
async def test_the_app_is_refused(world: World) -> None:
    """C3: where Temu refuses this server's secret the advice names it, once, and nothing is held against the tokens."""
    await _set(world, world.mall.add_token("products"), "PRODUCTS")
    world.sandbox.app_secret = "another"

    report = await _test(world)

    (line,) = report["advice"]
    assert line.startswith("Temu refuses the signature. Check TRADEWIND_TEMU_APP_SECRET.")
    assert report["company"]["settings"]["accessToken"]["status"] == "VALID"


async def test_another_malls_token(world: World) -> None:
    """C7, C10: another mall's token is CONFLICT, another company's mall is TAKEN, and nothing is changed."""
    other_mall = world.sandbox.add_mall()
    third = await world.new_company("West")
    before = await stored(world)

    assert refused(await _set(world, other_mall.token)) == ("CONFLICT", ["accessToken"])
    assert refused(await _set(world, other_mall.token, "PRODUCTS")) == ("CONFLICT", ["accessToken"])
    assert refused(await _set(world, world.mall.token, company_id=third)) == ("TAKEN", ["accessToken"])
    assert await stored(world) == before


@pytest.mark.parametrize("whose", ["another mall", "another company"])
@one_database
async def test_a_mall_that_is_found_out_later(world: World, whose: str) -> None:
    """C3, C7, C10: what a token set while Temu was away turns out to be is advice of the test, and nothing is kept."""
    company_id, mall = world.company_id, world.sandbox.add_mall()
    if whose == "another company":
        company_id, mall = await world.new_company("West"), world.mall
    world.sandbox.faults.add("http_status", times=None, status=503)
    await _set(world, mall.token, company_id=company_id)
    world.sandbox.faults.clear()
    before = await stored(world)

    report = await _test(world, company_id)

    assert (report["ok"], report["userErrors"]) == (False, [])
    assert whose.rpartition(" ")[2] in report["advice"][0]
    assert await stored(world) == before


async def test_a_mall_is_claimed_by_one(world: World) -> None:
    """C7: of two companies that set a token of one mall at the same moment, one gets it."""
    mall = world.sandbox.add_mall()
    companies = [await world.new_company(name) for name in ("West", "South")]

    payloads = await asyncio.gather(*(_set(world, mall.token, company_id=each) for each in companies))

    assert [error["code"] for payload in payloads for error in payload["userErrors"]] == ["TAKEN"]


@one_database
async def test_expiry(world: World) -> None:
    """C4: within 30 days of its end a token is EXPIRING, past it EXPIRED, though Temu only says that it refuses it."""
    seen = []
    for left in (31 * DAY, 30 * DAY, DAY):
        world.mall.expires_at = world.mall.now() + left
        report = await _test(world)
        seen.append((report["company"]["settings"]["accessToken"]["status"], len(report["advice"])))
    async with world.database.write() as session:
        row = (await session.scalars(select(AccessToken))).one()
        assert row.expires_at is not None
        row.expires_at -= timedelta(days=2)
    unasked = await _status(world)
    world.mall.expire_token()
    asked = await _test(world)
    new = (await _set(world, "wrong-token-0123"))["company"]["settings"]["accessToken"]

    assert seen == [("VALID", 0), ("EXPIRING", 1), ("EXPIRING", 1)]
    assert unasked == "EXPIRED"
    token = asked["company"]["settings"]["accessToken"]
    assert (token["status"], asked["ok"], len(asked["advice"])) == ("EXPIRED", False, 1)
    assert token["expiresAt"] is not None
    assert (new["status"], new["expiresAt"]) == ("REJECTED", None)


@one_database
async def test_missing_permissions(world: World) -> None:
    """C3: each interface that is missing is named with what stops working, and the others are not."""
    missing = ["bg.order.list.v2.get", "bg.order.amount.query"]
    world.mall.scopes = world.mall.scopes - set(missing)

    report = await _test(world)

    assert report["company"]["settings"]["accessToken"]["missingScopes"] == missing
    assert [line.partition(". ")[0] for line in report["advice"]] == [
        "bg.order.list.v2.get is not permitted: no orders come in",
        "bg.order.amount.query is not permitted: orders come in without amounts",
    ]


@one_database
async def test_the_wrong_region(world: World) -> None:
    """C3: a token whose mall belongs to another region says which; set right, all is well again."""
    await world.api.ask(SETTINGS, input={"companyId": world.company_id, "region": "EU"})
    wrong = await _test(world)
    await world.api.ask(SETTINGS, input={"companyId": world.company_id, "region": "US"})

    assert wrong["advice"] == [
        "This token's mall belongs to region US, but region is EU. Set it with updateCompanySettings."
    ]
    assert await _status(world) == "UNTESTED"
    assert (await _test(world))["ok"] is True


def _of_europe(world: World, purpose: str) -> dict[str, Any]:
    """What Temu tells of a token that the same mall has at its European site."""
    result = {
        "mallId": world.mall.mall_id,
        "regionId": 76,
        "expiredTime": world.mall.expires_at,
        "apiScopeList": sorted(SCOPES_OF_PURPOSE[purpose]),
    }
    return {"status": 200, "body": json.dumps({"success": True, "errorCode": 1000000, "result": result})}


@one_database
async def test_a_second_token_of_another_site(world: World) -> None:
    """C8: of two tokens the one of another region is to be replaced, and region is to stay for the one that works."""
    info: dict[str, Any] = {"interface": INFO} | _of_europe(world, "products")
    world.sandbox.faults.add("http_status", times=1, **info)
    await _set(world, world.mall.add_token("products"), "PRODUCTS")
    world.sandbox.faults.add("http_status", times=1, skip=1, **info)

    report = await _test(world)

    assert report["ok"] is False
    [line] = report["advice"]
    assert line == (
        "The token for products: This token is of region EU, but the company's other token works in region US. Leave "
        "region as it is, and set a token of region US in its place with setAccessToken(purpose: PRODUCTS)."
    )
    assert report["company"]["settings"]["accessToken"]["status"] == "VALID"


@one_database
async def test_a_first_token_of_another_site(world: World) -> None:
    """C8: the same advice for a token for orders beside one for products that works; alone, region is to be set."""
    info: dict[str, Any] = {"interface": INFO} | _of_europe(world, "orders")
    world.sandbox.faults.add("http_status", times=2, **info)
    await _set(world, world.mall.add_token("orders"), "ORDERS")
    alone = await _test(world)
    await _set(world, world.mall.add_token("products"), "PRODUCTS")
    world.sandbox.faults.add("http_status", times=1, **info)

    beside = await _test(world)

    plain = "This token's mall belongs to region EU, but region is US. Set it with updateCompanySettings."
    assert alone["advice"][1:] == [plain]
    [line] = beside["advice"]
    assert line.startswith("This token is of region EU, but the company's other token works in region US.")
    assert line.endswith("with setAccessToken(purpose: ORDERS).")


@one_database
async def test_a_mall_without_event_push(world: World) -> None:
    """C3, C13, O14: that events can't be subscribed or aren't pushed is named in one line each; all works without."""
    world.mall.scopes = world.mall.scopes - {"bg.tmc.message.update"}
    world.sandbox.events.is_stopped = True

    report = await _test(world)

    missing, stopped = report["advice"]
    assert missing == (
        "bg.tmc.message.update is not permitted: orders come within the schedule instead of seconds after they change. "
        "Authorise it in the seller centre and set the new token."
    )
    assert "appSubscribeStatus 1" in stopped
    assert "orders come within the schedule instead of seconds" in stopped
    assert report["company"]["settings"]["accessToken"]["missingScopes"] == ["bg.tmc.message.update"]
    assert report["ok"] is True
    assert (await world.import_orders())["status"] == "SUCCEEDED"


@one_database
async def test_the_push_is_the_apps(world: World) -> None:
    """C3, C8: that Temu has stopped the push is told once, however many tokens a mall has."""
    await _set(world, world.mall.add_token("products"), "PRODUCTS")
    world.sandbox.events.is_stopped = True

    [line] = (await _test(world))["advice"]

    assert line.startswith("Temu has stopped pushing events")


async def test_two_tokens(world: World) -> None:
    """C8: the test says which of a mall's two tokens is missing, or is of the wrong kind."""
    for tokens, advice in TOKENS_OF_A_MALL:
        company_id, mall = await world.new_company("Across the border"), world.sandbox.add_mall()
        for token in tokens:
            kind, purpose = token.split()
            await _set(world, mall.add_token(kind), purpose, company_id)

        report = await _test(world, company_id)

        assert report["ok"] is (advice == []), tokens
        assert len(report["advice"]) == len(advice), report["advice"]
        assert all(line.startswith(start) for line, start in zip(report["advice"], advice, strict=True))


@pytest.mark.parametrize("purpose", ["ALL", "ORDERS"])
async def test_a_token_for_products_in_place_of_the_first(world: World, purpose: str) -> None:
    """C8: a token for products that is set as the first one is named as of the wrong kind."""
    await _set(world, world.mall.add_token("products"), purpose)

    report = await _test(world)

    assert sum("it may be the one for products" in line for line in report["advice"]) == 1
    assert SCOPES_OF_PURPOSE["products"] == set(report["company"]["settings"]["accessToken"]["scopes"])


@pytest.mark.parametrize("purposes", [["ALL"], ["ORDERS", "PRODUCTS"], ["PRODUCTS", "ORDERS"]])
@one_database
async def test_a_local_mall_that_temu_calls_semi_managed(world: World, purposes: list[str]) -> None:
    """C8, C12: a mall whose token serves local products is a local one whatever its mallType, also by its other token."""
    company_id, mall = await world.new_company("Called otherwise"), world.sandbox.add_mall()
    mall.mall_type = 1
    for purpose in purposes:
        await _set(world, mall.add_token(purpose.lower()), purpose, company_id)

    report = await _test(world, company_id)

    assert (report["ok"], report["advice"]) == (True, [])
    read = "query($id: ID!) { company(id: $id) { settings { mallType } } }"
    assert (await world.api.ask(read, id=company_id))["settings"] == {"mallType": "LOCAL"}


@one_database
async def test_which_token_expires(world: World) -> None:
    """C3, C8: of two tokens the advice says which one it is about."""
    second = world.mall.add_token("products")
    world.sandbox.tokens[second].expires_at = world.mall.now() + DAY
    await _set(world, second, "PRODUCTS")

    (line,) = (await _test(world))["advice"]

    assert line.startswith("The token for products: The token expires on ")


async def test_a_token_that_can_not_be_opened(world: World) -> None:
    """C3: where the encryption key was changed the advice says so, and a job fails with the same words."""
    world.app.state.resources = world.resources = dataclasses.replace(
        world.resources, secrets=SecretBox({"k2": b"1" * 31 + b"2"})
    )

    report = await _test(world)
    job = await world.import_orders()

    (line,) = report["advice"]
    assert "TRADEWIND_ENCRYPTION_KEYS" in line
    assert (job["status"], job["error"]) == ("FAILED", line)
