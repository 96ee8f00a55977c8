"""An import that survives its workers."""

import asyncio
import random
import signal
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from domain.models import JobOutcome, Order, OrderItem, Reservation
from domain.settings import Settings
from tests.fixtures.commands import Started
from tests.fixtures.database import one_database
from tests.fixtures.workers import start_worker
from tests.fixtures.world import IMPORT, World

# Each costs a start of some seconds. What a database that locks by rows can do wrong shows seldom; three are enough for one file.
KILLS = {"postgresql": 10, "sqlite": 3}
PATIENCE_SECONDS = 60.0


async def _ended(world: World, job_id: str) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if (await world.standing(job_id))["status"] not in {"QUEUED", "RUNNING"}:
                return await world.job(job_id)
            await asyncio.sleep(0.1)


async def _begun(world: World, job_id: str) -> None:
    async with asyncio.timeout(20):
        while True:
            if (await world.standing(job_id))["progress"]["total"] is not None:
                return
            await asyncio.sleep(0.05)


async def _ready(log: Path, workers: int) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while log.read_text(encoding="utf-8").count("worker.ready") < workers:  # noqa: ASYNC110, ASYNC240 - small, and written by others
            await asyncio.sleep(0.05)


async def _further(world: World, job_id: str, done: int) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            job = await world.standing(job_id)
            if job["progress"]["done"] > done or job["status"] not in {"QUEUED", "RUNNING"}:
                return
            await asyncio.sleep(0.05)


async def _kill_again_and_again(
    world: World, job_id: str, start: Any, kills: int, log: Path, source: random.Random
) -> list[Started]:
    """Kill workers, each some moments after it is ready, however long that takes; returns the last, which lives."""
    workers = [start()]
    for number in range(1, kills + 1):
        await _ready(log, number)
        before = (await world.standing(job_id))["progress"]["done"]
        await asyncio.sleep(source.uniform(0, 1.3))
        if number % 4 == 0:
            # On a busy machine none might get anywhere, and the job be given up as one that kills its workers.
            await _further(world, job_id, before)
        workers[-1].send_signal(signal.SIGKILL)
        await asyncio.to_thread(workers[-1].wait)
        workers.append(start())
    return workers


async def test_ten_kills(world: World, settings: Settings, redis_url: str, tmp_path: Path) -> None:
    """J2, O3: ten workers killed in the middle of one import (three on SQLite) leave every order once, every outcome once, no gap."""
    seed = random.SystemRandom().randrange(10**6)
    source = random.Random(seed)
    goods = [world.mall.add_goods(f"Goods {i}") for i in range(5)]
    products = [
        {
            "sku": g.sku_code,
            "websiteProductId": str(g.goods_id),
            "websiteProductVariantId": str(g.sku_id),
        }
        for g in goods
    ]
    await world.api.ask(
        "mutation($id: ID!, $p: [ProductInput!]!) { upsertProducts(input: {companyId: $id, products: $p}) "
        "{ userErrors { message } } }",
        id=world.company_id,
        p=products,
    )
    for i in range(320):
        world.mall.add_order(
            items=[(source.choice(goods), source.randint(1, 3))], ordered_at=world.mall.now() - i
        )
    world.sandbox.faults.add("slow", times=None, seconds=0.2)
    job_id = (await world.api.ask(IMPORT, input={"companyId": world.company_id}))["job"]["id"]

    log = tmp_path / "workers.log"
    kills = KILLS[world.database.engine.dialect.name]
    workers = await _kill_again_and_again(
        world, job_id, lambda: start_worker(settings, redis_url, log), kills, log, source
    )
    world.sandbox.faults.clear()
    try:
        job = await _ended(world, job_id)
    finally:
        workers[-1].terminate()
        await asyncio.to_thread(workers[-1].wait, 30)

    assert job["status"] == "SUCCEEDED", (seed, job["error"])
    assert job["progress"] == {"done": 320, "total": 320, "succeeded": 320, "failed": 0, "skipped": 0}, seed
    assert job["attempts"] > 1, seed
    async with world.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Order)) == 320
        assert await session.scalar(select(func.count()).select_from(OrderItem)) == 320
        assert await session.scalar(select(func.count()).select_from(JobOutcome)) == 320
        held = await session.scalar(select(func.sum(Reservation.quantity)))
        lacking = select(func.count()).select_from(Order).where(Order.address_wanted | Order.amounts_wanted)
        assert await session.scalar(lacking) == 0
    assert held == sum(order.items[0].quantity_ordered for order in world.mall.orders.values()), seed


@one_database
async def test_a_worker_that_is_asked_to_stop(
    world: World, settings: Settings, redis_url: str, tmp_path: Path
) -> None:
    """R5, J2: SIGTERM ends a worker within seconds; what it was doing goes on elsewhere, and counts as no failure."""
    for i in range(150):
        world.mall.add_order(ordered_at=world.mall.now() - i)
    world.sandbox.faults.add("slow", times=None, seconds=0.05)
    job_id = (await world.api.ask(IMPORT, input={"companyId": world.company_id}))["job"]["id"]
    first = start_worker(settings, redis_url, tmp_path / "workers.log")
    await _begun(world, job_id)

    first.terminate()
    code = await asyncio.to_thread(first.wait, 20)
    released = await world.job(job_id)
    second = start_worker(settings, redis_url, tmp_path / "workers.log")
    try:
        job = await _ended(world, job_id)
    finally:
        second.terminate()
        await asyncio.to_thread(second.wait, 30)

    assert code == 0
    assert (released["status"], released["attempts"]) == ("QUEUED", 0)
    assert (job["status"], job["attempts"]) == ("SUCCEEDED", 1)
    assert len(await world.orders()) == 150
