"""The interfaces that the sandbox serves; one more is a handler and a line in the table."""

from collections.abc import Callable
from typing import Any, Final

from tests.sandbox.asked import Asked
from tests.sandbox.cancel_agree import agree_to_cancel
from tests.sandbox.cancel_list import cancel_list
from tests.sandbox.combined_shipments import combined_shipments
from tests.sandbox.event_answers import update_subscription
from tests.sandbox.goods_list import goods_list
from tests.sandbox.invoice_calls import invoice_details, invoice_info, invoice_signature, upload_invoice
from tests.sandbox.label_documents import label_documents
from tests.sandbox.label_orders import create_labels, retry_labels
from tests.sandbox.label_rates import logistics_types, shipping_services
from tests.sandbox.label_shipping import confirm_packages, unshipped_packages
from tests.sandbox.label_views import label_list, label_results
from tests.sandbox.order_answers import amounts, order_detail, shipping_info
from tests.sandbox.order_list import order_list
from tests.sandbox.out_of_stock_calls import out_of_stock_result, report_out_of_stock
from tests.sandbox.price_calls import change_prices, query_price_orders, query_prices
from tests.sandbox.return_acts import (
    file_signature,
    issue_refund,
    prepare_label,
    return_address,
    return_carriers,
    upload_label,
)
from tests.sandbox.return_lists import line_list, return_detail, return_list, return_parcels
from tests.sandbox.sale_status import set_sale_status
from tests.sandbox.semi_managed_stock import read_stock, stock_warehouses, update_stock
from tests.sandbox.shipment_confirm import confirm_shipment
from tests.sandbox.shipment_edit import edit_shipments
from tests.sandbox.shipping_answers import carriers, shipment, warehouses
from tests.sandbox.sku_list import sku_list
from tests.sandbox.stock import edit_stock, query_stock
from tests.sandbox.token_answers import create_token, partner_token_info, token_info

# Mostly an object; the carriers are a list, and where something is only done, Temu answers true.
Handler = Callable[[Asked], Any]

INTERFACES: Final[dict[str, Handler]] = {
    "bg.open.accesstoken.create": create_token,
    "bg.open.accesstoken.info.get": token_info,
    "bg.order.list.v2.get": order_list,
    "bg.order.detail.v2.get": order_detail,
    "bg.order.shippinginfo.v2.get": shipping_info,
    "bg.order.amount.query": amounts,
    "bg.order.combinedshipment.list.get": combined_shipments,
    "bg.aftersales.cancel.agree": agree_to_cancel,
    "bg.aftersales.cancel.list.get": cancel_list,
    "temu.order.cancel.outofstock.apply": report_out_of_stock,
    "temu.order.cancel.outofstock.result.get": out_of_stock_result,
    "temu.pay.tax.invoice.info.query": invoice_info,
    "temu.pay.tax.invoice.detail.query": invoice_details,
    "temu.pay.tax.get.galerie.signature": invoice_signature,
    "temu.pay.tax.merchant.upload.invoice": upload_invoice,
    "bg.aftersales.parentaftersales.list.get": return_list,
    "bg.aftersales.aftersales.list.get": line_list,
    "bg.aftersales.parentreturnorder.get": return_parcels,
    "temu.aftersales.parentaftersales.detail.get": return_detail,
    "temu.aftersales.refund.issue": issue_refund,
    "temu.aftersales.returnlabel.prepare.get": prepare_label,
    "temu.aftersales.carrier.get": return_carriers,
    "temu.aftersales.signature.get": file_signature,
    "temu.aftersales.upload.returnlabel": upload_label,
    "temu.aftersales.returnaddress.get": return_address,
    "bg.logistics.warehouse.list.get": warehouses,
    "bg.logistics.companies.get": carriers,
    "bg.logistics.shipment.v2.confirm": confirm_shipment,
    "bg.logistics.shipment.v2.get": shipment,
    "bg.logistics.shipment.shippingtype.update": edit_shipments,
    "bg.local.goods.priceorder.change.sku.price": change_prices,
    "bg.local.goods.priceorder.query": query_price_orders,
    "bg.local.goods.sku.list.price.query": query_prices,
    "bg.logistics.shippingservices.get": shipping_services,
    "bg.logistics.shipment.create": create_labels,
    "bg.logistics.shipment.result.get": label_results,
    "bg.logistics.shipment.document.get": label_documents,
    "bg.logistics.shipped.package.confirm": confirm_packages,
    "bg.order.unshipped.package.get": unshipped_packages,
    "bg.logistics.shipment.update": retry_labels,
    "temu.logistics.label.list.get": label_list,
    "temu.logistics.shiplogisticstype.get": logistics_types,
    "bg.local.goods.sale.status.set": set_sale_status,
    "bg.local.goods.sku.list.query": sku_list,
    "bg.local.goods.stock.edit": edit_stock,
    "temu.local.goods.sku.stock.query": query_stock,
    "bg.tmc.message.update": update_subscription,
    "bg.open.accesstoken.info.get.global": partner_token_info,
    "bg.btg.goods.stock.quantity.get": read_stock,
    "bg.btg.goods.stock.quantity.update": update_stock,
    "bg.btg.goods.stock.warehouse.list.get": stock_warehouses,
    "temu.goods.list.get": goods_list,
}
