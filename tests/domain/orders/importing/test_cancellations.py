"""What becomes of orders that buyers ask to cancel, over several imports."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from domain.models import (
    CancellationRequest,
    CancellationState,
    JobStatus,
    OrderStatus,
    QueuedJob,
    ShippingStatus,
)
from domain.orders.importing.cancellations import CancellationSync
from tests.domain.orders.looking import calls, dump, events, map_goods, reserved, written
from tests.fixtures.database import one_database
from tests.fixtures.world import IMPORT, World
from tests.sandbox.cancellations import CancelRequest
from tests.sandbox.mall import Mall
from tests.sandbox.model import ParentOrder

CANCELS = "bg.aftersales.cancel.list.get"
ASKED = """query($id: ID!) { company(id: $id) { orders(first: 10) { nodes {
  channelOrderId status cancellationRequest { requestedAt respondBy } } } } }"""


async def _an_order(world: World, pieces: int = 3, **values: Any) -> ParentOrder:
    goods = world.mall.add_goods()
    await map_goods(world, goods)
    order = world.mall.add_order(items=[(goods, pieces)], **values)
    await world.import_orders()
    return order


async def _status(world: World, order: ParentOrder) -> str:
    return (await world.orders())[order.number].status.value


async def _states(world: World) -> list[CancellationState]:
    async with world.database.read() as session:
        return list(await session.scalars(select(CancellationRequest.state)))


async def _shown(world: World) -> Any:
    (shown,) = (await world.api.ask(ASKED, id=world.company_id))["orders"]["nodes"]
    return shown


async def _again_changes_nothing(world: World) -> None:
    before = await dump(world)
    async with written(world) as rows:
        await world.import_orders()
    assert rows == {}
    assert await dump(world) == before


async def test_a_request_holds_the_order(world: World) -> None:
    """O15: a request puts the order ON_HOLD, with when it was asked and until when to answer; stock stays held."""
    order = await _an_order(world)
    assert (await _shown(world))["cancellationRequest"] is None
    request = world.mall.request_cancel(order.number)

    job = await world.import_orders()

    assert job["status"] == "SUCCEEDED", job
    asked = await world.moment(request.asked_at)
    shown = await _shown(world)
    assert shown["status"] == "ON_HOLD"
    assert shown["cancellationRequest"] == {
        "requestedAt": asked.isoformat().replace("+00:00", "Z"),
        "respondBy": (asked + timedelta(hours=24)).isoformat().replace("+00:00", "Z"),
    }
    assert await reserved(world) == 3
    assert await events(world) == [f"cancel-requested:{request.number}"]
    await _again_changes_nothing(world)


@pytest.mark.parametrize("status,back", [(1, "PENDING"), (2, "IN_PROCESS")])
@pytest.mark.parametrize("end,state", [(Mall.withdraw_cancel, "WITHDRAWN"), (Mall.deny_cancel, "DENIED")])
@one_database
async def test_a_request_that_ends(
    world: World, end: Callable[[Mall, CancelRequest], None], state: str, status: int, back: str
) -> None:
    """O15: withdrawn or denied, the order is again what it was, with one note, and can be asked about anew."""
    order = await _an_order(world, status=status)
    request = world.mall.request_cancel(order.number)
    await world.import_orders()
    assert await _status(world, order) == "ON_HOLD"
    end(world.mall, request)

    await world.import_orders()

    assert await _status(world, order) == back
    assert (await _shown(world))["cancellationRequest"] is None
    assert [one.value for one in await _states(world)] == [state]
    assert await events(world) == [f"cancel-requested:{request.number}", f"cancel-ended:{request.number}"]
    assert await reserved(world) == 3
    await _again_changes_nothing(world)
    world.mall.request_cancel(order.number)
    await world.import_orders()
    assert await _status(world, order) == "ON_HOLD"


async def test_granted(world: World) -> None:
    """O15, O6: granted, the order is CANCELLED, its stock free and the request gone, in one run."""
    order = await _an_order(world)
    request = world.mall.request_cancel(order.number)
    await world.import_orders()
    world.mall.grant_cancel(request)

    await world.import_orders()

    assert await _status(world, order) == "CANCELLED"
    assert (await _shown(world))["cancellationRequest"] is None
    assert await _states(world) == [CancellationState.GRANTED]
    assert await reserved(world) == 0
    assert await events(world) == [f"cancel-requested:{request.number}", "cancelled"]
    await _again_changes_nothing(world)


@one_database
async def test_granted_by_itself(world: World) -> None:
    """O15: what nobody answers for a day is granted by Temu, which is noticed by the next import."""
    order = await _an_order(world)
    request = world.mall.request_cancel(order.number)
    await world.import_orders()
    request.asked_at -= 24 * 3600

    await world.import_orders()

    assert await _status(world, order) == "CANCELLED"
    assert await reserved(world) == 0


@one_database
async def test_a_part_is_granted(world: World) -> None:
    """O15, O8: a part that was granted is cancelled with its stock, and the rest goes on."""
    order = await _an_order(world)
    line = order.items[0].number
    request = world.mall.request_cancel(order.number, pieces={line: 2})
    await world.import_orders()
    world.mall.grant_cancel(request)

    await world.import_orders()

    assert await _status(world, order) == "IN_PROCESS"
    assert (await world.items())[line].cancelled_quantity == 2
    assert await reserved(world) == 1
    assert await events(world) == [f"cancel-requested:{request.number}", f"cancelled:{line}:2"]
    await _again_changes_nothing(world)


@pytest.mark.parametrize("is_refunded", [False, True])
@one_database
async def test_granted_before_the_order_shows_it(world: World, *, is_refunded: bool) -> None:
    """O15: what is granted stays ON_HOLD until the order itself shows it: nothing is shipped in between."""
    order = await _an_order(world)
    request = world.mall.request_cancel(order.number)
    await world.import_orders()
    world.mall.grant_cancel(request, is_refunded=is_refunded, order_follows=False)

    await world.import_orders()

    assert await _status(world, order) == "ON_HOLD"
    world.mall.follow_cancel(request)
    await world.import_orders()
    assert await _status(world, order) == "CANCELLED"
    assert await events(world) == [f"cancel-requested:{request.number}", "cancelled"]


@one_database
async def test_what_temu_never_shows(world: World) -> None:
    """O15: two days after a request of which nothing came the order goes on, and a note says to look it up."""
    order = await _an_order(world)
    request = world.mall.request_cancel(order.number)
    await world.import_orders()
    world.mall.grant_cancel(request, order_follows=False)
    request.asked_at -= 48 * 3600
    order.cancel_pending = False

    await world.import_orders()

    assert await _status(world, order) == "IN_PROCESS"
    assert await _states(world) == [CancellationState.LAPSED]
    assert await events(world) == [f"cancel-requested:{request.number}", f"cancel-ended:{request.number}"]


@one_database
async def test_requested_before_the_order_is_imported(world: World) -> None:
    """O15: a request about an order that is not listed yet is kept, and holds the order when it comes in."""
    order = world.mall.add_order(ordered_at=world.mall.now())
    world.mall.listing_delay = 3600
    request = world.mall.request_cancel(order.number)
    job = await world.import_orders()
    assert job["status"] == "SUCCEEDED", job
    before = await world.orders()
    world.mall.listing_delay = 0

    await world.import_orders()

    assert before == {}
    assert await _status(world, order) == "ON_HOLD"
    assert await events(world) == [f"cancel-requested:{request.number}"]


@one_database
async def test_requested_before_the_first_import(world: World) -> None:
    """O15, O5: an order about which a request waits comes in ON_HOLD; one that was granted does not come in."""
    order, other = world.mall.add_order(), world.mall.add_order()
    world.mall.request_cancel(order.number)
    world.mall.grant_cancel(world.mall.request_cancel(other.number))

    await world.import_orders()

    assert set(await world.orders()) == {order.number}
    assert await _status(world, order) == "ON_HOLD"


@one_database
async def test_released_while_on_hold(world: World) -> None:
    """O15, O9: a pending order that Temu releases while it is held gets its address, and goes on as IN_PROCESS."""
    order = await _an_order(world, status=1)
    request = world.mall.request_cancel(order.number)
    await world.import_orders()
    world.mall.release(order.number)
    await world.import_orders()
    assert await _status(world, order) == "ON_HOLD"
    assert (await world.orders())[order.number].total_amount is not None
    world.mall.withdraw_cancel(request)

    await world.import_orders()

    assert await _status(world, order) == "IN_PROCESS"


@one_database
async def test_shipped_here_already(world: World) -> None:
    """O15, O7: what was shipped keeps its status; the request shows, and granted it leaves the note of O7."""
    order = await _an_order(world)
    async with world.database.write() as session:
        kept = await session.get_one(type((await world.orders())[order.number]), 1)
        kept.shipping_status = ShippingStatus.FULLY_SHIPPED
    request = world.mall.request_cancel(order.number)

    await world.import_orders()

    assert await _status(world, order) == "IN_PROCESS"
    assert (await _shown(world))["cancellationRequest"] is not None
    world.mall.grant_cancel(request)
    await world.import_orders()
    assert await _status(world, order) == "IN_PROCESS"
    assert (await _shown(world))["cancellationRequest"] is None
    assert await events(world) == [f"cancel-requested:{request.number}", "cancelled-after-shipping"]
    await _again_changes_nothing(world)


@one_database
async def test_under_review(world: World) -> None:
    """O15: while Temu reviews the seller's objection nobody has decided, and the order stays ON_HOLD."""
    order = await _an_order(world)
    request = world.mall.request_cancel(order.number)
    world.mall.review_cancel(request)

    await world.import_orders()

    assert await _status(world, order) == "ON_HOLD"


