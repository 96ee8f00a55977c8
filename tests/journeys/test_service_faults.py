"""
Codes that any interface may answer with: 7000000 passes three times at most, 2000000 never, and both are told in words.
"""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from domain.models import (
    ChannelStock,
    JobTrigger,
    Package,
    PackageCorrection,
    QueuedJob,
    StockChange,
    TrackingUpload,
)
from tests.domain.orders.looking import ADDRESS, LIST, fill, mark, numbers
from tests.fixtures.database import one_database
from tests.fixtures.world import World
from tests.journeys.mapping import match
from tests.journeys.test_attention import _attention
from tests.journeys.test_corrections import EDIT as CORRECT
from tests.journeys.test_corrections import UPDATE
from tests.journeys.test_inventory_out import EDIT, Shelf
from tests.journeys.test_package_changes import VOID
from tests.journeys.test_shipping import CONFIRM, WAREHOUSE, Desk

# What Temu answers is the same to both; tests of what is written run on both elsewhere.
pytestmark = one_database

SHIPMENT = "bg.logistics.shipment.v2.get"
SKUS = "bg.local.goods.sku.list.query"
INFO = "bg.open.accesstoken.info.get"
RUN_UPLOAD = "mutation($id: ID!) { uploadTracking(input: {companyId: $id}) { job { id } } }"


@pytest.fixture
async def desk(world: World) -> Desk:
    """A desk in a warehouse that the channel has no code for."""
    return Desk(world, (await world.api.ask(WAREHOUSE, name="Kiel"))["warehouse"]["id"])


def _fail(world: World, interface: str, code: int = 7000000, times: int | None = None, **more: Any) -> None:
    words = "the goods are under review" if code == 2000000 else "no such service"
    world.sandbox.faults.add("error", interface=interface, code=code, message=words, times=times, **more)


def _failed(job: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (node["subject"], node["code"]) for node in job["outcomes"]["nodes"] if node["status"] == "FAILED"
    ]


@pytest.mark.parametrize("code,tries", [(7000000, 3), (2000000, 1)])
@pytest.mark.parametrize("interface", [LIST, SKUS])
async def test_a_job_ends_with_the_words(world: World, interface: str, code: int, tries: int) -> None:
    """J4: where every try is answered so the job fails at once with Temu's words, waits for no other, moves no mark."""
    world.mall.add_goods()
    _fail(world, interface, code)

    job = await (world.import_orders() if interface == LIST else match(world))

    assert (job["status"], job["errorIsPassing"]) == ("FAILED", False)
    assert f"({code})" in job["error"]
    assert ("the goods are under review" if code == 2000000 else "no such service") in job["error"]
    assert world.sandbox.ledger.count(interface) == tries
    assert await mark(world) is None
    assert await _attention(world) == {}


async def test_a_fault_that_passes(world: World) -> None:
    """J4: two answers of 7000000 to one question are met by the third."""
    orders = fill(world, 2)
    _fail(world, LIST, times=2)
    _fail(world, ADDRESS, times=2)

    assert (await world.import_orders())["status"] == "SUCCEEDED"
    assert set(await world.orders()) == numbers(orders)


async def test_an_untested_token(world: World) -> None:
    """J4: a token that Temu can't be asked about for such a fault fails its job after three tries."""
    _fail(world, INFO)
    token = "mutation($id: ID!, $token: String!) { setAccessToken(input: {companyId: $id, accessToken: $token}) { company { id } } }"
    await world.api.ask(token, id=world.company_id, token=world.mall.token)
    assert world.sandbox.ledger.count(INFO) == 1 + 3

    job = await world.import_orders()

    assert (job["status"], job["errorIsPassing"], world.sandbox.ledger.count(INFO)) == (
        "FAILED",
        False,
        1 + 6,
    )
    assert (await world.orders()) == {}


