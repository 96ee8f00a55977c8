"""Where each message that a client reads stands: an interface, and a path in its answer ('' is all of it)."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from domain.temu import (
    authorizing,
    cancelling,
    invoicing,
    label_shipping,
    labels,
    messages,
    partner,
    prices,
    returns,
)

Place = tuple[str, str]

ORDERS: Final = "bg.order.list.v2.get"
ADDRESS: Final = "bg.order.shippinginfo.v2.get"
AMOUNTS: Final = "bg.order.amount.query"
SHIPMENT: Final = "bg.logistics.shipment.v2.get"
EDIT: Final = "bg.local.goods.stock.edit"
STOCK: Final = "temu.local.goods.sku.stock.query"
CANCELLATIONS: Final = "bg.aftersales.cancel.list.get"
INVOICES: Final = "temu.pay.tax.invoice.detail.query"
OUT_OF_STOCK: Final = "temu.order.cancel.outofstock.apply"
REVIEWS: Final = "temu.order.cancel.outofstock.result.get"
RETURNS: Final = "bg.aftersales.parentaftersales.list.get"
RETURN_LINES: Final = "bg.aftersales.aftersales.list.get"
RETURN_DETAIL: Final = "temu.aftersales.parentaftersales.detail.get"
RETURN_PARCELS: Final = "bg.aftersales.parentreturnorder.get"
RETURN_LABEL: Final = "temu.aftersales.returnlabel.prepare.get"
RETURN_CARRIERS: Final = "temu.aftersales.carrier.get"
SKUS: Final = "bg.local.goods.sku.list.query"
COMBINED: Final = "bg.order.combinedshipment.list.get"
LABEL_RATES: Final = "bg.logistics.shippingservices.get"
LABEL_RESULT: Final = "bg.logistics.shipment.result.get"
LABEL_LIST: Final = "temu.logistics.label.list.get"
SHOP_STOCK: Final = "bg.btg.goods.stock.quantity.get"
SHOP_WAREHOUSES: Final = "bg.btg.goods.stock.warehouse.list.get"
PRICE_ORDERS: Final = "bg.local.goods.priceorder.query"
PRICES: Final = "bg.local.goods.sku.list.price.query"
PRODUCTS: Final = "temu.goods.list.get"
LABEL_FILE: Final = "bg.logistics.shipment.document.get"
UNSHIPPED: Final = "bg.order.unshipped.package.get"

_OF_GOODS = "openapiGoodsSupplierPriceDTOList[]"

PLACES: Final[Mapping[type[msgspec.Struct], Sequence[Place]]] = {
    messages.TokenMessage: [
        ("bg.open.accesstoken.info.get", ""),
        ("bg.open.accesstoken.info.get.global", ""),
    ],
    authorizing.CreatedToken: [("bg.open.accesstoken.create", "")],
    messages.OrderListMessage: [(ORDERS, "")],
    messages.OrderMessage: [(ORDERS, "pageItems[]")],
    messages.OrderMap: [(ORDERS, "pageItems[].parentOrderMap")],
    messages.OrderLine: [(ORDERS, "pageItems[].orderList[]")],
    messages.SoldProduct: [(ORDERS, "pageItems[].orderList[].productList[]")],
    messages.AddressMessage: [(ADDRESS, "")],
    messages.AddressWarning: [(ADDRESS, "warning")],
    messages.AmountsMessage: [(AMOUNTS, "")],
    messages.ParentAmounts: [(AMOUNTS, "parentOrderMap")],
    messages.LineAmounts: [(AMOUNTS, "orderList[]")],
    messages.Amount: [
        (AMOUNTS, "parentOrderMap.customerPaid"),
        (AMOUNTS, "orderList[].unitBasePrice"),
        (RETURN_DETAIL, "refundSummary.buyerTotalRefund"),
        (RETURN_DETAIL, "afterSalesList[].applyRefundAmount"),
    ],
    messages.CarrierRow: [("bg.logistics.companies.get", "[]")],
    messages.ShippingAddress: [("bg.logistics.warehouse.list.get", "warehouseList[]")],
    messages.ShipmentMessage: [(SHIPMENT, "")],
    messages.ShipmentRow: [(SHIPMENT, "shipmentInfoDTO[]")],
    messages.SubShipment: [(SHIPMENT, "shipmentInfoDTO[].subPackageShipmentInfoList[]")],
    messages.StockEditMessage: [(EDIT, "")],
    messages.StockEditRow: [(EDIT, "skuStockEditStatusInfoList[]")],
    messages.StockListMessage: [(STOCK, "")],
    messages.GoodsStock: [(STOCK, "stockList[]")],
    messages.SkuStock: [(STOCK, "stockList[].skuStockInfoList[]")],
    messages.OrdinaryStock: [(STOCK, "stockList[].skuStockInfoList[].selfOrdinaryStock")],
    messages.CancellationListMessage: [(CANCELLATIONS, "")],
    messages.CancellationMessage: [(CANCELLATIONS, "data[]")],
    messages.CancellationLine: [(CANCELLATIONS, "data[].afterSalesInfoList[]")],
    cancelling.OutOfStockMessage: [(OUT_OF_STOCK, "")],
    cancelling.FailedLine: [(OUT_OF_STOCK, "failReasonList[]")],
    cancelling.ReviewMessage: [(REVIEWS, "")],
    cancelling.ReviewRow: [(REVIEWS, "applyResultInfoList[]")],
    invoicing.InvoiceListMessage: [("temu.pay.tax.invoice.info.query", "")],
    invoicing.InvoiceRow: [("temu.pay.tax.invoice.info.query", "taxInvoiceInfoList[]")],
    invoicing.InvoiceDetailsMessage: [(INVOICES, "")],
    invoicing.InvoiceDetail: [(INVOICES, "invoiceDetailInfoList[]")],
    invoicing.OrderMeta: [(INVOICES, "invoiceDetailInfoList[].orderMetaInfo")],
    invoicing.InvoiceSignature: [("temu.pay.tax.get.galerie.signature", "")],
    returns.ReturnListMessage: [(RETURNS, "")],
    returns.ReturnMessage: [(RETURNS, "data[]")],
    returns.ReturnDetailMessage: [(RETURN_DETAIL, "")],
    returns.RefundSummary: [(RETURN_DETAIL, "refundSummary")],
    returns.ReturnDetailLine: [(RETURN_DETAIL, "afterSalesList[]")],
    returns.ReturnedGoods: [(RETURN_DETAIL, "afterSalesList[].afterSalesGoodsInfo")],
    returns.ReturnLineListMessage: [(RETURN_LINES, "")],
    returns.ReturnLineRow: [(RETURN_LINES, "data[]")],
    returns.ReturnParcelsMessage: [(RETURN_PARCELS, "")],
    returns.ReturnParcel: [(RETURN_PARCELS, "logisticsInfoList[]")],
    returns.ReturnLabelMessage: [(RETURN_LABEL, "")],
    returns.ReturnWarehouse: [(RETURN_LABEL, "availableReturnWarehouseList[]")],
    returns.PickUpTime: [(RETURN_LABEL, "userSelectedPickUpTimeList[]")],
    returns.ReturnCarriersMessage: [(RETURN_CARRIERS, "")],
    returns.ReturnCarrier: [(RETURN_CARRIERS, "carrierDTOList[]")],
    returns.FileSignature: [("temu.aftersales.signature.get", "")],
    messages.SkuListMessage: [(SKUS, "")],
    messages.SkuMessage: [(SKUS, "skuList[]")],
    messages.CombinedMessage: [(COMBINED, "")],
    messages.CombinedGroup: [(COMBINED, "combinedShippingGroups[]")],
    messages.CombinedOrder: [(COMBINED, "combinedShippingGroups[].combinedShippingGroup[]")],
    prices.ChangeMessage: [("bg.local.goods.priceorder.change.sku.price", "")],
    prices.PriceOrderListMessage: [(PRICE_ORDERS, "")],
    prices.PriceOrderMessage: [(PRICE_ORDERS, "priceAuditList[]")],
    prices.PriceMessage: [
        *((PRICE_ORDERS, f"priceAuditList[].{kind}SupplierPrice") for kind in ("suggest", "target")),
        (PRICE_ORDERS, "priceAuditList[].supplierPrice"),
        (PRICES, f"{_OF_GOODS}.openapiSkuSupplierPriceDTOList[].supplierPrice"),
    ],
    prices.PricesMessage: [(PRICES, "")],
    prices.GoodsPrices: [(PRICES, _OF_GOODS)],
    prices.SkuPrice: [(PRICES, f"{_OF_GOODS}.openapiSkuSupplierPriceDTOList[]")],
    labels.ServicesMessage: [(LABEL_RATES, "")],
    labels.ServiceRow: [(LABEL_RATES, "onlineChannelDtoList[]")],
    labels.UnavailableRow: [(LABEL_RATES, "unavailableChannelDtoList[]")],
    labels.LabelsMessage: [("bg.logistics.shipment.create", "")],
    labels.ResultsMessage: [(LABEL_RESULT, "")],
    labels.ResultRow: [(LABEL_RESULT, "packageInfoResultList[]")],
    labels.PieceRow: [
        (LABEL_RESULT, "packageInfoResultList[].orderSendInfoList[]"),
        (LABEL_LIST, "shippingLabelInfoList[].orderInfoList[]"),
    ],
    labels.LabelListMessage: [(LABEL_LIST, "")],
    labels.ListedRow: [(LABEL_LIST, "shippingLabelInfoList[]")],
    labels.SellingAddressesMessage: [("bg.logistics.warehouse.list.get", "")],
    labels.SellingAddress: [("bg.logistics.warehouse.list.get", "warehouseList[]")],
    label_shipping.FileList: [(LABEL_FILE, "")],
    label_shipping.FileRow: [(LABEL_FILE, "shippingLabelUrlList[]")],
    label_shipping.UnshippedList: [(UNSHIPPED, "")],
    label_shipping.UnshippedPackage: [(UNSHIPPED, "unshippedPackage[]")],
    label_shipping.UnshippedContents: [(UNSHIPPED, "unshippedPackage[].packageDetail")],
    label_shipping.UnshippedPiece: [
        (UNSHIPPED, "unshippedPackage[].packageDetail.shippableOrders[]"),
        (UNSHIPPED, "unshippedPackage[].packageDetail.canceledOrders[]"),
    ],
    partner.StockMessage: [(SHOP_STOCK, "")],
    partner.StockRow: [(SHOP_STOCK, "productSkuStockList[]")],
    partner.WarehousesMessage: [(SHOP_WAREHOUSES, "")],
    partner.SiteWarehouses: [(SHOP_WAREHOUSES, "warehouseDTOList[]")],
    partner.StockWarehouse: [(SHOP_WAREHOUSES, "warehouseDTOList[].validWarehouseList[]")],
    partner.ProductPage: [(PRODUCTS, "")],
    partner.ProductRow: [(PRODUCTS, "data[]")],
    partner.ProductSku: [(PRODUCTS, "data[].productSkuSummaries[]")],
}
