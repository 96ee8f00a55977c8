"""The log of what changed: what triggers write to it, and that whoever reads it misses nothing."""

from typing import Any

from sqlalchemy import delete, select, update

from domain.changes import log
from domain.changes.log import Position
from domain.database.session import Database
from domain.models import (
    Change,
    ChangeType,
    ChannelStock,
    Company,
    InventoryLevel,
    JobStatus,
    Order,
    OrderNote,
    OrderStatus,
    Package,
    Product,
    QueuedJob,
    ShippingStatus,
)
from tests.factories import (
    NOW,
    make_company,
    make_job,
    make_level,
    make_order,
    make_product,
    make_warehouse,
)


async def _told(database: Database, position: Position) -> list[tuple[str, str, int]]:
    async with database.read() as session:
        found = await log.since(session, position, at_most=100)
    return [(each.type.value, each.subject_type, each.subject_id) for each in found]


async def _head(database: Database) -> Position:
    async with database.read() as session:
        return await log.head(session)


async def test_what_each_write_logs(database: Database) -> None:
    """A1, J1: each change of an object is logged once, by its type, and what nobody sees of it is not."""
    async with database.write() as session:
        company, other = await make_company(session), await make_company(session)
        warehouse = await make_warehouse(session)
        product = await make_product(session, company)
        shadow = await make_product(session, other, shadow_of_id=product.id)
        order = await make_order(session, company)
        job = await make_job(session, company, status=JobStatus.QUEUED)
        await make_level(session, product, warehouse, 5)
    of_order = update(Order).where(Order.id == order.id)
    of_job = update(QueuedJob).where(QueuedJob.id == job.id)
    level = update(InventoryLevel).where(InventoryLevel.product_id == product.id)
    package = Package(order_id=order.id, company_id=company.id, warehouse_id=warehouse.id, carrier="UPS", tracking_number="1",
                      tracking_key="1", shipped_at=NOW)  # fmt: skip
    stock = ChannelStock(product_id=product.id, company_id=company.id, accepted_at=NOW, accepted_quantity=1)
    this, both = ("Order", order.id), [("Product", product.id), ("Product", shadow.id)]
    cases: list[tuple[Any, list[tuple[str, str, int]]]] = [
        (of_order.values(status=OrderStatus.ON_HOLD), [("order.on_hold", *this)]),
        (of_order.values(status=OrderStatus.IN_PROCESS), [("order.released", *this)]),
        (package, [("order.updated", *this)]),
        (of_order.values(shipping_status=ShippingStatus.FULLY_SHIPPED), [("order.shipped", *this)]),
        (of_order.values(source_updated_for_shipping=True), [("order.tracking_uploaded", *this)]),
        (of_order.values(status=OrderStatus.CANCELLED, labels=["PAST_DUE"]), [("order.cancelled", *this)]),
        (of_order.values(held_at=NOW), [("order.updated", *this)]),
        (of_order.values(held_at=NOW), []),
        (OrderNote(order_id=order.id, body="x", author="y", created_at=NOW), [("order.updated", *this)]),
        (delete(OrderNote), [("order.updated", *this)]),
        (level.values(on_hand=5), []),
        (level.values(on_hand=4), [("inventory.changed", *each) for each in both]),
        (stock, [("inventory.pushed", *both[0])]),
        (update(ChannelStock).values(refused_at=NOW), [("inventory.refused", *both[0])]),
        (update(ChannelStock).values(drifts=1), []),
        (update(Product).where(Product.id == product.id).values(name="N"), [("product.updated", *both[0])]),
        (of_job.values(status=JobStatus.RUNNING), [("job.updated", "QueuedJob", job.id)]),
        (of_job.values(progress_done=1, lease_until=7), []),
        (of_job.values(status=JobStatus.FAILED), [("job.finished", "QueuedJob", job.id)]),
        (update(Company).where(Company.id == company.id).values(orders_imported_until=NOW), []),
        (update(Company).where(Company.id == company.id).values(name="N"), [("company.updated", "Company", company.id)]),
    ]  # fmt: skip
    for write, logged in cases:
        position = await _head(database)
        async with database.write() as session:
            if isinstance(write, OrderNote | Package | ChannelStock):
                session.add(write)
            else:
                await session.execute(write)
        assert await _told(database, position) == logged, write


async def test_written_under_the_wall(database: Database) -> None:
    """A5, I2: whoever may see one company alone tells the log of another's shadow too, and reads nothing of it."""
    async with database.write() as session:
        company, other = await make_company(session), await make_company(session)
        warehouse = await make_warehouse(session)
        product = await make_product(session, company)
        shadow = await make_product(session, other, shadow_of_id=product.id)
        await make_level(session, product, warehouse, 5)
    position = await _head(database)
    limited = database.limited_to([company.id])

    async with limited.write() as session:
        await session.execute(update(InventoryLevel).values(on_hand=1))
        assert (await session.scalars(select(Company.id))).all() == (
            [company.id] if database.engine.dialect.name == "postgresql" else [company.id, other.id]
        )

    assert [each[2] for each in await _told(database, position)] == [product.id, shadow.id]
    if database.engine.dialect.name == "postgresql":
        assert [each[2] for each in await _told(limited, position)] == [product.id]


async def test_what_is_committed_later_is_read_later(postgresql_url: str) -> None:
    """J2: a change with a lower number that is committed after one with a higher is not missed by who has read the higher."""
    database = Database(postgresql_url)
    async with database.write() as session:
        company = await make_company(session)
    position = await _head(database)
    async with database.write() as early:
        await make_order(early, company, channel_order_id="EARLY")
        async with database.write() as late:
            await make_order(late, company, channel_order_id="LATE")
        assert await _told(database, position) == []
        assert await _head(database) == position

    told = await _told(database, position)
    async with database.read() as session:
        names = {each.id: each.channel_order_id for each in await session.scalars(select(Order))}
    assert [names[number] for _, _, number in told] == ["EARLY", "LATE"]
    await database.close()


async def test_of_a_restored_copy(postgresql_url: str) -> None:
    """J2: changes that come from a cluster that was further come before all others, instead of after a long time."""
    database = Database(postgresql_url)
    async with database.write() as session:
        company = await make_company(session)
        await session.execute(update(Change).values(xid=2**40))
    assert await _head(database) == Position(0, 0)

    async with database.write() as session:
        assert await log.adopt_restored(session) == 1
    async with database.write() as session:
        assert await log.adopt_restored(session) == 0
        await make_order(session, company)

    assert [each[0] for each in await _told(database, Position(0, 0))] == [
        ChangeType.COMPANY_CREATED.value,
        ChangeType.ORDER_CREATED.value,
    ]
    await database.close()
