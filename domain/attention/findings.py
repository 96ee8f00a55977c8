"""Troubles that a look into the tables finds: one statement for each kind, for many companies at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, case, func, null, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.attention.conditions import (
    IS_CORRECTION_REFUSED,
    IS_DRIFTING,
    IS_HELD_BACK,
    IS_MAPPED,
    IS_OPEN,
    IS_OWN,
    IS_PRICE_COUNTERED,
    IS_PRICE_REFUSED,
    IS_RENUMBERED,
    IS_STOCK_REFUSED,
    IS_TRACKING_REFUSED,
    IS_UNANSWERED,
    IS_UNKNOWN,
    OF_ACTIONS,
    OF_ORDERS,
    OF_PRODUCTS,
    OF_REQUEST,
    ChannelActionAttention,
    OrderAttention,
    ProductAttention,
)
from domain.database.companies import crossing_companies
from domain.inventory import zeroing
from domain.models import (
    CancellationRequest,
    ChannelAction,
    ChannelStock,
    Company,
    Order,
    OrderInvoice,
    OrderItem,
    Package,
    PackageCorrection,
    Product,
    ProductPrice,
    Return,
    ShippingLabel,
    ShippingLabelFile,
    ShippingLabelStatus,
    StockChange,
    TrackingUpload,
    UnreadableOrder,
    Webhook,
    WebhookOffReason,
    literally,
)
from domain.orders.queries import IS_INVOICE_WANTED
from domain.returns.queries import IS_DUE

# For so long a cancelled label is told of: by then its parcel was held back, or is gone.
_CANCELLED_FOR = timedelta(days=3)
# A label's time ends so soon, and its file has not come for so long.
_ENDS_WITHIN = timedelta(hours=6)
_FETCHED_WITHIN = timedelta(hours=1)


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
    # Who may see one company alone is told that there is one of all companies, though nothing of it.
    async with crossing_companies(session):
        rows = (await session.execute(_webhooks_that_are_off(company_ids))).all()
    return found + [Finding("WEBHOOKS_OFF", number, count, since, None) for number, count, since in rows]


def _webhooks_that_are_off(company_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    """Those that nobody switched off, by each company that they would tell of."""
    tells = or_(Webhook.company_id == Company.id, Webhook.company_id.is_(None))
    is_off = Webhook.off_since.is_not(None) & (Webhook.off_reason != WebhookOffReason.SWITCHED_OFF)
    webhooks = select(Company.id, func.count(), func.min(Webhook.off_since)).join(Webhook, tells)
    return webhooks.where(Company.id.in_(company_ids), is_off).group_by(Company.id)


def _statements(company_ids: Collection[int], *, now: datetime) -> Mapping[str, Select[*tuple[Any, ...]]]:
    """Of each kind: company, how many, since when, and words of one of them."""

    def rows(table: Any, since: Any, *conditions: Any, example: Any = None) -> Select[*tuple[Any, ...]]:
        """How many rows of these companies meet the conditions."""
        words = null() if example is None else func.max(example)
        statement = select(table.company_id, func.count(), func.min(since), words).select_from(table)
        return statement.where(table.company_id.in_(company_ids), *conditions).group_by(table.company_id)

    def refused(
        table: type[TrackingUpload | PackageCorrection | ChannelStock | ProductPrice], condition: Any
    ) -> Select[*tuple[Any, ...]]:
        return rows(table, table.refused_at, condition, example=table.refusal)

    def of_orders(code: OrderAttention, since: Any) -> Select[*tuple[Any, ...]]:
        return rows(Order, since, OF_ORDERS[code])

    def of_actions(
        code: ChannelActionAttention, since: Any, *, example: Any = None
    ) -> Select[*tuple[Any, ...]]:
        return rows(ChannelAction, since, OF_ACTIONS[code], example=example)

    untold_since = case((Package.uploaded_at.is_(None), Package.shipped_at))
    untold = select(
        Order.company_id,
        func.count(Order.id.distinct()),
        func.coalesce(func.min(untold_since), func.min(Package.shipped_at)),
        null(),
    )
    untold = untold.join(Package, (Package.order_id == Order.id) & Package.voided_at.is_(None))
    untold = untold.where(Order.company_id.in_(company_ids), OF_ORDERS[OrderAttention.SHIPPED_NOT_UPLOADED])
    created_at = func.coalesce(Product.created_at, Company.created_at)
    of_order, of_product = Order.id == OrderItem.order_id, Product.id == StockChange.product_id
    of_company = Company.id == Product.company_id
    unknown = rows(
        OrderItem, Order.imported_at, IS_UNKNOWN, Order.company_id.in_(company_ids), IS_OWN, IS_OPEN
    )
    renumbered = rows(OrderItem, Order.channel_updated_at, IS_RENUMBERED, IS_OPEN)
    unmapped = rows(Product, created_at, OF_PRODUCTS[ProductAttention.UNMAPPED_PRODUCTS])
    held_back = rows(StockChange, StockChange.held_back_since, IS_HELD_BACK, IS_MAPPED)
    requested = rows(Order, CancellationRequest.requested_at, IS_UNANSWERED)
    wanted = rows(OrderInvoice, OrderInvoice.created_at, IS_INVOICE_WANTED)
    statements = {
        "PAST_SHIP_BY": of_orders(OrderAttention.PAST_SHIP_BY, Order.latest_ship_at),
        "TRACKING_REFUSED": refused(TrackingUpload, IS_TRACKING_REFUSED),
        "CORRECTIONS_REFUSED": refused(PackageCorrection, IS_CORRECTION_REFUSED),
        "SHIPPED_NOT_UPLOADED": untold.group_by(Order.company_id),
        "UNKNOWN_PRODUCTS": unknown.join(Order, of_order),
        "UNMAPPED_PRODUCTS": unmapped.join(Company, of_company),
        "DRIFTING_STOCK": rows(ChannelStock, ChannelStock.drifting_since, IS_DRIFTING),
        "STOCK_REFUSED": refused(ChannelStock, IS_STOCK_REFUSED),
        "PRICES_REFUSED": refused(ProductPrice, IS_PRICE_REFUSED),
        "PRICES_COUNTERED": rows(ProductPrice, ProductPrice.wanted_at, IS_PRICE_COUNTERED),
        zeroing.CODE: held_back.join(Product, of_product),
        "UNREADABLE_ORDERS": rows(
            UnreadableOrder, UnreadableOrder.last_seen_at, example=UnreadableOrder.reason
        ),
        "ORDERS_HELD": of_orders(OrderAttention.ORDERS_HELD, Order.channel_updated_at),
        "RENUMBERED_ITEMS": renumbered.join(Order, of_order),
        "RETURNS_DUE": rows(Return, Return.respond_by, IS_DUE),
        "CHANNEL_ACTIONS_REFUSED": of_actions(
            ChannelActionAttention.CHANNEL_ACTIONS_REFUSED,
            ChannelAction.ended_at,
            example=ChannelAction.message,
        ),
        "CHANNEL_ACTIONS_UNCONFIRMED": of_actions(
            ChannelActionAttention.CHANNEL_ACTIONS_UNCONFIRMED, ChannelAction.created_at
        ),
        "CHANNEL_ACTIONS_STALLED": of_actions(
            ChannelActionAttention.CHANNEL_ACTIONS_STALLED, ChannelAction.sent_at
        ),
        "CANCELLATION_REQUESTS": requested.join(CancellationRequest, OF_REQUEST),
        "INVOICES_WANTED": wanted,
        "LABELS_CANCELLED": rows(
            ShippingLabel,
            ShippingLabel.updated_at,
            ShippingLabel.status == literally(ShippingLabelStatus.CANCELLED),
            ShippingLabel.tracking_number.is_not(None),
            ShippingLabel.updated_at > now - _CANCELLED_FOR,
            example=ShippingLabel.tracking_number,
        ),
        "LABELS_TO_HAND_OVER": rows(
            ShippingLabel,
            ShippingLabel.auto_confirm_at,
            ShippingLabel.status == literally(ShippingLabelStatus.BOUGHT),
            ShippingLabel.auto_confirm_at < now + _ENDS_WITHIN,
        ),
        "LABEL_FILES_MISSING": rows(
            ShippingLabelFile,
            ShippingLabelFile.created_at,
            ShippingLabelFile.fetched_at.is_(None),
            ShippingLabelFile.erased_at.is_(None),
            ShippingLabelFile.created_at < now - _FETCHED_WITHIN,
            example=ShippingLabelFile.error,
        ),
    }
    return {code: statement.params(now=now) for code, statement in statements.items()}
