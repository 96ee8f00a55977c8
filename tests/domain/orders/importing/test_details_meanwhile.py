"""
Details are asked for while something else has its calls: earlier than otherwise, and as often.
"""

import asyncio
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, select

from domain.errors import Unavailable
from domain.models import JobStatus, Order, OrderAddress
from domain.orders.importing.addresses import Addresses, Found
from domain.orders.importing.details import DetailStage
from jobs.runner import Runner
from tests.domain.orders.looking import ADDRESS, AMOUNTS, LIST, addresses, fill, numbers
from tests.fixtures.world import World

REQUEST = "mutation($id: ID!) { importOrders(input: {companyId: $id}) { job { id } } }"


def _places(world: World, interface: str) -> list[int]:
    return [call.sequence for call in world.sandbox.ledger.of(interface)]


def _asked(world: World, interface: str) -> list[str]:
    return [call.parameters["parentOrderSn"] for call in world.sandbox.ledger.of(interface)]


async def test_addresses_beside_pages(world: World) -> None:
    """J6, O16: while pages are awaited, addresses of what came in before are asked for, each once."""
    orders = fill(world, 130)
    world.sandbox.faults.add("slow", interface=LIST, times=None, seconds=0.4)

    job = await world.import_orders()

    assert job["status"] == JobStatus.SUCCEEDED.value
    assert _places(world, ADDRESS)[20] < _places(world, LIST)[-1]
    assert sorted(_asked(world, ADDRESS)) == sorted(numbers(orders))
    assert sorted(_asked(world, AMOUNTS)) == sorted(numbers(orders))
    assert set(await addresses(world)) == numbers(orders)


async def test_amounts_beside_addresses(world: World) -> None:
    """J6, O16: while addresses are awaited, amounts are asked for; what is under way at the end is not asked again."""
    orders = fill(world, 130)
    for interface in (ADDRESS, AMOUNTS):
        world.sandbox.faults.add("slow", interface=interface, times=None, seconds=0.2)

    assert (await world.import_orders())["status"] == "SUCCEEDED"

    assert _places(world, AMOUNTS)[5] < _places(world, ADDRESS)[-1]
    assert sorted(_asked(world, ADDRESS)) == sorted(_asked(world, AMOUNTS)) == sorted(numbers(orders))
    assert {str(order.total_amount) for order in (await world.orders()).values()} == {"19.99"}


async def test_what_was_here_before_waits_for_the_list(world: World) -> None:
    """O16, O9: of an order that is here the list may yet tell that it is cancelled, so that it needs no address."""
    [order] = fill(world, 1)
    world.sandbox.faults.add("error", interface=ADDRESS, times=1, code=180020007)
    await world.import_orders()
    assert _asked(world, ADDRESS) == [order.number]
    fill(world, 101)
    world.mall.cancel(order.number)
    world.sandbox.faults.add("slow", interface=LIST, times=None, seconds=0.3)

    assert (await world.import_orders())["status"] == "SUCCEEDED"

    assert len(_asked(world, ADDRESS)) == 102
    assert _asked(world, ADDRESS).count(order.number) == 1


@pytest.mark.parametrize("code, outcomes", [(180020007, 1), (140020008, 0)])
async def test_what_was_refused_early_is_told_once(world: World, code: int, outcomes: int) -> None:
    """O10, O16: what Temu refuses beside pages is told as always, without asking for it again."""
    fill(world, 110)
    interface = ADDRESS if outcomes else AMOUNTS
    world.sandbox.faults.add("slow", interface=LIST, times=None, seconds=0.4)
    world.sandbox.faults.add("error", interface=interface, times=1, skip=3, code=code, message="no")

    job = await world.import_orders()

    assert (job["progress"]["failed"], job["progress"]["total"]) == (outcomes, 110)
    assert world.sandbox.ledger.count(interface) == 110
    assert job["progress"]["done"] == 110


async def test_without_the_permission_one_call_finds_out(world: World) -> None:
    """O16: also where it is asked early, one call a run finds out that the token may not know addresses."""
    fill(world, 110)
    world.mall.scopes -= {ADDRESS}
    world.sandbox.faults.add("slow", interface=LIST, times=None, seconds=0.3)

    job = await world.import_orders()

    assert [outcome["subject"] for outcome in job["outcomes"]["nodes"][:1]] == ["(addresses)"]
    assert world.sandbox.ledger.count(ADDRESS) == 1
    assert world.sandbox.ledger.count(AMOUNTS) == 110


