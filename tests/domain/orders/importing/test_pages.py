"""
Reading a list of any length: as a table of pages, and against the sandbox with a list that is deeper than its pages go.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain import clock
from domain.orders.importing import pages
from domain.orders.importing.checkpoint import AnyListing, ClosingStage, PageStage, UnreadableStage
from domain.orders.importing.pages import advance
from domain.temu.paging import ListIncomplete, ListPage
from tests.domain.orders.looking import LIST, calls, fill, mark, numbers
from tests.fixtures.database import one_database
from tests.fixtures.world import World

NOON = 1_790_000_000
BEGAN = datetime.fromtimestamp(NOON + 60, UTC)
FIRST = PageStage(began=BEGAN, since=BEGAN - timedelta(days=30))
DEEP = replace(FIRST, page=pages.DEEPEST_PAGE, rows=4900, total=9000)
BOTH = ["fulfillBySeller", "fulfillByCooperativeWarehouse"]


def _page(*seconds: Any, total: int | None = 9000) -> ListPage:
    rows = [
        {"parentOrderMap": {"parentOrderSn": f"PO-{i}-{second}", "updateTime": second}}
        for i, second in enumerate(seconds)
    ]
    return ListPage(rows, total)


def _next(at: AnyListing, page: ListPage) -> AnyListing:
    after = advance(at, page)
    assert not isinstance(after, UnreadableStage)
    return after


def test_pages_follow_each_other() -> None:
    """O1: page after page, counting what was met, until there are as many as Temu named."""
    after = _next(FIRST, _page(NOON, NOON - 1, total=3))
    assert after == replace(FIRST, page=2, rows=2, total=3, named=3, digest=after.digest)

    after = _next(after, _page(NOON - 2, total=3))
    assert after == ClosingStage(began=BEGAN, total=3)


def test_a_deep_list_is_split() -> None:
    """O1, O17: behind the deepest page, first pages of what changed until the oldest change that was met."""
    after = _next(DEEP, _page(NOON, NOON, NOON - 7))
    assert after == replace(FIRST, until=NOON - 7, total=9000)

    after = _next(after, _page(NOON - 7, NOON - 9, total=4000))
    assert after == replace(FIRST, until=NOON - 9, total=9000)

    after = _next(after, _page(NOON - 9, total=1))
    assert after == ClosingStage(began=BEGAN, total=9000)


def test_more_orders_of_one_second_than_a_page_holds() -> None:
    """O1: what one page can't hold is followed by the next page, until an older second is met."""
    at = replace(FIRST, until=NOON, total=9000)
    second = _next(at, _page(NOON, NOON))
    assert (second.page, second.until, second.rows) == (2, NOON, 2)

    third = _next(second, _page(NOON, NOON - 1))
    assert (third.page, third.until, third.rows) == (1, NOON - 1, 0)


def test_a_second_that_an_order_leaves() -> None:
    """O17: a span that has become smaller between two of its pages is read again, for others took the place of what left."""
    at = replace(FIRST, until=NOON, total=9000)
    second = _next(at, _page(NOON, NOON, total=4))

    again = _next(second, _page(NOON, total=3))
    assert (again.page, again.rows, again.until) == (1, 0, NOON)

    again = _next(again, _page(NOON, NOON, total=3))
    assert isinstance(advance(again, _page(NOON, total=3)), ClosingStage)


@pytest.mark.parametrize("seconds", [(NOON - 1, NOON), (NOON, None), (NOON, "soon")])
def test_a_list_that_is_not_sorted_is_not_split(seconds: tuple[Any, ...]) -> None:
    """O17: only a page that is sorted says that all that is newer has been met."""
    assert _next(DEEP, _page(*seconds)).page == pages.DEEPEST_PAGE + 1


def test_a_span_that_is_not_kept() -> None:
    """O17: later changes than were asked for would have the same page come for ever."""
    with pytest.raises(ListIncomplete, match="later than was asked for"):
        advance(replace(FIRST, until=NOON), _page(NOON + 1, NOON))


def test_milliseconds() -> None:
    """O1: a moment in milliseconds is taken for what it is."""
    assert _next(DEEP, _page(NOON * 1000 + 999)).until == NOON


@pytest.mark.usefixtures("small_pages")
@one_database
async def test_more_changes_than_pages_go_deep(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """O1, O17, O21: a mall with more changes than Temu's pages show comes in whole, though orders change meanwhile."""
    monkeypatch.setattr(pages, "DEEPEST_PAGE", 2)
    world.sandbox.deepest_row = 20
    orders = fill(world, 53)
    for old in (orders[52], orders[38]):
        old.fulfillment = "fulfillByCooperativeWarehouse"
    # One leaves a span that is being read, and one is behind it.
    world.sandbox.before(LIST, 4, lambda: world.mall.touch(orders[25].number))
    world.sandbox.before(LIST, 5, lambda: world.mall.touch(orders[52].number))

    job = await world.import_orders()

    assert job["status"] == "SUCCEEDED", job
    assert set(await world.orders()) == numbers(orders)
    asked = calls(world, LIST)
    assert max(call["pageNumber"] for call in asked) == 2
    assert {call["sortby"] for call in asked} == {"updateTime"}
    assert all(call["fulfillmentTypeList"] == BOTH for call in asked)


@pytest.mark.usefixtures("small_pages")
@one_database
async def test_many_changes_of_one_second(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """O17, O21: none of the orders of one second is missed when others of it change, and new ones come, meanwhile."""
    monkeypatch.setattr(pages, "DEEPEST_PAGE", 1)
    fill(world, 10)
    second = world.mall.now() - 2000
    same = [world.mall.add_order(ordered_at=second, updated_at=second) for _ in range(35)]
    fill(world, 1)

    def change() -> None:
        first = next(order for order in world.mall.newest_first() if order.updated_at == second)
        world.mall.touch(first.number)
        world.mall.add_order()

    for nth in (4, 5, 7):
        world.sandbox.before(LIST, nth, change)

    job = await world.import_orders()

    assert job["status"] == "SUCCEEDED", job
    assert numbers(same) <= set(await world.orders()) == set(world.mall.orders)


@pytest.mark.usefixtures("small_pages")
@one_database
async def test_the_mark_is_of_the_first_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """O1: the next run begins where the first page was read, by Temu's clock, however often the list was split."""
    monkeypatch.setattr(pages, "DEEPEST_PAGE", 1)
    fill(world, 35)
    assert world.resources.transport is not None
    world.resources.transport.clock_offset = -60.0
    before = clock.now()

    await world.import_orders()

    began = await mark(world)
    assert began is not None
    assert timedelta(0) <= began - (before - timedelta(seconds=60)) < timedelta(seconds=60)
