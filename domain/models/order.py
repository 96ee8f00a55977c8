"""Orders with their items, addresses and notes, and those that could not be read yet."""

from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from domain.models.base import (
    Base,
    Id,
    Json,
    created_at,
    enum_column,
    of_company,
    referred_with_company,
    updated_at,
    where,
)
from domain.models.company import Channel
from domain.models.folded import folded
from domain.pagination import LESS_THAN_NOTHING, NEVER, Key


class OrderSource(Enum):
    """How an order reached the back office."""

    WEBSITE = "WEBSITE"  #: imported by the company's website plugin


class OrderStatus(Enum):
    """What the back office may do with an order."""

    PENDING = "PENDING"  #: Temu has not released it: no address yet, not to be shipped
    ON_HOLD = "ON_HOLD"  #: not to be shipped for the moment
    IN_PROCESS = "IN_PROCESS"  #: to be shipped
    COMPLETED = "COMPLETED"  #: nothing is left to do
    CANCELLED = "CANCELLED"  #: not to be shipped any more


OPEN_ORDERS = (OrderStatus.PENDING, OrderStatus.ON_HOLD, OrderStatus.IN_PROCESS)
"""What has an order that may still be shipped."""


class ShippingStatus(Enum):
    """How much of an order has been shipped."""

    UNSHIPPED = "UNSHIPPED"  #: nothing
    PARTIALLY_SHIPPED = "PARTIALLY_SHIPPED"  #: some pieces
    FULLY_SHIPPED = "FULLY_SHIPPED"  #: all pieces that were not cancelled


class FulfilledBy(Enum):
    """Who packs and ships an order."""

    SELLER = "SELLER"  #: the seller, from own warehouses
    CHANNEL = "CHANNEL"  #: Temu or a warehouse service of its: nothing is reserved or uploaded here


class OrderLabel(Enum):
    """What Temu says of an order beside its status. Names: rows of parentOrderLabel and orderLabel, in capitals; the last
    four come of shippingMethod, orderPaymentType and fulfillmentWarning.
    """

    PENDING_BUYER_CANCELLATION = "PENDING_BUYER_CANCELLATION"  #: the buyer asks to cancel
    PENDING_BUYER_ADDRESS_CHANGE = "PENDING_BUYER_ADDRESS_CHANGE"  #: the buyer asks for another address
    PENDING_RISK_CONTROL_ALERT = "PENDING_RISK_CONTROL_ALERT"  #: Temu is looking into it
    SIGNATURE_REQUIRED_ON_DELIVERY = "SIGNATURE_REQUIRED_ON_DELIVERY"  #: the parcel has to be signed for
    SOON_TO_BE_OVERDUE = "SOON_TO_BE_OVERDUE"  #: its ship-by time is near
    PAST_DUE = "PAST_DUE"  #: its ship-by time is over
    CUSTOMIZED_PRODUCTS = "CUSTOMIZED_PRODUCTS"  #: made after the buyer's wishes
    PRE_SALE_ORDER = "PRE_SALE_ORDER"  #: sold before it is in stock
    MADE_TO_ORDER = "MADE_TO_ORDER"  #: made only now
    US_TO_CA = "US_TO_CA"  #: goes from the United States to Canada
    ADDRESS_CHANGE_CONFIRMED = "ADDRESS_CHANGE_CONFIRMED"  #: the buyer's new address holds
    STORE_DELIVERY = "STORE_DELIVERY"  #: a store delivers it
    CUSTOMER_PICKUP = "CUSTOMER_PICKUP"  #: the buyer fetches it
    CASH_ON_DELIVERY = "CASH_ON_DELIVERY"  #: the buyer pays when it is delivered


class HoldReason(Enum):
    """Why an order is ON_HOLD."""

    CANCELLATION_REQUESTED = "CANCELLATION_REQUESTED"  #: the buyer has asked to cancel
    ADDRESS_CHANGE_REQUESTED = "ADDRESS_CHANGE_REQUESTED"  #: the buyer has asked for another address
    RISK_CONTROL = "RISK_CONTROL"  #: Temu is looking into it
    OUT_OF_STOCK_REPORTED = "OUT_OF_STOCK_REPORTED"  #: Temu was told that there is no stock of some
    MANUAL = "MANUAL"  #: a person holds it back, see heldBecause


_SHIPPED = "shipping_status IN ('PARTIALLY_SHIPPED', 'FULLY_SHIPPED')"


