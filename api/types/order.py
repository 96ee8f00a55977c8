"""
Orders with their items, address and notes.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from api import enums, ids
from api.context import Info
from api.node import Node
from api.scalars import Money, money
from api.types.product import company_of
from domain import models
from domain.orders import restrictions
from domain.orders.restrictions import Restriction

if TYPE_CHECKING:
    from api.types.company import Company
    from api.types.package import Package
    from api.types.product import Product


@strawberry.type(description="Where an order goes.")
class Address:
    """An address as Temu gives it."""

    name: str | None = strawberry.field(description="The recipient.")
    phone: str | None = strawberry.field(
        description="Often a number of Temu's that is passed on, with an extension."
    )
    line1: str | None = strawberry.field(description="Street and number.")
    line2: str | None = strawberry.field(
        description="What else there is of the street address; its last part is the district where there is a city too."
    )
    city: str | None = strawberry.field(description="City; the district where Temu tells no city.")
    district: str | None = strawberry.field(
        description="Part of the city, where Temu tells one. It stands in line2 or in city too."
    )
    region: str | None = strawberry.field(description="State, province or county.")
    postal_code: str | None = strawberry.field(description="Postal code.")
    country_code: str | None = strawberry.field(description="ISO 3166-1, such as US.")
    tax_code: str | None = strawberry.field(
        description="The buyer's tax number where Temu tells one, as of Brazil (CPF), with whatever zeros it begins with."
    )
    tax_code_type: str | None = strawberry.field(
        description="Temu's own number for the kind of taxCode, which no document explains."
    )

    @classmethod
    def from_row(cls, row: models.OrderAddress) -> "Address":
        """
        The address of a row.
        """
        return cls(
            name=row.name,
            phone=row.phone,
            line1=row.line1,
            line2=row.line2,
            city=row.city,
            district=row.district,
            region=row.region,
            postal_code=row.postal_code,
            country_code=row.country_code,
            tax_code=row.tax_code,
            tax_code_type=row.tax_code_type,
        )


@strawberry.type(
    description="One of Temu's orders below a parent order: some pieces of exactly one Temu SKU."
)
class OrderItem(Node):
    """An item of an order."""

    row: strawberry.Private[models.OrderItem]
    channel_order_item_id: str = strawberry.field(description="Temu's order number below the parent order.")
    previous_channel_order_item_id: str | None = strawberry.field(
        description="The number that Temu listed this item under before; null where it never had another."
    )
    is_unknown_product: bool = strawberry.field(description="Whether no product is mapped to its listing.")
    website_product_id: str = strawberry.field(description="Temu Goods ID.")
    website_product_variant_id: str = strawberry.field(description="Temu SKU ID.")
    title: str = strawberry.field(description="Temu's title of the goods.")
    quantity: int = strawberry.field(description="Pieces ordered.")
    cancelled_quantity: int = strawberry.field(description="Pieces of these that were cancelled.")
    shipped_quantity: int = strawberry.field(description="Pieces of these that were shipped.")
    pieces_per_unit: int = strawberry.field(
        description="Pieces of stock that one of quantity is: 1, but for packs that semi-managed malls sell."
    )
    fulfilled_by: enums.FulfilledBy = strawberry.field(description="Who packs and ships it.")
    unit_price: Money | None = strawberry.field(
        description="Retail price of one piece; null until Temu tells it."
    )

    @classmethod
    def from_row(cls, row: models.OrderItem) -> "OrderItem":
        """
        The item of a row.
        """
        return cls(
            id=strawberry.ID(ids.encode("OrderItem", row.id)),
            row=row,
            channel_order_item_id=row.channel_order_item_id,
            previous_channel_order_item_id=row.previous_channel_order_item_id,
            is_unknown_product=row.product_id is None,
            website_product_id=row.website_product_id,
            website_product_variant_id=row.website_product_variant_id,
            title=row.title,
            quantity=row.quantity,
            cancelled_quantity=row.cancelled_quantity,
            shipped_quantity=row.shipped_quantity,
            pieces_per_unit=row.pieces_per_unit,
            fulfilled_by=row.fulfilled_by,
            unit_price=money(row.unit_price_amount, row.currency_code),
        )

    @strawberry.field(description="Null: an Unknown product.")
    async def product(self, info: Info) -> Annotated["Product", strawberry.lazy("api.types.product")] | None:
        return (
            None
            if self.row.product_id is None
            else await info.context.loaders.product.load(self.row.product_id)
        )


@strawberry.type(description="Something that happened to an order, told by a person or by Tradewind.")
class OrderNote(Node):
    """A note on an order."""

    body: str = strawberry.field(description="What happened.")
    author: str = strawberry.field(description="Who tells it.")
    created_at: datetime = strawberry.field(description="When it was told.")

    @classmethod
    def from_row(cls, row: models.OrderNote) -> "OrderNote":
        """
        The note of a row.
        """
        return cls(
            id=strawberry.ID(ids.encode("OrderNote", row.id)),
            body=row.body,
            author=row.author,
            created_at=row.created_at,
        )


@strawberry.type(description="That the buyer has asked to cancel an order, or a part of it.")
class CancellationRequest:
    """A buyer's request that waits."""

    requested_at: datetime = strawberry.field(description="When the buyer asked.")
    respond_by: datetime | None = strawberry.field(
        description="When Temu agrees by itself, unless the request is answered in the seller centre before."
    )

    @classmethod
    def from_row(cls, row: models.CancellationRequest) -> "CancellationRequest":
        """
        The request of a row.
        """
        return cls(requested_at=row.requested_at, respond_by=row.respond_by)


