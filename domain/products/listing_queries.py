"""Listings, as their readers may see them, and which product each of them has."""

from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_
from sqlalchemy.orm import aliased

from domain.filtering import Filter, Flag, among, contains, during, search, states
from domain.models import Company, Listing, MallType, Product, literally
from domain.pagination import Key


class ListingOrderField(Enum):
    """By what listings can be sorted."""

    TITLE = "TITLE"  #: Temu's title
    SKU = "SKU"  #: the merchant's code on Temu, those without one first
    UPDATED_AT = "UPDATED_AT"  #: when something of them last changed


LISTINGS = [Key(Listing.title), Key(Listing.id)]
LISTING_ORDERS = {
    ListingOrderField.TITLE: LISTINGS,
    ListingOrderField.SKU: [Key(Listing.sku), Key(Listing.id)],
    ListingOrderField.UPDATED_AT: [Key(Listing.updated_at), Key(Listing.id)],
}


def code_of(listing: Any) -> ColumnElement[str | None]:
    """The merchant's code; null where there is none."""
    return func.nullif(listing.sku, "")


def is_of(listing: Any, product: Any) -> ColumnElement[bool]:
    """Whether a product is mapped to a listing: of the same goods and SKU, of a semi-managed mall by its SKU alone (C12)."""
    is_semi_managed = exists().where(
        Company.id == listing.company_id, Company.mall_type == literally(MallType.SEMI_MANAGED)
    )
    return and_(
        product.company_id == listing.company_id,
        product.website_product_variant_id == listing.website_product_variant_id,
        or_(product.website_product_id == listing.website_product_id, is_semi_managed),
    )


IS_MAPPED = exists().where(is_of(Listing, Product))
_other = aliased(Listing)
# Present, mapped to nothing, and with a code that is no product's and no other listing's.
CAN_BECOME_PRODUCT = and_(
    Listing.gone_at.is_(None),
    Listing.sku != "",
    ~IS_MAPPED,
    ~exists().where(Product.company_id == Listing.company_id, Product.sku == Listing.sku),
    ~exists().where(
        _other.company_id == Listing.company_id,
        _other.sku == Listing.sku,
        _other.id != Listing.id,
        _other.gone_at.is_(None),
    ),
)
LISTING_STATES = "status", states(Listing.status)
LISTING_FILTER = Filter(
    search=search(
        lambda part: or_(
            contains(Listing.title, part, folded=Listing.title_folded),
            contains(Listing.sku, part, folded=Listing.sku_folded),
            contains(Listing.website_product_id, part),
            contains(Listing.website_product_variant_id, part),
        )
    ),
    status=among(Listing.status),
    sub_status=among(Listing.sub_status),
    skus=among(Listing.sku),
    website_product_ids=among(Listing.website_product_id),
    is_mapped=Flag(IS_MAPPED),
    is_gone=Flag(Listing.gone_at.is_not(None)),
    updated_at=during(Listing.updated_at),
)
