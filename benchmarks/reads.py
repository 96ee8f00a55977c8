"""
What a front end waits for: `.venv/bin/python -m benchmarks.reads`.

A PostgreSQL of its own with many orders, one server process, eight connections; every row of the table is of one run.
Beside the API stands a statement written by hand that builds the same JSON, sent as it is by a bare server: the limit.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import uvicorn
from rich.console import Console
from rich.table import Table
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import create_async_engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import ids
from domain import clock
from domain.access import api_keys
from domain.database import Database
from domain.models import (
    Channel,
    Company,
    FulfilledBy,
    Order,
    OrderItem,
    OrderSource,
    OrderStatus,
    Product,
    Role,
    ShippingStatus,
    StorePlugin,
    StoreType,
)
from tests.demo.processes import _command, _free_port, _process, _wait_until_ready
from tests.fixtures.postgresql import postgresql

CONNECTIONS, PRODUCTS, BATCH = 8, 1000, 5000
FIELDS = """edges { cursor node { id channelOrderId status shippingStatus total { amount currencyCode } orderedAt
  company { name } items { quantity unitPrice { amount currencyCode } product { sku name
  websiteProperties { websiteProductId websiteProductVariantId } } } %s } } pageInfo { hasNextPage endCursor }"""
PAGE = "query($c: ID!, $n: Int!, $a: String) { company(id: $c) { orders(first: $n, after: $a) { %s } } }"
BY_HAND = """
SELECT json_build_object('data', json_build_object('company', json_build_object('orders', json_build_object(
  'edges', (SELECT json_agg(json_build_object('cursor', o.id, 'node', json_build_object(
    'id', o.id, 'channelOrderId', o.channel_order_id, 'status', o.status, 'shippingStatus', o.shipping_status,
    'total', json_build_object('amount', o.total_amount::text, 'currencyCode', o.currency_code),
    'orderedAt', o.ordered_at, 'company', json_build_object('name', c.name),
    'items', (SELECT json_agg(json_build_object('quantity', i.quantity,
      'unitPrice', json_build_object('amount', i.unit_price_amount::text, 'currencyCode', i.currency_code),
      'product', json_build_object('sku', p.sku, 'name', p.name, 'websiteProperties', json_build_object(
        'websiteProductId', p.website_product_id, 'websiteProductVariantId', p.website_product_variant_id))))
      FROM order_items i LEFT JOIN products p ON p.id = i.product_id WHERE i.order_id = o.id))))
    FROM (SELECT * FROM orders WHERE company_id = c.id ORDER BY ordered_at DESC, id DESC LIMIT $1) o),
  'pageInfo', json_build_object('hasNextPage', true)))))::text
FROM companies c WHERE c.id = $2"""


def main() -> None:
    """
    Print the table.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reads", description=__doc__)
    parser.add_argument("--orders", type=int, default=100_000, help="of three items each")
    parser.add_argument("--seconds", type=float, default=5, help="measured for each row")
    parser.add_argument("--by-hand", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.by_hand:
        _serve_by_hand(*options.by_hand)
        return
    with postgresql() as server, tempfile.TemporaryDirectory() as folder:
        asyncio.run(_create_database(server.replace("/NAME", "/postgres")))
        url = server.replace("/NAME", "/reads")
        environment = os.environ | {
            "TRADEWIND_ENV": "development",
            "TRADEWIND_DATABASE_URL": url,
            "TRADEWIND_DATA_DIR": folder,
        }
        _command(environment, "migrate")
        company_id, key, order_id = asyncio.run(_fill(url, options.orders))
        port = _free_port()
        with _process(environment, Path(folder) / "log", "serve", "--port", str(port)):
            address = f"http://127.0.0.1:{port}"
            _wait_until_ready(address, Path(folder) / "log")
            with _by_hand(url, company_id) as by_hand:
                rows = asyncio.run(
                    _measure_all(address, key, by_hand, company_id, order_id, seconds=options.seconds)
                )
    _print(rows, options.orders)


async def _create_database(url: str) -> None:
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text("CREATE DATABASE reads"))
    await engine.dispose()


async def _fill(url: str, orders: int) -> tuple[int, str, int]:
    """
    One company with its orders; its number, a key, and the number of an order.
    """
    database, begin = Database(url), datetime(2026, 1, 1, tzinfo=UTC)
    async with database.write() as session:
        company = Company(name="Nordlicht", created_at=clock.now(), store_type=StoreType.CUSTOM,
                          store_plugin=StorePlugin.TEMU)  # fmt: skip
        session.add(company)
        await session.flush()
        products = [
            Product(company_id=company.id, sku=f"SKU{i}", name=f"Thing {i}", website_product_id=str(10**14 + i),
                    website_product_variant_id=str(2 * 10**14 + i))
            for i in range(PRODUCTS)
        ]  # fmt: skip
        session.add_all(products)
        await session.flush()
        _, key = await api_keys.create(
            session, name="reads", role=Role.READ, company_ids=None, now=clock.now()
        )
        for start in range(0, orders, BATCH):
            numbers = range(start, min(start + BATCH, orders))
            made = await session.scalars(
                insert(Order).returning(Order.id), [_order(company.id, i, begin) for i in numbers]
            )
            rows = [_item(company.id, n, k, products) for n in made for k in range(3)]
            await session.execute(insert(OrderItem), rows)
        await session.execute(text("ANALYZE"))
        found = (company.id, key, await session.scalar(text("SELECT max(id) FROM orders")) or 0)
    await database.close()
    return found


