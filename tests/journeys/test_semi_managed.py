"""
A semi-managed mall at work: stock to one of its warehouses, its listings, and its events to the company of their region.
"""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from domain import clock
from domain.models import AccessToken, ChannelStock, Company, QueuedJob
from domain.settings import Settings
from jobs.scheduler import Scheduler
from tests.api.looking import warehouse
from tests.fixtures.database import one_database
from tests.fixtures.semi_managed import at_four_hosts, company_of, set_token
from tests.fixtures.serving import served
from tests.fixtures.world import World
from tests.journeys.mapping import MATCH
from tests.journeys.test_listings import CREATE
from tests.journeys.test_listings import IMPORT as IMPORT_LISTINGS
from tests.journeys.test_sale_status import FOR_SALE
from tests.sandbox.events import STATUS_CHANGED
from tests.sandbox.mall import Mall, Sandbox
from tests.sandbox.model import Goods

# What Temu answers is the same to both; tests of what is written run on both elsewhere.
pytestmark = one_database

READ, UPDATE = "bg.btg.goods.stock.quantity.get", "bg.btg.goods.stock.quantity.update"
LIST, WAREHOUSES = "temu.goods.list.get", "bg.btg.goods.stock.warehouse.list.get"
PUSH = """mutation($input: UpdateInventoryOnChannelInput!) {
  updateInventoryOnChannel(input: $input) { job { id } userErrors { code message } } }"""
UPSERT = """mutation($id: ID!, $products: [ProductInput!]!) {
  upsertProducts(input: {companyId: $id, products: $products}) { products { id } userErrors { message } } }"""
STOCK = "mutation($input: SetInventoryInput!) { setInventory(input: $input) { userErrors { code message } } }"
SETTINGS = """mutation($input: UpdateCompanySettingsInput!) {
  updateCompanySettings(input: $input) { userErrors { message } } }"""
LISTINGS = """query($id: ID!) { company(id: $id) { products { nodes { sku listing { sku } } } listings(orderBy: {field: SKU}) {
  nodes { id sku title status stock price { amount } product { sku } } } } }"""
WEBSITE = """query($id: ID!) { company(id: $id) { products { nodes {
  sku websiteProperties { websiteProductId websiteProductVariantId } } } } }"""


@pytest.fixture
def settings(settings: Settings, sandbox: Sandbox) -> Iterator[Settings]:
    """Four hosts in place of one."""
    with at_four_hosts(settings, sandbox) as settings_of_hosts:
        yield settings_of_hosts


class Seller:
    """A company with the mall of a semi-managed shop, and its stock in one warehouse of its own."""

    def __init__(self, world: World, mall: Mall, company_id: str, warehouse_id: str) -> None:
        self.world, self.mall, self.company_id, self.warehouse_id = world, mall, company_id, warehouse_id
        assert mall.shop is not None
        self.shop = mall.shop

    async def add(self, goods: Goods, on_hand: int) -> None:
        """A product mapped to a listing, with so many pieces."""
        product = {
            "sku": goods.sku_code,
            "websiteProductId": str(goods.goods_id),
            "websiteProductVariantId": str(goods.product_sku_id),
        }
        made = await self.world.api.ask(UPSERT, id=self.company_id, products=[product])
        assert made["userErrors"] == []
        level = {"productId": made["products"][0]["id"], "warehouseId": self.warehouse_id, "onHand": on_hand}
        assert (await self.world.api.ask(STOCK, input={"levels": [level]}))["userErrors"] == []

    async def push(self) -> dict[str, Any]:
        """A manual update, as it ended."""
        payload = await self.world.api.ask(PUSH, input={"companyId": self.company_id})
        assert payload["userErrors"] == [], payload
        await self.world.run_jobs()
        return await self.world.job(payload["job"]["id"])

    async def compare(self, hours: float) -> None:
        """The clock strikes long after what Temu holds was told and compared."""
        async with self.world.database.write() as session:
            await session.execute(update(Company).values(stock_reconciled_at=None))
            earlier = clock.now() - timedelta(hours=1)
            await session.execute(update(ChannelStock).values(accepted_at=earlier))
        await self.tick(hours)

    async def tick(self, hours: float) -> None:
        """Let the clock strike, and run what is due."""
        await Scheduler(self.world.resources).enqueue_due(clock.now() + timedelta(hours=hours))
        await self.world.run_jobs()

    def held(self, goods: Goods) -> dict[str, int | None]:
        """What Temu holds of a SKU, by warehouse."""
        of_sku = self.shop.stock.items()
        return {place: figure for (sku, place), figure in of_sku if sku == goods.product_sku_id}


