"""The limit for a page of orders: a statement written by hand that builds its JSON, which a bare server sends as it is.
`python -m benchmarks.by_hand <URL> <company> <port>` serves it.
"""

import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import asyncpg
import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.filling import driver_url

_CONNECTIONS = 8
_STATEMENT = """
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


@contextmanager
def by_hand(url: str, company_id: int, port: int) -> Generator[str]:
    """One server process that answers anything with the company's latest 50 orders."""
    command = [sys.executable, "-m", "benchmarks.by_hand", url, str(company_id), str(port)]
    with subprocess.Popen(command) as process:
        try:
            address = f"http://127.0.0.1:{port}/"
            while process.poll() is None:
                try:
                    httpx.get(address)
                    break
                except httpx.TransportError:
                    time.sleep(0.05)
            yield address
        finally:
            process.terminate()


def _serve(url: str, company_id: int, port: int) -> None:
    pools: list[asyncpg.Pool[Any]] = []

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        async with asyncpg.create_pool(
            driver_url(url), min_size=_CONNECTIONS, max_size=_CONNECTIONS, server_settings={"jit": "off"}
        ) as pool:
            pools.append(pool)
            yield

    async def page(_: Request) -> Response:
        return Response(await pools[0].fetchval(_STATEMENT, 50, company_id), media_type="application/json")

    app = Starlette(routes=[Route("/", page, methods=["GET", "POST"])], lifespan=lifespan)
    uvicorn.run(app, port=port, log_config=None, access_log=False)


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
