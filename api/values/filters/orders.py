"""Filters of orders."""

from datetime import datetime

import strawberry

from api.values import enums
from api.values.described import described_input, optional, renamed


@described_input
class OrderFilter:
    """Which orders; every condition given must hold."""

    company_id: strawberry.ID | None = optional("Orders of one company.")
    channel: enums.Channel | None = optional("From this channel.")
    order_source: enums.OrderSource | None = optional("That reached the back office this way.")
    status: list[enums.OrderStatus] | None = optional("In one of these states.")
    shipping_status: list[enums.ShippingStatus] | None = optional("Shipped as far as one of these says.")
    labels: list[enums.OrderLabel] | None = optional("With one of these labels of Temu's.")
    has_unknown_product: bool | None = optional("Whether an item is an Unknown product.")
    source_updated_for_shipping: bool | None = optional("Whether Temu knows how they were shipped.")
    ordered_from: datetime | None = optional("Placed at this moment or later.")
    ordered_to: datetime | None = optional("Placed before this moment.")
    search: str | None = optional(
        "Part of the channel order number, the recipient or a SKU; 500 characters at most."
    )
    and_: list["OrderFilter"] | None = renamed("and", "Of which all of these hold too.")
    or_: list["OrderFilter"] | None = renamed("or", "Of which one of these holds too.")
    not_: "OrderFilter | None" = renamed("not", "All but those of which this holds.")
