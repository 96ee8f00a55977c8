"""Several orders of one buyer in one parcel: recorded whole or not at all, and told to Temu by one call, once."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from api.values import ids
from domain import clock
from domain.buyers.erasure import erase
from domain.models import CombinedPackage, Order, OrderStatus, Package, ShippingStatus, TrackingUpload
from jobs.runner import Runner
from tests.fixtures.database import one_database
from tests.fixtures.world import World
from tests.journeys.test_shipping import CONFIRM, UPLOAD, WAREHOUSE, Desk, _errors, _outcomes
from tests.sandbox.model import ParentOrder

COMBINED = "bg.order.combinedshipment.list.get"
SHIPMENT = "bg.logistics.shipment.v2.get"
TOGETHER = """mutation($input: ShipOrdersTogetherInput!) { shipOrdersTogether(input: $input) {
  orders { id channelOrderId status shippingStatus
    packages { id trackingNumber lines { quantity } combinedWith { channelOrderId } } }
  advice userErrors { code message field } } }"""
PACKAGES = (
    """query($id: ID!) { order(id: $id) { packages { uploadedAt combinedWith { id channelOrderId } } } }"""
)


class Table(Desk):
    """A desk at which orders are packed together."""

    async def together(self, *orders: ParentOrder, **more: Any) -> dict[str, Any]:
        """The answer of shipOrdersTogether."""
        known = await self.orders()
        label = {key: value for key, value in self.package().items() if key != "lines"}
        number = {"orderIds": [known[order.number]["id"] for order in orders]}
        payload: dict[str, Any] = await self.world.api.ask(TOGETHER, input=number | label | more)
        return payload

    async def packed(self, *orders: ParentOrder, **more: Any) -> dict[str, Any]:
        """The same, without complaint."""
        payload = await self.together(*orders, **more)
        assert payload["userErrors"] == []
        return payload

    def send_types(self) -> list[int]:
        """How each call told Temu."""
        return [call.parameters["sendType"] for call in self.world.sandbox.ledger.of(CONFIRM)]

    def told(self) -> dict[str, str]:
        """The tracking number with which Temu has each line as shipped."""
        return {package.order_sn: package.tracking_number for package in self.world.mall.packages}


@pytest.fixture
async def desk(world: World) -> Table:
    """A desk in a warehouse that the channel has no code for."""
    made = await world.api.ask(WAREHOUSE, name="Kiel")
    return Table(world, made["warehouse"]["id"])


async def _orders(world: World, *pieces: tuple[int, ...]) -> list[ParentOrder]:
    made = [
        world.mall.add_order(items=[(world.mall.add_goods(), quantity) for quantity in each])
        for each in pieces or ((1,), (1,))
    ]
    await world.import_orders()
    return made


async def _assert_nothing_changed(world: World) -> None:
    async with world.database.read() as session:
        assert (await session.scalars(select(Package))).all() == []
        assert (await session.scalars(select(CombinedPackage))).all() == []
    assert {o.shipping_status for o in (await world.orders()).values()} == {ShippingStatus.UNSHIPPED}


async def test_two_orders_in_one_parcel(desk: Table, world: World) -> None:
    """T13, T2: two orders go whole in one parcel with one number, and one call tells Temu of both."""
    first, second = await _orders(world, (2, 1), (3,))

    payload = await desk.packed(first, second, trackingNumber="PARCEL123456")
    job = await desk.upload()
    again = await desk.upload()

    assert payload["advice"] == []
    assert [order["channelOrderId"] for order in payload["orders"]] == [first.number, second.number]
    assert [order["shippingStatus"] for order in payload["orders"]] == ["FULLY_SHIPPED"] * 2
    [one], [other] = (order["packages"] for order in payload["orders"])
    assert ([line["quantity"] for line in one["lines"]], one["trackingNumber"]) == ([2, 1], "PARCEL123456")
    assert one["combinedWith"] == [{"channelOrderId": second.number}]
    assert other["combinedWith"] == [{"channelOrderId": first.number}]
    assert _outcomes(job) == {order.number: ("SUCCEEDED", "UPLOADED") for order in (first, second)}
    assert again["progress"]["total"] == 0
    assert desk.send_types() == [2]
    assert desk.told() == {line.number: "PARCEL123456" for order in (first, second) for line in order.items}
    assert len({package.number for package in world.mall.packages}) == 1
    kept = (await world.orders()).values()
    assert {(order.source_updated_for_shipping, order.status) for order in kept} == {
        (True, OrderStatus.COMPLETED)
    }
    found = await world.api.ask(PACKAGES, id=payload["orders"][0]["id"])
    assert found["packages"][0]["uploadedAt"] is not None


@pytest.mark.parametrize("named", [0, 1])
@one_database
async def test_one_named_order_means_both(desk: Table, world: World, named: int) -> None:
    """T2, T13: uploadTracking of one of two orders in one parcel tells Temu of both, and of no third."""
    orders = await _orders(world)
    (third,) = await _orders(world, (1,))
    await desk.packed(*orders)
    await desk.shipped(third)
    known = await desk.orders()

    job = await desk.upload(orderIds=[known[orders[named].number]["id"]])

    assert _outcomes(job) == {order.number: ("SUCCEEDED", "UPLOADED") for order in orders}
    assert desk.send_types() == [2]


async def test_parcels_wider_than_a_batch(desk: Table, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """T13: a parcel whose orders are far apart in the list is told of once, with all others."""
    monkeypatch.setattr("domain.shipping.pending._AT_ONCE", 3)
    orders = await _orders(world, *[(1,)] * 9)
    await desk.packed(orders[0], orders[8], orders[4])
    for order in orders:
        if order not in (orders[0], orders[8], orders[4]):
            await desk.shipped(order)

    job = await desk.upload()

    assert job["progress"] == {"done": 9, "total": 9, "succeeded": 9, "failed": 0, "skipped": 0}
    assert sorted(desk.send_types()) == [0] * 6 + [2]


@one_database
async def test_what_cant_go_together(desk: Table, world: World) -> None:
    """T13, T9: each reason for which Temu would refuse the parcel is told at once, and nothing changes."""
    first, second = await _orders(world)
    elsewhere = world.mall.add_order(address={"addressLine1": "2 Oak Avenue"})
    restricted, pending, asked, gone = (world.mall.add_order(status=s) for s in (2, 1, 2, 2))
    world.mall.mark(restricted.number, fulfillment_warnings=["RESTRICT_SELF_SHIPPING"])
    await world.import_orders()
    world.mall.request_cancel(asked.number)
    world.mall.cancel(gone.number)
    await world.import_orders()

    for orders, code, field in (
        ((first,), "REQUIRED", ["orderIds"]),
        ((first, second, first), "INVALID", ["orderIds", "2"]),
        ((first, elsewhere), "CONFLICT", ["orderIds", "1"]),
        ((restricted, first), "CONFLICT", ["orderIds", "0"]),
        ((first, pending), "CONFLICT", ["orderIds", "1"]),
        ((first, second, asked), "CONFLICT", ["orderIds", "2"]),
        ((first, gone), "CONFLICT", ["orderIds", "1"]),
    ):
        payload = await desk.together(*orders)
        assert payload["orders"] is None
        assert _errors(payload) == [(code, field)], payload
    for change, code, field in (
        ({"carrier": "Pony Express"}, "INVALID", ["carrier"]),
        ({"trackingNumber": " "}, "REQUIRED", ["trackingNumber"]),
        ({"warehouseId": ids.encode("Warehouse", 999)}, "NOT_FOUND", ["warehouseId"]),
        ({"orderIds": [ids.encode("Order", 998), ids.encode("Order", 999)]}, "NOT_FOUND", ["orderIds", "0"]),
    ):
        assert _errors(await desk.together(first, second, **change)) == [(code, field)]
    await _assert_nothing_changed(world)


async def test_whose_buyer_was_erased(desk: Table, world: World) -> None:
    """T13, A5: orders whose addresses were erased look alike, and are shipped each by itself."""
    orders = await _orders(world)
    async with world.database.write() as session:
        await erase(session, [order.id for order in (await world.orders()).values()], now=clock.now())

    payload = await desk.together(*orders)

    assert _errors(payload) == [("CONFLICT", ["orderIds", "0"])]
    assert "erased" in payload["userErrors"][0]["message"]
    await _assert_nothing_changed(world)


@one_database
async def test_nothing_shipped_before(desk: Table, world: World) -> None:
    """T13: an order of which a part is shipped, or all, goes in no parcel with others; nor does a number used before."""
    parted, whole, third, fourth = await _orders(world, (2,), (1,), (1,), (1,))
    item = (await desk.orders())[parted.number]["items"][0]["id"]
    await desk.shipped(parted, desk.package(lines=[{"orderItemId": item, "quantity": 1}]))
    await desk.shipped(whole, desk.package(trackingNumber="USED12345678"))

    part = await desk.together(third, parted)
    done = await desk.together(whole, third)
    used = await desk.together(third, fourth, trackingNumber="used 1234 5678")

    assert _errors(part) == [("CONFLICT", ["orderIds", "1"])]
    assert "A part of this order" in part["userErrors"][0]["message"]
    assert _errors(done) == [("INVALID", ["orderIds", "0"])]
    assert _errors(used) == [("TAKEN", ["trackingNumber"])]
    await desk.packed(third, fourth, trackingNumber="PARCEL123456")
    await desk.world.import_orders()
    (fifth,) = await _orders(world, (1,))
    assert _errors(await desk.ship(fifth, desk.package(trackingNumber="PARCEL123456"))) == [
        ("TAKEN", ["packages", "0", "trackingNumber"])
    ]


@one_database
async def test_orders_of_two_companies(desk: Table, world: World) -> None:
    """T13, A5: orders of two malls go in no parcel together, and what a key may not see does not exist for it."""
    (own,) = await _orders(world, (1,))
    mall = world.sandbox.add_mall()
    company = await world.new_company("Südwind", mall)
    foreign = mall.add_order()
    await world.import_orders(companyId=company)

    both = await desk.together(own, foreign)

    assert _errors(both) == [("INVALID", ["orderIds", "1"])]
    await _assert_nothing_changed(world)


@one_database
async def test_temus_own_list(desk: Table, world: World) -> None:
    """T13: orders that Temu doesn't list as ones that may go together are refused; where it can't be asked, that is said."""
    first, second = await _orders(world)
    world.mall.mark(second.number, ships_alone=True)

    refused = await desk.together(first, second)
    assert _errors(refused) == [("CONFLICT", ["orderIds"])]
    world.mall.scopes.discard(COMBINED)
    payload = await desk.packed(first, second)
    job = await desk.upload()

    assert COMBINED in payload["advice"][0]
    assert _outcomes(job) == {order.number: ("FAILED", "TEMU_120015539") for order in (first, second)}
    messages = {o["subject"]: o["message"] for o in job["outcomes"]["nodes"]}
    assert "in one parcel" in messages[first.number]
    assert second.number in messages[first.number]
    assert first.number in messages[second.number]


@pytest.mark.parametrize("kind", ["http_status", "drop", "truncated", "html"])
@one_database
async def test_temus_list_in_trouble(desk: Table, world: World, kind: str) -> None:
    """T13: trouble with Temu's list holds nothing up."""
    orders = await _orders(world)
    world.sandbox.faults.add(kind, interface=COMBINED)

    payload = await desk.packed(*orders)

    assert len(payload["advice"]) == 1
    assert (await desk.upload())["status"] == "SUCCEEDED"


