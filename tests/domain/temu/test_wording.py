"""What of Temu's own words is passed on."""

import pytest

from domain.temu.wording import tellable
from tests.sandbox.mall_maker import NAMES
from tests.sandbox.refusals import MESSAGES


@pytest.mark.parametrize(
    "words",
    [
        *MESSAGES.values(),
        "The goods are under review.",
        "Tracking number has been used",
        "Cooperative warehouses ship it: the DPA Agreement is for SEMI and LOCAL malls. Select a Courier and a Category.",
        # A refusal of prices is worth little without its figure [A: 150019004].
        "Invalid newSupplierPrice. The recommended price is 1199.50 USD.",
        "4-6 days, at most 12.50",
        "at most 20 of 100, selfShippingWarehouseId (BUSINESS_SERVICE_ERROR)",
    ],
)
def test_what_explains_is_told(words: str) -> None:
    """J4: refusals are told in Temu's words."""
    assert tellable(words, sent=["1000000"]) == words


@pytest.mark.parametrize(
    "words",
    [
        *NAMES,
        "Anytown",
        "555 010 12",
        "+1 (555) 010-1234",
        "97201-1234",
        "00-950",
        # Of a longer figure, what would be an amount alone.
        "0301 23.45",
        "0478 12-34",
        "030 123456.78",
        "jane-1234567",
        "12.05.1980",
        "4B",
        "jane@example.com",
        "sandbox0f3a",
        "C/O",
        "XAXX010101000",
        "东京",
    ],
)
def test_what_may_be_a_buyers_is_not(words: str) -> None:
    """J4, A8: names, places, phones, mail addresses, tax codes and tokens in Temu's words are told to nobody."""
    told = tellable(f"The recipient {words} of the order is wrong.")

    assert told == "The recipient … of the order is wrong."


def test_what_was_sent_is_told() -> None:
    """T12: a tracking number that the call named stays in what is said of it."""
    sent = ["ABC123456", "940011189922", "PK-1234567"]
    told = tellable("ABC123456 and DEF456 look wrong, 940011189922 too, of PK-1234567", sent=sent)
    assert told == "ABC123456 and … look wrong, 940011189922 too, of PK-1234567"
