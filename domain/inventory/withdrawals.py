"""
Pieces that leave a warehouse with a package: what is shipped no longer lies there.
"""

from collections.abc import Mapping

from sqlalchemy import case, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.inventory import changes
from domain.models import InventoryLevel


async def withdraw(session: AsyncSession, pieces: Mapping[tuple[int, int], int]) -> None:
    """
    Lower what is on hand, by product and warehouse, so that a reservation that ends doesn't make its pieces available
    again. Where fewer lie there than were shipped, the count was wrong and becomes zero.
    """
    await changes.note(session, {product_id for product_id, _ in pieces})
    # In one order, so that two shipments wait for each other instead of for ever.
    for (product_id, warehouse_id), quantity in sorted(pieces.items()):
        rest = InventoryLevel.on_hand - quantity
        await session.execute(
            update(InventoryLevel)
            .where(InventoryLevel.product_id == product_id, InventoryLevel.warehouse_id == warehouse_id)
            .values(on_hand=case((rest > 0, rest), else_=0))
            .execution_options(synchronize_session=False)
        )
