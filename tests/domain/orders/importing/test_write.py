"""What becomes of orders over several imports: states, notes, reservations, and orders that can't be read yet."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from domain.models import FulfilledBy, Order, OrderNote, OrderStatus, ShippingStatus, UnreadableOrder
from tests.domain.orders.looking import (
    ADDRESS,
    LIST,
    addresses,
    calls,
    dump,
    events,
    fill,
    map_goods,
    mark,
    numbers,
    reserved,
    unreadable,
    written,
)
from tests.fixtures.database import one_database
from tests.fixtures.world import World

RETRY = "mutation($id: ID!) { retryQueuedJob(input: {jobId: $id}) { job { status } userErrors { message } } }"
REQUEST = "mutation($id: ID!) { importOrders(input: {companyId: $id}) { job { id } } }"


async def test_a_life_of_an_order(world: World) -> None:
    """O4, O6, O8, O9: pending, released, partly cancelled, cancelled: status, stock and notes follow each time, once."""
    goods = world.mall.add_goods()
    await map_goods(world, goods)
    order = world.mall.add_order(status=1, items=[(goods, 3)])
    line = order.items[0].number
    steps: list[tuple[Any, str, int, int, list[str]]] = [
        (lambda: None, "PENDING", 3, 0, []),
        (lambda: world.mall.release(order.number), "IN_PROCESS", 3, 0, []),
        (lambda: world.mall.cancel_pieces(line, 2), "IN_PROCESS", 1, 2, [f"cancelled:{line}:2"]),
        (
            lambda: world.mall.cancel_pieces(line, 1),
            "CANCELLED",
            0,
            3,
            [f"cancelled:{line}:2", "cancelled"],
        ),
    ]
    for act, status, held, cancelled, notes in steps:
        act()
        await world.import_orders()
        before = await dump(world)
        async with written(world) as rows:
            await world.import_orders()
        assert rows == {}
        assert await dump(world) == before
        assert (await world.orders())[order.number].status.value == status
        assert await reserved(world) == held
        assert (await world.items())[line].cancelled_quantity == cancelled
        assert await events(world) == notes
        assert (order.number in await addresses(world)) is (status != "PENDING")


async def test_states_before_the_first_import(world: World) -> None:
    """O5, O11, O12: cancelled is skipped, shipped is COMPLETED, fulfilled elsewhere is told apart; none holds stock."""
    goods = world.mall.add_goods()
    await map_goods(world, goods)
    cancelled = world.mall.add_order(items=[(goods, 2)])
    world.mall.cancel(cancelled.number)
    shipped = [world.mall.add_order(status=status, items=[(goods, 2)]) for status in (4, 5)]
    elsewhere = world.mall.add_order(items=[(goods, 2)], fulfillment="fulfillByCooperativeWarehouse")

    job = await world.import_orders()

    assert job["progress"] == {"done": 4, "total": 4, "succeeded": 3, "failed": 0, "skipped": 1}
    outcome = (await world.outcomes())[cancelled.number]
    assert (outcome.status.value, outcome.code, outcome.message) == (
        "SKIPPED",
        "CANCELLED_BEFORE_IMPORT",
        "Cancelled on Temu before its first import.",
    )
    orders = await world.orders()
    assert set(orders) == numbers([*shipped, elsewhere])
    for order in shipped:
        here = orders[order.number]
        assert here.status is OrderStatus.COMPLETED
        assert here.shipping_status is ShippingStatus.FULLY_SHIPPED
        assert here.source_updated_for_shipping is True
    assert orders[elsewhere.number].fulfilled_by is FulfilledBy.CHANNEL
    assert orders[elsewhere.number].source_updated_for_shipping is False
    assert await reserved(world) == 0


async def test_what_the_import_does_not_own(world: World) -> None:
    """O7, O18: an import leaves shipping, source-updated, people's notes and newer states alone, and notes once."""
    cancelled, shipped, newer = fill(world, 3)
    await world.import_orders()
    async with world.database.write() as session:
        partly = update(Order).where(Order.channel_order_id == cancelled.number)
        await session.execute(
            partly.values(shipping_status=ShippingStatus.PARTIALLY_SHIPPED, source_updated_for_shipping=True)
        )
        orders = await world.orders()
        ahead = orders[newer.number].channel_updated_at.replace(year=2090)
        await session.execute(
            update(Order).where(Order.channel_order_id == newer.number).values(channel_updated_at=ahead)
        )
        session.add(
            OrderNote(
                order_id=orders[newer.number].id, body="Call", author="Ann", created_at=ahead, event=None
            )
        )
    world.mall.cancel(cancelled.number)
    world.mall.ship(shipped.number)
    world.mall.cancel(newer.number)

    job = await world.import_orders()
    before = await dump(world)
    async with written(world) as rows:
        again = await world.import_orders()

    assert rows == {}
    assert await dump(world) == before
    orders = await world.orders()
    assert orders[cancelled.number].status is OrderStatus.IN_PROCESS
    assert orders[cancelled.number].shipping_status is ShippingStatus.PARTIALLY_SHIPPED
    assert orders[cancelled.number].source_updated_for_shipping is True
    assert orders[shipped.number].shipping_status is ShippingStatus.UNSHIPPED
    assert orders[newer.number].status is OrderStatus.IN_PROCESS
    assert sorted(map(str, await events(world))) == ["None", "cancelled-after-shipping", "shipped-elsewhere"]
    codes = [{node["subject"]: node["code"] for node in j["outcomes"]["nodes"]} for j in (job, again)]
    assert codes[0] == {cancelled.number: "UPDATED", shipped.number: "UPDATED", newer.number: "OLDER"}
    assert codes[1] == {cancelled.number: "UNCHANGED", shipped.number: "UNCHANGED", newer.number: "OLDER"}


