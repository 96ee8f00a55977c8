"""The interfaces that the sandbox serves; one more is a handler and a line in the table."""

from collections.abc import Callable
from typing import Any, Final

from tests.sandbox.asked import Asked, Json
from tests.sandbox.cancel_agree import agree_to_cancel
from tests.sandbox.cancel_list import cancel_list
from tests.sandbox.combined_shipments import combined_shipments
from tests.sandbox.event_answers import update_subscription
from tests.sandbox.goods_list import goods_list
from tests.sandbox.model import REGIONS
from tests.sandbox.order_answers import amounts, order_detail, shipping_info
from tests.sandbox.order_list import order_list
from tests.sandbox.sale_status import set_sale_status
from tests.sandbox.semi_managed_stock import read_stock, stock_warehouses, update_stock
from tests.sandbox.shipment_confirm import confirm_shipment
from tests.sandbox.shipment_edit import edit_shipments
from tests.sandbox.shipping_answers import carriers, shipment, warehouses
from tests.sandbox.sku_list import sku_list
from tests.sandbox.stock import edit_stock, query_stock

# Mostly an object; the carriers are a list, and where something is only done, Temu answers true.
Handler = Callable[[Asked], Any]


def token_info(asked: Asked) -> Json:
    mall, token = asked.mall, asked.token
    return {
        "mallId": mall.mall_id,
        "mallType": mall.mall_type,
        "regionId": REGIONS[mall.region].region_id,
        "semiUniqueId": "" if mall.shop is None else f"{mall.mall_id}_{mall.region}",
        "expiredTime": token.expires_at,
        "apiScopeList": sorted(token.scopes),
        "authEventCodeList": [
            {"eventCode": code, "permitsStatus": int(code in mall.subscribed_events)}
            for code in sorted(mall.authorised_events)
        ],
        "appSubscribeEventCodeList": sorted(mall.sandbox.events.app_events),
        # 0 is that events are pushed, 1 that Temu has stopped that, as where its calls went wrong. [B]
        "appSubscribeStatus": int(mall.sandbox.events.is_stopped),
    }


def partner_token_info(asked: Asked) -> Json:
    """What a published client reads of it, and so not whether it tells mallType and regionId [B]."""
    return {
        "mallId": asked.mall.mall_id,
        "expiredTime": asked.token.expires_at,
        "apiScopeList": sorted(asked.token.scopes),
    }


INTERFACES: Final[dict[str, Handler]] = {
    "bg.open.accesstoken.info.get": token_info,
    "bg.order.list.v2.get": order_list,
    "bg.order.detail.v2.get": order_detail,
    "bg.order.shippinginfo.v2.get": shipping_info,
    "bg.order.amount.query": amounts,
    "bg.order.combinedshipment.list.get": combined_shipments,
    "bg.aftersales.cancel.agree": agree_to_cancel,
    "bg.aftersales.cancel.list.get": cancel_list,
    "bg.logistics.warehouse.list.get": warehouses,
    "bg.logistics.companies.get": carriers,
    "bg.logistics.shipment.v2.confirm": confirm_shipment,
    "bg.logistics.shipment.v2.get": shipment,
    "bg.logistics.shipment.shippingtype.update": edit_shipments,
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
