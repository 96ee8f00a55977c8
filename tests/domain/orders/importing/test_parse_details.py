"""Temu's addresses and amounts."""

from decimal import Decimal
from typing import Any

import pytest

from domain.errors import Refused
from domain.orders.importing.parse_details import (
    IncomingAmounts,
    Money,
    read_address,
    read_amounts,
    read_restriction,
)
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
        "district": None,
        "region": "Oregon",
        "postal_code": "97201",
        "country_code": "US",
        "tax_code": None,
        "tax_code_type": None,
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
        # The nine that were not known, and one that an order number names.
        *(
            ("X", number, None, code)
            for number, code in zip(
                (12, 22, 32, 42, 52, 63, 73, 83, 93),
                ("AU", "BJ", "BG", "CL", "CY", "ER", "GA", "GU", "ID"),
                strict=True,
            )
        ),
        ("PO-012-1", None, "Australia", "AU"),
        # Another country than the region's, by name: a neighbour only where Temu is known to serve it from there.
        ("PO-210-1", 210, "Jersey", "JE"),
        ("PO-210-1", 210, "Isle of man", "IM"),
        ("PO-210-1", 210, "United Kingdom", "GB"),
        ("PO-211-1", 211, "Canada", "CA"),
        ("PO-211-1", 211, "Puerto Rico", "PR"),
        ("PO-037-1", 37, "United States", "CA"),
    ],
)
def test_countries(number: str, region_id: int | None, name: str | None, country: str | None) -> None:
    """O2: the country is the region's, else the one in the order number, else Temu's word where that is a code."""
    assert _address(number=number, region_id=region_id, regionName1=name)["country_code"] == country


@pytest.mark.parametrize(
    "region_id,fields,country",
    [
        (210, {"postCode": "JE2 3AB"}, "JE"),
        (210, {"postCode": "je23ab"}, "JE"),
        (210, {"postCode": "GY9 3AA", "regionName2": "Channel Islands"}, "GG"),
        (210, {"postCode": "IM1 1AA", "regionName1": "United Kingdom"}, "IM"),
        (210, {"regionName2": "Guernsey"}, "GG"),
        (210, {"postCode": "GX11 1AA"}, "GI"),
        (210, {"postCode": "G1 1AA", "regionName2": "Scotland"}, "GB"),
        (210, {"postCode": "BT1 1AA", "regionName2": "Northern Ireland"}, "GB"),
        (210, {"postCode": "BF1 0AA"}, "GB"),
        (69, {"postCode": "98000"}, "MC"),
        (69, {"postCode": "97400"}, "FR"),
        (98, {"postCode": "47890"}, "SM"),
        (98, {"postCode": "00120"}, "VA"),
        (98, {"postCode": "00121"}, "IT"),
        (192, {"postCode": 9490}, "LI"),
        (192, {"postCode": 9499}, "CH"),
        (54, {"postCode": "3900"}, "GL"),
        (54, {"postCode": "3000"}, "DK"),
        (186, {"postCode": "35001", "regionName2": "Las Palmas"}, "ES"),
        (186, {"postCode": "AD500"}, "AD"),
        (211, {"postCode": "00901", "regionName2": "Puerto Rico"}, "US"),
        (211, {"postCode": "07302", "regionName3": "Jersey City"}, "US"),
        (78, {"postCode": "GX11 1AA"}, "GI"),
        # By the number of the order where the region is not told.
        (None, {"postCode": "JE2 3AB"}, "JE"),
    ],
)
def test_countries_beside(region_id: int | None, fields: dict[str, Any], country: str) -> None:
    """O2: Jersey, Guernsey and Man are not the United Kingdom; so of others that share a neighbour's postal codes."""
    assert _address(number="PO-210-1", region_id=region_id, **fields)["country_code"] == country


