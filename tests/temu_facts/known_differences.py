"""
Where code, sandbox and tables are known to differ, by the issue that mends it. Each entry must hold: once it is mended it
fails the test until it is taken out. One that is to stay has to say why.
"""

from typing import Final

# Issue 13, all of them.
KNOWN: Final[dict[str, set[str]]] = {
    "client": {
        "bg.aftersales.cancel.list.get: sends 1 in afterSalesStatusGroup",
        "bg.aftersales.cancel.list.get: sends 4 in afterSalesStatusGroup",
        "bg.local.goods.sku.list.query: sends no skuSearchType",
        "bg.local.goods.sku.list.query: sends no skuStatusFilterType",
        "bg.order.list.v2.get: sends no fulfillmentTypeList",
        "bg.order.list.v2.get: sends no sortby",
    },
    "codes named": {"3000029 in errors.py"},
    "codes' classes": {
        "2000000 is TemuUnavailable, and not TemuRefused",
        "3000021 is AppRefused, and not PermissionMissing",
        "3000027 is AppRefused, and not PermissionMissing",
        # The partner gateway's, which is called for semi-managed malls.
        "7000002 is TemuRefused, and not AppRefused",
        "7000003 is TemuRefused, and not TokenRefused",
        "7000006 is TemuRefused, and not TokenRefused",
        "7000007 is TemuRefused, and not TokenRefused",
        "7000015 is TemuRefused, and not AppRefused",
        "7000018 is TemuRefused, and not TokenRefused",
        "7000020 is TemuRefused, and not TokenRefused",
        "7000022 is TemuRefused, and not PermissionMissing",
    },
    "not in the sandbox": {
        "bg.btg.goods.stock.quantity.get",
        "bg.btg.goods.stock.quantity.update",
        "bg.btg.goods.stock.warehouse.list.get",
        "bg.logistics.shipment.shippingtype.update",
        "bg.logistics.shipment.sub.confirm",
        "bg.open.accesstoken.info.get.global",
        "bg.order.combinedshipment.list.get",
    },
    "real shapes": {"an order whose lines have no skuId can't be read"},
    "sandbox": {
        "bg.aftersales.cancel.list.get: refuses 200 in pageSize",
        "bg.aftersales.cancel.list.get: refuses 200 in parentAfterSalesSnList",
        "bg.aftersales.cancel.list.get: refuses 200 in parentOrderSnList",
        "bg.aftersales.cancel.list.get: refuses the case _cancellations_by_group",
        "bg.local.goods.sku.list.query: takes a call without skuSearchType",
        "bg.local.goods.sku.list.query: takes a call without skuStatusFilterType",
        "bg.local.goods.stock.edit: refuses a call without requestUniqueKey",
        "bg.logistics.shipment.v2.confirm: refuses a call without sendRequestList[].orderSendInfoList[].goodsId",
        "bg.logistics.shipment.v2.confirm: refuses a call without sendRequestList[].orderSendInfoList[].skuId",
        "bg.open.accesstoken.info.get: answers 1 in appSubscribeStatus, ordinarily 0",
        "bg.open.accesstoken.info.get: answers 1 in mallType, ordinarily 100",
        "bg.order.detail.v2.get: answers False in parentOrderMap.hasShippingFee, ordinarily True",
        "bg.order.list.v2.get: answers False in pageItems[].parentOrderMap.hasShippingFee, ordinarily True",
        "bg.order.list.v2.get: answers nothing in pageItems[].orderList[].orderLabel",
        "temu.local.goods.sku.stock.query: answers 1 in stockList[].skuStockInfoList[].selfOrdinaryStock.stockType, ordinarily 0",
    },
}


def check(area: str, found: set[str], *, of: str = "") -> None:
    """Fails with what is new and what is gone, of an interface where one is given, in words that can be pasted."""
    known = {one for one in KNOWN.get(area, set()) if one.startswith(of)}
    news = [f"+ {one}" for one in sorted(found - known)]
    gone = [f"- {one}" for one in sorted(known - found)]
    told = "\n".join(
        [f"{area}: + differs and isn't known, - is known and doesn't differ any more:", *news, *gone]
    )
    assert not news + gone, told
