"""The seller's side of cancelling: requests declined by a shipment, and items that can't be sent for want of stock."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from api.values import ids
from domain.models import CancellationRequest, ChannelAction, ChannelActionStatus, JobType, OrderNote
from tests.domain.orders.looking import map_goods, reserved
from tests.fixtures.database import one_database
from tests.fixtures.killing import kill_between_all_steps, later, run_due, run_to_the_end
from tests.fixtures.world import World
from tests.journeys.test_channel_actions import ACCEPT, CANCEL
from tests.journeys.test_shipping import CONFIRM, Desk
from tests.journeys.test_shipping import desk as desk
from tests.sandbox.model import ParentOrder

REPORTED = "temu.order.cancel.outofstock.apply"
DECLINE = """mutation($id: ID!) { declineCancellation(input: {orderId: $id}) {
  order { status holdReasons cancellationDeclinedAt } userErrors { code message field } } }"""
REPORT = """mutation($id: ID!, $items: [ID!]) { reportOutOfStock(input: {orderId: $id, orderItemIds: $items}) {
  action { id kind status subject code message } userErrors { code message field } } }"""
ORDER = """query($id: ID!) { order(id: $id) { status shippingStatus holdReasons cancellationDeclinedAt
  cancellationRequest { respondBy } availableActions { action until } items { id cancelledQuantity }
  history(first: 50) { nodes { type message } } } }"""


class Case:
    """One order of a world, as its people see it."""

    def __init__(self, world: World, order: ParentOrder) -> None:
        self.world, self.order, self.id = world, order, ""

    async def known(self) -> "Case":
        self.id = ids.encode("Order", (await self.world.orders())[self.order.number].id)
        return self

    async def shown(self) -> Any:
        return await self.world.api.ask(ORDER, id=self.id)

    async def state(self) -> tuple[str, list[str]]:
        shown = await self.shown()
        return shown["status"], shown["holdReasons"]

    async def actions(self) -> dict[str, str | None]:
        return {each["action"]: each["until"] for each in (await self.shown())["availableActions"]}

    async def ask(self, mutation: str, **more: Any) -> Any:
        payload = await self.world.api.ask(mutation, id=self.id, **more)
        return payload if payload["userErrors"] else next(iter(payload.values()))

    async def refused(self, mutation: str, **more: Any) -> str:
        (error,) = (await self.world.api.ask(mutation, id=self.id, **more))["userErrors"]
        assert error["code"] == "CONFLICT"
        message: str = error["message"]
        return message


async def cases(world: World, count: int, *pieces: int, asks: bool = False) -> list[Case]:
    """So many orders of such pieces, as they came in."""
    lines = [(world.mall.add_goods(), quantity) for quantity in pieces or (1,)]
    await map_goods(world, *(goods for goods, _ in lines))
    orders = [world.mall.add_order(items=lines) for _ in range(count)]
    for order in orders if asks else ():
        world.mall.request_cancel(order.number)
    await world.import_orders()
    return [await Case(world, order).known() for order in orders]


async def case(world: World, *pieces: int, asks: bool = False) -> Case:
    (found,) = await cases(world, 1, *pieces, asks=asks)
    return found


def _confirmed(world: World) -> list[Any]:
    """Of each call that told Temu of packages, what it denied."""
    return [
        entry.get("confirmAcceptance")
        for call in world.sandbox.ledger.of(CONFIRM)
        for entry in call.parameters["sendRequestList"]
    ]


async def test_a_request_is_declined_by_the_shipment(world: World, desk: Desk) -> None:
    """O15, T1, T10: decided, the order is packed though the request waits, keeps its stock through imports, and its upload denies."""
    asked = await case(world, 2, asks=True)
    respond_by = (await asked.shown())["cancellationRequest"]["respondBy"]
    assert await asked.actions() == {
        "ACCEPT_CANCELLATION": respond_by,
        "DECLINE_CANCELLATION": respond_by,
    }
    (error,) = (await desk.ship(asked.order))["userErrors"]
    assert "declineCancellation" in error["message"]

    for _ in range(2):
        declined = await asked.ask(DECLINE)
        assert (declined["status"], declined["holdReasons"]) == ("IN_PROCESS", [])
        assert declined["cancellationDeclinedAt"]
        await world.import_orders()
        assert await asked.state() == ("IN_PROCESS", [])
    assert await asked.actions() == {
        "SHIP": respond_by,
        "ACCEPT_CANCELLATION": respond_by,
        "REPORT_OUT_OF_STOCK": None,
    }
    assert await reserved(world) == 2
    await desk.shipped(asked.order)
    world.sandbox.faults.add("drop_after", interface=CONFIRM, times=1)
    assert (await desk.upload())["status"] == "SUCCEEDED"

    assert _confirmed(world) == [["DENY_CANCELLATION"]]
    assert not asked.order.cancel_pending
    await world.import_orders()
    shown = await asked.shown()
    assert (shown["status"], shown["cancellationRequest"], shown["cancellationDeclinedAt"]) == (
        "COMPLETED",
        None,
        None,
    )
    assert shown["availableActions"] == []
    told = [each["type"] for each in shown["history"]["nodes"]]
    assert told.count("declineCancellation") == 1
    async with world.database.read() as session:
        events = list(await session.scalars(select(OrderNote.event).order_by(OrderNote.id)))
    assert [event.partition(":")[0] for event in events if event] == [
        "cancel-requested", "cancel-declined", "cancel-ended",
    ]  # fmt: skip


@one_database
async def test_a_decision_is_about_what_was_asked(world: World, desk: Desk) -> None:
    """O15, O3: Temu's own end of a request wins, and another request wants another decision."""
    asked = await case(world)
    request = world.mall.request_cancel(asked.order.number)
    await world.import_orders()
    await asked.ask(DECLINE)
    world.mall.withdraw_cancel(request)
    await world.import_orders()
    assert (await asked.shown())["cancellationDeclinedAt"] is None
    assert await asked.state() == ("IN_PROCESS", [])
    second = world.mall.request_cancel(asked.order.number)
    await world.import_orders()
    assert await asked.state() == ("ON_HOLD", ["CANCELLATION_REQUESTED"])

    await asked.ask(DECLINE)
    # Somebody agrees in the seller centre, and the order follows later.
    world.mall.grant_cancel(second, order_follows=False)
    await world.import_orders()
    assert await asked.state() == ("ON_HOLD", ["CANCELLATION_REQUESTED"])
    assert "CONFLICT" in str((await desk.ship(asked.order))["userErrors"])
    world.mall.follow_cancel(second)
    await world.import_orders()
    assert (await asked.state())[0] == "CANCELLED"
    assert await reserved(world) == 0


