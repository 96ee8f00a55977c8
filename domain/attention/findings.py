"""Troubles that a look into the tables finds: one statement for each kind, for many companies at once."""

from collections.abc import Collection, Mapping
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
    StockChange,
    TrackingUpload,
    UnreadableOrder,
    literally,
)
from domain.orders.queries import HAS_LABELS
from domain.orders.ship_by import is_past_ship_by
from domain.shipping.pending import IS_UNCONFIRMED, is_ready

# Reasons to hold an order back that a person, or Temu, has to see to; requests to cancel have an item of their own.
_OF_LABELS = (HoldReason.ADDRESS_CHANGE_REQUESTED, HoldReason.RISK_CONTROL)
# Written out, so that both databases take the indexes of such orders.
_IS_OPEN = Order.status.in_([literally(status) for status in OPEN_ORDERS])


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
    for code, statement in _statements(company_ids, now=now).items():
        rows = (await session.execute(statement)).all()
        found += [Finding(code, number, count, since, example) for number, count, since, example in rows]
    return found


def _statements(company_ids: Collection[int], *, now: datetime) -> Mapping[str, Select[*tuple[Any, ...]]]:
    """Of each kind: company, how many, since when, and words of one of them."""

    def rows(table: Any, since: Any, *conditions: Any, example: Any = None) -> Select[*tuple[Any, ...]]:
        """How many rows of these companies meet the conditions."""
        words = null() if example is None else func.max(example)
        statement = select(table.company_id, func.count(), func.min(since), words).select_from(table)
        return statement.where(table.company_id.in_(company_ids), *conditions).group_by(table.company_id)

    def refused(table: type[TrackingUpload | PackageCorrection | ChannelStock]) -> Select[*tuple[Any, ...]]:
        return rows(table, table.refused_at, table.refused_at.is_not(None), example=table.refusal)

    is_own = Order.fulfilled_by == FulfilledBy.SELLER
    is_refused = exists().where(TrackingUpload.order_id == Order.id, TrackingUpload.refused_at.is_not(None))
    ready = is_ready(is_per_item=Company.upload_tracking_per_item.expression)
    untold_since = case((Package.uploaded_at.is_(None), Package.shipped_at))
    untold = select(
        Order.company_id,
        func.count(Order.id.distinct()),
        func.coalesce(func.min(untold_since), func.min(Package.shipped_at)),
        null(),
    )
    untold = untold.join(Package, (Package.order_id == Order.id) & Package.voided_at.is_(None))
    untold = untold.join(Company, Company.id == Order.company_id).group_by(Order.company_id)
    is_requested = CancellationRequest.state == literally(CancellationState.OPEN)
    of_request = (CancellationRequest.company_id == Order.company_id) & (
        CancellationRequest.channel_order_id == Order.channel_order_id
    )
    created_at = func.coalesce(Product.created_at, Company.created_at)
    unknown = (OrderItem.product_id.is_(None), Order.company_id.in_(company_ids), is_own, _IS_OPEN)
    held_back = (StockChange.held_back_since.is_not(None), Product.website_product_id.is_not(None))
    renumbered = (OrderItem.previous_channel_order_item_id.is_not(None), _IS_OPEN)
    held = (
        Order.status == literally(OrderStatus.ON_HOLD),
        HAS_LABELS,
        has_any(Order.hold_reasons, _OF_LABELS),
    )
    of_order, of_product = Order.id == OrderItem.order_id, Product.id == StockChange.product_id
    unmapped = rows(Product, created_at, Product.website_product_id.is_(None))
    return {
        "PAST_SHIP_BY": rows(Order, Order.latest_ship_at, is_past_ship_by(now)),
        "TRACKING_REFUSED": refused(TrackingUpload),
        "CORRECTIONS_REFUSED": refused(PackageCorrection),
        "SHIPPED_NOT_UPLOADED": untold.where(
            Order.company_id.in_(company_ids), is_own, IS_UNCONFIRMED, ready, ~is_refused
        ),
        "UNKNOWN_PRODUCTS": rows(OrderItem, Order.imported_at, *unknown).join(Order, of_order),
        "UNMAPPED_PRODUCTS": unmapped.join(Company, Company.id == Product.company_id),
        "DRIFTING_STOCK": rows(ChannelStock, ChannelStock.drifting_since, ChannelStock.drifts >= DRIFTS),
        "STOCK_REFUSED": refused(ChannelStock),
        zeroing.CODE: rows(StockChange, StockChange.held_back_since, *held_back).join(Product, of_product),
        "UNREADABLE_ORDERS": rows(
            UnreadableOrder, UnreadableOrder.last_seen_at, example=UnreadableOrder.reason
        ),
        "ORDERS_HELD": rows(Order, Order.channel_updated_at, *held),
        "RENUMBERED_ITEMS": rows(OrderItem, Order.channel_updated_at, *renumbered).join(Order, of_order),
        "CANCELLATION_REQUESTS": rows(Order, CancellationRequest.requested_at, is_requested).join(
            CancellationRequest, of_request
        ),
    }
