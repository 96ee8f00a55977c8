"""Putting SKUs on sale and off it, in Temu's words."""

from domain.temu.client import TemuClient
from domain.temu.interfaces import SALE_STATUS_SET
from domain.temu.messages import id_number

# By goods where nothing is said [A].
_BY_SKU = 2


async def set_sale_status(temu: TemuClient, *, goods_id: str, sku_id: str, is_for_sale: bool) -> None:
    """Have Temu put one SKU on sale or off it [A: two guides, tables of three regions]. The same again changes nothing [C]. Lists
    may show it later [C]. Raises as send_once does.
    """
    parameters = {
        "goodsId": id_number(goods_id),
        "skuIdList": [id_number(sku_id)],
        "onsale": int(is_for_sale),
        "operationType": _BY_SKU,
    }
    # A good answer holds one of its own, which says whether it was done [A]; false there is a refusal like any other.
    await temu.send_once(SALE_STATUS_SET, parameters)