@pytest.mark.parametrize(
    "kind,options,reason",
    [
        ("unknown_status", {}, "parentOrderStatus 99, which Tradewind doesn't know."),
        ("wrong_type", {"field": "orderList"}, "$.orderList"),
    ],
)
@one_database
async def test_an_order_that_can_not_be_read(
    world: World, kind: str, options: dict[str, Any], reason: str
) -> None:
    """O10, J5: it fails with its number and reason, the others come in, and later runs ask for it until it is read."""
    bad, *others = fill(world, 3, status=1)
    world.sandbox.faults.add(kind, interface=LIST, times=None, order=bad.number, **options)

    job = await world.import_orders()

    assert (job["status"], job["progress"]["failed"], job["progress"]["total"]) == (
        "PARTIALLY_SUCCEEDED",
        1,
        3,
    )
    failure = job["outcomes"]["nodes"][0]
    assert (failure["subject"], failure["code"], failure["retryable"]) == (bad.number, "UNREADABLE", True)
    assert reason in failure["message"]
    assert set(await world.orders()) == numbers(others)
    assert await mark(world) is not None
    assert await unreadable(world) == [bad.number]
    await world.age_the_mall()
    assert (await world.import_orders())["status"] == "PARTIALLY_SUCCEEDED"
    assert calls(world, LIST)[-1]["parentOrderSnList"] == [bad.number]
    world.sandbox.faults.clear()
    job = await world.import_orders()
    assert (job["status"], job["progress"]["succeeded"]) == ("SUCCEEDED", 1)
    assert set(await world.orders()) == numbers([bad, *others])
    assert await unreadable(world) == []
    asked = world.sandbox.ledger.count(LIST)
    await world.import_orders()
    assert world.sandbox.ledger.count(LIST) == asked + 2


async def test_an_unreadable_order_that_is_gone(world: World) -> None:
    """O10: an unreadable order that Temu lists no more is asked for during a day, and told of a last time."""
    (bad,) = fill(world, 1, status=1)
    world.sandbox.faults.add("unknown_status", interface=LIST, times=None, order=bad.number)
    await world.import_orders()
    del world.mall.orders[bad.number]
    world.mall.newest_first().clear()

    job = await world.import_orders()

    assert [node["code"] for node in job["outcomes"]["nodes"]] == ["NOT_LISTED"]
    assert await unreadable(world) == [bad.number]
    async with world.database.write() as session:
        row = await session.get_one(UnreadableOrder, (1, bad.number))
        row.last_seen_at -= timedelta(days=1)
    job = await world.import_orders()
    assert "later imports don't ask for it any more" in job["outcomes"]["nodes"][0]["message"]
    assert await unreadable(world) == []
    job = await world.import_orders()
    assert (job["status"], job["outcomes"]["nodes"]) == ("SUCCEEDED", [])


