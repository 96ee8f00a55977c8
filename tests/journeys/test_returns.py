"""What buyers send back: read from Temu, answered, and put back where it lay."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import undefer

from api.values import ids
from domain import clock
from domain.access.principal import WORKER
from domain.inventory.mutation_transaction import run_in_transaction
from domain.models import (
    Change,
    ChangeType,
    Company,
    File,
    InventoryLevel,
    JobType,
    Return,
    ReturnLabel,
    ReturnLine,
)
from domain.returns import receipts
from domain.returns.receipts import ReceivedLine, ReturnCondition
from domain.temu import interfaces
from jobs.scheduler import Scheduler
from tests.fixtures.database import one_database
from tests.fixtures.killing import Killed, kill_between_all_steps, killed_at, run_due, run_to_the_end
from tests.fixtures.world import World
from tests.journeys.test_inventory_out import WAREHOUSE, Shelf
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
LABEL = """mutation($input: UploadReturnLabelInput!) { uploadReturnLabel(input: $input) {
  action { id status } userErrors { code message field } } }"""
STATISTICS = """query($id: ID!) { company(id: $id) { statistics(from: "2026-01-01T00:00:00Z", to: "2028-01-01T00:00:00Z",
  interval: MONTH) { returns { returns pieces refunded refunds { amount currencyCode } refundedWithoutAmount } } } }"""
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
async def test_many_pages_and_trouble(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """O1, O17: page by page until the total; trouble on the way leaves the mark, and what was written counts."""
    monkeypatch.setattr("domain.temu.returns.PAGE_SIZE", 5)
    monkeypatch.setattr("domain.returns.importing._AT_ONCE", 4)
    order = desk.world.mall.add_order(status=4, items=[(desk.world.mall.add_goods(), 20)])
    piece = {order.items[0].number: 1}
    numbers = {desk.world.mall.returns.ask(order.number, piece).number for _ in range(12)}
    refuse = partial(desk.world.sandbox.faults.add, "error", interface=LIST, code=2000090)
    desk.world.sandbox.before(LIST, 2, refuse)
    failed = await desk.imported()
    before = await desk.mark()
    done = await desk.imported()

    assert (failed["status"], before) == ("FAILED", None)
    assert done["status"] == "SUCCEEDED"
    assert set(await desk.returns()) == numbers
    assert desk.calls(DETAIL) == 12
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


@one_database
async def test_an_amount_that_is_none(desk: Desk) -> None:
    """O10, O16: a return whose amount can't be read [A: a NUMBER without a unit] comes in with its lines, so that they can be received;
    that is told, and the amount follows once it is one.
    """
    one = desk.asked()
    await desk.world.import_orders()
    one.told_refund = 12.5
    job = await desk.imported()
    bare = await desk.the_one()
    one.told_refund = None
    await desk.imported()
    whole = await desk.the_one()

    assert (job["status"], "no whole number" in job["error"]) == ("PARTIALLY_SUCCEEDED", True)
    assert (bare["refund"], bare["lines"][0]["quantity"], bare["lines"][0]["reasonCode"]) == (None, 1, 14)
    assert bare["lines"][0]["orderItem"]
    assert whole["refund"]["amount"] == "19.99"


@one_database
async def test_an_event_brings_one_return_in(desk: Desk) -> None:
    """O14: an event of Temu's has just its return brought in where the company lets them come in, and else does nothing."""
    world = desk.world
    await world.api.ask(ALLOW, id=world.company_id)
    one, other = desk.asked(), desk.asked()
    data = {
        "mallId": world.mall.mall_id,
        "parentOrderSn": one.order.number,
        "parentAfterSalesSn": one.number,
        "parentAfterSalesStatus": 10,
        "updateAt": one.updated_at * 1000,
    }
    message = world.sandbox.events.message("bg_aftersales_status_change", data)
    reply = await world.http.post(
        "/events/temu", content=message.body, headers=message.headers | {"content-type": "application/json"}
    )
    await world.run_jobs()
    known = set(await desk.returns())
    await world.api.ask(ALLOW.replace("true", "false"), id=world.company_id)
    data["parentAfterSalesSn"] = other.number
    message = world.sandbox.events.message("bg_aftersales_status_change", data)
    await world.http.post(
        "/events/temu", content=message.body, headers=message.headers | {"content-type": "application/json"}
    )
    await world.run_jobs()

    assert reply.status_code == 200
    assert known == {one.number} == set(await desk.returns())
    assert await desk.mark() is None


