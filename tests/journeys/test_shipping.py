"""What is shipped here reaches Temu: once, whole, and with every refusal explained."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from api.values import ids
from domain import clock
from domain.models import (
    ChannelDirectory,
    InventoryLevel,
    OrderNote,
    OrderStatus,
    Package,
    Reservation,
    ShippingStatus,
    TrackingUpload,
)
from jobs.runner import Runner
from tests.fixtures.database import one_database
from tests.fixtures.world import World
from tests.sandbox.model import ParentOrder

CONFIRM = "bg.logistics.shipment.v2.confirm"
SHIP = """mutation($input: ShipOrderInput!) { shipOrder(input: $input) {
  order { id status shippingStatus sourceUpdatedForShipping
    packages { id carrier trackingNumber uploadedAt warehouse { name } lines { quantity orderItem { id } }
      subPackages { carrier trackingNumber } }
    items { id channelOrderItemId quantity shippedQuantity } }
  userErrors { code message field } } }"""
UPLOAD = """mutation($input: UploadTrackingInput!) {
  uploadTracking(input: $input) { job { id status } userErrors { code message field } } }"""
WAREHOUSE = "mutation($name: String!) { createWarehouse(input: {name: $name}) { warehouse { id } } }"
MAPPINGS = """mutation($input: SetChannelWarehouseMappingsInput!) {
  setChannelWarehouseMappings(input: $input) { userErrors { message } } }"""
UPSERT = """mutation($id: ID!, $products: [ProductInput!]!) {
  upsertProducts(input: {companyId: $id, products: $products}) { products { id } userErrors { message } } }"""
STOCK = "mutation($input: SetInventoryInput!) { setInventory(input: $input) { userErrors { message } } }"
AVAILABLE = "query($id: ID!) { product(id: $id) { availableQuantity inventory { onHand reserved } } }"
ORDERS = """{ orders(first: 250) { nodes { id channelOrderId status shippingStatus shippingRestrictions
  items { id channelOrderItemId quantity } } } }"""


class Desk:
    """Where orders of a world are packed."""

    def __init__(self, world: World, warehouse_id: str) -> None:
        self.world = world
        self.warehouse_id = warehouse_id
        self._numbers = iter(range(10_000_000, 20_000_000))

    def package(self, **more: Any) -> dict[str, Any]:
        """A package of everything that is left, with a label that Temu takes."""
        label = {"carrier": "UPS", "trackingNumber": f"TRACK{next(self._numbers)}"}
        return {"warehouseId": self.warehouse_id, **label, **more}

    async def ship(self, order: ParentOrder, *packages: dict[str, Any]) -> dict[str, Any]:
        """The answer of shipOrder."""
        known = (await self.orders())[order.number]
        payload: dict[str, Any] = await self.world.api.ask(
            SHIP, input={"orderId": known["id"], "packages": list(packages) or [self.package()]}
        )
        return payload

    async def shipped(self, order: ParentOrder, *packages: dict[str, Any]) -> dict[str, Any]:
        """The order, shipped without complaint."""
        payload = await self.ship(order, *packages)
        assert payload["userErrors"] == []
        found: dict[str, Any] = payload["order"]
        return found

    async def upload(self, **more: Any) -> dict[str, Any]:
        """The job as it ended."""
        payload = await self.world.api.ask(UPLOAD, input={"companyId": self.world.company_id} | more)
        assert payload["userErrors"] == []
        await self.world.run_jobs()
        return await self.world.job(payload["job"]["id"])

    async def orders(self) -> dict[str, dict[str, Any]]:
        """All orders by their number."""
        return {order["channelOrderId"]: order for order in (await self.world.api.ask(ORDERS))["nodes"]}

    async def warehouse(self, name: str, code: str | None = None) -> str:
        """A further warehouse, known to the channel by *code*."""
        made = await self.world.api.ask(WAREHOUSE, name=name)
        number: str = made["warehouse"]["id"]
        if code is not None:
            mapping = {"warehouseId": number, "channelWarehouseCode": code}
            await self.world.api.ask(
                MAPPINGS, input={"companyId": self.world.company_id, "mappings": [mapping]}
            )
        return number

    def confirmations(self) -> int:
        """How many calls told Temu of packages."""
        return len(self.world.sandbox.ledger.of(CONFIRM))


@pytest.fixture
async def desk(world: World) -> Desk:
    """A desk in a warehouse that the channel has no code for."""
    made = await world.api.ask(WAREHOUSE, name="Kiel")
    return Desk(world, made["warehouse"]["id"])


async def _order(world: World, *pieces: int, **more: Any) -> ParentOrder:
    lines = [(world.mall.add_goods(), quantity) for quantity in pieces or (1,)]
    order = world.mall.add_order(items=lines, **more)
    await world.import_orders()
    return order


def _errors(payload: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


def _outcomes(job: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {o["subject"]: (o["status"], o["code"]) for o in job["outcomes"]["nodes"]}


async def test_a_whole_order_goes_out(desk: Desk, world: World) -> None:
    """T1, T2: shipped whole and uploaded, an order is told of with the default address, once."""
    order = await _order(world, 2, 1)

    shipped = await desk.shipped(order, desk.package(trackingNumber="1Z999AA10123456784"))
    assert (shipped["status"], shipped["shippingStatus"]) == ("IN_PROCESS", "FULLY_SHIPPED")
    assert [line["quantity"] for line in shipped["packages"][0]["lines"]] == [2, 1]
    assert shipped["packages"][0]["uploadedAt"] is None
    job = await desk.upload()
    again = await desk.upload()

    assert (job["status"], again["status"]) == ("SUCCEEDED", "SUCCEEDED")
    assert job["progress"] == {"done": 1, "total": 1, "succeeded": 1, "failed": 0, "skipped": 0}
    assert _outcomes(job) == {order.number: ("SUCCEEDED", "UPLOADED")}
    kept = (await world.orders())[order.number]
    assert (kept.source_updated_for_shipping, kept.status) == (True, OrderStatus.COMPLETED)
    async with world.database.read() as session:
        assert all(await session.scalars(select(Package.uploaded_at)))
        assert (await session.scalars(select(TrackingUpload))).all() == []
    assert desk.confirmations() == 1
    assert {p.order_sn: (p.quantity, p.tracking_number) for p in world.mall.packages} == {
        line.number: (line.remaining, "1Z999AA10123456784") for line in order.items
    }
    default = next(address for address in world.mall.addresses if address.is_default)
    assert {p.address_id for p in world.mall.packages} == {default.id}


async def test_shipping_takes_from_stock(desk: Desk, world: World) -> None:
    """T1, I2: what is shipped leaves the warehouse, so nothing becomes available again by shipping."""
    goods = world.mall.add_goods()
    product = {
        "sku": "LAMP",
        "websiteProductId": str(goods.goods_id),
        "websiteProductVariantId": str(goods.sku_id),
    }
    made = await world.api.ask(UPSERT, id=world.company_id, products=[product])
    product_id = made["products"][0]["id"]
    level = {"productId": product_id, "warehouseId": desk.warehouse_id, "onHand": 10}
    await world.api.ask(STOCK, input={"levels": [level]})
    order = world.mall.add_order(items=[(goods, 3)])
    await world.import_orders()
    before = await world.api.ask(AVAILABLE, id=product_id)

    item = (await desk.orders())[order.number]["items"][0]["id"]
    await desk.shipped(order, desk.package(lines=[{"orderItemId": item, "quantity": 1}]))
    between = await world.api.ask(AVAILABLE, id=product_id)
    await desk.shipped(order)
    after = await world.api.ask(AVAILABLE, id=product_id)

    assert [a["availableQuantity"] for a in (before, between, after)] == [7, 7, 7]
    assert [a["inventory"] for a in (before, between, after)] == [
        [{"onHand": 10, "reserved": 3}],
        [{"onHand": 9, "reserved": 2}],
        [{"onHand": 7, "reserved": 0}],
    ]


async def test_shipping_more_than_lies_there(desk: Desk, world: World) -> None:
    """T1: where fewer pieces lie in the warehouse than were shipped, its count becomes zero and no order is refused."""
    goods = world.mall.add_goods()
    product = {
        "sku": "LAMP",
        "websiteProductId": str(goods.goods_id),
        "websiteProductVariantId": str(goods.sku_id),
    }
    made = await world.api.ask(UPSERT, id=world.company_id, products=[product])
    level = {"productId": made["products"][0]["id"], "warehouseId": desk.warehouse_id, "onHand": 1}
    await world.api.ask(STOCK, input={"levels": [level]})
    order = world.mall.add_order(items=[(goods, 3)])
    await world.import_orders()

    await desk.shipped(order)

    async with world.database.read() as session:
        assert await session.scalar(select(InventoryLevel.on_hand)) == 0
        assert (await session.scalars(select(Reservation))).all() == []


@one_database
async def test_what_is_not_to_be_shipped(desk: Desk, world: World) -> None:
    """T1, O9: a pending, a cancelled and a fully shipped order are refused, and nothing changes."""
    pending = world.mall.add_order(status=1)
    cancelled, done = world.mall.add_order(), world.mall.add_order()
    await world.import_orders()
    world.mall.cancel(cancelled.number)
    await world.import_orders()
    await desk.shipped(done)

    for order, code, field in (
        (pending, "CONFLICT", ["orderId"]),
        (cancelled, "CONFLICT", ["orderId"]),
        (done, "INVALID", ["packages", "0"]),
    ):
        payload = await desk.ship(order)
        assert payload["order"] is None
        assert _errors(payload) == [(code, field)]
    async with world.database.read() as session:
        assert len((await session.scalars(select(Package))).all()) == 1


@pytest.mark.parametrize(
    "change, code, field",
    [
        ({"carrier": "Pony Express"}, "INVALID", "carrier"),
        ({"carrier": " "}, "REQUIRED", "carrier"),
        ({"trackingNumber": ""}, "REQUIRED", "trackingNumber"),
        ({"trackingNumber": "A\nB"}, "INVALID", "trackingNumber"),
        ({"warehouseId": "V2FyZWhvdXNlOjk5OTk="}, "NOT_FOUND", "warehouseId"),
        ({"lines": []}, "REQUIRED", "lines"),
        ({"subPackages": [{"carrier": "UPS", "trackingNumber": "BOX00000002"}]}, "INVALID", "subPackages"),
    ],
)
@one_database
async def test_a_bad_package_is_refused(
    desk: Desk, world: World, change: dict[str, Any], code: str, field: str
) -> None:
    """T1, T9: each fault of a package is named where it stands, and nothing changes, not even by the good one."""
    order = await _order(world, 2)

    payload = await desk.ship(order, desk.package() | change)

    assert _errors(payload) == [(code, ["packages", "0", field])]
    kept = (await world.orders())[order.number]
    assert kept.shipping_status is ShippingStatus.UNSHIPPED
    async with world.database.read() as session:
        assert (await session.scalars(select(Package))).all() == []


@one_database
async def test_lines_are_checked(desk: Desk, world: World) -> None:
    """T1: more pieces than remain, none, twice the same item, and an item of another order are refused."""
    order, other = await _order(world, 2), await _order(world, 1)
    known = await desk.orders()
    item, foreign = (known[o.number]["items"][0]["id"] for o in (order, other))
    for lines, code, at in (
        ([{"orderItemId": item, "quantity": 3}], "INVALID", ["0", "quantity"]),
        ([{"orderItemId": item, "quantity": 0}], "INVALID", ["0", "quantity"]),
        ([{"orderItemId": item, "quantity": 1}] * 2, "INVALID", ["1", "orderItemId"]),
        ([{"orderItemId": foreign, "quantity": 1}], "NOT_FOUND", ["0", "orderItemId"]),
    ):
        payload = await desk.ship(order, desk.package(lines=lines))
        assert _errors(payload) == [(code, ["packages", "0", "lines", *at])]
    two = [desk.package(lines=[{"orderItemId": item, "quantity": 2}])] * 2
    assert _errors(await desk.ship(order, *two)) == [("INVALID", ["packages", "1", "lines", "0", "quantity"])]


async def test_a_tracking_number_is_used_once(desk: Desk, world: World) -> None:
    """T9: Temu takes a tracking number once, so a second use is refused at once, naming the order that has it."""
    first, second = await _order(world, 1), await _order(world, 2)
    await desk.shipped(first, desk.package(trackingNumber="ABC 1234 5678"))
    item = (await desk.orders())[second.number]["items"][0]["id"]
    one = [{"orderItemId": item, "quantity": 1}]

    taken = await desk.ship(second, desk.package(trackingNumber="abc12345678"))
    twice = await desk.ship(
        second,
        desk.package(trackingNumber="XYZ12345678", lines=one),
        desk.package(trackingNumber="XYZ12345678", lines=one),
    )

    assert _errors(taken) == [("TAKEN", ["packages", "0", "trackingNumber"])]
    assert first.number in taken["userErrors"][0]["message"]
    assert _errors(twice) == [("INVALID", ["packages", "1", "trackingNumber"])]


@one_database
async def test_a_restricted_order_says_so(desk: Desk, world: World) -> None:
    """T10: an order that needs Temu's label says so before anyone packs it, and shipping it here is refused."""
    world.mall.usual_warnings = []
    order, advised, by_address = (world.mall.add_order() for _ in range(3))
    world.mall.mark(order.number, fulfillment_warnings=["RESTRICT_SELF_SHIPPING"])
    world.mall.mark(
        advised.number, fulfillment_warnings=["SUGGEST_SIGNATURE_ON_DELIVERY", "RESTRICT_CALL_SHIPPING"]
    )
    world.mall.mark(by_address.number, restriction="Not deliverable")
    await world.import_orders()

    known = await desk.orders()
    assert known[order.number]["shippingRestrictions"] == ["RESTRICT_SELF_SHIPPING"]
    assert known[advised.number]["shippingRestrictions"] == []
    assert known[by_address.number]["shippingRestrictions"] == ["Not deliverable"]
    assert _errors(await desk.ship(order)) == [("CONFLICT", ["orderId"])]
    await desk.shipped(advised)
    world.mall.mark(order.number, fulfillment_warnings=[])
    await world.import_orders()
    assert (await desk.orders())[order.number]["shippingRestrictions"] == []