async def test_a_shipment_is_sent_three_times(desk: Desk, world: World) -> None:
    """J4, T6, T7: between two sendings Temu is asked what it holds; then the order fails with the words, others go out."""
    odd, good = world.mall.add_order(), world.mall.add_order()
    await world.import_orders()
    await desk.shipped(odd)
    _fail(world, CONFIRM)
    first = await desk.upload()
    await desk.shipped(good)

    assert (first["status"], _failed(first)) == ("PARTIALLY_SUCCEEDED", [(odd.number, "TEMU_7000000")])
    assert "time and again (7000000): no such service" in first["outcomes"]["nodes"][0]["message"]
    assert (desk.confirmations(), world.sandbox.ledger.count(SHIPMENT)) == (3, 3)
    async with world.database.read() as session:
        [row] = await session.scalars(select(TrackingUpload))
    # Temu was asked after the last sending, and holds nothing.
    assert row.in_doubt_since is None
    assert (await _attention(world))["TRACKING_REFUSED"]["count"] == 1
    world.sandbox.faults.clear()
    assert (await desk.upload())["status"] == "SUCCEEDED"
    assert (desk.confirmations(), world.sandbox.ledger.count(SHIPMENT)) == (5, 3)
    assert len(world.mall.packages) == 2


async def test_a_shipment_that_was_taken_all_the_same(desk: Desk, world: World) -> None:
    """T6: Temu has it though it said that it failed: no second call, and success."""
    order = world.mall.add_order()
    await world.import_orders()
    await desk.shipped(order)
    world.sandbox.faults.add("inner_failure", interface=CONFIRM, code=7000000, times=None)

    job = await desk.upload()

    assert (job["status"], desk.confirmations(), len(world.mall.packages)) == ("SUCCEEDED", 1, 1)


async def test_a_shipment_that_never_passes_can_be_voided(desk: Desk, world: World) -> None:
    """J4, T12: a call that can never be right is mended: its package is voided or corrected, and told anew."""
    order = world.mall.add_order()
    await world.import_orders()
    package = (await desk.shipped(order))["packages"][0]
    _fail(world, CONFIRM)
    await desk.upload()

    voided = await world.api.ask(VOID, input={"packageId": package["id"]})
    world.sandbox.faults.clear()
    await desk.shipped(order)
    job = await desk.upload()

    assert voided["userErrors"] == []
    assert (job["status"], len(world.mall.packages)) == ("SUCCEEDED", 1)


async def test_a_correction_is_told_three_times(desk: Desk, world: World) -> None:
    """J4, T12: then it is a refusal with the words, is in doubt no more, and may be made another."""
    order = world.mall.add_order()
    await world.import_orders()
    package = (await desk.shipped(order))["packages"][0]
    await desk.upload()
    _fail(world, CORRECT)
    await world.api.ask(UPDATE, input={"packageId": package["id"], "trackingNumber": "RIGHT0001"})
    await world.run_jobs()

    assert world.sandbox.ledger.count(CORRECT) == 3
    async with world.database.read() as session:
        [row] = await session.scalars(select(PackageCorrection))
    assert (row.refusal_code, row.in_doubt_since) == ("TEMU_7000000", None)
    world.sandbox.faults.clear()
    change = {"packageId": package["id"], "trackingNumber": "OTHER0001"}
    assert (await world.api.ask(UPDATE, input=change))["userErrors"] == []
    await world.run_jobs()
    assert [each.tracking_number for each in world.mall.packages] == ["OTHER0001"]


async def test_the_clock_corrects_again_in_an_hour(desk: Desk, world: World) -> None:
    """J4, T12: after such a fault the clock tells a correction again when an hour has passed."""
    order = world.mall.add_order()
    await world.import_orders()
    package = (await desk.shipped(order))["packages"][0]
    await desk.upload()
    _fail(world, CORRECT)
    await world.api.ask(UPDATE, input={"packageId": package["id"], "trackingNumber": "RIGHT0001"})
    await world.run_jobs()
    edits = []

    for minutes in (0, 50, 20):
        async with world.database.write() as session:
            row = (await session.scalars(select(PackageCorrection))).one()
            assert row.refused_at is not None
            row.refused_at -= timedelta(minutes=minutes)
        await world.api.ask(RUN_UPLOAD, id=world.company_id)
        async with world.database.write() as session:
            await session.execute(update(QueuedJob).values(trigger=JobTrigger.SCHEDULE))
        await world.run_jobs()
        edits.append(world.sandbox.ledger.count(CORRECT))

    assert edits == [3, 3, 6]


