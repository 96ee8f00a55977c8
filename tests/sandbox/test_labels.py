"""Labels that are bought from Temu: priced, ordered, made or failed, tried again, and what is refused."""

from typing import Any, Final

import pytest

from tests.sandbox.caller import Caller, Json
from tests.sandbox.label_orders import buy_in_seller_center
from tests.sandbox.mall import Mall
from tests.sandbox.model import ParentOrder, Status
from tests.sandbox.shipment_calls import (
    DONE,
    confirm,
    entry,
    label_measures,
    label_parcel,
    order_of_two_lines,
    piece,
)

RATES: Final = "bg.logistics.shippingservices.get"
CREATE: Final = "bg.logistics.shipment.create"
RESULT: Final = "bg.logistics.shipment.result.get"
UPDATE: Final = "bg.logistics.shipment.update"
LIST: Final = "temu.logistics.label.list.get"


def named(order: ParentOrder) -> Json:
    return {name: value for name, value in piece(order).items() if name not in {"goodsId", "skuId"}}


async def buy(caller: Caller, send_type: int, *parcels: Json, **fields: Any) -> Json:
    return await caller.envelope(CREATE, sendType=send_type, sendRequestList=list(parcels), **fields)


async def standing(caller: Caller, number: str) -> Json:
    row: Json = (await caller.result(RESULT, packageSnList=[number]))["packageInfoResultList"][0]
    return row


async def test_a_label_is_bought_and_made(caller: Caller, mall: Mall) -> None:
    """What it costs is paid once; it is made after a while, and its order has left at once unless asked otherwise (R3)."""
    order, later = mall.add_order(), mall.add_order()
    rates = await caller.result(RATES, **label_measures(mall), shipOrderInfoList=[named(order)])
    assert [row["estimatedAmount"] for row in rates["onlineChannelDtoList"]] == ["5.00", "8.00", "16.00"]
    bought = await buy(caller, 0, label_parcel(mall, piece(order)))
    [number] = bought["result"]["packageSnList"]
    assert mall.labels.spent_cents == 500
    assert (await standing(caller, number))["shippingLabelStatus"] == 0
    made = await standing(caller, number)
    assert (made["shippingLabelStatus"], len(made["trackingNumber"])) == (1, 22)
    assert order.status == Status.SHIPPED
    await buy(caller, 0, label_parcel(mall, piece(later)), shipLater=True, shipLaterLimitTime="48")
    listed = await caller.result(LIST, pageNumber=1, pageSize=10, parentOrderSnList=[later.number])
    assert [row["shippingLabelStatus"] for row in listed["shippingLabelInfoList"]] == [0]
    await standing(caller, listed["shippingLabelInfoList"][0]["packageSn"])
    await standing(caller, listed["shippingLabelInfoList"][0]["packageSn"])
    assert later.status == Status.UNSHIPPED
    again = await buy(caller, 0, label_parcel(mall, piece(later)))
    assert again["errorCode"] == 120012013
    assert await confirm(caller, 0, entry(mall, "9400100000000000000001", piece(later))) == 120012020
    assert mall.labels.spent_cents == 1000


async def test_a_label_fails_and_is_tried_again_once(caller: Caller, mall: Mall) -> None:
    """Nothing is paid for what failed; it goes on by an update, once (R3)."""
    order = mall.add_order()
    mall.labels.fail_next += ["no capacity", "no capacity again"]
    label = buy_in_seller_center(mall, order)
    assert mall.labels.spent_cents == 0
    retry = label_parcel(mall, piece(order), packageSn=label.number)
    assert await caller.code(UPDATE, retrySendPackageRequestList=[retry]) == DONE
    assert await caller.code(UPDATE, retrySendPackageRequestList=[retry]) == 120018002
    await standing(caller, label.number)
    failed = await standing(caller, label.number)
    assert (failed["shippingLabelStatus"], failed["failReasonText"]) == (2, "no capacity again")
    assert await caller.code(UPDATE, retrySendPackageRequestList=[retry]) == 120018017
    assert (await buy(caller, 0, label_parcel(mall, piece(order))))["errorCode"] == DONE
    mall.labels.failed_block = True
    other = mall.add_order()
    mall.labels.fail_next.append("no capacity")
    buy_in_seller_center(mall, other)
    assert (await buy(caller, 0, label_parcel(mall, piece(other))))["errorCode"] == 120012013


