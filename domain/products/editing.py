"""Renaming products, and archiving those that are not sold any more."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import text
from domain.access import rows
from domain.access.principal import Principal
from domain.errors import LimitExceeded, NotFound, Required, Taken
from domain.inventory import changes as stock_changes
from domain.models import Company, Product
from domain.products import queries

AT_MOST = 500


async def update(
    session: AsyncSession, *, by: Principal, product_id: int, sku: str | None, name: str | None
) -> Product:
    """Give a product another SKU or name; None leaves it. Raises NotFound, Required, Invalid, Taken."""
    product = await rows.get(session, Product, product_id, by=by)
    # The lock that every way to add a SKU to the company has.
    await rows.get(session, Company, product.company_id, by=by, for_update=True)
    await session.refresh(product)
    if name is not None:
        product.name = text.line(name, field=("name",), at_most=500)
    if sku is not None:
        sku = text.line(sku, field=("sku",), at_most=100)
        holder = (await queries.by_sku(session, product.company_id, [sku])).get(sku, product)
        if holder.id != product.id:
            raise Taken(f"The company has a product with the SKU {sku} already.", field=("sku",))
        product.sku = sku
    return product


async def archive(
    session: AsyncSession, *, by: Principal, product_ids: Sequence[int], now: datetime | None
) -> list[Product]:
    """Archive products, or with *now* None take them back; all of them or none, again does nothing. One that is mapped stays
    so, and its channel is told that none is available. Raises NotFound, Required, LimitExceeded, Conflict.
    """
    if not product_ids:
        raise Required("Name at least one product.", field=("productIds",))
    if len(product_ids) > AT_MOST:
        message = f"At most {AT_MOST} products a call; these are {len(product_ids)}."
        raise LimitExceeded(message, field=("productIds",))
    statement = by.visible(select(Product).where(Product.id.in_(product_ids)), Product.company_id)
    found = {product.id: product for product in await session.scalars(statement)}
    for i, product_id in enumerate(product_ids):
        if product_id not in found:
            raise NotFound("There is no product with this productId.", field=("productIds", str(i)))
    # In one order, so that two calls wait for each other instead of for ever.
    for company_id in sorted({product.company_id for product in found.values()}):
        await rows.get(session, Company, company_id, by=by, for_update=True)
    await session.execute(statement.execution_options(populate_existing=True))
    changed = [product for product in found.values() if (product.archived_at is None) != (now is None)]
    # First, because it sees what is on its way to Temu.
    await stock_changes.record(session, {product.stock_product_id for product in changed})
    for product in changed:
        product.archived_at = now
    return [found[product_id] for product_id in dict.fromkeys(product_ids)]
