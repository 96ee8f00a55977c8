"""bg.btg.goods.stock.*: how many of each product SKU a semi-managed shop offers from each of its warehouses.

Fields: a published client and a published list of parameters, which agree. Neither tells what is refused, with which
codes, how many rows a call may have, or what a good answer holds: that is guessed here, the harder way. [C]
"""

from typing import Final

from tests.sandbox.asked import Asked, Json
from tests.sandbox.parameters import Parameters
from tests.sandbox.refusals import BAD_PARAMETERS, BUSINESS_REFUSAL, RefusedError
from tests.sandbox.semi_managed import SemiManagedShop, StockWarehouse

MOST_ROWS: Final = 100
LARGEST: Final = 1_000_000
DIFFERENCE, OVERWRITE = 1, 2


def read_stock(asked: Asked) -> Json:
    """A row for each SKU of the SKC in each warehouse that was ever told of it; an SKC of nobody has none."""
    skc = asked.parameters.required_whole("productSkcId")
    skus = {goods.product_sku_id for goods in asked.mall.goods if goods.product_skc_id == skc}
    shop = _shop(asked)
    rows = [
        {
            "productSkuId": sku,
            "skuStockQuantity": figure,
            "warehouseId": place.warehouse_id,
            "shippingMode": place.shipping_mode,
            "tempLockQuantity": 0,
        }
        for (sku, warehouse_id), figure in shop.stock.items()
        if sku in skus and (place := shop.warehouse(warehouse_id)) is not None
    ]
    return {"total": len(rows), "productSkuStockList": rows}


def update_stock(asked: Asked) -> None:
    """All rows or none."""
    parameters, shop = asked.parameters, _shop(asked)
    # A published client demands it, and notes that 1 is meant without it: the harder of the two here.
    mode = parameters.required_whole("quantityChangeMode", within=range(1, 3))
    skc = parameters.whole("productSkcId")
    rows = parameters.required_parts("skuStockChangeList")
    if len(rows) > MOST_ROWS:
        raise RefusedError(BAD_PARAMETERS, f"skuStockChangeList takes at most {MOST_ROWS}")
    changes = [_change(asked, row, mode, skc) for row in rows]
    if len({(sku, place.warehouse_id) for sku, place, _ in changes}) < len(changes):
        raise RefusedError(BUSINESS_REFUSAL, "a SKU stands twice for one warehouse")
    for sku, place, figure in changes:
        shop.stock[sku, place.warehouse_id] = figure
        shop.told.append((sku, place.warehouse_id, figure))


def _change(asked: Asked, row: Parameters, mode: int, skc: int | None) -> tuple[int, StockWarehouse, int]:
    sku, shop = row.required_whole("productSkuId"), _shop(asked)
    place = shop.warehouse(row.required_text("warehouseId"))
    goods = next((goods for goods in asked.mall.goods if goods.product_sku_id == sku), None)
    if goods is None or skc not in {None, goods.product_skc_id}:
        raise RefusedError(BUSINESS_REFUSAL, f"no such productSkuId {sku}")
    if goods.sku_id in asked.mall.delisted:
        raise RefusedError(BUSINESS_REFUSAL, f"productSkuId {sku} is off the shelf")
    if place is None or place.is_disabled:
        raise RefusedError(BUSINESS_REFUSAL, "no such warehouse, or one that is disabled")
    if mode == OVERWRITE:
        figure = row.required_whole("targetStockAvailable")
    else:
        figure = (shop.stock.get((sku, place.warehouse_id)) or 0) + row.required_whole("stockDiff")
    if not 0 <= figure <= LARGEST:
        raise RefusedError(BUSINESS_REFUSAL, "the stock is out of range")
    return sku, place, figure


def stock_warehouses(asked: Asked) -> Json:
    """The warehouses of each site that was asked for and that the shop sells at."""
    sites = asked.parameters.wholes("siteIdList")
    if not sites:
        raise RefusedError(BAD_PARAMETERS, "siteIdList is missing")
    # The one client that asks demands it of whoever uses it; whether Temu does isn't told. [B]
    user = asked.parameters.part("openApiUser")
    if user is not None:
        user.required_whole("supplierId")
    found: dict[int, list[Json]] = {}
    for place in _shop(asked).warehouses:
        if place.site_id in sites:
            found.setdefault(place.site_id, []).append(
                {
                    "warehouseId": place.warehouse_id,
                    "warehouseName": place.name,
                    "warehouseDisable": place.is_disabled,
                }
            )
    return {
        "warehouseDTOList": [
            {"siteId": site, "siteName": f"Site {site}", "validWarehouseList": rows}
            for site, rows in found.items()
        ]
    }


def _shop(asked: Asked) -> SemiManagedShop:
    # The gateway lets nobody else in.
    assert asked.mall.shop is not None
    return asked.mall.shop