async def test_part_by_part(desk: Desk, world: World) -> None:
    """T1, T4, T9: pieces of one order in several packages of several calls go out in one call once all are shipped."""
    order = await _order(world, 3, 1)
    south = await desk.warehouse("Ulm", "second WAREHOUSE")
    three, one = (item["id"] for item in (await desk.orders())[order.number]["items"])

    partly = await desk.shipped(order, desk.package(lines=[{"orderItemId": three, "quantity": 2}]))
    assert partly["shippingStatus"] == "PARTIALLY_SHIPPED"
    waiting = await desk.upload()
    assert waiting["progress"]["total"] == 0
    await desk.shipped(
        order,
        desk.package(lines=[{"orderItemId": three, "quantity": 1}], carrier="960246691"),
        desk.package(lines=[{"orderItemId": one, "quantity": 1}], carrier="ontrac", warehouseId=south),
    )
    job = await desk.upload()

    assert job["status"] == "SUCCEEDED"
    assert desk.confirmations() == 1
    addresses = {address.name: address.id for address in world.mall.addresses}
    assert sorted((p.quantity, p.carrier_id, p.address_id) for p in world.mall.packages) == sorted(
        [
            (2, 960246690, addresses["Main warehouse"]),
            (1, 960246691, addresses["Main warehouse"]),
            (1, 960246696, addresses["Second warehouse"]),
        ]
    )


