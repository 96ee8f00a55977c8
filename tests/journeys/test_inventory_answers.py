"""What Temu's answers and readings of stock are taken for, when they say less than they should."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, update

from api.values import ids
from domain import clock
from domain.inventory import changes
from domain.models import ChannelStock, Company, StockChange
from tests.fixtures.database import one_database
from tests.fixtures.world import World
from tests.journeys.test_inventory_out import EDIT, PUSH, READ, WAREHOUSE, Shelf

# What Temu answers is the same to both; tests of what is written run on both elsewhere.
pytestmark = one_database

ATTENTION = "query($id: ID!) { company(id: $id) { attention { code } } }"


@pytest.fixture
async def shelf(world: World) -> Shelf:
    """A shelf in one warehouse."""
    return Shelf(world, (await world.api.ask(WAREHOUSE, name="Kiel"))["warehouse"]["id"])


def _outcomes(job: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {o["subject"]: (o["status"], o["code"]) for o in job["outcomes"]["nodes"]}


async def _run_to_the_end(world: World, job_id: str) -> dict[str, Any]:
    for _ in range(5):
        await world.make_due()
        await world.run_jobs()
    return await world.job(job_id)


UNCONFIRMED = [
    {"operate": "false"},
    {"operate": "null"},
    {"operate": "absent"},
    {"row": "null"},
    {"row": "absent"},
    {"operate": "absent", "row": "absent"},
]


@pytest.mark.parametrize("flags", UNCONFIRMED)
async def test_an_answer_that_confirms_nothing(shelf: Shelf, world: World, flags: dict[str, Any]) -> None:
    """I5, J4: a figure of which Temu doesn't say both that the call and that the SKU was done is in doubt, and told again."""
    lamp = world.mall.add_goods(sku_code="LAMP")
    [product_id] = await shelf.add(lamp)
    await shelf.put(product_id, 4)
    world.sandbox.faults.add("stock_flags", **flags)

    payload = await world.api.ask(PUSH, input={"companyId": world.company_id})
    await world.run_jobs()
    waits = await world.job(payload["job"]["id"])

    assert (waits["status"], waits["errorIsPassing"], _outcomes(waits)) == ("QUEUED", True, {})
    channel = (await shelf.product(product_id))["stockExplanation"]["channel"]
    assert (channel["isInDoubt"], channel["acceptedQuantity"]) == (True, None)
    job = await _run_to_the_end(world, payload["job"]["id"])
    assert (job["status"], _outcomes(job)) == ("SUCCEEDED", {"LAMP": ("SUCCEEDED", "UPDATED")})
    assert shelf.calls() == 2


@pytest.mark.parametrize("flags", UNCONFIRMED)
async def test_an_answer_that_never_confirms(shelf: Shelf, world: World, flags: dict[str, Any]) -> None:
    """I5, J4: what Temu never confirms ends as a failure that may be run again, and stays to be told."""
    lamp = world.mall.add_goods(sku_code="LAMP")
    [product_id] = await shelf.add(lamp)
    await shelf.put(product_id, 4)
    world.sandbox.faults.add("stock_flags", times=None, **flags)

    payload = await world.api.ask(PUSH, input={"companyId": world.company_id})
    job = await _run_to_the_end(world, payload["job"]["id"])

    assert _outcomes(job) == {"LAMP": ("FAILED", "UNCONFIRMED")}
    assert job["outcomes"]["nodes"][0]["retryable"]
    explained = (await shelf.product(product_id))["stockExplanation"]
    assert (explained["isWaiting"], explained["channel"]["isInDoubt"]) == (True, True)
    world.sandbox.faults.clear()
    assert (await shelf.push())["status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    "flags",
    [
        {"row": "false"},
        {"operate": "false", "row": "false"},
        {"operate": "false", "row": "absent"},
        {"operate": "false", "row": "null"},
        {"operate": "null", "row": "false"},
    ],
)
async def test_an_answer_that_says_no(shelf: Shelf, world: World, flags: dict[str, Any]) -> None:
    """I5: a row that says no, and a call that failed without a word of its rows, are refusals."""
    lamp = world.mall.add_goods(sku_code="LAMP")
    [product_id] = await shelf.add(lamp)
    await shelf.put(product_id, 4)
    world.sandbox.faults.add("stock_flags", **flags)

    job = await shelf.push()

    assert _outcomes(job) == {"LAMP": ("FAILED", "TEMU_0")}
    channel = (await shelf.product(product_id))["stockExplanation"]["channel"]
    assert (channel["isInDoubt"], channel["acceptedQuantity"]) == (False, None)
    found = await world.api.ask(ATTENTION, id=world.company_id)
    assert [item["code"] for item in found["attention"]] == ["STOCK_REFUSED"]


