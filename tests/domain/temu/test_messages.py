"""Temu's replies as structs."""

import pytest

from domain.temu.errors import TemuRefused
from domain.temu.messages import (
    AddressMessage,
    AmountsMessage,
    OrderListMessage,
    TokenMessage,
    convert,
    warnings_of,
)


def test_numbers_come_as_text_or_as_numbers() -> None:
    """O2: Temu's ids and times are read whether they come as numbers or as text; what is unknown is ignored."""
    reply = {
        "mallId": "601",
        "regionId": 211,
        "expiredTime": "1700000000",
        "apiScopeList": ["a"],
        "somethingNew": [],
    }

    message = convert(reply, TokenMessage, "token")

    assert (message.mall_id, message.region_id, message.expired_time) == ("601", 211, "1700000000")
    assert message.api_scope_list == ["a"]


def test_all_fields_may_be_absent() -> None:
    """O2: a reply without any field that we know is read as one that tells nothing."""
    assert convert({}, AddressMessage, "address").receipt_name is None
    assert convert({"parentOrderMap": None}, AmountsMessage, "amounts").parent_order_map is None
    assert convert({"pageItems": None}, OrderListMessage, "list").page_items is None


@pytest.mark.parametrize("reply", [[], "text", 5, {"parentOrderMap": []}, {"orderList": [5]}])
def test_what_makes_no_sense_is_refused(reply: object) -> None:
    """O10: a reply of another shape is refused, with the interface's name."""
    with pytest.raises(TemuRefused, match=r"Temu's reply to bg\.order\.amount\.query could not be read"):
        convert(reply, AmountsMessage, "bg.order.amount.query")


@pytest.mark.parametrize(
    "result, warnings",
    [
        ({"assistantAgreementText": None, "warningMessage": []}, []),
        ({"warningMessage": None}, []),
        ({}, []),
        (None, []),
        (True, []),
        ([], []),
        (
            {"warningMessage": ["Looks wrong.", " ", "Looks wrong.", "Two\nlines"]},
            ["Looks wrong.", "Two lines"],
        ),
        ({"warningMessage": "Looks wrong."}, ["Looks wrong."]),
        ({"warningMessage": [{"packageSn": "PK-1", "warningMessage": "Looks wrong."}]}, ["Looks wrong."]),
        ({"warningMessage": [5, None, {}, ["x"], {"warningMessage": 5}]}, []),
        ({"warningMessage": ["\0\ud800x" * 500]}, [("x" * 500)[:199] + "…"]),
    ],
)
def test_warnings_of_a_good_answer(result: object, warnings: list[str]) -> None:
    """T12: what a good answer warns of is read in each form that is known, and no other makes it a bad one."""
    assert warnings_of(result) == warnings
