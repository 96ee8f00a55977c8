"""What buyers send back: read from Temu, answered, and put back where it lay."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update

from api.values import ids
from domain import clock
from domain.models import Company, InventoryLevel, JobType, QueuedJob, Return, ReturnLine
from domain.temu import interfaces
from tests.fixtures.database import one_database
from tests.fixtures.killing import kill_between_all_steps, run_due, run_to_the_end
from tests.fixtures.world import World
from tests.journeys.test_inventory_out import Shelf
from tests.sandbox.returns import BuyerReturn

LIST, DETAIL, REFUND = interfaces.RETURNS, interfaces.RETURN_DETAIL, interfaces.REFUND_ISSUE
IMPORT = """mutation($input: ImportReturnsInput!) {
  importReturns(input: $input) { job { id } userErrors { code message field } } }"""
RETURNS = """query($id: ID!, $filter: ReturnFilter) { company(id: $id) { returns(filter: $filter) {
  totalCount statusCounts { status count } nodes { id channelReturnId channelOrderId type status delivery respondBy
  availableOperations carrier trackingNumbers refund { amount currencyCode } order { channelOrderId returns { totalCount } }
  lines { id channelReturnLineId quantity reason reasonCode receivedQuantity damagedQuantity refund { amount }
    orderItem { product { sku } } } } } } }"""
ISSUE = """mutation($id: ID!, $most: Decimal!) { issueRefund(input: {returnId: $id, maxAmount: $most}) {
  action { id kind status subject message code attempts order { channelOrderId } } userErrors { code message field } } }"""
RECEIVE = """mutation($input: ReceiveReturnInput!) { receiveReturn(input: $input) {
  return { status lines { receivedQuantity damagedQuantity } } userErrors { code message field } } }"""
ACTION = "query($id: ID!) { node(id: $id) { ... on ChannelAction { status code message attempts } } }"
ALLOW = """mutation($id: ID!) { updateCompanySettings(input: {companyId: $id, allowReturnDownload: true}) {
  userErrors { code } } }"""


@dataclass
class Desk:
    """A company whose buyers send things back."""

    world: World

    def asked(self, pieces: int = 1, **how: Any) -> BuyerReturn:
        """A return of an order that was shipped, whose import is still to come."""
        mall = self.world.mall
        order = mall.add_order(status=4, items=[(mall.add_goods(), pieces)])
        return mall.returns.ask(order.number, **how)

    async def imported(self, **more: Any) -> dict[str, Any]:
        """The job that brings returns in, as it ended."""
        payload = await self.world.api.ask(IMPORT, input={"companyId": self.world.company_id} | more)
        assert payload["userErrors"] == []
        await self.world.run_jobs()
        return await self.world.job(payload["job"]["id"])

    async def returns(self, **filter_: Any) -> dict[str, Any]:
        """Returns by their numbers."""
        page = (await self.world.api.ask(RETURNS, id=self.world.company_id, filter=filter_ or None))[
            "returns"
        ]
        return {each["channelReturnId"]: each for each in page["nodes"]}

    async def the_one(self) -> Any:
        (one,) = (await self.returns()).values()
        return one

    async def mark(self) -> Any:
        async with self.world.database.read() as session:
            return (await session.scalars(select(Company))).one().returns_imported_until

    def calls(self, interface: str) -> int:
        return len(self.world.sandbox.ledger.of(interface))


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


async def test_a_return_from_its_asking_to_its_end(desk: Desk) -> None:
    """O1, O3, O18: a return comes in with lines, reason, deadline, parcels and amount, follows Temu, and comes in once."""
    one = desk.asked(2, comment="I am Ada Lovelace of 12 St James's Square")
    await desk.world.import_orders()
    first = await desk.imported()
    asked = await desk.the_one()
    desk.world.mall.returns.send_back(one, "9400100000000000000001")
    await desk.imported()
    on_its_way = await desk.the_one()
    desk.world.mall.returns.arrive(one)
    await desk.imported()
    received = await desk.the_one()
    again = await desk.imported()

    assert (first["status"], again["status"]) == ("SUCCEEDED", "SUCCEEDED")
    assert (asked["type"], asked["status"], asked["delivery"]) == (
        "RETURN_AND_REFUND",
        "RETURN_REQUESTED",
        "DROP_OFF",
    )
    assert asked["order"] == {"channelOrderId": one.order.number, "returns": {"totalCount": 1}}
    assert asked["refund"] == {"amount": "39.98", "currencyCode": "USD"}
    (line,) = asked["lines"]
    assert (line["quantity"], line["reasonCode"], line["reason"]) == (2, 14, "Item defective or doesn't work")
    assert (on_its_way["status"], on_its_way["carrier"]) == ("IN_TRANSIT", "USPS")
    assert on_its_way["trackingNumbers"] == ["9400100000000000000001"]
    assert (received["status"], received["availableOperations"]) == ("RECEIVED", ["ISSUE_REFUND"])
    assert received["respondBy"]
    # Of what is known, nothing but the list is asked for again.
    assert desk.calls(DETAIL) == 3
    async with desk.world.database.read() as session:
        stored = [
            repr(vars(row))
            for row in [*await session.scalars(select(Return)), *await session.scalars(select(ReturnLine))]
        ]
    assert not any("Lovelace" in words for words in stored)


async def test_a_return_before_its_order(desk: Desk) -> None:
    """O1: a return whose order is not here yet comes in alone, and finds it when it has come."""
    one = desk.asked()
    await desk.imported()
    alone = await desk.the_one()
    await desk.world.import_orders()
    await desk.imported()
    joined = await desk.the_one()

    assert (alone["order"], alone["lines"][0]["orderItem"]) == (None, None)
    assert joined["order"]["channelOrderId"] == one.order.number
    assert joined["lines"][0]["orderItem"] is not None


@one_database
async def test_an_older_message_never_overwrites(desk: Desk) -> None:
    """O18: what is known here and newer stays; what has ended is not open again within the second."""
    one = desk.asked(is_refund_only=True)
    desk.world.mall.returns.refund(one)
    await desk.imported()
    one.status, one.updated_at = one.status.REFUND_ASKED, one.updated_at
    await desk.imported()
    same_second = await desk.the_one()
    one.updated_at -= 60
    await desk.imported()

    assert same_second["status"] == (await desk.the_one())["status"] == "REFUNDED"


@one_database
async def test_many_pages_and_trouble(desk: Desk) -> None:
    """O1, O17: page by page until the total; trouble on the way leaves the mark, and what was written counts."""
    order = desk.world.mall.add_order(status=4, items=[(desk.world.mall.add_goods(), 250)])
    numbers = {
        desk.world.mall.returns.ask(order.number, {order.items[0].number: 1}).number for _ in range(120)
    }
    refuse = partial(desk.world.sandbox.faults.add, "error", interface=LIST, code=2000090)
    desk.world.sandbox.before(LIST, 2, refuse)
    failed = await desk.imported()
    before = await desk.mark()
    done = await desk.imported()

    assert (failed["status"], before) == ("FAILED", None)
    assert done["status"] == "SUCCEEDED"
    assert set(await desk.returns()) <= numbers
    assert desk.calls(DETAIL) == 120
    assert await desk.mark() is not None


@one_database
async def test_without_details(desk: Desk) -> None:
    """C14: without the interface of details lines come by the other one; once it is permitted, details come by themselves."""
    desk.asked()
    await desk.world.import_orders()
    desk.world.mall.scopes -= {DETAIL}
    job = await desk.imported()
    bare = await desk.the_one()
    desk.world.mall.scopes |= {DETAIL}
    await desk.imported()
    whole = await desk.the_one()

    assert job["status"] == "SUCCEEDED"
    assert (bare["refund"], bare["lines"][0]["quantity"], bare["lines"][0]["reason"]) == (None, 1, None)
    assert bare["lines"][0]["orderItem"]
    assert (whole["refund"]["amount"], whole["lines"][0]["reasonCode"]) == ("19.99", 14)
