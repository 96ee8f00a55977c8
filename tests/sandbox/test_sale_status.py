"""Putting goods and SKUs on sale and off it."""

from typing import Any

import pytest

from tests.sandbox.caller import Caller

SET, SKUS = "bg.local.goods.sale.status.set", "bg.local.goods.sku.list.query"
LISTS = [{"skuSearchType": kind, "skuStatusFilterType": kind} for kind in (2, 3)]


async def listed(caller: Caller) -> list[list[tuple[int, int]]]:
    """SKU and sub-status of what is for sale, and of what isn't."""
    pages = [await caller.result(SKUS, **kind) for kind in LISTS]
    return [[(row["skuId"], row["skuShowSubStatus4VO"]) for row in page["skuList"]] for page in pages]


async def test_goods_and_skus_change_sides(caller: Caller) -> None:
    """A SKU by itself, or all of its goods; what the lists say may lag behind (R3)."""
    one = caller.mall.add_goods()
    two = caller.mall.add_variant(one, "TWO")
    by_sku = {"goodsId": one.goods_id, "skuIdList": [one.sku_id], "operationType": 2}

    assert await caller.result(SET, **by_sku, onsale=0) == {"success": True}
    assert await listed(caller) == [[(two.sku_id, 2001)], [(one.sku_id, 3002)]]
    caller.mall.shelf.lag = 60
    await caller.result(SET, goodsId=one.goods_id, onsale=1)
    assert await listed(caller) == [[(two.sku_id, 2001)], [(one.sku_id, 3002)]]
    caller.mall.shelf.shown_until.clear()
    assert await listed(caller) == [[(one.sku_id, 2001), (two.sku_id, 2001)], []]


async def test_what_temu_took_off_stays_off(caller: Caller) -> None:
    """What was taken off for Temu's rules isn't put on sale, and nothing else of the call is (R3)."""
    one = caller.mall.add_goods()
    two = caller.mall.add_variant(one, "TWO")
    caller.mall.delisted |= {one.sku_id, two.sku_id}
    caller.mall.shelf.sub_statuses[one.sku_id] = 3001

    assert await caller.result(SET, goodsId=one.goods_id, onsale=1) == {"success": False}
    assert await listed(caller) == [[], [(one.sku_id, 3001), (two.sku_id, 3002)]]


@pytest.mark.parametrize(
    "wrong,code",
    [
        ({"goodsId": 5}, 150010003),
        ({"skuIdList": [5]}, 150010003),
        ({"operationType": 3}, 3000000),
        ({"onsale": 2}, 3000000),
        ({"onsale": None}, 3000000),
    ],
)
async def test_wrong_calls(caller: Caller, wrong: dict[str, Any], code: int) -> None:
    """Goods of nobody, SKUs of other goods, and values that mean nothing are refused (R3)."""
    assert (
        await caller.code(SET, **{"goodsId": caller.mall.add_goods().goods_id, "onsale": 0} | wrong) == code
    )
