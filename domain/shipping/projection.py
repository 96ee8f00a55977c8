"""
What of packages can be read by a projection.
"""

from domain.inventory.projection import WAREHOUSE
from domain.orders.projection import ORDER, ORDER_ITEM
from domain.projection.fields import Entity, Many, One, global_id, moment, text, texts, whole

_LINE = Entity("PackageLine", "package_lines", company=None)
_LINE.fields |= {
    "orderItem": One(ORDER_ITEM, "{other}.id = {row}.order_item_id"),
    "quantity": whole("quantity"),
}

_BOX = Entity("SubPackage", "sub_packages", company=None)
_BOX.fields |= {"carrier": text("carrier"), "trackingNumber": text("tracking_number")}

_CORRECTION = Entity("PackageCorrection", "package_corrections", company=None)
_CORRECTION.fields |= {
    "carrier": text("carrier"),
    "trackingNumber": text("tracking_number"),
    "warehouse": One(WAREHOUSE, "{other}.id = {row}.warehouse_id"),
    "requestedAt": moment("requested_at"),
    "refusal": text("refusal"),
}

PACKAGE = Entity("Package", "packages")
PACKAGE.fields |= {
    "id": global_id("Package"),
    "carrier": text("carrier"),
    "trackingNumber": text("tracking_number"),
    "shippedAt": moment("shipped_at"),
    "uploadedAt": moment("uploaded_at"),
    "warnings": texts("upload_warnings"),
    "voidedAt": moment("voided_at"),
    "correction": One(_CORRECTION, "{other}.package_id = {row}.id"),
    "warehouse": One(WAREHOUSE, "{other}.id = {row}.warehouse_id"),
    "lines": Many(_LINE, "{other}.package_id = {row}.id", ["order_item_id"]),
    "subPackages": Many(_BOX, "{other}.package_id = {row}.id", ["position"]),
}
# Packages are a subject above orders, which know nothing of them by themselves.
ORDER.fields["packages"] = Many(PACKAGE, "{other}.order_id = {row}.id AND {other}.voided_at IS NULL", ["id"])
