"""Money."""

from decimal import Decimal

from api.reading.declared import column
from api.values.described import described_type


@described_type
class Money:
    """An exact amount of one currency."""

    amount: Decimal = column("In units of the currency, not in its hundredths.")
    currency_code: str = column("ISO 4217, such as USD.")
