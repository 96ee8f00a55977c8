"""Packages that are corrected or voided before Temu hears of them, while it is told too."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from sqlalchemy import select

from domain.models import OrderNote, Role
from tests.fixtures.database import one_database
from tests.fixtures.world import World
from tests.journeys.test_shipping import (
    AVAILABLE,
    CONFIRM,
    STOCK,
    UPSERT,
    WAREHOUSE,
    Desk,
    _errors,
    _outcomes,
)
from tests.sandbox.model import ParentOrder

ADDRESSES = "bg.logistics.warehouse.list.get"
_ORDER = """order { status shippingStatus items { shippedQuantity } notes { body }
  packages { id carrier trackingNumber warehouse { name } } } userErrors { code message field }"""
UPDATE = f"mutation($input: UpdatePackageInput!) {{ updatePackage(input: $input) {{ {_ORDER} }} }}"
VOID = f"mutation($input: VoidPackageInput!) {{ voidPackage(input: $input) {{ {_ORDER} }} }}"


@pytest.fixture
async def desk(world: World) -> Desk:
    """A desk in a warehouse that the channel has no code for."""
    made = await world.api.ask(WAREHOUSE, name="Kiel")
    return Desk(world, made["warehouse"]["id"])


async def _update(world: World, package_id: str, **change: Any) -> dict[str, Any]:
    payload: dict[str, Any] = await world.api.ask(UPDATE, input={"packageId": package_id} | change)
    return payload


async def _void(world: World, package_id: str) -> dict[str, Any]:
    payload: dict[str, Any] = await world.api.ask(VOID, input={"packageId": package_id})
    return payload


async def _shipped(desk: Desk, world: World, *pieces: int) -> tuple[ParentOrder, str]:
    """An order in one package, and the package's id."""
    order = world.mall.add_order(items=[(world.mall.add_goods(), each) for each in pieces or (1,)])
    await world.import_orders()
    shipped = await desk.shipped(order, desk.package(trackingNumber="WRONG0001"))
    return order, shipped["packages"][0]["id"]


async def _product(world: World, desk: Desk, on_hand: int) -> tuple[Any, str]:
    """Goods of the mall, and the product mapped to them, of which so many lie at the desk."""
    goods = world.mall.add_goods()
    ids = {"websiteProductId": str(goods.goods_id), "websiteProductVariantId": str(goods.sku_id)}
    made = await world.api.ask(UPSERT, id=world.company_id, products=[{"sku": "LAMP", **ids}])
    product_id: str = made["products"][0]["id"]
    level = {"productId": product_id, "warehouseId": desk.warehouse_id, "onHand": on_hand}
    await world.api.ask(STOCK, input={"levels": [level]})
    return goods, product_id


def _during(world: World, interface: str, make: Callable[[], Coroutine[Any, Any, Any]]) -> list[Any]:
    """Have something done just before the next call of an interface is looked at; the list gets what it answered."""
    loop, answers = asyncio.get_running_loop(), list[Any]()

    def act() -> None:
        answers.append(asyncio.run_coroutine_threadsafe(make(), loop).result(30))

    world.sandbox.before(interface, len(world.sandbox.ledger.of(interface)) + 1, act)
    return answers


async def test_a_number_is_corrected(desk: Desk, world: World) -> None:
    """T12: carrier and number of a package are corrected before its upload, which tells what is right, with a note."""
    order, package_id = await _shipped(desk, world)

    payload = await _update(world, package_id, carrier="usps", trackingNumber="RIGHT 0001")
    again = await _update(world, package_id, trackingNumber="RIGHT 0001")
    await desk.upload()

    assert payload["userErrors"] == again["userErrors"] == []
    [package] = payload["order"]["packages"]
    assert (package["carrier"], package["trackingNumber"]) == ("usps", "RIGHT 0001")
    [note] = again["order"]["notes"]
    assert note["body"] == "The package WRONG0001 (UPS) is RIGHT 0001 (usps) now."
    assert [(p.tracking_number, p.carrier_id) for p in world.mall.packages] == [("RIGHT0001", 960246691)]
    assert desk.confirmations() == 1
    # The number that was wrong is free for the package that has it.
    other = world.mall.add_order()
    await world.import_orders()
    await desk.shipped(other, desk.package(trackingNumber="WRONG0001"))
    assert order.number != other.number


