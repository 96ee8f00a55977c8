"""A PostgreSQL with many orders in it, made by the database itself: ten million take minutes."""

from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg

from domain import clock
from domain.access import api_keys
from domain.database.session import Database
from domain.migration import migrate
from domain.models import Company, Role, StorePlugin, StoreType

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
"""Order number i was placed i seconds later."""

_PRODUCTS = 1000
_APPLICATION = "application"
_SQL = """
INSERT INTO products (company_id, sku, name, sku_folded, name_folded, website_product_id, website_product_variant_id,
    use_default_safety_quantity, safety_quantity)
SELECT {company}, 'SKU' || i, 'Thing ' || i, 'sku' || i, 'thing ' || i, 100000000000000 + i, 200000000000000 + i, true, 0
FROM generate_series(1, {products}) i;
INSERT INTO orders (company_id, channel, order_source, channel_order_id, status, shipping_status,
    source_updated_for_shipping, fulfilled_by, ordered_at, latest_ship_at, updated_at, total_amount, currency_code,
    channel_updated_at, address_wanted, amounts_wanted, imported_at)
SELECT {company}, 'WEBSITE', 'WEBSITE', 'PO-211-' || lpad(CAST(i AS TEXT), 17, '0'),
    CASE WHEN i % 20 = 0 THEN 'IN_PROCESS' ELSE 'COMPLETED' END, 'UNSHIPPED', false, 'SELLER',
    TIMESTAMPTZ '{begin}' + i * INTERVAL '1 second', TIMESTAMPTZ '{begin}' + i * INTERVAL '1 second' + INTERVAL '2 days',
    TIMESTAMPTZ '{begin}' + i * INTERVAL '1 second', 5 + CAST(i % 10007 AS NUMERIC(10, 2)) / 100, 'USD', now(), false, false,
    now()
FROM generate_series(1, {orders}) i;
INSERT INTO order_items (order_id, company_id, channel_order_item_id, product_id, website_product_id,
    website_product_variant_id, title, quantity, cancelled_quantity, shipped_quantity, fulfilled_by,
    unit_price_amount, currency_code)
SELECT o.id, o.company_id, '211-' || o.id || '-' || k, p.first + (o.id * 3 + k) % {products}, '1', '2', 'A thing', 2, 0, 0,
    'SELLER', 9.95, 'USD'
FROM orders o CROSS JOIN generate_series(1, {items}) k CROSS JOIN (SELECT min(id) AS first FROM products) p
ORDER BY o.id, k
"""


@dataclass(frozen=True)
class Filled:
    """A database with one company that has many orders, and a key that may read them."""

    url: str
    company_id: int
    order_id: int
    key: str

    @property
    def application_url(self) -> str:
        """For a server: as a role for which row-level security holds."""
        return self.url.replace("//postgres@", f"//{_APPLICATION}@")


async def fill(server: str, *, orders: int, items: int = 3) -> Filled:
    """Make a database on *server*, a URL with NAME for the database, of so many orders with so many items each."""
    await execute(server.replace("NAME", "postgres"), "CREATE DATABASE reads")
    url = server.replace("NAME", "reads")
    database = Database(url)
    await execute(url, f"CREATE ROLE {_APPLICATION} LOGIN")
    await migrate(database, application=_APPLICATION)
    async with database.write() as session:
        company = Company(
            name="Nordlicht",
            created_at=clock.now(),
            store_type=StoreType.CUSTOM,
            store_plugin=StorePlugin.TEMU,
        )
        session.add(company)
        await session.flush()
        _, key = await api_keys.create(
            session, name="reads", role=Role.READ, company_ids=None, now=clock.now()
        )
        filled = Filled(url, company.id, orders // 2, key)
    await database.close()
    sql = _SQL.format(begin=BEGIN, company=filled.company_id, products=_PRODUCTS, orders=orders, items=items)
    for statement in sql.split(";"):
        await execute(url, statement)
    await execute(url, "VACUUM ANALYZE")
    return filled


async def execute(url: str, statement: str) -> None:
    """Run one statement, however long it takes."""
    connection = await asyncpg.connect(driver_url(url))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def driver_url(url: str) -> str:
    """SQLAlchemy's URL as drivers that are PostgreSQL's own take it."""
    return url.replace("postgresql+asyncpg://", "postgresql://")
