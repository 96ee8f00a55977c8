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
        "temu.order.cancel.appeal.apply",
        "bg.logistics.warehouse.list.get",
        "bg.logistics.companies.get",
        "bg.logistics.shipment.v2.confirm",
        "bg.logistics.shipment.v2.get",
    }
)
PRODUCT_INTERFACES: Final = frozenset(
    {
        "bg.local.goods.stock.edit",
        "temu.local.goods.sku.stock.query",
        "bg.local.goods.sku.list.query",
        "temu.local.sku.list.retrieve",
    }
)
COMMON_INTERFACES: Final = frozenset(
    {"bg.open.accesstoken.info.get", "bg.open.accesstoken.create", "bg.tmc.message.update"}
)

SCOPES_OF_PURPOSE: Final = {
    "all": COMMON_INTERFACES | ORDER_INTERFACES | PRODUCT_INTERFACES,
    # A cross-border or semi-managed mall holds two tokens.
    "orders": COMMON_INTERFACES | ORDER_INTERFACES,
    "products": COMMON_INTERFACES | PRODUCT_INTERFACES,
}


@dataclass(slots=True)
class Token:
    value: str
    mall_id: int
    scopes: set[str]
    expires_at: int
    app_key: str
    """The app that it was issued to."""
    is_replaced: bool = False
