"""What telling Temu of stock takes: `.venv/bin/python -m benchmarks.inventory`.

Of many mapped products a few change, each of another goods, and then all: how soon the job makes its first call, how
many calls it makes, and what one costs the worker. The database is filled by bulk statements.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import func, insert, select, text, update

from api.values import ids
from benchmarks.filling import execute
from benchmarks.imports import company_with
from benchmarks.running import Temu, cpu_seconds, peak_mib, tradewind
from domain import clock
from domain.database.session import Database
from domain.inventory import changes
from domain.models import Company, InventoryLevel, JobStatus, JobType, Product, QueuedJob, Warehouse
from tests.demo.client import Client
from tests.fixtures.postgresql import postgresql
from tests.sandbox.ledger import Call
from tests.sandbox.mall import Mall, Sandbox
from tests.sandbox.model import Goods
from tests.sandbox.server import SandboxServer

EDIT = "bg.local.goods.stock.edit"
SETTINGS = "mutation($input: UpdateCompanySettingsInput!) { updateCompanySettings(input: $input) { userErrors { message } } }"
_BATCH = 10_000
_FIRST_GOODS, _FIRST_SKU = 10**14, 2 * 10**14
_ENDED = (JobStatus.SUCCEEDED, JobStatus.PARTIALLY_SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED)


@dataclass(frozen=True)
class Shop:
    """A mall, a company that sells there, and the worker that tells the one of the other."""

    mall: Mall
    client: Client
    company: str
    database: Database
    worker: int

    @property
    def company_id(self) -> int:
        """The number of the company."""
        return ids.decode(self.company, "Company", "id")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.inventory", description=__doc__)
    parser.add_argument("--products", type=int, default=100_000, help="mapped, all of one company")
    parser.add_argument("--skus", type=int, default=20, help="of each goods")
    parser.add_argument("--changed", type=int, default=1000, help="products that change at first")
    parser.add_argument("--postgresql", action="store_true", help="in place of SQLite")
    options = parser.parse_args()
    kind = "PostgreSQL" if options.postgresql else "SQLite"
    title = f"{options.products} products, {options.skus} SKUs a goods, one worker, {kind}"
    table = Table("changed", "goods of these", "calls", "SKUs told", "seconds to the first call", "seconds",
                  "CPU ms/call", "worker's peak MiB", title=title)  # fmt: skip
    with _database(is_postgresql=options.postgresql) as url, _shop(url) as shop:
        for cells in asyncio.run(_rows_of(shop, options.products, options.skus, options.changed)):
            table.add_row(*cells)
    Console().print(table)


@contextmanager
def _database(*, is_postgresql: bool) -> Generator[str]:
    if not is_postgresql:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite+aiosqlite:///{Path(folder) / 'tradewind.db'}"
        return
    with postgresql() as server:
        asyncio.run(execute(server.replace("NAME", "postgres"), "CREATE DATABASE inventory"))
        yield server.replace("NAME", "inventory")


@contextmanager
def _shop(url: str) -> Generator[Shop]:
    sandbox = Sandbox()
    mall = sandbox.add_mall("US")
    with SandboxServer(sandbox) as server:
        temu = Temu(server.url, sandbox.app_key, sandbox.app_secret, [mall.token])
        with tradewind(temu, workers=1, calls_per_second=1000, database_url=url) as (client, (worker,)):
            yield Shop(mall, client, company_with(client, mall.token), Database(url), worker)


async def _rows_of(shop: Shop, products: int, skus: int, changed: int) -> list[list[str]]:
    # All on one loop, to which PostgreSQL's connections belong; it waits for them where it is stopped.
    try:
        await _fill(shop, products, skus)
        return [await _some(shop, products, changed), await _all(shop, products)]
    finally:
        await shop.database.close()


async def _fill(shop: Shop, products: int, skus: int) -> None:
    """Products, their listings and their stock. Nothing was told of them, and nothing is to be told yet."""
    company_id, now = shop.company_id, clock.now()
    listings = [(_FIRST_GOODS + n // skus, _FIRST_SKU + n) for n in range(products)]
    shop.mall.goods += [
        Goods(goods, sku, "A thing", "Blue", f"SKU-{sku}", goods, sku) for goods, sku in listings
    ]
    async with shop.database.write() as session:
        warehouse_id = await session.scalar(insert(Warehouse).returning(Warehouse.id), {"name": "Here"})
        for start in range(0, products, _BATCH):
            rows = [
                {"company_id": company_id, "sku": f"SKU-{sku}", "name": "A thing", "website_product_id": str(goods),
                 "website_product_variant_id": str(sku)}
                for goods, sku in listings[start : start + _BATCH]
            ]  # fmt: skip
            made = (await session.scalars(insert(Product).returning(Product.id), rows)).all()
            lying = [{"product_id": number, "warehouse_id": warehouse_id, "on_hand": 9} for number in made]
            await session.execute(insert(InventoryLevel), lying)
        await session.execute(
            update(Company)
            .where(Company.id == company_id)
            .values(allow_inventory_upload=True, stock_reconciled_at=now)
        )
        await session.execute(text("ANALYZE"))


async def _some(shop: Shop, products: int, changed: int) -> list[str]:
    """Products as far from each other as can be, so that most are of goods of their own."""
    before = await _latest(shop)
    async with shop.database.write() as session:
        known = await session.scalars(select(Product.id).order_by(Product.id))
        chosen = known.all()[:: products // changed][:changed]
        await changes.record(session, chosen)
        listed = select(Product.website_product_id).where(Product.id.in_(chosen)).distinct()
        goods = {number for number in await session.scalars(listed)}  # noqa: C416 - rows of one column
    return await _measured(shop, len(chosen), len(goods), before=before)


async def _all(shop: Shop, products: int) -> list[str]:
    """A rule of the company, which concerns whatever it sells."""
    before = await _latest(shop)
    rule = {"companyId": shop.company, "safetyQuantity": 1}
    errors = shop.client.run(SETTINGS, input=rule)["userErrors"]
    if errors:
        raise SystemExit(f"The rule was refused: {errors}")
    return await _measured(shop, products, len({goods.goods_id for goods in shop.mall.goods}), before=before)


async def _measured(shop: Shop, changed: int, goods: int, *, before: int) -> list[str]:
    """From the first job behind *before* to the end of the last: what changes meanwhile makes another."""
    ledger, cpu, began = shop.mall.sandbox.ledger, cpu_seconds(shop.worker), time.monotonic()
    known = ledger.count()
    job = await _ended(shop, before)
    seconds, cpu = time.monotonic() - began, cpu_seconds(shop.worker) - cpu
    calls = ledger.of(EDIT, after=known)
    if job.status is not JobStatus.SUCCEEDED or job.started_at is None:
        raise SystemExit(f"The update ended as {job.status.value}: {job.error}")
    decided = f"{calls[0].at - job.started_at.timestamp():.2f}"
    told = len({row["skuId"] for call in calls for row in _rows(call)})
    cells = [changed, goods, len(calls), told, decided, f"{seconds:.0f}", f"{cpu / len(calls) * 1e3:.1f}"]
    return [*map(str, cells), f"{peak_mib(shop.worker):.0f}"]


async def _latest(shop: Shop) -> int:
    async with shop.database.read() as session:
        return await session.scalar(select(func.max(QueuedJob.id))) or 0


async def _ended(shop: Shop, before: int) -> QueuedJob:
    """The first update behind *before*, when all of them have ended."""
    updates = select(QueuedJob).where(QueuedJob.type == JobType.UPDATE_INVENTORY, QueuedJob.id > before)
    while True:
        async with shop.database.read() as session:
            jobs = (await session.scalars(updates.order_by(QueuedJob.id))).all()
        if jobs and all(job.status in _ENDED for job in jobs):
            return jobs[0]
        await asyncio.sleep(0.5)


def _rows(call: Call) -> list[dict[str, int]]:
    rows: list[dict[str, int]] = call.parameters["skuStockTargetList"]
    return rows


if __name__ == "__main__":
    main()
