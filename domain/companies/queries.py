"""Companies with their settings and tokens, as their readers may see them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession

from domain.database.dialect_sql import later
from domain.errors import NotConfigured
from domain.filtering import NOW, Filter, Flag, among, contains, search
from domain.models import (
    AccessToken,
    AccessTokenPurpose,
    AccessTokenStatus,
    Company,
    JobType,
    MallType,
    literally,
)
from domain.models.base import UtcDateTime
from domain.pagination import Key

EXPIRING = timedelta(days=30)
# What is done with the token for products and stock, where a mall has two.
PRODUCT_JOBS = (
    JobType.UPDATE_INVENTORY,
    JobType.UPLOAD_PRICES,
    JobType.IMPORT_LISTINGS,
    JobType.MATCH_WEBSITE_PROPERTIES,
    JobType.SEND_PRODUCT_ACTIONS,
)
# What is done with the first one, then or always.
ORDER_JOBS = (
    JobType.IMPORT_ORDERS,
    JobType.IMPORT_RETURNS,
    JobType.UPLOAD_TRACKING,
    JobType.SEND_ORDER_ACTIONS,
    JobType.FETCH_LABEL_FILES,
)
# The token for orders goes before the one for all.
_MAIN = (AccessTokenPurpose.ORDERS, AccessTokenPurpose.ALL)
# In the order in which they were created.
COMPANIES = [Key(Company.id)]


class CompanyOrderField(Enum):
    """By what companies can be sorted."""

    NAME = "NAME"  #: what people call them
    CREATED_AT = "CREATED_AT"  #: when they were created


COMPANY_ORDERS = {
    CompanyOrderField.NAME: [Key(Company.name), Key(Company.id)],
    CompanyOrderField.CREATED_AT: COMPANIES,
}


async def companies_of_mall(session: AsyncSession, mall_id: str, region: str | None) -> Sequence[int]:
    """The company that has this mall; asked only for what the mall itself sends. Of a semi-managed mall's companies,
    the one of the part of Temu that the message is about, or all of them where that can't be told.
    """
    statement = select(Company.id, Company.region).where(Company.mall_id == mall_id).order_by(Company.id)
    found = (await session.execute(statement)).all()
    return [number for number, of in found if of.value == region] or [number for number, _ in found]


async def tokens(session: AsyncSession, company_ids: Collection[int]) -> Sequence[AccessToken]:
    """The tokens of companies that the caller was seen to see."""
    statement = select(AccessToken).where(AccessToken.company_id.in_(company_ids))
    return (await session.scalars(statement.order_by(AccessToken.company_id, AccessToken.purpose))).all()


async def token_statuses(
    session: AsyncSession, company_ids: Collection[int], *, now: datetime
) -> Mapping[tuple[int, AccessTokenPurpose], AccessTokenStatus]:
    """What is known at *now* of the tokens of companies that the caller was seen to see."""
    status = token_status(AccessToken, lambda later: literal(now + later, UtcDateTime()))
    statement = select(AccessToken.company_id, AccessToken.purpose, status)
    rows = await session.execute(statement.where(AccessToken.company_id.in_(company_ids)))
    return {(company_id, purpose): found for company_id, purpose, found in rows}


def token_status(
    token: Any, at: Callable[[timedelta], ColumnElement[datetime]]
) -> ColumnElement[AccessTokenStatus]:
    """What is known of a token: what Temu said of it, and what its expiry has made of that since (C4). *at* is the
    present moment, or one that is so much later.
    """
    is_expiring = and_(token.status == literally(AccessTokenStatus.VALID), token.expires_at <= at(EXPIRING))
    status = case(
        # Refused too, no doubt, but this is why.
        (token.expires_at <= at(timedelta()), literally(AccessTokenStatus.EXPIRED)),
        (is_expiring, literally(AccessTokenStatus.EXPIRING)),
        else_=token.status,
    )
    return type_coerce(status, AccessToken.status.type)


def _main_status() -> ColumnElement[AccessTokenStatus]:
    """The same of the main token of a company, at the moment of the request."""
    status = token_status(AccessToken, lambda by: later(NOW, by))
    main = (
        select(status)
        .where(AccessToken.company_id == Company.id, serves_orders(AccessToken))
        .order_by(main_first(AccessToken))
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(main, literally(AccessTokenStatus.MISSING))


def last_four(token: Any) -> ColumnElement[str | None]:
    """The last characters of a token; null of one that is too short to show any."""
    return func.nullif(token.last_four, "")


def serves_orders(token: Any) -> ColumnElement[bool]:
    """Whether a token may be a company's main one: of several, the first in the order of main_first()."""
    return or_(*(token.purpose == literally(purpose) for purpose in _MAIN))


