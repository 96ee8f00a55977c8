"""bg.local.goods.sale.status.set, and what lists say of whether a SKU is for sale."""

from typing import TYPE_CHECKING, Final

from tests.sandbox.asked import Asked, Json
from tests.sandbox.refusals import BAD_STOCK_PARAMETERS, RefusedError

if TYPE_CHECKING:
    from tests.sandbox.mall import Mall

FOR_SALE: Final = 2
NOT_FOR_SALE: Final = 3
# What guides call sub-statuses [A: two guides]: for sale; off sale by Temu's rules; by the seller.
ON_SALE: Final = 2001
PUNISHED: Final = 3001
TAKEN_OFF: Final = 3002
_BY_GOODS, _BY_SKU = 1, 2


def set_sale_status(asked: Asked) -> Json:
    """
    Of a goods as a whole, or of those of its SKUs that are named [A]. What Temu took off for its rules can't be put back [A];
    how that is answered isn't told, so the inner `success` is false here [C], and nothing of the call is done. What is for sale
    already may be put on sale again [C].
    """
    mall, parameters = asked.mall, asked.parameters
    goods_id = parameters.required_whole("goodsId")
    is_for_sale = parameters.required_whole("onsale", within=range(2)) == 1
    parameters.whole("operationType", within=range(_BY_GOODS, _BY_SKU + 1))
    named = parameters.wholes("skuIdList")
    known = {goods.sku_id for goods in mall.skus_of(goods_id)}
    # Codes of the page are of parameters in general; that they mean these is inferred. [C]
    if not known or not known >= set(named or ()):
        raise RefusedError(BAD_STOCK_PARAMETERS)
    wanted = set(named) if named else known
    if is_for_sale and any(sub_status(mall, sku) == PUNISHED for sku in wanted):
        return {"success": False}
    for sku in wanted:
        _set(mall, sku, is_for_sale=is_for_sale)
    return {"success": True}


def _set(mall: "Mall", sku: int, *, is_for_sale: bool) -> None:
    if mall.sale_status_lag:
        mall.shown_until[sku] = mall.sandbox.clock() + mall.sale_status_lag, sub_status(mall, sku)
    mall.sub_statuses.pop(sku, None)
    (mall.delisted.discard if is_for_sale else mall.delisted.add)(sku)


def sub_status(mall: "Mall", sku: int) -> int:
    """What lists say of a SKU, which may lag behind."""
    until, before = mall.shown_until.get(sku, (0.0, 0))
    if mall.sandbox.clock() < until:
        return before
    return mall.sub_statuses.get(sku, TAKEN_OFF if sku in mall.delisted else ON_SALE)


def status(mall: "Mall", sku: int) -> int:
    """On which of the two lists it stands."""
    return sub_status(mall, sku) // 1000