@pytest.fixture
async def seller(world: World, sandbox: Sandbox) -> Seller:
    """A seller abroad, who sells in the US."""
    mall = sandbox.add_mall(semi_managed=True)
    company_id = await company_of(world, mall, "ORDERS", "PRODUCTS")
    return Seller(world, mall, company_id, await warehouse(world, "Shenzhen"))


@pytest.mark.parametrize("code", [2000000, 3000003, 7000000])
async def test_warehouses_that_temu_refuses_to_tell(seller: Seller, code: int) -> None:
    """C12, I5, J4: without its warehouses no figure can leave: the job fails and says why, and tells of no product."""
    goods = seller.mall.add_goods()
    await seller.add(goods, 5)
    seller.world.sandbox.faults.add("error", interface=WAREHOUSES, times=None, code=code)

    job = await seller.push()

    assert job["status"] == "FAILED"
    assert job["error"].startswith(
        "Temu doesn't tell the mall's warehouses, so no stock can go out. Temu refused"
    )
    assert str(code) in job["error"]
    assert job["outcomes"]["nodes"] == []
    assert seller.held(goods) == {}
    seller.world.sandbox.faults.clear()
    assert (await seller.push())["status"] == "SUCCEEDED"
    assert list(seller.held(goods).values()) == [5]


async def test_stock_goes_out(seller: Seller) -> None:
    """I1, I3, C12: figures replace what a warehouse of Temu's holds of product SKUs, one call a goods."""
    blue = seller.mall.add_goods(sku_code="BLUE")
    red = seller.mall.add_variant(blue, "RED")
    lamp = seller.mall.add_goods(sku_code="LAMP")
    for goods, on_hand in ((blue, 5), (red, 7), (lamp, 0)):
        await seller.add(goods, on_hand)

    job = await seller.push()

    assert job["status"] == "SUCCEEDED"
    assert [seller.held(goods) for goods in (blue, red, lamp)] == [
        {"WH-00001": 5},
        {"WH-00001": 7},
        {"WH-00001": 0},
    ]
    calls = seller.world.sandbox.ledger.of(UPDATE)
    assert len(calls) == 2
    assert {call.parameters["quantityChangeMode"] for call in calls} == {2}
    assert len(seller.world.sandbox.ledger.of(WAREHOUSES)) == 1
    assert seller.world.sandbox.ledger.of("bg.local.goods.stock.edit") == []


async def test_one_sku_that_is_refused(seller: Seller) -> None:
    """I5, C12: where Temu refuses a call for several SKUs each is told by itself, and only the one at fault fails."""
    blue = seller.mall.add_goods(sku_code="BLUE")
    red, green = seller.mall.add_variant(blue, "RED"), seller.mall.add_variant(blue, "GREEN")
    for goods in (blue, red, green):
        await seller.add(goods, 4)
    seller.mall.delisted.add(red.sku_id)

    job = await seller.push()

    outcomes = {o["subject"]: (o["status"], o["code"]) for o in job["outcomes"]["nodes"]}
    taken, refused = ("SUCCEEDED", "UPDATED"), ("FAILED", "TEMU_2000090")
    assert outcomes == {"BLUE": taken, "GREEN": taken, "RED": refused}
    assert (seller.held(blue), seller.held(red)) == ({"WH-00001": 4}, {})
    async with seller.world.database.read() as session:
        rows = (await session.scalars(select(ChannelStock))).all()
    assert sorted((row.accepted_quantity or -1, row.in_flight_quantity) for row in rows) == [
        (-1, None),
        (4, None),
        (4, None),
    ]


