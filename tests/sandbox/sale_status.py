"""bg.local.goods.sale.status.set: goods, or some of their SKUs, put on sale or off it."""

from typing import Final

from tests.sandbox.asked import Asked, Json
from tests.sandbox.refusals import BAD_STOCK_PARAMETERS, RefusedError
from tests.sandbox.shelf import PUNISHED

_BY_GOODS: Final = 1
_BY_SKU: Final = 2


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
    shelf, now = mall.shelf, mall.sandbox.clock()
    if is_for_sale and any(shelf.sub_status(sku, now) == PUNISHED for sku in wanted):
        return {"success": False}
    for sku in wanted:
        shelf.set(sku, is_for_sale=is_for_sale, now=now)
    return {"success": True}
