"""Pieces that leave a warehouse with a package, and come back when it was recorded by mistake."""

from collections.abc import Mapping

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.database.companies import crossing_companies
from domain.database.upsert import insert
from domain.inventory import changes
from domain.models import InventoryLevel


async def withdraw(
    session: AsyncSession, pieces: Mapping[tuple[int, int], int]
) -> Mapping[tuple[int, int], int]:
    """Lower what is on hand, by product and warehouse, so that a reservation that ends makes no pieces available again.
    Where fewer lie there than were shipped, the count was wrong and becomes zero. Returns how many were taken.
    """
    products = {product_id for product_id, _ in pieces}
    await changes.record(session, products)
    levels = select(InventoryLevel.product_id, InventoryLevel.warehouse_id, InventoryLevel.on_hand)
    rows = await session.execute(levels.where(InventoryLevel.product_id.in_(products)).with_for_update())
    on_hand = {(product_id, warehouse_id): count for product_id, warehouse_id, count in rows}
    taken = {place: min(on_hand.get(place, 0), quantity) for place, quantity in pieces.items()}
    for (product_id, warehouse_id), quantity in sorted(taken.items()):
        await session.execute(
            update(InventoryLevel)
            .where(InventoryLevel.product_id == product_id, InventoryLevel.warehouse_id == warehouse_id)
            .values(on_hand=InventoryLevel.on_hand - quantity)
            .execution_options(synchronize_session=False)
        )
    return taken


async def restore(session: AsyncSession, pieces: Mapping[tuple[int, int], int]) -> None:
    await changes.record(session, {product_id for product_id, _ in pieces})
    # The product was perhaps a shadow of that company's when the package took them, and is none now.
    async with crossing_companies(session):
        for (product_id, warehouse_id), quantity in sorted(pieces.items()):
            statement = insert(session, InventoryLevel).values(
                product_id=product_id, warehouse_id=warehouse_id, on_hand=quantity
            )
            more = InventoryLevel.on_hand + statement.excluded.on_hand
            news = {"on_hand": more, "updated_at": statement.excluded.updated_at}
            await session.execute(
                statement.on_conflict_do_update(
                    index_elements=["product_id", "warehouse_id"], set_=news
                ).execution_options(synchronize_session=False)
            )