async def _refundable(desk: Desk) -> tuple[str, BuyerReturn]:
    one = desk.asked(is_refund_only=True)
    await desk.imported()
    return (await desk.returns())[one.number]["id"], one


async def _issue(desk: Desk, return_id: str, most: str = "19.99") -> Any:
    return await desk.world.api.ask(ISSUE, id=return_id, most=most)


async def _action(desk: Desk, action_id: str) -> Any:
    return await desk.world.api.ask(ACTION, id=action_id)


async def test_a_refund(desk: Desk) -> None:
    """O15: a refund goes out once, for no more than was agreed to; the return follows, and nothing more is offered of it."""
    return_id, one = await _refundable(desk)
    too_little = await _issue(desk, return_id, "19.98")
    nothing = await _issue(desk, return_id, "0")
    payload = await _issue(desk, return_id)
    again = await _issue(desk, return_id)
    await run_due(desk.world)
    action = await _action(desk, payload["action"]["id"])
    after = await desk.the_one()
    refused = await _issue(desk, return_id)

    codes = [[(e["code"], e["field"]) for e in each["userErrors"]] for each in (too_little, nothing, refused)]
    assert codes == [[("INVALID", ["maxAmount"])], [("INVALID", ["maxAmount"])], [("CONFLICT", ["returnId"])]]
    assert again["action"]["id"] == payload["action"]["id"]
    assert (action["status"], action["attempts"]) == ("SUCCEEDED", 1)
    assert (after["status"], after["availableOperations"], after["respondBy"]) == ("REFUNDING", [], None)
    assert (one.refunds, desk.calls(REFUND)) == (1, 1)
    totals = (await desk.world.api.ask(STATISTICS, id=desk.world.company_id))["statistics"]["returns"]
    amount = {"amount": "19.99", "currencyCode": "USD"}
    assert totals == {
        "returns": 1,
        "pieces": 1,
        "refunded": 1,
        "refunds": [amount],
        "refundedWithoutAmount": 0,
    }
    async with desk.world.database.read() as session:
        told = (await session.scalars(select(Change.type).where(Change.subject_type == "Return"))).all()
    assert told[0] is ChangeType.RETURN_CREATED
    assert set(told[1:]) == {ChangeType.RETURN_UPDATED}


@one_database
@pytest.mark.parametrize("kind", ["drop", "drop_after", "error", "truncated"])
async def test_a_lost_answer_to_a_refund(desk: Desk, kind: str) -> None:
    """T6, O15: where the answer is lost, or Temu's system failed, Temu is asked, and told again only if it did nothing."""
    return_id, one = await _refundable(desk)
    code = {"code": 130010000} if kind == "error" else {}
    desk.world.sandbox.faults.add(kind, interface=REFUND, **code)
    payload = await _issue(desk, return_id)
    await run_due(desk.world)
    in_doubt = await _action(desk, payload["action"]["id"])
    await run_to_the_end(desk.world)
    action = await _action(desk, payload["action"]["id"])

    assert in_doubt["status"] == "IN_DOUBT"
    assert (action["status"], one.refunds) == ("SUCCEEDED", 1)
    assert desk.calls(REFUND) == (1 if kind in {"drop_after", "truncated"} else 2)


