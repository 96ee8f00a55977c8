"""Invoices of the EU: which orders want one, and each uploaded once."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from api.values import ids
from domain import clock
from domain.models import Change, ChannelAction, File, InvoiceCheck, JobType, OrderInvoice
from jobs.runner import Runner
from jobs.sweeper import Sweeper
from tests.domain.orders.looking import fill
from tests.fixtures.database import one_database
from tests.fixtures.killing import Killed, killed_at, later, run_due, run_to_the_end
from tests.fixtures.world import World, a_world
from tests.journeys.mapping import upload
from tests.sandbox.invoices import Direction, Document, Recipient
from tests.sandbox.model import ParentOrder

UPLOAD = "temu.pay.tax.merchant.upload.invoice"
DETAILS = "temu.pay.tax.invoice.detail.query"
PDF = b"%PDF-1.7\nInvoice of Erika Mustermann\n%%EOF\n"
INVOICE = """mutation($input: UploadInvoiceInput!) { uploadInvoice(input: $input) {
  action { id kind status code message } userErrors { code message field } } }"""
ORDERS = """query($id: ID!) { company(id: $id) {
  attention { code count }
  orders(first: 50, filter: {wantsInvoice: true}) { nodes { channelOrderId } } } }"""
SHOWN = """query($id: ID!) { order(id: $id) {
  invoices { kind recipient state number refusal uploadedAt } } }"""

CANCEL = "mutation($id: ID!) { cancelChannelAction(input: {actionId: $id}) { userErrors { code } } }"


@pytest.fixture
async def world(settings: Any, redis: Any, sandbox: Any) -> AsyncIterator[World]:
    """A company of the EU."""
    async with a_world(settings, redis, sandbox, sandbox.add_mall("EU")) as world:
        yield world


async def _handed_in(world: World, content: bytes = PDF) -> str:
    reply = await upload(world, content, media_type="application/pdf", query="?name=Mustermann.pdf")
    assert reply.status_code == 201, reply.text
    found: dict[str, str] = reply.json()
    assert "Mustermann" not in found["name"]
    return found["id"]


async def _id(world: World, order: ParentOrder) -> str:
    return ids.encode("Order", (await world.orders())[order.number].id)


async def _ask(world: World, order: ParentOrder, number: str = "R-1", **more: Any) -> Any:
    given = {"orderId": await _id(world, order), "number": number} | more
    if "fileId" not in given:
        given["fileId"] = await _handed_in(world)
    return await world.api.ask(INVOICE, input=given)


async def _shown(world: World, order: ParentOrder) -> list[tuple[str, str, str, str | None]]:
    found = await world.api.ask(SHOWN, id=await _id(world, order))
    return [(i["kind"], i["recipient"], i["state"], i["number"]) for i in found["invoices"]]


async def _wanting(world: World) -> tuple[set[str], int]:
    """The orders that want a document, and how many documents attention counts."""
    company = await world.api.ask(ORDERS, id=world.company_id)
    counted = {each["code"]: each["count"] for each in company["attention"]}
    return {order["channelOrderId"] for order in company["orders"]["nodes"]}, counted.get(
        "INVOICES_WANTED", 0
    )


async def _changes(world: World) -> int:
    """How often the log of changes names an order."""
    async with world.database.read() as session:
        named = select(func.count()).where(Change.subject_type == "Order")
        return await session.scalar(named) or 0


async def _import_returns(world: World) -> None:
    await world.api.ask(
        "mutation($id: ID!) { importReturns(input: {companyId: $id}) { userErrors { code } } }",
        id=world.company_id,
    )
    await world.run_jobs()


async def _a_day_later(world: World) -> None:
    """What is to be asked about again is."""
    async with world.database.write() as session:
        is_due = InvoiceCheck.due_at.is_not(None)
        await session.execute(update(InvoiceCheck).where(is_due).values(due_at=clock.now()))


async def _stored(world: World) -> tuple[int, int]:
    """How many files lie among others, and how many with their documents."""
    async with world.database.read() as session:
        of_files = await session.scalar(select(func.count()).select_from(File))
        kept = select(func.count()).select_from(OrderInvoice).where(OrderInvoice.content.is_not(None))
        return of_files or 0, await session.scalar(kept) or 0


async def test_an_invoice_from_wanted_to_uploaded(world: World) -> None:
    """O16, C11: an order that has left wants what Temu has figures of; uploaded once, its file is gone, and a second is a Conflict."""
    world.mall.invoices.recipients = (Recipient.CONSUMER, Recipient.PLATFORM)
    open_order, *left = fill(world, 1) + fill(world, 2, status=4)
    await world.import_orders()
    assert await _wanting(world) == ({order.number for order in left}, 4)
    wanted = [("INVOICE", "CONSUMER", "WANTED", None), ("INVOICE", "PLATFORM", "WANTED", None)]
    assert await _shown(world, left[0]) == wanted
    assert await _shown(world, open_order) == []
    assert len(world.sandbox.ledger.of(DETAILS)) == 2
    await world.import_orders()
    assert len(world.sandbox.ledger.of(DETAILS)) == 2

    file_id = await _handed_in(world)
    async with world.database.read() as session:
        (content,) = await session.scalars(select(File.content))
    assert b"Mustermann" not in content
    asked = await _ask(world, left[0], fileId=file_id)
    assert asked["action"]["kind"] == "UPLOAD_INVOICE"
    assert (await _ask(world, left[0], fileId=file_id))["action"] == asked["action"]
    assert await _stored(world) == (0, 1)
    async with world.database.read() as session:
        kept = await session.scalar(select(OrderInvoice.content).where(OrderInvoice.content.is_not(None)))
    assert b"Mustermann" not in (kept or b"Mustermann")
    await run_due(world)

    (document,) = world.mall.invoices.documents
    assert (document.direction, document.recipient, document.name) == (
        Direction.INVOICE,
        Recipient.CONSUMER,
        "R-1.pdf",
    )
    assert document.content == PDF
    assert await _shown(world, left[0]) == [("INVOICE", "CONSUMER", "UPLOADED", "R-1"), wanted[1]]
    assert await _stored(world) == (0, 0)
    assert (await _wanting(world))[1] == 3
    for again in (await _ask(world, left[0]), await _ask(world, left[0], "R-2")):
        assert [error["code"] for error in again["userErrors"]] == ["CONFLICT"]
    # Temu tells documents by their numbers alone.
    (error,) = (await _ask(world, left[0], "r-1", recipient="PLATFORM"))["userErrors"]
    assert (error["code"], error["field"]) == ("CONFLICT", ["number"])
    assert (await _ask(world, left[0], "R-3", recipient="PLATFORM"))["userErrors"] == []
    await run_due(world)
    world.mall.invoices.refunded.add(left[0].number)
    await _a_day_later(world)
    await world.import_orders()
    assert (await _ask(world, left[0], "C-1", kind="CREDIT_NOTE"))["userErrors"] == []
    await run_due(world)
    assert [one.name for one in world.mall.invoices.documents] == ["R-1.pdf", "R-3.pdf", "C-1.pdf"]

    # What is for another goes beside it, by a number of its own.
    for number, recipient in (("R-4", "CONSUMER"), ("R-5", "PLATFORM")):
        assert (await _ask(world, left[1], number, recipient=recipient))["userErrors"] == []
    await run_due(world)
    assert {state for _, _, state, _ in await _shown(world, left[1])} == {"UPLOADED"}


@one_database
async def test_what_is_not_taken(world: World) -> None:
    """O16: what is no whole PDF, too large, of an order that hasn't left, of another region or another's file is refused."""
    for content, status in ((b"no PDF", 400), (PDF[:-8], 400), (PDF + b" " * 5 * 2**20 + b"%%EOF", 413)):
        reply = await upload(world, content, media_type="application/pdf")
        assert reply.status_code == status
    order, done = fill(world, 1) + fill(world, 1, status=4)
    await world.import_orders()
    (error,) = (await _ask(world, order))["userErrors"]
    assert (error["code"], error["field"]) == ("CONFLICT", ["orderId"])
    (error,) = (await _ask(world, done, number=" "))["userErrors"]
    assert (error["code"], error["field"]) == ("REQUIRED", ["number"])
    reply = await upload(world, b"a,b\n1,2\n")
    (error,) = (await _ask(world, done, fileId=reply.json()["id"]))["userErrors"]
    assert (error["code"], error["field"]) == ("INVALID", ["fileId"])
    (error,) = (await _ask(world, done, fileId=ids.encode("File", 999)))["userErrors"]
    assert error["code"] == "NOT_FOUND"
    # What was handed in for nothing is removed soon.
    async with world.database.write() as session:
        await session.execute(update(File).values(created_at=clock.now() - timedelta(hours=25)))
    await Sweeper(world.resources, Runner(world.resources, owner="a worker")).clean()
    async with world.database.read() as session:
        assert list(await session.scalars(select(File.media_type))) == ["text/csv"]


@one_database
async def test_what_becomes_of_it_elsewhere(world: World) -> None:
    """O16, C14: filed in the seller centre it is wanted no more; without permission, or figures, imports go on without a word."""
    (order,) = fill(world, 1, status=4)
    scopes = world.mall.scopes
    world.mall.scopes = scopes - {DETAILS}
    assert (await world.import_orders())["status"] == "SUCCEEDED"
    world.mall.scopes = scopes
    world.sandbox.faults.add("error", interface=DETAILS, code=4000000, times=3)
    assert (await world.import_orders())["status"] == "SUCCEEDED"
    assert await _shown(world, order) == []
    await world.import_orders()
    assert [row[2] for row in await _shown(world, order)] == ["WANTED"]
    world.mall.invoices.documents.append(
        Document(order.number, Direction.INVOICE, Recipient.CONSUMER, "SC-7.pdf", PDF, world.mall.now())
    )
    await _a_day_later(world)
    await world.import_orders()
    assert await _shown(world, order) == [("INVOICE", "CONSUMER", "ON_CHANNEL", "SC-7")]
    assert await _wanting(world) == (set(), 0)
    (error,) = (await _ask(world, order))["userErrors"]
    assert (error["code"], "SC-7" in error["message"]) == ("CONFLICT", True)


@one_database
async def test_what_temu_never_wanted(world: World) -> None:
    """O16, C11: a document that Temu has no figures of, taken back or refused, is wanted no more than before; its action says why,
    and the log of changes that the order has changed.
    """
    (order,) = fill(world, 1, status=4)
    await world.import_orders()
    wanted = [("INVOICE", "CONSUMER", "WANTED", None)]
    action = (await _ask(world, order, "C-1", kind="CREDIT_NOTE"))["action"]
    assert await _shown(world, order) == [*wanted, ("CREDIT_NOTE", "CONSUMER", "SENDING", "C-1")]
    changes = await _changes(world)
    assert (await world.api.ask(CANCEL, id=action["id"]))["userErrors"] == []
    assert (await _shown(world, order), await _changes(world)) == (wanted, changes + 1)
    world.sandbox.faults.add("error", interface=UPLOAD, code=200030002)
    await _ask(world, order, "C-1", kind="CREDIT_NOTE")
    changes = await _changes(world)
    await run_due(world)
    assert (await _shown(world, order), await _changes(world)) == (wanted, changes + 1)
    assert await _wanting(world) == ({order.number}, 1)
    async with world.database.read() as session:
        assert (await session.scalars(select(ChannelAction.code))).all() == [None, "TEMU_200030002"]
    # Refused while Temu has come to want it, it is wanted.
    world.sandbox.faults.add("error", interface=UPLOAD, code=200030002)
    await _ask(world, order, "C-1", kind="CREDIT_NOTE")
    await run_due(world)
    world.mall.invoices.refunded.add(order.number)
    await _a_day_later(world)
    await world.import_orders()
    assert await _shown(world, order) == [*wanted, ("CREDIT_NOTE", "CONSUMER", "WANTED", None)]


@one_database
async def test_invoice_and_credit_note_made_elsewhere(world: World) -> None:
    """O16: an invoice is made before its credit note, so the first number that Temu lists is that of the invoice; the number of one
    that Temu refused, and lists all the same, is its own.
    """
    both, refused = fill(world, 2, status=4)
    world.mall.invoices.refunded |= {both.number, refused.number}
    await world.import_orders()
    world.sandbox.faults.add("error", interface=UPLOAD, code=200030002)
    await _ask(world, refused, "C-1", kind="CREDIT_NOTE")
    await run_due(world)

    def filed(order: ParentOrder, direction: Direction, name: str) -> None:
        world.mall.invoices.documents.append(
            Document(order.number, direction, Recipient.CONSUMER, name, PDF, world.mall.now())
        )

    filed(both, Direction.INVOICE, "SC-7.pdf")
    filed(refused, Direction.CREDIT_NOTE, "C-1.pdf")
    await _a_day_later(world)
    await world.import_orders()
    assert [row[2:] for row in await _shown(world, both)] == [("ON_CHANNEL", "SC-7"), ("WANTED", None)]
    assert [row[2:] for row in await _shown(world, refused)] == [("WANTED", None), ("ON_CHANNEL", "C-1")]
    filed(both, Direction.CREDIT_NOTE, "SC-8.pdf")
    filed(refused, Direction.INVOICE, "SC-9.pdf")
    await _a_day_later(world)
    await world.import_orders()
    assert [row[3] for row in await _shown(world, both)] == ["SC-7", "SC-8"]
    assert [row[3] for row in await _shown(world, refused)] == ["SC-9", "C-1"]
    assert await _wanting(world) == (set(), 0)


@one_database
async def test_a_refund_after_the_invoice(world: World) -> None:
    """O16: what is paid back once all documents are there wants a credit note, and each further refund another one."""
    (order,) = fill(world, 1, status=4)
    await world.import_orders()
    await _ask(world, order)
    await run_due(world)
    await _a_day_later(world)
    await world.import_orders()
    returned = world.mall.returns.ask(order.number)
    world.mall.returns.refund(returned)
    await world.import_orders()
    # Temu has no figures of it yet.
    await _import_returns(world)
    await world.import_orders()
    assert len(await _shown(world, order)) == 1
    world.mall.invoices.refunded.add(order.number)
    await _a_day_later(world)
    await world.import_orders()
    assert (await _shown(world, order))[1] == ("CREDIT_NOTE", "CONSUMER", "WANTED", None)
    await _ask(world, order, "C-1", kind="CREDIT_NOTE")
    await run_due(world)
    world.mall.invoices.refunds = 2
    await _a_day_later(world)
    await world.import_orders()
    assert [row[2:] for row in await _shown(world, order)] == [
        ("UPLOADED", "R-1"), ("UPLOADED", "C-1"), ("WANTED", None),
    ]  # fmt: skip


@one_database
async def test_a_refund_that_comes_in_before_its_order(world: World) -> None:
    """O16, O18: the order of a return that was paid back before anything was known of it is asked about once they are joined."""
    (order,) = fill(world, 1, status=4)
    filed = Document(order.number, Direction.INVOICE, Recipient.CONSUMER, "SC-7.pdf", PDF, world.mall.now())
    world.mall.invoices.documents.append(filed)
    world.mall.returns.refund(world.mall.returns.ask(order.number))
    await _import_returns(world)
    await world.import_orders()
    invoice = ("INVOICE", "CONSUMER", "ON_CHANNEL", "SC-7")
    assert await _shown(world, order) == [invoice]
    await _import_returns(world)
    world.mall.invoices.refunded.add(order.number)
    await world.import_orders()
    assert await _shown(world, order) == [invoice, ("CREDIT_NOTE", "CONSUMER", "WANTED", None)]


@one_database
@pytest.mark.parametrize("are_listed", [True, False])
async def test_a_lost_answer(world: World, *, are_listed: bool) -> None:
    """T6: told once. Listed, it is known to be there; else a person says what became of it, and it is never sent by itself."""
    world.mall.invoices.are_listed = are_listed
    (order,) = fill(world, 1, status=4)
    await world.import_orders()
    world.sandbox.faults.add("drop_after", interface=UPLOAD)
    action = (await _ask(world, order))["action"]
    await run_due(world)
    await later(world, by=timedelta(hours=25))
    await run_due(world)
    await later(world)
    await run_due(world)
    assert len(world.mall.invoices.documents) == 1
    expected = ("SUCCEEDED", "UPLOADED") if are_listed else ("UNCONFIRMED", "SENDING")
    async with world.database.read() as session:
        status = await session.scalar(select(ChannelAction.status))
    assert status is not None
    assert (status.value, (await _shown(world, order))[0][2]) == expected
    if not are_listed:
        resolve = """mutation($id: ID!) { resolveChannelAction(input: {actionId: $id, hasHappened: true}) {
          userErrors { code } } }"""
        await world.api.ask(resolve, id=action["id"])
        await run_due(world)
        assert (await _shown(world, order))[0][2] == "UPLOADED"
    assert await _stored(world) == (0, 0)


@one_database
async def test_a_refusal_and_trouble_with_the_file(world: World) -> None:
    """T6, C11: trouble before the document is told is passing; a refusal says why, and another file may be handed in."""
    (order,) = fill(world, 1, status=4)
    await world.import_orders()
    world.sandbox.upload_faults += [503]
    await _ask(world, order)
    await run_due(world)
    assert (await _shown(world, order))[0][2] == "SENDING"
    world.sandbox.faults.add("error", interface=UPLOAD, code=200030002)
    await run_to_the_end(world)
    found = await world.api.ask(SHOWN, id=await _id(world, order))
    assert found["invoices"][0]["state"] == "REFUSED"
    assert "200030002" in found["invoices"][0]["refusal"]
    assert (await _wanting(world))[1] == 1
    await _ask(world, order)
    await run_due(world)
    assert (await _shown(world, order))[0][2] == "UPLOADED"
    # What Temu lists before it is told is there.
    (other,) = fill(world, 1, status=4)
    await world.import_orders()
    await _ask(world, other)
    filed = Document(other.number, Direction.INVOICE, Recipient.CONSUMER, "R-1.pdf", PDF, world.mall.now())
    world.mall.invoices.documents.append(filed)
    await run_due(world)
    assert (await _shown(world, other))[0][2] == "UPLOADED"
    assert len(world.mall.invoices.documents) == 2


@one_database
async def test_uploads_killed_between_all_steps(world: World) -> None:
    """J2, T6: whichever moment a worker is killed at, no order gets a second document."""
    orders, moment, is_over, sent = fill(world, 30, status=4), 0, False, 0
    await world.import_orders()
    while not is_over:
        moment += 1
        order = orders.pop()
        assert (await _ask(world, order, f"R-{moment}"))["userErrors"] == []
        with killed_at(moment) as steps, suppress(Killed):
            await run_due(world, JobType.SEND_ORDER_ACTIONS)
        is_over = steps.count < moment
        for _ in range(3):
            await later(world, by=timedelta(hours=25))
            await run_due(world)
        documents = [one for one in world.mall.invoices.documents if one.order_number == order.number]
        # Killed before it left, a person is to say so: an upload that may have left is never repeated.
        expected = "UPLOADED" if documents else "SENDING"
        assert (len(documents) <= 1, (await _shown(world, order))[0][2]) == (True, expected)
        sent += len(documents)
    assert (moment > 5, sent > 1) == (True, True)


@one_database
async def test_taken_back_and_erased(world: World) -> None:
    """A5, J7, T6: taken back it is wanted as before; erased with its buyer, nothing of the file is left; what is there is not sent."""
    first, second = fill(world, 2, status=4)
    await world.import_orders()
    action = (await _ask(world, first))["action"]
    await world.api.ask(CANCEL, id=action["id"])
    assert (await _shown(world, first))[0][2] == "WANTED"
    assert await _stored(world) == (0, 0)
    # As in a copy that was restored and doesn't know that it was uploaded: the list is looked at before anything is sent.
    world.mall.invoices.documents.append(
        Document(first.number, Direction.INVOICE, Recipient.CONSUMER, "R-1.pdf", PDF, world.mall.now())
    )
    assert (await _ask(world, first))["userErrors"] == []
    await run_due(world)
    assert (await _shown(world, first))[0][2:] == ("UPLOADED", "R-1")
    assert len(world.mall.invoices.documents) == 1
    await _ask(world, second)
    erase = "mutation($id: ID!) { eraseBuyer(input: {orderId: $id}) { userErrors { code } } }"
    assert (await world.api.ask(erase, id=await _id(world, second)))["userErrors"] == []
    assert await _stored(world) == (0, 0)
    await run_due(world)
    assert len(world.mall.invoices.documents) == 1
    assert (await _shown(world, second))[0][2] == "REFUSED"