@one_database
async def test_to_be_signed_for(desk: Table, world: World) -> None:
    """T13: what Temu refuses of an order to be signed for fails both, with advice."""
    first, second = await _orders(world)
    await desk.packed(first, second)
    second.labels["signature_required_on_delivery"] = 1

    job = await desk.upload()

    assert _outcomes(job) == {order.number: ("FAILED", "TEMU_120015543") for order in (first, second)}
    assert "signed for" in job["error"]


@pytest.mark.parametrize("kind", ["drop_after", "truncated"])
@one_database
async def test_a_lost_answer(desk: Table, world: World, kind: str) -> None:
    """T6, T13: accepted by Temu with the answer lost, both are asked about, and none is told twice."""
    first, second = await _orders(world, (1, 2), (1,))
    await desk.packed(first, second)
    world.sandbox.faults.add(kind, interface=CONFIRM)

    job = await desk.upload()

    assert _outcomes(job) == {order.number: ("SUCCEEDED", "UPLOADED") for order in (first, second)}
    asked = {call.parameters["orderSn"] for call in world.sandbox.ledger.of(SHIPMENT)}
    assert asked == {line.number for order in (first, second) for line in order.items}
    assert desk.confirmations() == 1


@one_database
async def test_a_lost_answer_that_only_one_can_be_asked_about(desk: Table, world: World) -> None:
    """T6, T13: while it isn't known of both, neither is told again, and what is known of one is kept."""
    first, second = await _orders(world)
    await desk.packed(first, second)
    world.sandbox.faults.add("drop_after", interface=CONFIRM)
    world.sandbox.faults.add("http_status", interface=SHIPMENT, status=503, skip=1, times=3)

    job = await desk.upload()
    assert job["status"] == "QUEUED"
    kept = await world.orders()
    assert sorted(order.source_updated_for_shipping for order in kept.values()) == [False, True]
    await world.make_due()
    await world.run_jobs()

    assert all(order.source_updated_for_shipping for order in (await world.orders()).values())
    assert desk.confirmations() == 1


