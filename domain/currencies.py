"""Currencies by their ISO 4217 codes."""

from decimal import Decimal

# Those whose smallest unit is not a hundredth.
_WHOLE = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG",
    "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF",
]  # fmt: skip
_DIGITS = {**dict.fromkeys(_WHOLE, 0), **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3)}


def with_digits(amount: Decimal, currency_code: str) -> Decimal:
    """An amount with all digits that its currency has; one that has more keeps them."""
    exact = amount.quantize(Decimal(1).scaleb(-digits_of(currency_code)))
    return exact if exact == amount else amount


def digits_of(currency_code: str) -> int:
    """Digits behind the point of a currency's smallest unit."""
    return _DIGITS.get(currency_code, 2)
