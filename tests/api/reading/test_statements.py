"""What reading costs: the number of SQL statements doesn't grow with what is there."""

import re
from collections import Counter
from typing import Any

from sqlalchemy import event

from domain.access.key_cache import KeyCache
from domain.models import ChannelWarehouseMapping, JobOutcome, JobOutcomeStatus, OrderAddress, OrderNote
from domain.models.company import Channel
from tests.factories import (
    NOW,
    make_company,
    make_item,
    make_job,
    make_level,
    make_order,
    make_product,
    make_warehouse,
)
from tests.fixtures.world import World

_PARAMETER = re.compile(r"\$\d+(::\w+)?")
_MANY = re.compile(r"\(\?(, \?)*\)")
EVERYTHING = """{ companies(first: 5) { nodes {
  attention { code } schedules { type }
  products(first: 10) { nodes { inventory { warehouse { name } } availableQuantity
    stockExplanation { availableQuantity warehouses { warehouse { name } } reservations { order { id } } } } }
  orders(first: 50) { nodes { company { name attention { code } } items { product { sku } } } } } } }"""


async def _fill(world: World, companies: int, rows: int) -> None:
    async with world.database.write() as session:
        default = await make_company(session)
        for _ in range(companies):
            company, warehouse = await make_company(session), await make_warehouse(session)
            session.add(
                ChannelWarehouseMapping(
                    company_id=company.id,
                    channel=Channel.WEBSITE,
                    warehouse_id=warehouse.id,
                    channel_warehouse_code="Dock",
                )
            )
            for _ in range(rows):
                original = await make_product(session, default)
                await make_level(session, original, warehouse, 3)
                product = await make_product(session, company, shadow_of_id=original.id)
                order = await make_order(session, company)
                await make_item(session, order, product_id=product.id)
                session.add(OrderAddress(order_id=order.id, city="Łódź"))
                session.add(OrderNote(order_id=order.id, body="x", author="y", created_at=NOW))
                job = await make_job(session, company, run_at=2**60)
                session.add(
                    JobOutcome(
                        job_id=job.id, subject="a", status=JobOutcomeStatus.FAILED, rank=0, retryable=False
                    )
                )


async def _statements(world: World) -> Counter[str]:
    """How often each SELECT was run, however many ids it was given."""
    counted: Counter[str] = Counter()

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("SELECT"):
            counted[_MANY.sub("(?)", _PARAMETER.sub("?", statement))] += 1

    engine = world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        await world.api.ask(EVERYTHING)
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return counted


async def test_many_cost_what_one_costs(world: World) -> None:
    """A2: three companies of forty rows each take the statements that one of one row takes, of what Python works out too."""
    world.app.state.keys = KeyCache(world.database, trusted_seconds=60)
    await world.api.ask("{ warehouses { id } }")
    await _fill(world, 1, 1)
    one = await _statements(world)
    await _fill(world, 3, 40)
    many = await _statements(world)

    assert many == one
