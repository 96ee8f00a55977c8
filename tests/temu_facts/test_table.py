"""The tables themselves, and the comparison with them."""

from typing import Any

import pytest

from tests.temu_facts import SOURCES
from tests.temu_facts.comparing import differences_of_answer, differences_of_call, sample
from tests.temu_facts.table import CLASSES, TYPES, Interface, Row, all_codes, interfaces

ONE = interfaces()["bg.logistics.shipment.v2.confirm"]
BOX = {"carrierId": 1, "trackingNumber": "1Z", "selfShippingWarehouseId": "WH-1"}
PIECE = {"parentOrderSn": "PO-1", "orderSn": "1", "quantity": 1}
CALL = {"sendType": 0, "sendRequestList": [{**BOX, "orderSendInfoList": [PIECE]}]}


def rows_of(interface: Interface) -> list[tuple[dict[str, Row], Row]]:
    parts = (dict(interface.request), dict(interface.response))
    return [(part, row) for part in parts for row in part.values()]


@pytest.mark.parametrize("name", sorted(interfaces()))
def test_a_table_is_whole(name: str) -> None:
    """Types, sources, enumerations and paths are such as the package says; A is the partner documentation or two."""
    interface = interfaces()[name]
    for part, row in rows_of(interface):
        assert row.element in TYPES, row.path
        assert row.certainty in {"A", "B", "C"}, row.path
        assert {*row.sources} - {*SOURCES} == set(), row.path
        if row.certainty == "A":
            assert "mirror" in row.sources or len(row.sources) > 1, f"{row.path} is of one source"
        assert row.enum is None or interface.enums[row.enum], row.path
        assert row.together is None or row.together in part, row.path
        assert row.advised in {None, "always", *part}, row.path
        holder = part.get(row.parent.removesuffix("[]"))
        assert row.parent in {"", "[]"} or (holder is not None and holder.element in {"object", "money"})


def test_a_code_means_one_thing() -> None:
    for code, told in all_codes().items():
        assert told.kind in CLASSES, code
        assert told.certainty in {"A", "B", "C"}, code
    for interface in interfaces().values():
        for code, told in interface.codes.items():
            assert all_codes()[code].kind == told.kind, f"{code} of {interface.name}"


@pytest.mark.parametrize("name", sorted(interfaces()))
def test_an_answer_with_everything_is_no_difference(name: str) -> None:
    assert differences_of_answer(interfaces()[name], sample(interfaces()[name])) == set()


def test_a_call_as_it_should_be_is_no_difference() -> None:
    assert differences_of_call(ONE, CALL) == set()


@pytest.mark.parametrize(
    "call,told",
    [
        (CALL | {"page": 1}, "sends page, which is in no table"),
        ({"sendType": 0}, "sends no sendRequestList"),
        (CALL | {"sendType": 3}, "sends 3 in sendType"),
        (CALL | {"sendType": "0"}, "sends sendType as text"),
        (CALL | {"sendRequestList": {}}, "sends sendRequestList as an object"),
        ({**CALL, "sendRequestList": [BOX]}, "sends no sendRequestList[].orderSendInfoList"),
        (
            {"sendType": 0, "sendRequestList": [{**BOX, "orderSendInfoList": [{**PIECE, "quantity": 0}]}]},
            "sends sendRequestList[].orderSendInfoList[].quantity below 1",
        ),
        (
            {
                "sendType": 1,
                "sendRequestList": [{**BOX, "orderSendInfoList": [PIECE], "subSendRequests": [BOX] * 11}],
            },
            "sends more than 10 in sendRequestList[].subSendRequests",
        ),
        (
            {
                "sendType": 0,
                "sendRequestList": [{**BOX, "orderSendInfoList": [PIECE], "confirmAcceptance": ["YES"]}],
            },
            "sends YES in sendRequestList[].confirmAcceptance[]",
        ),
    ],
)
def test_what_is_wrong_with_a_call_is_told(call: dict[str, Any], told: str) -> None:
    assert f"{ONE.name}: {told}" in differences_of_call(ONE, call)


def test_what_goes_together_is_missed() -> None:
    listing = interfaces()["bg.order.list.v2.get"]
    assert f"{listing.name}: sends updateAtStart without updateAtEnd" in differences_of_call(
        listing, {"updateAtStart": 1_700_000_000}
    )


def test_a_null_that_nobody_saw_is_told() -> None:
    held = interfaces()["bg.logistics.shipment.v2.get"]
    answer = sample(held)
    answer["shipmentInfoDTO"][0] |= {"packageSn": None, "cooperativeWarehouseDTO": None}
    assert differences_of_answer(held, answer) == {
        f"{held.name}: answers null in shipmentInfoDTO[].packageSn"
    }
