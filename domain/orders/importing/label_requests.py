"""Requests to cancel that Temu tells of by a label of the order, which costs no call and no permission (O15, O19).

The label says neither when the buyer asked nor for what. Where the list of requests tells of none, one stands here that
counts from when the label was seen; the list's own takes its place.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.database.upsert import upsert
from domain.filtering import has_any
from domain.models import (
    OPEN_ORDERS,
    CancellationRequest,
    CancellationState,
    Order,
    OrderLabel,
    OrderStatus,
    ShippingStatus,
    literally,
)
from domain.orders import holds, queries
from domain.orders.notes import Note, add_notes

_LABEL = OrderLabel.PENDING_BUYER_CANCELLATION.value
_PREFIX = "label-"


def is_by_label(request: CancellationRequest) -> bool:
    """Whether a request is known by a label alone, so that Temu's list has none of its number."""
    return request.number.startswith(_PREFIX)


async def open_and_end_by_labels(session: AsyncSession, company_id: int, *, now: datetime) -> None:
    """Open and end such requests of a company as its orders' labels say. Repeating it changes nothing."""
    orders = await _concerned(session, company_id)
    if not orders:
        return
    found = await holds.open_requests(session, company_id, [order.channel_order_id for order in orders])
    rows: list[dict[str, object]] = []
    notes: list[tuple[Order, Note]] = []
    for order in orders:
        waiting = [request for request in found if request.channel_order_id == order.channel_order_id]
        is_listed = any(not is_by_label(request) for request in waiting)
        if _is_asked(order) and not waiting:
            rows.append(_row(order))
        if _is_asked(order) and not is_listed:
            continue
        for request in filter(is_by_label, waiting):
            is_granted = order.status is OrderStatus.CANCELLED
            request.state = CancellationState.GRANTED if is_granted else CancellationState.WITHDRAWN
            note = None if is_listed or is_granted else holds.ended_note(request)
            notes += [] if note is None else [(order, note)]
    await session.flush()
    await upsert(session, CancellationRequest, rows)
    await add_notes(session, notes, now=now)
    await holds.apply(session, company_id, orders, now=now)


async def _concerned(session: AsyncSession, company_id: int) -> Sequence[Order]:
    """The open orders with the label, and those whose label was seen before."""
    is_open = Order.status.in_([literally(status) for status in OPEN_ORDERS])
    has_label = select(Order.id).where(
        Order.company_id == company_id, queries.HAS_LABELS, is_open, has_any(Order.labels, [_LABEL])
    )
    had_label = select(CancellationRequest.channel_order_id).where(
        CancellationRequest.company_id == company_id,
        CancellationRequest.state == literally(CancellationState.OPEN),
        CancellationRequest.number.startswith(_PREFIX),
    )
    numbers = (await session.scalars(had_label)).all()
    ids = {*await session.scalars(has_label)}
    if numbers:
        ids |= {*await session.scalars(select(Order.id).where(*queries.imported(company_id, numbers)))}
    return await queries.locked(session, Order.id.in_(ids))


def _is_asked(order: Order) -> bool:
    is_open = order.status in OPEN_ORDERS and order.shipping_status is not ShippingStatus.FULLY_SHIPPED
    return is_open and _LABEL in order.labels


def _row(order: Order) -> dict[str, object]:
    # By order and moment, so that the same label is the same request, and one of another day is another.
    return {
        "company_id": order.company_id,
        "number": f"{_PREFIX}{order.id}-{int(order.channel_updated_at.timestamp())}",
        "channel_order_id": order.channel_order_id,
        "state": CancellationState.OPEN,
        "requested_at": order.channel_updated_at,
    }
