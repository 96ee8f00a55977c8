"""Matching items with products: when they come in, and again for those that waited for a mapping (O4)."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.database.companies import crossing_companies
from domain.inventory import reservations
from domain.inventory.reservations import Claim
from domain.models import OPEN_ORDERS, Company, FulfilledBy, Order, OrderItem, OrderStatus, Product
from domain.products import queries as products
from domain.queued_jobs.run import JobRun, Outcome

_BATCH = 200


async def lock_mappings(session: AsyncSession, company_id: int) -> Company:
    """Keep the company's mappings as they are until this transaction ends, so that an item is either matched by its
    import or seen waiting by whoever makes its mapping.
    """
    return await session.get_one(Company, company_id, with_for_update={"key_share": True})


async def match_and_reserve(
    session: AsyncSession, company_id: int, orders: Collection[Order], items: Sequence[OrderItem]
) -> None:
    """Give each unknown item its product where one is mapped, and hold the stock that each item needs now."""
    unknown = [item for item in items if item.product_id is None]
    pairs = {(item.website_product_id, item.website_product_variant_id) for item in unknown}
    mapped = await products.by_website_ids(session, company_id, pairs)
    alike: Mapping[str, Product] = {}
    if pairs - mapped.keys() and await products.knows_by_variant(session, company_id):
        alike = await products.by_variant_ids(session, company_id, {sku for _, sku in pairs - mapped.keys()})
    for item in unknown:
        pair = (item.website_product_id, item.website_product_variant_id)
        product = mapped.get(pair) or alike.get(item.website_product_variant_id)
        item.product_id = None if product is None else product.id
    await session.flush()
    await reserve(session, orders, items)


async def reserve(session: AsyncSession, orders: Collection[Order], items: Sequence[OrderItem]) -> None:
    """Hold the stock that each item needs now, and give back what it needs no more."""
    status = {order.id: order.status for order in orders}
    stock_of = await stock_products(session, {item.product_id for item in items})
    claims = [
        Claim(item.id, stock_of[item.product_id], reserved(status=status[item.order_id], item=item))
        for item in items
        if item.product_id is not None
    ]
    await reservations.apply(session, claims)


async def stock_products(session: AsyncSession, product_ids: Collection[int | None]) -> Mapping[int, int]:
    """By product, the one whose stock it sells."""
    # What a package took may be of another company's product, whose shadow was shipped.
    async with crossing_companies(session):
        rows = await session.scalars(select(Product).where(Product.id.in_(product_ids)))
        return {product.id: product.stock_product_id for product in rows}


def reserved(*, status: OrderStatus, item: OrderItem) -> int:
    """Pieces that an item holds of the seller's stock: what is neither shipped, nor cancelled, nor fulfilled elsewhere."""
    if status not in OPEN_ORDERS or item.fulfilled_by is not FulfilledBy.SELLER or item.product_id is None:
        return 0
    return max(item.quantity - item.cancelled_quantity - item.shipped_quantity, 0) * item.pieces_per_unit


async def rematch(run: JobRun) -> None:
    """Match all waiting items of a company once, batch by batch, in the order in which they came."""
    after = int((run.checkpoint or {}).get("after", 0))
    async with run.database.read() as session:
        total = (
            await session.scalar(select(func.count()).select_from(OrderItem).where(*_waiting(run, 0))) or 0
        )
    while True:
        batch = select(OrderItem.id).where(*_waiting(run, after)).order_by(OrderItem.id).limit(_BATCH)
        async with run.database.read() as session:
            last: int | None = await session.scalar(select(func.max(batch.subquery().c.id)))
        if last is None:
            return
        async with run.step(checkpoint={"after": last}) as step:
            step.total = total if after == 0 else None
            await lock_mappings(step.session, run.company_id)
            waiting = select(OrderItem).where(*_waiting(run, after), OrderItem.id <= last)
            items = (await step.session.scalars(waiting.with_for_update(key_share=True))).all()
            of_items = select(Order).where(Order.id.in_({item.order_id for item in items}))
            orders = (await step.session.scalars(of_items)).all()
            await match_and_reserve(step.session, run.company_id, orders, items)
            step.outcomes += [_outcome(item) for item in items]
        after = last


def _waiting(run: JobRun, after: int) -> tuple[ColumnElement[bool], ...]:
    return OrderItem.company_id == run.company_id, OrderItem.product_id.is_(None), OrderItem.id > after


def _outcome(item: OrderItem) -> Outcome:
    if item.product_id is not None:
        return Outcome.succeeded(item.channel_order_item_id, "MATCHED")
    message = f"No product is mapped to goods id {item.website_product_id} and SKU id {item.website_product_variant_id}."
    return Outcome.skipped(item.channel_order_item_id, "UNKNOWN_PRODUCT", message)
