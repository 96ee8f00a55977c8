"""What may happen to an order, and what it leaves; what can't happen on Temu is a ValueError here."""

from collections.abc import Collection, Mapping

from tests.sandbox.making import check_address
from tests.sandbox.model import OrderLine, ParentOrder, Status


def cancel(order: ParentOrder) -> None:
    _expect(order, Status.PENDING, Status.UNSHIPPED)
    order.cancelled_while_pending = order.status == Status.PENDING
    for line in order.items:
        line.cancelled, line.status = line.quantity_ordered, Status.CANCELLED
    order.status = Status.CANCELLED
    order.cancel_pending = False


def cancel_pieces(order: ParentOrder, line: OrderLine, pieces: int) -> None:
    _expect(order, Status.PENDING, Status.UNSHIPPED, Status.PARTLY_SHIPPED)
    if line.status not in {Status.PENDING, Status.UNSHIPPED}:
        raise ValueError(f"{line.number} has left or is cancelled")
    if not 1 <= pieces <= line.remaining:
        raise ValueError(f"{line.number} has {line.remaining} pieces, so not {pieces} can be cancelled")
    line.cancelled += pieces
    if line.remaining == 0:
        line.status = Status.CANCELLED
    left = {line.status for line in order.items} - {Status.CANCELLED}
    if not left:
        order.cancelled_while_pending = order.status == Status.PENDING
        order.status = Status.CANCELLED
    elif left == {Status.SHIPPED}:
        order.status = Status.SHIPPED


def release(order: ParentOrder, *, now: int) -> None:
    _expect(order, Status.PENDING)
    order.set_status(Status.UNSHIPPED)
    order.confirmed_at = now


def ship(order: ParentOrder, *, now: int) -> None:
    _expect(order, Status.UNSHIPPED, Status.PARTLY_SHIPPED)
    order.set_status(Status.SHIPPED)
    order.shipped_at = now


def ship_lines(order: ParentOrder, lines: Collection[OrderLine], *, now: int) -> None:
    """Some of the parent order's lines leave; it has left itself once none of them waits."""
    _expect(order, Status.UNSHIPPED, Status.PARTLY_SHIPPED)
    for line in lines:
        if line.status != Status.UNSHIPPED:
            raise ValueError(f"{line.number} has left or is cancelled")
        line.status = Status.SHIPPED
    waits = any(line.status == Status.UNSHIPPED for line in order.items)
    order.status = Status.PARTLY_SHIPPED if waits else Status.SHIPPED
    order.shipped_at = now


def deliver(order: ParentOrder, *, now: int) -> None:
    _expect(order, Status.SHIPPED, Status.PARTLY_DELIVERED)
    order.set_status(Status.DELIVERED)
    order.delivered_at = now


def change_address(order: ParentOrder, fields: Mapping[str, str]) -> None:
    # The buyer may still move, which Temu tells of, after the order has left pending; not once it is shipped.
    _expect(order, Status.PENDING, Status.UNSHIPPED)
    check_address(fields)
    order.address.update(fields)
    order.address_change_pending = False


def _expect(order: ParentOrder, *statuses: Status) -> None:
    if order.status not in statuses:
        raise ValueError(f"{order.number} has status {order.status}")
