"""When rows were last written is kept whatever way they are written."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, inspect, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.database.session import Database
from domain.database.upsert import execute_for_each, upsert
from domain.models import (
    Base,
    InventoryLevel,
    InvoiceKind,
    InvoiceRecipient,
    InvoiceState,
    OrderInvoice,
    Package,
    ShippingLabelFile,
)
from tests.factories import (
    NOW,
    make_action,
    make_company,
    make_item,
    make_label,
    make_level,
    make_listing,
    make_order,
    make_product,
    make_return,
    make_return_line,
    make_warehouse,
)

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
# Of each table that keeps it, a column and what is written to it.
WRITTEN: Mapping[str, tuple[str, Any]] = {
    "companies": ("safety_quantity", 9),
    "products": ("safety_quantity", 9),
    "warehouses": ("name", "other"),
    "inventory_levels": ("on_hand", 9),
    "orders": ("ended_at", LONG_AGO),
    "order_items": ("quantity", 9),
    "packages": ("carrier", "other"),
    "channel_actions": ("reference", "other"),
    "listings": ("stock", 9),
    "order_invoices": ("number", "other"),
    "return_lines": ("received_quantity", 9),
    "returns": ("carrier", "other"),
    "shipping_label_files": ("error", "other"),
    "shipping_labels": ("carrier", "other"),
}


async def _rows(session: AsyncSession) -> list[Any]:
    company, warehouse = await make_company(session), await make_warehouse(session)
    product, order = await make_product(session, company), await make_order(session, company)
    item = await make_item(session, order)
    await make_level(session, product, warehouse, 1)
    package = Package(order_id=order.id, company_id=company.id, warehouse_id=warehouse.id, carrier="UPS",
                      tracking_number="1", tracking_key="1", shipped_at=NOW)  # fmt: skip
    row, label = await make_return(session, order), await make_label(session, order)
    invoice = OrderInvoice(order_id=order.id, company_id=company.id, kind=InvoiceKind.INVOICE,
                           recipient=InvoiceRecipient.CONSUMER, state=InvoiceState.WANTED, content=None)  # fmt: skip
    file = ShippingLabelFile(label_id=label.id, company_id=company.id, content=None)
    session.add_all([package, invoice, file])
    await session.flush()
    level = await session.get_one(InventoryLevel, (product.id, warehouse.id))
    return [
        company,
        warehouse,
        product,
        order,
        item,
        package,
        level,
        await make_action(session, order),
        await make_listing(session, company),
        row,
        await make_return_line(session, row),
        label,
        file,
        invoice,
    ]


class _Row:
    """One row, and the ways in which the product writes rows."""

    def __init__(self, row: Any) -> None:
        self.table: Any = type(row)
        self.column, self.value = WRITTEN[row.__tablename__]
        columns = {column.name: getattr(row, column.name) for column in row.__table__.columns}
        self.before = columns[self.column]
        del columns["updated_at"]
        self.columns = columns
        self.keys = {column.name: columns[column.name] for column in inspect(self.table).primary_key}

    @property
    def is_it(self) -> ColumnElement[bool]:
        return and_(*(getattr(self.table, name) == value for name, value in self.keys.items()))

    async def by_attribute(self, session: AsyncSession) -> None:
        row = await session.get_one(self.table, tuple(self.keys.values()))
        setattr(row, self.column, self.value)

    async def by_update(self, session: AsyncSession) -> None:
        await session.execute(update(self.table).where(self.is_it).values({self.column: self.value}))

    async def by_one_for_each(self, session: AsyncSession) -> None:
        table = self.table.__table__
        of_key = update(table).where(*(table.c[name] == bindparam(f"of_{name}") for name in self.keys))
        values = {f"of_{name}": value for name, value in self.keys.items()}
        await execute_for_each(session, of_key.values({self.column: self.value}), [values])

    async def by_upsert(self, session: AsyncSession) -> None:
        rows = [self.columns | {self.column: self.value}]
        await upsert(session, self.table, rows, key=tuple(self.keys), news=(self.column,))

    async def age(self, database: Database, **values: Any) -> None:
        async with database.write() as session:
            aged = update(self.table).where(self.is_it).values(updated_at=LONG_AGO, **values)
            await session.execute(aged)

    async def is_aged(self, database: Database) -> bool:
        async with database.read() as session:
            return await session.scalar(select(self.table.updated_at).where(self.is_it)) == LONG_AGO


async def test_every_way_to_write(database: Database) -> None:
    """A2: of every table that keeps it, updated_at is of the last write: by an attribute, by UPDATE, by one for each of several
    rows, and by upsert; a write that changes nothing leaves it.
    """
    # A webhook's is when somebody changed it, and not when a message was sent.
    dated = {
        table.name
        for table in Base.metadata.sorted_tables
        if any(column.onupdate is not None for column in table.c)
    }
    assert dated == set(WRITTEN)
    async with database.write() as session:
        rows = [_Row(row) for row in await _rows(session)]
    for row in rows:
        for write in (row.by_attribute, row.by_update, row.by_one_for_each, row.by_upsert):
            await row.age(database, **{row.column: row.before})
            async with database.write() as session:
                await write(session)
            assert not await row.is_aged(database), (row.table, write)
        await row.age(database)
        async with database.write() as session:
            await row.by_attribute(session)
        assert await row.is_aged(database), row.table