async def test_trouble_in_the_middle(seller: Seller, sandbox: Sandbox) -> None:
    """I5, I6, J4: cut off while each SKU is told by itself, the rest is told when Temu is back."""
    blue = seller.mall.add_goods(sku_code="BLUE")
    red, green = seller.mall.add_variant(blue, "RED"), seller.mall.add_variant(blue, "GREEN")
    for goods in (blue, red, green):
        await seller.add(goods, 4)
    seller.mall.delisted.add(red.sku_id)
    # All together, and BLUE; then RED finds nobody.
    sandbox.faults.add("http_status", interface=UPDATE, skip=2, times=1, status=503)

    waits = await seller.push()
    await seller.world.make_due()
    await seller.world.run_jobs()

    assert (waits["status"], waits["errorIsPassing"]) == ("QUEUED", True)
    assert [seller.held(goods) for goods in (blue, red, green)] == [{"WH-00001": 4}, {}, {"WH-00001": 4}]
    assert [sku for sku, _, _ in seller.shop.told] == [blue.product_sku_id, green.product_sku_id]


async def test_several_warehouses(seller: Seller) -> None:
    """C12, I6: with several warehouses nothing is guessed: the job fails, says what to do, and has told nothing."""
    goods = seller.mall.add_goods()
    seller.shop.add_warehouse(100, "Reno")
    await seller.add(goods, 4)

    job = await seller.push()

    assert (job["status"], job["errorIsPassing"]) == ("FAILED", False)
    assert job["error"].startswith("The mall has several warehouses: US Hub, Reno.")
    assert seller.shop.told == []
    async with seller.world.database.read() as session:
        assert (await session.scalars(select(ChannelStock.in_flight_quantity))).all() == []


async def test_drift(seller: Seller, sandbox: Sandbox) -> None:
    """I4, C12: what Temu holds is read SKC by SKC, of the region's warehouses, and what differs is told again."""
    blue = seller.mall.add_goods(sku_code="BLUE")
    red = seller.mall.add_variant(blue, "RED")
    hidden = seller.mall.add_goods(sku_code="HIDDEN")
    for goods in (blue, red, hidden):
        await seller.add(goods, 5)
    for i in range(120):
        seller.mall.add_goods(sku_code=f"OTHER-{i}")
    sandbox.add_mall("EU", of=seller.mall)  # Which has another company's figures in its warehouse.
    cooperating = seller.shop.add_warehouse(100, "Cooperating", is_disabled=True, shipping_mode=2)
    on = {"companyId": seller.company_id, "allowInventoryUpload": True}
    await seller.world.api.ask(SETTINGS, input=on)
    await seller.tick(hours=0)
    seller.shop.stock[blue.product_sku_id, "WH-00001"] = 9
    seller.shop.stock[blue.product_sku_id, "WH-00002"] = 50
    seller.shop.stock[red.product_sku_id, cooperating.warehouse_id] = 30
    seller.shop.stock[hidden.product_sku_id, "WH-00001"] = None

    await seller.compare(hours=1)

    assert seller.held(blue) == {"WH-00001": 5, "WH-00002": 50}
    async with seller.world.database.read() as session:
        read = (await session.scalars(select(ChannelStock).order_by(ChannelStock.product_id))).all()
    assert [(row.channel_quantity, row.drifts) for row in read] == [(9, 1), (5, 0), (None, 0)]
    # One for each SKC that has something to compare, of which the first page of the list names all.
    assert len(sandbox.ledger.of(READ)) == 2
    assert len(sandbox.ledger.of(LIST)) == 1


