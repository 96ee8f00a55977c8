"""Which orders want an invoice: asked of Temu at the end of an import of a company of the EU, once they have left (O16).

Temu has no list of what is wanted. It has the figures of each document some time after an order has left, and knows which orders
have an invoice: what has figures and no invoice is wanted [C]. Nothing here fails an import; what can't be had now is asked for
by a later one. Until when an invoice is due, no interface tells.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import clock
from domain.database.upsert import upsert
from domain.errors import Refused, Unavailable
from domain.models import (
    Company,
    InvoiceCheck,
    InvoiceKind,
    InvoiceRecipient,
    InvoiceState,
    Order,
    OrderInvoice,
    TemuRegion,
)
from domain.queued_jobs.run import JobRun
from domain.telemetry import log
from domain.temu import invoicing
from domain.temu.client import TemuClient
from domain.temu.invoicing import NUMBERS_A_CALL, InvoiceDetail

# A call for each order that has no invoice yet, so that an import of thousands doesn't wait for them.
_AT_MOST = 200
# Until an order is asked about again, and when it is given up.
_AGAIN_AFTER, _MOST_CHECKS = timedelta(days=1), 30
# invoiceDetailType, and recipientType of the upload [B].
RECIPIENTS: Mapping[int, InvoiceRecipient] = {1: InvoiceRecipient.CONSUMER, 2: InvoiceRecipient.PLATFORM}


async def want_checks(
    session: AsyncSession, company: Company, orders: Collection[Order], *, now: datetime
) -> None:
    """Have orders that have left asked about, each once; only a company of the EU owes invoices in Temu's eyes."""
    if company.region is not TemuRegion.EU:
        return
    rows = [{"order_id": order.id, "company_id": company.id, "due_at": now, "checks": 0} for order in orders]
    await upsert(session, InvoiceCheck, rows)


class InvoiceReading:
    """One look at what orders of a company want."""

    def __init__(self, run: JobRun, temu: TemuClient, company: Company) -> None:
        self._run = run
        self._temu = temu
        self._company = company

    async def run(self) -> None:
        """Ask about what is due. Trouble with Temu, and a permission that is lacking, ends it for now."""
        if self._company.region is not TemuRegion.EU:
            return
        async with self._run.database.read() as session:
            due = select(Order.id, Order.channel_order_id).join(
                InvoiceCheck, InvoiceCheck.order_id == Order.id
            )
            is_due = InvoiceCheck.company_id == self._company.id, InvoiceCheck.due_at <= clock.now()
            found = await session.execute(
                due.where(*is_due).order_by(InvoiceCheck.due_at, Order.id).limit(_AT_MOST)
            )
            orders = [(order_id, number) for order_id, number in found]
        try:
            for start in range(0, len(orders), NUMBERS_A_CALL):
                batch = orders[start : start + NUMBERS_A_CALL]
                known = await invoicing.known_invoices(self._temu, [number for _, number in batch])
                details = {number: await invoicing.invoice_details(self._temu, number) for _, number in batch}
                async with self._run.step() as step:
                    for order_id, number in batch:
                        await _record(
                            step.session, order_id, details[number], known.get(number, []), now=clock.now()
                        )
        except (Refused, Unavailable) as error:
            log.warning("invoices.not_read", company=self._company.id, reason=error.message)


async def _record(
    session: AsyncSession,
    order_id: int,
    details: Sequence[InvoiceDetail],
    known: Sequence[str],
    *,
    now: datetime,
) -> None:
    """What Temu says of one order: its documents that are wanted, and those that were made elsewhere."""
    order = await session.get_one(Order, order_id, with_for_update={"key_share": True})
    check = await session.get_one(InvoiceCheck, order_id)
    statement = select(OrderInvoice).where(OrderInvoice.order_id == order_id).order_by(OrderInvoice.id)
    rows = list(await session.scalars(statement))
    wanted = [document for detail in details if (document := _document(detail)) is not None]
    for kind, recipient in dict.fromkeys(wanted):
        if not any((row.kind, row.recipient) == (kind, recipient) for row in rows):
            row = OrderInvoice(
                order_id=order_id, company_id=order.company_id, kind=kind, recipient=recipient, state=InvoiceState.WANTED
            )  # fmt: skip
            session.add(row)
            rows.append(row)
    _end_elsewhere(rows, known)
    check.checks += 1
    is_open = not rows or any(row.state is not InvoiceState.UPLOADED for row in rows)
    is_over = check.checks >= _MOST_CHECKS or (
        all(row.state is InvoiceState.ON_CHANNEL for row in rows) and rows
    )
    check.due_at = now + _AGAIN_AFTER if is_open and not is_over else None


def _document(detail: InvoiceDetail) -> tuple[InvoiceKind, InvoiceRecipient] | None:
    recipient = RECIPIENTS.get(detail.invoice_detail_type or 0)
    if recipient is None:
        return None
    is_refund = detail.order_meta_info is not None and detail.order_meta_info.refund_time_millis is not None
    return (InvoiceKind.CREDIT_NOTE if is_refund else InvoiceKind.INVOICE), recipient


def _end_elsewhere(rows: Sequence[OrderInvoice], known: Sequence[str]) -> None:
    """What Temu knows and nobody uploaded here was made elsewhere. It doesn't say whom for, so only where that leaves no doubt is
    nothing wanted any more.
    """
    waiting = [row for row in rows if row.state in {InvoiceState.WANTED, InvoiceState.REFUSED}]
    ours = {row.number.casefold() for row in rows if row.number is not None and row not in waiting}
    others = [number for number in known if number.casefold() not in ours]
    if waiting and len(others) >= len(waiting):
        for row, number in zip(waiting, others, strict=False):
            row.state, row.number, row.refusal = InvoiceState.ON_CHANNEL, number[:64], None
