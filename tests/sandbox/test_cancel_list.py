"""The list of what buyers ask to have cancelled."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.caller import LIST, Caller, Json
from tests.sandbox.cancellations import CancelRequest
from tests.sandbox.mall import Mall

CANCELS = "bg.aftersales.cancel.list.get"


async def _status(caller: Caller, request: CancelRequest) -> int:
    (row,) = (await caller.result(CANCELS, parentOrderSnList=[request.order.number]))["data"]
    status: int = row["parentAfterSalesStatus"]
    return status


async def _order(caller: Caller, request: CancelRequest) -> Json:
    (row,) = (await caller.result(LIST, parentOrderSnList=[request.order.number]))["pageItems"]
    found: Json = row
    return found


async def test_a_request(caller: Caller) -> None:
    """A request is listed with its lines, pieces and moment, and the order says that it waits (R3)."""
    goods, other = caller.mall.add_goods(), caller.mall.add_goods()
    order = caller.mall.add_order(items=[(goods, 3), (other, 1)])
    request = caller.mall.request_cancel(order.number, pieces={order.items[0].number: 2})

    result = await caller.result(CANCELS)

    assert (result["total"], result["pageNumber"]) == (1, 1)
    (row,) = result["data"]
    assert (row["parentAfterSalesSn"], row["parentAfterSalesStatus"]) == (request.number, 1)
    (line,) = row["afterSalesInfoList"]
    assert (line["parentOrderSn"], line["orderSn"]) == (order.number, order.items[0].number)
    assert (line["applyGoodsNumber"], line["createAtMillis"]) == (2, request.asked_at * 1000)
    assert order.cancel_pending


@pytest.mark.parametrize("end,status", [(Mall.withdraw_cancel, 6), (Mall.deny_cancel, 7)])
async def test_a_request_that_ends(
    caller: Caller, end: Callable[[Mall, CancelRequest], None], status: int
) -> None:
    """Withdrawn or denied, a request leaves the order as it was (R3)."""
    request = caller.mall.request_cancel(caller.mall.add_order().number)
    end(caller.mall, request)

    assert await _status(caller, request) == status
    assert (await _order(caller, request))["parentOrderMap"]["parentOrderStatus"] == 2
    assert not request.order.cancel_pending
    with pytest.raises(ValueError, match="has ended"):
        caller.mall.grant_cancel(request)


async def test_a_request_that_is_granted(caller: Caller) -> None:
    """Granted, the pieces are cancelled at once or a little later; all of them cancel the order (R3)."""
    order = caller.mall.add_order(items=[(caller.mall.add_goods(), 3)])
    part = caller.mall.request_cancel(order.number, pieces={order.items[0].number: 1})
    caller.mall.grant_cancel(part)
    rest = caller.mall.request_cancel(order.number)
    caller.mall.grant_cancel(rest, is_refunded=False, order_follows=False)
    before = await _order(caller, rest)
    caller.mall.follow_cancel(rest)

    assert before["orderList"][0]["canceledQuantityBeforeShipment"] == 1
    assert before["parentOrderMap"]["parentOrderStatus"] == 2
    assert (await _order(caller, rest))["parentOrderMap"]["parentOrderStatus"] == 3
    assert {one.status for one in caller.mall.cancellations.listed()} == {4, 5}


async def test_temu_agrees_by_itself(caller: Caller) -> None:
    """What nobody answers within 24 hours is granted (R3)."""
    request = caller.mall.request_cancel(caller.mall.add_order().number)
    request.asked_at -= 24 * 3600

    assert await _status(caller, request) == 5
    assert (await _order(caller, request))["parentOrderMap"]["parentOrderStatus"] == 3


async def test_groups_and_pages(caller: Caller) -> None:
    """Requests are listed by the groups of cancellations, a page at a time, the newest first (R3)."""
    requests = [caller.mall.request_cancel(caller.mall.add_order().number) for _ in range(5)]
    caller.mall.withdraw_cancel(requests[0])
    caller.mall.deny_cancel(requests[1])
    caller.mall.grant_cancel(requests[2])
    caller.mall.review_cancel(requests[3])

    async def listed(**parameters: Any) -> list[str]:
        result = await caller.result(CANCELS, **parameters)
        return [row["parentAfterSalesSn"] for row in result["data"]]

    assert await listed(afterSalesStatusGroup=8) == [requests[4].number, requests[3].number]
    for group, i in {9: 2, 10: 1, 11: 0}.items():
        assert await listed(afterSalesStatusGroup=group) == [requests[i].number]
    newest = [request.number for request in reversed(requests)]
    assert await listed(pageSize=2, pageNo=1) + await listed(pageSize=2, pageNo=2) == newest[:4]
    assert await listed(parentAfterSalesSnList=[newest[0]]) == newest[:1]


@pytest.mark.parametrize(
    "parameters",
    [
        {"pageSize": 201},
        {"pageNo": 0},
        {"pageNo": "1"},
        {"afterSalesStatusGroup": 1},
        {"afterSalesStatusGroup": 7},
        {"afterSalesStatusGroup": 12},
        {"afterSalesStatusGroup": "8"},
        {"parentOrderSnList": "PO-1"},
        {"parentOrderSnList": [1]},
        {"parentOrderSnList": ["PO-1"] * 201},
        {"parentAfterSalesSnList": ["PA-1"] * 201},
    ],
)
async def test_wrong_parameters(caller: Caller, parameters: dict[str, Any]) -> None:
    """What the reference page gives another type, or a page too large, is refused (R3)."""
    assert await caller.code(CANCELS, **parameters) == 130010001


async def test_impossible_requests(mall: Mall) -> None:
    """Nobody cancels what has left, more than there is, or the same order twice (R3)."""
    order = mall.add_order()
    with pytest.raises(ValueError, match="pieces"):
        mall.request_cancel(order.number, pieces={order.items[0].number: 2})
    mall.request_cancel(order.number)
    with pytest.raises(ValueError, match="waits"):
        mall.request_cancel(order.number)
    with pytest.raises(ValueError, match="status 4"):
        mall.request_cancel(mall.add_order(status=4).number)
