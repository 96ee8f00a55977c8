"""Of which orders, products and channel actions an item of attention speaks: each rule once, by which items count and lists filter.

Values are written out where an index is of rows with that value, so that both databases take it.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from domain.channel_actions import queries as actions
from domain.database.dialect_sql import later
from domain.filtering import NOW, Choice, Filter, has_any
from domain.inventory.reconcile import DRIFTS
from domain.models import (
    OPEN_ORDERS,
    CancellationRequest,
    CancellationState,
    ChannelAction,
    ChannelActionKind,
    ChannelActionStatus,
    ChannelStock,
    Company,
    FulfilledBy,
    HoldReason,
    Order,
    OrderItem,
    OrderStatus,
    Package,
    PackageCorrection,
    PriceState,
    Product,
    ProductPrice,
    StockChange,
    TrackingUpload,
    literally,
)
from domain.orders import queries as orders
from domain.orders.queries import HAS_LABELS, WANTS_INVOICE
from domain.orders.ship_by import is_to_be_shipped
from domain.products import queries as products
from domain.shipping.pending import IS_UNCONFIRMED, is_ready


class OrderAttention(Enum):
    """What a person should look at orders for: an item of attention with the same code counts them."""

    PAST_SHIP_BY = "PAST_SHIP_BY"  #: past the moment by which Temu expects them to be sent
    TRACKING_REFUSED = "TRACKING_REFUSED"  #: whose tracking Temu refuses
    CORRECTIONS_REFUSED = "CORRECTIONS_REFUSED"  #: with packages that Temu doesn't let be corrected
    SHIPPED_NOT_UPLOADED = "SHIPPED_NOT_UPLOADED"  #: shipped, and Temu has not been told
    UNKNOWN_PRODUCTS = "UNKNOWN_PRODUCTS"  #: with items that wait for a product
    ORDERS_HELD = "ORDERS_HELD"  #: that wait for a new address to be answered, or for a look of Temu's
    RENUMBERED_ITEMS = "RENUMBERED_ITEMS"  #: with items that Temu lists under another number than before
    CANCELLATION_REQUESTS = "CANCELLATION_REQUESTS"  #: whose buyers ask to cancel, and wait for an answer
    INVOICES_WANTED = "INVOICES_WANTED"  #: of which Temu wants an invoice or a credit note


class ProductAttention(Enum):
    """What a person should look at products for: an item of attention with the same code counts them."""

    UNMAPPED_PRODUCTS = "UNMAPPED_PRODUCTS"  #: not mapped to the channel, so that their stock is not told
    DRIFTING_STOCK = "DRIFTING_STOCK"  #: whose stock at Temu changes again and again without a sale
    STOCK_REFUSED = "STOCK_REFUSED"  #: whose stock Temu refuses
    PRICES_REFUSED = "PRICES_REFUSED"  #: whose price Temu refuses, or that was not sent
    PRICES_COUNTERED = "PRICES_COUNTERED"  #: for which Temu proposes another price, and waits for an answer
    ZEROING_STOPPED = "ZEROING_STOPPED"  #: whose stock would go to zero, so that it is not told


class ChannelActionAttention(Enum):
    """What a person should look at channel actions for: an item of attention with the same code counts them."""

    CHANNEL_ACTIONS_REFUSED = "CHANNEL_ACTIONS_REFUSED"  #: refused within a week, and not asked for again
    CHANNEL_ACTIONS_UNCONFIRMED = "CHANNEL_ACTIONS_UNCONFIRMED"  #: of which nobody can tell what became
    CHANNEL_ACTIONS_STALLED = "CHANNEL_ACTIONS_STALLED"  #: on which Temu works for more than a week


# Reasons to hold an order back that a person, or Temu, has to see to; requests to cancel have an item of their own.
_OF_LABELS = (HoldReason.ADDRESS_CHANGE_REQUESTED, HoldReason.RISK_CONTROL)
IS_OPEN = Order.status.in_([literally(status) for status in OPEN_ORDERS])
IS_OWN = Order.fulfilled_by == literally(FulfilledBy.SELLER)
# By another name, so that rules can stand in a statement about packages too.
_shipped = aliased(Package)
_PER_ITEM = select(Company.upload_tracking_per_item).where(Company.id == Order.company_id).scalar_subquery()

OF_REQUEST = (CancellationRequest.company_id == Order.company_id) & (
    CancellationRequest.channel_order_id == Order.channel_order_id
)
# A request that waits, and about which nobody has decided in time (domain/orders/holds.py says the same of a row).
IS_UNANSWERED = and_(
    CancellationRequest.state == literally(CancellationState.OPEN),
    or_(
        Order.cancellation_declined_at.is_(None),
        CancellationRequest.requested_at > Order.cancellation_declined_at,
        CancellationRequest.respond_by <= NOW,
    ),
)
# What some items count instead of orders; an order is meant where one of its rows is.
IS_UNKNOWN = OrderItem.product_id.is_(None)
IS_RENUMBERED = OrderItem.previous_channel_order_item_id.is_not(None)
IS_TRACKING_REFUSED = TrackingUpload.refused_at.is_not(None)
IS_CORRECTION_REFUSED = PackageCorrection.refused_at.is_not(None)


def _has(table: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether an order has such a row."""
    return exists().where(table.order_id == Order.id, *conditions)


