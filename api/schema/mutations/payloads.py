"""What mutations answer: the numbers of the rows they changed, read after the commit, or why they changed nothing."""

from datetime import datetime
from typing import Any

import strawberry

from api.reading.declared import by_number
from api.schema.errors import UserError
from api.schema.types.api_key import ApiKey
from api.schema.types.buyer import BuyerData
from api.schema.types.channel_action import ChannelAction
from api.schema.types.company import Company
from api.schema.types.inventory import Warehouse
from api.schema.types.listing import Listing
from api.schema.types.order import Order
from api.schema.types.product import Product
from api.schema.types.queued_job import QueuedJob
from api.schema.types.returns import Return
from api.schema.types.shipping_label import ShippingLabel, ShippingRate, UnavailableShippingRate
from api.values.described import described_type, optional


def errors() -> Any:
    """The member that each payload has."""
    description = "What was wrong with the input; empty when it was done."
    return strawberry.field(default_factory=list, description=description)


def _matched_orders() -> Any:
    return optional(
        "Orders with Unknown products that wait for a listing mapped now: the job that matches them, and reserves "
        "their stock, is queued.",
        0,
    )


@described_type
class CompanyPayload:
    """A company that was created or changed."""

    company_id: strawberry.Private[int | None] = None
    company: Company | None = by_number("As it is now; null where refused.", "company_id")
    user_errors: list[UserError] = errors()


@described_type
class AuthorizationPayload:
    """The way to a mall's token."""

    url: str | None = optional(
        "Where the seller authorises the app: a page of Temu's seller centre, for a browser that is signed in there, which sends it "
        "back to this server. Good for one token; whoever has it can give the company one. Null where refused.",
        None,
    )
    expires_at: datetime | None = optional(
        "Until when it has to be opened and agreed to: ten minutes from now; null where refused.", None
    )
    user_errors: list[UserError] = errors()


@described_type
class TestSettingsPayload:
    """What Temu says of a company's settings."""

    __test__ = False  # Not a test, whatever pytest makes of its name.

    ok: bool = optional(
        "Whether everything works; event push, without which all does, is advice alone.", False
    )
    company_id: strawberry.Private[int | None] = None
    company: Company | None = by_number("With what is known of its tokens now.", "company_id")
    advice: list[str] = strawberry.field(default_factory=list, description="What to do next, one line each.")
    user_errors: list[UserError] = errors()


@described_type
class WarehousePayload:
    """A warehouse that was created or changed."""

    warehouse_id: strawberry.Private[int | None] = None
    warehouse: Warehouse | None = by_number("As it is now; null where refused.", "warehouse_id")
    user_errors: list[UserError] = errors()


@described_type
class ProductPayload:
    """A product that was changed."""

    product_id: strawberry.Private[int | None] = None
    product: Product | None = by_number("As it is now; null where refused.", "product_id")
    matched_orders: int = _matched_orders()
    user_errors: list[UserError] = errors()


@described_type
class ProductsPayload:
    """Products that were created or changed."""

    product_ids: strawberry.Private[list[int] | None] = None
    products: list[Product] | None = by_number(
        "As they are now, in the order of the input; null where refused.", "product_ids"
    )
    matched_orders: int = _matched_orders()
    user_errors: list[UserError] = errors()


@described_type
class PricesPayload:
    """Products whose prices were changed, or looked at."""

    product_ids: strawberry.Private[list[int] | None] = None
    products: list[Product] | None = by_number(
        "As they are now, in the order of the input; null where refused.", "product_ids"
    )
    user_errors: list[UserError] = errors()


@described_type
class ListingsPayload:
    """Listings that are to be put on sale, or taken off it."""

    listing_ids: strawberry.Private[list[int] | None] = None
    listings: list[Listing] | None = by_number(
        "As they are now, in the order of the input; null where refused. Their status follows once Temu lists them so.",
        "listing_ids",
    )
    action_ids: strawberry.Private[list[int] | None] = None
    actions: list[ChannelAction] | None = by_number(
        "What Temu is asked to do, one for each listing that isn't so already; null where refused.",
        "action_ids",
    )
    user_errors: list[UserError] = errors()


@described_type
class ListingProductResult:
    """What became of one listing of createProductsFromListings."""

    listing_id: strawberry.ID = strawberry.field(description="The listing.")
    is_created: bool = strawberry.field(
        description="Whether a product was made of it; false without errors where one was mapped to it already."
    )
    user_errors: list[UserError] = errors()


@described_type
class ListingProductsPayload:
    """What became of listings that are to become products, each by itself."""

    results: list[ListingProductResult] = strawberry.field(
        default_factory=list,
        description="One for each listing, in the order of the input; none where refused.",
    )
    product_ids: strawberry.Private[list[int] | None] = None
    products: list[Product] | None = by_number(
        "The products that were made, in the order of their listings; null where refused.", "product_ids"
    )
    matched_orders: int = _matched_orders()
    remaining_count: int | None = optional(
        "How many more listings could become products, where none were named: call again until it is 0, or nothing is made.",
        None,
    )
    user_errors: list[UserError] = strawberry.field(
        default_factory=list,
        description="What was wrong with the call as a whole, so that nothing was done; what is wrong with a listing is in its "
        "result.",
    )


@described_type
class OrderPayload:
    """An order that was changed."""

    order_id: strawberry.Private[int | None] = None
    order: Order | None = by_number("As it is now; null where refused.", "order_id")
    user_errors: list[UserError] = errors()


@described_type
class OrdersPayload:
    """Orders that were changed together."""

    order_ids: strawberry.Private[list[int] | None] = None
    orders: list[Order] | None = by_number(
        "As they are now, in the order of the input; null where refused.", "order_ids"
    )
    advice: list[str] = strawberry.field(
        default_factory=list, description="What to know though it was done, one line each."
    )
    user_errors: list[UserError] = errors()