async def test_the_clock_asks_again_in_an_hour(desk: Desk, world: World) -> None:
    """J4: after such a fault the clock lets an hour pass, where it lets a day pass after another refusal."""
    order = world.mall.add_order()
    await world.import_orders()
    await desk.shipped(order)
    _fail(world, CONFIRM)
    await desk.upload()
    world.sandbox.faults.clear()
    confirmations = []

    for minutes in (0, 50, 20):
        async with world.database.write() as session:
            row = (await session.scalars(select(TrackingUpload))).one()
            assert row.refused_at is not None
            row.refused_at -= timedelta(minutes=minutes)
            package = (await session.scalars(select(Package))).one()
            package.shipped_at -= timedelta(minutes=minutes)
        await world.api.ask(RUN_UPLOAD, id=world.company_id)
        async with world.database.write() as session:
            await session.execute(update(QueuedJob).values(trigger=JobTrigger.SCHEDULE))
        await world.run_jobs()
        confirmations.append(desk.confirmations())

    assert confirmations == [3, 3, 4]


async def test_stock_is_told_three_times(world: World) -> None:
    """J4, I5, I6: then the SKU fails with the words, and it is still to be told: the next run does."""
    shelf = Shelf(world, (await world.api.ask(WAREHOUSE, name="Kiel"))["warehouse"]["id"])
    lamp = world.mall.add_goods()
    [product] = await shelf.add(lamp)
    await shelf.put(product, 5)
    _fail(world, EDIT)

    job = await shelf.push()

    assert (job["status"], _failed(job)) == ("PARTIALLY_SUCCEEDED", [(lamp.sku_code, "TEMU_7000000")])
    assert "no such service" in job["outcomes"]["nodes"][0]["message"]
    assert shelf.calls() == 3
    async with world.database.read() as session:
        [_] = await session.scalars(select(StockChange))
        [row] = await session.scalars(select(ChannelStock))
    # Temu may have taken one of the three.
    assert row.refusal_code == "TEMU_7000000"
    assert row.in_flight_since is not None
    world.sandbox.faults.clear()
    await shelf.settings(allowInventoryUpload=True)
    await shelf.tick()
    assert world.mall.stock == {lamp.sku_id: 5}
    assert await _attention(world) == {}


async def test_stock_that_a_rule_refuses(world: World) -> None:
    """J4, I5: 2000000 is told in Temu's words after one call, and not tried again."""
    shelf = Shelf(world, (await world.api.ask(WAREHOUSE, name="Kiel"))["warehouse"]["id"])
    [product] = await shelf.add(world.mall.add_goods())
    await shelf.put(product, 5)
    _fail(world, EDIT, 2000000)

    job = await shelf.push()

    assert (_failed(job)[0][1], shelf.calls()) == ("TEMU_2000000", 1)
    assert "the goods are under review" in job["outcomes"]["nodes"][0]["message"]
    assert "the goods are under review" in (await _attention(world))["STOCK_REFUSED"]["message"]


async def test_a_shipment_that_a_rule_refuses(desk: Desk, world: World) -> None:
    """J4, T7: 2000000 is told in Temu's words after one call."""
    order = world.mall.add_order()
    await world.import_orders()
    await desk.shipped(order)
    _fail(world, CONFIRM, 2000000)

    job = await desk.upload()

    assert (_failed(job), desk.confirmations()) == ([(order.number, "TEMU_2000000")], 1)
    assert "the goods are under review" in job["outcomes"]["nodes"][0]["message"]