@one_database
async def test_no_permission(world: World) -> None:
    """O15, C3: a token that may not list requests fails nothing; testSettings names what is missing."""
    order = await _an_order(world)
    world.mall.request_cancel(order.number)
    world.mall.scopes = world.mall.scopes - {CANCELS}

    job = await world.import_orders()

    assert job["status"] == "SUCCEEDED", job
    assert [node["subject"] for node in job["outcomes"]["nodes"]] == [order.number]
    test = "mutation($id: ID!) { testSettings(input: {companyId: $id}) { advice } }"
    (line,) = (await world.api.ask(test, id=world.company_id))["advice"]
    assert line.startswith("bg.aftersales.cancel.list.get is not permitted: ")


@one_database
async def test_refused_for_good(world: World) -> None:
    """O15: where Temu refuses the question the orders come in all the same, and the job says so."""
    world.sandbox.faults.add("error", interface=CANCELS, times=None, code=130010001)

    order = await _an_order(world)

    assert await _status(world, order) == "IN_PROCESS"
    async with world.database.read() as session:
        job = (await session.scalars(select(QueuedJob))).one()
    assert job.status.value == "SUCCEEDED"
    assert (await world.outcomes())["(cancellation requests)"].code == "CANCELLATIONS"


@pytest.mark.usefixtures("small_pages")
@one_database
async def test_many_requests(world: World) -> None:
    """O15, O17: all pages are read, also while new requests push others to later pages; no order is held twice."""
    orders = [world.mall.add_order() for _ in range(15)]
    for order in orders[:-1]:
        world.mall.request_cancel(order.number)
    nth = world.sandbox.ledger.count(CANCELS) + 2
    world.sandbox.before(CANCELS, nth, lambda: world.mall.request_cancel(orders[-1].number))

    job = await world.import_orders()

    assert job["status"] == "SUCCEEDED", job
    kept = await world.orders()
    # The newest came after its page was read: the next run meets it.
    held = [order.number for order in orders if kept[order.number].status is OrderStatus.ON_HOLD]
    assert held == [order.number for order in orders[:-1]]
    assert len(await events(world)) == 14
    await world.import_orders()
    assert await _status(world, orders[-1]) == "ON_HOLD"
    assert len(await events(world)) == 15


