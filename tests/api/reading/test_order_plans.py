"""What the databases do for lists of orders: each order stands on an index."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from domain.models import Role
from tests.api.reading.rows_of_every_kind import fill
from tests.fixtures.world import Api, World

LIST = """query($by: OrderOrder, $filter: OrderFilter, $after: String) {
  orders(orderBy: $by, filter: $filter, first: 5, after: $after) { nodes { id } pageInfo { endCursor } } }"""
INDEXES = {
    "ORDERED_AT": "newest",
    "LATEST_SHIP_AT": "ship_by",
    "TOTAL": "total",
    "UPDATED_AT": "updated",
    "CHANNEL_ORDER_ID": "number",
}


class Plans:
    """What a page was asked by last, and how the database reads it."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch, table: str = "orders") -> None:
        self._world = world
        self._asked: tuple[str, Sequence[Any]] = "", ()
        rows = world.database.rows

        async def noted(sql: str, values: Sequence[Any]) -> Any:
            if f"FROM {table}" in sql:
                self._asked = sql, values
            return await rows(sql, values)

        monkeypatch.setattr(world.database, "rows", noted)

    async def steps(self) -> list[str]:
        """What is done to find rows: SQLite's words, or PostgreSQL's, which is to take an index wherever there is one."""
        sql, values = self._asked
        if self._world.database.engine.dialect.name == "sqlite":
            rows = await self._world.database.rows(f"EXPLAIN QUERY PLAN {sql}", values)
            # What is sorted beside the rows of the table themselves, and not above them, where a page's are few.
            parents = {
                row[1] for row in rows if re.match(r"(SCAN|SEARCH) (?!CONSTANT|t\d|\(subquery)", row[3])
            }
            return [row[3] for row in rows if row[1] in parents]
        return list(_nodes(await self._plan(), is_paged=False))

    async def _plan(self) -> Mapping[str, Any]:
        sql, values = self._asked
        async with self._world.database.engine.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            async with driver.transaction():
                for name in ("seqscan", "bitmapscan", "sort"):
                    await driver.execute(f"SET LOCAL enable_{name} = off")
                (plan,) = await driver.fetchval(f"EXPLAIN (FORMAT JSON) {sql}", *values)
        found: Mapping[str, Any] = plan["Plan"]
        return found

    async def every_step(self) -> list[str]:
        """The same of all that is done, whatever it is for."""
        sql, values = self._asked
        if self._world.database.engine.dialect.name == "sqlite":
            return [row[3] for row in await self._world.database.rows(f"EXPLAIN QUERY PLAN {sql}", values)]
        return list(_nodes(await self._plan(), is_paged=True))


def _nodes(plan: Mapping[str, Any], *, is_paged: bool) -> Iterator[str]:
    """Of the nodes below a limit, what they read, by which index, from where."""
    if is_paged:
        yield " ".join(
            str(plan.get(name, "")) for name in ("Node Type", "Index Name", "Relation Name", "Index Cond")
        )
    for each in plan.get("Plans", ()):
        yield from _nodes(each, is_paged=is_paged or plan["Node Type"] == "Limit")


def reads_all(step: str) -> bool:
    """Whether a table is read without an index."""
    is_whole = (
        step.startswith("SCAN ") and " USING " not in step and not re.match("SCAN (held|json_each)", step)
    )
    return is_whole or step.startswith("Seq Scan")


def sorts(step: str) -> bool:
    return step.startswith(("Sort", "USE TEMP B-TREE FOR ORDER BY"))


async def test_each_order_stands_on_an_index(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A2: in each order, from both ends, of one company and of all, a page is read from where it begins, and nothing is sorted."""
    async with world.database.write() as session:
        await fill(session)
    plans = Plans(world, monkeypatch)
    callers: dict[str, Api] = {"ix_orders_": world.api, "ix_orders_company_": await world.key(Role.READ, 1)}
    for prefix, api in callers.items():
        for field, name in INDEXES.items():
            for direction in ("ASC", "DESC"):
                by, after = {"field": field, "direction": direction}, None
                for _ in range(2):
                    page = await api.ask(LIST, by=by, after=after)
                    steps = await plans.steps()
                    assert not any(reads_all(step) or sorts(step) for step in steps), (field, steps)
                    (step,) = (step for step in steps if "orders" in step)
                    index = f"{prefix}{name}".replace("ix_orders_number", "ix_orders_channel_order_id")
                    assert index in step, (field, direction, step)
                    # Behind a cursor it is read from there, at whatever depth; but PostgreSQL takes no comparison of exact
                    # decimals to an index of a table with row-level security, and reads what stands before.
                    is_sought = re.search(r"[<>]\?|ROW\(|[<>]= ", step) is not None
                    is_exact = field == "TOTAL" and step.startswith("Index")
                    assert is_sought is (after is not None and not is_exact), (field, direction, step)
                    after = page["pageInfo"]["endCursor"]