class Order(Base):
    """A parent order of Temu's."""

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("company_id", "channel", "channel_order_id", name="uq_orders_company_channel_order"),
        referred_with_company("orders"),
        Index("ix_orders_company_newest", "company_id", "ordered_at", "id"),
        Index("ix_orders_newest", "ordered_at", "id"),
        Index("ix_orders_company_updated", "company_id", "updated_at", "id"),
        Index("ix_orders_updated", "updated_at", "id"),
        Index("ix_orders_company_number", "company_id", "channel_order_id", "id"),
        Index("ix_orders_company_status", "company_id", "status"),
        Index("ix_orders_address_wanted", "company_id", "id",
              **where("address_wanted", sqlite="address_wanted = 1")),
        Index("ix_orders_amounts_wanted", "company_id", "id",
              **where("amounts_wanted", sqlite="amounts_wanted = 1")),
        Index("ix_orders_channel_order_id", "channel_order_id"),
        Index("ix_orders_labelled", "company_id", "ordered_at", "id", **where("labels <> '[]'")),
        Index("ix_orders_keeps_buyer", "company_id", "ended_at", "ordered_at",
              **where("keeps_buyer", sqlite="keeps_buyer = 1")),
        Index("ix_orders_open", "company_id", "latest_ship_at",
              **where("status IN ('PENDING', 'ON_HOLD', 'IN_PROCESS')")),
        Index("ix_orders_tracking_untold", "company_id", "id",
              **where(f"{_SHIPPED} AND NOT source_updated_for_shipping",
                      sqlite=f"{_SHIPPED} AND source_updated_for_shipping = 0")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    channel: Mapped[Channel] = mapped_column(enum_column(Channel))
    order_source: Mapped[OrderSource] = mapped_column(enum_column(OrderSource))
    channel_order_id: Mapped[str] = mapped_column(String(64))
    status: Mapped[OrderStatus] = mapped_column(enum_column(OrderStatus))
    # What an order that is ON_HOLD goes back to; null for all others.
    status_after_hold: Mapped[OrderStatus | None] = mapped_column(enum_column(OrderStatus))
    shipping_status: Mapped[ShippingStatus] = mapped_column(enum_column(ShippingStatus))
    source_updated_for_shipping: Mapped[bool] = mapped_column(default=False)
    fulfilled_by: Mapped[FulfilledBy] = mapped_column(enum_column(FulfilledBy))
    ordered_at: Mapped[datetime]
    latest_ship_at: Mapped[datetime | None]
    total_amount: Mapped[Decimal | None]
    currency_code: Mapped[str | None] = mapped_column(String(3))
    # Values of HoldReason, empty where it is not ON_HOLD; and of OrderLabel, as Temu told last (O19).
    hold_reasons: Mapped[list[str]] = mapped_column(Json, default=list, server_default="[]")
    labels: Mapped[list[str]] = mapped_column(Json, default=list, server_default="[]")
    # Labels and warnings of Temu's that have no value here and restrict nothing, in its words.
    channel_notices: Mapped[list[str]] = mapped_column(Json, default=list, server_default="[]")
    # Temu's number of the country that the order goes to.
    channel_region_id: Mapped[int | None]
    # Temu's own time of the state held here: an older message never overwrites it (O18).
    channel_updated_at: Mapped[datetime]
    # Addresses and amounts come by calls of their own after the order is visible (O16).
    address_wanted: Mapped[bool]
    amounts_wanted: Mapped[bool]
    # What forbids some label of one's own, or all of them, in Temu's words (T10).
    shipping_restrictions: Mapped[list[str]] = mapped_column(Json, default=list, server_default="[]")
    # The same as orders/restrictions.py reads it, for reads: objects of code and carriers. What is decided is decided by
    # the words.
    restriction_details: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list, server_default="[]")
    # The same of its address, in words of ours where Temu has a number: told with the address, or instead of it.
    address_restriction: Mapped[str | None] = mapped_column(Text)
    imported_at: Mapped[datetime]
    updated_at: Mapped[datetime] = updated_at()
    # A person holds it back since then, for this reason, whatever the channel says.
    held_at: Mapped[datetime | None]
    held_because: Mapped[str | None] = mapped_column(Text)
    # When a person last decided to send it though its buyer asks to cancel; of what was asked for by then, while it waits.
    cancellation_declined_at: Mapped[datetime | None]
    # Numbers of the items that Temu was told there is no stock of, until it has refused that, or they are cancelled.
    out_of_stock_items: Mapped[list[str]] = mapped_column(Json, default=list, server_default="[]")
    # When it was over on Temu: delivered or cancelled. From then on its buyer's data is kept so many days.
    ended_at: Mapped[datetime | None]
    # False once its buyer's data was erased (order_addresses.erased_at): so those whose time has come are found by index.
    keeps_buyer: Mapped[bool] = mapped_column(default=True, server_default=true())


