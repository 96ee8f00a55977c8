"""
Holding orders back while a buyer's request to cancel waits, and letting them go on (O15).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.models import (
    CancellationRequest,
    CancellationState,
    Order,
    OrderStatus,
    ShippingStatus,
    literally,
)
from domain.orders.notes import Note, add_notes

_ENDS = {
    CancellationState.WITHDRAWN: "The buyer has withdrawn the request to cancel this order.",
    CancellationState.LAPSED: "The buyer asked to cancel this order, and two days later Temu shows nothing cancelled. "
    "Look it up in the seller centre before it is shipped.",
    CancellationState.DENIED: "The buyer's request to cancel this order was denied.",
}


def held(order: Order, *, is_asked: bool) -> dict[str, Any]:
    """
    What *order* becomes while a request waits, or when none does any more: column values that differ.

    What was shipped, or is cancelled, stays as it is.
    """
    if order.status is OrderStatus.ON_HOLD:
        return {} if is_asked else {"status": _afterwards(order), "status_after_hold": None}
    is_open = order.status in {OrderStatus.PENDING, OrderStatus.IN_PROCESS}
    if is_asked and is_open and order.shipping_status is not ShippingStatus.FULLY_SHIPPED:
        return {"status": OrderStatus.ON_HOLD, "status_after_hold": order.status}
    return {} if order.status_after_hold is None else {"status_after_hold": None}


def requested(request: CancellationRequest) -> Note:
    """
    The note that a buyer has asked.
    """
    until = f"{request.respond_by:%Y-%m-%d %H:%M} UTC"
    body = f"The buyer has asked to cancel on Temu. Unless it is answered, Temu agrees by itself at {until}."
    return Note(f"cancel-requested:{request.number}", body)


def ended(request: CancellationRequest) -> Note | None:
    """
    The note that a request has ended; what was granted is told by the notes about what became of the order.
    """
    body = _ENDS.get(request.state)
    return None if body is None else Note(f"cancel-ended:{request.number}", body)


async def follow(session: AsyncSession, company_id: int, orders: Collection[Order], *, now: datetime) -> None:
    """
    Hold *orders* back or let them go on, as their open requests want it. Repeating it changes nothing.
    """
    found = await open_requests(session, company_id, [order.channel_order_id for order in orders])
    notes: list[tuple[Order, Note]] = []
    for order in orders:
        waiting = [request for request in found if request.channel_order_id == order.channel_order_id]
        if order.status is OrderStatus.CANCELLED:
            for request in waiting:
                request.state = CancellationState.GRANTED
            waiting = []
        for column, value in held(order, is_asked=bool(waiting)).items():
            setattr(order, column, value)
        notes += [(order, requested(request)) for request in waiting]
    await session.flush()
    await add_notes(session, notes, now=now)


async def open_requests(
    session: AsyncSession, company_id: int, order_numbers: Collection[str]
) -> Sequence[CancellationRequest]:
    """
    The requests of these orders that wait, the oldest first.
    """
    statement = select(CancellationRequest).where(
        CancellationRequest.company_id == company_id,
        CancellationRequest.channel_order_id.in_(order_numbers),
        CancellationRequest.state == literally(CancellationState.OPEN),
    )
    ordered = statement.order_by(CancellationRequest.requested_at, CancellationRequest.number)
    return (await session.scalars(ordered)).all()


async def all_open(session: AsyncSession, company_id: int) -> Sequence[CancellationRequest]:
    """
    The requests of a company that wait.
    """
    statement = select(CancellationRequest).where(
        CancellationRequest.company_id == company_id,
        CancellationRequest.state == literally(CancellationState.OPEN),
    )
    return (
        await session.scalars(
            statement.order_by(CancellationRequest.channel_order_id, CancellationRequest.number)
        )
    ).all()


def _afterwards(order: Order) -> OrderStatus:
    return order.status_after_hold or OrderStatus.IN_PROCESS
