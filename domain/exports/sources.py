"""What exports hold: the columns of each kind, and its rows page by page, each behind the one before (a keyset)."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from domain.exports.conditions import Given, where
from domain.filtering import Filter
from domain.inventory import availability
from domain.models import (
    InventoryLevel,
    JobOutcome,
    Order,
    OrderAddress,
    OrderItem,
    Product,
    Warehouse,
)
from domain.orders.queries import ORDER_FILTER, ORDERS
from domain.pagination import Key, beyond, sorted_by
from domain.products.queries import PRODUCT_FILTER, PRODUCTS
from domain.queued_jobs.queries import OUTCOME_FILTER, OUTCOMES

# Objects a page; each is a part of the file, and some hundred kilobytes.
AT_ONCE = 1000
Cells = Sequence[Any]
Place = Sequence[Any]
"""The sort values of the last object that was written."""


class Source(ABC):
    """Rows of one kind."""

    def __init__(self, table: Any, keys: Sequence[Key], known: Filter, given: Given) -> None:
        self._table = table
        self._keys = keys
        self._conditions = where(known, given)

    @property
    @abstractmethod
    def columns(self) -> Sequence[str]:
        """The header of the file."""

    @abstractmethod
    async def page(self, session: AsyncSession, after: Place | None) -> tuple[Sequence[Cells], Place | None]:
        """The rows behind a place, and the place behind them; None where there are none."""

    def _objects(self, wanted: Any, of: ColumnElement[bool], after: Place | None) -> Any:
        """A page of a statement that selects objects."""
        statement = wanted.where(of, *self._conditions)
        if after is not None:
            values = [
                literal(_typed(value, key), key.column.type)
                for value, key in zip(after, self._keys, strict=True)
            ]
            statement = statement.where(beyond(self._table, self._keys, values, backward=False))
        return statement.order_by(*sorted_by(self._table, self._keys, backward=False)).limit(AT_ONCE)

    def _place(self, row: Any) -> Place:
        # Lists are written in their own order, which is of columns.
        columns = [key.column for key in self._keys if isinstance(key.column, InstrumentedAttribute)]
        return [getattr(row, column.key) for column in columns]


class Orders(Source):
    """A row for each item of orders, the one placed last first. *includes_buyers*: with recipient and address."""

    # Columns and not objects, which take several times as long to make.
    _ORDER: ClassVar[Mapping[str, Any]] = {
        "ChannelOrderID": Order.channel_order_id,
        "Status": Order.status,
        "ShippingStatus": Order.shipping_status,
        "FulfilledBy": Order.fulfilled_by,
        "OrderedAt": Order.ordered_at,
        "LatestShipAt": Order.latest_ship_at,
        "Labels": Order.labels,
        "Currency": Order.currency_code,
        "Total": Order.total_amount,
    }
    _ITEM: ClassVar[Mapping[str, Any]] = {
        "OrderItemID": OrderItem.channel_order_item_id,
        "SKU": Product.sku,
        "WebsiteProductID": OrderItem.website_product_id,
        "WebsiteProductIDVariantID": OrderItem.website_product_variant_id,
        "Title": OrderItem.title,
        "Quantity": OrderItem.quantity,
        "CancelledQuantity": OrderItem.cancelled_quantity,
        "ShippedQuantity": OrderItem.shipped_quantity,
        "UnitPrice": OrderItem.unit_price_amount,
    }
    _COUNTRY: ClassVar[Mapping[str, Any]] = {"CountryCode": OrderAddress.country_code}
    _BUYER: ClassVar[Mapping[str, Any]] = {
        "Recipient": OrderAddress.name,
        "Phone": OrderAddress.phone,
        "Line1": OrderAddress.line1,
        "Line2": OrderAddress.line2,
        "City": OrderAddress.city,
        "District": OrderAddress.district,
        "Region": OrderAddress.region,
        "PostalCode": OrderAddress.postal_code,
        "TaxCode": OrderAddress.tax_code,
    }

    def __init__(self, company_id: int, given: Given, *, includes_buyers: bool) -> None:
        super().__init__(Order, ORDERS, ORDER_FILTER, given)
        self._company_id = company_id
        self._address = {**self._COUNTRY, **(self._BUYER if includes_buyers else {})}

    @property
    def columns(self) -> Sequence[str]:
        return (*self._ORDER, *self._ITEM, *self._address)

    async def page(self, session: AsyncSession, after: Place | None) -> tuple[Sequence[Cells], Place | None]:
        wanted = select(Order.id, *self._ORDER.values())
        found = await session.execute(self._objects(wanted, Order.company_id == self._company_id, after))
        orders = found.all()
        if not orders:
            return [], None
        ids = [order.id for order in orders]
        items: dict[int, list[Cells]] = {}
        of_orders = (
            select(OrderItem.order_id, *self._ITEM.values())
            .outerjoin(Product, Product.id == OrderItem.product_id)
            .where(OrderItem.order_id.in_(ids))
            .order_by(OrderItem.id)
        )
        for order_id, *cells in await session.execute(of_orders):
            items.setdefault(order_id, []).append(cells)
        addresses: dict[int, Cells] = {
            order_id: cells
            for order_id, *cells in await session.execute(
                select(OrderAddress.order_id, *self._address.values()).where(OrderAddress.order_id.in_(ids))
            )
        }
        no_item, nowhere = [None] * len(self._ITEM), [None] * len(self._address)
        rows = [
            (*order[1:], *item, *addresses.get(order.id, nowhere))
            for order in orders
            for item in items.get(order.id) or [no_item]
        ]
        return rows, self._place(orders[-1])


class Inventory(Source):
    """A row for each product and warehouse in which it has a level, by SKU; one for a product that has none."""

    def __init__(self, company_id: int, given: Given) -> None:
        super().__init__(Product, PRODUCTS, PRODUCT_FILTER, given)
        self._company_id = company_id

    @property
    def columns(self) -> Sequence[str]:
        return ("SKU", "Name", "Warehouse", "OnHand", "Reserved", "Available", "WebsiteProductID",
                "WebsiteProductIDVariantID", "IsShadow")  # fmt: skip

    async def page(self, session: AsyncSession, after: Place | None) -> tuple[Sequence[Cells], Place | None]:
        figures = availability.reserved(availability.stock_id(Product)), availability.available(Product)
        wanted = select(Product, *figures)
        found: Sequence[Any] = (
            await session.execute(self._objects(wanted, Product.company_id == self._company_id, after))
        ).all()
        if not found:
            return [], None
        levels: dict[int, list[tuple[str, int]]] = {}
        of_products = (
            select(InventoryLevel.product_id, Warehouse.name, InventoryLevel.on_hand)
            .join(Warehouse, Warehouse.id == InventoryLevel.warehouse_id)
            .where(InventoryLevel.product_id.in_([product.id for product, *_ in found]))
            .order_by(Warehouse.name)
        )
        for product_id, warehouse, on_hand in await session.execute(of_products):
            levels.setdefault(product_id, []).append((warehouse, on_hand))
        none: Sequence[tuple[str | None, int | None]] = [(None, None)]
        rows = [
            (product.sku, product.name, warehouse, on_hand, reserved, available, product.website_product_id,
             product.website_product_variant_id, product.shadow_of_id is not None)
            for product, reserved, available in found
            for warehouse, on_hand in levels.get(product.id) or none
        ]  # fmt: skip
        return rows, self._place(found[-1][0])


class Outcomes(Source):
    """A row for each outcome of a job that has ended, failures first."""

    def __init__(self, job_id: int, given: Given) -> None:
        super().__init__(JobOutcome, OUTCOMES, OUTCOME_FILTER, given)
        self._job_id = job_id

    @property
    def columns(self) -> Sequence[str]:
        return ("Subject", "Status", "Code", "Message", "Retryable")

    async def page(self, session: AsyncSession, after: Place | None) -> tuple[Sequence[Cells], Place | None]:
        statement = self._objects(select(JobOutcome), JobOutcome.job_id == self._job_id, after)
        outcomes = (await session.scalars(statement)).all()
        rows = [(each.subject, each.status, each.code, each.message, each.retryable) for each in outcomes]
        return rows, self._place(outcomes[-1]) if outcomes else None


def _typed(value: Any, key: Key) -> Any:
    """A sort value as a checkpoint has it."""
    is_moment = key.column.type.python_type is datetime and isinstance(value, str)
    return datetime.fromisoformat(value) if is_moment else value
