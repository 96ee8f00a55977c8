"""What jobs ask of the database costs as much as what they work on, and not as much as what there is."""

import asyncio
import re
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, update

from domain import clock
from domain.models import Company
from jobs.scheduler import Scheduler
from tests.fixtures.world import World
from tests.journeys.test_inventory_out import WAREHOUSE, Shelf
from tests.journeys.test_shipping import Desk

# What there are few of, however much is sold.
FEW = {
    "companies",
    "warehouses",
    "access_tokens",
    "schedule_ticks",
    "channel_directories",
    "channel_warehouse_mappings",
    "unreadable_orders",
    "package_corrections",
    # Days whose sums wait to be stored anew.
    "order_sum_changes",
}
# Indexes of rows that wait for something: reading all of them is the purpose.
WAITING = {
    "ix_orders_labelled",
    "ix_queued_jobs_active",
    "uq_queued_jobs_running_lane",
    "ix_channel_stock_in_flight",
    "ix_stock_changes_held_back",
    "ix_cancellation_requests_open",
    "ix_orders_tracking_untold",
    # Of this, one row at its end.
    "ix_changes_in_order",
}
# What a statement has made for itself: so many rows as it asked for.
MADE = ("lanes", "anon")
# Every row there is, or every row of a company or job.
_INDEX = r" USING (?:AUTOMATIC |PARTIAL |COVERING )*INDEX(?: (?P<index>\w+))?"
WHOLE = (
    re.compile(rf"SCAN (?P<table>\w+?)(?:_\d+)?(?:{_INDEX})?(?: LEFT-JOIN)?"),
    re.compile(rf"SEARCH (?P<table>\w+?)(?:_\d+)?{_INDEX} \((?:company|job)_id=\?\)(?: LEFT-JOIN)?"),
)


@contextmanager
def _plans(world: World, plans: dict[str, list[str]]) -> Generator[None]:
    """Note in *plans* what SQLite does for each statement that is executed meanwhile."""
    engine = world.database.engine.sync_engine

    def explain(_: object, cursor: Any, statement: str, values: Any, *more: Any) -> None:
        is_many = more[-1]
        if statement not in plans and not is_many and re.match("SELECT|UPDATE|DELETE", statement):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            steps = [row[3] for row in cursor.fetchall()]
            # A job is removed with all that it told.
            plans[statement] = [
                s for s in steps if not (statement.startswith("DELETE") and "(job_id=?)" in s)
            ]

    event.listen(engine, "before_cursor_execute", explain)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", explain)


def _reads_all(step: str) -> bool:
    found = next((match for pattern in WHOLE if (match := pattern.fullmatch(step))), None)
    if found is None or found["table"].startswith(MADE):
        return False
    return found["table"] not in FEW and found["index"] not in WAITING


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_no_job_reads_all_there_is(world: World) -> None:
    """
    J9: what the clock, the sweeper and all jobs ask takes an index of each table that grows. SQLite's plans don't depend
    on how much there is, so that a small mall tells; PostgreSQL takes no index for a handful of rows.
    """
    warehouse: str = (await world.api.ask(WAREHOUSE, name="Kiel"))["warehouse"]["id"]
    shelf, desk = Shelf(world, warehouse), Desk(world, warehouse)
    goods = [world.mall.add_goods(sku_code=f"SKU{i}") for i in range(2)]
    for product in await shelf.add(*goods):
        await shelf.put(product, 10)
    await shelf.settings(allowOrderDownload=True, allowTrackingUpload=True, allowInventoryUpload=True)
    runner, sweeper = world.sweeper()
    plans: dict[str, list[str]] = {}
    for hours in range(4):
        shipped, cancelled = (world.mall.add_order(items=[(one, 1)]) for one in goods)
        async with world.database.write() as session:
            await session.execute(update(Company).values(stock_reconciled_at=None))
        with _plans(world, plans):
            await Scheduler(world.resources).enqueue_due(clock.now() + timedelta(hours=hours))
        await world.make_due()
        with _plans(world, plans):
            await sweeper.sweep()
            await asyncio.gather(*runner._running.values())
            await sweeper.clean()
        await world.run_jobs()
        world.mall.cancel(cancelled.number)
        await desk.shipped(shipped)

    told = {order.source_updated_for_shipping for order in (await world.orders()).values()}
    assert told == {True, False}
    assert {sql: bad for sql, plan in plans.items() if (bad := list(filter(_reads_all, plan)))} == {}
