"""Why the figure that the channel is told of a product is what it is."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.reading.declared import attribute, by_number
from api.schema.types.inventory import Warehouse
from api.values.described import described_type

if TYPE_CHECKING:
    from api.schema.types.order import Order


@described_type
class WarehouseStock:
    """Pieces in one warehouse, and whether they count."""

    warehouse: Warehouse = by_number("Where.", "warehouse_id")
    on_hand: int = attribute("Pieces that lie there.")
    counts: bool = attribute(
        "Whether they count towards what may be sold.", lambda stock: stock.left_out is None
    )
    reason: str | None = attribute("Why they don't count; null where they do.", lambda stock: stock.left_out)


@described_type
class StockReservation:
    """Pieces that one order holds."""

    quantity: int = attribute("Pieces.")
    order: Annotated["Order", strawberry.lazy("api.schema.types.order")] | None = by_number(
        "The order; those of companies that the key may not see are left out.", "order_id"
    )


@described_type
class ChannelStock:
    """What the channel was told of a product's stock, and what it holds itself."""

    accepted_quantity: int | None = attribute("What it last accepted.")
    accepted_at: datetime | None = attribute("When it accepted that.")
    channel_quantity: int | None = attribute("What it was last read to hold itself.")
    channel_read_at: datetime | None = attribute("When that was read.")
    is_in_doubt: bool = attribute(
        "Whether a figure is on its way, or its answer was lost; the next update clears it up.",
        lambda stock: stock.in_flight_since is not None,
    )
    refused_at: datetime | None = attribute("When it last refused a figure.")
    refusal: str | None = attribute("Why it refused it, and what to do.")


@described_type
class StockExplanation:
    """Why the figure that the channel is told of a product is what it is, step by step."""

    warehouses: list[WarehouseStock] = attribute("What lies where.")
    reservations: list[StockReservation] = attribute(
        "Which orders hold pieces, shadows' orders included; the largest first, 100 at most. Those of companies that the "
        "key may not see are left out: reservedQuantity counts them.",
        most=100,
    )
    reserved_quantity: int = attribute("Pieces that all orders together hold.", lambda found: found.reserved)
    aggregate_sellable_quantity: int = attribute(
        "What counts of all that lies there, less what orders hold.", lambda found: found.sellable
    )
    safety_quantity: int = attribute("Pieces that the channel is not told of.")
    is_default_safety_quantity: bool = attribute(
        "Whether the safety quantity is the company's instead of the product's own.",
        lambda found: found.safety_is_default,
    )
    max_quantity: int | None = attribute("The company's cap; null where it has none.")
    available_quantity: int = attribute("What the channel is to be told.", lambda found: found.available)
    is_waiting: bool = attribute("Whether a change is still to be told.")
    held_back_since: datetime | None = attribute(
        "Since when its zero is held back, because most of the mall would go to zero with it; "
        "updateInventoryOnChannel with confirmZeroing lets it go."
    )
    channel: ChannelStock | None = attribute(
        "What the channel was told, and what it holds; null where it was told nothing.",
        lambda found: found.stock,
    )