@one_database
async def test_refunds_that_temu_refuses(desk: Desk) -> None:
    """T6: each refusal says why: something to pay first, no permission, more than was agreed to or what is no amount, refunded meanwhile."""
    mall, told = desk.world.mall, []
    for spoil in ("payables", "permission", "amount", "no amount", "meanwhile"):
        return_id, one = await _refundable(desk)
        payload = await _issue(desk, return_id)
        mall.returns.has_payables = spoil == "payables"
        mall.scopes -= {REFUND} if spoil == "permission" else set()
        if spoil == "amount":
            one.lines[0].line.unit_price_cents += 1
        if spoil == "no amount":
            one.told_refund = 12.5
        if spoil == "meanwhile":
            mall.returns.refund(one)
        await run_due(desk.world)
        action = await _action(desk, payload["action"]["id"])
        told.append((action["status"], action["code"], one.refunds))
        mall.scopes |= {REFUND}

    assert told == [
        ("REFUSED", "TEMU_130010003", 0),
        ("REFUSED", "PERMISSION_MISSING", 0),
        ("REFUSED", "AMOUNT_CHANGED", 0),
        ("REFUSED", "AMOUNT_UNKNOWN", 0),
        ("REFUSED", "ENDED", 0),
    ]


async def test_kills_while_a_refund_goes_out(desk: Desk) -> None:
    """J2, O15: whichever moment a worker is killed at, each return is refunded once."""
    waiting = [desk.asked(is_refund_only=True) for _ in range(20)]
    await desk.imported()
    known = await desk.returns()
    refunded: list[BuyerReturn] = []

    async def begin() -> None:
        refunded.append(waiting.pop())
        assert (await _issue(desk, known[refunded[-1].number]["id"]))["userErrors"] == []

    async def check() -> None:
        assert [one.refunds for one in refunded] == [1] * len(refunded)

    moments = await kill_between_all_steps(desk.world, JobType.SEND_ORDER_ACTIONS, begin=begin, check=check)

    assert moments >= 5


@one_database
async def test_kills_while_returns_come_in(desk: Desk) -> None:
    """O3, J2: whichever moment a worker is killed at, each return comes in once, and the mark moves at the end."""
    numbers: set[str] = set()

    async def begin() -> None:
        numbers.add(desk.asked().number)
        payload = await desk.world.api.ask(IMPORT, input={"companyId": desk.world.company_id})
        assert payload["userErrors"] == []

    async def check() -> None:
        async with desk.world.database.read() as session:
            assert sorted(await session.scalars(select(Return.channel_return_id))) == sorted(numbers)
            lines = (await session.scalars(select(ReturnLine.return_id))).all()
            assert len(lines) == len(set(lines)) == len(numbers)

    moments = await kill_between_all_steps(desk.world, JobType.IMPORT_RETURNS, begin=begin, check=check)

    assert moments >= 5
    assert await desk.mark() is not None


async def _shelved(desk: Desk, pieces: int = 3) -> tuple[Shelf, Any]:
    """A return of a product that lies in a warehouse: the shelf, and the return."""
    world = desk.world
    shelf = Shelf(world, (await world.api.ask(WAREHOUSE, name="Kiel"))["warehouse"]["id"])
    goods = world.mall.add_goods()
    (product,) = await shelf.add(goods)
    await shelf.put(product, 5)
    order = world.mall.add_order(status=4, items=[(goods, pieces)])
    world.mall.returns.ask(order.number)
    await world.import_orders()
    await desk.imported()
    return shelf, await desk.the_one()


async def _receive(desk: Desk, shelf: Shelf, one: Any, key: str, *lines: tuple[int, str], **more: Any) -> Any:
    told = [{"lineId": one["lines"][0]["id"], "quantity": q, "condition": c} for q, c in lines]
    given = {"returnId": one["id"], "warehouseId": shelf.warehouse_id, "lines": told, "idempotencyKey": key}
    return await desk.world.api.ask(RECEIVE, input=given | more)


def _codes(payload: Any) -> list[tuple[str, list[str]]]:
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


async def _on_hand(desk: Desk) -> int:
    async with desk.world.database.read() as session:
        return (await session.scalars(select(InventoryLevel.on_hand))).one()


