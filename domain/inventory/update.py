"""Pushes what is available to the channel: the goods of one company, some at a time, each by one call (I3 to I6).

A product is resolved by an outcome of this job, so a run that follows a crash goes on with those that have none.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.errors import Unavailable
from domain.inventory import changes, channel
from domain.inventory.channel import StockChannel
from domain.inventory.push import PushedInPart, StockPusher
from domain.inventory.reconcile import Reconciliation
from domain.inventory.zeroing import CODE as ZEROING_STOPPED
from domain.inventory.zeroing import (
    ZeroingGuard,
    ZeroingStopped,
    count_mapped,
    is_not_held_since_before,
    mapped_of,
)
from domain.models import Company, Product, StockChange
from domain.queued_jobs import queries as jobs
from domain.queued_jobs.arguments import UpdateInventory
from domain.queued_jobs.run import JobRun, Outcome
from domain.resources import Resources
from domain.temu.client import SKUS_A_CALL

# Goods pushed at the same time: enough that Temu's answers, not their way here, set the pace.
_AT_ONCE = 8


class InventoryUpdate:
    def __init__(
        self, resources: Resources, run: JobRun, arguments: UpdateInventory, *, now: datetime
    ) -> None:
        self._resources = resources
        self._run = run
        self._arguments = arguments
        self._now = now
        # Whether an outcome of this job resolves the product in whose row this stands.
        self._is_resolved = jobs.has_outcome(run.job.id, Product.sku)
        # Of a partly failed job that is run again: the SKUs that failed, whatever became of them since.
        self._failed: Sequence[str] | None = (run.checkpoint or {}).get("subjects")
        # A run that nobody has asked for doesn't fail for what an earlier one held back and reported (I10).
        self._quiet_before = run.job.started_at if arguments.only_changed and run.job.attempts == 1 else None
        self._guard = ZeroingGuard(
            run,
            pending=self._pending,
            is_confirmed=arguments.confirm_zeroing,
            quiet_before=self._quiet_before,
        )

    async def run(self) -> None:
        """Push all that is pending. Raises ZeroingStopped where zeros were held back."""
        company, temu = await channel.opened(self._resources, self._run.company_id, self._run.job.type)
        if self._arguments.only_changed:
            await Reconciliation(self._resources, self._run, now=self._now).run_if_due(company, temu)
        await self._apply_rules()
        await self._guard.judge()
        await self._begin()
        trouble = await self._push_all(temu)
        if trouble is not None and self._run.retries_last_few:
            raise trouble
        await self._end()

    async def _apply_rules(self) -> None:
        """Let changed rules of the company concern its products."""
        if self._run.has_begun:
            return
        async with self._run.transaction() as session:
            row = await session.get_one(Company, self._run.company_id, with_for_update={"key_share": True})
            if row.stock_rules_changed:
                await changes.mark(session, Product.company_id == self._run.company_id)
                row.stock_rules_changed = False

    async def _begin(self) -> None:
        """Count what is pending, and record the outcomes of what can't be pushed."""
        if self._run.has_begun:
            return
        at = {"stage": "goods"} | ({} if self._failed is None else {"subjects": self._failed})
        async with self._run.step(checkpoint=at) as step:
            step.outcomes += await self._unfit(step.session)
            waiting = select(func.count()).select_from(Product).where(*self._pending())
            step.remaining = await step.session.scalar(waiting) or 0

    async def _end(self) -> None:
        async with self._run.step() as step:
            step.is_last = True
            # By its outcomes, as an earlier try of this job may have held them back.
            count = await jobs.count_of_failures(step.session, self._run.job.id, code=ZEROING_STOPPED)
            mapped = await count_mapped(step.session, self._run.company_id) if count else 0
            reminder = None if count else self._guard.reminder()
            step.outcomes += [] if reminder is None else [reminder]
        if count:
            raise ZeroingStopped(count, mapped=mapped)

    async def _unfit(self, session: AsyncSession) -> list[Outcome]:
        if self._arguments.product_ids is None:
            return []
        named = select(Product.sku).where(
            Product.company_id == self._run.company_id,
            Product.id.in_(self._arguments.product_ids),
            Product.website_product_id.is_(None),
        )
        message = "This product is not mapped to Temu. Map it with updateWebsiteProperties."
        skus = await session.scalars(named.order_by(Product.id))
        return [Outcome.failed(sku, "NOT_MAPPED", message) for sku in skus]

    async def _push_all(self, temu: StockChannel) -> Unavailable | None:
        """Goods after goods; returns the last trouble that may pass."""
        pusher = StockPusher(self._run, temu, self._guard)
        after, trouble = "", None
        while goods := await self._batch(after):
            after = goods[-1][0]
            results = await asyncio.gather(
                *(self._push_goods(pusher, goods_id, products) for goods_id, products in goods),
                return_exceptions=True,
            )
            for result in results:
                if isinstance(result, BaseException) and not isinstance(result, Unavailable):
                    raise result
                trouble = result if isinstance(result, Unavailable) else trouble
        return trouble

    async def _push_goods(self, pusher: StockPusher, goods_id: str, products: Sequence[Product]) -> None:
        for start in range(0, len(products), SKUS_A_CALL):
            chunk = products[start : start + SKUS_A_CALL]
            try:
                await pusher.push(goods_id, chunk)
            except Unavailable as trouble:
                if self._run.retries_last_few:
                    raise
                left, code = chunk, "UNAVAILABLE"
                if isinstance(trouble, PushedInPart):
                    left, code = trouble.products, trouble.code
                async with self._run.step() as step:
                    step.outcomes += [
                        Outcome.failed(p.sku, code, trouble.message, retryable=True) for p in left
                    ]

    async def _batch(self, after: str) -> Sequence[tuple[str, Sequence[Product]]]:
        """The next goods, each with the SKUs to push: all that are mapped, or those that a person named."""
        goods = select(Product.website_product_id).where(*self._pending(), Product.website_product_id > after)
        goods = goods.distinct().order_by(Product.website_product_id).limit(_AT_ONCE)
        async with self._run.database.read() as session:
            wanted = [number for number in await session.scalars(goods) if number is not None]
            of_these = [
                Product.company_id == self._run.company_id,
                Product.website_product_id.in_(wanted),
                ~self._is_resolved,
            ]
            if self._arguments.product_ids is not None:
                of_these += self._pending()
            rows = select(Product).where(*of_these).order_by(Product.website_product_id, Product.id)
            products = (await session.scalars(rows)).all()
        return [(number, [p for p in products if p.website_product_id == number]) for number in wanted]

    def _pending(self) -> list[ColumnElement[bool]]:
        conditions = [*mapped_of(self._run.company_id), ~self._is_resolved]
        if self._arguments.product_ids is not None:
            conditions.append(Product.id.in_(self._arguments.product_ids))
        if self._failed is not None:
            conditions.append(Product.sku.in_(self._failed))
        elif self._arguments.only_changed:
            concerned = [StockChange.product_id == Product.id]
            if self._quiet_before is not None:
                concerned.append(is_not_held_since_before(self._quiet_before))
            conditions.append(exists().where(*concerned))
        return conditions
