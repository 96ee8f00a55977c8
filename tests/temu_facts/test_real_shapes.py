"""Order lists as real malls got them: every order comes in, and each field is right."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from domain.models import FulfilledBy
from domain.orders.importing.parse import ChannelState, Unreadable, read
from tests.temu_facts.comparing import differences_of_answer
from tests.temu_facts.known_differences import check
from tests.temu_facts.real_shapes import (
    SEMI_PAGE,
    US_PAGE,
    Json,
    Order,
    semi_row,
    us_row,
    without_sku_ids,
)
from tests.temu_facts.table import interfaces

Shape = tuple[Order, Callable[[Order], Json]]
SHAPES: list[Shape] = [*((order, us_row) for order in US_PAGE), *((order, semi_row) for order in SEMI_PAGE)]
by_index = pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape[1].__name__} {shape[0].index}")


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize("page,to_row", [(US_PAGE, us_row), (SEMI_PAGE, semi_row)])
def test_the_tables_know_all_of_it(page: tuple[Order, ...], to_row: Callable[[Order], Json]) -> None:
    answer = {"totalItemNum": len(page), "pageItems": [to_row(order) for order in page]}
    assert differences_of_answer(interfaces()["bg.order.list.v2.get"], answer) == set()


@by_index
def test_an_order_comes_in_with_each_field(shape: Shape) -> None:
    """O1, O2: numbers, states, moments, and of each line what was ordered and what of it was cancelled."""
    order, to_row = shape
    incoming = read(to_row(order))
    assert incoming.number == order.number
    assert incoming.state is ChannelState(order.status)
    assert incoming.region_id == 211
    assert incoming.ordered_at == _moment(order.placed_at)
    assert incoming.updated_at == _moment(order.placed_at + order.changed_after)
    latest = None if order.status == 1 else _moment(order.latest_ship_at)
    assert incoming.latest_ship_at == latest
    assert incoming.is_cancelled == (order.status == 3)
    assert [item.number for item in incoming.items] == [
        order.line_number(position) for position in range(len(order.lines))
    ]
    for position, (item, line) in enumerate(zip(incoming.items, order.lines, strict=True)):
        assert item.state is ChannelState(line.status)
        assert item.website_product_id == str(order.goods_id(position))
        assert item.website_product_variant_id == str(order.sku_id(position))
        assert item.title == order.title(position)
        assert (item.quantity, item.cancelled) == (line.ordered, line.cancelled)
        assert item.fulfilled_by is FulfilledBy.SELLER


def test_lines_without_sku_ids_come_in() -> None:
    """A semi-managed mall is promised no skuId: a line is known by its productList."""
    found: set[str] = set()
    for order in SEMI_PAGE:
        try:
            incoming = read(without_sku_ids(semi_row(order)))
        except Unreadable:
            found.add("an order whose lines have no skuId can't be read")
        else:
            assert len(incoming.items) == len(order.lines)
    check("real shapes", found)
