"""What Temu refuses of shipments, each with its code, and without a trace."""

from dataclasses import replace
from typing import Any

import pytest

from tests.sandbox.caller import Caller, Json
from tests.sandbox.model import BY_OTHER_WAREHOUSE
from tests.sandbox.server import SandboxServer
from tests.sandbox.shipment_calls import (
    CARRIERS,
    CONFIRM,
    DONE,
    SHIPMENT,
    USPS,
    WAREHOUSES,
    box,
    confirm,
    entry,
    order_of_two_lines,
    piece,
)


async def test_forms_that_dont_go_with_their_send_type(caller: Caller) -> None:
    """No form is taken but those that Temu's guide shows (R3)."""
    mall = caller.mall
    order, other = order_of_two_lines(mall), mall.add_order()
    halves = [entry(mall, f"NUMBER000{number}", piece(order, quantity=1)) for number in range(2)]
    in_boxes = {"subSendRequests": [box(mall, "BOX00000001")]}
    single = piece(order, order.items[1])
    for send_type, entries in (
        (0, halves),
        (0, [entry(mall, "NUMBER0001", piece(order), piece(other))]),
        (0, [entry(mall, "NUMBER0001", single, **in_boxes)]),
        (1, [entry(mall, "NUMBER0001", piece(order))]),
        (1, [entry(mall, "NUMBER0001", piece(order)), entry(mall, "NUMBER0002", piece(other))]),
        (1, [halves[0], entry(mall, "NUMBER0003", single, **in_boxes)]),
        (2, halves),
        (3, [entry(mall, "NUMBER0001", piece(order))]),
        (0, []),
    ):
        assert await confirm(caller, send_type, *entries) == 3000000
    assert order.status == 2


@pytest.mark.parametrize(
    "change,code",
    [
        ({"carrierId": None}, 3000000),
        ({"carrierId": str(USPS)}, 3000000),
        ({"carrierId": 1}, 120014022),
        ({"trackingNumber": None}, 120014001),
        ({"trackingNumber": "  "}, 120014001),
        ({"trackingNumber": 9400100000000000}, 3000000),
        ({"trackingNumber": "9400-1000-0001"}, 120014020),
        ({"trackingNumber": "NUMBER 0001"}, 120014020),
        ({"trackingNumber": "ABC1234"}, 120014023),
        ({"trackingNumber": "9" * 41}, 120014023),
        ({"trackingNumber": "1Z999AA10123456784"}, 120014022),
        ({"selfShippingWarehouseId": None}, 120015527),
        ({"selfShippingWarehouseId": "WH-00000000000000000"}, 120011085),
        ({"selfShippingWarehouseId": 5}, 3000000),
        ({"confirmAcceptance": "yes"}, 3000000),
        ({"subSendRequests": ["NUMBER0002"]}, 3000000),
        ({"orderSendInfoList": []}, 3000000),
        ({"orderSendInfoList": {}}, 3000000),
    ],
)
async def test_wrong_packages(caller: Caller, change: Json, code: int) -> None:
    """Each field of a package is checked; what is refused changes nothing (R3)."""
    order = caller.mall.add_order()
    assert await confirm(caller, 0, entry(caller.mall, "NUMBER0001", piece(order)) | change) == code
    assert (order.status, caller.mall.packages) == (2, [])


@pytest.mark.parametrize(
    "change,code",
    [
        ({"parentOrderSn": None}, 3000000),
        ({"orderSn": None}, 3000000),
        ({"goodsId": "5"}, 3000000),
        ({"skuId": "5"}, 3000000),
        ({"quantity": "1"}, 3000000),
        ({"quantity": True}, 3000000),
        ({"quantity": 0}, 3000000),
        ({"parentOrderSn": "PO-211-1"}, 120012007),
        ({"orderSn": "211-1"}, 120012007),
        ({"goodsId": 5}, 120012016),
        ({"skuId": 5}, 120012016),
        ({"quantity": 1}, 120013002),
        ({"quantity": 3}, 120013002),
    ],
)
async def test_wrong_pieces(caller: Caller, change: Json, code: int) -> None:
    """What a package holds must be all of the order, and the order's own (R3)."""
    order = caller.mall.add_order(items=[(caller.mall.add_goods(), 2)])
    assert await confirm(caller, 0, entry(caller.mall, "NUMBER0001", piece(order) | change)) == code
    assert (order.status, caller.mall.packages) == (2, [])


@pytest.mark.parametrize(
    "status,code", [(1, 120012016), (3, 120012016), (4, 120012004), (5, 120012004), (51, 120012004)]
)
async def test_orders_that_dont_wait_for_shipping(caller: Caller, status: int, code: int) -> None:
    """Only an order that waits for shipping can be shipped (R3)."""
    order = caller.mall.add_order(status=status)
    assert await confirm(caller, 0, entry(caller.mall, "NUMBER0001", piece(order, quantity=1))) == code
    assert (order.status, caller.mall.packages) == (status, [])


