"""What packages take from the stock of their warehouses, kept by line so that exactly that can come back (T1, T12)."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from domain.inventory import withdrawals
from domain.models import OrderItem, PackageLine
from domain.orders.matching import stock_products

Placed = Sequence[tuple[PackageLine, OrderItem, int]]
"""Lines of packages, each with its item and the warehouse that it leaves."""


async def withdraw(session: AsyncSession, lines: Placed) -> None:
    """Take what the lines hold from their warehouses, as far as it lies there. An Unknown product takes nothing."""
    stock_of = await stock_products(session, {item.product_id for _, item, _ in lines})
    leaving: Counter[tuple[int, int]] = Counter()
    for line, item, warehouse_id in lines:
        product_id = None if item.product_id is None else stock_of[item.product_id]
        line.withdrawn_product_id = product_id
        if product_id is not None:
            leaving[product_id, warehouse_id] += line.quantity * item.pieces_per_unit
    taken = Counter(await withdrawals.withdraw(session, leaving))
    for line, item, warehouse_id in lines:
        place = (line.withdrawn_product_id or 0, warehouse_id)
        quantity = min(taken[place], line.quantity * item.pieces_per_unit)
        line.withdrawn_quantity = quantity
        taken[place] -= quantity
    await session.flush()


async def restore(session: AsyncSession, lines: Placed) -> None:
    """Have what the lines took lie in their warehouses again. Of lines from before that was recorded, all that they hold."""
    # A product may have become a shadow since, whose stock is another's.
    withdrawn = {line.withdrawn_product_id for line, *_ in lines}
    stock_of = await stock_products(session, withdrawn | {item.product_id for _, item, _ in lines})
    pieces: Counter[tuple[int, int]] = Counter()
    for line, item, warehouse_id in lines:
        product_id, quantity = line.withdrawn_product_id, line.withdrawn_quantity
        if quantity is None:
            product_id, quantity = item.product_id, line.quantity * item.pieces_per_unit
        line.withdrawn_quantity = 0
        if product_id is not None and quantity:
            pieces[stock_of[product_id], warehouse_id] += quantity
    await session.flush()
    await withdrawals.restore(session, pieces)