async def test_what_came_in_lies_on_hand_again(desk: Desk) -> None:
    """I2, I7: pieces that can be sold lie in their warehouse again and are pushed, damaged ones don't; never more than were sent
    back, and once for each key.
    """
    shelf, one = await _shelved(desk)
    await shelf.settings(allowInventoryUpload=True)
    first = await _receive(desk, shelf, one, "parcel 1", (1, "SELLABLE"), (1, "DAMAGED"))
    again = await _receive(desk, shelf, one, "parcel 1", (1, "SELLABLE"), (1, "DAMAGED"))
    otherwise = await _receive(desk, shelf, one, "parcel 1", (2, "SELLABLE"))
    too_many = await _receive(desk, shelf, one, "parcel 2", (2, "SELLABLE"))
    await desk.world.run_jobs()
    pushed = dict(desk.world.mall.stock)
    last = await _receive(desk, shelf, one, "parcel 2", (1, "SELLABLE"))

    assert first["userErrors"] == again["userErrors"] == last["userErrors"] == []
    assert again["return"]["lines"] == [{"receivedQuantity": 1, "damagedQuantity": 1}]
    assert last["return"]["lines"] == [{"receivedQuantity": 2, "damagedQuantity": 1}]
    assert _codes(otherwise) == [("CONFLICT", ["idempotencyKey"])]
    assert _codes(too_many) == [("INVALID", ["lines", "0", "quantity"])]
    assert list(pushed.values()) == [6]
    assert await _on_hand(desk) == 7


@one_database
async def test_what_can_not_be_received(desk: Desk) -> None:
    """I2: no pieces of what is unknown, no warehouse that isn't there, nothing where nothing comes back; all of it or nothing."""
    shelf, one = await _shelved(desk)
    no_lines = await _receive(desk, shelf, one, "k")
    none = await _receive(desk, shelf, one, "k", (0, "SELLABLE"))
    twice = await _receive(desk, shelf, one, "k", (1, "DAMAGED"), (1, "DAMAGED"))
    nowhere = await _receive(desk, shelf, one, "k", (1, "DAMAGED"), warehouseId=ids.encode("Warehouse", 99))
    no_key = await _receive(desk, shelf, one, " ", (1, "DAMAGED"))
    desk.asked(is_refund_only=True)
    unknown = desk.asked()
    await desk.world.import_orders()
    await desk.imported()
    (money,) = (await desk.returns(type="REFUND_ONLY")).values()
    unmapped = (await desk.returns(channelReturnIds=[unknown.number]))[unknown.number]
    of_money = await _receive(desk, shelf, money, "k", (1, "SELLABLE"))
    of_unknown = await _receive(desk, shelf, unmapped, "k", (1, "SELLABLE"))
    damaged = await _receive(desk, shelf, unmapped, "k", (1, "DAMAGED"))

    assert [_codes(each) for each in (no_lines, none, twice, nowhere, no_key, of_money, of_unknown)] == [
        [("REQUIRED", ["lines"])],
        [("INVALID", ["lines", "0", "quantity"])],
        [("INVALID", ["lines", "1", "lineId"])],
        [("NOT_FOUND", ["warehouseId"])],
        [("REQUIRED", ["idempotencyKey"])],
        [("CONFLICT", ["returnId"])],
        [("CONFLICT", ["lines", "0", "lineId"])],
    ]
    assert damaged["userErrors"] == []
    assert await _on_hand(desk) == 5


