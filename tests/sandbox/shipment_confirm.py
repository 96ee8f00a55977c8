"""Confirming a shipment: everything is checked before anything changes, so a refused call leaves no trace."""

import itertools
import re
from collections import Counter
from collections.abc import Collection
from typing import Final

from tests.sandbox import lifecycle, refusals
from tests.sandbox.asked import Asked, Json
from tests.sandbox.carrier_limits import check_carrier
from tests.sandbox.mall import Mall
from tests.sandbox.model import BY_SELLER, OrderLine, ParentOrder, Status
from tests.sandbox.refusals import RefusedError
from tests.sandbox.shipment_request import Box, Entry, Piece, SendType, ShipmentRequest, read_request
from tests.sandbox.shipping import Package, SubPackage, package_number

NO_OWN_LABEL: Final = "RESTRICT_SELF_SHIPPING"
"""The fulfillment warning of orders that may only have Temu's own labels."""
DENY_CANCELLATION: Final = "DENY_CANCELLATION"
DENY_ADDRESS_CHANGE: Final = "DENY_ADDRESS_CHANGE"
DENY_RISK: Final = "DENY_PARENT_RISK_WARNING"

# Temu checks each carrier's form and publishes none. Only what no carrier writes is refused, and UPS's own form, which
# nobody else uses, with a carrier that isn't UPS. [C]
_FORM: Final = re.compile(r"[0-9A-Za-z]+")
_LENGTHS: Final = range(8, 41)
_OF_UPS: Final = re.compile(r"1Z[0-9A-Z]{16}")


def confirm_shipment(asked: Asked) -> Json:
    request = read_request(asked.parameters)
    for parent_order_sn in request.parents:
        _check_parent(asked.mall, parent_order_sn)
    for piece in request.pieces:
        _check_piece(asked.mall, piece)
    for parent_order_sn in request.parents:
        _check_holds(asked.mall, asked.mall.orders[parent_order_sn], request.accepted_for(parent_order_sn))
    _check_quantities(asked.mall, request)
    if request.send_type is SendType.TOGETHER:
        _check_together([asked.mall.orders[number] for number in request.parents], request)
    for box in request.boxes:
        check_box(asked.mall, box)
    for entry in request.entries:
        for box, piece in itertools.product(entry.boxes, entry.pieces):
            check_carrier(asked.mall, asked.mall.orders[piece.parent_order_sn], box.carrier_id)
    _check_numbers_are_new(asked.mall, request)
    _apply(asked.mall, request)
    warned = [asked.mall.number_warnings.get(box.tracking_number) for box in request.boxes]
    return {"assistantAgreementText": None, "warningMessage": [words for words in warned if words]}


def _check_parent(mall: Mall, number: str) -> None:
    """The page has no code of its own for orders that can't be shipped yet or any more [C]."""
    order = mall.orders.get(number)
    if order is None:
        raise RefusedError(refusals.SHIPMENT_ORDER_UNKNOWN)
    if order.status in {Status.PENDING, Status.CANCELLED}:
        raise RefusedError(refusals.SHIPMENT_ORDER_INVALID, f"{number} has status {int(order.status)}")
    if order.fulfillment != BY_SELLER:
        raise RefusedError(refusals.NOT_THE_SELLERS_TO_SHIP)


def _check_piece(mall: Mall, piece: Piece) -> None:
    line = _line(mall, piece)
    if line is None:
        raise RefusedError(
            refusals.SHIPMENT_ORDER_UNKNOWN, f"{piece.order_sn} isn't of {piece.parent_order_sn}"
        )
    if piece.goods_id not in {None, line.goods.goods_id} or piece.sku_id not in {None, line.goods.sku_id}:
        raise RefusedError(refusals.SHIPMENT_ORDER_INVALID, f"{line.number} is of other goods")
    if line.status == Status.CANCELLED:
        raise RefusedError(refusals.SHIPMENT_ORDER_INVALID, f"{line.number} is cancelled")
    if line.status != Status.UNSHIPPED:
        raise RefusedError(refusals.ALREADY_SHIPPED)
    if any(label.is_alive and label.covers({line.number}) for label in mall.labels.labels):
        raise RefusedError(refusals.LABEL_BOUGHT)


def _check_holds(mall: Mall, order: ParentOrder, accepted: Collection[str]) -> None:
    """What waits is denied by a shipment that says so [A]; a review of Temu's own, and of a report of missing stock, is no
    request of the buyer's, and so can't be [C].
    """
    is_reviewed = mall.cancellations.is_under_review(order)
    if is_reviewed or any(report.is_open for report in mall.out_of_stock.of(order)):
        raise RefusedError(refusals.CANCELLATION_UNDER_REVIEW)
    if order.cancel_pending and DENY_CANCELLATION not in accepted:
        raise RefusedError(refusals.CANCEL_PENDING)
    if order.address_change_pending and DENY_ADDRESS_CHANGE not in accepted:
        raise RefusedError(refusals.ADDRESS_CHANGE_PENDING)
    if order.labels.get("pending_risk_control_alert") and DENY_RISK not in accepted:
        raise RefusedError(refusals.RISK_ALERT_PENDING)
    if order.payment_type == "COD":
        raise RefusedError(refusals.CASH_ON_DELIVERY)
    if order.own_label_forbidden:
        raise RefusedError(refusals.OWN_LABEL_FORBIDDEN)
    if NO_OWN_LABEL in order.fulfillment_warnings:
        raise RefusedError(refusals.ONLY_TEMUS_LABELS)