@one_database
async def test_a_call_that_never_arrived(desk: Table, world: World) -> None:
    """T6, J4: cut off before Temu saw it, a parcel is asked about, waits, and is told of by the next try."""
    orders = await _orders(world)
    await desk.packed(*orders)
    world.sandbox.faults.add("drop", interface=CONFIRM)

    job = await desk.upload()
    assert job["status"] == "QUEUED"
    await world.make_due()
    await world.run_jobs()

    assert all(order.source_updated_for_shipping for order in (await world.orders()).values())
    assert desk.send_types() == [2, 2]
    assert len(world.mall.packages) == 2


async def test_a_worker_that_dies_after_confirming(desk: Table, world: World) -> None:
    """T6, J2, T13: a worker that ends between Temu's acceptance and its own note is followed by one that asks first."""
    orders = await _orders(world)
    await desk.packed(*orders)
    payload = await world.api.ask(UPLOAD, input={"companyId": world.company_id})
    accepted, may_answer = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def hold() -> None:
        loop.call_soon_threadsafe(accepted.set)
        asyncio.run_coroutine_threadsafe(may_answer.wait(), loop).result(30)

    world.sandbox.after(CONFIRM, 1, hold)
    runner = Runner(world.resources, owner="who dies")
    task = asyncio.create_task(runner.run(ids.decode(payload["job"]["id"], "QueuedJob", "id")))
    await accepted.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    may_answer.set()

    await world.run_jobs()

    assert (await world.job(payload["job"]["id"]))["status"] == "SUCCEEDED"
    assert all(order.source_updated_for_shipping for order in (await world.orders()).values())
    assert desk.confirmations() == 1