async def test_kills_and_races_while_a_return_is_received(desk: Desk) -> None:
    """J2, J8, I2: killed at any moment and told again, or told by several at once, no piece is put back twice."""
    shelf, one = await _shelved(desk, 9)
    line = ReceivedLine(ids.decode(one["lines"][0]["id"], "ReturnLine", "id"), 1, ReturnCondition.SELLABLE)
    for moment in range(1, 4):
        receive: Any = partial(
            run_in_transaction, desk.world.database, receipts.receive, by=WORKER, key=f"parcel {moment}",
            return_id=ids.decode(one["id"], "Return", "id"), lines=[line], now=clock.now(),
            warehouse_id=ids.decode(shelf.warehouse_id, "Warehouse", "id"),
        )  # fmt: skip
        with killed_at(moment), suppress(Killed):
            await receive()
        await receive()
        assert await _on_hand(desk) == 5 + moment
    payloads = await asyncio.gather(
        *(_receive(desk, shelf, one, "the last", (6, "SELLABLE")) for _ in range(2)),
        *(_receive(desk, shelf, one, f"another {n}", (6, "SELLABLE")) for n in range(2)),
    )

    assert sum(payload["userErrors"] == [] for payload in payloads) in {1, 2}
    assert await _on_hand(desk) == 14


@one_database
async def test_deadlines_that_end(desk: Desk) -> None:
    """C11: what Temu refunds by itself within a day needs a person; its item names the filter that lists it."""
    soon = desk.asked(is_refund_only=True, respond_within=3600)
    desk.asked(is_refund_only=True)
    await desk.imported()
    query = """query($id: ID!) { company(id: $id) { attention { code count severity returnFilter { isDue } } } }"""
    items = (await desk.world.api.ask(query, id=desk.world.company_id))["attention"]
    (due,) = [item for item in items if item["code"] == "RETURNS_DUE"]

    assert due == {"code": "RETURNS_DUE", "count": 1, "severity": "CRITICAL", "returnFilter": {"isDue": True}}
    assert set(await desk.returns(isDue=True)) == {soon.number}


@one_database
async def test_returns_come_in_by_the_clock(desk: Desk) -> None:
    """C4, C5: off by default; switched on, the clock asks for them as for orders."""
    desk.asked()
    await Scheduler(desk.world.resources).enqueue_due(clock.now())
    await desk.world.run_jobs()
    off = await desk.returns()
    await desk.world.api.ask(ALLOW, id=desk.world.company_id)
    await Scheduler(desk.world.resources).enqueue_due(clock.now())
    await desk.world.run_jobs()

    assert off == {}
    assert len(await desk.returns()) == 1


PDF = b"%PDF-1.7\n%a label\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n a label IEND"


async def _uploaded(desk: Desk, content: bytes = PDF, media_type: str = "application/pdf") -> str:
    headers = {"authorization": f"Bearer {desk.world.api._key}", "content-type": media_type}
    reply = await desk.world.http.post("/files?name=label.pdf", content=content, headers=headers)
    assert reply.status_code == 201, reply.text
    file_id: str = reply.json()["id"]
    return file_id


async def _label(desk: Desk, return_id: str, file_id: str, **more: Any) -> Any:
    given = {
        "returnId": return_id,
        "fileId": file_id,
        "carrier": "USPS",
        "trackingNumber": "9400100000000000000009",
    }
    return await desk.world.api.ask(LABEL, input=given | more)


async def _wanting(desk: Desk) -> tuple[str, BuyerReturn]:
    """A return whose buyer waits for a label that may go to one place alone."""
    del desk.world.mall.addresses[1:]
    one = desk.asked(wants_label=True)
    await desk.imported()
    return (await desk.returns())[one.number]["id"], one