@one_database
async def test_one_piece_in_several_boxes(desk: Desk, world: World) -> None:
    """T4, T9: a piece that needs several boxes goes out with all their numbers."""
    order = await _order(world, 1)
    boxes = [{"carrier": "UPS", "trackingNumber": f"BOX0000000{i}"} for i in range(2, 5)]

    shipped = await desk.shipped(order, desk.package(trackingNumber="BOX00000001", subPackages=boxes))
    job = await desk.upload()

    assert job["status"] == "SUCCEEDED", job
    assert shipped["packages"][0]["subPackages"] == boxes
    [package] = world.mall.packages
    assert [box.tracking_number for box in package.sub_packages] == [b["trackingNumber"] for b in boxes]


@one_database
async def test_addresses_and_carriers_are_looked_up(desk: Desk, world: World) -> None:
    """T3, T5, T7: a code that names no address fails its order with the names there are, and the others go out."""
    good, lost = await _order(world, 1), await _order(world, 1)
    wrong = await desk.warehouse("Rostock", "Rostock 7")
    await desk.shipped(good)
    await desk.shipped(lost, desk.package(warehouseId=wrong))

    job = await desk.upload()

    assert job["status"] == "PARTIALLY_SUCCEEDED"
    assert _outcomes(job) == {
        lost.number: ("FAILED", "ADDRESS_UNKNOWN"),
        good.number: ("SUCCEEDED", "UPLOADED"),
    }
    message = next(o["message"] for o in job["outcomes"]["nodes"] if o["subject"] == lost.number)
    assert "'Rostock 7'" in message
    assert "Main warehouse, Second warehouse" in message
    # Once the list is not a minute old any more, a name that is missing in it is looked for at Temu again.
    world.mall.add_address("Rostock 7")
    async with world.database.write() as session:
        await session.execute(update(ChannelDirectory).values(read_at=clock.now() - timedelta(minutes=2)))
    assert _outcomes(await desk.upload()) == {lost.number: ("SUCCEEDED", "UPLOADED")}


