"""Whose mall a token turns out to be: a mall is one company's, and a semi-managed one that of one company for each
region (C7, C10, C12).
"""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from domain.database.companies import crossing_companies
from domain.errors import Conflict, Taken
from domain.models import AccessToken, Company, MallType, TemuHost, TemuRegion

_TAKEN = "Another company has this mall already: each order would come in twice."


@dataclass(frozen=True)
class Mall:
    """Whose token it is, of which kind of shop, and for which part of Temu, as far as Temu tells. *is_type_shown*: not
    by mallType alone, but by what the token serves. *is_regional*: whether the shop may have a mall with this id in each
    region, which a local one by what its token serves may too where Temu's mallType says so: they contradict each other.
    """

    id: str | None = None
    type: MallType | None = None
    is_type_shown: bool = False
    is_regional: bool = False
    home: TemuRegion | None = None


class MallTaken(Taken):
    """Another company has the mall; nothing was written."""


async def claim(
    session: AsyncSession, company: Company, mall: Mall, *, field: tuple[str, ...] | None
) -> None:
    """Keep which mall the company has, and of what kind. Raises MallTaken, and Conflict where the company has another
    one, before anything is written; and Taken where somebody was quicker, after which the session can go no further.
    """
    if mall.id is None:
        return
    if company.mall_id not in {None, mall.id}:
        message = "This token belongs to another mall than this company's. Create a company for each mall."
        raise Conflict(message, field=field)
    if company.mall_id is None:
        others = select(Company.id).where(Company.mall_id == mall.id)
        if mall.is_regional:
            # The same shop in another region has orders of its own.
            others = others.where(Company.region.in_({company.region, mall.home or company.region}))
        if await _is_any(session, others):
            raise MallTaken(_TAKEN, field=field)
    company.mall_id = mall.id
    # What one token of the mall serves tells more than what another one's mallType says, and the partner host more than both.
    is_news = mall.is_type_shown or company.mall_type is None
    if mall.type is not None and is_news:
        is_regional = mall.is_regional and await _is_at_partner(session, company)
        company.mall_type = MallType.SEMI_MANAGED if is_regional else mall.type
    await _flush(session, _TAKEN, field)


async def move(session: AsyncSession, company: Company, region: TemuRegion) -> None:
    """Set the region of a company, before anything else of it is changed. Raises Taken where another company has the
    mall there.
    """
    message = "Another company has this mall in that region already: each order would come in twice."
    there = select(Company.id).where(
        Company.mall_id == company.mall_id, Company.region == region, Company.id != company.id
    )
    if company.mall_id is not None and await _is_any(session, there):
        raise Taken(message, field=("region",))
    company.region = region
    await _flush(session, message, ("region",))


async def _is_at_partner(session: AsyncSession, company: Company) -> bool:
    """Whether a token of the company's is good at the partner host, which semi-managed malls alone have [B]."""
    there = select(AccessToken.purpose).where(
        AccessToken.company_id == company.id, AccessToken.host == TemuHost.PARTNER
    )
    return await session.scalar(there.limit(1)) is not None


async def _is_any(session: AsyncSession, companies: Select[int]) -> bool:
    # Whoever has the mall already may be a company that the key may not see: that there is one is all that is told.
    async with crossing_companies(session):
        return await session.scalar(companies.limit(1)) is not None


async def _flush(session: AsyncSession, message: str, field: tuple[str, ...] | None) -> None:
    try:
        await session.flush()
    except IntegrityError:
        # Another company was given it since the look above. This unit can go no further.
        raise Taken(message, field=field) from None