@strawberry.type(description="What forbids labels of one's own on an order: of some carriers, or of all.")
class ShippingRestriction:
    """A restriction with the carriers that it concerns."""

    code: str = strawberry.field(
        description="Temu's word, such as RESTRICT_FEDEX_SELF_SHIPPING; of an address, its reason."
    )
    forbids_all_carriers: bool = strawberry.field(
        description="Whether no label of one's own is taken at all, so that one has to be bought in the seller centre."
    )
    carriers: list[str] = strawberry.field(
        description="The carriers or brands whose labels are not taken; empty where it concerns all."
    )

    @classmethod
    def of(cls, restriction: Restriction) -> "ShippingRestriction":
        """
        As the schema shows it.
        """
        return cls(
            code=restriction.code,
            forbids_all_carriers=restriction.forbids_all,
            carriers=list(restriction.carriers),
        )


@strawberry.type(description="A parent order of Temu's.")
class Order(Node):
    """An order."""

    row: strawberry.Private[models.Order]
    channel: enums.Channel = strawberry.field(description="Where it came from.")
    order_source: enums.OrderSource = strawberry.field(description="How it reached the back office.")
    channel_order_id: str = strawberry.field(description="Temu's parent order number.")
    status: enums.OrderStatus = strawberry.field(description="What may be done with it.")
    shipping_status: enums.ShippingStatus = strawberry.field(description="How much of it has been shipped.")
    source_updated_for_shipping: bool = strawberry.field(description="Whether Temu knows how it was shipped.")
    fulfilled_by: enums.FulfilledBy = strawberry.field(description="Who packs and ships it.")
    ordered_at: datetime = strawberry.field(description="When the buyer placed it.")
    latest_ship_at: datetime | None = strawberry.field(
        description="Ship by: until when Temu expects it to be sent."
    )
    hold_reasons: list[enums.HoldReason] = strawberry.field(
        description="Why it is ON_HOLD; empty in every other status."
    )
    labels: list[enums.OrderLabel] = strawberry.field(description="What Temu says of it beside its status.")
    channel_notices: list[str] = strawberry.field(
        description="Labels and warnings of Temu's that have no value here, in its words, such as SUGGEST_SIGNATURE_ON_DELIVERY."
    )
    shipping_restrictions: list[str] = strawberry.field(
        description="What forbids labels of one's own, in Temu's words: of every carrier, or of those that "
        "shippingRestrictionDetails names; empty when any may be used."
    )
    shipping_restriction_details: list[ShippingRestriction] = strawberry.field(
        description="The same, each with the carriers that it concerns. shipOrder refuses these and takes others."
    )
    total: Money | None = strawberry.field(
        description="What the buyer paid in all; null until Temu tells it, and where the token may not know."
    )

    @classmethod
    def from_row(cls, row: models.Order) -> "Order":
        """
        The order of a row.
        """
        return cls(
            id=strawberry.ID(ids.encode("Order", row.id)),
            row=row,
            channel=row.channel,
            order_source=row.order_source,
            channel_order_id=row.channel_order_id,
            status=row.status,
            shipping_status=row.shipping_status,
            source_updated_for_shipping=row.source_updated_for_shipping,
            fulfilled_by=row.fulfilled_by,
            ordered_at=row.ordered_at,
            latest_ship_at=row.latest_ship_at,
            hold_reasons=[enums.HoldReason(value) for value in row.hold_reasons],
            labels=[enums.OrderLabel(value) for value in row.labels],
            channel_notices=row.channel_notices,
            shipping_restrictions=row.restrictions,
            shipping_restriction_details=[ShippingRestriction.of(each) for each in restrictions.loaded(row)],
            total=money(row.total_amount, row.currency_code),
        )

    @strawberry.field(description="The company that sells it.")
    async def company(self, info: Info) -> Annotated["Company", strawberry.lazy("api.types.company")]:
        return await company_of(info, self.row.company_id)

    @strawberry.field(description="Where it goes; null while Temu keeps it back, and until it was fetched.")
    async def shipping_address(self, info: Info) -> Address | None:
        return await info.context.loaders.address_of_order.load(self.row.id)

    @strawberry.field(
        description="The buyer has asked to cancel; Temu agrees by itself at respondBy. Null when no request waits."
    )
    async def cancellation_request(self, info: Info) -> CancellationRequest | None:
        return await info.context.loaders.cancellation_of_order.load(self.row.id)

    @strawberry.field(description="What was ordered.")
    async def items(self, info: Info) -> list[OrderItem]:
        return await info.context.loaders.items_of_order.load(self.row.id)

    @strawberry.field(
        description="What was shipped of it, in the order in which it was recorded; without what was voided."
    )
    async def packages(self, info: Info) -> list[Annotated["Package", strawberry.lazy("api.types.package")]]:
        return await info.context.loaders.packages_of_order.load(self.row.id)

    @strawberry.field(description="What happened to it, oldest first.")
    async def notes(self, info: Info) -> list[OrderNote]:
        return await info.context.loaders.notes_of_order.load(self.row.id)