@one_database
async def test_one_of_them_is_cancelled_before_the_upload(desk: Table, world: World) -> None:
    """T7, T8, T13: an order that was cancelled on Temu meanwhile fails, and the other of its parcel goes out alone."""
    gone, stays = await _orders(world)
    await desk.packed(gone, stays, trackingNumber="PARCEL123456")
    world.mall.cancel(gone.number)

    job = await desk.upload()
    again = await desk.upload()

    assert _outcomes(job) == {
        gone.number: ("FAILED", "CANCELLED_ON_TEMU"),
        stays.number: ("SUCCEEDED", "UPLOADED"),
    }
    assert _outcomes(again) == {gone.number: ("FAILED", "CANCELLED_ON_TEMU")}
    assert desk.told() == {stays.items[0].number: "PARCEL123456"}
    assert desk.send_types()[:2] == [2, 0]


@one_database
async def test_one_of_them_waits(desk: Table, world: World) -> None:
    """T7, T13: what Temu refuses of one order holds up the parcel, says with which other order, and stops no third."""
    first, second, third = await _orders(world, (1,), (1,), (1,))
    await desk.packed(first, second)
    await desk.shipped(third)
    world.mall.mark(second.number, address_change_pending=True)

    job = await desk.upload()
    world.mall.mark(second.number, address_change_pending=False)
    again = await desk.upload()

    assert _outcomes(job) == {
        first.number: ("FAILED", "TEMU_120012023"),
        second.number: ("FAILED", "TEMU_120012023"),
        third.number: ("SUCCEEDED", "UPLOADED"),
    }
    assert _outcomes(again) == {order.number: ("SUCCEEDED", "UPLOADED") for order in (first, second)}


@one_database
async def test_one_of_them_was_shipped_by_hand(desk: Table, world: World) -> None:
    """T6, T13: an order that Temu has with another number fails with both numbers, the other goes out alone."""
    by_hand, other = await _orders(world)
    await desk.packed(by_hand, other, trackingNumber="PARCEL123456")
    world.mall.ship(by_hand.number)

    job = await desk.upload()

    assert _outcomes(job) == {
        by_hand.number: ("FAILED", "ALREADY_SHIPPED"),
        other.number: ("SUCCEEDED", "UPLOADED"),
    }
    assert desk.told() == {other.items[0].number: "PARCEL123456"}


async def test_lines_one_by_one_and_parcels(desk: Table, world: World) -> None:
    """T13: where lines are told one by one, a parcel of several orders is still one call."""
    settings = "mutation($id: ID!) { updateCompanySettings(input: {companyId: $id, uploadTrackingPerItem: true}) { userErrors { message } } }"
    await world.api.ask(settings, id=world.company_id)
    orders = await _orders(world, (1, 1), (2,))
    await desk.packed(*orders)

    job = await desk.upload()

    assert job["progress"]["succeeded"] == 2
    assert desk.send_types() == [2]


async def test_two_who_pack_the_same(desk: Table, world: World) -> None:
    """T13: of two who record the same orders at once, one is told that nothing is left."""
    first, second = await _orders(world)

    payloads = await asyncio.gather(desk.together(first, second), desk.together(second, first))

    assert sorted(len(payload["userErrors"]) for payload in payloads) == [0, 1]
    async with world.database.read() as session:
        assert len((await session.scalars(select(Package))).all()) == 2
        assert len((await session.scalars(select(CombinedPackage))).all()) == 2
        assert (await session.scalars(select(TrackingUpload))).all() == []
        assert len((await session.scalars(select(Order))).all()) == 2
