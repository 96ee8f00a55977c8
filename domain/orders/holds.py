"""Holding orders back while a buyer's request or a look of Temu's waits, or a person wants it, and letting them go on (O15, O18,
O19).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.errors import Conflict
from domain.models import (
    CancellationRequest,
    CancellationState,
    HoldReason,
    Order,
    OrderItem,
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


def is_declined(order: Order, request: CancellationRequest, *, now: datetime) -> bool:
    """Whether a person has decided to send *order* although its buyer asks to cancel. After the request's time Temu has agreed to
    it by itself, whatever a person decided.
    """
    decided_at = order.cancellation_declined_at
    return decided_at is not None and request.requested_at <= decided_at and now < request.respond_by


def reasons_of(order: Order, waiting: Collection[CancellationRequest], *, now: datetime) -> list[HoldReason]:
    """Why *order* is to be held back: requests to cancel that wait for an answer, what its labels say, what of it is not there,
    and a person's word.
    """
    reasons = {reason for label, reason in _LABELS.items() if label.value in order.labels}
    if waiting:
        # The label stands beside the requests, and doesn't know what a person has decided about them.
        reasons.discard(HoldReason.CANCELLATION_REQUESTED)
    if not all(is_declined(order, request, now=now) for request in waiting):
        reasons.add(HoldReason.CANCELLATION_REQUESTED)
    if order.out_of_stock_items:
        reasons.add(HoldReason.OUT_OF_STOCK_REPORTED)
    if order.held_at is not None:
        reasons.add(HoldReason.MANUAL)
    return [reason for reason in HoldReason if reason in reasons]


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
        if not waiting:
            # What was decided was about requests that have ended; another one is another decision.
            order.cancellation_declined_at = None
        for column, value in hold_changes(order, reasons_of(order, waiting, now=now)).items():
            setattr(order, column, value)
        notes += [(order, _requested_note(request)) for request in waiting]
    await session.flush()
    await add_notes(session, notes, now=now)


def forget_cancelled(order: Order, items: Collection[OrderItem]) -> None:
    """Of what Temu was told there is no stock of, what is cancelled by now holds nothing back."""
    if order.out_of_stock_items:
        left = {
            number
            for item in items
            if item.cancelled_quantity + item.shipped_quantity < item.quantity
            for number in (item.channel_order_item_id, item.previous_channel_order_item_id)
        }
        order.out_of_stock_items = [number for number in order.out_of_stock_items if number in left]


async def refuse_late(session: AsyncSession, order: Order, *, now: datetime) -> None:
    """Raise Conflict for an order that may be packed by a decision whose time is over, though no import has held it yet."""
    if order.cancellation_declined_at is None:
        return
    waiting = await open_requests(session, order.company_id, [order.channel_order_id])
    if not all(is_declined(order, request, now=now) for request in waiting):
        message = (
            "The buyer's request to cancel was declined here, but its time is over before Temu heard of it, or there is another "
            "one. Run importOrders to see what Temu has cancelled."
        )
        raise Conflict(message, field=("orderId",))


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
