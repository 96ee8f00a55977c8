"""
Whatever Temu answers about one order or one row of a list, the others go out, and what it took is never sent blindly.
"""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import select, update

from domain import clock
from domain.models import ChannelDirectory, Order, OrderItem, TrackingUpload
from tests.fixtures.database import one_database
from tests.fixtures.world import World
from tests.journeys.test_shipping import CONFIRM, UPLOAD, WAREHOUSE, Desk, _errors, _outcomes

# What Temu answers is the same to both; tests of what is written run on both elsewhere.
pytestmark = one_database

CARRIERS = "bg.logistics.companies.get"
ADDRESSES = "bg.logistics.warehouse.list.get"
SHIPMENT = "bg.logistics.shipment.v2.get"


@pytest.fixture
async def desk(world: World) -> Desk:
    """A desk in a warehouse that the channel has no code for."""
    made = await world.api.ask(WAREHOUSE, name="Kiel")
    return Desk(world, made["warehouse"]["id"])


def _answer(result: Any) -> dict[str, Any]:
    body = {"success": True, "errorCode": 1_000_000, "errorMsg": "", "requestId": "x", "result": result}
    return {"status": 200, "body": json.dumps(body)}


async def _forget_lists(world: World) -> None:
    async with world.database.write() as session:
        await session.execute(update(ChannelDirectory).values(read_at=clock.now().replace(year=2020)))


async def _run_until_done(world: World) -> None:
    for _ in range(3):
        await world.make_due()
        await world.run_jobs()


async def _put_in_doubt(world: World, order: Any) -> None:
    async with world.database.write() as session:
        number = await session.scalar(select(Order.id).where(Order.channel_order_id == order.number))
        company = await session.scalar(select(Order.company_id))
        session.add(TrackingUpload(order_id=number, company_id=company, in_doubt_since=clock.now()))


async def _send_elsewhere(world: World, order: Any) -> None:
    async with world.database.write() as session:
        await session.execute(
            update(Order).where(Order.channel_order_id == order.number).values(channel_region_id=99)
        )


async def _two_shipped(desk: Desk, world: World) -> tuple[Any, Any]:
    first, second = world.mall.add_order(), world.mall.add_order()
    await world.import_orders()
    await desk.shipped(first)
    await desk.shipped(second)
    return first, second


async def test_a_row_that_makes_no_sense_is_left_out_of_lists(desk: Desk, world: World) -> None:
    """T3, T5, T7: rows of other types, and nulls, hide none of the carriers and addresses beside them."""
    order, _ = await _two_shipped(desk, world)
    await _forget_lists(world)
    carriers = [None, 7, {"logisticsServiceProviderName": 5}, {"logisticsServiceProviderId": [1]},
                {"logisticsServiceProviderId": "960246690", "logisticsServiceProviderName": "UPS\0"},
                {"logisticsServiceProviderId": 5, "logisticsServiceProviderName": 17}]  # fmt: skip
    good = world.mall.addresses[0]
    addresses: dict[str, Any] = {"warehouseList": [None, "x", {"warehouseId": {}}, {"warehouseId": 9, "warehouseName": 3},
                 {"warehouseId": good.id, "warehouseName": good.name + "\0", "defaultWarehouse": "true"}]}  # fmt: skip
    world.sandbox.faults.add("http_status", interface=CARRIERS, **_answer(carriers))
    world.sandbox.faults.add("http_status", interface=ADDRESSES, **_answer(addresses))

    job = await desk.upload()

    assert (job["status"], job["progress"]["succeeded"]) == ("SUCCEEDED", 2), job
    assert order.number in _outcomes(job)


@pytest.mark.parametrize("interface", [CARRIERS, ADDRESSES])
@pytest.mark.parametrize("result", [7, "none", True])
async def test_lists_that_make_no_sense_are_asked_for_again(
    desk: Desk, world: World, interface: str, result: Any
) -> None:
    """J4: a list that can't be read is a fault of the moment."""
    await _two_shipped(desk, world)
    await _forget_lists(world)
    world.sandbox.faults.add("http_status", interface=interface, times=3, **_answer(result))

    job = await desk.upload()
    assert job["status"] == "QUEUED", job
    await _run_until_done(world)

    assert all(order.source_updated_for_shipping for order in (await world.orders()).values())


