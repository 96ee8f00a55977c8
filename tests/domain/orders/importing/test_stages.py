"""Importing orders from the sandbox, through the real client and both databases: pages, gaps, the mark, repeats."""

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from domain import clock
from domain.models import Company, JobStatus, OrderStatus, QueuedJob, ShippingStatus
from tests.domain.orders.looking import (
    ADDRESS,
    AMOUNTS,
    LIST,
    addresses,
    calls,
    dump,
    fill,
    map_goods,
    mark,
    numbers,
    reserved,
    written,
)
from tests.fixtures.database import one_database
from tests.fixtures.world import IMPORT, World
from tests.sandbox import mall_maker
from tests.sandbox.mall import ParentOrder

STATUS = {1: "PENDING", 2: "IN_PROCESS", 4: "COMPLETED", 41: "IN_PROCESS", 5: "COMPLETED"}
SHIPPING = {1: "UNSHIPPED", 2: "UNSHIPPED", 4: "FULLY_SHIPPED", 41: "PARTIALLY_SHIPPED", 5: "FULLY_SHIPPED"}


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


@one_database
async def test_all_orders_come_in_with_their_details(world: World) -> None:
    """O1, O2: every order of the mall is there with items, amounts, ship-by time and address."""
    goods = world.mall.add_goods(title="Łampa 北京", sku_code="LAMP")
    order = world.mall.add_order(items=[(goods, 2)])

    job = await world.import_orders()

    assert job["status"] == "SUCCEEDED", job
    assert job["progress"] == {"done": 1, "total": 1, "succeeded": 1, "failed": 0, "skipped": 0}
    kept = (await world.orders())[order.number]
    assert str(kept.total_amount) == "39.98"


async def _compare(world: World, expected: dict[str, ParentOrder], mapped: set[int]) -> None:
    orders, items, places = await world.orders(), await world.items(), await addresses(world)
    assert set(orders) == set(expected)
    assert set(items) == {line.number for order in expected.values() for line in order.items}
    assert set(places) == {number for number, order in expected.items() if order.status != 1}
    for number, there in expected.items():
        here = orders[number]
        assert here.status.value == STATUS[there.status], number
        assert here.shipping_status.value == SHIPPING[there.status], number
        assert here.source_updated_for_shipping is (there.status in {4, 5})
        assert here.ordered_at == datetime.fromtimestamp(there.ordered_at, UTC)
        ship_by = None if there.status == 1 else here.ordered_at + timedelta(days=3)
        assert here.latest_ship_at == ship_by
        assert (here.fulfilled_by.value == "SELLER") is (there.fulfillment == "fulfillBySeller")
        if there.status == 1:
            assert (here.total_amount, here.currency_code) == (None, None)
        else:
            paid = sum(line.unit_price_cents * line.remaining for line in there.items) + there.shipping_cents
            assert (here.total_amount, here.currency_code) == (Decimal(paid) / 100, "USD")
            _compare_address(places[number], there.address)
        for line in there.items:
            item = items[line.number]
            assert item.order_id == here.id
            assert (item.title, item.quantity) == (line.goods.title, line.quantity_ordered)
            assert (item.website_product_id, item.website_product_variant_id) == (
                str(line.goods.goods_id),
                str(line.goods.sku_id),
            )
            assert item.cancelled_quantity == line.cancelled
            assert item.shipped_quantity == (line.remaining if line.status in {4, 5} else 0)
            assert (item.product_id is not None) is (line.goods.goods_id in mapped)
            if there.status != 1:
                assert item.unit_price_amount == Decimal(line.unit_price_cents) / 100


def _compare_address(here: Any, there: dict[str, str]) -> None:
    assert here.name == there["receiptName"]
    assert here.phone == there["mobile"]
    assert (here.line1, here.line2) == (there["addressLine1"], there["addressLine2"] or None)
    assert (here.city, here.region) == (there["regionName3"], there["regionName2"])
    assert (here.postal_code, here.country_code) == (there["postCode"], "US")


