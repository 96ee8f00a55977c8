"""Most of a mall isn't set to zero without a person's word (I10)."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, update

from api.values import ids
from domain.inventory import zeroing
from domain.models import QueuedJob, Warehouse
from domain.temu import circuit_breaker
from tests.fixtures.database import one_database
from tests.fixtures.world import World
from tests.journeys.test_inventory_out import EDIT, PUSH, STOCK, WAREHOUSE, Shelf
from tests.sandbox.model import Goods

ATTENTION = "query($id: ID!) { company(id: $id) { attention { code severity count since message advice } } }"
RETRY = "mutation($id: ID!) { retryQueuedJob(input: {jobId: $id}) { userErrors { message } } }"
HELD = "query($id: ID!) { product(id: $id) { stockExplanation { isWaiting heldBackSince } } }"
REMAP = """mutation($input: UpdateWebsitePropertiesInput!) {
  updateWebsiteProperties(input: $input) { userErrors { message } } }"""
STOPPED = ("FAILED", "ZEROING_STOPPED")


class Mall(Shelf):
    """A shelf with many products, one goods each."""

    async def fill(self, count: int, on_hand: int | None = 5) -> list[Goods]:
        """So many more products, with so many pieces of each; None is nothing lying anywhere."""
        made = [self.world.mall.add_goods(sku_code=f"SKU{len(self.ids) + i}") for i in range(count)]
        await self.add(*made)
        if on_hand is not None:
            await self.put_all(made, on_hand)
        return made

    async def put_all(self, goods: list[Goods], on_hand: int) -> None:
        """So many pieces of each, in one call."""
        levels = [
            {"productId": self.ids[one.sku_id], "warehouseId": self.warehouse_id, "onHand": on_hand}
            for one in goods
        ]
        assert (await self.world.api.ask(STOCK, input={"levels": levels}))["userErrors"] == []

    async def stopped(self) -> dict[str, Any] | None:
        """What the attention list says of it."""
        company = await self.world.api.ask(ATTENTION, id=self.world.company_id)
        return next((item for item in company["attention"] if item["code"] == "ZEROING_STOPPED"), None)

    async def jobs(self) -> list[str]:
        """How all jobs ended, in their order."""
        async with self.world.database.read() as session:
            rows = await session.scalars(select(QueuedJob.status).order_by(QueuedJob.id))
            return [status.value for status in rows]

    def told(self, *goods: Goods) -> list[int | None]:
        """What Temu holds of these."""
        return [self.world.mall.stock.get(one.sku_id) for one in goods]


@pytest.fixture
async def shop(world: World, monkeypatch: pytest.MonkeyPatch) -> Mall:
    """A mall with one warehouse, of which more than four products are many: with more than twenty all would take longer."""
    monkeypatch.setattr(zeroing, "_FEW", 4)
    return Mall(world, (await world.api.ask(WAREHOUSE, name="Kiel"))["warehouse"]["id"])


async def test_a_person_has_to_say_so(shop: Mall, world: World) -> None:
    """I10, C11: most of a mall going to zero stops before any zero leaves; the rest goes out; confirmed, so do the zeros."""
    goods = await shop.fill(6)
    await shop.push()
    await shop.put_all(goods[:5], 0)
    await shop.put_all(goods[5:], 3)

    job = await shop.push()

    assert (job["status"], job["errorIsPassing"]) == ("FAILED", False)
    assert job["error"].startswith("5 of 6 mapped products would go to zero at once")
    assert "confirmZeroing: true" in job["error"]
    assert "\n" not in job["error"]
    outcomes = {one["subject"]: (one["status"], one["code"]) for one in job["outcomes"]["nodes"]}
    assert outcomes == {one.sku_code: STOPPED for one in goods[:5]} | {
        one.sku_code: ("SUCCEEDED", "UPDATED") for one in goods[5:]
    }
    assert shop.told(*goods) == [5] * 5 + [3]
    item = await shop.stopped()
    assert item is not None
    assert (item["severity"], item["count"]) == ("CRITICAL", 5)
    explained = (await world.api.ask(HELD, id=shop.ids[goods[0].sku_id]))["stockExplanation"]
    assert explained == {"isWaiting": True, "heldBackSince": item["since"]}

    confirmed = await shop.push(confirmZeroing=True)

    assert confirmed["status"] == "SUCCEEDED"
    assert shop.told(*goods) == [0] * 5 + [3]
    assert await shop.stopped() is None
    assert (await shop.push())["status"] == "SUCCEEDED"  # What is zero already is told without a word.


@pytest.mark.parametrize(
    "mapped, zeros, few, stops", [(20, 20, 20, False), (21, 21, 20, True), (8, 5, 4, True), (10, 5, 4, False)]
)
@one_database
async def test_how_many_are_most(
    shop: Mall, monkeypatch: pytest.MonkeyPatch, mapped: int, zeros: int, few: int, *, stops: bool
) -> None:
    """I10: more than twenty, and more than half of the mapped SKUs."""
    if few == 20:
        monkeypatch.undo()
    goods = await shop.fill(mapped)
    await shop.push()
    await shop.put_all(goods[:zeros], 0)

    job = await shop.push()

    assert (job["status"] == "FAILED") is stops
    assert shop.told(*goods) == [5 if stops else 0] * zeros + [5] * (mapped - zeros)


@one_database
async def test_a_new_company_without_stock(shop: Mall) -> None:
    """I10: zeros for a whole mall that was never told anything are asked about too; stock that comes lets it go on."""
    goods = await shop.fill(5, on_hand=None)
    assert (await shop.push())["status"] == "FAILED"
    assert shop.told(*goods) == [None] * 5

    await shop.put_all(goods[:4], 4)
    assert (await shop.push())["status"] == "SUCCEEDED"

    assert shop.told(*goods) == [4] * 4 + [0]
    assert await shop.stopped() is None


@one_database
async def test_the_clock_says_it_once(shop: Mall, world: World) -> None:
    """C4, I4, I10: by the clock one job fails; those that follow tell what else changes, and the list goes on saying it."""
    goods = await shop.fill(6)
    await shop.settings(allowInventoryUpload=True)
    await shop.tick()
    before = len(await shop.jobs())
    await shop.put_all(goods[:5], 0)
    await shop.tick(hours=1)
    assert (await shop.jobs())[before:].count("FAILED") == 1
    since = (await shop.stopped() or {})["since"]

    await shop.put(shop.ids[goods[5].sku_id], 2)
    await world.run_jobs()
    calls = shop.calls()
    for hours in (2, 3):
        await shop.tick(hours=hours)

    assert (await shop.jobs())[before:].count("FAILED") == 1
    assert shop.calls() == calls
    assert shop.told(*goods) == [5] * 5 + [2]
    item = await shop.stopped()
    assert item is not None
    assert (item["count"], item["since"]) == (5, since)
    outcomes = await world.outcomes()
    assert "5 products are held back" in (outcomes["(zeroing)"].message or "")


@one_database
async def test_stock_that_comes_back(shop: Mall) -> None:
    """I10: with its stock a stop ends by itself, without a call for what Temu knows already having to be confirmed."""
    goods = await shop.fill(6)
    await shop.settings(allowInventoryUpload=True)
    await shop.tick()
    await shop.put_all(goods, 0)
    await shop.tick(hours=1)
    assert shop.told(*goods) == [5] * 6

    await shop.put_all(goods[:4], 7)
    await shop.tick(hours=2)

    assert shop.told(*goods) == [7] * 4 + [0] * 2
    assert await shop.stopped() is None


@one_database
async def test_single_zeros_always_go_out(shop: Mall, world: World) -> None:
    """I6, I10: a product that goes to zero by itself is told while others are held back."""
    goods = await shop.fill(8)
    await shop.settings(allowInventoryUpload=True)
    await shop.tick()
    await shop.put_all(goods[:6], 0)
    await shop.tick(hours=1)
    await shop.put(shop.ids[goods[6].sku_id], 0)
    await world.run_jobs()

    assert shop.told(*goods) == [5] * 6 + [0] + [5]
    assert (await shop.stopped() or {})["count"] == 6


@one_database
async def test_sales_are_never_held_back(shop: Mall, world: World) -> None:
    """I6, I7, I10: what orders have sold out is told, however much of the mall that is."""
    world.mall.sales_lower_stock = False
    goods = await shop.fill(6, on_hand=1)
    await shop.settings(allowInventoryUpload=True)
    await shop.tick()
    for one in goods[:5]:
        world.mall.add_order(items=[(one, 1)])

    await world.import_orders()

    assert shop.told(*goods) == [0] * 5 + [1]
    assert await shop.stopped() is None
    assert "FAILED" not in await shop.jobs()


@pytest.mark.parametrize("how", ["safety", "cap", "mapped warehouses", "warehouse"])
@one_database
async def test_rules_that_empty_a_mall(shop: Mall, world: World, how: str) -> None:
    """I9, I10: rules and warehouses that leave nothing to sell are asked about like stock; taken back, all goes on."""
    goods = await shop.fill(5)
    await shop.settings(allowInventoryUpload=True)
    await shop.tick()

    async def unsellable(*, is_sellable: bool) -> None:
        async with world.database.write() as session:
            await session.execute(update(Warehouse).values(is_sellable=is_sellable))

    if how == "warehouse":
        await unsellable(is_sellable=False)
        assert (await shop.push())["status"] == "FAILED"
        await unsellable(is_sellable=True)
    else:
        pairs: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
            "safety": ({"safetyQuantity": 50}, {"safetyQuantity": 0}),
            "cap": ({"maxQuantity": 0}, {"maxQuantity": None}),
            "mapped warehouses": ({"sellOnlyMappedWarehouses": True}, {"sellOnlyMappedWarehouses": False}),
        }
        changed, back = pairs[how]
        await shop.settings(**changed)
        await world.run_jobs()
        assert (await shop.jobs())[-1] == "FAILED"
        await shop.settings(**back)
    assert (await shop.stopped() or {})["count"] == 5
    await shop.tick(hours=1)

    assert shop.told(*goods) == [5] * 5
    assert await shop.stopped() is None


@one_database
async def test_a_confirmed_request_is_another(shop: Mall, world: World) -> None:
    """I10, J3, J8: a request that confirms isn't the one that waits without, nor the same input to a key."""
    goods = await shop.fill(5, on_hand=0)
    company = {"companyId": world.company_id}
    first = await world.api.ask(PUSH, input=company | {"idempotencyKey": "k"})
    plain = await world.api.ask(PUSH, input=company)
    confirmed = await world.api.ask(PUSH, input=company | {"confirmZeroing": True})
    again = await world.api.ask(PUSH, input=company | {"confirmZeroing": True})
    conflict = await world.api.ask(PUSH, input=company | {"confirmZeroing": True, "idempotencyKey": "k"})

    assert plain["job"]["id"] == first["job"]["id"] != confirmed["job"]["id"]
    assert again["job"]["id"] == confirmed["job"]["id"]
    assert [error["code"] for error in conflict["userErrors"]] == ["CONFLICT"]
    await world.run_jobs()
    assert shop.told(*goods) == [0] * 5


