"""Packages with what they hold, what they are to become, and what is in the same parcel."""

from datetime import datetime

from domain.models import (
    CombinedPackage,
    Order,
    OrderItem,
    Package,
    PackageCorrection,
    PackageLine,
    SubPackage,
)
from tests.oracle.rows import Fields, Seen


def _packages(order: Order, seen: Seen) -> list[Package]:
    found = seen.all(Package, order_id=order.id, voided_at=None)
    return sorted(found, key=lambda package: package.id)


def _warnings(package: Package, _seen: Seen) -> list[str]:
    return package.upload_warnings


def _correction(package: Package, seen: Seen) -> PackageCorrection | None:
    return seen.one(PackageCorrection, package_id=package.id)


def _lines(package: Package, seen: Seen) -> list[PackageLine]:
    found = seen.all(PackageLine, package_id=package.id)
    return sorted(found, key=lambda line: line.order_item_id)


def _order_item(line: PackageLine, seen: Seen) -> OrderItem | None:
    return seen.visible(seen.get(OrderItem, id=line.order_item_id))


def _boxes(package: Package, seen: Seen) -> list[SubPackage]:
    return sorted(seen.all(SubPackage, package_id=package.id), key=lambda box: box.position)


def _combined_with(package: Package, seen: Seen) -> list[Order]:
    """T13: other orders, once each; what was voided counts for nothing (T12)."""
    mine = seen.one(CombinedPackage, package_id=package.id)
    if mine is None:
        return []
    same_parcel = seen.all(CombinedPackage, parcel_id=mine.parcel_id)
    others = [seen.get(Package, id=each.package_id) for each in same_parcel]
    numbers = {other.order_id for other in others if other.voided_at is None} - {package.order_id}
    orders = [seen.get(Order, id=number) for number in sorted(numbers)]
    return [order for order in orders if seen.visible(order)]


def _recorded_at(package: Package, _seen: Seen) -> datetime:
    return package.shipped_at


FIELDS: Fields = {
    "Package.createdAt": _recorded_at,
    "Order.packages": _packages,
    "Package.warnings": _warnings,
    "Package.correction": _correction,
    "Package.lines": _lines,
    "PackageLine.orderItem": _order_item,
    "Package.subPackages": _boxes,
    "Package.combinedWith": _combined_with,
}