async def test_a_known_order_without_the_permission(world: World) -> None:
    """O16: what asking early found out is not asked again about orders that were here before."""
    fill(world, 3)
    world.mall.scopes -= {ADDRESS}
    await world.import_orders()
    fill(world, 2)
    world.sandbox.faults.add("slow", interface=LIST, times=None, seconds=0.3)

    await world.import_orders()

    assert world.sandbox.ledger.count(ADDRESS) == 2


async def test_an_interface_that_is_down(world: World) -> None:
    """J4: what comes in by the way is no progress with what doesn't, so that tries end as soon as without it."""
    fill(world, 150)
    world.sandbox.faults.add("http_status", interface=ADDRESS, times=None, status=500)
    job_id = (await world.api.ask(REQUEST, id=world.company_id))["job"]["id"]
    await world.run_jobs()

    while (job := await world.job(job_id))["status"] == "QUEUED":
        await world.make_due()
        await world.run_jobs()

    assert job["attempts"] <= 8


async def test_trouble_that_passes_before_its_turn(world: World) -> None:
    """J4: trouble with everything that was asked early is none any more when the list has been read."""
    fill(world, 13)
    world.sandbox.faults.add("http_status", interface=ADDRESS, times=None, skip=1, status=500)

    def over() -> None:
        time.sleep(1)
        world.sandbox.faults.clear()

    world.sandbox.before(LIST, 2, over)

    job = await world.import_orders()

    assert (job["status"], job["attempts"]) == ("SUCCEEDED", 1)
    assert len(await addresses(world)) == 13


@contextmanager
def _noted(world: World, beginning: str) -> Generator[asyncio.Event]:
    """Set when such a statement is executed."""
    happened = asyncio.Event()

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith(beginning):
            happened.set()

    engine = world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield happened
    event.remove(engine, "before_cursor_execute", note)


async def test_trouble_while_something_is_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """J4, J1: where a stage ends in trouble, what is being kept beside it is kept, and no lock stays behind."""
    fill(world, 3)
    with _noted(world, "UPDATE orders SET amounts_wanted") as keeping:

        async def trouble(*_: Any, **__: Any) -> None:
            async with asyncio.timeout(10):
                await keeping.wait()
            raise Unavailable("Temu is down.")

        monkeypatch.setattr(DetailStage, "go_through", trouble)
        began = time.monotonic()
        job = await world.import_orders()

    assert (job["status"], job["error"]) == ("QUEUED", "Temu is down.")
    assert time.monotonic() - began < 5
    assert len([order for order in (await world.orders()).values() if order.total_amount is not None]) == 1


async def test_nothing_is_left_running(world: World) -> None:
    """J5: a worker that ends leaves no question and no waiting behind."""
    fill(world, 130)
    world.sandbox.faults.add("slow", interface=LIST, times=1, seconds=1, skip=1)
    await world.api.ask(REQUEST, id=world.company_id)
    world.sandbox.faults.add("slow", interface=ADDRESS, times=None, seconds=3)
    before = asyncio.all_tasks()
    runner = Runner(world.resources, owner="another")
    runner.start(1)
    while world.sandbox.ledger.count(ADDRESS) == 0:  # noqa: ASYNC110 - the sandbox runs in a thread of its own
        await asyncio.sleep(0.01)

    await runner.drain(seconds=5)
    await asyncio.sleep(0.1)

    assert [task for task in asyncio.all_tasks() - before if not task.done()] == []


async def test_an_order_that_changes_while_it_is_asked_about(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O18: an early answer about an order that a later page shows as newer is not kept; the newer one is asked for."""
    fill(world, 101)
    world.sandbox.faults.add("slow", interface=LIST, times=None, seconds=0.5)
    ask = Addresses.ask
    changed: list[str] = []

    async def slowly(self: Addresses, order: Order) -> Found:
        answer = await ask(self, order)
        if not changed:
            changed.append(order.channel_order_id)
            world.mall.change_address(order.channel_order_id, addressLine1="2 Oak Avenue")
            await _listed_anew(world, order)
        return answer

    monkeypatch.setattr(Addresses, "ask", slowly)

    assert (await world.import_orders())["status"] == "SUCCEEDED"

    order = (await world.orders())[changed[0]]
    async with world.database.read() as session:
        assert (await session.get_one(OrderAddress, order.id)).line1 == "2 Oak Avenue"
    assert len(await addresses(world)) == 101


async def _listed_anew(world: World, order: Order) -> None:
    for _ in range(200):
        async with world.database.read() as session:
            moment = await session.scalar(select(Order.channel_updated_at).where(Order.id == order.id))
        if moment != order.channel_updated_at:
            return
        await asyncio.sleep(0.05)
    raise AssertionError
