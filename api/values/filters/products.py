"""Filters of products."""

import strawberry

from api.values import enums
from api.values.described import described_input, optional, renamed
from api.values.filters.ranges import DateTimeRange, IntRange


@described_input
class ProductFilter:
    """Which products; every condition given must hold."""

    company_id: strawberry.ID | None = optional("Of this company.")
    search: str | None = optional("Part of the SKU or the name; 500 characters at most.")
    skus: list[str] | None = optional("One of these SKUs.")
    is_mapped: bool | None = optional("Whether it is mapped to a listing on Temu.")
    is_archived: bool | None = optional("Whether it was put away by archiveProducts.")
    attention: enums.ProductAttention | None = optional(
        "That need a person for this: all that the company's item of attention with this code counts."
    )
    is_shadow: bool | None = optional("Whether it sells the stock of another company's product.")
    has_stock: bool | None = optional("Whether pieces lie in any warehouse, of a shadow those that it sells.")
    available_quantity: IntRange | None = optional(
        "With so many pieces for the channel: {to: 0} for what is sold out. It is worked out for each product, so ask it of "
        "one company: of `Company.products`, or with `companyId` beside it."
    )
    updated_at: DateTimeRange | None = optional("Last changed in this time.")
    last_pushed_at: DateTimeRange | None = optional("Of which Temu last accepted a figure in this time.")
    is_waiting: bool | None = optional("Whether a change of its stock is still to be told to Temu.")
    is_refused: bool | None = optional("Whether Temu refused the last figure of its stock.")
    price_state: list[enums.PriceState] | None = optional(
        "Whose price stands so; NONE are those for which none is wanted."
    )
    is_drifting: bool | None = optional(
        "Whether Temu was last read to hold another figure than it had accepted, with no sale to explain it."
    )
    and_: list["ProductFilter"] | None = renamed("and", "Of which all of these hold too.")
    or_: list["ProductFilter"] | None = renamed("or", "Of which one of these holds too.")
    not_: "ProductFilter | None" = renamed("not", "All but those of which this holds.")
