"""The job that reads what Temu asks for products, and has it told of the prices that are wanted and to be sent.

It sends nothing itself: each goods that has a price to be sent gets an action, which is sent once and followed.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import clock
from domain.access.principal import WORKER
from domain.channel_actions import requests
from domain.companies import malls
from domain.database.upsert import upsert
from domain.models import (
    ChannelAction,
    ChannelActionKind,
    Company,
    JobTrigger,
    PriceState,
    Product,
    ProductPrice,
)
from domain.prices import operations, reviews, rules
from domain.prices.reviews import Asked, Change
from domain.queued_jobs.arguments import UploadPrices
from domain.queued_jobs.run import JobRun, Outcome, not_permitted
from domain.resources import Resources
from domain.temu import prices
from domain.temu.client import TemuClient
from domain.temu.errors import PermissionMissing, TemuRefused
from domain.temu.prices import GOODS_A_CALL, REASONS_A_CALL, SKUS_A_CALL, Price, PriceOrderMessage

# What nobody asked for is read so often.
_READ_EVERY = timedelta(days=1)
# Calls' worth of goods, one after the other, all of which Temu refuses: it is no longer these goods that it minds.
_MOST_REFUSED = 5
_NOT_MAPPED = "This product is not mapped to Temu. Map it with updateWebsiteProperties."
_WAITS = "Temu is told once it has ended what it was asked for these goods before."
_TEMUS_OWN = "Another price of this SKU waits at Temu. Answer it in the seller centre, or wait for its end; then run uploadPrices."


class PriceUpload:
    """One run for one company."""

    def __init__(self, resources: Resources, run: JobRun, arguments: UploadPrices, *, now: datetime) -> None:
        self._resources = resources
        self._run = run
        self._named = arguments.product_ids
        self._now = now
        # Products whose price was read by this run, so that what Temu has already is not sent.
        self._read: set[int] = set()

    async def run(self) -> None:
        """Read, and ask for what is to be sent. Raises Conflict for a semi-managed mall, PermissionMissing, Unavailable."""
        company, temu = await malls.connect(self._resources, self._run.company_id, self._run.job.type)
        operations.refuse_semi_managed(company)
        if self._run.job.trigger is JobTrigger.SCHEDULE:
            async with self._run.transaction() as session:
                await operations.mark_requested(session, company.id, None, now=self._now)
        await self._tell_unfit()
        await self._read_prices(temu)
        after = ""
        while goods := await self._goods(after):
            found = await self._orders(temu, goods)
            async with self._run.step() as step:
                for goods_id, orders in found.items():
                    if isinstance(orders, TemuRefused):
                        step.outcomes.append(_refused(f"goods {goods_id}", orders))
                    else:
                        step.outcomes += await self._plan(step.session, goods_id, orders)
            after = goods[-1]

    async def _orders(
        self, temu: TemuClient, goods: Sequence[str]
    ) -> Mapping[str, Sequence[PriceOrderMessage] | TemuRefused]:
        """The price orders of each; asked for one by one where Temu refuses, or a row makes no sense: one concerns no other."""
        try:
            found = await prices.orders(temu, goods, check=self._run.check_lease)
        except TemuRefused as error:
            if len(goods) == 1:
                return {goods[0]: error}
            return {each: one for name in goods for each, one in (await self._orders(temu, [name])).items()}
        return {each: [order for order in found if str(order.goods_id) == each] for each in goods}

    async def _tell_unfit(self) -> None:
        """Which of the products that a person named Temu can't be told of."""
        if self._named is None:
            return
        async with self._run.step() as step:
            of_these = Product.company_id == self._run.company_id, Product.id.in_(self._named)
            skus = await step.session.scalars(
                select(Product.sku).where(*of_these, Product.website_product_id.is_(None))
            )
            step.outcomes += [Outcome.failed(sku, "NOT_MAPPED", _NOT_MAPPED) for sku in skus]

    async def _read_prices(self, temu: TemuClient) -> None:
        """What Temu asks by now, as far as it tells: it may not be permitted, and then nothing but that is told."""
        after = refused_in_a_row = 0
        while refused_in_a_row < _MOST_REFUSED and (batch := await self._to_be_read(after)):
            of_goods: dict[str, list[str]] = {}
            for _, goods, variant in batch:
                of_goods.setdefault(goods, []).append(variant)
            began = clock.now()
            try:
                found, refused = await self._prices(temu, of_goods)
            except PermissionMissing as error:
                async with self._run.step() as step:
                    step.outcomes.append(not_permitted("(prices at Temu)", error.message))
                return
            after = batch[-1][0]
            if len(refused) == len(of_goods) > 1:
                refused_in_a_row += 1
                async with self._run.step() as step:
                    step.outcomes.append(_refused("(prices at Temu)", next(iter(refused.values()))))
                continue
            refused_in_a_row = 0
            read = [each for each in batch if each[1] not in refused]
            async with self._run.step() as step:
                # What isn't known is not compared, and goes out all the same.
                step.outcomes += [_refused(f"(price of {each})", error) for each, error in refused.items()]
                await _store(step.session, self._run.company_id, read, found, began=began)
            self._read |= {product_id for product_id, _, variant in read if variant in found}

    async def _prices(
        self, temu: TemuClient, of_goods: Mapping[str, Sequence[str]]
    ) -> tuple[dict[str, Price], dict[str, TemuRefused]]:
        """What Temu asks for SKUs, and of which goods it refuses to say: asked for by halves then, as one concerns no other (T7)."""
        await self._run.check_lease()
        names = sorted(of_goods)
        try:
            return dict(await prices.prices(temu, of_goods)), {}
        except TemuRefused as error:
            if len(names) == 1:
                return {}, {names[0]: error}
        middle = len(names) // 2
        found, refused = await self._prices(temu, {each: of_goods[each] for each in names[:middle]})
        more, others = await self._prices(temu, {each: of_goods[each] for each in names[middle:]})
        return found | more, refused | others

    async def _to_be_read(self, after: int) -> Sequence[tuple[int, str, str]]:
        """The next mapped products, with their ids at Temu: those that were named, or that are to be sent, or not read for a day."""
        price = ProductPrice.product_id == Product.id
        is_old = ~exists().where(price, ProductPrice.channel_read_at > self._now - _READ_EVERY)
        is_wanted = exists().where(price, ProductPrice.requested_at.is_not(None))
        wanted = or_(is_wanted, is_old) if self._named is None else Product.id.in_(self._named)
        statement = select(Product.id, Product.website_product_id, Product.website_product_variant_id)
        statement = statement.where(*_sold(self._run.company_id), wanted, Product.id > after)
        async with self._run.database.read() as session:
            rows = await session.execute(statement.order_by(Product.id).limit(SKUS_A_CALL))
            return [(number, goods or "", variant or "") for number, goods, variant in rows]

    async def _goods(self, after: str) -> Sequence[str]:
        """The next goods of which something is to be sent, and for which Temu is not asked already."""
        statement = select(Product.website_product_id).join(
            ProductPrice, ProductPrice.product_id == Product.id
        )
        statement = statement.where(
            *_sold(self._run.company_id),
            ProductPrice.requested_at.is_not(None),
            Product.website_product_id > after,
        )
        ordered = statement.distinct().order_by(Product.website_product_id)
        async with self._run.database.read() as session:
            return [goods or "" for goods in await session.scalars(ordered.limit(GOODS_A_CALL))]

    async def _plan(
        self, session: AsyncSession, goods_id: str, found: Sequence[PriceOrderMessage]
    ) -> list[Outcome]:
        """Have Temu asked for what is to be sent of one goods, as far as that may be."""
        company = await session.get_one(Company, self._run.company_id)
        statement = select(ProductPrice, Product).join(Product, Product.id == ProductPrice.product_id)
        statement = statement.where(
            *_sold(company.id), Product.website_product_id == goods_id, ProductPrice.requested_at.is_not(None)
        )
        locked = statement.order_by(ProductPrice.product_id).with_for_update(of=ProductPrice)
        rows = [(price, product) for price, product in await session.execute(locked)]
        if await _is_open(session, company.id, goods_id):
            return [Outcome.skipped(product.sku, "WAITS", _WAITS) for _, product in rows]
        outcomes: list[Outcome] = []
        asked: list[tuple[Asked, str]] = []
        for price, product in rows:
            sku = product.website_product_variant_id or ""
            told = self._unsent(company, price, sku, found)
            if told is not None:
                outcomes.append(_outcome(product.sku, told))
            elif _has_room(asked, price.reason):
                asked.append((_asked(price, sku), product.sku))
        if asked:
            await self._ask(session, goods_id, [each for each, _ in asked], found)
        return outcomes + [
            Outcome.succeeded(sku, "REQUESTED", f"{each.amount} {each.currency_code}") for each, sku in asked
        ]

    def _unsent(
        self, company: Company, price: ProductPrice, sku: str, found: Sequence[PriceOrderMessage]
    ) -> tuple[str, str] | None:
        """Why one is not sent now, with what follows from it."""
        refusal = rules.why_not(price, requires_minimum=company.require_minimum_price)
        if refusal is not None:
            rules.refuse(price, *refusal, now=self._now)
            return refusal
        if any(reviews.is_open(order) and sku in map(str, order.sku_id_list or ()) for order in found):
            return "PRICE_ORDER_OPEN", _TEMUS_OWN
        if price.product_id in self._read and price.channel_amount == price.amount:
            price.requested_at = None
            rules.forget_answer(price, PriceState.ACCEPTED)
            return "UNCHANGED", "Temu has this price already."
        return None

    async def _ask(
        self, session: AsyncSession, goods_id: str, asked: list[Asked], found: Sequence[PriceOrderMessage]
    ) -> None:
        skus = {each.sku for each in asked}
        known = [
            str(order.price_order_id) for order in found if skus & set(map(str, order.sku_id_list or ()))
        ]
        parameters: Mapping[str, Any] = msgspec.to_builtins(Change(asked, known))
        await requests.request(
            session,
            ChannelActionKind.CHANGE_PRICE,
            by=WORKER,
            company_id=self._run.company_id,
            subject=goods_id,
            parameters=parameters,
            product_id=asked[0].product_id if len(asked) == 1 else None,
            is_once=False,
            trigger=JobTrigger.EVENT,
            now=clock.now(),
        )


