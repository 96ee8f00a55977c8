"""
Products and their website properties.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from api import enums, ids
from api.context import Info
from api.node import Node
from domain import models
from domain.inventory.availability import available

if TYPE_CHECKING:
    from api.types.company import Company
    from api.types.inventory import InventoryLevel
    from api.types.stock import StockExplanation


@strawberry.type(description="What joins a product to its listing on Temu.")
class WebsiteProperties:
    """The website properties of a product."""

    product_id: strawberry.Private[int]
    website_product_id: str | None = strawberry.field(description="Temu Goods ID.")
    website_product_variant_id: str | None = strawberry.field(description="Temu SKU ID.")
    use_default_safety_quantity: bool = strawberry.field(
        description="Whether the company's safety quantity holds instead of the product's own."
    )
    safety_quantity: int = strawberry.field(description="The product's own safety quantity, in pieces.")

    @strawberry.field(
        description="What Temu last accepted as the product's stock; null where it was told nothing."
    )
    async def last_pushed_quantity(self, info: Info) -> int | None:
        stock = await info.context.loaders.channel_stock.load(self.product_id)
        return None if stock is None else stock.accepted_quantity

    @strawberry.field(description="When Temu accepted that.")
    async def last_pushed_at(self, info: Info) -> datetime | None:
        stock = await info.context.loaders.channel_stock.load(self.product_id)
        return None if stock is None else stock.accepted_at


@strawberry.type(description="One SKU of one company.")
class Product(Node):
    """A product."""

    row: strawberry.Private[models.Product]
    sku: str = strawberry.field(description="The seller's own code, unique within the company.")
    name: str = strawberry.field(description="What people call it.")
    website_properties: WebsiteProperties = strawberry.field(
        description="What joins it to its listing on Temu."
    )

    @classmethod
    def from_row(cls, row: models.Product) -> "Product":
        """
        The product of a row.
        """
        return cls(
            id=strawberry.ID(ids.encode("Product", row.id)),
            row=row,
            sku=row.sku,
            name=row.name,
            website_properties=WebsiteProperties(
                product_id=row.id,
                website_product_id=row.website_product_id,
                website_product_variant_id=row.website_product_variant_id,
                use_default_safety_quantity=row.use_default_safety_quantity,
                safety_quantity=row.safety_quantity,
            ),
        )

    @strawberry.field(description="The company that sells it.")
    async def company(self, info: Info) -> Annotated["Company", strawberry.lazy("api.types.company")]:
        return await company_of(info, self.row.company_id)

    @strawberry.field(
        description="Set on a shadow product: the product of the default company whose stock it sells."
    )
    async def shadow_of(
        self, info: Info
    ) -> Annotated["Product", strawberry.lazy("api.types.product")] | None:
        # Null too where the key may not see that company: the stock is told below all the same.
        return (
            None
            if self.row.shadow_of_id is None
            else await info.context.loaders.product.load(self.row.shadow_of_id)
        )

    @strawberry.field(description="What lies where; of a shadow product, the stock of the product it sells.")
    async def inventory(
        self, info: Info
    ) -> list[Annotated["InventoryLevel", strawberry.lazy("api.types.inventory")]]:
        return await info.context.loaders.levels_of_product.load(self.row.stock_product_id)

    @strawberry.field(
        description="Sellable quantity over all sellable warehouses, of the shadowed product where there is one. "
        "Below zero where more was sold than there is."
    )
    async def aggregate_sellable_quantity(self, info: Info) -> int:
        return await info.context.loaders.sellable.load((self.row.stock_product_id, None))

    @strawberry.field(
        description="What the channel is told: aggregate sellable quantity less safety quantity, never below zero."
    )
    async def available_quantity(self, info: Info, channel: enums.Channel = enums.Channel.WEBSITE) -> int:  # noqa: ARG002
        company = (await company_of(info, self.row.company_id)).row
        mapped_for = company.id if company.sell_only_mapped_warehouses else None
        own = self.row.safety_quantity
        return available(
            sellable=await info.context.loaders.sellable.load((self.row.stock_product_id, mapped_for)),
            safety_quantity=company.safety_quantity if self.row.use_default_safety_quantity else own,
            max_quantity=company.max_quantity,
        )

    @strawberry.field(description="Why the figure that the channel is told is what it is.")
    async def stock_explanation(
        self,
        info: Info,
        channel: enums.Channel = enums.Channel.WEBSITE,  # noqa: ARG002 - the only channel there is so far
    ) -> Annotated["StockExplanation", strawberry.lazy("api.types.stock")]:
        return await info.context.loaders.stock_explanation.load(self.row.id)


async def company_of(info: Info, company_id: int) -> "Company":
    """
    The company of something that the caller sees, and so sees too.
    """
    company = await info.context.loaders.company.load(company_id)
    if company is None:
        raise LookupError(f"company {company_id} is referred to and not visible")
    return company
