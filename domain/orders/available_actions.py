"""What a person may do with an order now, and until when (O15): what its status alone doesn't say."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.models import (
    OPEN_ORDERS,
    CancellationRequest,
    CancellationState,
    ChannelAction,
    ChannelActionKind,
    ChannelActionStatus,
    FulfilledBy,
    Order,
    OrderStatus,
    ShippingStatus,
    literally,
)
from domain.orders import holds, restrictions
from domain.orders.importing.label_requests import is_by_label

_NOT_DONE = [literally(each) for each in (ChannelActionStatus.REFUSED, ChannelActionStatus.CANCELLED)]


class OrderAction(Enum):
    """Something that a person may do with an order, by the mutation of that name."""

    SHIP = "SHIP"  #: shipOrder
    ACCEPT_CANCELLATION = "ACCEPT_CANCELLATION"  #: acceptCancellation
    DECLINE_CANCELLATION = "DECLINE_CANCELLATION"  #: declineCancellation, and then shipOrder
    REPORT_OUT_OF_STOCK = "REPORT_OUT_OF_STOCK"  #: reportOutOfStock
    RELEASE = "RELEASE"  #: releaseOrder


@dataclass(frozen=True)
class AvailableAction:
    """One of them, and until when it counts; None where nothing ends that is known here."""

    action: OrderAction
    until: datetime | None = None


def available(
    order: Order,
    waiting: Sequence[CancellationRequest],
    asked: Collection[ChannelActionKind],
    *,
    now: datetime,
) -> list[AvailableAction]:
    """What may be done with *order*, of which requests to cancel are *waiting* and the channel was *asked* for this already."""
    return list(_available(order, waiting, asked, now=now))


def _available(
    order: Order,
    waiting: Sequence[CancellationRequest],
    asked: Collection[ChannelActionKind],
    *,
    now: datetime,
) -> Iterable[AvailableAction]:
    if order.status not in OPEN_ORDERS and order.source_updated_for_shipping:
        return
    is_own = order.fulfilled_by is FulfilledBy.SELLER
    is_left = order.status in OPEN_ORDERS and order.shipping_status is not ShippingStatus.FULLY_SHIPPED
    respond_by = min((request.respond_by for request in waiting), default=None)
    is_in_time = respond_by is not None and now < respond_by
    is_declined = bool(waiting) and all(holds.is_declined(order, each, now=now) for each in waiting)
    is_agreed = ChannelActionKind.ACCEPT_CANCELLATION in asked
    is_sent_elsewhere = restrictions.OF_MAIN_MALL in order.channel_notices
    if order.status is OrderStatus.IN_PROCESS and is_left and is_own and not is_sent_elsewhere:
        yield AvailableAction(OrderAction.SHIP, respond_by if is_declined else order.latest_ship_at)
    if is_in_time and not is_agreed:
        if not all(map(is_by_label, waiting)):
            yield AvailableAction(OrderAction.ACCEPT_CANCELLATION, respond_by)
        if is_own and not is_declined:
            yield AvailableAction(OrderAction.DECLINE_CANCELLATION, respond_by)
    is_released = OrderStatus.PENDING not in {order.status, order.status_after_hold}
    is_reported = ChannelActionKind.REPORT_OUT_OF_STOCK in asked
    if is_left and is_own and is_released and (not waiting or is_declined) and not is_reported:
        yield AvailableAction(OrderAction.REPORT_OUT_OF_STOCK)
    if order.held_at is not None and is_left:
        yield AvailableAction(OrderAction.RELEASE)


async def of_orders(
    session: AsyncSession, order_ids: Collection[int], *, now: datetime
) -> Mapping[int, list[AvailableAction]]:
    """The same of orders that the caller was seen to see."""
    orders = (await session.scalars(select(Order).where(Order.id.in_(order_ids)))).all()
    joined = select(Order.id, CancellationRequest).join(
        CancellationRequest,
        (CancellationRequest.company_id == Order.company_id)
        & (CancellationRequest.channel_order_id == Order.channel_order_id),
    )
    is_waiting = CancellationRequest.state == literally(CancellationState.OPEN)
    waiting: dict[int, list[CancellationRequest]] = {}
    for order_id, request in await session.execute(joined.where(Order.id.in_(order_ids), is_waiting)):
        waiting.setdefault(order_id, []).append(request)
    asked: dict[int, set[ChannelActionKind]] = {}
    # What was agreed to once is; what was reported once may be reported again of another item.
    is_open = ChannelAction.ended_at.is_(None) | (
        ChannelAction.kind == literally(ChannelActionKind.ACCEPT_CANCELLATION)
    )
    actions = select(ChannelAction.order_id, ChannelAction.kind).where(
        ChannelAction.order_id.in_(order_ids), ChannelAction.status.not_in(_NOT_DONE), is_open
    )
    for number, kind in await session.execute(actions):
        asked.setdefault(number or 0, set()).add(kind)
    return {
        order.id: available(order, waiting.get(order.id, []), asked.get(order.id, set()), now=now)
        for order in orders
    }
