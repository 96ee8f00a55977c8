"""A person's hold of an order: beside Temu's own reasons, through imports, until it is released."""

from typing import Any

from sqlalchemy import select

from domain.models import Warehouse
from tests.fixtures.world import World
from tests.journeys.mapping import outcomes
from tests.journeys.test_file_imports import SHIPMENTS, imported, messages
from tests.journeys.test_shipping import Desk
from tests.journeys.test_shipping import desk as desk

HOLD = """mutation($id: ID!, $reason: String!) { holdOrder(input: {orderId: $id, reason: $reason}) {
  order { status holdReasons heldAt heldBecause items { quantity } } userErrors { code message field } } }"""
RELEASE = """mutation($id: ID!) { releaseOrder(input: {orderId: $id}) {
  order { status holdReasons heldAt heldBecause } userErrors { code message field } } }"""
ORDER = "query($id: ID!) { order(id: $id) { status holdReasons heldAt heldBecause } }"
PRODUCT = "query($id: ID!) { product(id: $id) { inventory { reserved } } }"


def _state(order: dict[str, Any]) -> tuple[str, list[str], str | None]:
    assert (order["heldAt"] is None) is (order["heldBecause"] is None)
    return order["status"], order["holdReasons"], order["heldBecause"]


async def test_a_hold_by_hand(world: World, desk: Desk) -> None:
    """O18, O15, T1, T2: a held order isn't shipped, keeps its stock, and no import releases it; what Temu holds it for comes and
    goes beside it; what was shipped before is told to Temu.
    """
    goods = world.mall.add_goods()
    order = world.mall.add_order(items=[(goods, 1), (world.mall.add_goods(), 1)])
    done = world.mall.add_order(items=[(goods, 1)])
    await world.import_orders()
    known = await desk.orders()
    number, first = known[order.number]["id"], known[order.number]["items"][0]["id"]
    await desk.shipped(order, desk.package(lines=[{"orderItemId": first, "quantity": 1}]))
    await desk.shipped(done)

    held = await world.api.ask(HOLD, id=number, reason="  The buyer calls on Monday. ")
    assert _state(held["order"]) == ("ON_HOLD", ["MANUAL"], "The buyer calls on Monday.")
    again = await world.api.ask(HOLD, id=number, reason="The buyer calls on Tuesday.")
    assert again["order"]["heldAt"] == held["order"]["heldAt"]
    (error,) = (await desk.ship(order))["userErrors"]
    assert (error["code"], error["field"]) == ("CONFLICT", ["orderId"])
    assert "The buyer calls on Tuesday." in error["message"]
    # Outcomes stay when a buyer is erased, so they hold no words of a person's.
    async with world.database.read() as session:
        place = (await session.scalars(select(Warehouse.name))).one()
    job = await imported(world, "Shipments", f"{SHIPMENTS}{order.number},,,UPS,1Z0099,{place}\n")
    assert outcomes(job) == {f"row 2 {order.number}": ("FAILED", "CONFLICT")}
    assert "Tuesday" not in str(messages(job))

    request = world.mall.request_cancel(order.number)
    await world.import_orders()
    both = ["CANCELLATION_REQUESTED", "MANUAL"]
    assert _state(await world.api.ask(ORDER, id=number)) == ("ON_HOLD", both, "The buyer calls on Tuesday.")
    world.mall.withdraw_cancel(request)
    await world.import_orders()
    assert (await world.api.ask(ORDER, id=number))["holdReasons"] == ["MANUAL"]

    for id_, reason, code, field in (
        (known[done.number]["id"], "x", "CONFLICT", "orderId"),
        (number, " ", "REQUIRED", "reason"),
        (number, "x" * 501, "INVALID", "reason"),
    ):
        (error,) = (await world.api.ask(HOLD, id=id_, reason=reason))["userErrors"]
        assert (error["code"], error["field"]) == (code, [field])
    for _ in range(2):
        released = await world.api.ask(RELEASE, id=number)
        assert _state(released["order"]) == ("IN_PROCESS", [], None)
    await world.api.ask(HOLD, id=number, reason="Once more.")
    await world.api.ask(RELEASE, id=number)
    await desk.shipped(order)
