"""Orders with Temu's labels, over several imports: what holds them back, with their own reasons, and what is shown."""

from typing import Any

import pytest

from api.values import ids
from domain import clock
from domain.models import CancellationState
from domain.queued_jobs.requests import request_import_of
from tests.domain.orders.importing.test_cancellations import CANCELS, _an_order, _shown, _states
from tests.domain.orders.looking import ADDRESS, calls, dump, map_goods, reserved, written
from tests.fixtures.database import one_database
from tests.fixtures.world import World
from tests.sandbox.model import ParentOrder

# What Temu answers is the same to both; tests of what is written run on both elsewhere.
pytestmark = one_database

ORDERS = """query($filter: OrderFilter) { orders(first: 10, filter: $filter) { nodes {
  id channelOrderId status holdReasons labels channelNotices } } }"""
SHIP = """mutation($order: ID!, $warehouse: ID!) { shipOrder(input: {orderId: $order, packages: [
  {warehouseId: $warehouse, carrier: "UPS", trackingNumber: "1Z12345E0205271688"}]}) {
  order { id } userErrors { code message } } }"""
WAREHOUSE = 'mutation { createWarehouse(input: {name: "Kiel"}) { warehouse { id } } }'
ATTENTION = "query($id: ID!) { company(id: $id) { attention { code count } } }"


async def _orders(world: World, **conditions: Any) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = (await world.api.ask(ORDERS, filter=conditions))["nodes"]
    return nodes


async def _one(world: World) -> dict[str, Any]:
    (order,) = await _orders(world)
    return order


async def _refusal(world: World) -> str:
    warehouse = (await world.api.ask(WAREHOUSE))["warehouse"]["id"]
    payload = await world.api.ask(SHIP, order=(await _one(world))["id"], warehouse=warehouse)
    assert payload["order"] is None
    (error,) = payload["userErrors"]
    assert error["code"] == "CONFLICT"
    message: str = error["message"]
    return message


def _goes_back(order: ParentOrder) -> None:
    """The end of what a label says, without a change of the order's update time."""
    order.labels = {}
    order.address_change_pending = order.cancel_pending = False


@pytest.mark.parametrize(
    "marks,reason,words",
    [
        ({"address_change_pending": True}, "ADDRESS_CHANGE_REQUESTED", "another address"),
        ({"labels": {"pending_risk_control_alert": 1}}, "RISK_CONTROL", "risk"),
    ],
)
async def test_what_temu_would_refuse_is_held(
    world: World, marks: dict[str, Any], reason: str, words: str
) -> None:
    """O19, T1: a change of address or a risk that waits holds the order back with its own reason, until it has ended."""
    goods = world.mall.add_goods()
    await map_goods(world, goods)
    order = world.mall.add_order(items=[(goods, 3)])
    world.mall.mark(order.number, **marks)
    await world.age_the_mall()

    await world.import_orders()

    held = await _one(world)
    assert (held["status"], held["holdReasons"]) == ("ON_HOLD", [reason])
    assert words in await _refusal(world)
    assert await reserved(world) == 3
    attention = (await world.api.ask(ATTENTION, id=world.company_id))["attention"]
    assert {"code": "ORDERS_HELD", "count": 1} in attention
    _goes_back(order)

    await world.import_orders()

    free = await _one(world)
    assert (free["status"], free["holdReasons"], free["labels"]) == ("IN_PROCESS", [], [])


async def test_an_event_about_a_pending_order_that_is_held(world: World) -> None:
    """O9, O14, O19: Temu has no address of it yet, so none is asked for when the order is brought in by its number."""
    order = await _an_order(world, status=1)
    world.mall.mark(order.number, labels={"pending_risk_control_alert": 1})
    await world.import_orders()
    async with world.database.write() as session:
        await request_import_of(session, company_id=1, order_number=order.number, now=clock.now())

    await world.run_jobs()

    held = (await world.orders())[order.number]
    assert (held.status.value, held.address_wanted) == ("ON_HOLD", False)
    assert calls(world, ADDRESS) == []


