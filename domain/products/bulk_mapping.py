"""Applying many mapping requests in a job: batch by batch, each with its outcomes, waiting items freed as it goes.

What has an outcome is done: one that was interrupted goes on with the rest, planned anew from what is stored now.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import files
from domain.access.principal import WORKER
from domain.inventory import changes as stock_changes
from domain.models import Company, Product
from domain.products import mapping, mapping_file, mapping_plan, queries
from domain.products.mapping import Waiting
from domain.products.mapping_plan import MappingRequest
from domain.products.queries import WebsiteIds
from domain.queued_jobs import queries as jobs
from domain.queued_jobs.arguments import ImportWebsiteProperties
from domain.queued_jobs.run import JobRun, Outcome, Step
from domain.tables import reading

_BATCH = 200


async def import_mappings(run: JobRun, arguments: ImportWebsiteProperties, *, now: datetime) -> None:
    """Apply the rows of a mapping file (M2). Raises NotFound for a file that is gone, Invalid, LimitExceeded, Unavailable."""
    async with run.database.read() as session:
        content = await files.content(session, arguments.file_id)
    table = await reading.read(content, mapping_file.COLUMNS)
    # In a thread, as the lease is kept on this loop.
    file = await asyncio.to_thread(mapping_file.read, table)
    bulk = BulkMapping(run, now=now, dry_run_code="VALID" if arguments.validate_only else None)
    await bulk.apply(file.requests, file.others, order=file.subjects)


@dataclass(frozen=True)
class Stored:
    """A product as it is stored."""

    pair: WebsiteIds | None
    uses_default: bool
    safety_quantity: int

    @classmethod
    def of(cls, row: Any) -> "Stored":
        """From a product, or a row of its columns."""
        goods, variant = row.website_product_id, row.website_product_variant_id
        pair = None if goods is None or variant is None else (goods, variant)
        return cls(pair, row.use_default_safety_quantity, row.safety_quantity)

    def has(self, request: MappingRequest) -> bool:
        """Whether the request is applied already."""
        return (
            request.pair in {None, self.pair}
            and request.uses_default in {None, self.uses_default}
            and request.safety_quantity in {None, self.safety_quantity}
        )


class BulkMapping:
    """Applies requests for products of the company that a job works for; *dry_run_code* is that of outcomes where it
    changes nothing.
    """

    def __init__(self, run: JobRun, *, now: datetime, dry_run_code: str | None) -> None:
        self._run = run
        self._now = now
        self._dry_run_code = dry_run_code
        self._company_id = run.company_id

    async def apply(
        self, requests: Sequence[MappingRequest], others: Sequence[Outcome], *, order: Sequence[str] = ()
    ) -> None:
        """Apply what can be applied and record every outcome, *others* included, once; what is refused in the *order* of
        these subjects, as that is how people go through their file.
        """
        async with self._run.database.read() as session:
            told = await jobs.subjects(session, self._run.job.id)
            current = await stored(session, self._company_id)
        total = len(requests) + len(others)
        left = [
            replace(request, sku=request.written) if request.written in current else request
            for request in requests
            if request.subject not in told
        ]
        plan = mapping_plan.plan(left, {sku: now.pair for sku, now in current.items()})
        outcomes = [other for other in others if other.subject not in told] + plan.refused
        places = {subject: place for place, subject in enumerate(order)}
        outcomes.sort(key=lambda outcome: places.get(outcome.subject, -1))
        for start in range(0, max(1, len(outcomes)), _BATCH):
            async with self._run.step() as step:
                step.total = total
                step.outcomes += outcomes[start : start + _BATCH]
        for batch in plan.batches(_BATCH):
            if self._dry_run_code is None:
                await stock_changes.retry_while_in_flight(partial(self._apply_batch, batch))
                continue
            async with self._run.step() as step:
                await self._record_outcomes(step, batch, current)

    async def _record_outcomes(
        self, step: Step, batch: Sequence[MappingRequest], current: Mapping[str, Stored]
    ) -> None:
        pending, pairs = _pending(batch, current)
        waiting = await mapping.waiting_orders(step.session, self._company_id, pairs)
        for request in batch:
            step.outcomes.append(self._outcome(request, waiting, is_news=request in pending, pairs=pairs))

    async def _apply_batch(self, batch: Sequence[MappingRequest]) -> None:
        """Write a batch under the lock that every way of mapping takes, planned once more from what it keeps still."""
        async with self._run.step() as step:
            session = step.session
            company = await session.get_one(Company, self._company_id, with_for_update={"key_share": True})
            products = await queries.by_sku(session, company.id, {request.sku for request in batch})
            holders = await queries.by_website_ids(
                session, company.id, _known({request.pair for request in batch})
            )
            current = {p.sku: Stored.of(p) for p in (*products.values(), *holders.values())}
            plan = mapping_plan.plan(batch, {sku: now.pair for sku, now in current.items()})
            step.outcomes += plan.refused
            applied = [request for unit in plan.units for request in unit]
            pending, pairs = _pending(applied, current)
            await _write(session, pending, products, pairs)
            waiting = await mapping.free_waiting_items(
                session, by=WORKER, company=company, pairs=pairs, now=self._now
            )
            step.outcomes += [
                self._outcome(request, waiting, is_news=request in pending, pairs=pairs)
                for request in applied
            ]

    def _outcome(
        self, request: MappingRequest, waiting: Waiting, *, is_news: bool, pairs: Collection[WebsiteIds]
    ) -> Outcome:
        if not is_news:
            said = f"{request.place}: {request.sku} has these values already."
            return Outcome.skipped(request.subject, "UNCHANGED", said)
        would = "" if self._dry_run_code is None else "would be "
        said = f"{request.place}: {request.sku} {would}changed."
        code = "CHANGED"
        if request.pair is not None and request.pair in pairs:
            code = "MAPPED"
            said = f"{request.place}: {request.sku} {would}mapped to goods id {request.pair[0]} and SKU id {request.pair[1]}."
            orders = len(waiting.get(request.pair, ()))
            if orders:
                said += f" Orders that waited for it: {orders}."
        return Outcome.succeeded(request.subject, self._dry_run_code or code, said)


async def _write(
    session: AsyncSession,
    requests: Collection[MappingRequest],
    products: Mapping[str, Product],
    pairs: Collection[WebsiteIds],
) -> None:
    await stock_changes.record(session, {products[request.sku].stock_product_id for request in requests})
    # What only gets another safety quantity stays with the listing that the channel was told of.
    moving = [
        products[request.sku]
        for request in requests
        if request.pair not in {None, Stored.of(products[request.sku]).pair}
    ]
    # A listing has to be free before another product gets it, whatever the order in which rows are written.
    leaving = [product for product in moving if Stored.of(product).pair in pairs]
    for product in leaving:
        product.website_product_id = product.website_product_variant_id = None
    await session.flush()
    for request in requests:
        product = products[request.sku]
        if request.pair is not None:
            product.website_product_id, product.website_product_variant_id = request.pair
        if request.uses_default is not None:
            product.use_default_safety_quantity = request.uses_default
        if request.safety_quantity is not None:
            product.safety_quantity = request.safety_quantity
    await session.flush()
    await stock_changes.remap(session, [product.id for product in moving])


async def stored(session: AsyncSession, company_id: int) -> dict[str, Stored]:
    """All products of the company by SKU."""
    rows = await session.execute(
        select(
            Product.sku,
            Product.website_product_id,
            Product.website_product_variant_id,
            Product.use_default_safety_quantity,
            Product.safety_quantity,
        ).where(Product.company_id == company_id)
    )
    return {row.sku: Stored.of(row) for row in rows}


def _pending(
    requests: Collection[MappingRequest], current: Mapping[str, Stored]
) -> tuple[set[MappingRequest], set[WebsiteIds]]:
    """The requests that are not applied yet, and the listings that get another product by them."""
    pending = {request for request in requests if not current[request.sku].has(request)}
    return pending, _known({request.pair for request in pending if request.pair != current[request.sku].pair})


def _known(pairs: Collection[WebsiteIds | None]) -> set[WebsiteIds]:
    return {pair for pair in pairs if pair is not None}
