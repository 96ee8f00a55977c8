"""Holding orders back while a buyer's request or a look of Temu's waits, or a person wants it, and letting them go on (O15, O18,
O19).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.models import (
    CancellationRequest,
    CancellationState,
    HoldReason,
    Order,
    OrderLabel,
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

# Temu refuses shipments while these wait: 120012030, 120012023 and 120012031 [A].
_LABELS = {
    OrderLabel.PENDING_BUYER_CANCELLATION: HoldReason.CANCELLATION_REQUESTED,
    OrderLabel.PENDING_BUYER_ADDRESS_CHANGE: HoldReason.ADDRESS_CHANGE_REQUESTED,
    OrderLabel.PENDING_RISK_CONTROL_ALERT: HoldReason.RISK_CONTROL,
}


def hold_changes(order: Order, reasons: Sequence[HoldReason]) -> dict[str, Any]:
    """What *order* becomes while there are reasons to hold it back, or when there are none any more: column values that
    differ.

    What was shipped, or is cancelled, stays as it is.
    """
    is_held = order.status is OrderStatus.ON_HOLD
    is_open = order.status in {OrderStatus.PENDING, OrderStatus.IN_PROCESS}
    is_to_be = is_open and order.shipping_status is not ShippingStatus.FULLY_SHIPPED
    wanted: dict[str, Any] = {"hold_reasons": [], "status_after_hold": None}
    if reasons and (is_held or is_to_be):
        wanted = {"hold_reasons": [reason.value for reason in reasons]}
    if reasons and is_to_be:
        wanted |= {"status": OrderStatus.ON_HOLD, "status_after_hold": order.status}
    elif not reasons and is_held:
        # Temu may have cancelled all that was left, and know by now how the rest was shipped.
        is_done = order.source_updated_for_shipping and order.shipping_status is ShippingStatus.FULLY_SHIPPED
        after = order.status_after_hold or OrderStatus.IN_PROCESS
        wanted["status"] = OrderStatus.COMPLETED if is_done else after
    return {name: value for name, value in wanted.items() if getattr(order, name) != value}


def reasons_of(order: Order, *, is_asked: bool) -> list[HoldReason]:
    """Why *order* is to be held back: a request to cancel, what its labels say, and a person's word."""
    labelled = {reason for label, reason in _LABELS.items() if label.value in order.labels}
    asked = {HoldReason.CANCELLATION_REQUESTED} if is_asked else set[HoldReason]()
    by_hand = {HoldReason.MANUAL} if order.held_at is not None else set[HoldReason]()
    return [reason for reason in HoldReason if reason in labelled | asked | by_hand]


def _requested_note(request: CancellationRequest) -> Note:
    until = f"{request.respond_by:%Y-%m-%d %H:%M} UTC"
    body = f"The buyer has asked to cancel on Temu. Unless it is answered, Temu agrees by itself at {until}."
    return Note(f"cancel-requested:{request.number}", body)


def ended_note(request: CancellationRequest) -> Note | None:
    """The note that a request has ended; what was granted is told by the notes about what became of the order."""
    body = _ENDS.get(request.state)
    return None if body is None else Note(f"cancel-ended:{request.number}", body)


async def apply(session: AsyncSession, company_id: int, orders: Collection[Order], *, now: datetime) -> None:
    """Hold *orders* back or let them go on, as their open requests want it. Repeating it changes nothing."""
    found = await open_requests(session, company_id, [order.channel_order_id for order in orders])
    notes: list[tuple[Order, Note]] = []
    for order in orders:
        waiting = [request for request in found if request.channel_order_id == order.channel_order_id]
        if order.status is OrderStatus.CANCELLED:
            for request in waiting:
                request.state = CancellationState.GRANTED
            waiting = []
        for column, value in hold_changes(order, reasons_of(order, is_asked=bool(waiting))).items():
            setattr(order, column, value)
        notes += [(order, _requested_note(request)) for request in waiting]
    await session.flush()
    await add_notes(session, notes, now=now)


async def open_requests(
    session: AsyncSession, company_id: int, order_numbers: Collection[str] | None = None
) -> Sequence[CancellationRequest]:
    """The requests that wait of these orders, or of all of a company, the oldest first."""
    statement = select(CancellationRequest).where(
        CancellationRequest.company_id == company_id,
        CancellationRequest.state == literally(CancellationState.OPEN),
    )
    if order_numbers is not None:
        statement = statement.where(CancellationRequest.channel_order_id.in_(order_numbers))
    ordered = statement.order_by(CancellationRequest.requested_at, CancellationRequest.number)
    return (await session.scalars(ordered)).all()
