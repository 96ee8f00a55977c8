"""
What happens on Temu arrives here by itself: pushed to the server's socket, imported by the worker, without any schedule.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from domain.models import Company, JobStatus, JobTrigger, OrderAddress, OrderStatus, QueuedJob
from domain.settings import Settings
from jobs.runner import Runner
from tests.domain.orders.looking import ADDRESS, AMOUNTS, LIST, mark
from tests.fixtures.database import one_database
from tests.fixtures.serving import served
from tests.fixtures.workers import start_worker
from tests.fixtures.world import World
from tests.sandbox.events import ADDRESS_CHANGED, SELLERS_EVENTS, Form

SUBSCRIBE = "bg.tmc.message.update"
DOWNLOAD = """mutation($id: ID!, $on: Boolean!) {
  updateCompanySettings(input: {companyId: $id, allowOrderDownload: $on}) { userErrors { code } } }"""
TOKEN = """mutation($id: ID!, $token: String!) {
  setAccessToken(input: {companyId: $id, accessToken: $token}) { userErrors { code } } }"""
RETRY = (
    """mutation($id: ID!) { retryQueuedJob(input: {jobId: $id}) { job { status } userErrors { code } } }"""
)


async def _settle(world: World) -> None:
    """Everything that Temu has to push was pushed, and what was asked for by it is done."""
    await asyncio.to_thread(world.sandbox.events.settle)
    assert {sent.status for sent in world.sandbox.events.sent} <= {200}
    await world.run_jobs()


async def _jobs(world: World) -> list[QueuedJob]:
    async with world.database.read() as session:
        return list(await session.scalars(select(QueuedJob).order_by(QueuedJob.id)))


async def _subscribed_at(world: World) -> Any:
    async with world.database.read() as session:
        return (await session.get_one(Company, 1)).events_subscribed_at


async def _is_cancelled(world: World, number: str) -> bool:
    return (await world.orders())[number].status is OrderStatus.CANCELLED


async def _until(holds: Callable[[], Awaitable[Any]]) -> None:
    while True:
        if await holds():
            return
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("form", ["plain without extra", "query"])
@one_database
async def test_what_happens_on_temu_arrives(world: World, form: Form) -> None:
    """O14: orders that come, are released, moved and cancelled on Temu are so here, without any schedule."""
    await world.api.ask(DOWNLOAD, id=world.company_id, on=True)
    other = world.mall.add_order()
    await world.import_orders()
    assert world.mall.subscribed_events == SELLERS_EVENTS
    before = await mark(world)
    world.sandbox.ledger.calls.clear()
    async with served(world) as url:
        world.sandbox.events.push_to(f"{url}/events/temu", form=form)
        order = world.mall.add_order(status=1)
        await _settle(world)
        assert (await world.orders())[order.number].status is OrderStatus.PENDING
        world.mall.release(order.number)
        await _settle(world)
        world.mall.change_address(order.number, addressLine1="2 Oak Avenue")
        await _settle(world)
        async with world.database.read() as session:
            found = (await world.orders())[order.number]
            address = await session.get_one(OrderAddress, found.id)
        assert (found.status, address.line1) == (OrderStatus.IN_PROCESS, "2 Oak Avenue")
        assert found.total_amount is not None
        world.mall.cancel(order.number)
        await _settle(world)

    assert (await world.orders())[order.number].status is OrderStatus.CANCELLED
    assert [sent.code for sent in world.sandbox.events.sent].count(ADDRESS_CHANGED) == 1
    assert {job.trigger for job in (await _jobs(world))[1:]} == {JobTrigger.EVENT}
    assert {job.status for job in await _jobs(world)} == {JobStatus.SUCCEEDED}
    assert await mark(world) == before
    # Only this order was asked about.
    assert all(
        call.parameters["parentOrderSnList"] == [order.number] for call in world.sandbox.ledger.of(LIST)
    )
    for interface in (ADDRESS, AMOUNTS):
        asked = {call.parameters["parentOrderSn"] for call in world.sandbox.ledger.of(interface)}
        assert other.number not in asked


async def test_the_whole_way(world: World, settings: Settings, redis_url: str, tmp_path: Path) -> None:
    """O14: with a worker of its own and the next scheduled import minutes away, a cancellation is here in seconds."""
    await world.api.ask(DOWNLOAD, id=world.company_id, on=True)
    order = world.mall.add_order()
    worker = start_worker(settings, redis_url, tmp_path / "worker.log")
    try:
        async with served(world) as url, asyncio.timeout(30):
            await _until(lambda: _subscribed_at(world))
            world.sandbox.events.push_to(f"{url}/events/temu")
            world.mall.cancel(order.number)
            await _until(lambda: _is_cancelled(world, order.number))
    finally:
        worker.terminate()
        await asyncio.to_thread(worker.wait, 30)
    assert JobTrigger.EVENT in {job.trigger for job in await _jobs(world)}


@pytest.mark.usefixtures("small_pages")
async def test_an_event_beside_a_long_import(world: World) -> None:
    """O14, O18, J9: an event is acted on while the mall's whole import runs, which then puts nothing older in place."""
    await world.api.ask(DOWNLOAD, id=world.company_id, on=True)
    for i in range(70):
        world.mall.add_order(ordered_at=world.mall.now() - i)
    first = world.mall.newest_first()[0]
    loop = asyncio.get_running_loop()
    runner = Runner(world.resources, owner="another")

    def happens() -> None:
        world.mall.change_address(first.number, addressLine1="2 Oak Avenue")
        message = {"mallId": world.mall.mall_id, "parentOrderSn": first.number}
        assert world.sandbox.events.push(ADDRESS_CHANGED, message).status == 200
        asyncio.run_coroutine_threadsafe(runner.run(2), loop).result(20)

    async with served(world) as url:
        world.sandbox.events.push_to(f"{url}/events/temu")
        # The whole import has just been told the old address of its first order.
        world.sandbox.after(ADDRESS, 1, happens)
        await world.import_orders()

    whole, single = await _jobs(world)
    assert (whole.status, single.status) == (JobStatus.SUCCEEDED, JobStatus.SUCCEEDED)
    assert single.finished_at is not None
    assert whole.finished_at is not None
    assert single.finished_at < whole.finished_at
    assert single.succeeded + single.skipped == 1
    order = (await world.orders())[first.number]
    async with world.database.read() as session:
        assert (await session.get_one(OrderAddress, order.id)).line1 == "2 Oak Avenue"


