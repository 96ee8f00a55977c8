"""Labels that are bought from the channel."""

from collections.abc import Mapping
from typing import Any

from domain.models import (
    ChannelAction,
    Company,
    Order,
    OrderItem,
    ShippingLabel,
    ShippingLabelFile,
    ShippingLabelLine,
    Warehouse,
)
from tests.oracle.orders import money
from tests.oracle.pages import Listed, Values, is_in
from tests.oracle.rows import Fields, Seen, global_id


def _of_company(company: Company, seen: Seen) -> list[ShippingLabel]:
    return seen.all(ShippingLabel, company_id=company.id)


def _newest_first(label: ShippingLabel) -> Values:
    return (label.id,)


def _is_printed(label: ShippingLabel, seen: Seen) -> bool:
    file = seen.one(ShippingLabelFile, label_id=label.id)
    return file is not None and file.printed_at is not None


def _matches(label: ShippingLabel, wanted: Mapping[str, Any], seen: Seen) -> bool:
    warehouse = None if label.warehouse_id is None else global_id("Warehouse", label.warehouse_id)
    is_printed = _is_printed(label, seen)
    return (
        wanted.get("trackingNumber") in {None, label.tracking_number}
        and wanted.get("packageNumber") in {None, label.package_number}
        and label.status.value in wanted.get("status", [label.status.value])
        and label.origin.value in wanted.get("origin", [label.origin.value])
        and ("warehouseIds" not in wanted or warehouse in wanted["warehouseIds"])
        and ("carriers" not in wanted or label.carrier in wanted["carriers"])
        and wanted.get("isPrinted", is_printed) is is_printed
        and is_in(label.created_at, wanted.get("createdAt"))
        and is_in(label.bought_at, wanted.get("boughtAt"))
        and is_in(label.confirmed_at, wanted.get("confirmedAt"))
    )


def _of_order(order: Order, seen: Seen) -> list[ShippingLabel]:
    numbers = {line.label_id for line in seen.all(ShippingLabelLine, order_id=order.id)}
    return [seen.get(ShippingLabel, id=number) for number in sorted(numbers)]


def _lines(label: ShippingLabel, seen: Seen) -> list[ShippingLabelLine]:
    return sorted(seen.all(ShippingLabelLine, label_id=label.id), key=lambda line: line.order_item_id)


def _orders(label: ShippingLabel, seen: Seen) -> list[Order]:
    numbers = {line.order_id for line in _lines(label, seen)}
    return [seen.get(Order, id=number) for number in sorted(numbers)]


def _weight(label: ShippingLabel, _seen: Seen) -> Mapping[str, Any] | None:
    return None if label.weight is None else {"value": label.weight, "unit": label.weight_unit}


def _dimensions(label: ShippingLabel, _seen: Seen) -> Mapping[str, Any] | None:
    if label.length is None:
        return None
    sides = {name: getattr(label, name) for name in ("length", "width", "height")}
    return {**sides, "unit": label.length_unit}


LISTS = {
    "Company.shippingLabels": Listed(
        "shipping_labels", _of_company, _newest_first, descending=True, matches=_matches
    )
}
FIELDS: Fields = {
    "Order.shippingLabels": _of_order,
    "ShippingLabel.estimatedCost": lambda label, _: money(label.estimated_amount, label.currency_code),
    "ShippingLabel.mostToPay": lambda label, _: money(label.most_to_pay_amount, label.currency_code),
    "ShippingLabel.weight": _weight,
    "ShippingLabel.dimensions": _dimensions,
    "ShippingLabel.company": lambda label, seen: seen.visible(seen.get(Company, id=label.company_id)),
    "ShippingLabel.warehouse": lambda label, seen: seen.one(Warehouse, id=label.warehouse_id),
    "ShippingLabel.action": lambda label, seen: seen.one(ChannelAction, id=label.action_id),
    "ShippingLabel.file": lambda label, seen: seen.one(ShippingLabelFile, label_id=label.id),
    "ShippingLabelFile.bytes": lambda file, _: file.size,
    "ShippingLabelFile.nextAttemptAt": lambda file, _: file.due_at,
    "ShippingLabel.lines": _lines,
    "ShippingLabel.orders": _orders,
    "ShippingLabelLine.orderItem": lambda line, seen: seen.get(OrderItem, id=line.order_item_id),
}