async def test_labels_of_several_parcels_and_orders(caller: Caller, mall: Mall) -> None:
    """A parent order in several packages goes in one call, whole; several of one address go in one package (R3)."""
    order = order_of_two_lines(mall)
    parcels = [label_parcel(mall, piece(order, line)) for line in order.items]
    assert (await buy(caller, 1, parcels[0]))["errorCode"] == 120012003
    less = label_parcel(mall, *(piece(order, line, quantity=1) for line in order.items))
    assert (await buy(caller, 0, less))["errorCode"] == 120013002
    assert len((await buy(caller, 1, *parcels))["result"]["packageSnList"]) == 2
    first, second = mall.add_order(), mall.add_order()
    mall.change_address(second.number, addressLine1="2 Elsewhere")
    together = label_parcel(mall, piece(first), piece(second))
    assert (await buy(caller, 2, together))["errorCode"] == 120012015
    second.address = first.address
    assert (await buy(caller, 2, together))["errorCode"] == DONE


@pytest.mark.parametrize(
    "change,code",
    [
        ({"weight": "2.5"}, 120015521),
        ({"weightUnit": "kg"}, 120015507),
        ({"extendWeight": "16"}, 120015507),
        ({"length": "12"}, 120015507),
        ({"warehouseId": "WH-1"}, 120011006),
        ({"shipLogisticsType": "UPS_GROUND"}, 120015032),
        ({"channelId": None}, 120015032),
        ({"channelId": 1}, 120011110),
        ({"shipCompanyId": None}, 120011112),
        ({"weight": "200"}, 120015037),
    ],
)
async def test_wrong_parcels(caller: Caller, mall: Mall, change: Json, code: int) -> None:
    """What is refused costs nothing (R3)."""
    assert (await buy(caller, 0, label_parcel(mall, piece(mall.add_order()), **change)))["errorCode"] == code
    assert mall.labels.balance_cents == 1_000_000


async def test_orders_that_get_no_label(caller: Caller, mall: Mall) -> None:
    """Requests that wait, orders to be signed for, paid at the door, without money, or kept from Temu's labels (R3)."""
    found: dict[int, Json] = {
        120012030: {"cancel_pending": True},
        120012023: {"address_change_pending": True},
        120015545: {"labels": {"signature_required_on_delivery": 1}},
        120015037: {"fulfillment_warnings": ["RESTRICT_CALL_SHIPPING"]},
        120011053: {"payment_type": "COD"},
    }
    for code, marks in found.items():
        order = mall.add_order()
        mall.mark(order.number, **marks)
        answer = await buy(caller, 0, label_parcel(mall, piece(order)), shipLater=True)
        assert answer["errorCode"] == code
    order = mall.add_order()
    assert (await buy(caller, 0, label_parcel(mall, piece(order)), shipLater=True, shipLaterLimitTime="30"))[
        "errorCode"
    ] == 120015532
    mall.labels.is_reserved = True
    assert (await buy(caller, 0, label_parcel(mall, piece(order))))["errorCode"] == 120018063
    both = {"orderSnList": ["211-1"], "shipOrderInfoList": [named(order)]}
    assert await caller.code(RATES, **label_measures(mall), **both) == 120018070
    assert await caller.code(RATES, **label_measures(mall)) == 120018072
    wrong = [named(order) | {"orderSn": "211-1"}]
    assert await caller.code(RATES, **label_measures(mall), shipOrderInfoList=wrong) == 120018071