@one_database
async def test_a_mall_is_subscribed_once_a_token(world: World) -> None:
    """O14: the first import of a token subscribes the mall to its events, later ones don't, and a new token does again."""
    await world.import_orders()
    first = await _subscribed_at(world)
    await world.import_orders()

    assert world.mall.subscribed_events == SELLERS_EVENTS
    assert world.sandbox.ledger.count(SUBSCRIBE) == 1
    assert first is not None
    await world.api.ask(TOKEN, id=world.company_id, token=world.mall.replace_token())
    assert await _subscribed_at(world) is None
    assert world.sandbox.ledger.count(SUBSCRIBE) == 1
    await world.import_orders()
    assert world.sandbox.ledger.count(SUBSCRIBE) == 2
    assert await _subscribed_at(world) > first


@one_database
async def test_a_subscription_that_answers_nothing(world: World) -> None:
    """O14: what success of subscribing answers isn't documented; nothing, with success, is taken for it."""
    world.sandbox.faults.add("null_result", interface=SUBSCRIBE, times=1)

    await world.import_orders()
    await world.import_orders()

    assert await _subscribed_at(world) is not None
    assert world.sandbox.ledger.count(SUBSCRIBE) == 1


@one_database
async def test_only_what_both_sides_allow(world: World) -> None:
    """O14: a mall is subscribed to the events that its seller authorised and the app takes."""
    world.mall.authorised_events = {ADDRESS_CHANGED, "bg_aftersales_status_change"}
    world.sandbox.events.app_events.discard("bg_aftersales_status_change")

    await world.import_orders()

    assert world.mall.subscribed_events == {ADDRESS_CHANGED}


@one_database
async def test_a_subscription_that_fails(world: World) -> None:
    """O14: where Temu refuses events or is in trouble the import succeeds all the same, and a later one tries again."""
    world.mall.authorised_events = set()
    assert (await world.import_orders())["status"] == "SUCCEEDED"
    world.sandbox.faults.add("http_status", interface=SUBSCRIBE, times=1, status=500)
    assert (await world.import_orders())["status"] == "SUCCEEDED"
    assert await _subscribed_at(world) is None

    world.mall.authorised_events = set(SELLERS_EVENTS)
    assert (await world.import_orders())["status"] == "SUCCEEDED"
    assert world.mall.subscribed_events == SELLERS_EVENTS
    assert await _subscribed_at(world) is not None


@one_database
async def test_nothing_is_asked_for_in_vain(world: World) -> None:
    """O14: a token without the permission, and an app without events, are never subscribed for."""
    world.mall.scopes = world.mall.scopes - {SUBSCRIBE}
    await world.api.ask(TOKEN, id=world.company_id, token=world.mall.token)
    await world.import_orders()
    world.mall.scopes = world.mall.scopes | {SUBSCRIBE}
    world.sandbox.events.app_events.clear()
    await world.api.ask(TOKEN, id=world.company_id, token=world.mall.token)
    await world.import_orders()

    assert world.sandbox.ledger.count(SUBSCRIBE) == 0
    assert await _subscribed_at(world) is None