async def test_a_mall_comes_in_whole(world: World) -> None:
    """O1, O2, O3, O4, O8, O11, O12, O16: all orders of three pages are there once and exact; again changes no row."""
    mall_maker.fill(world.mall, 255)
    mapped = [goods for goods in world.mall.goods if goods.is_mapped_in_demo]
    await map_goods(world, *mapped)
    begin = _iso(clock.now() - timedelta(days=60))
    all_of_it = world.mall.orders
    expected = {number: order for number, order in all_of_it.items() if order.status != 3}

    job = await world.import_orders(**{"from": begin})

    assert (job["status"], job["error"]) == ("SUCCEEDED", None)
    cancelled = len(all_of_it) - len(expected)
    assert job["progress"] == {
        "done": 255,
        "total": 255,
        "succeeded": len(expected),
        "failed": 0,
        "skipped": cancelled,
    }
    assert cancelled > 0
    mapped_ids = {goods.goods_id for goods in mapped}
    await _compare(world, expected, mapped_ids)
    assert await reserved(world) == sum(
        line.remaining
        for order in expected.values()
        for line in order.items
        if order.fulfillment == "fulfillBySeller"
        and line.status in {1, 2}
        and line.goods.goods_id in mapped_ids
    )
    released = sum(order.status != 1 for order in expected.values())
    assert [call["pageNumber"] for call in calls(world, LIST)] == [1, 2, 3, 1]
    assert {call["pageSize"] for call in calls(world, LIST)} == {100}
    for interface in (ADDRESS, AMOUNTS):
        asked = [call["parentOrderSn"] for call in calls(world, interface)]
        assert len(asked) == len(set(asked)) == released
    await _again_changes_nothing(world, begin)
    assert world.sandbox.ledger.count(ADDRESS) == world.sandbox.ledger.count(AMOUNTS) == released


async def _again_changes_nothing(world: World, begin: str) -> None:
    before = await dump(world)
    async with written(world) as rows:
        again = await world.import_orders(**{"from": begin})
    assert again["status"] == "SUCCEEDED"
    assert again["progress"]["total"] == 255
    assert rows == {}
    assert await dump(world) == before


@pytest.mark.usefixtures("small_pages")
@one_database
async def test_orders_that_change_between_pages(world: World) -> None:
    """O1, O17: an order that moves to the front while pages are read, and ones that are new, are all there."""
    orders = fill(world, 25, status=1)
    new: list[ParentOrder] = []
    world.sandbox.before(LIST, 2, lambda: world.mall.release(orders[15].number))
    world.sandbox.before(LIST, 3, lambda: new.append(world.mall.add_order(status=1)))
    world.sandbox.before(LIST, 4, lambda: new.append(world.mall.add_order(status=1)))

    job = await world.import_orders()

    assert job["status"] == "SUCCEEDED", job["error"]
    assert set(await world.orders()) == numbers(orders) | numbers(new)
    assert job["progress"] == {"done": 27, "total": 27, "succeeded": 27, "failed": 0, "skipped": 0}
    assert (await world.orders())[orders[15].number].status is OrderStatus.IN_PROCESS
    assert [call["pageNumber"] for call in calls(world, LIST)] == [1, 2, 3, 1]


@pytest.mark.parametrize(
    "kind,times,error",
    [
        ("repeat_page", 1, "Temu sent the same page of orders twice. Import again; nothing was lost."),
        ("short_total", 1, "Temu named 17 orders but listed only 12. Import again; nothing was lost."),
    ],
)
@pytest.mark.usefixtures("small_pages")
@one_database
async def test_a_gap_fails_the_job(world: World, kind: str, times: int | None, error: str) -> None:
    """O17, O1: a page that repeats, or fewer orders than Temu named, fails the job and leaves the mark where it was."""
    orders = fill(world, 12, status=1)
    world.sandbox.faults.add(kind, interface=LIST, times=times)

    job = await world.import_orders()

    assert (job["status"], job["error"], job["errorIsPassing"]) == ("FAILED", error, True)
    assert await mark(world) is None
    world.sandbox.faults.clear()
    assert (await world.import_orders())["status"] == "SUCCEEDED"
    assert set(await world.orders()) == numbers(orders)


