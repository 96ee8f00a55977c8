"""Semi-managed malls: whose they are, which host takes which token, and what is said where something is missing."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import update

from domain.models import Company, MallType
from domain.settings import Settings
from domain.temu.partner import OPTIONAL_PARTNER_INTERFACES, PRODUCTS
from tests.api.looking import NAMES, SETTINGS, refused, stored, warehouse
from tests.fixtures.database import one_database
from tests.fixtures.semi_managed import TEST, at_four_hosts, company_of, set_token
from tests.fixtures.world import World, a_world
from tests.sandbox.mall import Mall, Sandbox
from tests.sandbox.server import SandboxServer

INFO = "bg.open.accesstoken.info.get"
PUSH = """mutation($id: ID!) { updateInventoryOnChannel(input: {companyId: $id}) {
  job { id } userErrors { code message field } } }"""
READ = "{ companies(first: 9) { nodes { settings { mallType region } } } }"


@pytest.fixture
def settings(settings: Settings, sandbox: Sandbox) -> Iterator[Settings]:
    """Four hosts in place of one."""
    with at_four_hosts(settings, sandbox) as settings_of_hosts:
        yield settings_of_hosts


@pytest.fixture
def shop(sandbox: Sandbox, world: World) -> Mall:
    """A semi-managed shop's mall in the US, beside the world's local one."""
    return sandbox.add_mall(semi_managed=True)


def _asked(world: World, token: str) -> list[str]:
    calls = (call for call in world.sandbox.ledger.calls if call.interface.startswith(INFO))
    return [call.interface.removeprefix(INFO) or "region" for call in calls if call.mall_id is not None]


async def test_both_tokens(world: World, shop: Mall) -> None:
    """C8, C12: the mall's kind is told; its two tokens are found at their hosts, and the second is asked there from then on."""
    company_id = await company_of(world, shop, "ORDERS")
    one = await world.api.ask(TEST, id=company_id)
    world.sandbox.ledger.calls.clear()
    token = shop.add_token("products")
    payload = await set_token(world, company_id, token, "PRODUCTS")
    asked = _asked(world, token)
    both = await world.api.ask(TEST, id=company_id)

    assert one["company"]["settings"]["mallType"] == "SEMI_MANAGED"
    assert [line[:44] for line in one["advice"]] == ["The token for products and stock is missing:"]
    assert payload["company"]["settings"]["productAccessToken"] == {
        "status": "VALID",
        "mallId": str(shop.mall_id),
        "missingScopes": [],
    }
    assert asked == [".global"]
    assert (both["ok"], both["advice"]) == (True, [])
    kinds = await world.api.ask(READ)
    assert [node["settings"]["mallType"] for node in kinds["nodes"]] == ["LOCAL", "SEMI_MANAGED"]


async def test_the_second_token_first(world: World, shop: Mall) -> None:
    """C8, C12: before anything is known of the mall the token for products is looked for at both hosts; the other is named."""
    company_id = await company_of(world, shop)
    token = shop.add_token("products")
    payload = await set_token(world, company_id, token, "PRODUCTS")
    report = await world.api.ask(TEST, id=company_id)

    assert _asked(world, token)[-3:] == ["region", ".global", ".global"]
    assert payload["company"]["settings"]["mallType"] == "SEMI_MANAGED"
    assert [line[:46] for line in report["advice"]] == ["The token for orders and shipping is missing: "]


@pytest.mark.parametrize("purpose", ["ALL", "ORDERS"])
async def test_the_second_in_place_of_the_first(world: World, shop: Mall, purpose: str) -> None:
    """C8, C12: a token for products that no region knows is told from one that nobody knows."""
    company_id = await company_of(world, shop)
    await set_token(world, company_id, shop.add_token("products"), purpose)

    *_, line = (await world.api.ask(TEST, id=company_id))["advice"]

    assert line.startswith(
        "This token is for products of a semi-managed mall. Set it with setAccessToken(purpose"
    )


async def test_the_first_in_place_of_the_second(world: World, shop: Mall) -> None:
    """C8, C12: the token for orders, set as the one for products, is named as of the wrong kind."""
    company_id = await company_of(world, shop, "ORDERS")
    await set_token(world, company_id, shop.add_token("orders"), "PRODUCTS")

    (line,) = (await world.api.ask(TEST, id=company_id))["advice"]

    assert line.startswith("The token for products permits no interface of products or stock")


