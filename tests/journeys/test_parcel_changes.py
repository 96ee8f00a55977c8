"""
Parcels of several orders that are voided, corrected or packed differently before Temu hears of them, while it is told too.
"""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import pytest

from tests.fixtures.database import one_database
from tests.fixtures.world import World
from tests.journeys.test_package_changes import ADDRESSES, UPDATE, VOID
from tests.journeys.test_shipping import (
    AVAILABLE,
    CONFIRM,
    STOCK,
    UPSERT,
    WAREHOUSE,
    _errors,
    _outcomes,
)
from tests.journeys.test_shipping_together import Table, _orders

WARNINGS = "query($id: ID!) { order(id: $id) { packages { trackingNumber warnings } } }"
PER_ITEM = """mutation($id: ID!) { updateCompanySettings(input: {companyId: $id, uploadTrackingPerItem: true}) {
  userErrors { message } } }"""


@pytest.fixture
async def desk(world: World) -> Table:
    """A desk at which orders are packed together."""
    made = await world.api.ask(WAREHOUSE, name="Kiel")
    return Table(world, made["warehouse"]["id"])


async def _void(world: World, package_id: str) -> dict[str, Any]:
    payload: dict[str, Any] = await world.api.ask(VOID, input={"packageId": package_id})
    return payload


async def _update(world: World, package_id: str, **change: Any) -> dict[str, Any]:
    payload: dict[str, Any] = await world.api.ask(UPDATE, input={"packageId": package_id} | change)
    return payload


def _ids(payload: dict[str, Any]) -> list[str]:
    return [order["packages"][0]["id"] for order in payload["orders"]]


def _during(world: World, interface: str, make: Callable[[], Coroutine[Any, Any, Any]]) -> list[Any]:
    """Have something done just before the next call of an interface is looked at; the list gets what it answered."""
    loop, answers = asyncio.get_running_loop(), list[Any]()

    def act() -> None:
        answers.append(asyncio.run_coroutine_threadsafe(make(), loop).result(30))

    world.sandbox.before(interface, len(world.sandbox.ledger.of(interface)) + 1, act)
    return answers


async def test_a_parcel_is_voided_whole(desk: Table, world: World) -> None:
    """T12, T13: with one package of a parcel the others are taken back, and all may be packed again, with its number."""
    goods = world.mall.add_goods()
    known = {"websiteProductId": str(goods.goods_id), "websiteProductVariantId": str(goods.sku_id)}
    made = await world.api.ask(UPSERT, id=world.company_id, products=[{"sku": "LAMP", **known}])
    product_id = made["products"][0]["id"]
    level = {"productId": product_id, "warehouseId": desk.warehouse_id, "onHand": 10}
    await world.api.ask(STOCK, input={"levels": [level]})
    orders = [world.mall.add_order(items=[(goods, each)]) for each in (1, 2)]
    await world.import_orders()
    before = await world.api.ask(AVAILABLE, id=product_id)
    first, second = _ids(await desk.packed(*orders, trackingNumber="PARCEL123456"))

    payloads = await asyncio.gather(_void(world, second), _void(world, first))

    assert [payload["userErrors"] for payload in payloads] == [[], []]
    assert {payload["order"]["shippingStatus"] for payload in payloads} == {"UNSHIPPED"}
    assert await world.api.ask(AVAILABLE, id=product_id) == before
    assert (await desk.upload())["progress"]["total"] == 0
    again = await desk.packed(*orders, trackingNumber="PARCEL123456")
    assert [len(order["packages"][0]["combinedWith"]) for order in again["orders"]] == [1, 1]
    assert _outcomes(await desk.upload()) == {order.number: ("SUCCEEDED", "UPLOADED") for order in orders}
    assert desk.send_types() == [2]


async def test_a_parcel_is_corrected_whole_only(desk: Table, world: World) -> None:
    """T12, T13: a package of a parcel is not changed by itself, before its upload or after, and the answer says why."""
    orders = await _orders(world)
    package_id, _ = _ids(await desk.packed(*orders))

    early = await _update(world, package_id, trackingNumber="RIGHT0001")
    await desk.upload()
    late = await _update(world, package_id, trackingNumber="RIGHT0001")

    for payload, advice in ((early, "voidPackage"), (late, "seller centre")):
        assert _errors(payload) == [("CONFLICT", ["packageId"])]
        message = payload["userErrors"][0]["message"]
        assert orders[1].number in message
        assert advice in message
    assert _errors(await _void(world, package_id)) == [("CONFLICT", ["packageId"])]


async def test_what_went_without_one_that_was_cancelled(desk: Table, world: World) -> None:
    """T12, T13: what Temu didn't take of a parcel can be voided, and what it took can be corrected then."""
    gone, stays = await _orders(world)
    gone_id, stays_id = _ids(await desk.packed(gone, stays, trackingNumber="PARCEL123456"))
    world.mall.cancel(gone.number)
    await desk.upload()

    payload = await _void(world, gone_id)
    corrected = await _update(world, stays_id, trackingNumber="RIGHT0001")
    await world.run_jobs()

    assert payload["userErrors"] == corrected["userErrors"] == []
    assert payload["order"]["packages"] == []
    assert desk.told() == {stays.items[0].number: "RIGHT0001"}


