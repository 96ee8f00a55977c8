"""
Temu's address and amount messages -> what an order keeps of them. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from domain.temu.messages import AddressMessage, Amount, AmountsMessage
from domain.temu.regions import country_of, country_of_order

# ISO 4217: currencies whose smallest unit is not a hundredth.
_DIGITS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
}


_LARGEST_AMOUNT = 10**18  # No order costs that much; a text such as 1e999 is no amount.


@dataclass(frozen=True)
class Money:
    """
    An exact amount.
    """

    amount: Decimal
    currency_code: str


@dataclass(frozen=True)
class IncomingAmounts:
    """
    What the buyer paid for a parent order, and the unit price of each order below it; None where Temu told none.
    """

    total: Money | None
    unit_prices: Mapping[str, Money]


def read_address(
    message: AddressMessage, *, order_number: str, region_id: int | None
) -> dict[str, str | None]:
    """
    The columns of an address.
    """
    lines = [message.address_line1, message.address_line2, message.address_line3]
    first, *others = [line for line in map(_text, lines) if line] or [_text(message.address_line_all) or ""]
    country = _text(message.region_name1)
    names = [_text(message.receipt_name), _text(message.receipt_additional_name)]
    return {
        "name": " ".join(filter(None, names)) or None,
        "phone": _text(message.mobile) or _text(message.backup_mobile),
        "line1": first or None,
        "line2": ", ".join(others) or None,
        "city": _text(message.region_name3),
        "region": _text(message.region_name2),
        "postal_code": _text(message.post_code),
        "country_code": country_of(region_id)
        or country_of_order(order_number)
        or (country if country is not None and len(country) == 2 else None),
    }


def read_restriction(message: AddressMessage) -> str | None:
    """
    Why no parcel of one's own may go to this address, in Temu's words; None where it may.
    """
    warning = message.warning
    if warning is None or not warning.is_restriction:
        return None
    return _text(warning.reason) or "Temu restricts shipping to this address."


def read_amounts(message: AmountsMessage) -> IncomingAmounts:
    """
    What of Temu's many totals a back office means by "total" and "unit price": what the buyer paid, and the retail
    price of a piece. Where these are absent, the nearest one that is there.
    """
    parent = message.parent_order_map
    total = parent and (
        _money(parent.customer_paid)
        or _money(parent.retail_price_total_tax_incl)
        or _money(parent.retail_price_total)
        or _money(parent.base_price_total)
    )
    prices = {
        str(line.order_sn): _money(line.unit_retail_price)
        or _money(line.unit_retail_price_vat_incl)
        or _money(line.unit_base_price)
        for line in message.order_list or []
        if line.order_sn is not None
    }
    return IncomingAmounts(
        total or None, {number: price for number, price in prices.items() if price is not None}
    )


def _money(message: Amount | None) -> Money | None:
    """
    Temu's amount, in the smallest unit of its currency, as an exact decimal.
    """
    if message is None or message.amount is None or not message.currency:
        return None
    code = message.currency.strip().upper()
    try:
        smallest = Decimal(message.amount)
    except InvalidOperation:
        return None
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        return None
    if not smallest.is_finite() or abs(smallest) >= _LARGEST_AMOUNT:
        return None
    return Money(smallest.scaleb(-_DIGITS.get(code, 2)), code)


def _text(value: int | str | None) -> str | None:
    return ("" if value is None else str(value)).replace("\0", "").strip() or None