@one_database
async def test_what_the_second_must_permit(world: World, shop: Mall) -> None:
    """C3, C12: of a semi-managed mall's token its own interfaces are judged, each with what stops working."""
    company_id = await company_of(world, shop, "ORDERS")
    token = shop.add_token("products")
    world.sandbox.tokens[token].scopes -= {"bg.btg.goods.stock.quantity.update", "temu.goods.list.get"}
    await set_token(world, company_id, token, "PRODUCTS")

    report = await world.api.ask(TEST, id=company_id)

    missing = ["bg.btg.goods.stock.quantity.update", "temu.goods.list.get"]
    assert report["company"]["settings"]["productAccessToken"]["missingScopes"] == missing
    assert report["ok"] is False
    assert [line.partition(". ")[0] for line in report["advice"]] == [
        "The token for products: bg.btg.goods.stock.quantity.update is not permitted: no stock goes out",
        f"temu.goods.list.get is not permitted: {OPTIONAL_PARTNER_INTERFACES[PRODUCTS]}",
    ]


@one_database
async def test_what_the_second_may_lack(world: World, shop: Mall) -> None:
    """C12, C14: without the list of products figures go out, so the settings work, and what is lacking is named once."""
    company_id = await company_of(world, shop, "ORDERS")
    token = shop.add_token("products")
    world.sandbox.tokens[token].scopes -= {PRODUCTS}
    await set_token(world, company_id, token, "PRODUCTS")

    report = await world.api.ask(TEST, id=company_id)

    assert report["ok"] is True
    (line,) = report["advice"]
    assert line.startswith(
        "temu.goods.list.get is not permitted: listings can't be read, nor products be matched"
    )


@one_database
async def test_without_the_second(world: World, shop: Mall) -> None:
    """C8, C12: what needs the second token is refused at once, and with the words that say which."""
    company_id = await company_of(world, shop, "ORDERS")

    payload = await world.api.ask(PUSH, id=company_id)

    assert refused(payload) == ("NOT_CONFIGURED", ["companyId"])
    assert "setAccessToken(purpose: PRODUCTS)" in payload["userErrors"][0]["message"]


async def test_a_mall_once_for_each_region(world: World, shop: Mall, sandbox: Sandbox) -> None:
    """C7, C12: a semi-managed mall is that of one company for each region, and of no second one."""
    malls = [shop, *(sandbox.add_mall(region, of=shop) for region in ("EU", "GLOBAL"))]
    companies = [await company_of(world, mall, "ORDERS", "PRODUCTS") for mall in malls]
    another = await company_of(world, malls[1])
    before = await stored(world)

    for purpose in ("ORDERS", "PRODUCTS"):
        token = malls[1].add_token(purpose.lower())
        assert refused(await set_token(world, another, token, purpose)) == ("TAKEN", ["accessToken"])
    moved = await world.api.ask(SETTINGS, input={"companyId": companies[0], "region": "EU"})

    assert refused(moved) == ("TAKEN", ["region"])
    assert await stored(world) == before
    for company_id in companies:
        assert (await world.api.ask(TEST, id=company_id))["ok"] is True


@one_database
async def test_a_shop_whose_tokens_for_orders_permit_local_products_too(
    world: World, shop: Mall, sandbox: Sandbox
) -> None:
    """C7, C12: no source says what such a token's list of interfaces leaves out, so it takes no region's mall from a shop."""
    malls = [shop, *(sandbox.add_mall(region, of=shop) for region in ("EU", "GLOBAL"))]
    companies = []
    for mall in malls:
        companies.append(await company_of(world, mall))
        for purpose, token in (("ORDERS", mall.add_token("all")), ("PRODUCTS", mall.add_token("products"))):
            assert (await set_token(world, companies[-1], token, purpose))["userErrors"] == []
    another = await company_of(world, shop)

    taken = await set_token(world, another, shop.add_token("all"), "ORDERS")
    reports = [await world.api.ask(TEST, id=company_id) for company_id in companies]

    assert refused(taken) == ("TAKEN", ["accessToken"])
    kinds = [report["company"]["settings"]["mallType"] for report in reports]
    assert (kinds, [report["ok"] for report in reports]) == (["SEMI_MANAGED"] * 3, [True] * 3)
    # As one that was taken for a local mall's before.
    async with world.database.write() as session:
        await session.execute(update(Company).values(mall_type=MallType.LOCAL))
    report = await world.api.ask(TEST, id=companies[0])
    assert report["company"]["settings"]["mallType"] == "SEMI_MANAGED"


