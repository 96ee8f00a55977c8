"""Temu's message about a buyer's request to cancel -> IncomingCancellation, or why it can't be read. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from domain.models import CancellationState
from domain.models.cancellation import RESPOND_WITHIN
from domain.orders.importing.parse import WHOLLY_SHIPPED, IncomingOrder, text_number
from domain.temu.messages import CancellationMessage

# How long after the request an order is held for what Temu does not show.
SHOWN_WITHIN = 2 * RESPOND_WITHIN

# parentAfterSalesStatus as the tables of this list have it [A]. While a refund is being made (4, 9) or is made (5) the
# request is granted. 11, Temu's own review, stands in 41-return-and-refund-guide.md alone and decides as little as 1. The
# others of that guide (2, 3, 8, 10) tell of parcels that come back, which is no matter of cancelling.
_STATES = {
    1: CancellationState.OPEN,
    11: CancellationState.OPEN,
    4: CancellationState.GRANTED,
    9: CancellationState.GRANTED,
    5: CancellationState.GRANTED,
    6: CancellationState.WITHDRAWN,
    7: CancellationState.DENIED,
}
# afterSalesStatusGroup of the requests that wait [B: one table for three regions]; 9, 10 and 11 hold those that were approved,
# rejected and taken back, and 1 to 7 are groups of another list.
PENDING_GROUP = 8


class UnreadableRequest(Exception):
    """A request that can't be understood."""


@dataclass(frozen=True)
class IncomingCancellation:
    """A request as Temu has it, with the pieces of each order below the parent, by its number."""

    number: str
    order_number: str
    state: CancellationState
    requested_at: datetime
    pieces: Mapping[str, int]


def read_cancellation(row: Any) -> IncomingCancellation | None:
    """One row of Temu's list; None where it is about a parcel that comes back. Raises UnreadableRequest."""
    try:
        message = msgspec.convert(row, CancellationMessage, strict=False)
    except msgspec.ValidationError as error:
        raise UnreadableRequest(
            f"Temu's message about a request to cancel could not be read: {error}"
        ) from None
    state = _STATES.get(message.parent_after_sales_status or 0)
    if state is None:
        return None
    lines = message.after_sales_info_list or []
    number = text_number(message.parent_after_sales_sn)
    orders = {text_number(line.parent_order_sn) for line in lines} - {None}
    stamps = [line.create_at_millis for line in lines if line.create_at_millis]
    order_number = next(iter(orders), None)
    if number is None or order_number is None or len(orders) > 1 or not stamps:
        raise UnreadableRequest(
            "Temu sent a request to cancel without its number, its order or its moment "
            "(parentAfterSalesSn, parentOrderSn, createAtMillis)."
        )
    try:
        requested_at = datetime.fromtimestamp(min(stamps) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        raise UnreadableRequest(f"Temu sent {number} with createAtMillis {min(stamps)}, no moment.") from None
    pieces: dict[str, int] = {}
    for line in lines:
        pieces[str(line.order_sn)] = pieces.get(str(line.order_sn), 0) + (line.apply_goods_number or 0)
    return IncomingCancellation(number, order_number, state, requested_at, pieces)


def newest(requests: Collection[IncomingCancellation]) -> dict[str, IncomingCancellation]:
    """By number, what was read last; but what has ended is not open again, whichever page told it."""
    found: dict[str, IncomingCancellation] = {}
    for request in requests:
        known = found.get(request.number)
        if known is None or known.state is CancellationState.OPEN:
            found[request.number] = request
    return found


def state_of(
    request: IncomingCancellation, order: IncomingOrder | None, *, now: datetime
) -> CancellationState:
    """How far a request is here. What is granted stays open, so nothing of it is shipped, until the *order* shows it."""
    if request.state is not CancellationState.GRANTED or _shows(order, request):
        return request.state
    is_late = now >= request.requested_at + SHOWN_WITHIN
    return CancellationState.LAPSED if is_late else CancellationState.OPEN


def _shows(order: IncomingOrder | None, request: IncomingCancellation) -> bool:
    if order is None:
        return False
    if order.is_cancelled or order.state in WHOLLY_SHIPPED:
        return True
    items = {item.number: item for item in order.items}
    return all(
        number not in items or items[number].cancelled >= pieces for number, pieces in request.pieces.items()
    )
