"""The list of a mall's SKUs."""

from typing import Any

import pytest

from tests.sandbox.caller import Caller

SKUS = "bg.local.goods.sku.list.query"
FOR_SALE = {"skuSearchType": 2, "skuStatusFilterType": 2}
NOT_FOR_SALE = {"skuSearchType": 3, "skuStatusFilterType": 3}


async def test_pages_of_skus(caller: Caller) -> None:
    """Each SKU is listed once, with its ids as numbers, the merchant's code and how many there are (R3)."""
    goods = [caller.mall.add_goods(sku_code=f"CODE-{i}") for i in range(3)]
    pages = [await caller.result(SKUS, pageNo=page, pageSize=2, **FOR_SALE) for page in (1, 2, 3)]

    assert [page["total"] for page in pages] == [3, 3, 3]
    listed = [(row["goodsId"], row["skuId"], row["skuSn"]) for page in pages for row in page["skuList"]]
    assert listed == [(one.goods_id, one.sku_id, one.sku_code) for one in goods]


async def test_filters_of_skus(caller: Caller) -> None:
    """SKUs are found by their ids, and those for sale apart from those that are off the shelf (R3)."""
    one, other = caller.mall.add_goods(), caller.mall.add_goods()
    named = await caller.result(SKUS, skuIdList=[other.sku_id, 5], skuSearchType=2, skuStatusFilterType=0)
    assert [row["skuId"] for row in named["skuList"]] == [other.sku_id]

    caller.mall.delisted.add(other.sku_id)
    active, inactive = await caller.result(SKUS, **FOR_SALE), await caller.result(SKUS, **NOT_FOR_SALE)
    neither = await caller.result(SKUS, skuSearchType=2, skuStatusFilterType=3)
    unknown = await caller.result(SKUS, skuSearchType=1, skuStatusFilterType=0)

    assert [(row["skuId"], row["status4VO"]) for row in active["skuList"]] == [(one.sku_id, 2)]
    assert [(row["skuId"], row["status4VO"]) for row in inactive["skuList"]] == [(other.sku_id, 3)]
    assert neither["skuList"] == []
    assert (unknown["skuList"], unknown["total"]) == ([], 0)


@pytest.mark.parametrize("left_out", FOR_SALE)
async def test_skus_without_a_kind(caller: Caller, left_out: str) -> None:
    """A call that doesn't say which SKUs it means is refused (R3)."""
    assert await caller.code(SKUS, **FOR_SALE | {left_out: None}) == 7000000


@pytest.mark.parametrize(
    "parameters",
    [
        {"pageSize": 101},
        {"pageNo": 0},
        {"pageNo": "1"},
        {"skuIdList": ["1"]},
        {"skuIdList": 1},
        {"skuSearchType": "2"},
        {"skuStatusFilterType": True},
    ],
)
async def test_wrong_parameters_of_skus(caller: Caller, parameters: dict[str, Any]) -> None:
    """What the reference page gives another type or value, or a page too large, is refused (R3)."""
    assert await caller.code(SKUS, **FOR_SALE | parameters) == 3000000
