"""temu.goods.list.get: the products of a semi-managed shop, an SKC a row, each with its SKUs [B]."""

from tests.sandbox.asked import Asked, Json
from tests.sandbox.model import Goods


def goods_list(asked: Asked) -> Json:
    """Oldest first, which isn't told anywhere; nor is the largest page, for which a published client takes 100."""
    parameters = asked.parameters
    page = parameters.required_whole("page", within=range(1, 2**31))
    size = parameters.required_whole("pageSize", within=range(1, 101))
    wanted, codes = parameters.wholes("productSkcIds"), parameters.texts("skuExtCodes")
    by_skc: dict[int, list[Goods]] = {}
    for goods in asked.mall.goods:
        by_skc.setdefault(goods.product_skc_id, []).append(goods)
    found = [
        goods
        for skc, goods in by_skc.items()
        if (wanted is None or skc in wanted) and (codes is None or any(g.sku_code in codes for g in goods))
    ]
    chosen = found[(page - 1) * size : page * size]
    return {"totalCount": len(found), "data": [_row(goods) for goods in chosen]}


def _row(goods: list[Goods]) -> Json:
    first = goods[0]
    return {
        "productId": first.product_id,
        "productSkcId": first.product_skc_id,
        "productName": first.title,
        "extCode": "",
        "skcSiteStatus": 1,
        "productSkuSummaries": [
            {"productSkuId": one.product_sku_id, "extCode": one.sku_code, "virtualStock": 0} for one in goods
        ],
    }
