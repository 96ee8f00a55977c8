"""Finding orders: every filter and search, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access import rows
from domain.access.principal import Principal
from domain.database.session import Database
from domain.errors import NotFound
from domain.models import Order, OrderAddress, OrderStatus, Role, ShippingStatus
from domain.orders import queries
from tests.domain.listing import listed
from tests.factories import NOW, make_company, make_item, make_order, make_product


async def _three(session: AsyncSession) -> list[Order]:
    """Two orders of one company and one of another, with recipients and items."""
    company, other = await make_company(session), await make_company(session)
    lamp = await make_product(session, company, sku="LAMP_100%")
    first = await make_order(
        session, company, channel_order_id="PO-211-AAA", ordered_at=NOW - timedelta(days=2)
    )
    second = await make_order(
        session,
        company,
        channel_order_id="PO-211-BBB",
        ordered_at=NOW - timedelta(days=1),
        status=OrderStatus.COMPLETED,
        shipping_status=ShippingStatus.FULLY_SHIPPED,
        source_updated_for_shipping=True,
    )
    third = await make_order(session, other, channel_order_id="PO-211-CCC")
    await make_item(session, first, product_id=lamp.id)
    await make_item(session, second, product_id=lamp.id)
    await make_item(session, second)
    await make_item(session, third)
    session.add(OrderAddress(order_id=first.id, name="Łukasz Wiśniewski"))
    session.add(OrderAddress(order_id=third.id, name="Mary O'Neil_x"))
    await session.flush()
    return [first, second, third]


FILTERS: list[tuple[dict[str, Any], list[int]]] = [
    ({}, [2, 1, 0]),
    ({"company": 0}, [1, 0]),
    ({"company": 2}, [2]),
    ({"status": [OrderStatus.COMPLETED]}, [1]),
    ({"status": [OrderStatus.COMPLETED, OrderStatus.IN_PROCESS]}, [2, 1, 0]),
    ({"status": []}, []),
    ({"shipping_status": [ShippingStatus.UNSHIPPED]}, [2, 0]),
    ({"source_updated_for_shipping": True}, [1]),
    ({"source_updated_for_shipping": False}, [2, 0]),
    ({"has_unknown_product": True}, [2, 1]),
    ({"has_unknown_product": False}, [0]),
    ({"ordered_from": NOW - timedelta(days=1)}, [2, 1]),
    ({"ordered_to": NOW - timedelta(days=1)}, [0]),
    ({"ordered_from": NOW - timedelta(days=2), "ordered_to": NOW}, [1, 0]),
    ({"search": "po-211-b"}, [1]),
    ({"search": "wiśnie"}, [0]),
    ({"search": "o'neil_"}, [2]),
    ({"search": "lamp_100%"}, [1, 0]),
    ({"search": "lampX100"}, []),
    ({"search": "%"}, [1, 0]),
    ({"search": ""}, [2, 1, 0]),
    ({"search": "LAMP", "status": [OrderStatus.IN_PROCESS], "company": 0}, [0]),
]


async def test_filters(database: Database) -> None:
    """O2: orders are found by company, status, dates, number, recipient and SKU, each alone and together."""
    async with database.write() as session:
        made = await _three(session)
        for filters, found in FILTERS:
            given = dict(filters)
            if "company" in given:
                given["company_id"] = made[given.pop("company")].company_id

            rows = await listed(session, queries.ORDERS, queries.ORDER_FILTER, **given)

            assert [order.id for order in rows] == [made[i].id for i in found], filters


async def test_what_a_key_may_not_see(database: Database) -> None:
    """A5, O2: for a key of one company, the other company's orders, items and notes do not exist."""
    async with database.write() as session:
        first, second, third = await _three(session)
        reader = Principal(key_id=1, role=Role.READ, company_ids=frozenset([first.company_id]))

        found = await session.scalars(reader.visible(select(Order), Order.company_id))

        assert {order.id for order in found} == {second.id, first.id}
        assert await rows.find(session, Order, third.id, by=reader) is None
        with pytest.raises(NotFound):
            await rows.get(session, Order, third.id, by=reader)
