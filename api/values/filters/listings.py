"""Filters of listings."""

from api.values import enums
from api.values.described import described_input, optional, renamed
from api.values.filters.ranges import DateTimeRange


@described_input
class ListingFilter:
    """Which listings; every condition given must hold."""

    search: str | None = optional(
        "Part of the title, the SKU code, the goods id or the SKU id; 500 characters at most."
    )
    status: list[enums.ListingStatus] | None = optional("With one of these statuses.")
    sub_status: list[enums.ListingSubStatus] | None = optional("With one of these sub-statuses.")
    skus: list[str] | None = optional("With one of these SKU codes.")
    website_product_ids: list[str] | None = optional("Of one of these Temu Goods IDs.")
    is_mapped: bool | None = optional("Whether a product is mapped to it.")
    is_gone: bool | None = optional("Whether the last whole reading didn't meet it any more.")
    updated_at: DateTimeRange | None = optional("Of which something last changed in this time.")
    and_: list["ListingFilter"] | None = renamed("and", "Of which all of these hold too.")
    or_: list["ListingFilter"] | None = renamed("or", "Of which one of these holds too.")
    not_: "ListingFilter | None" = renamed("not", "All but those of which this holds.")
