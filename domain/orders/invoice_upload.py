"""Uploading an order's invoice, or a credit note: once, since a second one would be another fiscal document (T6).

A lost answer is never followed by a second upload: only where Temu lists the document is it known to be there, and that it lists
none says nothing [C]. Then a person looks, and says so with resolveChannelAction.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain import files, text
from domain.access import rows
from domain.access.principal import Principal
from domain.channel_actions import requests
from domain.channel_actions.kinds import Done, Ended, Found, NotDone, Sent, Unknown, Working
from domain.database.session import Database
from domain.documents import PDF, open_document
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
from domain.orders.invoices import RECIPIENTS
from domain.orders.notes import Note, add_notes
from domain.secrets import SecretBox, UnsealError
from domain.temu import invoicing
from domain.temu.client import TemuClient

_FIELD = ("orderId",)
_DIRECTIONS = {InvoiceKind.INVOICE: 1, InvoiceKind.CREDIT_NOTE: 2}
_TYPES = {recipient: number for number, recipient in RECIPIENTS.items()}
_NAMES = {InvoiceKind.INVOICE: "invoice", InvoiceKind.CREDIT_NOTE: "credit note"}
_THERE = (InvoiceState.UPLOADED, InvoiceState.ON_CHANNEL)


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
    sending = select(OrderInvoice.id).where(
        OrderInvoice.order_id == order.id,
        OrderInvoice.state == InvoiceState.SENDING,
        OrderInvoice.kind == kind,
        OrderInvoice.recipient == recipient,
        OrderInvoice.number == number,
    )
    # Asked for again, the file is the order's by now.
    is_asked = (await session.scalars(sending.limit(1))).first() is not None
    file = None if is_asked else await files.get(session, by=by, file_id=file_id)
    await _refuse_unfit(session, order)
    row = await _row(session, order, kind, recipient, number)
    if row.state in _THERE:
        message = (
            f"This order has the {_NAMES[kind]} {row.number}. A second one would be another fiscal document."
        )
        raise Conflict(message, field=_FIELD)
    if file is not None and row.state is not InvoiceState.SENDING:
        if file.media_type != PDF:
            raise Invalid("An invoice is a file that was sent as application/pdf.", field=("fileId",))
        content = open_document(secrets, await files.content(session, file.id))
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
    return action


async def erase(session: AsyncSession, order_ids: Sequence[int]) -> None:
    """Forget the files of orders, whose rows the caller has locked."""
    of_orders = update(OrderInvoice).where(OrderInvoice.order_id.in_(order_ids))
    await session.execute(of_orders.values(sealed=None, content=None))


async def go_back(session: AsyncSession, action: ChannelAction) -> None:
    """What an action was to upload was taken back: it is wanted as before."""
    row = await session.get_one(OrderInvoice, action.parameters["invoiceId"], with_for_update=True)
    row.state, row.sealed, row.content = InvoiceState.WANTED, None, None


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
) -> OrderInvoice:
    """The document of that kind: of credit notes the one of this number, else one that is wanted and has none, else another."""
    statement = select(OrderInvoice).where(
        OrderInvoice.order_id == order.id, OrderInvoice.kind == kind, OrderInvoice.recipient == recipient
    )
    found = (await session.scalars(statement.order_by(OrderInvoice.id).with_for_update())).all()
    if kind is InvoiceKind.CREDIT_NOTE:
        same = [row for row in found if row.number == number]
        found = same or [row for row in found if row.state not in {*_THERE, InvoiceState.SENDING}]
    if found:
        return found[0]
    row = OrderInvoice(
        order_id=order.id, company_id=order.company_id, kind=kind, recipient=recipient, state=InvoiceState.WANTED
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return row


def _place(invoice_id: int) -> str:
    return f"order_invoices|content|{invoice_id}"


class UploadInvoice:
    """Uploading a document; its subject is the order's number with kind and recipient, of a credit note with its number too."""

    def __init__(self, database: Database, secrets: SecretBox) -> None:
        self._database = database
        self._secrets = secrets

    async def send(self, temu: TemuClient, action: ChannelAction) -> Sent:
        """Upload the file, which changes nothing by itself, and then have it be the order's document."""
        asked = action.parameters
        content = await self._content(asked["invoiceId"])
        if content is None:
            return NotDone(
                "FILE_GONE", "The file is not kept any more. Hand it in again, and run uploadInvoice again."
            )
        name = f"{asked['number']}.pdf"
        address = await invoicing.upload_file(temu, name=f"{asked['invoiceId']}.pdf", content=content)
        await invoicing.upload(
            temu, order_number=asked["orderNumber"], name=name, address=address,
            direction=asked["direction"], recipient=asked["recipient"],
        )  # fmt: skip
        return Done(reference=asked["number"])

    async def look_up(self, temu: TemuClient, action: ChannelAction) -> Found:
        """Whether Temu lists it. Never Absent: what it doesn't list it may have all the same."""
        asked = action.parameters
        known = await invoicing.known_invoices(temu, [asked["orderNumber"]])
        numbers = {number.casefold().removesuffix(".pdf") for number in known.get(asked["orderNumber"], [])}
        is_there = asked["number"].casefold() in numbers
        return Done(reference=asked["number"]) if is_there else Unknown()

    async def record(
        self, session: AsyncSession, action: ChannelAction, answer: Ended | Working, *, now: datetime
    ) -> None:
        """Say what became of it, and forget the file."""
        row = await session.get_one(OrderInvoice, action.parameters["invoiceId"], with_for_update=True)
        row.sealed, row.content = None, None
        if isinstance(answer, NotDone):
            row.state, row.refusal = InvoiceState.REFUSED, answer.message
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
