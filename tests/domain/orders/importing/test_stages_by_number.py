"""Imports of single orders: what they ask, keep and leave alone."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select, update

from api.values import ids
from domain import clock
from domain.access.principal import WORKER
from domain.models import Company, JobTrigger, Order, OrderAddress, OrderStatus, QueuedJob
from domain.queued_jobs import requests
from domain.queued_jobs.arguments import ImportOrders
from tests.domain.orders.looking import ADDRESS, AMOUNTS, LIST, dump, mark, written
from tests.fixtures.database import one_database
from tests.fixtures.world import World

# What Temu answers is the same to both; tests of what is written run on both elsewhere.
pytestmark = one_database

RETRY = "mutation($id: ID!) { retryQueuedJob(input: {jobId: $id}) { userErrors { code } } }"


async def _import(world: World, numbers: Sequence[str], *, company_id: int = 1) -> QueuedJob:
    """Import these orders, as far as that goes at once."""
    async with world.database.write() as session:
        job = await requests.request(
            session,
            by=WORKER,
            company_id=company_id,
            arguments=ImportOrders(order_numbers=tuple(numbers)),
            trigger=JobTrigger.EVENT,
            now=clock.now(),
        )
    await world.run_jobs()
    return await _job(world, job.id)


async def _job(world: World, job_id: int) -> QueuedJob:
    async with world.database.read() as session:
        return await session.get_one(QueuedJob, job_id)


async def test_only_these_come_in(world: World) -> None:
    """O14: just the orders named come in, whole, by chunks of 20; no other is asked about, and no mark is set."""
    orders = [world.mall.add_order() for _ in range(50)]
    wanted = [order.number for order in orders[:45]]

    job = await _import(world, wanted)

    assert (job.status.value, job.succeeded, job.failed) == ("SUCCEEDED", 45, 0)
    assert (job.progress_done, job.progress_total) == (45, 45)
    found = await world.orders()
    assert set(found) == set(wanted)
    assert all(order.total_amount is not None for order in found.values())
    assert not any(order.address_wanted or order.amounts_wanted for order in found.values())
    assert [len(call.parameters["parentOrderSnList"]) for call in world.sandbox.ledger.of(LIST)] == [
        20,
        20,
        5,
    ]
    assert await mark(world) is None


async def test_the_mark_stays(world: World) -> None:
    """O1, O14: an import of single orders moves no mark, so the next whole one still finds what came before it."""
    await world.import_orders()
    before = await mark(world)
    unseen, seen = world.mall.add_order(), world.mall.add_order()

    await _import(world, [seen.number])

    assert await mark(world) == before
    await world.import_orders()
    assert set(await world.orders()) == {unseen.number, seen.number}


async def test_again_changes_nothing(world: World) -> None:
    """O3, O14: the same order again changes nothing, whether it came in alone or with the whole mall."""
    order = world.mall.add_order()
    await world.import_orders()
    before = await dump(world)

    async with written(world) as counts:
        job = await _import(world, [order.number])

    assert job.status.value == "SUCCEEDED"
    assert await dump(world) == before
    assert set(counts) <= {"orders", "order_addresses"}  # Its address was asked for again.


async def test_its_address_is_asked_for_again(world: World) -> None:
    """O14: the address of an order to be shipped is read anew, and left alone where it no longer matters."""
    open_one, shipped, pending = (world.mall.add_order(status=status) for status in (2, 4, 1))
    await world.import_orders()
    calls = len(world.sandbox.ledger.of(ADDRESS))
    world.mall.change_address(open_one.number, addressLine1="2 Oak Avenue")

    await _import(world, [order.number for order in (open_one, shipped, pending)])

    asked = world.sandbox.ledger.of(ADDRESS)[calls:]
    assert [call.parameters["parentOrderSn"] for call in asked] == [open_one.number]
    async with world.database.read() as session:
        found = (await world.orders())[open_one.number]
        assert (await session.get_one(OrderAddress, found.id)).line1 == "2 Oak Avenue"


async def test_what_others_lack_waits(world: World) -> None:
    """O14, O16: an import of one order doesn't fetch what a thousand others still lack."""
    one, *others = [world.mall.add_order() for _ in range(5)]
    await world.import_orders()
    async with world.database.write() as session:
        await session.execute(update(Order).values(amounts_wanted=True, address_wanted=True))
    calls = len(world.sandbox.ledger.calls)

    await _import(world, [one.number])

    asked = {call.parameters.get("parentOrderSn") for call in world.sandbox.ledger.calls[calls:]}
    assert asked == {None, one.number}
    lacking = {number for number, order in (await world.orders()).items() if order.amounts_wanted}
    assert lacking == {order.number for order in others}