@pytest.mark.parametrize(
    "change, code, field",
    [
        ({}, "REQUIRED", "packageId"),
        ({"carrier": None}, "REQUIRED", "packageId"),
        ({"carrier": ""}, "REQUIRED", "carrier"),
        ({"carrier": "Pony Express"}, "INVALID", "carrier"),
        ({"carrier": "FedEx SmartPost"}, "CONFLICT", "carrier"),
        ({"trackingNumber": "1Z-999"}, "INVALID", "trackingNumber"),
        ({"trackingNumber": " "}, "REQUIRED", "trackingNumber"),
        ({"trackingNumber": "used 00001"}, "TAKEN", "trackingNumber"),
        ({"warehouseId": "V2FyZWhvdXNlOjk5OTk="}, "NOT_FOUND", "warehouseId"),
        ({"packageId": "UGFja2FnZTo5OTk5"}, "NOT_FOUND", "packageId"),
    ],
)
@one_database
async def test_wrong_corrections(
    desk: Desk, world: World, change: dict[str, Any], code: str, field: str
) -> None:
    """T5, T11, T12: what shipOrder would refuse is refused, and nothing changes."""
    other = world.mall.add_order()
    _, package_id = await _shipped(desk, world)
    await desk.shipped(other, desk.package(trackingNumber="USED00001"))

    payload = await _update(world, package_id, **change)

    assert _errors(payload) == [(code, [field])]
    assert payload["order"] is None
    unchanged = (await _update(world, package_id, carrier="UPS"))["order"]["packages"][0]
    assert (unchanged["carrier"], unchanged["trackingNumber"]) == ("UPS", "WRONG0001")


async def test_another_warehouse(desk: Desk, world: World) -> None:
    """T12, I2: corrected to another warehouse, the pieces are taken from there and lie in the first one again."""
    goods, product_id = await _product(world, desk, 10)
    south = await desk.warehouse("Ulm")
    level = {"productId": product_id, "warehouseId": south, "onHand": 1}
    await world.api.ask(STOCK, input={"levels": [level]})
    order = world.mall.add_order(items=[(goods, 3)])
    await world.import_orders()
    package_id = (await desk.shipped(order))["packages"][0]["id"]

    async def on_hand() -> list[int]:
        product = await world.api.ask(AVAILABLE, id=product_id)
        return sorted(level["onHand"] for level in product["inventory"])

    assert await on_hand() == [1, 7]
    payload = await _update(world, package_id, warehouseId=south)
    assert payload["order"]["packages"][0]["warehouse"]["name"] == "Ulm"
    assert await on_hand() == [0, 10]
    # Only what was taken comes back, though more was shipped than lay there.
    await _update(world, package_id, warehouseId=desk.warehouse_id)
    assert await on_hand() == [1, 7]


async def test_a_package_is_voided(desk: Desk, world: World) -> None:
    """T12: voided, a package's pieces are to be shipped again, held, and lie where they lay; once, however often asked."""
    goods, product_id = await _product(world, desk, 10)
    order = world.mall.add_order(items=[(goods, 3)])
    await world.import_orders()
    before = await world.api.ask(AVAILABLE, id=product_id)
    item = (await desk.orders())[order.number]["items"][0]["id"]
    first = await desk.shipped(order, desk.package(lines=[{"orderItemId": item, "quantity": 1}]))
    shipped = await desk.shipped(order, desk.package(trackingNumber="WRONG0001"))
    package_id = shipped["packages"][1]["id"]

    payloads = await asyncio.gather(*(_void(world, package_id) for _ in range(3)))
    between = await world.api.ask(AVAILABLE, id=product_id)
    last = await _void(world, first["packages"][0]["id"])
    after = await world.api.ask(AVAILABLE, id=product_id)

    assert [payload["userErrors"] for payload in payloads] == [[], [], []]
    assert payloads[0]["order"]["shippingStatus"] == "PARTIALLY_SHIPPED"
    assert [package["id"] for package in payloads[0]["order"]["packages"]] == [first["packages"][0]["id"]]
    assert between["inventory"] == [{"onHand": 9, "reserved": 2}]
    assert (last["order"]["shippingStatus"], last["order"]["packages"]) == ("UNSHIPPED", [])
    assert after == before
    assert len(last["order"]["notes"]) == 2
    voided = await world.api.ask(
        "query($id: ID!) { node(id: $id) { ... on Package { voidedAt } } }", id=package_id
    )
    assert voided["voidedAt"]
    assert _errors(await _update(world, package_id, carrier="USPS")) == [("CONFLICT", ["packageId"])]
    await desk.shipped(order, desk.package(trackingNumber="WRONG0001"))
    assert _outcomes(await desk.upload()) == {order.number: ("SUCCEEDED", "UPLOADED")}
    assert [package.quantity for package in world.mall.packages] == [3]


async def test_what_was_not_taken_doesnt_come_back(desk: Desk, world: World) -> None:
    """T12: where fewer pieces lay in the warehouse than were shipped, voiding brings back what lay there."""
    goods, product_id = await _product(world, desk, 1)
    unknown = world.mall.add_goods()
    order = world.mall.add_order(items=[(goods, 3), (unknown, 2)])
    await world.import_orders()
    package_id = (await desk.shipped(order))["packages"][0]["id"]

    await _void(world, package_id)

    product = await world.api.ask(AVAILABLE, id=product_id)
    assert product["inventory"] == [{"onHand": 1, "reserved": 3}]


