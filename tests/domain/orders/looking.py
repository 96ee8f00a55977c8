"""What tests of imports look at: whole tables, reservations, notes, the mark, and calls by interface."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import event, func, select

from domain.models import Company, Order, OrderAddress, OrderNote, Reservation, UnreadableOrder
from tests.fixtures.world import World
from tests.sandbox.mall import Goods, ParentOrder

LIST = "bg.order.list.v2.get"
ADDRESS = "bg.order.shippinginfo.v2.get"
AMOUNTS = "bg.order.amount.query"

UPSERT = """mutation($id: ID!, $products: [ProductInput!]!) {
  upsertProducts(input: {companyId: $id, products: $products}) { userErrors { code message } } }"""
_NAMES = ["orders", "order_items", "order_addresses", "order_notes", "reservations", "unreadable_orders"]
_TABLES = [Order.metadata.tables[name] for name in _NAMES]


async def dump(world: World) -> dict[str, Sequence[Any]]:
    """Every row of what an import writes, without when it was written last: an order is, while its address is asked for anew."""
    async with world.database.read() as session:
        return {
            table.name: [
                tuple(row)
                for row in await session.execute(
                    select(*(c for c in table.columns if c.name != "updated_at")).order_by(*table.primary_key)
                )
            ]
            for table in _TABLES
        }


@asynccontextmanager
async def written(world: World) -> AsyncGenerator[dict[str, int]]:
    """How many rows of each of these tables are inserted, updated or deleted meanwhile."""
    counts: dict[str, int] = {}

    def note(_connection: Any, cursor: Any, statement: str, *_more: Any) -> None:
        words = statement.replace('"', "").split()
        name = words[1] if words[0] == "UPDATE" else words[2] if words[0] in {"INSERT", "DELETE"} else ""
        if name in _NAMES and cursor.rowcount:
            counts[name] = counts.get(name, 0) + cursor.rowcount

    engine = world.database.engine.sync_engine
    event.listen(engine, "after_cursor_execute", note)
    yield counts
    event.remove(engine, "after_cursor_execute", note)


async def mark(world: World) -> datetime | None:
    """From where the next import reads on."""
    async with world.database.read() as session:
        return (await session.get_one(Company, 1)).orders_imported_until


async def reserved(world: World) -> int:
    """All pieces that are reserved."""
    async with world.database.read() as session:
        return await session.scalar(select(func.coalesce(func.sum(Reservation.quantity), 0))) or 0


async def events(world: World) -> list[str | None]:
    """What the notes of all orders tell of, the oldest first."""
    async with world.database.read() as session:
        return list(await session.scalars(select(OrderNote.event).order_by(OrderNote.id)))


async def unreadable(world: World) -> list[str]:
    """The orders that are to be asked for again."""
    async with world.database.read() as session:
        return list(await session.scalars(select(UnreadableOrder.channel_order_id)))


async def addresses(world: World) -> dict[str, OrderAddress]:
    """Addresses by order number."""
    async with world.database.read() as session:
        statement = select(Order.channel_order_id, OrderAddress).join(
            OrderAddress, OrderAddress.order_id == Order.id
        )
        return {number: address for number, address in await session.execute(statement)}  # noqa: C416 - rows


async def map_goods(world: World, *goods: Goods) -> None:
    """Map products to goods of the mall."""
    products = [
        {
            "sku": one.sku_code,
            "websiteProductId": str(one.goods_id),
            "websiteProductVariantId": str(one.sku_id),
        }
        for one in goods
    ]
    payload = await world.api.ask(UPSERT, id=world.company_id, products=products)
    assert payload["userErrors"] == []


def fill(world: World, count: int, **values: Any) -> list[ParentOrder]:
    """Orders of one piece each, the newest first, each a second older than the one before."""
    goods = world.mall.goods[0] if world.mall.goods else world.mall.add_goods()
    now = world.mall.now()
    defaults: dict[str, Any] = {"items": [(goods, 1)]}
    return [
        world.mall.add_order(ordered_at=now - 600 - i, updated_at=now - 600 - i, **defaults | values)
        for i in range(count)
    ]


def calls(world: World, interface: str) -> list[dict[str, Any]]:
    """The parameters of all calls of an interface."""
    return [call.parameters for call in world.sandbox.ledger.of(interface)]


def numbers(orders: Sequence[ParentOrder]) -> set[str]:
    """The numbers of orders."""
    return {order.number for order in orders}
