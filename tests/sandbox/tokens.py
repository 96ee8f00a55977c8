"""The tokens of a mall, and the interfaces that each is for."""

from dataclasses import dataclass
from typing import Final

ORDER_INTERFACES: Final = frozenset(
    {
        "bg.order.list.v2.get",
        "bg.order.detail.v2.get",
        "bg.order.shippinginfo.v2.get",
        "bg.order.decryptshippinginfo.get",
        "bg.order.amount.query",
        "bg.order.combinedshipment.list.get",
        "bg.aftersales.cancel.list.get",
        "bg.aftersales.cancel.agree",
        "bg.aftersales.parentaftersales.list.get",
        "bg.aftersales.aftersales.list.get",
        "bg.aftersales.parentreturnorder.get",
        "temu.aftersales.parentaftersales.detail.get",
        "temu.aftersales.refund.issue",
        "temu.aftersales.returnlabel.prepare.get",
        "temu.aftersales.carrier.get",
        "temu.aftersales.signature.get",
        "temu.aftersales.upload.returnlabel",
        "temu.aftersales.returnaddress.get",
        "temu.order.cancel.appeal.apply",
        "temu.order.cancel.outofstock.apply",
        "temu.pay.tax.invoice.info.query",
        "temu.pay.tax.invoice.detail.query",
        "temu.pay.tax.get.galerie.signature",
        "temu.pay.tax.merchant.upload.invoice",
        "temu.order.cancel.outofstock.result.get",
        "bg.logistics.warehouse.list.get",
        "bg.logistics.companies.get",
        "bg.logistics.shipment.v2.confirm",
        "bg.logistics.shipment.v2.get",
        "bg.logistics.shipment.shippingtype.update",
        "bg.logistics.shippingservices.get",
        "bg.logistics.shipment.create",
        "bg.logistics.shipment.result.get",
        "bg.logistics.shipment.document.get",
        "bg.logistics.shipped.package.confirm",
        "bg.order.unshipped.package.get",
        "bg.logistics.shipment.update",
        "temu.logistics.label.list.get",
        "temu.logistics.shiplogisticstype.get",
    }
)
PRODUCT_INTERFACES: Final = frozenset(
    {
        "bg.local.goods.priceorder.change.sku.price",
        "bg.local.goods.priceorder.query",
        "bg.local.goods.sku.list.price.query",
        "bg.local.goods.sale.status.set",
        "bg.local.goods.stock.edit",
        "temu.local.goods.sku.stock.query",
        "bg.local.goods.sku.list.query",
        "temu.local.sku.list.retrieve",
    }
)
# Of a semi-managed mall, at the partner host alone. Names and host: a published client's table of hosts. [B]
PARTNER_INTERFACES: Final = frozenset(
    {
        "bg.open.accesstoken.info.get.global",
        "bg.btg.goods.stock.quantity.get",
        "bg.btg.goods.stock.quantity.update",
        "bg.btg.goods.stock.warehouse.list.get",
        "temu.goods.list.get",
    }
)
COMMON_INTERFACES: Final = frozenset(
    {"bg.open.accesstoken.info.get", "bg.open.accesstoken.create", "bg.tmc.message.update"}
)

SCOPES_OF_PURPOSE: Final = {
    "all": COMMON_INTERFACES | ORDER_INTERFACES | PRODUCT_INTERFACES,
    # A cross-border mall holds two tokens; so does a semi-managed one, whose second is good at another host.
    "orders": COMMON_INTERFACES | ORDER_INTERFACES,
    "products": COMMON_INTERFACES | PRODUCT_INTERFACES,
    "partner": PARTNER_INTERFACES,
}


@dataclass(slots=True)
class Token:
    value: str
    mall_id: int
    scopes: set[str]
    expires_at: int
    app_key: str
    """The app that it was issued to."""
    region: str = "US"
    """Of the mall: a semi-managed shop has the same number in several."""
    is_partners: bool = False
    """Whether it is good at the partner host, and nowhere else."""
    is_replaced: bool = False
