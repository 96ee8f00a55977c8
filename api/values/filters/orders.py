"""Filters of orders."""

from datetime import datetime
from decimal import Decimal

import strawberry

from api.values import enums
from api.values.described import described_input, optional, renamed
from api.values.filters.ranges import DateTimeRange


@described_input
class MoneyRange:
    """Amounts of money. What has no amount is in no range; without a currency, only figures are compared."""

    currency_code: str | None = optional('In this currency: "EUR".')
    from_: Decimal | None = renamed("from", 'This or more: "19.90".')
    to: Decimal | None = optional('This or less: "100".')


@described_input
class OrderPackageFilter:
    """Which packages, without those that were voided; every condition given must hold of the same one."""

    carriers: list[str] | None = optional("Carried by one of these, as the package names it.")
    warehouse_ids: list[strawberry.ID] | None = optional("Sent from one of these warehouses.")
    shipped_at: DateTimeRange | None = optional("Shipped in this range.")
    uploaded_at: DateTimeRange | None = optional("Of which Temu was told in this range.")


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
    latest_ship_at: DateTimeRange | None = optional("To be sent until a moment in this range.")
    updated_at: DateTimeRange | None = optional("That last changed here in this range.")
    total: MoneyRange | None = optional("Whose total is in this range.")
    channel_order_ids: list[str] | None = optional("With one of these numbers at the channel.")
    skus: list[str] | None = optional("With an item that is a product with one of these SKUs.")
    country_codes: list[str] | None = optional(
        'That go to one of these countries, as `shippingAddress.countryCode` has them: "US".'
    )
    has_cancellation_request: bool | None = optional(
        "Whether its buyer asks to cancel, and waits for an answer."
    )
    wants_invoice: bool | None = optional(
        "Whether an invoice or a credit note of it is wanted, of a company in the region EU."
    )
    is_restricted: bool | None = optional("Whether Temu forbids some label of one's own, or all of them.")
    forbids_carrier: str | None = optional(
        'For which Temu forbids labels of this carrier, as `shippingRestrictionDetails.carriers` names it, or of all: "FedEx".'
    )
    attention: enums.OrderAttention | None = optional(
        "That need a person for this: all that the company's item of attention with this code counts."
    )
    package: OrderPackageFilter | None = optional("That have a package which meets all of this.")
    search: str | None = optional(
        "Part of the channel order number, the recipient or a SKU; 500 characters at most."
    )
    and_: list["OrderFilter"] | None = renamed("and", "Of which all of these hold too.")
    or_: list["OrderFilter"] | None = renamed("or", "Of which one of these holds too.")
    not_: "OrderFilter | None" = renamed("not", "All but those of which this holds.")