# As orders are sorted where such a value may be missing (domain/orders/queries.py).
SHIP_BY = Key(Order.latest_ship_at, missing=NEVER)
TOTAL = Key(Order.total_amount, missing=LESS_THAN_NOTHING)
for _name, _key in (("ship_by", SHIP_BY), ("total", TOTAL)):
    Index(f"ix_orders_company_{_name}", Order.company_id, _key.place(Order), Order.id)
    Index(f"ix_orders_{_name}", _key.place(Order), Order.id)


class OrderAddress(Base):
    """Where an order goes, apart from the order so that personal data can be found, and removed, in one place."""

    __tablename__ = "order_addresses"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True, autoincrement=False)
    name: Mapped[str | None] = mapped_column(Text)
    name_folded: Mapped[str | None] = folded("name")
    phone: Mapped[str | None] = mapped_column(Text)
    line1: Mapped[str | None] = mapped_column(Text)
    line2: Mapped[str | None] = mapped_column(Text)
    city: Mapped[str | None] = mapped_column(Text)
    # Where Temu tells one; it then also stands in line2, or for a city that Temu doesn't tell.
    district: Mapped[str | None] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(Text)
    postal_code: Mapped[str | None] = mapped_column(Text)
    country_code: Mapped[str | None] = mapped_column(Text)
    # The buyer's, which customs or an invoice ask for, and Temu's own number of its kind.
    tax_code: Mapped[str | None] = mapped_column(Text)
    tax_code_type: Mapped[str | None] = mapped_column(Text)
    # Set when all of it but the country was erased, for good: no import brings it back.
    erased_at: Mapped[datetime | None]


class OrderItem(Base):
    """One of Temu's orders below a parent order: some pieces of exactly one Temu SKU."""

    __tablename__ = "order_items"
    __table_args__ = (
        UniqueConstraint("order_id", "channel_order_item_id", name="uq_order_items_order_channel_item"),
        of_company("order_id", "orders"),
        of_company("product_id", "products"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("cancelled_quantity BETWEEN 0 AND quantity", name="cancelled_quantity"),
        CheckConstraint("shipped_quantity BETWEEN 0 AND quantity", name="shipped_quantity"),
        Index("ix_order_items_renumbered", "company_id",
              **where("previous_channel_order_item_id IS NOT NULL")),
        Index("ix_order_items_product", "product_id"),
        Index("ix_order_items_unknown", "company_id", "website_product_id", "website_product_variant_id",
              **where("product_id IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(Id)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    channel_order_item_id: Mapped[str] = mapped_column(String(64))
    # The number that it had before Temu listed it under another (O20).
    previous_channel_order_item_id: Mapped[str | None] = mapped_column(String(64))
    # Null: an Unknown product, matched as soon as a product is mapped to these ids (O4).
    product_id: Mapped[int | None] = mapped_column(Id)
    website_product_id: Mapped[str] = mapped_column(String(32))
    website_product_variant_id: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(Text)
    # What was ordered; what remains is this less what was cancelled.
    quantity: Mapped[int]
    cancelled_quantity: Mapped[int] = mapped_column(default=0)
    shipped_quantity: Mapped[int] = mapped_column(default=0)
    # Pieces of stock that one of *quantity* is: Temu's soldFactor, for semi-managed malls (C12).
    pieces_per_unit: Mapped[int] = mapped_column(default=1, server_default="1")
    fulfilled_by: Mapped[FulfilledBy] = mapped_column(enum_column(FulfilledBy))
    unit_price_amount: Mapped[Decimal | None]
    currency_code: Mapped[str | None] = mapped_column(String(3))
    created_at: Mapped[datetime] = created_at()
    updated_at: Mapped[datetime] = updated_at()


class OrderNote(Base):
    """Something that happened to an order, told by a person or by Tradewind."""

    __tablename__ = "order_notes"
    __table_args__ = (UniqueConstraint("order_id", "event", name="uq_order_notes_event"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    body: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    # The key with which a person wrote it, and when it was last changed with it.
    api_key_id: Mapped[int | None] = mapped_column(Id)
    edited_at: Mapped[datetime | None]
    # What Tradewind's own note tells of, so that a repeat adds no second one; null for notes by people.
    event: Mapped[str | None] = mapped_column(String(200))


class UnreadableOrder(Base):
    """An order that Temu listed and Tradewind could not read: later imports ask for it again (O10)."""

    __tablename__ = "unreadable_orders"

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), primary_key=True)
    channel_order_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    last_seen_at: Mapped[datetime]
