"""
Calls that the sandbox takes: one case or more for each interface that it serves, arranging a mall of its own, which is a
semi-managed one for what the partner host serves. Together they hold every parameter of the table that the sandbox looks at, so that each can be left out and spoilt in turn.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from tests.sandbox.mall import Mall
from tests.sandbox.model import Goods
from tests.sandbox.shipment_calls import USPS, box, entry, order_of_two_lines, piece
from tests.sandbox.shipping import Package, package_number

Json = dict[str, Any]
Case = Callable[[Mall], Json]


def _nothing(mall: Mall) -> Json:
    return {}


def _orders(mall: Mall) -> Json:
    mall.add_order()
    mall.add_order(status=4)
    return {}


def _orders_with_everything(mall: Mall) -> Json:
    order = mall.add_order()
    now = mall.now()
    return {
        "pageNumber": 1,
        "pageSize": 10,
        "parentOrderStatus": 2,
        "parentOrderSnList": [order.number],
        "regionId": order.region_id,
        "fulfillmentTypeList": ["fulfillBySeller", "fulfillByCooperativeWarehouse"],
        "parentOrderLabel": ["past_due"],
        "packageAbnormalTypeList": ["NO_TRACK"],
        "sortby": "updateTime",
        "hasPreSaleOrder": False,
        "hasQualificationRequiredOrder": False,
        "skuId": order.items[0].goods.sku_id,
        **{
            name: at
            for start, end in (
                ("createAfter", "createBefore"),
                ("expectShipLatestTimeStart", "expectShipLatestTimeEnd"),
                ("updateAtStart", "updateAtEnd"),
                ("parentConfirmTimeStart", "parentConfirmTimeEnd"),
            )
            for name, at in ((start, now - 3600), (end, now + 3600))
        },
    }


def _one_order(mall: Mall) -> Json:
    return {"parentOrderSn": mall.add_order().number}


def _one_order_of_both(mall: Mall) -> Json:
    return _one_order(mall) | {"fulfillmentTypeList": ["fulfillBySeller"]}


def _cancellations(mall: Mall) -> Json:
    mall.request_cancel(mall.add_order().number)
    return {}


def _cancellations_with_everything(mall: Mall) -> Json:
    request = mall.request_cancel(mall.add_order().number)
    return {
        "pageNo": 1,
        "pageSize": 10,
        "parentOrderSnList": [request.order.number],
        "parentAfterSalesSnList": [request.number],
    }


def _cancellations_by_group(mall: Mall) -> Json:
    return _cancellations(mall) | {"afterSalesStatusGroup": 8}


def _cancellations_that_ended(mall: Mall) -> Json:
    for end in (mall.withdraw_cancel, mall.deny_cancel, mall.review_cancel, mall.grant_cancel):
        end(mall.request_cancel(mall.add_order().number))
    mall.grant_cancel(mall.request_cancel(mall.add_order().number), is_refunded=False)
    return {}


def _combined(mall: Mall) -> Json:
    first, second = mall.add_order(), mall.add_order()
    second.address = first.address
    return {}


def _region(mall: Mall) -> Json:
    return {"regionId": 211}


def _warehouses(mall: Mall) -> Json:
    return {"returnEnableBuyShippingLabelOnly": False}


def _one_package(mall: Mall) -> Json:
    parcel = entry(
        mall, "9400100000000000000001", piece(mall.add_order()), confirmAcceptance=["DENY_CANCELLATION"]
    )
    return {"sendType": 0, "sendRequestList": [parcel]}


def _two_packages(mall: Mall) -> Json:
    order = order_of_two_lines(mall)
    parcels = [
        entry(mall, f"940010000000000000000{number}", piece(order, line))
        for number, line in enumerate(order.items)
    ]
    return {"sendType": 1, "sendRequestList": parcels}


def _further_boxes(mall: Mall) -> Json:
    boxes = [box(mall, "9400100000000000000002")]
    parcel = entry(mall, "9400100000000000000001", piece(mall.add_order()), subSendRequests=boxes)
    return {"sendType": 1, "sendRequestList": [parcel]}


def _two_parents(mall: Mall) -> Json:
    first, second = mall.add_order(), mall.add_order()
    second.address = first.address
    return {
        "sendType": 2,
        "sendRequestList": [entry(mall, "9400100000000000000001", piece(first), piece(second))],
    }


def _shipped(mall: Mall) -> Json:
    order = mall.add_order(status=4)
    return {"parentOrderSn": order.number, "orderSn": order.items[0].number}


def _corrected(mall: Mall) -> Json:
    """A package that was confirmed before."""
    line = mall.add_order(status=4).items[0]
    sent = Package(
        package_number(mall.shipping_source),
        USPS,
        "9400100000000000000001",
        mall.addresses[0].id,
        line.number,
        line.goods.sku_id,
        line.remaining,
        (),
        mall.now(),
    )
    mall.keep_package(sent)
    return {
        "editPackageRequestList": [
            {
                "packageSn": sent.number,
                "trackingNumber": "9400100000000000000002",
                "shipCompanyId": USPS,
                "selfShippingWarehouseId": mall.addresses[0].id,
            }
        ]
    }


def _skus(mall: Mall) -> Json:
    goods = mall.add_goods()
    return {
        "pageNo": 1,
        "pageSize": 10,
        "skuSearchType": 2,
        "skuStatusFilterType": 2,
        "skuIdList": [goods.sku_id],
    }


def _goods_off_sale(mall: Mall) -> Json:
    return {"goodsId": mall.add_goods().goods_id, "onsale": 0}


def _skus_on_sale(mall: Mall) -> Json:
    goods = mall.add_goods()
    mall.delisted.add(goods.sku_id)
    return {"goodsId": goods.goods_id, "onsale": 1, "operationType": 2, "skuIdList": [goods.sku_id]}


def _targets(mall: Mall) -> Json:
    goods = mall.add_goods()
    return {
        "goodsId": goods.goods_id,
        "stockType": 0,
        "skuStockTargetList": [{"skuId": goods.sku_id, "stockTarget": 5}],
    }


def _changes(mall: Mall) -> Json:
    goods = mall.add_goods()
    return {
        "goodsId": goods.goods_id,
        "skuStockChangeList": [{"skuId": goods.sku_id, "stockDiff": 5}],
        "requestUniqueKey": "once",
    }


def _stock_by(name: str) -> Case:
    def case(mall: Mall) -> Json:
        goods = mall.add_goods()
        mall.set_stock(goods.sku_id, 5)
        wanted = {"goodsId": goods.goods_id, "skuIdList": [goods.sku_id], "outSkuSnList": [goods.sku_code]}
        return {name: wanted[name]}

    return case


def _shops_stock(mall: Mall) -> tuple[Goods, Json]:
    """Of a semi-managed mall: goods that lie in its warehouse, and where that is."""
    assert mall.shop is not None
    goods, place = mall.add_goods(), mall.shop.warehouses[0]
    mall.shop.stock[goods.product_sku_id, place.warehouse_id] = 5
    return goods, {"productSkuId": goods.product_sku_id, "warehouseId": place.warehouse_id}


def _one_skc(mall: Mall) -> Json:
    goods, _ = _shops_stock(mall)
    return {"productSkcId": goods.product_skc_id}


def _to_a_figure(mall: Mall) -> Json:
    _, row = _shops_stock(mall)
    return {"quantityChangeMode": 2, "skuStockChangeList": [row | {"targetStockAvailable": 7}]}


def _by_a_difference(mall: Mall) -> Json:
    goods, row = _shops_stock(mall)
    return {
        "quantityChangeMode": 1,
        "productSkcId": goods.product_skc_id,
        "skuStockChangeList": [row | {"stockDiff": -2}],
    }


def _sites(mall: Mall) -> Json:
    return {"siteIdList": [100, 105], "openApiUser": {"supplierId": mall.mall_id}}


def _products(mall: Mall) -> Json:
    goods, _ = _shops_stock(mall)
    return {
        "page": 1,
        "pageSize": 10,
        "productSkcIds": [goods.product_skc_id],
        "skuExtCodes": [goods.sku_code],
    }


def _subscribe(mall: Mall) -> Json:
    return {"permitEventCodeList": ["bg_order_status_change_event"]}


def _end_subscription(mall: Mall) -> Json:
    return {"cancelEventCodeList": ["bg_order_status_change_event"]}


CASES: Final[Mapping[str, Sequence[Case]]] = {
    "bg.open.accesstoken.info.get": [_nothing],
    "bg.order.list.v2.get": [_orders, _orders_with_everything],
    "bg.order.detail.v2.get": [_one_order, _one_order_of_both],
    "bg.order.shippinginfo.v2.get": [_one_order],
    "bg.order.amount.query": [_one_order],
    "bg.order.combinedshipment.list.get": [_combined],
    "bg.aftersales.cancel.list.get": [
        _cancellations,
        _cancellations_with_everything,
        _cancellations_by_group,
        _cancellations_that_ended,
    ],
    "bg.logistics.companies.get": [_region],
    "bg.logistics.warehouse.list.get": [_nothing, _warehouses],
    "bg.logistics.shipment.v2.confirm": [_one_package, _two_packages, _further_boxes, _two_parents],
    "bg.logistics.shipment.v2.get": [_shipped],
    "bg.logistics.shipment.shippingtype.update": [_corrected],
    "bg.local.goods.sale.status.set": [_goods_off_sale, _skus_on_sale],
    "bg.local.goods.sku.list.query": [_skus],
    "bg.local.goods.stock.edit": [_targets, _changes],
    "temu.local.goods.sku.stock.query": [
        _stock_by("goodsId"),
        _stock_by("skuIdList"),
        _stock_by("outSkuSnList"),
    ],
    "bg.tmc.message.update": [_subscribe, _end_subscription],
    "bg.open.accesstoken.info.get.global": [_nothing],
    "bg.btg.goods.stock.quantity.get": [_one_skc],
    "bg.btg.goods.stock.quantity.update": [_to_a_figure, _by_a_difference],
    "bg.btg.goods.stock.warehouse.list.get": [_sites],
    "temu.goods.list.get": [_products],
}