@one_database
async def test_lists_for_forms(desk: Desk, world: World) -> None:
    """T3, T5: carriers of the countries that orders go to, and the mall's addresses, can be asked for with their age, and anew."""
    document = """query($id: ID!) { company(id: $id) {
      carrierDirectories { countryCode readAt carriers { id name brand } }
      shippingAddressDirectory { readAt addresses { id name isDefault } } } }"""
    refresh = """mutation($id: ID!) { refreshShippingDirectories(input: {companyId: $id}) {
      company { shippingAddressDirectory { addresses { name } } } userErrors { code message } } }"""
    nothing = await world.api.ask(document, id=world.company_id)
    await _order(world, 1)

    refreshed = await world.api.ask(refresh, id=world.company_id)
    told = await world.api.ask(document, id=world.company_id)
    world.mall.add_address("Rostock 7")
    await world.api.ask(refresh, id=world.company_id)
    young = await world.api.ask(document, id=world.company_id)
    async with world.database.write() as session:
        await session.execute(update(ChannelDirectory).values(read_at=clock.now() - timedelta(minutes=2)))
    await world.api.ask(refresh, id=world.company_id)
    anew = await world.api.ask(document, id=world.company_id)

    assert nothing == {"carrierDirectories": [], "shippingAddressDirectory": None}
    assert refreshed["userErrors"] == []
    (carriers,) = told["carrierDirectories"]
    assert carriers["countryCode"] == "US"
    assert "UPS" in [each["name"] for each in carriers["carriers"]]
    names = [each["name"] for each in told["shippingAddressDirectory"]["addresses"]]
    assert names == ["Main warehouse", "Second warehouse"]
    assert [each["isDefault"] for each in told["shippingAddressDirectory"]["addresses"]] == [True, False]
    # A list that is not a minute old yet is not asked for again.
    assert young["shippingAddressDirectory"] == told["shippingAddressDirectory"]
    assert "Rostock 7" in str(anew["shippingAddressDirectory"])