async def test_one_that_is_not_listed_yet(world: World) -> None:
    """J4, O14: an order that Temu doesn't list yet is waited for, while the others are there at once."""
    world.mall.listing_delay = 120
    late, known = world.mall.add_order(), world.mall.add_order(ordered_at=world.mall.now() - 600)

    job = await _import(world, [late.number, known.number])

    assert (job.status.value, job.error_is_passing, job.failed) == ("QUEUED", True, 0)
    assert job.error == "Temu doesn't list this order when asked for it by its number."
    assert set(await world.orders()) == {known.number}
    assert (await world.orders())[known.number].total_amount is not None
    world.mall.listing_delay = 0
    await world.make_due()
    await world.run_jobs()
    job = await _job(world, job.id)
    assert (job.status.value, job.succeeded, job.error) == ("SUCCEEDED", 2, None)
    assert set(await world.orders()) == {late.number, known.number}
    assert (await world.orders())[late.number].total_amount is not None


async def test_one_that_is_never_listed(world: World) -> None:
    """J5, O10, O14: an order that Temu doesn't list for minutes fails by its number, and comes in when run again."""
    world.mall.listing_delay = 3600
    late, known = world.mall.add_order(), world.mall.add_order(ordered_at=world.mall.now() - 7200)
    job = await _import(world, [late.number, known.number])
    for _ in range(8):
        await world.make_due()
        await world.run_jobs()

    job = await _job(world, job.id)
    assert (job.status.value, job.succeeded, job.failed) == ("PARTIALLY_SUCCEEDED", 1, 1)
    assert (await world.outcomes())[late.number].code == "NOT_LISTED"
    world.mall.listing_delay = 0
    await world.api.ask(RETRY, id=ids.encode("QueuedJob", job.id))
    await world.run_jobs()
    assert (await _job(world, job.id)).status.value == "SUCCEEDED"
    assert set(await world.orders()) == {late.number, known.number}


async def test_it_goes_on_where_it_was(world: World) -> None:
    """J2, J4, O14: after passing trouble between two chunks, only what is left is asked for."""
    numbers = sorted(world.mall.add_order().number for _ in range(30))
    world.sandbox.after(
        LIST, 1, lambda: world.sandbox.faults.add("http_status", interface=LIST, times=3, status=500)
    )

    job = await _import(world, numbers)
    assert (job.status.value, job.error_is_passing) == ("QUEUED", True)
    await world.make_due()
    await world.run_jobs()

    assert (await _job(world, job.id)).status.value == "SUCCEEDED"
    assert set(await world.orders()) == set(numbers)
    asked = [call.parameters["parentOrderSnList"] for call in world.sandbox.ledger.of(LIST)]
    assert asked.count(numbers[:20]) == 1


async def test_what_never_comes_in(world: World) -> None:
    """C9, O7, O14: an order before ordersNotBefore, or cancelled before its first import, stays out here too."""
    old = world.mall.add_order(ordered_at=world.mall.now() - 3 * 86400)
    cancelled = world.mall.add_order(status=1)
    world.mall.cancel(cancelled.number)
    async with world.database.write() as session:
        start = clock.now() - timedelta(days=1)
        await session.execute(update(Company).values(orders_not_before=start))

    job = await _import(world, [old.number, cancelled.number])

    assert (job.status.value, job.skipped) == ("SUCCEEDED", 2)
    assert await world.orders() == {}


async def test_of_another_mall(world: World) -> None:
    """A2, O14: a number of another mall finds nothing here."""
    other = world.sandbox.add_mall().add_order()

    job = await _import(world, [other.number])

    assert job.succeeded == 0
    async with world.database.read() as session:
        assert (await session.scalars(select(Order))).all() == []


async def test_a_cancellation_releases_the_stock(world: World) -> None:
    """O7, O14: a cancellation that comes by number does all that one in a whole import does."""
    order = world.mall.add_order()
    await world.import_orders()
    world.mall.cancel(order.number)

    job = await _import(world, [order.number])

    assert job.status.value == "SUCCEEDED"
    assert (await world.orders())[order.number].status is OrderStatus.CANCELLED
    assert AMOUNTS not in {call.interface for call in world.sandbox.ledger.calls[-1:]}
