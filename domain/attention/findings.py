"""Troubles that a look into the tables finds: one statement for each kind, for many companies at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, exists, func, null, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.filtering import has_any
from domain.inventory import zeroing
from domain.inventory.reconcile import DRIFTS
from domain.models import (
    OPEN_ORDERS,
    CancellationRequest,
    CancellationState,
    ChannelStock,
    Company,
    FulfilledBy,
    HoldReason,
    Order,
    OrderItem,
    OrderStatus,
    Package,
    PackageCorrection,
    Product,
    ShippingStatus,
    StockChange,
    TrackingUpload,
    UnreadableOrder,
    literally,
)
from domain.orders.queries import HAS_LABELS
from domain.shipping.pending import IS_UNCONFIRMED, is_ready

PAST_SHIP_BY = "PAST_SHIP_BY"
TRACKING_REFUSED = "TRACKING_REFUSED"
CORRECTIONS_REFUSED = "CORRECTIONS_REFUSED"
NOT_UPLOADED = "SHIPPED_NOT_UPLOADED"
UNKNOWN_PRODUCTS = "UNKNOWN_PRODUCTS"
UNMAPPED_PRODUCTS = "UNMAPPED_PRODUCTS"
UNREADABLE_ORDERS = "UNREADABLE_ORDERS"
DRIFTING_STOCK = "DRIFTING_STOCK"
STOCK_REFUSED = "STOCK_REFUSED"
ZEROING_STOPPED = zeroing.CODE
CANCELLATION_REQUESTS = "CANCELLATION_REQUESTS"
ORDERS_HELD = "ORDERS_HELD"
RENUMBERED_ITEMS = "RENUMBERED_ITEMS"

# Reasons to hold an order back that a person, or Temu, has to see to; requests to cancel have an item of their own.
_OF_LABELS = (HoldReason.ADDRESS_CHANGE_REQUESTED, HoldReason.RISK_CONTROL)
# Written out, so that both databases take the indexes of such orders.
_IS_OPEN = Order.status.in_([literally(status) for status in OPEN_ORDERS])
_IS_FULLY_SHIPPED = Order.shipping_status == literally(ShippingStatus.FULLY_SHIPPED)


@dataclass(frozen=True)
class Finding:
    """How much of one kind of trouble a company has, since when, and an example in words where there is one."""

    code: str
    company_id: int
    count: int
    since: datetime
    example: str | None


async def find(session: AsyncSession, company_ids: Collection[int], *, now: datetime) -> list[Finding]:
    """Every kind of trouble that these companies have."""
    found: list[Finding] = []
    for code, statement in _statements(company_ids, now=now):
        rows = (await session.execute(statement)).all()
        found += [Finding(code, number, count, since, example) for number, count, since, example in rows]
    return found


def _statements(
    company_ids: Collection[int], *, now: datetime
) -> Sequence[tuple[str, Select[*tuple[Any, ...]]]]:
    """Of each kind: company, how many, since when, and words of one of them."""
    own_orders = (Order.company_id.in_(company_ids), Order.fulfilled_by == FulfilledBy.SELLER)
    refused = exists().where(TrackingUpload.order_id == Order.id, TrackingUpload.refused_at.is_not(None))
    when_untold = case((Package.uploaded_at.is_(None), Package.shipped_at))
    nothing = null()
    return [
        (
            PAST_SHIP_BY,
            select(Order.company_id, func.count(), func.min(Order.latest_ship_at), nothing)
            .where(
                *own_orders,
                _IS_OPEN,
                ~_IS_FULLY_SHIPPED,
                Order.latest_ship_at < now,
                # Temu may have cancelled all that was left.
                exists().where(
                    OrderItem.order_id == Order.id,
                    OrderItem.quantity > OrderItem.cancelled_quantity + OrderItem.shipped_quantity,
                ),
            )
            .group_by(Order.company_id),
        ),
        (
            TRACKING_REFUSED,
            select(
                TrackingUpload.company_id,
                func.count(),
                func.min(TrackingUpload.refused_at),
                func.max(TrackingUpload.refusal),
            )
            .where(TrackingUpload.company_id.in_(company_ids), TrackingUpload.refused_at.is_not(None))
            .group_by(TrackingUpload.company_id),
        ),
        (
            CORRECTIONS_REFUSED,
            select(
                PackageCorrection.company_id,
                func.count(),
                func.min(PackageCorrection.refused_at),
                func.max(PackageCorrection.refusal),
            )
            .where(PackageCorrection.company_id.in_(company_ids), PackageCorrection.refused_at.is_not(None))
            .group_by(PackageCorrection.company_id),
        ),
        (
            NOT_UPLOADED,
            select(
                Order.company_id,
                func.count(Order.id.distinct()),
                func.coalesce(func.min(when_untold), func.min(Package.shipped_at)),
                nothing,
            )
            .join(Package, (Package.order_id == Order.id) & Package.voided_at.is_(None))
            .join(Company, Company.id == Order.company_id)
            .where(
                *own_orders,
                IS_UNCONFIRMED,
                is_ready(is_per_item=Company.upload_tracking_per_item.expression),
                ~refused,
            )
            .group_by(Order.company_id),
        ),
        (
            UNKNOWN_PRODUCTS,
            select(OrderItem.company_id, func.count(), func.min(Order.imported_at), nothing)
            .join(Order, Order.id == OrderItem.order_id)
            .where(*own_orders, OrderItem.product_id.is_(None), _IS_OPEN)
            .group_by(OrderItem.company_id),
        ),
        (
            UNMAPPED_PRODUCTS,
            select(
                Product.company_id,
                func.count(),
                func.min(func.coalesce(Product.created_at, Company.created_at)),
                nothing,
            )
            .join(Company, Company.id == Product.company_id)
            .where(Product.company_id.in_(company_ids), Product.website_product_id.is_(None))
            .group_by(Product.company_id),
        ),
        (
            DRIFTING_STOCK,
            select(ChannelStock.company_id, func.count(), func.min(ChannelStock.drifting_since), nothing)
            .where(ChannelStock.company_id.in_(company_ids), ChannelStock.drifts >= DRIFTS)
            .group_by(ChannelStock.company_id),
        ),
        (
            STOCK_REFUSED,
            select(
                ChannelStock.company_id,
                func.count(),
                func.min(ChannelStock.refused_at),
                func.max(ChannelStock.refusal),
            )
            .where(ChannelStock.company_id.in_(company_ids), ChannelStock.refused_at.is_not(None))
            .group_by(ChannelStock.company_id),
        ),
        (
            ZEROING_STOPPED,
            select(StockChange.company_id, func.count(), func.min(StockChange.held_back_since), nothing)
            .join(Product, Product.id == StockChange.product_id)
            .where(
                StockChange.company_id.in_(company_ids),
                StockChange.held_back_since.is_not(None),
                Product.website_product_id.is_not(None),
            )
            .group_by(StockChange.company_id),
        ),
        (
            UNREADABLE_ORDERS,
            select(
                UnreadableOrder.company_id,
                func.count(),
                func.min(UnreadableOrder.last_seen_at),
                func.max(UnreadableOrder.reason),
            )
            .where(UnreadableOrder.company_id.in_(company_ids))
            .group_by(UnreadableOrder.company_id),
        ),
        (
            ORDERS_HELD,
            select(Order.company_id, func.count(), func.min(Order.channel_updated_at), nothing)
            .where(
                Order.company_id.in_(company_ids),
                Order.status == literally(OrderStatus.ON_HOLD),
                HAS_LABELS,
                has_any(Order.hold_reasons, _OF_LABELS),
            )
            .group_by(Order.company_id),
        ),
        (
            RENUMBERED_ITEMS,
            select(OrderItem.company_id, func.count(), func.min(Order.channel_updated_at), nothing)
            .join(Order, Order.id == OrderItem.order_id)
            .where(
                OrderItem.company_id.in_(company_ids),
                OrderItem.previous_channel_order_item_id.is_not(None),
                _IS_OPEN,
            )
            .group_by(OrderItem.company_id),
        ),
        (
            CANCELLATION_REQUESTS,
            select(Order.company_id, func.count(), func.min(CancellationRequest.requested_at), nothing)
            .join(
                CancellationRequest,
                (CancellationRequest.company_id == Order.company_id)
                & (CancellationRequest.channel_order_id == Order.channel_order_id),
            )
            .where(
                Order.company_id.in_(company_ids),
                CancellationRequest.state == literally(CancellationState.OPEN),
            )
            .group_by(Order.company_id),
        ),
    ]