def main_first(token: Any) -> ColumnElement[int]:
    """In which order tokens are a company's main one."""
    return case({literally(purpose): place for place, purpose in enumerate(_MAIN)}, value=token.purpose)


def main_token(tokens_of_company: Collection[AccessToken]) -> AccessToken | None:
    """The token that orders and shipping use."""
    by_purpose = {token.purpose: token for token in tokens_of_company}
    return next((by_purpose[purpose] for purpose in _MAIN if purpose in by_purpose), None)


def serves_all(tokens_of_company: Collection[AccessToken]) -> bool:
    """Whether the token that orders use is for products and stock too."""
    main = main_token(tokens_of_company)
    return main is not None and main.purpose is AccessTokenPurpose.ALL


async def sealed_token(session: AsyncSession, company_id: int, job_type: JobType) -> str | None:
    """The token that a job uses at this moment, as it is stored, to tell later whether it is still in place."""
    token = token_for(job_type, await tokens(session, [company_id]))
    return None if token is None else token.sealed


def token_for(job_type: JobType, tokens_of_company: Collection[AccessToken]) -> AccessToken | None:
    """The token that a job uses: for stock and listings the second one, where the mall has two. One that was set for
    orders alone is never tried for these.
    """
    main = main_token(tokens_of_company)
    if job_type not in PRODUCT_JOBS:
        return main
    return product_token(tokens_of_company) or (main if serves_all(tokens_of_company) else None)


def require_token(
    job_type: JobType,
    company: Company,
    tokens_of_company: Collection[AccessToken],
    *,
    field: tuple[str, ...] | None = None,
) -> AccessToken:
    """The token that a job uses; raises NotConfigured without one, and where a semi-managed mall has only its first,
    which serves no products (C12).
    """
    token = token_for(job_type, tokens_of_company)
    if token is None and job_type in PRODUCT_JOBS and tokens_of_company:
        message = "This company has no access token for products and stock. Set it with setAccessToken(purpose: PRODUCTS)."
        raise NotConfigured(message, field=field)
    if token is None:
        raise NotConfigured("This company has no access token. Set it with setAccessToken.", field=field)
    is_second = token.purpose is AccessTokenPurpose.PRODUCTS
    if job_type in PRODUCT_JOBS and company.mall_type is MallType.SEMI_MANAGED and not is_second:
        message = (
            "This mall is a semi-managed one: products and stock need its second token. "
            "Set it with setAccessToken(purpose: PRODUCTS)."
        )
        raise NotConfigured(message, field=field)
    return token


def product_token(tokens_of_company: Collection[AccessToken]) -> AccessToken | None:
    """The second token of a cross-border mall; None where the first serves all."""
    return next((token for token in tokens_of_company if token.purpose is AccessTokenPurpose.PRODUCTS), None)


COMPANY_FILTER = Filter(
    store_plugin=among(Company.store_plugin),
    region=among(Company.region),
    token_status=among(_main_status()),
    is_archived=Flag(Company.archived_at.is_not(None)),
    search=search(lambda part: contains(Company.name, part, folded=Company.name_folded)),
)


def has_product_token() -> ColumnElement[bool]:
    """Whether the company in whose row this stands has a token for products and stock: a second one that Temu doesn't
    refuse, as what needs it waits for a new one then (C4), or a first one that is for all, as no semi-managed mall has (C12).
    """
    of_company = exists().where(AccessToken.company_id == Company.id)
    is_second = AccessToken.purpose == AccessTokenPurpose.PRODUCTS
    refused = of_company.where(is_second, AccessToken.status == AccessTokenStatus.REJECTED)
    is_for_all = AccessToken.purpose == AccessTokenPurpose.ALL
    is_local = Company.mall_type.is_distinct_from(MallType.SEMI_MANAGED)
    serves = of_company.where(or_(is_second, and_(is_for_all, is_local)))
    return and_(serves, ~refused)