async def test_orders_of_others(caller: Caller) -> None:
    """Another mall's order doesn't exist, and a cooperating warehouse ships its own (R3)."""
    theirs = caller.sandbox.add_mall().add_order()
    assert await confirm(caller, 0, entry(caller.mall, "NUMBER0001", piece(theirs))) == 120012007
    elsewhere = caller.mall.add_order(fulfillment=BY_OTHER_WAREHOUSE)
    assert await confirm(caller, 0, entry(caller.mall, "NUMBER0001", piece(elsewhere))) == 120011030
    mine = caller.mall.add_order()
    wrong = piece(mine, caller.mall.add_order().items[0])
    assert await confirm(caller, 0, entry(caller.mall, "NUMBER0001", wrong)) == 120012007
    for names in (
        {"parentOrderSn": theirs.number, "orderSn": theirs.items[0].number},
        {"parentOrderSn": mine.number, "orderSn": theirs.items[0].number},
    ):
        assert await caller.code(SHIPMENT, **names) == 120012007
    assert await caller.code(SHIPMENT, parentOrderSn=mine.number) == 3000000


async def test_order_twice_in_a_package(caller: Caller) -> None:
    """One package names each order once (R3)."""
    order = caller.mall.add_order(items=[(caller.mall.add_goods(), 2)])
    twice = entry(caller.mall, "NUMBER0001", piece(order, quantity=1), piece(order, quantity=1))
    assert await confirm(caller, 0, twice) == 120012041


async def test_tracking_numbers_are_used_once(caller: Caller) -> None:
    """A number is one package's: within a call, and for ever after, in every mall (R3)."""
    mall = caller.mall
    order = order_of_two_lines(mall)
    halves = [entry(mall, number, piece(order, quantity=1)) for number in ("NUMBER0001", "number0001")]
    assert await confirm(caller, 1, *halves) == 120014003
    boxes = {"subSendRequests": [box(mall, "NUMBER0001")]}
    assert (
        await confirm(caller, 1, entry(mall, "NUMBER0001", piece(order, order.items[1]), **boxes))
        == 120014003
    )
    assert await confirm(caller, 0, entry(mall, "NUMBER0001", piece(order))) == DONE
    assert await confirm(caller, 0, entry(mall, "NUMBER0001", piece(order, order.items[1]))) == 120014004
    other = caller.sandbox.add_mall()
    theirs = replace(caller, mall=other)
    assert await confirm(theirs, 0, entry(other, "number0001", piece(other.add_order()))) == 120014004
    assert len(mall.packages) == 1


@pytest.mark.parametrize(
    "field,value,code",
    [
        ("cancel_pending", True, 120012030),
        ("address_change_pending", True, 120012023),
        ("own_label_forbidden", True, 120012034),
        ("fulfillment_warnings", ["RESTRICT_SELF_SHIPPING"], 120015537),
        ("labels", {"pending_risk_control_alert": 1}, 120012031),
    ],
)
async def test_orders_that_are_held_back(caller: Caller, field: str, value: Any, code: int) -> None:
    """A request that waits, or a rule against own labels, keeps an order from being shipped until it is over (R3)."""
    order = caller.mall.add_order()
    before = getattr(order, field)
    setattr(order, field, value)
    parcel = entry(caller.mall, "NUMBER0001", piece(order))
    assert await confirm(caller, 0, parcel) == code
    assert (order.status, caller.mall.packages) == (2, [])
    setattr(order, field, before)
    assert await confirm(caller, 0, parcel) == DONE


async def test_one_order_held_back_keeps_all_of_a_call(caller: Caller) -> None:
    """A call does all or nothing (R3)."""
    good, held_back = caller.mall.add_order(), caller.mall.add_order()
    held_back.cancel_pending = True
    together = entry(caller.mall, "NUMBER0001", piece(good), piece(held_back))
    assert await confirm(caller, 2, together) == 120012030
    assert (good.status, caller.mall.packages) == (2, [])
    assert await confirm(caller, 0, entry(caller.mall, "NUMBER0001", piece(good))) == DONE


async def test_address_of_another_region(caller: Caller) -> None:
    """A shipment at another region's address has a code of its own (R3)."""
    order = caller.mall.add_order()
    with SandboxServer(caller.sandbox, region="EU") as server:
        elsewhere = replace(caller, url=server.url)
        assert await confirm(elsewhere, 0, entry(caller.mall, "NUMBER0001", piece(order))) == 120011072
        assert await elsewhere.code(WAREHOUSES) == 3000031


async def test_permissions(caller: Caller) -> None:
    """Shipping is for tokens of orders, not for those of products (R3)."""
    shipping = {WAREHOUSES, CARRIERS, CONFIRM, SHIPMENT}
    for purpose, permitted in (("orders", True), ("products", False)):
        token = caller.mall.add_token(purpose)
        for interface in shipping:
            code = await caller.code(interface, access_token=token)
            assert (code != 3000032) is permitted