@one_database
async def test_a_few_that_are_named(shop: Mall) -> None:
    """I3, I10: a list of few goes out, unless it names what is held back; what of these is confirmed goes out alone."""
    goods = await shop.fill(10)
    await shop.push()
    await shop.put_all(goods[:9], 0)
    some = [shop.ids[one.sku_id] for one in goods[:2]]
    assert (await shop.push(productIds=some))["status"] == "SUCCEEDED"
    assert (await shop.push())["status"] == "FAILED"
    named = [shop.ids[one.sku_id] for one in goods[4:6]]

    job = await shop.push(productIds=named)

    assert job["status"] == "FAILED"
    assert [(one["status"], one["code"]) for one in job["outcomes"]["nodes"]] == [STOPPED] * 2
    assert (await shop.push(productIds=named, confirmZeroing=True))["status"] == "SUCCEEDED"
    assert shop.told(*goods) == [0] * 2 + [5] * 2 + [0] * 2 + [5] * 4
    assert (await shop.stopped() or {})["count"] == 5


@one_database
async def test_a_job_that_is_run_again(shop: Mall, world: World) -> None:
    """I10, J5: run again without a word nothing is let go, be it a person's job or the clock's; with stock it goes through."""
    goods = await shop.fill(5)
    await shop.settings(allowInventoryUpload=True)
    await shop.tick()
    await shop.put_all(goods, 0)
    await world.run_jobs()
    async with world.database.read() as session:
        last = (await session.scalars(select(QueuedJob).order_by(QueuedJob.id.desc()))).first()
    assert last is not None
    job_id = ids.encode("QueuedJob", last.id)
    await world.api.ask(RETRY, id=job_id)
    await world.run_jobs()
    assert (await world.job(job_id))["status"] == "FAILED"
    assert shop.told(*goods) == [5] * 5

    await shop.put_all(goods, 6)
    await world.api.ask(RETRY, id=job_id)
    await world.run_jobs()
    assert (await world.job(job_id))["status"] == "SUCCEEDED"
    assert shop.told(*goods) == [6] * 5


