"""Stock goes out: what Temu is told, when, and that it is never more than there is."""

import asyncio
import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from domain import clock
from domain.inventory import changes
from domain.models import ChannelStock, Company, JobTrigger, QueuedJob, StockChange
from domain.temu.client import TemuClient
from domain.temu.messages import StockEditMessage, StockEditRow
from domain.temu.rate_limiter import RateLimiter
from jobs.runner import Runner
from jobs.scheduler import Scheduler
from tests.fixtures.database import one_database
from tests.fixtures.world import World
from tests.sandbox.model import Goods

EDIT = "bg.local.goods.stock.edit"
READ = "temu.local.goods.sku.stock.query"
PUSH = """mutation($input: UpdateInventoryOnChannelInput!) {
  updateInventoryOnChannel(input: $input) { job { id } userErrors { code message field } } }"""
UPSERT = """mutation($id: ID!, $products: [ProductInput!]!) {
  upsertProducts(input: {companyId: $id, products: $products}) { products { id } userErrors { message } } }"""
STOCK = "mutation($input: SetInventoryInput!) { setInventory(input: $input) { userErrors { code message } } }"
WAREHOUSE = "mutation($name: String!) { createWarehouse(input: {name: $name}) { warehouse { id } } }"
SETTINGS = """mutation($input: UpdateCompanySettingsInput!) {
  updateCompanySettings(input: $input) { userErrors { message } } }"""
PRODUCT = """query($id: ID!) { product(id: $id) { availableQuantity
  websiteProperties { lastPushedQuantity lastPushedAt }
  stockExplanation { warehouses { warehouse { name } onHand counts reason }
    reservations { quantity order { channelOrderId } } reservedQuantity aggregateSellableQuantity
    safetyQuantity isDefaultSafetyQuantity maxQuantity availableQuantity isWaiting
    channel { acceptedQuantity acceptedAt channelQuantity channelReadAt isInDoubt refusal } } } }"""


class Shelf:
    """Products of a world's company, and the warehouse they lie in."""

    def __init__(self, world: World, warehouse_id: str) -> None:
        self.world = world
        self.warehouse_id = warehouse_id
        self.ids: dict[int, str] = {}

    async def add(self, *goods: Goods, company_id: str | None = None, **more: Any) -> list[str]:
        """Products mapped to these listings; their ids."""
        inputs = [
            {
                "sku": one.sku_code,
                "websiteProductId": str(one.goods_id),
                "websiteProductVariantId": str(one.sku_id),
            }
            | more
            for one in goods
        ]
        made = await self.world.api.ask(UPSERT, id=company_id or self.world.company_id, products=inputs)
        assert made["userErrors"] == []
        found = [product["id"] for product in made["products"]]
        self.ids |= {one.sku_id: product for one, product in zip(goods, found, strict=True)}
        return found

    async def put(self, product_id: str, on_hand: int) -> None:
        """Pieces in the warehouse."""
        level = {"productId": product_id, "warehouseId": self.warehouse_id, "onHand": on_hand}
        assert (await self.world.api.ask(STOCK, input={"levels": [level]}))["userErrors"] == []

    async def settings(self, **more: Any) -> None:
        """Settings of the company."""
        payload = await self.world.api.ask(SETTINGS, input={"companyId": self.world.company_id} | more)
        assert payload["userErrors"] == []

    async def push(self, **more: Any) -> dict[str, Any]:
        """A manual update, as it ended."""
        payload = await self.world.api.ask(PUSH, input={"companyId": self.world.company_id} | more)
        assert payload["userErrors"] == [], payload
        await self.world.run_jobs()
        return await self.world.job(payload["job"]["id"])

    async def tick(self, hours: float = 0) -> None:
        """Let the clock strike, and run what is due."""
        await Scheduler(self.world.resources).enqueue_due(clock.now() + timedelta(hours=hours))
        await self.world.run_jobs()

    async def age(self) -> None:
        """Have what Temu accepted be so old that readings tell of it."""
        async with self.world.database.write() as session:
            long_ago = clock.now() - timedelta(minutes=2)
            accepted = ChannelStock.accepted_at.is_not(None)
            await session.execute(update(ChannelStock).where(accepted).values(accepted_at=long_ago))

    def calls(self, interface: str = EDIT) -> int:
        """How many calls of an interface there were."""
        return len(self.world.sandbox.ledger.of(interface))

    async def product(self, product_id: str) -> dict[str, Any]:
        """What can be read of a product's stock."""
        found: dict[str, Any] = await self.world.api.ask(PRODUCT, id=product_id)
        return found


