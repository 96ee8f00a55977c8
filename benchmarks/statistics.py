"""What statistics of a year cost: `.venv/bin/python -m benchmarks.statistics`.

A company with many orders on PostgreSQL and on SQLite, beside the plain SQL aggregate of the same in the same run: first with the
sums of every day stored, then with one day in ten changed since.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from domain import clock
from domain.access.principal import Principal
from domain.database.session import Database
from domain.migration import migrate
from domain.models import Company, Role, StorePlugin, StoreType
from domain.reading.fields import Reader
from domain.settings import Environment, Settings
from domain.statistics import queries
from domain.statistics.periods import StatisticsInterval, period_of
from domain.statistics.storing import store_changed
from tests.fixtures.postgresql import postgresql

BEGIN, END = datetime(2025, 12, 31, 23, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC)
_ZONE, _PRODUCTS, _ITEMS = "Europe/Berlin", 1000, 3

# {series}, {moment} and {number} are the databases' own words.
_ORDERS = """
INSERT INTO orders (id, company_id, channel, order_source, channel_order_id, status, shipping_status,
    source_updated_for_shipping, fulfilled_by, ordered_at, total_amount, currency_code, channel_updated_at,
    address_wanted, amounts_wanted, imported_at, keeps_buyer)
SELECT i, 1, 'WEBSITE', 'WEBSITE', 'PO-211-' || i, CASE WHEN i % 20 = 0 THEN 'CANCELLED' ELSE 'COMPLETED' END, 'FULLY_SHIPPED',
    {true}, 'SELLER', {moment}, CASE WHEN i % 50 = 0 THEN NULL ELSE {amount} END, 'EUR', {moment}, {false}, {false}, {moment},
    {true}
FROM {series}"""
_ADDRESSES = "INSERT INTO order_addresses (order_id, country_code) SELECT i, 'C' || (i % 9) FROM {series}"
_THINGS = """
INSERT INTO products (company_id, sku, name, use_default_safety_quantity, safety_quantity)
SELECT 1, 'SKU' || i, 'Thing ' || i, {true}, 0 FROM {series}"""
_ITEMS_OF = """
INSERT INTO order_items (order_id, company_id, channel_order_item_id, product_id, website_product_id,
    website_product_variant_id, title, quantity, cancelled_quantity, shipped_quantity, fulfilled_by, unit_price_amount,
    currency_code)
SELECT o.id, 1, o.id || '-' || k.i, 1 + (o.id * 7 + k.i * 13) % 1000, '1', '2', 'A thing', 2, 0, 2, 'SELLER', {price}, 'EUR'
FROM orders o CROSS JOIN {series} k"""
# By UTC days, which is less than what is asked of us.
_PLAIN = """
SELECT {day} AS day, o.status, o.currency_code, count(*), sum({total}), sum(i.pieces), sum(i.cancelled)
FROM orders o JOIN (SELECT order_id, sum(quantity) AS pieces, sum(cancelled_quantity) AS cancelled FROM order_items GROUP BY 1) i
  ON i.order_id = o.id
