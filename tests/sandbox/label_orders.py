"""Orders for labels: bought, and tried again where they failed. All of a call is checked before anything changes."""

from collections import Counter

from tests.sandbox import lifecycle, refusals
from tests.sandbox.asked import Asked, Json
from tests.sandbox.label_checks import (
    check_form,
    check_hours,
    check_money,
    check_order,
    check_signature,
    counted,
    order_of,
    price_of,
)
from tests.sandbox.label_request import ParcelRequest, read_parcel
from tests.sandbox.labels import Label, LabelState, Measures
from tests.sandbox.mall import Mall
from tests.sandbox.model import ParentOrder, Status
from tests.sandbox.refusals import RefusedError


def create_labels(asked: Asked) -> Json:
    """Takes the order for labels, and the money; whether they are made is asked for later."""
    mall, parameters = asked.mall, asked.parameters
    send_type = parameters.required_whole("sendType", within=range(3))
    later, hours = bool(parameters.flag("shipLater")), parameters.text("shipLaterLimitTime")
    parcels = [read_parcel(mall, one) for one in parameters.required_parts("sendRequestList")]
    parents = list(dict.fromkeys(piece.parent_order_sn for parcel in parcels for piece in parcel.pieces))
    orders = [order_of(mall, number) for number in parents]
    denied = [
        order
        for order in orders
        if all(
            parcel.denies_cancellation
            for parcel in parcels
            if order.number in {piece.parent_order_sn for piece in parcel.pieces}
        )
    ]
    for order in orders:
        check_order(order, later=later, denies=order in denied)
    check_hours(orders, hours, later=later)
    check_form(mall, send_type, orders, parcels)
    for parcel in parcels:
        check_signature(mall, parcel)
    check_money(mall, [price_of(mall, parcel.service, parcel.measures.kilograms) for parcel in parcels])
    bought = [
        _bought(mall, parcel, hours=int(hours or 24) if later else None, number=mall.labels.new_number())
        for parcel in parcels
    ]
    for label in bought:
        mall.labels.buy(label)
    # That it is denied by the purchase, and not when the parcel leaves, is told nowhere [C].
    for order in denied:
        mall.cancellations.deny(order)
    return {
        "packageSnList": [label.number for label in bought],
        "warningMessage": [],
        "shipLaterLimitTime": hours if later else None,
    }


def retry_labels(asked: Asked) -> bool:
    """Tries labels that failed once more, each once at the most [A]."""
    mall, entries = asked.mall, asked.parameters.required_parts("retrySendPackageRequestList")
    found: list[tuple[Label, ParcelRequest]] = []
    for entry in entries:
        label = mall.labels.by_number(entry.required_text("packageSn"))
        if label is None:
            raise RefusedError(refusals.PACKAGE_UNKNOWN)
        if label.state is not LabelState.FAILED:
            raise RefusedError(refusals.LABEL_NOT_FAILED)
        if label.retries:
            raise RefusedError(refusals.RETRIED_BEFORE)
        parcel = read_parcel(mall, entry, is_retry=True)
        if counted(parcel.pieces) != label.pieces:
            raise RefusedError(refusals.RETRY_OF_OTHER_PIECES)
        for number in {piece.parent_order_sn for piece in parcel.pieces}:
            check_order(order_of(mall, number), later=label.ship_later_hours is not None)
        check_signature(mall, parcel)
        found.append((label, parcel))
    check_money(mall, [price_of(mall, parcel.service, parcel.measures.kilograms) for _, parcel in found])
    for label, parcel in found:
        label.service, label.measures = parcel.service, parcel.measures
        label.warehouse_id, label.sign_service_id = parcel.warehouse_id, parcel.sign_service_id
        label.cents = price_of(mall, parcel.service, parcel.measures.kilograms)
        label.state, label.retries = LabelState.WORKING, label.retries + 1
        label.looks = 0
        mall.labels.buy(label)
    return True


def _bought(mall: Mall, parcel: ParcelRequest, *, hours: int | None, number: str) -> Label:
    cents = price_of(mall, parcel.service, parcel.measures.kilograms)
    return Label(
        number, parcel.service, parcel.warehouse_id, parcel.measures, counted(parcel.pieces), cents, mall.now(), hours,
        sign_service_id=parcel.sign_service_id,
    )  # fmt: skip


def buy_in_seller_center(mall: Mall, order: ParentOrder, *, is_made: bool = True) -> Label:
    """A person buys a label for all of an order, without any call."""
    unit = ("1", "lb", "in") if mall.region == "US" else ("1.00", "kg", "cm")
    measures = Measures(*unit[:2], "", "", "10.00", "10.00", "10.00", unit[2], 1.0)
    pieces = Counter({(order.number, line.number): line.remaining for line in order.items if line.remaining})
    service = mall.labels.services[0]
    label = Label(
        mall.labels.new_number(), service, mall.addresses[0].id, measures, pieces,
        price_of(mall, service, measures.kilograms), mall.now(), ship_later_hours=24,
    )  # fmt: skip
    mall.labels.buy(label)
    if is_made:
        mall.labels.finish(label)
    return label


def ship_if_due(mall: Mall, label: Label) -> None:
    """A label that is made and wasn't asked for later ships its orders."""
    if label.state is LabelState.MADE and label.ship_later_hours is None and not label.was_confirmed:
        ship_label(mall, label)


def ship_label(mall: Mall, label: Label) -> None:
    """What a label is for has left, as far as nothing of it was cancelled or has left before."""
    label.was_confirmed = True
    for number in {parent for parent, _ in label.pieces}:
        order = mall.orders[number]
        named = {order_sn for _, order_sn in label.pieces}
        lines = [line for line in order.items if line.number in named and line.status == Status.UNSHIPPED]
        if lines:
            lifecycle.ship_lines(order, lines, now=mall.now())
            mall.touch(number)