@pytest.mark.parametrize("when", [1, 4])
async def test_stock_that_goes_while_it_is_pushed(shop: Mall, world: World, when: int) -> None:
    """I6, I10: a run that had stock when it began holds back the zeros that come up meanwhile, all of them."""
    goods = await shop.fill(6)
    await shop.push()
    loop = asyncio.get_running_loop()
    asked: list[Any] = []

    def empty() -> None:
        asked.append(asyncio.run_coroutine_threadsafe(shop.put_all(goods, 0), loop))

    world.sandbox.before(EDIT, shop.calls() + when, empty)
    await shop.push()
    await asyncio.wrap_future(asked[0])
    job = await shop.push()

    assert job["status"] == "FAILED"
    assert shop.told(*goods) == [5] * 6
    assert (await shop.stopped() or {})["count"] == 6


async def test_a_run_that_is_interrupted(shop: Mall, world: World) -> None:
    """I10, J2, J4: passing trouble after the stop doesn't let it be forgotten; the job fails once it has come to its end."""
    goods = await shop.fill(6)
    await shop.settings(allowInventoryUpload=True)
    await shop.tick()
    await shop.put_all(goods[:5], 0)
    await shop.put(shop.ids[goods[5].sku_id], 2)
    world.sandbox.faults.add("http_status", interface=EDIT, status=503)
    await world.run_jobs()
    assert (await shop.jobs())[-1] == "QUEUED"
    await world.make_due()
    await world.run_jobs()

    assert (await shop.jobs())[-1] == "FAILED"
    assert shop.told(*goods) == [5] * 5 + [2]
    assert (await shop.stopped() or {})["count"] == 5