@pytest.mark.parametrize("given", [(PDF, "application/pdf"), (PNG, "image/png")], ids=["pdf", "png"])
async def test_a_label_is_uploaded(desk: Desk, given: tuple[bytes, str]) -> None:
    """O15, C2: the file lies sealed until Temu has it, goes up with a signature, and is then forgotten."""
    return_id, one = await _wanting(desk)
    file_id = await _uploaded(desk, *given)
    async with desk.world.database.read() as session:
        (handed_in,) = await session.scalars(select(File).options(undefer(File.content)))
    assert b"a label" not in handed_in.content
    payload = await _label(desk, return_id, file_id)
    again = await _label(desk, return_id, file_id)
    async with desk.world.database.read() as session:
        stored = (await session.scalars(select(ReturnLabel).options(undefer(ReturnLabel.content)))).one()
        kept = (await session.scalars(select(File))).all()
    await run_due(desk.world)
    action = await _action(desk, payload["action"]["id"])
    after = await desk.the_one()

    assert payload["userErrors"] == again["userErrors"] == []
    assert again["action"]["id"] == payload["action"]["id"]
    assert stored.content
    assert b"a label" not in stored.content
    assert kept == []
    assert (action["status"], action["attempts"]) == ("SUCCEEDED", 1)
    (label,) = one.labels
    assert (label["content"], label["number"]) == (given[0], "9400100000000000000009")
    assert (after["status"], after["availableOperations"]) == ("RETURN_REQUESTED", [])
    async with desk.world.database.read() as session:
        gone = (await session.scalars(select(ReturnLabel).options(undefer(ReturnLabel.content)))).one()
        assert (gone.content, gone.sealed) == (None, None)


@one_database
async def test_labels_that_can_not_be_uploaded(desk: Desk) -> None:
    """C2: what is no PDF or PNG, of another return, or names no carrier or place, says why."""
    return_id, one = await _wanting(desk)
    other = desk.asked()
    await desk.imported()
    other_id = (await desk.returns())[other.number]["id"]
    faults = [
        await _label(desk, return_id, await _uploaded(desk, b"a,b\n1,2\n", "text/csv")),
        await _label(desk, return_id, ids.encode("File", 99)),
        await _label(desk, return_id, await _uploaded(desk), trackingNumber="?"),
        await _label(desk, other_id, await _uploaded(desk)),
    ]
    ends = []
    for wrong in ({"carrier": "Nobody"}, {"returnWarehouse": "Nowhere"}):
        payload = await _label(desk, return_id, await _uploaded(desk), **wrong)
        await run_due(desk.world)
        ends.append((await _action(desk, payload["action"]["id"]))["code"])
    payload = await _label(desk, return_id, await _uploaded(desk))
    async with desk.world.database.write() as session:
        await session.execute(update(ReturnLabel).values(content=b"dam"))
    await run_due(desk.world)
    ends.append((await _action(desk, payload["action"]["id"]))["code"])
    one.delivery_type = 4
    picture = await _uploaded(desk, PNG, "image/png")
    async with desk.world.database.read() as session:
        lying = [file.content for file in await session.scalars(select(File).options(undefer(File.content)))]
    payload = await _label(desk, return_id, picture)
    await run_due(desk.world)

    # A picture names the buyer as a PDF does.
    assert not any(b"a label" in content for content in lying)
    assert [_codes(each)[0] for each in faults] == [
        ("INVALID", ["fileId"]),
        ("NOT_FOUND", ["fileId"]),
        ("INVALID", ["trackingNumber"]),
        ("CONFLICT", ["returnId"]),
    ]
    assert ends == ["CARRIER", "WAREHOUSE", "FILE_GONE"]
    assert (await _action(desk, payload["action"]["id"]))["status"] == "SUCCEEDED"
    assert [label["content"] for label in one.labels] == [PNG]


@one_database
@pytest.mark.parametrize("kind", ["drop", "drop_after", "upload"])
async def test_a_lost_answer_to_a_label(desk: Desk, kind: str) -> None:
    """T6, J2: where the answer is lost, or the file doesn't go up, a return gets its label, and one."""
    return_id, one = await _wanting(desk)
    if kind == "upload":
        desk.world.sandbox.upload_faults.append(503)
    else:
        desk.world.sandbox.faults.add(kind, interface=interfaces.RETURN_LABEL_UPLOAD)
    payload = await _label(desk, return_id, await _uploaded(desk))
    await run_due(desk.world)
    await run_to_the_end(desk.world)

    assert (await _action(desk, payload["action"]["id"]))["status"] == "SUCCEEDED"
    assert len(one.labels) == 1
