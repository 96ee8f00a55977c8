"""Packages that left the house."""

from datetime import datetime

from api.reading.declared import column, many, one, rows_of
from api.schema.relay import Node
from api.schema.types.inventory import Warehouse
from api.schema.types.order import Order, OrderItem
from api.values.described import described_type
from domain import models
from domain.shipping.queries import is_in_the_same_parcel


@rows_of(models.PackageLine, None)
@described_type
class PackageLine:
    """Pieces of one item in a package."""

    order_item: OrderItem = one("The item.", lambda line, item: item.id == line.order_item_id)
    quantity: int = column("Pieces of it.")


@rows_of(models.SubPackage, None)
@described_type
class SubPackage:
    """A further box of a package that holds one piece which needs several."""

    carrier: str = column("Who carries it.")
    tracking_number: str = column("The carrier's number of it.")


@rows_of(models.PackageCorrection, None)
@described_type
class PackageCorrection:
    """What a package that Temu has is to become there; until then the package says what Temu holds."""

    carrier: str = column("Who carries it.")
    tracking_number: str = column("The carrier's number of it.")
    requested_at: datetime = column("When it was asked for.")
    refusal: str | None = column(
        "Why Temu doesn't take it, and what to do; null while it waits to be told. uploadTracking tells it again."
    )
    warehouse: Warehouse = one(
        "Where it was packed.", lambda correction, warehouse: warehouse.id == correction.warehouse_id
    )


@rows_of(models.Package)
@described_type
class Package(Node):
    """A parcel with some pieces of one order."""

    carrier: str = column("Who carries it.")
    tracking_number: str = column("The carrier's number of it.")
    shipped_at: datetime = column("When it was recorded as shipped.")
    created_at: datetime = column("The same: when it was recorded.", lambda package: package.shipped_at)
    updated_at: datetime = column("When it was last changed, by a person or by what Temu answered.")
    uploaded_at: datetime | None = column("When Temu accepted its tracking; null until then.")
    warnings: list[str] = column(
        "What Temu said of its number when it accepted it, in Temu's words: mostly that it looks wrong.",
        lambda package: package.upload_warnings,
    )
    voided_at: datetime | None = column(
        "When it was taken back by voidPackage, since when it counts for nothing; null for all others."
    )
    warehouse: Warehouse = one(
        "Where it was packed.", lambda package, warehouse: warehouse.id == package.warehouse_id
    )
    correction: PackageCorrection | None = one(
        "What it is to become at Temu, where updatePackage corrected it after its upload; null where nothing waits.",
        lambda package, correction: correction.package_id == package.id,
    )
    lines: list[PackageLine] = many(
        "What it holds.",
        lambda package, line: line.package_id == package.id,
        order=lambda line: [line.order_item_id],
    )
    combined_with: list[Order] = many(
        "The other orders in the same parcel, where it was recorded with shipOrdersTogether.",
        is_in_the_same_parcel,
    )
    sub_packages: list[SubPackage] = many(
        "Further boxes, where its one piece did not fit into one.",
        lambda package, box: box.package_id == package.id,
        order=lambda box: [box.position],
    )
