"""Temu's warnings about labels, read."""

import pytest

from domain.orders.restrictions import Restriction, read, stored


@pytest.mark.parametrize(
    "word, carriers",
    [
        ("RESTRICT_SELF_SHIPPING", ()),
        ("RESTRICT_SOMETHING_NEW", ()),
        ("RESTRICT_PIGEON_SELF_SHIPPING", ()),
        ("RESTRICT_FEDEX_SELF_SHIPPING", ("FedEx",)),
        ("RESTRICT_USPS_SELF_SHIPPING", ("USPS",)),
        ("BLOCK_LOGISTICS_PROVIDERS_{UniUni}", ("UniUni",)),
        ("BLOCK_LOGISTICS_PROVIDERS_UniUni", ("UniUni",)),
        ("BLOCK_LOGISTICS_PROVIDERS_{DHL eCommerce, UniUni,UniUni}", ("DHL eCommerce", "UniUni")),
        ("BLOCK_LOGISTICS_PROVIDERS_{DHL\uff0cGOFO}", ("DHL", "GOFO")),
        ("BLOCK_LOGISTICS_PROVIDERS_{DHL; GOFO|UniUni\u3001UPS}", ("DHL", "GOFO", "UniUni", "UPS")),
        (" BLOCK_LOGISTICS_PROVIDERS {UniUni} ", ("UniUni",)),
    ],
)
def test_words_that_restrict(word: str, carriers: tuple[str, ...]) -> None:
    """T10, T11: a word forbids the carriers that it names, or all labels of one's own where it names none."""
    (found,) = read([word, word])
    assert found == Restriction(word.strip(), carriers)
    assert found.forbids_all is (not carriers)


@pytest.mark.parametrize(
    "word",
    [
        "RESTRICT_CALL_SHIPPING",
        "SUGGEST_SIGNATURE_ON_DELIVERY",
        "CONFIRMED_CHANGED_ADDRESS",
        "REQUIRES_CUSTOMER_PICKUP",
        "REQUIRES_AGE_VERIFICATION",
        "SAVE_SN_INFORMATION_FOR_RETURN",
        "SPECIFIC_LOGISTICS_REQUIRED",
        "BLOCK_LOGISTICS_PROVIDERS_{}",
        "BLOCK_LOGISTICS_PROVIDERS",
        "",
    ],
)
def test_words_that_forbid_no_label(word: str) -> None:
    """T10, T11: advice, and that no label can be bought, forbid none of one's own."""
    assert read([word]) == ()


def test_what_is_stored() -> None:
    """T11: objects in the order of Temu's words, without characters that no database holds."""
    words = ["RESTRICT_FEDEX_SELF_SHIPPING", "RESTRICT_CALL_SHIPPING", "RESTRICT_\0\ud800NEW"]
    assert stored(words) == [
        {"code": "RESTRICT_FEDEX_SELF_SHIPPING", "carriers": ["FedEx"]},
        {"code": "RESTRICT_NEW", "carriers": []},
    ]
