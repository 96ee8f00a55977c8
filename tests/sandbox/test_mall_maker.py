"""The mall that is made from a seed."""

import re
import sys
from collections import Counter
from dataclasses import replace
from types import FrameType
from typing import Any

from tests.sandbox.asked import Asked
from tests.sandbox.mall import Mall, Sandbox
from tests.sandbox.model import BY_OTHER_WAREHOUSE, BY_SELLER, REGIONS
from tests.sandbox.order_list import order_list
from tests.sandbox.parameters import Parameters


def _made(seed: int, orders: int = 1500) -> Mall:
    return Sandbox(clock=lambda: 1_790_000_000.0).add_mall(orders=orders, seed=seed)


def _last_forty_days(mall: Mall) -> dict[str, int]:
    return {"updateAtStart": mall.now() - 40 * 86400, "updateAtEnd": mall.now() + 3600}


def test_seed_decides_the_mall() -> None:
    """The same seed gives the same mall, another seed or place another one (R3)."""
    mall = _made(3, 50)
    assert mall.orders == _made(3, 50).orders
    assert (mall.mall_id, mall.token) == (_made(3, 50).mall_id, _made(3, 50).token)
    assert mall.orders.keys().isdisjoint(_made(4, 50).orders)
    assert mall.sandbox.add_mall(seed=3).mall_id != mall.mall_id


def test_made_mall_is_of_every_kind() -> None:
    """Each kind of order that a seller meets is in a made mall, about as often as it should be (R3)."""
    mall = _made(7)
    orders = list(mall.orders.values())
    statuses = Counter(int(order.status) for order in orders)
    assert statuses.keys() == {1, 2, 3, 4, 41, 5}
    assert 45 <= statuses[1] <= 110
    assert 45 <= statuses[3] <= 110
    assert 30 <= sum(order.fulfillment != BY_SELLER for order in orders) <= 100
    assert any(0 < line.cancelled < line.quantity_ordered for order in orders for line in order.items)
    assert {len(order.items) for order in orders} == {1, 2, 3, 4}
    assert [goods.is_mapped_in_demo for goods in mall.goods].count(False) == 4
    assert len(mall.goods) == 30
    assert "José Núñez" in {order.address["receiptName"] for order in orders}


def test_made_orders_are_sound() -> None:
    """Numbers have Temu's form, and no order is of the future, over five weeks old, or at odds with itself (R3)."""
    mall = _made(7)
    for order in mall.orders.values():
        assert re.fullmatch(r"PO-211-\d{17}", order.number)
        assert mall.now() - 35 * 86400 <= order.ordered_at <= order.updated_at <= mall.now()
        for line in order.items:
            assert re.fullmatch(r"211-\d{17}", line.number)
            assert 0 <= line.cancelled <= line.quantity_ordered
            assert (line.remaining == 0) == (line.status == 3)
    assert all(10**14 <= number < 10**15 for goods in mall.goods for number in (goods.goods_id, goods.sku_id))
    assert 10**14 <= mall.mall_id < 10**15


def test_a_page_of_a_large_mall_is_no_more_work() -> None:
    """Ten thousand orders are made, and a page of a hundred takes what it takes in a small mall (R3)."""
    small, large = (_Listing(Sandbox(), orders=orders) for orders in (700, 10_000))
    for page in range(1, 8):
        assert len(large.page(page)["pageItems"]) == 100
        assert large.lines(page) < 1.5 * small.lines(page)


def test_addresses_are_of_the_malls_region() -> None:
    """A made mall ships within its own region, with that region's places and telephones (R3)."""
    for name, region in REGIONS.items():
        mall = Sandbox().add_mall(name, orders=60)
        for order in [*mall.orders.values(), mall.add_order()]:
            address = order.address
            local = address["regionName4" if region.has_districts else "regionName3"]
            place = (address["regionName2"], local, address["postCode"])
            assert address["regionName1"] == region.country
            assert place in {region.home, *region.places}
            assert address["mobile"].startswith(region.calling_code + " ")


def test_a_page_of_a_very_large_mall_takes_no_search() -> None:
    """A page by time of update is no more work in a mall of a hundred thousand orders, also after a change (R3)."""
    small, large = (_Listing(Sandbox(), orders=1) for _ in range(2))
    for listing, orders in ((small, 1_000), (large, 100_000)):
        mall = listing.mall
        first = next(iter(mall.orders.values()))
        for number in range(orders):
            mall.orders[str(number)] = replace(
                first, number=str(number), updated_at=first.updated_at - number
            )
        assert listing.page(1)["totalItemNum"] == orders + 1
        assert len(listing.page(orders // 100 - 1)["pageItems"]) == 100
        mall.touch(first.number)
    assert large.lines(900) < 1.5 * small.lines(9)


class _Listing:
    """Pages of a mall's list of orders, and how much work each is."""

    def __init__(self, sandbox: Sandbox, *, orders: int) -> None:
        self._sandbox = sandbox
        sandbox.deepest_row = None
        self.mall = sandbox.add_mall(orders=orders)

    def page(self, number: int) -> Any:
        """One page of a hundred."""
        fields = {
            "pageSize": 100,
            "pageNumber": number,
            "sortby": "updateTime",
            "fulfillmentTypeList": [BY_SELLER, BY_OTHER_WAREHOUSE],
        }
        fields |= _last_forty_days(self.mall)
        return order_list(Asked(self.mall, self._sandbox.tokens[self.mall.token], Parameters(fields), []))

    def lines(self, number: int) -> int:
        """How many lines of code run for it, each turn of a loop counted: unlike time, the same on a busy machine."""
        count = 0

        def trace(_frame: FrameType, event: str, _argument: Any) -> Any:
            nonlocal count
            count += event == "line"
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            self.page(number)
        finally:
            sys.settrace(before)
        return count
