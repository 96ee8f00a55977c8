"""The order list: filters, pages, and what a row says."""

from typing import Any

import pytest

from tests.sandbox.caller import LIST, Caller
from tests.sandbox.model import BY_OTHER_WAREHOUSE

NOW = 1_790_000_000
EARLY, LATE = 1_000_000_000, 2_000_000_000


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
        ({"createAfter": NOW}, 140020013),
        ({"createBefore": NOW}, 140020013),
        ({"updateAtStart": NOW}, 140020013),
        ({"updateAtEnd": NOW}, 140020013),
        ({"parentConfirmTimeEnd": NOW}, 140020013),
        ({"expectShipLatestTimeEnd": NOW}, 1000000),
        ({"pageSize": 100, "pageNumber": 1, "parentOrderStatus": 0}, 1000000),
        ({"updateAtStart": NOW, "updateAtEnd": NOW, "sortby": "updateTime"}, 1000000),
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


async def test_sorting(caller: Caller) -> None:
    """The list is sorted by update or by creation, as asked; by creation without being asked (R3)."""
    mall = caller.mall
    older = mall.add_order(ordered_at=NOW, updated_at=NOW + 20).number
    newer = mall.add_order(ordered_at=NOW + 10, updated_at=NOW + 10).number
    assert await caller.numbers(sortby="updateTime") == [older, newer]
    assert await caller.numbers(sortby="createTime") == [newer, older]
    assert await caller.numbers(sortby="something") == await caller.numbers(sortby=...) == [newer, older]
    caller.sandbox.default_sort = "updateTime"
    assert await caller.numbers(sortby=...) == [older, newer]
    caller.sandbox.default_sort = "createTime"
    mall.touch(older)
    window = {"updateAtStart": EARLY, "updateAtEnd": LATE}
    assert await caller.numbers(**window, sortby=...) == [newer, older]
    assert await caller.numbers(**window, sortby="updateTime") == [older, newer]


async def test_lists_stay_sorted_while_orders_come_and_change(caller: Caller) -> None:
    """Both lists are right after every kind of change, also one that was made by hand (R3)."""
    mall = caller.mall
    orders = [mall.add_order(ordered_at=NOW + n % 7, updated_at=NOW + n % 5) for n in range(40)]
    for step in range(30):
        mall.touch(orders[step * 7 % 40].number)
        orders.append(mall.add_order(ordered_at=NOW + step % 9, updated_at=NOW + step % 4))
        if step % 10 == 0:
            orders[step].updated_at -= 3
            orders[step].ordered_at -= 3
            mall.touch(orders[step].number)
        by_update = sorted(orders, key=lambda order: (-order.updated_at, order.number))
        by_creation = sorted(orders, key=lambda order: (-order.ordered_at, order.number))
        assert mall.newest_first() == by_update
        assert mall.newest_first("createTime") == by_creation
    window = {"updateAtStart": NOW + 1, "updateAtEnd": NOW + 3, "pageSize": 100, "sortby": "updateTime"}
    found = [order.number for order in mall.newest_first() if NOW + 1 <= order.updated_at <= NOW + 3]
    assert await caller.numbers(**window) == found
    assert len(found) > 10


async def test_orders_of_other_warehouses_have_to_be_asked_for(caller: Caller) -> None:
    """Orders that others fulfil are listed where they are asked for, by number too; otherwise, unless told (R3)."""
    own = caller.mall.add_order().number
    elsewhere = caller.mall.add_order(fulfillment=BY_OTHER_WAREHOUSE, updated_at=LATE).number
    assert await caller.numbers() == [elsewhere, own]
    assert await caller.numbers(fulfillmentTypeList=...) == [own]
    assert await caller.numbers(fulfillmentTypeList=[]) == [own]
    assert await caller.numbers(fulfillmentTypeList=..., parentOrderSnList=[own, elsewhere]) == [own]
    assert await caller.numbers(fulfillmentTypeList=[BY_OTHER_WAREHOUSE]) == [elsewhere]
    caller.sandbox.unasked_fulfillments = None
    assert await caller.numbers(fulfillmentTypeList=...) == [elsewhere, own]


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
        ({"sortby": "createTime"}, [second, first]),
        ({"parentOrderStatus": 0}, [second, first]),
        ({"parentOrderStatus": 1}, [first]),
        ({"parentOrderStatus": 51}, []),
        ({"createAfter": NOW + 5, "createBefore": LATE}, [second]),
        ({"createAfter": EARLY, "createBefore": NOW + 4}, [first]),
        ({"createAfter": NOW, "createBefore": NOW + 5}, [second, first]),
        ({"updateAtStart": NOW + 11, "updateAtEnd": LATE}, [second]),
        ({"updateAtStart": NOW + 21, "updateAtEnd": NOW + 19}, []),
        ({"updateAtStart": NOW, "updateAtEnd": LATE, "createAfter": NOW + 5, "createBefore": LATE}, [second]),
        ({"expectShipLatestTimeStart": NOW + 3 * 86400 + 1}, [second]),
        ({"updateAtStart": NOW + 10, "updateAtEnd": NOW + 10}, [first]),
        ({"parentConfirmTimeStart": NOW, "parentConfirmTimeEnd": NOW + 10**6}, [second]),
        ({"parentOrderSnList": [first, "PO-211-0", first]}, [first]),
        ({"parentOrderSnList": [first, second], "updateAtStart": NOW + 20, "updateAtEnd": LATE}, [second]),
        ({"parentOrderSnList": []}, [second, first]),
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


async def test_pages_end_somewhere(caller: Caller) -> None:
    """A page that lies behind the ten-thousandth order is refused (R3)."""
    assert await caller.code(LIST, pageNumber=100, pageSize=100) == 1000000
    assert await caller.code(LIST, pageNumber=101, pageSize=100) == 3000000


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
