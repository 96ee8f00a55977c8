"""An operator pauses what goes out to Temu, and resumes it: nothing leaves meanwhile, nothing is lost, nothing fails."""

import asyncio
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from domain import clock, outbound
from domain.models import ChannelStock, PackageCorrection, QueuedJob, TrackingUpload
from tests.fixtures.database import one_database
from tests.fixtures.world import World
from tests.journeys.test_corrections import EDIT as CORRECT
from tests.journeys.test_corrections import SHIPMENT, _update
from tests.journeys.test_inventory_out import EDIT as PUSH_STOCK
from tests.journeys.test_inventory_out import Shelf
from tests.journeys.test_shipping import CONFIRM, UPLOAD, WAREHOUSE, Desk


@pytest.fixture
async def desk(world: World) -> Desk:
    """A desk in a warehouse that the channel has no code for."""
    made = await world.api.ask(WAREHOUSE, name="Kiel")
    return Desk(world, made["warehouse"]["id"])


async def pause(world: World) -> None:
    """As `tradewind outbound pause` does it."""
    async with world.database.write() as session:
        await outbound.pause(session, reason="stocktaking", now=clock.now())


async def resume(world: World) -> None:
    """As `tradewind outbound resume` does it."""
    async with world.database.write() as session:
        await outbound.resume(session)
    await world.make_due()


def _pausing(world: World) -> Callable[[], None]:
    """What pauses, from another thread, and returns once that is committed."""
    loop = asyncio.get_running_loop()
    return lambda: asyncio.run_coroutine_threadsafe(pause(world), loop).result(20)


async def _shipped(desk: Desk, world: World, count: int) -> list[str]:
    """Numbers of orders that are to be told of."""
    orders = [world.mall.add_order(items=[(world.mall.add_goods(), 1)]) for _ in range(count)]
    await world.import_orders()
    for order in orders:
        await desk.shipped(order)
    return [order.number for order in orders]


def _told(world: World) -> Counter[str]:
    """How often Temu was told of each order."""
    calls = world.sandbox.ledger.of(CONFIRM)
    return Counter(
        part["parentOrderSn"]
        for call in calls
        for package in call.parameters["sendRequestList"]
        for part in package["orderSendInfoList"]
    )


async def _count(world: World, *conditions: object) -> int:
    async with world.database.read() as session:
        return await session.scalar(select(func.count()).where(*conditions)) or 0  # type: ignore[arg-type]


async def test_jobs_wait_while_orders_come_in(desk: Desk, world: World) -> None:
    """T6, I6: while it is paused uploads and pushes are accepted and wait, imports end; then all is done, once."""
    numbers = await _shipped(desk, world, 2)
    await pause(world)
    payload = await world.api.ask(UPLOAD, input={"companyId": world.company_id})
    assert payload["userErrors"] == []
    world.mall.add_order()
    imported = await world.import_orders()
    waiting = await world.job(payload["job"]["id"])

    assert imported["status"] == "SUCCEEDED"
    assert (waiting["status"], waiting["attempts"], waiting["error"]) == ("QUEUED", 0, None)
    assert _told(world) == {}
    await resume(world)
    await world.run_jobs()
    done = await world.job(payload["job"]["id"])
    assert (done["status"], done["attempts"]) == ("SUCCEEDED", 1)
    assert _told(world) == dict.fromkeys(numbers, 1)


async def test_an_upload_that_is_under_way(desk: Desk, world: World) -> None:
    """T6, J4: an upload that meets the pause is released, with nothing counted and nothing new in doubt; then it goes on."""
    numbers = await _shipped(desk, world, 20)
    world.sandbox.before(CONFIRM, 3, _pausing(world))

    waiting = await desk.upload()
    told = _told(world)

    assert 3 <= len(told) < 20
    assert (waiting["status"], waiting["attempts"], waiting["errorIsPassing"]) == ("QUEUED", 0, True)
    assert "tradewind outbound resume" in waiting["error"]
    assert waiting["progress"]["failed"] == 0
    assert await _count(world, TrackingUpload.order_id.is_not(None)) == 0
    assert await _count(world, QueuedJob.passing_failures > 0) == 0
    await resume(world)
    await world.run_jobs()
    assert _told(world) == dict.fromkeys(numbers, 1)
    assert all(order.source_updated_for_shipping for order in (await world.orders()).values())


@one_database
async def test_a_push_that_is_under_way(world: World) -> None:
    """I6, J4: of what meets the pause nothing is in flight, and stock may change; what is pushed later is of then."""
    made = await world.api.ask(WAREHOUSE, name="Kiel")
    shelf = Shelf(world, made["warehouse"]["id"])
    goods = [world.mall.add_goods() for _ in range(20)]
    products = await shelf.add(*goods)
    for product in products:
        await shelf.put(product, 5)
    world.sandbox.before(PUSH_STOCK, 1, _pausing(world))

    waiting = await shelf.push()
    pushed = world.sandbox.ledger.count(PUSH_STOCK)

    assert 1 <= pushed < 20
    assert (waiting["status"], waiting["attempts"]) == ("QUEUED", 0)
    assert await _count(world, ChannelStock.in_flight_since.is_not(None)) == 0
    for product in products:
        await shelf.put(product, 3)
    await resume(world)
    await world.run_jobs()
    # Those that this job pushed before have changed since, which is for the next.
    assert sum(world.mall.stock[one.sku_id] == 5 for one in goods) == pushed
    await shelf.push()
    assert {world.mall.stock[one.sku_id] for one in goods} == {3}


@one_database
async def test_a_correction_that_is_under_way(desk: Desk, world: World) -> None:
    """T12, T6: a correction that meets the pause is in doubt no more, and is told once when it is over."""
    order = world.mall.add_order(items=[(world.mall.add_goods(), 1)])
    await world.import_orders()
    shipped = await desk.shipped(order)
    await desk.upload()
    await _update(world, shipped["packages"][0]["id"], trackingNumber="RIGHT0001")
    looked = world.sandbox.ledger.count(SHIPMENT)
    world.sandbox.before(SHIPMENT, looked + 1, _pausing(world))
    await world.run_jobs()

    assert world.sandbox.ledger.count(CORRECT) == 0
    assert await _count(world, PackageCorrection.in_doubt_since.is_not(None)) == 0
    await resume(world)
    await world.run_jobs()
    assert world.sandbox.ledger.count(CORRECT) == 1
    assert await _count(world, PackageCorrection.package_id.is_not(None)) == 0


@one_database
async def test_events_are_subscribed_later(world: World) -> None:
    """O14: an import while it is paused leaves the mall's events alone, and the next one after it subscribes them."""
    await pause(world)
    job = await world.import_orders()
    assert (job["status"], world.mall.subscribed_events) == ("SUCCEEDED", set())

    await resume(world)
    await world.import_orders()

    assert world.mall.subscribed_events