async def test_carriers_refused_for_one_region_leave_the_others(desk: Desk, world: World) -> None:
    """T7: an order of a region whose carriers Temu refuses to tell fails alone."""
    odd, good = await _two_shipped(desk, world)
    await _send_elsewhere(world, odd)
    world.sandbox.faults.add(
        "error", interface=CARRIERS, code=120_011_072, message="other region", times=None
    )

    job = await desk.upload()

    assert job["status"] == "PARTIALLY_SUCCEEDED", job
    assert _outcomes(job) == {
        odd.number: ("FAILED", "TEMU_120011072"),
        good.number: ("SUCCEEDED", "UPLOADED"),
    }


async def test_carriers_that_time_out_for_one_region_leave_the_others(desk: Desk, world: World) -> None:
    """T7, J4: passing trouble with one region's carriers holds up that region's orders alone."""
    odd, good = await _two_shipped(desk, world)
    await _send_elsewhere(world, odd)
    world.sandbox.faults.add("http_status", interface=CARRIERS, status=503, times=None)

    job = await desk.upload()

    assert job["status"] == "QUEUED"
    assert {n: o.source_updated_for_shipping for n, o in (await world.orders()).items()} == {
        odd.number: False,
        good.number: True,
    }


async def test_asking_that_is_refused_concerns_one_order(desk: Desk, world: World) -> None:
    """T6, T7: where Temu refuses to say what it holds of an order in doubt, it alone fails, and stays in doubt."""
    odd, good = await _two_shipped(desk, world)
    await _put_in_doubt(world, odd)
    world.sandbox.faults.add("error", interface=SHIPMENT, code=120_011_072, message="other region")

    job = await desk.upload()

    assert _outcomes(job) == {
        odd.number: ("FAILED", "TEMU_120011072"),
        good.number: ("SUCCEEDED", "UPLOADED"),
    }
    async with world.database.read() as session:
        [row] = await session.scalars(select(TrackingUpload))
        assert row.in_doubt_since is not None


@pytest.mark.parametrize("result", [[], "x", {"shipmentInfoDTO": [None]}, {"shipmentInfoDTO": {"a": 1}}])
async def test_a_shipment_that_makes_no_sense_is_asked_for_again(
    desk: Desk, world: World, result: Any
) -> None:
    """T6, T7: an answer about a doubtful order that can't be read is no reason to send it again."""
    odd, good = await _two_shipped(desk, world)
    await _put_in_doubt(world, odd)
    world.sandbox.faults.add("http_status", interface=SHIPMENT, times=3, **_answer(result))

    job = await desk.upload()

    assert job["status"] == "QUEUED", job
    assert desk.confirmations() == 1
    await _run_until_done(world)
    assert all(order.source_updated_for_shipping for order in (await world.orders()).values())
    assert {package.order_sn for package in world.mall.packages} == {
        line.number for order in (odd, good) for line in order.items
    }


@pytest.mark.parametrize("code", [0, 120_014_004, 120_014_003])
async def test_taken_by_temu_with_a_failure_inside(desk: Desk, world: World, code: int) -> None:
    """T6: what Temu took counts as uploaded, whatever its answer says of it."""
    order = world.mall.add_order()
    await world.import_orders()
    await desk.shipped(order)
    world.sandbox.faults.add(
        "inner_failure", interface=CONFIRM, code=code, message="Tracking number has been used"
    )

    job = await desk.upload()

    assert _outcomes(job) == {order.number: ("SUCCEEDED", "UPLOADED")}
    assert desk.confirmations() == 1


async def test_one_fault_of_credentials_loses_no_answer(desk: Desk, world: World) -> None:
    """T7, J2: an order that Temu took is noted though the token is refused for the next."""
    await _two_shipped(desk, world)
    world.sandbox.faults.add("error", interface=CONFIRM, code=3_000_034, message="replaced")

    job = await desk.upload()

    assert job["status"] == "FAILED"
    kept = [order.source_updated_for_shipping for order in (await world.orders()).values()]
    assert sorted(kept) == [False, True]


@pytest.mark.parametrize("words", ["a\0b", "\x1b[31m red", "x" * 5000, "🚚" * 300])
@pytest.mark.parametrize("code", [120_012_016, 10**30])
async def test_words_of_temu_are_kept_whatever_they_are(
    desk: Desk, world: World, words: str, code: int
) -> None:
    """T7: control characters, long texts and numbers without end in a refusal block no other order."""
    _, _ = await _two_shipped(desk, world)
    body = json.dumps({"success": False, "errorCode": code, "errorMsg": words, "requestId": "x"})
    world.sandbox.faults.add("http_status", interface=CONFIRM, status=200, body=body)

    job = await desk.upload()

    assert job["status"] == "PARTIALLY_SUCCEEDED", job
    assert job["progress"]["succeeded"] == 1