@one_database
async def test_what_temu_refuses_counts_for_nothing(shop: Mall, world: World) -> None:
    """I5, I10: SKUs that are off the shelf can't be set to zero, and don't hold back the others day after day."""
    goods = await shop.fill(6, on_hand=0)
    world.mall.delisted |= {one.sku_id for one in goods[:5]}
    await shop.push(confirmZeroing=True)

    job = await shop.push()

    assert job["status"] == "PARTIALLY_SUCCEEDED"
    assert shop.told(*goods) == [None] * 5 + [0]


@one_database
async def test_a_lost_answer_to_a_confirmed_zero(
    shop: Mall, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I6, I10: a zero that was let go and whose answer was lost is told again without asking anew."""
    # Else the job would wait for a host that loses every answer, and not end.
    monkeypatch.setattr(circuit_breaker, "_MOST_FAILURES", 1000)
    goods = await shop.fill(5)
    await shop.push()
    await shop.put_all(goods, 0)
    world.sandbox.faults.add("drop_after", interface=EDIT, times=None)
    payload = await world.api.ask(PUSH, input={"companyId": world.company_id, "confirmZeroing": True})
    for _ in range(5):
        await world.make_due()
        await world.run_jobs()
    assert (await world.job(payload["job"]["id"]))["status"] in {"FAILED", "PARTIALLY_SUCCEEDED"}
    world.sandbox.faults.clear()
    assert (await shop.push())["status"] == "SUCCEEDED"
    assert shop.told(*goods) == [0] * 5


@one_database
async def test_what_is_no_longer_mapped(shop: Mall, world: World) -> None:
    """C11, I10: products that are unmapped or gone since are not on the list."""
    goods = await shop.fill(5, on_hand=0)
    await shop.push()
    assert (await shop.stopped() or {})["count"] == 5
    nothing = {"websiteProductId": None, "websiteProductVariantId": None}
    for one in goods[:1]:
        payload = await world.api.ask(REMAP, input={"productId": shop.ids[one.sku_id]} | nothing)
        assert payload["userErrors"] == []
    assert (await shop.stopped() or {})["count"] == 4