async def test_more_than_was_told(seller: Seller) -> None:
    """I4, I8, C12: what another warehouse of the region holds is left alone, and counts as what Temu offers."""
    goods = seller.mall.add_goods()
    await seller.add(goods, 5)
    second = seller.shop.add_warehouse(100, "Reno")
    names = """mutation($input: SetChannelWarehouseMappingsInput!) {
      setChannelWarehouseMappings(input: $input) { userErrors { message } } }"""
    mapping = {"warehouseId": seller.warehouse_id, "channelWarehouseCode": "us hub"}
    await seller.world.api.ask(names, input={"companyId": seller.company_id, "mappings": [mapping]})
    seller.shop.stock[goods.product_sku_id, second.warehouse_id] = 3
    await seller.world.api.ask(SETTINGS, input={"companyId": seller.company_id, "allowInventoryUpload": True})
    await seller.tick(hours=0)

    await seller.compare(hours=1)
    await seller.compare(hours=2)

    assert seller.held(goods) == {"WH-00001": 5, second.warehouse_id: 3}
    async with seller.world.database.read() as session:
        row = (await session.scalars(select(ChannelStock))).one()
    assert (row.accepted_quantity, row.channel_quantity, row.drifts) == (5, 8, 2)


async def test_a_schedule_waits_for_the_second_token(world: World, sandbox: Sandbox) -> None:
    """C5, C8, C12: without its second token a semi-managed mall's stock waits, and doesn't fail at each interval."""
    mall = sandbox.add_mall(semi_managed=True)
    seller = Seller(world, mall, await company_of(world, mall, "ORDERS"), await warehouse(world))
    goods = mall.add_goods()
    await world.api.ask(SETTINGS, input={"companyId": seller.company_id, "allowInventoryUpload": True})
    await seller.add(goods, 5)
    await seller.tick(hours=1)
    async with world.database.read() as session:
        assert (await session.scalars(select(QueuedJob.id))).all() == []
    document = "query($id: ID!) { company(id: $id) { attention { code } } }"
    attention = (await world.api.ask(document, id=seller.company_id))["attention"]
    assert {"code": "PRODUCT_ACCESS_TOKEN_MISSING"} in attention

    await set_token(world, seller.company_id, mall.add_token("products"), "PRODUCTS")
    await seller.tick(hours=2)

    assert seller.held(goods) == {"WH-00001": 5}


async def test_a_token_that_was_set_while_temu_was_away(world: World, sandbox: Sandbox) -> None:
    """C8, C12: where a token is good is found out before anything is done with it."""
    mall = sandbox.add_mall(semi_managed=True)
    company_id = await company_of(world, mall, "ORDERS")
    sandbox.faults.add("http_status", times=None, status=503)
    await set_token(world, company_id, mall.add_token("products"), "PRODUCTS")
    sandbox.faults.clear()
    seller = Seller(world, mall, company_id, await warehouse(world))
    goods = mall.add_goods()
    await seller.add(goods, 5)

    job = await seller.push()

    assert job["status"] == "SUCCEEDED"
    assert seller.held(goods) == {"WH-00001": 5}
    async with world.database.read() as session:
        statuses = select(AccessToken.status, AccessToken.host).where(AccessToken.company_id == 2)
        found = [(status.value, host and host.value) for status, host in await session.execute(statuses)]
    assert sorted(found) == [("VALID", "PARTNER"), ("VALID", "REGION")]


async def test_listings(seller: Seller) -> None:
    """M4, C12: products are matched with the shop's own list, by product id and product SKU id."""
    first = seller.mall.add_goods(sku_code="A")
    second = seller.mall.add_variant(first, "B")
    for i in range(150):
        seller.mall.add_goods(sku_code=f"N-{i}")
    last = seller.mall.add_goods(sku_code="C")
    products = [{"sku": sku} for sku in ("A", "B", "C", "D")]
    await seller.world.api.ask(UPSERT, id=seller.company_id, products=products)

    asked = await seller.world.api.ask(MATCH, input={"companyId": seller.company_id, "apply": True})
    await seller.world.run_jobs()

    assert (await seller.world.job(asked["job"]["id"]))["progress"]["succeeded"] == 3
    found = (await seller.world.api.ask(WEBSITE, id=seller.company_id))["products"]["nodes"]
    assert {
        node["sku"]: tuple(node["websiteProperties"].values()) for node in found if node["sku"] != "D"
    } == {
        goods.sku_code: (str(goods.product_id), str(goods.product_sku_id)) for goods in (first, second, last)
    }


