"""Carriers that an order may not go by."""

import pytest

from domain.errors import Conflict, Invalid
from domain.orders.restrictions import read
from domain.shipping.labels import check_carrier, forbidding
from domain.shipping.matching import Carrier, is_of

UPS = Carrier("1", "UPS", "UPS")
USPS = Carrier("2", "USPS", "USPS")
FEDEX = Carrier("3", "FedEx", "FedEx")
SMARTPOST = Carrier("4", "FedEx SmartPost", "FedEx")
GROUND = Carrier("5", "Ground Economy", "FEDEX")
UNIUNI = Carrier("6", "UniUni", "UniUni")
ALL = [UPS, USPS, FEDEX, SMARTPOST, GROUND, UNIUNI]


@pytest.mark.parametrize(
    "word, allowed",
    [
        ("RESTRICT_FEDEX_SELF_SHIPPING", [UPS, USPS, UNIUNI]),
        ("RESTRICT_USPS_SELF_SHIPPING", [UPS, FEDEX, SMARTPOST, GROUND, UNIUNI]),
        ("BLOCK_LOGISTICS_PROVIDERS_{UniUni, fed ex}", [UPS, USPS]),
        ("BLOCK_LOGISTICS_PROVIDERS_{FedEx SmartPost}", [UPS, USPS, FEDEX, GROUND, UNIUNI]),
        ("RESTRICT_SELF_SHIPPING", []),
        ("RESTRICT_CALL_SHIPPING", ALL),
    ],
)
def test_carriers_are_compared_by_name_and_brand(word: str, allowed: list[Carrier]) -> None:
    """T11: a restriction concerns the carrier that it names, by its name or its brand; the general one, all."""
    assert [carrier for carrier in ALL if forbidding(read([word]), carrier) is None] == allowed


@pytest.mark.parametrize(
    "carrier, name, is_its",
    [
        (Carrier("", "FedEx 2Day", ""), "FedEx", True),
        (Carrier("", "Fed-Ex Ground", ""), "FEDEX", True),
        (Carrier("", "FedExGround", ""), "FedEx", False),
        (Carrier("", "UPS Mail Innovations", ""), "USPS", False),
        (UPS, "USPS", False),
        (UPS, "", False),
    ],
)
def test_first_words_are_a_name_too(carrier: Carrier, name: str, is_its: bool) -> None:  # noqa: FBT001 - a table
    """T11: a carrier without a brand is known by the first words of its name."""
    assert is_of(carrier, name) is is_its


def test_what_a_refusal_says() -> None:
    """T11: a refusal names the restriction, and carriers that the order may go by."""
    words = read(["RESTRICT_FEDEX_SELF_SHIPPING", "BLOCK_LOGISTICS_PROVIDERS_{UniUni}"])
    with pytest.raises(Conflict) as refused:
        check_carrier("fedex smartpost", carriers=ALL, restrictions=words, field=("carrier",))
    assert "RESTRICT_FEDEX_SELF_SHIPPING" in refused.value.message
    assert "Temu takes UPS, USPS and others" in refused.value.message
    check_carrier("ups", carriers=ALL, restrictions=words, field=("carrier",))


def test_without_the_list() -> None:
    """T5, T11: where Temu's list can't be had, the name counts as it is written."""
    words = read(["RESTRICT_FEDEX_SELF_SHIPPING"])
    with pytest.raises(Conflict):
        check_carrier("FEDEX ground", carriers=None, restrictions=words, field=("carrier",))
    check_carrier("Pony Express", carriers=None, restrictions=words, field=("carrier",))
    with pytest.raises(Invalid):
        check_carrier("Pony Express", carriers=ALL, restrictions=words, field=("carrier",))
