"""Reservations: placed where most is to spare, equal to their claims, and repeatable."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.database.session import Database
from domain.inventory import availability, reservations
from domain.inventory.reservations import Claim
from domain.models import Product, Reservation
from tests.factories import make_company, make_item, make_level, make_order, make_product, make_warehouse


async def _held(session: AsyncSession) -> list[tuple[int, int | None, int]]:
    rows = await session.execute(
        select(Reservation.order_item_id, Reservation.warehouse_id, Reservation.quantity).order_by(
            Reservation.order_item_id
        )
    )
    return [(item, place, quantity) for item, place, quantity in rows]


async def _sellable(session: AsyncSession, product_id: int) -> int | None:
    return await session.scalar(
        select(availability.aggregate_sellable(Product)).where(Product.id == product_id)
    )


async def test_claims_are_applied(database: Database) -> None:
    """I2: each claim is placed where most is to spare, never in an unsellable warehouse; again changes nothing."""
    async with database.write() as session:
        company = await make_company(session)
        product = await make_product(session, company)
        east, west = await make_warehouse(session), await make_warehouse(session)
        dark = await make_warehouse(session, is_sellable=False)
        for warehouse, pieces in ((east, 5), (west, 4), (dark, 100)):
            await make_level(session, product, warehouse, pieces)
        order = await make_order(session, company)
        a, b, c = [(await make_item(session, order, quantity=9)).id for _ in range(3)]
        claims = [Claim(a, product.id, 3), Claim(b, product.id, 9), Claim(c, product.id, 1)]

        for _ in range(2):
            await reservations.apply(session, claims)
            assert await _held(session) == [(a, east.id, 3), (b, west.id, 9), (c, east.id, 1)]
        assert await _sellable(session, product.id) == -4
        await reservations.apply(session, [Claim(b, product.id, 2), Claim(a, product.id, 0)])
        await session.flush()
        assert await _held(session) == [(b, west.id, 2), (c, east.id, 1)]
        assert await _sellable(session, product.id) == 6


async def test_without_stock(database: Database) -> None:
    """I2: a claim on what lies nowhere is held all the same, and placed once a warehouse has the product."""
    async with database.write() as session:
        company = await make_company(session)
        product, other = await make_product(session, company), await make_product(session, company)
        order = await make_order(session, company)
        a, b = [(await make_item(session, order)).id for _ in range(2)]
        await reservations.apply(session, [Claim(a, product.id, 2), Claim(b, other.id, 1)])
        assert await _held(session) == [(a, None, 2), (b, None, 1)]
        assert await _sellable(session, product.id) == -2

        warehouse = await make_warehouse(session)
        for _ in range(2):
            await reservations.place_unplaced(session, product_id=product.id, warehouse_id=warehouse.id)
            assert await _held(session) == [(a, warehouse.id, 2), (b, None, 1)]
        await reservations.apply(session, [])
        await reservations.apply(session, [Claim(a, product.id, 0), Claim(b, other.id, 0)])
        assert await _held(session) == []