_HAS_REFUSED_CORRECTION = exists().where(
    _shipped.order_id == Order.id, PackageCorrection.package_id == _shipped.id, IS_CORRECTION_REFUSED
)
OF_ORDERS = {
    OrderAttention.PAST_SHIP_BY: and_(is_to_be_shipped(), Order.latest_ship_at < NOW),
    OrderAttention.TRACKING_REFUSED: _has(TrackingUpload, IS_TRACKING_REFUSED),
    OrderAttention.CORRECTIONS_REFUSED: _HAS_REFUSED_CORRECTION,
    OrderAttention.SHIPPED_NOT_UPLOADED: and_(
        IS_OWN,
        IS_UNCONFIRMED,
        is_ready(is_per_item=_PER_ITEM),
        ~_has(TrackingUpload, IS_TRACKING_REFUSED),
        _has(_shipped, _shipped.voided_at.is_(None)),
    ),
    OrderAttention.UNKNOWN_PRODUCTS: and_(IS_OWN, IS_OPEN, _has(OrderItem, IS_UNKNOWN)),
    OrderAttention.ORDERS_HELD: and_(
        Order.status == literally(OrderStatus.ON_HOLD), HAS_LABELS, has_any(Order.hold_reasons, _OF_LABELS)
    ),
    OrderAttention.RENUMBERED_ITEMS: and_(IS_OPEN, _has(OrderItem, IS_RENUMBERED)),
    OrderAttention.CANCELLATION_REQUESTS: exists().where(OF_REQUEST, IS_UNANSWERED),
    OrderAttention.INVOICES_WANTED: WANTS_INVOICE,
}

_OF_STOCK = ChannelStock.product_id == Product.id
IS_DRIFTING = ChannelStock.drifts >= DRIFTS
IS_STOCK_REFUSED = ChannelStock.refused_at.is_not(None)
_OF_PRICE = ProductPrice.product_id == Product.id
IS_PRICE_REFUSED = ProductPrice.state == literally(PriceState.REFUSED)
IS_PRICE_COUNTERED = ProductPrice.state == literally(PriceState.COUNTERED)
IS_MAPPED = Product.website_product_id.is_not(None)
IS_HELD_BACK = StockChange.held_back_since.is_not(None)
OF_PRODUCTS = {
    ProductAttention.UNMAPPED_PRODUCTS: and_(
        Product.website_product_id.is_(None), Product.archived_at.is_(None)
    ),
    ProductAttention.DRIFTING_STOCK: exists().where(_OF_STOCK, IS_DRIFTING),
    ProductAttention.STOCK_REFUSED: exists().where(_OF_STOCK, IS_STOCK_REFUSED),
    ProductAttention.PRICES_REFUSED: exists().where(_OF_PRICE, IS_PRICE_REFUSED),
    ProductAttention.PRICES_COUNTERED: exists().where(_OF_PRICE, IS_PRICE_COUNTERED),
    ProductAttention.ZEROING_STOPPED: and_(
        IS_MAPPED,
        exists().where(StockChange.product_id == Product.id, IS_HELD_BACK),
    ),
}

# For so long a refusal is told of, unless the same is asked for again.
_REFUSED_FOR = timedelta(days=7)
# Temu takes days to review a price, with a weekend or a holiday between: whoever resolves what it would end by itself may have it
# done twice. What buyers wait for meanwhile, such as a label, has its order told of by then as past its moment to be sent.
_WORKED_ON_FOR = timedelta(days=7)
_again = aliased(ChannelAction)
_IS_ASKED_FOR_AGAIN = exists().where(
    _again.company_id == ChannelAction.company_id,
    _again.kind == ChannelAction.kind,
    _again.subject == ChannelAction.subject,
    _again.id > ChannelAction.id,
)
OF_ACTIONS = {
    ChannelActionAttention.CHANNEL_ACTIONS_REFUSED: and_(
        ChannelAction.status == literally(ChannelActionStatus.REFUSED),
        # Of prices PRICES_REFUSED tells.
        ChannelAction.kind != literally(ChannelActionKind.CHANGE_PRICE),
        ChannelAction.ended_at > later(NOW, -_REFUSED_FOR),
        ~_IS_ASKED_FOR_AGAIN,
    ),
    ChannelActionAttention.CHANNEL_ACTIONS_UNCONFIRMED: and_(
        ChannelAction.status == literally(ChannelActionStatus.UNCONFIRMED), ChannelAction.ended_at.is_(None)
    ),
    ChannelActionAttention.CHANNEL_ACTIONS_STALLED: and_(
        ChannelAction.status == literally(ChannelActionStatus.WORKING),
        ChannelAction.ended_at.is_(None),
        ChannelAction.sent_at < later(NOW, -_WORKED_ON_FOR),
    ),
}


def _sold(company_id: Any) -> ColumnElement[bool]:
    """A company that sells nothing needs nothing."""
    return exists().where(
        Company.id == company_id, Company.store_plugin.is_not(None), Company.archived_at.is_(None)
    )


def _listed(rules: Mapping[Any, ColumnElement[bool]], company_id: Any) -> Choice:
    return Choice({code: and_(rule, _sold(company_id)) for code, rule in rules.items()})


ORDER_FILTER = Filter(orders.ORDER_FILTER, attention=_listed(OF_ORDERS, Order.company_id))
ACTION_FILTER = Filter(actions.ACTION_FILTER, attention=_listed(OF_ACTIONS, ChannelAction.company_id))
PRODUCT_FILTER = Filter(products.PRODUCT_FILTER, attention=_listed(OF_PRODUCTS, Product.company_id))
