"""bg.local.goods.sku.list.query: the SKUs of a mall, a page at a time."""

from tests.sandbox.asked import Asked, Json
from tests.sandbox.model import REGIONS, Goods

ACTIVE = 2


def sku_list(asked: Asked) -> Json:
    """
    Every parameter is optional on Temu's page. Largest page, default page and the order in the list are not told there:
    100, 10 and oldest first here.
    """
    mall, parameters = asked.mall, asked.parameters
    page = parameters.whole("pageNo", within=range(1, 2**31)) or 1
    size = parameters.whole("pageSize", within=range(1, 101)) or 10
    state = parameters.whole("skuStatusFilterType", within=range(1, 10))
    wanted = parameters.wholes("skuIdList")
    found = [
        goods
        for goods in mall.goods
        if (wanted is None or goods.sku_id in wanted) and state in {None, ACTIVE}
    ]
    chosen = found[(page - 1) * size : page * size]
    currency = REGIONS[mall.region].currency
    return {
        "pageNo": page,
        "total": len(found),
        "skuList": [_row(goods, currency, mall.stock.get(goods.sku_id, 0)) for goods in chosen],
    }


def _row(goods: Goods, currency: str, stock: int) -> Json:
    return {
        "skuId": goods.sku_id,
        "goodsId": goods.goods_id,
        "skuSn": goods.sku_code,
        "goodsName": goods.title,
        "specName": goods.spec,
        "status4VO": ACTIVE,
        "subStatus4VO": 2001,
        "stock": stock,
        "price": "19.99",
        "currency": currency,
        "thumbUrl": "",
        "goodsIsOnSale": 1,
    }