async def test_listings_of_a_semi_managed_mall(seller: Seller) -> None:
    """M4, C12: its list is read, a listing has the product of its SKU whatever the goods id, and sale is the seller centre's."""
    goods = seller.mall.add_goods("Mug", "A")
    other = seller.mall.add_variant(goods, "B")
    await seller.add(goods, 1)
    assert seller.world.company_id != seller.company_id
    asked = await seller.world.api.ask(IMPORT_LISTINGS, id=seller.company_id)
    await seller.world.run_jobs()
    assert (await seller.world.job(asked["job"]["id"]))["status"] == "SUCCEEDED"

    answer = await seller.world.api.ask(LISTINGS, id=seller.company_id)

    nodes = {each["sku"]: each for each in answer["listings"]["nodes"]}
    assert {
        sku: (each["title"], each["status"], each["price"], each["stock"]) for sku, each in nodes.items()
    } == dict.fromkeys("AB", ("Mug", "FOR_SALE", None, None))
    assert [each["product"] for each in nodes.values()] == [{"sku": "A"}, None]
    assert answer["products"]["nodes"] == [{"sku": "A", "listing": {"sku": "A"}}]
    given = {"companyId": seller.company_id, "listingIds": [each["id"] for each in nodes.values()]}
    sale = await seller.world.api.ask(FOR_SALE, input=given | {"isForSale": False})
    assert [(each["code"], each["field"]) for each in sale["userErrors"]] == [("CONFLICT", ["companyId"])]
    made = await seller.world.api.ask(CREATE, input=given)
    assert [each["isCreated"] for each in made["results"]] == [False, True]
    assert made["products"][0]["websiteProperties"]["websiteProductVariantId"] == str(other.product_sku_id)


async def test_listings_with_a_gap(seller: Seller, sandbox: Sandbox) -> None:
    """M4, C12: a token that may not list products fails the match at once, with what to do."""
    (token,) = (one for one in sandbox.tokens.values() if one.is_partners)
    token.scopes.discard(LIST)

    asked = await seller.world.api.ask(MATCH, input={"companyId": seller.company_id})
    await seller.world.run_jobs()

    job = await seller.world.job(asked["job"]["id"])
    assert (job["status"], job["errorIsPassing"]) == ("FAILED", False)
    assert LIST in job["error"]


@pytest.mark.parametrize("region,number,companies", [
    ("US", "PO-211-123", [2]),
    ("EU", "PO-076-123", [3]),
    ("GLOBAL", "PO-128-123", [4]),
    ("nowhere", "PO-999-123", [2, 3, 4]),
])  # fmt: skip
async def test_events(
    world: World, seller: Seller, sandbox: Sandbox, region: str, number: str, companies: list[int]
) -> None:
    """O14, C12: what one mall number pushes reaches the company of the order's region; where that can't be told, all."""
    malls = [seller.mall, *(sandbox.add_mall(each, of=seller.mall) for each in ("EU", "GLOBAL"))]
    ids = [seller.company_id, *[await company_of(world, mall, "ORDERS") for mall in malls[1:]]]
    for company_id in ids:
        await world.api.ask(SETTINGS, input={"companyId": company_id, "allowOrderDownload": True})
    data = {"mallId": seller.mall.mall_id, "parentOrderSn": number, "orderStatus": 2}

    async with served(world) as url:
        sandbox.events.push_to(f"{url}/events/temu")
        for _ in range(2):
            message = sandbox.events.message(STATUS_CHANGED, data, timestamp=int(sandbox.clock()) * 1000)
            sent = await asyncio.to_thread(sandbox.events.send, STATUS_CHANGED, message)
            assert sent.status == 200

    async with world.database.read() as session:
        asked = (await session.scalars(select(QueuedJob).order_by(QueuedJob.company_id))).all()
    assert [job.company_id for job in asked] == companies