async def test_voided_after_a_cancellation(desk: Desk, world: World) -> None:
    """O6, O15, T12: what happened on Temu while an order was shipped here counts once its package is voided."""
    cancelled, package_id = await _shipped(desk, world)
    world.mall.cancel(cancelled.number)
    await world.import_orders()
    asked = world.mall.add_order()
    await world.import_orders()
    other_id = (await desk.shipped(asked))["packages"][0]["id"]
    world.mall.request_cancel(asked.number)
    await world.import_orders()

    await _void(world, package_id)
    held = await _void(world, other_id)
    await world.run_jobs()

    assert held["order"]["status"] == "ON_HOLD"
    known = await desk.orders()
    assert known[cancelled.number]["status"] == "CANCELLED"
    assert known[asked.number]["status"] == "ON_HOLD"


async def test_an_uploaded_package_isnt_voided(desk: Desk, world: World) -> None:
    """T12: what Temu has can't be taken back, and a key that may only read changes nothing."""
    _, package_id = await _shipped(desk, world)
    reader = await world.key(Role.READ)
    denied = await reader.send(VOID, input={"packageId": package_id})
    await desk.upload()

    payload = await _void(world, package_id)

    assert _errors(payload) == [("CONFLICT", ["packageId"])]
    assert "updatePackage" in payload["userErrors"][0]["message"]
    assert "FORBIDDEN" in str(denied)
    assert len(world.mall.packages) == 1


async def test_while_it_is_confirmed(desk: Desk, world: World) -> None:
    """T6, T12: while a call is on its way, and where nobody knows what became of it, a package stays as it is."""
    order, package_id = await _shipped(desk, world)
    answers = _during(world, CONFIRM, lambda: _update(world, package_id, trackingNumber="RIGHT0001"))
    more = _during(world, CONFIRM, lambda: _void(world, package_id))
    world.sandbox.faults.add("drop_after", interface=CONFIRM)
    world.sandbox.faults.add("http_status", interface="bg.logistics.shipment.v2.get", status=503, times=3)

    job = await desk.upload()
    later = await _void(world, package_id)
    await world.make_due()
    await world.run_jobs()

    assert job["status"] == "QUEUED"
    for payload in (*answers, *more, later):
        assert _errors(payload) == [("CONFLICT", ["packageId"])]
        assert "uploadTracking" in payload["userErrors"][0]["message"]
    assert (await world.orders())[order.number].source_updated_for_shipping
    assert [package.tracking_number for package in world.mall.packages] == ["WRONG0001"]


@pytest.mark.parametrize(
    "change, told",
    [
        ({"trackingNumber": "RIGHT0001"}, ("RIGHT0001", 960246690)),
        ({"carrier": "USPS"}, ("WRONG0001", 960246691)),
    ],
)
@one_database
async def test_corrected_while_it_is_looked_up(
    desk: Desk, world: World, change: dict[str, Any], told: tuple[str, int]
) -> None:
    """T6, T12: what is stored when Temu is told is what it is told, though something else was looked up before."""
    order, package_id = await _shipped(desk, world)
    answers = _during(world, ADDRESSES, lambda: _update(world, package_id, **change))

    job = await desk.upload()

    assert answers[0]["userErrors"] == []
    assert _outcomes(job) == {order.number: ("SUCCEEDED", "UPLOADED")}
    assert [(p.tracking_number, p.carrier_id) for p in world.mall.packages] == [told]


@one_database
async def test_voided_while_it_is_looked_up(desk: Desk, world: World) -> None:
    """T6, T12: a package that is voided before Temu is told is not told of."""
    order, package_id = await _shipped(desk, world)
    answers = _during(world, ADDRESSES, lambda: _void(world, package_id))

    job = await desk.upload()

    assert answers[0]["userErrors"] == []
    assert job["status"] == "SUCCEEDED"
    assert desk.confirmations() == 0
    assert (await desk.orders())[order.number]["shippingStatus"] == "UNSHIPPED"


@one_database
async def test_a_refused_number_is_corrected(desk: Desk, world: World) -> None:
    """T7, T12: what Temu refused is told again by the next scheduled upload once it is corrected."""
    order = world.mall.add_order()
    await world.import_orders()
    package_id = (await desk.shipped(order, desk.package(trackingNumber="SHORT")))["packages"][0]["id"]
    job = await desk.upload()
    assert _outcomes(job) == {order.number: ("FAILED", "TEMU_120014023")}

    await _update(world, package_id, trackingNumber="LONGENOUGH1")
    async with world.database.read() as session:
        assert (await session.scalars(select(OrderNote.event))).all() != []
    assert _outcomes(await desk.upload()) == {order.number: ("SUCCEEDED", "UPLOADED")}
