"""Listings that a caller names."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.errors import LimitExceeded, Required
from domain.models import Listing, Product
from domain.products.listing_queries import is_of

FIELD = "listingIds"


def check_count(listing_ids: Sequence[int], *, at_most: int) -> None:
    """Raise Required or LimitExceeded."""
    if not listing_ids:
        raise Required("Name at least one listing.", field=(FIELD,))
    if len(listing_ids) > at_most:
        raise LimitExceeded(
            f"At most {at_most} listings a call; these are {len(listing_ids)}.", field=(FIELD,)
        )


async def named(session: AsyncSession, company_id: int, listing_ids: Sequence[int]) -> Mapping[int, Listing]:
    """Those of them that the company has."""
    statement = select(Listing).where(Listing.company_id == company_id, Listing.id.in_(listing_ids))
    return {listing.id: listing for listing in await session.scalars(statement)}


async def products_of(session: AsyncSession, listings: Mapping[int, Listing]) -> Mapping[int, int]:
    """By listing, the product that is mapped to it."""
    statement = (
        select(Listing.id, func.min(Product.id))
        .join(Product, is_of(Listing, Product))
        .where(Listing.id.in_(listings))
        .group_by(Listing.id)
    )
    return {listing_id: product_id for listing_id, product_id in await session.execute(statement)}  # noqa: C416 - rows, not pairs
