"""Compares now and then what Temu offers with what was pushed, and has it pushed again where the two differ (I4, I8)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import clock
from domain.inventory import changes
from domain.inventory.channel import StockChannel
from domain.models import ChannelStock, Company, Order, OrderItem, Product
from domain.queued_jobs.run import JobRun, not_permitted
from domain.resources import Resources
from domain.temu.client import SKUS_A_CALL
from domain.temu.errors import PermissionMissing, TemuRefused, TemuUnavailable

# Readings lag behind writes by some seconds, both ways [B]: what was written so shortly before is looked at next time.
_LAG = timedelta(minutes=1)
# A figure that differs so often in a row, with no sale to explain it, is written by somebody else.
DRIFTS = 2


class Reconciliation:
    """One comparison of a company's mapped products."""

    def __init__(self, resources: Resources, run: JobRun, *, now: datetime) -> None:
        self._every = timedelta(hours=resources.settings.reconcile_inventory_interval_hours)
        self._run = run
        self._now = now

    async def run_if_due(self, company: Company, temu: StockChannel) -> None:
        """Compare, where the last time is long ago. What differs is marked as changed; who runs this pushes it then."""
        last = company.stock_reconciled_at
        if last is not None and self._now - last < self._every:
            return
        after = 0
        while products := await self._page(after):
            after = products[-1].id
            asked_at = clock.now()
            try:
                held = await temu.stock([p.website_product_variant_id or "" for p in products])
            except PermissionMissing as error:
                if error.is_apps:
                    message = f"What Temu offers isn't compared with what it was told. {error.message}"
                    async with self._run.step(is_progress=False) as step:
                        step.outcomes.append(not_permitted("(stock at Temu)", message))
                return  # Pushing is another interface; the next run tries again.
            except TemuUnavailable:
                return  # Reading is not worth holding up pushes; the next run tries again.
            except TemuRefused:
                continue  # Something is wrong with one of these; which, the next push shows.
            await self._compare(products, held, written_before=asked_at - _LAG)
        async with self._run.transaction() as session:
            row = await session.get_one(Company, self._run.company_id, with_for_update={"key_share": True})
            row.stock_reconciled_at = self._now
            # What Temu refused may be taken by now.
            refused = select(ChannelStock.product_id).where(
                ChannelStock.company_id == self._run.company_id, ChannelStock.refused_at.is_not(None)
            )
            await changes.mark(session, Product.id.in_(refused))

    async def _page(self, after: int) -> Sequence[Product]:
        statement = (
            select(Product)
            .join(ChannelStock, ChannelStock.product_id == Product.id)
            .where(
                ChannelStock.company_id == self._run.company_id,
                ChannelStock.product_id > after,
                Product.website_product_id.is_not(None),
                # Nothing was pushed of the others, so nothing can have drifted.
                ChannelStock.accepted_at.is_not(None),
            )
            .order_by(ChannelStock.product_id)
            .limit(SKUS_A_CALL)
        )
        async with self._run.database.read() as session:
            return (await session.scalars(statement)).all()

    async def _compare(
        self, products: Sequence[Product], held: Mapping[str, int], *, written_before: datetime
    ) -> None:
        ids = [product.id for product in products]
        async with self._run.transaction() as session:
            known = select(ChannelStock).where(ChannelStock.product_id.in_(ids))
            rows = {
                row.product_id: row for row in await session.scalars(known.with_for_update(key_share=True))
            }
            sold = await _sold_since_accepted(session, ids)
            drifted: list[int] = []
            for product in products:
                row, quantity = rows[product.id], held.get(product.website_product_variant_id or "")
                if quantity is None or not _is_settled(row, before=written_before):
                    continue
                row.channel_quantity, row.channel_read_at = quantity, self._now
                if quantity != row.accepted_quantity:
                    drifted.append(product.id)
                if _is_explained(row, quantity, sold.get(product.id, 0)):
                    row.drifts, row.drifting_since = 0, None
                else:
                    row.drifts += 1
                    row.drifting_since = row.drifting_since or self._now
            await changes.mark(session, Product.id.in_(drifted))


def _is_settled(row: ChannelStock, *, before: datetime) -> bool:
    """Whether nothing was written after that moment or is on its way, so that what is read is what was accepted."""
    return row.in_flight_since is None and row.accepted_at is not None and row.accepted_at <= before


def _is_explained(row: ChannelStock, quantity: int, sold: int) -> bool:
    """Whether sales since the last acceptance account for what Temu offers: it may have lowered its figure by each."""
    accepted = row.accepted_quantity or 0
    return accepted - sold <= quantity <= accepted


async def _sold_since_accepted(session: AsyncSession, product_ids: Collection[int]) -> Mapping[int, int]:
    statement = (
        select(OrderItem.product_id, func.sum(OrderItem.quantity * OrderItem.pieces_per_unit))
        .join(Order, Order.id == OrderItem.order_id)
        .join(ChannelStock, ChannelStock.product_id == OrderItem.product_id)
        .where(OrderItem.product_id.in_(product_ids), Order.ordered_at >= ChannelStock.accepted_at)
        .group_by(OrderItem.product_id)
    )
    return {number: int(n) for number, n in await session.execute(statement) if number is not None}