def _order(company_id: int, i: int, begin: datetime) -> dict[str, Any]:
    return {
        "company_id": company_id, "channel": Channel.WEBSITE, "order_source": OrderSource.WEBSITE,
        "channel_order_id": f"PO-211-{i:017d}", "status": OrderStatus.IN_PROCESS,
        "shipping_status": ShippingStatus.UNSHIPPED, "source_updated_for_shipping": False,
        "fulfilled_by": FulfilledBy.SELLER, "ordered_at": begin + timedelta(seconds=i),
        "total_amount": Decimal("19.90"), "currency_code": "USD", "channel_updated_at": begin,
        "address_wanted": False, "amounts_wanted": False, "imported_at": begin, "shipping_restrictions": [],
    }  # fmt: skip


def _item(company_id: int, order_id: int, k: int, products: list[Product]) -> dict[str, Any]:
    return {
        "order_id": order_id, "company_id": company_id, "channel_order_item_id": f"211-{order_id}-{k}",
        "product_id": products[(order_id * 3 + k) % PRODUCTS].id, "website_product_id": "1",
        "website_product_variant_id": "2", "title": "A thing", "quantity": 2, "cancelled_quantity": 0,
        "shipped_quantity": 0, "fulfilled_by": FulfilledBy.SELLER, "unit_price_amount": Decimal("9.95"),
        "currency_code": "USD",
    }  # fmt: skip


@contextmanager
def _by_hand(url: str, company_id: int) -> Generator[str]:
    port = _free_port()
    command = [sys.executable, "-m", "benchmarks.reads", "--by-hand", url, str(company_id), str(port)]
    with subprocess.Popen(command) as process:
        try:
            for _ in range(200):
                try:
                    httpx.get(f"http://127.0.0.1:{port}/")
                    break
                except httpx.TransportError:
                    time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _serve_by_hand(url: str, company_id: str, port: str) -> None:
    pool: list[asyncpg.Pool[Any]] = []

    async def page(_: Request) -> Response:
        if not pool:
            host = url.partition("host=")[2]
            made = await asyncpg.create_pool(
                host=host, user="postgres", database="reads", min_size=CONNECTIONS, max_size=CONNECTIONS
            )
            pool.append(made)
        return Response(await pool[0].fetchval(BY_HAND, 50, int(company_id)), media_type="application/json")

    app = Starlette(routes=[Route("/", page, methods=["GET", "POST"])])
    uvicorn.run(app, port=int(port), log_config=None, access_log=False)


async def _measure_all(
    api: str, key: str, by_hand: str, company_id: int, order_id: int, *, seconds: float
) -> list[tuple[str, float, float]]:
    variables = {"c": ids.encode("Company", company_id), "n": 50}
    page, one = PAGE % (FIELDS % ""), "query($i: ID!) { order(id: $i) { id status channelOrderId } }"
    # One field that no projection declares has all of them resolved one by one.
    resolved = PAGE % (FIELDS % "shippingRestrictions")
    deep = await _deep_cursor(api, key, variables)
    asked: list[tuple[str, str, Any, int]] = [
        ("statement written by hand, sent as it is", by_hand, None, CONNECTIONS),
        ("page of 50 orders, projected", api, (page, variables), CONNECTIONS),
        ("the same page far down the list", api, (page, variables | {"a": deep}), CONNECTIONS),
        ("the same page, resolved field by field", api, (resolved, variables), CONNECTIONS),
        ("one order, one connection", api, (one, {"i": ids.encode("Order", order_id)}), 1),
    ]
    rows: list[tuple[str, float, float]] = []
    for name, url, body, connections in asked:
        await _measure(url, key, body, connections, seconds=1)
        rows.append((name, *await _measure(url, key, body, connections, seconds=seconds)))
    return rows


async def _deep_cursor(api: str, key: str, variables: dict[str, Any]) -> str:
    """
    A cursor nine tenths down the list, made from one at its end.
    """
    query = "query($c: ID!) { company(id: $c) { orders(last: 250) { pageInfo { startCursor } } } }"
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {key}"}) as http:
        reply = await http.post(f"{api}/graphql", json={"query": query, "variables": {"c": variables["c"]}})
    cursor: str = reply.json()["data"]["company"]["orders"]["pageInfo"]["startCursor"]
    return cursor


async def _measure(url: str, key: str, body: Any, connections: int, *, seconds: float) -> tuple[float, float]:
    """
    Replies a second, and the median time of one in milliseconds.
    """
    taken: list[float] = []
    end = time.perf_counter() + seconds

    async def ask() -> None:
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {key}"}, timeout=30) as http:
            while time.perf_counter() < end:
                begin = time.perf_counter()
                if body is None:
                    reply = await http.get(url)
                else:
                    query, variables = body
                    reply = await http.post(f"{url}/graphql", json={"query": query, "variables": variables})
                taken.append(time.perf_counter() - begin)
                if not reply.is_success or b'"errors"' in reply.content:
                    raise RuntimeError(reply.text[:300])

    await asyncio.gather(*(ask() for _ in range(connections)))
    return len(taken) / seconds, sorted(taken)[len(taken) // 2] * 1000


def _print(rows: list[tuple[str, float, float]], orders: int) -> None:
    console, limit = Console(), rows[0][1]
    table = Table(
        title=f"{orders} orders of three items, PostgreSQL, one server process", title_justify="left"
    )
    for column in ("asked for", "replies/s", "of the one by hand", "median ms"):
        table.add_column(column, justify="left" if column == "asked for" else "right")
    for name, rate, median in rows:
        table.add_row(name, f"{rate:.0f}", f"{rate / limit:.2f}", f"{median:.1f}")
    console.print(table)
    console.print("PostGraphile is not measured here: it would need Node and its packages.")


if __name__ == "__main__":
    main()
