"""Products and their website properties."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.reading.declared import batch, column, many, one, paged, part, rows_of, total
from api.schema.relay import Connection, Node
from api.schema.types.channel_action import ChannelAction
from api.schema.types.history import HistoryEntry
from api.schema.types.inventory import InventoryLevel
from api.schema.types.listing import Listing
from api.schema.types.price import ProductPrice
from api.schema.types.stock import StockExplanation
from api.values import enums
from api.values.described import described_type
from api.values.filters.channel_actions import ChannelActionFilter
from domain import models
from domain.attention.conditions import ACTION_FILTER
from domain.audit.history import HISTORY, of_product
from domain.channel_actions.queries import ACTIONS
from domain.inventory import availability
from domain.inventory.explanation import explain
from domain.products.listing_queries import is_of

if TYPE_CHECKING:
    from api.schema.types.company import Company


@described_type
class WebsiteProperties:
    """What joins a product to its listing on Temu."""

    website_product_id: str | None = column("Temu Goods ID.")
    website_product_variant_id: str | None = column("Temu SKU ID.")
    use_default_safety_quantity: bool = column(
        "Whether the company's safety quantity holds instead of the product's own."
    )
    safety_quantity: int = column("The product's own safety quantity, in pieces.")
    last_pushed_quantity: int | None = column(
        "What Temu last accepted as the product's stock; null where it was told nothing.",
        lambda product: availability.of_channel_stock(product, "accepted_quantity"),
    )
    last_pushed_at: datetime | None = column(
        "When Temu accepted that.", lambda product: availability.of_channel_stock(product, "accepted_at")
    )


@rows_of(models.Product)
@described_type
class Product(Node):
    """One SKU of one company."""

    sku: str = column("The seller's own code, unique within the company.")
    name: str = column("What people call it.")
    archived_at: datetime | None = column(
        "Since when it is not sold any more, by archiveProducts: Temu is told that none is available. Null where it is."
    )
    created_at: datetime | None = column("When it was added; null of one from before this was kept.")
    updated_at: datetime = column(
        "When it was last changed; its stock and what Temu was told of it don't count."
    )
    website_properties: WebsiteProperties = part("What joins it to its listing on Temu.")
    company: Annotated["Company", strawberry.lazy("api.schema.types.company")] = one(
        "The company that sells it.", lambda product, company: company.id == product.company_id
    )
    listing: Listing | None = one(
        "What it is mapped to, as Temu was last read to list it; null where it is not mapped, or no reading has met it.",
        lambda product, listing: is_of(listing, product),
        order=lambda listing: [listing.website_product_id],
    )
    # Null too where the key may not see that company: the stock is told below all the same.
    shadow_of: Annotated["Product", strawberry.lazy("api.schema.types.product")] | None = one(
        "Set on a shadow product: the product of the default company whose stock it sells.",
        lambda product, shadowed: shadowed.id == product.shadow_of_id,
    )
    inventory: list[InventoryLevel] = many(
        "What lies where; of a shadow product, the stock of the product it sells.",
        lambda product, level: level.product_id == availability.stock_id(product),
        order=lambda level: [level.warehouse_id],
    )
    aggregate_sellable_quantity: int = total(
        "Sellable quantity over all sellable warehouses, of the shadowed product where there is one. "
        "Below zero where more was sold than there is.",
        availability.aggregate_sellable,
    )
    available_quantity: int = total(
        "What the channel is told: aggregate sellable quantity less safety quantity, never below zero.",
        availability.available,
        by_channel=True,
    )
    price: ProductPrice | None = one(
        "What is wanted for it, and what Temu makes of that; null where nothing ever was, and Temu's price was never read.",
        lambda product, price: price.product_id == product.id,
    )
    stock_explanation: StockExplanation = batch(
        "Why the figure that the channel is told is what it is.",
        lambda session, ids, reader: explain(session, ids, by=reader.by),
        by_channel=True,
    )
    channel_actions: Connection[ChannelAction] = paged(
        "What Temu was asked to do with it beside its stock, newest first.",
        ACTIONS,
        lambda product, action: action.product_id == product.id,
        filter=(ChannelActionFilter, ACTION_FILTER),
    )
    history: Connection[HistoryEntry] = paged(
        "What people did to it, its mapping and its stock, and how Temu took its figures, newest first.",
        HISTORY,
        rows=of_product,
    )


@described_type
class ProductStatusCount:
    """How many products of a list are mapped, or are not."""

    status: enums.ProductStatus = strawberry.field(description="Which of the two.")
    count: int = strawberry.field(description="How many are: 0 where none is.")


@described_type
class ProductConnection(Connection[Product]):
    """A page of products."""

    status_counts: list[ProductStatusCount] = strawberry.field(
        description="How many products are mapped and how many are not, whichever the filter's own `isMapped` asks for; all of its "
        "other conditions hold."
    )
