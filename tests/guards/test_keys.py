"""Keys of tables that keep what is done twice from being there twice, where every write already takes care of it."""

from functools import partial

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from domain.database.session import Database
from domain.models import OrderNote, Reservation
from tests.factories import NOW, make_company, make_item, make_order, make_product


async def _note(session: AsyncSession, order_id: int) -> None:
    session.add(
        OrderNote(order_id=order_id, body="Shipped", author="a test", created_at=NOW, event="shipped")
    )


async def _reservation(session: AsyncSession, item_id: int, product_id: int) -> None:
    session.add(Reservation(order_item_id=item_id, product_id=product_id, quantity=1))


async def test_a_second_one_is_refused(database: Database) -> None:
    """O3, O20: whoever writes them and by which way, there is one order and one line of a number, one note an event, and
    one reservation a line.
    """
    async with database.write() as session:
        company = await make_company(session)
        product = await make_product(session, company)
        order = await make_order(session, company)
        item = await make_item(session, order)
        await _note(session, order.id)
        await _reservation(session, item.id, product.id)
    again = (
        partial(make_order, company=company, channel_order_id=order.channel_order_id),
        partial(make_item, order=order, channel_order_item_id=item.channel_order_item_id),
        partial(_note, order_id=order.id),
        partial(_reservation, item_id=item.id, product_id=product.id),
    )
    for second in again:
        with pytest.raises(IntegrityError):
            async with database.write() as session:
                await second(session)
