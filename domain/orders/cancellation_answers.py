"""The seller's answers to buyers who ask to cancel (O15)."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access import rows
from domain.access.principal import Principal
from domain.channel_actions import requests
from domain.channel_actions.kinds import Absent, Done, Ended, Found, NotDone, Sent, Unknown, Working
from domain.errors import Conflict
from domain.models import CancellationState, ChannelAction, ChannelActionKind, Order, TrackingUpload
from domain.orders import holds
from domain.orders.importing.label_requests import is_by_label
from domain.orders.importing.parse_cancellations import UnreadableRequest, newest, read_cancellation
from domain.queued_jobs.requests import request_import_of
from domain.temu import cancelling
from domain.temu.client import TemuClient

_FIELD = ("orderId",)


async def accept(session: AsyncSession, *, by: Principal, order_id: int, now: datetime) -> ChannelAction:
    """Agree to the buyer's request to cancel an order. Raises NotFound, NotConfigured, and Conflict where none waits, or Temu's
    list has not told of it yet.
    """
    order = await rows.get(session, Order, order_id, by=by, for_update=True)
    waiting = await holds.open_requests(session, order.company_id, [order.channel_order_id])
    listed = [request for request in waiting if not is_by_label(request)]
    if not listed:
        message = (
            "The order's label says that its buyer asks to cancel, and Temu's list has not told the request yet. Run importOrders, "
            "and try again."
            if waiting
            else "No request to cancel this order waits for an answer."
        )
        raise Conflict(message, field=_FIELD)
    await _refuse_in_doubt(session, order)
    action = await requests.request(
        session,
        ChannelActionKind.ACCEPT_CANCELLATION,
        by=by,
        company_id=order.company_id,
        subject=listed[0].number,
        parameters={"orderNumber": order.channel_order_id},
        order_id=order.id,
        now=now,
        field=_FIELD,
    )
    # Whoever agrees has changed their mind: nothing more of it is packed.
    order.cancellation_declined_at = None
    await holds.apply(session, order.company_id, [order], now=now)
    return action


async def _refuse_in_doubt(session: AsyncSession, order: Order) -> None:
    doubted = select(TrackingUpload.in_doubt_since).where(TrackingUpload.order_id == order.id)
    if await session.scalar(doubted) is not None:
        message = "Temu is being told that this order was shipped. Try again when the UPLOAD_TRACKING job has ended."
        raise Conflict(message, field=_FIELD)


class AcceptCancellation:
    """Agreeing to a request; its subject is the request's number. What is cancelled comes with an import of the order."""

    async def send(self, temu: TemuClient, action: ChannelAction) -> Sent:
        """Agree."""
        await cancelling.agree(temu, number=action.subject, order_number=action.parameters["orderNumber"])
        return Done()

    async def look_up(self, temu: TemuClient, action: ChannelAction) -> Found:
        """What Temu's list says of the request by now."""
        page = await temu.cancellations(page=1, order_numbers=[action.parameters["orderNumber"]])
        try:
            found = newest([each for row in page.rows if (each := read_cancellation(row)) is not None])
        except UnreadableRequest:
            return Unknown()
        request = found.get(action.subject)
        if request is None:
            return Unknown()
        match request.state:
            case CancellationState.OPEN:
                return Absent()
            case CancellationState.GRANTED:
                return Done()
            case _:
                return NotDone(
                    "ENDED", "The request has ended in another way: the buyer withdrew it, or it was denied."
                )

    async def record(
        self,
        session: AsyncSession,
        action: ChannelAction,
        answer: Ended | Working,  # noqa: ARG002 - however it ended, the order tells
        *,
        now: datetime,
    ) -> None:
        """Have the order brought in as it is now."""
        number = action.parameters["orderNumber"]
        await request_import_of(session, company_id=action.company_id, order_number=number, now=now)