async def _a_day_passes(world: World, asked: Case) -> None:
    """Here and at Temu."""
    (request,) = (each for each in world.mall.cancellations.listed() if each.order is asked.order)
    request.asked_at -= 24 * 3600
    async with world.database.write() as session:
        row = CancellationRequest.number == request.number
        requested_at = CancellationRequest.requested_at
        before = await session.scalar(select(requested_at).where(row))
        assert before is not None
        await session.execute(
            update(CancellationRequest).where(row).values(requested_at=before - timedelta(days=1))
        )


@one_database
async def test_after_a_day_temu_has_agreed(world: World, desk: Desk) -> None:
    """O15, T1: a decision that Temu has not heard of in time counts for nothing, even before an import tells so."""
    unpacked, packed, undecided = await cases(world, 3, asks=True)
    for each in (unpacked, packed):
        await each.ask(DECLINE)
    await desk.shipped(packed.order)
    for each in (unpacked, packed, undecided):
        await _a_day_passes(world, each)

    assert "importOrders" in await undecided.refused(DECLINE)
    (error,) = (await desk.ship(unpacked.order))["userErrors"]
    assert (error["code"], "importOrders" in error["message"]) == ("CONFLICT", True)
    job = await desk.upload()
    assert [outcome["code"] for outcome in job["outcomes"]["nodes"]] == ["CANCELLED_ON_TEMU"]
    await world.import_orders()
    assert (await unpacked.state())[0] == "CANCELLED"
    assert (await packed.shown())["shippingStatus"] == "FULLY_SHIPPED"