async def test_a_gap_is_found_after_a_crash_as_well(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """O17, J2: a run that takes over right before the pages are judged judges them."""
    fill(world, 3, status=1)
    world.sandbox.faults.add("short_total", interface=LIST, times=1)

    async def crash(*_: Any, **__: Any) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr("domain.orders.importing.stages.OrderImport._refuse_gaps", crash)
        patch.setattr("jobs.runner.Runner._judge", crash)
        payload = await world.api.ask(IMPORT, input={"companyId": world.company_id})
        await world.run_jobs()
    await _let_the_lease_run_out(world)
    await world.run_jobs()

    job = await world.job(payload["job"]["id"])
    assert (job["status"], job["attempts"]) == ("FAILED", 2)
    assert "Temu named 8 orders but listed only 3" in job["error"]


async def _let_the_lease_run_out(world: World) -> None:
    async with world.database.write() as session:
        await session.execute(update(QueuedJob).values(status=JobStatus.QUEUED, run_at=0, lease_until=None))


@pytest.mark.usefixtures("small_pages")
async def test_rows_that_come_twice(world: World) -> None:
    """O3, O17: a page whose rows all come twice is read as one, and no later page is left out for it."""
    orders = fill(world, 12, status=1)
    world.sandbox.faults.add("duplicate_rows", interface=LIST, times=None)

    job = await world.import_orders()

    assert job["status"] == "SUCCEEDED", job["error"]
    assert set(await world.orders()) == numbers(orders)
    assert len(await world.items()) == 12
    assert job["progress"] == {"done": 12, "total": 12, "succeeded": 12, "failed": 0, "skipped": 0}


async def test_the_mark(world: World) -> None:
    """O1: each run reads on where the last successful one began, less the overlap; only whole runs move the mark."""
    fill(world, 1, status=1)
    await world.import_orders(**{"from": _iso(clock.now() - timedelta(days=1))})
    await world.import_orders(to=_iso(clock.now()))
    assert await mark(world) is None
    before = clock.now()
    await world.import_orders()
    first = await mark(world)
    assert first is not None
    assert before <= first <= clock.now()
    since = [call["updateAtStart"] for call in calls(world, LIST)]
    assert since[4] == pytest.approx((before - timedelta(days=30)).timestamp(), abs=5)
    assert since[5] == int((first - timedelta(minutes=5)).timestamp())

    world.sandbox.faults.add("short_total", interface=LIST, times=None)
    assert (await world.import_orders())["status"] == "FAILED"
    assert await mark(world) == first
    world.sandbox.faults.clear()
    await world.import_orders()

    since = [call["updateAtStart"] for call in calls(world, LIST)]
    assert since[-2] == int(first.timestamp()) - 900
    second = await mark(world)
    assert second is not None
    assert second > first
    await world.import_orders(**{"from": _iso(clock.now() - timedelta(days=90))})
    third = await mark(world)
    assert third is not None
    assert third > second


@one_database
async def test_a_clock_that_is_ahead_of_temus(world: World) -> None:
    """O1, J4: where this machine's clock is ahead, the mark is in Temu's time, so that no change falls between two runs."""
    world.sandbox.clock = lambda: time.time() - 3600
    old = world.mall.add_order(status=1)

    job = await world.import_orders()

    assert job["status"] == "SUCCEEDED", job["error"]
    new = world.mall.add_order(status=1)
    await world.import_orders()
    assert set(await world.orders()) == {old.number, new.number}
    moved = await mark(world)
    assert moved is not None
    assert moved.timestamp() == pytest.approx(time.time() - 3600, abs=10)


async def test_from_and_to(world: World) -> None:
    """O1, C9: `to` leaves out what was placed then or later, `from` what changed before, ordersNotBefore what is older."""
    orders = fill(world, 4, status=1)
    moments = [datetime.fromtimestamp(order.ordered_at, UTC) for order in orders]

    job = await world.import_orders(**{"from": _iso(moments[2]), "to": _iso(moments[0])})

    assert job["status"] == "SUCCEEDED"
    assert set(await world.orders()) == {orders[1].number, orders[2].number}
    outcome = (await world.outcomes())[orders[0].number]
    assert (outcome.status.value, outcome.code) == ("SKIPPED", "AFTER_TO")
    async with world.database.write() as session:
        (await session.get_one(Company, 1)).orders_not_before = moments[0]
    world.mall.touch(orders[3].number)
    await world.import_orders()
    assert set(await world.orders()) == numbers(orders[:3])
    assert (await world.outcomes())[orders[3].number].code == "BEFORE_START"
    assert calls(world, LIST)[-2]["updateAtStart"] == int(moments[0].timestamp())


# Where the trouble begins, and the pages that are left by then.
STAGES: list[tuple[str, int, list[int]]] = [
    (LIST, 2, [2, 1]),
    (LIST, 3, [1]),
    (ADDRESS, 5, []),
    (AMOUNTS, 3, []),
]


@pytest.mark.parametrize("interface,nth,pages_left", STAGES)
async def test_a_run_that_is_cut_short_is_gone_on_with(
    world: World, interface: str, nth: int, pages_left: list[int]
) -> None:
    """O3, J2, J4: trouble in any stage leaves what was done; the next try goes on there, and all ends as if whole."""
    pending = fill(world, 97, status=1)
    released = fill(world, 20)
    world.sandbox.before(interface, nth, lambda: world.sandbox.faults.add("drop", times=None))

    job = await world.import_orders()

    # Of many calls at once so many fail that the host is left alone, and a job that only waits for it uses up no try.
    attempts = 1 if interface == LIST else 0
    assert (job["status"], job["errorIsPassing"], job["attempts"]) == ("QUEUED", True, attempts)
    orders_by_then = len(await world.orders())
    assert await mark(world) is None
    world.sandbox.faults.clear()
    world.forget_that_temu_was_away()
    lists = world.sandbox.ledger.count(LIST)
    await world.make_due()
    await world.run_jobs()
    assert await mark(world) is not None
    orders = await world.orders()
    assert set(orders) == numbers(pending) | numbers(released)
    assert {str(orders[order.number].total_amount) for order in released} == {"19.99"}
    assert set(await addresses(world)) == numbers(released)
    assert {order.shipping_status for order in orders.values()} == {ShippingStatus.UNSHIPPED}
    again = [call["pageNumber"] for call in calls(world, LIST)[lists:]]
    assert again == pages_left
    assert orders_by_then == (100 if 2 in again else 117)
