"""The order list: filters, pages, and what a row says."""

from typing import Any

import pytest

from tests.sandbox.caller import LIST, Caller

NOW = 1_790_000_000


@pytest.mark.parametrize(
    "fields,code",
    [
        ({"pageSize": 0}, 3000000),
        ({"pageSize": 101}, 3000000),
        ({"pageSize": "10"}, 3000000),
        ({"pageSize": True}, 3000000),
        ({"pageNumber": 0}, 3000000),
        ({"pageNumber": 1.0}, 3000000),
        ({"parentOrderStatus": "2"}, 3000000),
        ({"parentOrderStatus": 6}, 3000000),
        ({"regionId": "211"}, 3000000),
        ({"sortby": 1}, 3000000),
        ({"hasPreSaleOrder": 1}, 3000000),
        ({"parentOrderSnList": "PO-211-1"}, 3000000),
        ({"parentOrderSnList": [1]}, 3000000),
        ({"parentOrderSnList": [f"PO-211-{n}" for n in range(21)]}, 3000000),
        ({"createAfter": NOW * 1000}, 140020014),
        ({"createBefore": str(NOW)}, 140020014),
        ({"updateAtStart": float(NOW)}, 140020014),
        ({"updateAtEnd": 0}, 140020014),
        ({"parentConfirmTimeStart": NOW}, 140020013),
        ({"parentConfirmTimeStart": NOW, "parentConfirmTimeEnd": NOW}, 140020012),
        ({"pageSize": 100, "pageNumber": 1, "parentOrderStatus": 0, "updateAtStart": NOW}, 1000000),
        ({"page": 7, "page_size": "many"}, 1000000),
    ],
)
async def test_parameters_are_strict(shared_caller: Caller, fields: dict[str, Any], code: int) -> None:
    """A parameter of a wrong type or range is refused; one that Temu doesn't know is ignored (R3)."""
    assert await shared_caller.code(LIST, **fields) == code


async def test_newest_update_comes_first(caller: Caller) -> None:
    """Orders are listed by update, the newest first, and by number where that is the same (R3)."""
    mall = caller.mall
    old = mall.add_order(ordered_at=NOW, updated_at=NOW)
    twins = [mall.add_order(ordered_at=NOW, updated_at=NOW + 9) for _ in range(3)]
    expected = [*sorted(order.number for order in twins), old.number]
    assert await caller.numbers() == expected
    mall.touch(old.number)
    assert await caller.numbers() == [old.number, *expected[:3]]


async def test_filters(caller: Caller) -> None:
    """Status, times (both ends included), numbers, region, fulfilment and SKU each narrow the list (R3)."""
    mall = caller.mall
    mug, lamp = mall.add_goods("Mug"), mall.add_goods("Lamp")
    first = mall.add_order(status=1, items=[(mug, 1)], ordered_at=NOW, updated_at=NOW + 10).number
    second = mall.add_order(
        status=4,
        items=[(mug, 1), (lamp, 2)],
        ordered_at=NOW + 5,
        updated_at=NOW + 20,
        fulfillment="fulfillByCooperativeWarehouse",
    ).number
    for fields, expected in (
        ({}, [second, first]),
        ({"parentOrderStatus": 0}, [second, first]),
        ({"parentOrderStatus": 1}, [first]),
        ({"parentOrderStatus": 51}, []),
        ({"createAfter": NOW + 5}, [second]),
        ({"createBefore": NOW + 4}, [first]),
        ({"createAfter": NOW, "createBefore": NOW + 5}, [second, first]),
        ({"updateAtStart": NOW + 11}, [second]),
        ({"updateAtStart": NOW + 10, "updateAtEnd": NOW + 10}, [first]),
        ({"parentConfirmTimeStart": NOW, "parentConfirmTimeEnd": NOW + 10**6}, [second]),
        ({"parentOrderSnList": [first, "PO-211-0"]}, [first]),
        ({"regionId": 211}, [second, first]),
        ({"regionId": 76}, []),
        ({"fulfillmentTypeList": ["fulfillBySeller"]}, [first]),
        ({"skuId": lamp.sku_id}, [second]),
    ):
        assert await caller.numbers(**fields) == expected, fields


async def test_pages_make_up_the_whole(caller: Caller) -> None:
    """The pages hold each order once, the total is told on each, and past the end there is nothing (R3)."""
    orders = [caller.mall.add_order(ordered_at=NOW, updated_at=NOW + n).number for n in range(23)]
    pages = [await caller.numbers(pageNumber=page, pageSize=10) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [10, 10, 3, 0]
    assert [number for page in pages for number in page] == orders[::-1]
    assert (await caller.result(LIST, pageNumber=4, pageSize=10))["totalItemNum"] == 23
    assert len(await caller.numbers()) == 10


async def test_other_malls_orders_are_not_listed(caller: Caller) -> None:
    """A token sees its own mall only (R3)."""
    caller.sandbox.add_mall("EU").add_order()
    own = caller.mall.add_order()
    assert await caller.numbers() == [own.number]


async def test_row_tells_what_remains(caller: Caller) -> None:
    """A line tells what was ordered, what was cancelled and what remains, and whose goods they are (R3)."""
    mug = caller.mall.add_goods("Crêpe pan 北京", "PAN-1")
    order = caller.mall.add_order(items=[(mug, 3)])
    caller.mall.cancel_pieces(order.items[0].number, 1)
    row = (await caller.result(LIST))["pageItems"][0]
    line = row["orderList"][0]
    assert (line["quantity"], line["originalOrderQuantity"], line["canceledQuantityBeforeShipment"]) == (
        2,
        3,
        1,
    )
    assert (line["goodsId"], line["skuId"], line["goodsName"]) == (mug.goods_id, mug.sku_id, "Crêpe pan 北京")
    assert line["productList"][0]["extCode"] == "PAN-1"
    assert row["parentOrderMap"]["updateTime"] == order.updated_at


async def test_new_order_can_be_listed_late(caller: Caller) -> None:
    """On request an order is listed only some time after it was made (R3)."""
    order = caller.mall.add_order()
    caller.mall.listing_delay = 120
    assert await caller.numbers() == []
    order.ordered_at -= 121
    assert await caller.numbers() == [order.number]


async def test_order_can_move_between_two_pages(caller: Caller) -> None:
    """An order that is changed between two calls moves to the front, and pushes another onto the next page (R3)."""
    orders = [caller.mall.add_order(ordered_at=NOW, updated_at=NOW + n).number for n in range(4)]
    caller.sandbox.before(LIST, 2, lambda: caller.mall.cancel(orders[0]))
    pages = [await caller.numbers(pageNumber=page, pageSize=2) for page in (1, 2)]
    assert pages == [[orders[3], orders[2]], [orders[2], orders[1]]]
