"""Money."""

from decimal import Decimal

import strawberry

from api.reading.declared import column


@strawberry.type(description="An exact amount of one currency.")
class Money:
    """An exact amount of one currency."""

    amount: Decimal = column("In units of the currency, not in its hundredths.")
    currency_code: str = column("ISO 4217, such as USD.")
