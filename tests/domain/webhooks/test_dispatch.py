"""Making deliveries, finding what is due, and removing what has ended."""

import asyncio
import re
from datetime import timedelta
from typing import Any

from sqlalchemy import event, func, insert, select, text, update

from domain import clock
from domain.changes import log
from domain.database.session import Database
from domain.models import (
    Change,
    Company,
    JobStatus,
    Order,
    OrderStatus,
    QueuedJob,
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
    WebhookDeliveryStatus,
    WebhookEventType,
)
from domain.webhooks import dispatch
from jobs.sweeper import Sweeper
from tests.factories import NOW, make_api_key, make_company, make_delivery, make_order, make_webhook
from tests.fixtures.database import one_database
from tests.fixtures.world import World


async def _count(database: Database, table: Any) -> int:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_each_change_once(database: Database) -> None:
    """J1, J2: workers that look at once make one delivery of each change that is told of, and one job; what a removed company's
    webhook, or one that is off, would be told waits; with enough that waits for a receiver the rest stays in the log.
    """
    async with database.write() as session:
        key = await make_api_key(session)
        company, other = await make_company(session), await make_company(session, removed_at=NOW)
        of_company = await make_webhook(session, key, company_id=company.id)
        of_all = await make_webhook(session, key, event_types=["ORDER_CREATED", "ORDER_CANCELLED"])
        of_removed = await make_webhook(session, key, company_id=other.id)
        off = await make_webhook(session, key, off_since=NOW)
        orders = [await make_order(session, company) for _ in range(3)] + [await make_order(session, other)]
        await session.execute(
            update(Order).where(Order.id == orders[0].id).values(status=OrderStatus.CANCELLED)
        )
    now = clock.now()
    await asyncio.gather(*(dispatch.dispatch(database, now=now) for _ in range(3)))
    await dispatch.dispatch(database, now=now)

    async with database.read() as session:
        found = await session.execute(
            select(
                WebhookDelivery.webhook_id, WebhookDelivery.event_type, WebhookDelivery.subject_id
            ).order_by(WebhookDelivery.id)
        )
        made: dict[int, list[tuple[str, int]]] = {}
        for webhook_id, kind, subject in found:
            made.setdefault(webhook_id, []).append((kind.value, subject))
        jobs = (await session.scalars(select(QueuedJob).order_by(QueuedJob.id))).all()
        assert (await session.get_one(Webhook, of_all.id)).cursor_id == (await log.head(session)).id
    created = [("ORDER_CREATED", order.id) for order in orders]
    cancelled = ("ORDER_CANCELLED", orders[0].id)
    assert made == {of_company.id: created[:3], of_all.id: [*created, cancelled]}
    assert not made.keys() & {of_removed.id, off.id}
    assert [(job.lane, job.company_id, job.status) for job in jobs] == [
        (f"webhook:{webhook.id}", company.id, JobStatus.QUEUED) for webhook in (of_company, of_all)
    ]
    assert await _count(database, select(Change).where(Change.type == "job.created").subquery()) == 0, (
        "nobody is told of these"
    )


async def test_as_it_happened_to_an_object(postgresql_url: str) -> None:
    """J2: a transaction that began first and changed an order last is told of last, whatever comes first in the log."""
    database = Database(postgresql_url)
    async with database.write() as session:
        company = await make_company(session)
        order = await make_order(session, company)
        await make_webhook(
            session, await make_api_key(session), event_types=["ORDER_ON_HOLD", "ORDER_RELEASED"]
        )
    of_order = update(Order).where(Order.id == order.id)
    async with database.write() as early:
        await make_order(early, company)
        async with database.write() as late:
            await late.execute(of_order.values(status=OrderStatus.ON_HOLD))
        await early.execute(of_order.values(status=OrderStatus.IN_PROCESS))

    await dispatch.dispatch(database, now=clock.now())

    async with database.read() as session:
        told = await session.scalars(select(WebhookDelivery.event_type).order_by(WebhookDelivery.id))
        assert [each.value for each in told] == ["ORDER_ON_HOLD", "ORDER_RELEASED"]
    await database.close()


