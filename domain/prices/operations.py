"""What the seller wants for products, and the floors below which nothing is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain import text
from domain.access import rows
from domain.access.principal import Principal
from domain.companies.job_requests import check_named, request_with_token
from domain.database.upsert import upsert
from domain.errors import Conflict, Invalid, LimitExceeded, NotFound, Required
from domain.models import (
    ChannelAction,
    ChannelActionKind,
    ChannelActionStatus,
    Company,
    MallType,
    PriceState,
    Product,
    ProductPrice,
    QueuedJob,
    Role,
)
from domain.prices import reviews, rules
from domain.prices.reviews import Asked
from domain.queued_jobs.arguments import UploadPrices

AT_MOST = 500
_LONGEST_REASON = 200
_SEMI_MANAGED = "This mall is a semi-managed one, whose prices Temu's interfaces don't take: set them in its seller centre."


@dataclass(frozen=True)
class PriceInput:
    """What is wanted for a product; without an amount, nothing any more."""

    product_id: int
    amount: Decimal | None
    currency_code: str | None
    reason: str | None = None


@dataclass(frozen=True)
class MinimumInput:
    """The floor of a product; without an amount, none."""

    product_id: int
    amount: Decimal | None
    currency_code: str | None


async def update_prices(
    session: AsyncSession,
    *,
    by: Principal,
    company_id: int,
    inputs: Sequence[PriceInput],
    validate_only: bool = False,
    now: datetime,
) -> list[ProductPrice]:
    """Store what is wanted for products of a company: all of it or nothing, again does nothing. What was refused, and is wanted
    again, is pending anew. *validate_only* changes nothing.

    Raises NotFound, Required, Invalid, LimitExceeded, and Conflict below a floor and for a semi-managed mall; `field` names the
    price.
    """
    company = await rows.get(session, Company, company_id, by=by)
    refuse_semi_managed(company)
    amounts = [_amount(item.amount, item.currency_code, ("prices", str(i))) for i, item in enumerate(inputs)]
    reasons = [_reason(item.reason, ("prices", str(i), "reason")) for i, item in enumerate(inputs)]
    found = await _locked(session, company, [item.product_id for item in inputs], "prices")
    for i, (item, amount, reason) in enumerate(zip(inputs, amounts, reasons, strict=True)):
        price = found[item.product_id]
        is_news = (price.amount, price.currency_code) != (amount, item.currency_code)
        before = (price.amount, price.currency_code)
        price.amount, price.currency_code = amount, item.currency_code if amount is not None else None
        refusal = rules.why_not(price, requires_minimum=company.require_minimum_price)
        if refusal is not None:
            price.amount, price.currency_code = before
            raise Conflict(refusal[1], field=("prices", str(i), "amount"))
        if validate_only:
            price.amount, price.currency_code = before
        elif amount is None:
            price.reason = price.wanted_at = price.requested_at = None
            rules.forget_answer(price, PriceState.NONE)
        elif is_news or price.state is PriceState.REFUSED:
            price.reason, price.wanted_at, price.requested_at = reason, now, None
            rules.forget_answer(price, PriceState.PENDING)
        elif price.state is PriceState.PENDING:
            price.reason = reason or price.reason
    return [found[item.product_id] for item in inputs]


async def set_minimums(
    session: AsyncSession, *, by: Principal, company_id: int, inputs: Sequence[MinimumInput], now: datetime
) -> list[ProductPrice]:
    """Set floors of products of a company, all of them or none. What is pending below one is refused at once; what Temu has or
    reviews goes on. Raises NotFound, Invalid, LimitExceeded, and Conflict where Temu is being told of a lower price just now.
    """
    by.require(Role.ADMINISTER)
    company = await rows.get(session, Company, company_id, by=by)
    refuse_semi_managed(company)
    amounts = [
        _amount(item.amount, item.currency_code, ("minimums", str(i))) for i, item in enumerate(inputs)
    ]
    found = await _locked(session, company, [item.product_id for item in inputs], "minimums")
    # Locked before we look, so whoever marks one as in doubt has either done so, or will see the new floor.
    leaving = await _leaving(session, company.id)
    for i, (item, amount) in enumerate(zip(inputs, amounts, strict=True)):
        price = found[item.product_id]
        told = leaving.get(item.product_id)
        is_other = told is not None and told.currency_code != item.currency_code
        if amount is not None and told is not None and (is_other or told.price.amount < amount):
            message = f"Temu is being told of {told.amount} {told.currency_code} for this product just now. Try again in a minute."
            raise Conflict(message, field=("minimums", str(i), "amount"))
        price.minimum_amount = amount
        price.minimum_currency_code = None if amount is None else item.currency_code
        refusal = rules.why_not(price, requires_minimum=company.require_minimum_price)
        if refusal is not None and price.state is PriceState.PENDING:
            rules.refuse(price, *refusal, now=now)
    return [found[item.product_id] for item in inputs]


async def request_upload(
    session: AsyncSession,
    arguments: UploadPrices,
    *,
    by: Principal,
    company_id: int,
    key: str | None,
    now: datetime,
) -> QueuedJob:
    """Have what is pending go out, of these products or of all. Raises as request_with_token does, and Conflict for a semi-managed
    mall.
    """
    company = await rows.get(session, Company, company_id, by=by)
    refuse_semi_managed(company)
    if arguments.product_ids is not None:
        named = await check_named(session, Product, arguments.product_ids, by=by, company_id=company_id)
        arguments = UploadPrices(named)
    await mark_requested(session, company_id, arguments.product_ids, now=now)
    return await request_with_token(session, arguments, by=by, company_id=company_id, key=key, now=now)


async def mark_requested(
    session: AsyncSession, company_id: int, product_ids: Sequence[int] | None, *, now: datetime
) -> None:
    """What is pending of a company is to be sent."""
    pending = update(ProductPrice).where(
        ProductPrice.company_id == company_id,
        ProductPrice.state == PriceState.PENDING,
        ProductPrice.requested_at.is_(None),
    )
    if product_ids is not None:
        pending = pending.where(ProductPrice.product_id.in_(product_ids))
    await session.execute(pending.values(requested_at=now).execution_options(synchronize_session=False))


def refuse_semi_managed(company: Company) -> None:
    """Raise Conflict for a mall of a kind that Temu's price interfaces don't serve [A: their tables name local malls alone]."""
    if company.mall_type is MallType.SEMI_MANAGED:
        raise Conflict(_SEMI_MANAGED, field=("companyId",))


def _amount(amount: Decimal | None, currency_code: str | None, field: tuple[str, ...]) -> Decimal | None:
    if amount is None:
        return None
    if currency_code is None:
        raise Required("An amount needs its currencyCode.", field=(*field, "currencyCode"))
    return rules.read_amount(amount, currency_code, field=field)


def _reason(reason: str | None, field: tuple[str, ...]) -> str | None:
    return None if reason is None else text.line(reason, field=field, at_most=_LONGEST_REASON)


async def _locked(
    session: AsyncSession, company: Company, product_ids: Sequence[int], member: str
) -> Mapping[int, ProductPrice]:
    """The prices of products of a company, which each has from now on; locked in the order in which all lock them."""
    if not product_ids:
        raise Required("Name at least one product.", field=(member,))
    if len(product_ids) > AT_MOST:
        raise LimitExceeded(
            f"At most {AT_MOST} products a call; these are {len(product_ids)}.", field=(member,)
        )
    known = set(
        await session.scalars(
            select(Product.id).where(Product.company_id == company.id, Product.id.in_(product_ids))
        )
    )
    for i, product_id in enumerate(product_ids):
        if product_id not in known:
            raise NotFound(
                "There is no product with this productId.",
                field=(member, str(i), "productId"),
            )
        if product_id in product_ids[:i]:
            raise Invalid("This product is named twice in this call.", field=(member, str(i), "productId"))
    added = [
        {"product_id": each, "company_id": company.id, "state": PriceState.NONE} for each in sorted(known)
    ]
    await upsert(session, ProductPrice, added, key=("product_id",))
    statement = (
        select(ProductPrice).where(ProductPrice.product_id.in_(known)).order_by(ProductPrice.product_id)
    )
    locked = statement.with_for_update().execution_options(populate_existing=True)
    return {price.product_id: price for price in await session.scalars(locked)}


async def _leaving(session: AsyncSession, company_id: int) -> Mapping[int, Asked]:
    """What Temu is told at this moment, or may have been, by product."""
    statement = select(ChannelAction).where(
        ChannelAction.company_id == company_id,
        ChannelAction.kind == ChannelActionKind.CHANGE_PRICE,
        ChannelAction.status == ChannelActionStatus.IN_DOUBT,
        ChannelAction.ended_at.is_(None),
    )
    actions = await session.scalars(statement)
    return {asked.product_id: asked for each in actions for asked in reviews.change_of(each).prices}
