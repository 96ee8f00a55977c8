"""Packages with a label of Temu's that have not left: listed, and confirmed as shipped by the seller or by Temu's own clock."""

from tests.sandbox import refusals
from tests.sandbox.asked import Asked, Json
from tests.sandbox.label_orders import ship_label
from tests.sandbox.labels import Label, LabelState
from tests.sandbox.mall import Mall
from tests.sandbox.model import Status
from tests.sandbox.parameters import Parameters
from tests.sandbox.refusals import RefusedError


def unshipped_packages(asked: Asked) -> Json:
    """Newest first is not told [C]; a package whose orders were all cancelled stays listed, as its row has a place for these."""
    mall, parameters = asked.mall, asked.parameters
    page = parameters.required_whole("pageNumber", within=range(1, 10**6))
    size = parameters.required_whole("pageSize", within=range(1, 101))
    parents, orders = parameters.texts("parentOrderSnList"), parameters.texts("orderSnList")
    if any(number not in mall.orders for number in parents or []):
        raise RefusedError(refusals.SHIPMENT_ORDER_INVALID)
    confirm_due(mall)
    waiting = [
        label
        for label in mall.labels.labels
        if is_waiting(label)
        and any(parents is None or parent in parents for parent, _ in label.pieces)
        and any(orders is None or order_sn in orders for _, order_sn in label.pieces)
    ]
    shown = waiting[(page - 1) * size : page * size]
    return {"totalItemNum": len(waiting), "unshippedPackage": [_row(mall, label) for label in shown]}


def confirm_packages(asked: Asked) -> Json:
    """All are checked before anything changes [C]; what is warned of was not confirmed [B]."""
    mall = asked.mall
    confirm_due(mall)
    found = [_checked(mall, one) for one in asked.parameters.required_parts("packageSendInfoList")]
    warned = mall.label_files.refuses_confirmation
    for label in found:
        if label.number not in warned:
            ship_label(mall, label)
    return {
        "warningMessage": [
            {"packageSn": label.number, "warningMessage": warned[label.number]}
            for label in found
            if label.number in warned
        ]
    }


def confirm_due(mall: Mall) -> None:
    """What Temu's clock does: a package counts as shipped so many hours after its label was made."""
    with mall.sandbox.lock:
        for label in mall.labels.labels:
            hours = label.ship_later_hours
            if is_waiting(label) and hours is not None and label.created_at + hours * 3600 <= mall.now():
                ship_label(mall, label)


def is_waiting(label: Label) -> bool:
    return label.state is LabelState.MADE and not label.was_confirmed


def _checked(mall: Mall, one: Parameters) -> Label:
    number, tracking = one.required_text("packageSn"), one.required_text("trackingNumber")
    pieces = {
        (detail.required_text("parentOrderSn"), detail.required_text("orderSn")): detail.required_whole(
            "quantity"
        )
        for detail in one.required_parts("packageDetail")
    }
    label = mall.labels.by_number(number)
    if label is not None and label.state is LabelState.CANCELLED:
        raise RefusedError(refusals.PACKAGES_CANCELLED)
    if label is None or label.state is not LabelState.MADE:
        raise RefusedError(refusals.PACKAGE_UNKNOWN)
    if label.tracking_number != tracking:
        raise RefusedError(refusals.NUMBER_OF_ANOTHER_PACKAGE)
    if label.was_confirmed:
        raise RefusedError(refusals.ALREADY_SHIPPED)
    if any(mall.orders[parent].cancel_pending for parent, _ in label.pieces):
        raise RefusedError(refusals.AFTER_SALES_OPEN)
    shippable = _shippable(mall, label)
    if not shippable:
        raise RefusedError(refusals.NOTHING_TO_SHIP)
    if set(pieces) - set(label.pieces):
        raise RefusedError(refusals.SHIPMENT_ORDER_INVALID)
    if pieces != shippable:
        raise RefusedError(refusals.QUANTITY_DIFFERS)
    return label


def _row(mall: Mall, label: Label) -> Json:
    shippable = _shippable(mall, label)
    cancelled = {
        at: pieces - shippable.get(at, 0)
        for at, pieces in label.pieces.items()
        if pieces > shippable.get(at, 0)
    }
    return {
        "packageSn": label.number,
        "mainPackageSn": label.number,
        "subPackageSnList": [],
        "subPackageType": "MAIN",
        "trackingNumber": label.tracking_number,
        "carrierId": label.service.ship_company_id,
        "carrierName": label.service.name,
        "packageDetail": {
            "shippableOrders": _orders(mall, shippable),
            "canceledOrders": _orders(mall, cancelled),
        },
    }


def _shippable(mall: Mall, label: Label) -> dict[tuple[str, str], int]:
    """What of a label's pieces was not cancelled since."""
    left: dict[tuple[str, str], int] = {}
    for (parent, order_sn), pieces in label.pieces.items():
        line = mall.orders[parent].line(order_sn)
        if line.status != Status.CANCELLED and line.remaining > 0:
            left[parent, order_sn] = min(pieces, line.remaining)
    return left


def _orders(mall: Mall, pieces: dict[tuple[str, str], int]) -> list[Json]:
    return [
        {"parentOrderSn": parent, "orderSn": order_sn, "quantity": quantity, "mallId": mall.mall_id}
        for (parent, order_sn), quantity in pieces.items()
    ]
