"""What is kept of a buyer, as it is handed over."""

from datetime import datetime

import strawberry

from api.reading.declared import attribute
from api.values.described import described_type


@described_type
class BuyerNote:
    """What a person noted on an order, which may tell of its buyer."""

    body: str = attribute("What was noted.")
    author: str = attribute("Who noted it.")
    created_at: datetime = attribute("When it was noted.")


@described_type
class BuyerData:
    """What one order keeps of its buyer; Temu's own copy is not part of it."""

    order_id: strawberry.ID = attribute("The order.")
    name: str | None = attribute("The recipient.")
    name_folded: str | None = attribute("The recipient as it is searched: without case and accents.")
    phone: str | None = attribute("Phone number.")
    line1: str | None = attribute("Street and number.")
    line2: str | None = attribute("What else there is of the street address.")
    city: str | None = attribute("City.")
    district: str | None = attribute("Part of the city.")
    region: str | None = attribute("State, province or county.")
    postal_code: str | None = attribute("Postal code.")
    country_code: str | None = attribute("ISO 3166-1, such as US.")
    tax_code: str | None = attribute("The buyer's tax number.")
    tax_code_type: str | None = attribute("Temu's own number for the kind of taxCode.")
    erased_at: datetime | None = attribute("When all of it but the country was erased; null where it wasn't.")
    held_because: str | None = attribute("Why a person holds the order back, which may tell of the buyer.")
    notes: list[BuyerNote] = attribute("People's notes on the order, oldest first.")
