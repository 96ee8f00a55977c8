"""Companies with their settings and tokens."""

from datetime import datetime

from api.reading.declared import batch, column, many, one, paged, part, rows_of, timed
from api.schema.relay import Connection, Node
from api.schema.types.attention import AttentionItem, Schedule
from api.schema.types.channel_action import ChannelAction
from api.schema.types.directory import CarrierDirectory, ShippingAddressDirectory
from api.schema.types.inventory import ChannelWarehouseMapping
from api.schema.types.listing import ListingConnection
from api.schema.types.order import OrderConnection
from api.schema.types.product import ProductConnection
from api.schema.types.queued_job import QueuedJobConnection
from api.schema.types.returns import ReturnConnection
from api.schema.types.shipping_label import ShippingLabel
from api.schema.types.statistics import PERIOD, CompanyStatistics, period
from api.values import enums
from api.values.described import described_type
from api.values.filters.channel_actions import ChannelActionFilter
from api.values.filters.jobs import QueuedJobFilter
from api.values.filters.listings import ListingFilter
from api.values.filters.orders import OrderFilter
from api.values.filters.products import ProductFilter
from api.values.filters.returns import ReturnFilter
from api.values.filters.shipping_labels import ShippingLabelFilter
from api.values.ordering import ListingOrder, OrderOrder, ProductOrder, QueuedJobOrder, ReturnOrder
from domain import models
from domain.attention.conditions import ACTION_FILTER, ORDER_FILTER, PRODUCT_FILTER
from domain.attention.items import attention
from domain.channel_actions.queries import ACTIONS
from domain.companies import queries
from domain.companies.schedule import standings
from domain.orders.queries import ORDER_ORDERS, ORDER_STATES, ORDERS
from domain.products.listing_queries import LISTING_FILTER, LISTING_ORDERS, LISTING_STATES, LISTINGS
from domain.products.queries import PRODUCT_ORDERS, PRODUCT_STATES, PRODUCTS
from domain.queued_jobs.queries import JOB_FILTER, JOB_ORDERS, JOB_STATES, JOBS
from domain.returns.queries import RETURN_FILTER, RETURN_ORDERS, RETURN_STATES, RETURNS
from domain.shipping import directories
from domain.shipping.bought_labels.queries import LABEL_FILTER, LABELS


@rows_of(models.AccessToken)
@described_type
class AccessToken:
    """What is known of an access token; never the secret itself."""

    status: enums.AccessTokenStatus = timed("What Temu said of it, and its expiry.", queries.token_status)
    last_four: str | None = column("Its last four characters, to tell tokens apart.", queries.last_four)
    mall_id: str | None = column("The mall on Temu that it belongs to.")
    scopes: list[str] = column("The interfaces of Temu that it permits.")
    missing_scopes: list[str] = column("Interfaces that Tradewind calls and it doesn't permit.")
    associated_mall_ids: list[str] = column(
        "Further malls of the same seller, as Temu named them when beginAuthorization led to this token; each wants a company and "
        'an authorisation of its own. Such as ["634418212345678"]; empty where the token was set otherwise.'
    )
    expires_at: datetime | None = column("When Temu will no longer accept it.")
    tested_at: datetime | None = column("When Temu was last asked about it.")


@described_type
class CompanySettings:
    """Website General Settings and Website Cart Settings of one company."""

    store_type: enums.StoreType = column("What kind of website the company sells on.")
    store_plugin: enums.StorePlugin | None = column("The plugin that serves it.")
    region: enums.TemuRegion = column("The part of Temu that the mall belongs to.")
    mall_type: enums.MallType | None = column("What kind of shop the mall is; null until Temu has told.")
    allow_inventory_upload: bool = column("Whether stock goes out by schedule.")
    allow_order_download: bool = column("Whether orders come in by schedule.")
    allow_return_download: bool = column("Whether returns come in by schedule.")
    allow_tracking_upload: bool = column("Whether tracking goes out by schedule.")
    allow_price_upload: bool = column("Whether prices that are wanted go out by schedule.")
    require_minimum_price: bool = column(
        "Whether a price is refused for a product that has no minimum price."
    )
    upload_tracking_per_item: bool = column(
        "Whether Temu is told of each line of an order as soon as all of it is packed, while others follow. Off: "
        "of orders once they are fully shipped."
    )
    confirm_labels_automatically: bool = column(
        "Whether Temu is told by the clock, six hours before it says so by itself, that parcels with bought labels have left."
    )
    safety_quantity: int = column("Pieces of each product that the channel is not told of.")
    max_quantity: int | None = column("Never tell the channel more than this of one product.")
    sell_only_mapped_warehouses: bool = column(
        "Stock in a warehouse without a channel warehouse code is not offered."
    )
    orders_not_before: datetime | None = column("Orders placed before this are never imported.")
    access_token: AccessToken = one(
        "The mall's token: for everything, or for orders and shipping.",
        lambda company, token: (token.company_id == company.id) & queries.serves_orders(token),
        order=lambda token: [queries.main_first(token)],
        absent={"status": '"MISSING"', "scopes": "[]", "missingScopes": "[]", "associatedMallIds": "[]"},
    )
    product_access_token: AccessToken | None = one(
        "Cross-border malls have a second token for products and stock; null where the first serves all.",
        lambda company, token: (token.company_id == company.id) & ~queries.serves_orders(token),
    )


