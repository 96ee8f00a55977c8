"""
Temu's replies as structs.
"""

import pytest

from domain.temu.errors import TemuRefused
from domain.temu.messages import AddressMessage, AmountsMessage, OrderListMessage, TokenMessage, convert


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
