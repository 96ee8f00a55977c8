"""Addresses and amounts are fetched by a bounded pool of tasks, each once, and what they bring is never older."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, update

from domain import clock
from domain.access.principal import WORKER
from domain.errors import Unavailable
from domain.models import JobTrigger, Order, OrderAddress, QueuedJob
from domain.orders import queries
from domain.orders.importing import checkpoint
from domain.orders.importing.addresses import Addresses, Found
from domain.orders.importing.details import DetailFetch
from domain.queued_jobs import requests
from domain.queued_jobs.arguments import ImportOrders
from domain.queued_jobs.run import JobRun
from jobs.runner import Runner
from tests.domain.orders.looking import ADDRESS, AMOUNTS, LIST, addresses, calls, fill, mark, numbers
from tests.fixtures.database import one_database
from tests.fixtures.world import World

# What Temu answers is the same to both; tests of what is written run on both elsewhere.
pytestmark = one_database

REQUEST = "mutation($id: ID!) { importOrders(input: {companyId: $id}) { job { id } } }"


async def test_a_bounded_pool(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """J6, O16: while answers are awaited and stored the next orders are asked about, each once, and 64 at the most."""
    orders = fill(world, 150)
    under_way = most = 0
    fetch = Addresses.fetch

    async def counted(self: Addresses, order: Order) -> Found:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        try:
            return await fetch(self, order)
        finally:
            under_way -= 1

    monkeypatch.setattr(Addresses, "fetch", counted)
    world.sandbox.faults.add("slow", interface=ADDRESS, times=None, seconds=0.2)

    assert (await world.import_orders())["status"] == "SUCCEEDED"

    assert 32 < most <= 64
    for interface in (ADDRESS, AMOUNTS):
        asked = [call["parentOrderSn"] for call in calls(world, interface)]
        assert sorted(asked) == sorted(numbers(orders))
    assert {str(order.total_amount) for order in (await world.orders()).values()} == {"19.99"}


@pytest.mark.usefixtures("small_pages")
async def test_orders_are_there_before_their_details(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """O16: all orders are visible when the first address is asked for."""
    orders = fill(world, 25)
    seen: list[set[str]] = []
    fetch = Addresses.fetch

    async def looking(self: Addresses, order: Order) -> Found:
        if not seen:
            seen.append(set(await world.orders()))
        return await fetch(self, order)

    monkeypatch.setattr(Addresses, "fetch", looking)

    await world.import_orders()

    assert seen == [numbers(orders)]


@pytest.mark.parametrize("code, outcomes", [(180020007, 1), (140020008, 0)])
async def test_what_was_refused_is_told_once(world: World, code: int, outcomes: int) -> None:
    """O10, O16: what Temu refuses is told once, and not asked for again in the same run."""
    fill(world, 25)
    interface = ADDRESS if outcomes else AMOUNTS
    world.sandbox.faults.add("error", interface=interface, times=1, skip=3, code=code, message="no")

    job = await world.import_orders()

    assert (job["progress"]["failed"], job["progress"]["total"]) == (outcomes, 25)
    assert world.sandbox.ledger.count(interface) == 25
    assert job["progress"]["done"] == 25


async def test_without_the_permission_one_call_finds_out(world: World) -> None:
    """O16, C14: one call a run finds out that the token may not know addresses, and one outcome says so."""
    fill(world, 40)
    world.mall.scopes -= {ADDRESS}

    job = await world.import_orders()

    assert [outcome["subject"] for outcome in job["outcomes"]["nodes"][:1]] == ["(addresses)"]
    assert world.sandbox.ledger.count(ADDRESS) == 1
    assert world.sandbox.ledger.count(AMOUNTS) == 40


async def test_a_known_order_without_the_permission(world: World) -> None:
    """O16: what one order found out is not asked again about orders that were here before."""
    fill(world, 3)
    world.mall.scopes -= {ADDRESS}
    await world.import_orders()
    fill(world, 2)

    await world.import_orders()

    assert world.sandbox.ledger.count(ADDRESS) == 2


async def test_an_interface_that_is_down(world: World) -> None:
    """J4: what else comes in is no progress with what doesn't, so that tries come to an end."""
    fill(world, 70)
    world.sandbox.faults.add("http_status", interface=ADDRESS, times=None, status=500)
    job_id = (await world.api.ask(REQUEST, id=world.company_id))["job"]["id"]
    await world.run_jobs()

    while (job := await world.job(job_id))["status"] == "QUEUED":
        await world.make_due()
        await world.run_jobs()

    assert job["attempts"] <= 8


