"""A semi-managed shop: its tokens, its hosts, its stock, and its malls in three regions."""

from typing import Any

import pytest

from tests.sandbox.caller import LIST, TOKEN_INFO, Caller
from tests.sandbox.mall import Sandbox
from tests.sandbox.server import SandboxServer

INFO = "bg.open.accesstoken.info.get.global"
READ = "bg.btg.goods.stock.quantity.get"
UPDATE = "bg.btg.goods.stock.quantity.update"
WAREHOUSES = "bg.btg.goods.stock.warehouse.list.get"
PRODUCTS = "temu.goods.list.get"


@pytest.fixture
def seller(sandbox: Sandbox, caller: Caller) -> Caller:
    """Who calls for a semi-managed mall."""
    return Caller(sandbox, sandbox.add_mall(semi_managed=True), caller.url, caller.client)


async def test_each_token_at_its_host(seller: Caller, sandbox: Sandbox) -> None:
    """A token for products is good at the partner host only, and one for orders at its region's (R3)."""
    product = seller.mall.add_token("products")
    at: dict[str, Caller] = {}
    with SandboxServer(sandbox, region="US") as us, SandboxServer(sandbox, region="PARTNER") as partner:
        for name, server in (("US", us), ("PARTNER", partner)):
            at[name] = Caller(sandbox, seller.mall, server.url, seller.client)
        assert (await at["US"].result(TOKEN_INFO))["mallType"] == 1
        assert await at["US"].code(TOKEN_INFO, access_token=product) == 3000031
        assert await at["US"].code(INFO, access_token=product) == 3000003
        assert await at["PARTNER"].code(TOKEN_INFO) == 3000003
        assert await at["PARTNER"].code(INFO) == 3000031
        info = await at["PARTNER"].result(INFO, access_token=product)
    assert info["mallId"] == seller.mall.mall_id
    assert "mallType" not in info
    # The one address that stands for all of Temu's is no less strict.
    assert await seller.code(TOKEN_INFO, access_token=product) == 3000031
    assert await seller.code(INFO) == 3000031


async def test_kinds_of_shops(seller: Caller, caller: Caller) -> None:
    """A local mall says that it is one; what serves local malls alone refuses others, permitted or not (R3)."""
    assert (await caller.result(TOKEN_INFO))["mallType"] == 100
    assert await seller.code("bg.local.goods.sku.list.query") == 3000032
    seller.mall.scopes.add("bg.local.goods.sku.list.query")
    assert await seller.code("bg.local.goods.sku.list.query") == 140020001


async def test_one_number_in_three_regions(seller: Caller, sandbox: Sandbox) -> None:
    """The malls of a shop have one number, orders of their own, and goods and stock in common (R3)."""
    goods = seller.mall.add_goods()
    malls = [seller.mall, *(sandbox.add_mall(region, of=seller.mall) for region in ("EU", "GLOBAL"))]
    numbers = [mall.add_order().number for mall in malls]

    assert {mall.mall_id for mall in malls} == {seller.mall.mall_id}
    assert [number[:7] for number in numbers] == ["PO-211-", "PO-076-", "PO-128-"]
    assert all(mall.goods == [goods] and mall.shop is seller.mall.shop for mall in malls)
    for mall, number in zip(malls, numbers, strict=True):
        of_region = Caller(sandbox, mall, seller.url, seller.client)
        assert await of_region.numbers() == [number]


async def test_lines_without_sku_id(seller: Caller) -> None:
    """A line is known by its one product, with the pieces that one sold stands for; skuId is null or missing (R3)."""
    null = seller.mall.add_goods(sold_factor=3)
    absent = seller.mall.add_goods(sku_id_in_orders="absent")
    seller.mall.add_order(items=[(null, 2), (absent, 1)])

    (row,) = (await seller.result(LIST))["pageItems"]

    first, second = row["orderList"]
    assert first["skuId"] is None
    assert "skuId" not in second
    assert first["productList"] == [
        {
            "productId": null.product_id,
            "productSkuId": null.product_sku_id,
            "soldFactor": 3,
            "extCode": null.sku_code,
        }
    ]


async def test_stock(seller: Caller, sandbox: Sandbox) -> None:
    """Stock is set by product SKU and warehouse, all rows or none, and read by SKC; a sale lowers it by its pieces (R3)."""
    goods = seller.mall.add_goods(sold_factor=2)
    product = seller.mall.add_token("products")
    assert seller.mall.shop is not None
    (place,) = seller.mall.shop.warehouses

    async def told(**row: Any) -> int:
        rows = [{"productSkuId": goods.product_sku_id, "warehouseId": place.warehouse_id} | row]
        fields = {"quantityChangeMode": 2, "skuStockChangeList": rows}
        return await seller.code(UPDATE, access_token=product, **fields)

    assert await told(targetStockAvailable=9) == 1000000
    assert await told(targetStockAvailable=-1) == 2000090
    assert await told(productSkuId=goods.sku_id, targetStockAvailable=1) == 2000090
    assert await told(warehouseId="WH-nowhere", targetStockAvailable=1) == 2000090
    assert await told() == 3000000
    assert await seller.code(UPDATE, access_token=product, skuStockChangeList=[{}]) == 3000000
    seller.mall.add_order(items=[(goods, 2)])
    held = await seller.result(READ, access_token=product, productSkcId=goods.product_skc_id)

    assert [(row["productSkuId"], row["skuStockQuantity"]) for row in held["productSkuStockList"]] == [
        (goods.product_sku_id, 5)
    ]
    assert await seller.code(READ, access_token=product) == 3000000
    assert await seller.code(WAREHOUSES, access_token=product) == 3000000
    listed = await seller.result(WAREHOUSES, access_token=product, siteIdList=[100, 105])
    assert [site["siteId"] for site in listed["warehouseDTOList"]] == [100]
    for user, code in (({"supplierId": seller.mall.mall_id}, 1000000), ({}, 3000000), ("1", 3000000)):
        fields = {"siteIdList": [100], "openApiUser": user}
        assert await seller.code(WAREHOUSES, access_token=product, **fields) == code


async def test_products(seller: Caller) -> None:
    """The list has a row for each SKC, with its SKUs (R3)."""
    goods = seller.mall.add_goods()
    variant = seller.mall.add_variant(goods, "SKU-B")
    seller.mall.add_goods()
    product = seller.mall.add_token("products")

    page = await seller.result(PRODUCTS, access_token=product, page=1, pageSize=1)

    (row,) = page["data"]
    assert (page["totalCount"], row["productSkcId"]) == (2, goods.product_skc_id)
    assert [sku["productSkuId"] for sku in row["productSkuSummaries"]] == [
        goods.product_sku_id,
        variant.product_sku_id,
    ]
