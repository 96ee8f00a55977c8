"""Temu's address and amount messages -> what an order keeps of them. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from domain.currencies import digits_of
from domain.errors import Refused
from domain.folding import fold
from domain.orders.importing.destinations import country_beside
from domain.temu.errors import BOUGHT_LABELS_ONLY, COUNTRY_WITHOUT_ADDRESSES, one_line
from domain.temu.messages import AddressMessage, Amount, AmountsMessage
from domain.temu.regions import country_of, region_id_of_order

# No order costs more.
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")
_LONGEST_REASON = 3
_FIGURE = re.compile(r"[-+0-9.,eE]{1,40}")

# The scenarios in which Temu gives an address with a warning, or none [A: 1 to 3 in the parameter tables of three regions;
# B: 5 in one Javadoc].
_REASONS = {
    "1": "the buyer pays on delivery",
    "2": "Temu restricts shipping by oneself",
    "3": "Temu has promised the buyer a label that is bought from it",
    "5": "the order is delivered to a store",
}

REFUSALS = {
    COUNTRY_WITHOUT_ADDRESSES: "Temu gives out no addresses of this country",
    BOUGHT_LABELS_ONLY: "Temu has limited this mall to labels that are bought from it",
}
"""What a refusal of an address says of its order for good, by Temu's code [A]."""


@dataclass(frozen=True)
class Money:
    amount: Decimal
    currency_code: str


@dataclass(frozen=True)
class IncomingAmounts:
    """What the buyer paid for a parent order, and the unit price of each order below it; None where Temu told none."""

    total: Money | None
    unit_prices: Mapping[str, Money]


def read_address(
    message: AddressMessage, *, order_number: str, region_id: int | None
) -> dict[str, str | None]:
    """The columns of an address. Its district is told apart and, for whoever knows the other columns only, once more:
    for the city where Temu tells no city, as of Mexico and Hong Kong, and at the end of the street where it does.
    """
    texts = [message.address_line1, message.address_line2, message.address_line3]
    lines = [line for line in map(_text, texts) if line] or [_text(message.address_line_all) or ""]
    city, district = _text(message.region_name3), _text(message.region_name4)
    if city and district and fold(district) not in {fold(city), *map(fold, lines)}:
        lines.append(district)
    first, *others = lines
    names = [_text(message.receipt_name), _text(message.receipt_additional_name)]
    return {
        "name": " ".join(filter(None, names)) or None,
        "phone": _text(message.mobile) or _text(message.backup_mobile),
        "line1": first or None,
        "line2": ", ".join(others) or None,
        "city": city or district,
        "district": district,
        "region": _text(message.region_name2),
        "postal_code": _text(message.post_code),
        "country_code": _country(message, order_number=order_number, region_id=region_id),
        "tax_code": _text(message.tax_code),
        "tax_code_type": _text(message.tax_code_type) if _text(message.tax_code) else None,
    }


def _country(message: AddressMessage, *, order_number: str, region_id: int | None) -> str | None:
    """The country of the order's own region, else the one in its number, unless the address says that it is in another."""
    name = _text(message.region_name1)
    known = country_of(region_id) or country_of(region_id_of_order(order_number))
    elsewhere = country_beside(
        known, country_name=name, state=_text(message.region_name2), postal_code=_text(message.post_code)
    )
    return elsewhere or known or (name if name is not None and len(name) == 2 else None)


def read_restriction(message: AddressMessage) -> str | None:
    """Why no parcel of one's own may go to this address, in words; None where it may."""
    warning = message.warning
    if warning is None or not warning.is_restriction:
        return None
    reason = _text(warning.reason)
    if reason is None:
        return "Temu restricts shipping to this address"
    is_number = reason.isascii() and reason.isdecimal()
    if is_number and len(reason) > _LONGEST_REASON:
        return "Temu restricts shipping to this address"
    return _REASONS.get(reason, f"Temu's reason {reason} to restrict it" if is_number else one_line(reason))


def read_amounts(message: AmountsMessage) -> IncomingAmounts:
    """What of Temu's many totals a back office means by "total" and "unit price": what the buyer paid, and the retail
    price of a piece. Where these are absent, the nearest one that is there.
    """
    parent = message.parent_order_map
    total = parent and (
        read_money(parent.customer_paid)
        or read_money(parent.retail_price_total_tax_incl)
        or read_money(parent.retail_price_total)
        or read_money(parent.base_price_total)
    )
    prices = {
        str(line.order_sn): read_money(line.unit_retail_price)
        or read_money(line.unit_retail_price_vat_incl)
        or read_money(line.unit_base_price)
        for line in message.order_list or []
        if line.order_sn is not None
    }
    return IncomingAmounts(
        total or None, {number: price for number, price in prices.items() if price is not None}
    )


def read_money(message: Amount | None) -> Money | None:
    """Temu's amount, in the smallest unit of its currency, as an exact decimal. Raises Refused for what is not written
    as a whole number: read as one of the smallest units, 19.99 would be a hundredth of what was meant.
    """
    if message is None or message.amount is None or message.amount == "" or not message.currency:
        return None
    code = message.currency.strip().upper()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        return None
    given = message.amount
    words = given if isinstance(given, str) else str(given)
    if isinstance(given, bool | float) or not _WHOLE_NUMBER.fullmatch(words):
        shown = words if _FIGURE.fullmatch(words) else "(no figure)"
        raise Refused(f"Temu told the amount {shown} {code}, which is no whole number of the smallest unit.")
    return Money(Decimal(int(words)).scaleb(-digits_of(code)), code)


def _text(value: int | str | None) -> str | None:
    return ("" if value is None else str(value)).replace("\0", "").strip() or None