@one_database
async def test_an_unknown_carrier_at_upload(desk: Desk, world: World) -> None:
    """T5: a carrier that could not be checked when it was shipped fails its order with the nearest names."""
    order = await _order(world, 1)
    world.sandbox.faults.add("http_status", interface="bg.logistics.companies.get", status=503)
    await desk.shipped(order, desk.package(carrier="Fedx smart"))

    job = await desk.upload()

    assert _outcomes(job) == {order.number: ("FAILED", "CARRIER_UNKNOWN")}
    assert "FedEx SmartPost" in job["error"]


@pytest.mark.parametrize("kind", ["drop_after", "truncated"])
@one_database
async def test_a_lost_answer_is_no_second_shipment(desk: Desk, world: World, kind: str) -> None:
    """T6: accepted by Temu with the answer lost, an order is found out by asking, in the same run, and told once."""
    order = await _order(world, 1)
    await desk.shipped(order)
    world.sandbox.faults.add(kind, interface=CONFIRM)

    job = await desk.upload()

    assert job["status"] == "SUCCEEDED"
    assert (await world.orders())[order.number].source_updated_for_shipping
    assert desk.confirmations() == 1
    assert len(world.mall.packages) == 1


@one_database
async def test_a_call_that_never_arrived(desk: Desk, world: World) -> None:
    """T6, J4: cut off before Temu saw it, an order is asked about, waits, and is told of by the next try."""
    order = await _order(world, 1)
    await desk.shipped(order)
    world.sandbox.faults.add("drop", interface=CONFIRM)

    job = await desk.upload()
    assert job["status"] == "QUEUED"
    await world.make_due()
    await world.run_jobs()

    assert (await world.orders())[order.number].source_updated_for_shipping
    assert len(world.mall.packages) == 1