async def test_trouble_with_one_order(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """J4: an order in passing trouble is asked about once more in the same run, behind all others, and nothing is told."""
    orders = fill(world, 70)
    asked: list[str] = []
    fetch = Addresses.fetch

    async def troubled(self: Addresses, order: Order) -> Found:
        asked.append(order.channel_order_id)
        if asked == [order.channel_order_id]:
            raise Unavailable("Not now.")
        return await fetch(self, order)

    monkeypatch.setattr(Addresses, "fetch", troubled)

    job = await world.import_orders()

    assert (job["status"], job["attempts"]) == ("SUCCEEDED", 1)
    assert len(asked) == 71
    assert asked[-1] == asked[0]
    assert set(await addresses(world)) == numbers(orders)


async def test_many_orders_that_are_always_in_trouble(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """J4, O16: more orders in a row than a batch has, all of which Temu stumbles over each time, hold up none of the others."""
    orders = fill(world, 100)
    fetch = Addresses.fetch

    async def troubled(self: Addresses, order: Order) -> Found:
        if order.id <= 40:
            raise Unavailable("Not now.")
        return await fetch(self, order)

    monkeypatch.setattr(Addresses, "fetch", troubled)
    job_id = (await world.api.ask(REQUEST, id=world.company_id))["job"]["id"]
    await world.run_jobs()

    while (job := await world.job(job_id))["status"] == "QUEUED":
        await world.make_due()
        await world.run_jobs()

    assert (job["status"], job["attempts"], job["progress"]["failed"]) == ("PARTIALLY_SUCCEEDED", 4, 40)
    assert len(await addresses(world)) == 60
    assert await mark(world) is not None
    monkeypatch.undo()
    assert (await world.import_orders())["status"] == "SUCCEEDED"
    assert set(await addresses(world)) == numbers(orders)


async def test_any_number_of_orders_once_more(world: World) -> None:
    """J5: however many orders are asked about once more, or by number, PostgreSQL's limit of parameters is not met."""
    fill(world, 1)
    await world.import_orders()
    many = range(1, 40_000)
    job = QueuedJob(company_id=1)
    run = JobRun(world.database, job, lease_seconds=60, stop=asyncio.Event())
    stage = DetailFetch(run, Addresses(None, 1, now=clock.now()))  # type: ignore[arg-type]
    at = checkpoint.AddressStage(began=clock.now(), after=len(many), again=tuple(many))
    async with world.database.write() as session:
        await session.execute(update(Order).values(address_wanted=True))
        number = await session.scalar(select(Order.channel_order_id))
        known = select(Order).where(*queries.imported(1, [number or "", *map(str, many)]))
        assert len((await session.scalars(known)).all()) == 1
    asked: Any = []

    await stage._fetch_more(asked, at, at_most=64)

    assert [order.channel_order_id for order, _ in asked] == [number]
    for _, task in asked:
        task.cancel()
    await asyncio.gather(*(task for _, task in asked), return_exceptions=True)


async def test_answers_in_hand_are_written(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """R5: a worker that ends writes the answers that it has, and waits for no others."""
    fill(world, 60)
    fetch, answered, never = Addresses.fetch, asyncio.Event(), asyncio.Event()
    count = 0

    async def slowly(self: Addresses, order: Order) -> Found:
        nonlocal count
        if order.id > 10 and order.id % 2:
            await never.wait()
        found = await fetch(self, order)
        count += 1
        if count == 35:
            answered.set()
        return found

    monkeypatch.setattr(Addresses, "fetch", slowly)
    job_id = (await world.api.ask(REQUEST, id=world.company_id))["job"]["id"]
    runner = Runner(world.resources, owner="another")
    runner.start(1)
    await answered.wait()

    async with asyncio.timeout(60):
        await runner.drain(seconds=3600)

    assert len(await addresses(world)) == 35
    job = await world.job(job_id)
    assert (job["status"], job["attempts"], job["error"]) == ("QUEUED", 0, None)
    monkeypatch.undo()
    await world.make_due()
    await world.run_jobs()
    assert (await world.job(job_id))["status"] == "SUCCEEDED"
    assert world.sandbox.ledger.count(ADDRESS) == 60


async def test_nothing_is_left_running(world: World) -> None:
    """J5: a worker that ends leaves no question and no waiting behind."""
    fill(world, 70)
    await world.api.ask(REQUEST, id=world.company_id)
    world.sandbox.faults.add("slow", interface=ADDRESS, times=None, skip=1, seconds=3)
    before = asyncio.all_tasks()
    runner = Runner(world.resources, owner="another")
    runner.start(1)
    while world.sandbox.ledger.count(ADDRESS) < 2:  # noqa: ASYNC110 - the sandbox runs in a thread of its own
        await asyncio.sleep(0.01)

    await runner.drain(seconds=1)

    assert [task for task in asyncio.all_tasks() - before if not task.done()] == []
    assert len(await world.orders()) == 70


async def test_an_order_that_changes_while_it_is_asked_about(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O18: an answer about an order that another import has shown as newer meanwhile is not stored; the newer one stays."""
    fill(world, 40)
    fetch = Addresses.fetch
    changed: list[str] = []

    async def slowly(self: Addresses, order: Order) -> Found:
        answer = await fetch(self, order)
        if not changed:
            changed.append(order.channel_order_id)
            world.mall.change_address(order.channel_order_id, addressLine1="2 Oak Avenue")
            await _import(world, order.channel_order_id)
        return answer

    monkeypatch.setattr(Addresses, "fetch", slowly)

    assert (await world.import_orders())["status"] == "SUCCEEDED"

    order = (await world.orders())[changed[0]]
    async with world.database.read() as session:
        assert (await session.get_one(OrderAddress, order.id)).line1 == "2 Oak Avenue"
    assert len(await addresses(world)) == 40
    assert world.sandbox.ledger.count(LIST) > 2


async def _import(world: World, number: str) -> None:
    arguments: Any = ImportOrders(order_numbers=(number,))
    async with world.database.write() as session:
        await requests.request(
            session,
            by=WORKER,
            company_id=1,
            arguments=arguments,
            trigger=JobTrigger.EVENT,
            now=clock.now(),
        )
    await world.run_jobs()
