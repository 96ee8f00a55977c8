"""
Packages that left the house.
"""

from datetime import datetime

import strawberry

from api import ids
from api.context import Info
from api.node import Node
from api.types.inventory import Warehouse, warehouse_of
from api.types.order import Order, OrderItem
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
        )

    @strawberry.field(description="Where it was packed.")
    async def warehouse(self, info: Info) -> Warehouse:
        return await warehouse_of(info, self.row.warehouse_id)

    @strawberry.field(description="What it holds.")
    async def lines(self, info: Info) -> list[PackageLine]:
        return await info.context.loaders.lines_of_package.load(self.row.id)

    @strawberry.field(
        description="The other orders in the same parcel, where it was recorded with shipOrdersTogether."
    )
    async def combined_with(self, info: Info) -> list[Order]:
        return await info.context.loaders.combined_with_package.load(self.row.id)

    @strawberry.field(description="Further boxes, where its one piece did not fit into one.")
    async def sub_packages(self, info: Info) -> list[SubPackage]:
        return await info.context.loaders.boxes_of_package.load(self.row.id)
