"""
Warehouses, what lies in them, and the channel's names for them.
"""

import strawberry

from api import enums, ids
from api.context import Info
from api.node import Node
from domain import models
from domain.inventory.queries import Level


@strawberry.type(description="A place where stock lies; it belongs to the whole organisation.")
class Warehouse(Node):
    """A warehouse."""

    name: str = strawberry.field(description="What people call it.")
    is_sellable: bool = strawberry.field(description="Whether what lies there may be sold.")

    @classmethod
    def from_row(cls, row: models.Warehouse) -> "Warehouse":
        """
        The warehouse of a row.
        """
        return cls(
            id=strawberry.ID(ids.encode("Warehouse", row.id)), name=row.name, is_sellable=row.is_sellable
        )


async def warehouse_of(info: Info, warehouse_id: int) -> Warehouse:
    """
    A warehouse that something refers to.
    """
    warehouse = await info.context.loaders.warehouse.load(warehouse_id)
    if warehouse is None:
        raise LookupError(f"warehouse {warehouse_id} is referred to and gone")
    return warehouse


@strawberry.type(description="Pieces of one product in one warehouse.")
class InventoryLevel:
    """What lies where."""

    level: strawberry.Private[Level]
    on_hand: int = strawberry.field(description="Pieces that lie there.")
    reserved: int = strawberry.field(description="Pieces of these that orders hold.")

    @classmethod
    def of(cls, level: Level) -> "InventoryLevel":
        """
        A level as read.
        """
        return cls(level=level, on_hand=level.on_hand, reserved=level.reserved)

    @strawberry.field(description="Where.")
    async def warehouse(self, info: Info) -> Warehouse:
        return await warehouse_of(info, self.level.warehouse_id)


@strawberry.type(description="The name by which a channel knows a warehouse.")
class ChannelWarehouseMapping:
    """A warehouse and its name at the channel."""

    row: strawberry.Private[models.ChannelWarehouseMapping]
    channel: enums.Channel = strawberry.field(description="Whose name it is.")
    channel_warehouse_code: str = strawberry.field(description="The Temu address name.")

    @classmethod
    def from_row(cls, row: models.ChannelWarehouseMapping) -> "ChannelWarehouseMapping":
        """
        The mapping of a row.
        """
        return cls(row=row, channel=row.channel, channel_warehouse_code=row.channel_warehouse_code)

    @strawberry.field(description="The warehouse.")
    async def warehouse(self, info: Info) -> Warehouse:
        return await warehouse_of(info, self.row.warehouse_id)
