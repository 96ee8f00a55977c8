"""Declining a buyer's request to cancel: Temu takes no refusal but a shipment that says so (O15, T10).

A person decides, and from then on the order may be packed although the request waits; the upload of its tracking denies the
request, or the purchase of its label from Temu. Until then nobody at Temu knows: a day after it was asked Temu agrees by itself, and the order is held again.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access import rows
from domain.access.principal import Principal
from domain.errors import Conflict
from domain.models import ChannelAction, ChannelActionKind, ChannelActionStatus, FulfilledBy, Order
from domain.orders import holds
from domain.orders.notes import Note, add_notes
from domain.shipping import queries
from domain.shipping.claim import refuse_in_doubt
from domain.shipping.void import clear_refusal

_FIELD = ("orderId",)
_ENDED = {ChannelActionStatus.REFUSED, ChannelActionStatus.CANCELLED}


async def decline(session: AsyncSession, *, by: Principal, order_id: int, now: datetime) -> Order:
    """Have an order packed although its buyer asks to cancel; again does nothing. Raises NotFound, and Conflict where no request
    waits, its time is over, it was agreed to, or the order's parcel is another order's too.
    """
    order = await rows.get(session, Order, order_id, by=by, for_update=True)
    waiting = await holds.open_requests(session, order.company_id, [order.channel_order_id])
    if not waiting:
        raise Conflict("No request to cancel this order waits for an answer.", field=_FIELD)
    if all(holds.is_declined(order, request, now=now) for request in waiting):
        return order
    if any(now >= request.respond_by for request in waiting):
        message = "The day to answer in is over, so Temu has agreed by itself. Run importOrders to see what it cancelled."
        raise Conflict(message, field=_FIELD)
    if order.fulfilled_by is not FulfilledBy.SELLER:
        message = "Temu or a warehouse service of its ships this order, so its shipment isn't the seller's to deny with."
        raise Conflict(message, field=_FIELD)
    await _refuse_agreed(session, order)
    await refuse_in_doubt(session, order)
    if order.id in await queries.orders_beside(session, [order.id]):
        # The shipment would deny for all of them, also what nobody has seen yet.
        message = (
            "This order shares a parcel with others. Take it back with voidPackage, and ship it by itself."
        )
        raise Conflict(message, field=_FIELD)
    # Also where Temu's clock is ahead.
    order.cancellation_declined_at = max(now, *(request.requested_at for request in waiting))
    await clear_refusal(session, order)
    notes = [
        Note(
            f"cancel-declined:{request.number}",
            "The buyer's request to cancel is declined here. Temu hears of it when tracking is uploaded or a label is bought from it, "
            f"and agrees to the request by itself at {request.respond_by:%Y-%m-%d %H:%M} UTC.",
        )
        for request in waiting
    ]
    await add_notes(session, [(order, note) for note in notes], now=now)
    await holds.apply(session, order.company_id, [order], now=now)
    return order


async def _refuse_agreed(session: AsyncSession, order: Order) -> None:
    agreed = select(ChannelAction.id).where(
        ChannelAction.order_id == order.id,
        ChannelAction.kind == ChannelActionKind.ACCEPT_CANCELLATION,
        ChannelAction.status.not_in(_ENDED),
    )
    if (await session.scalars(agreed.limit(1))).first() is not None:
        message = "This request is agreed to here, and Temu is told so. While that waits it can be taken back by cancelChannelAction."
        raise Conflict(message, field=_FIELD)