@rows_of(models.Company, lambda company: company.id)
@described_type
class Company(Node):
    """One brand or mall of the seller's organisation."""

    name: str = column("What people call it.")
    archived_at: datetime | None = column(
        "Since when it is put away, by archiveCompany: what it has can be read, and nothing is done for it. Null where it isn't."
    )
    created_at: datetime = column("When it was created.")
    updated_at: datetime = column(
        "When it, or what is known of how its imports and updates go, was last changed."
    )
    removed_at: datetime | None = column(
        "When it was removed with its tokens and buyers; what it has can be read and not changed. Null where it wasn't."
    )
    settings: CompanySettings = part("How it sells on its website.")
    products: ProductConnection = paged(
        "Its products, by SKU.",
        PRODUCTS,
        lambda company, product: product.company_id == company.id,
        filter=(ProductFilter, PRODUCT_FILTER),
        order_by=(ProductOrder, PRODUCT_ORDERS),
        counted=PRODUCT_STATES,
    )
    listings: ListingConnection = paged(
        "What its mall lists on Temu as it was last read, by title; empty until importListings, or matchWebsiteProperties, which "
        "reads it too. What is gone stays, with the status GONE.",
        LISTINGS,
        lambda company, listing: listing.company_id == company.id,
        filter=(ListingFilter, LISTING_FILTER),
        order_by=(ListingOrder, LISTING_ORDERS),
        counted=LISTING_STATES,
    )
    orders: OrderConnection = paged(
        "Its orders, the one placed last first.",
        ORDERS,
        lambda company, order: order.company_id == company.id,
        filter=(OrderFilter, ORDER_FILTER),
        order_by=(OrderOrder, ORDER_ORDERS),
        counted=ORDER_STATES,
    )
    attention: list[AttentionItem] = batch(
        "What a person should look at, worst first; empty when all is well.",
        lambda session, ids, reader: attention(session, ids, settings=reader.settings, now=reader.now),
    )
    schedules: list[Schedule] = batch(
        "How its scheduled work goes.",
        lambda session, ids, reader: standings(session, ids, settings=reader.settings, now=reader.now),
    )
    carrier_directories: list[CarrierDirectory] = batch(
        "Who carries its parcels to which country, as Temu told last; empty until an order was shipped, or "
        "refreshShippingDirectories.",
        lambda session, ids, _: directories.carrier_lists(session, ids),
    )
    shipping_address_directory: ShippingAddressDirectory | None = batch(
        "The places that its mall ships from, as Temu told last; null until then.",
        lambda session, ids, _: directories.address_lists(session, ids),
    )
    statistics: CompanyStatistics = part(
        "Numbers of its orders of a period, three years at the most.", taking=PERIOD, arguments=period
    )
    channel_warehouse_mappings: list[ChannelWarehouseMapping] = many(
        "The names by which its channel knows warehouses.",
        lambda company, mapping: mapping.company_id == company.id,
        order=lambda mapping: [mapping.warehouse_id],
        by_channel=True,
    )
    queued_jobs: QueuedJobConnection = paged(
        "Its jobs, newest first.",
        JOBS,
        lambda company, job: job.company_id == company.id,
        filter=(QueuedJobFilter, JOB_FILTER),
        order_by=(QueuedJobOrder, JOB_ORDERS),
        counted=JOB_STATES,
    )
    returns: ReturnConnection = paged(
        "What buyers of its mall send back, or want the money back for; what was asked for last comes first.",
        RETURNS,
        lambda company, row: row.company_id == company.id,
        filter=(ReturnFilter, RETURN_FILTER),
        order_by=(ReturnOrder, RETURN_ORDERS),
        counted=RETURN_STATES,
    )
    channel_actions: Connection[ChannelAction] = paged(
        "What its mall was asked to do beside shipping and stock, newest first.",
        ACTIONS,
        lambda company, action: action.company_id == company.id,
        filter=(ChannelActionFilter, ACTION_FILTER),
    )
    shipping_labels: Connection[ShippingLabel] = paged(
        "The labels that its mall has bought from Temu or is to buy, newest first.",
        LABELS,
        lambda company, label: label.company_id == company.id,
        filter=(ShippingLabelFilter, LABEL_FILTER),
    )