async def test_one_sku_leaves_the_others_in_doubt(shelf: Shelf, world: World) -> None:
    """I5: where one SKU's refusal makes the whole call a failure, the others are told again without it, at once."""
    blue = world.mall.add_goods(sku_code="BLUE")
    red = world.mall.add_variant(blue, "RED")
    green = world.mall.add_variant(blue, "GREEN")
    for product_id in await shelf.add(blue, red, green):
        await shelf.put(product_id, 2)
    world.mall.delisted.add(red.sku_id)

    job = await shelf.push()

    assert _outcomes(job) == {
        "BLUE": ("SUCCEEDED", "UPDATED"),
        "RED": ("FAILED", "TEMU_150011002"),
        "GREEN": ("SUCCEEDED", "UPDATED"),
    }
    told = [
        {row["skuId"] for row in call.parameters["skuStockTargetList"]}
        for call in world.sandbox.ledger.of(EDIT)
    ]
    assert told == [{blue.sku_id, red.sku_id, green.sku_id}, {blue.sku_id, green.sku_id}]
    assert world.mall.stock == {blue.sku_id: 2, green.sku_id: 2}


async def test_one_row_that_is_missing(shelf: Shelf, world: World) -> None:
    """I5: a SKU that the answer leaves out is told again by itself."""
    blue = world.mall.add_goods(sku_code="BLUE")
    red = world.mall.add_variant(blue, "RED")
    for product_id in await shelf.add(blue, red):
        await shelf.put(product_id, 2)
    world.sandbox.faults.add("stock_flags", row="absent", sku=red.sku_id)

    job = await shelf.push()

    assert _outcomes(job) == dict.fromkeys(["BLUE", "RED"], ("SUCCEEDED", "UPDATED"))
    last = world.sandbox.ledger.of(EDIT)[-1].parameters
    assert [row["skuId"] for row in last["skuStockTargetList"]] == [red.sku_id]
    assert "stockType" not in last


async def _reconcile(shelf: Shelf, *, hours: float) -> None:
    async with shelf.world.database.write() as session:
        await session.execute(update(Company).values(stock_reconciled_at=None))
    await shelf.tick(hours=hours)


async def test_what_was_just_written_is_left_alone(shelf: Shelf, world: World) -> None:
    """I4, I8: readings lag, so what was written within a minute is compared the next time, and is no drift."""
    lamp = world.mall.add_goods(sku_code="LAMP")
    [product_id] = await shelf.add(lamp)
    await shelf.put(product_id, 10)
    await shelf.settings(allowInventoryUpload=True)
    await shelf.tick()
    world.mall.stock_lag = 3600
    calls = shelf.calls()

    await _reconcile(shelf, hours=1)

    assert (shelf.calls(READ), shelf.calls()) == (1, calls)
    channel = (await shelf.product(product_id))["stockExplanation"]["channel"]
    assert (channel["channelQuantity"], channel["channelReadAt"]) == (None, None)

    await shelf.age()
    await _reconcile(shelf, hours=2)
    assert shelf.calls() == calls + 1
    async with world.database.read() as session:
        [row] = [await session.get_one(ChannelStock, 1)]
    assert (row.channel_quantity, row.drifts) == (0, 1)
    assert row.accepted_at is not None
    assert (clock.now() - row.accepted_at).total_seconds() < 60


async def test_other_kinds_of_stock_are_not_read(shelf: Shelf, world: World) -> None:
    """I4, I8: pre-sale stock is no drift of ordinary stock."""
    lamp = world.mall.add_goods(sku_code="LAMP")
    [product_id] = await shelf.add(lamp)
    await shelf.put(product_id, 10)
    await shelf.settings(allowInventoryUpload=True)
    await shelf.tick()
    world.mall.pre_sale_stock[lamp.sku_id] = 99
    await shelf.age()
    calls = shelf.calls()

    await _reconcile(shelf, hours=1)

    assert shelf.calls() == calls
    channel = (await shelf.product(product_id))["stockExplanation"]["channel"]
    assert channel["channelQuantity"] == 10


async def test_what_changes_while_a_figure_is_on_its_way(shelf: Shelf, world: World) -> None:
    """I4, I6: an answer covers what its figure took into account: a change that came after it is still to be pushed."""
    [product_id] = await shelf.add(world.mall.add_goods())
    await shelf.put(product_id, 5)
    loop = asyncio.get_running_loop()

    async def change() -> None:
        # Without waiting, as everybody does in the end whom Temu keeps too long.
        async with world.database.write() as session:
            await changes.record(session, [ids.decode(product_id, "Product", "id")])

    world.sandbox.before(EDIT, 1, lambda: asyncio.run_coroutine_threadsafe(change(), loop).result(20))
    await shelf.push()

    async with world.database.read() as session:
        assert len((await session.scalars(select(StockChange))).all()) == 1
    await shelf.push()
    async with world.database.read() as session:
        assert (await session.scalars(select(StockChange))).all() == []