@pytest.fixture
async def shelf(world: World) -> Shelf:
    """A shelf in one warehouse."""
    made = await world.api.ask(WAREHOUSE, name="Kiel")
    return Shelf(world, made["warehouse"]["id"])


def _outcomes(job: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {o["subject"]: (o["status"], o["code"]) for o in job["outcomes"]["nodes"]}


async def test_all_mapped_products(shelf: Shelf, world: World) -> None:
    """I1, I3, I4: every mapped product goes out, one call a goods with all its SKUs, less what orders hold and safety."""
    blue = world.mall.add_goods(sku_code="BLUE")
    red = world.mall.add_variant(blue, "RED")
    lamp = world.mall.add_goods(sku_code="LAMP")
    for product_id in await shelf.add(blue, red, lamp):
        await shelf.put(product_id, 10)
    await shelf.settings(safetyQuantity=2)
    world.mall.add_order(items=[(lamp, 3)])
    await world.import_orders()

    job = await shelf.push()

    assert job["status"] == "SUCCEEDED"
    assert _outcomes(job) == dict.fromkeys(["BLUE", "RED", "LAMP"], ("SUCCEEDED", "UPDATED"))
    assert world.mall.stock == {blue.sku_id: 8, red.sku_id: 8, lamp.sku_id: 5}
    assert shelf.calls() == 2
    properties = (await shelf.product(shelf.ids[lamp.sku_id]))["websiteProperties"]
    assert properties["lastPushedQuantity"] == 5
    assert properties["lastPushedAt"] is not None


async def test_named_products_only(shelf: Shelf, world: World) -> None:
    """I3, I5: named products alone go out; one that is not mapped is an outcome; foreign ones refuse the call."""
    blue, lamp = world.mall.add_goods(sku_code="BLUE"), world.mall.add_goods(sku_code="LAMP")
    first, second = await shelf.add(blue, lamp)
    [loose] = (await world.api.ask(UPSERT, id=world.company_id, products=[{"sku": "LOOSE"}]))["products"]
    await shelf.put(first, 4)
    await shelf.put(second, 4)

    job = await shelf.push(productIds=[first, loose["id"]])

    assert _outcomes(job) == {"BLUE": ("SUCCEEDED", "UPDATED"), "LOOSE": ("FAILED", "NOT_MAPPED")}
    assert world.mall.stock == {blue.sku_id: 4}
    for ids, code in (([], "REQUIRED"), (["UHJvZHVjdDo5OTk="], "NOT_FOUND"), (["x"], "NOT_FOUND")):
        payload = await world.api.ask(PUSH, input={"companyId": world.company_id, "productIds": ids})
        assert [error["code"] for error in payload["userErrors"]] == [code]


@one_database
async def test_bad_skus_leave_the_others(shelf: Shelf, world: World) -> None:
    """I5: a delisted SKU and one that Temu doesn't know are outcomes with their reason, and the others go through."""
    blue = world.mall.add_goods(sku_code="BLUE")
    red = world.mall.add_variant(blue, "RED")
    lamp = world.mall.add_goods(sku_code="LAMP")
    ghost = world.mall.add_goods(sku_code="GHOST")
    for product_id in await shelf.add(blue, red, lamp, ghost):
        await shelf.put(product_id, 1)
    world.mall.delisted.add(red.sku_id)
    world.mall.goods.remove(ghost)

    job = await shelf.push()

    assert _outcomes(job) == {
        "BLUE": ("SUCCEEDED", "UPDATED"),
        "RED": ("FAILED", "TEMU_150011002"),
        "LAMP": ("SUCCEEDED", "UPDATED"),
        "GHOST": ("FAILED", "TEMU_150010003"),
    }
    explained = (await shelf.product(shelf.ids[red.sku_id]))["stockExplanation"]["channel"]
    assert "off the shelf" in explained["refusal"]
    assert explained["acceptedQuantity"] is None


async def test_scheduled_runs_send_what_changed(shelf: Shelf, world: World) -> None:
    """C5, I4: by the clock only what changed since Temu last accepted goes out, and nothing where nothing changed."""
    goods = [world.mall.add_goods(sku_code=f"SKU{i}") for i in range(5)]
    ids = await shelf.add(*goods)
    for product_id in ids:
        await shelf.put(product_id, 7)
    await shelf.tick()
    assert shelf.calls() == 0  # Not allowed yet.
    await shelf.settings(allowInventoryUpload=True)
    await shelf.tick()
    assert shelf.calls() == 5

    await shelf.tick(hours=1)
    assert shelf.calls() == 5
    await shelf.put(ids[0], 7)
    await shelf.put(ids[1], 6)
    await shelf.tick(hours=2)

    assert shelf.calls() == 6
    assert world.mall.stock[goods[1].sku_id] == 6
    await shelf.settings(maxQuantity=5)
    await shelf.tick(hours=3)
    assert set(world.mall.stock.values()) == {5}


async def test_a_sale_reaches_the_other_malls(shelf: Shelf, world: World) -> None:
    """I7, M5: a sale on one mall lowers what the others are told of the same stock, without waiting for the clock."""
    other_mall = world.sandbox.add_mall()
    other = await world.new_company("Südwind", other_mall)
    lamp, same = world.mall.add_goods(sku_code="LAMP"), other_mall.add_goods(sku_code="SHADOW")
    [product_id] = await shelf.add(lamp)
    shadow = {"shadowOfSku": "LAMP", "shadowOfCompanyId": world.company_id}
    await shelf.add(same, company_id=other, **shadow)
    for company in (world.company_id, other):
        await world.api.ask(SETTINGS, input={"companyId": company, "allowInventoryUpload": True})
    await shelf.put(product_id, 10)
    await world.run_jobs()
    assert (world.mall.stock, other_mall.stock) == ({lamp.sku_id: 10}, {same.sku_id: 10})

    world.mall.add_order(items=[(lamp, 3)])
    await world.import_orders()

    assert other_mall.stock == {same.sku_id: 7}
    async with world.database.read() as session:
        triggers = set(await session.scalars(select(QueuedJob.trigger)))
    assert triggers == {JobTrigger.MANUAL, JobTrigger.EVENT}


async def test_warehouses_without_a_name_may_not_count(shelf: Shelf, world: World) -> None:
    """I8, I9: the figure can be explained, from what lies where to what Temu was told."""
    lamp = world.mall.add_goods(sku_code="LAMP")
    [product_id] = await shelf.add(lamp)
    await shelf.put(product_id, 10)
    order = world.mall.add_order(items=[(lamp, 2)])
    await world.import_orders()
    await shelf.settings(safetyQuantity=1, maxQuantity=6)
    await shelf.push()

    found = (await shelf.product(product_id))["stockExplanation"]
    channel = found.pop("channel")
    assert found == {
        "warehouses": [{"warehouse": {"name": "Kiel"}, "onHand": 10, "counts": True, "reason": None}],
        "reservations": [{"quantity": 2, "order": {"channelOrderId": order.number}}],
        "reservedQuantity": 2,
        "aggregateSellableQuantity": 8,
        "safetyQuantity": 1,
        "isDefaultSafetyQuantity": True,
        "maxQuantity": 6,
        "availableQuantity": 6,
        "isWaiting": False,
    }
    assert (channel["acceptedQuantity"], channel["isInDoubt"]) == (6, False)

    await shelf.settings(sellOnlyMappedWarehouses=True)
    explained = (await shelf.product(product_id))["stockExplanation"]
    assert explained["isWaiting"]
    assert [w["counts"] for w in explained["warehouses"]] == [False]
    await shelf.push()
    assert world.mall.stock == {lamp.sku_id: 0}


@pytest.mark.parametrize("kind", ["drop", "drop_after", "truncated"])
@one_database
async def test_a_lost_answer(shelf: Shelf, world: World, kind: str) -> None:
    """I6, J4: a figure whose answer was lost is in doubt, and told again by the next try."""
    lamp = world.mall.add_goods(sku_code="LAMP")
    [product_id] = await shelf.add(lamp)
    await shelf.put(product_id, 10)
    world.sandbox.faults.add(kind, interface=EDIT)

    job = await shelf.push()
    assert job["status"] == "QUEUED"
    assert (await shelf.product(product_id))["stockExplanation"]["channel"]["isInDoubt"]
    await world.make_due()
    await world.run_jobs()

    assert world.mall.stock == {lamp.sku_id: 10}
    explained = (await shelf.product(product_id))["stockExplanation"]
    assert (explained["channel"]["isInDoubt"], explained["isWaiting"]) == (False, False)


async def test_stock_waits_for_a_figure_on_its_way(shelf: Shelf, world: World) -> None:
    """I6: stock that would make a figure on its way too high is lowered once that has arrived, and then told."""
    lamp = world.mall.add_goods(sku_code="LAMP")
    [product_id] = await shelf.add(lamp)
    await shelf.put(product_id, 10)
    seen: list[Any] = []
    loop = asyncio.get_running_loop()

    def lower_meanwhile() -> None:
        lowering = asyncio.run_coroutine_threadsafe(shelf.put(product_id, 4), loop)
        with pytest.raises(TimeoutError):
            lowering.result(0.3)
        seen.append(lowering)

    world.sandbox.before(EDIT, 1, lower_meanwhile)
    await shelf.push()
    await asyncio.wrap_future(seen[0])

    figures = [entry.figure for entry in world.mall.stock_history]
    assert figures == [10]
    assert (await shelf.product(product_id))["stockExplanation"]["isWaiting"]
    await shelf.push()
    assert world.mall.stock == {lamp.sku_id: 4}


async def test_a_worker_that_dies_while_pushing(shelf: Shelf, world: World) -> None:
    """I6, J2: what a worker left on its way doesn't hold stock up for ever, and its successor tells it again."""
    lamp = world.mall.add_goods(sku_code="LAMP")
    [product_id] = await shelf.add(lamp)
    await shelf.put(product_id, 10)
    payload = await world.api.ask(PUSH, input={"companyId": world.company_id})
    arrived, may_answer = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def hold() -> None:
        loop.call_soon_threadsafe(arrived.set)
        asyncio.run_coroutine_threadsafe(may_answer.wait(), loop).result(30)

    world.sandbox.after(EDIT, 1, hold)
    runner = Runner(world.resources, owner="who dies")
    async with world.database.read() as session:
        number = (await session.scalars(select(QueuedJob.id))).one()
    task = asyncio.create_task(runner.run(number))
    await arrived.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    may_answer.set()
    async with world.database.write() as session:
        assert (await session.scalars(select(StockChange.product_id))).all() != []
        long_ago = clock.now() - 2 * changes.FLIGHT_ENDS_AFTER
        await session.execute(update(ChannelStock).values(in_flight_since=long_ago))

    await shelf.put(product_id, 3)
    await world.run_jobs()

    assert (await world.job(payload["job"]["id"]))["status"] == "SUCCEEDED"
    assert world.mall.stock == {lamp.sku_id: 3}


async def test_drift_is_repaired_and_reported(shelf: Shelf, world: World) -> None:
    """I4, I8, C11: what somebody else wrote at Temu is put right by the comparison, and is on the list the second time."""
    lamp = world.mall.add_goods(sku_code="LAMP")
    [product_id] = await shelf.add(lamp)
    await shelf.put(product_id, 10)
    await shelf.settings(allowInventoryUpload=True)
    await shelf.tick()
    attention = "query($id: ID!) { company(id: $id) { attention { code count advice } } }"
    for turn in range(2):
        world.mall.set_stock(lamp.sku_id, 50)
        async with world.database.write() as session:
            await session.execute(update(Company).values(stock_reconciled_at=None))
        await shelf.age()
        await shelf.tick(hours=turn + 1)
        assert world.mall.stock == {lamp.sku_id: 10}
        found = await world.api.ask(attention, id=world.company_id)
        codes = [item["code"] for item in found["attention"]]
        assert codes == (["DRIFTING_STOCK"] if turn else [])
    assert shelf.calls(READ) == 2  # The first time nothing had been told that could have drifted.


async def test_stress(shelf: Shelf, world: World) -> None:
    """I6: with imports, stock changes and updates at once, Temu never hears of more than there is, and at rest of that."""
    world.mall.sales_lower_stock = False
    goods = [world.mall.add_goods(sku_code=f"SKU{i}") for i in range(6)]
    ids = await shelf.add(*goods)
    await shelf.settings(allowInventoryUpload=True)
    # By SKU: the largest figure that was right between two moments of ours.
    bound = {one.sku_id: [(0.0, 40)] for one in goods}
    for product_id in ids:
        await shelf.put(product_id, 40)
    source, ended = random.Random(7), asyncio.Event()

    async def change_stock() -> None:
        for _ in range(25):
            one, figure = source.choice(goods), source.randrange(20, 41)
            before = bound[one.sku_id][-1][1]
            # While the change is made either figure is right; once it has answered, only the new one is.
            bound[one.sku_id].append((clock.now().timestamp(), max(before, figure)))
            await shelf.put(shelf.ids[one.sku_id], figure)
            bound[one.sku_id].append((clock.now().timestamp(), figure))

    async def sell() -> None:
        for _ in range(5):
            world.mall.add_order(items=[(source.choice(goods), 1)])
            await world.import_orders()

    async def work() -> None:
        while not ended.is_set():
            await world.run_jobs()
            await asyncio.sleep(0.01)

    workers = [asyncio.create_task(work()) for _ in range(2)]
    await asyncio.gather(change_stock(), sell())
    ended.set()
    await asyncio.gather(*workers)
    await world.make_due()
    await shelf.push()

    for entry in world.mall.stock_history:
        right = [most for since, most in bound[entry.sku_id] if since <= entry.at]
        assert entry.figure <= right[-1], entry
    for one in goods:
        available = (await shelf.product(shelf.ids[one.sku_id]))["availableQuantity"]
        assert world.mall.stock[one.sku_id] == available


async def test_changed_rules_are_pushed_at_once(shelf: Shelf, world: World) -> None:
    """I6, I7, J3: a company's own rules wait for a figure on its way, and are told without waiting for the clock."""
    lamp = world.mall.add_goods(sku_code="LAMP")
    [product_id] = await shelf.add(lamp)
    await shelf.settings(allowInventoryUpload=True)
    await shelf.put(product_id, 10)
    seen: list[Any] = []
    loop = asyncio.get_running_loop()

    def lower_meanwhile() -> None:
        lowering = asyncio.run_coroutine_threadsafe(shelf.settings(safetyQuantity=4), loop)
        with pytest.raises(TimeoutError):
            lowering.result(0.3)
        seen.append(lowering)

    world.sandbox.before(EDIT, 1, lower_meanwhile)
    await world.run_jobs()
    await asyncio.wrap_future(seen[0])
    await world.run_jobs()

    assert [entry.figure for entry in world.mall.stock_history] == [10, 6]


async def test_a_product_mapped_otherwise_before_its_slot(
    shelf: Shelf, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I5, I6: what is mapped otherwise while a call waits for its slot is not told of, and stays to be told."""
    blue, lamp = world.mall.add_goods(sku_code="BLUE"), world.mall.add_goods(sku_code="LAMP")
    [product_id] = await shelf.add(blue)
    await shelf.put(product_id, 10)
    remap = """mutation($input: UpdateWebsitePropertiesInput!) {
      updateWebsiteProperties(input: $input) { userErrors { message } } }"""
    ids = {"websiteProductId": str(lamp.goods_id), "websiteProductVariantId": str(lamp.sku_id)}
    real = RateLimiter.wait

    async def wait_long(limiter: RateLimiter, *args: Any, **more: Any) -> float:
        await world.api.ask(remap, input={"productId": product_id} | ids)
        return await real(limiter, *args, **more)

    monkeypatch.setattr(RateLimiter, "wait", wait_long)
    job = await shelf.push(productIds=[product_id])

    monkeypatch.undo()
    [outcome] = _outcomes(job).values()
    assert outcome == ("SKIPPED", "CHANGED")
    assert (world.mall.stock, shelf.calls()) == ({}, 0)
    assert (await shelf.product(product_id))["stockExplanation"]["isWaiting"]
    await shelf.push()
    assert world.mall.stock == {lamp.sku_id: 10}


@one_database
async def test_an_unreadable_comparison_holds_up_nothing(shelf: Shelf, world: World) -> None:
    """I4, I5: where Temu refuses to be read, or is in trouble with it, what changed is told all the same."""
    lamp = world.mall.add_goods(sku_code="LAMP")
    [product_id] = await shelf.add(lamp)
    await shelf.settings(allowInventoryUpload=True)
    await shelf.put(product_id, 10)
    await world.run_jobs()
    for code, on_hand in ((150010003, 9), (2000000, 8)):
        async with world.database.write() as session:
            await session.execute(update(Company).values(stock_reconciled_at=None))
        world.sandbox.faults.add("error", interface=READ, times=None, code=code, message="no")
        await shelf.put(product_id, on_hand)
        await world.run_jobs()
        world.sandbox.faults.clear()
        assert world.mall.stock == {lamp.sku_id: on_hand}


@one_database
async def test_what_was_refused_is_pushed_again_with_the_comparison(shelf: Shelf, world: World) -> None:
    """I4, I5: a SKU that was off the shelf hears of its stock once it is back, though that hasn't changed since."""
    lamp = world.mall.add_goods(sku_code="LAMP")
    [product_id] = await shelf.add(lamp)
    await shelf.settings(allowInventoryUpload=True)
    world.mall.delisted.add(lamp.sku_id)
    await shelf.put(product_id, 10)
    await world.run_jobs()
    await shelf.tick(hours=1)
    assert shelf.calls() == 1
    world.mall.delisted.clear()

    async with world.database.write() as session:
        await session.execute(update(Company).values(stock_reconciled_at=None))
    await shelf.tick(hours=2)

    assert world.mall.stock == {lamp.sku_id: 10}


@one_database
async def test_rows_in_passing_trouble_are_pushed_again(
    shelf: Shelf, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """J4: a SKU of which Temu says to try later is tried later; the others of the call are done."""
    blue = world.mall.add_goods(sku_code="BLUE")
    red = world.mall.add_variant(blue, "RED")
    for product_id in await shelf.add(blue, red):
        await shelf.put(product_id, 3)
    real = TemuClient.set_stock

    async def busy(client: TemuClient, *args: Any) -> StockEditMessage:
        answer = await real(client, *args)
        rows = [
            StockEditRow(row.sku_id, row.sku_id != red.sku_id, "150010005", "try later")
            for row in answer.sku_stock_edit_status_info_list or []
        ]
        is_done = all(row.stock_edit_status for row in rows)
        return StockEditMessage(operate_result=is_done, sku_stock_edit_status_info_list=rows)

    monkeypatch.setattr(TemuClient, "set_stock", busy)
    payload = await world.api.ask(PUSH, input={"companyId": world.company_id})
    await world.run_jobs()
    job = await world.job(payload["job"]["id"])
    assert (job["status"], _outcomes(job)) == ("QUEUED", {"BLUE": ("SUCCEEDED", "UPDATED")})
    monkeypatch.undo()
    await world.make_due()
    await world.run_jobs()

    assert _outcomes(await world.job(payload["job"]["id"])) == dict.fromkeys(
        ["BLUE", "RED"], ("SUCCEEDED", "UPDATED")
    )
