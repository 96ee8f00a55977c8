"""The call that confirms packages to Temu, in the forms of its guides to split and combined shipments (T4, T9, T13). Pure.

Forms [A]: the parameter tables of bg.logistics.shipment.v2.confirm, the same in three regions and in a client's Javadoc.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.models import Package, SubPackage
from domain.shipping.parcels import Parcel
from domain.shipping.tracking_numbers import tracking_key, unspaced
from domain.temu.messages import DENY_CANCELLATION, id_number
from domain.temu.wording import tellable

# One package of one parent order. The tables say of all its products; a live connector tells the lines of one order apart
# from each other by it as well [B].
_WHOLE = 0
# Several packages of one parent order, or a piece in several boxes: so in Temu's guide. All pieces of an order below the
# parent are to be in one call; other orders below it may follow, as the order fulfilment guide says [A].
_SPLIT = 1
# One package of several parent orders, all that is to be shipped of each.
_TOGETHER = 2


@dataclass(frozen=True)
class TemuIds:
    """What Temu calls that which people named: carrier by name, address by warehouse."""

    carriers: Mapping[str, str]
    addresses: Mapping[int, str]


def send_type(parcels: Sequence[Parcel]) -> int:
    """Temu's number for how these are sent."""
    if len({parcel.order.id for parcel in parcels}) > 1:
        return _TOGETHER
    return _WHOLE if len(parcels) == 1 and not parcels[0].sub_packages else _SPLIT


def packages(parcels: Sequence[Parcel], temu_ids: TemuIds) -> list[dict[str, Any]]:
    """One entry for each tracking number: Temu takes no part of an order number later, and no number again."""
    together: dict[int, list[Parcel]] = {}
    for parcel in parcels:
        together.setdefault(parcel.parcel_id or parcel.package.id, []).append(parcel)
    return [_entry(found, temu_ids) for found in together.values()]


def numbers(parcels: Sequence[Parcel]) -> dict[str, set[str]]:
    """The tracking keys under which each order below the parent left, without those of further boxes."""
    found: dict[str, set[str]] = {}
    for parcel in parcels:
        for _, item in parcel.lines:
            found.setdefault(item.channel_order_item_id, set()).add(
                tracking_key(parcel.package.tracking_number)
            )
    return found


def warnings_by_package(
    warnings: Sequence[str], numbers: Mapping[int, Collection[str]]
) -> dict[int, list[str]]:
    """Warnings by package, whose tracking keys *numbers* gives: one that names a number goes to its package, others to
    all, as Temu's list says nothing else of what they are about [A]. Nothing is told of them that may be a buyer's.
    """
    found: dict[int, list[str]] = {package: [] for package in numbers}
    sent = [key for keys in numbers.values() for key in keys]
    for warning in dict.fromkeys(warnings):
        words = "".join(warning.split()).upper()
        named = [package for package, keys in numbers.items() if any(key in words for key in keys)]
        for package in named or numbers:
            found[package].append(tellable(warning, sent=sent))
    return found


def _entry(parcels: Sequence[Parcel], temu_ids: TemuIds) -> dict[str, Any]:
    parcel = parcels[0]
    address = temu_ids.addresses[parcel.package.warehouse_id]
    entry: dict[str, Any] = {
        **_label(parcel.package, temu_ids, address),
        # goodsId and skuId may be left out [A: the tables of three regions; a live connector sends neither], and a
        # semi-managed mall tells no skuId of its lines. quantity is of the order's units, whatever pieces one has.
        "orderSendInfoList": [
            {
                "parentOrderSn": each.order.channel_order_id,
                "orderSn": item.channel_order_item_id,
                "quantity": line.quantity,
            }
            for each in parcels
            for line, item in each.lines
        ],
    }
    if all(each.order.cancellation_declined_at is not None for each in parcels):
        entry["confirmAcceptance"] = [DENY_CANCELLATION]
    if parcel.sub_packages:
        entry["subSendRequests"] = [_label(box, temu_ids, address) for box in parcel.sub_packages]
    return entry


def _label(box: Package | SubPackage, temu_ids: TemuIds, address: str) -> dict[str, Any]:
    return {
        "carrierId": id_number(temu_ids.carriers[box.carrier]),
        # Temu takes letters and digits only (120014020).
        "trackingNumber": unspaced(box.tracking_number),
        "selfShippingWarehouseId": address,
    }