@pytest.mark.parametrize(
    "fields,line2,city,district",
    [
        # Mexico, Hong Kong: no city is told.
        ({"regionName4": "Coyoacán"}, "Int. 4", "Coyoacán", "Coyoacán"),
        ({"regionName3": "", "regionName4": "Coyoacán"}, "Int. 4", "Coyoacán", "Coyoacán"),
        # Brazil: both are.
        ({"regionName3": "São Paulo", "regionName4": "Sé"}, "Int. 4, Sé", "São Paulo", "Sé"),
        ({"regionName3": "São Paulo", "regionName4": "SAO PAULO"}, "Int. 4", "São Paulo", "SAO PAULO"),
        ({"regionName3": "São Paulo", "regionName4": "int. 4"}, "Int. 4", "São Paulo", "int. 4"),
        ({"regionName3": "Portland", "regionName4": " "}, "Int. 4", "Portland", None),
    ],
)
def test_districts(fields: dict[str, Any], line2: str, city: str, district: str | None) -> None:
    """O2: a district is told apart, and nothing of it is lost for whoever knows city and street only."""
    address = _address(addressLine1="Calle 1", addressLine2="Int. 4", **fields)

    assert (address["line1"], address["line2"]) == ("Calle 1", line2)
    assert (address["city"], address["district"]) == (city, district)


def test_tax_codes() -> None:
    """O2: a tax code is kept as text, with its kind."""
    kept = _address(number="PO-029-1", region_id=29, taxCode="00412950995", taxCodeType=1)
    assert (kept["tax_code"], kept["tax_code_type"], kept["country_code"]) == ("00412950995", "1", "BR")
    kept = _address(taxCode="", taxCodeType=1)
    assert (kept["tax_code"], kept["tax_code_type"]) == (None, None)


@pytest.mark.parametrize(
    "warning,words",
    [
        (None, None),
        ({"isRestriction": False, "reason": 1}, None),
        ({"isRestriction": True}, "Temu restricts shipping to this address"),
        ({"isRestriction": True, "reason": 1}, "the buyer pays on delivery"),
        ({"isRestriction": True, "reason": "2"}, "Temu restricts shipping by oneself"),
        (
            {"isRestriction": True, "reason": 3},
            "Temu has promised the buyer a label that is bought from it",
        ),
        ({"isRestriction": True, "reason": 5}, "the order is delivered to a store"),
        ({"isRestriction": True, "reason": 4}, "Temu's reason 4 to restrict it"),
        ({"isRestriction": True, "reason": "COD"}, "COD"),
    ],
)
def test_restrictions(warning: dict[str, Any] | None, words: str | None) -> None:
    """T10: why an address is restricted is told in words that a person understands."""
    assert read_restriction(convert({"warning": warning}, AddressMessage, "address")) == words


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
        ({"currency": "EUR", "amount": "1999"}, "19.99"),
        ({"currency": "EUR", "amount": "-5"}, "-0.05"),
        ({"currency": "EUR", "amount": ""}, None),
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
    "amount",
    [
        "19.99", 19.99, 1999.0, "1999.00", "1e3", "1E999", "NaN", " 1999 ", "1,999", "1 999", "1_999", "\uff11\uff19", "+5", "x",
        True, 10**18, "9" * 5000, "19.99\nand more",
    ],
)  # fmt: skip
def test_no_whole_number(amount: Any) -> None:
    """O10, O16: an amount that isn't written as a whole number is refused in one line, never taken for a hundredth."""
    bad = {"currency": "EUR", "amount": amount}
    for message in (
        {"parentOrderMap": {"customerPaid": bad, "basePriceTotal": {"currency": "EUR", "amount": 5}}},
        {"orderList": [{"orderSn": "1", "unitRetailPrice": bad}]},
    ):
        with pytest.raises(Refused, match="no whole number of the smallest unit") as caught:
            _amounts(**message)
        assert len(caught.value.message) < 150
        assert "\n" not in caught.value.message


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
