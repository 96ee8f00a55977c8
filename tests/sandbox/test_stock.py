"""Stock as it is told to a mall, and as the mall tells it."""

from typing import Any

import pytest

from tests.sandbox.caller import Caller

EDIT = "bg.local.goods.stock.edit"
READ = "temu.local.goods.sku.stock.query"


async def test_stock_is_told_and_read(caller: Caller) -> None:
    """Ordinary stock is of type 0, whether it is named or left out; pre-sale stock is another (R3)."""
    goods = caller.mall.add_goods()
    for figure, kind in ((5, {}), (6, {"stockType": 0}), (9, {"stockType": 1})):
        target = [{"skuId": goods.sku_id, "stockTarget": figure}]
        answer = await caller.result(EDIT, goodsId=goods.goods_id, skuStockTargetList=target, **kind)
        assert answer["operateResult"] is True

    [found] = (await caller.result(READ, skuIdList=[goods.sku_id]))["stockList"]
    [row] = found["skuStockInfoList"]
    assert row["selfOrdinaryStock"] == {"stock": 6, "stockType": 0}
    assert row["selfPreSaleStock"] == {"stock": 9, "stockType": 1}


async def test_stock_of_no_such_type(caller: Caller) -> None:
    """Certified stock can't be edited (R3)."""
    goods = caller.mall.add_goods()
    target = [{"skuId": goods.sku_id, "stockTarget": 1}]
    assert await caller.code(EDIT, goodsId=goods.goods_id, skuStockTargetList=target, stockType=2) == 3000000


async def test_stock_is_changed(caller: Caller) -> None:
    """A difference is added to what there is, with a key of one's own or without; not both ways in one call (R3)."""
    goods = caller.mall.add_goods()
    caller.mall.set_stock(goods.sku_id, 5)
    change = {"goodsId": goods.goods_id, "skuStockChangeList": [{"skuId": goods.sku_id, "stockDiff": -2}]}
    for fields in (change, change | {"requestUniqueKey": "once"}):
        assert (await caller.result(EDIT, **fields))["operateResult"] is True
    assert caller.mall.stock == {goods.sku_id: 1}
    assert await caller.code(EDIT, **change, requestUniqueKey=1) == 3000000
    target = [{"skuId": goods.sku_id, "stockTarget": 1}]
    assert await caller.code(EDIT, **change, skuStockTargetList=target) == 150013003


async def test_readings_lag(caller: Caller) -> None:
    """Where it is asked for, what is read is what was offered some seconds ago (R3)."""
    goods = caller.mall.add_goods()
    caller.mall.set_stock(goods.sku_id, 5)
    now = caller.sandbox.clock()
    caller.sandbox.clock = lambda: now + 60
    caller.mall.set_stock(goods.sku_id, 7)
    caller.mall.stock_lag = 30

    [found] = (await caller.result(READ, goodsId=goods.goods_id))["stockList"]
    listed = await caller.result("bg.local.goods.sku.list.query", skuSearchType=2, skuStatusFilterType=0)

    assert found["skuStockInfoList"][0]["selfOrdinaryStock"]["stock"] == 5
    assert listed["skuList"][0]["stock"] == 5


@pytest.mark.parametrize(
    "flags, operate, rows",
    [
        ({"operate": "false"}, False, [True, True]),
        ({"operate": "absent"}, "-", [True, True]),
        ({"row": "null"}, True, [None, None]),
        ({"row": "absent"}, True, []),
        ({"operate": "null", "row": "false"}, None, [False, False]),
    ],
)
async def test_flags_of_an_edit(caller: Caller, flags: dict[str, Any], operate: Any, rows: list[Any]) -> None:
    """Where it is asked for, the flags of an answer say anything, whatever has become of the stock (R3)."""
    blue = caller.mall.add_goods()
    red = caller.mall.add_variant(blue, "RED")
    caller.sandbox.faults.add("stock_flags", **flags)
    target = [{"skuId": one.sku_id, "stockTarget": 3} for one in (blue, red)]

    answer = await caller.result(EDIT, goodsId=blue.goods_id, skuStockTargetList=target)

    assert answer.get("operateResult", "-") == operate
    assert [row.get("stockEditStatus", "-") for row in answer["skuStockEditStatusInfoList"]] == rows
    assert caller.mall.stock == {blue.sku_id: 3, red.sku_id: 3}


async def test_flags_of_one_sku(caller: Caller) -> None:
    """The flag of one SKU leaves the others' rows (R3)."""
    blue = caller.mall.add_goods()
    red = caller.mall.add_variant(blue, "RED")
    caller.sandbox.faults.add("stock_flags", row="absent", sku=red.sku_id)
    target = [{"skuId": one.sku_id, "stockTarget": 3} for one in (blue, red)]
    answer = await caller.result(EDIT, goodsId=blue.goods_id, skuStockTargetList=target)
    assert [row["skuId"] for row in answer["skuStockEditStatusInfoList"]] == [blue.sku_id]


@pytest.mark.parametrize(
    "options", [{"operate": "yes"}, {"row": True}, {"sku": "1"}, {"interface": READ}, {"code": 1}]
)
def test_no_such_flags(caller: Caller, options: dict[str, Any]) -> None:
    """A wrong wish is refused at once (R3)."""
    with pytest.raises(ValueError, match=r"can('t)? be|is a fault of|takes no"):
        caller.sandbox.faults.add("stock_flags", **options)
