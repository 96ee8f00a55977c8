"""
Temu's addresses and amounts.
"""

from decimal import Decimal
from typing import Any

import pytest

from domain.orders.incoming_details import IncomingAmounts, Money, read_address, read_amounts
from domain.temu.messages import AddressMessage, AmountsMessage, convert


def _address(number: str = "PO-211-1", region_id: int | None = 211, **fields: Any) -> dict[str, str | None]:
    message = convert(fields, AddressMessage, "address")
    return read_address(message, order_number=number, region_id=region_id)


def _amounts(**fields: Any) -> IncomingAmounts:
    return read_amounts(convert(fields, AmountsMessage, "amounts"))


def test_a_whole_address() -> None:
    """O2: recipient, phone, street, city, state, postal code and country are kept, in any script."""
    assert _address(
        receiptName=" José Núñez ",
        receiptAdditionalName="李小龙",
        mobile="+1 555 ext. 12",
        regionName1="United States",
        regionName2="Oregon",
        regionName3="Portland",
        addressLine1="1 Main St",
        addressLine2="",
        addressLine3="c/o 北京",
        postCode=97201,
    ) == {
        "name": "José Núñez 李小龙",
        "phone": "+1 555 ext. 12",
        "line1": "1 Main St",
        "line2": "c/o 北京",
        "city": "Portland",
        "region": "Oregon",
        "postal_code": "97201",
        "country_code": "US",
    }


def test_an_empty_address() -> None:
    """O2: what Temu leaves out or empty is null, never an empty text."""
    assert set(_address(number="x", region_id=None, receiptName="  ", mobile="\0").values()) == {None}


@pytest.mark.parametrize(
    "fields,line1,line2",
    [
        ({"addressLineAll": "1 Main St, Apt 4"}, "1 Main St, Apt 4", None),
        ({"addressLine2": "2 Oak", "addressLineAll": "x"}, "2 Oak", None),
        ({"addressLine1": "a", "addressLine2": "b", "addressLine3": "c"}, "a", "b, c"),
    ],
)
def test_lines(fields: dict[str, Any], line1: str, line2: str | None) -> None:
    """O2: three lines become two, and the whole address stands in where there are none."""
    address = _address(**fields)

    assert (address["line1"], address["line2"]) == (line1, line2)


@pytest.mark.parametrize(
    "number,region_id,name,country",
    [
        ("PO-211-1", 76, "France", "DE"),
        ("PO-211-1", None, "France", "US"),
        ("X", None, "FR", "FR"),
        ("X", None, "France", None),
        ("X", 9999, None, None),
    ],
)
def test_countries(number: str, region_id: int | None, name: str | None, country: str | None) -> None:
    """O2: the country is the region's, else the one in the order number, else Temu's word where that is a code."""
    assert _address(number=number, region_id=region_id, regionName1=name)["country_code"] == country


def test_the_other_phone() -> None:
    """O2: the second phone number stands in for a missing first one."""
    assert _address(backupMobile=5550100)["phone"] == "5550100"


def test_amounts() -> None:
    """O2: the total is what the buyer paid, and a unit price the retail price of a piece, exact to the cent."""
    usd = {"currency": "USD", "amount": 3998}

    found = _amounts(
        parentOrderMap={"customerPaid": usd, "basePriceTotal": {"currency": "USD", "amount": 1}},
        orderList=[
            {"orderSn": "211-1", "unitRetailPrice": {"currency": "usd", "amount": "1999"}},
            {"orderSn": "211-2"},
            {"unitRetailPrice": usd},
        ],
    )

    assert found == IncomingAmounts(Money(Decimal("39.98"), "USD"), {"211-1": Money(Decimal("19.99"), "USD")})


@pytest.mark.parametrize(
    "amount,expected",
    [
        ({"currency": "JPY", "amount": 1200}, "1200"),
        ({"currency": "KWD", "amount": 1234}, "1.234"),
        ({"currency": "EUR", "amount": 5}, "0.05"),
        ({"currency": "EUR", "amount": 0}, "0.00"),
        ({"currency": "EUR", "amount": 10**17}, "1000000000000000.00"),
        ({"currency": "EUR", "amount": "1e999"}, None),
        ({"currency": "EUR", "amount": "NaN"}, None),
        ({"currency": "EUR", "amount": "x"}, None),
        ({"currency": "EURO", "amount": 5}, None),
        ({"currency": "€UR", "amount": 5}, None),
        ({"currency": None, "amount": 5}, None),
        ({"currency": "EUR"}, None),
        (None, None),
    ],
)
def test_smallest_units(amount: dict[str, Any] | None, expected: str | None) -> None:
    """O2: an amount counts the smallest unit of its own currency; what is no amount is none."""
    total = _amounts(parentOrderMap={"customerPaid": amount}).total

    assert (None if total is None else str(total.amount)) == expected


@pytest.mark.parametrize(
    "names", [["retailPriceTotalTaxIncl", "basePriceTotal"], ["retailPriceTotal"], ["basePriceTotal"]]
)
def test_the_nearest_total(names: list[str]) -> None:
    """O2: where the paid amount is missing, the nearest total that is there is taken."""
    parent = {name: {"currency": "USD", "amount": 100 + i} for i, name in enumerate(names)}

    assert _amounts(parentOrderMap=parent).total == Money(Decimal("1.00"), "USD")


def test_no_amounts() -> None:
    """O16: a reply without any amount leaves the total null."""
    assert _amounts() == IncomingAmounts(None, {})