@one_database
async def test_a_gap_in_the_list(world: World) -> None:
    """O17: fewer requests than Temu named fail the job, and a later run makes it good."""
    order = await _an_order(world)
    world.mall.request_cancel(order.number)
    world.mall.cancellations.overstated = 5

    job = await world.import_orders()

    assert "listed only 1" in job["error"]
    world.mall.cancellations.overstated = 0
    assert (await world.import_orders())["status"] == "SUCCEEDED"
    assert await _status(world, order) == "ON_HOLD"


async def test_a_crash_in_the_middle(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """O3, O15: a run that dies between two chunks goes on later, with one note and one hold for each request."""
    orders = [world.mall.add_order() for _ in range(25)]
    for order in orders:
        world.mall.request_cancel(order.number)
    write = CancellationSync._write
    chunks: list[int] = []

    async def crash(self: CancellationSync, requests: Any) -> None:
        chunks.append(len(requests))
        if len(chunks) == 2:
            raise RuntimeError
        await write(self, requests)

    async def die(*_: Any, **__: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(CancellationSync, "_write", crash)
    with monkeypatch.context() as patch:
        patch.setattr("jobs.runner.Runner._judge", die)
        payload = await world.api.ask(IMPORT, input={"companyId": world.company_id})
        await world.run_jobs()
    async with world.database.write() as session:
        await session.execute(update(QueuedJob).values(status=JobStatus.QUEUED, run_at=0, lease_until=None))
    await world.run_jobs()

    assert (await world.job(payload["job"]["id"]))["status"] == "SUCCEEDED"
    assert chunks == [20, 5, 20, 5]
    assert {order.status for order in (await world.orders()).values()} == {OrderStatus.ON_HOLD}
    assert len(await events(world)) == len(set(await events(world))) == 25


@one_database
async def test_calls_are_no_more_than_needed(world: World) -> None:
    """O15, O16: one call looks for requests, and those known are asked for by number only when they left the lists."""
    order = await _an_order(world)
    request = world.mall.request_cancel(order.number)
    before = world.sandbox.ledger.count(CANCELS)
    await world.import_orders()
    assert world.sandbox.ledger.count(CANCELS) - before == 1
    assert calls(world, CANCELS)[-1]["afterSalesStatusGroup"] == 8
    world.mall.withdraw_cancel(request)

    await world.import_orders()

    assert calls(world, CANCELS)[-1]["parentOrderSnList"] == [order.number]
    await world.import_orders()
    assert world.sandbox.ledger.count(CANCELS) - before == 1 + 2 + 1
