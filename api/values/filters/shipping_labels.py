"""Filters of bought labels."""

import strawberry

from api.values import enums
from api.values.described import described_input, optional, renamed
from api.values.filters.ranges import DateTimeRange


@described_input
class ShippingLabelFilter:
    """Which labels; every condition given must hold."""

    status: list[enums.ShippingLabelStatus] | None = optional("In one of these states.")
    origin: list[enums.LabelOrigin] | None = optional("Bought in one of these places.")
    tracking_number: str | None = optional("With this tracking number, as it is written.")
    package_number: str | None = optional("With this number of Temu's (packageSn).")
    warehouse_ids: list[strawberry.ID] | None = optional("Whose parcel leaves from one of these warehouses.")
    carriers: list[str] | None = optional("Carried by one of these, as the label names it.")
    is_printed: bool | None = optional("Whether somebody was given a link to print it.")
    created_at: DateTimeRange | None = optional("Asked for, or come in, in this range.")
    bought_at: DateTimeRange | None = optional("Seen to be made in this range.")
    confirmed_at: DateTimeRange | None = optional(
        "Of which Temu was told in this range that its parcel was sent."
    )
    and_: list["ShippingLabelFilter"] | None = renamed("and", "Of which all of these hold too.")
    or_: list["ShippingLabelFilter"] | None = renamed("or", "Of which one of these holds too.")
    not_: "ShippingLabelFilter | None" = renamed("not", "All but those of which this holds.")
