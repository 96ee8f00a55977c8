"""Locks that two at once need on PostgreSQL; SQLite has one for everything."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access import rows
from domain.database.session import Database
from domain.errors import Unavailable
from domain.inventory import changes
from domain.models import Order
from domain.orders import queries
from tests.factories import ADMIN, make_company, make_order, make_product

Lock = Callable[[AsyncSession, int], Awaitable[Any]]


async def _stock(session: AsyncSession, product_id: int) -> None:
    await changes.lock(session, [product_id])


async def _order(session: AsyncSession, order_id: int) -> None:
    await rows.get(session, Order, order_id, by=ADMIN, for_update=True)


async def _orders(session: AsyncSession, order_id: int) -> None:
    await queries.locked(session, Order.id == order_id)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_the_second_waits(database: Database) -> None:
    """I6, T6: stock that is being computed, and an order that is being shipped or claimed, nobody else takes meanwhile."""
    async with database.write() as session:
        company = await make_company(session)
        product_id = (await make_product(session, company)).id
        order_id = (await make_order(session, company)).id
    for lock, row_id in ((_stock, product_id), (_order, order_id), (_orders, order_id)):
        async with database.write() as first:
            await lock(first, row_id)
            with pytest.raises(Unavailable):
                await _at_once(database, lock, row_id)


async def _at_once(database: Database, lock: Lock, row_id: int) -> None:
    async with database.write() as second:
        await second.execute(text("SET LOCAL lock_timeout = '20ms'"))
        await lock(second, row_id)