async def test_a_request_that_only_the_label_tells_of(world: World) -> None:
    """O15, O19: without permission for the list of requests the label alone holds the order, and shows the request."""
    order = await _an_order(world)
    world.mall.scopes = world.mall.scopes - {CANCELS}
    world.mall.mark(order.number, cancel_pending=True)

    job = await world.import_orders()

    assert job["status"] == "SUCCEEDED", job
    assert (await _one(world))["holdReasons"] == ["CANCELLATION_REQUESTED"]
    since = (await world.moment(order.updated_at)).isoformat().replace("+00:00", "Z")
    assert (await _shown(world))["cancellationRequest"]["requestedAt"] == since
    before = await dump(world)
    async with written(world) as rows:
        await world.import_orders()
    assert rows == {}
    assert await dump(world) == before
    _goes_back(order)
    await world.import_orders()
    assert (await _one(world))["status"] == "IN_PROCESS"
    assert (await _shown(world))["cancellationRequest"] is None
    assert await _states(world) == [CancellationState.WITHDRAWN]


async def test_the_list_takes_the_place_of_the_label(world: World) -> None:
    """O15: a request that Temu lists later is the one that shows, and the order stays held throughout."""
    order = await _an_order(world)
    world.mall.mark(order.number, cancel_pending=True)
    await world.import_orders()
    order.cancel_pending = False
    request = world.mall.request_cancel(order.number)

    await world.import_orders()

    asked = (await world.moment(request.asked_at)).isoformat().replace("+00:00", "Z")
    assert (await _shown(world))["cancellationRequest"]["requestedAt"] == asked
    assert (await _one(world))["status"] == "ON_HOLD"
    assert sorted(one.value for one in await _states(world)) == ["OPEN", "WITHDRAWN"]
    world.mall.grant_cancel(request)
    await world.import_orders()
    assert ((await _one(world))["status"], await reserved(world)) == ("CANCELLED", 0)


async def test_labels_are_shown_and_filtered(world: World) -> None:
    """O19: labels of the order, of its lines and of other places are shown, and orders are found by any of some."""
    goods = world.mall.add_goods()
    await map_goods(world, goods)
    late = world.mall.add_order(items=[(goods, 1)])
    world.mall.mark(late.number, labels={"past_due": 1, "signature_required_on_delivery": 1},
                    fulfillment_warnings=["SUGGEST_SIGNATURE_ON_DELIVERY"])  # fmt: skip
    picked = world.mall.add_order(items=[(goods, 1)])
    picked.items[0].labels["customized_products"] = 1
    world.mall.mark(picked.number, shipping_method=3)
    world.mall.add_order(items=[(goods, 1)])

    await world.import_orders()

    (found,) = await _orders(world, labels=["PAST_DUE"])
    assert found["channelOrderId"] == late.number
    assert found["labels"] == ["SIGNATURE_REQUIRED_ON_DELIVERY", "PAST_DUE"]
    assert found["channelNotices"] == ["SUGGEST_SIGNATURE_ON_DELIVERY"]
    assert found["status"] == "IN_PROCESS"
    (found,) = await _orders(world, labels=["CUSTOMER_PICKUP", "US_TO_CA"])
    assert (found["channelOrderId"], found["labels"]) == (
        picked.number,
        ["CUSTOMIZED_PRODUCTS", "CUSTOMER_PICKUP"],
    )
    assert len(await _orders(world, labels=["PAST_DUE", "CUSTOMIZED_PRODUCTS"])) == 2
    assert await _orders(world, labels=["CASH_ON_DELIVERY"]) == await _orders(world, labels=[]) == []


async def test_paid_at_the_door(world: World) -> None:
    """O19, T1: what Temu takes with its own label only is refused before anyone packs it."""
    world.mall.mark((await _an_order(world)).number, payment_type="COD")
    await world.import_orders()

    assert "120015528" in await _refusal(world)


