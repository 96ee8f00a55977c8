"""Keys of tables that keep what is done twice from being there twice, where every write already takes care of it."""

from functools import partial

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from domain.database.session import Database
from domain.models import OrderNote, Reservation, ReturnReceipt
from tests.factories import (
    NOW,
    make_action,
    make_company,
    make_item,
    make_order,
    make_product,
    make_return,
    make_warehouse,
)


async def _note(session: AsyncSession, order_id: int) -> None:
    session.add(
        OrderNote(order_id=order_id, body="Shipped", author="a test", created_at=NOW, event="shipped")
    )


async def _reservation(session: AsyncSession, item_id: int, product_id: int) -> None:
    session.add(Reservation(order_item_id=item_id, product_id=product_id, quantity=1))


async def _receipt(session: AsyncSession, company_id: int, return_id: int, warehouse_id: int) -> None:
    session.add(
        ReturnReceipt(
            company_id=company_id, return_id=return_id, warehouse_id=warehouse_id, idempotency_key="parcel 1",
            lines=[], received_at=NOW,
        )
    )  # fmt: skip


async def test_a_second_one_is_refused(database: Database) -> None:
    """O3, O20, T6, J8: whoever writes them and by which way, there is one order and one line of a number, one note an event, one
    reservation a line, one open action of a kind and a subject, and one receipt of returned pieces a key.
    """
    async with database.write() as session:
        company = await make_company(session)
        product = await make_product(session, company)
        order = await make_order(session, company)
        item = await make_item(session, order)
        await _note(session, order.id)
        await _reservation(session, item.id, product.id)
        action = await make_action(session, order)
        returned, warehouse = await make_return(session, order), await make_warehouse(session)
        await _receipt(session, company.id, returned.id, warehouse.id)
    again = (
        partial(make_order, company=company, channel_order_id=order.channel_order_id),
        partial(make_item, order=order, channel_order_item_id=item.channel_order_item_id),
        partial(_note, order_id=order.id),
        partial(_reservation, item_id=item.id, product_id=product.id),
        partial(make_action, order=order, kind=action.kind, subject=action.subject),
        partial(_receipt, company_id=company.id, return_id=returned.id, warehouse_id=warehouse.id),
    )
    for second in again:
        with pytest.raises(IntegrityError):
            async with database.write() as session:
                await second(session)