async def test_a_worker_that_dies_after_confirming(desk: Desk, world: World) -> None:
    """T6, J2: a worker that ends between Temu's acceptance and its own note is followed by one that asks first."""
    order = await _order(world, 1)
    await desk.shipped(order)
    payload = await world.api.ask(UPLOAD, input={"companyId": world.company_id})
    accepted, may_answer = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def hold() -> None:
        loop.call_soon_threadsafe(accepted.set)
        asyncio.run_coroutine_threadsafe(may_answer.wait(), loop).result(30)

    world.sandbox.after(CONFIRM, 1, hold)
    runner = Runner(world.resources, owner="who dies")
    number = ids.decode(payload["job"]["id"], "QueuedJob", "id")
    task = asyncio.create_task(runner.run(number))
    await accepted.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    may_answer.set()

    await world.run_jobs()

    job = await world.job(payload["job"]["id"])
    assert job["status"] == "SUCCEEDED"
    assert (await world.orders())[order.number].source_updated_for_shipping
    assert desk.confirmations() == 1


@one_database
async def test_shipped_by_someone_else(desk: Desk, world: World) -> None:
    """T6: shipped on Temu with another tracking number is a failure that shows both, and nothing is marked."""
    order = await _order(world, 1)
    await desk.shipped(order, desk.package(trackingNumber="OURS12345678"))
    world.mall.ship(order.number)

    job = await desk.upload()

    assert _outcomes(job) == {order.number: ("FAILED", "ALREADY_SHIPPED")}
    assert "OURS12345678" in job["error"]
    assert not (await world.orders())[order.number].source_updated_for_shipping


async def test_cancelled_between_shipping_and_upload(desk: Desk, world: World) -> None:
    """T8, O7: cancelled on Temu after it was shipped here, an order fails with that reason and gets one note."""
    order = await _order(world, 1)
    await desk.shipped(order)
    world.mall.cancel(order.number)

    job = await desk.upload()
    await world.import_orders()
    again = await desk.upload()

    assert _outcomes(job) == _outcomes(again) == {order.number: ("FAILED", "CANCELLED_ON_TEMU")}
    kept = (await world.orders())[order.number]
    assert (kept.status, kept.shipping_status) == (OrderStatus.IN_PROCESS, ShippingStatus.FULLY_SHIPPED)
    assert not kept.source_updated_for_shipping
    async with world.database.read() as session:
        assert (await session.scalars(select(OrderNote.event))).all() == ["cancelled-after-shipping"]