@described_type
class ShipOrderResult:
    """What became of one order of shipOrders."""

    order_id: strawberry.ID = strawberry.field(description="The order, as the input names it.")
    is_shipped: bool = strawberry.field(description="Whether its packages were recorded, all of them.")
    user_errors: list[UserError] = errors()


@described_type
class ShipOrdersPayload:
    """What became of several orders, each by itself."""

    results: list[ShipOrderResult] = strawberry.field(
        default_factory=list, description="One for each order, in the order of the input; none where refused."
    )
    order_ids: strawberry.Private[list[int] | None] = None
    orders: list[Order] | None = by_number(
        "Those that were shipped, as they are now, in the order of the input; null where refused.",
        "order_ids",
    )
    user_errors: list[UserError] = strawberry.field(
        default_factory=list,
        description="What was wrong with the call as a whole, so that nothing was done; what is wrong with an order is in its "
        "result.",
    )


@described_type
class EraseBuyerPayload:
    """What was erased of a buyer."""

    erased_count: int = optional("How many orders had something of the buyer that was erased now.", 0)
    order_ids: strawberry.Private[list[int] | None] = None
    orders: list[Order] | None = by_number(
        "These orders as they are now, the first 250; null where refused.", "order_ids"
    )
    user_errors: list[UserError] = errors()


@described_type
class ExportBuyerPayload:
    """What is kept of a buyer."""

    data: list[BuyerData] | None = optional("Order by order, the oldest first; null where refused.", None)
    order_ids: strawberry.Private[list[int] | None] = None
    orders: list[Order] | None = by_number(
        "These orders, with what was bought and paid; the first 250; null where refused.", "order_ids"
    )
    user_errors: list[UserError] = errors()


@described_type
class ChannelActionPayload:
    """Something that Temu is asked to do."""

    action_id: strawberry.Private[int | None] = None
    action: ChannelAction | None = by_number(
        "As it is now, where to follow what becomes of it; null where refused.", "action_id"
    )
    user_errors: list[UserError] = errors()


@described_type
class ShippingRatesPayload:
    """What labels for a parcel cost."""

    rates: list[ShippingRate] = strawberry.field(
        default_factory=list, description="The services that take it, in Temu's order; empty where refused."
    )
    unavailable: list[UnavailableShippingRate] = strawberry.field(
        default_factory=list, description="The services whose label can't be had for it, with why."
    )
    user_errors: list[UserError] = errors()


@described_type
class BuyShippingLabelResult:
    """What became of one purchase of buyShippingLabels."""

    order_ids: list[strawberry.ID] = strawberry.field(description="Its orders, as the input names them.")
    is_requested: bool = strawberry.field(description="Whether its label is going to be bought.")
    user_errors: list[UserError] = errors()


@described_type
class BuyShippingLabelsPayload:
    """What became of several purchases."""

    results: list[BuyShippingLabelResult] = strawberry.field(
        default_factory=list,
        description="One for each purchase, in the order of the input; none where refused.",
    )
    label_ids: strawberry.Private[list[int] | None] = None
    labels: list[ShippingLabel] | None = by_number(
        "Those that are going to be bought, in the order of the input; null where refused. What becomes of each is in its status "
        "and its action.",
        "label_ids",
    )
    user_errors: list[UserError] = strawberry.field(
        default_factory=list,
        description="What was wrong with the call as a whole, so that nothing was done; what is wrong with a purchase is in its "
        "result.",
    )


@described_type
class ShippingLabelPayload:
    """A label that was changed."""

    label_id: strawberry.Private[int | None] = None
    label: ShippingLabel | None = by_number("As it is now; null where refused.", "label_id")
    user_errors: list[UserError] = errors()


@described_type
class ConfirmLabelsShippedPayload:
    """What Temu is asked to do of labels whose parcels have left."""

    action_ids: strawberry.Private[list[int] | None] = None
    actions: list[ChannelAction] | None = by_number(
        "One for each label, in the order of the input, where to follow whether Temu took it; null where refused.",
        "action_ids",
    )
    user_errors: list[UserError] = errors()


@described_type
class PrintShippingLabelsPayload:
    """Where labels can be printed."""

    url: str | None = optional(
        "Where the PDF is fetched with GET, below the server's own address and without a key, such as "
        "/files/shipping-labels.pdf?token=v1...; null where refused.",
        None,
    )
    expires_at: datetime | None = optional("Until when; null where refused.", None)
    user_errors: list[UserError] = errors()


@described_type
class ReturnPayload:
    """A return that was changed."""

    return_id: strawberry.Private[int | None] = None
    return_: Return | None = by_number("The return; null where refused.", "return_id", name="return")
    user_errors: list[UserError] = errors()


@described_type
class JobPayload:
    """A job that was accepted."""

    job_id: strawberry.Private[int | None] = None
    job: QueuedJob | None = by_number("As it is now; null where refused.", "job_id")
    user_errors: list[UserError] = errors()


@described_type
class ApiKeyPayload:
    """An API key that was changed."""

    api_key_id: strawberry.Private[int | None] = None
    api_key: ApiKey | None = by_number("As it is now; null where refused.", "api_key_id")
    user_errors: list[UserError] = errors()


@described_type
class ApiKeySecretPayload:
    """An API key that was made."""

    api_key_id: strawberry.Private[int | None] = None
    api_key: ApiKey | None = by_number("The new key; null where refused.", "api_key_id")
    secret: str | None = optional("The key itself, tw_live_..., told this once; null where refused.", None)
    user_errors: list[UserError] = errors()
