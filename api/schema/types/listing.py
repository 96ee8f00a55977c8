"""Listings of malls."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.reading.declared import column, money, one, rows_of
from api.schema.relay import Connection, Node
from api.schema.types.money import Money
from api.values import enums
from api.values.described import described_type
from domain import models
from domain.products.listing_queries import code_of, is_of

if TYPE_CHECKING:
    from api.schema.types.company import Company
    from api.schema.types.product import Product


@rows_of(models.Listing)
@described_type
class Listing(Node):
    """One SKU that a mall lists on Temu, as it was last read: see importListings."""

    website_product_id: str = column(
        "Temu Goods ID; of a semi-managed mall the number of the product that its list tells, which orders don't name."
    )
    website_product_variant_id: str = column("Temu SKU ID.")
    sku: str | None = column("The merchant's own code on Temu; null where there is none.", code_of)
    title: str = column("Temu's title of the goods, 500 characters at most.")
    spec: str | None = column(
        "Which variant of the goods it is, such as 'Blue / L'; null where Temu tells none."
    )
    image_url: str | None = column("A picture of it, at an address of Temu's.")
    status: enums.ListingStatus = column("Whether it is for sale.")
    sub_status: enums.ListingSubStatus | None = column(
        "What Temu says of it beside that; null where that has no known meaning, or nothing is said."
    )
    sub_status_code: int | None = column(
        "Temu's own number of its sub-status, such as 3002; null where there is none."
    )
    price: Money | None = money(
        "What it costs by Temu's list, where that tells it. It isn't the price that the seller is paid.",
        lambda listing: listing.price_amount,
    )
    stock: int | None = column(
        "Pieces left by Temu's list, which may lag behind; null where it doesn't tell."
    )
    seen_at: datetime = column("When Temu was last read to list it.")
    gone_at: datetime | None = column(
        "When a whole reading of the mall's lists first didn't meet it any more; null while it does."
    )
    created_at: datetime = column("When it was met for the first time.")
    updated_at: datetime = column("When something of it was last seen to have changed.")
    company: Annotated["Company", strawberry.lazy("api.schema.types.company")] = one(
        "The company whose mall lists it.", lambda listing, company: company.id == listing.company_id
    )
    product: Annotated["Product", strawberry.lazy("api.schema.types.product")] | None = one(
        "The product that is mapped to it, which may be a shadow; null where none is.",
        is_of,
        order=lambda product: [product.id],
    )


@described_type
class ListingStatusCount:
    """How many listings of a list have a status."""

    status: enums.ListingStatus = strawberry.field(description="The status.")
    count: int = strawberry.field(description="How many have it: 0 where none has.")


@described_type
class ListingConnection(Connection[Listing]):
    """A page of listings."""

    status_counts: list[ListingStatusCount] = strawberry.field(
        description="How many listings have each status, whichever the filter's own `status` asks for; all of its other conditions "
        "hold."
    )
