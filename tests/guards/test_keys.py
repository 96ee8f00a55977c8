"""Keys of tables that keep what is done twice from being there twice, where every write already takes care of it."""

import pytest
from sqlalchemy.exc import IntegrityError

from domain.database.session import Database
from domain.models import OrderNote, Reservation
from tests.factories import NOW, make_company, make_item, make_order, make_product


async def test_a_second_one_is_refused(database: Database) -> None:
    """O3, O20: an order has one note an event, and a line one reservation, whoever writes them and by which way."""
    async with database.write() as session:
        company = await make_company(session)
        product = await make_product(session, company)
        order = await make_order(session, company)
        item = await make_item(session, order)

    def rows() -> list[OrderNote | Reservation]:
        note = OrderNote(order_id=order.id, body="Shipped", author="a test", created_at=NOW, event="shipped")
        return [note, Reservation(order_item_id=item.id, product_id=product.id, quantity=1)]

    async with database.write() as session:
        session.add_all(rows())
    for second in rows():
        with pytest.raises(IntegrityError):
            async with database.write() as session:
                session.add(second)