@one_database
async def test_refusals_have_advice(desk: Desk, world: World) -> None:
    """T7: each order that Temu refuses fails with advice of its own, and the others go out."""
    waits, moves, labels, good = (world.mall.add_order() for _ in range(4))
    await world.import_orders()
    for order in (waits, moves, labels, good):
        await desk.shipped(order)
    world.mall.mark(waits.number, cancel_pending=True)
    world.mall.mark(moves.number, address_change_pending=True)
    world.mall.mark(labels.number, own_label_forbidden=True)

    job = await desk.upload()

    assert _outcomes(job) == {
        waits.number: ("FAILED", "TEMU_120012030"),
        moves.number: ("FAILED", "TEMU_120012023"),
        labels.number: ("FAILED", "TEMU_120012034"),
        good.number: ("SUCCEEDED", "UPLOADED"),
    }
    messages = {o["subject"]: o["message"] for o in job["outcomes"]["nodes"]}
    assert "asked to cancel" in messages[waits.number]
    assert "change the address" in messages[moves.number]
    assert "Buy the label" in messages[labels.number]


async def test_named_orders_only(desk: Desk, world: World) -> None:
    """T2: named orders alone are told of; what can't be is an outcome, and what isn't there refuses the call."""
    ready, also, unshipped = (world.mall.add_order() for _ in range(3))
    await world.import_orders()
    await desk.shipped(ready)
    await desk.shipped(also)
    known = await desk.orders()
    named = [known[order.number]["id"] for order in (ready, unshipped)]

    job = await desk.upload(orderIds=named)
    again = await desk.upload(orderIds=named)

    assert _outcomes(job) == {
        ready.number: ("SUCCEEDED", "UPLOADED"),
        unshipped.number: ("FAILED", "NOT_FULLY_SHIPPED"),
    }
    assert _outcomes(again)[ready.number] == ("SKIPPED", "ALREADY_UPLOADED")
    assert not (await world.orders())[also.number].source_updated_for_shipping
    for order_ids, code in (([], "REQUIRED"), (["T3JkZXI6OTk5OTk="], "NOT_FOUND")):
        payload = await world.api.ask(UPLOAD, input={"companyId": world.company_id, "orderIds": order_ids})
        assert [error["code"] for error in payload["userErrors"]] == [code]


async def test_retry_confirms_what_failed(desk: Desk, world: World) -> None:
    """J5, T2: a partly failed upload run again tells of what failed."""
    bad, good = world.mall.add_order(), world.mall.add_order()
    await world.import_orders()
    await desk.shipped(bad)
    await desk.shipped(good)
    world.mall.mark(bad.number, address_change_pending=True)
    payload = await world.api.ask(UPLOAD, input={"companyId": world.company_id})
    await world.run_jobs()
    world.mall.mark(bad.number, address_change_pending=False)

    retry = "mutation($id: ID!) { retryQueuedJob(input: {jobId: $id}) { job { id } userErrors { message } } }"
    await world.api.ask(retry, id=payload["job"]["id"])
    await world.run_jobs()

    job = await world.job(payload["job"]["id"])
    assert job["status"] == "SUCCEEDED"
    assert job["progress"] == {"done": 2, "total": 2, "succeeded": 2, "failed": 0, "skipped": 0}


async def test_orders_shipped_before_their_import_are_left_alone(desk: Desk, world: World) -> None:
    """O11, O12: what was shipped before it came in, or by others, is not told of."""
    world.mall.add_order(status=4)
    other = world.mall.add_order(fulfillment="fulfillByCooperativeWarehouse")
    await world.import_orders()

    assert _errors(await desk.ship(other)) == [("CONFLICT", ["orderId"])]
    job = await desk.upload()

    assert job["progress"]["total"] == 0
    assert desk.confirmations() == 0
