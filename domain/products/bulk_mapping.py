"""Granting many wishes for mappings in a job: batch by batch, each with its outcomes, waiting items freed as it goes.

What a run has told of is done: one that was interrupted goes on with the rest, planned anew from what is stored now.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import files
from domain.access.principal import WORKER
from domain.database.session import Database
from domain.inventory import changes as stock_changes
from domain.models import Company, JobOutcomeStatus, Product
from domain.products import mapping, mapping_file, mapping_plan, queries, tables
from domain.products.mapping import Waiting
from domain.products.mapping_plan import Wish
from domain.products.queries import WebsiteIds
from domain.queued_jobs import queries as jobs
from domain.queued_jobs.arguments import ImportWebsiteProperties
from domain.queued_jobs.run import JobRun, Outcome, Step

_BATCH = 200


class MappingImport:
    """One run of an import of a mapping file (M2)."""

    def __init__(
        self, database: Database, run: JobRun, arguments: ImportWebsiteProperties, *, now: datetime
    ) -> None:
        self._database = database
        self._run = run
        self._arguments = arguments
        self._now = now

    async def run(self) -> None:
        """
        Read the file and grant its rows. Raises NotFound for a file that is gone, Invalid, LimitExceeded and Unavailable.
        """
        async with self._database.read() as session:
            content = await files.content(session, self._arguments.file_id)
        table = await tables.read(content)
        # In a thread, as the lease is kept on this loop.
        file = await asyncio.to_thread(mapping_file.read, table)
        bulk = BulkMapping(self._database, self._run, now=self._now,
                           only_say="VALID" if self._arguments.validate_only else None)  # fmt: skip
        await bulk.grant(file.wishes, file.others, order=file.subjects)


@dataclass(frozen=True)
class Stored:
    """A product as it is stored."""

    pair: WebsiteIds | None
    uses_default: bool
    safety_quantity: int

    @classmethod
    def of(cls, goods: str | None, variant: str | None, uses_default: bool, safety: int) -> "Stored":  # noqa: FBT001 - columns
        """From the columns of a row."""
        pair = None if goods is None or variant is None else (goods, variant)
        return cls(pair, uses_default, safety)

    @classmethod
    def of_product(cls, product: Product) -> "Stored":
        """The same of a whole row."""
        return cls.of(
            product.website_product_id,
            product.website_product_variant_id,
            product.use_default_safety_quantity,
            product.safety_quantity,
        )

    def fits(self, wish: Wish) -> bool:
        """Whether the wish is granted already."""
        return (
            wish.pair in {None, self.pair}
            and wish.uses_default in {None, self.uses_default}
            and wish.safety_quantity in {None, self.safety_quantity}
        )


class BulkMapping:
    """
    Grants wishes for products of the company that a job works for; *only_say* is the code where it changes nothing.
    """

    def __init__(self, database: Database, run: JobRun, *, now: datetime, only_say: str | None) -> None:
        self._database = database
        self._run = run
        self._now = now
        self._only_say = only_say
        self._company_id = run.job.company_id

    async def grant(
        self, wishes: Sequence[Wish], others: Sequence[Outcome], *, order: Sequence[str] = ()
    ) -> None:
        """Grant what can be granted and tell of everything, *others* included, once; what is refused in the *order* of
        these subjects, as that is how people go through their file.
        """
        async with self._database.read() as session:
            told = await jobs.subjects(session, self._run.job.id)
            current = await stored(session, self._company_id)
        total = len(wishes) + len(others)
        left = [_as_stored(wish, current) for wish in wishes if wish.subject not in told]
        plan = mapping_plan.plan(left, {sku: now.pair for sku, now in current.items()})
        outcomes = [other for other in others if other.subject not in told] + plan.refused
        places = {subject: place for place, subject in enumerate(order)}
        outcomes.sort(key=lambda outcome: places.get(outcome.subject, -1))
        for start in range(0, max(1, len(outcomes)), _BATCH):
            async with self._run.step() as step:
                step.total = total
                step.outcomes += outcomes[start : start + _BATCH]
        for batch in plan.batches(_BATCH):
            if self._only_say is None:
                await stock_changes.retry_while_in_flight(partial(self._apply, batch))
                continue
            async with self._run.step() as step:
                await self._say(step, batch, current)

    async def _say(self, step: Step, batch: Sequence[Wish], current: Mapping[str, Stored]) -> None:
        pending, pairs = _news(batch, current)
        waiting = await mapping.waiting_orders(step.session, self._company_id, pairs)
        for wish in batch:
            step.outcomes.append(self._outcome(wish, waiting, is_news=wish in pending, pairs=pairs))

    async def _apply(self, batch: Sequence[Wish]) -> None:
        """Write a batch under the lock that every way of mapping takes, planned once more from what it keeps still."""
        async with self._run.step() as step:
            session = step.session
            company = await session.get_one(Company, self._company_id, with_for_update={"key_share": True})
            products = await _products(session, company.id, {wish.sku for wish in batch})
            holders = await queries.by_website_ids(session, company.id, _known({wish.pair for wish in batch}))
            current = {p.sku: Stored.of_product(p) for p in (*products.values(), *holders.values())}
            plan = mapping_plan.plan(batch, {sku: now.pair for sku, now in current.items()})
            step.outcomes += plan.refused
            granted = [wish for unit in plan.units for wish in unit]
            pending, pairs = _news(granted, current)
            await _write(session, pending, products, pairs)
            waiting = await mapping.free_waiting_items(
                session, by=WORKER, company=company, pairs=pairs, now=self._now
            )
            step.outcomes += [
                self._outcome(wish, waiting, is_news=wish in pending, pairs=pairs) for wish in granted
            ]

    def _outcome(
        self, wish: Wish, waiting: Waiting, *, is_news: bool, pairs: Collection[WebsiteIds]
    ) -> Outcome:
        if not is_news:
            message = f"{wish.place}: {wish.sku} has these values already."
            return Outcome(wish.subject, JobOutcomeStatus.SKIPPED, "UNCHANGED", message)
        would = "" if self._only_say is None else "would be "
        said = f"{wish.place}: {wish.sku} {would}changed."
        code = "CHANGED"
        if wish.pair is not None and wish.pair in pairs:
            code = "MAPPED"
            said = f"{wish.place}: {wish.sku} {would}mapped to goods id {wish.pair[0]} and SKU id {wish.pair[1]}."
            orders = len(waiting.get(wish.pair, ()))
            if orders:
                said += f" Orders that waited for it: {orders}."
        return Outcome(wish.subject, JobOutcomeStatus.SUCCEEDED, self._only_say or code, said)


async def _write(
    session: AsyncSession,
    wishes: Collection[Wish],
    products: Mapping[str, Product],
    pairs: Collection[WebsiteIds],
) -> None:
    await stock_changes.record(session, {products[wish.sku].stock_product_id for wish in wishes})
    # What only gets another safety quantity stays with the listing that the channel was told of.
    moving = [
        products[wish.sku]
        for wish in wishes
        if wish.pair not in {None, Stored.of_product(products[wish.sku]).pair}
    ]
    # A listing has to be free before another product gets it, whatever the order in which rows are written.
    leaving = [product for product in moving if Stored.of_product(product).pair in pairs]
    for product in leaving:
        product.website_product_id = product.website_product_variant_id = None
    await session.flush()
    for wish in wishes:
        product = products[wish.sku]
        if wish.pair is not None:
            product.website_product_id, product.website_product_variant_id = wish.pair
        if wish.uses_default is not None:
            product.use_default_safety_quantity = wish.uses_default
        if wish.safety_quantity is not None:
            product.safety_quantity = wish.safety_quantity
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
    return {sku: Stored.of(goods, variant, uses, safety) for sku, goods, variant, uses, safety in rows}


async def _products(session: AsyncSession, company_id: int, skus: Collection[str]) -> dict[str, Product]:
    rows = await session.scalars(
        select(Product).where(Product.company_id == company_id, Product.sku.in_(skus))
    )
    return {product.sku: product for product in rows}


def _as_stored(wish: Wish, current: Mapping[str, Stored]) -> Wish:
    return replace(wish, sku=wish.written) if wish.written in current else wish


def _news(wishes: Collection[Wish], current: Mapping[str, Stored]) -> tuple[set[Wish], set[WebsiteIds]]:
    """The wishes that are not granted yet, and the listings that get another product by them."""
    pending = {wish for wish in wishes if not current[wish.sku].fits(wish)}
    return pending, _known({wish.pair for wish in pending if wish.pair != current[wish.sku].pair})


def _known(pairs: Collection[WebsiteIds | None]) -> set[WebsiteIds]:
    return {pair for pair in pairs if pair is not None}
