"""Warehouses, what lies in them, and the channel's names for them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.reading.declared import column, one, rows_of, total
from api.schema.relay import Node
from api.values import enums
from api.values.described import described_type
from domain import models
from domain.inventory import availability

if TYPE_CHECKING:
    from api.schema.types.product import Product


@rows_of(models.Warehouse, None)
@described_type
class Warehouse(Node):
    """A place where stock lies; it belongs to the whole organisation."""

    name: str = column("What people call it.")
    is_sellable: bool = column("Whether what lies there may be sold.")
    archived_at: datetime | None = column(
        "Since when it is not used any more, by archiveWarehouse; null where it is."
    )
    created_at: datetime = column("When it was created.")
    updated_at: datetime = column("When it was last changed; what lies there doesn't count.")


# Stock is shown of a shadow product too, whose own company has none of it.
@rows_of(models.InventoryLevel, None)
@described_type
class InventoryLevel:
    """Pieces of one product in one warehouse, which together tell it from others: it has no id."""

    on_hand: int = column("Pieces that lie there.")
    reserved: int = total(
        "Pieces of these that orders hold.",
        lambda row: availability.reserved(row.product_id, row.warehouse_id),
    )
    sellable: int = total(
        "Pieces of these that may be sold: those that no order holds, where the warehouse is sellable, else none. Below "
        "zero where more was sold than lies there.",
        availability.sellable,
    )
    warehouse: Warehouse = one("Where.", lambda level, warehouse: warehouse.id == level.warehouse_id)
    product: Annotated["Product", strawberry.lazy("api.schema.types.product")] | None = one(
        "Whose; null where the key may not see it, as of what a shadow product sells.",
        lambda level, product: product.id == level.product_id,
    )


@rows_of(models.ChannelWarehouseMapping)
@described_type
class ChannelWarehouseMapping:
    """The name by which a channel knows a warehouse."""

    channel: enums.Channel = column("Whose name it is.")
    channel_warehouse_code: str = column("The Temu address name.")
    warehouse: Warehouse = one(
        "The warehouse.", lambda mapping, warehouse: warehouse.id == mapping.warehouse_id
    )
