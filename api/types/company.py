"""
Companies with their settings and tokens.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from api import enums, ids
from api.connections import Connection, requested
from api.context import Info
from api.filters import OrderFilter, ProductFilter, QueuedJobFilter, conditions
from api.node import Node
from domain import models
from domain.companies import queries

if TYPE_CHECKING:
    from api.types.attention import AttentionItem, Schedule
    from api.types.inventory import ChannelWarehouseMapping
    from api.types.order import Order
    from api.types.product import Product
    from api.types.queued_job import QueuedJob


@strawberry.type(description="What is known of an access token; never the secret itself.")
class AccessToken:
    """A token as its owner may see it."""

    status: enums.AccessTokenStatus = strawberry.field(description="What Temu said of it, and its expiry.")
    last_four: str | None = strawberry.field(description="Its last four characters, to tell tokens apart.")
    mall_id: str | None = strawberry.field(description="The mall on Temu that it belongs to.")
    scopes: list[str] = strawberry.field(description="The interfaces of Temu that it permits.")
    missing_scopes: list[str] = strawberry.field(
        description="Interfaces that Tradewind calls and it doesn't permit."
    )
    expires_at: datetime | None = strawberry.field(description="When Temu will no longer accept it.")
    tested_at: datetime | None = strawberry.field(description="When Temu was last asked about it.")

    @classmethod
    def of(cls, row: models.AccessToken | None, *, now: datetime) -> "AccessToken":
        """
        The token of a row, or the absence of one.
        """
        return cls(
            status=queries.status_of(row, now=now),
            last_four=(row.last_four or None) if row else None,
            mall_id=row.mall_id if row else None,
            scopes=row.scopes if row else [],
            missing_scopes=row.missing_scopes if row else [],
            expires_at=row.expires_at if row else None,
            tested_at=row.tested_at if row else None,
        )


@strawberry.type(description="Website General Settings and Website Cart Settings of one company.")
class CompanySettings:
    """The settings of a company."""

    row: strawberry.Private[models.Company]
    store_type: enums.StoreType = strawberry.field(description="What kind of website the company sells on.")
    store_plugin: enums.StorePlugin | None = strawberry.field(description="The plugin that serves it.")
    region: enums.TemuRegion = strawberry.field(description="The part of Temu that the mall belongs to.")
    mall_type: enums.MallType | None = strawberry.field(
        description="What kind of shop the mall is; null until Temu has told."
    )
    allow_inventory_upload: bool = strawberry.field(description="Whether stock goes out by schedule.")
    allow_order_download: bool = strawberry.field(description="Whether orders come in by schedule.")
    allow_tracking_upload: bool = strawberry.field(description="Whether tracking goes out by schedule.")
    safety_quantity: int = strawberry.field(
        description="Pieces of each product that the channel is not told of."
    )
    max_quantity: int | None = strawberry.field(
        description="Never tell the channel more than this of one product."
    )
    sell_only_mapped_warehouses: bool = strawberry.field(
        description="Stock in a warehouse without a channel warehouse code is not offered."
    )
    orders_not_before: datetime | None = strawberry.field(
        description="Orders placed before this are never imported."
    )

    @classmethod
    def from_row(cls, row: models.Company) -> "CompanySettings":
        """
        The settings of a company's row.
        """
        return cls(
            row=row,
            store_type=row.store_type,
            store_plugin=row.store_plugin,
            region=row.region,
            mall_type=row.mall_type,
            allow_inventory_upload=row.allow_inventory_upload,
            allow_order_download=row.allow_order_download,
            allow_tracking_upload=row.allow_tracking_upload,
            safety_quantity=row.safety_quantity,
            max_quantity=row.max_quantity,
            sell_only_mapped_warehouses=row.sell_only_mapped_warehouses,
            orders_not_before=row.orders_not_before,
        )

    @strawberry.field(description="The mall's token: for everything, or for orders and shipping.")
    async def access_token(self, info: Info) -> AccessToken:
        return (await info.context.loaders.tokens.load(self.row.id))[0]

    @strawberry.field(
        description="Cross-border malls have a second token for products and stock; null where the first serves all."
    )
    async def product_access_token(self, info: Info) -> AccessToken | None:
        return (await info.context.loaders.tokens.load(self.row.id))[1]


@strawberry.type(description="One brand or mall of the seller's organisation.")
class Company(Node):
    """A company."""

    row: strawberry.Private[models.Company]
    name: str = strawberry.field(description="What people call it.")
    settings: CompanySettings = strawberry.field(description="How it sells on its website.")

    @classmethod
    def from_row(cls, row: models.Company) -> "Company":
        """
        The company of a row.
        """
        return cls(
            id=strawberry.ID(ids.encode("Company", row.id)),
            row=row,
            name=row.name,
            settings=CompanySettings.from_row(row),
        )

    @strawberry.field(description="Its products, by SKU.")
    async def products(
        self,
        info: Info,
        first: int | None = strawberry.UNSET,
        after: str | None = strawberry.UNSET,
        last: int | None = strawberry.UNSET,
        before: str | None = strawberry.UNSET,
        filter: ProductFilter | None = strawberry.UNSET,  # noqa: A002 - the contract's name
    ) -> Connection[Annotated["Product", strawberry.lazy("api.types.product")]]:
        request = requested(first, after, last, before)
        return await info.context.loaders.products_of_company.connection(
            self.row.id, request, conditions(filter)
        )

    @strawberry.field(description="Its orders, the one placed last first.")
    async def orders(
        self,
        info: Info,
        first: int | None = strawberry.UNSET,
        after: str | None = strawberry.UNSET,
        last: int | None = strawberry.UNSET,
        before: str | None = strawberry.UNSET,
        filter: OrderFilter | None = strawberry.UNSET,  # noqa: A002 - the contract's name
    ) -> Connection[Annotated["Order", strawberry.lazy("api.types.order")]]:
        request = requested(first, after, last, before)
        return await info.context.loaders.orders_of_company.connection(
            self.row.id, request, conditions(filter)
        )

    @strawberry.field(description="What a person should look at, worst first; empty when all is well.")
    async def attention(
        self, info: Info
    ) -> list[Annotated["AttentionItem", strawberry.lazy("api.types.attention")]]:
        return await info.context.loaders.attention_of_company.load(self.row.id)

    @strawberry.field(description="How its scheduled work goes.")
    async def schedules(
        self, info: Info
    ) -> list[Annotated["Schedule", strawberry.lazy("api.types.attention")]]:
        return await info.context.loaders.schedules_of_company.load(self.row.id)

    @strawberry.field(description="The names by which its channel knows warehouses.")
    async def channel_warehouse_mappings(
        self,
        info: Info,
        channel: enums.Channel = enums.Channel.WEBSITE,  # noqa: ARG002 - the only channel there is so far
    ) -> list[Annotated["ChannelWarehouseMapping", strawberry.lazy("api.types.inventory")]]:
        return await info.context.loaders.channel_warehouse_mappings.load(self.row.id)

    @strawberry.field(description="Its jobs, newest first.")
    async def queued_jobs(
        self,
        info: Info,
        first: int | None = strawberry.UNSET,
        after: str | None = strawberry.UNSET,
        last: int | None = strawberry.UNSET,
        before: str | None = strawberry.UNSET,
        filter: QueuedJobFilter | None = strawberry.UNSET,  # noqa: A002 - the contract's name
    ) -> Connection[Annotated["QueuedJob", strawberry.lazy("api.types.queued_job")]]:
        request = requested(first, after, last, before)
        return await info.context.loaders.jobs_of_company.connection(self.row.id, request, conditions(filter))