def _sold(company_id: int) -> tuple[ColumnElement[bool], ...]:
    """A company's products that are sold, and joined to a listing."""
    return (
        Product.company_id == company_id,
        Product.archived_at.is_(None),
        Product.website_product_id.is_not(None),
        Product.website_product_variant_id.is_not(None),
    )


def _asked(price: ProductPrice, sku: str) -> Asked:
    return Asked(sku, price.product_id, f"{price.amount:f}", price.currency_code or "", price.reason)


def _has_room(asked: Sequence[tuple[Asked, str]], reason: str | None) -> bool:
    """Whether one more goes into a call; what doesn't goes out after it."""
    reasons = {each.reason for each, _ in asked} | {reason}
    return len(asked) < SKUS_A_CALL and len(reasons) <= REASONS_A_CALL


def _refused(subject: str, error: TemuRefused) -> Outcome:
    return Outcome.failed(subject, f"TEMU_{error.temu_code}", error.message)


def _outcome(sku: str, told: tuple[str, str]) -> Outcome:
    is_refusal = told[0] in {rules.BELOW_MINIMUM, rules.CURRENCY_DIFFERS}
    return Outcome.failed(sku, *told) if is_refusal else Outcome.skipped(sku, *told)


async def _is_open(session: AsyncSession, company_id: int, goods_id: str) -> bool:
    """Whether Temu is being asked for prices of these goods already."""
    is_open = select(ChannelAction.id).where(
        ChannelAction.company_id == company_id,
        ChannelAction.kind == ChannelActionKind.CHANGE_PRICE,
        ChannelAction.subject == goods_id,
        ChannelAction.ended_at.is_(None),
    )
    return await session.scalar(is_open) is not None


async def _store(
    session: AsyncSession,
    company_id: int,
    batch: Sequence[tuple[int, str, str]],
    found: Mapping[str, Price],
    *,
    began: datetime,
) -> None:
    """What Temu asked for products when the reading *began*. Those that it told nothing of were looked at too; of those whose price
    was approved meanwhile the reading is too old.
    """
    rows: list[dict[str, Any]] = []
    of_these = select(ProductPrice.product_id).where(
        ProductPrice.product_id.in_([each for each, *_ in batch])
    )
    newer = set(await session.scalars(of_these.where(ProductPrice.channel_read_at > began)))
    for product_id, _, variant in batch:
        if product_id in newer:
            continue
        price = found.get(variant)
        amount, currency = (None, None) if price is None else (price.amount, price.currency_code)
        rows.append(
            {
                "product_id": product_id, "company_id": company_id, "state": PriceState.NONE,
                "channel_amount": amount, "channel_currency_code": currency, "channel_read_at": began,
            }
        )  # fmt: skip
    news = ("channel_amount", "channel_currency_code", "channel_read_at")
    await upsert(session, ProductPrice, rows, key=("product_id",), news=news)
