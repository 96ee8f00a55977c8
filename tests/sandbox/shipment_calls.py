"""Calls that the tests of shipping make: what they confirm, in parts that a test changes."""

from typing import Any, Final

from tests.sandbox.caller import Caller, Json
from tests.sandbox.mall import Mall
from tests.sandbox.model import OrderLine, ParentOrder

WAREHOUSES: Final = "bg.logistics.warehouse.list.get"
CARRIERS: Final = "bg.logistics.companies.get"
CONFIRM: Final = "bg.logistics.shipment.v2.confirm"
SHIPMENT: Final = "bg.logistics.shipment.v2.get"
DONE: Final = 1000000
UPS: Final = 960246690
USPS: Final = 960246691


def piece(order: ParentOrder, line: OrderLine | None = None, **fields: Any) -> Json:
    """All that remains of a line, the first one where none is given."""
    line = line or order.items[0]
    return {
        "parentOrderSn": order.number,
        "orderSn": line.number,
        "goodsId": line.goods.goods_id,
        "skuId": line.goods.sku_id,
        "quantity": line.remaining,
    } | fields


def box(mall: Mall, number: str, **fields: Any) -> Json:
    own = {"carrierId": USPS, "trackingNumber": number, "selfShippingWarehouseId": mall.addresses[0].id}
    return own | fields


def entry(mall: Mall, number: str, *pieces: Json, **fields: Any) -> Json:
    return box(mall, number, orderSendInfoList=list(pieces)) | fields


def label_parcel(mall: Mall, *pieces: Json, **fields: Any) -> Json:
    """A parcel of 2 lb 8 oz that a label is bought for, by the first service there is."""
    service = mall.labels.services[0]
    return label_measures(mall) | {
        "shipCompanyId": service.ship_company_id, "channelId": service.channel_id, "orderSendInfoList": list(pieces),
    } | fields  # fmt: skip


def label_measures(mall: Mall) -> Json:
    return {
        "warehouseId": mall.addresses[0].id, "weight": "2", "weightUnit": "lb", "extendWeight": "8",
        "extendWeightUnit": "oz", "length": "12.00", "width": "8.00", "height": "4.00", "dimensionUnit": "in",
    }  # fmt: skip


async def confirm(caller: Caller, send_type: int, *entries: Json) -> int:
    return await caller.code(CONFIRM, sendType=send_type, sendRequestList=list(entries))


async def held(caller: Caller, order: ParentOrder, line: OrderLine | None = None) -> list[Json]:
    order_sn = (line or order.items[0]).number
    result = await caller.result(SHIPMENT, parentOrderSn=order.number, orderSn=order_sn)
    rows: list[Json] = result["shipmentInfoDTO"]
    return rows


def order_of_two_lines(mall: Mall) -> ParentOrder:
    return mall.add_order(items=[(mall.add_goods(), 2), (mall.add_goods(), 1)])