WHERE o.company_id = 1 GROUP BY 1, 2, 3"""
_PLAIN_ORDERS = """
SELECT {day} AS day, o.status, o.currency_code, count(*), sum({total}) FROM orders o WHERE o.company_id = 1 GROUP BY 1, 2, 3"""
_PLAIN_PRODUCTS = """
SELECT i.product_id, sum(i.quantity), sum(i.cancelled_quantity) FROM orders o JOIN order_items i ON i.order_id = o.id
WHERE o.company_id = 1 GROUP BY 1"""
_WORDS = {
    "postgresql": {
        "series": "(SELECT generate_series({first}, {last}) AS i)",
        "moment": "TIMESTAMPTZ '2025-12-31 23:00:00Z' + i * INTERVAL '{step} seconds'",
        "amount": "CAST(i % 10000 AS numeric) / 100", "price": "9.95", "true": "true", "false": "false",
        "day": "CAST(o.ordered_at AS date)", "total": "o.total_amount",
    },
    "sqlite": {
        "series": "(WITH RECURSIVE s (i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM s WHERE i < {last}) SELECT i FROM s)",
        "moment": "strftime('%Y-%m-%d %H:%M:%S', '2025-12-31 23:00:00', '+' || CAST(i * {step} AS INTEGER) || ' seconds') "
        "|| '.000000'",
        "amount": "printf('%d.%02d', i % 10000 / 100, i % 100)", "price": "'9.95'", "true": "1", "false": "0",
        "day": "substr(o.ordered_at, 1, 10)", "total": "CAST(o.total_amount AS REAL)",
    },
}  # fmt: skip


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.statistics", description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000, help="of a year")
    parser.add_argument("--rounds", type=int, default=5, help="that each is asked in")
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one of the databases")
    options = parser.parse_args()
    if options.only != "postgresql":
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite+aiosqlite:///{folder}/x.sqlite3"
            _print(asyncio.run(_measured(url, options)), "SQLite", options)
    if options.only != "sqlite":
        with postgresql(in_memory=False) as server:
            url = server.replace("NAME", "postgres")
            _print(asyncio.run(_measured(url, options)), "PostgreSQL", options)


async def _measured(url: str, options: argparse.Namespace) -> dict[str, list[float]]:
    database = Database(url, command_seconds=None)
    try:
        await migrate(database)
        await _fill(database, options.orders)
        began = time.perf_counter()
        while await store_changed(database):
            pass
        found = {"stored all days": [time.perf_counter() - began]}
        for name, ask in _asked(database).items():
            found[name] = [await _seconds(ask) for _ in range(options.rounds)]
        async with database.write() as session:
            change = "UPDATE orders SET currency_code = 'USD' WHERE id % {every} = 0"
            await session.execute(text(change.format(every=options.orders // 36)))
        for name, ask in _asked(database).items():
            if "plain" not in name:
                found[f"{name}, 36 days changed"] = [await _seconds(ask) for _ in range(options.rounds)]
        return found
    finally:
        await database.close()


def _asked(database: Database) -> dict[str, Callable[[], Awaitable[object]]]:
    period = period_of(BEGIN, END, StatisticsInterval.DAY, _ZONE)
    words = _WORDS[database.engine.dialect.name]
    settings = Settings.model_validate({"env": Environment.DEVELOPMENT})
    reader = Reader(Principal(key_id=1, role=Role.READ, company_ids=None), END + timedelta(days=1), settings)

    def plain(sql: str) -> Callable[[], Awaitable[object]]:
        async def ask() -> object:
            async with database.read() as session:
                return (await session.execute(text(sql.format(**words)))).all()

        return ask

    def ours(load: Callable[..., Awaitable[object]], **more: Any) -> Callable[[], Awaitable[object]]:
        async def ask() -> object:
            reader.memo.clear()
            async with database.read() as session:
                return await load(session, [1], reader, period=period, **more)

        return ask

    async def everything() -> None:
        reader.memo.clear()
        async with database.read() as session:
            for load in (
                queries.totals, queries.by_interval, queries.by_status, queries.by_country, queries.punctuality,
                queries.import_lag, queries.stock_pushes,
            ):  # fmt: skip
                await load(session, [1], reader, period=period)
            await queries.by_product(session, [1], reader, period=period, first=20)

    return {
        "plain SQL: orders and sales by day": plain(_PLAIN_ORDERS),
        "plain SQL: the same with pieces": plain(_PLAIN),
        "plain SQL: pieces by product": plain(_PLAIN_PRODUCTS),
        "by day, totals, statuses and times": ours(queries.by_interval),
        "by country": ours(queries.by_country),
        "by product": ours(queries.by_product, first=20),
        "all, as a dashboard asks": everything,
    }


async def _seconds(ask: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await ask()
    return time.perf_counter() - began


async def _fill(database: Database, orders: int) -> None:
    name = database.engine.dialect.name
    async with database.write() as session:
        session.add(
            Company(
                name="Nordlicht",
                created_at=clock.now(),
                store_type=StoreType.CUSTOM,
                store_plugin=StorePlugin.TEMU,
            )
        )
    step = (END - BEGIN).total_seconds() / (orders + 1)

    async def run(sql: str, first: int, last: int) -> None:
        words = {key: value.format(first=first, last=last, step=step) for key, value in _WORDS[name].items()}
        async with database.write() as session:
            if name == "postgresql":
                await session.execute(text("SET LOCAL statement_timeout = 0"))
            statement = text(sql.format(**words).replace(":", r"\:"))
            await session.execute(statement)

    await run(_THINGS, 1, _PRODUCTS)
    await run(_ORDERS, 1, orders)
    await run(_ADDRESSES, 1, orders)
    await run(_ITEMS_OF, 1, _ITEMS)
    analyze = "VACUUM ANALYZE" if name == "postgresql" else "ANALYZE"
    async with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        if name == "postgresql":
            await connection.execute(text("SET statement_timeout = 0"))
        await connection.execute(text(analyze))


def _print(found: dict[str, list[float]], database: str, options: argparse.Namespace) -> None:
    title = f"A year of {options.orders} orders of {_ITEMS} items, {_PRODUCTS} products; {database}"
    table = Table(title=title, title_justify="left")
    table.add_column("asked for", no_wrap=True)
    table.add_column("median ms", justify="right")
    for name, seconds in found.items():
        table.add_row(name, f"{statistics.median(seconds) * 1000:.0f}")
    Console().print(table)


if __name__ == "__main__":
    main()