@one_database
async def test_the_token_of_another_region(world: World, shop: Mall, sandbox: Sandbox) -> None:
    """C3, C12: a token for orders works in its own region only, and the advice says which that is."""
    european = sandbox.add_mall("EU", of=shop)
    company_id = await company_of(world, shop)

    await set_token(world, company_id, european.add_token("orders"), "ORDERS")

    advice = (await world.api.ask(TEST, id=company_id))["advice"]
    assert (
        "This token's mall belongs to region EU, but region is US. Set it with updateCompanySettings."
        in advice
    )


async def test_a_local_mall_is_of_one_company_anywhere(world: World) -> None:
    """C7: what is allowed to semi-managed malls is not to local ones, whatever the region of the second company."""
    stranger = await world.new_company("East")
    await world.api.ask(SETTINGS, input={"companyId": stranger, "region": "EU"})
    # As if the router of the EU took tokens of the US.
    own = world.resources.settings
    moved = own.model_copy(update={"temu_url_eu": own.temu_url_us})
    world.app.state.resources = dataclasses.replace(world.resources, settings=moved)

    payload = await set_token(world, stranger, world.mall.token, "ALL")

    assert refused(payload) == ("TAKEN", ["accessToken"])


@one_database
async def test_which_warehouse(world: World, shop: Mall) -> None:
    """C12: several warehouses are a question that the test asks; a channel warehouse code answers it, by name or id."""
    company_id = await company_of(world, shop, "ORDERS", "PRODUCTS")
    assert shop.shop is not None
    second = shop.shop.add_warehouse(100, "Reno")
    shop.shop.add_warehouse(100, "Closed", is_disabled=True)
    shop.shop.add_warehouse(105, "Berlin")

    async def advice(*codes: str) -> Any:
        mappings = [
            {"warehouseId": await warehouse(world, f"{code}!"), "channelWarehouseCode": code}
            for code in codes
        ]
        payload = await world.api.ask(NAMES, input={"companyId": company_id, "mappings": mappings})
        assert payload["userErrors"] == []
        return (await world.api.ask(TEST, id=company_id))["advice"]

    (several,) = await advice()
    assert several.startswith(
        "The mall has several warehouses: US Hub, Reno. Name the one that stock belongs to"
    )
    assert await advice("reno", "elsewhere") == []
    assert await advice(second.warehouse_id) == []
    (both,) = await advice("Reno", "US Hub")
    assert both.startswith("Channel warehouse codes name several of the mall's warehouses: US Hub, Reno.")
    shop.shop.warehouses.clear()
    (none,) = (await world.api.ask(TEST, id=company_id))["advice"]
    assert none.startswith("Temu lists no enabled warehouse of this mall for its region")


@one_database
async def test_an_app_of_its_own(settings: Settings, sandbox: Sandbox, redis: Any) -> None:
    """C12: the partner host may know another app; where it knows none, the advice names the settings for it."""
    partners = Sandbox(app_key="partner-app", app_secret="partner-secret-0123")
    token = partners.add_mall(seed=9, semi_managed=True).add_token("products")
    with SandboxServer(partners, region="PARTNER") as server:
        changed = settings.model_copy(update={"temu_url_partner": server.url})
        async with a_world(changed, redis, sandbox, sandbox.add_mall()) as world:
            company_id = await world.new_company("Abroad")
            without = await set_token(world, company_id, token, "PRODUCTS")
            (missing, line) = (await world.api.ask(TEST, id=company_id))["advice"]
        own = {
            "temu_app_key_partner": "partner-app",
            "temu_app_secret_partner": SecretStr("partner-secret-0123"),
        }
        async with a_world(changed.model_copy(update=own), redis, sandbox, sandbox.add_mall()) as world:
            with_app = await set_token(world, await world.new_company("Abroad"), token, "PRODUCTS")

    assert without["company"]["settings"]["productAccessToken"]["status"] == "REJECTED"
    assert missing.startswith("The token for orders and shipping is missing")
    assert "Set TRADEWIND_TEMU_APP_KEY_PARTNER and TRADEWIND_TEMU_APP_SECRET_PARTNER." in line
    assert with_app["company"]["settings"]["productAccessToken"]["status"] == "VALID"
