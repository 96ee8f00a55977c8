"""Giving a buyer the money back for a return: all of it, as Temu's interface knows no part, and once."""

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access import rows
from domain.access.principal import WORKER, Principal
from domain.channel_actions import requests
from domain.channel_actions.kinds import Absent, Done, Ended, Found, NotDone, Sent, Unknown, Working
from domain.errors import Conflict, Invalid, Refused
from domain.models import (
    ChannelAction,
    ChannelActionKind,
    JobTrigger,
    Return,
    ReturnOperation,
    ReturnStatus,
)
from domain.queued_jobs import requests as jobs
from domain.queued_jobs.arguments import ImportReturns
from domain.returns.parse import STATUSES, operations, read_refund, told_operations
from domain.temu import returns
from domain.temu.client import TemuClient
from domain.temu.returns import ReturnDetailMessage

_FIELD = ("returnId",)
_IS_REFUNDED = (ReturnStatus.REFUNDING, ReturnStatus.REFUNDED)
_IS_OVER = (ReturnStatus.REJECTED, ReturnStatus.WITHDRAWN)
_A_WHILE = timedelta(hours=1)


async def issue(
    session: AsyncSession, *, by: Principal, return_id: int, most: Decimal, now: datetime
) -> ChannelAction:
    """Have Temu give the buyer of a return all of the money back, unless that is more than *most*. Raises NotFound, NotConfigured,
    Invalid, and Conflict where Temu doesn't let it be refunded, or its amount isn't known.
    """
    row = await rows.get(session, Return, return_id, by=by, for_update=True)
    if most <= 0:
        raise Invalid("maxAmount must be more than 0.", field=("maxAmount",))
    if ReturnOperation.ISSUE_REFUND.value not in row.available_operations:
        message = f"Temu doesn't let this return be refunded now: it is {row.status.value}. Run importReturns for its latest state."
        raise Conflict(message, field=_FIELD)
    if row.refund_amount is None or row.currency_code is None:
        message = (
            "How much Temu would give back is not known, as it didn't tell the amount. Run importReturns, or refund it in the "
            "seller centre."
        )
        raise Conflict(message, field=_FIELD)
    if row.refund_amount > most:
        message = f"Temu gives all of it back, {row.refund_amount} {row.currency_code}, which is more than maxAmount."
        raise Invalid(message, field=("maxAmount",))
    return await requests.request(
        session,
        ChannelActionKind.ISSUE_REFUND,
        by=by,
        company_id=row.company_id,
        subject=row.channel_return_id,
        parameters={
            "orderNumber": row.channel_order_id,
            "maxAmount": str(most),
            "currencyCode": row.currency_code,
        },
        order_id=row.order_id,
        now=now,
        field=_FIELD,
    )


class IssueRefund:
    """Refunding a return; the subject is its number."""

    async def send(self, temu: TemuClient, action: ChannelAction) -> Sent:
        """Refund it, if it is still to be refunded, and for no more than was agreed to."""
        message = await _detail(temu, action)
        status = STATUSES.get(message.parent_after_sales_status or 0)
        if status in _IS_REFUNDED:
            return NotDone("ENDED", "It was refunded already, by Temu or in the seller centre.")
        if ReturnOperation.ISSUE_REFUND.value not in operations(message):
            return NotDone("NOT_ALLOWED", "Temu doesn't let this return be refunded any more.")
        refusal = _refusal(action, message)
        if refusal is not None:
            return refusal
        await returns.issue_refund(temu, action.subject, action.parameters["orderNumber"])
        return Done()

    async def look_up(self, temu: TemuClient, action: ChannelAction) -> Found:
        """What the return has become."""
        message = await _detail(temu, action)
        status = STATUSES.get(message.parent_after_sales_status or 0)
        if status in _IS_REFUNDED:
            return Done()
        if status in _IS_OVER:
            return NotDone(
                "ENDED", "The return has ended without a refund: the buyer withdrew it, or it was rejected."
            )
        if ReturnOperation.ISSUE_REFUND.value in told_operations(message):
            return Absent()
        return Unknown()

    async def record(
        self, session: AsyncSession, action: ChannelAction, answer: Ended | Working, *, now: datetime
    ) -> None:
        """Have the return brought in as it is now; until then nothing more is offered of it."""
        await record_end(session, action, answer, ReturnOperation.ISSUE_REFUND, now=now)


async def record_end(
    session: AsyncSession,
    action: ChannelAction,
    answer: Ended | Working,
    operation: ReturnOperation,
    *,
    now: datetime,
) -> None:
    """What follows from the end of an action with a return."""
    if isinstance(answer, Done):
        of_company = Return.company_id == action.company_id
        statement = select(Return).where(of_company, Return.channel_return_id == action.subject)
        row = await session.scalar(statement.with_for_update())
        if row is not None:
            row.available_operations = [each for each in row.available_operations if each != operation.value]
            if operation is ReturnOperation.ISSUE_REFUND:
                row.available_operations, row.respond_by = [], None
    # It changed with this, or with what ended it; Temu's clock may be behind ours.
    since = min(action.sent_at or now, now) - _A_WHILE
    arguments = ImportReturns(since=since.replace(microsecond=0), numbers=(action.subject,))
    trigger = JobTrigger.EVENT
    await jobs.request(session, arguments, action.company_id, by=WORKER, trigger=trigger, now=now)


async def _detail(temu: TemuClient, action: ChannelAction) -> ReturnDetailMessage:
    return await returns.detail(temu, action.subject, action.parameters["orderNumber"])


def _refusal(action: ChannelAction, message: ReturnDetailMessage) -> NotDone | None:
    """Why a refund is more than was agreed to; None where it isn't."""
    unknown = "Temu didn't tell how much it would give back, so nothing was refunded."
    try:
        amount = read_refund(message)
    except Refused as error:
        amount, unknown = None, f"{error.message} Nothing was refunded."
    if amount is None:
        return NotDone("AMOUNT_UNKNOWN", unknown)
    is_same = amount.currency_code == action.parameters["currencyCode"]
    if is_same and amount.amount <= Decimal(action.parameters["maxAmount"]):
        return None
    told = f"{amount.amount} {amount.currency_code}"
    return NotDone("AMOUNT_CHANGED", f"Temu would give back {told} by now, which is more than was agreed to.")
