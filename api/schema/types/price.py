"""What is wanted for a product, and what Temu makes of it."""

from datetime import datetime

from api.reading.declared import column, money, rows_of
from api.schema.types.money import Money
from api.values import enums
from api.values.described import described_type
from domain import models


@rows_of(models.ProductPrice)
@described_type
class ProductPrice:
    """The seller's price of a product: what Temu pays for each piece, of which it makes the buyer's price by itself."""

    state: enums.PriceState = column("Where the price that is wanted stands.")
    wanted: Money | None = money(
        "What is wanted, by updatePrices or importPrices: 18.50 USD. Null where nothing is.",
        lambda price: price.amount,
    )
    reason: str | None = column("Why, as Temu is told; null where no reason was given.")
    wanted_at: datetime | None = column("When that was asked for last.")
    requested_at: datetime | None = column(
        "Since when it is to be sent, by uploadPrices or the schedule. Null where that is still to be said, or it was sent."
    )
    minimum: Money | None = money(
        "The floor, by setMinimumPrices: nothing below it is ever sent.",
        lambda price: price.minimum_amount,
        lambda price: price.minimum_currency_code,
    )
    channel_price: Money | None = money(
        "What Temu itself has, as it was last read or has approved; null where it was not told.",
        lambda price: price.channel_amount,
        lambda price: price.channel_currency_code,
    )
    channel_read_at: datetime | None = column("When that was read, or approved.")
    proposed: Money | None = money(
        "What Temu would take instead, while it is COUNTERED.", lambda price: price.proposed_amount
    )
    refused_at: datetime | None = column(
        "When it was refused; null where it was not, or was asked for again since."
    )
    refusal_code: str | None = column(
        "Why, for code to branch on: BELOW_MINIMUM, CURRENCY_DIFFERS, PRICE_ORDER_206, or TEMU_ and Temu's own number."
    )
    refusal: str | None = column("The same for a person, with what to do.")
