"""Filters of what lies where."""

import strawberry

from api.values.described import described_input, optional, renamed
from api.values.filters.ranges import IntRange


@described_input
class InventoryFilter:
    """Which levels of stock; every condition given must hold."""

    company_id: strawberry.ID | None = optional("Of this company's products.")
    product_ids: list[strawberry.ID] | None = optional("Of one of these products.")
    warehouse_ids: list[strawberry.ID] | None = optional("In one of these warehouses.")
    on_hand: IntRange | None = optional("With so many pieces: {to: 5} for what runs low.")
    is_reserved: bool | None = optional("Whether orders hold pieces of them.")
    search: str | None = optional("Part of the product's SKU or name; 500 characters at most.")
    and_: list["InventoryFilter"] | None = renamed("and", "Of which all of these hold too.")
    or_: list["InventoryFilter"] | None = renamed("or", "Of which one of these holds too.")
    not_: "InventoryFilter | None" = renamed("not", "All but those of which this holds.")
