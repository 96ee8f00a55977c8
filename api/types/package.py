"""
Packages that left the house.
"""

from datetime import datetime

import strawberry

from api import ids
from api.context import Info
from api.node import Node
from api.types.inventory import Warehouse, warehouse_of
from api.types.order import OrderItem
from domain import models


@strawberry.type(description="Pieces of one item in a package.")
class PackageLine:
    """What a package holds of one item."""

    order_item: OrderItem = strawberry.field(description="The item.")
    quantity: int = strawberry.field(description="Pieces of it.")

    @classmethod
    def of(cls, line: models.PackageLine, item: models.OrderItem) -> "PackageLine":
        """
        A line with its item.
        """
        return cls(order_item=OrderItem.from_row(item), quantity=line.quantity)


@strawberry.type(description="A further box of a package that holds one piece which needs several.")
class SubPackage:
    """A further box."""

    carrier: str = strawberry.field(description="Who carries it.")
    tracking_number: str = strawberry.field(description="The carrier's number of it.")

    @classmethod
    def from_row(cls, row: models.SubPackage) -> "SubPackage":
        """
        The box of a row.
        """
        return cls(carrier=row.carrier, tracking_number=row.tracking_number)


@strawberry.type(
    description="What a package that Temu has is to become there; until then the package says what Temu holds."
)
class PackageCorrection:
    """A correction that Temu has not taken yet."""

    row: strawberry.Private[models.PackageCorrection]
    carrier: str = strawberry.field(description="Who carries it.")
    tracking_number: str = strawberry.field(description="The carrier's number of it.")
    requested_at: datetime = strawberry.field(description="When it was asked for.")
    refusal: str | None = strawberry.field(
        description="Why Temu doesn't take it, and what to do; null while it waits to be told. uploadTracking tells it again."
    )

    @classmethod
    def from_row(cls, row: models.PackageCorrection) -> "PackageCorrection":
        """
        The correction of a row.
        """
        return cls(
            row=row,
            carrier=row.carrier,
            tracking_number=row.tracking_number,
            requested_at=row.requested_at,
            refusal=row.refusal,
        )

    @strawberry.field(description="Where it was packed.")
    async def warehouse(self, info: Info) -> Warehouse:
        return await warehouse_of(info, self.row.warehouse_id)


@strawberry.type(description="A parcel with some pieces of one order.")
class Package(Node):
    """A package."""

    row: strawberry.Private[models.Package]
    carrier: str = strawberry.field(description="Who carries it.")
    tracking_number: str = strawberry.field(description="The carrier's number of it.")
    shipped_at: datetime = strawberry.field(description="When it was recorded as shipped.")
    uploaded_at: datetime | None = strawberry.field(
        description="When Temu accepted its tracking; null until then."
    )
    warnings: list[str] = strawberry.field(
        description="What Temu said of its number when it accepted it, in Temu's words: mostly that it looks wrong."
    )
    voided_at: datetime | None = strawberry.field(
        description="When it was taken back by voidPackage, since when it counts for nothing; null for all others."
    )

    @classmethod
    def from_row(cls, row: models.Package) -> "Package":
        """
        The package of a row.
        """
        return cls(
            id=strawberry.ID(ids.encode("Package", row.id)),
            row=row,
            carrier=row.carrier,
            tracking_number=row.tracking_number,
            shipped_at=row.shipped_at,
            uploaded_at=row.uploaded_at,
            warnings=row.upload_warnings,
            voided_at=row.voided_at,
        )

    @strawberry.field(description="Where it was packed.")
    async def warehouse(self, info: Info) -> Warehouse:
        return await warehouse_of(info, self.row.warehouse_id)

    @strawberry.field(
        description="What it is to become at Temu, where updatePackage corrected it after its upload; null where nothing waits."
    )
    async def correction(self, info: Info) -> PackageCorrection | None:
        return await info.context.loaders.correction_of_package.load(self.row.id)

    @strawberry.field(description="What it holds.")
    async def lines(self, info: Info) -> list[PackageLine]:
        return await info.context.loaders.lines_of_package.load(self.row.id)

    @strawberry.field(description="Further boxes, where its one piece did not fit into one.")
    async def sub_packages(self, info: Info) -> list[SubPackage]:
        return await info.context.loaders.boxes_of_package.load(self.row.id)