@one_database
async def test_what_was_packed_before_the_buyer_asked(world: World, desk: Desk) -> None:
    """O15, T10: Temu refuses the tracking, a person decides, and the next upload, also the clock's, denies."""
    asked = await case(world)
    await desk.shipped(asked.order)
    world.mall.request_cancel(asked.order.number)
    job = await desk.upload()
    (outcome,) = job["outcomes"]["nodes"]
    assert (outcome["code"], "declineCancellation" in outcome["message"]) == ("TEMU_120012030", True)
    assert "No request" in await asked.refused(DECLINE)
    await world.import_orders()
    assert set(await asked.actions()) == {"ACCEPT_CANCELLATION", "DECLINE_CANCELLATION"}
    await asked.ask(DECLINE)
    assert (await desk.upload())["status"] == "SUCCEEDED"
    assert _confirmed(world) == [None, ["DENY_CANCELLATION"]]


@one_database
async def test_answers_that_exclude_each_other(world: World, desk: Desk) -> None:
    """O15: what is agreed to is not declined unless it is taken back; who agrees later takes the decision back."""
    asked = await case(world, asks=True)
    action = await asked.ask(ACCEPT)
    assert "cancelChannelAction" in await asked.refused(DECLINE)
    assert "ACCEPT_CANCELLATION" not in await asked.actions()
    await world.api.ask(CANCEL, id=action["id"])
    assert (await asked.ask(DECLINE))["status"] == "IN_PROCESS"
    await asked.ask(ACCEPT)
    assert await asked.state() == ("ON_HOLD", ["CANCELLATION_REQUESTED"])
    await run_due(world)
    assert (await asked.state())[0] == "CANCELLED"
    assert "No request" in await asked.refused(DECLINE)


async def test_what_can_not_be_sent_is_cancelled(world: World, desk: Desk) -> None:
    """O15, O8, T1: reported, an order is held with its stock until Temu has decided; what it approves an import shows."""
    short = await case(world, 2, 1)
    line, rest = short.order.items
    items = [item["id"] for item in (await short.shown())["items"]]
    action = await short.ask(REPORT, items=[items[0]])
    assert (action["kind"], action["subject"]) == ("REPORT_OUT_OF_STOCK", short.order.number)
    assert await short.ask(REPORT, items=[items[0]]) == action
    assert "other values" in await short.refused(REPORT, items=items)
    await run_due(world)
    await world.import_orders()
    assert await short.state() == ("ON_HOLD", ["OUT_OF_STOCK_REPORTED"])
    assert await short.actions() == {}
    assert "CONFLICT" in str((await desk.ship(short.order))["userErrors"])
    assert await reserved(world) == 3

    world.mall.review_out_of_stock(line.number, is_approved=True, order_follows=False)
    await later(world)
    await run_due(world)
    assert await short.state() == ("ON_HOLD", ["OUT_OF_STOCK_REPORTED"])
    world.mall.out_of_stock.follow(line.number)
    await run_to_the_end(world)
    shown = await short.shown()
    assert (shown["status"], [item["cancelledQuantity"] for item in shown["items"]]) == ("IN_PROCESS", [2, 0])
    assert await reserved(world) == 1
    # Of the other one too: then nothing of the order is left.
    await short.ask(REPORT, items=None)
    await run_due(world)
    world.mall.review_out_of_stock(rest.number, is_approved=True)
    await run_to_the_end(world)
    assert (await short.state())[0] == "CANCELLED"
    assert await reserved(world) == 0
    assert len(world.sandbox.ledger.of(REPORTED)) == 2


