"""bg.local.goods.sku.list.query: the SKUs of a mall, a page at a time, those for sale apart from those that aren't."""

from typing import Final

from tests.sandbox.asked import Asked, Json
from tests.sandbox.model import REGIONS, Goods
from tests.sandbox.refusals import INTERNAL, RefusedError
from tests.sandbox.shelf import FOR_SALE, NOT_FOR_SALE
from tests.sandbox.stock_entry import offered

# Both kinds, of the newer of the two filters alone [C]: published examples give 0, and no table lists its values.
UNFILTERED: Final = 0


def sku_list(asked: Asked) -> Json:
    """
    skuSearchType and skuStatusFilterType are required by one table for three regions [B]: the former is 2 for sale or 3
    not for sale, and a live seller filters by the latter with the same two numbers [B]. What a call without one of them
    is answered is not told; 7000000 is what live sellers met where the list of goods lacked its search type [B], so the
    same is assumed here [C]. Of other numbers in skuSearchType a live mall lists nothing, and calls that a success [B].

    Largest page by the same tables: 100 [A]. Default page and the order of creation: 10 and oldest first here.
    """
    mall, parameters = asked.mall, asked.parameters
    kind = parameters.whole("skuSearchType")
    state = parameters.whole("skuStatusFilterType", within=range(UNFILTERED, NOT_FOR_SALE + 1))
    if kind is None or state is None:
        raise RefusedError(INTERNAL)
    page = parameters.whole("pageNo", within=range(1, 2**31)) or 1
    size = parameters.whole("pageSize", within=range(1, 101)) or 10
    wanted = parameters.wholes("skuIdList")
    now = mall.sandbox.clock()
    found = [
        goods
        for goods in mall.goods
        if (wanted is None or goods.sku_id in wanted)
        and mall.shelf.sub_status(goods.sku_id, now) // 1000 == kind
        and state in {kind, UNFILTERED}
    ]
    chosen = found[(page - 1) * size : page * size]
    currency = REGIONS[mall.region].currency
    return {
        "pageNo": page,
        "total": len(found),
        "skuList": [
            _row(
                goods,
                currency,
                mall.shelf.sub_status(goods.sku_id, now),
                price=mall.shelf.prices.get(goods.sku_id, "19.99"),
                stock=offered(mall, goods.sku_id),
            )
            for goods in chosen
        ],
    }


def _row(goods: Goods, currency: str, sub: int, *, price: str, stock: int) -> Json:
    """
    skuShowSubStatus4VO has the numbers that guides explain [C]; subStatus4VO smaller ones, which a live seller met in lists of
    goods and found no explanation of [B].
    """
    kind = sub // 1000
    return {
        "skuId": goods.sku_id,
        "goodsId": goods.goods_id,
        "skuSn": goods.sku_code,
        "goodsName": goods.title,
        "specName": goods.spec,
        "status4VO": kind,
        "subStatus4VO": sub % 1000,
        "skuShowSubStatus4VO": sub,
        "stock": stock,
        "price": price,
        "retailPrice": {"amount": price, "currency": currency},
        "currency": currency,
        "thumbUrl": f"https://img.example.com/{goods.sku_id}.jpg",
        "goodsIsOnSale": int(kind == FOR_SALE),
    }