def _check_quantities(mall: Mall, request: ShipmentRequest) -> None:
    """An order's whole quantity in one call; the code is that of bg.logistics.shipment.create [C]."""
    for entry in request.entries:
        if len({piece.order_sn for piece in entry.pieces}) < len(entry.pieces):
            raise RefusedError(refusals.ORDER_TWICE_IN_PACKAGE)
    sent = Counter[str]()
    for piece in request.pieces:
        sent[piece.order_sn] += piece.quantity
    for piece in request.pieces:
        line = _line(mall, piece)
        if line is not None and sent[line.number] != line.remaining:
            raise RefusedError(
                refusals.QUANTITY_DIFFERS,
                f"{line.number} has {line.remaining} to ship, and not {sent[line.number]}",
            )


def _check_together(orders: list[ParentOrder], request: ShipmentRequest) -> None:
    """Several parent orders in one package go to one address, and each goes whole."""
    if any(order.address != orders[0].address for order in orders):
        raise RefusedError(refusals.ADDRESSES_DIFFER)
    if any(order.labels.get("signature_required_on_delivery") for order in orders):
        raise RefusedError(refusals.SIGNATURE_NOT_TOGETHER)
    if len({any(line.labels.get("US_to_CA") for line in order.items) for order in orders}) > 1:
        raise RefusedError(refusals.US_TO_CA_NOT_TOGETHER)
    if any(order.ships_alone for order in orders):
        raise RefusedError(refusals.NOT_TOGETHER)
    named = {piece.order_sn for piece in request.pieces}
    if any(
        line.status == Status.UNSHIPPED and line.number not in named
        for order in orders
        for line in order.items
    ):
        raise RefusedError(refusals.NOT_TOGETHER)


def check_box(mall: Mall, box: Box) -> None:
    if all(address.id != box.address_id for address in mall.addresses):
        raise RefusedError(refusals.SHIPPING_ADDRESS_UNKNOWN)
    carrier = next((one for one in mall.sandbox.carriers if one.id == box.carrier_id), None)
    if carrier is None:
        raise RefusedError(refusals.CARRIER_OR_NUMBER_WRONG, "no such carrier")
    number = box.tracking_number
    if not _FORM.fullmatch(number):
        raise RefusedError(refusals.SYMBOLS_IN_NUMBER)
    if len(number) not in _LENGTHS:
        raise RefusedError(refusals.NUMBER_INVALID, f"the tracking number is invalid: {number}")
    if _OF_UPS.fullmatch(number.upper()) and carrier.brand != "UPS":
        raise RefusedError(refusals.CARRIER_OR_NUMBER_WRONG, "the tracking number is another carrier's")


def _check_numbers_are_new(mall: Mall, request: ShipmentRequest) -> None:
    """One number is one package, for ever and in every mall, whatever the case of its letters."""
    numbers = [box.tracking_number.upper() for box in request.boxes]
    if len(set(numbers)) < len(numbers):
        raise RefusedError(refusals.NUMBER_TWICE)
    if not mall.sandbox.used_numbers.isdisjoint(numbers):
        raise RefusedError(refusals.NUMBER_USED)


def _apply(mall: Mall, request: ShipmentRequest) -> None:
    now = mall.now()
    for entry in request.entries:
        for package in _packages(mall, entry, now):
            mall.keep_package(package)
    mall.sandbox.used_numbers.update(box.tracking_number.upper() for box in request.boxes)
    named = {piece.order_sn for piece in request.pieces}
    for number in request.parents:
        order = mall.orders[number]
        mall.cancellations.deny(order)
        order.address_change_pending = False
        order.labels.pop("pending_risk_control_alert", None)
        lifecycle.ship_lines(order, [line for line in order.items if line.number in named], now=now)
        mall.touch(number)


def _packages(mall: Mall, entry: Entry, now: int) -> list[Package]:
    number = package_number(mall.shipping_source)
    sub_packages = tuple(
        SubPackage(package_number(mall.shipping_source), box.carrier_id, box.tracking_number, box.address_id)
        for box in entry.sub_boxes
    )
    box = entry.box
    sku_of = {
        line.number: line.goods.sku_id for piece in entry.pieces for line in [_line(mall, piece)] if line
    }
    return [
        Package(
            number,
            box.carrier_id,
            box.tracking_number,
            box.address_id,
            piece.order_sn,
            sku_of[piece.order_sn],
            piece.quantity,
            sub_packages,
            now,
        )
        for piece in entry.pieces
    ]


def _line(mall: Mall, piece: Piece) -> OrderLine | None:
    order = mall.orders[piece.parent_order_sn]
    return next((line for line in order.items if line.number == piece.order_sn), None)
