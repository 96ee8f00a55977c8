"""Lines of an order that reach Temu as soon as they are packed whole, where the company wants it; the rest follows."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from api.values import ids
from domain import clock
from domain.models import OrderItem, OrderNote, Package, QueuedJob, ScheduleTick, TrackingUpload
from jobs.runner import Runner
from jobs.scheduler import Scheduler
from tests.fixtures.database import one_database
from tests.fixtures.world import World
from tests.journeys.test_attention import _attention
from tests.journeys.test_shipping import CONFIRM, UPLOAD, WAREHOUSE, Desk, _outcomes
from tests.sandbox.model import ParentOrder

SHIPMENT = "bg.logistics.shipment.v2.get"
SETTINGS = """mutation($input: UpdateCompanySettingsInput!) { updateCompanySettings(input: $input) {
  company { settings { uploadTrackingPerItem } } userErrors { code message field } } }"""


class Counter(Desk):
    """A desk that packs single lines."""

    async def switch(self, *, on: bool) -> None:
        """Have lines told one by one, or orders."""
        payload = await self.world.api.ask(
            SETTINGS, input={"companyId": self.world.company_id, "uploadTrackingPerItem": on}
        )
        assert payload["userErrors"] == []
        assert payload["company"]["settings"]["uploadTrackingPerItem"] is on

    async def pack(self, order: ParentOrder, *pieces: int, number: str | None = None) -> dict[str, Any]:
        """One package with so many pieces of the lines of an order."""
        items = (await self.orders())[order.number]["items"]
        lines = [
            {"orderItemId": item["id"], "quantity": count}
            for item, count in zip(items, pieces, strict=False)
            if count
        ]
        more = {} if number is None else {"trackingNumber": number}
        return await self.shipped(order, self.package(lines=lines, **more))

    def told(self) -> dict[str, int]:
        """The pieces of each line that Temu has as shipped."""
        pieces: dict[str, int] = {}
        for package in self.world.mall.packages:
            pieces[package.order_sn] = pieces.get(package.order_sn, 0) + package.quantity
        return pieces

    async def uploaded(self) -> list[bool]:
        """Of each package, whether Temu is known to have it."""
        async with self.world.database.read() as session:
            return [
                at is not None
                for at in await session.scalars(select(Package.uploaded_at).order_by(Package.id))
            ]


@pytest.fixture
async def desk(world: World) -> Counter:
    """A desk of a company that has lines told one by one."""
    made = await world.api.ask(WAREHOUSE, name="Kiel")
    desk = Counter(world, made["warehouse"]["id"])
    await desk.switch(on=True)
    return desk


async def _order(world: World, *pieces: int) -> ParentOrder:
    order = world.mall.add_order(items=[(world.mall.add_goods(), quantity) for quantity in pieces])
    await world.import_orders()
    return order


async def _no_doubt(world: World) -> bool:
    async with world.database.read() as session:
        return (await session.scalars(select(TrackingUpload))).all() == []


async def test_line_after_line(desk: Counter, world: World) -> None:
    """T2, T13: a line goes out once it is whole, the order counts as told of once all of them are."""
    order = await _order(world, 2, 1, 1)
    first, second, third = order.items

    await desk.pack(order, 1)
    waiting = await desk.upload()
    assert (waiting["progress"]["total"], desk.told()) == (0, {})
    await desk.pack(order, 1)
    job = await desk.upload()
    assert _outcomes(job) == {order.number: ("SUCCEEDED", "UPLOADED_IN_PART")}
    assert desk.told() == {first.number: 2}
    assert (order.status, [line.status for line in order.items]) == (41, [4, 2, 2])
    assert not (await world.orders())[order.number].source_updated_for_shipping
    await world.import_orders()
    assert (await desk.upload())["progress"]["total"] == 0

    await desk.pack(order, 0, 1)
    await desk.pack(order, 0, 0, 1)
    job = await desk.upload()

    assert _outcomes(job) == {order.number: ("SUCCEEDED", "UPLOADED")}
    assert desk.told() == {first.number: 2, second.number: 1, third.number: 1}
    assert desk.confirmations() == 2
    assert await desk.uploaded() == [True] * 4
    kept = (await world.orders())[order.number]
    assert (kept.source_updated_for_shipping, kept.status.value) == (True, "COMPLETED")
    assert await _no_doubt(world)


@one_database
async def test_off_by_default(world: World) -> None:
    """T2: without the switch an order is told of when it is fully shipped, in one call."""
    made = await world.api.ask(WAREHOUSE, name="Kiel")
    desk = Counter(world, made["warehouse"]["id"])
    order = await _order(world, 1, 1)

    await desk.pack(order, 1)
    assert (await desk.upload())["progress"]["total"] == 0
    await desk.pack(order, 0, 1)
    await desk.upload()

    assert desk.confirmations() == 1
    assert len(desk.told()) == 2


async def test_a_package_with_part_of_a_line_waits(desk: Counter, world: World) -> None:
    """T9, T13: a number can be used once, so a package of a whole line and part of another waits for that one."""
    order = await _order(world, 1, 2, 1)
    await desk.pack(order, 1, 1)
    await desk.pack(order, 0, 0, 1)

    job = await desk.upload()
    assert _outcomes(job) == {order.number: ("SUCCEEDED", "UPLOADED_IN_PART")}
    assert desk.told() == {order.items[2].number: 1}
    await desk.pack(order, 0, 1)
    job = await desk.upload()

    assert _outcomes(job) == {order.number: ("SUCCEEDED", "UPLOADED")}
    assert desk.told() == {line.number: line.remaining for line in order.items}


async def test_whole_by_itself_but_not_with_its_neighbour(desk: Counter, world: World) -> None:
    """T13: pieces of a line in two packages wait where one of these holds part of another line; it is said why."""
    order = await _order(world, 2, 2)
    await desk.pack(order, 1)
    await desk.pack(order, 1, 1)

    job = await desk.upload()

    assert _outcomes(job) == {order.number: ("SKIPPED", "NOTHING_WHOLE")}
    assert desk.confirmations() == 0
    named = await desk.upload(orderIds=[(await desk.orders())[order.number]["id"]])
    assert _outcomes(named) == {order.number: ("SKIPPED", "NOTHING_WHOLE")}


@one_database
async def test_named_orders(desk: Counter, world: World) -> None:
    """T2, T13: of a named order with nothing whole it is said why nothing is told."""
    packed, untouched = await _order(world, 2, 1), await _order(world, 1)
    await desk.pack(packed, 1)
    known = await desk.orders()

    job = await desk.upload(orderIds=[known[order.number]["id"] for order in (packed, untouched)])

    assert _outcomes(job) == {
        packed.number: ("SKIPPED", "NOTHING_WHOLE"),
        untouched.number: ("FAILED", "NOT_FULLY_SHIPPED"),
    }


@pytest.mark.parametrize("is_packed", [False, True])
async def test_the_rest_is_cancelled(desk: Counter, world: World, *, is_packed: bool) -> None:
    """O8, T13: what was told is all there is once Temu has cancelled the other lines, and nobody else is said to have
    shipped it.
    """
    order = await _order(world, 1, 2)
    await desk.pack(order, 1)
    await desk.upload()
    if is_packed:
        await desk.pack(order, 0, 1)
        world.mall.cancel_pieces(order.items[1].number, 1)
    else:
        world.mall.cancel_pieces(order.items[1].number, 2)
    await world.import_orders()

    job = await desk.upload()

    assert _outcomes(job) == {order.number: ("SUCCEEDED", "UPLOADED")}
    kept = (await world.orders())[order.number]
    assert (kept.source_updated_for_shipping, kept.status.value) == (True, "COMPLETED")
    assert desk.confirmations() == 1 + is_packed
    async with world.database.read() as session:
        events = (await session.scalars(select(OrderNote.event))).all()
    assert "shipped-elsewhere" not in events


async def test_a_line_becomes_whole_by_a_cancellation(desk: Counter, world: World) -> None:
    """O8, T13: what remains of a line is whole when the missing piece is cancelled, whatever the others do."""
    order = await _order(world, 3, 1)
    await desk.pack(order, 2)
    world.mall.cancel_pieces(order.items[0].number, 1)
    await world.import_orders()

    await desk.upload()

    assert desk.told() == {order.items[0].number: 2}


@one_database
async def test_a_line_that_grew_after_it_was_confirmed(desk: Counter, world: World) -> None:
    """T6, T13: pieces that were added to a line which Temu has as shipped are a failure that shows both numbers."""
    order = await _order(world, 1, 1)
    await desk.pack(order, 1, number="FIRST1234567")
    await desk.upload()
    async with world.database.write() as session:
        await session.execute(
            update(OrderItem)
            .where(OrderItem.channel_order_item_id == order.items[0].number)
            .values(quantity=2)
        )
    await desk.pack(order, 1, number="SECOND123456")

    job = await desk.upload()

    assert _outcomes(job) == {order.number: ("FAILED", "ALREADY_SHIPPED")}
    assert "FIRST1234567" in job["error"]
    assert "SECOND123456" in job["error"]
    assert await desk.uploaded() == [True, False]


@one_database
async def test_one_refused_line_holds_up_no_other(desk: Counter, world: World) -> None:
    """T7, T13: a line that Temu refuses fails with its reason, and the others of its order go out."""
    order = await _order(world, 2, 1, 1)
    await desk.pack(order, 2)
    await desk.pack(order, 0, 1)
    world.mall.cancel_pieces(order.items[0].number, 1)

    job = await desk.upload()

    assert _outcomes(job) == {order.number: ("FAILED", "QUANTITY_CHANGED")}
    assert desk.told() == {order.items[1].number: 1}
    assert await desk.uploaded() == [False, True]
    found = await _attention(world)
    assert found["TRACKING_REFUSED"]["count"] == 1


@one_database
async def test_news_of_a_refused_order_are_confirmed_at_once(desk: Counter, world: World) -> None:
    """T2, T13: a refusal keeps the clock from asking again, but not from telling of what was packed since."""
    order = await _order(world, 1, 1)
    await desk.pack(order, 1)
    world.mall.mark(order.number, address_change_pending=True)
    await desk.upload()
    world.mall.mark(order.number, address_change_pending=False)

    await _by_schedule(world)
    assert desk.told() == {}
    await desk.pack(order, 0, 1)
    await _by_schedule(world)

    assert len(desk.told()) == 2
    assert await _no_doubt(world)


async def _by_schedule(world: World) -> None:
    on = {"companyId": world.company_id, "allowTrackingUpload": True}
    await world.api.ask(SETTINGS, input=on)
    async with world.database.write() as session:
        await session.execute(delete(ScheduleTick))
    await Scheduler(world.resources).enqueue_due(clock.now())
    await world.run_jobs()


@pytest.mark.parametrize("kind", ["drop_after", "truncated"])
@one_database
async def test_a_lost_answer(desk: Counter, world: World, kind: str) -> None:
    """T6, T13: of a line that Temu took with its answer lost, Temu is asked, and the next line is told alone."""
    order = await _order(world, 1, 1)
    await desk.pack(order, 1)
    world.sandbox.faults.add(kind, interface=CONFIRM)

    job = await desk.upload()
    await desk.pack(order, 0, 1)
    again = await desk.upload()

    assert _outcomes(job) == {order.number: ("SUCCEEDED", "UPLOADED_IN_PART")}
    assert _outcomes(again) == {order.number: ("SUCCEEDED", "UPLOADED")}
    assert desk.confirmations() == 2


@one_database
async def test_a_call_that_never_arrived(desk: Counter, world: World) -> None:
    """T6, J4: cut off before Temu saw it, a line is told of by the next try, with what was packed meanwhile."""
    order = await _order(world, 1, 1, 1)
    await desk.pack(order, 1)
    world.sandbox.faults.add("drop", interface=CONFIRM)

    job = await desk.upload()
    assert job["status"] == "QUEUED"
    await desk.pack(order, 0, 1)
    await world.make_due()
    await world.run_jobs()

    assert desk.told() == {line.number: 1 for line in order.items[:2]}
    assert await desk.uploaded() == [True, True]


async def _die_after_confirming(desk: Counter, world: World) -> str:
    """An upload whose worker ends once Temu has accepted its first call."""
    payload = await world.api.ask(UPLOAD, input={"companyId": world.company_id})
    accepted, may_answer = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def hold() -> None:
        loop.call_soon_threadsafe(accepted.set)
        asyncio.run_coroutine_threadsafe(may_answer.wait(), loop).result(30)

    world.sandbox.after(CONFIRM, 1, hold)
    runner = Runner(world.resources, owner="who dies")
    task = asyncio.create_task(runner.run(ids.decode(payload["job"]["id"], "QueuedJob", "id")))
    await accepted.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    may_answer.set()
    number: str = payload["job"]["id"]
    return number


async def test_a_worker_that_dies(desk: Counter, world: World) -> None:
    """T6, J2, T13: after a worker that ended between Temu's acceptance and its own note, what Temu has is found out, and
    only what was packed since is told.
    """
    order = await _order(world, 1, 1)
    await desk.pack(order, 1)
    job_id = await _die_after_confirming(desk, world)
    await desk.pack(order, 0, 1)

    await world.run_jobs()

    assert (await world.job(job_id))["status"] == "SUCCEEDED"
    assert (await world.orders())[order.number].source_updated_for_shipping
    assert desk.confirmations() == 2
    assert desk.told() == {line.number: 1 for line in order.items}


@pytest.mark.parametrize("has_arrived", [True, False])
@one_database
async def test_switched_off_while_in_doubt(desk: Counter, world: World, *, has_arrived: bool) -> None:
    """T6, T13: what was begun with the switch on is found out with it off, and nothing more is told until all is shipped."""
    order = await _order(world, 1, 1)
    await desk.pack(order, 1)
    world.sandbox.faults.add("drop_after" if has_arrived else "drop", interface=CONFIRM)
    world.sandbox.faults.add("http_status", interface=SHIPMENT, status=503, times=3)
    assert (await desk.upload())["status"] == "QUEUED"
    await desk.switch(on=False)

    await world.make_due()
    await world.run_jobs()
    assert await desk.uploaded() == [has_arrived]
    assert desk.confirmations() == 1
    assert await _no_doubt(world)
    await desk.pack(order, 0, 1)
    job = await desk.upload()

    assert _outcomes(job) == {order.number: ("SUCCEEDED", "UPLOADED")}
    assert desk.confirmations() == 2
    assert desk.told() == {line.number: 1 for line in order.items}


async def test_switched_on_in_the_middle(desk: Counter, world: World) -> None:
    """T13: with the switch on, lines that were packed before it go out; off again, the rest waits for the last."""
    await desk.switch(on=False)
    order = await _order(world, 1, 1, 1)
    await desk.pack(order, 1)
    assert (await desk.upload())["progress"]["total"] == 0
    await desk.switch(on=True)
    await desk.upload()
    assert len(desk.told()) == 1
    await desk.switch(on=False)
    await desk.pack(order, 0, 1)
    assert (await desk.upload())["progress"]["total"] == 0
    await desk.pack(order, 0, 0, 1)

    assert _outcomes(await desk.upload()) == {order.number: ("SUCCEEDED", "UPLOADED")}
    assert desk.confirmations() == 2


async def test_attention(desk: Counter, world: World) -> None:
    """C11, T13: whole lines that Temu was not told of are counted, by order, where lines are told one by one."""
    order = await _order(world, 1, 2)
    assert "SHIPPED_NOT_UPLOADED" not in await _attention(world)
    await desk.pack(order, 1)
    assert (await _attention(world))["SHIPPED_NOT_UPLOADED"]["count"] == 1
    await desk.switch(on=False)
    assert "SHIPPED_NOT_UPLOADED" not in await _attention(world)
    await desk.switch(on=True)
    await desk.upload()
    assert "SHIPPED_NOT_UPLOADED" not in await _attention(world)
    await desk.pack(order, 0, 1)
    assert "SHIPPED_NOT_UPLOADED" not in await _attention(world)
    await desk.pack(order, 0, 1)
    since = (await _attention(world))["SHIPPED_NOT_UPLOADED"]["since"]
    async with world.database.read() as session:
        [first] = await session.scalars(select(Package.shipped_at).order_by(Package.id).limit(1))
    assert since > first.isoformat()


@one_database
async def test_trouble_with_one_line_ends(desk: Counter, world: World) -> None:
    """T7, J4, T13: a line that is refused beside one whose answer stays open doesn't keep the job waiting for ever."""
    order = await _order(world, 2, 1)
    await desk.pack(order, 2)
    await desk.pack(order, 0, 1)
    world.mall.cancel_pieces(order.items[0].number, 1)
    # Both together and the first line alone are refused; of the second no answer comes, and Temu has nothing of it.
    world.sandbox.faults.add("drop", interface=CONFIRM, skip=2, times=None)

    job = await desk.upload()
    tries = 1
    while job["status"] == "QUEUED" and tries < 10:
        await world.make_due()
        await world.run_jobs()
        async with world.database.read() as session:
            [number] = await session.scalars(select(QueuedJob.id).order_by(QueuedJob.id.desc()).limit(1))
        job, tries = await world.job(ids.encode("QueuedJob", number)), tries + 1

    assert (job["status"], tries) == ("PARTIALLY_SUCCEEDED", 4)
    assert _outcomes(job) == {order.number: ("FAILED", "UNAVAILABLE")}
