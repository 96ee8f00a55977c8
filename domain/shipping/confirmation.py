"""
The call that tells Temu of an order's packages, in the forms of its split-shipment guide (T4, T9). Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.models import Order, OrderItem, Package, PackageLine, SubPackage
from domain.shipping.tracking_numbers import tracking_key, unspaced
from domain.temu.messages import id_number

# One package; the number for it is named by one source only.
_WHOLE = 0
# Several packages of one parent order, or a piece in several boxes: so in Temu's guide.
_SPLIT = 1


@dataclass(frozen=True)
class Parcel:
    """
    A package with what it holds.
    """

    package: Package
    lines: Sequence[tuple[PackageLine, OrderItem]]
    sub_packages: Sequence[SubPackage]

    @property
    def carriers(self) -> set[str]:
        """
        Who carries it and its further boxes, as the person wrote them.
        """
        return {self.package.carrier, *(box.carrier for box in self.sub_packages)}


@dataclass(frozen=True)
class Labels:
    """
    What Temu calls that which people named: carrier by name, address by warehouse.
    """

    carriers: Mapping[str, str]
    addresses: Mapping[int, str]


def send_type(parcels: Sequence[Parcel]) -> int:
    """
    Temu's number for how an order is sent.
    """
    is_whole = len(parcels) == 1 and not parcels[0].sub_packages
    return _WHOLE if is_whole else _SPLIT


def packages(order: Order, parcels: Sequence[Parcel], labels: Labels) -> list[dict[str, Any]]:
    """
    One entry for each package, all of an order in one call: Temu takes no part of an order number later.
    """
    return [_entry(order, parcel, labels) for parcel in parcels]


def numbers(parcels: Sequence[Parcel]) -> dict[str, set[str]]:
    """
    The tracking keys under which each order below the parent left, without those of further boxes.
    """
    found: dict[str, set[str]] = {}
    for parcel in parcels:
        for _, item in parcel.lines:
            found.setdefault(item.channel_order_item_id, set()).add(
                tracking_key(parcel.package.tracking_number)
            )
    return found


def _entry(order: Order, parcel: Parcel, labels: Labels) -> dict[str, Any]:
    address = labels.addresses[parcel.package.warehouse_id]
    entry: dict[str, Any] = {
        "carrierId": id_number(labels.carriers[parcel.package.carrier]),
        # Temu takes letters and digits only (120014020).
        "trackingNumber": unspaced(parcel.package.tracking_number),
        "selfShippingWarehouseId": address,
        "orderSendInfoList": [
            {
                "parentOrderSn": order.channel_order_id,
                "orderSn": item.channel_order_item_id,
                "goodsId": id_number(item.website_product_id),
                "skuId": id_number(item.website_product_variant_id),
                "quantity": line.quantity,
            }
            for line, item in parcel.lines
        ],
    }
    if parcel.sub_packages:
        entry["subSendRequests"] = [
            {
                "carrierId": id_number(labels.carriers[box.carrier]),
                "trackingNumber": unspaced(box.tracking_number),
                "selfShippingWarehouseId": address,
            }
            for box in parcel.sub_packages
        ]
    return entry
