"""bg.local.goods.stock.edit and temu.local.goods.sku.stock.query: how many of each SKU a mall offers."""

from typing import Final

from tests.sandbox.asked import Asked, Json
from tests.sandbox.model import Goods
from tests.sandbox.refusals import (
    BAD_STOCK_PARAMETERS,
    NUMBER_OUT_OF_RANGE,
    SKU_TWICE,
    TWO_WAYS_AT_ONCE,
    RefusedError,
)
from tests.sandbox.stock_entry import offered

MOST_SKUS: Final = 100
LARGEST: Final = 1_000_000
# What stockType says: ordinary stock and pre-sale stock can be edited, certified stock is only told of [A: tables of three
# regions, and Javadoc]. Left out, it is ordinary stock [A].
ORDINARY: Final = 0
PRE_SALE: Final = 1
CERTIFIED: Final = 2
# What a row of an edit says of a SKU that isn't the goods', or is off the shelf. Temu's page names no codes for rows.
ROW_UNKNOWN: Final = 150011001
ROW_DELISTED: Final = 150011002


def edit_stock(asked: Asked) -> Json:
    """All SKUs of one goods; rows that can't be changed leave the others. operateResult is then false [C]: Temu's table
    says only that true means success. Pre-sale stock is taken and leaves ordinary stock as it is.
    """
    parameters = asked.parameters
    goods_id = parameters.required_whole("goodsId")
    kind = parameters.whole("stockType", within=range(ORDINARY, CERTIFIED)) or ORDINARY
    targets, changes = parameters.parts("skuStockTargetList"), parameters.parts("skuStockChangeList")
    if targets and changes:
        raise RefusedError(TWO_WAYS_AT_ONCE)
    rows = targets or changes
    name = "stockTarget" if targets else "stockDiff"
    if not rows or len(rows) > MOST_SKUS:
        raise RefusedError(BAD_STOCK_PARAMETERS)
    if changes:
        # The guide sends one; optional by the tables [A], and a live client sends none. Repeats aren't looked for here.
        parameters.text("requestUniqueKey")
    wanted = [(row.required_whole("skuId"), row.required_whole(name)) for row in rows]
    if len({sku for sku, _ in wanted}) < len(wanted):
        raise RefusedError(SKU_TWICE)
    if targets and any(not 0 <= figure <= LARGEST for _, figure in wanted):
        raise RefusedError(NUMBER_OUT_OF_RANGE)
    known = {goods.sku_id: goods for goods in asked.mall.skus_of(goods_id)}
    if not known:
        raise RefusedError(BAD_STOCK_PARAMETERS, "no such goods")
    stock = asked.mall.stock if kind == ORDINARY else asked.mall.pre_sale_stock
    told = [
        _apply(asked, known.get(sku), sku, figure, stock, is_target=bool(targets)) for sku, figure in wanted
    ]
    return {
        "goodsId": goods_id,
        "operateResult": all(row["stockEditStatus"] for row in told),
        "msg": "",
        "skuStockEditStatusInfoList": told,
    }


def _apply(
    asked: Asked, goods: Goods | None, sku: int, figure: int, stock: dict[int, int], *, is_target: bool
) -> Json:
    mall = asked.mall
    if goods is None:
        return _row(sku, ROW_UNKNOWN, "no such SKU of this goods")
    if sku in mall.delisted:
        return _row(sku, ROW_DELISTED, "the SKU is off the shelf")
    new = figure if is_target else stock.get(sku, 0) + figure
    if not 0 <= new <= LARGEST:
        return _row(sku, NUMBER_OUT_OF_RANGE, "out of range")
    if stock is mall.stock:
        mall.set_stock(sku, new)
    else:
        stock[sku] = new
    return _row(sku, 0, "")


def _row(sku: int, code: int, message: str) -> Json:
    return {"skuId": sku, "stockEditStatus": code == 0, "errorCode": code, "errorMsg": message}


def query_stock(asked: Asked) -> Json:
    """By goods, by SKU or by the merchant's code: exactly one of them here."""
    goods_id = asked.parameters.whole("goodsId")
    skus, codes = asked.parameters.wholes("skuIdList"), asked.parameters.texts("outSkuSnList")
    if sum(given is not None for given in (goods_id, skus, codes)) != 1:
        raise RefusedError(BAD_STOCK_PARAMETERS)
    if len(skus or codes or []) > MOST_SKUS:
        raise RefusedError(BAD_STOCK_PARAMETERS)
    found: dict[int, list[Json]] = {}
    for goods in asked.mall.goods:
        if goods_id == goods.goods_id or goods.sku_id in (skus or ()) or goods.sku_code in (codes or ()):
            found.setdefault(goods.goods_id, []).append(_held(asked, goods))
    return {"stockList": [{"goodsId": number, "skuStockInfoList": rows} for number, rows in found.items()]}


def _held(asked: Asked, goods: Goods) -> Json:
    pre_sale = asked.mall.pre_sale_stock.get(goods.sku_id)
    return {
        "skuId": goods.sku_id,
        "outSkuSn": goods.sku_code,
        "selfOrdinaryStock": {"stock": offered(asked.mall, goods.sku_id), "stockType": ORDINARY},
        "certOrdinaryStock": None,
        "selfPreSaleStock": None if pre_sale is None else {"stock": pre_sale, "stockType": PRE_SALE},
    }