async def test_sent_by_the_shops_main_mall(world: World) -> None:
    """O15, O19, T1, T10: what another mall of the shop sends and confirms says so, and is refused before anyone packs it twice."""

    async def actions() -> set[str]:
        (order,) = (await world.api.ask("{ orders { nodes { availableActions { action } } } }"))["nodes"]
        return {each["action"] for each in order["availableActions"]}

    order = await _an_order(world)
    world.mall.mark(order.number, sent_by_main_mall=True)
    await world.import_orders()

    assert (await _one(world))["channelNotices"] == ["isShipmentConsolidatedByMainMall"]
    assert "Another mall of this shop" in await _refusal(world)
    assert "SHIP" not in await actions()

    world.mall.mark(order.number, sent_by_main_mall=False)
    await world.import_orders()
    assert (await _one(world))["channelNotices"] == []
    assert "SHIP" in await actions()


async def test_a_confirmed_address_is_read_again(world: World) -> None:
    """O13, O19: the word that a new address holds has it read again, though the order's time did not move."""
    order = await _an_order(world)
    order.address["addressLine1"] = "2 Other Street"
    order.fulfillment_warnings.append("CONFIRMED_CHANGED_ADDRESS")
    before = len(calls(world, ADDRESS))

    await world.import_orders()
    await world.import_orders()

    assert len(calls(world, ADDRESS)) == before + 1
    assert (await _one(world))["labels"] == ["ADDRESS_CHANGE_CONFIRMED"]


async def test_half_a_surrogate_pair(world: World) -> None:
    """O21: a title that strict JSON refuses costs neither its page nor its order."""
    world.mall.add_order(items=[(world.mall.add_goods(title="Mug \ud83d"), 1)])
    world.mall.add_order(items=[(world.mall.add_goods(title="Lamp"), 1)])

    job = await world.import_orders()

    assert (job["status"], job["progress"]["succeeded"]) == ("SUCCEEDED", 2), job
    assert {item.title for item in (await world.items()).values()} == {"Mug \ufffd", "Lamp"}


async def test_a_line_under_another_number(world: World) -> None:
    """O20: a line that Temu lists under another number is held once, is one attention item, and says what it was."""
    order = await _an_order(world)
    before = order.items[0].number
    order.items[0].number = f"{before[:-1]}{(int(before[-1]) + 1) % 10}"
    world.mall.touch(order.number)

    await world.import_orders()
    await world.import_orders()

    (item,) = (await world.items()).values()
    assert (item.channel_order_item_id, item.previous_channel_order_item_id) == (
        order.items[0].number,
        before,
    )
    assert await reserved(world) == 3
    attention = (await world.api.ask(ATTENTION, id=world.company_id))["attention"]
    assert {"code": "RENUMBERED_ITEMS", "count": 1} in attention


async def test_cancelled_when_a_part_is_shipped_here(world: World) -> None:
    """O7, O20: what Temu cancels of a partly shipped order ends the hold of the rest, which can't be shipped any more."""
    goods, other = world.mall.add_goods(), world.mall.add_goods()
    await map_goods(world, goods, other)
    order = world.mall.add_order(items=[(goods, 2), (other, 3)])
    await world.import_orders()
    warehouse = (await world.api.ask(WAREHOUSE))["warehouse"]["id"]
    ship = """mutation($input: ShipOrderInput!) { shipOrder(input: $input) { userErrors { message } } }"""
    items = await world.items()
    line = {"orderItemId": ids.encode("OrderItem", items[order.items[0].number].id), "quantity": 2}
    package = {
        "warehouseId": warehouse,
        "carrier": "UPS",
        "trackingNumber": "1Z12345E0205271688",
        "lines": [line],
    }
    order_id = (await _one(world))["id"]
    shipped = await world.api.ask(ship, input={"orderId": order_id, "packages": [package]})
    assert shipped["userErrors"] == []
    assert await reserved(world) == 3
    world.mall.cancel(order.number)

    await world.import_orders()

    assert await reserved(world) == 0
    assert (await world.orders())[order.number].shipping_status.value == "PARTIALLY_SHIPPED"
    package = {"warehouseId": warehouse, "carrier": "UPS", "trackingNumber": "1Z12345E0205271689"}
    refused = await world.api.ask(ship, input={"orderId": order_id, "packages": [package]})
    assert "Nothing of this order is left" in refused["userErrors"][0]["message"]
