"""The list of a mall's SKUs."""

from typing import Any

import pytest

from tests.sandbox.caller import Caller

SKUS = "bg.local.goods.sku.list.query"


async def test_pages_of_skus(caller: Caller) -> None:
    """Each SKU is listed once, with its ids as numbers, the merchant's code and how many there are (R3)."""
    goods = [caller.mall.add_goods(sku_code=f"CODE-{i}") for i in range(3)]
    pages = [await caller.result(SKUS, pageNo=page, pageSize=2) for page in (1, 2, 3)]

    assert [page["total"] for page in pages] == [3, 3, 3]
    listed = [(row["goodsId"], row["skuId"], row["skuSn"]) for page in pages for row in page["skuList"]]
    assert listed == [(one.goods_id, one.sku_id, one.sku_code) for one in goods]


async def test_filters_of_skus(caller: Caller) -> None:
    """SKUs are found by their ids and by being active, which all of them are (R3)."""
    one, other = caller.mall.add_goods(), caller.mall.add_goods()
    named = await caller.result(SKUS, skuIdList=[other.sku_id, 5])
    active = await caller.result(SKUS, skuStatusFilterType=2)
    inactive = await caller.result(SKUS, skuStatusFilterType=3)

    assert [row["skuId"] for row in named["skuList"]] == [other.sku_id]
    assert [row["skuId"] for row in active["skuList"]] == [one.sku_id, other.sku_id]
    assert inactive["skuList"] == []


@pytest.mark.parametrize(
    "parameters",
    [{"pageSize": 101}, {"pageNo": 0}, {"pageNo": "1"}, {"skuIdList": ["1"]}, {"skuIdList": 1}],
)
async def test_wrong_parameters_of_skus(caller: Caller, parameters: dict[str, Any]) -> None:
    """What the reference page gives another type, or a page too large, is refused (R3)."""
    assert await caller.code(SKUS, **parameters) == 3000000