async def test_a_line_taken_out_of_a_pending_order(world: World) -> None:
    """O8, O9: its stock is free, the note is there once, and the rest of the order is released without it."""
    goods, other = world.mall.add_goods(), world.mall.add_goods()
    await map_goods(world, goods, other)
    order = world.mall.add_order(status=1, items=[(goods, 3), (other, 2)])
    await world.import_orders()
    gone = order.items.pop()
    world.mall.touch(order.number)

    await world.import_orders()

    assert (await world.items())[gone.number].cancelled_quantity == 2
    assert await reserved(world) == 3
    world.mall.release(order.number)
    await world.import_orders()
    assert await events(world) == [f"vanished:{gone.number}"]
    assert (await world.orders())[order.number].status is OrderStatus.IN_PROCESS


async def test_an_address_that_changes(world: World) -> None:
    """O13: the new address is kept, one note names the parts and nothing of what they say; repeats add none."""
    order = world.mall.add_order()
    other = world.mall.add_order()
    await world.import_orders()
    asked = len(calls(world, ADDRESS))
    world.mall.change_address(order.number, addressLine1="Secret Road 7", regionName3="Salem")

    await world.import_orders()
    await world.import_orders()

    kept = await addresses(world)
    assert (kept[order.number].line1, kept[order.number].city) == ("Secret Road 7", "Salem")
    (note,) = await _bodies(world)
    assert note == "The address was changed on Temu before shipping: street, city."
    assert [call["parentOrderSn"] for call in calls(world, ADDRESS)[asked:]] == [order.number]
    world.mall.touch(other.number)
    await world.import_orders()
    assert len(await _bodies(world)) == 1
    world.mall.change_address(order.number, postCode="97301")
    await world.import_orders()
    assert (await _bodies(world))[1:] == ["The address was changed on Temu before shipping: postal code."]


async def test_an_address_that_changes_while_pending(world: World) -> None:
    """O13, O9: before its release an order has no address here, so nothing has changed and no note is left."""
    order = world.mall.add_order(status=1)
    await world.import_orders()
    world.mall.change_address(order.number, regionName3="Salem")
    await world.import_orders()
    world.mall.release(order.number)

    await world.import_orders()

    assert (await addresses(world))[order.number].city == "Salem"
    assert await _bodies(world) == []


async def _bodies(world: World) -> list[str]:
    async with world.database.read() as session:
        return list(await session.scalars(select(OrderNote.body).order_by(OrderNote.id)))


@pytest.mark.usefixtures("small_pages")
async def test_an_order_without_number(world: World) -> None:
    """O10, O17, J5: it fails by its place; as nobody can ask for it again, the mark waits and a retry lists anew."""
    orders = fill(world, 13, status=1)
    bad = orders[12]
    world.sandbox.faults.add(
        "missing_field", interface=LIST, times=None, order=bad.number, field="parentOrderMap.parentOrderSn"
    )
    job_id = (await world.api.ask(REQUEST, id=world.company_id))["job"]["id"]

    await world.run_jobs()

    job = await world.job(job_id)
    assert job["status"] == "PARTIALLY_SUCCEEDED"
    failure = job["outcomes"]["nodes"][0]
    assert failure["subject"] == "(page 2, row 3)"
    assert failure["message"] == "Temu sent an order without a parent order number."
    assert await mark(world) is None
    world.sandbox.faults.clear()
    await world.api.ask(RETRY, id=job_id)
    await world.run_jobs()
    job = await world.job(job_id)
    assert (job["status"], job["progress"]) == (
        "SUCCEEDED",
        {"done": 13, "total": 13, "succeeded": 13, "failed": 0, "skipped": 0},
    )
    assert set(await world.orders()) == numbers(orders)
    assert await mark(world) is not None


async def test_several_companies(world: World) -> None:
    """O3, O18: an order number of another company's mall is another order, and its reservations stay untouched."""
    other = world.sandbox.add_mall()
    company_id = await world.new_company("Südwind", other)
    order = other.add_order()
    world.mall.keep(order)

    first = await world.import_orders()
    second = await world.import_orders(companyId=company_id)

    assert (first["status"], second["status"]) == ("SUCCEEDED", "SUCCEEDED")
    rows = await dump(world)
    assert len(rows["orders"]) == len(rows["order_items"]) == len(rows["order_addresses"]) == 2
