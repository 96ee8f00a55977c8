"""What Temu refuses of orders for labels, before anything changes."""

from collections import Counter
from typing import Final

from tests.sandbox import refusals
from tests.sandbox.label_request import LabelPiece, ParcelRequest
from tests.sandbox.labels import Label, LabelState, Service
from tests.sandbox.mall import Mall
from tests.sandbox.model import BY_SELLER, OrderLine, ParentOrder, Status
from tests.sandbox.refusals import RefusedError

NO_BOUGHT_LABEL: Final = "RESTRICT_CALL_SHIPPING"
"""The fulfillment warning of orders that may have no label of Temu's."""
_ADVANCE_SALE: Final = "Y2_advance_sale"
_HOURS: Final = frozenset({"24", "48", "72", "96", "120"})
_HOURS_OF_ADVANCE_SALE: Final = frozenset(str(hours) for hours in range(144, 361, 24))
_MOST_PARCELS: Final = 20


def order_of(mall: Mall, number: str) -> ParentOrder:
    order = mall.orders.get(number)
    if order is None:
        raise RefusedError(refusals.SHIPMENT_ORDER_UNKNOWN)
    if order.fulfillment != BY_SELLER:
        raise RefusedError(refusals.NOT_THE_SELLERS_TO_SHIP)
    return order


def counted(pieces: list[LabelPiece]) -> Counter[tuple[str, str]]:
    counted = Counter[tuple[str, str]]()
    for piece in pieces:
        counted[piece.parent_order_sn, piece.order_sn] += piece.quantity
    return counted


def price_of(mall: Mall, service: Service, kilograms: float) -> int:
    return service.cents(kilograms) + mall.labels.surcharge_cents


def check_order(order: ParentOrder, *, later: bool, denies: bool = False) -> None:
    if order.status not in {Status.UNSHIPPED, Status.PARTLY_SHIPPED}:
        raise RefusedError(refusals.SHIPMENT_ORDER_INVALID)
    if order.cancel_pending and not denies:
        raise RefusedError(refusals.CANCEL_PENDING)
    if order.address_change_pending:
        raise RefusedError(refusals.ADDRESS_CHANGE_PENDING)
    if order.labels.get("pending_risk_control_alert"):
        raise RefusedError(refusals.RISK_ALERT_PENDING)
    if order.payment_type == "COD" and later:
        raise RefusedError(refusals.CASH_ON_DELIVERY_LATER)
    # Which code Temu has for it is told nowhere [C].
    if NO_BOUGHT_LABEL in order.fulfillment_warnings:
        raise RefusedError(refusals.SERVICE_NOT_FOR_THIS)


def check_hours(orders: list[ParentOrder], hours: str | None, *, later: bool) -> None:
    in_advance = {any(line.labels.get(_ADVANCE_SALE) for line in order.items) for order in orders}
    if len(in_advance) > 1:
        raise RefusedError(refusals.ADVANCE_SALE_NOT_TOGETHER)
    if True in in_advance and not later:
        raise RefusedError(refusals.ADVANCE_SALE_LATER)
    allowed = _HOURS_OF_ADVANCE_SALE if True in in_advance else _HOURS
    if hours is not None and hours not in allowed:
        raise RefusedError(refusals.HOURS_INVALID)


def check_form(mall: Mall, send_type: int, orders: list[ParentOrder], parcels: list[ParcelRequest]) -> None:
    pieces = counted([piece for parcel in parcels for piece in parcel.pieces])
    if len(parcels) > _MOST_PARCELS:
        raise RefusedError(refusals.TOO_MANY_PARCELS)
    if (send_type == 2) != (len(orders) > 1) or (send_type != 1 and len(parcels) != 1):
        raise RefusedError(refusals.INVALID_PARAMETERS)
    named = {order_sn for _, order_sn in pieces}
    if any(label.covers(named) and _blocks(mall, label) for label in mall.labels.labels):
        raise RefusedError(refusals.LABEL_REQUESTED_BEFORE)
    # That what has a label already is left out of the count is inferred [C].
    held = [label for label in mall.labels.labels if label.is_alive]
    for order in orders:
        waiting = [
            line
            for line in order.items
            if line.status == Status.UNSHIPPED and not any(label.covers({line.number}) for label in held)
        ]
        for line in order.items:
            sent = pieces.pop((order.number, line.number), 0)
            if sent and line not in waiting:
                raise RefusedError(refusals.SHIPMENT_ORDER_INVALID)
            _check_quantity(line, sent, waiting)
    if pieces:
        raise RefusedError(refusals.SHIPMENT_ORDER_UNKNOWN)
    if send_type == 2:
        _check_together(orders)


def _check_quantity(line: OrderLine, sent: int, waiting: list[OrderLine]) -> None:
    """All that waits of a parent order goes in one call [A]; which code says so is inferred from its words [C]."""
    if line in waiting and not sent:
        raise RefusedError(refusals.ORDER_INCOMPLETE)
    if line in waiting and sent != line.remaining:
        raise RefusedError(refusals.QUANTITY_DIFFERS)


def _check_together(orders: list[ParentOrder]) -> None:
    if any(order.address != orders[0].address for order in orders):
        raise RefusedError(refusals.ADDRESSES_DIFFER)
    if any(order.labels.get("signature_required_on_delivery") for order in orders):
        raise RefusedError(refusals.SIGNATURE_NOT_TOGETHER)
    if any(order.ships_alone for order in orders):
        raise RefusedError(refusals.NOT_TOGETHER)


def check_signature(mall: Mall, parcel: ParcelRequest) -> None:
    orders = [order_of(mall, piece.parent_order_sn) for piece in parcel.pieces]
    needs = any(order.labels.get("signature_required_on_delivery") for order in orders)
    if needs and not parcel.sign_service_id:
        raise RefusedError(refusals.SIGN_SERVICE_NEEDED)


def check_money(mall: Mall, prices: list[int]) -> None:
    """That too little money is refused with the code of money that is held back is inferred [C]."""
    if mall.labels.is_reserved or sum(prices) > mall.labels.balance_cents:
        raise RefusedError(refusals.FUNDS_RESERVED)


def _blocks(mall: Mall, label: Label) -> bool:
    if label.state is LabelState.FAILED:
        return mall.labels.failed_block
    return label.state is not LabelState.CANCELLED
