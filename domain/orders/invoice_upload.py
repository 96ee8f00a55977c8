"""Uploading an order's invoice, or a credit note: once, since a second one would be another fiscal document (T6).

A lost answer is never followed by a second upload: only where Temu lists the document is it known to be there, and that it lists
none says nothing [C]. Then a person looks, and says so with resolveChannelAction.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain import documents, files, text
from domain.access import rows
from domain.access.principal import Principal
from domain.channel_actions import requests
from domain.channel_actions.kinds import Done, Ended, Found, NotDone, Sent, Unknown, Working
from domain.database.session import Database
from domain.errors import Conflict, Invalid
from domain.models import (
    ChannelAction,
    ChannelActionKind,
    Company,
    File,
    InvoiceKind,
    InvoiceRecipient,
    InvoiceState,
    Order,
    OrderInvoice,
    OrderStatus,
    ShippingStatus,
    TemuRegion,
)
from domain.orders.invoices import RECIPIENTS, THERE
from domain.orders.notes import Note, add_notes
from domain.secrets import SecretBox, UnsealError
from domain.temu import invoicing
from domain.temu.client import TemuClient
from domain.temu.errors import NotSent, PermissionMissing, TemuRefused, TemuUnavailable

_FIELD = ("orderId",)
_DIRECTIONS = {InvoiceKind.INVOICE: 1, InvoiceKind.CREDIT_NOTE: 2}
_TYPES = {recipient: number for number, recipient in RECIPIENTS.items()}
# What is recorded of an action whose document Temu had not asked for: where it isn't taken either, the order has none.
_UNWANTED = {"isWanted": False}
_NAMES = {InvoiceKind.INVOICE: "invoice", InvoiceKind.CREDIT_NOTE: "credit note"}


async def upload(
    session: AsyncSession,
    *,
    by: Principal,
    secrets: SecretBox,
    order_id: int,
    file_id: int,
    number: str,
    kind: InvoiceKind,
    recipient: InvoiceRecipient,
    now: datetime,
) -> ChannelAction:
    """Have Temu given an order's document, a file that this key has handed in and that is the order's alone from now on.

    Raises NotFound, NotConfigured, Required, Invalid, and Conflict for an order that has not left or has such a document.
    """
    order = await rows.get(session, Order, order_id, by=by, for_update=True)
    number = text.line(number, field=("number",), at_most=64)
    # Asked for again, the file is the order's by now.
    is_asked = await _is_asked(session, order, kind, recipient, number)
    file = None if is_asked else await files.get(session, by=by, file_id=file_id)
    await _refuse_unfit(session, order)
    row, is_wanted = await _row(session, order, kind, recipient, number)
    if row.state in THERE:
        message = (
            f"This order has the {_NAMES[kind]} {row.number}. A second one would be another fiscal document."
        )
        raise Conflict(message, field=_FIELD)
    if file is not None and row.state is not InvoiceState.SENDING:
        if file.media_type != documents.PDF:
            raise Invalid("An invoice is a PDF, which was handed in with POST /files.", field=("fileId",))
        content = documents.open_document(secrets, await files.content(session, file.id))
        row.sealed, row.content = secrets.seal_file(content, place=_place(row.id))
        await session.execute(delete(File).where(File.id == file.id))
    subject = f"{order.channel_order_id} {kind.value} {recipient.value}"
    action = await requests.request(
        session,
        ChannelActionKind.UPLOAD_INVOICE,
        by=by,
        company_id=order.company_id,
        subject=subject if kind is InvoiceKind.INVOICE else f"{subject} {number}",
        parameters={
            "orderNumber": order.channel_order_id, "invoiceId": row.id, "number": number,
            "direction": _DIRECTIONS[kind], "recipient": _TYPES[recipient],
        },
        order_id=order.id,
        now=now,
        field=_FIELD,
    )  # fmt: skip
    row.state, row.number, row.refusal = InvoiceState.SENDING, number, None
    if not is_wanted:
        action.result = _UNWANTED
    return action


async def _is_asked(
    session: AsyncSession, order: Order, kind: InvoiceKind, recipient: InvoiceRecipient, number: str
) -> bool:
    """Whether this very document is on its way. Raises Conflict where another of the order has its number: Temu tells documents by
    that alone.
    """
    taken = select(OrderInvoice).where(
        OrderInvoice.order_id == order.id, OrderInvoice.state.in_((*THERE, InvoiceState.SENDING))
    )
    same = [
        row
        for row in await session.scalars(taken)
        if row.number is not None and row.number.casefold() == number.casefold()
    ]
    if any((row.kind, row.recipient) != (kind, recipient) for row in same):
        message = f"Another document of this order has the number {number}. Each has a number of its own."
        raise Conflict(message, field=("number",))
    return any(row.state is InvoiceState.SENDING for row in same)


async def erase(session: AsyncSession, order_ids: Sequence[int]) -> None:
    """Forget the files of orders, whose rows the caller has locked."""
    of_orders = update(OrderInvoice).where(OrderInvoice.order_id.in_(order_ids))
    await session.execute(of_orders.values(sealed=None, content=None))


async def go_back(session: AsyncSession, action: ChannelAction) -> None:
    """What an action was to upload was taken back: it is wanted as before, or as little."""
    row = await session.get_one(OrderInvoice, action.parameters["invoiceId"], with_for_update=True)
    row.state, row.number, row.sealed, row.content = InvoiceState.WANTED, None, None, None
    await _drop_if_unwanted(session, action, row)


async def _refuse_unfit(session: AsyncSession, order: Order) -> None:
    company = await session.get_one(Company, order.company_id)
    if company.region is not TemuRegion.EU:
        raise Conflict("Temu takes invoices of companies in the region EU alone.", field=_FIELD)
    has_left = order.shipping_status is ShippingStatus.FULLY_SHIPPED or order.status is OrderStatus.COMPLETED
    if not has_left:
        raise Conflict("This order has not left yet. Temu takes its invoice once it has.", field=_FIELD)
    if not order.keeps_buyer:
        raise Conflict("The buyer of this order was erased.", field=_FIELD)


async def _row(
    session: AsyncSession, order: Order, kind: InvoiceKind, recipient: InvoiceRecipient, number: str
) -> tuple[OrderInvoice, bool]:
    """The document of that kind, and whether it was there before somebody uploaded it: of credit notes the one of this number, else one that is wanted and has none, else another."""
    statement = select(OrderInvoice).where(
        OrderInvoice.order_id == order.id, OrderInvoice.kind == kind, OrderInvoice.recipient == recipient
    )
    locked = statement.order_by(OrderInvoice.id).with_for_update().execution_options(populate_existing=True)
    found = (await session.scalars(locked)).all()
    if kind is InvoiceKind.CREDIT_NOTE:
        same = [row for row in found if row.number == number]
        found = same or [row for row in found if row.state not in {*THERE, InvoiceState.SENDING}]
    if found:
        return found[0], True
    row = OrderInvoice(
        order_id=order.id, company_id=order.company_id, kind=kind, recipient=recipient, state=InvoiceState.WANTED
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return row, False


async def _drop_if_unwanted(session: AsyncSession, action: ChannelAction, row: OrderInvoice) -> None:
    """Remove the row of a document that nobody but an action wanted."""
    if action.result == _UNWANTED:
        # The log of changes has its new state, and nothing of rows that go.
        await session.flush()
        await session.delete(row)


def _place(invoice_id: int) -> str:
    return f"order_invoices|content|{invoice_id}"


class UploadInvoice:
    """Uploading a document; its subject is the order's number with kind and recipient, of a credit note with its number too."""

    def __init__(self, database: Database, secrets: SecretBox) -> None:
        self._database = database
        self._secrets = secrets

    async def send(self, temu: TemuClient, action: ChannelAction) -> Sent:
        """Upload the file, which changes nothing by itself, and then have it be the order's document. Not where Temu lists one of
        this number: a restored copy may know nothing of the first.
        """
        asked = action.parameters
        if await _is_listed_already(temu, asked):
            return Done(reference=asked["number"])
        content = await self._content(asked["invoiceId"])
        if content is None:
            return NotDone(
                "FILE_GONE",
                "The file is not kept any more, or can't be opened. Hand it in again, and run uploadInvoice again.",
            )
        name = f"{asked['number']}{invoicing.SUFFIX}"
        address = await invoicing.upload_file(temu, name=f"{asked['invoiceId']}.pdf", content=content)
        await invoicing.upload(
            temu, order_number=asked["orderNumber"], name=name, address=address,
            direction=asked["direction"], recipient=asked["recipient"],
        )  # fmt: skip
        return Done(reference=asked["number"])

    async def look_up(self, temu: TemuClient, action: ChannelAction) -> Found:
        """Whether Temu lists it. Never Absent: what it doesn't list it may have all the same."""
        asked = action.parameters
        return Done(reference=asked["number"]) if await _is_listed(temu, asked) else Unknown()

    async def record(
        self, session: AsyncSession, action: ChannelAction, answer: Ended | Working, *, now: datetime
    ) -> None:
        """Say what became of it, and forget the file."""
        row = await session.get_one(OrderInvoice, action.parameters["invoiceId"], with_for_update=True)
        row.sealed, row.content = None, None
        if isinstance(answer, NotDone):
            row.state, row.refusal = InvoiceState.REFUSED, answer.message
            await _drop_if_unwanted(session, action, row)
            return
        row.state, row.uploaded_at, row.refusal = InvoiceState.UPLOADED, now, None
        order = await session.get_one(Order, row.order_id)
        body = f"Temu has the {_NAMES[row.kind]} {row.number} of this order."
        await add_notes(session, [(order, Note(f"invoice-uploaded:{row.id}", body))], now=now)

    async def _content(self, invoice_id: int) -> bytes | None:
        stored = select(OrderInvoice.sealed, OrderInvoice.content).where(OrderInvoice.id == invoice_id)
        async with self._database.read() as session:
            found = (await session.execute(stored)).one()
        if found.sealed is None or found.content is None:
            return None
        try:
            return self._secrets.open_file(found.sealed, found.content, place=_place(invoice_id))
        except UnsealError:
            return None


async def _is_listed(temu: TemuClient, asked: Mapping[str, Any]) -> bool:
    """Whether Temu lists a document of the order with its number. Raises as temu.read does."""
    known = await invoicing.known_invoices(temu, [asked["orderNumber"]])
    return asked["number"].casefold() in {number.casefold() for number in known.get(asked["orderNumber"], ())}


async def _is_listed_already(temu: TemuClient, asked: Mapping[str, Any]) -> bool:
    """The same before anything was sent: a list that may not be read is no reason not to. Raises NotSent."""
    try:
        return await _is_listed(temu, asked)
    except TemuUnavailable as error:
        raise NotSent(error.message) from error
    except (TemuRefused, PermissionMissing):
        return False