@one_database
async def test_voided_while_it_is_looked_up(desk: Table, world: World) -> None:
    """T6, T12, T13: a parcel that is voided before Temu is told is not told of."""
    orders = await _orders(world)
    package_id, _ = _ids(await desk.packed(*orders))
    answers = _during(world, ADDRESSES, lambda: _void(world, package_id))

    job = await desk.upload()

    assert answers[0]["userErrors"] == []
    assert (job["status"], desk.confirmations()) == ("SUCCEEDED", 0)


async def test_while_it_is_confirmed(desk: Table, world: World) -> None:
    """T6, T12, T13: while a parcel is on its way to Temu none of its packages is taken back."""
    orders = await _orders(world)
    first, second = _ids(await desk.packed(*orders))
    answers = [_during(world, CONFIRM, partial(_void, world, each)) for each in (first, second)]

    job = await desk.upload()

    for (payload,) in answers:
        assert _errors(payload) == [("CONFLICT", ["packageId"])]
        assert "uploadTracking" in payload["userErrors"][0]["message"]
    assert _outcomes(job) == {order.number: ("SUCCEEDED", "UPLOADED") for order in orders}


async def test_more_is_packed_while_it_is_looked_up(desk: Table, world: World) -> None:
    """T6, T13: a line that is packed while others are looked up goes out in the same run, in the same call."""
    await world.api.ask(PER_ITEM, id=world.company_id)
    (order,) = await _orders(world, (1, 1))
    first, second = [item["id"] for item in (await desk.orders())[order.number]["items"]]
    await desk.shipped(order, desk.package(lines=[{"orderItemId": first, "quantity": 1}]))
    rest = desk.package(lines=[{"orderItemId": second, "quantity": 1}])
    answers = _during(world, ADDRESSES, lambda: desk.ship(order, rest))

    job = await desk.upload()

    assert answers[0]["userErrors"] == []
    assert _outcomes(job) == {order.number: ("SUCCEEDED", "UPLOADED")}
    assert desk.confirmations() == 1
    assert len(world.mall.packages) == 2


@one_database
async def test_what_temu_says_of_numbers(desk: Table, world: World) -> None:
    """T12, T13: a warning is kept with the packages whose number it names, in a parcel with those of each order."""
    both = await _orders(world)
    (apart,) = await _orders(world, (1, 1))
    await desk.packed(*both, trackingNumber="PARCEL123456")
    items = [item["id"] for item in (await desk.orders())[apart.number]["items"]]
    packages = [
        desk.package(lines=[{"orderItemId": item, "quantity": 1}], trackingNumber=f"APART00000{i}")
        for i, item in enumerate(items)
    ]
    await desk.shipped(apart, *packages)
    world.mall.number_warnings |= {
        "PARCEL123456": "PARCEL123456 has no scan yet",
        "APART000001": "APART000001 has no scan yet",
    }

    job = await desk.upload()

    known = await desk.orders()
    said = {
        order.number: [
            package["warnings"]
            for package in (await world.api.ask(WARNINGS, id=known[order.number]["id"]))["packages"]
        ]
        for order in (*both, apart)
    }
    assert said == {
        both[0].number: [["PARCEL123456 has no scan yet"]],
        both[1].number: [["PARCEL123456 has no scan yet"]],
        apart.number: [[], ["APART000001 has no scan yet"]],
    }
    words = {outcome["subject"]: outcome["message"] for outcome in job["outcomes"]["nodes"]}
    assert words[both[1].number] == "PARCEL123456 has no scan yet"


@one_database
async def test_labels_of_orders_that_keep_them_apart(desk: Table, world: World) -> None:
    """T13, O19: an order to be signed for goes in no parcel with others, and one to Canada with its like only."""
    plain, signed, abroad, too = (world.mall.add_order() for _ in range(4))
    world.mall.mark(signed.number, labels={"signature_required_on_delivery": 1})
    for order in (abroad, too):
        order.items[0].labels["US_to_CA"] = 1
    await world.import_orders()

    for orders, at, code in (((plain, signed), "1", "120015543"), ((abroad, plain), "1", "120015518")):
        payload = await desk.together(*orders)
        assert _errors(payload) == [("CONFLICT", ["orderIds", at])]
        assert code in payload["userErrors"][0]["message"]
    await desk.packed(abroad, too)
    assert _outcomes(await desk.upload()) == {o.number: ("SUCCEEDED", "UPLOADED") for o in (abroad, too)}


@one_database
async def test_a_carrier_that_one_of_them_forbids(desk: Table, world: World) -> None:
    """T11, T13: what Temu restricts on one order holds for the parcel, at the desk and at the upload."""
    plain, restricted = await _orders(world)
    await desk.packed(plain, restricted)
    world.mall.mark(restricted.number, fulfillment_warnings=["BLOCK_LOGISTICS_PROVIDERS_{UPS}"])
    await world.import_orders()

    job = await desk.upload()

    assert {code for _, code in _outcomes(job).values()} == {"CARRIER_RESTRICTED"}
    # Each says whose restriction it is.
    assert all(f"of {restricted.number}" in each["message"] for each in job["outcomes"]["nodes"])
    assert desk.confirmations() == 0
