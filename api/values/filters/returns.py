"""Filters of returns."""

from api.values import enums
from api.values.described import described_input, optional, renamed
from api.values.filters.ranges import DateTimeRange


@described_input
class ReturnFilter:
    """Which returns; every condition given must hold."""

    status: list[enums.ReturnStatus] | None = optional("In one of these states.")
    type: enums.ReturnType | None = optional("Of this type.")
    channel_return_ids: list[str] | None = optional("With one of these numbers at the channel.")
    channel_order_ids: list[str] | None = optional("Of one of the orders with these numbers at the channel.")
    tracking_numbers: list[str] | None = optional("That come back with one of these tracking numbers.")
    available_operations: list[enums.ReturnOperation] | None = optional(
        "With which Temu lets the seller do one of these."
    )
    respond_by: DateTimeRange | None = optional("To be answered until a moment in this range.")
    requested_at: DateTimeRange | None = optional("Asked for in this range.")
    updated_at: DateTimeRange | None = optional("That last changed here in this range.")
    is_due: bool | None = optional(
        "Whether the time to answer ends within 24 hours: all that the company's attention item RETURNS_DUE counts."
    )
    and_: list["ReturnFilter"] | None = renamed("and", "Of which all of these hold too.")
    or_: list["ReturnFilter"] | None = renamed("or", "Of which one of these holds too.")
    not_: "ReturnFilter | None" = renamed("not", "All but those of which this holds.")
