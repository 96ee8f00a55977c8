"""Orders as Temu writes them."""

from typing import Any

from tests.sandbox.making import DAY, HOUR
from tests.sandbox.model import BY_OTHER_WAREHOUSE, Goods, OrderLine, ParentOrder, Status

# The six of the reference page and of the example in the page about Brazil.
LABELS = (
    "soon_to_be_overdue",
    "past_due",
    "pending_buyer_cancellation",
    "pending_buyer_address_change",
    "pending_risk_control_alert",
    "signature_required_on_delivery",
)
LEFT = frozenset({Status.SHIPPED, Status.DELIVERED, Status.PARTLY_DELIVERED})


def row(order: ParentOrder) -> dict[str, Any]:
    return {
        "parentOrderMap": parent_map(order),
        "orderList": [_line(order, line) for line in order.items],
    }


def detail(order: ParentOrder) -> dict[str, Any]:
    """The same, with what only the one order's own interface gives, and without the time of its update."""
    result = row(order)
    parent = result["parentOrderMap"]
    del parent["updateTime"]
    parent["regionName1"] = order.address["regionName1"]
    parent["regionName2"] = order.address["regionName2"]
    parent["regionName3"] = order.address["regionName3"] or None
    parent["paymentInfo"] = []
    for line in result["orderList"]:
        line["hasUploadedEvidence"] = False
    return result


def parent_map(order: ParentOrder) -> dict[str, Any]:
    return {
        "parentOrderSn": order.number,
        "parentOrderStatus": int(order.status),
        "parentOrderTime": order.ordered_at,
        "updateTime": order.updated_at,
        "parentConfirmTime": order.confirmed_at,
        "expectShipLatestTime": expect_ship_latest(order),
        "latestDeliveryTime": order.ordered_at + 9 * DAY,
        "parentShippingTime": order.shipped_at,
        "parentOrderPendingFinishTime": order.confirmed_at or order.ordered_at + HOUR,
        "regionId": order.region_id,
        "siteId": order.site_id,
        "shippingMethod": 1,
        "hasShippingFee": order.shipping_cents > 0,
        "parentOrderLabel": _labels(order),
        "fulfillmentWarning": order.fulfillment_warnings.copy(),
        "orderPaymentType": "PPD",
        "batchOrderNumberList": [],
    }


def _labels(order: ParentOrder) -> list[dict[str, Any]]:
    asked = {
        "pending_buyer_cancellation": int(order.cancel_pending),
        "pending_buyer_address_change": int(order.address_change_pending),
    }
    return [{"name": name, "value": order.labels.get(name) or asked.get(name, 0)} for name in LABELS]


def expect_ship_latest(order: ParentOrder) -> int:
    return order.ordered_at + 3 * DAY


def _line(order: ParentOrder, line: OrderLine) -> dict[str, Any]:
    elsewhere = order.fulfillment == BY_OTHER_WAREHOUSE
    return {
        "orderSn": line.number,
        "orderStatus": int(line.status),
        "quantity": line.remaining,
        "originalOrderQuantity": line.quantity_ordered,
        "canceledQuantityBeforeShipment": line.cancelled,
        "isCancelledDuringPending": order.cancelled_while_pending,
        "fulfillmentType": order.fulfillment,
        "inventoryDeductionWarehouseId": "WH-90210" if elsewhere else "WH-00001",
        "inventoryDeductionWarehouseName": "Partner Hub" if elsewhere else "Own Warehouse",
        "orderCreateTime": order.ordered_at,
        "orderShippingTime": order.shipped_at if line.status in LEFT else None,
        "orderPaymentType": "PPD",
        "orderLabel": [],
        "fulfillmentWarning": [],
        "packageAbnormalTypeList": [],
        "qualificationUploadEndTime": None,
        **_goods(line.goods),
    }


def _goods(goods: Goods) -> dict[str, Any]:
    return {
        "goodsId": goods.goods_id,
        "skuId": goods.sku_id,
        "goodsName": goods.title,
        "originalGoodsName": goods.title,
        "spec": goods.spec,
        "originalSpecName": goods.spec,
        "thumbUrl": f"https://img.example.com/{goods.goods_id}.jpg",
        "productList": [
            {
                "productId": goods.product_id,
                "productSkuId": goods.product_sku_id,
                "soldFactor": 1,
                "extCode": goods.sku_code,
            }
        ],
    }
