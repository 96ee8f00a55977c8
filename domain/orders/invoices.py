"""Which orders want an invoice: asked of Temu at the end of an import of a company of the EU, once they have left (O16).

Temu has no list of what is wanted. It has the figures of each document some time after an order has left, and knows which orders
have an invoice: what has figures and no invoice is wanted [C]. Nothing here fails an import; what can't be had now is asked for
by a later one. Until when an invoice is due, no interface tells.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
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
    Return,
    ReturnStatus,
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
# Of what nothing is wanted any more, and what is wanted.
THERE = (InvoiceState.UPLOADED, InvoiceState.ON_CHANNEL)
_WAITING = (InvoiceState.WANTED, InvoiceState.REFUSED)
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


async def check_again(session: AsyncSession, order_ids: Collection[int]) -> None:
    """Have orders that were paid back asked about once more, as their credit notes are wanted after all else is there."""
    now = clock.now()
    checks = select(InvoiceCheck).where(InvoiceCheck.order_id.in_(order_ids)).order_by(InvoiceCheck.order_id)
    for check in await session.scalars(checks.with_for_update()):
        check.due_at, check.checks = now, 0


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
                    # In one order, so that two who change the same checks wait for each other.
                    for order_id, number in sorted(batch):
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
    check = await session.get_one(InvoiceCheck, order_id, with_for_update=True)
    statement = select(OrderInvoice).where(OrderInvoice.order_id == order_id).order_by(OrderInvoice.id)
    rows = list(await session.scalars(statement))
    for (kind, recipient), count in _wanted(details).items():
        there = sum((row.kind, row.recipient) == (kind, recipient) for row in rows)
        added = [
            OrderInvoice(
                order_id=order_id, company_id=order.company_id, kind=kind, recipient=recipient, state=InvoiceState.WANTED
            )
            for _ in range(count - there)
        ]  # fmt: skip
        session.add_all(added)
        rows += added
    _end_elsewhere(rows, known)
    check.checks += 1
    is_open = (
        not rows or any(row.state not in THERE for row in rows) or await _owes_more(session, order, rows)
    )
    check.due_at = now + _AGAIN_AFTER if is_open and check.checks < _MOST_CHECKS else None


def _wanted(details: Sequence[InvoiceDetail]) -> Mapping[tuple[InvoiceKind, InvoiceRecipient], int]:
    """How many documents of each kind there are to be: one invoice for each recipient, and a credit note of each refund."""
    documents: dict[tuple[InvoiceKind, InvoiceRecipient, int | None], None] = {}
    for detail in details:
        recipient = RECIPIENTS.get(detail.invoice_detail_type or 0)
        refunded_at = None if detail.order_meta_info is None else detail.order_meta_info.refund_time_millis
        if recipient is not None:
            kind = InvoiceKind.INVOICE if refunded_at is None else InvoiceKind.CREDIT_NOTE
            documents[kind, recipient, refunded_at] = None
    return Counter((kind, recipient) for kind, recipient, _ in documents)


async def _owes_more(session: AsyncSession, order: Order, rows: Sequence[OrderInvoice]) -> bool:
    """Whether an order was paid back more often than there are credit notes to its buyer: Temu's figures are still to come."""
    refunds = select(func.count()).where(Return.order_id == order.id, Return.status == ReturnStatus.REFUNDED)
    to_buyer = (InvoiceKind.CREDIT_NOTE, InvoiceRecipient.CONSUMER)
    return (await session.scalar(refunds) or 0) > sum((row.kind, row.recipient) == to_buyer for row in rows)


def _end_elsewhere(rows: Sequence[OrderInvoice], known: Sequence[str]) -> None:
    """What Temu knows and nobody uploaded here was made elsewhere. It says neither what it is nor whom for, so only where that leaves
    no doubt is nothing wanted any more: by its number, or where as many are known as are waited for, invoices before credit notes,
    as none is credited before it is made.
    """
    waiting = [row for row in rows if row.state in _WAITING]
    by_number = {number.casefold(): number for number in known}
    for row in waiting:
        if row.number is not None and row.number.casefold() in by_number:
            _end(row, row.number)
    ours = {row.number.casefold() for row in rows if row.number is not None and row.state not in _WAITING}
    others = [number for folded, number in by_number.items() if folded not in ours]
    for kind in (InvoiceKind.INVOICE, InvoiceKind.CREDIT_NOTE):
        left = [row for row in waiting if row.kind is kind and row.state in _WAITING]
        if len(others) < len(left):
            return
        for row in left:
            _end(row, others.pop(0))


def _end(row: OrderInvoice, number: str) -> None:
    row.state, row.number, row.refusal = InvoiceState.ON_CHANNEL, number[:64], None
