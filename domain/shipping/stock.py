"""
What packages take from the stock of their warehouses, kept with each line so that exactly that can come back (T1, T12).
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.inventory import withdrawals
from domain.models import OrderItem, PackageLine, Product

Placed = Sequence[tuple[PackageLine, int]]
"""Lines of packages, each with the warehouse that it leaves."""


async def withdraw(session: AsyncSession, items: Sequence[OrderItem], lines: Placed) -> None:
    """Take what the lines hold from their warehouses, as far as it lies there. An Unknown product takes nothing."""
    product_of = {item.id: item.product_id for item in items}
    pieces_of = {item.id: item.pieces_per_unit for item in items}
    stock_of = await _stock_products(session, {each for each in product_of.values() if each is not None})
    leaving: Counter[tuple[int, int]] = Counter()
    for line, warehouse_id in lines:
        product_id = product_of[line.order_item_id]
        line.withdrawn_product_id = None if product_id is None else stock_of[product_id]
        if product_id is not None:
            leaving[stock_of[product_id], warehouse_id] += line.quantity * pieces_of[line.order_item_id]
    taken = Counter(await withdrawals.withdraw(session, leaving))
    for line, warehouse_id in lines:
        place = (line.withdrawn_product_id or 0, warehouse_id)
        quantity = min(taken[place], line.quantity * pieces_of[line.order_item_id])
        line.withdrawn_quantity = quantity
        taken[place] -= quantity
    await session.flush()


async def restore(session: AsyncSession, items: Sequence[OrderItem], lines: Placed) -> None:
    """
    Have what the lines took lie in their warehouses again. Of lines from before that was recorded, all that they hold.
    """
    product_of = {item.id: item.product_id for item in items}
    pieces_of = {item.id: item.pieces_per_unit for item in items}
    back: Counter[tuple[int, int]] = Counter()
    for line, warehouse_id in lines:
        is_recorded = line.withdrawn_quantity is not None
        product_id = line.withdrawn_product_id if is_recorded else product_of[line.order_item_id]
        quantity = line.withdrawn_quantity
        if quantity is None:
            quantity = line.quantity * pieces_of[line.order_item_id]
        line.withdrawn_quantity = 0
        if product_id is not None and quantity:
            back[product_id, warehouse_id] += quantity
    stock_of = await _stock_products(session, {product_id for product_id, _ in back})
    pieces: Counter[tuple[int, int]] = Counter()
    for (product_id, warehouse_id), quantity in back.items():
        # A product may have become a shadow since, whose stock is another's.
        pieces[stock_of[product_id], warehouse_id] += quantity
    await session.flush()
    await withdrawals.restore(session, pieces)


async def _stock_products(session: AsyncSession, ids: set[int]) -> Mapping[int, int]:
    rows = await session.scalars(select(Product).where(Product.id.in_(ids)))
    return {product.id: product.stock_product_id for product in rows}