@one_database
async def test_a_report_that_comes_to_nothing(world: World, desk: Desk) -> None:
    """O15, C11: rejected, refused, taken back or lost for ever, the order goes on, and may be reported again."""
    short = await case(world)
    number = short.order.items[0].number
    action = await short.ask(REPORT, items=None)
    await world.api.ask(CANCEL, id=action["id"])
    assert await short.state() == ("IN_PROCESS", [])
    await short.ask(REPORT, items=None)
    await run_due(world)
    world.mall.review_out_of_stock(number, is_approved=False)
    await run_to_the_end(world)
    assert await short.state() == ("IN_PROCESS", [])
    # Temu's own order has changed meanwhile, and doesn't take it.
    world.mall.ship(short.order.number)
    await short.ask(REPORT, items=None)
    await run_due(world)
    async with world.database.read() as session:
        found = (await session.scalars(select(ChannelAction).order_by(ChannelAction.id))).all()
    assert [(each.status.value, each.code) for each in found] == [
        ("CANCELLED", None),
        ("REFUSED", "REJECTED"),
        ("REFUSED", "NOT_TAKEN"),
    ]
    # Which line it minds: what was named is no buyer's.
    assert f"{short.order.items[0].number}: " in (found[-1].message or "")
    assert (await short.state())[1] == []


@one_database
async def test_what_is_not_reported(world: World, desk: Desk) -> None:
    """O15: what is packed, cancelled, waits for the buyer's answer or is another's to ship is no matter of missing stock."""
    packed = await case(world, 1, 1)
    items = [item["id"] for item in (await packed.shown())["items"]]
    await desk.shipped(packed.order, desk.package(lines=[{"orderItemId": items[0], "quantity": 1}]))
    assert "voidPackage" in await packed.refused(REPORT, items=[items[0]])
    payload = await world.api.ask(REPORT, id=packed.id, items=[])
    assert [error["code"] for error in payload["userErrors"]] == ["REQUIRED"]
    asked = await case(world, asks=True)
    assert "acceptCancellation" in await asked.refused(REPORT, items=None)
    payload = await world.api.ask(REPORT, id=asked.id, items=[ids.encode("OrderItem", 999_999)])
    assert payload["userErrors"][0]["code"] in {"NOT_FOUND", "CONFLICT"}
    world.mall.cancel((gone := await case(world)).order.number)
    await world.import_orders()
    assert "left" in await gone.refused(REPORT, items=None)


@one_database
@pytest.mark.parametrize("kind", ["drop", "drop_after", "truncated"])
async def test_a_report_whose_answer_is_lost(world: World, kind: str) -> None:
    """T6: Temu is asked, and told again only where it says that nothing was reported."""
    short = await case(world)
    world.sandbox.faults.add(kind, interface=REPORTED)
    await short.ask(REPORT, items=None)
    await run_due(world)
    assert await short.state() == ("ON_HOLD", ["OUT_OF_STOCK_REPORTED"])
    await later(world)
    await run_due(world)
    world.mall.review_out_of_stock(short.order.items[0].number, is_approved=True)
    await run_to_the_end(world)
    taken = [call for call in world.sandbox.ledger.of(REPORTED) if call.code == 1000000]
    assert len(taken) == 1
    assert (await short.state())[0] == "CANCELLED"


@one_database
async def test_reports_killed_between_all_steps(world: World) -> None:
    """J2, O15: whichever moment a worker is killed at, Temu takes each report once, and each order is held until its end."""
    every, begun = await cases(world, 24), list[Case]()

    async def begin() -> None:
        begun.append(every.pop())
        await begun[-1].ask(REPORT, items=None)
        assert await begun[-1].state() == ("ON_HOLD", ["OUT_OF_STOCK_REPORTED"])

    async def check() -> None:
        assert (await begun[-1].state())[0] == "CANCELLED"
        taken = [call for call in world.sandbox.ledger.of(REPORTED) if call.code == 1000000]
        assert len(taken) == len(begun)

    world.mall.out_of_stock.is_approved_when_asked = True
    assert await kill_between_all_steps(world, JobType.SEND_ORDER_ACTIONS, begin=begin, check=check) >= 5
    async with world.database.read() as session:
        statuses = set(await session.scalars(select(ChannelAction.status)))
    assert statuses == {ChannelActionStatus.SUCCEEDED}
