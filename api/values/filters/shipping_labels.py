"""Filters of bought labels."""

from api.values import enums
from api.values.described import described_input, optional


@described_input
class ShippingLabelFilter:
    """Which labels; every condition given must hold."""

    status: list[enums.ShippingLabelStatus] | None = optional("In one of these states.")
    origin: list[enums.LabelOrigin] | None = optional("Bought in one of these places.")
    tracking_number: str | None = optional("With this tracking number, as it is written.")
    package_number: str | None = optional("With this number of Temu's (packageSn).")
