"""Joining products to Temu's listings: the rules that every way of mapping shares (M1, M3, O4)."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from domain import text
from domain.access.principal import Principal
from domain.errors import Taken
from domain.models import Company, JobTrigger, OrderItem
from domain.products.queries import WebsiteIds, knows_by_variant
from domain.queued_jobs import requests
from domain.queued_jobs.arguments import RematchOrderItems

LARGEST_QUANTITY = 1_000_000
# Listing to the orders of which an item waits for it.
Waiting = Mapping[WebsiteIds, frozenset[int]]


def website_ids(goods: str, variant: str, *, field: tuple[str, ...] = ()) -> WebsiteIds:
    """The pair as it is stored; raises Required and Invalid."""
    return (
        text.digits(goods, field=(*field, "websiteProductId")),
        text.digits(variant, field=(*field, "websiteProductVariantId")),
    )


def taken(sku: str, field: tuple[str, ...] | None = None) -> Taken:
    """The refusal of a pair that the product *sku* has (M3)."""
    return Taken(
        f"Product {sku} is mapped to this listing already. Take that mapping away first.", field=field
    )


async def waiting_orders(session: AsyncSession, company_id: int, pairs: Collection[WebsiteIds]) -> Waiting:
    """The orders with items that wait for these listings."""
    if not pairs:
        return {}
    ids = (OrderItem.website_product_id, OrderItem.website_product_variant_id)
    statement = select(*ids, OrderItem.order_id).where(
        OrderItem.company_id == company_id, OrderItem.product_id.is_(None)
    )
    by_variant = await knows_by_variant(session, company_id)
    pair_of = {variant: (goods, variant) for goods, variant in pairs}
    if by_variant:
        statement = statement.where(ids[1].in_(pair_of.keys()))
    else:
        # Of the pairs alone SQLite would find no more than the company in its index.
        statement = statement.where(ids[0].in_({goods for goods, _ in pairs}), tuple_(*ids).in_(pairs))
    found: dict[WebsiteIds, set[int]] = {}
    for goods, variant, order_id in await session.execute(statement):
        found.setdefault(pair_of[variant] if by_variant else (goods, variant), set()).add(order_id)
    return {pair: frozenset(orders) for pair, orders in found.items()}


async def free_waiting_items(
    session: AsyncSession, *, by: Principal, company: Company, pairs: Collection[WebsiteIds], now: datetime
) -> Waiting:
    """Ask for a match of the items that wait for these listings, in the transaction that makes the mapping; returns
    the orders that it frees.
    """
    if company.store_plugin is None:
        return {}  # Without a plugin no job can be asked for; choosing one again asks for this match.
    waiting = await waiting_orders(session, company.id, pairs)
    if waiting:
        trigger = JobTrigger.EVENT
        await requests.request(session, RematchOrderItems(), company.id, by=by, trigger=trigger, now=now)
    return waiting


def count(waiting: Waiting) -> int:
    """How many orders these are; one that waits for several listings counts once."""
    return len(frozenset[int]().union(*waiting.values()))
