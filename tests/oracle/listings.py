"""Listings of malls, and which product each has."""

from collections.abc import Mapping
from typing import Any

from domain.folding import fold
from domain.models import Company, Listing, ListingStatus, MallType, Product
from tests.oracle.pages import Listed, Values, is_in, microseconds
from tests.oracle.rows import Fields, Seen


def _listings(company: Company, seen: Seen) -> list[Listing]:
    return seen.all(Listing, company_id=company.id)


def _is_of(listing: Listing, product: Product, seen: Seen) -> bool:
    """C12: of a semi-managed mall goods don't tell listings apart."""
    is_semi_managed = seen.get(Company, id=listing.company_id).mall_type is MallType.SEMI_MANAGED
    return (
        product.company_id == listing.company_id
        and product.website_product_variant_id == listing.website_product_variant_id
        and (is_semi_managed or product.website_product_id == listing.website_product_id)
    )


def _product(listing: Listing, seen: Seen) -> Product | None:
    found = [each for each in seen.all(Product) if _is_of(listing, each, seen)]
    return min(found, key=lambda each: each.id, default=None)


def _listing(product: Product, seen: Seen) -> Listing | None:
    found = [each for each in seen.all(Listing) if _is_of(each, product, seen)]
    return min(found, key=lambda each: each.website_product_id, default=None)


def _matches(listing: Listing, wanted: Mapping[str, Any], seen: Seen) -> bool:
    search = fold(wanted.get("search", ""))
    ids = (listing.website_product_id, listing.website_product_variant_id)
    sub_status = None if listing.sub_status is None else listing.sub_status.value
    is_mapped, is_gone = _product(listing, seen) is not None, listing.gone_at is not None
    return (
        any(search in text for text in (fold(listing.title), fold(listing.sku), *ids))
        and listing.status.value in wanted.get("status", [listing.status.value])
        and sub_status in wanted.get("subStatus", [sub_status])
        and listing.sku in wanted.get("skus", [listing.sku])
        and listing.website_product_id in wanted.get("websiteProductIds", [listing.website_product_id])
        and wanted.get("isMapped", is_mapped) is is_mapped
        and wanted.get("isGone", is_gone) is is_gone
        and is_in(listing.updated_at, wanted.get("updatedAt"))
    )


def _by_title(listing: Listing) -> Values:
    return listing.title, listing.id


def _price(listing: Listing, _seen: Seen) -> Mapping[str, Any] | None:
    if listing.price_amount is None or listing.currency_code is None:
        return None
    return {"amount": listing.price_amount, "currencyCode": listing.currency_code}


LISTS = {
    "Company.listings": Listed(
        "listings",
        _listings,
        _by_title,
        matches=_matches,
        orders={
            "TITLE": _by_title,
            "SKU": lambda listing: (listing.sku, listing.id),
            "UPDATED_AT": lambda listing: (microseconds(listing.updated_at), listing.id),
        },
        counted=("status", {status.value: [status.value] for status in ListingStatus}),
    )
}
FIELDS: Fields = {
    "Listing.sku": lambda listing, _: listing.sku or None,
    "Listing.price": _price,
    "Listing.product": _product,
    "Listing.company": lambda listing, seen: seen.visible(seen.get(Company, id=listing.company_id)),
    "Product.listing": _listing,
}