async def test_ids_longer_than_any_number(desk: Desk, world: World) -> None:
    """T4, T7: goods ids are not told with a shipment, so one that no number can hold stops nothing."""
    odd, good = await _two_shipped(desk, world)
    async with world.database.write() as session:
        await session.execute(
            update(OrderItem)
            .where(OrderItem.channel_order_item_id == odd.items[0].number)
            .values(website_product_id="9" * 32)
        )

    job = await desk.upload()

    assert _outcomes(job) == {order.number: ("SUCCEEDED", "UPLOADED") for order in (odd, good)}
    [told, _] = [call.parameters["sendRequestList"] for call in world.sandbox.ledger.of(CONFIRM)]
    [piece] = told[0]["orderSendInfoList"]
    assert set(piece) == {"parentOrderSn", "orderSn", "quantity"}


async def test_cancelling_keeps_what_temu_took(desk: Desk, world: World) -> None:
    """J5: what Temu was told of when a person cancels the job is noted, and the rest is left."""
    await _two_shipped(desk, world)
    for _ in range(20):
        world.mall.add_order()
    await world.import_orders()
    for order in list(world.mall.orders.values())[2:]:
        await desk.shipped(order)
    payload = await world.api.ask(UPLOAD, input={"companyId": world.company_id})
    cancel = "mutation($id: ID!) { cancelQueuedJob(input: {jobId: $id}) { job { status } userErrors { message } } }"
    loop = asyncio.get_running_loop()

    def ask() -> None:
        asyncio.run_coroutine_threadsafe(world.api.ask(cancel, id=payload["job"]["id"]), loop).result(30)

    world.sandbox.after(CONFIRM, 1, ask)
    await world.run_jobs()

    job = await world.job(payload["job"]["id"])
    assert job["status"] == "CANCELLED"
    told = {package.order_sn for package in world.mall.packages}
    kept = await world.orders()
    assert 0 < len(told) < 22
    assert sum(order.source_updated_for_shipping for order in kept.values()) == len(told)


async def test_spaces_in_a_tracking_number(desk: Desk, world: World) -> None:
    """T1, T9: spaces that people put into a tracking number to read it are not sent."""
    order = world.mall.add_order()
    await world.import_orders()
    await desk.shipped(order, desk.package(trackingNumber=" ABC 1234 5678 "))

    job = await desk.upload()

    assert job["status"] == "SUCCEEDED", job
    assert [package.tracking_number for package in world.mall.packages] == ["ABC12345678"]


@pytest.mark.parametrize("number", ["ß" * 200, "ΐ" * 200, "包裹12345678", "A\u200b12345678"])
async def test_a_tracking_number_that_no_carrier_writes(desk: Desk, world: World, number: str) -> None:
    """T1, T9: letters that no label has are refused at once."""
    order = world.mall.add_order()
    await world.import_orders()

    payload = await desk.ship(order, desk.package(trackingNumber=number))

    assert _errors(payload) == [("INVALID", ["packages", "0", "trackingNumber"])]


async def test_further_boxes_only_of_an_order_of_one_piece(desk: Desk, world: World) -> None:
    """T9: the guide has further boxes only where one piece is all that is sent, so any other order refuses them."""
    order = world.mall.add_order(items=[(world.mall.add_goods(), 1), (world.mall.add_goods(), 1)])
    await world.import_orders()
    items = (await desk.orders())[order.number]["items"]
    one, two = ([{"orderItemId": item["id"], "quantity": 1}] for item in items)
    boxes = [{"carrier": "UPS", "trackingNumber": "BOX00000009"}]

    both = await desk.ship(order, desk.package(lines=one, subPackages=boxes), desk.package(lines=two))
    first = await desk.ship(order, desk.package(lines=one, subPackages=boxes))
    await desk.shipped(order, desk.package(lines=one))
    last = await desk.ship(order, desk.package(lines=two, subPackages=boxes))

    for payload in (both, first, last):
        assert _errors(payload) == [("INVALID", ["packages", "0", "subPackages"])]
    await desk.shipped(order, desk.package(lines=two))
    assert (await desk.upload())["status"] == "SUCCEEDED"
