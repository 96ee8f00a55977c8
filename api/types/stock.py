"""
Why the figure that the channel is told of a product is what it is.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.context import Info
from api.types.inventory import Warehouse
from domain import models
from domain.inventory import explanation

if TYPE_CHECKING:
    from api.types.order import Order


@strawberry.type(description="Pieces in one warehouse, and whether they count.")
class WarehouseStock:
    """What lies where, and whether it counts."""

    warehouse: Warehouse = strawberry.field(description="Where.")
    on_hand: int = strawberry.field(description="Pieces that lie there.")
    counts: bool = strawberry.field(description="Whether they count towards what may be sold.")
    reason: str | None = strawberry.field(description="Why they don't count; null where they do.")

    @classmethod
    def of(cls, found: explanation.WarehouseStock) -> "WarehouseStock":
        """
        A warehouse's part.
        """
        return cls(
            warehouse=Warehouse.from_row(found.warehouse),
            on_hand=found.on_hand,
            counts=found.left_out is None,
            reason=found.left_out,
        )


@strawberry.type(description="Pieces that one order holds.")
class StockReservation:
    """What an order holds."""

    found: strawberry.Private[explanation.OrderReservation]
    quantity: int = strawberry.field(description="Pieces.")

    @classmethod
    def of(cls, found: explanation.OrderReservation) -> "StockReservation":
        """
        An order's part.
        """
        return cls(found=found, quantity=found.quantity)

    @strawberry.field(description="The order; null where it is one of a company that the key may not see.")
    async def order(self, info: Info) -> Annotated["Order", strawberry.lazy("api.types.order")] | None:
        return await info.context.loaders.order.load(self.found.order_id)


@strawberry.type(description="What the channel was told of a product's stock, and what it holds itself.")
class ChannelStock:
    """A product's stock as the channel knows it."""

    accepted_quantity: int | None = strawberry.field(description="What it last accepted.")
    accepted_at: datetime | None = strawberry.field(description="When it accepted that.")
    channel_quantity: int | None = strawberry.field(description="What it was last read to hold itself.")
    channel_read_at: datetime | None = strawberry.field(description="When that was read.")
    is_in_doubt: bool = strawberry.field(
        description="Whether a figure is on its way, or its answer was lost; the next update clears it up."
    )
    refused_at: datetime | None = strawberry.field(description="When it last refused a figure.")
    refusal: str | None = strawberry.field(description="Why it refused it, and what to do.")

    @classmethod
    def of(cls, row: models.ChannelStock) -> "ChannelStock":
        """
        The stock of a row.
        """
        return cls(
            accepted_quantity=row.accepted_quantity,
            accepted_at=row.accepted_at,
            channel_quantity=row.channel_quantity,
            channel_read_at=row.channel_read_at,
            is_in_doubt=row.in_flight_since is not None,
            refused_at=row.refused_at,
            refusal=row.refusal,
        )


@strawberry.type(
    description="Why the figure that the channel is told of a product is what it is, step by step."
)
class StockExplanation:
    """The steps of a figure."""

    warehouses: list[WarehouseStock] = strawberry.field(description="What lies where.")
    reservations: list[StockReservation] = strawberry.field(
        description="Which orders hold pieces, shadows' orders included; the largest first, 100 at most."
    )
    reserved_quantity: int = strawberry.field(description="Pieces that all orders together hold.")
    aggregate_sellable_quantity: int = strawberry.field(
        description="What counts of all that lies there, less what orders hold."
    )
    safety_quantity: int = strawberry.field(description="Pieces that the channel is not told of.")
    is_default_safety_quantity: bool = strawberry.field(
        description="Whether the safety quantity is the company's instead of the product's own."
    )
    max_quantity: int | None = strawberry.field(description="The company's cap; null where it has none.")
    available_quantity: int = strawberry.field(description="What the channel is to be told.")
    is_waiting: bool = strawberry.field(description="Whether a change is still to be told.")
    held_back_since: datetime | None = strawberry.field(
        description="Since when its zero is held back, because most of the mall would go to zero with it; "
        "updateInventoryOnChannel with confirmZeroing lets it go."
    )
    channel: ChannelStock | None = strawberry.field(
        description="What the channel was told, and what it holds; null where it was told nothing."
    )

    @classmethod
    def of(cls, found: explanation.Explanation) -> "StockExplanation":
        """
        An explanation as found.
        """
        return cls(
            warehouses=[WarehouseStock.of(part) for part in found.warehouses],
            reservations=[StockReservation.of(part) for part in found.reservations],
            reserved_quantity=found.reserved,
            aggregate_sellable_quantity=found.sellable,
            safety_quantity=found.safety_quantity,
            is_default_safety_quantity=found.safety_is_default,
            max_quantity=found.max_quantity,
            available_quantity=found.available,
            is_waiting=found.is_waiting,
            held_back_since=found.held_back_since,
            channel=None if found.stock is None else ChannelStock.of(found.stock),
        )