@one_database
async def test_enough_waits(database: Database, monkeypatch: Any) -> None:
    """J6: with so many that wait for a receiver, the rest waits in the log, and comes when there is room."""
    monkeypatch.setattr(dispatch, "_MOST_PENDING", 3)
    monkeypatch.setattr(dispatch, "_AT_ONCE", 2)
    async with database.write() as session:
        webhook = await make_webhook(session, await make_api_key(session))
        company = await make_company(session)
        for _ in range(7):
            await make_order(session, company)
    await dispatch.dispatch(database, now=clock.now())
    assert await _count(database, WebhookDelivery) == 4
    async with database.write() as session:
        await session.execute(update(WebhookDelivery).values(status=WebhookDeliveryStatus.DELIVERED))
    await dispatch.dispatch(database, now=clock.now())
    assert await _count(database, WebhookDelivery) == 7
    assert webhook.id == 1


async def test_indexes_that_are_used(database: Database) -> None:
    """J1: what is due is found by indexes of what waits, however much was delivered and whatever waits behind."""
    async with database.write() as session:
        company = await make_company(session)
        webhook = await make_webhook(session, await make_api_key(session), company_id=company.id)
        rows = [
            {"webhook_id": webhook.id, "company_id": company.id, "change_id": number, "message_id": str(number),
             "event_type": WebhookEventType.ORDER_CREATED, "subject_type": "Order", "subject_id": number % 50, "occurred_at": NOW,
             "status": WebhookDeliveryStatus.PENDING if number % 10 == 0 else WebhookDeliveryStatus.DELIVERED, "attempts": 0,
             "failures": 0, "next_attempt_at": NOW, "created_at": NOW}
            for number in range(2_000)
        ]  # fmt: skip
        await session.execute(insert(WebhookDelivery), rows)
    async with database.write() as session:
        await session.execute(text("ANALYZE"))
    plans: list[str] = []
    is_sqlite = database.engine.dialect.name == "sqlite"

    def explain(_: object, cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        if statement.startswith("SELECT") and "webhook_deliveries" in statement:
            cursor.execute(f"EXPLAIN {'QUERY PLAN' if is_sqlite else ''} {statement}", values)
            plans.append("\n".join(row[-1] for row in cursor.fetchall()))

    engine = database.engine.sync_engine
    async with database.read() as session:
        if not is_sqlite:
            await session.execute(text("SET LOCAL enable_seqscan = off"))
            await session.execute(text("SET LOCAL enable_bitmapscan = off"))
        event.listen(engine, "before_cursor_execute", explain)
        try:
            assert [each[0] for each in await dispatch._due(session, now=clock.now())] == [webhook.id]
            ready = select(WebhookDelivery.id).where(
                WebhookDelivery.webhook_id == webhook.id, dispatch.is_ready(clock.now())
            )
            heads = (await session.scalars(ready.order_by(WebhookDelivery.id))).all()
        finally:
            event.remove(engine, "before_cursor_execute", explain)
    assert len(heads) == 5, "the first that waits of each object"
    assert len(plans) == 2
    used = re.findall(r"ix_webhook_deliveries_\w+", "\n".join(plans))
    assert set(used) <= {"ix_webhook_deliveries_status_newest", "ix_webhook_deliveries_pending"}
    assert "ix_webhook_deliveries_pending" in used
    assert not re.search(r"SCAN webhook_deliveries|Seq Scan on webhook_deliveries", "\n".join(plans))


@one_database
async def test_what_has_ended_is_removed(world: World) -> None:
    """J7: deliveries that ended so many days ago are removed with their attempts; what waits stays, however old."""
    old = clock.now() - timedelta(days=8)
    async with world.database.write() as session:
        company = await session.get_one(Company, 1)
        webhook = await make_webhook(session, await make_api_key(session), company_id=company.id)
        for ended_at, status in (
            (old, "DELIVERED"),
            (old, "FAILED"),
            (clock.now(), "FAILED"),
            (None, "PENDING"),
        ):
            delivery = await make_delivery(
                session, webhook, ended_at=ended_at, status=WebhookDeliveryStatus(status), created_at=old
            )
            session.add(
                WebhookAttempt(
                    delivery_id=delivery.id, attempted_at=old, milliseconds=1, request_headers="{}"
                )
            )
    runner, _ = world.sweeper()
    await Sweeper(world.resources, runner).clean()

    assert await _count(world.database, WebhookDelivery) == 2
    assert await _count(world.database, WebhookAttempt) == 2
