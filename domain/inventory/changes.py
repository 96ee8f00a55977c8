"""Records that what is available has changed, for whoever pushes it to the channel (I4, I6, I7).

A change concerns the product whose stock it is and every shadow of it, in whatever company. Whoever lowers what is
available while a higher figure is on its way to Temu waits for the answer, so that Temu never hears of more than there
is at that moment.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from contextvars import ContextVar
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, case, delete, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain import clock
from domain.access.principal import WORKER
from domain.companies import queries as companies
from domain.database.companies import crossing_companies
from domain.database.upsert import insert
from domain.errors import Unavailable
from domain.models import (
    ChannelStock,
    Company,
    InventoryLevel,
    JobTrigger,
    PriceState,
    Product,
    ProductPrice,
    StockChange,
    StorePlugin,
)
from domain.queued_jobs import requests
from domain.queued_jobs.arguments import UpdateInventory

Result = TypeVar("Result")

# How long a change waits for a call that is on its way; a call rarely takes longer than tenths of a second.
_PATIENCE_SECONDS = 5.0
_LOOK_AGAIN_SECONDS = 0.01
_PRICE_UNTOLD = {
    "state": case((ProductPrice.amount.is_(None), PriceState.NONE.value), else_=PriceState.PENDING.value),
    **dict.fromkeys(
        ["requested_at", "channel_amount", "channel_currency_code", "channel_read_at", "proposed_amount"]
    ),
    **dict.fromkeys(["refused_at", "refusal_code", "refusal"]),
}
# No call takes longer: what is older was left by a worker that ended, and is sent again.
FLIGHT_ENDS_AFTER = timedelta(seconds=30)

_waits: ContextVar[bool] = ContextVar("waits_for_flights", default=False)


class StockInFlight(Unavailable):
    """A figure of this stock is on its way to Temu."""

    def __init__(self) -> None:
        super().__init__("A figure of this stock is on its way to Temu. Try again in a moment.")


async def retry_while_in_flight(unit: Callable[[], Awaitable[Result]]) -> Result:
    """Run a unit of work that may lower what is available; where a figure is on its way to Temu, wait for its answer
    and run it again. After five seconds it is done all the same: stock is never held up by Temu's troubles.
    """
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        token = _waits.set(time.monotonic() < until)
        try:
            return await unit()
        except StockInFlight:
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        finally:
            _waits.reset(token)


async def record(session: AsyncSession, stock_product_ids: Collection[int]) -> None:
    """What is available of these products, and of their shadows, may have changed in this transaction. Has the
    companies concerned push to Temu, where they let stock go out by itself.

    Raises StockInFlight inside retry_while_in_flight().
    """
    ids = sorted(set(stock_product_ids))
    if ids:
        await _record(session, lambda product_id: product_id.in_(ids))


async def record_warehouse(session: AsyncSession, warehouse_id: int) -> None:
    """The same of all that lies in a warehouse, whose row the caller has locked so that nothing is added to it."""
    lies = select(InventoryLevel.product_id).where(InventoryLevel.warehouse_id == warehouse_id)
    await _record(session, lambda product_id: product_id.in_(lies))


async def _record(session: AsyncSession, is_one: Callable[[Any], ColumnElement[bool]]) -> None:
    family = or_(is_one(Product.id), is_one(Product.shadow_of_id))
    # A key of one company changes stock that others' shadows sell, or the other way about: their channels have to hear of it.
    async with crossing_companies(session):
        await _lock(session, is_one(Product.id))
        await _refuse_in_flight(session, family)
        await mark(session, family)
        await _request_pushes(session, family)


async def remap(session: AsyncSession, product_ids: Collection[int]) -> None:
    """These products were joined to other listings: of these the channel was told nothing yet."""
    if product_ids:
        await session.execute(delete(ChannelStock).where(ChannelStock.product_id.in_(product_ids)))
        of_these = update(ProductPrice).where(ProductPrice.product_id.in_(product_ids))
        await session.execute(of_these.values(_PRICE_UNTOLD).execution_options(synchronize_session=False))
        await mark(session, Product.id.in_(product_ids))


async def record_rules(session: AsyncSession, company_id: int) -> None:
    """A company's own rules have changed in this transaction, which has its row. The update that this asks for, where
    the company lets stock go out by itself, marks the products.

    Raises StockInFlight inside retry_while_in_flight().
    """
    family = Product.company_id == company_id
    await _refuse_in_flight(session, family)
    await _request_pushes(session, family)


async def lock(session: AsyncSession, stock_product_ids: Collection[int]) -> None:
    """Let nobody else change or compute what is available of this stock until the transaction ends."""
    await _lock(session, Product.id.in_(stock_product_ids))


async def _lock(session: AsyncSession, which: ColumnElement[bool]) -> None:
    rows = select(Product.id).where(which).order_by(Product.id)
    await session.execute(rows.with_for_update(key_share=True))


async def _refuse_in_flight(session: AsyncSession, family: ColumnElement[bool]) -> None:
    if not _waits.get():
        return
    flying = (
        select(ChannelStock.product_id)
        .join(Product, Product.id == ChannelStock.product_id)
        .where(ChannelStock.in_flight_since > clock.now() - FLIGHT_ENDS_AFTER, family)
    )
    if await session.scalar(flying.limit(1)) is not None:
        raise StockInFlight


async def mark(session: AsyncSession, which: ColumnElement[bool]) -> None:
    """Have these products, as far as they are mapped, be pushed by the next update."""
    mapped = select(
        Product.id, Product.company_id, literal(1), literal(clock.now(), StockChange.changed_at.type)
    )
    mapped = mapped.where(which, Product.website_product_id.is_not(None)).order_by(Product.id)
    statement = insert(session, StockChange).from_select(
        ["product_id", "company_id", "version", "changed_at"], mapped
    )
    news = {"version": StockChange.version + 1, "changed_at": statement.excluded.changed_at}
    await session.execute(statement.on_conflict_do_update(index_elements=["product_id"], set_=news))


async def _request_pushes(session: AsyncSession, family: ColumnElement[bool]) -> None:
    sells = select(Product.id).where(
        family, Product.company_id == Company.id, Product.website_product_id.is_not(None)
    )
    concerned = select(Company.id).where(
        Company.allow_inventory_upload,
        Company.store_plugin == StorePlugin.TEMU,
        Company.schedule_paused_at.is_(None),
        Company.archived_at.is_(None),
        companies.has_product_token(),
        sells.exists(),
    )
    for company_id in (await session.scalars(concerned.order_by(Company.id))).all():
        update = UpdateInventory(only_changed=True)
        await requests.request(
            session, update, company_id, by=WORKER, trigger=JobTrigger.EVENT, now=clock.now()
        )
