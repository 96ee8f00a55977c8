"""
Calls that the sandbox takes: one case or more for each interface that it serves, arranging a mall of its own, which is a
semi-managed one for what the partner host serves. Together they hold every parameter of the table that the sandbox looks at, so that each can be left out and spoilt in turn.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from tests.sandbox.invoices import Direction, Document, Recipient
from tests.sandbox.label_orders import buy_in_seller_center
from tests.sandbox.labels import Label
from tests.sandbox.mall import Mall
from tests.sandbox.model import Goods
from tests.sandbox.returns import BuyerReturn
from tests.sandbox.shipment_calls import (
    USPS,
    box,
    entry,
    label_measures,
    label_parcel,
    order_of_two_lines,
    piece,
)
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


def _agreed(mall: Mall) -> Json:
    request = mall.request_cancel(mall.add_order().number)
    return {"parentAfterSalesSn": request.number, "parentOrderSn": request.order.number}


def _out_of_stock(mall: Mall) -> Json:
    order = order_of_two_lines(mall)
    return {"parentOrderSn": order.number, "orderSnList": [line.number for line in order.items]}


def _out_of_stock_in_vain(mall: Mall) -> Json:
    order = mall.add_order(status=4)
    return {"parentOrderSn": order.number, "orderSnList": [order.items[0].number]}


def _reported(mall: Mall) -> Json:
    order = order_of_two_lines(mall)
    for line in order.items:
        mall.out_of_stock.report(order, line)
    return {"parentOrderSn": order.number, "orderSnList": [line.number for line in order.items]}


def _left(mall: Mall) -> Json:
    return {"parentOrderSn": mall.add_order(status=4).number}


def _invoice_info(mall: Mall) -> Json:
    order = mall.add_order(status=4)
    kind = Direction.INVOICE, Recipient.CONSUMER
    mall.invoices.documents.append(Document(order.number, *kind, "R-1.pdf", b"%PDF-", mall.now()))
    return {"parentOrderSnList": [order.number]}


def _refunded(mall: Mall) -> Json:
    order = _left(mall)
    mall.invoices.refunded.add(order["parentOrderSn"])
    return order


def _invoice(mall: Mall) -> Json:
    url = mall.invoices.keep_file(mall.invoices.sign(), b"%PDF-1.7 %%EOF")
    return _left(mall) | {
        "invoiceDirection": 1,
        "invoiceName": "R-1.pdf",
        "recipientType": 1,
        "fileUrl": url,
    }


def _return(mall: Mall) -> BuyerReturn:
    return mall.returns.ask(mall.add_order(status=4).number, comment="words of the buyer's")


def _returns(mall: Mall) -> Json:
    one = _return(mall)
    return {
        "pageNo": 1,
        "pageSize": 10,
        "parentOrderSnList": [one.order.number],
        "parentAfterSalesSnList": [one.number],
        "createAtStart": mall.now() - 3600,
        "createAtEnd": mall.now() + 3600,
        "updateAtStart": mall.now() - 3600,
        "updateAtEnd": mall.now() + 3600,
    }


def _returns_of_a_group(mall: Mall) -> Json:
    return _returns(mall) | {"afterSalesStatusGroup": 2}


def _returns_that_ended(mall: Mall) -> Json:
    for end in (mall.returns.refund, mall.returns.reject, mall.returns.withdraw, mall.returns.review):
        end(_return(mall))
    mall.returns.begin_refund(_asking_for_money(mall))
    return {"updateAtStart": mall.now() - 3600, "updateAtEnd": mall.now() + 3600}


def _asking_for_money(mall: Mall) -> BuyerReturn:
    return mall.returns.ask(mall.add_order(status=4).number, is_refund_only=True)


def _lines_of_a_return(mall: Mall) -> Json:
    return {"pageNo": 1, "pageSize": 10, "parentAfterSalesSnList": [_return(mall).number]}


def _numbers_of(one: BuyerReturn) -> Json:
    return {"parentOrderSn": one.order.number, "parentAfterSalesSn": one.number}


def _one_return(mall: Mall) -> Json:
    return _numbers_of(_return(mall))


def _parcels_of_a_return(mall: Mall) -> Json:
    one = _return(mall)
    mall.returns.send_back(one, "9400100000000000000001")
    return {"parentAfterSalesSn": one.number, "afterSalesSn": one.lines[0].number}


def _refund(mall: Mall) -> Json:
    return _numbers_of(_asking_for_money(mall)) | {"openApiRefundType": 1}


def _wanting_a_label(mall: Mall) -> BuyerReturn:
    return mall.returns.ask(mall.add_order(status=4).number, wants_label=True)


def _label_wanted(mall: Mall) -> Json:
    return _numbers_of(_wanting_a_label(mall))


def _label_wanted_and_fetched(mall: Mall) -> Json:
    one = _wanting_a_label(mall)
    one.delivery_type = 4
    return _numbers_of(one)


def _return_label(mall: Mall) -> Json:
    url = mall.returns.keep_file(mall.returns.sign(), b"%PDF-")
    label = {
        "mallWarehouseId": mall.addresses[0].id,
        "returnLabelUrl": url,
        "carrierId": USPS,
        "trackingNumber": "9400100000000000000001",
        "pickUpCertificateImageUrl": url,
    }
    times = {"startTimestamp": 1_700_000_000_000, "endTimestamp": 1_700_000_000_001}
    return (
        _label_wanted(mall)
        | {"returnLabelDTOList": [label], "pickUpTimeScheduleMode": 1, "latestTimestamp": 1_700_000_000_002}
        | times
    )


def _address_of_a_return(mall: Mall) -> Json:
    return {"parentAfterSalesSn": _wanting_a_label(mall).number}


def _return_region(mall: Mall) -> Json:
    return {"returnWarehouseRegionId1": 211}


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


def _rates(mall: Mall) -> Json:
    named = {
        name: value for name, value in piece(mall.add_order()).items() if name not in {"goodsId", "skuId"}
    }
    return label_measures(mall) | {"shipOrderInfoList": [named], "signatureOnDelivery": False}


def _rates_by_number(mall: Mall) -> Json:
    return label_measures(mall) | {"orderSnList": [mall.add_order().items[0].number]}


def _label(mall: Mall) -> Json:
    parcel = label_parcel(mall, piece(mall.add_order()), confirmAcceptance=["NO_DELIVERY_ON_SATURDAY"])
    return {"sendType": 0, "sendRequestList": [parcel], "shipLater": True, "shipLaterLimitTime": "48"}


def _label_to_be_signed_for(mall: Mall) -> Json:
    service = mall.labels.services[1]
    parcel = label_parcel(
        mall,
        piece(mall.add_order()),
        shipCompanyId=service.ship_company_id,
        shipLogisticsType=service.logistics_type,
        signServiceId=service.sign_service_id,
    )
    del parcel["channelId"]
    return {"sendType": 0, "sendRequestList": [parcel]}


def _labels_of_one_order(mall: Mall) -> Json:
    order = order_of_two_lines(mall)
    parcels = [label_parcel(mall, piece(order, line)) for line in order.items]
    return {"sendType": 1, "sendRequestList": parcels}


def _label_of_two_orders(mall: Mall) -> Json:
    first, second = mall.add_order(), mall.add_order()
    second.address = first.address
    return {"sendType": 2, "sendRequestList": [label_parcel(mall, piece(first), piece(second))]}


def _bought_label(mall: Mall) -> Label:
    return buy_in_seller_center(mall, mall.add_order())


def _label_result(mall: Mall) -> Json:
    return {"packageSnList": [_bought_label(mall).number]}


def _failed_label(mall: Mall) -> Json:
    order = mall.add_order()
    mall.labels.fail_next.append("no capacity")
    label = buy_in_seller_center(mall, order)
    parcel = label_parcel(
        mall, piece(order), packageSn=label.number, confirmAcceptance=["NO_DELIVERY_ON_SATURDAY"]
    )
    return {"retrySendPackageRequestList": [parcel]}


def _failed_label_to_be_signed_for(mall: Mall) -> Json:
    call = _failed_label(mall)
    signed = _label_to_be_signed_for(mall)["sendRequestList"][0]
    first = call["retrySendPackageRequestList"][0]
    del first["channelId"]
    wanted = ("shipCompanyId", "shipLogisticsType", "signServiceId")
    return {"retrySendPackageRequestList": [first | {name: signed[name] for name in wanted}]}


def _labels(mall: Mall) -> Json:
    label, now = _bought_label(mall), mall.now()
    return {
        "pageNumber": 1,
        "pageSize": 10,
        "packageSnList": [label.number],
        "parentOrderSnList": [number for number, _ in label.pieces],
        "temuLabelStatus": 1,
        "createAtStart": now - 3600,
        "createAtEnd": now + 3600,
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


def _new_price(mall: Mall) -> Json:
    goods = mall.add_goods()
    price = {"skuId": goods.sku_id, "newSupplierPrice": {"amount": "18.99", "currency": "USD"}}
    return {
        "goodsId": goods.goods_id,
        "rejectSkuPricing": False,
        "changeSkuPriceDTOList": [{"reason": "Costs", "skuChangePriceBaseDTOList": [price]}],
    }


def _price_orders(mall: Mall) -> Json:
    goods = mall.add_goods()
    order = mall.prices.propose(goods, "18.50")
    return {
        "page": 1,
        "size": 99,
        "priceOrderType": 2,
        "goodsId": str(goods.goods_id),
        "goodsIdList": [str(goods.goods_id)],
        "priceOrderSnList": [order.number],
        "status": 101,
        "orderByType": 0,
    }


def _prices(mall: Mall) -> Json:
    goods = mall.add_goods()
    row = {"goodsId": goods.goods_id, "skuIdList": [goods.sku_id]}
    return {"querySupplierPriceBaseList": [row], "language": "en"}


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


def _code(mall: Mall) -> Json:
    mall.sandbox.authorizations.associated = [mall]
    code = mall.sandbox.authorizations.issue(mall)
    return {"code": code, "access_token": code}


def _subscribe(mall: Mall) -> Json:
    return {"permitEventCodeList": ["bg_order_status_change_event"]}


def _end_subscription(mall: Mall) -> Json:
    return {"cancelEventCodeList": ["bg_order_status_change_event"]}


def _label_file(mall: Mall) -> Json:
    label = buy_in_seller_center(mall, mall.add_order())
    return {"documentType": "SHIPPING_LABEL_PDF", "packageSnList": [label.number]}


def _waiting_packages(mall: Mall) -> Json:
    order = order_of_two_lines(mall)
    buy_in_seller_center(mall, order)
    mall.cancel_pieces(order.items[1].number, 1)
    numbers = {"parentOrderSnList": [order.number], "orderSnList": [line.number for line in order.items]}
    return {"pageNumber": 1, "pageSize": 10, **numbers}


def _packages_that_left(mall: Mall) -> Json:
    label = buy_in_seller_center(mall, order_of_two_lines(mall))
    pieces = [
        {"parentOrderSn": parent, "orderSn": order_sn, "quantity": quantity}
        for (parent, order_sn), quantity in label.pieces.items()
    ]
    package = {"packageSn": label.number, "trackingNumber": label.tracking_number, "packageDetail": pieces}
    return {"packageSendInfoList": [package]}


def _packages_that_are_warned_of(mall: Mall) -> Json:
    told = _packages_that_left(mall)
    mall.label_files.refuses_confirmation = {mall.labels.labels[-1].number: "not confirmed"}
    return told


CASES: Final[Mapping[str, Sequence[Case]]] = {
    "bg.open.accesstoken.create": [_code],
    "bg.open.accesstoken.info.get": [_nothing],
    "bg.order.list.v2.get": [_orders, _orders_with_everything],
    "bg.order.detail.v2.get": [_one_order, _one_order_of_both],
    "bg.order.shippinginfo.v2.get": [_one_order],
    "bg.order.amount.query": [_one_order],
    "bg.order.combinedshipment.list.get": [_combined],
    "bg.aftersales.cancel.agree": [_agreed],
    "temu.pay.tax.invoice.info.query": [_invoice_info],
    "temu.pay.tax.invoice.detail.query": [_left, _refunded],
    "temu.pay.tax.get.galerie.signature": [_nothing],
    "temu.pay.tax.merchant.upload.invoice": [_invoice],
    "temu.order.cancel.outofstock.apply": [_out_of_stock, _out_of_stock_in_vain],
    "temu.order.cancel.outofstock.result.get": [_reported],
    "bg.aftersales.cancel.list.get": [
        _cancellations,
        _cancellations_with_everything,
        _cancellations_by_group,
        _cancellations_that_ended,
    ],
    "bg.aftersales.parentaftersales.list.get": [_returns, _returns_of_a_group, _returns_that_ended],
    "bg.aftersales.aftersales.list.get": [_lines_of_a_return],
    "bg.aftersales.parentreturnorder.get": [_parcels_of_a_return],
    "temu.aftersales.parentaftersales.detail.get": [_one_return],
    "temu.aftersales.refund.issue": [_refund],
    "temu.aftersales.returnlabel.prepare.get": [_label_wanted, _label_wanted_and_fetched],
    "temu.aftersales.carrier.get": [_return_region],
    "temu.aftersales.signature.get": [_nothing],
    "temu.aftersales.upload.returnlabel": [_return_label],
    "temu.aftersales.returnaddress.get": [_address_of_a_return],
    "bg.logistics.companies.get": [_region],
    "bg.logistics.warehouse.list.get": [_nothing, _warehouses],
    "bg.logistics.shipment.v2.confirm": [_one_package, _two_packages, _further_boxes, _two_parents],
    "bg.logistics.shipment.v2.get": [_shipped],
    "bg.logistics.shipment.shippingtype.update": [_corrected],
    "bg.local.goods.priceorder.change.sku.price": [_new_price],
    "bg.local.goods.priceorder.query": [_price_orders],
    "bg.local.goods.sku.list.price.query": [_prices],
    "bg.logistics.shipment.document.get": [_label_file],
    "bg.logistics.shipped.package.confirm": [_packages_that_left, _packages_that_are_warned_of],
    "bg.order.unshipped.package.get": [_waiting_packages],
    "bg.logistics.shippingservices.get": [_rates, _rates_by_number],
    "bg.logistics.shipment.create": [
        _label,
        _label_to_be_signed_for,
        _labels_of_one_order,
        _label_of_two_orders,
    ],
    "bg.logistics.shipment.result.get": [_label_result],
    "bg.logistics.shipment.update": [_failed_label, _failed_label_to_be_signed_for],
    "temu.logistics.label.list.get": [_labels],
    "temu.logistics.shiplogisticstype.get": [_region],
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
