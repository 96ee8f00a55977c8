"""What a price may be, and what it never may. Pure."""

from datetime import datetime
from decimal import Decimal

from domain.currencies import digits_of, with_digits
from domain.errors import Invalid
from domain.models import PriceState, ProductPrice

# The highest base price by Temu's table of currencies [A].
_BELOW = Decimal(100_000_000)
BELOW_MINIMUM, CURRENCY_DIFFERS = "BELOW_MINIMUM", "CURRENCY_DIFFERS"
_NO_MINIMUM = "This product has no minimum price, which the company demands. Set it with setMinimumPrices, or switch requireMinimumPrice off."


def read_amount(amount: Decimal, currency_code: str, *, field: tuple[str, ...]) -> Decimal:
    """An amount that a price may have, with the digits of its currency. Raises Invalid."""
    if not (
        len(currency_code) == 3
        and currency_code.isascii()
        and currency_code.isalpha()
        and currency_code.isupper()
    ):
        raise Invalid(
            "currencyCode must be the ISO 4217 code of a currency, such as USD.",
            field=(*field, "currencyCode"),
        )
    if not 0 < amount < _BELOW:
        raise Invalid(f"amount must be above 0 and below {_BELOW:,}.", field=(*field, "amount"))
    exact, digits = with_digits(amount, currency_code), digits_of(currency_code)
    if exact.as_tuple().exponent != -digits:
        message = f"An amount in {currency_code} has at most {digits} digits behind the point."
        raise Invalid(message, field=(*field, "amount"))
    return exact


def why_not(price: ProductPrice, *, requires_minimum: bool) -> tuple[str, str] | None:
    """Why what is wanted may not be sent, as a code and in words; None where it may."""
    if price.amount is None:
        return None
    known = price.channel_currency_code
    if known is not None and known != price.currency_code:
        return CURRENCY_DIFFERS, f"Temu asks for this product in {known}, not in {price.currency_code}."
    message = _below_minimum(price, price.amount, requires_minimum=requires_minimum)
    return None if message is None else (BELOW_MINIMUM, message)


def _below_minimum(price: ProductPrice, amount: Decimal, *, requires_minimum: bool) -> str | None:
    if price.minimum_amount is None:
        return _NO_MINIMUM if requires_minimum else None
    if price.minimum_currency_code != price.currency_code:
        return (
            f"The minimum price is in {price.minimum_currency_code}, and this one in {price.currency_code}."
        )
    if amount >= price.minimum_amount:
        return None
    return f"{amount:f} {price.currency_code} is below the minimum price of {price.minimum_amount:f}."


def refuse(price: ProductPrice, code: str, message: str, *, now: datetime) -> None:
    """What is wanted does not hold, and is not sent until it is asked for again."""
    price.state, price.requested_at = PriceState.REFUSED, None
    price.refused_at, price.refusal_code, price.refusal = now, code, message


def forget_answer(price: ProductPrice, state: PriceState) -> None:
    """What the channel said of an earlier wish, or of this one until now, counts no more."""
    price.state, price.proposed_amount = state, None
    price.refused_at = price.refusal_code = price.refusal = None
