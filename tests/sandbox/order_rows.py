"""Orders as Temu writes them."""

from typing import Any

from tests.sandbox.making import DAY, HOUR
from tests.sandbox.model import BY_OTHER_WAREHOUSE, Goods, OrderLine, ParentOrder, Status

# A row for each, with 0 or 1 [A: tables of three regions, and real answers].
LABELS = (
    "soon_to_be_overdue",
    "past_due",
    "pending_buyer_cancellation",
    "pending_buyer_address_change",
    "pending_risk_control_alert",
    "signature_required_on_delivery",
)
LINE_LABELS = ("customized_products", "US_to_CA", "Y2_advance_sale", "pre_sale_order", "made_to_order")
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
        # Null in real answers while the order is pending.
        "expectShipLatestTime": None if order.status == Status.PENDING else expect_ship_latest(order),
        "latestDeliveryTime": order.ordered_at + 9 * DAY,
        "parentShippingTime": order.shipped_at,
        "parentOrderPendingFinishTime": order.confirmed_at or order.ordered_at + HOUR,
        "regionId": order.region_id,
        "siteId": order.site_id,
        "shippingMethod": order.shipping_method,
        # The other way round than its name: whether the buyer paid nothing for shipping [A: tables and Javadoc].
        "hasShippingFee": order.shipping_cents == 0,
        "parentOrderLabel": label_rows(order),
        "fulfillmentWarning": order.fulfillment_warnings.copy(),
        "orderPaymentType": order.payment_type,
        "isShipmentConsolidatedByMainMall": order.sent_by_main_mall,
        # Null in real answers, where the page promises a list.
        "batchOrderNumberList": None,
    }


def label_rows(order: ParentOrder) -> list[dict[str, Any]]:
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
        "inventoryDeductionWarehouseId": "WH-90210" if elsewhere else None,
        "inventoryDeductionWarehouseName": "Partner Hub" if elsewhere else None,
        "orderCreateTime": order.ordered_at,
        "orderShippingTime": order.shipped_at if line.status in LEFT else None,
        "orderPaymentType": order.payment_type,
        "isShipmentConsolidatedByMainMall": order.sent_by_main_mall,
        "orderLabel": [{"name": name, "value": line.labels.get(name, 0)} for name in LINE_LABELS],
        "fulfillmentWarning": [],
        "packageAbnormalTypeList": [],
        "qualificationUploadEndTime": None,
        **_goods(line.goods),
    }


def _goods(goods: Goods) -> dict[str, Any]:
    told: dict[str, dict[str, Any]] = {
        "number": {"skuId": goods.sku_id},
        "null": {"skuId": None},
        "absent": {},
    }
    return {
        "goodsId": goods.goods_id,
        **told[goods.sku_id_in_orders],
        "goodsName": goods.title,
        "originalGoodsName": goods.title,
        "spec": goods.spec,
        "originalSpecName": goods.spec,
        "thumbUrl": f"https://img.example.com/{goods.goods_id}.jpg",
        "productList": [
            {
                "productId": goods.product_id,
                "productSkuId": goods.product_sku_id,
                "soldFactor": goods.sold_factor,
                "extCode": goods.sku_code,
            }
        ],
    }
